#include "store/filesystem.hpp"

#include "habeas/error.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace habeas::store {

bool MemoryFileSystem::exists(const std::string& path) {
    return files_.count(path) != 0;
}

std::optional<std::uint64_t> MemoryFileSystem::size(const std::string& path) {
    const auto found = files_.find(path);
    if (found == files_.end()) {
        return std::nullopt;
    }
    return found->second.size();
}

std::optional<std::string> MemoryFileSystem::read(const std::string& path) {
    const auto found = files_.find(path);
    if (found == files_.end()) {
        return std::nullopt;
    }
    return found->second;
}

std::string MemoryFileSystem::read_range(const std::string& path, std::uint64_t offset,
                                         std::size_t max_bytes) {
    const auto found = files_.find(path);
    if (found == files_.end() || offset >= found->second.size()) {
        return {};
    }
    return found->second.substr(static_cast<std::size_t>(offset), max_bytes);
}

std::optional<FileTail> MemoryFileSystem::read_tail(const std::string& path,
                                                    std::size_t max_bytes) {
    const auto found = files_.find(path);
    if (found == files_.end()) {
        return std::nullopt;
    }
    const std::string& bytes = found->second;
    return FileTail{bytes.substr(bytes.size() - std::min(bytes.size(), max_bytes)), bytes.size()};
}

void MemoryFileSystem::append(const std::string& path, std::string_view bytes) {
    files_[path].append(bytes);
}

void MemoryFileSystem::sync(const std::string& path) {
    if (files_.count(path) == 0) {
        throw Error(Errc::not_found, "cannot sync a file that does not exist", path);
    }
}

void MemoryFileSystem::truncate(const std::string& path, std::uint64_t size) {
    const auto found = files_.find(path);
    if (found == files_.end()) {
        throw Error(Errc::not_found, "cannot cut a file that does not exist", path);
    }
    if (size < found->second.size()) {
        found->second.resize(static_cast<std::size_t>(size));
    }
}

void MemoryFileSystem::replace(const std::string& path, std::string_view bytes) {
    files_[path] = std::string(bytes);
}

void MemoryFileSystem::rename(const std::string& from, const std::string& to) {
    const auto found = files_.find(from);
    if (found == files_.end()) {
        throw Error(Errc::not_found, "cannot rename a file that does not exist", from);
    }
    std::string bytes = std::move(found->second);
    files_.erase(found);
    files_[to] = std::move(bytes);
}

void MemoryFileSystem::remove(const std::string& path) {
    if (files_.erase(path) == 0) {
        std::error_code ignored; // what exports and gateways write is on a disk all the same
        std::filesystem::remove(path, ignored);
    }
}

} // namespace habeas::store

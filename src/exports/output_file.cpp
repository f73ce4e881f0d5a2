#include "exports/output_file.hpp"

#include "base/spool.hpp"
#include "exports/disclosure.hpp"
#include "habeas/error.hpp"

#include <filesystem>
#include <system_error>

namespace habeas::exports {
namespace {

constexpr std::size_t buffer_bytes = 1 << 18;

} // namespace

OutputFile::OutputFile(store::Engine& engine, const std::string& path,
                       std::optional<SubjectId> subject)
    : engine_(engine), path_(base::absolute_path(path)) {
    engine_.check_writable();
    file_ = base::open_file(path_, base::OpenMode::create_new, "export file");
    try {
        id_ = register_file(engine_, path_, subject);
    } catch (...) {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
        throw;
    }
}

OutputFile::~OutputFile() {
    if (done_) {
        return;
    }
    file_.close();
    std::error_code failed;
    std::filesystem::remove(path_, failed);
    try {
        if (!failed) { // else the tick tries again when the file expires
            store::Engine::Write tx(engine_);
            forget_file(engine_, id_);
            tx.commit();
        }
    } catch (...) { // the tick finds the file missing and forgets it
    }
}

void OutputFile::flush() {
    base::write_all(file_, buffer_);
    buffer_.clear();
}

void OutputFile::write(std::string_view bytes) {
    buffer_ += bytes;
    if (buffer_.size() >= buffer_bytes) {
        flush();
    }
}

void OutputFile::write_at(std::uint64_t offset, std::string_view bytes) {
    base::write_at(file_, offset, bytes);
}

void OutputFile::finish(const std::function<void()>& log) {
    flush();
    base::sync_file(file_);
    base::sync_directory_of(path_);
    file_.close();
    store::Engine::Write tx(engine_);
    if (!file_registered(engine_, id_)) {
        throw Error(Errc::erased,
                    "the subject was erased while the file was written; it is removed", path_);
    }
    log();
    tx.commit();
    done_ = true;
}

} // namespace habeas::exports

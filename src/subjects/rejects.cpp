#include "subjects/rejects.hpp"

#include "base/text.hpp"

#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace habeas::subjects {
namespace {

constexpr std::size_t buffer_bytes = 1 << 16;

bool is_ours(store::Engine& engine, const std::string& path) {
    auto row = engine.db().prepare("SELECT 1 FROM written_file WHERE path = ?1");
    row.bind(1, path);
    return row.step();
}

} // namespace

RejectFile::RejectFile(store::Engine& engine, const std::string& path) {
    if (path.empty()) {
        return;
    }
    const std::string absolute = std::filesystem::absolute(path).lexically_normal().string();
    const bool former = is_ours(engine, absolute);
    file_ = base::open_file(absolute,
                            former ? base::OpenMode::create_or_open : base::OpenMode::create_new,
                            "rejects file");
    if (former && ::ftruncate(file_.fd(), 0) != 0) {
        throw Error(Errc::io, "the rejects file " + absolute + " cannot be emptied", absolute);
    }
    if (!former) {
        engine.register_file(absolute, std::nullopt);
    }
    buffer_ = "line,column,field,kind,reason\r\n";
}

RejectFile::~RejectFile() {
    try {
        flush();
    } catch (...) { // flush() before has told, or an error is on its way already
    }
}

void RejectFile::add(std::uint64_t line, std::size_t column, std::string_view field,
                     std::string_view kind, std::string_view reason) {
    if (!file_.is_open()) {
        return;
    }
    buffer_ += std::to_string(line);
    buffer_ += ',';
    buffer_ += column == 0 ? std::string{} : std::to_string(column);
    for (std::string_view cell : {field, kind, reason}) {
        buffer_ += ',';
        buffer_ += base::csv_cell(cell, true);
    }
    buffer_ += "\r\n";
    if (buffer_.size() >= buffer_bytes) {
        flush();
    }
}

void RejectFile::flush() {
    if (file_.is_open() && !buffer_.empty()) {
        base::write_all(file_, buffer_);
        buffer_.clear();
    }
}

} // namespace habeas::subjects

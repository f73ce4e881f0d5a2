#include "store/own_log.hpp"

#include "store/commit_record.hpp"
#include "store/raw_files.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace habeas::store {
namespace {

// https://www.sqlite.org/fileformat2.html, sections 1.6 (pages of tables) and 4.1 (the log).
constexpr std::size_t log_header = 32, frame_header = 24;

std::uint32_t big32(std::string_view in, std::size_t at) {
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        out = out << 8 | static_cast<std::uint8_t>(in[at + i]);
    }
    return out;
}

/// The number of the commit in the only row of the page of `last_commit`.
std::optional<std::uint64_t> number_in(std::string_view page) {
    constexpr char leaf_of_table = 0x0d;
    // Payload and row number of one byte each; a header of four bytes: its size, the type of the
    // id, and two bytes for that of the state.
    constexpr std::size_t before_state = 2 + 4;
    if (page.size() < 512 || page[0] != leaf_of_table || page[3] != 0 || page[4] != 1) {
        return std::nullopt;
    }
    const std::size_t cell =
        static_cast<std::uint8_t>(page[8]) << 8 | static_cast<std::uint8_t>(page[9]);
    if (cell + before_state + commit_record::size > page.size() ||
        page[cell] != static_cast<char>(4 + commit_record::size)) {
        return std::nullopt;
    }
    return commit_record::get64(page, cell + before_state + commit_record::number_at);
}

std::string bytes_at(Connection& db, RawFile file, std::uint64_t offset, std::size_t size) {
    std::string out(size, '\0');
    out.resize(raw_read(db, file, offset, out));
    return out;
}

/// As the first commit in the log left the page; nothing if none of it is about the page.
std::optional<std::uint64_t> first_in_log(Connection& db, std::uint32_t page,
                                          std::size_t page_size) {
    const std::string header = bytes_at(db, RawFile::wal, 0, log_header);
    if (header.size() < log_header) {
        return std::nullopt;
    }
    const std::string_view salts = std::string_view(header).substr(16, 8);
    for (std::uint64_t at = log_header;; at += frame_header + page_size) {
        const std::string frame = bytes_at(db, RawFile::wal, at, frame_header);
        if (frame.size() < frame_header || frame.compare(8, 8, salts) != 0) {
            return std::nullopt; // what follows is of a former log
        }
        if (big32(frame, 0) == page) {
            return number_in(bytes_at(db, RawFile::wal, at + frame_header, page_size));
        }
    }
}

bool is_own(Connection& db) {
    const std::int64_t page = db.scalar_i64(
        "SELECT coalesce(max(rootpage), 0) FROM sqlite_schema WHERE name = 'last_commit'");
    if (page == 0 || raw_size(db, RawFile::wal) == 0) {
        return true;
    }
    const auto page_size = static_cast<std::size_t>(db.scalar_i64("PRAGMA page_size"));
    std::uint64_t now = 0;
    {
        Statement row = db.prepare("SELECT state FROM last_commit WHERE id = 1");
        if (!row.step() || row.blob(0).size() != commit_record::size) {
            return true; // verify says what is wrong with it
        }
        now = commit_record::get64(row.blob(0), commit_record::number_at);
    }
    const auto in_file = number_in(bytes_at(
        db, RawFile::database, (static_cast<std::uint64_t>(page) - 1) * page_size, page_size));
    const auto first = first_in_log(db, static_cast<std::uint32_t>(page), page_size);
    // The file is as the last checkpoint left it: just before the log, or at one of its commits.
    return first ? in_file.value_or(0) + 1 >= *first && in_file.value_or(0) <= now : in_file == now;
}

} // namespace

void require_own_log(Connection& db) {
    struct Snapshot {
        Connection& db;
        ~Snapshot() {
            if (db.in_transaction()) { // an I/O error has ended it already
                sqlite3_exec(db.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
            }
        }
    };
    bool own = false;
    {
        db.exec("BEGIN");
        const Snapshot snapshot{db};
        own = is_own(db);
    }
    if (!own) {
        throw Error(
            Errc::corrupt,
            fmt::format("{0}-wal is the log of another file than {0}: a copy was put over the "
                        "store while its log stayed. Nothing was changed. To restore the copy, "
                        "delete {0}-wal and {0}-shm and open it again; to keep the newer "
                        "store, put its file back",
                        db.path()),
            db.path() + "-wal");
    }
}

} // namespace habeas::store

#include "erasure/residue_search.hpp"

#include "base/files.hpp"
#include "erasure/residue.hpp"
#include "store/raw_files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace habeas::erasure {
namespace {

using store::Findings;
using store::RawFile;
using FileId = std::pair<dev_t, ino_t>;

std::optional<FileId> id_of(const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) {
        return std::nullopt;
    }
    return FileId{status.st_dev, status.st_ino};
}

class Search {
  public:
    Search(store::Engine& engine, const VerifyOptions& options, Findings& findings)
        : engine_(&engine), options_(&options), findings_(&findings), scanner_(options.residue) {}

    void run() {
        for (const std::size_t value : scanner_.ignored()) {
            findings_->notice("residue_ignored",
                              fmt::format("value {} has less than {} bytes and was not looked for",
                                          value + 1, ResidueScanner::shortest));
        }
        if (scanner_.empty()) {
            return;
        }
        if (engine_->in_memory()) {
            findings_->notice("residue_ignored", "an in-memory store has no files to look into");
        } else {
            scan_store();
        }
        scan_written();
        for (const auto& path : options_->residue_paths) {
            scan_path(path);
        }
        explain();
        report();
    }

  private:
    void scan_store() {
        // SQLite's own handles: another open() and close() here would drop its locks.
        scan_raw(RawFile::database, engine_->path());
        scan_raw(RawFile::wal, engine_->path() + "-wal");
        scan_raw(RawFile::shared_memory, engine_->path() + "-shm");
        for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
            skip(engine_->path() + suffix);
        }
        skip(engine_->key_path());
        skip(engine_->journal_path());
        store::FileSystem& files = engine_->files();
        const std::string& journal = engine_->journal_path();
        names_.push_back(journal);
        scanner_.scan(
            [&](std::uint64_t offset, std::span<char> out) {
                const std::string bytes = files.read_range(journal, offset, out.size());
                std::copy(bytes.begin(), bytes.end(), out.begin());
                return bytes.size();
            },
            [this](std::size_t bytes) { advanced(bytes); });
    }

    void scan_raw(RawFile which, const std::string& name) {
        names_.push_back(name);
        scanner_.scan(
            [&](std::uint64_t offset, std::span<char> out) {
                return store::raw_read(engine_->db(), which, offset, out);
            },
            [this](std::size_t bytes) { advanced(bytes); });
    }

    void scan_written() {
        std::vector<std::string> paths;
        {
            store::Statement row = engine_->db().prepare("SELECT path FROM written_file");
            while (row.step()) {
                paths.push_back(row.str(0));
            }
        }
        for (const auto& path : paths) {
            if (id_of(path)) { // somebody may have moved it away
                scan_file(path);
            }
        }
    }

    void scan_path(const std::string& path) {
        namespace fs = std::filesystem;
        std::error_code error;
        const auto status = fs::symlink_status(path, error);
        if (!fs::exists(status)) {
            throw Error(Errc::not_found, fmt::format("there is no file or folder {}", path), path);
        }
        if (!fs::is_directory(status)) {
            scan_file(path);
            return;
        }
        for (fs::recursive_directory_iterator it(path, error), end; it != end;
             it.increment(error)) {
            if (error) {
                throw Error(Errc::io,
                            fmt::format("{} cannot be searched: {}", path, error.message()), path);
            }
            if (fs::is_regular_file(it->symlink_status())) {
                scan_file(it->path().string());
            }
        }
    }

    void scan_file(const std::string& path) {
        const auto id = id_of(path);
        if (!id || !seen_.insert(*id).second) {
            return;
        }
        const base::File file = base::open_file(path, base::OpenMode::read, "file to search");
        names_.push_back(path);
        scanner_.scan(
            [&](std::uint64_t offset, std::span<char> out) {
                std::size_t done = 0;
                while (done < out.size()) {
                    const auto got = ::pread(file.fd(), out.data() + done, out.size() - done,
                                             static_cast<off_t>(offset + done));
                    if (got < 0 && errno == EINTR) {
                        continue;
                    }
                    if (got < 0) {
                        throw Error(Errc::io, fmt::format("{} cannot be read", path), path);
                    }
                    if (got == 0) {
                        break;
                    }
                    done += static_cast<std::size_t>(got);
                }
                return done;
            },
            [this](std::size_t bytes) { advanced(bytes); });
    }

    void skip(const std::string& path) {
        if (const auto id = id_of(path)) {
            seen_.insert(*id);
        }
    }

    void advanced(std::size_t bytes) {
        bytes_ += bytes;
        if (options_->progress && !options_->progress(bytes_, 0)) {
            throw Error(Errc::cancelled, "the search for residue was cancelled");
        }
    }

    /// Windows that present rows have too ("@example.org") say nothing about the person. Whole
    /// values are reported in any case, with the table that has them.
    void explain() {
        if (scanner_.hits().empty()) {
            return;
        }
        std::vector<std::string> tables{"sqlite_schema"};
        {
            store::Statement row = engine_->db().prepare(
                "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
            while (row.step()) {
                tables.push_back(row.str(0));
            }
        }
        for (const auto& table : tables) {
            store::Statement row =
                engine_->db().prepare_text("SELECT * FROM " + store::quote_name(table));
            while (row.step()) {
                for (int column = 0; column < row.columns(); ++column) {
                    if (row.is_null(column)) {
                        continue;
                    }
                    scanner_.explain(row.blob(column),
                                     [&](std::size_t value) { present_[value].insert(table); });
                }
            }
        }
    }

    void report() {
        for (const auto& hit : scanner_.hits()) {
            std::string where;
            if (const auto known = present_.find(hit.value); hit.whole && known != present_.end()) {
                for (const auto& table : known->second) {
                    where += (where.empty() ? "; present rows have it in " : ", ") + table;
                }
            }
            findings_->error("residue",
                             fmt::format("{} of value {} in {} at byte {}, {} times{}",
                                         hit.whole ? "all" : "a part", hit.value + 1,
                                         names_[hit.file], hit.offset, hit.count, where));
        }
        if (const auto shared = scanner_.explained(); shared > 0) {
            findings_->notice(
                "residue_shared",
                fmt::format("{} parts of the values were found that present rows have "
                            "too; they are not counted",
                            shared));
        }
    }

    store::Engine* engine_;
    const VerifyOptions* options_;
    Findings* findings_;
    ResidueScanner scanner_;
    std::vector<std::string> names_; ///< by the scanner's file number
    std::set<FileId> seen_;
    std::uint64_t bytes_ = 0;
    std::map<std::size_t, std::set<std::string>> present_; ///< tables by value
};

} // namespace

void search_residue(store::Engine& engine, const VerifyOptions& options, Findings& findings) {
    Search(engine, options, findings).run();
}

} // namespace habeas::erasure

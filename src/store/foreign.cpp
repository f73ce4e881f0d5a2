#include "store/foreign.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace habeas::store {
namespace {

ConnectionOptions options_for(const std::string& path, ForeignTransaction::Access access) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) {
        throw Error(Errc::not_found,
                    fmt::format("{}: there is no such file; name the holder's database", path),
                    path);
    }
    ConnectionOptions out;
    out.vfs = ""; // SQLite's own: the file is not ours
    out.foreign = true;
    out.read_only = access == ForeignTransaction::Access::read;
    return out;
}

} // namespace

ForeignTransaction::ForeignTransaction(const std::string& path, Access access)
    : db_(path, options_for(path, access)) {
    db_.exec(access == Access::write ? "BEGIN IMMEDIATE" : "BEGIN");
    open_ = true;
}

ForeignTransaction::~ForeignTransaction() {
    if (open_) {
        try {
            db_.exec("ROLLBACK");
        } catch (const std::exception&) { // closing does it
        }
    }
}

void ForeignTransaction::commit() {
    db_.exec("COMMIT");
    open_ = false;
}

} // namespace habeas::store

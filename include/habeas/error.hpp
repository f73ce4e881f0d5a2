// The one exception of habeas. Outcomes such as "no consent" are data, never errors.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace habeas {

/// Why a call failed. The numbers are those of the C ABI (`habeas_status`) and never change.
enum class Errc : std::int32_t {
    internal = -1,            ///< a defect of habeas itself; please report it
    invalid = -2,             ///< an argument or a value is malformed; `where` names it
    not_found = -3,           ///< no such field, purpose, text, form, ...
    subject_unknown = -4,     ///< this subject id was never given
    erased = -5,              ///< this subject was erased
    exists = -6,              ///< an identifier, code or file is taken already
    conflict = -7,            ///< the row changed since it was read (optimistic version)
    busy = -8,                ///< another writer or reader holds the store; try again
    locked = -9,              ///< a foreign program holds the database file
    read_only = -10,          ///< the file or the handle cannot be written
    full = -11,               ///< disk full; nothing was changed
    io = -12,                 ///< the operating system failed to read or write
    corrupt = -13,            ///< the database file is damaged
    not_a_store = -14,        ///< not a database, or a database of another program
    migration_needed = -15,   ///< an older store: migrate it
    newer_store = -16,        ///< written by a newer habeas
    key_missing = -17,        ///< no root key was found
    key_wrong = -18,          ///< the key does not belong to this store
    journal_missing = -19,    ///< the restore journal is not there
    journal_foreign = -20,    ///< the restore journal is of another store, or damaged
    network_filesystem = -21, ///< WAL does not work on this file system
    cancelled = -22,          ///< the progress callback said stop
    out_of_memory = -23,      ///< memory ran out; nothing was changed
    unsupported = -24,        ///< this build lacks the component
    denied = -25,             ///< not permitted (read-only SQL, sealed evidence)
    handle = -26,             ///< C ABI: a wrong or freed handle
    concurrent = -27,         ///< C ABI: the handle is in use by another thread
    forked = -28,             ///< C ABI: the handle was opened before fork()
    callback = -29,           ///< a host callback failed
};

/// Stable lower-case name of a code, such as "subject_unknown".
std::string_view errc_name(Errc code) noexcept;

class Error : public std::runtime_error {
  public:
    /// `message` names the place and the remedy; `where` is a field name, JSON pointer or path.
    /// Both may repeat a name that came from outside, so they are made fit for a log: one line of
    /// UTF-8 of some kilobytes at most.
    Error(Errc code, const std::string& message, const std::string& where = {},
          int sqlite_code = 0);

    [[nodiscard]] Errc code() const noexcept { return code_; }
    [[nodiscard]] const std::string& where() const noexcept { return where_; }
    /// SQLite's extended result code, 0 where SQLite was not involved.
    [[nodiscard]] int sqlite_code() const noexcept { return sqlite_code_; }

  private:
    Errc code_;
    std::string where_;
    int sqlite_code_;
};

} // namespace habeas

#include "exit_code.hpp"

#include "text.hpp"

#include <fmt/format.h>

#include <array>
#include <vector>

namespace habeas::cli {
namespace {

struct Class {
    Exit exit;
    const char* meaning;
    std::vector<Errc> codes;
};

/// One table maps the errors and documents them.
const std::array<Class, 16>& classes() {
    static const std::array<Class, 16> table{{
        {Exit::ok, "done; where something was asked: yes", {}},
        {Exit::no,
         "the answer is no: decide denied, nobody found, not suppressed, no match, verify found "
         "something, a form has errors, a submission or message is refused, a token does not "
         "count, "
         "a copy of the journal differs",
         {}},
        {Exit::usage, "the command line is wrong", {}},
        {Exit::invalid, "a value, file or definition is refused", {Errc::invalid}},
        {Exit::not_found,
         "no such store, subject, field, purpose, ...",
         {Errc::not_found, Errc::subject_unknown}},
        {Exit::erased, "this subject was erased", {Errc::erased}},
        {Exit::taken,
         "taken already, or changed meanwhile by somebody else",
         {Errc::exists, Errc::conflict}},
        {Exit::busy, "somebody else holds the store; try again", {Errc::busy, Errc::locked}},
        {Exit::key,
         "root key or restore journal missing or wrong",
         {Errc::key_missing, Errc::key_wrong, Errc::journal_missing, Errc::journal_foreign}},
        {Exit::store,
         "not a store, damaged, or of another version",
         {Errc::corrupt, Errc::not_a_store, Errc::migration_needed, Errc::newer_store,
          Errc::network_filesystem}},
        {Exit::system,
         "the system failed: read-only, disk full, input or output, memory",
         {Errc::read_only, Errc::full, Errc::io, Errc::out_of_memory}},
        {Exit::not_permitted,
         "not permitted, or not in this build",
         {Errc::denied, Errc::unsupported}},
        {Exit::cancelled, "past its time limit", {Errc::cancelled}},
        {Exit::internal,
         "a defect of habeas; please report it",
         {Errc::internal, Errc::handle, Errc::concurrent, Errc::forked, Errc::callback}},
        {Exit::interrupted, "stopped by Ctrl-C; what was committed stays", {}},
        {Exit::closed_pipe, "whoever read the output has gone", {}},
    }};
    return table;
}

} // namespace

Exit exit_of(Errc code) noexcept {
    for (const Class& each : classes()) {
        for (Errc mine : each.codes) {
            if (mine == code) {
                return each.exit;
            }
        }
    }
    return Exit::internal;
}

std::string exit_codes_help() {
    std::string out = "Exit codes:\n";
    for (const Class& each : classes()) {
        std::string name = fmt::format("  {:>3}  ", static_cast<int>(each.exit));
        for (const std::string& line : wrap(each.meaning, 80 - name.size())) {
            out += name + line + "\n";
            name.assign(name.size(), ' ');
        }
    }
    return out;
}

std::string_view remedy(const Error& error) noexcept {
    if (error.where() == "backup_key") {
        return "option --backup-key names the file with the key";
    }
    switch (error.code()) {
    case Errc::key_missing:
        return "option --key-file names another place";
    case Errc::key_wrong:
        return "options --accept-lost-key --accept-missing-journal";
    case Errc::journal_missing:
    case Errc::journal_foreign:
        return "options --journal, --accept-missing-journal";
    case Errc::read_only:
        return "see --read-only";
    case Errc::internal:
        return "please report it";
    default:
        return {};
    }
}

} // namespace habeas::cli

// What the program answers to the shell, and how failures are told.
#pragma once

#include "habeas/error.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace habeas::cli {

/// Documented by `habeas --help`. A number never changes its meaning.
enum class Exit : int {
    ok = 0,
    no = 1, ///< the answer is no: denied, not found by `find`, findings of `verify`
    usage = 2,
    invalid = 3,
    not_found = 4,
    erased = 5,
    taken = 6,
    busy = 7,
    key = 8,
    store = 9,
    system = 10,
    not_permitted = 11,
    cancelled = 12,
    internal = 70,
    interrupted = 130,
    closed_pipe = 141
};

/// The command line itself is wrong: exit code 2.
class UsageError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Whoever reads our output has gone: nothing is said, exit code 141 as after SIGPIPE.
class ClosedPipe {};

Exit exit_of(Errc code) noexcept;
/// The table of exit codes for people.
std::string exit_codes_help();
/// The option or command of this program that helps; empty where the message says enough.
std::string_view remedy(const Error& error) noexcept;

} // namespace habeas::cli

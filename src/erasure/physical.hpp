// The second state of an erasure: no byte of the subject is left in the files of the store.
#pragma once

#include "store/engine.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace habeas::erasure {

struct Completion {
    std::uint64_t done = 0;         ///< acts of erasure that became physical now
    std::uint64_t pending = 0;      ///< acts that wait: for a reader of the log, or a file
    std::optional<std::int64_t> at; ///< when, if any were done
};

/// Deletes the files of erased subjects, empties the write-ahead log, and marks every erasure that
/// was committed before. Outside a transaction. Throws Errc::io and the like; the next tick goes
/// on.
Completion complete(store::Engine& engine);

/// The tick hook of erasure.
void tick(store::Engine& engine, TickReport& report);

} // namespace habeas::erasure

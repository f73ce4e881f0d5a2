// The ready answers: one row for a subject, purpose and channel, kept by whoever writes an event.
#pragma once

#include "consent/catalogue.hpp"
#include "consent/evaluate.hpp"
#include "consent/load.hpp"

#include <utility>
#include <vector>

namespace habeas::consent {

using ReadyKey = std::pair<std::int64_t, Channel>; ///< purpose, channel

struct ReadyRow {
    ReadyKey key;
    Verdict verdict;
};

/// The rows that a subject with these facts must have: of all purposes where an event concerns all,
/// of confirmations where a sign-up was recorded, else of the purposes that its events name.
/// Sorted.
std::vector<ReadyKey> required_rows(const Catalogue& catalogue, const SubjectFacts& facts);
/// Does an event concern all purposes?
bool stands_out(const SubjectFacts& facts) noexcept;

std::vector<ReadyRow> stored_rows(store::Engine& engine, std::int64_t subject);
Verdict read_verdict(const store::Statement& row, int first_column);

/// Recomputes the subject's rows and its standing flag. In a write transaction, after the event.
void refresh(store::Engine& engine, SubjectId subject);
/// Recomputes the rows of one purpose for everybody: its definition changed. `first`: it had none,
/// but events (of a replay) may name it already.
void refresh_purpose(store::Engine& engine, std::int64_t purpose, bool first = false);

} // namespace habeas::consent

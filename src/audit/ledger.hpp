// Appending to the ledger and its hash chain. The only place that writes tables event and chain.
#pragma once

#include "base/hash.hpp"
#include "habeas/consent.hpp"
#include "store/engine.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace habeas::audit {

/// A row of table event. Ids of definitions are row ids; evidence is canonical JSON (keys sorted).
struct Entry {
    std::int64_t id = 0;
    std::optional<std::int64_t> subject;
    std::optional<std::int64_t> origin; ///< set by a merge
    EventKind kind{};
    std::optional<std::int64_t> purpose;
    std::int64_t channel = 0;
    std::optional<std::string> scope;
    std::int64_t effective_at = 0;
    std::int64_t recorded_at = 0;
    std::int64_t actor = 0;
    std::optional<std::int64_t> text_version;
    std::optional<std::string> evidence;
    std::string nonce;
};

/// Kinds that decisions look at and that a host may record.
constexpr bool decides(EventKind kind) noexcept {
    return (kind >= EventKind::requested && kind <= EventKind::basis_resumed) ||
           kind == EventKind::paused || kind == EventKind::resumed;
}

/// Writes the event and its chain entry; fills id, recorded_at (now), actor, nonce, and
/// effective_at when it is 0. In a write transaction. Returns the sequence.
std::int64_t append(store::Engine& engine, Entry& entry);

/// BLAKE2b-256 of nonce and content. The subject is the one it was written for (origin), so that a
/// merge rewrites nothing and an event moved to somebody else is noticed.
base::Hash256 commitment(const Entry& entry);
base::Hash256 link(const base::Hash256& previous, std::int64_t sequence,
                   const base::Hash256& commitment);

/// The subject's events in order of sequence.
void each_event(store::Engine& engine, std::int64_t subject,
                const std::function<void(const Entry&)>& row);
std::optional<Entry> find_event(store::Engine& engine, std::int64_t id);
/// Columns of `event` in the order that read_entry expects: "SELECT <entry_columns> FROM event
/// ...".
#define HABEAS_ENTRY_COLUMNS                                                                       \
    "id, subject_id, origin_id, kind, purpose_id, channel, scope, effective_at, recorded_at, "     \
    "actor_id, text_version, evidence, nonce"
Entry read_entry(const store::Statement& row);

struct Head {
    std::int64_t sequence = 0;
    base::Hash256 hash{};
};
Head head(store::Engine& engine);

} // namespace habeas::audit

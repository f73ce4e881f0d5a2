#include "audit/ledger.hpp"

#include "audit/module.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace habeas::audit {
namespace {

void optional_number(base::Hasher& hasher, const std::optional<std::int64_t>& value) {
    hasher.u64(value ? 1 : 0).i64(value.value_or(0));
}
void optional_text(base::Hasher& hasher, const std::optional<std::string>& value) {
    hasher.u64(value ? 1 : 0).str(value ? std::string_view(*value) : std::string_view());
}

/// Where the next entry continues: at the chain's end, if the last commit vouches for it. Otherwise
/// somebody cut the chain or added to it, and the next entry continues from what the key vouches
/// for: the fault stays visible for ever, and no commit authenticates what habeas did not write.
Head end_to_continue(store::Engine& engine) {
    const Head last = head(engine);
    const auto& vouched = engine.last_commit();
    auto& start = engine.ledger_start();
    if (!start.checked) {
        start.checked = true;
        start.foreign = last.sequence != vouched.head_sequence || last.hash != vouched.head_hash;
        start.hash = last.hash;
    }
    if (start.foreign && last.hash == start.hash) {
        return {std::max(last.sequence, vouched.head_sequence), vouched.head_hash};
    }
    return last;
}

} // namespace

base::Hash256 commitment(const Entry& entry) {
    base::Hasher hasher;
    hasher.str("habeas-event-1").str(entry.nonce);
    optional_number(hasher, entry.origin ? entry.origin : entry.subject);
    hasher.u64(static_cast<std::uint64_t>(entry.kind));
    optional_number(hasher, entry.purpose);
    hasher.i64(entry.channel);
    optional_text(hasher, entry.scope);
    hasher.i64(entry.effective_at).i64(entry.recorded_at).i64(entry.actor);
    optional_number(hasher, entry.text_version);
    optional_text(hasher, entry.evidence);
    return hasher.finish();
}

base::Hash256 link(const base::Hash256& previous, std::int64_t sequence,
                   const base::Hash256& commitment) {
    return base::Hasher().raw(previous).i64(sequence).raw(commitment).finish();
}

Head head(store::Engine& engine) {
    Head head;
    store::Statement row =
        engine.db().prepare("SELECT sequence, hash FROM chain ORDER BY sequence DESC LIMIT 1");
    if (row.step()) {
        head.sequence = row.i64(0);
        const auto hash = row.blob(1);
        if (hash.size() == head.hash.size()) {
            std::memcpy(head.hash.data(), hash.data(), hash.size());
        }
    }
    return head;
}

std::int64_t append(store::Engine& engine, Entry& entry) {
    const Head last = end_to_continue(engine);
    entry.id = last.sequence + 1;
    entry.recorded_at = engine.now_ms();
    if (entry.effective_at == 0) {
        entry.effective_at = entry.recorded_at;
    }
    entry.actor = engine.actor_id();
    std::array<std::uint8_t, 16> nonce{};
    engine.random()(nonce);
    entry.nonce.assign(base::as_view(nonce));

    engine.db()
        .prepare("INSERT INTO event(id, subject_id, origin_id, kind, purpose_id, channel, scope, "
                 "effective_at, recorded_at, actor_id, text_version, evidence, nonce) "
                 "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind_all(entry.id, entry.subject, entry.origin, static_cast<std::int64_t>(entry.kind),
                  entry.purpose, entry.channel, entry.scope, entry.effective_at, entry.recorded_at,
                  entry.actor, entry.text_version, entry.evidence, store::Blob{entry.nonce})
        .run();
    if (entry.subject && decides(entry.kind)) {
        engine.note_change(SubjectId{*entry.subject}, ChangeKind::consent);
    }
    const auto committed = commitment(entry);
    const auto hash = link(last.hash, entry.id, committed);
    engine.db()
        .prepare("INSERT INTO chain(sequence, commitment, hash) VALUES(?, ?, ?)")
        .bind_all(entry.id, store::Blob{base::as_view(committed)}, store::Blob{base::as_view(hash)})
        .run();
    return entry.id;
}

Entry read_entry(const store::Statement& row) {
    Entry entry;
    entry.id = row.i64(0);
    entry.subject = row.opt_i64(1);
    entry.origin = row.opt_i64(2);
    entry.kind = static_cast<EventKind>(row.i64(3));
    entry.purpose = row.opt_i64(4);
    entry.channel = row.i64(5);
    entry.scope = row.opt_str(6);
    entry.effective_at = row.i64(7);
    entry.recorded_at = row.i64(8);
    entry.actor = row.i64(9);
    entry.text_version = row.opt_i64(10);
    entry.evidence = row.opt_str(11);
    entry.nonce = std::string(row.blob(12));
    return entry;
}

void each_event(store::Engine& engine, std::int64_t subject,
                const std::function<void(const Entry&)>& each) {
    store::Statement row = engine.db().prepare("SELECT " HABEAS_ENTRY_COLUMNS
                                               " FROM event WHERE subject_id = ? ORDER BY id");
    row.bind(1, subject);
    while (row.step()) {
        each(read_entry(row));
    }
}

std::optional<Entry> find_event(store::Engine& engine, std::int64_t id) {
    store::Statement row =
        engine.db().prepare("SELECT " HABEAS_ENTRY_COLUMNS " FROM event WHERE id = ?");
    row.bind(1, id);
    return row.step() ? std::optional(read_entry(row)) : std::nullopt;
}

} // namespace habeas::audit

#include "consent/suppression.hpp"

#include "base/json_members.hpp"
#include "base/one_of.hpp"
#include "base/text.hpp"
#include "consent/ledger.hpp"
#include "consent/ready.hpp"
#include "habeas/error.hpp"
#include "subjects/lookup.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace habeas {
namespace consent {
namespace {

using nlohmann::json;

bool same(const Suppression& a, const Suppression& b) {
    return a.kind == b.kind && a.scope == b.scope && a.purpose == b.purpose &&
           a.channel == b.channel;
}

/// What an entry is in a subject's ledger. An entry for one purpose is a no to that purpose, which
/// a later consent of the person may end; the others stay until the person takes them back.
OwnEvent event_of(const Suppression& entry) {
    OwnEvent event;
    event.purpose = entry.purpose;
    event.channel = entry.channel;
    event.effective = entry.effective;
    event.note = "suppression list: " + entry.kind;
    if (entry.kind == "bounce") {
        event.kind = EventKind::bounced;
        event.scope = "hard";
    } else if (entry.kind == "complaint") {
        event.kind = EventKind::complained;
    } else if (entry.purpose != 0) {
        event.kind = EventKind::withdrawn;
    } else {
        event.kind = EventKind::suppressed;
        event.scope = entry.scope;
    }
    return event;
}

/// Acts on the list are recorded for whoever has the identifier, else for the store: then without
/// the host's words, since nothing erases an act on the store.
void record_without_subject(store::Engine& engine, EventKind kind, const std::string& scope) {
    audit::Entry entry;
    entry.kind = kind;
    if (!scope.empty()) {
        entry.scope = scope;
    }
    audit::append(engine, entry);
}

/// The last time the subject was re-opened: an entry found later counts from when it was found.
Ms last_reopened(store::Engine& engine, std::int64_t subject) {
    auto row = engine.db().prepare("SELECT max(effective_at) FROM event WHERE subject_id = ?1 AND "
                                   "kind IN (?2, ?3)");
    row.bind(1, subject)
        .bind(2, static_cast<std::int64_t>(EventKind::unsuppressed))
        .bind(3, static_cast<std::int64_t>(EventKind::delivery_reset));
    return row.step() && !row.is_null(0) ? row.i64(0) : begin_of_time;
}

/// Entries of the identifiers that the subject has now.
std::vector<Suppression> entries_of(store::Engine& engine, SubjectId subject) {
    std::vector<store::HashRef> hashes;
    for (const Identifier& each : subjects::load(engine, subject).identifiers) {
        auto more = subjects::hash_all(engine, subjects::normalise(engine, each));
        hashes.insert(hashes.end(), more.begin(), more.end());
    }
    return find_entries(engine, hashes);
}

void queue(store::Engine& engine, store::JournalKind kind, const json& detail,
           std::vector<store::HashRef> hashes) {
    store::JournalRecord record;
    record.kind = kind;
    record.detail = detail.dump();
    record.identifiers = std::move(hashes);
    engine.journal(std::move(record));
}

} // namespace

void check_suppression(std::string_view kind, std::string_view scope) {
    if (!base::one_of(kind, {"objection", "erasure", "bounce", "complaint"})) {
        throw Error(Errc::invalid, "kind: write objection, erasure, bounce or complaint", "kind");
    }
    if (!base::one_of(scope, {"marketing", "all"})) {
        throw Error(Errc::invalid, "scope: write marketing or all", "scope");
    }
}

std::vector<Channel> suppressed_channels(std::string_view kind, IdentifierKind identifier) {
    bool of_person = kind == "erasure" || identifier == IdentifierKind::external;
    if (identifier == IdentifierKind::phone && !of_person) {
        return {Channel::phone, Channel::sms};
    }
    if (identifier == IdentifierKind::email && kind == "bounce") {
        return {Channel::email};
    }
    return {Channel::any};
}

void add_entries(store::Engine& engine, std::span<const store::HashRef> hashes,
                 const Suppression& entry) {
    for (const store::HashRef& each : hashes) {
        // NULL equals NULL here, which the unique index does not see.
        engine.db()
            .prepare("INSERT INTO suppression(identifier_kind, key_id, hash, kind, scope, "
                     "purpose_id, channel, effective_at, recorded_at) "
                     "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE NOT EXISTS(SELECT 1 FROM "
                     "suppression WHERE hash = ?3 AND kind = ?4 AND scope = ?5 AND "
                     "purpose_id IS ?6 AND channel = ?7)")
            .bind_all(static_cast<std::int64_t>(each.kind), each.key_id,
                      store::Blob{base::as_view(each.hash)}, entry.kind, entry.scope,
                      entry.purpose == 0 ? std::optional<std::int64_t>{} : entry.purpose,
                      static_cast<std::int64_t>(entry.channel), entry.effective, engine.now_ms())
            .run();
    }
}

std::vector<Suppression> find_entries(store::Engine& engine,
                                      std::span<const store::HashRef> hashes) {
    std::vector<Suppression> found;
    auto row = engine.db().prepare("SELECT kind, scope, purpose_id, channel, effective_at FROM "
                                   "suppression WHERE hash = ?1 AND identifier_kind = ?2");
    for (const store::HashRef& each : hashes) {
        row.reset();
        row.bind_view(1, store::Blob{base::as_view(each.hash)})
            .bind(2, static_cast<std::int64_t>(each.kind));
        while (row.step()) {
            Suppression entry{row.str(0), row.str(1), row.is_null(2) ? 0 : row.i64(2),
                              static_cast<Channel>(row.i64(3)), row.i64(4)};
            bool known = std::any_of(found.begin(), found.end(),
                                     [&](const Suppression& other) { return same(entry, other); });
            if (!known) {
                found.push_back(std::move(entry));
            }
        }
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.effective < b.effective; });
    return found;
}

void list_identifier(store::Engine& engine, const store::HashRef& active, const Suppression& entry,
                     const std::string& purpose) {
    add_entries(engine, std::span(&active, 1), entry);
    queue(engine, store::JournalKind::suppressed,
          base::object_of("channel", channel_name(entry.channel), "effective_at", entry.effective,
                          "kind", entry.kind, "purpose", purpose, "scope", entry.scope),
          {active});
}

bool remove_entries(store::Engine& engine, std::span<const store::HashRef> hashes) {
    bool any = false;
    for (const store::HashRef& each : hashes) {
        auto row = engine.db().prepare("DELETE FROM suppression WHERE hash = ?1 AND "
                                       "identifier_kind = ?2");
        row.bind(1, store::Blob{base::as_view(each.hash)})
            .bind(2, static_cast<std::int64_t>(each.kind));
        row.run();
        any = engine.db().changes() > 0 || any;
    }
    return any;
}

bool apply_entries(store::Engine& engine, SubjectId subject,
                   const std::vector<Suppression>& entries) {
    auto id = static_cast<std::int64_t>(subject);
    bool wrote = false;
    Ms reopened = entries.empty() ? begin_of_time : last_reopened(engine, id);
    for (const Suppression& entry : entries) {
        OwnEvent event = event_of(entry);
        if (event.effective <= reopened) {
            event.effective = engine.now_ms();
        }
        auto known = engine.db().prepare(
            "SELECT 1 FROM event WHERE subject_id = ?1 AND kind = ?2 AND purpose_id IS ?3 AND "
            "channel = ?4 AND effective_at = ?5 AND coalesce(scope, '') = ?6");
        known.bind_all(id, static_cast<std::int64_t>(event.kind),
                       event.purpose == 0 ? std::optional<std::int64_t>{} : event.purpose,
                       static_cast<std::int64_t>(event.channel), event.effective, event.scope);
        if (!known.step()) {
            event.subject = id;
            append_own(engine, event);
            wrote = true;
        }
    }
    return wrote;
}

} // namespace consent

void Consent::suppress(const Identifier& identifier, const std::string& kind,
                       const std::string& scope, const std::string& note) {
    using namespace consent;
    check_suppression(kind, scope);
    base::require_text(note, "note", true, 4000);
    store::Engine::Write tx(*engine_);
    auto normal = subjects::normalise(*engine_, identifier);
    std::vector<store::HashRef> hashes = subjects::hash_all(*engine_, normal);
    std::vector<Suppression> entries;
    for (Channel each : suppressed_channels(kind, identifier.kind)) {
        entries.push_back({kind, scope, 0, each, engine_->now_ms()});
        list_identifier(*engine_, hashes.front(), entries.back());
    }
    if (auto subject = subjects::find(*engine_, normal)) {
        for (Suppression& entry : entries) {
            OwnEvent event = event_of(entry);
            event.subject = static_cast<std::int64_t>(*subject);
            event.note += note.empty() ? "" : "; " + note;
            append_own(*engine_, event);
        }
        refresh(*engine_, *subject);
    } else {
        record_without_subject(*engine_, EventKind::suppressed, scope);
    }
    tx.commit();
}

bool Consent::unsuppress(const Identifier& identifier, const std::string& reason) {
    using namespace consent;
    if (base::trim(reason).empty()) {
        throw Error(Errc::invalid,
                    "reason: say which act of the person re-opens the address; nobody else may",
                    "reason");
    }
    base::require_text(reason, "reason", true, 4000);
    store::Engine::Write tx(*engine_);
    auto normal = subjects::normalise(*engine_, identifier);
    std::vector<store::HashRef> hashes = subjects::hash_all(*engine_, normal);
    if (!remove_entries(*engine_, hashes)) {
        return false;
    }
    queue(*engine_, store::JournalKind::unsuppressed, {{"effective_at", engine_->now_ms()}},
          hashes);
    if (auto subject = subjects::find(*engine_, normal)) {
        OwnEvent event;
        event.subject = static_cast<std::int64_t>(*subject);
        event.kind = EventKind::unsuppressed;
        event.note = reason;
        append_own(*engine_, event);
        // What stands for the person's other addresses stays.
        apply_entries(*engine_, *subject, entries_of(*engine_, *subject));
        refresh(*engine_, *subject);
    } else {
        record_without_subject(*engine_, EventKind::unsuppressed, "");
    }
    tx.commit();
    return true;
}

bool Consent::suppressed(const Identifier& identifier) const {
    store::Engine::Read snapshot(*engine_);
    auto hashes = subjects::hash_all(*engine_, subjects::normalise(*engine_, identifier));
    return !consent::find_entries(*engine_, hashes).empty();
}

std::int64_t Consent::suppression_count() const {
    return engine_->db().scalar_i64("SELECT count(*) FROM suppression");
}

} // namespace habeas

#include "consent/ledger.hpp"

#include "base/calendar.hpp"
#include "base/json_members.hpp"
#include "consent/event_check.hpp"
#include "consent/evidence.hpp"
#include "consent/ready.hpp"
#include "store/actor.hpp"
#include "subjects/lookup.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace habeas {
namespace consent {
namespace {

const PurposeHistory* purpose_of(const Catalogue& purposes, const ConsentEvent& event) {
    if (event.purpose.empty()) {
        return nullptr;
    }
    const PurposeHistory* found = purposes.find(event.purpose);
    if (!found || found->versions.empty()) {
        throw Error(Errc::not_found, "purpose " + event.purpose + " is not declared", "purpose");
    }
    return found;
}

void check_text_version(const Evidence& evidence, const PurposeHistory* purpose) {
    if (evidence.text_version == 0) {
        return;
    }
    bool there = purpose && std::any_of(purpose->texts.begin(), purpose->texts.end(),
                                        [&](const TextFact& text) {
                                            return text.number == evidence.text_version;
                                        });
    if (!there) {
        throw Error(Errc::not_found,
                    "this purpose has no text version of that number; add it first",
                    "evidence.text_version");
    }
}

/// What an event of a sign-up meant when it was recorded.
Stamp stamp_of(const Catalogue& purposes, const PurposeHistory* purpose,
               const ConsentEvent& event) {
    Stamp stamp;
    bool sign_up = event.kind == EventKind::granted || event.kind == EventKind::requested;
    if (!sign_up || !purpose) {
        return stamp;
    }
    const Purpose& definition = *present_definition(*purpose);
    if (event.channel == Channel::any) {
        for (Channel each : definition.channels) {
            stamp.channels |= bit(each);
        }
    }
    const auto& named = event.evidence.controllers;
    stamp.own_controller = named.empty() || (!purposes.controller().empty() &&
                                             std::find(named.begin(), named.end(),
                                                       purposes.controller()) != named.end());
    if (definition.information_society_service) {
        stamp.controller_country = purposes.controller_country();
    }
    return stamp;
}

void queue_for_restore(store::Engine& engine, const Catalogue& purposes,
                       const audit::Entry& entry) {
    const PurposeHistory* purpose = entry.purpose ? purposes.find(*entry.purpose) : nullptr;
    nlohmann::json detail = base::object_of(
        "channel", channel_name(static_cast<Channel>(entry.channel)), "effective_at",
        entry.effective_at, "kind", event_kind_name(entry.kind), "purpose",
        purpose ? purpose->code : std::string{}, "scope", entry.scope.value_or(""));
    if (entry.kind == EventKind::paused && entry.evidence) {
        ConsentEvent event;
        decode_evidence(*entry.evidence, event);
        if (event.evidence.expires_at) {
            detail["expires_at"] = to_ms(*event.evidence.expires_at);
        }
    }
    store::JournalRecord record;
    record.kind = store::JournalKind::event;
    record.subject = *entry.subject;
    record.detail = detail.dump();
    record.identifiers = subjects::identifiers_ever(engine, SubjectId{*entry.subject});
    engine.journal(std::move(record));
}

Actor actor_of(store::Engine& engine, std::int64_t id) {
    auto row = engine.db().prepare("SELECT kind, ref, reason FROM actor WHERE id = ?1");
    row.bind(1, id);
    return row.step() ? store::read_actor(row, 0) : Actor{};
}

} // namespace

bool outlives_restore(EventKind kind, std::string_view scope) noexcept {
    switch (kind) {
    case EventKind::requested:
    case EventKind::granted:
    case EventKind::expired:
    case EventKind::basis_fact:
        return false;
    case EventKind::bounced:
        return scope == "hard";
    default:
        return audit::decides(kind);
    }
}

audit::Entry prepare_event(store::Engine& engine, const Catalogue& purposes,
                           const ConsentEvent& given) {
    ConsentEvent event = given;
    Ms now = engine.now_ms();
    if (event.effective_at == Time{}) {
        event.effective_at = from_ms(now);
    }
    const PurposeHistory* purpose = purpose_of(purposes, event);
    check_event(event, purpose, now);
    check_evidence(event.evidence);
    check_text_version(event.evidence, purpose);
    if (event.kind == EventKind::requested && !event.evidence.expires_at) {
        event.evidence.expires_at = base::add_duration(
            event.effective_at, present_definition(*purpose)->double_opt_in_validity);
    }
    audit::Entry entry;
    entry.subject = static_cast<std::int64_t>(event.subject);
    entry.kind = event.kind;
    if (purpose) {
        entry.purpose = purpose->id;
    }
    entry.channel = static_cast<std::int64_t>(event.channel);
    if (!event.scope.empty()) {
        entry.scope = event.scope;
    }
    entry.effective_at = to_ms(event.effective_at);
    if (event.evidence.text_version != 0) {
        entry.text_version = event.evidence.text_version;
    }
    entry.evidence =
        encode_evidence(event.evidence, event.data, stamp_of(purposes, purpose, event));
    return entry;
}

std::int64_t append_prepared(store::Engine& engine, const Catalogue& purposes,
                             audit::Entry& entry) {
    audit::append(engine, entry);
    if (outlives_restore(entry.kind, entry.scope.value_or(""))) {
        queue_for_restore(engine, purposes, entry);
    }
    return entry.id;
}

std::int64_t append_event(store::Engine& engine, const Catalogue& purposes,
                          const ConsentEvent& event) {
    audit::Entry entry = prepare_event(engine, purposes, event);
    return append_prepared(engine, purposes, entry);
}

std::int64_t append_own(store::Engine& engine, const OwnEvent& event) {
    audit::Entry entry;
    entry.subject = event.subject;
    entry.kind = event.kind;
    if (event.purpose != 0) {
        entry.purpose = event.purpose;
    }
    entry.channel = static_cast<std::int64_t>(event.channel);
    if (!event.scope.empty()) {
        entry.scope = event.scope;
    }
    entry.effective_at = event.effective == 0 ? engine.now_ms() : event.effective;
    Evidence evidence;
    evidence.note = event.note;
    if (event.expires) {
        evidence.expires_at = from_ms(*event.expires);
    }
    entry.evidence = encode_evidence(evidence, {}, {});
    return audit::append(engine, entry);
}

namespace {

/// All but who acted.
ConsentEvent to_event(const Catalogue& purposes, const audit::Entry& entry) {
    ConsentEvent event;
    event.id = EventId{entry.id};
    event.subject = SubjectId{entry.subject.value_or(0)};
    event.kind = entry.kind;
    if (entry.purpose) {
        if (const PurposeHistory* purpose = purposes.find(*entry.purpose)) {
            event.purpose = purpose->code;
        }
    }
    event.channel = static_cast<Channel>(entry.channel);
    event.scope = entry.scope.value_or("");
    event.effective_at = from_ms(entry.effective_at);
    event.recorded_at = from_ms(entry.recorded_at);
    if (entry.evidence) {
        decode_evidence(*entry.evidence, event);
    }
    event.evidence.text_version = static_cast<std::int32_t>(entry.text_version.value_or(0));
    return event;
}

} // namespace

ConsentEvent to_event(store::Engine& engine, const Catalogue& purposes, const audit::Entry& entry) {
    ConsentEvent event = to_event(purposes, entry);
    event.actor = actor_of(engine, entry.actor);
    return event;
}

void each_event(store::Engine& engine, const Catalogue& purposes, SubjectId subject,
                const std::function<void(ConsentEvent&&)>& sink) {
    std::map<std::int64_t, Actor> actors; // few act on one person
    audit::each_event(engine, static_cast<std::int64_t>(subject), [&](const audit::Entry& entry) {
        ConsentEvent event = to_event(purposes, entry);
        auto [actor, fresh] = actors.try_emplace(entry.actor);
        if (fresh) {
            actor->second = actor_of(engine, entry.actor);
        }
        event.actor = actor->second;
        sink(std::move(event));
    });
}

std::vector<ConsentEvent> history(store::Engine& engine, const Catalogue& purposes,
                                  SubjectId subject) {
    std::vector<ConsentEvent> events;
    each_event(engine, purposes, subject,
               [&](ConsentEvent&& event) { events.push_back(std::move(event)); });
    std::stable_sort(events.begin(), events.end(), [](const auto& a, const auto& b) {
        return a.effective_at < b.effective_at; // the ledger is in order of sequence
    });
    return events;
}

} // namespace consent

EventId Consent::record(const ConsentEvent& event) {
    return record(std::span(&event, 1)).front();
}

std::vector<EventId> Consent::record(std::span<const ConsentEvent> events) {
    std::vector<EventId> ids;
    if (events.empty()) {
        return ids;
    }
    store::Engine::Write tx(*engine_);
    auto purposes = consent::catalogue(*engine_);
    ids.reserve(events.size());
    std::set<SubjectId> touched;
    for (const ConsentEvent& event : events) {
        ConsentEvent resolved = event;
        resolved.subject = subjects::require(*engine_, event.subject);
        ids.push_back(EventId{consent::append_event(*engine_, *purposes, resolved)});
        touched.insert(resolved.subject);
    }
    for (SubjectId subject : touched) {
        consent::refresh(*engine_, subject);
    }
    tx.commit();
    return ids;
}

std::vector<ConsentEvent> Consent::history(SubjectId subject) const {
    store::Engine::Read snapshot(*engine_);
    SubjectId id = subjects::require(*engine_, subject);
    return consent::history(*engine_, *consent::catalogue(*engine_), id);
}

} // namespace habeas

// What a restored older file lacks: the noes of the restore journal are said again.
#include "consent/replay.hpp"

#include "consent/ledger.hpp"
#include "consent/purposes.hpp"
#include "consent/ready.hpp"
#include "consent/suppression.hpp"
#include "subjects/lookup.hpp"

#include <nlohmann/json.hpp>

namespace habeas::consent {
namespace {

using nlohmann::json;

struct Detail {
    std::string kind, purpose, scope;
    Channel over = Channel::any;
    Ms effective = 0;
    std::optional<Ms> expires; ///< of a pause
};

std::optional<Detail> read(const store::JournalRecord& record) {
    json in = json::parse(record.detail, nullptr, false);
    if (!in.is_object()) {
        return std::nullopt;
    }
    Detail detail;
    detail.kind = in.value("kind", "");
    detail.purpose = in.value("purpose", "");
    detail.scope = in.value("scope", "");
    detail.over = channel(in.value("channel", "any")).value_or(Channel::any);
    detail.effective = in.value("effective_at", record.at);
    if (auto at = in.find("expires_at"); at != in.end() && at->is_number_integer()) {
        detail.expires = at->get<Ms>();
    }
    return detail;
}

/// A purpose that the older file does not know gets its code back, without a definition.
std::int64_t purpose_id(store::Engine& engine, const std::string& code) {
    if (code.empty()) {
        return 0;
    }
    auto purposes = catalogue(engine);
    const PurposeHistory* found = purposes->find(code);
    return found ? found->id : reserve_code(engine, code);
}

/// A subject that the older file lacks is known by its hashes alone: the address is suppressed.
void suppress_instead(store::Engine& engine, const store::JournalRecord& record,
                      const Detail& detail, EventKind kind) {
    Suppression entry{"objection", "all", purpose_id(engine, detail.purpose), detail.over,
                      detail.effective};
    switch (kind) {
    case EventKind::withdrawn:
    case EventKind::refused:
    case EventKind::objected:
        entry.scope = "marketing";
        break;
    case EventKind::complained:
        entry.kind = "complaint";
        entry.scope = "marketing";
        break;
    case EventKind::bounced:
        entry.kind = "bounce";
        break;
    case EventKind::erasure_requested:
        entry.kind = "erasure";
        break;
    case EventKind::suppressed:
        entry.scope = detail.scope;
        break;
    case EventKind::restricted:
    case EventKind::basis_ended:
        break;
    default:
        return; // what ends a no has nothing to end
    }
    if (entry.purpose == 0 && kind == EventKind::basis_ended) {
        return;
    }
    add_entries(engine, record.identifiers, entry);
}

void replay_event(store::Engine& engine, const store::JournalRecord& record) {
    auto detail = read(record);
    auto kind = detail ? event_kind(detail->kind) : std::nullopt;
    if (!kind || !outlives_restore(*kind, detail->scope)) {
        return;
    }
    subjects::Resolved found = subjects::resolve(engine, SubjectId{record.subject});
    switch (found.existence) {
    case subjects::Existence::erased:
        return;
    case subjects::Existence::unknown:
        suppress_instead(engine, record, *detail, *kind);
        return;
    default:
        break;
    }
    OwnEvent event;
    event.subject = static_cast<std::int64_t>(found.id);
    event.kind = *kind;
    event.purpose = purpose_id(engine, detail->purpose);
    event.channel = detail->over;
    event.scope = detail->scope;
    event.effective = detail->effective;
    event.expires = detail->expires;
    event.note = "restore journal";
    append_own(engine, event);
    refresh(engine, found.id);
}

void replay_list(store::Engine& engine, const store::JournalRecord& record) {
    auto detail = read(record);
    if (!detail) {
        return;
    }
    bool again = record.kind == store::JournalKind::unsuppressed;
    std::vector<Suppression> entries;
    if (again) {
        remove_entries(engine, record.identifiers);
    } else {
        entries.push_back({detail->kind, detail->scope, purpose_id(engine, detail->purpose),
                           detail->over, detail->effective});
        add_entries(engine, record.identifiers, entries.back());
    }
    std::optional<SubjectId> subject;
    for (const store::HashRef& each : record.identifiers) {
        subject = subject ? subject : subjects::find_by_hash(engine, each);
    }
    if (!subject) {
        return;
    }
    if (again) {
        OwnEvent event;
        event.subject = static_cast<std::int64_t>(*subject);
        event.kind = EventKind::unsuppressed;
        event.effective = detail->effective;
        event.note = "restore journal";
        append_own(engine, event);
    } else {
        apply_entries(engine, *subject, entries);
    }
    refresh(engine, *subject);
}

} // namespace

void replay(store::Engine& engine, const store::JournalRecord& record) {
    switch (record.kind) {
    case store::JournalKind::event:
        replay_event(engine, record);
        break;
    case store::JournalKind::suppressed:
    case store::JournalKind::unsuppressed:
        replay_list(engine, record);
        break;
    default:
        break;
    }
}

} // namespace habeas::consent

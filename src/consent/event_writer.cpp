#include "consent/event_writer.hpp"

#include "base/text.hpp"
#include "consent/evidence.hpp"
#include "consent/ledger.hpp"
#include "consent/ready.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace habeas::consent {

void EventWriter::begin() {
    purposes_ = catalogue(engine_);
    touched_.clear();
}

PreparedEvent EventWriter::prepare(const ConsentEvent& event) {
    return {prepare_event(engine_, *purposes_, event), event.evidence.expires_at.has_value()};
}

bool EventWriter::known(const PreparedEvent& event) {
    const audit::Entry& entry = event.entry;
    auto row = engine_.db().prepare("SELECT evidence FROM event WHERE subject_id = ?1 AND "
                                    "kind = ?2 AND purpose_id IS ?3 AND channel = ?4 AND "
                                    "effective_at = ?5 AND scope IS ?6 AND text_version IS ?7");
    row.bind_all(entry.subject, static_cast<std::int64_t>(entry.kind), entry.purpose, entry.channel,
                 entry.effective_at, entry.scope, entry.text_version);
    while (row.step()) {
        std::string_view stored = row.is_null(0) ? std::string_view{} : row.text(0);
        std::string_view given = entry.evidence ? *entry.evidence : std::string_view{};
        if (same_evidence(stored, given, !event.own_expiry)) {
            return true;
        }
    }
    return false;
}

bool EventWriter::add(SubjectId subject, PreparedEvent& event) {
    event.entry.subject = static_cast<std::int64_t>(subject);
    if (known(event)) {
        return false;
    }
    append_prepared(engine_, *purposes_, event.entry);
    touched_.push_back(subject);
    return true;
}

void EventWriter::finish() {
    std::sort(touched_.begin(), touched_.end());
    touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
    for (SubjectId subject : touched_) {
        refresh(engine_, subject);
    }
    touched_.clear();
}

std::optional<EventKind> consent_act(std::string_view name) {
    std::string lower;
    for (char c : name) {
        lower += base::ascii_lower(c);
    }
    for (EventKind kind : {EventKind::requested, EventKind::granted, EventKind::refused,
                           EventKind::withdrawn, EventKind::expired}) {
        if (lower == event_kind_name(kind)) {
            return kind;
        }
    }
    return std::nullopt;
}

std::optional<std::int32_t> text_number(std::string_view text) noexcept {
    std::int32_t number = 0;
    if (text.empty()) {
        return number;
    }
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    bool good = error == std::errc{} && end == text.data() + text.size() && number > 0;
    return good ? std::optional(number) : std::nullopt;
}

EventFault event_fault(const Error& error) {
    static constexpr std::string_view evidence = "evidence.";
    std::string_view where = error.where();
    std::string_view reason = error.what();
    if (reason.starts_with(where) && reason.substr(where.size()).starts_with(": ")) {
        reason.remove_prefix(where.size() + 2);
    }
    std::string_view field = where.starts_with(evidence) ? where.substr(evidence.size()) : where;
    if (field == "effective_at") {
        field = "at";
    } else if (field == "kind") {
        field = "action";
    }
    return {std::string(field), std::string(reason)};
}

} // namespace habeas::consent

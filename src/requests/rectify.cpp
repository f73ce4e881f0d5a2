// Rectification (art. 16): what was, what is, and who has to be told (art. 19).
#include "base/json_members.hpp"
#include "base/text.hpp"
#include "exports/disclosure.hpp"
#include "habeas/error.hpp"
#include "habeas/request.hpp"
#include "holders/tasks.hpp"
#include "requests/await.hpp"
#include "store/engine.hpp"
#include "subjects/lookup.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace habeas {
namespace requests {
namespace {

using exports::label_for;
using nlohmann::json;

constexpr std::size_t max_note = 500;

json text_or_null(const Subject& subject, const Field& field) {
    const Value* value = exports::value_of(subject.fields, field.name);
    return value == nullptr ? json() : json(subjects::value_text(field, *value));
}

json change_of(const std::string& name, const std::string& label, json before, json after) {
    return base::object_of("name", name, "label", label, "before", std::move(before), "after",
                           std::move(after));
}

json changed_fields(store::Engine& engine, const Subject& before, const Subject& after,
                    const std::string& language) {
    json changes = json::array();
    for (const Field& field : subjects::field_list(engine, FieldOwner::subject)) {
        json old = text_or_null(before, field);
        json fresh = text_or_null(after, field);
        if (old != fresh) {
            changes.push_back(change_of(field.name, label_for(field.labels, language, field.name),
                                        std::move(old), std::move(fresh)));
        }
    }
    return changes;
}

/// Identifiers that no field says: numbers in other systems.
json changed_identifiers(const Subject& before, const Subject& after) {
    auto known_by = [](const Subject& subject) {
        std::set<std::pair<std::string, std::string>> all;
        for (const Identifier& each : subject.identifiers) {
            if (each.kind == IdentifierKind::external) {
                all.emplace(identifier_kind_name(each), each.value);
            }
        }
        return all;
    };
    const auto old = known_by(before), fresh = known_by(after);
    json changes = json::array();
    for (const auto& [kind, value] : fresh) {
        if (old.count({kind, value}) == 0) {
            changes.push_back(change_of(kind, kind, nullptr, value));
        }
    }
    return changes;
}

/// Everybody but the person who got data of the person, with the last time.
json recipients_of(store::Engine& engine, const Subject& subject) {
    std::map<std::string, Time> last;
    const exports::History history = exports::read_history(engine, subject.id);
    exports::disclosures(engine, subject, history).each([&](const exports::Disclosure& each) {
        if (each.recipient != BundleOptions{}.recipient) {
            Time& at = last[each.recipient];
            at = std::max(at, each.at);
        }
    });
    json recipients = json::array();
    for (const auto& [name, at] : last) {
        recipients.push_back(base::object_of("recipient", name, "last_at", format_time(at)));
    }
    return recipients;
}

std::string language_of(const Subject& subject, const std::string& wanted) {
    if (!wanted.empty()) {
        return wanted;
    }
    const std::string own = exports::text_of(subject.fields, "language");
    return own.empty() ? "en" : own;
}

/// The journal says which details changed, never to what.
std::string journal_note(const std::string& note, const json& changes) {
    constexpr std::size_t max_names = 400;
    std::string names;
    for (const json& change : changes) {
        names += (names.empty() ? "" : ", ") + change.at("name").get<std::string>();
        if (names.size() > max_names) {
            names += " ...";
            break;
        }
    }
    return note.empty() ? names : note + ": " + names;
}

} // namespace
} // namespace requests

std::string Requests::rectify(RequestId id, const SubjectInput& input,
                              const RectifyOptions& options) {
    using namespace requests;
    base::require_text(options.note, "note", true, max_note);
    store::Engine::Write tx(*engine_);
    const Request request = get(id);
    if (request.kind != RequestKind::rectification) {
        throw Error(Errc::invalid, "this request is no rectification; change the data by an update",
                    "request");
    }
    const Subject before = subjects::load(*engine_, request.subject);
    Subjects(*engine_).update(request.subject, input, options.blank);
    const Subject after = subjects::load(*engine_, request.subject);
    const std::string language = language_of(after, options.language);
    json changes = changed_fields(*engine_, before, after, language);
    for (json& change : changed_identifiers(before, after)) {
        changes.push_back(std::move(change));
    }
    if (changes.empty()) {
        throw Error(Errc::invalid,
                    "nothing differs from what is there: refuse the request, or "
                    "fulfil it with a note",
                    "input");
    }
    fulfil(id, journal_note(options.note, changes));
    if (awaits(*engine_, request)) { // whoever has answered before is told what is right now
        holders::open_tasks(*engine_, {request.subject, HolderOperation::rectify,
                                       static_cast<std::int64_t>(id), false});
    }
    const json document = base::object_of(
        "format", "urn:habeas:schema:rectification:1", "request", static_cast<std::int64_t>(id),
        "subject", static_cast<std::int64_t>(after.id), "at",
        format_time(Time(std::chrono::milliseconds(engine_->now_ms()))), "language", language,
        "preview", options.preview, "changes", std::move(changes), "recipients",
        recipients_of(*engine_, after));
    if (!options.preview) {
        tx.commit();
    }
    return document.dump(2);
}

} // namespace habeas

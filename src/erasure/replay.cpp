// An erasure that an older file does not know is done again before anybody reads.
#include "erasure/execute.hpp"

#include "subjects/lookup.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace habeas::erasure {
namespace {

using nlohmann::json;
using subjects::Existence;

bool existed_before(store::Engine& engine, SubjectId subject, std::int64_t at) {
    store::Statement row = engine.db().prepare("SELECT created_at FROM subject WHERE id = ?");
    row.bind(1, static_cast<std::int64_t>(subject));
    return row.step() && row.i64(0) <= at;
}

} // namespace

void replay(store::Engine& engine, const store::JournalRecord& record) {
    if (record.kind != store::JournalKind::erased) {
        return;
    }
    const json detail = json::parse(record.detail, nullptr, /*allow_exceptions=*/false);
    Order order;
    order.replayed = true;
    order.logical_at = record.at;
    order.ground = detail.is_object() ? detail.value("ground", "") : "";
    order.suppress = !detail.is_object() || detail.value("scope", "") == "suppress";

    std::vector<std::int64_t> numbers{record.subject};
    if (detail.is_object() && detail.contains("merged") && detail["merged"].is_array()) {
        for (const auto& merged : detail["merged"]) {
            if (merged.is_number_integer()) {
                numbers.push_back(merged.get<std::int64_t>());
            }
        }
    }
    // Each number as the older file has it: the merge may be missing there too.
    std::vector<SubjectId> present;
    std::vector<std::int64_t> unknown;
    const auto add = [&](SubjectId subject) {
        if (std::find(present.begin(), present.end(), subject) == present.end()) {
            present.push_back(subject);
        }
    };
    for (const std::int64_t id : numbers) {
        const auto resolved = subjects::resolve(engine, SubjectId{id});
        if (resolved.existence == Existence::present || resolved.existence == Existence::merged) {
            add(resolved.id);
        } else if (resolved.existence == Existence::unknown) {
            unknown.push_back(id);
        }
    }
    if (present.empty() && !unknown.empty()) {
        // The file has the person under another number perhaps: whoever holds one of the
        // identifiers.
        for (const auto& hash : record.identifiers) {
            const auto holder = subjects::find_by_hash(engine, hash);
            if (holder && existed_before(engine, *holder, record.at)) {
                add(*holder);
            }
        }
    }
    std::vector<Person> people;
    for (const SubjectId subject : present) {
        Person person;
        person.context.subject = subject;
        // What the subject had after the older file was written is remembered too.
        person.context.identifiers = subjects::identifiers_ever(engine, subject);
        for (const auto& hash : record.identifiers) {
            auto& known = person.context.identifiers;
            if (std::find(known.begin(), known.end(), hash) == known.end()) {
                known.push_back(hash);
            }
        }
        people.push_back(std::move(person));
    }
    if (!unknown.empty()) {
        // A number that the file never heard of answers ERASED all the same.
        Person person;
        person.context.subject = SubjectId{unknown.front()};
        person.aliases.assign(unknown.begin() + 1, unknown.end());
        person.context.identifiers = record.identifiers;
        people.push_back(std::move(person));
    }
    if (people.empty()) {
        return; // erased in this file already
    }
    const auto same = std::find_if(people.begin(), people.end(), [&](const Person& person) {
        return static_cast<std::int64_t>(person.context.subject) == record.subject;
    });
    (same != people.end() ? *same : people.front()).receipt.id =
        detail.is_object() ? detail.value("receipt", "") : "";
    erase(engine, people, order);
}

} // namespace habeas::erasure

#include "erasure/execute.hpp"

#include "audit/ledger.hpp"
#include "base/json_members.hpp"
#include "consent/suppression.hpp"
#include "erasure/tables.hpp"
#include "subjects/lookup.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>

namespace habeas::erasure {
namespace {

using nlohmann::json;
using OnErase = store::SubjectTable::OnErase;

/// Tables whose rows about an erased subject an erasure itself writes or keeps.
bool is_record_of_erasure(const store::SubjectTable& table) {
    const std::string_view name = table.table;
    return name == "proof" || name == "tombstone";
}

/// And who wrote them: their words go with the last row that names them.
void find_events(store::Engine& engine, Person& person, std::set<std::int64_t>& actors) {
    store::Statement row =
        engine.db().prepare("SELECT id, actor_id FROM event WHERE subject_id = ? ORDER BY id");
    row.bind(1, number(person.context.subject));
    while (row.step()) {
        person.context.sequences.push_back(row.i64(0));
        actors.insert(row.i64(1));
    }
}

void keep_proofs(store::Engine& engine, Person& person, const Order& order) {
    for (const auto& proof : order.proofs) {
        if (proof.how == ProofAfterErasure::commitment) {
            auto documents = commitments(engine, person.context.subject, proof);
            if (!documents.empty()) {
                person.receipt.stays.push_back(
                    {"commitment to the consents for " + proof.code,
                     "the person can prove them with the nonce they were given"});
            }
            std::move(documents.begin(), documents.end(), std::back_inserter(person.commitments));
        } else if (proof.how == ProofAfterErasure::sealed &&
                   seal_proof(engine, person.context.subject, proof, *order.proof_until)) {
            person.receipt.stays.push_back(
                {"sealed evidence of the consents for " + proof.code + " until " +
                     format_time(Time(std::chrono::milliseconds(*order.proof_until))),
                 "GDPR 17(3)(e): defence of legal claims; readable with a recorded ground"});
        }
    }
}

/// The rows stay until the files are deleted, after the commit: a crash between forgets none.
void mark_files(store::Engine& engine, Person& person) {
    store::Statement row = engine.db().prepare(
        "UPDATE written_file SET expires_at = 0 WHERE subject_id = ? RETURNING path");
    row.bind(1, number(person.context.subject));
    while (row.step()) {
        person.context.files_to_delete.push_back(row.str(0));
    }
    person.receipt.files_deleted = person.context.files_to_delete.size();
}

/// The act commits to the receipt, but for the act's own place in the chain.
void record_act(store::Engine& engine, Person& person) {
    person.stored = receipt_body(person.receipt);
    json evidence = base::object_of("receipt", body_hash(person.stored), "sequences",
                                    ranges_of(person.context.sequences), "subject",
                                    number(person.context.subject));
    if (!person.aliases.empty()) {
        evidence["merged"] = person.aliases;
    }
    audit::Entry act;
    act.kind = EventKind::erased;
    act.evidence = evidence.dump();
    person.act = audit::append(engine, act);
    add_audit(person.stored, person.act, base::to_hex(audit::head(engine).hash));
}

/// Hashes that nobody else holds now: an address that the person had before may belong to another.
std::vector<store::HashRef> own_hashes(store::Engine& engine, const Person& person) {
    std::vector<store::HashRef> out;
    for (const auto& hash : person.context.identifiers) {
        if (!subjects::find_by_hash(engine, hash)) {
            out.push_back(hash);
        }
    }
    return out;
}

void keep_hashes(store::Engine& engine, Person& person, const Order& order) {
    bool others_hold = false;
    if (order.suppress) {
        const auto hashes = own_hashes(engine, person);
        others_hold = hashes.size() != person.context.identifiers.size();
        consent::Suppression entry;
        entry.kind = "erasure";
        entry.scope = "marketing";
        entry.effective = person.receipt.logical_at;
        consent::add_entries(engine, hashes, entry);
        if (!hashes.empty()) {
            person.receipt.stays.push_back(
                {"keyed hashes of the identifiers, in the suppression list",
                 "so that an import does not bring the person back into marketing (GDPR 21(3))"});
        }
    }
    person.receipt.stays.push_back({"keyed hashes of the identifiers, in the restore journal",
                                    "so that restoring an older file does not undo the erasure"});
    person.receipt.stays.push_back(
        {"the number and the hash chain's entries, without content",
         "so that the erasure can be proven and the number is never given again"});
    json detail = base::object_of("effective_at", person.receipt.logical_at, "ground", order.ground,
                                  "kind", "erased", "receipt", person.receipt.id, "scope",
                                  order.suppress ? "suppress" : "");
    if (!person.aliases.empty()) {
        detail["merged"] = person.aliases;
    }
    if (others_hold) { // verify: not all of them are on the list
        detail["others_hold"] = true;
    }
    store::JournalRecord record;
    record.kind = store::JournalKind::erased;
    record.subject = number(person.context.subject);
    record.detail = detail.dump();
    record.identifiers = person.context.identifiers;
    engine.journal(std::move(record));
}

/// Number and receipt, also for the numbers that were merged into the subject.
void bury(store::Engine& engine, Person& person) {
    engine.db()
        .prepare("INSERT INTO erasure(event_id, logical_at, receipt) VALUES(?, ?, ?)")
        .bind_all(person.act, person.receipt.logical_at, person.stored)
        .run();
    std::vector<std::int64_t> numbers = person.aliases;
    numbers.push_back(number(person.context.subject));
    for (const std::int64_t id : numbers) {
        engine.note_change(SubjectId{id}, ChangeKind::erased);
        engine.db()
            .prepare("INSERT OR REPLACE INTO tombstone(subject_id, event_id) VALUES(?, ?)")
            .bind_all(id, person.act)
            .run();
        // What the person gave as a reason for acting; the number stays for the acts that name it.
        engine.db()
            .prepare("UPDATE actor SET reason = 'erased ' || id WHERE kind = 'subject' AND ref = ? "
                     "AND reason <> ''")
            .bind_all(std::to_string(id))
            .run();
    }
}

} // namespace

nlohmann::json ranges_of(std::vector<std::int64_t> numbers) {
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    json out = json::array();
    for (std::size_t i = 0; i < numbers.size();) {
        std::size_t end = i;
        while (end + 1 < numbers.size() && numbers[end + 1] == numbers[end] + 1) {
            ++end;
        }
        out.push_back({numbers[i], numbers[end]});
        i = end + 1;
    }
    return out;
}

std::vector<std::int64_t> aliases_of(store::Engine& engine, SubjectId subject) {
    std::vector<std::int64_t> out;
    store::Statement row = engine.db().prepare(
        "SELECT old_id FROM subject_alias WHERE subject_id = ? ORDER BY old_id");
    row.bind(1, number(subject));
    while (row.step()) {
        out.push_back(row.i64(0));
    }
    return out;
}

std::vector<std::string> shared_files(store::Engine& engine) {
    std::vector<std::string> out;
    store::Statement row =
        engine.db().prepare("SELECT path FROM written_file WHERE subject_id IS NULL ORDER BY id");
    while (row.step()) {
        out.push_back(row.str(0));
    }
    return out;
}

void erase(store::Engine& engine, std::vector<Person>& people, const Order& order) {
    const std::vector<std::string> shared = shared_files(engine);
    const auto tables = subject_tables(engine);
    std::vector<SubjectId> subjects;
    std::unordered_map<std::int64_t, Person*> by_number;
    std::set<std::int64_t> actors;
    for (Person& person : people) {
        const SubjectId subject = person.context.subject;
        subjects.push_back(subject);
        by_number[number(subject)] = &person;
        ReceiptData& receipt = person.receipt;
        if (receipt.id.empty()) { // a replay brings the former one
            receipt.id = base::uuid_v4(engine.random());
        }
        receipt.store = engine.store_id();
        receipt.subject = number(subject);
        receipt.ground = order.ground;
        receipt.logical_at = order.logical_at != 0 ? order.logical_at : engine.now_ms();
        receipt.replayed = order.replayed;
        for (const std::int64_t alias : aliases_of(engine, subject)) {
            if (std::find(person.aliases.begin(), person.aliases.end(), alias) ==
                person.aliases.end()) {
                person.aliases.push_back(alias);
            }
        }
        receipt.aliases = person.aliases;
        if (person.context.identifiers.empty()) {
            person.context.identifiers = subjects::identifiers_ever(engine, subject);
        }
        find_events(engine, person, actors);
        keep_proofs(engine, person, order);
        person.context.files_shared = shared;
        receipt.files_shared = shared.size();
        // What a module takes away by itself is counted before.
        for (const auto* table : tables) {
            if (table->on_erase == OnErase::custom) {
                if (const auto rows = count_rows(engine, *table, subject); rows > 0) {
                    receipt.removed[table->label] += rows;
                }
            }
        }
        mark_files(engine, person);
        for (const store::Module* module : engine.modules()) {
            if (module->erase != nullptr) {
                module->erase(engine, person.context);
            }
        }
    }
    for (const auto* table : tables) {
        if (table->on_erase == OnErase::remove) {
            delete_rows(engine, *table, subjects, [&](SubjectId subject, std::uint64_t rows) {
                const auto person = by_number.find(number(subject));
                if (person == by_number.end()) { // an index that disagrees with its table
                    throw Error(Errc::corrupt,
                                fmt::format("an index of table {} is damaged: nothing was erased; "
                                            "run habeas verify and restore a backup",
                                            table->table),
                                table->table);
                }
                if (rows > 0) {
                    person->second->receipt.removed[table->label] += rows;
                }
            });
        }
    }
    for (Person& person : people) {
        for (const auto* table : tables) {
            if (table->on_erase == OnErase::keep && !is_record_of_erasure(*table) &&
                count_rows(engine, *table, person.context.subject) > 0) {
                person.receipt.stays.push_back(
                    {table->label, table->kept_because != nullptr ? table->kept_because : ""});
            }
        }
        keep_hashes(engine, person, order);
        record_act(engine, person);
        bury(engine, person);
    }
    engine.blank_unused_actors(actors);
}

} // namespace habeas::erasure

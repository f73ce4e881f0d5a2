// The public facade of erasure.
#include "habeas/erasure.hpp"

#include "base/json_members.hpp"
#include "base/text.hpp"
#include "erasure/execute.hpp"
#include "erasure/physical.hpp"
#include "erasure/tables.hpp"
#include "subjects/lookup.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <unordered_map>

namespace habeas {

using namespace erasure;
using subjects::Existence;

namespace {

Order order_of(store::Engine& engine, const ErasureOptions& options) {
    if (options.ground.empty()) {
        throw Error(Errc::invalid, "an erasure needs its ground, such as \"17(1)(b)\"", "ground");
    }
    base::require_text(options.ground, "ground", false, 200);
    Order order;
    order.ground = options.ground;
    order.suppress = options.suppress;
    order.proofs = purpose_proofs(engine, options.proof);
    if (options.proof_until) {
        order.proof_until = options.proof_until->time_since_epoch().count();
    }
    const bool sealed =
        std::any_of(order.proofs.begin(), order.proofs.end(), [](const PurposeProof& proof) {
            return proof.how == ProofAfterErasure::sealed;
        });
    if (sealed && (!order.proof_until || *order.proof_until <= engine.now_ms())) {
        throw Error(Errc::invalid,
                    "sealed evidence needs proof_until, the limitation date, in the future",
                    "proof_until");
    }
    return order;
}

struct StoredErasure {
    SubjectId subject; ///< who survived, if the number asked for was merged into another
    std::string receipt;
    std::optional<std::int64_t> physical_at;
};

std::optional<StoredErasure> find_erasure(store::Engine& engine, SubjectId subject) {
    store::Statement row = engine.db().prepare(
        "SELECT json_extract(e.receipt, '$.subject'), e.receipt, e.physical_at FROM tombstone t "
        "JOIN erasure e ON e.event_id = t.event_id WHERE t.subject_id = ?");
    row.bind(1, number(subject));
    return row.step()
               ? std::optional(StoredErasure{SubjectId{row.i64(0)}, row.str(1), row.opt_i64(2)})
               : std::nullopt;
}

std::optional<std::int64_t> physical_at(store::Engine& engine, SubjectId subject) {
    store::Statement row =
        engine.db().prepare("SELECT e.physical_at FROM tombstone t JOIN erasure e "
                            "ON e.event_id = t.event_id WHERE t.subject_id = ?");
    row.bind(1, number(subject));
    return row.step() ? row.opt_i64(0) : std::nullopt;
}

/// With what modules know of it by now (data holders).
std::string render(store::Engine& engine, const StoredErasure& stored) {
    nlohmann::json more = nlohmann::json::object();
    for (const store::Module* module : engine.modules()) {
        if (module->erasure_receipt != nullptr) {
            module->erasure_receipt(engine, stored.subject, more);
        }
    }
    return render_receipt(stored.receipt, stored.physical_at, more);
}

void fill(store::Engine& engine, ErasureResult& result, const StoredErasure& stored) {
    result.receipt = render(engine, stored);
    result.state = stored.physical_at ? ErasureState::physical : ErasureState::physical_pending;
}

/// The transaction: who is who, then all at once.
std::vector<ErasureResult> erase_all(store::Engine& engine, std::span<const SubjectId> subjects,
                                     const ErasureOptions& options) {
    const Order order = order_of(engine, options);
    std::vector<ErasureResult> results(subjects.size());
    std::vector<Person> people;
    std::unordered_map<std::int64_t, std::size_t> index;
    std::vector<std::size_t> person_of(subjects.size());
    constexpr auto none = static_cast<std::size_t>(-1);
    for (std::size_t i = 0; i < subjects.size(); ++i) {
        results[i].subject = subjects[i];
        const auto resolved = habeas::subjects::resolve(engine, subjects[i]);
        person_of[i] = none;
        if (resolved.existence == Existence::unknown) {
            throw Error(
                Errc::subject_unknown,
                fmt::format("subject {} was never there; nothing was erased", number(subjects[i])),
                std::to_string(number(subjects[i])));
        }
        if (resolved.existence == Existence::erased) {
            results[i].already = true;
            continue;
        }
        for (const store::Module* module : engine.modules()) {
            if (module->check_erasure != nullptr) {
                module->check_erasure(engine, resolved.id);
            }
        }
        // Whoever was merged is the same person as the subject that survived.
        const auto [known, fresh] = index.try_emplace(number(resolved.id), people.size());
        if (fresh) {
            people.emplace_back().context.subject = resolved.id;
        }
        person_of[i] = known->second;
    }
    if (!people.empty()) {
        erase(engine, people, order);
    }
    for (std::size_t i = 0; i < subjects.size(); ++i) {
        if (person_of[i] != none) {
            const Person& person = people[person_of[i]];
            results[i].commitments = person.commitments;
            results[i].files_shared = person.context.files_shared;
            results[i].receipt =
                render(engine, {person.context.subject, person.stored, std::nullopt});
            results[i].state = ErasureState::logical;
        } else if (const auto stored = find_erasure(engine, subjects[i])) {
            fill(engine, results[i], *stored);
        }
    }
    return results;
}

/// Completion after a commit must not turn a done erasure into an error. `results` say how far it
/// came, as far as that is known.
void complete_quietly(store::Engine& engine, std::span<ErasureResult> results) noexcept {
    try {
        const Completion completion = complete(engine);
        for (auto& result : results) {
            if (result.state == ErasureState::physical) {
                continue;
            }
            if (const auto at = physical_at(engine, result.subject)) {
                result.receipt = completed_receipt(result.receipt, *at);
                result.state = ErasureState::physical;
            } else {
                result.state = ErasureState::physical_pending;
            }
        }
        if (completion.pending > 0) {
            engine.log(LogLevel::info, fmt::format("{} erasures wait for a reader of the log to "
                                                   "end",
                                                   completion.pending));
        }
    } catch (const std::exception& error) {
        engine.log_failure("an erasure is done, but perhaps not yet in the files", error);
        for (auto& result : results) {
            if (result.state == ErasureState::logical) {
                result.state = ErasureState::physical_pending;
            }
        }
    }
}

} // namespace

std::string ErasurePlan::to_json() const {
    nlohmann::json out =
        base::object_of("subject", number(subject), "rows", nlohmann::json::array());
    for (const auto& row : rows) {
        out["rows"].push_back(base::object_of("place", row.place, "rows", row.rows, "action",
                                              row.action, "reason", row.reason));
    }
    return out.dump();
}

ErasurePlan Erasure::plan(SubjectId subject) const {
    store::Engine& engine = *engine_;
    const store::Engine::Read snapshot(engine);
    ErasurePlan plan;
    plan.subject = subjects::require(engine, subject);
    for (const store::Module* module : engine.modules()) {
        for (const auto& table : module->tables) {
            const auto rows = count_rows(engine, table, plan.subject);
            if (rows == 0) {
                continue;
            }
            const bool keep = table.on_erase == store::SubjectTable::OnErase::keep;
            plan.rows.push_back({table.label, rows, keep ? "keep" : "delete",
                                 keep && table.kept_because != nullptr ? table.kept_because : ""});
        }
    }
    for (const store::Module* module : engine.modules()) {
        if (module->plan_erasure != nullptr) {
            module->plan_erasure(engine, plan.subject, plan);
        }
    }
    {
        store::Statement row =
            engine.db().prepare("SELECT path FROM written_file WHERE subject_id = ?");
        row.bind(1, number(plan.subject));
        while (row.step()) {
            plan.rows.push_back({"file " + row.str(0), 1, "delete", ""});
        }
    }
    for (const auto& path : shared_files(engine)) {
        plan.rows.push_back(
            {"file " + path, 1, "keep",
             "it is about several people, perhaps this one; it goes at its expiry"});
    }
    plan.rows.push_back({"restore journal", 1, "keep",
                         "keyed hashes: restoring an older file must not undo the erasure"});
    plan.rows.push_back({"suppression list", 1, "keep",
                         "keyed hashes, unless the erasure is done without suppression"});
    plan.rows.push_back({"audit chain", 1, "keep", "hashes without content, to prove the erasure"});
    return plan;
}

ErasureResult Erasure::execute(SubjectId subject, const ErasureOptions& options) {
    // Moved: a copy could run out of memory when all is done.
    return std::move(execute(std::span(&subject, 1), options).front());
}

std::vector<ErasureResult> Erasure::execute(std::span<const SubjectId> subjects,
                                            const ErasureOptions& options) {
    store::Engine& engine = *engine_;
    const auto progress = [&](std::uint64_t done) {
        return !options.progress || options.progress(done, subjects.size());
    };
    if (!progress(0)) {
        throw Error(Errc::cancelled, "the erasure was cancelled; nothing was erased");
    }
    const bool nested = engine.db().in_transaction();
    std::vector<ErasureResult> results;
    {
        store::Engine::Write tx(engine);
        results = erase_all(engine, subjects, options);
        if (nested) { // the files follow when the caller's transaction is committed
            engine.after_commit([&engine] { complete_quietly(engine, {}); });
        }
        tx.commit();
    }
    if (nested) {
        return results;
    }
    complete_quietly(engine, results);
    progress(subjects.size());
    return results;
}

std::string Erasure::receipt(SubjectId subject) const {
    const auto stored = find_erasure(*engine_, subject);
    if (!stored) {
        throw Error(Errc::not_found,
                    fmt::format("there is no erasure of subject {}", number(subject)),
                    std::to_string(number(subject)));
    }
    return render(*engine_, *stored);
}

bool Erasure::check_commitment(const std::string& commitment) const {
    return erasure::check_commitment(*engine_, commitment);
}

std::string Erasure::open_proof(SubjectId subject, const std::string& purpose,
                                const std::string& ground) {
    return erasure::open_proof(*engine_, subject, purpose, ground);
}

} // namespace habeas

// Holds that end: what waited for them is done.
#include "holders/definition.hpp"
#include "holders/tasks.hpp"
#include "subjects/lookup.hpp"

#include <fmt/format.h>

namespace habeas::holders {
namespace {

struct Ended {
    std::int64_t id = 0;
    SubjectId subject{};
    std::optional<std::string> holder;
    std::string key;
    SealedIdentity sealed;
};

/// Without what somebody is known by now who is not the erased person to this store: who comes back
/// as a customer has asked for nothing.
Identity still_only_theirs(store::Engine& engine, Identity identity) {
    std::erase_if(identity.identifiers, [&](const HolderIdentifier& each) {
        const Identifier known{each.kind, each.system,
                               each.typed.empty() ? each.normal : each.typed};
        return subjects::find(engine, subjects::normalise(engine, known)).has_value();
    });
    return identity;
}

/// The holder is asked again, for a person that this store may no longer know. False: by nothing
/// that is still theirs alone could the rows be found.
bool ask_again(store::Engine& engine, const Ended& hold) {
    if (!find_definition(engine, *hold.holder)) {
        return true;
    }
    const Identity before = unseal(engine, hold.key, hold.sealed);
    const Identity identity = still_only_theirs(engine, before);
    if (identity.identifiers.empty() && !before.identifiers.empty()) {
        return false;
    }
    insert_task(engine,
                {hold.subject, *hold.holder, HolderOperation::erase, "", {}, engine.now_ms()},
                identity);
    return true;
}

/// For a person to decide: it has no end any more.
void leave_open(store::Engine& engine, const Ended& hold) {
    engine.db()
        .prepare("UPDATE holder_hold SET until = NULL WHERE id = ?1")
        .bind_all(hold.id)
        .run();
    engine.log(
        LogLevel::warning,
        fmt::format("hold {} at data holder {} is over, but everything the erased person was "
                    "known by belongs to a present subject: have the holder erase what it "
                    "retained, and nothing newer",
                    hold.id, *hold.holder));
}

void end(store::Engine& engine, const Ended& hold) {
    store::Engine::Write tx(engine);
    if (hold.holder && !ask_again(engine, hold)) {
        leave_open(engine, hold);
        tx.commit();
        return;
    }
    auto row = engine.db().prepare(
        "UPDATE holder_hold SET ended_at = ?2, key_id = NULL, identity = NULL WHERE id = ?1 AND "
        "ended_at IS NULL RETURNING id");
    row.bind_all(hold.id, engine.now_ms());
    if (!row.step()) { // another process did
        return;
    }
    row.reset();
    if (!hold.holder && !held(engine, hold.subject)) {
        for (const store::Module* module : engine.modules()) {
            if (module->hold_ended != nullptr) {
                module->hold_ended(engine, hold.subject);
            }
        }
    }
    tx.commit();
}

} // namespace

std::optional<std::string> held(store::Engine& engine, SubjectId subject) {
    auto row = engine.db().prepare(
        "SELECT ground FROM holder_hold WHERE subject_id = ?1 AND holder IS NULL AND ended_at IS "
        "NULL AND (until IS NULL OR until > ?2) ORDER BY id LIMIT 1");
    row.bind_all(number(subject), engine.now_ms());
    return row.step() ? std::optional(row.str(0)) : std::nullopt;
}

std::uint64_t end_holds(store::Engine& engine, std::int64_t now) {
    std::vector<Ended> due;
    {
        auto row = engine.db().prepare(
            "SELECT id, subject_id, holder, key, key_id, identity FROM holder_hold WHERE ended_at "
            "IS NULL AND until <= ?1 ORDER BY until, id");
        row.bind(1, now);
        while (row.step()) {
            due.push_back({row.i64(0),
                           SubjectId{row.i64(1)},
                           row.opt_str(2),
                           row.str(3),
                           {row.str(4), std::string(row.blob(5))}});
        }
    }
    std::uint64_t ended = 0;
    for (const Ended& each : due) {
        try {
            end(engine, each);
            ++ended;
        } catch (const Error& error) { // the next run tries again
            engine.log_failure("a hold on an erasure has ended, but what waited for it failed",
                               error);
        }
    }
    return ended;
}

} // namespace habeas::holders

// Holds that end: what waited for them is done.
#include "holders/definition.hpp"
#include "holders/tasks.hpp"

namespace habeas::holders {
namespace {

struct Ended {
    std::int64_t id = 0;
    SubjectId subject{};
    std::optional<std::string> holder;
    std::string key;
    SealedIdentity sealed;
};

/// The holder is asked again, for a person that this store may no longer know.
void ask_again(store::Engine& engine, const Ended& hold) {
    if (!find_definition(engine, *hold.holder)) {
        return;
    }
    insert_task(engine,
                {hold.subject, *hold.holder, HolderOperation::erase, "", {}, engine.now_ms()},
                unseal(engine, hold.key, hold.sealed));
}

void end(store::Engine& engine, const Ended& hold) {
    store::Engine::Write tx(engine);
    auto row = engine.db().prepare(
        "UPDATE holder_hold SET ended_at = ?2, key_id = NULL, identity = NULL WHERE id = ?1 AND "
        "ended_at IS NULL RETURNING id");
    row.bind_all(hold.id, engine.now_ms());
    if (!row.step()) { // another process did
        return;
    }
    row.reset();
    if (hold.holder) {
        ask_again(engine, hold);
    } else if (!held(engine, hold.subject)) {
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

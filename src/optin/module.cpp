#include "optin/module.hpp"

#include "base/calendar.hpp"
#include "optin/rows.hpp"
#include "store/findings.hpp"

#include <fmt/format.h>

namespace habeas::store {
extern const char schema_optin[];
}

namespace habeas::optin {
namespace {

void merge(store::Engine& engine, SubjectId keep, SubjectId gone) {
    engine.db()
        .prepare("UPDATE optin SET subject_id = ?1 WHERE subject_id = ?2")
        .bind_all(number(keep), number(gone))
        .run();
}

void verify(store::Engine& engine, const VerifyOptions&, VerifyReport& report) {
    store::Findings findings(report);
    auto lost = engine.db().prepare("SELECT id FROM optin x WHERE NOT EXISTS (SELECT 1 FROM "
                                    "subject s WHERE s.id = x.subject_id)");
    while (lost.step()) {
        findings.error("optin_without_subject",
                       fmt::format("sign-up {} is of a subject that is not there", lost.i64(0)));
    }
    findings.finish();
}

/// Ends what nobody confirmed; a while later nothing is left but the ledger.
void tick(store::Engine& engine, TickReport&) {
    const std::int64_t now = engine.now_ms();
    auto due = engine.db().prepare(
        "SELECT EXISTS (SELECT 1 FROM optin WHERE state = 'waiting' AND expires_at <= ?1) OR "
        "EXISTS (SELECT 1 FROM optin_address WHERE until <= ?1)");
    due.bind(1, now);
    due.step();
    const bool any = due.i64(0) != 0;
    due.reset();
    std::vector<std::int64_t> old;
    {
        const std::string keep = quiet_time(engine);
        auto row =
            engine.db().prepare("SELECT id, closed_at FROM optin WHERE state <> 'waiting' AND "
                                "closed_at <= ?1 ORDER BY closed_at LIMIT 10000");
        row.bind(1, now);
        while (row.step()) {
            const Time end = base::add_duration(Time(std::chrono::milliseconds(row.i64(1))), keep);
            if (end.time_since_epoch().count() > now) {
                break;
            }
            old.push_back(row.i64(0));
        }
    }
    if (!any && old.empty()) {
        return;
    }
    store::Engine::Write tx(engine);
    engine.db()
        .prepare("UPDATE optin SET state = 'expired', closed_at = expires_at, token_hash = NULL, "
                 "data = '' WHERE state = 'waiting' AND expires_at <= ?1")
        .bind_all(now)
        .run();
    engine.db().prepare("DELETE FROM optin_address WHERE until <= ?1").bind_all(now).run();
    for (const std::int64_t each : old) {
        engine.db().prepare("DELETE FROM optin WHERE id = ?1").bind_all(each).run();
    }
    tx.commit();
}

using OnErase = store::SubjectTable::OnErase;

} // namespace

const store::Module module{
    .name = "optin",
    .schema = store::schema_optin,
    .tables = {{"optin", "subject_id", "sign-ups to be confirmed", OnErase::remove, nullptr}},
    .store_tables = {"optin_address"},
    .merge = merge,
    .verify = verify,
    .tick = tick,
};

} // namespace habeas::optin

#include "requests/module.hpp"

#include "store/engine.hpp"

namespace habeas::store {
extern const char schema_requests[];
}

namespace habeas::requests {
namespace {

/// What people wrote goes; what was asked, when and how it was answered stays.
void erase(store::Engine& engine, store::ErasureContext& context) {
    auto id = static_cast<std::int64_t>(context.subject);
    engine.db()
        .prepare("UPDATE request_step SET note = '' WHERE request_id IN "
                 "(SELECT id FROM request WHERE subject_id = ?1)")
        .bind_all(id)
        .run();
    // What was open ends here: the erasure did it, or nobody is left to ask for it.
    engine.db()
        .prepare(
            "INSERT INTO request_step(request_id, number, at, state, actor_id, note) "
            "SELECT r.id, 1 + (SELECT count(*) FROM request_step s WHERE s.request_id = r.id), "
            "?2, CASE r.kind WHEN 'erasure' THEN 'fulfilled' ELSE 'expired' END, ?3, '' "
            "FROM request r WHERE r.subject_id = ?1 AND r.closed_at IS NULL")
        .bind_all(id, engine.now_ms(), engine.actor_id())
        .run();
    engine.db()
        .prepare("UPDATE request SET vouched_by = CASE vouched_by WHEN '' THEN '' ELSE 'host' END, "
                 "ground = '', token_key = NULL, token_hash = NULL, token_expires = NULL, "
                 "closed_at = coalesce(closed_at, ?2), state = CASE WHEN closed_at IS NULL THEN "
                 "CASE kind WHEN 'erasure' THEN 'fulfilled' ELSE 'expired' END ELSE state END "
                 "WHERE subject_id = ?1")
        .bind_all(id, engine.now_ms())
        .run();
}

void merge(store::Engine& engine, SubjectId keep, SubjectId gone) {
    engine.db()
        .prepare("UPDATE request SET subject_id = ?1 WHERE subject_id = ?2")
        .bind_all(static_cast<std::int64_t>(keep), static_cast<std::int64_t>(gone))
        .run();
}

/// Tokens that nobody used in time.
void tick(store::Engine& engine, TickReport&) {
    store::Engine::Write tx(engine);
    auto row = engine.db().prepare("UPDATE request SET state = 'expired', closed_at = ?1, "
                                   "token_key = NULL, token_hash = NULL, token_expires = NULL "
                                   "WHERE state = 'identity_asked' AND token_expires <= ?1 "
                                   "RETURNING id, subject_id");
    row.bind(1, engine.now_ms());
    std::vector<std::int64_t> ids;
    while (row.step()) {
        ids.push_back(row.i64(0));
        engine.note_change(SubjectId{row.i64(1)}, ChangeKind::request);
    }
    row.reset();
    for (std::int64_t id : ids) {
        engine.db()
            .prepare("INSERT INTO request_step(request_id, number, at, state, actor_id, note) "
                     "SELECT ?1, 1 + count(*), ?2, 'expired', ?3, '' FROM request_step WHERE "
                     "request_id = ?1")
            .bind_all(id, engine.now_ms(), engine.actor_id())
            .run();
    }
    if (!ids.empty()) {
        tx.commit();
    }
}

} // namespace

const store::Module module{
    .name = "requests",
    .schema = store::schema_requests,
    .tables = {{"request", "subject_id", "requests", store::SubjectTable::OnErase::keep,
                "what was asked and how it was answered, of the number alone (GDPR art. 5(2))"}},
    .store_tables = {"request_step"},
    .filter_fields = {{.name = "request.",
                       .type = store::FilterField::Type::code,
                       .sql = "(SELECT r.state FROM request r WHERE r.subject_id = s.id AND "
                              "r.kind = :rest ORDER BY r.id DESC LIMIT 1)",
                       .changes = store::change_bit(ChangeKind::request),
                       .known = "SELECT 1 WHERE ?1 IN ('access', 'portability', 'rectification', "
                                "'erasure', 'restriction', 'objection', 'withdrawal', "
                                "'automated_decisions')"}},
    .erase = erase,
    .merge = merge,
    .tick = tick,
};

} // namespace habeas::requests

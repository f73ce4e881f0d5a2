#include "requests/module.hpp"

#include "habeas/request.hpp"
#include "holders/tasks.hpp"
#include "requests/await.hpp"
#include "requests/rows.hpp"
#include "store/engine.hpp"

namespace habeas::store {
extern const char schema_requests[];
}

namespace habeas::requests {
namespace {

/// What people wrote goes; what was asked, when and how it was answered stays.
void erase(store::Engine& engine, store::ErasureContext& context) {
    auto id = static_cast<std::int64_t>(context.subject);
    // What was open ends here: the erasure did it, or nobody is left to ask for it. Only data
    // holders may still have to erase.
    const bool waits = holders::any_open(engine, context.subject, HolderOperation::erase);
    RequestQuery open;
    open.subject = context.subject;
    open.open_only = true;
    for (const Request& each : Requests(engine).list(open)) {
        if (each.kind != RequestKind::erasure) {
            close(engine, each, RequestState::expired, "", "");
        } else if (waits) {
            await(engine, each, "");
        } else {
            close(engine, each, RequestState::fulfilled, "", "");
        }
    }
    blank_words(engine, "subject_id", id);
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
    auto row = engine.db().prepare(
        "UPDATE request SET state = 'expired', closed_at = ?1, "
        "token_key = NULL, token_hash = NULL, token_expires = NULL, "
        "contact_kind = NULL, contact = '' WHERE state = 'identity_asked' AND token_expires <= ?1 "
        "RETURNING id, subject_id");
    row.bind(1, engine.now_ms());
    std::vector<std::int64_t> ids;
    while (row.step()) {
        ids.push_back(row.i64(0));
        if (row.i64(1) != 0) {
            engine.note_change(SubjectId{row.i64(1)}, ChangeKind::request);
        }
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

std::vector<std::string> words_of_states() {
    std::vector<std::string> out;
    for (int state = 0; state <= static_cast<int>(RequestState::expired); ++state) {
        out.emplace_back(request_state_name(static_cast<RequestState>(state)));
    }
    return out;
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
                                "'automated_decisions')",
                       .words = words_of_states()}},
    .erase = erase,
    .holders_answered = close_answered,
    .hold_ended = erase_held,
    .merge = merge,
    .tick = tick,
    .actor_columns = {{"request_step", "actor_id"}},
};

} // namespace habeas::requests

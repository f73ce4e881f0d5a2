#include "outbox/module.hpp"

#include "base/calendar.hpp"
#include "outbox/definition.hpp"
#include "outbox/pacing.hpp"
#include "outbox/rows.hpp"
#include "outbox/sender.hpp"
#include "store/findings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace habeas::store {
extern const char schema_outbox[];
}

namespace habeas::outbox {
namespace {

constexpr std::int64_t purge_batch = 1000;

void merge(store::Engine& engine, SubjectId keep, SubjectId gone) {
    for (const char* sql : {"UPDATE outbox SET subject_id = ?1 WHERE subject_id = ?2",
                            "UPDATE outbox_content SET subject_id = ?1 WHERE subject_id = ?2",
                            "UPDATE outbox_attachment SET subject_id = ?1 WHERE subject_id = ?2"}) {
        engine.db().prepare(sql).bind_all(number(keep), number(gone)).run();
    }
}

void verify(store::Engine& engine, const VerifyOptions&, VerifyReport& report) {
    store::Findings findings(report);
    auto lost =
        engine.db().prepare("SELECT id FROM outbox o WHERE subject_id IS NOT NULL AND NOT EXISTS "
                            "(SELECT 1 FROM subject s WHERE s.id = o.subject_id)");
    while (lost.step()) {
        findings.error("message_without_subject",
                       fmt::format("message {} is about a subject that is not there", lost.i64(0)));
    }
    auto orphan = engine.db().prepare(
        "SELECT message_id FROM outbox_content c WHERE NOT EXISTS "
        "(SELECT 1 FROM outbox o WHERE o.id = c.message_id) UNION ALL SELECT message_id FROM "
        "outbox_attachment a WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.id = a.message_id)");
    while (orphan.step()) {
        findings.error("content_without_message",
                       fmt::format("the content of message {} was left behind", orphan.i64(0)));
    }
    auto blank = engine.db().prepare(
        "SELECT id FROM outbox o WHERE template_id <> 0 AND NOT EXISTS (SELECT 1 FROM "
        "message_template_version v WHERE v.template_id = o.template_id "
        "AND v.version = o.template_version)");
    while (blank.step()) {
        findings.error("message_without_template",
                       fmt::format("message {} has a template that is not there", blank.i64(0)));
    }
    findings.finish();
}

/// Contents go when their retention is over; the row stays, so that nothing is sent twice.
void purge(store::Engine& engine) {
    const std::int64_t now = engine.now_ms();
    const std::string retention = settings(engine)->retention;
    std::vector<std::int64_t> due;
    {
        auto row = engine.db().prepare(
            "SELECT o.id, o.finished_at FROM (SELECT message_id AS id FROM outbox_content UNION "
            "SELECT message_id FROM outbox_attachment) c JOIN outbox o ON o.id = c.id "
            "WHERE o.finished_at <= ?1 AND NOT (o.state = 'uncertain' AND o.settled = 0)");
        row.bind(1, now);
        while (row.step()) {
            const Time until =
                base::add_duration(Time(std::chrono::milliseconds(row.i64(1))), retention);
            if (until.time_since_epoch().count() <= now) {
                due.push_back(row.i64(0));
            }
        }
    }
    for (std::size_t at = 0; at < due.size();) {
        store::Engine::Write tx(engine);
        for (std::int64_t i = 0; i < purge_batch && at < due.size(); ++i, ++at) {
            forget_content(engine, due[at]);
        }
        tx.commit();
    }
    if (!due.empty()) {
        engine.log(LogLevel::info, fmt::format("the contents of {} messages were removed, their "
                                               "retention being over",
                                               due.size()));
    }
}

void tick(store::Engine& engine, TickReport&) {
    give_up_leases(engine, engine.now_ms());
    forget_rates(engine, engine.now_ms());
    purge(engine);
}

void check_pacing(const nlohmann::json& value, const std::string& pointer) {
    (void)read_pacing(value, pointer);
}

using OnErase = store::SubjectTable::OnErase;
using Type = store::FilterField::Type;
constexpr std::uint32_t messages = store::change_bit(ChangeKind::message);

} // namespace

const store::Module module{
    .name = "outbox",
    .schema = store::schema_outbox,
    .tables = {{"outbox", "subject_id", "messages", OnErase::remove, nullptr},
               {"outbox_content", "subject_id", "contents of messages", OnErase::remove, nullptr},
               {"outbox_attachment", "subject_id", "attachments of messages", OnErase::remove,
                nullptr}},
    .store_tables = {"message_template", "message_template_version", "outbox_day", "outbox_rate"},
    .filter_fields =
        {{.name = "message", // codes of the templates received
          .type = Type::values,
          .sql = "SELECT t.code AS value FROM outbox x JOIN message_template t ON t.id = "
                 "x.template_id WHERE x.subject_id = s.id AND x.state = 'sent' "
                 "AND x.kind <> 'internal'",
          .changes = messages,
          .known = "SELECT 1 FROM message_template WHERE code = ?1"},
         {.name = "message.", // when that template was last received
          .type = Type::time,
          .sql = "(SELECT max(x.finished_at) FROM outbox x JOIN message_template t ON t.id = "
                 "x.template_id WHERE x.subject_id = s.id AND x.state = 'sent' "
                 "AND x.kind <> 'internal' AND t.code = :rest)",
          .changes = messages,
          .known = "SELECT 1 FROM message_template WHERE code = ?1"},
         {.name = "last_message_at",
          .type = Type::time,
          .sql = "(SELECT max(x.finished_at) FROM outbox x WHERE x.subject_id = s.id "
                 "AND x.state = 'sent' AND x.kind <> 'internal')",
          .changes = messages},
         {.name = "messages",
          .type = Type::number,
          .sql = "(SELECT count(*) FROM outbox x WHERE x.subject_id = s.id AND x.state = 'sent' "
                 "AND x.kind <> 'internal')",
          .changes = messages}},
    .definitions = {{"templates", list_definitions, apply_definition}},
    .settings = {{"pacing", check_pacing}},
    .merge = merge,
    .verify = verify,
    .tick = tick,
};

} // namespace habeas::outbox

#include "campaigns/module.hpp"

#include "base/json_members.hpp"
#include "campaigns/definition_part.hpp"
#include "campaigns/rows.hpp"
#include "campaigns/run.hpp"
#include "campaigns/uses_segment.hpp"
#include "store/findings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace habeas::store {
extern const char schema_campaigns[];
}

namespace habeas::campaigns {
namespace {

using nlohmann::json;

/// Where both are members, the surviving one goes on and the other one's way ends.
void merge(store::Engine& engine, SubjectId keep_id, SubjectId gone_id) {
    const auto keep = static_cast<std::int64_t>(keep_id);
    const auto gone = static_cast<std::int64_t>(gone_id);
    auto run = [&](const char* sql) { engine.db().prepare(sql).bind_all(keep, gone).run(); };
    run("DELETE FROM campaign_step WHERE member_id IN (SELECT g.id FROM campaign_member g JOIN "
        "campaign_member k ON k.campaign_id = g.campaign_id WHERE g.subject_id = ?2 AND "
        "k.subject_id = ?1)");
    run("DELETE FROM campaign_member WHERE subject_id = ?2 AND campaign_id IN (SELECT campaign_id "
        "FROM campaign_member WHERE subject_id = ?1)");
    run("UPDATE campaign_member SET subject_id = ?1 WHERE subject_id = ?2");
    run("UPDATE campaign_step SET subject_id = ?1 WHERE subject_id = ?2");
    run("UPDATE campaign_signal SET subject_id = ?1 WHERE subject_id = ?2");
}

/// What was decided about the person on their way: art. 15(1)(h).
void bundle(store::Engine& engine, SubjectId subject, json& out) {
    // Of each event the last time: max() takes the row that it is of.
    auto row = engine.db().prepare(
        "SELECT m.campaign_id, c.code, m.version, s.event, s.outcome, max(s.reached_at) FROM "
        "campaign_step s JOIN campaign_member m ON m.id = s.member_id JOIN campaign c ON c.id = "
        "m.campaign_id WHERE s.subject_id = ?1 AND s.state = 'done' GROUP BY m.campaign_id, "
        "m.version, s.event ORDER BY c.code, m.version, s.event");
    row.bind(1, static_cast<std::int64_t>(subject));
    while (row.step()) {
        const auto definition =
            definition_of(engine, row.i64(0), static_cast<std::int32_t>(row.i64(2)));
        const Event* event = definition->find(row.text(3));
        if (event == nullptr || event->kind == Event::Kind::action) {
            continue;
        }
        json rule =
            base::object_of("campaign", row.str(1), "event", event->id, "outcome", row.str(4));
        if (event->kind == Event::Kind::condition) {
            rule["kind"] = "condition";
            rule["filter"] = json::parse(event->filter, nullptr, false);
        } else {
            rule["kind"] = "decision";
            rule["on"] = event->name;
            rule["key"] = event->key;
            if (event->channel) {
                rule["channel"] = channel_name(*event->channel);
            }
        }
        out["automated"].push_back(std::move(rule));
    }
}

void find(store::Engine& engine, store::Findings& findings, const char* code, const char* what,
          const char* sql) {
    auto row = engine.db().prepare(sql);
    while (row.step()) {
        findings.error(code, fmt::format("{} {}", what, row.i64(0)));
    }
}

void verify(store::Engine& engine, const VerifyOptions&, VerifyReport& report) {
    store::Findings findings(report);
    find(engine, findings, "member_without_subject",
         "a campaign's member is no subject; number of the member:",
         "SELECT id FROM campaign_member m WHERE NOT EXISTS (SELECT 1 FROM subject s WHERE s.id = "
         "m.subject_id)");
    find(engine, findings, "step_without_member", "a campaign's step has no member",
         "SELECT DISTINCT member_id FROM campaign_step s WHERE NOT EXISTS (SELECT 1 FROM "
         "campaign_member m WHERE m.id = s.member_id AND m.subject_id = s.subject_id AND "
         "m.campaign_id = s.campaign_id)");
    find(engine, findings, "member_without_definition",
         "a campaign's member goes by a definition that is not there; number of the member:",
         "SELECT id FROM campaign_member m WHERE NOT EXISTS (SELECT 1 FROM campaign_version v "
         "WHERE v.campaign_id = m.campaign_id AND v.version = m.version)");
    findings.finish();
}

void settle_all(store::Engine& engine) {
    take_submissions(engine);
    settle(engine);
}

using OnErase = store::SubjectTable::OnErase;
using Type = store::FilterField::Type;
constexpr std::uint32_t campaign_changes = store::change_bit(ChangeKind::campaign);

} // namespace

const store::Module module{
    .name = "campaigns",
    .schema = store::schema_campaigns,
    .tables = {{"campaign_step", "subject_id", "steps of campaigns", OnErase::remove, nullptr},
               {"campaign_member", "subject_id", "memberships in campaigns", OnErase::remove,
                nullptr},
               {"campaign_signal", "subject_id", "messages opened, links clicked, forms sent",
                OnErase::remove, nullptr}},
    .store_tables = {"campaign", "campaign_version", "campaign_count"},
    .filter_fields = {{.name = "campaign", // codes of those that the subject is on its way in
                       .type = Type::values,
                       .sql = "SELECT c.code AS value FROM campaign_member x JOIN campaign c ON "
                              "c.id = x.campaign_id WHERE x.subject_id = s.id AND x.state = "
                              "'active'",
                       .changes = campaign_changes,
                       .known = "SELECT 1 FROM campaign WHERE code = ?1"},
                      {.name = "campaign.", // active, done, left or removed: of the last time
                       .type = Type::code,
                       .sql = "(SELECT x.state FROM campaign_member x JOIN campaign c ON c.id = "
                              "x.campaign_id WHERE x.subject_id = s.id AND c.code = :rest ORDER BY "
                              "x.rotation DESC LIMIT 1)",
                       .changes = campaign_changes,
                       .known = "SELECT 1 FROM campaign WHERE code = ?1",
                       .words = {"active", "done", "left", "removed"}}},
    .definitions = {{"campaigns", list_definitions, apply_definition}},
    .bundle = bundle,
    .merge = merge,
    .settle = settle_all,
    .verify = verify,
    .uses_segment = uses_segment,
};

} // namespace habeas::campaigns

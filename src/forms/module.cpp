#include "forms/module.hpp"

#include "forms/definition_part.hpp"
#include "forms/stored.hpp"
#include "forms/uses.hpp"
#include "store/findings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace habeas::store {
extern const char schema_forms[];
}

namespace habeas::forms {
namespace {

void merge(store::Engine& engine, SubjectId keep, SubjectId gone) {
    engine.db()
        .prepare("UPDATE form_submission SET subject_id = ?1 WHERE subject_id = ?2")
        .bind_all(number(keep), number(gone))
        .run();
}

void verify(store::Engine& engine, const VerifyOptions&, VerifyReport& report) {
    store::Findings findings(report);
    auto lost = engine.db().prepare("SELECT id FROM form_submission x WHERE NOT EXISTS "
                                    "(SELECT 1 FROM subject s WHERE s.id = x.subject_id)");
    while (lost.step()) {
        findings.error("submission_without_subject",
                       fmt::format("submission {} is of a subject that is not there", lost.i64(0)));
    }
    auto changed = engine.db().prepare("SELECT f.code, v.version, v.definition, v.hash FROM "
                                       "form_version v JOIN form f ON f.id = v.form_id");
    while (changed.step()) {
        if (base::to_hex(base::hash256(changed.text(2))) != changed.text(3)) {
            findings.error("form_changed", fmt::format("version {} of form {} is not what it was "
                                                       "when it was defined",
                                                       changed.i64(1), changed.text(0)));
        }
    }
    findings.finish();
}

/// Sources whose time is over.
void tick(store::Engine& engine, TickReport&) {
    const std::int64_t now = engine.now_ms();
    auto due = engine.db().prepare("SELECT EXISTS (SELECT 1 FROM form_source WHERE until <= ?1)");
    due.bind(1, now);
    due.step();
    const bool any = due.i64(0) != 0;
    due.reset();
    if (!any) {
        return;
    }
    store::Engine::Write tx(engine);
    engine.db().prepare("DELETE FROM form_source WHERE until <= ?1").bind_all(now).run();
    tx.commit();
}

using OnErase = store::SubjectTable::OnErase;
using FilterType = store::FilterField::Type;
constexpr std::uint32_t submissions = store::change_bit(ChangeKind::submission);

} // namespace

const store::Module module{
    .name = "forms",
    .schema = store::schema_forms,
    .tables = {{"form_submission", "subject_id", "submissions of forms", OnErase::remove, nullptr}},
    .store_tables = {"form", "form_version", "form_source"},
    .filter_fields =
        {{.name = "form", // codes of the forms that were sent
          .type = FilterType::values,
          .sql = "SELECT f.code AS value FROM form_submission x JOIN form f ON f.id = x.form_id "
                 "WHERE x.subject_id = s.id",
          .changes = submissions,
          .known = "SELECT 1 FROM form WHERE code = ?1"},
         {.name = "form.", // when that form was last sent
          .type = FilterType::time,
          .sql = "(SELECT max(x.at) FROM form_submission x JOIN form f ON f.id = x.form_id WHERE "
                 "x.subject_id = s.id AND f.code = :rest)",
          .changes = submissions,
          .known = "SELECT 1 FROM form WHERE code = ?1"}},
    .definitions = {{"forms", list_definitions, apply_definition}},
    .uses_field = uses_field,
    .merge = merge,
    .verify = verify,
    .tick = tick,
    .uses_segment = uses_segment,
    .actor_columns = {{"form_version", "published_by"}},
};

} // namespace habeas::forms

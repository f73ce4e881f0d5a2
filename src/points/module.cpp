#include "points/module.hpp"

#include "base/json_members.hpp"
#include "consent/part_fault.hpp"
#include "points/score.hpp"
#include "store/findings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace habeas::store {
extern const char schema_points[];
}

namespace habeas::points {
namespace {

using nlohmann::json;

void merge(store::Engine& engine, SubjectId keep, SubjectId gone) {
    merge_points(engine, static_cast<std::int64_t>(keep), static_cast<std::int64_t>(gone));
}

/// A score is a profile: the total, and the rules it came from (art. 15(1)(h)).
void bundle(store::Engine& engine, SubjectId subject, json& out) {
    auto row = engine.db().prepare("SELECT total FROM points_total WHERE subject_id = ?1");
    row.bind(1, static_cast<std::int64_t>(subject));
    if (!row.step()) {
        return;
    }
    out["total"] = row.i64(0);
    for (const PointsRule& rule : Points(engine).definition().rules) {
        out["automated"].push_back(base::object_of("kind", "points", "on", points_on_name(rule.on),
                                                   "key", rule.key, "points", rule.points, "limit",
                                                   rule.limit));
    }
}

void verify(store::Engine& engine, const VerifyOptions&, VerifyReport& report) {
    store::Findings findings(report);
    auto row = engine.db().prepare(
        "SELECT coalesce(t.subject_id, e.subject_id) FROM points_total t FULL JOIN (SELECT "
        "subject_id, sum(points) AS total FROM points_entry GROUP BY subject_id) e ON "
        "e.subject_id = t.subject_id WHERE e.total IS NOT t.total");
    while (row.step()) {
        findings.error(
            "points_differ",
            fmt::format("the total is not the sum of the points of subject {}", row.i64(0)));
    }
    findings.finish();
}

void tick(store::Engine& engine, TickReport&) {
    drop_forbidden_points(engine);
}

// The document of all definitions: one entry, for there is one definition.

void list_definitions(store::Engine& engine, json& out) {
    const PointsDefinition definition = Points(engine).definition();
    if (definition != PointsDefinition{}) {
        out.push_back(json::parse(Points::to_json(definition)));
    }
}

void apply_definition(store::Engine& engine, const json& given, const std::string& pointer,
                      std::vector<std::string>& changes) {
    Points points(engine);
    try {
        const std::string text = given.dump();
        const PointsDefinition known = points.definition();
        if (Points::from_json(text) == known) {
            return;
        }
        points.define(text);
        changes.emplace_back(known == PointsDefinition{} ? "points added" : "points changed");
    } catch (const Error& error) {
        consent::throw_below(pointer, error);
    }
}

void uses_segment(store::Engine& engine, const std::string& segment,
                  std::vector<std::string>& places) {
    for (const PointsRule& rule : Points(engine).definition().rules) {
        if (rule.on == PointsRule::On::segment && rule.key == segment) {
            places.push_back("points rule " + rule.code);
        }
    }
}

using OnErase = store::SubjectTable::OnErase;
using Type = store::FilterField::Type;

} // namespace

const store::Module module{
    .name = "points",
    .schema = store::schema_points,
    .tables = {{"points_entry", "subject_id", "points", OnErase::remove, nullptr},
               {"points_total", "subject_id", "totals of points", OnErase::remove, nullptr}},
    .store_tables = {"points_rule"},
    .filter_fields = {{.name = "points",
                       .type = Type::number,
                       .sql = "coalesce((SELECT x.total FROM points_total x WHERE x.subject_id = "
                              "s.id), 0)",
                       .changes = store::change_bit(ChangeKind::points)}},
    .definitions = {{"points", list_definitions, apply_definition}},
    .bundle = bundle,
    .merge = merge,
    .settle = settle_points,
    .verify = verify,
    .tick = tick,
    .uses_segment = uses_segment,
};

} // namespace habeas::points

#include "segments/module.hpp"

#include "base/json_members.hpp"
#include "segments/definition.hpp"
#include "segments/members.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace habeas::store {
extern const char schema_segments[];
}

namespace habeas::segments {
namespace {

/// Both keep what was done by hand; who was removed from one stays removed. Rows follow.
void merge(store::Engine& engine, SubjectId keep, SubjectId gone) {
    auto run = [&](const char* sql) {
        engine.db()
            .prepare(sql)
            .bind_all(static_cast<std::int64_t>(keep), static_cast<std::int64_t>(gone))
            .run();
    };
    run("INSERT INTO segment_manual(segment_id, subject_id, included, at) "
        "SELECT segment_id, ?1, included, at FROM segment_manual WHERE subject_id = ?2 "
        "ON CONFLICT(segment_id, subject_id) DO UPDATE SET "
        "included = min(included, excluded.included)");
    run("DELETE FROM segment_manual WHERE subject_id = ?2 AND ?1 = ?1");
    run("DELETE FROM segment_member WHERE subject_id = ?2 AND ?1 = ?1");
    run("UPDATE OR IGNORE subject_tag SET subject_id = ?1 WHERE subject_id = ?2");
    run("DELETE FROM subject_tag WHERE subject_id = ?2 AND ?1 = ?1");
    std::vector<std::int64_t> ids{static_cast<std::int64_t>(keep)};
    for (const Loaded& each : load_all(engine)) {
        refresh_some(engine, each, ids);
    }
}

bool names_field(const nlohmann::json& node, const std::string& field) {
    if (node.is_object() && node.value("field", nlohmann::json()) == field) {
        return true;
    }
    return node.is_structured() && std::any_of(node.begin(), node.end(), [&](const auto& each) {
               return names_field(each, field);
           });
}

/// store::Module::uses_field: filters.
void uses_field(store::Engine& engine, const std::string& field, std::vector<std::string>& places) {
    auto row = engine.db().prepare("SELECT code, filter FROM segment WHERE filter <> '' ORDER BY "
                                   "code");
    while (row.step()) {
        if (names_field(nlohmann::json::parse(row.text(1), nullptr, false), field)) {
            places.push_back("segment " + row.str(0));
        }
    }
}

/// By which rule the person is in a segment (art. 15(1)(h)).
void bundle(store::Engine& engine, SubjectId subject, nlohmann::json& out) {
    auto row = engine.db().prepare(
        "SELECT g.code, g.filter FROM segment_member m JOIN segment g ON g.id = m.segment_id "
        "WHERE m.subject_id = ?1 AND g.filter <> '' AND NOT EXISTS (SELECT 1 FROM segment_manual a "
        "WHERE a.segment_id = m.segment_id AND a.subject_id = m.subject_id) ORDER BY g.code");
    row.bind(1, static_cast<std::int64_t>(subject));
    while (row.step()) {
        out["automated"].push_back(
            base::object_of("kind", "segment", "segment", row.str(0), "filter",
                            nlohmann::json::parse(row.text(1), nullptr, false)));
    }
}

using OnErase = store::SubjectTable::OnErase;
using Type = store::FilterField::Type;

} // namespace

const store::Module module{
    .name = "segments",
    .schema = store::schema_segments,
    .tables = {{"segment_member", "subject_id", "memberships in segments", OnErase::remove,
                nullptr},
               {"segment_manual", "subject_id",
                "what was added to or removed from segments by hand", OnErase::remove, nullptr},
               {"subject_tag", "subject_id", "tags", OnErase::remove, nullptr}},
    .store_tables = {"segment", "segment_day", "tag"},
    .filter_fields = {{.name = "tag",
                       .type = Type::values,
                       .sql = "SELECT t.key AS value FROM subject_tag x JOIN tag t ON t.id = "
                              "x.tag_id WHERE x.subject_id = s.id",
                       .changes = store::change_bit(ChangeKind::tag),
                       .folded = true}},
    .definitions = {{"segments", list_definitions, apply_definition}},
    .uses_field = uses_field,
    .bundle = bundle,
    .merge = merge,
    .settle = settle,
};

} // namespace habeas::segments

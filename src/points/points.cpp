// The public class: rules as JSON, and totals.
#include "habeas/points.hpp"

#include "base/json_members.hpp"
#include "base/text.hpp"
#include "consent/json_reader.hpp"
#include "points/score.hpp"
#include "subjects/lookup.hpp"

#include <array>
#include <set>

namespace habeas {
namespace points {
namespace {

using consent::JsonReader;
using consent::refuse_at;
using nlohmann::json;
using On = PointsRule::On;

constexpr std::array<std::string_view, 6> on_names{"opened",    "clicked", "submitted",
                                                   "consented", "tagged",  "segment"};
constexpr std::size_t max_rules = 200;
constexpr std::size_t max_text = 200;

std::optional<On> on_of(std::string_view name) {
    for (std::size_t i = 0; i < on_names.size(); ++i) {
        if (on_names[i] == name) {
            return static_cast<On>(i);
        }
    }
    return std::nullopt;
}

PointsRule rule_of(const json& given, const std::string& pointer) {
    JsonReader in(given, pointer);
    PointsRule out;
    in.read("code", out.code);
    if (!base::is_code(out.code)) {
        refuse_at(in.at("code"), "write a code: small letters, digits and _");
    }
    if (in.find("on") == nullptr) {
        refuse_at(in.at("on"), "say on what");
    }
    in.read_name("on", out.on, on_of);
    in.read("key", out.key);
    if (base::invalid_utf8(out.key) || out.key.size() > max_text) {
        refuse_at(in.at("key"), "200 bytes of text at most");
    }
    in.read("points", out.points);
    in.read("limit", out.limit);
    if (out.points == 0) {
        refuse_at(in.at("points"), "a number other than 0");
    }
    if (out.limit < 0) {
        refuse_at(in.at("limit"), "0 or more");
    }
    in.finish();
    if (out.on >= On::consented) {
        if (out.key.empty()) {
            refuse_at(in.at("key"), "name the purpose, tag or segment");
        }
        if (out.limit > 1) {
            refuse_at(in.at("limit"), "a rule about a state counts once");
        }
        out.limit = 1;
    }
    return out;
}

json json_of(const PointsRule& rule) {
    return {{"code", rule.code},
            {"on", points_on_name(rule.on)},
            {"key", rule.key},
            {"points", rule.points},
            {"limit", rule.limit}};
}

bool is_there(store::Engine& engine, const char* sql, const std::string& code) {
    auto row = engine.db().prepare(sql);
    row.bind(1, code);
    return row.step();
}

void check(store::Engine& engine, const PointsDefinition& definition) {
    if (definition.purpose.empty()) {
        if (!definition.rules.empty()) {
            refuse_at("/purpose", "points are a profile (GDPR art. 4(4)): name the purpose");
        }
        return;
    }
    const auto purpose = Purposes(engine).find(definition.purpose);
    if (!purpose) {
        throw Error(Errc::not_found, "/purpose: there is no purpose of this code", "/purpose");
    }
    if (purpose->kind != PurposeKind::profiling) {
        refuse_at("/purpose", "points are a profile: its purpose is of kind profiling");
    }
    for (std::size_t i = 0; i < definition.rules.size(); ++i) {
        const PointsRule& rule = definition.rules[i];
        const std::string at = "/rules/" + std::to_string(i) + "/key";
        if ((rule.on == On::consented && !Purposes(engine).find(rule.key)) ||
            (rule.on == On::segment &&
             !is_there(engine, "SELECT 1 FROM segment WHERE code = ?1", rule.key))) {
            throw Error(Errc::not_found, at + ": there is none of this code", at);
        }
    }
}

void check_amount(std::int32_t points) {
    if (points < -max_points || points > max_points || points == 0) {
        throw Error(Errc::invalid, "points: from -1000000 to 1000000, and not 0", "points");
    }
}

} // namespace
} // namespace points

std::string_view points_on_name(PointsRule::On on) noexcept {
    const auto at = static_cast<std::size_t>(on);
    return at < points::on_names.size() ? points::on_names[at] : std::string_view{};
}

PointsDefinition Points::from_json(const std::string& text) {
    using namespace points;
    const json document = consent::read_document(text, "the definition of points");
    const std::string root;
    JsonReader in(document, root);
    PointsDefinition out;
    in.read("purpose", out.purpose);
    std::set<std::string> codes;
    in.read_array("rules", [&](const json& each, const std::string& at) {
        if (out.rules.size() >= max_rules) {
            refuse_at(at, "200 rules at most");
        }
        out.rules.push_back(rule_of(each, at));
        if (!codes.insert(out.rules.back().code).second) {
            refuse_at(at + "/code", "another rule has this code");
        }
    });
    in.finish();
    return out;
}

std::string Points::to_json(const PointsDefinition& definition) {
    nlohmann::json rules = nlohmann::json::array();
    for (const PointsRule& each : definition.rules) {
        rules.push_back(points::json_of(each));
    }
    return base::object_of("purpose", definition.purpose, "rules", std::move(rules)).dump();
}

void Points::define(const std::string& text) {
    using namespace points;
    const PointsDefinition definition = from_json(text);
    store::Engine::Write tx(*engine_);
    check(*engine_, definition);
    engine_->set_meta("points.purpose", definition.purpose);
    auto& db = engine_->db();
    db.prepare("UPDATE points_rule SET active = 0").run();
    for (const PointsRule& rule : definition.rules) {
        db.prepare("INSERT INTO points_rule(code, definition, active) VALUES(?1, ?2, 1) "
                   "ON CONFLICT(code) DO UPDATE SET definition = excluded.definition, active = 1")
            .bind_all(rule.code, json_of(rule).dump())
            .run();
    }
    engine_->bump_definitions();
    drop_forbidden_points(*engine_);
    tx.commit();
}

PointsDefinition Points::definition() const {
    store::Engine::Read snapshot(*engine_);
    PointsDefinition out;
    out.purpose = engine_->meta("points.purpose").value_or("");
    auto row =
        engine_->db().prepare("SELECT definition FROM points_rule WHERE active = 1 ORDER BY id");
    while (row.step()) {
        out.rules.push_back(points::rule_of(nlohmann::json::parse(row.text(0)), ""));
    }
    return out;
}

bool Points::add(SubjectId subject, std::int32_t points, const std::string& reason) {
    points::check_amount(points);
    base::require_text(reason, "reason", false, points::max_text);
    store::Engine::Write tx(*engine_);
    const auto id = static_cast<std::int64_t>(subjects::require(*engine_, subject));
    const bool kept = points::keep_points(*engine_, id, points, 0, reason);
    tx.commit();
    return kept;
}

std::int64_t Points::total(SubjectId subject) const {
    store::Engine::Read snapshot(*engine_);
    auto row = engine_->db().prepare("SELECT total FROM points_total WHERE subject_id = ?1");
    row.bind(1, static_cast<std::int64_t>(subjects::require(*engine_, subject)));
    return row.step() ? row.i64(0) : 0;
}

std::vector<PointsEntry> Points::history(SubjectId subject) const {
    store::Engine::Read snapshot(*engine_);
    std::vector<PointsEntry> out;
    auto row = engine_->db().prepare(
        "SELECT at, points, reason FROM points_entry WHERE subject_id = ?1 ORDER BY id");
    row.bind(1, static_cast<std::int64_t>(subjects::require(*engine_, subject)));
    while (row.step()) {
        out.push_back({Time(std::chrono::milliseconds(row.i64(0))),
                       static_cast<std::int32_t>(row.i64(1)), row.str(2)});
    }
    return out;
}

} // namespace habeas

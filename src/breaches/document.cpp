// The record of a breach: all of art. 33(3), its journal, and what is missing.
#include "breaches/rows.hpp"

#include "breaches/breach_json.hpp"
#include "exports/document_page.hpp"
#include "store/actor.hpp"
#include "store/settings.hpp"
#include "transfers/registry.hpp"

#include <fmt/format.h>

namespace habeas {
namespace breaches {
namespace {

using nlohmann::ordered_json;

ordered_json time_json(const std::optional<Time>& time) {
    return time ? ordered_json(format_time(*time)) : ordered_json(nullptr);
}

class Gaps {
  public:
    void add(bool missing, const char* reference, std::string text, bool bars = false) {
        if (missing) {
            all.push_back({reference, std::move(text), bars});
        }
    }
    std::vector<Gap> all;
};

void describe_gaps(Gaps& out, const Breach& facts, bool counted) {
    out.add(facts.natures.empty(), "33(3)(a)", "Its nature is not on record.", true);
    out.add(!facts.occurred_from, "33(5)", "When it happened is not on record.");
    out.add(facts.subjects.empty(), "33(3)(a)",
            "The categories of persons are not on record (affected, subjects).");
    out.add(!counted && !facts.persons, "33(3)(a)",
            facts.filter.empty()
                ? "How many persons it concerns is not on record: neither a filter nor an estimate."
                : "The filter found nobody, and there is no estimate of how many it concerns.");
    out.add(!counted && !facts.records, "33(3)(a)",
            "How many records it concerns is not on record.");
    out.add(facts.consequences.empty(), "33(3)(c)", "Its likely consequences are not on record.",
            true);
    out.add(facts.measures.empty(), "33(3)(d)", "The measures taken are not on record.", true);
}

ordered_json clock_json(const BreachInfo& breach) {
    ordered_json out = ordered_json::object();
    out["due"] = format_time(breach.clock.strict);
    out["begins"] = format_time(breach.clock.begins);
    out["counted"] = format_time(breach.clock.counted);
    out["working_days_disputed"] = breach.clock.working_days_disputed;
    out["overdue"] = breach.overdue;
    return out;
}

/// What a line of the list and the record begin with.
ordered_json line(const BreachInfo& breach) {
    ordered_json out = ordered_json::object();
    out["breach"] = breach.breach.code;
    out["number"] = breach.number;
    out["title"] = breach.breach.title;
    out["state"] = breach_state_name(breach.state);
    out["risk"] = breach_risk_name(breach.risk);
    out["aware_at"] = time_json(breach.breach.aware_at);
    out["recorded_at"] = format_time(breach.recorded_at);
    out["clock"] = clock_json(breach);
    out["waits_for"] = ordered_json::array();
    for (const std::string& each : breach.waits_for) {
        out["waits_for"].push_back(each);
    }
    out["persons"] = breach.figures          ? ordered_json(breach.figures->persons)
                     : breach.breach.persons ? ordered_json(*breach.breach.persons)
                                             : ordered_json(nullptr);
    out["notified_at"] = time_json(breach.notified_at);
    out["informed_at"] = time_json(breach.informed_at);
    out["ground"] = breach.ground.empty() ? ordered_json(nullptr)
                                          : ordered_json("34(3)(" + breach.ground + ")");
    out["closed_at"] = time_json(breach.closed_at);
    return out;
}

ordered_json steps_json(store::Engine& engine, const BreachInfo& breach) {
    ordered_json out = ordered_json::array();
    for (const BreachStep& each : steps(engine, breach.number)) {
        ordered_json one = ordered_json::object();
        one["at"] = format_time(each.at);
        one["step"] = each.step;
        one["state"] = breach_state_name(each.state);
        ordered_json& actor = one["actor"] = ordered_json::object();
        actor["kind"] = store::actor_kind_name(each.actor.kind);
        actor["id"] = each.actor.id;
        actor["reason"] = each.actor.reason;
        one["facts"] = ordered_json::parse(each.facts);
        out.push_back(std::move(one));
    }
    return out;
}

ordered_json told_json(store::Engine& engine, const BreachInfo& breach) {
    const Standing stands = standing(engine, breach.number);
    ordered_json out = ordered_json::object();
    out["listed"] = stands.rows;
    out["told"] = stands.told;
    out["refused"] = stands.refused;
    out["left"] = stands.rows - stands.told - stands.refused;
    out["messages"] = ordered_json::object();
    for (const auto& [state, count] : stands.messages) {
        out["messages"][state] = count;
    }
    return out;
}

} // namespace

std::vector<Gap> gaps(store::Engine& engine, const BreachInfo& breach) {
    Gaps out;
    const Breach& facts = breach.breach;
    describe_gaps(out, facts, breach.figures && breach.figures->persons > 0);
    const ordered_json controller = store::controller(engine);
    const auto has = [&](const char* member) { return !controller.value(member, "").empty(); };
    out.add(!has("dpo") && !has("contact") && !has("email"), "33(3)(b)",
            "Neither a data protection officer nor another contact is on file (setting "
            "controller).");
    out.add(breach.risk == BreachRisk::unassessed, "33(1)", "The risk is not assessed.", true);
    const bool notifiable = breach.risk != BreachRisk::none;
    out.add(notifiable && !breach.notified_at, "33(1)",
            "The authority is not notified; that is due " + format_time(breach.clock.strict) + ".",
            breach.risk != BreachRisk::unassessed);
    out.add(breach.more_follows, "33(4)",
            "The authority was told that more follows, and has not got it.", true);
    if (!facts.processor.empty()) {
        out.add(!facts.processor_told_at, "33(2)",
                "When the processor told of it is not on record.");
        out.add(transfers::book(engine)->find(facts.processor) == nullptr, "28, 33(2)",
                "Processor " + facts.processor + " is not on file.");
    }
    const bool high = breach.risk == BreachRisk::high && breach.ground.empty();
    const Standing stands = standing(engine, breach.number);
    out.add(high && !breach.informed_at, "34(1)",
            "The persons are neither told, nor is there a ground for not telling them.", true);
    out.add(
        high && !breach.informed_at && stands.refused > 0, "34(1)",
        fmt::format("Persons whom no message may go to: {}. Tell them otherwise.", stands.refused));
    std::int64_t lost = 0;
    for (const char* state : {"failed", "stopped", "uncertain"}) {
        const auto found = stands.messages.find(state);
        lost += found == stands.messages.end() ? 0 : found->second;
    }
    out.add(high && lost > 0, "34(1)",
            fmt::format("Messages that did not go, or of which that is not known: {}. Tell these "
                        "persons otherwise.",
                        lost));
    return std::move(out.all);
}

ordered_json document(store::Engine& engine, const BreachInfo& breach) {
    ordered_json out = line(breach);
    out["facts"] = ordered_json::parse(breach.breach.to_json());
    out["figures"] = breach.figures ? ordered_json::parse(to_json(*breach.figures).dump())
                                    : ordered_json(nullptr);
    out["risk_reason"] = breach.risk_reason;
    out["more_follows"] = breach.more_follows;
    out["communication"] = told_json(engine, breach);
    out["controller"] = store::controller(engine);
    out["steps"] = steps_json(engine, breach);
    out["gaps"] = ordered_json::array();
    for (const Gap& each : gaps(engine, breach)) {
        ordered_json gap = ordered_json::object();
        gap["reference"] = std::string("GDPR ") + each.reference;
        gap["text"] = each.text;
        gap["bars"] = each.bars;
        out["gaps"].push_back(std::move(gap));
    }
    return out;
}

} // namespace breaches

std::string BreachInfo::to_json() const {
    return breaches::line(*this).dump();
}

std::string Breaches::to_json(const std::string& code) const {
    const store::Engine::Read snapshot(*engine_);
    return breaches::document(*engine_, breaches::require(*engine_, code)).dump();
}

std::string Breaches::to_html(const std::string& code) const {
    const store::Engine::Read snapshot(*engine_);
    return breaches::render(breaches::document(*engine_, breaches::require(*engine_, code)));
}

} // namespace habeas

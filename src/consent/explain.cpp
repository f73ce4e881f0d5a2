// A decision in words.
#include "consent/decide.hpp"
#include "consent/evidence.hpp"
#include "consent/reasons.hpp"

#include <nlohmann/json.hpp>

namespace habeas {
namespace consent {
namespace {

std::string summary(const Decision& decision) {
    std::string text = decision.allowed ? "Allowed: " : "Denied: ";
    text += reason_sentence(decision.reason);
    text += " (";
    text += decision.reference;
    text += ")";
    if (decision.holds_until) {
        text += " This answer may change at " + format_time(*decision.holds_until) + ".";
    }
    return text;
}

/// What is known of the deciding event only from an import, and from which row of which file: put
/// to the step that decided, which is the last.
void tell_import(store::Engine& engine, Explanation& out) {
    if (out.decision.event == EventId{} || out.steps.empty()) {
        return;
    }
    auto row = engine.db().prepare("SELECT evidence FROM event WHERE id = ?1");
    row.bind(1, static_cast<std::int64_t>(out.decision.event));
    if (!row.step() || row.is_null(0)) {
        return;
    }
    ConsentEvent event;
    decode_evidence(row.text(0), event);
    const Evidence& evidence = event.evidence;
    const std::string& reference = evidence.document.empty() ? evidence.note : evidence.document;
    if (evidence.method == "import" && !reference.empty()) {
        out.steps.back().answer += " Known by an import (" + reference + ").";
    }
}

} // namespace
} // namespace consent

Explanation Consent::explain(SubjectId subject, const std::string& purpose, Channel channel,
                             const DecideOptions& options) const {
    using namespace consent;
    store::Engine::Read snapshot(*engine_);
    Asked asked = ask(*engine_, purpose, channel, options.at, options.known_at, options.controller);
    Trace steps;
    Explanation out;
    out.decision =
        to_decision(decide_from_ledger(*engine_, asked.purpose, subject, asked.question, &steps));
    out.summary = summary(out.decision);
    out.steps = std::move(steps);
    tell_import(*engine_, out);
    return out;
}

std::string Explanation::to_json() const {
    nlohmann::ordered_json out{
        {"allowed", decision.allowed},
        {"reason", reason_code(decision.reason)},
        {"reference", decision.reference},
        {"event", static_cast<std::int64_t>(decision.event)},
        {"holds_until", nullptr},
        {"summary", summary},
        {"steps", nlohmann::ordered_json::array()},
    };
    if (decision.holds_until) {
        out["holds_until"] = format_time(*decision.holds_until);
    }
    for (const ExplainStep& step : steps) {
        out["steps"].push_back(
            {{"question", step.question}, {"answer", step.answer}, {"decided", step.decided}});
    }
    return out.dump();
}

} // namespace habeas

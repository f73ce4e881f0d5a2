#include "transfers/rows.hpp"

#include "transfers/processor_json.hpp"

#include <nlohmann/json.hpp>

namespace habeas::transfers {

const ProcessorFacts* Entry::at(Date day, std::int64_t known_at) const noexcept {
    const ProcessorFacts* out = nullptr; // in order of day and recording: the last that fits
    for (const Version& each : versions) {
        if (each.recorded <= known_at && (!each.facts.from || *each.facts.from <= day)) {
            out = &each.facts;
        }
    }
    return out;
}

Processor Entry::present() const {
    Processor out{code, name, {}};
    for (const Version& each : versions) {
        if (!out.history.empty() && out.history.back().from == each.facts.from) {
            out.history.back() = each.facts;
        } else {
            out.history.push_back(each.facts);
        }
    }
    return out;
}

std::vector<Entry> load_all(store::Engine& engine) {
    std::vector<Entry> out;
    auto row = engine.db().prepare(
        "SELECT p.id, p.code, p.name, v.id, v.recorded_at, v.facts FROM processor p JOIN "
        "processor_version v ON v.processor_id = p.id ORDER BY p.code, v.valid_from, v.id");
    while (row.step()) {
        if (out.empty() || out.back().id != row.i64(0)) {
            out.push_back({row.i64(0), row.str(1), row.str(2), {}});
        }
        out.back().versions.push_back(
            {row.i64(3), row.i64(4), read_facts(nlohmann::json::parse(row.text(5)), "")});
    }
    return out;
}

} // namespace habeas::transfers

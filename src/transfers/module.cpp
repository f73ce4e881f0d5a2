#include "transfers/module.hpp"

#include "base/json_members.hpp"
#include "store/engine.hpp"
#include "store/findings.hpp"
#include "transfers/processor_json.hpp"
#include "transfers/registry.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace habeas::store {
extern const char schema_transfers[];
}

namespace habeas::transfers {
namespace {

/// Every entry can be read.
void verify(store::Engine& engine, const VerifyOptions&, VerifyReport& report) {
    store::Findings findings(report);
    auto row = engine.db().prepare("SELECT id, facts FROM processor_version ORDER BY id");
    while (row.step()) {
        try {
            (void)read_facts(nlohmann::json::parse(row.text(1)), "");
        } catch (const std::exception&) {
            findings.error("processor_unreadable",
                           fmt::format("entry {} of a processor cannot be read", row.i64(0)));
        }
    }
    findings.finish();
}

/// Art. 15(2): recipients in third countries, with what carries their data there.
void bundle(store::Engine& engine, SubjectId, nlohmann::json& out) {
    const auto registry = book(engine);
    if (registry->empty()) { // of who is not on file nobody knows where it is
        return;
    }
    nlohmann::json transfers = nlohmann::json::array();
    PlaceCheckOptions today;
    today.people = false;
    for (const PlaceFinding& each : Processors(engine).check(today).recipients) {
        const bool used = !each.purposes.empty() || !each.holders.empty() || each.hosts_store;
        if (!used || each.answer.place.empty() ||
            each.answer.rule == TransferRule::eea_location_foreign_owner) {
            continue;
        }
        const Entry* entry = registry->find(each.name);
        transfers.push_back(base::object_of("recipient", entry != nullptr ? entry->name : each.name,
                                            "country", each.answer.place, "safeguard",
                                            each.answer.reference, "verdict",
                                            transfer_verdict_name(each.answer.verdict)));
    }
    if (!transfers.empty()) {
        out["transfers"] = std::move(transfers);
    }
}

} // namespace

const store::Module module{
    .name = "transfers",
    .schema = store::schema_transfers,
    .store_tables = {"processor", "processor_version"},
    .definitions = {{"processors", list_definitions, apply_definition}},
    .bundle = bundle,
    .verify = verify,
    .actor_columns = {{"processor_version", "actor_id"}},
};

} // namespace habeas::transfers

// May data go there? One pure function over dated facts. What is unknown is denied.
#include "transfers/law.hpp"

#include <algorithm>

namespace habeas {
namespace {

using Facts = TransferLaw::Facts;

class Judge {
  public:
    Judge(const Facts& law, const ProcessorFacts& facts, Date day, std::string_view exporter)
        : law_(law), facts_(facts), day_(day), exporter_(exporter) {}

    TransferAnswer answer() const {
        if (facts_.ended) {
            return say(TransferVerdict::denied, TransferRule::ended);
        }
        if (facts_.processor && !contract_holds()) {
            return say(TransferVerdict::denied, TransferRule::no_processor_contract);
        }
        if (facts_.data_locations.empty() || facts_.established.empty()) {
            return say(TransferVerdict::denied, TransferRule::location_unknown);
        }
        std::optional<TransferAnswer> worst;
        const auto look = [&](const std::string& place) {
            if (in_eea(place)) {
                return;
            }
            TransferAnswer next = at_place(place);
            if (!worst || next.verdict > worst->verdict) {
                worst = std::move(next);
            }
        };
        std::for_each(facts_.data_locations.begin(), facts_.data_locations.end(), look);
        std::for_each(facts_.remote_access_from.begin(), facts_.remote_access_from.end(), look);
        look(facts_.established); // an importer in a third country, wherever the servers stand
        return worst ? *worst : within_eea();
    }

    bool in_eea(std::string_view place) const {
        const auto part = law_.part_of.find(place);
        const std::string_view country = part == law_.part_of.end() ? place : part->second;
        return std::any_of(law_.eea.begin(), law_.eea.end(), [&](const Facts::Member& each) {
            return each.country == country && each.days.holds(day_);
        });
    }

    const Facts::Adequacy* adequate(std::string_view place) const {
        const auto covers = [&](const Facts::Adequacy& each) {
            const bool in_scope =
                each.condition == Facts::Condition::none ||
                (each.condition == Facts::Condition::dpf_listed ? facts_.dpf_listed
                                                                : facts_.commercial);
            return each.country == place && each.days.holds(day_) && in_scope &&
                   std::find(each.not_from.begin(), each.not_from.end(), exporter_) ==
                       each.not_from.end();
        };
        const auto found = std::find_if(law_.adequacy.begin(), law_.adequacy.end(), covers);
        return found == law_.adequacy.end() ? nullptr : &*found;
    }

    static TransferAnswer by_adequacy(const Facts::Adequacy& decision, std::string_view place) {
        return say(TransferVerdict::allowed,
                   decision.bridge ? TransferRule::bridge_tca : TransferRule::adequacy, place,
                   decision.code, decision.decision);
    }

  private:
    static TransferAnswer say(TransferVerdict verdict, TransferRule rule,
                              std::string_view place = {}, std::string_view basis = {},
                              std::string_view of_basis = {}) {
        TransferAnswer out{verdict, rule, std::string(place), std::string(basis),
                           std::string(transfer_rule_reference(rule))};
        if (!of_basis.empty()) {
            out.reference += "; ";
            out.reference += of_basis;
        }
        return out;
    }

    bool contract_holds() const {
        return facts_.contract &&
               Facts::Span{facts_.contract->signed_on, facts_.contract->until}.holds(day_);
    }

    /// Data, accesses and importer are all there.
    TransferAnswer within_eea() const {
        if (in_eea(facts_.owner)) {
            return say(TransferVerdict::allowed, TransferRule::no_transfer_eea);
        }
        const Facts::Adequacy* decision = adequate(facts_.owner);
        return decision != nullptr
                   ? say(TransferVerdict::allowed, TransferRule::eea_location_foreign_owner,
                         facts_.owner, decision->code, decision->decision)
                   : say(TransferVerdict::allowed_with_safeguards,
                         TransferRule::eea_location_foreign_owner, facts_.owner);
    }

    TransferAnswer at_place(const std::string& place) const {
        using Kind = Facts::Tool::Kind;
        if (const Facts::Adequacy* decision = adequate(place)) {
            return by_adequacy(*decision, place);
        }
        const auto found = law_.tools.find(facts_.tool);
        const auto deny = [&](TransferRule rule) {
            return say(TransferVerdict::denied, rule, place, facts_.tool,
                       found == law_.tools.end() ? std::string_view{} : found->second.reference);
        };
        if (facts_.tool.empty()) {
            return deny(TransferRule::no_tool);
        }
        if (found == law_.tools.end()) {
            return deny(TransferRule::not_a_transfer_tool);
        }
        const Facts::Tool& tool = found->second;
        switch (tool.kind) {
        case Kind::none:
            return deny(TransferRule::not_a_transfer_tool);
        case Kind::adequacy: // the decisions were asked above
            return deny(TransferRule::no_tool);
        case Kind::framework:
            if (tool.country != place) {
                return deny(TransferRule::not_a_transfer_tool);
            }
            return tool.days.holds(day_) ? say(TransferVerdict::allowed, TransferRule::adequacy,
                                               place, facts_.tool, tool.reference)
                                         : deny(TransferRule::tool_not_valid_at);
        case Kind::derogation:
            if (!tool.days.holds(day_)) {
                return deny(TransferRule::tool_not_valid_at);
            }
            return facts_.systematic ? deny(TransferRule::derogation_systematic)
                                     : say(TransferVerdict::allowed_with_safeguards,
                                           TransferRule::derogation_occasional, place, facts_.tool,
                                           tool.reference);
        case Kind::safeguard:
            break;
        }
        if (!tool.days.holds(day_) ||
            (tool.signed_until &&
             (!facts_.tool_signed || *facts_.tool_signed > *tool.signed_until)) ||
            (facts_.tool_signed && *facts_.tool_signed > day_)) {
            return deny(TransferRule::tool_not_valid_at);
        }
        if (!facts_.assessment || (facts_.assessment->made && *facts_.assessment->made > day_)) {
            return deny(TransferRule::tia_missing);
        }
        if (!facts_.assessment->positive) {
            return deny(TransferRule::tia_negative);
        }
        return say(TransferVerdict::allowed_with_safeguards, TransferRule::art46_tool, place,
                   facts_.tool, tool.reference);
    }

    const Facts& law_;
    const ProcessorFacts& facts_;
    Date day_;
    std::string_view exporter_;
};

} // namespace

TransferAnswer TransferLaw::judge(const ProcessorFacts& facts, Date day,
                                  std::string_view exporter) const {
    return Judge(*facts_, facts, day, exporter).answer();
}

TransferAnswer TransferLaw::judge_place(std::string_view country, Date day,
                                        std::string_view exporter) const {
    ProcessorFacts alone; // the controller itself: no contract, no importer
    alone.processor = false;
    alone.established = alone.owner = country;
    alone.data_locations.assign(country.empty() ? 0 : 1, std::string(country));
    return Judge(*facts_, alone, day, exporter).answer();
}

const ProcessorFacts* Processor::at(Date day) const noexcept {
    const ProcessorFacts* out = nullptr;
    for (const ProcessorFacts& each : history) {
        if (!each.from || *each.from <= day) {
            out = &each;
        }
    }
    return out;
}

} // namespace habeas

// What a rule is called, what it rests on, and what it says to people.
#include "habeas/transfer.hpp"

#include <array>

namespace habeas {
namespace {

struct Row {
    TransferRule rule;
    std::string_view code, reference, sentence;
};

constexpr std::array table{
    Row{TransferRule::not_registered, "NOT_REGISTERED", "GDPR 5(2), 30(1)(d)",
        "It is not in the registry of processors on that day."},
    Row{TransferRule::ended, "ENDED", "GDPR 28(3)(g)", "It is no longer used."},
    Row{TransferRule::no_processor_contract, "NO_PROCESSOR_CONTRACT", "GDPR 28(3)",
        "No contract of article 28 is on file."},
    Row{TransferRule::location_unknown, "LOCATION_UNKNOWN", "GDPR 5(2), 30(1)(e)",
        "It is not on file where the data are, or where it is established."},
    Row{TransferRule::no_transfer_eea, "NO_TRANSFER_EEA", "GDPR 44; EDPB Guidelines 05/2021",
        "Data, processor and owner are in the EEA."},
    Row{TransferRule::eea_location_foreign_owner, "EEA_LOCATION_FOREIGN_OWNER",
        "GDPR 28(1), 32, 48; EDPB Guidelines 05/2021",
        "The data stay in the EEA, but the owner is in a third country: no transfer by itself, to "
        "be assessed."},
    Row{TransferRule::adequacy, "ADEQUACY", "GDPR 45", "An adequacy decision covers it."},
    Row{TransferRule::bridge_tca, "BRIDGE_TCA", "EU-UK TCA FINPROV.10A",
        "The bridge of the Trade and Cooperation Agreement covers it."},
    Row{TransferRule::tool_not_valid_at, "TOOL_NOT_VALID_AT",
        "GDPR 46; C-362/14; C-311/18; decision (EU) 2021/914 art. 4",
        "The tool of chapter V did not hold on that day."},
    Row{TransferRule::not_a_transfer_tool, "NOT_A_TRANSFER_TOOL", "GDPR 46",
        "What is named as tool is none of articles 46 and 49."},
    Row{TransferRule::tia_missing, "TIA_MISSING", "GDPR 46; C-311/18; SCC 2021/914 clause 14",
        "No transfer impact assessment is on file."},
    Row{TransferRule::tia_negative, "TIA_NEGATIVE",
        "GDPR 46; C-311/18; EDPB Recommendations 01/2020",
        "The transfer impact assessment says no."},
    Row{TransferRule::art46_tool, "ART46_TOOL", "GDPR 46",
        "A tool of article 46 covers it, with an assessment on file."},
    Row{TransferRule::derogation_systematic, "DEROGATION_SYSTEMATIC",
        "GDPR 49; EDPB Guidelines 2/2018",
        "A derogation of article 49 does not carry regular transfers."},
    Row{TransferRule::derogation_occasional, "DEROGATION_OCCASIONAL", "GDPR 49",
        "A derogation of article 49 covers this single transfer; it has duties of its own."},
    Row{TransferRule::no_tool, "NO_TOOL", "GDPR 44",
        "A third country without adequacy decision and without a tool of chapter V."},
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (static_cast<std::size_t>(table[i].rule) != i) {
            return false;
        }
    }
    return true;
}
static_assert(in_order());

std::string_view cell(TransferRule rule, std::string_view Row::*column) noexcept {
    const auto at = static_cast<std::size_t>(rule);
    return at < table.size() ? table[at].*column : std::string_view{};
}

} // namespace

std::string_view transfer_verdict_name(TransferVerdict verdict) noexcept {
    switch (verdict) {
    case TransferVerdict::allowed:
        return "allowed";
    case TransferVerdict::allowed_with_safeguards:
        return "allowed_with_safeguards";
    case TransferVerdict::denied:
        break;
    }
    return "denied";
}
std::string_view transfer_rule_code(TransferRule rule) noexcept {
    return cell(rule, &Row::code);
}
std::string_view transfer_rule_reference(TransferRule rule) noexcept {
    return cell(rule, &Row::reference);
}
std::string_view transfer_rule_sentence(TransferRule rule) noexcept {
    return cell(rule, &Row::sentence);
}

} // namespace habeas

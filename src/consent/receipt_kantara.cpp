// Kantara Consent Receipt 1.1.0. The timestamp is in whole seconds, as its schema asks.
#include "consent/receipt_facts.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <set>

namespace habeas::consent {
namespace {

using Json = nlohmann::ordered_json;

/// Categories of the specification's appendix.
const char* purpose_category(PurposeKind kind) {
    switch (kind) {
    case PurposeKind::marketing:
        return "6 - Marketing";
    case PurposeKind::profiling:
        return "5 - Personalize Experience";
    case PurposeKind::transactional:
    case PurposeKind::confirmation:
        return "3 - Delivery";
    case PurposeKind::legal:
    case PurposeKind::legal_claims:
        return "13 - Required by Law Enforcement or Government";
    case PurposeKind::storage:
        return "12 - Legally Required Data Retention";
    case PurposeKind::safety:
        return "14 - Protecting Your Health";
    case PurposeKind::security:
        return "15 - Protecting Our Interests";
    case PurposeKind::research:
        return "16 - Improve Performance";
    case PurposeKind::service:
        return "1 - Core Function";
    }
    return "1 - Core Function";
}

Json pii_categories(const ReceiptFacts& facts, const Purpose& purpose) {
    std::vector<Channel> channels = purpose.channels;
    if (facts.event.channel != Channel::any || channels.empty()) {
        channels = {facts.event.channel};
    }
    std::set<std::string> names; // e-mail and phone are one category
    for (Channel over : channels) {
        bool contact = over == Channel::email || over == Channel::sms || over == Channel::phone ||
                       over == Channel::post;
        names.insert(contact ? "2 - Contact" : "4 - Communications/Social");
    }
    return names;
}

std::string termination(const ReceiptFacts& facts, const Purpose& purpose) {
    std::string text = "withdraw at any time: " + facts.controller.exercise;
    if (facts.event.evidence.expires_at) {
        text += "; ends " + format_time(*facts.event.evidence.expires_at);
    } else if (purpose.validity) {
        text += "; ends after " + *purpose.validity;
    }
    if (purpose.retention) {
        text += "; data kept " + *purpose.retention;
    }
    return text;
}

} // namespace

std::string kantara_1_1(const ReceiptFacts& facts) {
    const ReceiptController& c = facts.controller;
    const ConsentEvent& event = facts.event;
    Json purposes = Json::array();
    bool sensitive = false;
    for (const ReceiptPurpose& about : facts.purposes) {
        const Purpose& purpose = about.purpose;
        sensitive = sensitive || purpose.special_category;
        Json item{{"purpose", label_of(purpose.labels, facts.language, purpose.code)},
                  {"consentType", "EXPLICIT"}, // habeas knows no implied consent of this basis
                  {"purposeCategory", Json::array({purpose_category(purpose.kind)})},
                  {"piiCategory", pii_categories(facts, purpose)},
                  {"primaryPurpose", true},
                  {"termination", termination(facts, purpose)},
                  {"thirdPartyDisclosure", !purpose.recipients.empty()}};
        if (!purpose.recipients.empty()) {
            std::string names;
            for (const std::string& name : purpose.recipients) {
                names += (names.empty() ? "" : ", ") + name;
            }
            item["thirdPartyName"] = names;
        }
        purposes.push_back(std::move(item));
    }
    std::string method = event.evidence.method.empty() ? not_stated : event.evidence.method;
    for (const std::string* detail : {&event.evidence.form, &event.evidence.document}) {
        if (!detail->empty()) {
            method += ": " + *detail;
        }
    }
    auto seconds = std::chrono::floor<std::chrono::seconds>(event.effective_at);
    Json spi = Json::array();
    if (sensitive) {
        spi.push_back("special category of personal data (GDPR art. 9)");
    }
    Json receipt{
        {"version", "KI-CR-v1.1.0"},
        {"jurisdiction", c.country.empty() ? std::string("EU") : c.country},
        // The schema's minimum is 0; nobody consented by form before 1970.
        {"consentTimestamp", std::max<std::int64_t>(0, seconds.time_since_epoch().count())},
        {"collectionMethod", method},
        {"consentReceiptID", receipt_uuid(facts, "kantara")},
        {"language", facts.language},
        {"piiPrincipalId", principal_iri(facts)},
        {"piiControllers",
         Json::array({{{"piiController", c.name},
                       {"onBehalf", false},
                       {"contact", c.contact},
                       {"address",
                        {{"streetAddress", c.address},
                         {"addressCountry", c.country.empty() ? not_stated : c.country}}},
                       {"email", c.email},
                       {"phone", c.phone},
                       {"piiControllerUrl", c.policy_url}}})},
        {"policyUrl", c.policy_url},
        {"services", Json::array({{{"service", c.name}, {"purposes", purposes}}})},
        {"sensitive", sensitive},
        {"spiCat", spi}};
    return receipt.dump(2) + "\n";
}

} // namespace habeas::consent

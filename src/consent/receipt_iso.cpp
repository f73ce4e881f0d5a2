// ISO/IEC TS 27560:2023 as JSON-LD with terms of the W3C Data Privacy Vocabulary, profile
// dpv-27560#receipt-eu-gdpr. Only terms of the DPV core and its GDPR extension that exist in 2.3.
#include "consent/receipt_facts.hpp"

#include <nlohmann/json.hpp>

namespace habeas::consent {
namespace {

using Json = nlohmann::ordered_json;

Json context() {
    Json reference{{"@type", "@id"}};
    Json names{{"dpv", "https://w3id.org/dpv#"},
               {"pd", "https://w3id.org/dpv/pd#"},
               {"loc", "https://w3id.org/dpv/loc#"},
               {"eu-gdpr", "https://w3id.org/dpv/legal/eu/gdpr#"},
               {"dct", "http://purl.org/dc/terms/"},
               {"schema", "https://schema.org/"},
               {"skos", "http://www.w3.org/2004/02/skos/core#"},
               {"rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"}};
    for (const char* term :
         {"dct:conformsTo", "dct:publisher", "skos:broader", "schema:url", "dpv:hasJurisdiction",
          "dpv:hasLocation", "dpv:hasLegalBasis", "dpv:isExercisedAt"}) {
        names[term] = reference;
    }
    return names;
}

/// Classes that the vocabulary has for our kinds; for the others the purpose stands without one.
const char* purpose_class(PurposeKind kind) {
    switch (kind) {
    case PurposeKind::marketing:
        return "dpv:DirectMarketing";
    case PurposeKind::profiling:
        return "dpv:Marketing";
    case PurposeKind::transactional:
    case PurposeKind::confirmation:
        return "dpv:CommunicationForCustomerCare";
    case PurposeKind::service:
        return "dpv:CustomerRelationshipManagement";
    default:
        return nullptr;
    }
}

const char* status_of(const ConsentEvent& event, bool renewed) {
    switch (event.kind) {
    case EventKind::requested:
        return "dpv:ConsentRequested";
    case EventKind::granted:
        if (!is_valid_consent(event.evidence)) {
            return "dpv:ConsentInvalidated";
        }
        if (!is_proven(event.evidence)) {
            return "dpv:ConsentUnknown"; // nothing proves it (art. 7(1))
        }
        return renewed ? "dpv:RenewedConsentGiven" : "dpv:ConsentGiven";
    case EventKind::refused:
        return "dpv:ConsentRefused";
    case EventKind::withdrawn:
        return "dpv:ConsentWithdrawn";
    case EventKind::expired:
        return "dpv:ConsentExpired";
    default:
        return "dpv:ConsentUnknown";
    }
}

Json duration(const char* type, const std::string& value) {
    return {{"@type", type}, {"rdf:value", value}};
}

/// How long the event holds. There is no statutory end of a consent: then until it is withdrawn.
Json validity(const ReceiptFacts& facts, const Purpose& purpose) {
    const ConsentEvent& event = facts.event;
    if (event.evidence.expires_at) {
        return duration("dpv:UntilTimeDuration", format_time(*event.evidence.expires_at));
    }
    if (event.kind == EventKind::requested) {
        return duration("dpv:TemporalDuration", purpose.double_opt_in_validity);
    }
    if (event.kind != EventKind::granted) {
        return duration("dpv:UntilEventDuration", "a new consent");
    }
    return purpose.validity ? duration("dpv:TemporalDuration", *purpose.validity)
                            : duration("dpv:UntilEventDuration", "withdrawal");
}

/// A place as a DPV location where it is a country code, else in words.
Json location(const std::string& place) {
    bool code = place.size() == 2 && place[0] >= 'A' && place[0] <= 'Z' && place[1] >= 'A' &&
                place[1] <= 'Z';
    if (code) {
        return "loc:" + place;
    }
    return {{"@type", "dpv:Location"}, {"dct:title", place.empty() ? not_stated : place}};
}

Json storage(const ReceiptFacts& facts, const Purpose& purpose) {
    const std::string& place = facts.place.empty() ? facts.controller.country : facts.place;
    return Json::array(
        {{{"@type", "dpv:StorageLocation"}, {"dpv:hasLocation", location(place)}},
         {{"@type", "dpv:StorageDuration"},
          {"dpv:hasDuration", purpose.retention
                                  ? duration("dpv:TemporalDuration", *purpose.retention)
                                  : duration("dpv:UntilEventDuration", "end of the purpose")}}});
}

Json personal_data(const ReceiptFacts& facts, const Purpose& purpose) {
    std::vector<Channel> channels = purpose.channels;
    if (facts.event.channel != Channel::any || channels.empty()) {
        channels = {facts.event.channel};
    }
    Json all = Json::array();
    for (Channel over : channels) {
        Json item{{"@type", purpose.special_category ? "dpv:SpecialCategoryPersonalData"
                                                     : "dpv:PersonalData"},
                  {"dct:identifier", channel_name(over)}};
        switch (over) {
        case Channel::email:
            item["skos:broader"] = "pd:EmailAddress";
            break;
        case Channel::sms:
        case Channel::phone:
            item["skos:broader"] = "pd:TelephoneNumber";
            break;
        case Channel::post:
            item["skos:broader"] = "pd:PhysicalAddress";
            break;
        default:
            item["skos:broader"] = "dpv:PersonalData";
        }
        all.push_back(std::move(item));
    }
    return all;
}

Json rights(const ReceiptFacts& facts) {
    struct Right {
        const char* term;
        const char* title;
    };
    static constexpr Right all[] = {{"eu-gdpr:A7-3", "Right to withdraw consent"},
                                    {"eu-gdpr:A15", "Right of access"},
                                    {"eu-gdpr:A16", "Right to rectification"},
                                    {"eu-gdpr:A17", "Right to erasure"},
                                    {"eu-gdpr:A18", "Right to restriction of processing"},
                                    {"eu-gdpr:A19", "Right to have recipients notified"},
                                    {"eu-gdpr:A20", "Right to data portability"},
                                    {"eu-gdpr:A21", "Right to object"},
                                    {"eu-gdpr:A77", "Right to complain to an authority"}};
    Json list = Json::array();
    for (const Right& right : all) {
        list.push_back({{"@type", Json::array({"dpv:DataSubjectRight", right.term})},
                        {"dct:title", right.title},
                        {"dpv:isExercisedAt", facts.controller.exercise}});
    }
    return list;
}

/// Recipients are known by name; they are reached through the controller.
Json recipients(const ReceiptFacts& facts, const Purpose& purpose) {
    Json list = Json::array();
    for (const std::string& name : purpose.recipients) {
        list.push_back({{"@type", "dpv:Recipient"},
                        {"dpv:hasIdentifier", name},
                        {"dpv:hasName", name},
                        {"schema:contactPoint", {{"@id", facts.controller.id}}}});
    }
    if (list.empty()) {
        list.push_back({{"@id", facts.controller.id}});
    }
    return list;
}

Json controller(const ReceiptFacts& facts) {
    const ReceiptController& c = facts.controller;
    return {
        {"@id", c.id},
        {"@type", "dpv:DataController"},
        {"dpv:hasIdentifier", c.id},
        {"dpv:hasName", c.name},
        {"schema:contactPoint",
         Json::array({{{"@type", "schema:ContactPoint"},
                       {"schema:name", c.contact},
                       {"schema:email", c.email},
                       {"schema:telephone", c.phone}},
                      {{"@type", "schema:PostalAddress"},
                       {"schema:streetAddress", c.address},
                       {"schema:addressCountry", c.country.empty() ? not_stated : c.country}}})},
        {"schema:url", c.policy_url}};
}

/// The kind of consent, and the article it rests on.
Json legal_basis(const ReceiptFacts& facts, const Purpose& purpose) {
    bool is_explicit = facts.event.evidence.explicit_consent;
    Json terms =
        Json::array({is_explicit ? "dpv:ExplicitlyExpressedConsent" : "dpv:ExpressedConsent",
                     "eu-gdpr:A6-1-a"});
    if (is_explicit && purpose.special_category) {
        terms.push_back("eu-gdpr:A9-2-a");
    }
    return terms;
}

Json notices(const ReceiptFacts& facts, const ReceiptPurpose& about) {
    Json consent_notice{{"@type", "dpv:ConsentNotice"}, {"dct:language", facts.language}};
    if (about.text_version) {
        consent_notice["@id"] = "urn:habeas:" + facts.store_id + ":text:" + about.purpose.code +
                                ":" + std::to_string(*about.text_version);
        consent_notice["dct:identifier"] = about.text_hash;
        consent_notice["dct:date"] = format_time(about.text_date).substr(0, 10);
    }
    if (!about.shown.text.empty()) {
        consent_notice["dct:language"] = about.shown.language;
        consent_notice["dct:description"] = about.shown.text;
    }
    if (!about.shown.label.empty()) {
        consent_notice["dct:title"] = about.shown.label;
    }
    return Json::array({consent_notice,
                        {{"@type", "dpv:PrivacyNotice"},
                         {"schema:url", facts.controller.policy_url},
                         {"dct:language", facts.language}}});
}

Json process(const ReceiptFacts& facts, const ReceiptPurpose& about) {
    const Purpose& purpose = about.purpose;
    Json what{{"@type", "dpv:Purpose"},
              {"dct:identifier", purpose.code},
              {"dct:title", label_of(purpose.labels, facts.language, purpose.code)}};
    if (std::string text = label_of(purpose.descriptions, facts.language, ""); !text.empty()) {
        what["dct:description"] = text;
    }
    if (const char* term = purpose_class(purpose.kind)) {
        what["skos:broader"] = term;
    }
    Json controllers = Json::array({{{"@id", facts.controller.id}}});
    for (const std::string& name : purpose.controllers) {
        controllers.push_back({{"@type", "dpv:DataController"},
                               {"dpv:hasIdentifier", name},
                               {"dpv:hasName", name},
                               {"schema:contactPoint", {{"@id", facts.controller.id}}}});
    }
    const std::string& country = facts.controller.country;
    const Evidence& evidence = facts.event.evidence;
    std::string source = evidence.form.empty() ? evidence.document : evidence.form;
    return {{"@type", "dpv:Process"},
            {"dpv:hasPurpose", Json::array({what})},
            {"dpv:hasLegalBasis", legal_basis(facts, purpose)},
            {"dpv:hasPersonalData", personal_data(facts, purpose)},
            {"dpv:hasDataController", controllers},
            {"dpv:hasDataSource",
             Json::array({{{"@type", "dpv:DataSource"},
                           {"dct:title", evidence.method.empty() ? not_stated : evidence.method},
                           {"dct:source", source.empty() ? not_stated : source}}})},
            {"dpv:hasStorageCondition", storage(facts, purpose)},
            {"dpv:hasJurisdiction", "loc:" + (country.empty() ? std::string("EU") : country)},
            {"dpv:hasRecipient", recipients(facts, purpose)},
            {"dpv:hasConsentControl",
             Json::array({{{"@type", "dpv:WithdrawConsent"},
                           {"dpv:isExercisedAt", facts.controller.exercise}}})},
            {"dpv:hasRight", rights(facts)}};
}

Json record(const ReceiptFacts& facts, const ReceiptPurpose& about) {
    std::string id = receipt_uuid(facts, "record " + about.purpose.code);
    std::string principal = principal_iri(facts);
    const ConsentEvent& event = facts.event;
    Json status{{"@type", Json::array({status_of(event, about.renewed),
                                       legal_basis(facts, about.purpose).front()})},
                {"dpv:isIndicatedAtTime", format_time(event.effective_at)},
                // An expiry is nobody's act: the controller states it.
                {"dpv:isIndicatedBy",
                 {{"@id", event.kind == EventKind::expired ? facts.controller.id : principal}}},
                {"dpv:hasDuration", validity(facts, about.purpose)}};
    if (!event.evidence.method.empty()) {
        status["dpv:hasIndicationMethod"] = event.evidence.method;
    }
    return {{"@id", "urn:uuid:" + id},
            {"@type", "dpv:ConsentRecord"},
            {"dct:conformsTo", "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr"},
            {"dpv:hasIdentifier", id},
            {"dpv:hasDataSubject",
             {{"@id", principal},
              {"@type", "dpv:DataSubject"},
              {"dpv:hasIdentifier", principal},
              {"dpv:hasName",
               "data subject " + std::to_string(static_cast<std::int64_t>(event.subject))}}},
            {"dpv:hasNotice", notices(facts, about)},
            {"dct:language", facts.language},
            {"dpv:hasProcess", Json::array({process(facts, about)})},
            {"dpv:hasEntity", Json::array({controller(facts)})},
            {"dpv:hasConsentStatus", Json::array({status})}};
}

} // namespace

std::string iso_27560(const ReceiptFacts& facts) {
    std::string id = receipt_uuid(facts, "receipt");
    Json records = Json::array();
    for (const ReceiptPurpose& about : facts.purposes) {
        records.push_back(record(facts, about));
    }
    Json receipt{{"@context", context()},
                 {"@id", "urn:uuid:" + id},
                 {"@type", "dpv:ConsentReceipt"},
                 {"dct:conformsTo", "https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr"},
                 {"dpv:hasIdentifier", id},
                 {"dct:created", format_time(facts.created)},
                 {"dct:publisher", facts.controller.id},
                 {"dpv:hasRecordOfActivity", records}};
    return receipt.dump(2) + "\n";
}

} // namespace habeas::consent

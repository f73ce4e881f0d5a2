// Receipts against tests/data/law/records.json: the field lists of the formats are data.
#include "../exports/sample.hpp"
#include "catch.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace consent_receipt_test {

using namespace habeas;
using habeas::test::Sample;
using nlohmann::json;
using Format = Consent::ReceiptFormat;

namespace {

std::string records_text() {
    std::ifstream file(HABEAS_SOURCE_DIR "/tests/data/law/records.json");
    REQUIRE(file);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

json iso(Sample& sample, EventId event) {
    return json::parse(Consent(sample.store()).receipt(event, Format::iso_27560));
}
json kantara(Sample& sample, EventId event) {
    return json::parse(Consent(sample.store()).receipt(event, Format::kantara_1_1));
}

Errc code_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.code();
    }
    return Errc{0};
}

/// An array as it is, anything else as an array of one.
json many(const json& value) {
    return value.is_array() ? value : json::array({value});
}

/// Where the profile puts the fields of a part of the list.
json place(const json& receipt, const std::string& part, const json& field) {
    const json& record = receipt["dpv:hasRecordOfActivity"][0];
    const json& process = record["dpv:hasProcess"][0];
    std::string name = field["name"], property = field["dpv_property"];
    if (part == "receipt") {
        return receipt;
    }
    if (part == "header" || name == "privacy_notice" || name == "language") {
        return record;
    }
    if (part == "processing") {
        return process;
    }
    if (part == "pii") {
        return property == "dpv:hasPersonalData" ? process : process["dpv:hasPersonalData"][0];
    }
    if (part == "event") {
        if (property == "dpv:hasConsentStatus") {
            return record;
        }
        return property == "dpv:hasLegalBasis" ? process : record["dpv:hasConsentStatus"][0];
    }
    return record["dpv:hasEntity"][0]; // party: the controller
}

void check_cardinality(const json& where, const std::string& property, const std::string& allowed,
                       bool mandatory) {
    INFO(property << " " << allowed);
    std::size_t count = where.contains(property) ? many(where[property]).size() : 0;
    bool one_or_more = allowed.substr(0, 1) == "1";
    if (mandatory || one_or_more) {
        CHECK(count >= 1);
    }
    if (allowed == "1") {
        CHECK(count == 1);
    }
    for (const json& value : count == 0 ? json::array() : many(where[property])) {
        CHECK_FALSE(value.is_null());
        CHECK(value != "");
    }
}

EventId record(Sample& sample, EventKind kind, const std::string& purpose, Channel channel,
               const std::function<void(Evidence&)>& change = {}) {
    ConsentEvent event;
    event.subject = sample.other;
    event.purpose = purpose;
    event.channel = channel;
    event.kind = kind;
    event.effective_at = sample.test.clock.now();
    event.evidence.method = "form";
    event.evidence.text_version = purpose == "newsletter" ? 1 : 0;
    event.evidence.language = "en";
    if (change) {
        change(event.evidence);
    }
    EventId id = Consent(sample.store()).record(event);
    sample.test.clock.advance(std::chrono::minutes(1));
    return id;
}

/// The status term of the first record.
std::string status(Sample& sample, EventId event) {
    return iso(sample, event)["dpv:hasRecordOfActivity"][0]["dpv:hasConsentStatus"][0]["@type"][0];
}

} // namespace

TEST_CASE(
    "receipts: ISO/IEC TS 27560 has every field of the list with its property and cardinality",
    "[receipts]") {
    Sample sample;
    json lists = json::parse(records_text())["iso_27560"];
    for (EventId event : {sample.requested, sample.granted, sample.withdrawn}) {
        json receipt = iso(sample, event);
        std::size_t mandatory = 0;
        for (const char* part : {"header", "processing", "pii", "party", "event", "receipt"}) {
            for (const json& field : lists[part]) {
                INFO(part << " " << field["name"]);
                std::string property = field["dpv_property"];
                bool must = field["iso_required"] == "mandatory";
                if (field["name"] == "party_type" || field["name"] == "party_role") {
                    // "matching property": the process names the party by its role
                    const json& process =
                        receipt["dpv:hasRecordOfActivity"][0]["dpv:hasProcess"][0];
                    CHECK_FALSE(process["dpv:hasDataController"].empty());
                    CHECK_FALSE(process["dpv:hasRecipient"].empty());
                    CHECK(receipt["dpv:hasRecordOfActivity"][0]["dpv:hasEntity"][0]["@type"] ==
                          "dpv:DataController");
                    continue;
                }
                mandatory += must ? 1 : 0;
                check_cardinality(place(receipt, part, field), property, field["dpv_cardinality"],
                                  must);
            }
        }
        CHECK(mandatory > 20);
    }
}

TEST_CASE("receipts: ISO/IEC TS 27560 takes the concepts of the list", "[receipts]") {
    Sample sample;
    json receipt = iso(sample, sample.granted);
    const json& record = receipt["dpv:hasRecordOfActivity"][0];
    const json& process = record["dpv:hasProcess"][0];
    json dpv = json::parse(records_text())["dpv"];
    CHECK(receipt["@type"] == "dpv:ConsentReceipt");
    CHECK(record["@type"] == "dpv:ConsentRecord");
    CHECK(receipt["dct:conformsTo"] == "https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr");
    CHECK(record["dct:conformsTo"] == "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr");
    for (const json& where : {receipt, record}) {
        CHECK(std::count(dpv["profiles"].begin(), dpv["profiles"].end(), where["dct:conformsTo"]) ==
              1);
    }
    for (const auto& [prefix, iri] : dpv["namespaces"].items()) {
        if (prefix != "legal-eu") {
            CHECK(receipt["@context"][prefix] == iri);
        }
    }
    CHECK(record["dpv:hasNotice"][0]["@type"] == "dpv:ConsentNotice");
    CHECK(record["dpv:hasNotice"][1]["@type"] == "dpv:PrivacyNotice");
    CHECK(record["dpv:hasNotice"][0]["dct:description"] == "Ich möchte <den> Rundbrief.");
    CHECK(record["dpv:hasNotice"][0]["dct:title"] == "Ja & gern");
    CHECK(record["dct:language"] == "de");
    CHECK(process["dpv:hasPurpose"][0]["skos:broader"] == "dpv:DirectMarketing");
    CHECK(process["dpv:hasPurpose"][0]["dct:title"] == "Rundbrief");
    CHECK(process["dpv:hasLegalBasis"] ==
          json::array({"dpv:ExpressedConsent", dpv["legal_basis"]["consent"]}));
    CHECK(process["dpv:hasStorageCondition"][0]["@type"] == "dpv:StorageLocation");
    CHECK(process["dpv:hasStorageCondition"][0]["dpv:hasLocation"] == "loc:DE");
    CHECK(process["dpv:hasStorageCondition"][1]["@type"] == "dpv:StorageDuration");
    CHECK(process["dpv:hasStorageCondition"][1]["dpv:hasDuration"]["rdf:value"] == "P36M");
    CHECK(process["dpv:hasConsentControl"][0]["@type"] == "dpv:WithdrawConsent");
    CHECK(process["dpv:hasRecipient"].size() == 2);
    CHECK(process["dpv:hasRecipient"][0]["dpv:hasName"] == "Mailjet SAS");
    CHECK(process["dpv:hasPersonalData"].size() == 1); // the channel of the event alone
    CHECK(process["dpv:hasPersonalData"][0]["skos:broader"] == "pd:EmailAddress");
    std::set<std::string> rights;
    for (const json& right : process["dpv:hasRight"]) {
        CHECK(right["@type"][0] == "dpv:DataSubjectRight");
        rights.insert(right["@type"][1]);
    }
    for (const auto& [name, term] : dpv["rights"].items()) {
        INFO(name);
        CHECK(rights.count(term) == 1);
    }
    const json& given = record["dpv:hasConsentStatus"][0];
    CHECK(given["dpv:isIndicatedAtTime"] == "2026-06-01T10:10:00.000Z");
    CHECK(given["dpv:isIndicatedBy"]["@id"] == record["dpv:hasDataSubject"]["@id"]);
    CHECK(given["dpv:hasDuration"]["rdf:value"] == "P24M");
    CHECK(given["dpv:hasIndicationMethod"] == "email_link");
}

TEST_CASE("receipts: each state of ours is the DPV state of the map", "[receipts]") {
    Sample sample;
    json map = json::parse(records_text())["dpv"]["state_map"];
    Channel email = Channel::email;
    CHECK(status(sample, record(sample, EventKind::requested, "newsletter", email)) ==
          map["pending"]);
    CHECK(status(sample, record(sample, EventKind::granted, "newsletter", email)) ==
          map["granted"]);
    CHECK(status(sample, record(sample, EventKind::granted, "newsletter", email)) ==
          map["granted_again"]);
    CHECK(status(sample, record(sample, EventKind::withdrawn, "newsletter", email)) ==
          map["withdrawn"]);
    CHECK(status(sample, record(sample, EventKind::granted, "newsletter", email)) ==
          map["granted"]); // new, not renewed: it had been withdrawn
    CHECK(status(sample, record(sample, EventKind::refused, "newsletter", email)) ==
          map["refused"]);
    CHECK(status(sample, record(sample, EventKind::expired, "newsletter", email)) ==
          map["expired"]);
    auto preticked = [](Evidence& evidence) { evidence.preticked = true; };
    EventId invalid = record(sample, EventKind::granted, "newsletter", email, preticked);
    CHECK(status(sample, invalid) == map["invalid"]);
    auto unproven = [](Evidence& evidence) { evidence = {}; };
    CHECK(status(sample, record(sample, EventKind::granted, "newsletter", email, unproven)) ==
          map["none"]);
    CHECK(code_of([&] { kantara(sample, invalid); }) == Errc::invalid);
}

TEST_CASE("receipts: only terms that DPV 2.3 has, and none of the traps", "[receipts]") {
    Sample sample;
    std::string law = records_text();
    std::regex term("(dpv|pd|eu-gdpr|loc):[A-Za-z][A-Za-z0-9-]*");
    auto terms = [&](const std::string& text) {
        return std::set<std::string>(std::sregex_token_iterator(text.begin(), text.end(), term),
                                     {});
    };
    std::set<std::string> allowed = terms(law);
    // In the core and location lists of DPV 2.3, used by the guide's own examples.
    for (const char* more :
         {"dpv:hasProcess", "dpv:isExercisedAt", "dpv:TemporalDuration", "dpv:UntilTimeDuration",
          "dpv:UntilEventDuration", "dpv:Location", "dpv:hasLocation", "loc:DE", "loc:EU",
          "pd:EmailAddress", "pd:TelephoneNumber", "pd:PhysicalAddress"}) {
        allowed.insert(more);
    }
    for (const char* trap :
         {"dpv:ConsentTerminated", "dpv:WithdrawingFromActivity", "dpv:isIndicationTime"}) {
        allowed.erase(trap);
    }
    EventId everything = record(sample, EventKind::withdrawn, "", Channel::any);
    std::vector<std::string> all;
    for (EventId event : {sample.requested, sample.granted, sample.withdrawn}) {
        all.push_back(Consent(sample.store()).receipt(event, Format::iso_27560));
    }
    CHECK(code_of([&] { iso(sample, everything); }) == Errc::invalid); // nothing was consented to
    auto is_explicit = [](Evidence& evidence) { evidence.explicit_consent = true; };
    EventId web = record(sample, EventKind::granted, "profiling", Channel::web, is_explicit);
    all.push_back(Consent(sample.store()).receipt(web, Format::iso_27560));
    for (const std::string& text : all) {
        for (const std::string& used : terms(text)) {
            INFO(used);
            CHECK(allowed.count(used) == 1);
        }
        CHECK(text.find("dpv-27560-GDPR") == std::string::npos);
    }
}

TEST_CASE("receipts: Kantara 1.1 has its required fields with their types", "[receipts]") {
    Sample sample;
    json format = json::parse(records_text())["kantara_1_1"];
    json receipt = kantara(sample, sample.granted);
    REQUIRE(format["required"].size() == 11);
    for (const json& name : format["required"]) {
        INFO(name);
        CHECK(receipt.contains(name.get<std::string>()));
    }
    for (const auto& [name, value] : receipt.items()) {
        INFO(name);
        REQUIRE(format["fields"].contains(name)); // nothing that the format does not know
        std::string type = format["fields"][name];
        if (type.rfind("string", 0) == 0) {
            CHECK(value.is_string());
            CHECK(value != "");
        } else if (type.rfind("integer", 0) == 0) {
            CHECK(value.is_number_integer());
            CHECK(value >= 0);
        } else if (type.rfind("boolean", 0) == 0) {
            CHECK(value.is_boolean());
        } else {
            CHECK(value.is_array());
        }
    }
    CHECK(receipt["consentTimestamp"] == 1780308600); // seconds of 2026-06-01T10:10:00Z
    // "x*" in the description of a list is a required member.
    auto required = [&](const char* list) {
        std::string text = format["fields"][list];
        std::regex star("([A-Za-z]+)\\*");
        return std::set<std::string>(std::sregex_token_iterator(text.begin(), text.end(), star, 1),
                                     {});
    };
    const json& controller = receipt["piiControllers"][0];
    for (const std::string& name : required("piiControllers")) {
        INFO(name);
        CHECK(controller.contains(name));
    }
    CHECK(controller["address"].is_object());
    const json& service = receipt["services"][0];
    for (const std::string& name : required("services")) {
        INFO(name);
        CHECK((service.contains(name) || service["purposes"][0].contains(name)));
    }
    const json& purpose = service["purposes"][0];
    CHECK(purpose["thirdPartyDisclosure"] == true);
    CHECK(purpose["thirdPartyName"] == "Mailjet SAS, sipgate GmbH");
    CHECK(purpose["piiCategory"].is_array());
    CHECK(receipt["sensitive"] == false);
    CHECK(receipt["spiCat"].empty());
}

TEST_CASE("receipts: no more personal data than the proof needs", "[receipts]") {
    Sample sample;
    std::string all = Consent(sample.store()).receipt(sample.granted, Format::iso_27560) +
                      Consent(sample.store()).receipt(sample.granted, Format::kantara_1_1);
    for (const char* personal : {"zoe@", "Zoë", "O'Mark", "+4930111222333", "1988", "203.0.113",
                                 "agent-mark", "note-mark", "nuts-mark"}) {
        INFO(personal);
        CHECK(all.find(personal) == std::string::npos);
    }
}

TEST_CASE("receipts: the same event has the same number each time, others have others",
          "[receipts]") {
    Sample sample;
    json first = iso(sample, sample.granted);
    sample.test.clock.advance(std::chrono::hours(1));
    json second = iso(sample, sample.granted);
    CHECK(first["dpv:hasIdentifier"] == second["dpv:hasIdentifier"]);
    CHECK(first["dct:created"] != second["dct:created"]);
    CHECK(first["dpv:hasIdentifier"] != iso(sample, sample.withdrawn)["dpv:hasIdentifier"]);
    CHECK(first["dpv:hasIdentifier"] != first["dpv:hasRecordOfActivity"][0]["dpv:hasIdentifier"]);
    std::regex uuid("[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    CHECK(std::regex_match(first["dpv:hasIdentifier"].get<std::string>(), uuid));
    CHECK(std::regex_match(kantara(sample, sample.granted)["consentReceiptID"].get<std::string>(),
                           uuid));
}

TEST_CASE("receipts: a purpose is described as it was when the consent was recorded",
          "[receipts]") {
    Sample sample;
    Purposes purposes(sample.store());
    Purpose newsletter = *purposes.find("newsletter");
    newsletter.recipients = {"Somebody else"};
    purposes.define(newsletter);
    json receipt = iso(sample, sample.granted);
    CHECK(receipt.dump().find("Mailjet SAS") != std::string::npos);
    CHECK(receipt.dump().find("Somebody else") == std::string::npos);
}

TEST_CASE("receipts: a controller that is not configured is shown as not stated", "[receipts]") {
    Sample sample;
    sample.store().set_setting("controller", "");
    json receipt = kantara(sample, sample.granted);
    CHECK(receipt["piiControllers"][0]["piiController"] == "not stated");
    CHECK(receipt["policyUrl"] == "not stated");
    CHECK_FALSE(iso(sample, sample.granted).empty());
}

TEST_CASE("receipts: what is no consent has none", "[receipts]") {
    Sample sample;
    ConsentEvent event;
    event.subject = sample.zoe;
    event.kind = EventKind::restricted;
    EventId restricted = Consent(sample.store()).record(event);
    CHECK(code_of([&] { iso(sample, restricted); }) == Errc::invalid);
    CHECK(code_of([&] { kantara(sample, sample.withdrawn); }) == Errc::invalid);
    CHECK(code_of([&] { iso(sample, EventId{999999}); }) == Errc::not_found);
}

TEST_CASE("receipts: a withdrawal of everything has a record for each consent it ends",
          "[receipts]") {
    Sample sample;
    record(sample, EventKind::granted, "newsletter", Channel::email);
    record(sample, EventKind::granted, "profiling", Channel::web);
    EventId all = record(sample, EventKind::withdrawn, "", Channel::any);
    json receipt = iso(sample, all);
    REQUIRE(receipt["dpv:hasRecordOfActivity"].size() == 2);
    CHECK(receipt["dpv:hasRecordOfActivity"][0]["dpv:hasIdentifier"] !=
          receipt["dpv:hasRecordOfActivity"][1]["dpv:hasIdentifier"]);
}

} // namespace consent_receipt_test

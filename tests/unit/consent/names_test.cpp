#include "catch.hpp"
#include "consent/facts.hpp"
#include "consent/reasons.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <set>

namespace consent_names_test {

using namespace habeas;

namespace {

/// Every value with a name goes through its name and back; names are unique.
template <class Enum, class Name, class Value>
int named(Name name, Value value) {
    std::set<std::string> names;
    for (int number = 0; number < 256; ++number) {
        auto each = static_cast<Enum>(number);
        std::string text(name(each));
        if (!text.empty()) {
            CHECK(names.insert(text).second);
            REQUIRE(value(text));
            CHECK(*value(text) == each);
        }
    }
    CHECK_FALSE(value(""));
    CHECK_FALSE(value("no such name"));
    return static_cast<int>(names.size());
}

} // namespace

TEST_CASE("consent: every enumeration has names that read back", "[consent]") {
    CHECK(named<EventKind>(event_kind_name, event_kind) == 41);
    CHECK(named<Channel>(channel_name, channel) == 8);
    CHECK(named<Basis>(basis_name, basis) == 9);
    CHECK(named<PurposeKind>(purpose_kind_name, purpose_kind) == 11);
    CHECK(named<Reason>(reason_code, reason) == 49);
    CHECK(named<consent::Scope>(consent::scope_name, consent::scope) == 7);
    CHECK(consent_state_name(ConsentState::expired) == "expired");
    CHECK(consent_state_name(ConsentState::none) == "none");
}

TEST_CASE("consent: the reasons are those of the decision table, each with reference and sentence",
          "[consent]") {
    std::ifstream file(HABEAS_SOURCE_DIR "/tests/data/law/decision_table.json");
    auto codes = nlohmann::json::parse(file).at("reasons").get<std::set<std::string>>();
    std::set<std::string> ours;
    for (Reason each : consent::all_reasons()) {
        ours.insert(std::string(reason_code(each)));
        CHECK_FALSE(reason_reference(each).empty());
        CHECK_FALSE(consent::reason_sentence(each).empty());
        CHECK(consent::allows(each) == (reason_code(each).substr(0, 3) == "OK_"));
    }
    CHECK(ours == codes);
}

} // namespace consent_names_test

#include "base/calendar.hpp"
#include "catch.hpp"
#include "consent/facts.hpp"
#include "consent/law.hpp"

#include <nlohmann/json.hpp>

#include <fstream>

namespace consent_law_test {

using namespace habeas;
using namespace habeas::consent;
using nlohmann::json;

namespace {

Fit fit(Basis basis, PurposeKind kind, Channel channel, const char* country, bool corporate = false,
        const char* at = "2026-06-01T10:00:00Z") {
    Moment moment(to_ms(parse_time(at)));
    return basis_fit({basis, kind, channel, country, corporate}, moment);
}

} // namespace

TEST_CASE("consent: the age of consent of every country is that of the data, on both sides of a "
          "change",
          "[consent]") {
    std::ifstream file(HABEAS_SOURCE_DIR "/tests/data/law/decision_table.json");
    json data = json::parse(file).at("age_of_digital_consent");
    Date today = parse_date("2026-06-01");
    REQUIRE(data.at("by_country").size() == 31);
    for (const auto& [country, age] : data.at("by_country").items()) {
        CAPTURE(country);
        if (age.is_number()) {
            CHECK(age_of_consent(country, today) == age.get<int>());
            CHECK(age_of_consent(country, parse_date("2018-05-25")) == age.get<int>());
            continue;
        }
        for (const json& span : age) {
            for (const char* end : {"from", "until"}) {
                if (span.contains(end)) {
                    CHECK(age_of_consent(country, parse_date(span.at(end).get<std::string>())) ==
                          span.at("age").get<int>());
                }
            }
        }
    }
    CHECK(age_of_consent("", today) == data.at("default").get<int>());
    CHECK(age_of_consent("US", today) == 16);
}

TEST_CASE("consent: which basis carries which kind, channel and country", "[consent]") {
    using K = PurposeKind;
    CHECK(fit(Basis::consent, K::marketing, Channel::phone, "") == Fit::yes);
    CHECK(fit(Basis::contract, K::transactional, Channel::email, "") == Fit::yes);
    CHECK(fit(Basis::contract, K::research, Channel::email, "") == Fit::yes); // as service
    CHECK(fit(Basis::contract, K::marketing, Channel::email, "DE") == Fit::not_purpose);
    CHECK(fit(Basis::legal_obligation, K::storage, Channel::internal, "DE") == Fit::yes);
    CHECK(fit(Basis::legal_obligation, K::service, Channel::email, "DE") == Fit::not_purpose);
    CHECK(fit(Basis::vital_interests, K::safety, Channel::sms, "DE") == Fit::yes);
    CHECK(fit(Basis::vital_interests, K::legal, Channel::sms, "DE") == Fit::not_purpose);
    CHECK(fit(Basis::public_task, K::security, Channel::internal, "DE") == Fit::yes);
    CHECK(fit(Basis::public_task, K::profiling, Channel::internal, "DE") == Fit::not_purpose);
    CHECK(fit(Basis::legitimate_interests, K::profiling, Channel::email, "DE") == Fit::yes);
    CHECK(fit(Basis::legitimate_interests, K::marketing, Channel::post, "") == Fit::yes);
    CHECK(fit(Basis::legitimate_interests, K::marketing, Channel::push, "DE") == Fit::not_channel);
    CHECK(fit(Basis::legitimate_interests, K::marketing, Channel::email, "GB", true) == Fit::yes);
    CHECK(fit(Basis::legitimate_interests, K::marketing, Channel::email, "", true) ==
          Fit::not_country);
    CHECK(fit(Basis::legitimate_interests, K::marketing, Channel::phone, "GB") == Fit::yes);
    CHECK(fit(Basis::soft_opt_in, K::marketing, Channel::sms, "CH") == Fit::yes);
    CHECK(fit(Basis::soft_opt_in, K::marketing, Channel::email, "NO") == Fit::yes);
    CHECK(fit(Basis::soft_opt_in, K::marketing, Channel::email, "US") == Fit::not_country);
    CHECK(fit(Basis::soft_opt_in, K::marketing, Channel::email, "") == Fit::not_country);
    CHECK(fit(Basis::soft_opt_in, K::service, Channel::email, "DE") == Fit::not_purpose);
    CHECK(fit(Basis::casl_implied, K::marketing, Channel::post, "CA") == Fit::not_channel);
    CHECK(fit(Basis::opt_out_regime, K::marketing, Channel::sms, "US") == Fit::not_channel);
    CHECK(fit(Basis::opt_out_regime, K::marketing, Channel::email, "CA") == Fit::not_country);
}

TEST_CASE("consent: calls in France need consent from 11 August 2026 on", "[consent]") {
    auto call = [](const char* at) {
        return fit(Basis::legitimate_interests, PurposeKind::marketing, Channel::phone, "FR", false,
                   at);
    };
    CHECK(call("2026-08-10T23:59:59.999Z") == Fit::yes);
    CHECK(call("2026-08-11T00:00:00Z") == Fit::not_country);

    Moment before(to_ms(parse_time("2026-06-01T00:00:00Z")));
    basis_fit({Basis::legitimate_interests, PurposeKind::marketing, Channel::phone, "FR", false},
              before);
    CHECK(before.valid_until() == to_ms(parse_time("2026-08-11T00:00:00Z")));
}

TEST_CASE("consent: implied consent in Canada ends after calendar months, the last day included",
          "[consent]") {
    auto end = [](CaslKind kind, const char* day) {
        return format_time(from_ms(casl_end(kind, parse_date(day))));
    };
    CHECK(end(CaslKind::purchase, "2024-06-01") == "2026-06-02T00:00:00.000Z");
    CHECK(end(CaslKind::inquiry, "2026-01-05") == "2026-07-06T00:00:00.000Z");
    CHECK(end(CaslKind::inquiry, "2024-08-31") == "2025-03-01T00:00:00.000Z"); // clamped
    CHECK(end(CaslKind::purchase, "2024-02-29") == "2026-03-01T00:00:00.000Z");
}

TEST_CASE("consent: a moment knows between which instants its answer holds", "[consent]") {
    Moment moment(100);
    CHECK(moment.valid_from() == begin_of_time);
    CHECK(moment.valid_until() == end_of_time);
    CHECK(moment.reached(50));
    CHECK(moment.reached(100)); // inclusive
    CHECK(moment.reached(70));
    CHECK_FALSE(moment.reached(200));
    CHECK_FALSE(moment.reached(101));
    CHECK(moment.valid_from() == 100);
    CHECK(moment.valid_until() == 101);
}

} // namespace consent_law_test

// Double opt-in: request, mail, click, and what strangers cannot do with it.
#include "habeas/erasure.hpp"
#include "unit/optin/helpers.hpp"

namespace optin_optin_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

TEST_CASE("optin: the grant has both proofs, the request's and the click's", "[optin]") {
    OptinShop shop;
    const auto sent = shop.sign_up("ann@shop.example");
    REQUIRE(sent.optin);
    const Optin waiting = shop.optins.get(*sent.optin);
    CHECK(waiting.state == OptinState::waiting);
    CHECK(waiting.mails == 1);
    CHECK(waiting.withheld.empty());
    REQUIRE(waiting.consents.size() == 1);
    CHECK(waiting.consents[0].kind == EventKind::requested);
    CHECK(waiting.consents[0].evidence.ip == "203.0.113.0");
    CHECK_FALSE(shop.may(*sent.subject));

    shop.clock.advance(1h);
    const std::string token = shop.token("ann@shop.example");
    CHECK(shop.optins.look_up(token)->id == *sent.optin);
    CHECK_FALSE(shop.may(*sent.subject)); // looking changes nothing
    const auto done = shop.optins.confirm(token, {"198.51.100.9", "Browser"});
    REQUIRE(done);
    CHECK(done->state == OptinState::confirmed);
    CHECK(shop.may(*sent.subject));
    const auto grants = shop.events(*sent.subject, EventKind::granted);
    REQUIRE(grants.size() == 1);
    CHECK(done->granted == std::vector{grants[0].id});
    const Evidence& proof = grants[0].evidence;
    CHECK(proof.method == "email_link");
    CHECK(proof.ip == "198.51.100.0");
    CHECK(proof.user_agent == "Browser");
    CHECK(proof.text_version == 1);
    CHECK(proof.form == "signup/1");
    CHECK(proof.submission == waiting.consents[0].evidence.submission);
    CHECK(proof.note == waiting.consents[0].evidence.note);
    CHECK(proof.document == "optin 1, request event " +
                                std::to_string(static_cast<std::int64_t>(waiting.consents[0].id)) +
                                ", message 1");
    CHECK_FALSE(proof.expires_at);
}

TEST_CASE("optin: the second click changes nothing, and a withdrawal since stays", "[optin]") {
    OptinShop shop;
    const auto sent = shop.sign_up("ann@shop.example");
    const std::string token = shop.token("ann@shop.example");
    REQUIRE(shop.optins.confirm(token));
    shop.clock.advance(1min);
    shop.record(*sent.subject, EventKind::withdrawn, "news");
    const auto before = shop.consent.history(*sent.subject).size();
    const auto again = shop.optins.confirm(token);
    REQUIRE(again);
    CHECK(again->state == OptinState::confirmed);
    CHECK(shop.consent.history(*sent.subject).size() == before);
    CHECK_FALSE(shop.may(*sent.subject));
}

TEST_CASE("optin: a token does not count late, guessed, for another use or after five wrong ones",
          "[optin]") {
    OptinShop shop;
    const auto sent = shop.sign_up("ann@shop.example");
    const std::string token = shop.token("ann@shop.example");
    std::string wrong = token;
    wrong.back() = wrong.back() == '0' ? '1' : '0';
    CHECK_FALSE(shop.optins.confirm(""));
    CHECK_FALSE(shop.optins.confirm("1-"));
    CHECK_FALSE(shop.optins.confirm("9" + token));
    CHECK_FALSE(Requests(shop.store).confirm(token));
    SECTION("five wrong ones") {
        for (int i = 0; i < 5; ++i) {
            CHECK_FALSE(shop.optins.confirm(wrong));
        }
        CHECK_FALSE(shop.optins.confirm(token));
        CHECK_FALSE(shop.may(*sent.subject));
    }
    SECTION("late") {
        shop.clock.advance(48h);
        CHECK_FALSE(shop.optins.look_up(token));
        CHECK_FALSE(shop.optins.confirm(token));
        CHECK(shop.optins.get(*sent.optin).state == OptinState::expired);
        OptinFilter filter;
        filter.state = OptinState::expired;
        CHECK(shop.optins.list(filter).size() == 1); // before the tick has said so
        shop.store.tick();
        CHECK(shop.optins.list(filter).size() == 1);
        filter.state = OptinState::waiting;
        CHECK(shop.optins.list(filter).empty());
        shop.clock.advance(24h * 31);
        shop.store.tick();
        CHECK(shop.optins.list().empty()); // nothing is left but the ledger
    }
    SECTION("cancelled") {
        shop.optins.cancel(*sent.optin);
        CHECK_FALSE(shop.optins.confirm(token));
        CHECK(code_of([&] { shop.optins.cancel(*sent.optin); }) == Errc::conflict);
    }
    SECTION("the address is another by now") {
        shop.set(*sent.subject, "email", "ann@other.example");
        CHECK_FALSE(shop.optins.confirm(token));
        CHECK_FALSE(shop.may(*sent.subject));
    }
}

TEST_CASE("optin: an address that did not confirm gets no second mail from strangers", "[optin]") {
    OptinShop shop;
    nlohmann::json other = FormShop::signup();
    other["code"] = "other";
    shop.publish(other);
    const auto first = shop.sign_up("ann@shop.example");
    CHECK(first.messages.size() == 1);
    for (int day = 0; day < 29; ++day) { // also past the end of the first request
        shop.clock.advance(24h);
        shop.store.tick();
        const auto again = shop.send({{"mail", "ann@shop.example"}, {"news", "yes"}}, {},
                                     day % 2 ? "other" : "signup");
        CHECK(again.outcome == SubmissionResult::Outcome::accepted);
        CHECK(again.message == first.message); // the page tells nobody
        CHECK(again.messages.empty());
        CHECK(shop.optins.get(*again.optin).withheld == "already_asked");
    }
    CHECK(shop.mails("ann@shop.example").size() == 1);
    SECTION("the quiet time is over") {
        shop.clock.advance(48h);
        shop.store.tick();
        CHECK(shop.sign_up("ann@shop.example").messages.size() == 1);
    }
    SECTION("nor after an erasure") {
        Erasure(shop.store).execute(*first.subject);
        const auto anew = shop.sign_up("ann@shop.example");
        CHECK(anew.subject != first.subject);
        CHECK(anew.messages.empty());
    }
    SECTION("nor in another case of letters") {
        CHECK(shop.sign_up("Ann@SHOP.example").messages.empty());
    }
    SECTION("others are asked") {
        CHECK(shop.sign_up("bob@shop.example").messages.size() == 1);
    }
}

TEST_CASE("optin: who confirms one is asked about what else waits", "[optin]") {
    OptinShop shop;
    Purpose offers =
        FormShop::purpose("offers", Basis::consent, PurposeKind::marketing, {Channel::email});
    offers.double_opt_in = true;
    offers.texts.push_back(FormShop::words("Offers by e-mail?"));
    shop.define(offers);
    nlohmann::json other = FormShop::signup();
    other["code"] = "other";
    other["primary_purpose"] = "offers";
    other["fields"][2] = {{"type", "checkbox"}, {"purpose", "offers"}};
    shop.publish(other, "a test");
    shop.sign_up("ann@shop.example");
    const auto second = shop.send({{"mail", "ann@shop.example"}, {"offers", "yes"}}, {}, "other");
    CHECK(second.messages.empty());
    REQUIRE(shop.optins.confirm(shop.token("ann@shop.example")));
    CHECK(shop.optins.get(*second.optin).mails == 1);
    REQUIRE(shop.optins.confirm(shop.token("ann@shop.example")));
    CHECK(shop.consent.may_process(*second.subject, "offers", Channel::email).allowed);
}

TEST_CASE("optin: an employee sends the mail again, twice and not at once", "[optin]") {
    OptinShop shop;
    const auto sent = shop.sign_up("ann@shop.example");
    const std::string first = shop.token("ann@shop.example");
    CHECK(code_of([&] { shop.optins.resend(*sent.optin); }) == Errc::denied);
    shop.clock.advance(6min);
    CHECK(shop.optins.resend(*sent.optin).mails == 2);
    CHECK_FALSE(shop.optins.confirm(first)); // the new one counts
    shop.clock.advance(6min);
    CHECK(shop.optins.resend(*sent.optin).mails == 3);
    shop.clock.advance(6min);
    CHECK(code_of([&] { shop.optins.resend(*sent.optin); }) == Errc::denied);
    CHECK(shop.optins.confirm(shop.token("ann@shop.example")));
    CHECK(code_of([&] { shop.optins.resend(*sent.optin); }) == Errc::conflict);
    CHECK(code_of([&] { shop.optins.resend(OptinId{99}); }) == Errc::not_found);
}

TEST_CASE("optin: text and mail are in the language that was asked in", "[optin]") {
    OptinShop shop;
    Templates(shop.store)
        .define(Templates::from_json(
            R"({"code":"please_confirm","kind":"transactional","purpose":"confirm",
                "default_language":"en","languages":{
                "en":{"subject":"Please confirm","text":"Please: {{data.confirm_url}}"},
                "de":{"subject":"Bitte","text":"Bitte: {{data.confirm_url}}"}}})"));
    RenderOptions german;
    german.language = "de";
    const std::string shown = shop.shown(shop.forms.render("signup", german).html);
    const auto sent =
        shop.send({{"mail", "ann@shop.example"}, {"news", "yes"}, {"habeas_shown", shown}});
    CHECK(shop.optins.get(*sent.optin).language == "de");
    CHECK(shop.mails("ann@shop.example").at(0).starts_with("Bitte: "));
    REQUIRE(shop.optins.confirm(shop.token("ann@shop.example")));
    CHECK(shop.events(*sent.subject, EventKind::granted).at(0).evidence.language == "de");
}

TEST_CASE(
    "optin: who confirms comes off the suppression list, a stranger's sign-up takes nobody off",
    "[optin]") {
    OptinShop shop;
    const SubjectId ann = shop.person("ann@shop.example");
    shop.consent.suppress({IdentifierKind::email, {}, "ann@shop.example"}, "objection",
                          "marketing");
    shop.clock.advance(1min);
    const auto sent = shop.sign_up("ann@shop.example");
    CHECK(shop.consent.suppressed({IdentifierKind::email, {}, "ann@shop.example"}));
    shop.clock.advance(1min);
    REQUIRE(shop.optins.confirm(shop.token("ann@shop.example")));
    CHECK(shop.may(ann));
    CHECK(sent.subject == ann);
}

TEST_CASE("optin: an erasure takes the sign-up, a merge moves it, and the file says nothing",
          "[optin]") {
    OptinShop shop(OptinShop::on_disk);
    const auto sent = shop.sign_up("ann@shop.example");
    const SubjectId other = shop.person("other@shop.example");
    SECTION("erased") {
        const std::string token = shop.token("ann@shop.example");
        Erasure(shop.store).execute(*sent.subject);
        CHECK(shop.optins.list().empty());
        CHECK_FALSE(shop.optins.confirm(token));
    }
    SECTION("merged") {
        Subjects(shop.store).merge(other, *sent.subject);
        OptinFilter filter;
        filter.subject = other;
        REQUIRE(shop.optins.list(filter).size() == 1);
        CHECK(shop.optins.list(filter)[0].consents.size() == 1);
    }
    CHECK(shop.store.verify().ok());
}

TEST_CASE("optin: the host asks by itself, and is told what is wrong", "[optin]") {
    OptinShop shop;
    const SubjectId ann = shop.person("ann@shop.example");
    OptinInput input;
    input.subject = ann;
    input.message_template = "please_confirm";
    auto place = [&] { return failure_of([&] { shop.optins.ask(input); }).where(); };
    CHECK(place() == "consents");
    input.consents.push_back(Shop::event(ann, EventKind::granted, "news", Channel::email));
    input.message_template = "identity"; // for answers, not for confirmations
    CHECK(place() == "message_template");
    input.message_template = "none";
    CHECK(place() == "message_template");
    input.message_template.clear();
    const Optin silent = shop.optins.ask(input);
    CHECK(silent.withheld == "no_template");
    CHECK(code_of([&] { shop.optins.resend(silent.id); }) == Errc::conflict);
    CHECK(code_of([&] { shop.optins.vouch(silent.id, ""); }) == Errc::invalid);
    CHECK(shop.optins.vouch(silent.id, "Ina at the counter").state == OptinState::confirmed);
    CHECK(shop.may(ann));
    SubjectInput nobody;
    nobody.identifiers.push_back({IdentifierKind::external, "crm", "7"});
    input.subject = Subjects(shop.store).create(nobody);
    input.message_template = "please_confirm";
    CHECK(shop.optins.ask(input).withheld == "no_address");
}

} // namespace optin_optin_test

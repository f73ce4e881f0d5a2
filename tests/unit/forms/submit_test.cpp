#include "store/engine.hpp"
#include "unit/forms/helpers.hpp"

namespace forms_submit_test {

using namespace habeas;
using namespace habeas::test;
using nlohmann::json;
using Outcome = SubmissionResult::Outcome;

namespace {

SubmissionContext from(const std::string& ip) {
    SubmissionContext context;
    context.ip = ip;
    context.user_agent = "Browser\n1";
    context.page = "https://shop.example/join";
    return context;
}
SubmissionContext as(SubjectId subject) {
    SubmissionContext context;
    context.subject = subject;
    return context;
}

} // namespace

TEST_CASE("form submission: a ticked box is consent with what was shown as evidence", "[forms]") {
    FormShop shop;
    shop.publish(FormShop::signup());
    RenderOptions options;
    options.language = "de";
    const std::string shown = shop.shown(shop.forms.render("signup", options).html);
    const auto result = shop.send({{"mail", " New@Example.org "},
                                   {"given", "Nora"},
                                   {"news", "yes"},
                                   {"unknown", "thrown away"},
                                   {"habeas_shown", shown}},
                                  from("203.0.113.77"));
    REQUIRE(result.outcome == Outcome::accepted);
    REQUIRE(result.subject);
    CHECK(result.message == "Danke");
    CHECK(shop.field(*result.subject, "first_name") == "Nora");
    CHECK(shop.state(*result.subject) == ConsentState::granted);
    const auto history = shop.consent.history(*result.subject);
    REQUIRE(history.size() == 1);
    const Evidence& evidence = history[0].evidence;
    CHECK(evidence.method == "form");
    CHECK(evidence.form == "signup/1");
    CHECK(evidence.text_version == 1);
    CHECK(evidence.language == "de");
    CHECK(evidence.note == "text " + Purposes(shop.store).find("news")->texts[0].hash);
    CHECK(evidence.ip == "203.0.113.0");
    CHECK(evidence.user_agent == "Browser?1");
    CHECK_FALSE(evidence.preticked);
    const Submission kept = shop.forms.submission(*result.id);
    CHECK(evidence.submission == std::to_string(static_cast<std::int64_t>(kept.id)));
    CHECK(kept.values == std::map<std::string, std::string>{
                             {"mail", "New@Example.org"}, {"given", "Nora"}, {"news", "yes"}});
    CHECK(kept.language == "de");
    CHECK(shop.forms.submissions("signup").size() == 1);
    CHECK(shop.consent.may_process(*result.subject, "news", Channel::email).allowed);
}

TEST_CASE("form submission: what was on the page counts, not what is current; nobody invents it",
          "[forms]") {
    FormShop shop;
    shop.publish(FormShop::signup());
    const std::string shown = shop.shown(shop.forms.render("signup").html);
    TextVersion second;
    second.material_change = false;
    second.texts.push_back({"en", "Example GmbH may write. I can withdraw.", "Yes, newsletter"});
    CHECK(Purposes(shop.store).add_text("news", second) == 2);
    json form = FormShop::signup();
    form["title"] = "Two";
    shop.publish(form);
    const auto old =
        shop.send({{"mail", "a@example.org"}, {"news", "yes"}, {"habeas_shown", shown}});
    REQUIRE(old.subject);
    CHECK(shop.consent.history(*old.subject).at(0).evidence.text_version == 1);
    CHECK(shop.consent.history(*old.subject).at(0).evidence.form == "signup/1");
    const auto fresh = shop.send({{"mail", "b@example.org"}, {"news", "yes"}});
    CHECK(shop.consent.history(*fresh.subject).at(0).evidence.text_version == 2);
    // A version that was replaced is taken for a day, while its pages may lie open.
    shop.clock.advance(std::chrono::hours(25));
    CHECK(shop.send({{"mail", "d@example.org"}, {"habeas_shown", shown}}).outcome ==
          Outcome::invalid);
    std::string forged = shown;
    forged.replace(forged.find("news=1"), 6, "news=2");
    const auto refused =
        shop.send({{"mail", "c@example.org"}, {"news", "yes"}, {"habeas_shown", forged}});
    CHECK(refused.outcome == Outcome::invalid);
    CHECK(refused.errors.count("") == 1);
    CHECK(shop.send({{"mail", "c@example.org"}, {"habeas_shown", ""}}).outcome == Outcome::invalid);
    CHECK_FALSE(Subjects(shop.store).find({IdentifierKind::email, "", "c@example.org"}));
}

TEST_CASE("form submission: a stranger who knows an address does not write into its profile",
          "[forms]") {
    FormShop shop;
    json form = FormShop::signup();
    form["fields"].push_back(
        {{"name", "tel"}, {"type", "tel"}, {"label", "Phone"}, {"maps_to", "phone"}});
    form["fields"].push_back(
        {{"name", "land"}, {"type", "country"}, {"label", "Country"}, {"maps_to", "country"}});
    form["fields"].push_back(
        {{"name", "family"}, {"type", "text"}, {"label", "Name"}, {"maps_to", "last_name"}});
    shop.publish(form);
    const SubjectId anna = shop.person("anna@example.org", "");
    shop.set(anna, "first_name", "Anna");
    const Sent sent{{"mail", "ANNA@example.org"},
                    {"given", "Eve"},
                    {"family", "Smith"},
                    {"tel", "+49301234567"},
                    {"land", "FR"}};
    const auto stranger = shop.send(sent);
    REQUIRE(stranger.subject == anna);
    CHECK(stranger.not_taken == std::vector<std::string>{"given", "tel", "land"});
    CHECK(shop.field(anna, "first_name") == "Anna"); // not overwritten
    CHECK(shop.field(anna, "last_name") == "Smith"); // was blank
    CHECK(shop.field(anna, "phone").empty());        // no address is added
    CHECK(shop.field(anna, "country").empty());      // nor what decisions rest on
    CHECK(shop.forms.submission(*stranger.id).values.at("given") == "Eve");
    CHECK_FALSE(shop.forms.submission(*stranger.id).identified);

    const auto herself = shop.send(sent, as(anna));
    REQUIRE(herself.subject == anna);
    CHECK(herself.not_taken.empty());
    CHECK(shop.field(anna, "first_name") == "Eve");
    CHECK(shop.field(anna, "phone") == "+49301234567");
    CHECK(shop.forms.submission(*herself.id).identified);
    // An address of somebody else cannot be taken over, and nothing is half done.
    const SubjectId ben = shop.person("ben@example.org");
    const auto taken = shop.send({{"mail", "anna@example.org"}, {"given", "Ben"}}, as(ben));
    CHECK(taken.outcome == Outcome::invalid);
    CHECK(taken.errors.count("mail") == 1);
    CHECK(shop.field(ben, "first_name").empty());
    CHECK(shop.forms.submissions("signup", ben).empty());
}

TEST_CASE("form submission: an unticked box is no withdrawal, except on a preference form",
          "[forms]") {
    FormShop shop;
    shop.publish(FormShop::signup());
    json form = FormShop::signup();
    form["code"] = "prefs";
    form["preferences"] = true;
    form["fields"].erase(0);
    shop.publish(form);
    const auto first = shop.send({{"mail", "a@example.org"}, {"news", "yes"}});
    const SubjectId id = *first.subject;
    REQUIRE(shop.state(id) == ConsentState::granted);
    shop.send({{"mail", "a@example.org"}});
    shop.send({{"mail", "a@example.org"}}, as(id));
    CHECK(shop.state(id) == ConsentState::granted);

    // Without knowing who it is there is no such form.
    CHECK(shop.send({{"news", "yes"}}, {}, "prefs").errors.count("") == 1);
    RenderOptions options;
    options.subject = id;
    CHECK(shop.forms.render("prefs", options).html.find("checked") != std::string::npos);
    CHECK(shop.send({{"news", "yes"}}, as(id), "prefs").outcome == Outcome::accepted);
    CHECK(shop.state(id) == ConsentState::granted);
    CHECK(shop.send({}, as(id), "prefs").outcome == Outcome::accepted);
    CHECK(shop.state(id) == ConsentState::withdrawn);
    CHECK(shop.forms.render("prefs", options).html.find("checked") == std::string::npos);
}

TEST_CASE("form submission: double opt-in asks by mail and counts when it is confirmed",
          "[forms]") {
    FormShop shop(FormShop::memory, true);
    shop.publish(FormShop::signup());
    const auto result = shop.send({{"mail", "a@example.org"}, {"news", "yes"}});
    REQUIRE(result.subject);
    CHECK(shop.state(*result.subject) == ConsentState::requested);
    REQUIRE(result.messages.size() == 1);
    CHECK(Outbox(shop.store).get(result.messages[0]).reason == "");
    TestGateway gateway;
    Outbox(shop.store).send(gateway);
    REQUIRE(gateway.got.size() == 1);
    const std::string before = "https://shop.example/confirm/";
    REQUIRE(gateway.got[0].text.starts_with(before));
    CHECK(gateway.got[0].recipient.address == "a@example.org");
    std::string token = gateway.got[0].text.substr(before.size());
    token.erase(token.find_last_not_of("\r\n ") + 1);
    std::string wrong = token;
    wrong.back() = wrong.back() == '0' ? '1' : '0';
    Optins optins(shop.store);
    CHECK_FALSE(optins.confirm(wrong));
    CHECK_FALSE(optins.confirm("nonsense"));
    CHECK(shop.state(*result.subject) == ConsentState::requested);
    REQUIRE(optins.confirm(token));
    CHECK(optins.confirm(token)->id == result.optin);
    CHECK(shop.state(*result.subject) == ConsentState::granted);
    CHECK(shop.consent.may_process(*result.subject, "news", Channel::email).allowed);

    // Somebody who asks again in that name neither changes the consent nor fills the mailbox.
    const auto again = shop.send({{"mail", "a@example.org"}, {"news", "yes"}});
    CHECK(again.messages.empty());
    CHECK(shop.state(*result.subject) == ConsentState::granted);

    const auto late = shop.send({{"mail", "b@example.org"}, {"news", "yes"}});
    TestGateway other;
    Outbox(shop.store).send(other);
    token = other.got.at(0).text.substr(before.size());
    token.erase(token.find_last_not_of("\r\n ") + 1);
    shop.clock.advance(std::chrono::hours(24 * 3));
    CHECK_FALSE(optins.confirm(token));
    shop.store.tick();
    CHECK(shop.state(*late.subject) != ConsentState::granted);
}

TEST_CASE("form submission: a stranger's tick does not lift a no", "[forms]") {
    FormShop shop; // without double opt-in
    shop.publish(FormShop::signup());
    const auto first = shop.send({{"mail", "a@example.org"}, {"news", "yes"}});
    const SubjectId id = *first.subject;
    shop.clock.advance(std::chrono::minutes(1));
    ConsentEvent no;
    no.subject = id;
    no.kind = EventKind::withdrawn;
    no.purpose = "news";
    shop.consent.record(no);
    shop.clock.advance(std::chrono::minutes(1));
    const auto again = shop.send({{"mail", "a@example.org"}, {"news", "yes"}});
    CHECK_FALSE(shop.consent.may_process(id, "news", Channel::email).allowed);
    CHECK(again.messages.size() == 1); // the person is asked
    // The person may, once identified.
    shop.clock.advance(std::chrono::minutes(1));
    shop.send({{"mail", "a@example.org"}, {"news", "yes"}}, as(id));
    CHECK(shop.consent.may_process(id, "news", Channel::email).allowed);
}

TEST_CASE("form submission: a honeypot that is filled in is thanked and has no effect", "[forms]") {
    FormShop shop;
    json form = FormShop::signup();
    form["fields"].push_back({{"name", "website"}, {"type", "honeypot"}});
    shop.publish(form);
    CHECK(shop.forms.render("signup").html.find("<div hidden>") != std::string::npos);
    const auto bot = shop.send({{"mail", "bot@example.org"}, {"news", "yes"}, {"website", "x"}});
    CHECK(bot.outcome == Outcome::accepted);
    CHECK(bot.message == "Thank you");
    CHECK_FALSE(bot.id);
    CHECK(Subjects(shop.store).count() == 0);
    CHECK(shop.send({{"mail", "p@example.org"}, {"website", ""}}).id);
}

TEST_CASE("form submission: one source may send so often and no more", "[forms]") {
    FormShop shop;
    json form = FormShop::signup();
    form["limit"] = {{"count", 2}, {"minutes", 10}};
    shop.publish(form);
    CHECK(shop.send({{"mail", "a@example.org"}}, from("203.0.113.7")).id);
    CHECK(shop.send({{"mail", "bad"}}, from("203.0.113.7")).outcome == Outcome::invalid);
    const auto third = shop.send({{"mail", "c@example.org"}}, from("203.0.113.7"));
    CHECK(third.outcome == Outcome::rate_limited);
    CHECK(Subjects(shop.store).count() == 1);
    CHECK(shop.send({{"mail", "d@example.org"}}, from("203.0.113.8")).id);
    shop.clock.advance(std::chrono::minutes(11));
    CHECK(shop.send({{"mail", "c@example.org"}}, from("203.0.113.7")).id);
    shop.clock.advance(std::chrono::minutes(11));
    shop.store.tick();
    CHECK(shop.store.engine().db().scalar_i64("SELECT count(*) FROM form_source") == 0);
    CHECK(code_of([&] { shop.send({}, from("not an address")); }) == Errc::invalid);
}

TEST_CASE("form submission: every kind of field is checked, and conditions decide what is asked",
          "[forms]") {
    FormShop shop;
    Field colours;
    colours.name = "colours";
    colours.type = FieldType::multiselect;
    colours.choices = {{"red", {}}, {"blue", {}}};
    Fields(shop.store).define(colours);
    json form = FormShop::signup();
    form["fields"].erase(2);
    const json more = json::parse(R"([
      {"name": "site", "type": "url", "label": "Site"},
      {"name": "amount", "type": "number", "label": "Amount"},
      {"name": "born", "type": "date", "label": "Born", "maps_to": "date_of_birth"},
      {"name": "tel", "type": "tel", "label": "Phone", "maps_to": "phone"},
      {"name": "colour", "type": "checkbox_group", "label": "Colours", "maps_to": "colours",
       "field_choices": true},
      {"name": "size", "type": "radio", "label": "Size", "options": ["s", "m"], "required": true},
      {"name": "note", "type": "textarea", "label": "Note", "required": true,
       "conditions": [{"field": "size", "values": ["m"]}]}])");
    for (const json& each : more) {
        form["fields"].push_back(each);
    }
    shop.publish(form);
    const auto wrong = shop.send({{"mail", "no"},
                                  {"site", "javascript:x"},
                                  {"amount", "many"},
                                  {"born", "2026-02-30"},
                                  {"tel", "call me"},
                                  {"colour", "green"},
                                  {"size", "xl"},
                                  {"given", std::string("a\0b", 3)}});
    REQUIRE(wrong.outcome == Outcome::invalid);
    for (const char* each : {"mail", "site", "amount", "born", "tel", "colour", "size", "given"}) {
        INFO(each);
        CHECK(wrong.errors.count(each) == 1);
    }
    CHECK(wrong.errors.count("note") == 0); // it was not asked
    CHECK(shop.send({{"mail", "a@example.org"}}).errors.at("size") == "Choose one of the options.");
    CHECK(Subjects(shop.store).count() == 0);
    CHECK(shop.send({{"mail", "a@example.org"}, {"size", "m"}}).errors.count("note") == 1);
    CHECK(shop.send({{"mail", "a@example.org"}, {"mail", "b@example.org"}, {"size", "s"}})
              .errors.count("mail") == 1);
    const auto good = shop.send({{"mail", "a@example.org"},
                                 {"born", "2000-02-29"},
                                 {"colour", "red"},
                                 {"colour", "blue"},
                                 {"size", "s"},
                                 {"note", "not asked for"}});
    REQUIRE(good.id);
    CHECK(shop.forms.submission(*good.id).values.count("note") == 0);
    CHECK(shop.forms.submission(*good.id).values.at("colour") == "blue|red");
    CHECK(std::get<std::vector<std::string>>(
              Subjects(shop.store).get(*good.subject).fields.at("colours")) ==
          std::vector<std::string>{"blue", "red"});
}

TEST_CASE("form submission: actions run in its transaction, under their conditions", "[forms]") {
    FormShop shop;
    Segment segment;
    segment.code = "vips";
    Segments(shop.store).define(segment);
    json form = FormShop::signup();
    form["fields"].push_back(
        {{"name", "wish"}, {"type", "radio"}, {"label", "Wish"}, {"options", {"view", "forget"}}});
    form["actions"] = json::parse(R"([
      {"type": "message", "text": "Thank you."},
      {"type": "redirect", "target": "/thanks", "conditions": [{"field": "wish"}]},
      {"type": "notify", "target": "Desk <desk@example.org>"},
      {"type": "notify", "target": "desk@example.org", "template": "results"},
      {"type": "open_request", "target": "erasure", "template": "identity",
       "conditions": [{"field": "wish", "values": ["forget"]}]},
      {"type": "open_request", "target": "access",
       "conditions": [{"field": "wish", "values": ["view"]}]},
      {"type": "set_fields", "fields": {"last_name": "Set"}},
      {"type": "add_segment", "target": "vips"},
      {"type": "add_tag", "target": "Fair 2026"}])");
    shop.publish(form);
    const auto result =
        shop.send({{"mail", "a@example.org"}, {"given", "Ann"}, {"wish", "forget"}});
    REQUIRE(result.subject);
    CHECK(result.redirect == "/thanks");
    CHECK(result.message == "Thank you.");
    CHECK(shop.field(*result.subject, "last_name") == "Set");
    CHECK(Segments(shop.store).contains("vips", *result.subject));
    CHECK(Tags(shop.store).of(*result.subject) == std::vector<std::string>{"Fair 2026"});
    REQUIRE(result.requests.size() == 1);
    const Request request = Requests(shop.store).get(result.requests[0]);
    CHECK(request.kind == RequestKind::erasure);
    CHECK(request.state == RequestState::identity_asked); // typing an address erases nobody
    CHECK(request.origin == "form:signup");
    TestGateway gateway;
    Outbox(shop.store).send(gateway);
    std::vector<std::string> told;
    for (const OutgoingMessage& each : gateway.got) {
        told.push_back(each.recipient.address + " " + each.subject_line);
    }
    std::sort(told.begin(), told.end());
    CHECK(told == std::vector<std::string>{"a@example.org Is it you?",
                                           "desk@example.org Form signup", "desk@example.org New"});
    // The host vouches for whom it has identified.
    const auto view = shop.send({{"mail", "a@example.org"}, {"wish", "view"}}, as(*result.subject));
    CHECK(Requests(shop.store).get(view.requests.at(0)).state == RequestState::verified);
    CHECK(shop.send({{"mail", "b@example.org"}}).redirect.empty());
}

TEST_CASE("form submission: segments and the change feed see it; it goes with the person",
          "[forms]") {
    FormShop shop;
    shop.publish(FormShop::signup());
    const std::string position = Changes(shop.store).position();
    const auto one = shop.send({{"mail", "a@example.org"}, {"given", "Unmistakable"}});
    const auto two = shop.send({{"mail", "b@example.org"}});
    const SubjectId third = shop.person("c@example.org");
    Segments segments(shop.store);
    CHECK(segments.count(R"({"field":"form","op":"=","value":"signup"})") == 2);
    CHECK(segments.count(R"({"field":"form.signup","op":"!empty"})") == 2);
    CHECK(code_of([&] {
              static_cast<void>(segments.count(R"({"field":"form","op":"=","value":"none"})"));
          }) == Errc::not_found);
    const auto changes = Changes(shop.store).read(position).changes;
    REQUIRE(changes.size() == 3);
    CHECK(std::count(changes[0].kinds.begin(), changes[0].kinds.end(), ChangeKind::submission) ==
          1);
    const json bundle = json::parse(Export(shop.store).access_json(*one.subject));
    CHECK(bundle.dump().find("\"submissions\"") != std::string::npos);
    Subjects(shop.store).merge(third, *two.subject);
    CHECK(shop.forms.submissions("signup", third).size() == 1);
    CHECK(shop.store.verify().ok());
    Erasure(shop.store).execute(*one.subject);
    CHECK(code_of([&] { static_cast<void>(shop.forms.submission(*one.id)); }) == Errc::not_found);
    CHECK(shop.forms.submissions("signup").size() == 1);
    VerifyOptions residue;
    residue.residue = {"Unmistakable"};
    CHECK(shop.store.verify(residue).ok());
}

TEST_CASE("form submission: an e-mail address nobody has is a new person, whosever the phone is",
          "[forms]") {
    FormShop shop;
    json form = FormShop::signup();
    form["fields"].push_back(
        {{"name", "tel"}, {"type", "tel"}, {"label", "Phone"}, {"maps_to", "phone"}});
    form["fields"][0]["required"] = false;
    shop.publish(form);
    SubjectInput input;
    input.fields["email"] = "mother@example.org";
    input.fields["phone"] = "+436601111111";
    const SubjectId mother = Subjects(shop.store).create(input);

    const auto result = shop.send({{"mail", "daughter@example.org"},
                                   {"tel", "+43 660 1111111"},
                                   {"given", "Dora"},
                                   {"news", "yes"}});
    REQUIRE(result.outcome == Outcome::accepted);
    REQUIRE(result.subject);
    CHECK(*result.subject != mother);
    CHECK(Subjects(shop.store).find({IdentifierKind::email, "", "daughter@example.org"}) ==
          result.subject);
    CHECK(shop.state(*result.subject) == ConsentState::granted);
    CHECK(shop.consent.history(mother).empty());
    CHECK_FALSE(shop.consent.may_process(mother, "news", Channel::email).allowed);
    CHECK(shop.field(mother, "first_name").empty());
    // The number stays the mother's; what was sent stays with the submission, and is told.
    CHECK(Subjects(shop.store).find({IdentifierKind::phone, "", "+436601111111"}) == mother);
    CHECK(shop.field(*result.subject, "phone").empty());
    CHECK(shop.forms.submission(*result.id).values.at("tel") == "+43 660 1111111");
    CHECK(result.not_taken == std::vector<std::string>{"tel"});

    // Somebody with a telephone alone is found by it only where no e-mail address is sent.
    input.fields.erase("email");
    input.fields["phone"] = "+436602222222";
    const SubjectId silent = Subjects(shop.store).create(input);
    CHECK(shop.send({{"mail", "other@example.org"}, {"tel", "+436602222222"}}).subject != silent);
    const auto called = shop.send({{"tel", "+436602222222"}});
    CHECK(called.subject == silent);
    CHECK(called.not_taken.empty());
    // A number that nobody has is the new person's.
    const auto fresh = shop.send({{"mail", "new@example.org"}, {"tel", "+436603333333"}});
    CHECK(shop.field(*fresh.subject, "phone") == "+436603333333");
    CHECK(fresh.not_taken.empty());
}

TEST_CASE("form submission: a known e-mail address beside somebody else's phone leaves that one be",
          "[forms]") {
    FormShop shop;
    json form = FormShop::signup();
    form["fields"].push_back(
        {{"name", "tel"}, {"type", "tel"}, {"label", "Phone"}, {"maps_to", "phone"}});
    shop.publish(form);
    SubjectInput input;
    input.fields["phone"] = "+436601111111";
    const SubjectId ben = Subjects(shop.store).create(input);
    const SubjectId anna = shop.person("anna@example.org", "");
    const auto before = Subjects(shop.store).get(ben);

    const auto result = shop.send({{"mail", "Anna@example.org"},
                                   {"tel", "+436601111111"},
                                   {"given", "Anna"},
                                   {"news", "yes"}});
    CHECK(result.subject == anna);
    CHECK(result.not_taken == std::vector<std::string>{"tel"});
    CHECK(shop.state(anna) == ConsentState::granted);
    CHECK(Subjects(shop.store).get(ben) == before);
    CHECK(shop.consent.history(ben).empty());
    CHECK(shop.field(anna, "phone").empty());
    // Of herself too: an error at the field, and nothing is half done.
    const auto herself =
        shop.send({{"mail", "anna@example.org"}, {"tel", "+436601111111"}}, as(anna));
    CHECK(herself.errors.count("tel") == 1);
    CHECK(Subjects(shop.store).get(ben) == before);
}

TEST_CASE("form submission: a value is read by its field's type, mapped or not", "[forms]") {
    FormShop shop;
    json form = FormShop::signup();
    for (const char* type : {"number", "datetime", "time", "date", "tel", "url", "email"}) {
        form["fields"].push_back(
            {{"name", std::string("a_") + type}, {"type", type}, {"label", type}});
    }
    shop.publish(form);
    auto refused = [&](const std::string& field, const std::string& value) {
        INFO(field + " " + value);
        const auto result = shop.send({{"mail", "a@example.org"}, {field, value}});
        CHECK(result.outcome == Outcome::invalid);
        CHECK(result.errors.count(field) == 1);
    };
    for (const auto& [field, value] :
         {std::pair("a_number", "1-2-3"), std::pair("a_number", "++"), std::pair("a_number", ","),
          std::pair("a_datetime", "garbage"), std::pair("a_datetime", "2026-02-30T10:00"),
          std::pair("a_time", "99:99"), std::pair("a_tel", "banana"),
          std::pair("a_date", "2026-02-30"), std::pair("a_url", "javascript:x"),
          std::pair("a_email", "nobody")}) {
        refused(field, value);
    }
    const auto good = shop.send({{"mail", "a@example.org"},
                                 {"a_number", "-12.50"},
                                 {"a_datetime", "2026-01-31T10:00"},
                                 {"a_time", "10:30"},
                                 {"a_tel", "+43 660 1111111"},
                                 {"a_date", "2026-01-31"},
                                 {"a_url", "https://example.org"},
                                 {"a_email", "b@example.org"}});
    REQUIRE(good.id);
    CHECK(shop.forms.submission(*good.id).values.at("a_datetime") == "2026-01-31T10:00");
}

TEST_CASE("form submission: a retired purpose is asked no more, and nobody believes it was",
          "[forms]") {
    FormShop shop;
    json form = FormShop::signup();
    form["fields"][2]["required"] = true;
    shop.publish(form, "a test");
    const std::string shown = shop.shown(shop.forms.render("signup").html);
    Purposes(shop.store).retire("news");

    const std::string html = shop.forms.render("signup").html;
    CHECK(html.find("name=\"news\"") == std::string::npos);
    const auto late =
        shop.send({{"mail", "a@example.org"}, {"news", "yes"}, {"habeas_shown", shown}});
    CHECK(late.outcome == Outcome::invalid);
    CHECK(late.errors.at("").find("out of date") != std::string::npos);
    CHECK(Subjects(shop.store).count() == 0);
    // The page as it is now is taken, and so is the old one where the box was left empty.
    const auto now = shop.send({{"mail", "a@example.org"}, {"habeas_shown", shop.shown(html)}});
    REQUIRE(now.outcome == Outcome::accepted);
    CHECK(now.not_taken.empty());
    CHECK(shop.send({{"mail", "b@example.org"}, {"habeas_shown", shown}}).id);
    // A host that renders by itself is told.
    const auto host = shop.send({{"mail", "c@example.org"}, {"news", "yes"}});
    REQUIRE(host.outcome == Outcome::accepted);
    CHECK(host.not_taken == std::vector<std::string>{"news"});
    CHECK(shop.consent.history(*host.subject).empty());
}

TEST_CASE("form submission: conditions see a tick, however the browser writes it", "[forms]") {
    FormShop shop;
    json form = FormShop::signup();
    const json more = json::parse(R"([
      {"name": "co", "type": "checkbox", "label": "For a company"},
      {"name": "firm", "type": "text", "label": "Company", "required": true,
       "conditions": [{"field": "co", "values": ["yes"]}]},
      {"name": "vat", "type": "text", "label": "VAT", "required": true,
       "conditions": [{"field": "co", "values": ["true"]}]},
      {"name": "born", "type": "text", "label": "Born", "required": true,
       "conditions": [{"field": "co", "values": ["yes"], "negated": true}]},
      {"name": "topic", "type": "text", "label": "Topic", "required": true,
       "conditions": [{"field": "news", "values": ["yes"]}]}])");
    for (const json& each : more) {
        form["fields"].push_back(each);
    }
    shop.publish(form);
    for (const char* tick : {"yes", "on", "1", "true"}) {
        INFO(tick);
        const auto errors = shop.send({{"mail", "a@example.org"}, {"co", tick}}).errors;
        CHECK(errors.count("firm") == 1);
        CHECK(errors.count("vat") == 1);
        CHECK(errors.count("born") == 0);
    }
    for (const char* none : {"", "no", "0"}) {
        INFO(none);
        const auto errors = shop.send({{"mail", "a@example.org"}, {"co", none}}).errors;
        CHECK(errors.count("firm") == 0);
        CHECK(errors.count("born") == 1);
    }
    CHECK(shop.send({{"mail", "a@example.org"}, {"born", "x"}, {"news", "true"}})
              .errors.count("topic") == 1);
    const auto good =
        shop.send({{"mail", "a@example.org"}, {"co", "on"}, {"firm", "Example"}, {"vat", "AT1"}});
    REQUIRE(good.id);
    CHECK(shop.forms.submission(*good.id).values.at("co") == "yes");
}

TEST_CASE("form submission: a field that a form maps to stays while people get the form",
          "[forms]") {
    FormShop shop;
    Field extra;
    extra.name = "shoe";
    Fields fields(shop.store);
    fields.define(extra);
    json form = FormShop::signup();
    form["fields"].push_back(
        {{"name", "size"}, {"type", "text"}, {"label", "Size"}, {"maps_to", "shoe"}});
    form["actions"].push_back({{"type", "set_fields"}, {"fields", {{"last_name", "Set"}}}});
    shop.forms.define(Forms::from_json(form.dump()));
    fields.rename("shoe", "foot"); // a draft is judged when it is published
    CHECK(code_of([&] { shop.forms.publish("signup"); }) == Errc::invalid);
    fields.rename("foot", "shoe");
    shop.forms.publish("signup");
    auto says = [&](auto action) {
        const Error error = failure_of(action);
        CHECK(error.code() == Errc::invalid);
        return std::string(error.what());
    };
    const std::string place = "form signup, /fields/3/maps_to";
    CHECK(says([&] { fields.rename("shoe", "foot"); }).find(place) != std::string::npos);
    CHECK(says([&] { fields.retire("shoe"); }).find(place) != std::string::npos);
    CHECK(says([&] { fields.remove("shoe"); }).find(place) != std::string::npos);
    extra.retired = true;
    CHECK(says([&] { fields.update(extra); }).find(place) != std::string::npos);
    CHECK(says([&] {
              fields.remove("last_name");
          }).find("form signup, /actions/1/fields/last_name") != std::string::npos);

    // A page of the version before may still lie open: its value is kept and told.
    const std::string shown = shop.shown(shop.forms.render("signup").html);
    shop.publish(FormShop::signup());
    fields.rename("shoe", "foot");
    const auto late =
        shop.send({{"mail", "a@example.org"}, {"size", "41"}, {"habeas_shown", shown}});
    REQUIRE(late.outcome == Outcome::accepted);
    CHECK(late.not_taken == std::vector<std::string>{"size"});
    CHECK(shop.forms.submission(*late.id).values.at("size") == "41");
    CHECK(code_of([&] { fields.rename("first_name", "vorname"); }) == Errc::invalid);
    shop.forms.retire("signup");
    fields.rename("first_name", "vorname");
}

} // namespace forms_submit_test

// The preference centre: what it shows, what it does, and what an old page cannot do.
#include "unit/preferences/helpers.hpp"

namespace preferences_centre_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

TEST_CASE("preferences: all purposes are there with their texts, versions and switches",
          "[preferences]") {
    PageShop shop;
    const SubjectId ann = shop.reader("ann@shop.example");
    const Page page = shop.get(shop.centre(ann));
    CHECK(page.status == 200);
    CHECK(shop.says(page, "Example GmbH may send me its newsletter about garden tools"));
    CHECK(shop.says(page, "Text version 1"));
    CHECK(shop.says(page, "id=\"on.news.email\" name=\"on\" value=\"news.email\" checked>"));
    CHECK(shop.says(page, "id=\"on.newsletter.sms\" name=\"on\" value=\"newsletter.sms\">"));
    CHECK(shop.says(page, "id=\"on.letters.post\" name=\"on\" value=\"letters.post\" checked>"));
    CHECK_FALSE(shop.says(page, "orders.")); // no choice, but told
    CHECK(shop.says(page, "<li>orders"));
    CHECK_FALSE(shop.says(page, "confirm.")); // what confirms is no choice
    CHECK_FALSE(shop.says(page, "ann@"));
    CHECK_FALSE(shop.says(page, "<script"));
    CHECK(shop.says(page, "<html lang=\"en\">"));
}

TEST_CASE("preferences: the page is safe to serve", "[preferences]") {
    PageShop shop;
    Purpose evil =
        FormShop::purpose("evil", Basis::consent, PurposeKind::marketing, {Channel::email});
    evil.labels["en"] = "<img src=x onerror=alert(1)>";
    evil.texts.push_back(FormShop::words("\"><script>alert(2)</script>"));
    shop.define(evil);
    const SubjectId ann = shop.reader("ann@shop.example");
    const Page page = shop.get(shop.centre(ann));
    CHECK_FALSE(shop.says(page, "<img"));
    CHECK_FALSE(shop.says(page, "<script"));
    CHECK(shop.says(page, "&lt;img"));
    const std::string policy = shop.header(page, "Content-Security-Policy");
    CHECK(policy.find("default-src 'none'; style-src 'sha256-") == 0);
    CHECK(policy.find("unsafe") == std::string::npos);
    CHECK(shop.header(page, "Referrer-Policy") == "no-referrer");
    CHECK(shop.header(page, "Cache-Control") == "no-store");
    CHECK(shop.header(page, "Content-Type") == "text/html; charset=utf-8");
    CHECK_FALSE(shop.says(page, " style="));
    CHECK_FALSE(shop.says(page, "http://"));
}

TEST_CASE("preferences: what is switched is recorded with the text that was shown",
          "[preferences]") {
    PageShop shop;
    const SubjectId ann = shop.reader("ann@shop.example");
    const std::string path = shop.centre(ann);
    const Page page = shop.get(path);
    const Page saved =
        shop.post(path, shop.choices(page, {"newsletter.sms", "letters.post", "none.email"}));
    CHECK(shop.says(saved, "Your choices are saved."));
    CHECK_FALSE(shop.may(ann)); // unticked
    CHECK(shop.consent.may_process(ann, "newsletter", Channel::sms).allowed);
    CHECK_FALSE(shop.consent.may_process(ann, "newsletter", Channel::email).allowed);
    CHECK(shop.consent.may_process(ann, "letters", Channel::post).allowed);
    const ConsentEvent yes = shop.events(ann, EventKind::granted).back();
    CHECK(yes.evidence.text_version == 1);
    CHECK(yes.evidence.document == "preference centre");
    CHECK(yes.evidence.note.starts_with("text "));
    CHECK(yes.actor.kind == Actor::Kind::subject);
    CHECK(shop.events(ann, EventKind::withdrawn).size() == 1);
    const auto before = shop.consent.history(ann).size();
    shop.post(path, shop.choices(saved, {"newsletter.sms", "letters.post"}));
    CHECK(shop.consent.history(ann).size() == before); // nothing new, nothing recorded
}

TEST_CASE("preferences: an old page takes no withdrawal back", "[preferences]") {
    PageShop shop;
    const SubjectId ann = shop.reader("ann@shop.example");
    const std::string path = shop.centre(ann);
    const Page old = shop.get(path);
    shop.post(shop.unsubscribe_link(ann), "List-Unsubscribe=One-Click");
    shop.clock.advance(1min);
    shop.post(path, shop.choices(old, {"news.email", "letters.post"}));
    CHECK_FALSE(shop.may(ann));
    // Ticked on a page that showed it as off: that is the person's word.
    shop.clock.advance(1min);
    shop.post(path, shop.choices(shop.get(path), {"news.email", "letters.post"}));
    CHECK(shop.may(ann));
}

TEST_CASE("preferences: nobody agrees to words that they did not see", "[preferences]") {
    PageShop shop;
    const SubjectId ann = shop.person("ann@shop.example");
    const std::string path = shop.centre(ann);
    const Page old = shop.get(path);
    CHECK(shop.says(shop.post(path, "action=save&on=news.email"), "out of date"));
    CHECK(shop.says(shop.post(path, "action=save&on=news.email&habeas_shown=k.1.en.0.news=1,.00"),
                    "out of date"));
    Purposes(shop.store).add_text("news", FormShop::words("Now also to our partners.", true));
    const Page again = shop.post(path, shop.choices(old, {"news.email", "letters.post"}));
    CHECK(shop.says(again, "out of date"));
    CHECK(shop.says(again, "Now also to our partners."));
    CHECK_FALSE(shop.may(ann));
    shop.post(path, shop.choices(again, {"news.email", "letters.post"}));
    CHECK(shop.may(ann));
}

TEST_CASE("preferences: a pause lasts until its day, and what was agreed stays", "[preferences]") {
    PageShop shop;
    const SubjectId ann = shop.reader("ann@shop.example");
    const std::string path = shop.centre(ann);
    for (const char* day : {"", "2026-06-01", "2020-01-01", "2027-06-02", "soon", "2026-02-30"}) {
        INFO(day);
        const Page page = shop.post(path, std::string("action=pause&until=") + day);
        CHECK(shop.says(page, "role=\"alert\""));
    }
    CHECK(shop.may(ann));
    const Page paused = shop.post(path, "action=pause&until=2026-06-20");
    CHECK(shop.says(paused, "Paused until"));
    CHECK(shop.consent.may_process(ann, "news", Channel::email).reason == Reason::paused);
    CHECK(shop.says(paused, "value=\"news.email\" checked"));
    shop.clock.advance(1min);
    shop.post(path, "action=pause&until=2026-06-10"); // an earlier end is taken at its word
    shop.clock.advance(24h * 9);
    CHECK(shop.may(ann));
    const std::string anew = shop.centre(ann);
    shop.post(anew, "action=pause&until=2026-07-01");
    CHECK_FALSE(shop.may(ann));
    shop.clock.advance(1min);
    CHECK(shop.says(shop.post(anew, "action=resume"), "The pause is over"));
    CHECK(shop.may(ann));
}

TEST_CASE("preferences: my data and forget me open requests that the link vouches for",
          "[preferences]") {
    PageShop shop;
    const SubjectId ann = shop.reader("ann@shop.example");
    shop.unsubscribe_link(ann);
    const std::string path = shop.message_centre();
    CHECK(shop.says(shop.post(path, "action=data"), "by 1 July 2026"));
    const Page sure = shop.post(path, "action=forget");
    CHECK(shop.says(sure, "value=\"forget_me\""));
    Requests requests(shop.store);
    CHECK(requests.list().size() == 1);
    CHECK(shop.post(path, "action=back").status == 200);
    shop.post(path, "action=forget_me");
    shop.post(path, "action=forget_me");
    const auto all = requests.list();
    REQUIRE(all.size() == 2);
    CHECK(all[1].kind == RequestKind::erasure);
    CHECK(all[1].vouched_by == "the link in message 1");
    CHECK(shop.consent.may_process(ann, "news", Channel::email).reason == Reason::erasure_pending);
}

TEST_CASE("preferences: with a template the identity is asked by mail first", "[preferences]") {
    PageShop shop;
    shop.store.set_setting("request_template", "identity");
    const SubjectId ann = shop.reader("ann@shop.example");
    const Page page = shop.post(shop.centre(ann), "action=forget_me");
    CHECK(shop.says(page, "We have sent a mail"));
    CHECK(shop.may(ann)); // nothing happens before it is confirmed
    const std::string token = shop.token("ann@shop.example");
    CHECK(shop.says(shop.get("/request/" + token), "erasure of your data"));
    CHECK(shop.may(ann));
    CHECK(shop.says(shop.post("/request/" + token, "action=confirm"), "by 1 July 2026"));
    CHECK(shop.consent.may_process(ann, "news", Channel::email).reason == Reason::erasure_pending);
    CHECK(shop.get("/request/" + token).status == 404);
}

TEST_CASE("preferences: a link ends, and is of one person alone", "[preferences]") {
    PageShop shop;
    const SubjectId ann = shop.reader("ann@shop.example");
    const std::string path = shop.centre(ann);
    CHECK(code_of([&] { (void)shop.pages.link(ann, 0s); }) == Errc::invalid);
    CHECK(code_of([&] { (void)shop.pages.link(ann, 24h * 400); }) == Errc::invalid);
    CHECK(code_of([&] { (void)shop.pages.link(SubjectId{999}); }) == Errc::subject_unknown);
    shop.clock.advance(24h * 7);
    CHECK(shop.get(path).status == 410);
    CHECK(shop.post(path, "action=all").status == 410);
    CHECK(shop.may(ann));
    shop.store.set_setting("base_url", "https://shop.example/privacy");
    const std::string below = shop.centre(ann);
    CHECK(below.starts_with("/privacy/preferences/"));
    CHECK(shop.get(below).status == 200);
    CHECK(shop.get(below.substr(8)).status == 200);
}

TEST_CASE("preferences: the page speaks the person's language, and the controller's words",
          "[preferences]") {
    PageShop shop;
    const SubjectId ann = shop.reader("ann@shop.example");
    const std::string path = shop.centre(ann);
    CHECK(shop.says(shop.get(path, "fr;q=0.4, de;q=0.9, xx"), "Ihre Einstellungen"));
    CHECK(shop.says(shop.get(path, "it, *;q=0.5"), "Your preferences"));
    CHECK(shop.says(shop.get(path, "fr-CH"), "Vos préférences"));
    shop.set(ann, "language", "de-AT");
    const Page page = shop.get(path, "en");
    CHECK(shop.says(page, "<html lang=\"de\">"));
    CHECK(shop.says(page, "Die Example GmbH darf mir"));
    PageTexts texts(shop.store);
    texts.set({"preferences.title", "de-AT", "Servus <Ann>"});
    texts.set({"preferences.title", "it", "Le tue preferenze"});
    CHECK(shop.says(shop.get(path), "<h1>Servus &lt;Ann&gt;</h1>"));
    CHECK(shop.says(shop.get(path), "Auswahl speichern")); // the rest as it was
    shop.set(ann, "language", "it");
    CHECK(shop.says(shop.get(path), "Le tue preferenze"));
    CHECK(texts.list().size() == 2);
    texts.set({"preferences.title", "it", ""});
    CHECK(texts.list().size() == 1);
    CHECK(code_of([&] { texts.set({"no.such", "it", "x"}); }) == Errc::not_found);
    CHECK(code_of([&] { texts.set({"preferences.title", "??", "x"}); }) == Errc::invalid);
    CHECK(Definitions(shop.store).to_json().find("Servus") != std::string::npos);
}

TEST_CASE("preferences: every word is there in every language, with the same blanks",
          "[preferences]") {
    PageShop shop;
    PageTexts texts(shop.store);
    const std::regex blank("\\{[a-z]+\\}");
    for (const std::string& key : PageTexts::keys()) {
        std::set<std::set<std::string>> blanks;
        for (const char* language : {"en", "de", "fr"}) {
            const std::string text = texts.words(language).at(key);
            INFO(key << " " << language);
            CHECK_FALSE(text.empty());
            std::set<std::string> found;
            for (std::sregex_iterator at(text.begin(), text.end(), blank), end; at != end; ++at) {
                found.insert(at->str());
            }
            blanks.insert(found);
        }
        CHECK(blanks.size() == 1);
    }
}

TEST_CASE("confirm page: shows what is agreed to in the words that were asked", "[preferences]") {
    PageShop shop;
    const auto sent = shop.sign_up("ann@shop.example");
    const std::string path = "/confirm/" + shop.token("ann@shop.example");
    const Page page = shop.get(path, "de");
    CHECK(page.status == 200);
    CHECK(shop.says(page, "Example GmbH may send me its newsletter"));
    CHECK_FALSE(shop.may(*sent.subject));
    CHECK(shop.post(path, "").status == 200);
    CHECK(shop.may(*sent.subject));
    CHECK(shop.says(shop.get(path), "already"));
    CHECK(shop.get("/confirm/1-00").status == 404);
}

} // namespace preferences_centre_test

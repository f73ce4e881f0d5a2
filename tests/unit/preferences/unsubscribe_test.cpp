// Unsubscribe by link, by one click, and by everything else that comes along.
#include "habeas/erasure.hpp"
#include "unit/preferences/helpers.hpp"

namespace preferences_unsubscribe_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

TEST_CASE("unsubscribe: a GET shows a button and changes nothing", "[preferences]") {
    PageShop shop;
    const SubjectId ann = shop.reader("ann@shop.example");
    const std::string path = shop.unsubscribe_link(ann);
    const Page page = shop.get(path);
    CHECK(page.status == 200);
    CHECK(shop.says(page, "value=\"unsubscribe\""));
    CHECK(shop.says(page, "“news” by e-mail"));
    CHECK_FALSE(shop.says(page, "ann@"));
    CHECK(shop.may(ann));
}

TEST_CASE("unsubscribe: one click of a mail program counts by POST alone (RFC 8058)",
          "[preferences]") {
    PageShop shop;
    const SubjectId ann = shop.reader("ann@shop.example");
    const std::string path = shop.unsubscribe_link(ann);
    CHECK(shop.last_letter.headers.at(0).second.find(path) != std::string::npos);
    const std::string body =
        GENERATE(std::string("List-Unsubscribe=One-Click"),
                 std::string("--b1\r\nContent-Disposition: form-data; "
                             "name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b1--\r\n"),
                 std::string("action=unsubscribe"));
    const Page done = shop.post(path, body);
    CHECK(done.status == 200);
    CHECK(shop.says(done, "You are unsubscribed"));
    CHECK_FALSE(shop.may(ann));
    const auto events = shop.events(ann, EventKind::withdrawn);
    REQUIRE(events.size() == 1);
    CHECK(events[0].purpose == "news");
    CHECK(events[0].channel == Channel::email);
    CHECK(events[0].actor.kind == Actor::Kind::subject);
    CHECK(events[0].evidence.ip == "203.0.113.0");
    CHECK(events[0].evidence.document.starts_with("message 1, "));
    // Again, and again: the same answer, and no more events.
    CHECK(shop.post(path, body).html == done.html);
    CHECK(shop.events(ann, EventKind::withdrawn).size() == 1);
}

TEST_CASE("unsubscribe: a POST that says nothing of it is refused", "[preferences]") {
    PageShop shop;
    const SubjectId ann = shop.reader("ann@shop.example");
    const std::string path = shop.unsubscribe_link(ann);
    for (const char* body : {"", "List-Unsubscribe=Two-Clicks", "action=save", "--", "--\r\n--",
                             "%", "%4", "=&=", "action"}) {
        INFO(body);
        CHECK(shop.post(path, body).status == 400);
    }
    CHECK(shop.post(path, std::string(70'000, 'x')).status == 413);
    std::string many;
    for (int i = 0; i < 2000; ++i) {
        many += "on=1&";
    }
    CHECK(shop.post(path, many).status == 413);
    CHECK(shop.may(ann));
}

TEST_CASE("unsubscribe: a link works when its message is gone, after a new key, and for years",
          "[preferences]") {
    PageShop shop;
    const SubjectId ann = shop.reader("ann@shop.example");
    const std::string path = shop.unsubscribe_link(ann);
    shop.store.engine().db().exec("DELETE FROM outbox_content");
    shop.store.engine().db().exec("DELETE FROM outbox");
    shop.store.rotate_key();
    shop.clock.advance(24h * 365 * 9);
    CHECK(shop.get(path).status == 200);
    CHECK(shop.post(path, "List-Unsubscribe=One-Click").status == 200);
    CHECK(shop.consent.state(ann, "news", Channel::email) == ConsentState::withdrawn);
    shop.clock.advance(24h * 365 * 2);
    CHECK(shop.get(path).status == 410);
}

TEST_CASE("unsubscribe: who was erased since gets the same answer", "[preferences]") {
    PageShop shop;
    const SubjectId ann = shop.reader("ann@shop.example");
    const SubjectId bob = shop.reader("bob@shop.example");
    const std::string gone = shop.unsubscribe_link(ann);
    const std::string there = shop.unsubscribe_link(bob);
    Erasure(shop.store).execute(ann);
    CHECK(shop.get(gone).html == shop.get(there).html);
    const Page done = shop.post(gone, "List-Unsubscribe=One-Click");
    CHECK(done.status == 200);
    CHECK(done.html == shop.post(there, "List-Unsubscribe=One-Click").html);
}

TEST_CASE("unsubscribe: a changed token, or one for another thing, leads nowhere",
          "[preferences]") {
    PageShop shop;
    const SubjectId ann = shop.reader("ann@shop.example");
    const std::string path = shop.unsubscribe_link(ann);
    const std::string token = path.substr(path.rfind('/') + 1);
    REQUIRE(token.size() == 52);
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string other = token;
        other[i] = other[i] == 'A' ? 'B' : 'A';
        CHECK(shop.post("/unsubscribe/" + other, "List-Unsubscribe=One-Click").status == 404);
    }
    CHECK(shop.get("/preferences/" + token).status == 404);
    CHECK(shop.get("/confirm/" + token).status == 404);
    CHECK(shop.get("/request/" + token).status == 404);
    CHECK(shop.get("/unsubscribe/").status == 404);
    CHECK(shop.get("/").status == 404);
    CHECK(shop.get("").status == 404);
    CHECK(shop.get("/unsubscribe/" + token + "A").status == 404);
    const std::string centre = shop.centre(ann);
    CHECK(shop.post("/unsubscribe" + centre.substr(centre.rfind('/')), "List-Unsubscribe=One-Click")
              .status == 404);
    CHECK(shop.may(ann));
    CHECK(shop.get(path + "/?utm=1#x").status == 200);
}

TEST_CASE("unsubscribe: everything at once is an objection to direct marketing", "[preferences]") {
    PageShop shop;
    const SubjectId ann = shop.reader("ann@shop.example");
    shop.record(shop.event(ann, EventKind::granted, "newsletter", Channel::sms));
    shop.clock.advance(1min);
    const std::string path = shop.unsubscribe_link(ann);
    REQUIRE(shop.post(path, "action=all").status == 200);
    CHECK(shop.consent.state(ann, "newsletter", Channel::sms) == ConsentState::withdrawn);
    CHECK(shop.consent.may_process(ann, "letters", Channel::post).reason ==
          Reason::objected_direct_marketing);
    CHECK(shop.consent.may_process(ann, "orders", Channel::email).allowed);
    const auto before = shop.consent.history(ann).size();
    shop.clock.advance(1min);
    shop.post(path, "action=all");
    CHECK(shop.consent.history(ann).size() == before);
}

} // namespace preferences_unsubscribe_test

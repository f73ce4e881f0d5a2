#include "catch.hpp"
#include "habeas/habeas.hpp"
#include "store/engine.hpp"
#include "unit/consent/helpers.hpp"

#include <functional>
#include <set>

namespace requests_requests_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

namespace {

struct Desk : Shop {
    explicit Desk(Where where = memory) : Shop(where), requests(store) {}
    bool may_write(SubjectId id) {
        return Consent(store).may_process(id, "letters", Channel::post).allowed;
    }
    Requests requests;
    SubjectId anna = person("anna@example.org");
};

std::string other_secret(std::string token) {
    token.back() = token.back() == '0' ? '1' : '0';
    return token;
}

} // namespace

TEST_CASE("requests: nothing personal happens before the identity is known", "[requests]") {
    Desk desk;
    RequestId id = desk.requests.open(RequestKind::erasure, desk.anna, "form:forget");
    CHECK(desk.may_write(desk.anna));
    CHECK(code_of([&] { desk.requests.fulfil(id); }) == Errc::denied);
    std::string token = desk.requests.ask_identity(id);
    CHECK(desk.may_write(desk.anna));
    CHECK(code_of([&] { desk.requests.fulfil(id); }) == Errc::denied);
    CHECK(desk.requests.confirm(token) == id);
    Decision decision = Consent(desk.store).may_process(desk.anna, "letters", Channel::post);
    CHECK(decision.reason == Reason::erasure_pending);
    desk.requests.fulfil(id, "done");
    CHECK(code_of([&] { static_cast<void>(Subjects(desk.store).get(desk.anna)); }) == Errc::erased);
    Request closed = desk.requests.get(id);
    CHECK(closed.state == RequestState::fulfilled);
    CHECK(closed.closed_at);
    std::vector<std::string> states;
    for (const RequestStep& step : desk.requests.steps(id)) {
        states.emplace_back(request_state_name(step.state));
        CHECK(step.note.empty()); // what was written went with the person
    }
    CHECK(states ==
          std::vector<std::string>{"received", "identity_asked", "verified", "fulfilled"});
    CHECK(desk.store.verify().ok());
}

TEST_CASE("requests: a token counts once, in time, and only for its request", "[requests]") {
    Desk desk;
    SubjectId ben = desk.person("ben@example.org");
    RequestId id = desk.requests.open(RequestKind::access, desk.anna, "api");
    RequestId other = desk.requests.open(RequestKind::access, ben, "api");
    std::string old = desk.requests.ask_identity(id, 1h);
    std::string token = desk.requests.ask_identity(id, 1h);
    std::string bens = desk.requests.ask_identity(other, 1h);
    CHECK(token != old);
    CHECK_FALSE(desk.requests.confirm(old)); // a newer one replaced it
    for (const std::string& wrong :
         {std::string(), std::string("1"), std::string("1-"), other_secret(token),
          "2" + token.substr(1), token + "0", "-" + token, std::string(70, '1')}) {
        CHECK_FALSE(desk.requests.confirm(wrong));
    }
    CHECK(desk.requests.look_up(token)->id == id);
    CHECK(desk.requests.get(id).state == RequestState::identity_asked); // looking changes nothing
    CHECK(desk.requests.confirm(token) == id);
    CHECK_FALSE(desk.requests.confirm(token));
    CHECK_FALSE(desk.requests.look_up(token));
    desk.clock.advance(1h);
    CHECK_FALSE(desk.requests.confirm(bens));
    desk.store.tick();
    CHECK(desk.requests.get(other).state == RequestState::expired);
    CHECK(desk.requests.get(id).state == RequestState::verified);
}

TEST_CASE("requests: five wrong tokens end the right one", "[requests]") {
    Desk desk;
    RequestId id = desk.requests.open(RequestKind::access, desk.anna, "api");
    std::string token = desk.requests.ask_identity(id);
    for (int i = 0; i < 4; ++i) {
        CHECK_FALSE(desk.requests.confirm(other_secret(token)));
    }
    CHECK(desk.requests.look_up(token));
    CHECK_FALSE(desk.requests.confirm(other_secret(token)));
    CHECK_FALSE(desk.requests.look_up(token));
    CHECK_FALSE(desk.requests.confirm(token));
    CHECK(desk.requests.confirm(desk.requests.ask_identity(id)) == id);
}

TEST_CASE("requests: the store holds no token", "[requests]") {
    Desk desk(TestStore::on_disk);
    RequestId id = desk.requests.open(RequestKind::access, desk.anna, "api");
    std::string token = desk.requests.ask_identity(id);
    VerifyOptions options;
    options.residue = {token.substr(token.find('-') + 1)};
    CHECK(desk.store.verify(options).ok());
    desk.store.rotate_key();
    CHECK(desk.requests.confirm(token) == id); // under the old key
}

TEST_CASE("requests: the host vouches with who and how", "[requests]") {
    Desk desk;
    RequestId id = desk.requests.open(RequestKind::erasure, desk.anna, "api");
    CHECK(code_of([&] { desk.requests.vouch(id, ""); }) == Errc::invalid);
    desk.requests.vouch(id, "signed in at the shop");
    CHECK(desk.requests.get(id).vouched_by == "signed in at the shop");
    CHECK_FALSE(desk.may_write(desk.anna));
    CHECK(code_of([&] { desk.requests.vouch(id, "again"); }) == Errc::invalid);
    CHECK(code_of([&] { desk.requests.refuse(id, ""); }) == Errc::invalid);
    desk.requests.refuse(id, "17(3)(b): invoices of 2025");
    CHECK(desk.requests.get(id).ground == "17(3)(b): invoices of 2025");
    // A refused wish to go is still a wish to hear nothing (it counts as a withdrawal).
    CHECK_FALSE(Consent(desk.store).may_process(desk.anna, "newsletter", Channel::email).allowed);
    CHECK(code_of([&] { desk.requests.fulfil(id); }) == Errc::denied);
}

TEST_CASE("requests: asking again while one is open is the same request", "[requests]") {
    Desk desk;
    RequestId first = desk.requests.open(RequestKind::access, desk.anna, "api");
    CHECK(desk.requests.open(RequestKind::access, desk.anna, "form:x") == first);
    CHECK(desk.requests.open(RequestKind::erasure, desk.anna, "api") != first);
    desk.requests.vouch(first, "by telephone");
    desk.requests.fulfil(first);
    CHECK(desk.requests.open(RequestKind::access, desk.anna, "api") != first);
    RequestQuery open;
    open.open_only = true;
    CHECK(desk.requests.list(open).size() == 2);
    CHECK(desk.requests.list().size() == 3);
    std::string bundle = Export(desk.store).access_json(desk.anna);
    CHECK(bundle.find("\"requests\"") != std::string::npos);
    CHECK(Segments(desk.store).count(R"({"field":"request.access","op":"=","value":"received"})") ==
          1);
    CHECK(Segments(desk.store).count(R"({"field":"request.objection","op":"unset"})") == 1);
    CHECK(code_of([&] {
              static_cast<void>(
                  Segments(desk.store).count(R"({"field":"request.tea","op":"unset"})"));
          }) == Errc::not_found);
}

TEST_CASE("requests: what was open when somebody was erased is closed, and names nobody",
          "[requests]") {
    Desk desk(TestStore::on_disk);
    RequestId wish = desk.requests.open(RequestKind::access, desk.anna, "api");
    RequestId erase = desk.requests.open(RequestKind::erasure, desk.anna, "form:forget");
    desk.requests.vouch(wish, "anna@example.org rang us up");
    static_cast<void>(desk.requests.ask_identity(erase));
    Erasure(desk.store).execute(desk.anna, {});
    CHECK(desk.requests.get(wish).state == RequestState::expired);
    CHECK(desk.requests.get(wish).vouched_by == "host");
    CHECK(desk.requests.get(erase).state == RequestState::fulfilled);
    CHECK_FALSE(desk.requests.get(erase).token_expires_at);
    for (RequestId id : {wish, erase}) {
        CHECK(desk.requests.steps(id).back().state == desk.requests.get(id).state);
        CHECK(desk.requests.steps(id).back().note.empty());
    }
    VerifyOptions options;
    options.residue = {"anna@example.org"};
    CHECK(desk.store.verify(options).ok());
}

TEST_CASE("requests: where it came from is no place for a person's data", "[requests]") {
    Desk desk;
    for (const char* origin : {"", "anna@example.org", "by Anna", "Ännchen"}) {
        CHECK(code_of([&] { desk.requests.open(RequestKind::access, desk.anna, origin); }) ==
              Errc::invalid);
    }
    CHECK(desk.requests.list().empty());
}

TEST_CASE("requests: a step that is not committed has not happened", "[requests]") {
    Desk desk;
    RequestId id = desk.requests.open(RequestKind::erasure, desk.anna, "api");
    std::string token = desk.requests.ask_identity(id);
    {
        Transaction lost = desk.store.transaction();
        CHECK(desk.requests.confirm(token) == id);
        desk.requests.fulfil(id);
    }
    CHECK(desk.requests.get(id).state == RequestState::identity_asked);
    CHECK(desk.requests.steps(id).size() == 2);
    CHECK(desk.may_write(desk.anna));
    CHECK(desk.requests.confirm(token) == id);
    desk.requests.fulfil(id);
    CHECK(desk.store.verify().ok());
}

TEST_CASE("requests: objection, withdrawal and restriction act once they are verified, not before",
          "[requests]") {
    const auto reason_after = [](RequestKind kind, const char* purpose, Channel channel) {
        Desk desk;
        desk.record(desk.anna, EventKind::granted, "newsletter", Channel::email);
        const RequestId id = desk.requests.open(kind, desk.anna, "letter");
        const bool before = Consent(desk.store).may_process(desk.anna, purpose, channel).allowed;
        desk.requests.vouch(id, "signed letter");
        const Decision after = Consent(desk.store).may_process(desk.anna, purpose, channel);
        CHECK(before);
        CHECK_FALSE(after.allowed);
        CHECK(desk.requests.get(id).state == RequestState::verified); // the answer is still due
        return after.reason;
    };
    CHECK(reason_after(RequestKind::withdrawal, "newsletter", Channel::email) ==
          Reason::consent_withdrawn);
    CHECK(reason_after(RequestKind::objection, "letters", Channel::post) ==
          Reason::objected_direct_marketing);
    CHECK(reason_after(RequestKind::restriction, "letters", Channel::post) == Reason::restricted);
}

TEST_CASE("requests: only the transitions that are allowed", "[requests]") {
    using State = RequestState;
    Desk desk;
    const auto fresh = [&](State state) {
        const SubjectId person =
            desk.person("p" + std::to_string(Subjects(desk.store).count()) + "@example.org");
        const RequestId id = desk.requests.open(RequestKind::access, person, "api");
        switch (state) {
        case State::received:
            break;
        case State::identity_asked:
            (void)desk.requests.ask_identity(id);
            break;
        case State::expired:
            (void)desk.requests.ask_identity(id, 1s);
            desk.clock.advance(2s);
            desk.store.tick();
            break;
        case State::refused:
            desk.requests.refuse(id, "not ours");
            break;
        case State::withdrawn:
            desk.requests.withdraw(id);
            break;
        default:
            desk.requests.vouch(id, "signed in");
            if (state == State::in_progress) {
                desk.requests.begin(id);
            } else if (state == State::extended) {
                desk.requests.extend(id, 1, "a lot");
            } else if (state == State::fulfilled) {
                desk.requests.fulfil(id);
            } else if (state == State::partly_fulfilled) {
                desk.requests.fulfil_partly(id, "the rest is a trade secret");
            }
        }
        REQUIRE(desk.requests.get(id).state == state);
        return id;
    };
    struct Act {
        const char* name;
        std::function<void(RequestId)> run;
        std::set<State> from;
    };
    const std::vector<Act> acts{
        {"ask",
         [&](RequestId id) { (void)desk.requests.ask_identity(id); },
         {State::received, State::identity_asked}},
        {"vouch",
         [&](RequestId id) { desk.requests.vouch(id, "x"); },
         {State::received, State::identity_asked}},
        {"begin", [&](RequestId id) { desk.requests.begin(id); }, {State::verified}},
        {"extend",
         [&](RequestId id) { desk.requests.extend(id, 2, "x"); },
         {State::verified, State::in_progress}},
        {"fulfil",
         [&](RequestId id) { desk.requests.fulfil(id); },
         {State::verified, State::in_progress, State::extended}},
        {"fulfil_partly",
         [&](RequestId id) { desk.requests.fulfil_partly(id, "x"); },
         {State::verified, State::in_progress, State::extended}},
        {"refuse",
         [&](RequestId id) { desk.requests.refuse(id, "x"); },
         {State::received, State::identity_asked, State::verified, State::in_progress,
          State::extended}},
        {"withdraw",
         [&](RequestId id) { desk.requests.withdraw(id); },
         {State::received, State::identity_asked, State::verified, State::in_progress,
          State::extended}}};
    for (const Act& act : acts) {
        for (int each = 0; each <= static_cast<int>(State::expired); ++each) {
            const auto state = static_cast<State>(each);
            INFO(act.name << " from " << request_state_name(state));
            const RequestId id = fresh(state);
            const auto before = desk.requests.steps(id);
            bool done = true;
            try {
                act.run(id);
            } catch (const Error&) {
                done = false;
            }
            CHECK(done == act.from.contains(state));
            if (!done) {
                CHECK(desk.requests.get(id).state == state);
                CHECK(desk.requests.steps(id).size() == before.size());
            }
        }
    }
}

TEST_CASE("requests: an answer is due on the controller's calendar, and the urgent come first",
          "[requests]") {
    Desk desk;
    desk.store.set_setting("controller", R"({"name": "Example", "country": "DE"})");
    desk.store.set_setting("time_zone", "Europe/Berlin");
    const auto open_at = [&](const char* at, const char* mail) {
        desk.clock.set(at);
        return desk.requests.open(RequestKind::access, desk.person(mail), "api");
    };
    // 22:30 UTC is the next day in Berlin from 29 March on.
    const RequestId first = open_at("2027-04-01T22:30:00Z", "first@example.org");
    const RequestId second = open_at("2027-04-03T10:00:00Z", "second@example.org");
    const RequestId third = open_at("2027-04-04T10:00:00Z", "third@example.org");
    const auto due = [&](RequestId id) {
        return format_date(desk.requests.deadline(desk.requests.get(id)).answer.answer.due);
    };
    CHECK(due(first) == "2027-05-03"); // received on the 2nd; 2 May is a Sunday
    CHECK(due(second) == "2027-05-03");
    CHECK(due(third) == "2027-05-04");

    desk.requests.vouch(first, "signed in");
    desk.clock.set("2027-05-03T21:59:59Z"); // the last second in Berlin
    CHECK_FALSE(desk.requests.deadline(desk.requests.get(first)).late);
    desk.requests.extend(first, 2, "three archives");
    CHECK(due(first) == "2027-07-02");
    desk.requests.vouch(second, "signed in");
    desk.clock.set("2027-05-03T22:00:00Z");
    CHECK(code_of([&] { desk.requests.extend(second, 2, "three archives"); }) == Errc::denied);
    CHECK(desk.requests.deadline(desk.requests.get(second)).late);
    desk.requests.refuse(third, "not ours");

    RequestQuery urgent;
    urgent.by_urgency = true;
    std::vector<RequestId> order;
    for (const Request& each : desk.requests.list(urgent)) {
        order.push_back(each.id);
    }
    CHECK(order == std::vector<RequestId>{second, first, third});
}

TEST_CASE("requests: a question for identity keeps the date without a pause", "[requests]") {
    Desk desk;
    desk.clock.set("2027-03-02T09:00:00Z");
    const RequestId id = desk.requests.open(RequestKind::access, desk.anna, "api");
    desk.clock.set("2027-03-03T09:00:00Z");
    const std::string token = desk.requests.ask_identity(id, 24h * 30);
    auto deadline = desk.requests.deadline(desk.requests.get(id));
    REQUIRE(deadline.pause);
    CHECK(format_date(deadline.pause->safe) == "2027-04-02");
    CHECK_FALSE(deadline.pause->suspended);
    desk.clock.set("2027-03-10T09:00:00Z");
    REQUIRE(desk.requests.confirm(token));
    deadline = desk.requests.deadline(desk.requests.get(id));
    CHECK(format_date(deadline.pause->suspended.value()) == "2027-04-09");
    CHECK(format_date(deadline.warn) == "2027-04-02");
}

TEST_CASE("requests: somebody who no longer wants to go may be written to again", "[requests]") {
    Desk desk;
    const RequestId id = desk.requests.open(RequestKind::erasure, desk.anna, "api");
    desk.requests.vouch(id, "signed in");
    CHECK_FALSE(desk.may_write(desk.anna));
    desk.clock.advance(1s); // within one instant the stricter holds
    desk.requests.withdraw(id, "by telephone");
    CHECK(desk.ask(desk.anna, "letters", Channel::post) == "OK_LEGITIMATE_INTERESTS");
    CHECK(desk.requests.get(id).state == RequestState::withdrawn);
}

TEST_CASE("requests: who says no again after a new consent is heard again", "[requests]") {
    Desk desk;
    for (const RequestKind kind : {RequestKind::withdrawal, RequestKind::objection}) {
        const RequestId first = desk.requests.open(kind, desk.anna, "letter");
        CHECK(desk.requests.open(kind, desk.anna, "letter") == first); // nobody confirmed it yet
        desk.requests.vouch(first, "signed letter");
        CHECK_FALSE(
            Consent(desk.store).may_process(desk.anna, "newsletter", Channel::email).allowed);
        desk.clock.advance(1h);
        desk.record(desk.anna, EventKind::granted, "newsletter");
        CHECK(Consent(desk.store).may_process(desk.anna, "newsletter", Channel::email).allowed);
        desk.clock.advance(1h);
        const RequestId second = desk.requests.open(kind, desk.anna, "letter");
        CHECK(second != first);
        desk.requests.vouch(second, "signed letter");
        CHECK_FALSE(
            Consent(desk.store).may_process(desk.anna, "newsletter", Channel::email).allowed);
        desk.clock.advance(1h);
        desk.record(desk.anna, EventKind::granted, "newsletter");
    }
    const Identifier stranger{IdentifierKind::email, "", "stranger@example.org"};
    const RequestId first = desk.requests.open_for(RequestKind::objection, stranger, "letter");
    CHECK(desk.requests.open_for(RequestKind::objection, stranger, "letter") == first);
    desk.requests.vouch(first, "signed letter");
    CHECK(desk.requests.open_for(RequestKind::objection, stranger, "letter") != first);
}

TEST_CASE("requests: a restriction that was lifted can be asked for again", "[requests]") {
    Desk desk;
    const RequestId first = desk.requests.open(RequestKind::restriction, desk.anna, "letter");
    desk.requests.vouch(first, "signed letter");
    CHECK_FALSE(desk.may_write(desk.anna));
    CHECK(desk.requests.open(RequestKind::restriction, desk.anna, "letter") == first);
    desk.clock.advance(1h);
    desk.requests.announce_lifting(first, "letter");
    desk.clock.advance(1h);
    desk.requests.lift_restriction(first);
    desk.clock.advance(1h);
    CHECK(desk.may_write(desk.anna));
    desk.clock.advance(1h);
    const RequestId second = desk.requests.open(RequestKind::restriction, desk.anna, "letter");
    CHECK(second != first);
    desk.requests.vouch(second, "signed letter");
    CHECK_FALSE(desk.may_write(desk.anna));
}

TEST_CASE("requests: nothing that was written of somebody unknown or erased stays", "[requests]") {
    Desk desk(TestStore::on_disk);
    const Identifier stranger{IdentifierKind::email, "", "stranger@example.org"};
    const RequestId id = desk.requests.open_for(RequestKind::access, stranger, "letter");
    desk.requests.vouch(id, "passport of Max Quarzmann");
    desk.requests.begin(id, "Max Quarzmann called");
    desk.requests.refuse(id, "Quarzmann is a robot");
    const Request closed = desk.requests.get(id);
    CHECK(closed.vouched_by == "host");
    CHECK(closed.ground.empty());
    for (const RequestStep& step : desk.requests.steps(id)) {
        CHECK(step.note.empty());
    }
    VerifyOptions options;
    options.residue = {"Quarzmann"};
    desk.reopen(); // the log is emptied
    CHECK(desk.store.verify(options).ok());
}

TEST_CASE("requests: an extension is followed by a reminder of its own end", "[requests]") {
    Desk desk;
    const RequestId id = desk.requests.open(RequestKind::access, desk.anna, "letter");
    desk.requests.vouch(id, "signed letter");
    std::size_t told = 0;
    const auto remind = [&] {
        desk.requests.remind(7, [&](const Request&, const RequestDeadline&) { ++told; });
        return told;
    };
    desk.clock.advance(24h * 25);
    CHECK(remind() == 1);
    desk.requests.extend(id, 2, "many letters");
    CHECK(remind() == 1);
    desk.clock.advance(24h * 60);
    CHECK(remind() == 2);
}

TEST_CASE("requests: somebody unknown gets an answer, and nothing about anybody", "[requests]") {
    Desk desk;
    const Identifier stranger{IdentifierKind::email, "", "Stranger@Example.org"};
    const RequestId id = desk.requests.open_for(RequestKind::access, stranger, "form:see");
    CHECK(desk.requests.open_for(RequestKind::access, stranger, "letter") == id);
    Request open = desk.requests.get(id);
    CHECK(open.subject == SubjectId{});
    REQUIRE(open.contact);
    CHECK(open.contact->value == "stranger@example.org");
    CHECK(desk.requests.confirm(desk.requests.ask_identity(id)) == id);
    desk.requests.fulfil(id);
    CHECK_FALSE(desk.requests.get(id).contact); // what was needed for the answer goes
    CHECK(desk.requests.steps(id).back().note == "nothing held");

    const RequestId forget = desk.requests.open_for(RequestKind::erasure, stranger, "form:forget");
    desk.requests.vouch(forget, "signed letter");
    desk.requests.fulfil(forget);
    CHECK(desk.requests.get(forget).state == RequestState::fulfilled);
    CHECK(Subjects(desk.store).count() == 1);
    CHECK(desk.store.verify().ok());

    const Identifier anna{IdentifierKind::email, "", "anna@example.org"};
    CHECK(desk.requests.get(desk.requests.open_for(RequestKind::access, anna, "api")).subject ==
          desk.anna);
    const Identifier number{IdentifierKind::external, "shop", "7"};
    CHECK(code_of([&] { desk.requests.open_for(RequestKind::access, number, "api"); }) ==
          Errc::invalid);
}

TEST_CASE("requests: who becomes known before the identity is confirmed is the person",
          "[requests]") {
    Desk desk;
    const Identifier ben{IdentifierKind::email, "", "ben@example.org"};
    const RequestId id = desk.requests.open_for(RequestKind::erasure, ben, "form:forget");
    const std::string token = desk.requests.ask_identity(id);
    const SubjectId known = desk.person("ben@example.org");
    CHECK(desk.may_write(known));
    CHECK(desk.requests.confirm(token) == id);
    CHECK(desk.requests.get(id).subject == known);
    CHECK_FALSE(desk.requests.get(id).contact);
    CHECK_FALSE(desk.may_write(known));
    desk.requests.fulfil(id);
    CHECK(Subjects(desk.store).count() == 1);
}

TEST_CASE("requests: who objects and is unknown is suppressed, once it is verified", "[requests]") {
    Desk desk;
    const Identifier ben{IdentifierKind::email, "", "ben@example.org"};
    const RequestId id = desk.requests.open_for(RequestKind::objection, ben, "letter");
    CHECK_FALSE(Consent(desk.store).suppressed(ben));
    desk.requests.vouch(id, "signed letter");
    CHECK(Consent(desk.store).suppressed(ben));
    CHECK_FALSE(desk.may_write(desk.person("ben@example.org"))); // an import brings them in
}

TEST_CASE("requests: the address of somebody unknown goes when nobody confirms it", "[requests]") {
    Desk desk;
    const Identifier ben{IdentifierKind::email, "", "ben@example.org"};
    const RequestId id = desk.requests.open_for(RequestKind::access, ben, "form:see");
    static_cast<void>(desk.requests.ask_identity(id, 1s));
    desk.clock.advance(2s);
    desk.store.tick();
    CHECK(desk.requests.get(id).state == RequestState::expired);
    CHECK_FALSE(desk.requests.get(id).contact);
}

TEST_CASE("requests: a restriction ends after the person was told, not before", "[requests]") {
    Desk desk;
    const RequestId id = desk.requests.open(RequestKind::restriction, desk.anna, "letter");
    CHECK(code_of([&] { desk.requests.announce_lifting(id, "by letter"); }) == Errc::invalid);
    desk.requests.vouch(id, "signed letter");
    desk.requests.fulfil(id);
    CHECK_FALSE(desk.may_write(desk.anna));
    CHECK(code_of([&] { desk.requests.lift_restriction(id); }) == Errc::denied);
    CHECK(code_of([&] { desk.requests.announce_lifting(id, ""); }) == Errc::invalid);
    desk.clock.advance(1s);
    desk.requests.announce_lifting(id, "by letter of 2 May");
    CHECK_FALSE(desk.may_write(desk.anna));
    desk.clock.advance(1s);
    desk.requests.lift_restriction(id, "dispute over");
    CHECK(desk.may_write(desk.anna));
    const Request after = desk.requests.get(id);
    CHECK(after.state == RequestState::fulfilled);
    CHECK(after.lifting_announced_at);
    CHECK(after.lifted_at);
    CHECK(code_of([&] { desk.requests.lift_restriction(id); }) == Errc::invalid);
    const RequestId access = desk.requests.open(RequestKind::access, desk.anna, "api");
    CHECK(code_of([&] { desk.requests.lift_restriction(access); }) == Errc::invalid);
    CHECK(desk.store.verify().ok());
}

TEST_CASE("requests: holidays of one's own and of a region count where they are set",
          "[requests]") {
    Desk desk;
    desk.clock.set("2026-07-01T10:00:00Z");
    const RequestId id = desk.requests.open(RequestKind::access, desk.anna, "api");
    const auto due = [&] {
        return format_date(desk.requests.deadline(desk.requests.get(id)).answer.answer.due);
    };
    CHECK(due() == "2026-08-03"); // 1 August is a Saturday
    const std::string rules = R"({"habeas_holidays": 1, "sets": {"DE-XX": {"rules": [
        {"name": "Guild day", "type": "fixed", "month": 8, "day": 3}]}}})";
    desk.requests.set_calendar(rules, {"DE-XX"});
    CHECK(due() == "2026-08-04");
    CHECK(code_of([&] { desk.requests.set_calendar(rules, {"DE"}); }) == Errc::not_found);
    CHECK(code_of([&] { desk.requests.set_calendar("{}", {}); }) == Errc::invalid);
    CHECK(due() == "2026-08-04");
    desk.requests.set_calendar("", {});
    CHECK(due() == "2026-08-03");
}

TEST_CASE("requests: the host is told in time, once, and once more when it is late", "[requests]") {
    Desk desk;
    desk.clock.set("2027-03-02T10:00:00Z");
    const RequestId id = desk.requests.open(RequestKind::access, desk.anna, "api");
    std::vector<std::pair<RequestId, bool>> told;
    const auto tell = [&](const Request& request, const RequestDeadline& when) {
        told.emplace_back(request.id, when.late);
    };
    CHECK(desk.requests.remind(7, tell) == 0);
    desk.clock.set("2027-03-26T10:00:00Z");
    CHECK(desk.requests.due_within(6).empty());
    CHECK(desk.requests.due_within(7).size() == 1);
    CHECK_THROWS_AS(
        desk.requests.remind(7, [](const Request&, const RequestDeadline&) { throw 1; }), int);
    CHECK(desk.requests.remind(7, tell) == 1);
    CHECK(desk.requests.remind(7, tell) == 0);
    desk.clock.set("2027-04-03T10:00:00Z");
    CHECK(desk.requests.remind(7, tell) == 1);
    CHECK(desk.requests.remind(7, tell) == 0);
    CHECK(told == std::vector<std::pair<RequestId, bool>>{{id, false}, {id, true}});
    desk.requests.withdraw(id);
    CHECK(desk.requests.due_within(7).empty());
}

} // namespace requests_requests_test

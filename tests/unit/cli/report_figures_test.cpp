// The figures of the report are those of the library.
#include "catch.hpp"
#include "cli/report/figures.hpp"
#include "consent/decide.hpp"
#include "unit/consent/helpers.hpp"

#include <numeric>
#include <random>

namespace cli_report_figures_test {

using namespace habeas;
using namespace habeas::cli;
using namespace habeas::cli::report;
using namespace habeas::test;

namespace {

const PurposeFigures& of(const Figures& figures, const std::string& code) {
    for (const PurposeFigures& each : figures.purposes) {
        if (each.purpose.code == code) {
            return each;
        }
    }
    FAIL("no purpose " << code);
    return figures.purposes.front();
}

Month month(const std::string& text) {
    return parse_month(text).value();
}

ConsentMonth at(const PurposeFigures& purpose, Channel channel, const std::string& text) {
    return purpose.course.at(channel).at(static_cast<std::size_t>(month(text) - purpose.first));
}

std::string words_of(const ConsentMonth& m) {
    return fmt::format("+{} -{} ={}", m.given, m.ended, m.in_force);
}

void say(Shop& shop, SubjectId who, EventKind kind, const std::string& when,
         const std::string& purpose = "newsletter", Channel channel = Channel::email) {
    ConsentEvent event = Shop::event(who, kind, purpose, channel);
    event.effective_at = parse_time(when);
    shop.record(event);
}

/// The state that the ledger gives at a moment of the past.
ConsentState state_at(Store& store, SubjectId who, const std::string& purpose, Channel channel,
                      Time moment) {
    store::Engine& engine = store.engine();
    store::Engine::Read read(engine);
    consent::Asked asked = consent::ask(engine, purpose, channel, moment, {}, "");
    return consent::decide_from_ledger(engine, asked.purpose, who, asked.question).state;
}

Time end_of(Month each) {
    return parse_time(format_month(each + 1) + "-01") - std::chrono::milliseconds(1);
}

void define_trial(Shop& shop, const std::optional<std::string>& validity = {}) {
    Purpose trial = Shop::purpose("trial", Basis::consent, PurposeKind::marketing,
                                  {Channel::email, Channel::sms});
    trial.validity = validity;
    trial.texts.push_back(Shop::words("Try it."));
    shop.define(trial);
}

/// Everything that can happen to a consent, at random moments of three years.
std::vector<SubjectId> live(Shop& shop, std::mt19937& random, int people) {
    auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    const Time start = parse_time("2023-06-15");
    const auto span = (shop.clock.now() - start).count();
    std::vector<SubjectId> out;
    for (int person = 0; person < people; ++person) {
        out.push_back(shop.person("p" + std::to_string(person) + "@example.com"));
        for (int turn = pick(6); turn > 0; --turn) {
            const EventKind kinds[] = {EventKind::granted,   EventKind::granted,
                                       EventKind::granted,   EventKind::refused,
                                       EventKind::withdrawn, EventKind::expired,
                                       EventKind::requested, EventKind::objected};
            ConsentEvent event = Shop::event(out.back(), kinds[pick(8)]);
            bool sign_up = event.kind == EventKind::granted || event.kind == EventKind::requested;
            bool of_all = event.kind == EventKind::withdrawn || event.kind == EventKind::objected;
            event.purpose = pick(2) ? "newsletter" : "trial";
            if (of_all && pick(3) == 0) {
                event.purpose.clear(); // all purposes
            }
            const Channel channels[] = {Channel::any, Channel::email, Channel::sms};
            event.channel = channels[event.purpose.empty() ? 0 : pick(3)];
            event.scope = event.kind == EventKind::objected ? "direct_marketing" : "";
            event.effective_at =
                start +
                std::chrono::milliseconds(static_cast<std::int64_t>(
                    static_cast<double>(random() % 100000) / 100000.0 * static_cast<double>(span)));
            if (sign_up && pick(6) == 0) {
                event.evidence.expires_at = event.effective_at + std::chrono::hours(24 * pick(400));
            }
            if (event.kind == EventKind::granted && pick(8) == 0) {
                event.evidence.controllers = {"Somebody else"};
            }
            event.evidence.note = pick(9) ? "" : R"("own_controller":false "expires_at":1)";
            shop.record(event);
        }
    }
    return out;
}

} // namespace

TEST_CASE("report: consents begin, are renewed, end and run out in the month they do", "[cli]") {
    Shop shop; // 1 June 2026
    SubjectId ann = shop.person("ann@example.com");
    say(shop, ann, EventKind::granted, "2025-01-10");
    say(shop, ann, EventKind::granted, "2025-03-10"); // renewed: still one consent
    say(shop, ann, EventKind::withdrawn, "2025-05-10");
    SubjectId bob = shop.person("bob@example.com");
    say(shop, bob, EventKind::refused, "2025-02-01");
    say(shop, bob, EventKind::granted, "2025-02-20", "newsletter", Channel::any);
    say(shop, bob, EventKind::withdrawn, "2025-07-01", "", Channel::any);
    SubjectId eve = shop.person("eve@example.com");
    ConsentEvent short_one = Shop::event(eve, EventKind::granted, "newsletter", Channel::email);
    short_one.effective_at = parse_time("2025-01-31T12:00:00Z");
    short_one.evidence.expires_at = parse_time("2025-08-15");
    shop.record(short_one);

    const Figures figures = read_figures(shop.store);
    const PurposeFigures& newsletter = of(figures, "newsletter");
    CHECK(format_month(newsletter.first) == "2025-01");
    CHECK(newsletter.course.at(Channel::email).size() == 18); // to June 2026
    CHECK(words_of(at(newsletter, Channel::email, "2025-01")) == "+2 -0 =2");
    CHECK(words_of(at(newsletter, Channel::email, "2025-02")) == "+1 -0 =3");
    CHECK(words_of(at(newsletter, Channel::email, "2025-03")) == "+0 -0 =3");
    CHECK(words_of(at(newsletter, Channel::email, "2025-05")) == "+0 -1 =2");
    CHECK(words_of(at(newsletter, Channel::email, "2025-07")) == "+0 -1 =1");
    CHECK(words_of(at(newsletter, Channel::email, "2025-08")) == "+0 -1 =0");
    CHECK(words_of(at(newsletter, Channel::email, "2026-06")) == "+0 -0 =0");
    CHECK(words_of(at(newsletter, Channel::sms, "2025-02")) == "+1 -0 =1");
    CHECK(words_of(at(newsletter, Channel::sms, "2025-07")) == "+0 -1 =0");
    CHECK(of(figures, "orders").course.empty());
}

TEST_CASE("report: what lies before the axis begins stays in the sum", "[cli]") {
    Shop shop;
    SubjectId ann = shop.person("ann@example.com");
    SubjectId bob = shop.person("bob@example.com");
    say(shop, ann, EventKind::granted, "2019-01-10");
    say(shop, bob, EventKind::granted, "2019-02-10");
    say(shop, bob, EventKind::withdrawn, "2019-03-10");
    const Figures figures = read_figures(shop.store);
    const auto& course = of(figures, "newsletter").course.at(Channel::email);
    CHECK(course.size() == most_months);
    CHECK(words_of(course.front()) == "+0 -0 =1");
    CHECK(words_of(course.back()) == "+0 -0 =1");

    std::map<Month, Count> by_month{
        {month("2019-01"), 5}, {month("2026-05"), 2}, {month("2026-09"), 1}};
    MonthlyCounts row = to_row(by_month, month("2026-06"));
    CHECK(row.before == 5);
    CHECK(row.counts.size() == most_months);
    CHECK(row.counts[most_months - 2] == 2);
    CHECK(row.counts.back() == 1); // from a clock that was ahead
}

TEST_CASE("report: at the end of every month as many consents are in force as the ledger says",
          "[cli]") {
    for (unsigned seed = 1; seed <= 4; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        Shop shop;
        const char* validity[] = {"P6M", "P1Y2M", "P3W", "P1M2DT3H"};
        define_trial(shop, validity[seed - 1]);
        std::vector<SubjectId> people = live(shop, random, 60);

        const Figures figures = read_figures(shop.store);
        int in_force = 0;
        for (const char* code : {"newsletter", "trial"}) {
            const PurposeFigures& purpose = of(figures, code);
            for (const auto& [channel, course] : purpose.course) {
                for (std::size_t number = 0; number < course.size(); ++number) {
                    Month each = purpose.first + static_cast<Month>(number);
                    Time moment = std::min(end_of(each), shop.clock.now());
                    Count granted = 0;
                    for (SubjectId who : people) {
                        granted += state_at(shop.store, who, code, channel, moment) ==
                                   ConsentState::granted;
                    }
                    CAPTURE(code, channel_name(channel), format_month(each));
                    CHECK(course[number].in_force == granted);
                    in_force += static_cast<int>(granted);
                }
            }
        }
        CHECK(in_force > 100); // it compared something
    }
}

TEST_CASE("report: everybody is counted once for each purpose and channel, by the reason of "
          "may_process",
          "[cli]") {
    Shop shop;
    std::mt19937 random(7);
    define_trial(shop);
    std::vector<SubjectId> people = live(shop, random, 80);
    shop.record(people[3], EventKind::bounced, "", Channel::email, "hard");
    shop.record(people[4], EventKind::erasure_requested);
    Consent(shop.store).suppress({IdentifierKind::email, "", "p5@example.com"}, "objection", "all");

    const Figures figures = read_figures(shop.store);
    CHECK(figures.people == 80);
    int uses = 0;
    for (const PurposeFigures& purpose : figures.purposes) {
        REQUIRE(purpose.uses.size() == purpose.purpose.channels.size());
        for (const UseFigures& use : purpose.uses) {
            std::map<Reason, Count> expected;
            Count allowed = 0;
            for (SubjectId who : people) {
                Decision decision =
                    Consent(shop.store).may_process(who, purpose.purpose.code, use.channel);
                ++expected[decision.reason];
                allowed += decision.allowed;
            }
            CAPTURE(purpose.purpose.code, channel_name(use.channel));
            CHECK(use.people == expected);
            CHECK(use.allowed() == allowed);
            CHECK(use.all() == 80);
            ++uses;
        }
    }
    CHECK(uses == 7);
}

TEST_CASE("report: segments grow by who came in and who left, month by month", "[cli]") {
    Shop shop; // 1 June 2026
    Segments segments(shop.store);
    Segment french;
    french.code = "french";
    french.labels = {{"en", "The French"}};
    french.filter = R"({"field":"country","op":"=","value":"FR"})";
    segments.define(french);
    const SubjectId ann = shop.person("ann@example.com", "FR");
    shop.person("bob@example.com", "FR");
    shop.person("cy@example.com", "AT");
    segments.refresh("french");
    shop.clock.advance(std::chrono::hours(24 * 40)); // July
    segments.remove_member("french", ann);
    shop.clock.advance(std::chrono::hours(24 * 30)); // August
    const Figures figures = read_figures(shop.store);
    REQUIRE(figures.segments.size() == 1);
    const SegmentFigures& found = figures.segments.front();
    CHECK(found.code == "french");
    CHECK(found.labels.at("en") == "The French");
    CHECK(found.members == 1);
    CHECK(found.added.first == month("2026-06"));
    CHECK(found.removed.first == found.added.first);
    CHECK(found.added.counts == std::vector<Count>{2, 0, 0});
    CHECK(found.removed.counts == std::vector<Count>{0, 1, 0});
}

TEST_CASE("report: a campaign is told in the order of its tree, with what came of each step",
          "[cli]") {
    Shop shop;
    Campaigns campaigns(shop.store);
    auto declare = [&](const std::string& events) {
        campaigns.define(R"({"code":"way","sources":{"manual":true},"events":)" + events + "}");
        campaigns.publish("way");
    };
    declare(R"([{"id":"old","action":"add_tag","tag":"old"}])");
    const SubjectId ann = shop.person("ann@example.com", "FR");
    const SubjectId bob = shop.person("bob@example.com", "AT");
    campaigns.enrol("way", ann);
    declare(R"([{"id":"french","condition":{"field":"country","op":"=","value":"FR"},
                 "yes":[{"id":"y","action":"add_tag","tag":"fr"}],
                 "no":[{"id":"n","action":"add_tag","tag":"other"}]},
                {"id":"last","action":"add_tag","tag":"seen"}])");
    campaigns.enrol("way", bob);
    const Figures figures = read_figures(shop.store);
    REQUIRE(figures.campaigns.size() == 1);
    const CampaignFigures& found = figures.campaigns.front();
    CHECK(found.state == CampaignState::published);
    CHECK(found.entered == 2);
    CHECK(found.members == 0);
    std::string told;
    for (const EventFigures& each : found.events) {
        told += fmt::format("{}{} {} {}\n", std::string(static_cast<std::size_t>(each.depth), ' '),
                            each.id, each.what, each.all());
    }
    CHECK(told == "french condition 1\n y add_tag 0\n n add_tag 1\nlast add_tag 1\nold  1\n");
    CHECK(found.events.front().outcomes == std::map<std::string, Count>{{"no", 1}});
}

TEST_CASE("report: a retired purpose is listed and asked nothing", "[cli]") {
    Shop shop;
    shop.person("ann@example.com");
    Purposes(shop.store).retire("letters");
    const Figures figures = read_figures(shop.store);
    CHECK(of(figures, "letters").purpose.retired_at);
    CHECK(of(figures, "letters").uses.empty());
    CHECK_FALSE(of(figures, "orders").uses.empty());
}

TEST_CASE("report: sources and countries are ranked, the rest is summed", "[cli]") {
    Shop shop;
    for (int source = 0; source < 15; ++source) {
        for (int n = 0; n <= source; ++n) {
            SubjectInput input;
            input.source = "form:" + std::to_string(source);
            input.fields["email"] = fmt::format("s{}n{}@example.com", source, n);
            input.fields["country"] = std::string(source % 2 ? "FR" : "DE");
            Subjects(shop.store).create(input);
        }
    }
    shop.person("nobody@example.com", "");
    const Figures figures = read_figures(shop.store);
    REQUIRE(figures.sources.top.size() == 12);
    CHECK(figures.sources.top.front().name == "form:14");
    CHECK(figures.sources.top.front().count == 15);
    CHECK(figures.sources.other_names == 4); // form:0 to form:2, and none
    CHECK(figures.sources.others == 1 + 2 + 3 + 1);
    REQUIRE(figures.countries.top.size() == 3);
    CHECK(figures.countries.top[0].name == "DE");
    CHECK(figures.countries.top[0].count == 64);
    CHECK(figures.countries.top[1].name == "FR");
    CHECK(figures.countries.top[1].count == 56);
    CHECK(figures.countries.top[2].name.empty()); // not known
    CHECK(figures.countries.others == 0);
}

TEST_CASE(
    "report: ledger, chain, suppressions and erasures are those that verify and the API count",
    "[cli]") {
    Shop shop(TestStore::on_disk);
    std::mt19937 random(11);
    define_trial(shop);
    std::vector<SubjectId> people = live(shop, random, 30);
    Erasure(shop.store).execute(people[0]);
    ErasureOptions quiet;
    quiet.suppress = false;
    Erasure(shop.store).execute(std::span<const SubjectId>(people).subspan(1, 3), quiet);
    Consent(shop.store).suppress({IdentifierKind::email, "", "x@example.org"}, "bounce", "all");
    (void)Export(shop.store).access_json(people[9]);
    Export(shop.store).access_zip(people[9], shop.folder.file("bundle.zip"));

    const Figures figures = read_figures(shop.store);
    const VerifyReport verified = shop.store.verify();
    CHECK(verified.ok());
    CHECK(figures.head == verified.head);
    Count acts = std::accumulate(figures.acts.begin(), figures.acts.end(), Count{0},
                                 [](Count sum, const auto& each) { return sum + each.second; });
    CHECK(acts == static_cast<Count>(verified.events));
    CHECK(figures.chain - acts == static_cast<Count>(verified.erased));
    CHECK(figures.chain > acts);
    CHECK(figures.ledger.counts == std::vector<Count>{acts}); // all of one month
    CHECK(figures.acts.at("disclosed") == 2);
    CHECK(figures.people == 26);
    CHECK(figures.erasures.logical == 4);
    CHECK(figures.erasures.physical == 4);
    CHECK(figures.erasures.pending == 0);
    CHECK(figures.erasures.months.counts == std::vector<Count>{4});
    Count suppressed = 0;
    for (const Suppressions& each : figures.suppressions) {
        suppressed += each.count;
    }
    CHECK(suppressed == Consent(shop.store).suppression_count());
    CHECK(suppressed >= 2);
    CHECK(figures.files.all == 1);
    CHECK(figures.files.of_one_person == 1);
    CHECK(figures.files.past_expiry == 0);
    shop.clock.advance(std::chrono::hours(24 * 31));
    CHECK(read_figures(shop.store).files.past_expiry == 1);
}

TEST_CASE("report: an erasure that a reader holds up is pending, and after a day for long",
          "[cli]") {
    Shop shop(TestStore::on_disk);
    SubjectId ann = shop.person("ann@example.com");
    Store reader = Store::open(shop.path(), shop.options());
    {
        Snapshot old = reader.snapshot();
        CHECK(Subjects(reader).count() == 1); // it reads, so it holds the log
        StoreOptions hasty = shop.options();
        hasty.busy_timeout = std::chrono::milliseconds(500);
        Store writer = Store::open(shop.path(), hasty);
        CHECK(Erasure(writer).execute(ann).state == ErasureState::physical_pending);
        ErasureFigures now = read_figures(shop.store).erasures;
        CHECK(now.logical == 1);
        CHECK(now.physical == 0);
        CHECK(now.pending == 1);
        CHECK(now.pending_long == 0);
        shop.clock.advance(std::chrono::hours(25));
        CHECK(read_figures(shop.store).erasures.pending_long == 1);
    }
    shop.store.tick();
    CHECK(read_figures(shop.store).erasures.physical == 1);
    CHECK(read_figures(shop.store).erasures.pending == 0);
}

TEST_CASE("report: requests are counted by kind, and the urgent ones come first", "[cli]") {
    Shop shop;
    Requests requests(shop.store);
    const SubjectId ann = shop.person("ann@example.org");
    shop.clock.set("2027-01-05T10:00:00Z");
    const RequestId old = requests.open(RequestKind::access, ann, "letter");
    requests.vouch(old, "desk");
    shop.clock.set("2027-01-12T10:00:00Z");
    requests.fulfil(old);
    const RequestId late = requests.open(RequestKind::access, ann, "letter");
    requests.open(RequestKind::portability, ann, "letter");
    requests.withdraw(requests.open(RequestKind::objection, ann, "letter"));
    shop.clock.set("2027-02-20T10:00:00Z");
    const RequestId fresh = requests.open(RequestKind::rectification, ann, "letter");
    const Figures figures = read_figures(shop.store);
    REQUIRE(figures.requests.kinds.size() == 4);
    const RequestKindFigures& access = figures.requests.kinds.front();
    CHECK(access.kind == RequestKind::access);
    CHECK((access.open == 1 && access.answered == 1 && access.late == 1));
    CHECK(access.days == std::vector<Count>{7});
    CHECK(figures.requests.kinds.back().ended == 1);
    REQUIRE(figures.requests.open.size() == 3);
    CHECK(figures.requests.open.front().number == static_cast<std::int64_t>(late));
    CHECK(figures.requests.open.front().late);
    CHECK(figures.requests.open.back().number == static_cast<std::int64_t>(fresh));
    CHECK_FALSE(figures.requests.open.back().late);
}

TEST_CASE(
    "report: other places are told with what is open, failing and kept, and holds with people",
    "[cli]") {
    Shop shop;
    DataHolders holders(shop.store);
    CHECK(read_figures(shop.store).holders.empty());
    holders.define(R"({"code":"crm","operations":["export","erase"]})");
    holders.define(R"({"code":"wiki","operations":["export"]})");
    const SubjectId ann = shop.person("ann@example.org");
    const SubjectId bob = shop.person("bob@example.org");
    holders.attach(
        "crm", {{HolderOperation::erase, [](const HolderCall&) {
                     return HolderAnswer{{}, {}, {{"ledger", 1, "GDPR 17(3)(b), tax law", {}}}, {}};
                 }}});
    holders.attach("wiki", {{HolderOperation::export_data, [](const HolderCall&) -> HolderAnswer {
                                 throw std::runtime_error("down");
                             }}});
    holders.ask(bob, HolderOperation::export_data);
    holders.hold(bob, "GDPR 17(3)(e)");
    Erasure(shop.store).execute(ann);
    holders.run();
    const Figures figures = read_figures(shop.store);
    REQUIRE(figures.holders.size() == 2);
    const HolderFigures& crm = figures.holders.front();
    CHECK(crm.name == "crm");
    CHECK((crm.answered == 1 && crm.open == 1 && crm.failing == 0 && crm.keeping == 1));
    const HolderFigures& wiki = figures.holders.back();
    CHECK((wiki.open == 1 && wiki.failing == 1));
    CHECK(wiki.oldest.has_value());
    CHECK(figures.held == 1);
}

} // namespace cli_report_figures_test

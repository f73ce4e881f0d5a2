// Two records become one: what either of them says no to stays a no.
#include "unit/consent/helpers.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>

namespace consent_merge_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

namespace {

struct Pair : Shop {
    Pair() {
        Purpose service =
            purpose("service", Basis::consent, PurposeKind::service, {Channel::email});
        service.texts.push_back(words("We may help you."));
        define(service);
        Purpose profile =
            purpose("profile", Basis::consent, PurposeKind::profiling, {Channel::internal});
        profile.validity = "P6M";
        profile.texts.push_back(words("We may look at what you buy."));
        define(profile);
        Purpose similar =
            purpose("similar", Basis::soft_opt_in, PurposeKind::marketing, {Channel::email});
        similar.own_similar_products = similar.opt_out_in_each_message = true;
        define(similar);
        Purpose research =
            purpose("research", Basis::legitimate_interests, PurposeKind::research, {Channel::web});
        research.balancing_test = true;
        define(research);
        define(purpose("city", Basis::public_task, PurposeKind::service, {Channel::post}));
        define(purpose("audit", Basis::consent, PurposeKind::legal_claims, {Channel::internal}));
        one = person("one@example.com");
        other = person("other@example.com");
    }
    void pause(SubjectId who, std::chrono::hours length, const std::string& code = {}) {
        ConsentEvent each = event(who, EventKind::paused, code);
        each.evidence.expires_at = store.now() + length;
        record(each);
    }
    void merge() {
        clock.advance(1h);
        Subjects(store).merge(one, other);
    }
    SubjectId one{}, other{};
};

} // namespace

TEST_CASE("consent: a merge lets no consent of one record end a block of the other",
          "[consent][merge]") {
    using K = EventKind;
    struct Case {
        const char* reason;
        std::function<void(Pair&)> block;
    };
    const std::vector<Case> cases{
        {"OBJECTED_DIRECT_MARKETING",
         [](Pair& p) { p.record(p.other, K::objected, "", Channel::any, "direct_marketing"); }},
        {"COMPLAINT", [](Pair& p) { p.record(p.other, K::complained); }},
        {"PAUSED", [](Pair& p) { p.pause(p.other, 10'000h); }},
        {"PAUSED", [](Pair& p) { p.pause(p.other, 10'000h, "newsletter"); }},
        {"RESTRICTED", [](Pair& p) { p.record(p.other, K::restricted); }},
        {"CONSENT_WITHDRAWN", [](Pair& p) {
             p.record(p.other, K::erasure_requested);
             p.clock.advance(1h);
             p.record(p.other, K::erasure_refused);
         }}};
    for (const Case& each : cases) {
        for (bool swap : {false, true}) {
            CAPTURE(each.reason, swap);
            Pair pair;
            each.block(pair);
            pair.clock.advance(1h);
            pair.record(pair.one, K::granted, "newsletter");
            if (swap) {
                std::swap(pair.one, pair.other);
            }
            const Time before = pair.store.now();
            pair.merge();
            CHECK(pair.ask(pair.one, "newsletter") == each.reason);
            CHECK(pair.ask(pair.one, "newsletter", Channel::sms) == each.reason);
            DecideOptions then;
            then.at = then.known_at = before;
            CHECK(pair.ask(swap ? pair.other : pair.one, "newsletter", Channel::email, then) ==
                  "OK_CONSENT");
            pair.check_verify();
            pair.clock.advance(1h);
            pair.record(pair.one, K::granted, "newsletter"); // their own word again
            CHECK(pair.ask(pair.one, "newsletter") == "OK_CONSENT");
        }
    }
}

TEST_CASE("consent: a block that a consent of the same record ended stays ended in a merge",
          "[consent][merge]") {
    using K = EventKind;
    Pair pair;
    pair.record(pair.one, K::objected, "", Channel::any, "direct_marketing");
    pair.clock.advance(1h);
    pair.record(pair.one, K::granted, "newsletter");
    pair.clock.advance(1h);
    pair.record(pair.other, K::granted, "profile");
    pair.merge();
    CHECK(pair.ask(pair.one, "newsletter") == "OK_CONSENT");
    // For this one the objection had not been followed by a consent of the same record.
    CHECK(pair.ask(pair.one, "profile", Channel::internal) == "OBJECTED_DIRECT_MARKETING");
}

TEST_CASE("consent: a merge keeps the parts of an objection that the other record had decided",
          "[consent][merge]") {
    using K = EventKind;
    Pair pair;
    for (SubjectId who : {pair.one, pair.other}) {
        pair.record(who, K::objected, "", Channel::any, "legitimate_interests");
    }
    pair.clock.advance(1h);
    pair.record(pair.other, K::objection_overridden, "", Channel::any, "legitimate_interests");
    pair.record(pair.one, K::objected, "", Channel::any, "public_task");
    pair.merge();
    CHECK(pair.ask(pair.one, "research", Channel::web) == "OBJECTED_PENDING");
    CHECK(pair.ask(pair.one, "city", Channel::post) == "OBJECTED_PENDING");
}

TEST_CASE("consent: a merge keeps a block that the other lifted for purposes that come later",
          "[consent][merge]") {
    TestStore bare(TestStore::memory);
    Subjects subjects(bare.store);
    Consent consent(bare.store);
    SubjectInput input;
    input.fields["email"] = std::string("one@example.com");
    SubjectId one = subjects.create(input);
    input.fields["email"] = std::string("other@example.com");
    SubjectId other = subjects.create(input);
    ConsentEvent event = Shop::event(one, EventKind::suppressed);
    event.scope = "all";
    consent.record(event);
    bare.clock.advance(1h);
    consent.record(Shop::event(other, EventKind::unsuppressed));
    bare.clock.advance(1h);
    subjects.merge(one, other);
    Purposes(bare.store)
        .define(
            Shop::purpose("orders", Basis::contract, PurposeKind::transactional, {Channel::email}));
    CHECK(consent.may_process(one, "orders", Channel::email).reason == Reason::suppressed);
}

TEST_CASE("consent: filter by what was known before a merge lists the two as two",
          "[consent][merge]") {
    Pair pair;
    pair.record(pair.other, EventKind::granted, "newsletter");
    pair.record(pair.one, EventKind::complained);
    pair.clock.advance(1h);
    FilterOptions then;
    then.at = then.known_at = pair.store.now();
    pair.merge();
    pair.record(pair.one, EventKind::granted, "newsletter");
    const auto listed = [&](const FilterOptions& options) {
        std::vector<SubjectId> found;
        Consent(pair.store)
            .filter(
                "newsletter", Channel::email,
                [&](SubjectId id, const Decision& decision) {
                    if (decision.allowed) {
                        found.push_back(id);
                    }
                    return true;
                },
                options);
        return found;
    };
    CHECK(listed(then) == std::vector<SubjectId>{pair.other});
    then.known_at = pair.store.now(); // what was recorded later counts, of one record now
    CHECK(listed(then).empty());
    CHECK(listed({}) == std::vector<SubjectId>{pair.one});
}

TEST_CASE("consent: what the other record did minutes ahead of the clock lifts nothing either",
          "[consent][merge]") {
    Pair pair;
    pair.record(pair.one, EventKind::objected, "", Channel::any, "direct_marketing");
    ConsentEvent grant = Pair::event(pair.other, EventKind::granted, "newsletter");
    grant.effective_at = pair.store.now() + 4min;
    pair.record(grant);
    Subjects(pair.store).merge(pair.one, pair.other);
    pair.clock.advance(5min);
    CHECK(pair.ask(pair.one, "newsletter") == "OBJECTED_DIRECT_MARKETING");
}

TEST_CASE("consent: of two pauses the one that no consent ended counts, and so does that of the "
          "purpose",
          "[consent]") {
    Pair pair;
    pair.pause(pair.one, 1000h);
    pair.clock.advance(1h);
    pair.record(pair.one, EventKind::granted, "newsletter");
    pair.record(pair.one, EventKind::granted, "service");
    pair.clock.advance(1h);
    pair.pause(pair.one, 10h);
    CHECK(pair.ask(pair.one, "newsletter") == "PAUSED");
    pair.pause(pair.one, 10h, "service");
    CHECK(pair.ask(pair.one, "service") == "PAUSED");
    pair.clock.advance(11h);
    CHECK(pair.ask(pair.one, "newsletter") == "OK_CONSENT");
    CHECK(pair.ask(pair.one, "service") == "OK_CONSENT");
}

TEST_CASE("consent: a purpose that ended stays ended when the contracts end after it",
          "[consent]") {
    Pair pair;
    pair.record(pair.one, EventKind::basis_ended, "research");
    pair.clock.advance(1h);
    pair.record(pair.one, EventKind::basis_ended);
    CHECK(pair.ask(pair.one, "research", Channel::web) == "BASIS_ENDED");
    CHECK(pair.ask(pair.one, "orders") == "BASIS_ENDED");
    CHECK(pair.ask(pair.one, "city", Channel::post) == "OK_PUBLIC_TASK");
}

namespace {

/// The person said no, or the law does; the other denials lack something, which the other record
/// may have.
bool is_no(Reason reason) {
    switch (reason) {
    case Reason::erasure_pending:
    case Reason::restricted:
    case Reason::suppressed:
    case Reason::hard_bounce:
    case Reason::complaint:
    case Reason::objected_direct_marketing:
    case Reason::objected_pending:
    case Reason::objected:
    case Reason::basis_ended:
    case Reason::consent_refused:
    case Reason::consent_withdrawn:
    case Reason::paused:
        return true;
    default:
        return false;
    }
}

/// Two people with random histories over all kinds of events.
struct Lives : Pair {
    explicit Lives(unsigned seed) : random(seed) {
        for (int i = 0; i < 24; ++i) {
            clock.advance(std::chrono::hours(pick(200)));
            act(pick(2) == 0 ? one : other);
        }
    }
    int pick(int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); }

    void act(SubjectId who) {
        using K = EventKind;
        static const std::vector<K> kinds{K::granted,
                                          K::granted,
                                          K::granted,
                                          K::granted,
                                          K::granted,
                                          K::requested,
                                          K::refused,
                                          K::withdrawn,
                                          K::expired,
                                          K::objected,
                                          K::objected,
                                          K::objection_upheld,
                                          K::objection_overridden,
                                          K::complained,
                                          K::bounced,
                                          K::delivery_reset,
                                          K::paused,
                                          K::paused,
                                          K::resumed,
                                          K::restricted,
                                          K::restriction_notice,
                                          K::restriction_lifted,
                                          K::restriction_lifted,
                                          K::suppressed,
                                          K::unsuppressed,
                                          K::erasure_requested,
                                          K::erasure_refused,
                                          K::erasure_cancelled,
                                          K::basis_fact,
                                          K::basis_fact,
                                          K::basis_ended,
                                          K::basis_resumed};
        static const std::vector<std::string> codes{"newsletter", "newsletter", "service",
                                                    "profile",    "similar",    "letters",
                                                    "research",   "audit"};
        const auto one_of = [&](const auto& from) { return from[random() % from.size()]; };
        ConsentEvent event;
        event.subject = who;
        event.kind = one_of(kinds);
        const bool said = event.kind == K::granted || event.kind == K::requested;
        if (said || event.kind == K::expired || pick(3) == 0) {
            event.purpose = one_of(codes);
        }
        if (!said && event.purpose.empty() && pick(4) == 0) {
            event.channel = pick(2) == 0 ? Channel::email : Channel::post;
        }
        event.effective_at = clock.now() - std::chrono::hours(pick(3) == 0 ? pick(400) : 0);
        if (said) {
            event.evidence.method = "form";
            event.evidence.document = "page";
        }
        if (event.kind == K::paused || (event.kind == K::granted && pick(4) == 0)) {
            event.evidence.expires_at = clock.now() + std::chrono::hours(24 + pick(4000));
        }
        if (event.kind == K::objected) {
            event.scope = one_of(std::vector<std::string>{"direct_marketing",
                                                          "legitimate_interests", "public_task"});
        } else if (event.kind == K::objection_upheld || event.kind == K::objection_overridden) {
            event.scope =
                one_of(std::vector<std::string>{"", "legitimate_interests", "public_task"});
        } else if (event.kind == K::suppressed) {
            event.scope = pick(2) == 0 ? "marketing" : "all";
        } else if (event.kind == K::unsuppressed) {
            event.scope = pick(2) == 0 ? "marketing" : "";
        } else if (event.kind == K::bounced) {
            event.scope = pick(2) == 0 ? "hard" : "soft";
        } else if (event.kind == K::basis_fact) {
            for (const char* key : {"sale_context", "similar_products", "own_products",
                                    "opt_out_offered_at_collection"}) {
                event.data[key] = "true";
            }
        }
        record(event);
    }

    std::mt19937 random;
};

using Answers = std::map<std::pair<std::string, Channel>, Decision>;

Answers ask_all(Store& store, SubjectId who, Time at, std::optional<Time> known_at = {}) {
    Answers out;
    DecideOptions options;
    options.at = at;
    options.known_at = known_at;
    for (const Purpose& purpose : Purposes(store).list()) {
        for (Channel each : purpose.channels) {
            out[{purpose.code, each}] =
                Consent(store).may_process(who, purpose.code, each, options);
        }
    }
    return out;
}

} // namespace

TEST_CASE("consent: a merged record is allowed nothing that either one says no to, now and later",
          "[consent][merge][property]") {
    const char* given = std::getenv("HABEAS_PROPERTY_SEEDS");
    const unsigned seeds = given ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : 60;
    int noes = 0, allowed = 0;
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        CAPTURE(seed);
        Lives lives(seed);
        lives.clock.advance(1h);
        const Time at = lives.store.now();
        const std::vector<Time> times{at, at + 24h, at + 24h * 40, at + 24h * 200};
        std::vector<std::array<Answers, 2>> alone;
        for (Time each : times) {
            alone.push_back(
                {ask_all(lives.store, lives.one, each), ask_all(lives.store, lives.other, each)});
        }
        const Time before = at - 100h;
        const std::array<Answers, 2> past{ask_all(lives.store, lives.one, before, at - 1ms),
                                          ask_all(lives.store, lives.other, before, at - 1ms)};
        Subjects(lives.store).merge(lives.one, lives.other);
        for (std::size_t i = 0; i < times.size(); ++i) {
            for (const auto& [what, merged] : ask_all(lives.store, lives.one, times[i])) {
                CAPTURE(i, what.first, channel_name(what.second));
                bool somebody = false;
                for (const auto side : {0U, 1U}) {
                    const Decision& then = alone[i][side].at(what);
                    CAPTURE(side, then.reason, merged.reason);
                    // A block that a consent of the same record had ended comes back to it alone
                    // when that consent runs out: it was no no at the time of the merge.
                    const Decision& now = alone[0][side].at(what);
                    const bool stood = is_no(now.reason) && now.event == then.event;
                    if (is_no(then.reason) && stood) {
                        ++noes;
                        CHECK_FALSE(merged.allowed);
                    }
                    somebody = somebody || then.allowed;
                }
                allowed += merged.allowed ? 1 : 0;
                // Nothing is allowed that was allowed to neither, but facts of a sale add up.
                if (merged.allowed && i == 0) {
                    CHECK(somebody);
                }
            }
        }
        for (const auto side : {0U, 1U}) {
            const SubjectId who = side == 0 ? lives.one : lives.other;
            for (const auto& [what, then] : ask_all(lives.store, who, before, at - 1ms)) {
                CHECK(then.reason == past[side].at(what).reason);
                CHECK(then.event == past[side].at(what).event);
            }
        }
        lives.check_verify();
    }
    CHECK(noes > 100);
    CHECK(allowed > 50);
}

} // namespace consent_merge_test

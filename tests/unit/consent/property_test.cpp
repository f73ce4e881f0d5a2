// Random lives of a few people: the ready answers are those of the ledger, filter is may_process
// for many, and what was known then stays what was known then.
#include "catch.hpp"
#include "habeas/habeas.hpp"
#include "support/store.hpp"

#include <cstdlib>
#include <map>
#include <random>

namespace consent_property_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

namespace {

/// HABEAS_PROPERTY_SEEDS asks for more lives than the quick run has.
unsigned seeds(unsigned otherwise) {
    const char* given = std::getenv("HABEAS_PROPERTY_SEEDS");
    return given ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : otherwise;
}

const std::vector<Channel> all_channels{Channel::email, Channel::sms, Channel::phone, Channel::post,
                                        Channel::internal};

bool same(const Decision& a, const Decision& b) {
    return a.allowed == b.allowed && a.reason == b.reason && a.event == b.event &&
           a.holds_until == b.holds_until;
}

class World {
  public:
    explicit World(unsigned seed) : random_(seed) {
        declare("newsletter", Basis::consent, PurposeKind::marketing,
                {Channel::email, Channel::sms});
        declare("health", Basis::consent, PurposeKind::service, {Channel::email});
        declare("orders", Basis::contract, PurposeKind::transactional,
                {Channel::email, Channel::post});
        declare("similar", Basis::soft_opt_in, PurposeKind::marketing, {Channel::email});
        declare("letters", Basis::legitimate_interests, PurposeKind::marketing,
                {Channel::post, Channel::phone});
        declare("confirm", Basis::legitimate_interests, PurposeKind::confirmation,
                {Channel::email, Channel::sms});
        declare("canada", Basis::casl_implied, PurposeKind::marketing, {Channel::email});
        for (int i = 0; i < 6; ++i) {
            create();
        }
    }

    int pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
    template <class T>
    const T& one(const std::vector<T>& from) {
        return from[random_() % from.size()];
    }
    Store& store() { return test_.store; }
    Time now() { return test_.clock.now(); }

    void create() {
        SubjectInput input;
        input.fields["email"] = "p" + std::to_string(subjects.size()) + "@example.com";
        if (pick(2) == 0) {
            input.fields["phone"] = "+493012345" + std::to_string(10 + subjects.size());
        }
        if (pick(3) != 0) {
            input.fields["country"] = country();
        }
        subjects.push_back(Subjects(store()).create(input));
    }

    void act(bool merges) {
        test_.clock.advance(std::chrono::hours(pick(300)) + 1ms);
        switch (pick(merges ? 23 : 22)) {
        case 0:
            redefine();
            break;
        case 1:
            add_text();
            break;
        case 2:
        case 3:
            change_profile();
            break;
        case 4:
            Consent(store()).suppress(
                address(),
                one(std::vector<std::string>{"objection", "bounce", "complaint", "erasure"}),
                pick(2) ? "all" : "marketing");
            break;
        case 5:
            Consent(store()).unsuppress(address(), "asked for it on the phone");
            break;
        case 6:
            change_address();
            break;
        case 22:
            merge();
            break;
        default:
            record();
            break;
        }
    }

    std::vector<SubjectId> subjects;
    std::vector<std::string> purposes;

  private:
    void declare(const std::string& code, Basis basis, PurposeKind kind,
                 std::vector<Channel> channels) {
        Purpose purpose;
        purpose.code = code;
        purpose.basis = basis;
        purpose.kind = kind;
        purpose.channels = std::move(channels);
        purpose.balancing_test = true;
        purpose.double_opt_in_validity = "P20D";
        purpose.special_category = code == "health";
        if (code == "newsletter") {
            purpose.validity = "P12M";
        }
        Purposes(store()).define(purpose);
        purposes.push_back(code);
    }

    std::string country() {
        return one(std::vector<std::string>{"DE", "FR", "GB", "CA", "US", "SE"});
    }
    SubjectId somebody() { return subjects[random_() % subjects.size()]; }
    Identifier address() {
        Identifier identifier;
        identifier.value = "p" + std::to_string(pick(9)) + "@example.com"; // some are nobody's
        return identifier;
    }

    void redefine() {
        Purpose purpose = *Purposes(store()).find(one(purposes));
        if (purpose.retired_at) {
            return;
        }
        switch (pick(7)) {
        case 0:
            purpose.validity = pick(2) ? std::optional<std::string>("P6M") : std::nullopt;
            break;
        case 1:
            purpose.retention = "P18M";
            break;
        case 2:
            purpose.aimed_at_children = !purpose.aimed_at_children;
            break;
        case 3:
            purpose.labels["en"] = "Label " + std::to_string(pick(100));
            break;
        case 4:
            purpose.channels = {one(all_channels), Channel::web};
            break;
        case 5:
            purpose.basis = static_cast<Basis>(pick(9));
            break;
        default:
            if (pick(4) == 0) {
                Purposes(store()).retire(purpose.code);
                return;
            }
            purpose.kind = static_cast<PurposeKind>(pick(11));
        }
        Purposes(store()).define(purpose);
    }

    void add_text() {
        Purpose purpose = *Purposes(store()).find(one(purposes));
        if (purpose.retired_at) {
            return;
        }
        TextVersion text;
        text.texts.push_back({"en", "Text " + std::to_string(random_()), "Yes"});
        if (int material = pick(3); material > 0) {
            text.material_change = material == 1;
        }
        Purposes(store()).add_text(purpose.code, text);
    }

    void change_profile() {
        SubjectInput input;
        switch (pick(3)) {
        case 0:
            input.fields["country"] = country();
            break;
        case 1:
            input.fields["recipient_type"] = std::string(pick(2) ? "corporate" : "natural_person");
            break;
        default:
            input.fields["date_of_birth"] = std::to_string(1990 + pick(30)) + "-05-05";
            break;
        }
        Subjects(store()).update(somebody(), input);
    }

    void change_address() {
        SubjectInput input;
        input.fields["email"] = address().value;
        try {
            Subjects(store()).update(somebody(), input);
        } catch (const Error& error) {
            CHECK(error.code() == Errc::exists);
        }
    }

    void record() {
        ConsentEvent event;
        event.subject = somebody();
        event.kind = static_cast<EventKind>(1 + pick(22));
        bool sign_up = event.kind == EventKind::granted || event.kind == EventKind::requested;
        Purpose purpose = *Purposes(store()).find(one(purposes));
        bool named = sign_up || event.kind == EventKind::expired || pick(2) == 0;
        if (named) {
            event.purpose = purpose.code;
        }
        if (pick(2) == 0) {
            event.channel = sign_up ? one(purpose.channels) : one(all_channels);
        }
        if (pick(3) == 0) { // learned late
            event.effective_at = now() - std::chrono::hours(pick(20'000));
        } else if (pick(5) == 0) {
            event.effective_at = now() + std::chrono::minutes(pick(5));
        }
        switch (event.kind) {
        case EventKind::objected:
            event.scope = one(std::vector<std::string>{"direct_marketing", "legitimate_interests",
                                                       "public_task"});
            break;
        case EventKind::suppressed:
            event.scope = pick(2) ? "all" : "marketing";
            break;
        case EventKind::bounced:
            event.scope = pick(3) ? "hard" : "soft";
            break;
        case EventKind::basis_fact:
            facts(event);
            break;
        default:
            break;
        }
        if (sign_up) {
            event.evidence.method = pick(5) ? "form" : "";
            event.evidence.document = pick(2) ? "page" : "";
            event.evidence.explicit_consent = pick(2) == 0;
            event.evidence.preticked = pick(9) == 0;
            event.evidence.parental_authorisation = pick(4) == 0;
            if (!purpose.texts.empty() && pick(2) == 0) {
                event.evidence.text_version = one(purpose.texts).number;
            }
            if (pick(4) == 0) {
                Time from = event.effective_at == Time{} ? now() : event.effective_at;
                event.evidence.expires_at = from + std::chrono::hours(pick(9000));
            }
        }
        Consent(store()).record(event);
    }

    void facts(ConsentEvent& event) {
        for (const char* key : {"sale_context", "similar_products", "own_products",
                                "opt_out_offered_at_collection"}) {
            if (pick(4) != 0) {
                event.data[key] = pick(6) != 0 ? "true" : "false";
            }
        }
        if (pick(2) == 0) {
            event.data["casl_kind"] = pick(2) ? "purchase" : "inquiry";
            event.data["casl_date"] = format_time(now() - std::chrono::hours(pick(10'000)));
        }
        if (event.data.empty() || pick(8) == 0) {
            event.data["retention_until"] = format_time(now() + std::chrono::hours(pick(9000)));
        }
    }

    void merge() {
        if (subjects.size() < 3) {
            return;
        }
        SubjectId keep = somebody();
        SubjectId gone = somebody();
        if (keep != gone) {
            Subjects(store()).merge(keep, gone);
            std::erase(subjects, gone);
        }
    }

    std::mt19937 random_;
    TestStore test_{TestStore::memory, "2024-01-01T00:00:00Z"};
};

std::string show(const Decision& decision) {
    return std::string(reason_code(decision.reason)) + " by event " +
           std::to_string(static_cast<std::int64_t>(decision.event)) + " until " +
           (decision.holds_until ? format_time(*decision.holds_until) : "ever");
}

/// may_process, explain and both forms of filter agree for everybody at that moment.
void compare(World& world, std::optional<Time> at) {
    Consent consent(world.store());
    DecideOptions options;
    options.at = at;
    for (const std::string& purpose : world.purposes) {
        for (Channel channel : all_channels) {
            FilterOptions many;
            many.at = at;
            many.denied_too = true;
            std::map<SubjectId, Decision> everybody;
            consent.filter(
                purpose, channel,
                [&](SubjectId id, const Decision& decision) {
                    everybody[id] = decision;
                    return true;
                },
                many);
            many.denied_too = false;
            std::map<SubjectId, Decision> allowed;
            consent.filter(
                purpose, channel,
                [&](SubjectId id, const Decision& decision) {
                    allowed[id] = decision;
                    return true;
                },
                many);
            std::vector<Decision> listed = consent.filter(world.subjects, purpose, channel, many);
            std::size_t expected = 0;
            for (std::size_t i = 0; i < world.subjects.size(); ++i) {
                SubjectId id = world.subjects[i];
                Decision fast = consent.may_process(id, purpose, channel, options);
                Decision slow = consent.explain(id, purpose, channel, options).decision;
                bool agree = same(fast, slow) && same(everybody[id], slow) &&
                             same(listed[i], slow) && allowed.contains(id) == slow.allowed;
                if (!agree) {
                    FAIL_CHECK("subject "
                               << static_cast<std::int64_t>(id) << ", " << purpose << ", "
                               << channel_name(channel) << ", " << (at ? format_time(*at) : "now")
                               << ": ledger " << show(slow) << "; may_process " << show(fast)
                               << "; filter " << show(everybody[id]) << "; list " << show(listed[i])
                               << "; among the allowed: " << allowed.contains(id));
                }
                expected += slow.allowed ? 1 : 0;
            }
            CHECK(allowed.size() == expected);
            CHECK(everybody.size() == world.subjects.size());
        }
    }
}

void check_verify(World& world) {
    for (const Finding& finding : world.store().verify().findings) {
        CAPTURE(finding.code, finding.message);
        CHECK(finding.severity == Severity::notice);
    }
}

} // namespace

TEST_CASE("consent: ready answers, explanations and filters agree over random lives",
          "[consent][property]") {
    for (unsigned seed = 1; seed <= seeds(2); ++seed) {
        CAPTURE(seed);
        World world(seed);
        for (int round = 0; round < 10; ++round) {
            for (int i = 0; i < 12; ++i) {
                world.act(true);
            }
            compare(world, {});
            compare(world, world.now() - std::chrono::hours(world.pick(9000)));
            compare(world, world.now() + std::chrono::hours(world.pick(9000)));
        }
        check_verify(world);
        world.store().tick();
        compare(world, {});
        check_verify(world);
    }
}

TEST_CASE("consent: what was known at a time is answered the same for ever",
          "[consent][property]") {
    struct Memory {
        SubjectId subject;
        std::string purpose;
        Channel channel;
        DecideOptions options;
        Decision answer;
    };
    for (unsigned seed = 1001; seed <= 1000 + seeds(3); ++seed) {
        CAPTURE(seed);
        World world(seed);
        std::vector<Memory> memories;
        Consent consent(world.store());
        for (int round = 0; round < 12; ++round) {
            for (int i = 0; i < 12; ++i) {
                world.act(false);
            }
            for (int i = 0; i < 40; ++i) {
                Memory memory{world.one(world.subjects),
                              world.one(world.purposes),
                              world.one(all_channels),
                              {},
                              {}};
                memory.options.known_at = world.now();
                memory.options.at = world.now() - std::chrono::hours(world.pick(12'000)) +
                                    std::chrono::hours(world.pick(3000));
                memory.answer = consent.may_process(memory.subject, memory.purpose, memory.channel,
                                                    memory.options);
                memories.push_back(memory);
            }
        }
        for (const Memory& memory : memories) {
            Decision again =
                consent.may_process(memory.subject, memory.purpose, memory.channel, memory.options);
            CAPTURE(memory.purpose, channel_name(memory.channel),
                    static_cast<std::int64_t>(memory.subject), format_time(*memory.options.at),
                    format_time(*memory.options.known_at), show(memory.answer), show(again));
            CHECK(same(memory.answer, again));
            FilterOptions many;
            many.at = memory.options.at;
            many.known_at = memory.options.known_at;
            const std::vector<SubjectId> one{memory.subject};
            CHECK(same(memory.answer,
                       consent.filter(one, memory.purpose, memory.channel, many).front()));
        }
    }
}

} // namespace consent_property_test

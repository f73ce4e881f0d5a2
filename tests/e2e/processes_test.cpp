// Eight processes write and decide at once: nothing is lost, nobody starves, the store verifies.
#include "catch.hpp"
#include "support/store.hpp"

#include "habeas/habeas.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <random>
#include <vector>

using namespace habeas;

namespace {

constexpr int processes = 8;
constexpr int subjects = 64;

struct Tally {
    std::int64_t turns = 0;      ///< committed writes
    std::int64_t increments = 0; ///< of the counted field
    std::int64_t busy = 0;       ///< documented: busy, conflict
    std::int64_t errors = 0;     ///< anything else
    std::int64_t wrong = 0;      ///< a decision that contradicts what this process just recorded
};

std::chrono::seconds duration() {
    const char* text = std::getenv("HABEAS_PROCESSES_SECONDS");
    return std::chrono::seconds(text != nullptr ? std::atoi(text) : 5);
}

void increment(Store& store, SubjectId id, Tally& tally) {
    Subjects api(store);
    const Subject before = api.get(id);
    const auto it = before.fields.find("counter");
    const double old = it == before.fields.end() ? 0.0 : std::get<double>(it->second);
    SubjectInput input;
    input.fields["counter"] = old + 1;
    api.update(id, input, Blank::keep, before.version);
    ++tally.increments;
    ++tally.turns;
}

/// Each process owns the subjects whose number leaves its own remainder, so that it knows their
/// state.
void consent_turn(Store& store, SubjectId own, bool grant, Tally& tally) {
    Consent consent(store);
    ConsentEvent event;
    event.subject = own;
    event.kind = grant ? EventKind::granted : EventKind::withdrawn;
    event.purpose = "newsletter";
    event.channel = Channel::email;
    event.evidence.method = "form";
    event.evidence.text_version = 1;
    consent.record(event);
    ++tally.turns;
    if (consent.may_process(own, "newsletter", Channel::email).allowed != grant) {
        ++tally.wrong;
    }
}

Tally work(const std::string& path, int number, const std::vector<SubjectId>& ids) {
    Tally tally;
    Store store = Store::open(path);
    std::mt19937 random(static_cast<unsigned>(number));
    const auto end = std::chrono::steady_clock::now() + duration();
    while (std::chrono::steady_clock::now() < end) {
        try {
            switch (random() % 4) {
            case 0:
                increment(store, ids[random() % ids.size()], tally);
                break;
            case 1:
                (void)Consent(store).may_process(ids[random() % ids.size()], "newsletter",
                                                 Channel::email);
                break;
            default:
                consent_turn(store,
                             ids[(random() % (subjects / processes)) * processes +
                                 static_cast<std::size_t>(number)],
                             random() % 2 == 0, tally);
            }
        } catch (const Error& e) {
            const bool documented = e.code() == Errc::busy || e.code() == Errc::conflict;
            ++(documented ? tally.busy : tally.errors);
            if (!documented) {
                std::fprintf(stderr, "process %d: %s\n", number, e.what());
            }
        }
    }
    return tally;
}

} // namespace

TEST_CASE("processes: eight write and decide at once, and nothing is lost", "[e2e][processes]") {
    const test::ScratchFolder folder;
    const auto path = folder.file("store.habeas");
    std::vector<SubjectId> ids;
    {
        Store store = Store::create(path);
        Field counter;
        counter.name = "counter";
        counter.type = FieldType::number;
        Fields(store).define(counter);
        Purpose purpose;
        purpose.code = "newsletter";
        purpose.channels = {Channel::email};
        Purposes(store).define(purpose);
        TextVersion text;
        text.texts = {{"en", "We write to you about our offers.", "Yes, write to me"}};
        Purposes(store).add_text("newsletter", text);
        for (int i = 0; i < subjects; ++i) {
            SubjectInput input;
            input.fields["email"] = "person" + std::to_string(i) + "@example.org";
            ids.push_back(Subjects(store).create(input));
        }
    }
    std::array<std::array<int, 2>, processes> pipes{};
    for (int i = 0; i < processes; ++i) {
        auto& pipe = pipes[static_cast<std::size_t>(i)];
        REQUIRE(::pipe(pipe.data()) == 0);
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            const Tally tally = work(path, i, ids);
            const bool sent = ::write(pipe[1], &tally, sizeof tally) == sizeof tally;
            ::_exit(sent ? 0 : 1);
        }
    }
    std::vector<std::int64_t> turns;
    Tally all;
    for (const auto& pipe : pipes) {
        Tally tally;
        REQUIRE(::read(pipe[0], &tally, sizeof tally) == sizeof tally);
        ::close(pipe[0]);
        ::close(pipe[1]);
        turns.push_back(tally.turns);
        all.turns += tally.turns;
        all.increments += tally.increments;
        all.busy += tally.busy;
        all.errors += tally.errors;
        all.wrong += tally.wrong;
    }
    while (::wait(nullptr) > 0) {
    }
    std::sort(turns.begin(), turns.end());
    const auto median = turns[turns.size() / 2];
    WARN("turns " << turns.front() << " to " << turns.back() << ", median " << median << ", in all "
                  << all.turns << "; busy or conflict " << all.busy);
    CHECK(all.errors == 0);
    CHECK(all.wrong == 0);
    CHECK(turns.front() * 2 >= median);

    Store store = Store::open(path);
    double counted = 0;
    for (const auto id : ids) {
        const auto subject = Subjects(store).get(id);
        if (const auto it = subject.fields.find("counter"); it != subject.fields.end()) {
            counted += std::get<double>(it->second);
        }
    }
    CHECK(static_cast<std::int64_t>(counted) == all.increments);
    const auto report = store.verify();
    for (const auto& finding : report.findings) {
        CAPTURE(finding.code, finding.message);
        CHECK(finding.severity == Severity::notice);
    }
}

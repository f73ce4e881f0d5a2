// Eight processes write and decide at once: no error but the documented ones, nothing is lost,
// nobody starves, and the store verifies afterwards.
//
//   e2e_processes [--seconds N] [--seed N] [--durable]
#include "e2e/checks.hpp"
#include "habeas/habeas.hpp"
#include "support/store.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <random>
#include <thread>
#include <utility>
#include <vector>

using namespace habeas;
using namespace habeas::e2e;

namespace {

using Steady = std::chrono::steady_clock;

constexpr int processes = 8;
constexpr int shared = 8;    ///< people whom all change
constexpr int own = 12;      ///< people whom one process alone changes
constexpr int imported = 40; ///< rows of each import

/// What a process says in the end; sent through a pipe.
struct Tally {
    struct Own {
        std::int64_t id = 0, value = 0, events = 0;
        bool granted = false;
    };
    std::int64_t turns = 0, writes = 0;
    std::int64_t busy = 0, conflicts = 0;     ///< documented
    std::int64_t errors = 0;                  ///< any other
    std::int64_t wrong = 0;                   ///< answers that contradict what this process knows
    std::int64_t optimistic = 0, grouped = 0; ///< increments of the two counters
    std::int64_t erased = 0, imports = 0;
    double longest = 0; ///< seconds of the longest turn
    std::array<Own, own> people{};
    std::array<std::int64_t, imported> rows{}; ///< what the last import wrote
    std::array<std::int64_t, 512> victims{};   ///< the first that were erased
};

enum class Move : std::uint8_t {
    add_one,         ///< to a shared counter, by its version
    add_one_grouped, ///< to another, in a transaction
    grant,
    withdraw,
    record_many,
    decide,
    filter,
    filter_all,
    read,
    write,
    import,
    erase,
    change_fields
};

Identifier number(const std::string& value) {
    return {IdentifierKind::external, "test", value};
}

/// Normal: many more turns in the same time, so that the processes meet more often.
Durability durability = Durability::normal;

StoreOptions options() {
    StoreOptions options;
    options.durability = durability;
    return options;
}

void set_up(const std::string& path) {
    Store store = Store::create(path, options());
    for (const char* name : {"counter", "grouped", "value"}) {
        Field field;
        field.name = name;
        field.type = FieldType::number;
        Fields(store).define(field);
    }
    Purpose purpose;
    purpose.code = "newsletter";
    purpose.channels = {Channel::email};
    TextVersion text;
    text.number = 1;
    text.texts = {{"en", "We write to you about our offers.", "Yes, write to me"}};
    purpose.texts = {text};
    Purposes(store).define(purpose);
    for (int i = 0; i < shared; ++i) {
        SubjectInput input;
        input.identifiers = {number("shared-" + std::to_string(i))};
        Subjects(store).create(input);
    }
}

double number_of(const Subject& subject, const std::string& field) {
    const auto found = subject.fields.find(field);
    return found == subject.fields.end() || !std::holds_alternative<double>(found->second)
               ? 0.0
               : std::get<double>(found->second);
}

class Process {
  public:
    Process(const std::string& path, int which, std::uint64_t seed)
        : store_(Store::open(path, options())), which_(which),
          random_(seed * processes + static_cast<std::uint64_t>(which)) {
        for (int i = 0; i < own; ++i) {
            SubjectInput input;
            input.fields["email"] = name("own", i) + "@example.org";
            input.identifiers = {number(name("own", i))};
            tally_.people[static_cast<std::size_t>(i)].id =
                static_cast<std::int64_t>(Subjects(store_).create(input));
        }
        for (int i = 0; i < shared; ++i) {
            shared_.push_back(*Subjects(store_).find(number("shared-" + std::to_string(i))));
        }
    }

    Tally work(Steady::time_point begin, Steady::time_point end) {
        std::this_thread::sleep_until(begin);
        std::vector<Move> deck;
        for (auto now = Steady::now(); now < end;) {
            if (deck.empty()) {
                deck = fresh_deck();
            }
            turn(deck.back());
            deck.pop_back();
            const auto after = Steady::now();
            tally_.longest =
                std::max(tally_.longest, std::chrono::duration<double>(after - now).count());
            now = after;
        }
        return tally_;
    }

  private:
    /// All do the same, each in an order of its own, so that turns can be compared.
    std::vector<Move> fresh_deck() {
        std::vector<Move> deck;
        for (const auto& [move, times] : {std::pair{Move::add_one, 4},
                                          {Move::add_one_grouped, 3},
                                          {Move::grant, 4},
                                          {Move::withdraw, 4},
                                          {Move::record_many, 1},
                                          {Move::decide, 6},
                                          {Move::filter, 2},
                                          {Move::filter_all, 1},
                                          {Move::read, 6},
                                          {Move::write, 3},
                                          {Move::import, 2},
                                          {Move::erase, 3},
                                          {Move::change_fields, 1}}) {
            deck.insert(deck.end(), static_cast<std::size_t>(times), move);
        }
        std::shuffle(deck.begin(), deck.end(), random_);
        return deck;
    }

    void turn(Move move) {
        try {
            go(move);
            ++tally_.turns;
        } catch (const Error& e) {
            if (e.code() == Errc::busy) {
                ++tally_.busy;
            } else if (e.code() == Errc::conflict && move == Move::add_one) {
                ++tally_.conflicts;
                ++tally_.turns;
            } else {
                ++tally_.errors;
                std::printf("process %d, move %d: %s: %s\n", which_, static_cast<int>(move),
                            std::string(errc_name(e.code())).c_str(), e.what());
            }
        }
    }

    void go(Move move) {
        Subjects subjects(store_);
        Consent consent(store_);
        Tally::Own& mine = tally_.people[random_() % own];
        const SubjectId somebody = shared_[random_() % shared];
        switch (move) {
        case Move::add_one: {
            const Subject before = subjects.get(somebody);
            SubjectInput input;
            input.fields["counter"] = number_of(before, "counter") + 1;
            subjects.update(somebody, input, Blank::keep, before.version);
            ++tally_.optimistic;
            ++tally_.writes;
            return;
        }
        case Move::add_one_grouped: {
            auto tx = store_.transaction();
            SubjectInput input;
            input.fields["grouped"] = number_of(subjects.get(somebody), "grouped") + 1;
            subjects.update(somebody, input);
            tx.commit();
            ++tally_.grouped;
            ++tally_.writes;
            return;
        }
        case Move::grant:
        case Move::withdraw:
            decided(mine);
            record(mine, move == Move::grant, 1);
            decided(mine);
            return;
        case Move::record_many:
            record(mine, true, 10);
            return;
        case Move::decide:
            for (const Tally::Own& one : tally_.people) {
                decided(one);
            }
            return;
        case Move::filter:
            filter();
            return;
        case Move::filter_all: {
            std::int64_t last = 0;
            consent.filter("newsletter", Channel::email,
                           [&](SubjectId id, const Decision& decision) {
                               wrong(decision.allowed && static_cast<std::int64_t>(id) > last);
                               last = static_cast<std::int64_t>(id);
                               return true;
                           });
            return;
        }
        case Move::read:
            for (const Tally::Own& one : tally_.people) {
                const Subject subject = subjects.get(SubjectId{one.id});
                wrong(static_cast<std::int64_t>(number_of(subject, "value")) == one.value);
            }
            return;
        case Move::write: {
            SubjectInput input;
            input.fields["value"] = static_cast<double>(mine.value + 1);
            subjects.update(SubjectId{mine.id}, input);
            ++mine.value;
            ++tally_.writes;
            return;
        }
        case Move::import:
            import();
            return;
        case Move::erase:
            erase();
            return;
        case Move::change_fields: {
            Field field;
            field.name = "extra_" + std::to_string(which_);
            Fields fields(store_);
            if (!fields.find(field.name)) {
                fields.define(field);
            } else {
                fields.remove(field.name);
            }
            ++tally_.writes;
            return;
        }
        }
    }

    void wrong(bool holds) { tally_.wrong += holds ? 0 : 1; }
    [[nodiscard]] std::string name(const char* what, int i) const {
        return std::string(what) + "-" + std::to_string(which_) + "-" + std::to_string(i);
    }

    void decided(const Tally::Own& one) {
        wrong(
            Consent(store_).may_process(SubjectId{one.id}, "newsletter", Channel::email).allowed ==
            one.granted);
    }

    void record(Tally::Own& one, bool grant, int times) {
        ConsentEvent event;
        event.subject = SubjectId{one.id};
        event.kind = grant ? EventKind::granted : EventKind::withdrawn;
        event.purpose = "newsletter";
        event.channel = Channel::email;
        event.evidence.method = "form";
        event.evidence.text_version = 1;
        while (store_.now() <= last_instant_) { // at one instant the stricter of two would count
            std::this_thread::sleep_for(std::chrono::microseconds(200));
        }
        event.effective_at = last_instant_ = store_.now();
        const std::vector<ConsentEvent> events(static_cast<std::size_t>(times), event);
        wrong(Consent(store_).record(events).size() == events.size());
        one.events += times;
        one.granted = grant;
        ++tally_.writes;
    }

    void filter() {
        std::vector<SubjectId> ids;
        for (const Tally::Own& one : tally_.people) {
            ids.push_back(SubjectId{one.id});
        }
        ids.push_back(SubjectId{1'000'000'000});
        const auto decisions = Consent(store_).filter(ids, "newsletter", Channel::email);
        for (std::size_t i = 0; i < tally_.people.size(); ++i) {
            wrong(decisions[i].allowed == tally_.people[i].granted);
        }
        wrong(decisions.back().reason == Reason::subject_unknown);
    }

    void import() {
        ++tally_.imports;
        std::string csv = "number,value,first name\r\n";
        for (int i = 0; i < imported; ++i) {
            csv += name("row", i) + "," + std::to_string(tally_.imports) + ",Zoe\r\n";
        }
        ImportOptions options;
        options.columns = {{"number", "external:test", ""},
                           {"value", "value", ""},
                           {"first name", "first_name", ""}};
        try {
            const auto report = Import(store_).contacts_text(csv, options);
            wrong(report.created + report.updated == imported && report.rejected == 0);
        } catch (const Error&) { // busy: one transaction, so nothing was written
            --tally_.imports;
            throw;
        }
        tally_.rows.fill(tally_.imports);
        ++tally_.writes;
    }

    void erase() {
        if (victim_ == SubjectId{}) { // else the erasure was not done, the store was busy
            SubjectInput input;
            input.fields["email"] = "victim-" + std::to_string(which_) + "-" +
                                    std::to_string(++victims_) + "@example.org";
            auto tx = store_.transaction();
            const SubjectId victim = Subjects(store_).create(input);
            ConsentEvent event;
            event.subject = victim;
            event.kind = EventKind::refused;
            event.purpose = "newsletter";
            Consent(store_).record(event);
            tx.commit();
            victim_ = victim;
        }
        const ErasureResult result = Erasure(store_).execute(victim_);
        wrong(!result.already && result.state != ErasureState::logical);
        if (tally_.erased < static_cast<std::int64_t>(tally_.victims.size())) {
            tally_.victims[static_cast<std::size_t>(tally_.erased)] =
                static_cast<std::int64_t>(victim_);
        }
        ++tally_.erased;
        ++tally_.writes;
        try {
            const SubjectId gone = std::exchange(victim_, SubjectId{});
            (void)Subjects(store_).get(gone);
            wrong(false);
        } catch (const Error& e) {
            wrong(e.code() == Errc::erased);
        }
    }

    Store store_;
    int which_;
    std::mt19937_64 random_;
    std::vector<SubjectId> shared_;
    Time last_instant_{};
    SubjectId victim_{};
    int victims_ = 0;
    Tally tally_;
};

/// Runs `work` in a child; what it returns comes through a pipe. The parent has opened no store.
class Child {
  public:
    template <class Work>
    explicit Child(Work work) {
        std::array<int, 2> ends{};
        if (::pipe(ends.data()) != 0 || (pid_ = ::fork()) < 0) {
            throw std::runtime_error("no process could be started");
        }
        if (pid_ == 0) {
            ::close(ends[0]);
            ::_exit(send(ends[1], work) ? 0 : 1);
        }
        ::close(ends[1]);
        from_ = ends[0];
    }
    bool receive(Tally& tally) {
        auto* at = reinterpret_cast<char*>(&tally);
        std::size_t left = sizeof tally;
        while (left > 0) {
            const auto got = ::read(from_, at, left);
            if (got <= 0) {
                break;
            }
            at += got;
            left -= static_cast<std::size_t>(got);
        }
        ::close(from_);
        int status = 0;
        return ::waitpid(pid_, &status, 0) == pid_ && status == 0 && left == 0;
    }

  private:
    template <class Work>
    static bool send(int to, Work work) {
        try {
            const Tally tally = work();
            std::fflush(stdout);
            const auto* at = reinterpret_cast<const char*>(&tally);
            std::size_t left = sizeof tally;
            while (left > 0) {
                const auto sent = ::write(to, at, left);
                if (sent <= 0) {
                    return false;
                }
                at += sent;
                left -= static_cast<std::size_t>(sent);
            }
            return true;
        } catch (const std::exception& e) {
            std::printf("a process failed: %s\n", e.what());
            std::fflush(stdout);
            return false;
        }
    }

    pid_t pid_ = 0;
    int from_ = -1;
};

void check_afterwards(const std::string& path, const std::vector<Tally>& tallies, Checks& checks) {
    Store store = Store::open(path, options());
    Subjects subjects(store);
    std::int64_t optimistic = 0;
    std::int64_t grouped = 0;
    std::int64_t versions = 0;
    for (int i = 0; i < shared; ++i) {
        const Subject subject = subjects.get(*subjects.find(number("shared-" + std::to_string(i))));
        optimistic += static_cast<std::int64_t>(number_of(subject, "counter"));
        grouped += static_cast<std::int64_t>(number_of(subject, "grouped"));
        versions += subject.version - 1;
    }
    std::int64_t expected_optimistic = 0;
    std::int64_t expected_grouped = 0;
    for (std::size_t which = 0; which < tallies.size(); ++which) {
        const Tally& tally = tallies[which];
        expected_optimistic += tally.optimistic;
        expected_grouped += tally.grouped;
        for (const Tally::Own& one : tally.people) {
            const SubjectId id{one.id};
            checks.equal(static_cast<std::int64_t>(number_of(subjects.get(id), "value")), one.value,
                         "a value that one process alone wrote");
            checks.equal(static_cast<std::int64_t>(Consent(store).history(id).size()), one.events,
                         "events of somebody");
            checks.that(Consent(store).may_process(id, "newsletter", Channel::email).allowed ==
                            one.granted,
                        "the last word of somebody is not what is decided");
        }
        for (int i = 0; i < imported && tally.imports > 0; ++i) {
            const auto id =
                subjects.find(number("row-" + std::to_string(which) + "-" + std::to_string(i)));
            checks.that(id && static_cast<std::int64_t>(number_of(subjects.get(*id), "value")) ==
                                  tally.rows[static_cast<std::size_t>(i)],
                        "an imported row is not as its last import");
        }
        for (const std::int64_t victim : tally.victims) {
            if (victim != 0) {
                checks.that(!Erasure(store).receipt(SubjectId{victim}).empty(),
                            "an erasure has no receipt");
            }
        }
    }
    checks.equal(optimistic, expected_optimistic, "increments by version");
    checks.equal(grouped, expected_grouped, "increments in transactions");
    checks.equal(versions, expected_optimistic + expected_grouped, "versions of the shared");
    checks.equal(store.tick().physical_pending, std::uint64_t{0},
                 "erasures that wait although nobody reads");
    const VerifyReport report = store.verify();
    for (const auto& finding : report.findings) {
        checks.that(false, finding.code + ": " + finding.message);
    }
    std::printf("verified: %llu events, %llu erased, %llu ready rows\n",
                static_cast<unsigned long long>(report.events),
                static_cast<unsigned long long>(report.erased),
                static_cast<unsigned long long>(report.ready_rows));
}

int run(const Arguments& arguments) {
    const auto seed = arguments.number("--seed", 1);
    const auto seconds = std::chrono::seconds(arguments.number("--seconds", 30));
    if (arguments.has("--durable")) {
        durability = Durability::full;
    }
    Checks checks;
    const test::ScratchFolder folder;
    const std::string path = folder.file("store.habeas");
    Tally ignored;
    if (!Child([&] {
             set_up(path);
             return Tally{};
         }).receive(ignored)) {
        throw std::runtime_error("the store could not be made");
    }
    const auto begin = Steady::now() + std::chrono::seconds(1);
    std::vector<Child> children;
    for (int which = 0; which < processes; ++which) {
        children.emplace_back(
            [&] { return Process(path, which, seed).work(begin, begin + seconds); });
    }
    std::vector<Tally> tallies(processes);
    for (std::size_t which = 0; which < tallies.size(); ++which) {
        checks.that(children[which].receive(tallies[which]), "a process did not end well");
    }
    std::vector<std::int64_t> turns;
    for (const Tally& t : tallies) {
        std::printf("%lld turns, %lld writes, %lld erased, %lld imports; %lld busy, %lld "
                    "conflicts, %lld errors; the longest turn %.2f s\n",
                    static_cast<long long>(t.turns), static_cast<long long>(t.writes),
                    static_cast<long long>(t.erased), static_cast<long long>(t.imports),
                    static_cast<long long>(t.busy), static_cast<long long>(t.conflicts),
                    static_cast<long long>(t.errors), t.longest);
        checks.equal(t.errors, std::int64_t{0}, "errors that are not documented");
        checks.equal(t.wrong, std::int64_t{0}, "answers that contradict what a process wrote");
        turns.push_back(t.turns);
    }
    std::sort(turns.begin(), turns.end());
    const std::int64_t median = (turns[processes / 2 - 1] + turns[processes / 2]) / 2;
    std::printf("turns: least %lld, median %lld, most %lld\n",
                static_cast<long long>(turns.front()), static_cast<long long>(median),
                static_cast<long long>(turns.back()));
    checks.that(median > 0 && turns.front() * 2 >= median,
                "a process had less than half of the median's turns");
    check_afterwards(path, tallies, checks);
    return checks.finish();
}

} // namespace

int main(int count, char** values) {
    return run_program(count, values, run);
}

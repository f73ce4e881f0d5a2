// A plain copy of yesterday's file is put back: it shows nobody who was erased since, it allows
// nothing that was not allowed a moment before, and no number is given a second time.
//
//   e2e_restore [--people N]
#include "e2e/checks.hpp"
#include "habeas/habeas.hpp"
#include "support/store.hpp"

#include <array>
#include <filesystem>
#include <optional>
#include <set>
#include <vector>

using namespace habeas;
using namespace habeas::e2e;

namespace {

namespace fs = std::filesystem;

constexpr std::array purposes{"newsletter", "offers"}; ///< consent; legitimate interests

/// What somebody did since yesterday. Most did nothing.
enum class Act : std::uint8_t {
    erased,
    erased_in_a_batch,
    erased_after_a_new_address,
    withdrew,
    withdrew_and_consented_again,
    refused,
    objected,
    restricted,
    complained,
    bounced,
    address_suppressed,
    merged, ///< with the next, who had withdrawn
    merged_and_erased,
    nothing
};

struct Person {
    SubjectId id{};
    std::string address;
    Act act = Act::nothing;
    bool erased = false;
    bool gone = false; ///< merged into another
    bool known_yesterday = true;
};

using Allowed = std::set<SubjectId>;

class Town {
  public:
    Town(std::uint32_t size, Checks& checks) : size_(size), checks_(&checks) {
        options_.clock = clock_.clock();
        options_.durability = Durability::normal;
    }

    void run() {
        yesterday();
        {
            Store store = Store::open(path(), options_);
            today(store);
            for (std::size_t i = 0; i < purposes.size(); ++i) {
                allowed_today_[i] = allowed(store, purposes[i]);
            }
        }
        without_the_journal();
        for (int time = 1; time <= 2; ++time) {
            fs::copy_file(folder_.file("yesterday"), path(), fs::copy_options::overwrite_existing);
            Store store = Store::open(path(), options_);
            std::printf("put back: %.1f s\n", watch_.lap());
            nobody_who_was_erased(store);
            nobody_who_said_no(store);
            addresses_unknown_yesterday(store);
            a_thousand_more(store, time);
            std::printf("looked at: %.1f s\n", watch_.lap());
        }
    }

  private:
    [[nodiscard]] std::string path() const { return folder_.file("store.habeas"); }

    Person& create(Store& store, Act act) {
        Person& person = people_.emplace_back();
        person.address = "zq" + std::to_string(people_.size() * 7919) + "kx@example.org";
        person.act = act;
        SubjectInput input;
        input.fields["email"] = person.address;
        person.id = Subjects(store).create(input);
        checks_->that(ids_.insert(person.id).second, "a number was given a second time");
        record(store, person.id, EventKind::granted, "newsletter");
        return person;
    }

    static void record(Store& store, SubjectId id, EventKind kind, const std::string& purpose = {},
                       const std::string& scope = {}) {
        ConsentEvent event;
        event.subject = id;
        event.kind = kind;
        event.purpose = purpose;
        event.scope = scope;
        event.evidence.method = "form";
        event.evidence.text_version = purpose == "newsletter" ? 1 : 0;
        Consent(store).record(event);
    }

    void yesterday() {
        {
            Store store = Store::create(path(), options_);
            Purpose newsletter;
            newsletter.code = "newsletter";
            newsletter.channels = {Channel::email};
            TextVersion text;
            text.number = 1;
            text.texts = {{"en", "Yes, write to me.", "Yes"}};
            newsletter.texts = {text};
            Purposes(store).define(newsletter);
            Purpose offers;
            offers.code = "offers";
            offers.basis = Basis::legitimate_interests;
            offers.balancing_test = true;
            offers.channels = {Channel::post};
            Purposes(store).define(offers);
            auto tx = store.transaction();
            people_.reserve(size_ + 1000);
            for (std::uint32_t i = 0; i < size_; ++i) {
                const std::uint32_t act = i % 40;
                create(store, act < static_cast<std::uint32_t>(Act::nothing) * 2
                                  ? static_cast<Act>(act / 2)
                                  : Act::nothing);
            }
            tx.commit();
        }
        fs::copy_file(path(), folder_.file("yesterday"));
        clock_.advance(std::chrono::hours(24));
        std::printf("%u people: %.1f s\n", size_, watch_.lap());
    }

    void today(Store& store) {
        std::vector<SubjectId> batch;
        const std::size_t before = people_.size();
        {
            auto tx = store.transaction();
            for (std::size_t i = 0; i < before; ++i) {
                act(store, i);
            }
            tx.commit();
        }
        clock_.advance(std::chrono::seconds(1));
        {
            auto tx = store.transaction();
            for (Person& person : people_) {
                if (person.act == Act::withdrew_and_consented_again) {
                    record(store, person.id, EventKind::granted, "newsletter");
                }
            }
            // Some whom yesterday's file never knew.
            for (int i = 0; i < 120; ++i) {
                Person& person = create(store, i % 3 == 0   ? Act::erased
                                               : i % 3 == 1 ? Act::withdrew
                                                            : Act::objected);
                person.known_yesterday = false;
                act(store, people_.size() - 1);
            }
            create(store, Act::erased).known_yesterday = false; // the newest
            tx.commit();
        }
        for (Person& person : people_) {
            if (person.act == Act::erased_in_a_batch) {
                batch.push_back(person.id);
                person.erased = true;
            } else if (person.act == Act::erased || person.erased) {
                Erasure(store).execute(person.id);
                person.erased = true;
            }
        }
        Erasure(store).execute(batch);
        std::printf("today: %.1f s\n", watch_.lap());
    }

    /// All but the erasures themselves.
    void act(Store& store, std::size_t index) {
        Person& person = people_[index];
        if (person.gone) {
            return;
        }
        switch (person.act) {
        case Act::erased_after_a_new_address: {
            SubjectInput input;
            input.fields["email"] = "new-" + person.address;
            Subjects(store).update(person.id, input);
            person.erased = true;
            break;
        }
        case Act::withdrew:
        case Act::withdrew_and_consented_again:
            record(store, person.id, EventKind::withdrawn, "newsletter");
            break;
        case Act::refused:
            record(store, person.id, EventKind::refused, "newsletter");
            break;
        case Act::objected:
            record(store, person.id, EventKind::objected, {}, "direct_marketing");
            break;
        case Act::restricted:
            record(store, person.id, EventKind::restricted);
            break;
        case Act::complained:
            record(store, person.id, EventKind::complained);
            break;
        case Act::bounced:
            record(store, person.id, EventKind::bounced, {}, "hard");
            break;
        case Act::address_suppressed:
            Consent(store).suppress({IdentifierKind::email, "", person.address}, "objection",
                                    "marketing");
            break;
        case Act::merged:
        case Act::merged_and_erased: {
            Person& next = people_[index + 1]; // two in a row do the same
            record(store, next.id, EventKind::withdrawn, "newsletter");
            Subjects(store).merge(person.id, next.id);
            next.gone = true;
            person.erased = next.erased = person.act == Act::merged_and_erased;
            break;
        }
        default:
            break;
        }
    }

    static Channel channel_of(const std::string& purpose) {
        return purpose == "newsletter" ? Channel::email : Channel::post;
    }

    /// By one statement for all, and by one question each: they agree.
    Allowed allowed(Store& store, const std::string& purpose) {
        Allowed out;
        Consent consent(store);
        consent.filter(purpose, channel_of(purpose), [&](SubjectId id, const Decision& decision) {
            checks_->that(decision.allowed, "filter gave somebody who is denied");
            out.insert(id);
            return true;
        });
        for (const Person& person : people_) {
            const bool one = consent.may_process(person.id, purpose, channel_of(purpose)).allowed;
            checks_->that(person.gone || one == out.contains(person.id),
                          "may_process and filter disagree about " + purpose);
        }
        return out;
    }

    /// If somebody says that it does not matter, it all comes back: so it is the journal that
    /// helps.
    void without_the_journal() {
        const test::ScratchFolder alone;
        fs::copy_file(folder_.file("yesterday"), alone.file("store.habeas"));
        fs::copy_file(path() + ".key", alone.file("store.habeas.key"));
        StoreOptions options = options_;
        options.accept_missing_journal = true;
        Store store = Store::open(alone.file("store.habeas"), options);
        std::size_t again = 0;
        Consent(store).filter("newsletter", Channel::email, [&](SubjectId id, const Decision&) {
            again += allowed_today_[0].contains(id) ? 0 : 1;
            return true;
        });
        checks_->that(again > 0, "nobody comes back without the journal: this tests nothing");
        std::printf("without the journal %zu would be written to again\n", again);
    }

    static std::optional<Errc> get(Store& store, SubjectId id) {
        try {
            (void)Subjects(store).get(id);
        } catch (const Error& e) {
            return e.code();
        }
        return std::nullopt;
    }

    void nobody_who_was_erased(Store& store) {
        VerifyOptions look;
        std::set<std::string> erased;
        std::uint64_t count = 0;
        for (const Person& person : people_) {
            if (!person.erased) {
                checks_->that(!person.known_yesterday || !get(store, person.id),
                              "somebody who was not erased is gone");
                continue;
            }
            ++count;
            erased.insert(std::to_string(static_cast<std::int64_t>(person.id)));
            look.residue.push_back(person.address.substr(0, person.address.find('@')));
            checks_->that(get(store, person.id) == Errc::erased, "an erased number answers");
            checks_->that(!Subjects(store).find({IdentifierKind::email, "", person.address}),
                          "an erased address is found");
            checks_->that(Consent(store).suppressed({IdentifierKind::email, "", person.address}),
                          "an erased address is not on the list");
            checks_->that(!Erasure(store).receipt(person.id).empty(), "a receipt is missing");
        }
        for (const char* view : {"SELECT id FROM v_subject", "SELECT subject_id FROM v_identifier",
                                 "SELECT subject_id FROM v_event WHERE subject_id IS NOT NULL",
                                 "SELECT subject_id FROM v_consent"}) {
            store.query(view, {}, [&](const auto&, const auto& values) {
                checks_->that(!erased.contains(values[0].value_or("")),
                              "an erased person is in a view");
                return true;
            });
        }
        store.tick();
        const VerifyReport report = store.verify(look);
        bool named = false;
        for (const auto& finding : report.findings) {
            named = named || finding.code == "older_file";
            checks_->that(finding.severity == Severity::notice,
                          finding.code + ": " + finding.message);
        }
        checks_->that(named, "verify does not name the older file");
        std::printf("%llu erased: nobody is there\n", static_cast<unsigned long long>(count));
    }

    void nobody_who_said_no(Store& store) {
        for (std::size_t i = 0; i < purposes.size(); ++i) {
            const Allowed now = allowed(store, purposes[i]);
            for (const Person& person : people_) {
                const bool today = allowed_today_[i].contains(person.id);
                const bool restored = now.contains(person.id);
                checks_->that(!restored || today, std::string(purposes[i]) +
                                                      ": somebody is allowed again, act " +
                                                      std::to_string(static_cast<int>(person.act)));
                checks_->that(restored || person.act != Act::nothing,
                              std::string(purposes[i]) + ": somebody who did nothing is denied");
            }
            std::printf("%s: %zu allowed before, %zu with yesterday's file\n", purposes[i],
                        allowed_today_[i].size(), now.size());
        }
    }

    /// Imported again, they meet what they said.
    void addresses_unknown_yesterday(Store& store) {
        auto tx = store.transaction(); // not committed
        for (const Person& person : people_) {
            if (person.known_yesterday || person.erased) {
                continue;
            }
            checks_->that(get(store, person.id) == Errc::subject_unknown,
                          "somebody whom the file never knew is there");
            SubjectInput input;
            input.fields["email"] = person.address;
            const SubjectId again = Subjects(store).create(input);
            Consent consent(store);
            if (person.act == Act::withdrew) {
                checks_->that(consent.state(again, "newsletter", Channel::email) ==
                                  ConsentState::withdrawn,
                              "a withdrawal is forgotten");
            } else {
                checks_->that(!consent.may_process(again, "offers", Channel::post).allowed,
                              "an objection is forgotten");
            }
        }
    }

    void a_thousand_more(Store& store, int time) {
        auto tx = store.transaction();
        for (int i = 0; i < 1000; ++i) {
            SubjectInput input;
            input.fields["email"] = "more" + std::to_string(time * 1000 + i) + "@example.org";
            checks_->that(ids_.insert(Subjects(store).create(input)).second,
                          "a number was given a second time");
        }
        tx.commit();
    }

    std::uint32_t size_;
    Checks* checks_;
    test::ScratchFolder folder_;
    test::TestClock clock_;
    StoreOptions options_;
    std::vector<Person> people_;
    std::set<SubjectId> ids_; ///< all that were ever given
    std::array<Allowed, purposes.size()> allowed_today_;
    Stopwatch watch_;
};

} // namespace

int main(int count, char** values) {
    return run_program(count, values, [](const Arguments& arguments) {
        Checks checks;
        Town(static_cast<std::uint32_t>(arguments.number("--people", 2000)), checks).run();
        return checks.finish();
    });
}

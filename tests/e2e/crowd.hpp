// A store full of people with canaries in every field, and connections that change them at random.
#pragma once

#include "e2e/canary.hpp"
#include "e2e/checks.hpp"
#include "habeas/habeas.hpp"
#include "store/engine.hpp"
#include "support/store.hpp"

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace habeas::e2e {

struct Size {
    std::uint32_t people = 2000;
    std::uint32_t operations = 10'000;
    std::uint64_t seed = 1;
    bool vfs = true;      ///< false: SQLite's own VFS in place of ours
    bool threads = false; ///< each connection in its thread, not in turns by the seed
};

/// Where a person has canaries: the first are fields, in the order of field_places().
enum Place : std::uint8_t {
    email,
    phone,
    first_name,
    last_name,
    member, ///< unique: an index has it too
    remark,
    story, ///< longtext, over overflow pages
    page,
    score,
    limit_,
    diagnosis, ///< sealed
    other_mail,
    other_phone,
    extra, ///< of the field that the connection has defined and will drop
    fields_end,
    external = fields_end,
    source,
    role, ///< in the organisation
    interest,
    places_end
};

/// Evidence of one event: document, form, submission, user agent, note.
using EventCanaries = std::array<CanaryId, 5>;

struct Person {
    SubjectId id{};
    bool erased = false;
    bool nobody = false;      ///< stands for rows that were refused or rolled back
    std::uint32_t merged = 0; ///< index of the person who survived, 0: none
    std::array<CanaryId, places_end> at{};
    OrganisationId organisation{};
    std::vector<EventCanaries> events;
    std::vector<CanaryId> more;    ///< identifiers that are in no field
    std::vector<CanaryId> reasons; ///< given as actor
    std::string choice;            ///< of the multiselect
    [[nodiscard]] bool living() const { return !erased && !nobody && merged == 0; }
};

/// A connection, and the people whom it alone changes.
class Connection {
  public:
    Connection(const std::string& path, const StoreOptions& options, bool vfs, bool create);
    [[nodiscard]] store::Engine& engine() { return store_ ? store_->engine() : *engine_; }

    Random random;
    std::uint32_t number = 0; ///< 0 to 3
    std::deque<Person> people;
    std::string extra_field; ///< empty: none now
    std::uint32_t turns = 0, done = 0;

  private:
    std::optional<Store> store_; ///< as a host opens it
    std::unique_ptr<store::Engine> engine_;
};

class Crowd {
  public:
    static constexpr std::uint32_t connections = 4;

    Crowd(const Size& size, Checks& checks);

    void populate();
    /// At least this many updates, inserts and deletes.
    void churn(std::uint32_t operations);
    /// Some turns of one connection, while the others wait.
    void turns(Connection& at, int count);
    /// A living person, chosen by the seed.
    Person& anyone();
    void erased(Person& person);

    [[nodiscard]] Connection& connection(std::size_t number) { return *connections_[number]; }
    [[nodiscard]] Connection& any_connection() { return connection(random_() % connections); }
    [[nodiscard]] std::string folder(const char* name) const;
    [[nodiscard]] const test::ScratchFolder& scratch() const { return folder_; }
    [[nodiscard]] test::TestClock& clock() { return clock_; }
    [[nodiscard]] Canaries& canaries() { return canaries_; }
    [[nodiscard]] const StoreOptions& options() const { return options_; }
    [[nodiscard]] std::string path() const { return folder_.file("store.habeas"); }
    [[nodiscard]] Random& random() { return random_; }
    [[nodiscard]] Checks& checks() { return *checks_; }

    /// Everything about the living is what was written last, read through the API.
    void check_the_living();
    /// The person whom a canary is about now: the one who survived a merge.
    [[nodiscard]] const Person& owner_of(CanaryId id) const;
    [[nodiscard]] std::uint32_t done() const;
    [[nodiscard]] std::uint64_t living() const;

  private:
    friend class Turn;
    void define();
    void check(Connection& at, const Subject& found, const Person& person);
    void check_ledger(Connection& at, const Person& person);
    [[nodiscard]] Value value(Place place, CanaryId id) const;

    Size size_;
    Checks* checks_;
    test::ScratchFolder folder_;
    test::TestClock clock_;
    StoreOptions options_;
    Random random_;
    Canaries canaries_;
    std::vector<std::unique_ptr<Connection>> connections_;
    std::vector<OrganisationId> organisations_;
    std::int64_t interests_field_ = 0; ///< its number in the rows of its choices
};

} // namespace habeas::e2e

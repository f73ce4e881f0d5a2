// Rows: campaigns, who is on the way, and steps.
#pragma once

#include "campaigns/definition.hpp"
#include "segments/filter.hpp"
#include "store/engine.hpp"

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace habeas::campaigns {

struct Campaign {
    std::int64_t id = 0;
    std::string code;
    std::int32_t version = 0; ///< the latest
    CampaignState state = CampaignState::draft;
    std::string pause_reason;
    std::optional<Time> published_at;
    std::int64_t failed = 0;
    std::shared_ptr<const Definition> definition; ///< of the latest version
    [[nodiscard]] bool open_at(Time now) const;   ///< published, and within its window
};
/// Errc::not_found.
Campaign load(store::Engine& engine, const std::string& code);
std::vector<Campaign> load_all(store::Engine& engine);
/// Published ones, whatever their window. Cheap where there are none.
std::vector<Campaign> published(store::Engine& engine);
std::shared_ptr<const Definition> definition_of(store::Engine& engine, std::int64_t campaign,
                                                std::int32_t version);

struct Member {
    std::int64_t id = 0, subject = 0, campaign = 0, reference = 0;
    std::int32_t version = 0;
};
struct Step {
    Member member;
    std::string event;
    std::int64_t round = 1;
    std::string state;
    std::string waits_for;
    std::optional<std::int64_t> due_at, deadline;
    std::int64_t reached_at = 0;
    std::int64_t attempts = 0;
    /// Of what is done outside of the store: random and stable.
    [[nodiscard]] std::string key() const;
};

/// One transaction's work: its time, what it counts, filters compiled for it.
class Work {
  public:
    /// In a Write. `at`: the time that steps are due by.
    Work(store::Engine& on, Time at) : engine(on), now(at) {}
    store::Engine& engine;
    Time now;
    Simulation* simulation = nullptr; ///< nothing goes out; each step is told here
    std::size_t limit = 0;            ///< of the simulation
    CampaignRunReport report;
    std::set<std::int64_t> touched; ///< subjects whose steps may no longer be as they were read
    std::vector<HostCall> calls;    ///< to be made after the commit, with their steps
    std::vector<Step> called;

    [[nodiscard]] std::int64_t ms() const { return now.time_since_epoch().count(); }
    bool matches(const std::string& filter, std::int64_t subject);
    void forget_filters() { filters_.clear(); }
    [[nodiscard]] segments::Today today();
    void count(std::int64_t campaign, const std::string& event, const std::string& outcome,
               std::int64_t by = 1);
    void tell(const Campaign& campaign, std::int64_t subject, const std::string& event,
              std::string what, std::string outcome);
    void write_counts(); ///< before the commit
    [[nodiscard]] std::size_t counted() const { return counts_.size(); }
    void forget_counts(std::size_t from) { counts_.resize(from); } ///< what was rolled back

  private:
    std::map<std::string, segments::Filter> filters_;
    struct Count {
        std::int64_t campaign;
        std::string event, outcome;
        std::int64_t by;
    };
    std::vector<Count> counts_; ///< as they came
};

/// Puts a member before an event. Nothing happens if it has been there in this round.
void place(Work& work, const Member& member, const Event& event, std::int64_t round);
/// The step is over; outcomes begin with a word that is counted.
void finish(Work& work, const Step& step, const char* state, const std::string& outcome);
/// A member with nothing more to come is done.
void close_if_done(Work& work, const Member& member);

/// Comes in, with the first steps.
void enter(Work& work, const Campaign& campaign, std::int64_t subject, const char* origin);
/// Subjects by number, both ends among them.
struct Range {
    std::int64_t first = 0, last = std::numeric_limits<std::int64_t>::max();
};
/// Of these subjects: those in a source segment come in, those in none go. At most `limit` each;
/// returns the subject to go on with where that was too few.
std::optional<std::int64_t> follow_sources(Work& work, const Campaign& campaign, Range subjects,
                                           std::size_t limit);
/// Stops what is pending; what waits for a person's confirmation of a request goes on.
void stop_pending(Work& work, std::int64_t member, const std::string& outcome, bool requests_too);

} // namespace habeas::campaigns

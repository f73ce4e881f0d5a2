// Campaigns: published rules that do something about subjects, step by step, once and only once.
#pragma once

#include "habeas/consent.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas {

enum class CampaignState : std::uint8_t {
    draft,
    published,
    paused, ///< by hand, or because its steps failed too often
    retired ///< what was pending is stopped, for good
};
std::string_view campaign_state_name(CampaignState state) noexcept;

struct CampaignInfo {
    std::string code;
    CampaignState state = CampaignState::draft;
    std::int32_t version = 0;
    std::string definition;   ///< JSON, as declared
    std::string pause_reason; ///< names the event and the error where it paused by itself
    std::optional<Time> published_at;
    std::int64_t members = 0; ///< who are on their way
    std::int64_t pending = 0; ///< steps that wait or are due
    std::int64_t failed = 0;  ///< steps that were tried too often since it was published
};

/// What persons do. A decision of a campaign waits for one of the first three.
enum class SignalKind : std::uint8_t {
    opened,   ///< a message; the key is the code of its template
    clicked,  ///< a link in a message; the key is the code of its template
    submitted ///< a form; the key is its code
};
std::string_view signal_kind_name(SignalKind kind) noexcept;
std::optional<SignalKind> signal_kind(std::string_view name) noexcept;

/// What a host is asked to do by an event "call_host". It is called outside of transactions. After
/// a crash it may see a step again, always with the same key. An exception: not done, try later.
struct HostCall {
    std::string key; ///< idempotency key: random, stable, no personal data
    std::string name;
    SubjectId subject{};
    std::string campaign, event;
    std::string data; ///< JSON object of the definition
};
using HostCallback = std::function<void(const HostCall&)>;

struct CampaignRunOptions {
    /// What is due by then; empty: the store's clock. Not ahead of it: simulate looks ahead.
    std::optional<Time> now;
    std::string campaign;        ///< only this one; empty: all
    std::size_t limit = 100'000; ///< steps at most
    std::size_t batch = 250;     ///< steps in one transaction
    Progress progress;           ///< between transactions
};
struct CampaignRunReport {
    std::uint64_t enrolled = 0, left = 0;
    std::uint64_t done = 0;    ///< steps carried out, those that were refused among them
    std::uint64_t skipped = 0; ///< of restricted subjects
    std::uint64_t failed = 0;  ///< attempts that failed; each is tried again or has failed for good
    std::uint64_t host_calls = 0;
    std::vector<std::string> paused; ///< campaigns that paused
    bool more = false;               ///< the limit was reached, and there is more to do
};

/// One step as it would be.
struct SimulatedStep {
    Time at{};
    SubjectId subject{};
    std::string campaign, event;
    std::string what; ///< "send_message news", "condition", "opened", "enrolled"
    std::string
        outcome; ///< "done", "queued", "refused CONSENT_WITHDRAWN", "yes", "no", "waits", ...
    bool operator==(const SimulatedStep&) const = default;
};
struct Simulation {
    std::vector<SimulatedStep> steps; ///< in order of time
    bool more = false;                ///< the limit was reached
};

/// How often an event of a campaign came to an outcome; stays when subjects go.
struct EventCount {
    std::string event, outcome;
    std::int64_t count = 0;
};

class Campaigns {
  public:
    explicit Campaigns(Store& store) : engine_(&store.engine()) {}
    explicit Campaigns(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use

    /// Declares a campaign or its next version; returns the number. The same content again gives
    /// the number it has. Its JSON: src/campaigns/README.md. Errc::invalid and Errc::not_found name
    /// the JSON pointer. Who is on the way goes on with the version of when they came in.
    std::int32_t define(const std::string& json);
    /// Who is on the way goes on with the latest version; steps of events that are no longer there
    /// are stopped.
    void adopt(const std::string& code);
    void publish(const std::string& code); ///< also after a pause; what failed is tried again
    void pause(const std::string& code, const std::string& reason = {});
    void retire(const std::string& code);
    [[nodiscard]] std::vector<CampaignInfo> list() const;
    [[nodiscard]] std::optional<CampaignInfo> find(const std::string& code) const;

    /// By hand: only where the definition says "manual". Who was removed comes in again only so.
    void enrol(const std::string& code, SubjectId subject);
    /// Stops what is pending for the subject; sources do not bring it in again.
    void remove_member(const std::string& code, SubjectId subject);

    /// The only clock: refreshes sources, enrols, does what is due. Any number of processes may
    /// run. Not inside a transaction.
    CampaignRunReport run(const CampaignRunOptions& options = {});
    /// Somebody opened, clicked or submitted. `key`: see SignalKind. Decisions that wait for it
    /// follow in the same call.
    void record_signal(SubjectId subject, SignalKind kind, const std::string& key,
                       std::optional<Time> at = {});
    /// What `call_host` calls, for as long as the handle lives. Steps of a handle without it wait
    /// for another that has one.
    void set_host(HostCallback host);

    /// What would happen between two times (400 days at most) if nobody did anything, in a
    /// transaction that is rolled back. Nothing is sent, erased or called.
    [[nodiscard]] Simulation simulate(Time from, Time to, const std::string& campaign = {},
                                      std::size_t limit = 100'000);
    [[nodiscard]] std::vector<EventCount> counts(const std::string& code) const;
    [[nodiscard]] std::string show(const std::string& code) const;     ///< the tree with counts
    [[nodiscard]] std::string show_svg(const std::string& code) const; ///< the same as a drawing

  private:
    store::Engine* engine_;
};

} // namespace habeas

// Retention (GDPR art. 5(1)(e)): what goes by itself, and when.
#pragma once

#include "habeas/consent.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas {

/// What a rule takes away.
enum class RetentionAbout : std::uint8_t {
    subject,     ///< the person as a whole
    field,       ///< `of`: one field
    evidence,    ///< `of`: a purpose; how its consent was given, once that is over
    submissions, ///< `of`: a form; empty: of all
    messages,    ///< `of`: a template; empty: all that are over. The keys they were queued with no
                 ///< longer count.
    points,
    campaigns, ///< `of`: a campaign; empty: all. Steps of those who are through; without a
               ///< campaign also signals (opened, clicked, submitted). Memberships stay: whoever
               ///< was in would come in again.
    deliveries ///< `of`: a kind (DeliveryKind); empty: all. What gateways told of messages; what
               ///< followed from it, and the figures, stay.
};
/// remove: subject: an erasure. anonymise: a subject loses all but the fields in `keep`; a field
/// that is a date or time becomes the end of its year, a text its first `characters`.
enum class RetentionAction : std::uint8_t { remove, anonymise };
/// What the period is counted from.
enum class RetentionSince : std::uint8_t {
    created,    ///< of the person; of submissions, messages, points, campaigns and
                ///< deliveries: of each entry
    activity,   ///< the person's own last act, else its creation (src/retention/README.md)
    date,       ///< `since_of`: a date or time of the person, such as the end of a contract: from
                ///< the end of that day
    consent_end ///< `since_of`: a purpose whose consent is over on every channel: withdrawn,
                ///< refused, expired, or asked for and not confirmed in time
};
std::string_view retention_about_name(RetentionAbout about) noexcept;
std::string_view retention_action_name(RetentionAction action) noexcept; ///< "delete", "anonymise"
std::string_view retention_since_name(RetentionSince since) noexcept;

/// Its JSON has the same members, `delete` for remove, and the filter as JSON:
/// {"code": "leads", "about": "subject", "action": "delete", "since": "activity", "period": "P24M"}
struct RetentionRule {
    std::string code;                          ///< [a-z][a-z0-9_]{0,62}
    std::map<std::string, std::string> labels; ///< by language
    RetentionAbout about = RetentionAbout::subject;
    std::string of;
    RetentionAction action = RetentionAction::remove;
    std::vector<std::string> keep; ///< a subject's fields that stay: none that name or describe
                                   ///< the person in words
    std::int32_t characters = 0;   ///< of a text that stay: 1 to 10
    RetentionSince since = RetentionSince::created;
    std::string since_of;
    std::string period; ///< ISO 8601 duration of at least a day ("P24M", "P90D")
    std::string filter; ///< JSON, as of segments: a further condition; empty: none
    bool paused = false;
    bool operator==(const RetentionRule&) const = default;
};

struct RetentionDue {
    SubjectId subject{};
    Time due_at{}; ///< since when the rule may take it
    bool operator==(const RetentionDue&) const = default;
};
/// What a rule would do.
struct RetentionPreview {
    std::string rule;
    std::uint64_t subjects = 0;
    std::vector<RetentionDue> due; ///< the first of them, in order of number
    /// Who is due but stays, by why: "hold", "request", "restricted", "objection",
    /// "contract", "retention_until", "last_identifier" (without which nobody finds the person).
    std::map<std::string, std::uint64_t> kept;
    bool operator==(const RetentionPreview&) const = default;
};

struct RetentionOptions {
    std::string rule;        ///< empty: all that are not paused
    std::uint64_t limit = 0; ///< subjects, over all rules; 0: no limit
    Progress progress;       ///< done and 0; false stops between two transactions
};
/// What a rule did in one run: an entry of the journal.
struct RetentionRun {
    std::int64_t id = 0; ///< 0: nothing was to be done, so nothing was written
    std::string rule;
    Time at{};
    Actor actor;
    std::uint64_t subjects = 0;
    std::uint64_t rows = 0; ///< entries, events, values
    std::map<std::string, std::uint64_t> kept;
    bool complete = false; ///< nobody was left who was due
};

struct RetentionRuleInfo {
    RetentionRule rule;
    std::optional<Time> looked_at; ///< by the tick, to the end
    std::string fault; ///< why the tick cannot run it: what it refers to has gone; else empty
};

class Retention {
  public:
    explicit Retention(Store& store) : engine_(&store.engine()) {}
    explicit Retention(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use

    /// Declares a rule or changes it. Nothing goes before the next tick or run. Errc::invalid and
    /// Errc::not_found name the JSON pointer.
    void define(const RetentionRule& rule);
    void remove(const std::string& code); ///< what it did stays in the journal. Errc::not_found.
    [[nodiscard]] std::vector<RetentionRuleInfo> list() const; ///< in the order in which they run
    [[nodiscard]] std::optional<RetentionRuleInfo> find(const std::string& code) const;
    [[nodiscard]] static RetentionRule from_json(std::string_view json);
    [[nodiscard]] static std::string to_json(const RetentionRule& rule);

    /// What a run would do at `at` (now unless said), with all as it is now. `rule` empty: all that
    /// are not paused, each without those that a rule before it takes as a whole. `limit`: of
    /// `due`.
    [[nodiscard]] std::vector<RetentionPreview> preview(const std::string& rule = {},
                                                        std::optional<Time> at = {},
                                                        std::size_t limit = 100) const;
    /// Does it, some subjects a transaction. The tick does it too: each rule once a day, 1,000
    /// subjects a tick at most. Outside of a transaction: Errc::invalid.
    std::vector<RetentionRun> run(const RetentionOptions& options = {});
    /// The journal, the newest first.
    [[nodiscard]] std::vector<RetentionRun> runs(std::size_t limit = 100) const;

  private:
    store::Engine* engine_;
};

} // namespace habeas

// Breaches of personal data (GDPR arts. 33, 34): what happened, whom it concerns, until when the
// authority is told, who was told, and all of it on record.
#pragma once

#include "habeas/deadline.hpp"
#include "habeas/outbox.hpp"
#include "habeas/segment.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas {

enum class BreachNature : std::uint8_t {
    confidentiality, ///< disclosed, or read by who must not
    integrity,       ///< altered
    availability     ///< lost or destroyed
};
/// To the rights and freedoms of people (art. 33(1), 34(1)).
enum class BreachRisk : std::uint8_t {
    unassessed, ///< counts as a risk: the clock runs
    none,       ///< unlikely to result in a risk: nobody is told, it stays on record
    risk,       ///< the authority is told
    high        ///< the persons are told, too
};
enum class BreachState : std::uint8_t {
    recorded,
    assessed,
    notified, ///< the authority was told, at least in part (art. 33(4))
    // Closed:
    closed,
    dismissed ///< it turned out to be no breach of personal data
};
std::string_view breach_nature_name(BreachNature nature) noexcept;
std::optional<BreachNature> breach_nature(std::string_view name) noexcept;
std::string_view breach_risk_name(BreachRisk risk) noexcept;
std::optional<BreachRisk> breach_risk(std::string_view name) noexcept;
std::string_view breach_state_name(BreachState state) noexcept;

/// What is known of a breach; changes as more is known. Texts are yours and outlive an erasure:
/// write no names of persons into them.
struct Breach {
    std::string code; ///< [a-z][a-z0-9_]{0,62}
    std::string title;
    std::vector<BreachNature> natures;
    std::string description;
    std::optional<Time> occurred_from, occurred_until;
    /// From when on the clock runs. Empty: now, and in a later definition as it was.
    std::optional<Time> aware_at;
    std::string processor; ///< with whom it happened, by code or name; empty: with the controller
    std::optional<Time> processor_told_at; ///< the controller (art. 33(2))
    /// Whom it concerns: a filter as segments have them (src/segments/README.md). Empty: it finds
    /// nobody, the estimates count.
    std::string filter;
    std::vector<std::string> fields;     ///< data concerned, by field; empty: all of them
    std::string subjects;                ///< categories of persons: "newsletter readers"
    std::optional<std::int64_t> persons; ///< an estimate, where the filter does not find them
    std::optional<std::int64_t> records; ///< the same of records
    std::string consequences;            ///< likely ones (art. 33(3)(c))
    std::string measures;                ///< taken or proposed (art. 33(3)(d))
    bool operator==(const Breach&) const = default;

    /// {"code", "title", "nature", "description", "occurred": {"from", "until"}, "aware_at",
    /// "processor", "processor_told_at", "affected": {"filter", "fields", "subjects", "persons",
    /// "records"}, "consequences", "measures"}
    [[nodiscard]] std::string to_json() const;
    /// Strict; Errc::invalid at the JSON pointer.
    static Breach from_json(std::string_view json);
};

/// How many had a value in a field when it was counted.
struct BreachFieldFigure {
    std::string field, field_class; ///< personal, special, sealed
    std::int64_t persons = 0;
    bool operator==(const BreachFieldFigure&) const = default;
};
/// Whom and what the filter found, at one state of the store. Stays when persons are erased.
struct BreachFigures {
    Time at{};
    std::int64_t persons = 0;
    std::int64_t records = 0; ///< values in the fields concerned
    std::vector<BreachFieldFigure> fields;
    std::map<std::string, std::int64_t> countries; ///< persons by country; "": not known
};

/// The authority was told.
struct BreachNotice {
    std::optional<Time> at; ///< empty: now
    std::string authority;  ///< empty: the controller's (setting controller, authority)
    std::string reference;  ///< the authority's
    std::string reason;     ///< for the delay; needed after the 72 hours (art. 33(1))
    std::string note;
    bool complete = true; ///< false: more follows (art. 33(4))
    /// {"at", "authority", "reference", "reason", "note", "complete"}
    static BreachNotice from_json(std::string_view json);
};
/// The persons were told, or need not be.
struct BreachCommunication {
    std::optional<Time> at; ///< empty: now
    std::string how;        ///< how they were told, or of 34(3)(c) how the public was
    std::string ground;     ///< for not telling each: a, b or c of art. 34(3)
    std::string reason;     ///< why that ground holds
    /// {"at", "how", "ground", "reason"}
    static BreachCommunication from_json(std::string_view json);
};
/// What `tell` did.
struct BreachTold {
    std::int64_t queued = 0, refused = 0;        ///< by this call
    std::int64_t left = 0;                       ///< not told yet, without the refused
    std::map<std::string, std::int64_t> reasons; ///< of the refused: reason codes
    /// {"queued", "refused", "left", "reasons"}
    [[nodiscard]] std::string to_json() const;
};

struct BreachInfo {
    Breach breach;
    std::int64_t number = 0;
    BreachState state = BreachState::recorded;
    BreachRisk risk = BreachRisk::unassessed;
    std::string risk_reason;
    Time recorded_at{};
    std::optional<Time> notified_at; ///< the authority, first
    bool more_follows = false;       ///< what it was told is not all
    std::optional<Time> informed_at; ///< all persons
    std::string ground;              ///< why they are not told: "34(3)(a)"
    std::optional<Time> closed_at;
    std::optional<BreachFigures> figures;
    BreachDeadline clock;
    bool overdue = false; ///< the 72 hours (strict reading) are over and the authority is not told
    /// What an open one still needs: assessment, authority, further_information, persons,
    /// documentation.
    std::vector<std::string> waits_for;
    /// A line of the list: an element of breach_list.
    [[nodiscard]] std::string to_json() const;
};
/// A step of its journal, which stays for good (art. 33(5)).
struct BreachStep {
    Time at{}; ///< recorded
    /// recorded, changed, counted, assessed, notified, told, informed, noted, closed, dismissed,
    /// reopened
    std::string step;
    BreachState state{}; ///< after it
    Actor actor;
    std::string facts; ///< JSON object
};
struct BreachQuery {
    bool open_only = false;
    std::optional<int>
        within_hours; ///< open ones that need the authority or the persons told by then
};

/// The register of breaches (art. 33(5)).
class Breaches {
  public:
    explicit Breaches(Store& store) : engine_(&store.engine()) {}
    explicit Breaches(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use

    /// Records a breach, or what is known of it by now. A filter that is new or differs is
    /// evaluated at once: figures and persons are those of this moment. True: something changed.
    /// Errc::invalid at the JSON pointer, Errc::not_found (a field), Errc::conflict where it is
    /// closed.
    bool define(const Breach& breach);
    /// Evaluates its filter again. Who was told already stays concerned.
    void recount(const std::string& code);
    /// Errc::invalid without a reason.
    void assess(const std::string& code, BreachRisk risk, const std::string& reason);
    /// Each call is a phase (art. 33(4)). Errc::invalid without a reason after the 72 hours.
    void notify(const std::string& code, const BreachNotice& notice = {});
    /// Queues a message to each person who was not told yet, `limit` at most (0: all), in batches.
    /// The template's purpose is one of the controller's legal obligations: the decision is asked
    /// for each as always; a no is kept with its reason. The template may use data.title,
    /// data.nature, data.description, data.occurred_from, data.occurred_until, data.consequences,
    /// data.measures and data.contact (art. 34(2)). Not inside a transaction.
    BreachTold tell(const std::string& code, const std::string& message_template,
                    std::size_t limit = 0);
    /// Told otherwise, or a ground of art. 34(3).
    void inform(const std::string& code, const BreachCommunication& communication);
    void note(const std::string& code, const std::string& note);
    /// Errc::denied while something is missing that art. 33 or 34 asks for, with what.
    void close(const std::string& code, const std::string& note = {});
    /// It was no breach of personal data. Who was not told is no longer on its list.
    void dismiss(const std::string& code, const std::string& reason);
    void reopen(const std::string& code, const std::string& reason);

    [[nodiscard]] std::optional<BreachInfo> find(const std::string& code) const;
    [[nodiscard]] BreachInfo get(const std::string& code) const; ///< Errc::not_found
    /// Open ones first, by urgency: those whose authority waits by their clock.
    [[nodiscard]] std::vector<BreachInfo> list(const BreachQuery& query = {}) const;
    [[nodiscard]] std::vector<BreachStep> steps(const std::string& code) const;
    /// Numbers of the persons concerned, in order, after `after`; without the erased. `untold`:
    /// those not told yet. Return false to stop. Errc::not_found.
    void persons(const std::string& code, bool untold, const std::function<bool(SubjectId)>& row,
                 SubjectId after = {}) const;

    /// The record of one: all of art. 33(3), its journal and what is missing. Its schema is
    /// breach_record. Errc::not_found.
    [[nodiscard]] std::string to_json(const std::string& code) const;
    /// The same as one self-contained page in English, for a supervisory authority.
    [[nodiscard]] std::string to_html(const std::string& code) const;

  private:
    store::Engine* engine_;
};

} // namespace habeas

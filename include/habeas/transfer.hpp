// Processors and transfers to third countries (GDPR arts. 28, 44 to 49): who gets data, where, on
// what it rests, and whether that holds on a day.
#pragma once

#include "habeas/consent.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas {

enum class TransferVerdict : std::uint8_t { allowed, allowed_with_safeguards, denied };
std::string_view transfer_verdict_name(TransferVerdict verdict) noexcept;

/// What decided, in the order in which it is looked at.
enum class TransferRule : std::uint8_t {
    not_registered,        ///< nobody of this name is on file, or not yet on that day
    ended,                 ///< the processor is no longer used
    no_processor_contract, ///< art. 28(3)
    location_unknown,      ///< where the data are, or where the processor is established
    no_transfer_eea,
    eea_location_foreign_owner, ///< allowed with safeguards; allowed where the owner's country is
                                ///< adequate for it
    adequacy,                   ///< art. 45
    bridge_tca,                 ///< the United Kingdom in the first half of 2021
    tool_not_valid_at,
    not_a_transfer_tool,
    tia_missing, ///< transfer impact assessment (C-311/18)
    tia_negative,
    art46_tool,
    derogation_systematic,
    derogation_occasional, ///< art. 49
    no_tool
};
std::string_view transfer_rule_code(TransferRule rule) noexcept;      ///< "NO_TOOL"
std::string_view transfer_rule_reference(TransferRule rule) noexcept; ///< "GDPR 44"
std::string_view transfer_rule_sentence(TransferRule rule) noexcept;  ///< for people

struct TransferAnswer {
    TransferVerdict verdict = TransferVerdict::denied;
    TransferRule rule = TransferRule::no_tool;
    std::string place; ///< country that decided; empty: none did
    std::string basis; ///< adequacy decision or tool by code ("dpf", "scc_2021_914"); may be empty
    std::string reference; ///< of the rule, with the decision or tool it rests on
    bool operator==(const TransferAnswer&) const = default;
    /// {"verdict", "rule", "reference", "sentence", "place", "basis"}
    [[nodiscard]] std::string to_json() const;
};

/// Contract of art. 28(3). Counts on the days from `signed_on` to `until`, both included.
struct ProcessorContract {
    std::optional<Date> signed_on, until; ///< empty: no bound
    std::string reference;                ///< where it is filed
    bool operator==(const ProcessorContract&) const = default;
};
/// Transfer impact assessment (C-311/18; EDPB Recommendations 01/2020). Counts from the day on that
/// it was made.
struct TransferAssessment {
    bool positive = false; ///< the law of the place does not undo the tool, with the measures taken
    std::optional<Date> made;
    std::string reference;
    bool operator==(const TransferAssessment&) const = default;
};

/// What holds of a recipient from a day on, until the next entry. What is missing counts as the
/// denying side.
struct ProcessorFacts {
    std::optional<Date> from; ///< empty: since ever
    /// false: a controller of its own (art. 4(7)) who gets data: chapter V counts, art. 28 does not
    bool processor = true;
    std::string established; ///< country of the contract's party, ISO 3166-1; empty: unknown
    std::string owner;       ///< country of the parent; empty: unknown, taken as a third country
    std::vector<std::string> data_locations;     ///< countries; empty: unknown
    std::vector<std::string> remote_access_from; ///< countries from where others read them
    std::optional<ProcessorContract> contract;
    std::string tool;                ///< of chapter V, by code; empty: none
    std::optional<Date> tool_signed; ///< of the old standard clauses
    std::optional<TransferAssessment> assessment;
    bool dpf_listed = false;  ///< the importer (or the owner) is on the list of the framework
    bool commercial = false;  ///< Canada: PIPEDA applies
    bool systematic = true;   ///< false: single transfers (art. 49)
    bool hosts_store = false; ///< the store itself lies there: every purpose needs it
    bool ended = false;       ///< no longer used
    std::string note;
    bool operator==(const ProcessorFacts&) const = default;
};

/// A recipient of data; what holds of it, by date.
struct Processor {
    std::string code; ///< [a-z][a-z0-9_]{0,62}; purposes, gateways and holders name it
    std::string name;
    std::vector<ProcessorFacts> history; ///< by `from`, one entry a day
    bool operator==(const Processor&) const = default;

    /// {"code", "name", "history": [{"from", "established", ...}]}: the members of the structures.
    [[nodiscard]] std::string to_json() const;
    /// Strict; Errc::invalid at the JSON pointer.
    static Processor from_json(std::string_view json);
    /// The entry that holds on a day; null: none yet.
    [[nodiscard]] const ProcessorFacts* at(Date day) const noexcept;
};

/// Dated facts of chapter V: members of the EEA, adequacy decisions, tools. Days are UTC.
class TransferLaw {
  public:
    TransferLaw(); ///< what habeas comes with (src/transfers/transfer_law.json)
    /// In that format. Errc::invalid at the JSON pointer.
    static TransferLaw from_json(std::string_view json);
    [[nodiscard]] Date as_of() const;

    /// May data go there on that day? Pure. `exporter`: country of the controller; empty: unknown,
    /// taken as a member of the Union.
    [[nodiscard]] TransferAnswer judge(const ProcessorFacts& facts, Date day,
                                       std::string_view exporter = {}) const;
    /// A place alone: in the EEA, adequate without condition, or neither.
    [[nodiscard]] TransferAnswer judge_place(std::string_view country, Date day,
                                             std::string_view exporter = {}) const;
    /// The same law without an adequacy decision or a tool, by code. Errc::not_found names those
    /// there are.
    [[nodiscard]] TransferLaw without(std::string_view code) const;
    [[nodiscard]] std::vector<std::string> codes() const; ///< of decisions and tools
    [[nodiscard]] std::vector<Date> boundaries() const;   ///< days on which an answer may change
    [[nodiscard]] bool has_tool(std::string_view code) const;

    struct Facts;

  private:
    explicit TransferLaw(std::shared_ptr<const Facts> facts) : facts_(std::move(facts)) {}
    std::shared_ptr<const Facts> facts_;
};

/// An entry of a processor as it was recorded; nothing is ever overwritten.
struct ProcessorVersion {
    ProcessorFacts facts;
    Time recorded_at{};
    Actor actor;
    bool superseded = false; ///< another one of the same day was recorded later
    /// {"facts", "recorded_at", "actor": {"kind", "id", "reason"}, "superseded"}
    [[nodiscard]] std::string to_json() const;
};

/// A provider that habeas knows something of: data to begin with. Contract, places and tool are
/// yours to add; until then nobody may get data there.
struct ProcessorSeed {
    Processor processor;
    std::vector<std::string> regions_eea, regions_other; ///< countries where it offers to hold data
    bool verified = false; ///< some of it was looked up in a source; `note` says what
    std::string note;
    [[nodiscard]] std::string to_json() const; ///< the members
};

struct PlaceCheckOptions {
    std::optional<Time> at;           ///< its whole day (UTC); empty: now
    std::vector<std::string> without; ///< decisions and tools that fell, by code ("dpf")
    bool people = true;               ///< count them; false: `people` of a stop stays empty
};
/// One recipient on that day.
struct PlaceFinding {
    std::string name; ///< its code; of one that is not on file what the purposes call it
    TransferAnswer answer;
    bool registered = true;
    bool hosts_store = false;
    bool as_law_stands = false;        ///< the same answer without `without`
    std::vector<std::string> purposes; ///< not retired, that name it
    std::vector<std::string> holders;  ///< data holders that name it
};
/// A purpose that stops, since a recipient may not get data.
struct PlaceStop {
    std::string purpose;
    std::vector<std::string> recipients;     ///< that bar it
    std::map<Channel, std::uint64_t> people; ///< who could be processed otherwise, by channel
};
struct PlaceReport {
    Date day{};
    Date law_as_of{};
    std::vector<std::string> without;
    bool asked = false; ///< somebody is on file, so that decisions ask the registry
    std::string place;  ///< the store's own, by the setting; empty: not set
    std::optional<TransferAnswer> place_answer; ///< empty: `place` is no country
    std::vector<PlaceFinding> recipients;       ///< denied first, then by name
    std::vector<PlaceStop> stops;
    [[nodiscard]] std::string to_json() const;
};

/// The registry of processors. As soon as one is on file, every decision, gateway and export to a
/// processor asks it (src/transfers/README.md).
class Processors {
  public:
    explicit Processors(Store& store) : engine_(&store.engine()) {}
    explicit Processors(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use

    /// Adds a processor, or entries to it. An entry of a day that has one takes its place, the
    /// former one stays known; others stay. True: something changed. Errc::invalid at the JSON
    /// pointer; Errc::conflict where another one has the name.
    bool define(const Processor& processor);
    [[nodiscard]] std::vector<Processor> list() const; ///< by code
    [[nodiscard]] std::optional<Processor> find(const std::string& code) const;
    /// All entries ever recorded, by day, then as recorded. Errc::not_found.
    [[nodiscard]] std::vector<ProcessorVersion> history(const std::string& code) const;
    /// May it get data at a moment (empty: now), as known then (empty: all that is known)? By code
    /// or name.
    [[nodiscard]] TransferAnswer judge(const std::string& processor,
                                       const std::optional<Time>& at = {},
                                       const std::optional<Time>& known_at = {}) const;
    /// Everything on a day, with who and what would stop.
    [[nodiscard]] PlaceReport check(const PlaceCheckOptions& options = {}) const;

    /// Providers to begin with (src/transfers/seed.json).
    [[nodiscard]] static std::vector<ProcessorSeed> seed();

    [[nodiscard]] TransferLaw law() const;
    /// A law of one's own, in the format of src/transfers/transfer_law.json; empty: that of habeas.
    /// Errc::invalid.
    void set_law(const std::string& json);

  private:
    store::Engine* engine_;
};

} // namespace habeas

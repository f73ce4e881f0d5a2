// Mautic's tables, read over: fields, tags, segments, campaigns.
#pragma once

#include "importers/contacts.hpp"
#include "importers/csv_contacts.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace habeas::importers {

/// Of its numbers of contacts, as identifiers here.
inline constexpr std::string_view mautic_system = "mautic";

/// Its times are UTC unless said.
MomentReader mautic_moments(const MigrationOptions& options);

/// Cells of a small table, all in memory: definitions, never people.
using SmallRow = std::vector<std::optional<std::string>>;
std::vector<SmallRow> read_small(TableSource& source, const std::string& table,
                                 const std::vector<std::string>& columns);

/// A field of Mautic and what it is here.
struct MauticField {
    std::string alias, type, label;
    std::string to; ///< field of habeas; empty: not taken over
};

/// "Welcome Series (2024)" as a code; `otherwise` where nothing is left of it.
std::string code_like(std::string_view name, const std::string& otherwise);

/// The type of habeas that a type of Mautic is (mautic.md 1); nothing: no such type.
std::optional<FieldType> field_type_of(std::string_view mautic_type);
/// What `properties` of a field lists, in order. Nothing: it cannot be read.
std::optional<std::vector<Choice>> choices_of(std::string_view properties);
/// Defines what is missing, and tells in the report. Published fields of contacts only.
std::vector<MauticField> take_fields(Run& run, TableSource& source, const std::string& prefix);

/// What filters and campaigns of Mautic refer to.
struct MauticNames {
    std::vector<MauticField> fields;
    std::map<std::string, std::string> tags;     ///< id to name
    std::map<std::string, std::string> segments; ///< id to code; only those that were taken over
    [[nodiscard]] const MauticField* field(std::string_view alias) const;
};

/// A filter list of Mautic as a tree of habeas. A condition that does not mean the same here makes
/// the filter empty and gives its rule.
struct FilterReading {
    std::optional<nlohmann::json> filter;
    std::vector<std::string> notes;
};
FilterReading read_filter(const nlohmann::json& list, const MauticNames& names);
/// Ids of the segments that it refers to.
std::vector<std::string> segments_in(const nlohmann::json& list);

/// PHP's serialize format or JSON, as Mautic's versions store arrays. Errc::invalid.
nlohmann::json read_stored(std::string_view text);

/// A row of lead_donotcontact.
struct Dnc {
    std::optional<OptOut> opt_out;
    std::string_view skipped; ///< why it is none
};
/// Mautic's reasons: 0 contactable, 1 unsubscribed, 2 bounced, 3 manual. What it does not name is
/// taken for a no.
Dnc read_dnc(std::string_view reason, std::string_view channel, std::string_view comments,
             std::optional<std::int64_t> at);

/// Contacts by CSV, opt-outs by files of their own.
void migrate_mautic_files(Run& run);

/// Finds who a contact of Mautic is here.
class MauticPeople {
  public:
    explicit MauticPeople(Run& run) : run_(run) {}
    void begin_batch() { keys_.emplace(run_.engine()); }
    std::optional<SubjectId> find(std::string_view lead_id);

  private:
    Run& run_;
    std::optional<subjects::IdentifierKeys> keys_;
    subjects::NormalIdentifier identifier_;
};

void take_tags(Run& run, TableSource& source, const std::string& prefix, MauticPeople& people,
               MauticNames& names);
/// Segments in order of what they refer to, then their members by hand.
void take_segments(Run& run, TableSource& source, const std::string& prefix, MauticPeople& people,
                   MauticNames& names);
/// What each event of its campaigns would be here; none is declared.
void report_campaigns(Run& run, TableSource& source, const std::string& prefix);

} // namespace habeas::importers

// Questions that the modules above ask about subjects.
#pragma once

#include "habeas/subject.hpp"
#include "store/engine.hpp"

#include <optional>
#include <string>
#include <vector>

namespace habeas::subjects {

enum class Existence : std::uint8_t { present, merged, erased, unknown };
struct Resolved {
    Existence existence = Existence::unknown;
    SubjectId id{}; ///< the surviving subject where present or merged
};
Resolved resolve(store::Engine& engine, SubjectId id);
/// The surviving subject. Throws Errc::erased or Errc::subject_unknown.
SubjectId require(store::Engine& engine, SubjectId id);
/// Numbers of records that were merged into this one, in order.
std::vector<SubjectId> former_numbers(store::Engine& engine, SubjectId id);

/// What decisions depend on besides the ledger. Changes are recorded as profile_changed with the
/// values before, as evidence
/// {"country":"DE"|null,"date_of_birth":"2010-02-03"|null,"corporate":false}.
struct Profile {
    std::string country; ///< ISO 3166-1, empty: unknown
    std::optional<Date> birth;
    bool corporate = false; ///< field recipient_type = "corporate"
    bool standing = false;  ///< has events that concern all purposes
    bool operator==(const Profile&) const = default;
};
Profile profile(store::Engine& engine, SubjectId id);
void set_standing(store::Engine& engine, SubjectId id, bool standing);

/// An identifier in normal form with the value as typed. Errc::invalid names the kind.
struct NormalIdentifier {
    IdentifierKind kind{};
    std::string system;
    std::string normal;
    std::string typed;
};
NormalIdentifier normalise(store::Engine& engine, const Identifier& identifier);
store::HashRef hash_under(const store::RootKey& key, const store::Keyring& keys,
                          const NormalIdentifier& identifier);
/// Under every root key that the store knows; the active one first.
std::vector<store::HashRef> hash_all(store::Engine& engine, const NormalIdentifier& identifier);
/// All identifiers the subject has or had.
std::vector<store::HashRef> identifiers_ever(store::Engine& engine, SubjectId id);
std::optional<SubjectId> find(store::Engine& engine, const NormalIdentifier& identifier);
/// Subjects that have an identifier with this hash.
std::optional<SubjectId> find_by_hash(store::Engine& engine, const store::HashRef& hash);

/// The full record (merged ids followed), sealed fields opened.
Subject load(store::Engine& engine, SubjectId id);
const std::vector<Field>& field_list(store::Engine& engine, FieldOwner owner);
/// A value as text for people, CSV and JSON ("12.50", "2026-01-31", "a|b").
std::string value_text(const Field& field, const Value& value);
/// Parses text by the field's type; Errc::invalid names the field and the reason, not the value.
Value parse_value(store::Engine& engine, const Field& field, std::string_view text);

} // namespace habeas::subjects

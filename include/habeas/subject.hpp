// Data subjects (GDPR art. 4(1)), their typed fields, identifiers and organisations.
#pragma once

#include "habeas/store.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace habeas {

enum class SubjectId : std::int64_t {};      ///< never used twice, below 2^53
enum class OrganisationId : std::int64_t {}; ///< never used twice, below 2^53

enum class FieldType : std::uint8_t {
    text,
    longtext,
    boolean,
    select,
    multiselect,
    number,
    money,
    date,
    datetime,
    time,
    email,
    phone,
    url,
    country,
    region,
    language,
    timezone
};
std::string_view field_type_name(FieldType type) noexcept;
std::optional<FieldType> field_type(std::string_view name) noexcept;

enum class FieldClass : std::uint8_t {
    personal, ///< ordinary personal data
    special,  ///< special category (art. 9), still searchable
    sealed    ///< special category, encrypted at rest: in no index, no filter, no view
};
enum class FieldOwner : std::uint8_t { subject, organisation };

struct Choice {
    std::string value;
    std::map<std::string, std::string> labels; ///< by language; empty: the value is shown
    bool operator==(const Choice&) const = default;
};

/// Definition of a field. Core fields (email, phone, first_name, last_name, language, country,
/// timezone, date_of_birth) exist in each new store and are fields like the others.
struct Field {
    std::string name; ///< [a-z][a-z0-9_]{0,62}, not one of the reserved words
    FieldType type = FieldType::text;
    FieldOwner owner = FieldOwner::subject;
    FieldClass field_class = FieldClass::personal;
    std::map<std::string, std::string> labels; ///< by language (BCP 47)
    std::vector<Choice> choices;               ///< select, multiselect
    std::optional<std::string> default_value;  ///< in text form, for new subjects
    std::int32_t scale = 2;                    ///< money: digits after the point, 0 to 6
    bool required = false;
    bool unique = false;
    bool in_exports = true;
    bool retired = false; ///< kept and exported, no longer written
    bool operator==(const Field&) const = default;
};

/// A field's value. number: double; money: integer in units of 10^-scale; date, time: text;
/// datetime: Time; multiselect: the chosen values, sorted; everything else text. monostate: no
/// value.
using Value = std::variant<std::monostate, bool, std::int64_t, double, Time, std::string,
                           std::vector<std::string>>;

using FieldValues = std::map<std::string, Value>;

enum class IdentifierKind : std::uint8_t { email, phone, external };
/// Finds a subject. `system` names the host's system for external ids ("crm", "shop").
struct Identifier {
    IdentifierKind kind = IdentifierKind::email;
    std::string system; ///< only for external
    std::string value;  ///< as typed; compared in normal form
    bool operator==(const Identifier&) const = default;
};
/// "email", "phone" or "external:<system>", and back. Errc::invalid.
std::string identifier_kind_name(const Identifier& identifier);
Identifier make_identifier(std::string_view kind, std::string value);

struct Subject {
    SubjectId id{};
    std::int64_t version = 0; ///< grows with each change, for optimistic updates
    Time created_at{};
    Time changed_at{};
    /// where the record came from: "import:contacts.csv", "api", "form:newsletter"
    std::string source;
    FieldValues fields;
    std::vector<Identifier> identifiers;
    bool operator==(const Subject&) const = default;
};

/// What to write. Text for typed fields is parsed by the field's type ("1", "yes", "2026-01-31",
/// "12.50").
struct SubjectInput {
    FieldValues fields;
    std::vector<Identifier> identifiers; ///< besides those that the fields email and phone give
    std::string source;
};

/// How an update treats what is blank in the input.
enum class Blank : std::uint8_t { keep, overwrite };
/// What an upsert does when the identifier is known.
enum class OnMatch : std::uint8_t { update, skip, fail };
enum class RowOutcome : std::uint8_t { created, updated, unchanged, skipped, rejected };

struct UpsertResult {
    RowOutcome outcome = RowOutcome::created;
    SubjectId id{};
    std::string field;  ///< rejected: which field or identifier
    std::string reason; ///< rejected: why, without the value
};

struct SubjectPage {
    std::vector<Subject> subjects;
    std::string next; ///< opaque cursor, empty at the end
};

class Fields {
  public:
    explicit Fields(Store& store) : engine_(&store.engine()) {}
    explicit Fields(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use
    /// Adds a field: instant at any size. Errc::exists, Errc::invalid (name, 500 custom fields at
    /// most).
    void define(const Field& field);
    /// Changes labels, choices (a choice in use cannot go), default, required, in_exports.
    /// The type never changes; class and uniqueness only where the data allows it.
    void update(const Field& field);
    void rename(const std::string& name, const std::string& to,
                FieldOwner owner = FieldOwner::subject);
    void retire(const std::string& name, FieldOwner owner = FieldOwner::subject);
    /// Deletes the field and, as in an erasure, every byte of its values.
    void remove(const std::string& name, FieldOwner owner = FieldOwner::subject);
    [[nodiscard]] std::vector<Field> list(FieldOwner owner = FieldOwner::subject) const;
    [[nodiscard]] std::optional<Field> find(const std::string& name,
                                            FieldOwner owner = FieldOwner::subject) const;

  private:
    store::Engine* engine_;
};

class Subjects {
  public:
    explicit Subjects(Store& store) : engine_(&store.engine()) {}
    explicit Subjects(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use

    /// Errc::invalid names the field; Errc::exists if an identifier belongs to somebody else.
    SubjectId create(const SubjectInput& input);
    /// Errc::subject_unknown, Errc::erased. A merged id gives the surviving subject.
    [[nodiscard]] Subject get(SubjectId id) const;
    [[nodiscard]] std::optional<SubjectId> find(const Identifier& identifier) const;
    /// `version` 0 = last writer wins; otherwise Errc::conflict if the row has another version.
    void update(SubjectId id, const SubjectInput& input, Blank blank = Blank::keep,
                std::int64_t version = 0);
    /// Finds by the identifiers (external first, then email, then phone), creates or updates.
    /// 1,000 rows a call is a good size. One transaction; rejected rows do not stop the others.
    std::vector<UpsertResult> upsert(std::span<const SubjectInput> rows,
                                     OnMatch on_match = OnMatch::update, Blank blank = Blank::keep);
    void add_identifier(SubjectId id, const Identifier& identifier);
    void remove_identifier(SubjectId id, const Identifier& identifier);
    /// Joins `gone` into `keep`: ledgers join, the stricter state wins, blanks of `keep` are
    /// filled.
    void merge(SubjectId keep, SubjectId gone);
    /// In order of id; with `changed_since` those changed since then, in order of change (who
    /// changes meanwhile comes again at the end). `after` is the cursor of a former page of the
    /// same order.
    [[nodiscard]] SubjectPage list(std::size_t limit, const std::string& after = {},
                                   std::optional<Time> changed_since = {}) const;
    [[nodiscard]] std::int64_t count() const;

  private:
    store::Engine* engine_;
};

/// A legal person or household a subject belongs to; has fields of its own.
struct Organisation {
    OrganisationId id{};
    std::int64_t version = 0;
    std::string name;
    std::string external; ///< the host's id, unique where given
    FieldValues fields;
};
struct Membership {
    OrganisationId organisation{};
    std::string role;
    bool primary = false;
    bool operator==(const Membership&) const = default;
};

class Organisations {
  public:
    explicit Organisations(Store& store) : engine_(&store.engine()) {}
    explicit Organisations(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use
    OrganisationId create(const Organisation& organisation);
    void update(const Organisation& organisation, Blank blank = Blank::keep);
    [[nodiscard]] Organisation get(OrganisationId id) const;
    [[nodiscard]] std::optional<OrganisationId> find(const std::string& external) const;
    void remove(OrganisationId id); ///< its memberships go, its subjects stay
    void link(SubjectId subject, const Membership& membership);
    void unlink(SubjectId subject, OrganisationId organisation);
    [[nodiscard]] std::vector<Membership> of(SubjectId subject) const;
    [[nodiscard]] std::vector<SubjectId> members(OrganisationId organisation) const;

  private:
    store::Engine* engine_;
};

} // namespace habeas

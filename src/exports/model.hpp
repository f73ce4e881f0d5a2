// Everything the store knows about one person at one moment. JSON, page and CSV are renderings of
// it.
#pragma once

#include "exports/bundle_list.hpp"
#include "exports/long_list.hpp"
#include "habeas/consent.hpp"
#include "habeas/export.hpp"
#include "store/engine.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::exports {

/// A text version as it was shown, in one language.
struct TextShown {
    std::int32_t version = 0;
    ConsentText text;
    std::string hash; ///< of the whole version
};

struct ChannelView {
    Channel channel = Channel::any;
    ConsentState state = ConsentState::none;
    Decision decision;
};

struct PurposeView {
    const Purpose& purpose; ///< of AccessModel::declared; its texts that were shown: see `shown`
    std::vector<ChannelView> channels;
    std::vector<TextShown> shown; ///< the texts that events of the subject name
};

/// An entry of the suppression list for one of the person's identifiers.
struct SuppressionView {
    std::string kind, scope;
    Time since{};
};
struct IdentifierView {
    Identifier identifier; ///< as typed
    std::string normal;
    std::vector<SuppressionView> suppressions;
};

struct OrganisationView {
    Organisation organisation;
    Membership membership;
};

/// Somebody got data of the subject (C-154/21: by name).
struct Disclosure {
    EventId event{};
    Time at{};
    std::string recipient;
    std::string format;               ///< json, html, csv, zip
    std::vector<std::string> columns; ///< of a CSV of many; empty: all data about the person
    bool many = false;                ///< an export of many people
    bool certain = true;              ///< false: changes since make it impossible to tell
};

/// A list of a module, with its rows as the bundle shows them.
struct ListView { // NOLINT(bugprone-exception-escape): as LongList
    const BundleList* list = nullptr;
    LongList<nlohmann::json> rows; ///< never empty
};

/// What was decided by automated means and how (art. 15(1)(h)), as a module tells it.
struct AutomatedView {
    std::string module;
    nlohmann::json rule; ///< its members fill the words of its kind
};

struct AccessModel {
    std::string store_id;
    std::string language; ///< of labels; never empty
    Time generated{};
    std::string zone;          ///< IANA name for times on the page; empty: UTC
    nlohmann::json controller; ///< the setting, an object
    std::string place;         ///< the setting: where the store is
    Subject subject;
    std::vector<SubjectId> former; ///< numbers merged into this one
    std::shared_ptr<const std::vector<Field>> fields;
    std::vector<IdentifierView> identifiers;
    std::shared_ptr<const std::vector<Field>> organisation_fields; ///< null: no organisation
    std::vector<OrganisationView> organisations;
    std::shared_ptr<const std::vector<Purpose>> declared;
    std::vector<PurposeView> purposes;
    LongList<ConsentEvent> history;    ///< in order of effect, without disclosures
    std::vector<ConsentEvent> earlier; ///< see History
    LongList<Disclosure> disclosures;
    std::vector<ListView> lists;                       ///< those with rows, in order of the modules
    nlohmann::json modules = nlohmann::json::object(); ///< what else modules add, by module
    std::vector<AutomatedView> automated;
    nlohmann::json transfers = nlohmann::json::array(); ///< art. 15(2), as modules tell them
    std::int64_t audit_sequence = 0;
    std::string audit_hash; ///< hexadecimal
};

/// Errc::subject_unknown, Errc::erased. The lists of the model are walked inside the same Read.
AccessModel collect(store::Engine& engine, SubjectId subject, const BundleOptions& options);

/// Where rendered text goes.
using Output = std::function<void(std::string_view)>;
/// data.json, piece by piece.
void render_json(const AccessModel& model, const Output& out);
std::string render_html(const AccessModel& model);
std::string render_csv(const AccessModel& model); ///< data.csv, one row
/// The lists that have rows, a CSV file each: its name, and what writes it.
struct CsvFile {
    std::string name;
    std::function<void(const Output&)> render;
};
std::vector<CsvFile> list_files(const AccessModel& model);

/// The text of `labels` for `language`: exact, its base language, English, the first, or
/// `otherwise`.
const std::string& label_for(const std::map<std::string, std::string>& labels,
                             const std::string& language, const std::string& otherwise);
/// The field's value, or null if it has none.
const Value* value_of(const FieldValues& values, const std::string& name);
/// Of a field that holds a text; empty if it has none.
std::string text_of(const FieldValues& values, const std::string& name);
/// Events that are answers of the person about a purpose: requested, granted, refused, withdrawn,
/// expired.
bool is_consent(EventKind kind) noexcept;
/// The person's own act: theirs to take along (art. 20).
bool by_subject(const ConsentEvent& event) noexcept;
/// Of the fields, in the person's language.
std::map<std::string, std::string> field_labels(const AccessModel& model);
/// Forms the purpose a profile, and is it permitted now?
bool forms_profile(const PurposeView& view) noexcept;

/// A kind of data that there is of the person (art. 15(1)(b)).
struct Category {
    std::string code; ///< its words are in strings.json, under "lists"
    std::uint64_t count = 0;
};
std::vector<Category> categories_of(const AccessModel& model);
/// The text that the event names, or null.
const TextShown* text_of(const AccessModel& model, const ConsentEvent& event);

} // namespace habeas::exports

// Everything the store knows about one person at one moment. JSON, page and CSV are renderings of
// it.
#pragma once

#include "habeas/consent.hpp"
#include "habeas/export.hpp"
#include "store/engine.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
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
    std::vector<ConsentEvent> history; ///< in order of effect, without disclosures
    std::vector<Disclosure> disclosures;
    nlohmann::json modules = nlohmann::json::object(); ///< what further modules add, by module
    std::int64_t audit_sequence = 0;
    std::string audit_hash; ///< hexadecimal
};

/// Reads all of it in one snapshot. Errc::subject_unknown, Errc::erased.
AccessModel collect(store::Engine& engine, SubjectId subject, const BundleOptions& options);

std::string render_json(const AccessModel& model);
std::string render_html(const AccessModel& model);
std::string render_csv(const AccessModel& model);

/// The text of `labels` for `language`: exact, its base language, English, the first, or
/// `otherwise`.
const std::string& label_for(const std::map<std::string, std::string>& labels,
                             const std::string& language, const std::string& otherwise);
/// The field's value, or null if it has none.
const Value* value_of(const FieldValues& values, const std::string& name);
/// Events that are answers of the person about a purpose: requested, granted, refused, withdrawn,
/// expired.
bool is_consent(EventKind kind) noexcept;
/// The text that the event names, or null.
const TextShown* text_of(const AccessModel& model, const ConsentEvent& event);

} // namespace habeas::exports

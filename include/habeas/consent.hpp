// Purposes, consent texts, the ledger of events, and the decision.
#pragma once

#include "habeas/subject.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace habeas {

enum class EventId : std::int64_t {}; ///< the sequence in the audit chain

/// Lawful basis (GDPR art. 6(1)), and the national rules for marketing that stand beside it.
enum class Basis : std::uint8_t {
    consent,
    contract,
    legal_obligation,
    vital_interests,
    public_task,
    legitimate_interests,
    soft_opt_in,   ///< ePrivacy Directive art. 13(2)
    casl_implied,  ///< Canada, CASL s. 10(9)
    opt_out_regime ///< United States, CAN-SPAM
};
enum class PurposeKind : std::uint8_t {
    marketing,
    profiling,
    transactional,
    service,
    confirmation,
    legal,
    legal_claims,
    storage,
    safety,
    security,
    research
};
enum class Channel : std::uint8_t { any = 0, email, sms, phone, post, push, web, internal };

/// What was shown when consent was asked, in one language.
struct ConsentText {
    std::string language; ///< BCP 47
    std::string text;     ///< the exact words
    std::string label;    ///< the checkbox label
    bool operator==(const ConsentText&) const = default;
};
/// Immutable and numbered from 1 within its purpose; hashed by content.
struct TextVersion {
    std::int32_t number = 0;
    /// Did the processing behind it change considerably against the version before (EDPB 05/2020
    /// par. 110)? Unknown counts as yes: older consents no longer carry.
    std::optional<bool> material_change;
    std::vector<ConsentText> texts;
    std::string hash; ///< BLAKE2b-256 of the content, hexadecimal (filled by habeas)
    Time recorded_at{};
    bool operator==(const TextVersion&) const = default;
};

/// One reason for processing. Each has a consent field consent.<code> on every subject.
struct Purpose {
    std::string code; ///< [a-z][a-z0-9_]{0,62}
    std::map<std::string, std::string> labels;
    std::map<std::string, std::string> descriptions;
    Basis basis = Basis::consent;
    PurposeKind kind = PurposeKind::marketing;
    std::vector<Channel> channels;
    /// ISO 8601 duration after which a consent expires ("P24M")
    std::optional<std::string> validity;
    std::optional<std::string> retention; ///< ISO 8601 duration, counted from the deciding event
    bool double_opt_in = false;
    std::string double_opt_in_validity = "P2D"; ///< a request not confirmed by then has lapsed
    bool contains_marketing = false; ///< a message of another kind that advertises: never allowed
    bool balancing_test = false;     ///< legitimate interests: the test is on file
    bool special_category = false;   ///< art. 9: explicit consent or an exception
    std::optional<std::string> art9_exception; ///< "9(2)(h)", ...
    bool aimed_at_children = false;
    bool information_society_service = true; ///< art. 8 applies to consent
    bool own_similar_products = true;        ///< soft opt-in: what is advertised
    bool opt_out_in_each_message = true;     ///< soft opt-in condition
    /// who may rely on it; empty: the store's controller alone
    std::vector<std::string> controllers;
    std::vector<std::string> recipients; ///< processors by code or name
    std::vector<TextVersion> texts;      ///< filled when read; add with Purposes::add_text
    std::optional<Time> retired_at;
    bool operator==(const Purpose&) const = default;
};

/// Everything that can change a decision is an event of the ledger.
enum class EventKind : std::uint8_t {
    requested = 1, ///< double opt-in asked, not yet confirmed (evidence.expires_at may be set)
    granted,
    refused,
    withdrawn,
    expired,
    objected, ///< art. 21; `scope`: direct_marketing, legitimate_interests, public_task
    objection_upheld,
    objection_overridden,
    restricted,         ///< art. 18
    restriction_notice, ///< the person was told that it will be lifted (art. 18(3))
    restriction_lifted,
    suppressed,     ///< `scope`: marketing, all
    unsuppressed,   ///< the person's own later act
    bounced,        ///< `scope`: hard, soft
    complained,     ///< spam complaint, an objection without form
    delivery_reset, ///< a new address, or the old one works again
    erasure_requested,
    erasure_refused,
    erasure_cancelled,
    basis_fact,  ///< `data`: sale_context, similar_products, own_products,
                 ///< opt_out_offered_at_collection, casl_kind + casl_date, retention_until
    basis_ended, ///< contract over and no claim open
    basis_resumed,
    profile_changed, ///< country, date of birth or recipient kind before the change (by habeas)
    merged,          ///< two subjects became one (by habeas)
    disclosed,       ///< data given to somebody (exports, access bundles)
    proof_opened,    ///< sealed evidence was read, with its ground
    /// nothing is sent until evidence.expires_at. Without a purpose: no marketing; with one:
    /// nothing for it that is marketing or rests on consent
    paused,
    resumed, ///< the pause is over before its end
    // Acts on the store as a whole; they have no subject.
    store_created = 64,
    purpose_defined,
    purpose_retired,
    text_added,
    field_changed,
    setting_changed,
    imported,
    erased,
    retention_deleted,
    key_rotated,
    restored,
    migrated,
    exported
};
std::string_view event_kind_name(EventKind kind) noexcept;
std::optional<EventKind> event_kind(std::string_view name) noexcept;
std::string_view channel_name(Channel channel) noexcept;
std::optional<Channel> channel(std::string_view name) noexcept;
std::string_view basis_name(Basis basis) noexcept;
std::optional<Basis> basis(std::string_view name) noexcept;
std::string_view purpose_kind_name(PurposeKind kind) noexcept;
std::optional<PurposeKind> purpose_kind(std::string_view name) noexcept;

/// How we know. What is missing makes a consent unproven (art. 7(1)), not invalid input.
struct Evidence {
    std::string method;            ///< form, api, import, phone, paper, email_link; empty: none
    std::int32_t text_version = 0; ///< of the purpose; 0: not known
    std::string language;
    std::string form, submission, document; ///< references in the host's words
    std::string ip;                ///< truncated by habeas before it is stored: IPv4 /24, IPv6 /48
    std::string user_agent;        ///< at most 400 bytes are kept
    bool preticked = false;        ///< then the consent is invalid (C-673/17)
    bool gdpr_standard = true;     ///< false: an old consent below the GDPR's standard (rec. 171)
    bool explicit_consent = false; ///< art. 9(2)(a)
    bool parental_authorisation = false; ///< art. 8
    /// named in the text; empty: every controller of the purpose
    std::vector<std::string> controllers;
    std::optional<Time> expires_at; ///< of this consent or request, if not the purpose's
    std::string note;
    bool operator==(const Evidence&) const = default;
};

struct ConsentEvent {
    EventId id{};
    SubjectId subject{};
    EventKind kind = EventKind::granted;
    std::string purpose;            ///< empty: all purposes
    Channel channel = Channel::any; ///< any: all channels of the purpose
    std::string scope;              ///< see EventKind
    Time effective_at{};            ///< when it happened; epoch: now. > 5 minutes ahead is refused
    Time recorded_at{};             ///< when we learned it (filled by habeas)
    Evidence evidence;
    std::map<std::string, std::string> data; ///< facts of basis_fact
    Actor actor;                             ///< filled by habeas
    bool operator==(const ConsentEvent&) const = default;
};

enum class ConsentState : std::uint8_t { none, requested, granted, refused, withdrawn, expired };
std::string_view consent_state_name(ConsentState state) noexcept;

/// Why. Codes and order of precedence: tests/data/law/decision_table.json.
enum class Reason : std::uint8_t {
    // allowed
    ok_consent = 1,
    ok_contract,
    ok_legal_obligation,
    ok_vital_interests,
    ok_public_task,
    ok_legitimate_interests,
    ok_soft_opt_in,
    ok_casl_implied,
    ok_opt_out_regime,
    ok_storage,
    ok_legal_claims,
    ok_doi_confirmation,
    // denied, in the order of precedence
    subject_unknown = 32,
    purpose_not_declared,
    erased,
    erasure_pending,
    restricted,
    suppressed,
    hard_bounce,
    complaint,
    objected_direct_marketing,
    objected_pending,
    objected,
    basis_not_permitted_for_purpose,
    basis_not_permitted_for_channel,
    basis_not_permitted_for_country,
    basis_ended,
    mixed_with_marketing,
    balancing_test_missing,
    soft_opt_in_condition_missing,
    casl_implied_expired,
    no_consent,
    consent_other_purpose,
    consent_other_channel,
    consent_other_controller,
    consent_not_yet_given,
    consent_pending,
    consent_refused,
    consent_withdrawn,
    consent_expired,
    consent_version_superseded,
    consent_invalid,
    consent_unproven,
    explicit_consent_required,
    child_no_parental_authorisation,
    age_unknown,
    retention_expired,
    transfer_denied,
    paused
};
std::string_view reason_code(Reason reason) noexcept; ///< "OK_CONSENT", "CONSENT_WITHDRAWN", ...
std::optional<Reason> reason(std::string_view code) noexcept;
std::string_view reason_reference(Reason reason) noexcept; ///< the articles it rests on

/// The answer to "may this subject be processed for this purpose over this channel at this time?"
struct Decision {
    bool allowed = false;
    Reason reason = Reason::subject_unknown;
    std::string_view reference;      ///< legal reference; static
    EventId event{};                 ///< the ledger event that decided, 0 where none
    std::optional<Time> holds_until; ///< the answer may change then, without any new event
};

struct DecideOptions {
    std::optional<Time> at;       ///< the moment asked about; empty: now
    std::optional<Time> known_at; ///< what was recorded by then; empty: all
    std::string controller;       ///< which of several controllers asks; empty: the store's
};

/// One step of the order of precedence, for people.
struct ExplainStep {
    std::string question; ///< "Is processing restricted (art. 18)?"
    std::string answer;   ///< "No."
    bool decided = false;
};
struct Explanation {
    Decision decision;
    std::string summary; ///< one or two sentences
    std::vector<ExplainStep> steps;
    std::string to_json() const;
};

struct FilterOptions {
    std::optional<Time> at;
    std::string controller;
    bool denied_too = false;      ///< give the denied with their reason as well
    std::optional<Time> known_at; ///< what was recorded by then; empty: all
};

/// May somebody get data of a subject for a purpose (chapter V)?
struct Transfer {
    const Purpose* purpose = nullptr;
    std::string_view country;   ///< of the subject, ISO 3166-1; empty: not known
    std::string_view processor; ///< of the gateway that sends; empty: the purpose's recipients
    Time at{};
};
class TransferGuard {
  public:
    virtual ~TransferGuard() = default;
    virtual bool permitted(const Transfer& transfer) = 0;
};

class Purposes {
  public:
    explicit Purposes(Store& store) : engine_(&store.engine()) {}
    explicit Purposes(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use
    /// Declares a purpose or changes it; former definitions stay for questions about the past.
    /// `texts` of the argument that are new are added. Errc::invalid names the member.
    void define(const Purpose& purpose);
    /// Adds the next text version and returns its number. The same content again gives the number
    /// it has.
    std::int32_t add_text(const std::string& purpose, const TextVersion& version);
    void retire(const std::string& purpose);
    [[nodiscard]] std::vector<Purpose> list() const;
    [[nodiscard]] std::optional<Purpose> find(const std::string& code) const;

  private:
    store::Engine* engine_;
};

class Consent {
  public:
    explicit Consent(Store& store) : engine_(&store.engine()) {}
    explicit Consent(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use

    /// Appends an event. Errc::subject_unknown, erased, not_found (purpose, text version), invalid.
    EventId record(const ConsentEvent& event);
    std::vector<EventId> record(std::span<const ConsentEvent> events); ///< all or none
    /// consent.<purpose>.<channel>; any = the least permissive of the purpose's channels.
    [[nodiscard]] ConsentState state(SubjectId subject, const std::string& purpose,
                                     Channel channel = Channel::any) const;
    /// The subject's ledger in order of effect.
    [[nodiscard]] std::vector<ConsentEvent> history(SubjectId subject) const;

    [[nodiscard]] Decision may_process(SubjectId subject, const std::string& purpose,
                                       Channel channel, const DecideOptions& options = {}) const;
    [[nodiscard]] Explanation explain(SubjectId subject, const std::string& purpose,
                                      Channel channel, const DecideOptions& options = {}) const;
    /// Who of everybody may be processed: one statement, in order of id. Return false to stop.
    void filter(const std::string& purpose, Channel channel,
                const std::function<bool(SubjectId, const Decision&)>& row,
                const FilterOptions& options = {}) const;
    /// Who of these. Order and duplicates as given; unknown ids are denied.
    [[nodiscard]] std::vector<Decision> filter(std::span<const SubjectId> subjects,
                                               const std::string& purpose, Channel channel,
                                               const FilterOptions& options = {}) const;

    /// Suppression list: keyed hash only. kind: objection, erasure, bounce, complaint; scope:
    /// marketing, all.
    void suppress(const Identifier& identifier, const std::string& kind, const std::string& scope,
                  const std::string& note = {});
    /// Only for the person's own later act; `reason` says which. Returns false if there was none.
    bool unsuppress(const Identifier& identifier, const std::string& reason);
    [[nodiscard]] bool suppressed(const Identifier& identifier) const;
    [[nodiscard]] std::int64_t suppression_count() const;

    void set_transfer_guard(TransferGuard* guard); ///< beside the registry; not owned; null: none

    enum class ReceiptFormat : std::uint8_t { iso_27560, kantara_1_1 };
    /// Receipt of a consent event: ISO/IEC TS 27560 JSON-LD with DPV terms, or Kantara 1.1 JSON.
    [[nodiscard]] std::string receipt(EventId event, ReceiptFormat format) const;

  private:
    store::Engine* engine_;
};

} // namespace habeas

// Forms: declared, checked against the law, rendered as HTML, and what people sent with them.
#pragma once

#include "habeas/optin.hpp"
#include "habeas/request.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace habeas {

enum class SubmissionId : std::int64_t {}; ///< never used twice

enum class FormFieldType : std::uint8_t {
    text,
    textarea,
    email,
    tel,
    url,
    number,
    date,
    datetime,
    time,
    select,
    multiselect,
    country,
    radio,
    checkbox,
    checkbox_switch, ///< "switch": a checkbox that looks otherwise
    checkbox_group,
    hidden,
    honeypot,   ///< people do not see it; what fills it in is no person
    text_block, ///< words, no input
    page_break, ///< begins a new section; its label is the heading
    button      ///< sends the form; with a purpose: consent by this very button
};
std::string_view form_field_type_name(FormFieldType type) noexcept;
/// Also takes Mautic's names ("checkboxgrp", "radiogrp", "freetext", "pagebreak").
std::optional<FormFieldType> form_field_type(std::string_view name) noexcept;

/// Words by language (BCP 47). In JSON a plain text is in the language of the form (or field).
using FormWords = std::map<std::string, std::string>;

/// Holds if another field of the form has one of these values; without values: any value.
struct FormCondition {
    std::string field;
    std::vector<std::string> values;
    bool negated = false; ///< none of these; without values: nothing
    bool operator==(const FormCondition&) const = default;
};

struct FormField {
    std::string name; ///< [a-z][a-z0-9_]{0,62}; of a consent field, if not given: its purpose
    FormFieldType type = FormFieldType::text;
    FormWords label;
    bool show_label = true; ///< false: read out, but not seen
    FormWords help;
    std::string maps_to; ///< field of the subject, or "consent.<purpose>"; empty: only kept
    std::vector<std::string> purposes; ///< whose consent it asks; more than one is a fault (F004)
    std::vector<Channel> channels;     ///< of that purpose; empty: all it has
    bool required = false;
    std::optional<std::string> default_value; ///< of a box "true" or "false"
    std::vector<Choice> options;
    bool field_choices = false; ///< the choices of the mapped field; of consent: one for a channel
    bool show_when_value_exists = true;
    int show_after_submissions = 0;        ///< by the same, identified person
    std::vector<FormCondition> conditions; ///< all hold, or the field is not asked

    // What only the lint looks at; a member that is not set says nothing.
    std::string language; ///< of the label; empty: the form's
    std::string category; ///< of art. 9: health, genetic, biometric, belief, politics, union, ...
    std::vector<std::string> recipients;
    std::optional<std::int32_t> text_version; ///< 0: none is stored
    std::optional<bool> material_change;
    std::string existing;  ///< consents from before a material change: keep, reconsent
    bool inverted = false; ///< ticked means no
    bool explicit_consent = false;
    bool operator==(const FormField&) const = default;
};

struct FormAction {
    enum class Kind : std::uint8_t {
        message,  ///< shows `text`
        redirect, ///< to `target`, an address
        notify,   ///< an employee, `target`: "Name <address>"
        open_request,
        set_fields,
        add_segment,
        remove_segment,
        add_tag,
        remove_tag,
        send_message,
        points ///< gives or takes `points`, where profiling of the person is allowed
    };
    Kind kind = Kind::message;
    FormWords text;
    std::string target; ///< address, segment, tag, or kind of request
    /// notify, send_message: what is sent; open_request: what asks for the identity, with
    /// data.token and data.confirm_url
    std::string message_template;
    std::map<std::string, std::string> fields; ///< set_fields: by the form, not by the visitor
    std::int32_t points = 0;                   ///< may be negative
    std::vector<FormCondition> conditions;
    bool operator==(const FormAction&) const = default;
};
std::string_view form_action_name(FormAction::Kind kind) noexcept;
std::optional<FormAction::Kind> form_action(std::string_view name) noexcept;

/// Facts about the form's surroundings for the lint. Not set: nothing is said about it.
struct FormFacts {
    std::optional<std::string> controller;  ///< empty: nobody is named
    std::optional<std::string> privacy_url; ///< empty: there is none. Shown with each form
    std::optional<bool> withdrawal_text;    ///< the form says how consent is withdrawn
    std::optional<int> withdrawal_steps;
    std::optional<bool> withdrawal_login;
    std::optional<bool> double_opt_in;
    std::optional<bool> list_unsubscribe, open_tracking, click_tracking, visible_unsubscribe;
    std::optional<std::string> age_check; ///< how age is found out; empty: not at all
    std::optional<bool> parental_flow;
    std::optional<bool> mentions_transfer;
    std::optional<std::string> retention;      ///< empty: the notice gives none
    std::optional<std::string> postal_address; ///< empty: none
    std::vector<std::string> processors;
    std::string button_accept, button_refuse;
    std::string audience; ///< children, adults
    std::string delivers; ///< what is given in exchange
    bool operator==(const FormFacts&) const = default;
};

struct Form {
    std::string code;
    std::string language = "en"; ///< for whom none other fits, and of plain texts
    std::string country;         ///< whose severities the lint takes; empty: unknown
    FormWords title, introduction, submit_label;
    std::string primary_purpose; ///< what the form is for: a purpose, or a word such as contact
    /// Only for identified persons; shows what they agreed to, and an unticked box withdraws.
    bool preferences = false;
    std::string confirm_template; ///< double opt-in: of a purpose of kind confirmation
    int limit = 20;               ///< submissions of one source ...
    int limit_minutes = 60;       ///< ... within
    std::vector<FormField> fields;
    std::vector<FormAction> actions;
    FormFacts facts;
    bool operator==(const Form&) const = default;
};

enum class LintSeverity : std::uint8_t { off, info, warning, error };
std::string_view lint_severity_name(LintSeverity severity) noexcept;
struct LintFinding {
    std::string rule; ///< "F011"
    LintSeverity severity = LintSeverity::error;
    std::string title;
    std::string reference; ///< articles and judgments
    std::string pointer;   ///< JSON pointer into the definition
    std::string remedy;
    bool operator==(const LintFinding&) const = default;
};

struct FormInfo {
    Form form;
    std::int32_t version = 0;
    std::string hash; ///< BLAKE2b-256 of the canonical definition, hexadecimal
    std::optional<Time> published_at, retired_at;
    std::string overridden;       ///< why its errors were accepted
    std::int64_t submissions = 0; ///< that are still kept
};

struct RenderOptions {
    std::string language;              ///< empty, or one that the form lacks: the form's
    std::string action;                ///< where the form is sent; empty: the page's own address
    std::string csrf_name, csrf_value; ///< the host's token, as a hidden input
    std::map<std::string, std::string> classes;     ///< form, field, input, button, ...
    std::string id_prefix;                          ///< where a page has several forms
    std::optional<SubjectId> subject;               ///< whom the host has identified
    std::multimap<std::string, std::string> values; ///< of a refused submission
    std::map<std::string, std::string> errors;      ///< and what was wrong, by field
};
struct RenderedForm {
    std::string html; ///< one <form> element; no script, no style
    std::string language;
    std::int32_t version = 0;
};

struct SubmissionContext {
    std::string ip, user_agent; ///< the address is truncated before it is kept
    std::string language;
    std::string page; ///< where the form stood
    /// Whom the host has identified (signed in, or by a token): only then values are overwritten.
    /// A cookie that recognises a browser is no identification.
    std::optional<SubjectId> subject;
};
struct SubmissionResult {
    enum class Outcome : std::uint8_t {
        accepted,
        invalid,     ///< see errors; nothing was kept
        rate_limited ///< nothing was kept
    };
    Outcome outcome = Outcome::accepted;
    std::optional<SubmissionId> id;   ///< empty though accepted: the honeypot was filled in
    std::optional<SubjectId> subject; ///< for the host alone, never for the page
    /// By field, in the language of the form; "" is the form as a whole.
    std::map<std::string, std::string> errors;
    std::string message, redirect; ///< what the person gets to see; a message may be empty
    std::vector<RequestId> requests;
    std::vector<MessageId> messages;
    std::optional<OptinId> optin; ///< what waits to be confirmed (Optins)
    /// For the host alone: fields of the form whose value is not in the profile, as it may not be
    /// overwritten, is another person's address, or maps to a field that is gone; and ticked boxes
    /// of retired purposes, which record nothing.
    std::vector<std::string> not_taken;
};

struct Submission {
    SubmissionId id{};
    SubjectId subject{};
    std::string form;
    std::int32_t version = 0;
    std::string language, page;
    Time at{};
    bool identified = false;
    std::map<std::string, std::string> values; ///< several of one field are joined by |
    bool operator==(const Submission&) const = default;
};

class Forms {
  public:
    explicit Forms(Store& store) : engine_(&store.engine()) {}
    explicit Forms(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use

    /// Declares a form, or its next version; returns the number. The same content again gives the
    /// number it has. Errc::invalid at the JSON pointer. Nobody can send it before it is published.
    std::int32_t define(const Form& form);
    /// Its latest version is what people get from now on. Errc::denied, naming the rules, while
    /// the lint finds an error, unless `override_reason` says why that is right (kept for good).
    void publish(const std::string& code, const std::string& override_reason = {});
    void retire(const std::string& code); ///< no more submissions; what was sent stays
    [[nodiscard]] std::vector<FormInfo> list() const;
    /// The latest version; with `version` that one. Nothing: there is none.
    [[nodiscard]] std::optional<FormInfo> find(const std::string& code,
                                               std::int32_t version = 0) const;

    /// All that the rules find in this store: what a definition leaves out is missing.
    [[nodiscard]] std::vector<LintFinding> lint(const Form& form) const;
    /// By the definition alone: what it leaves out is not judged.
    [[nodiscard]] static std::vector<LintFinding> lint_definition(const Form& form);

    /// The published version; Errc::not_found. `draft`: the latest one, to look at.
    [[nodiscard]] RenderedForm render(const std::string& code, const RenderOptions& options = {},
                                      bool draft = false) const;
    /// One transaction. `values` as a browser sends them: a name may come several times.
    SubmissionResult submit(const std::string& code,
                            const std::multimap<std::string, std::string>& values,
                            const SubmissionContext& context = {});
    [[nodiscard]] Submission submission(SubmissionId id) const; ///< Errc::not_found
    /// In order of id, after `after`. Empty form or subject: of all.
    [[nodiscard]] std::vector<Submission> submissions(const std::string& form,
                                                      std::optional<SubjectId> subject = {},
                                                      std::size_t limit = 100,
                                                      SubmissionId after = {}) const;

    static Form from_json(const std::string& json); ///< Errc::invalid at its pointer
    static std::string to_json(const Form& form);   ///< canonical

  private:
    store::Engine* engine_;
};

} // namespace habeas

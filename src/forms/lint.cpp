#include "forms/lint.hpp"

#include "forms/validate.hpp"

#include <algorithm>

namespace habeas::forms {
namespace {

bool is_box(FormFieldType type) {
    return type == FormFieldType::checkbox || type == FormFieldType::checkbox_switch ||
           type == FormFieldType::checkbox_group;
}
bool is_active(FormFieldType type) {
    return is_box(type) || type == FormFieldType::radio || type == FormFieldType::button;
}
std::string primary_tag(std::string_view language) {
    return std::string(language.substr(0, language.find('-')));
}
bool contains_any(std::string_view text, std::initializer_list<std::string_view> parts) {
    return std::any_of(parts.begin(), parts.end(), [&](std::string_view each) {
        return text.find(each) != std::string_view::npos;
    });
}

class Linter {
  public:
    Linter(const Form& form, const StoreFacts* store) : form_(form), store_(store) {}

    std::vector<LintFinding> run() {
        for (std::size_t i = 0; i < form_.fields.size(); ++i) {
            const FormField& field = form_.fields[i];
            at_ = "/fields/" + std::to_string(i);
            if (field.purposes.empty()) {
                other_field(field);
            } else {
                has_consent_ = true;
                consent_field(field);
            }
        }
        whole_form();
        std::stable_sort(out_.begin(), out_.end(),
                         [](const auto& a, const auto& b) { return a.rule < b.rule; });
        return std::move(out_);
    }

  private:
    void found(std::string_view id, std::string pointer,
               std::optional<LintSeverity> at_least = std::nullopt) {
        const auto all = rules();
        const auto rule =
            std::find_if(all.begin(), all.end(), [&](const Rule& each) { return each.id == id; });
        LintSeverity severity = severity_in(*rule, form_.country);
        if (at_least && severity != LintSeverity::off) {
            severity = std::max(severity, *at_least);
        }
        if (severity != LintSeverity::off) {
            out_.push_back({std::string(rule->id), severity, std::string(rule->title),
                            std::string(rule->reference), std::move(pointer),
                            std::string(rule->remedy)});
        }
    }

    [[nodiscard]] const Purpose* purpose(const std::string& code) const {
        if (store_ == nullptr) {
            return nullptr;
        }
        auto found = store_->purposes.find(code);
        return found == store_->purposes.end() ? nullptr : &found->second;
    }
    /// Missing in a whole form counts, missing in a part of one does not.
    [[nodiscard]] bool missing(const std::optional<std::string>& fact, bool known) const {
        return fact ? fact->empty() : store_ != nullptr && !known;
    }

    void consent_field(const FormField& field) {
        if (field.default_value && *field.default_value != "false") {
            found("F001", at_ + "/default");
        }
        if (!is_active(field.type)) {
            found("F002", at_ + "/type");
        }
        if (field.purposes.size() > 1) {
            found("F004", at_ + "/purposes");
        }
        channels(field);
        words(field);
        required(field);
        language(field);
        version(field);
        if (field.material_change.value_or(false) && field.existing != "reconsent") {
            found("F024", at_ + "/existing");
        }
        const std::string& refuse = form_.facts.button_refuse;
        if (field.type == FormFieldType::button && refuse != "button" &&
            (store_ != nullptr || !refuse.empty())) {
            found("F025", "/buttons/refuse");
        }
        basis(field);
        explicit_ = explicit_ || field.explicit_consent;
    }

    void channels(const FormField& field) {
        const Purpose* known = purpose(field.purposes.front());
        const std::size_t count = field.channels.empty() && known != nullptr
                                      ? known->channels.size()
                                      : field.channels.size();
        if (count > 1 && field.type != FormFieldType::checkbox_group) {
            found("F005", at_ + "/channels");
        }
        if (known != nullptr && !known->double_opt_in &&
            std::find(known->channels.begin(), known->channels.end(), Channel::email) !=
                known->channels.end()) {
            found("F013", at_);
        }
        for (Channel each : field.channels.empty() && known ? known->channels : field.channels) {
            by_phone_ = by_phone_ || each == Channel::sms || each == Channel::phone;
            by_post_ = by_post_ || each == Channel::post;
        }
    }

    void words(const FormField& field) {
        const std::string at = at_ + "/label";
        bool terms = false, nothing = false, partners = false, hard = false, no = field.inverted;
        bool goes_on = false;
        for (const std::string& text : shown_texts(field, store_)) {
            terms = terms || says_terms(text);
            goes_on = goes_on || says_going_on(text);
            nothing = nothing || says_nothing(text);
            partners = partners || says_third_parties(text);
            hard = hard || hard_to_read(text);
            no = no || says_no_when_ticked(text);
            named_ = named_ || names_company(text);
            withdrawal_ = withdrawal_ || says_withdrawal(text);
        }
        if (goes_on) {
            found("F002", at);
        }
        if (terms) {
            found("F003", at);
        }
        if (nothing) {
            found("F006", at);
        }
        if (hard) {
            found("F017", at);
        }
        const Purpose* known = purpose(field.purposes.front());
        const bool names =
            !field.recipients.empty() ||
            (known != nullptr && !(known->controllers.empty() && known->recipients.empty()));
        if (partners && !names) {
            found("F016", field.recipients.empty() ? at : at_ + "/recipients");
        }
        if (no && (known == nullptr || known->basis != Basis::soft_opt_in)) {
            found("F018", field.inverted ? at_ + "/inverted" : at);
        }
    }

    void required(const FormField& field) {
        const bool same = std::find(field.purposes.begin(), field.purposes.end(),
                                    form_.primary_purpose) != field.purposes.end();
        main_consent_ = main_consent_ || same;
        if (!field.required || (form_.primary_purpose.empty() && store_ == nullptr)) {
            return;
        }
        const char* rule = same ? "F011" : form_.facts.delivers.empty() ? "F010" : "F012";
        found(rule, at_ + "/required");
    }

    void language(const FormField& field) {
        bool differs =
            !field.language.empty() && primary_tag(field.language) != primary_tag(form_.language);
        if (const Purpose* known = purpose(field.purposes.front());
            known != nullptr && !known->texts.empty()) {
            const auto& texts = known->texts.back().texts;
            differs = std::none_of(texts.begin(), texts.end(), [&](const ConsentText& each) {
                return primary_tag(each.language) == primary_tag(form_.language);
            });
        }
        if (differs) {
            found("F020", at_ + "/language");
        }
    }

    void version(const FormField& field) {
        bool wrong = field.text_version && *field.text_version == 0;
        if (store_ != nullptr) {
            const Purpose* known = purpose(field.purposes.front());
            wrong = known == nullptr || known->texts.empty();
            for (const auto& [tag, label] : field.label) {
                wrong = wrong || std::none_of(known->texts.back().texts.begin(),
                                              known->texts.back().texts.end(),
                                              [&label = label](const ConsentText& each) {
                                                  return each.label == label || each.text == label;
                                              });
            }
        }
        if (wrong) {
            found("F023", at_ + "/text_version");
        }
    }

    void basis(const FormField& field) {
        for (const std::string& code : field.purposes) {
            const Purpose* known = purpose(code);
            const bool other_basis =
                known != nullptr
                    ? known->basis != Basis::consent && known->basis != Basis::soft_opt_in
                    : contains_any(code, {"order", "invoice", "contract", "delivery", "shipping",
                                          "shipment", "payment", "transactional"});
            if (other_basis) {
                found("F029", at_ + "/purposes");
            }
            tracking_ = tracking_ || (known != nullptr ? known->kind == PurposeKind::profiling
                                                       : contains_any(code, {"track", "profil"}));
        }
    }

    void other_field(const FormField& field) {
        const bool box =
            field.type == FormFieldType::checkbox || field.type == FormFieldType::checkbox_switch;
        if (box && field.default_value && is_yes(*field.default_value)) {
            found("F001", at_ + "/default");
        }
        static const std::set<std::string, std::less<>> special{
            "health",     "genetic",  "biometric", "belief",   "religion",
            "philosophy", "politics", "union",     "sex_life", "sexual_orientation",
            "ethnic",     "ethnicity"};
        if (special.contains(field.category) ||
            (store_ != nullptr && store_->special_fields.contains(field.maps_to))) {
            special_at_ = at_;
        }
        for (const auto& [tag, text] : field.label) {
            if (field.type == FormFieldType::text_block && says_going_on(text)) {
                found("F002", at_ + "/label");
            }
        }
        const bool data = field.type <= FormFieldType::hidden;
        const bool email = field.type == FormFieldType::email ||
                           (store_ != nullptr && store_->email_fields.contains(field.maps_to));
        if (field.required && data && !email) {
            required_.emplace_back(&field, at_);
        }
    }

    void whole_form() {
        const FormFacts& facts = form_.facts;
        if (missing(facts.privacy_url, false)) {
            found("F009", "/privacy_url");
        }
        if (has_consent_) {
            about_consent(facts);
        }
        for (const auto& [tag, text] : form_.introduction) {
            if (says_going_on(text)) {
                found("F002", "/introduction");
            }
        }
        if ((facts.audience == "children" || facts.audience == "minors" ||
             facts.audience == "mixed") &&
            (facts.age_check.value_or("").empty() || !facts.parental_flow.value_or(true))) {
            found("F019", "/age_check");
        }
        if (!special_at_.empty() && !explicit_) {
            found("F021", special_at_);
        }
        if (main_consent_) {
            more_than_needed(facts);
        }
        if (!facts.processors.empty() && !facts.mentions_transfer.value_or(true)) {
            found("F026", "/privacy/mentions_transfer");
        }
        if (facts.retention && facts.retention->empty()) {
            found("F027", "/privacy/retention");
        }
    }

    void about_consent(const FormFacts& facts) {
        const bool known = store_ != nullptr && !store_->controller.empty();
        if (missing(facts.controller, known) && !named_) {
            found("F007", "/controller");
        }
        const bool silent = facts.withdrawal_text ? !*facts.withdrawal_text : store_ != nullptr;
        if (silent && !withdrawal_) {
            found("F008", "/withdrawal_text");
        }
        if (store_ == nullptr && facts.double_opt_in && !*facts.double_opt_in) {
            found("F013", "/double_opt_in");
        }
        if (facts.withdrawal_steps.value_or(1) > 2 || facts.withdrawal_login.value_or(false)) {
            found("F014", "/withdrawal");
        }
        if (!facts.list_unsubscribe.value_or(true)) {
            // With no visible link either there is no valid way to say stop at all.
            found("F015", "/template/list_unsubscribe",
                  facts.visible_unsubscribe.value_or(true) ? std::nullopt
                                                           : std::optional(LintSeverity::error));
        }
        if ((facts.open_tracking.value_or(false) || facts.click_tracking.value_or(false)) &&
            !tracking_) {
            found("F028", facts.open_tracking.value_or(false) ? "/template/open_tracking"
                                                              : "/template/click_tracking");
        }
        const bool identity = store_ != nullptr && store_->address;
        const bool contact = store_ == nullptr || store_->contact;
        if (form_.country == "CA" &&
            (missing(facts.postal_address, identity) || !contact || (silent && !withdrawal_))) {
            found("F030", "/postal_address");
        }
    }

    void more_than_needed(const FormFacts& facts) {
        for (const auto& [field, at] : required_) {
            const bool needed =
                (by_phone_ && field->type == FormFieldType::tel) || by_post_ ||
                (field->type == FormFieldType::date && !facts.age_check.value_or("").empty());
            if (!needed) {
                found("F022", at + "/required");
            }
        }
    }

    const Form& form_;
    const StoreFacts* store_;
    std::vector<LintFinding> out_;
    std::string at_, special_at_;
    std::vector<std::pair<const FormField*, std::string>> required_;
    bool has_consent_ = false, named_ = false, withdrawal_ = false, explicit_ = false;
    bool main_consent_ = false, tracking_ = false, by_phone_ = false, by_post_ = false;
};

} // namespace

std::vector<std::string> shown_texts(const FormField& field, const StoreFacts* store) {
    std::vector<std::string> out;
    if (store != nullptr) {
        auto known = store->purposes.find(field.purposes.front());
        if (known != store->purposes.end() && !known->second.texts.empty()) {
            for (const ConsentText& each : known->second.texts.back().texts) {
                out.push_back(each.label + "\n" + each.text);
            }
            return out;
        }
    }
    for (const auto& [tag, text] : field.label) {
        out.push_back(text);
    }
    return out;
}

std::vector<LintFinding> lint(const Form& form, const StoreFacts* store) {
    return Linter(form, store).run();
}

} // namespace habeas::forms

namespace habeas {

std::vector<LintFinding> Forms::lint_definition(const Form& form) {
    return forms::lint(form, nullptr);
}

} // namespace habeas

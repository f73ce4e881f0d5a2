// Consent texts and published forms, held against the rules of forms.
#include "records/collect.hpp"

#include "base/contact.hpp"
#include "forms/lint.hpp"
#include "forms/stored.hpp"
#include "habeas/records.hpp"
#include "store/settings.hpp"

#include <algorithm>
#include <array>

namespace habeas {
namespace records {
namespace {

using nlohmann::ordered_json;

/// What a text alone can keep or break; the others are about the form around it.
constexpr std::array<std::string_view, 9> of_texts{"F002", "F003", "F006", "F007", "F008",
                                                   "F013", "F016", "F017", "F018"};

class Lint {
  public:
    explicit Lint(store::Engine& engine) : engine_(engine) {
        country_ = base::country_code(store::controller(engine).value("country", "")).value_or("");
    }

    ordered_json run() {
        ordered_json out = ordered_json::object();
        out["texts"] = texts();
        out["forms"] = forms();
        out["errors"] = errors_;
        out["warnings"] = warnings_;
        return out;
    }

  private:
    ordered_json finding(const LintFinding& found) {
        errors_ += found.severity == LintSeverity::error ? 1 : 0;
        warnings_ += found.severity == LintSeverity::warning ? 1 : 0;
        ordered_json out = ordered_json::object();
        out["rule"] = found.rule;
        out["severity"] = lint_severity_name(found.severity);
        out["title"] = found.title;
        out["reference"] = found.reference;
        out["remedy"] = found.remedy;
        return out;
    }

    /// A form that asks for nothing but this consent, in the words of one language.
    ordered_json of_text(const Purpose& purpose, const ConsentText& text) {
        Form form;
        form.code = "text";
        form.language = text.language;
        form.country = country_;
        FormField& field = form.fields.emplace_back();
        field.name = "consent";
        field.type = FormFieldType::checkbox_group;
        field.purposes = {purpose.code};
        habeas::forms::StoreFacts facts = habeas::forms::store_facts(engine_, form);
        Purpose& shown = facts.purposes.at(purpose.code);
        shown.texts = {purpose.texts.back()};
        shown.texts.back().texts = {text};
        ordered_json out = ordered_json::array();
        for (const LintFinding& each : habeas::forms::lint(form, &facts)) {
            if (std::find(of_texts.begin(), of_texts.end(), each.rule) != of_texts.end()) {
                out.push_back(finding(each));
            }
        }
        return out;
    }

    ordered_json texts() {
        ordered_json out = ordered_json::array();
        for (const Purpose& purpose : Purposes(engine_).list()) {
            // The words of another basis inform; nobody agrees to them.
            if (purpose.retired_at || purpose.texts.empty() || purpose.basis != Basis::consent) {
                continue;
            }
            for (const ConsentText& text : purpose.texts.back().texts) {
                ordered_json each = ordered_json::object();
                each["purpose"] = purpose.code;
                each["version"] = purpose.texts.back().number;
                each["language"] = text.language;
                each["findings"] = of_text(purpose, text);
                out.push_back(std::move(each));
            }
        }
        return out;
    }

    ordered_json forms() {
        ordered_json out = ordered_json::array();
        for (const FormInfo& latest : Forms(engine_).list()) {
            const auto published =
                habeas::forms::load(engine_, latest.form.code,
                                    static_cast<std::int32_t>(habeas::forms::Which::published));
            if (!published) {
                continue;
            }
            ordered_json each = ordered_json::object();
            each["form"] = latest.form.code;
            each["version"] = published->info.version;
            each["overridden"] = published->info.overridden;
            each["findings"] = ordered_json::array();
            for (const LintFinding& found : Forms(engine_).lint(published->info.form)) {
                ordered_json one = finding(found);
                one["pointer"] = found.pointer;
                each["findings"].push_back(std::move(one));
            }
            out.push_back(std::move(each));
        }
        return out;
    }

    store::Engine& engine_;
    std::string country_;
    std::int64_t errors_ = 0, warnings_ = 0;
};

} // namespace

ordered_json lint(store::Engine& engine) {
    return Lint(engine).run();
}

} // namespace records

std::string Records::lint_json() const {
    const store::Engine::Read snapshot(*engine_);
    return records::lint(*engine_).dump();
}

} // namespace habeas

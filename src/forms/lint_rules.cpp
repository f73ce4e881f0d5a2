// Which rules there are: severities by country, what they rest on, how to mend.
// As of 24 November 2026; not legal advice.
#include "forms/lint.hpp"

namespace habeas::forms {
namespace {

using S = LintSeverity;

constexpr std::array<Rule, 30> table{{
    {"F001", S::error, "Box is ticked from the start",
     "GDPR 4(11), rec. 32; C-673/17 Planet49 (1 Oct 2019)",
     "leave the box empty: remove its default"},
    {"F002", S::error, "Consent taken from silence or going on",
     "GDPR rec. 32; EDPB 05/2020 par. 79-81, 86",
     "ask with a box, radio buttons or a button of its own that says what for"},
    {"F003", S::error, "Consent bundled with terms and conditions",
     "GDPR 7(2), 7(4), rec. 43; C-61/19 Orange Romania",
     "ask for the consent in a box of its own, apart from the terms"},
    {"F004", S::error, "More than one purpose in one box",
     "GDPR 6(1)(a), rec. 32, 43; EDPB 05/2020 par. 42-44 (granularity)",
     "give each purpose a box of its own"},
    {"F005",
     S::warning,
     "More than one channel in one box",
     "EDPB 05/2020 (granularity concerns purposes); DE: BGH 1 February 2018, III ZR 196/17: one "
     "declaration for several NAMED channels is valid under UWG par. 7(2)",
     "use a checkbox_group, which has one box for each channel, or name every channel in the text",
     {{{"DE", S::info}, {"*", S::warning}}}},
    {"F006", S::error, "Generic label", "GDPR 4(11) specific and informed, 7(2)",
     "say in the text what the consent is for"},
    {"F007", S::error, "Controller is not named", "GDPR 13(1)(a), rec. 42; EDPB 05/2020 par. 64-65",
     "set the controller in the settings of the store or in the form, or name it in the text"},
    {"F008", S::error, "No word on withdrawal", "GDPR 7(3) sentence 3, 13(2)(c)",
     "say in the text that consent can be withdrawn, or set withdrawal_text to show a sentence "
     "that does"},
    {"F009", S::error, "No link to the privacy notice", "GDPR 13(1)-(2), 12(1)",
     "set privacy_url to the address of the privacy notice"},
    {"F010", S::error, "Marketing consent required for something else",
     "GDPR 7(4), rec. 42-43; EDPB 05/2020 par. 25-41; C-252/21 Meta par. 140-154",
     "make the box optional; a consent to marketing is no condition for something else"},
    {"F011", S::info, "Required consent on a form whose only purpose is that consent",
     "GDPR 7(4) (no other service depends on it)",
     "nothing has to be done; make the box optional if a refusal is to be recorded"},
    {"F012", S::warning, "Content in exchange for newsletter consent",
     "GDPR 7(4), rec. 43; EDPB 05/2020 par. 48 (incentives are not excluded, the controller has to "
     "show free choice)",
     "make the box optional, or offer another way to what is given"},
    {"F013",
     S::warning,
     "No double opt-in",
     "GDPR 7(1), 5(2); DE BGH 10 Feb 2011, I ZR 164/09",
     "set double_opt_in of the purpose and a confirm_template of the form",
     {{{"DE", S::error},
       {"AT", S::error},
       {"CH", S::warning},
       {"LU", S::warning},
       {"*", S::info}}}},
    {"F014", S::error, "Withdrawing is harder than giving",
     "GDPR 7(3) sentence 4; EDPB 05/2020 par. 112-116",
     "let people withdraw in two steps at most and without signing in"},
    {"F015", S::warning, "No one-click unsubscribe header in the mails of this purpose",
     "RFC 8058; bulk sender rules of Gmail and Yahoo 2024 (not law); statute asks only for a "
     "valid, easy way to say stop: ePrivacy 13(2), 13(4), DE UWG par. 7(2) no. 3, GDPR 7(3)",
     "put List-Unsubscribe and List-Unsubscribe-Post into the mails, and a visible link"},
    {"F016", S::error, "Third parties not named",
     "GDPR 13(1)(e), 4(11); EDPB 05/2020 par. 65 (every controller that will rely on the consent "
     "has to be named; processors need not be in the short text)",
     "name everybody who will rely on the consent, in the text and in recipients"},
    {"F017", S::warning, "Not plain language", "GDPR 7(2), 12(1), rec. 42; EDPB 05/2020 par. 67",
     "write short sentences, without nested negation and without numbers of articles"},
    {"F018", S::error, "Negative box (opt-out)", "GDPR 4(11), rec. 32",
     "turn the box round: ticked means yes; an opt-out is for the basis soft_opt_in alone"},
    {"F019", S::error, "No age step where children may sign up", "GDPR 8(1)-(2), rec. 38",
     "ask for the age and have parents authorise where it is below the national limit"},
    {"F020", S::warning, "Language of the consent differs from the language of the form",
     "GDPR 7(2), 12(1) (intelligible); the Czech authority fined English-only information on "
     "Czech-language sites (annual report 2023)",
     "add a text of the purpose in the language of the form"},
    {"F021", S::error, "Special categories without an explicit statement", "GDPR 9(1), 9(2)(a)",
     "ask for an explicit consent: a field of its own with \"explicit\", in words that say so"},
    {"F022", S::warning, "More data than the purpose needs", "GDPR 5(1)(c), 25(2)",
     "make this field optional, or leave it out"},
    {"F023", S::error, "Text shown is not stored as a version",
     "GDPR 7(1), 5(2); EDPB 05/2020 par. 104-108 (a copy of what was shown at that time; a "
     "reference to the website as configured is not enough)",
     "add the text to the purpose as a version, and leave the label of the field out"},
    {"F024", S::error, "Processing changed, old consents kept",
     "EDPB 05/2020 par. 110; GDPR 6(1)(a)",
     "set existing to reconsent: older consents do not carry a changed processing"},
    {"F025", S::warning, "Refusal is hidden or harder",
     "EDPB 05/2020 par. 46-54, EDPB Guidelines 03/2022 (deceptive patterns)",
     "show a button for no that is as visible as that for yes"},
    {"F026", S::warning, "Transfer to a third country not mentioned", "GDPR 13(1)(f), 49(1)(a)",
     "say in the privacy notice that data goes to a third country, and under which tool"},
    {"F027", S::warning, "Storage time or criterion not given", "GDPR 13(2)(a)",
     "give the period, or how it is found, in the privacy notice"},
    {"F028", S::warning, "Tracking in the mails not consented",
     "ePrivacy 5(3); EDPB Guidelines 2/2023",
     "switch tracking off, or ask for a consent to it with a purpose of its own"},
    {"F029", S::error, "Consent asked where it is not the basis",
     "GDPR 5(1)(a), EDPB 05/2020 par. 121-123 (no swapping of bases)",
     "take the box away and use the basis that carries the purpose, with a notice"},
    {"F030",
     S::warning,
     "CASL request lacks the prescribed identity data",
     "CASL 10(1); SOR/2012-36 s. 4",
     "give a postal address, and a telephone number, an e-mail or a web address, and say how "
     "consent is withdrawn",
     {{{"CA", S::error}, {"*", S::off}}}},
}};

} // namespace

std::span<const Rule> rules() noexcept {
    return table;
}

LintSeverity severity_in(const Rule& rule, std::string_view country) noexcept {
    if (country.empty()) {
        return rule.severity;
    }
    for (const CountrySeverity& each : rule.countries) {
        if (each.country == country || each.country == "*") {
            return each.severity;
        }
    }
    return rule.severity;
}

} // namespace habeas::forms

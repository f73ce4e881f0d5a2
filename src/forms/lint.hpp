// The rules that consent forms are held against. Pure: what is known of the store comes in.
#pragma once

#include "habeas/form.hpp"

#include <array>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::forms {

struct CountrySeverity {
    std::string_view country; ///< "*": every other one
    LintSeverity severity = LintSeverity::off;
};
struct Rule {
    std::string_view id;
    LintSeverity severity = LintSeverity::error; ///< where the country is not known
    std::string_view title, reference, remedy;
    std::array<CountrySeverity, 5> countries{}; ///< empty ones at the end
};
std::span<const Rule> rules() noexcept;
/// The country comes first, then "*", then the rule's own.
LintSeverity severity_in(const Rule& rule, std::string_view country) noexcept;

/// What the store knows. Absent: a definition is judged alone, and what it leaves out is not.
struct StoreFacts {
    std::string controller; ///< the setting's name; empty: none
    bool address = false;   ///< of the controller
    bool contact = false;   ///< an e-mail address, telephone number or site of it
    std::map<std::string, Purpose> purposes;
    std::set<std::string> special_fields; ///< of art. 9
    std::set<std::string> email_fields;
};
std::vector<LintFinding> lint(const Form& form, const StoreFacts* store);

/// The words that are shown with a consent field: its own label, or those of the purpose's text.
std::vector<std::string> shown_texts(const FormField& field, const StoreFacts* store);

// What a text says, in English, German, French, Spanish, Italian and Dutch.
bool says_terms(std::string_view text);          ///< terms and conditions
bool says_going_on(std::string_view text);       ///< "by submitting you agree"
bool says_nothing(std::string_view text);        ///< no word beside "yes", "I agree", "GDPR"
bool says_withdrawal(std::string_view text);     ///< that consent can be withdrawn
bool says_third_parties(std::string_view text);  ///< partners without names
bool says_no_when_ticked(std::string_view text); ///< "I do not want"
bool names_company(std::string_view text);       ///< a name with a legal form
bool hard_to_read(std::string_view text);        ///< long sentences, nested negation, paragraphs

} // namespace habeas::forms

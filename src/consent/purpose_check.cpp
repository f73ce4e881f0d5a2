// What a purpose and its texts must be like before they are written.
#include "base/calendar.hpp"
#include "base/contact.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "consent/purpose_json.hpp"
#include "habeas/error.hpp"

#include <algorithm>
#include <set>

namespace habeas::consent {
namespace {

[[noreturn]] void refuse_purpose(const std::string& where, const std::string& message) {
    throw Error(Errc::invalid, where + ": " + message, where);
}

void check_texts(const std::map<std::string, std::string>& by_language, const std::string& where) {
    for (const auto& [language, text] : by_language) {
        if (base::normalise_language(language) != language) {
            refuse_purpose(where, "write the language " + base::normalise_language(language));
        }
        base::require_text(text, where, true, 4000);
    }
}

void check_names(const std::vector<std::string>& names, const std::string& where) {
    for (const std::string& name : names) {
        if (name.empty()) {
            refuse_purpose(where, "a name is empty");
        }
        base::require_text(name, where, false, 200);
    }
    if (std::set<std::string>(names.begin(), names.end()).size() != names.size()) {
        refuse_purpose(where, "a name comes twice");
    }
}

} // namespace

void check_purpose(const Purpose& purpose, const std::string& where) {
    if (!base::is_code(purpose.code)) {
        refuse_purpose(where + "code",
                       "write a small letter, then small letters, digits and _, 63 at most");
    }
    check_texts(purpose.labels, where + "labels");
    check_texts(purpose.descriptions, where + "descriptions");
    if (basis_name(purpose.basis).empty()) {
        refuse_purpose(where + "basis", "no such lawful basis");
    }
    if (purpose_kind_name(purpose.kind).empty()) {
        refuse_purpose(where + "kind", "no such kind of purpose");
    }
    if (purpose.channels.empty()) {
        refuse_purpose(where + "channels", "name at least one; internal is for what sends nothing");
    }
    std::set<Channel> seen;
    for (Channel each : purpose.channels) {
        if (each == Channel::any || channel_name(each).empty()) {
            refuse_purpose(where + "channels", "name the channels one by one");
        }
        if (!seen.insert(each).second) {
            refuse_purpose(where + "channels", "a channel comes twice");
        }
    }
    if (purpose.validity) {
        base::check_duration(*purpose.validity, where + "validity");
    }
    if (purpose.retention) {
        base::check_duration(*purpose.retention, where + "retention");
    }
    base::check_duration(purpose.double_opt_in_validity, where + "double_opt_in_validity");
    if (purpose.art9_exception) {
        if (purpose.art9_exception->empty()) {
            refuse_purpose(where + "art9_exception",
                           "name the limb, such as 9(2)(h), or leave it out");
        }
        base::require_text(*purpose.art9_exception, where + "art9_exception", false, 200);
    }
    check_names(purpose.controllers, where + "controllers");
    check_names(purpose.recipients, where + "recipients");
}

std::string text_hash(const std::vector<ConsentText>& texts) {
    base::Hasher hasher;
    for (const ConsentText& text : texts) {
        hasher.str(text.language).str(text.text).str(text.label);
    }
    return base::to_hex(hasher.finish());
}

std::string definition_hash(std::string_view definition) {
    return base::to_hex(base::Hasher().str(definition).finish());
}

TextVersion normal_text(TextVersion version, const std::string& where) {
    if (version.texts.empty()) {
        refuse_purpose(where + "texts", "give the words in at least one language");
    }
    for (ConsentText& text : version.texts) {
        text.language = base::normalise_language(text.language);
        if (base::trim(text.text).empty()) {
            refuse_purpose(where + "texts", "the text as shown is empty");
        }
        base::require_text(text.text, where + "texts", true, 100'000);
        base::require_text(text.label, where + "texts", true, 4000);
    }
    std::sort(version.texts.begin(), version.texts.end(),
              [](const ConsentText& a, const ConsentText& b) { return a.language < b.language; });
    for (std::size_t i = 1; i < version.texts.size(); ++i) {
        const std::string& language = version.texts[i].language;
        if (language == version.texts[i - 1].language) {
            refuse_purpose(where + "texts", "language " + language + " comes twice");
        }
    }
    version.hash = text_hash(version.texts);
    return version;
}

} // namespace habeas::consent

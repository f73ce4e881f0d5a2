// What a text says. Lists of words find what is usual; they do not understand.
#include "base/text.hpp"
#include "forms/lint.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace habeas::forms {
namespace {

/// Words of letters and digits, case-folded and without accents.
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> out(1);
    for (char c : base::loose_key(text)) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                            static_cast<unsigned char>(c) >= 0x80;
        if (letter) {
            out.back() += c;
        } else if (!out.back().empty()) {
            out.emplace_back();
        }
    }
    if (out.back().empty()) {
        out.pop_back();
    }
    return out;
}

/// The words of a phrase in a row. A * at the end of a word stands for any rest of it.
bool has_phrase(const std::vector<std::string>& words, std::string_view phrase) {
    std::vector<std::string_view> parts;
    for (std::size_t at = 0; at < phrase.size();) {
        const std::size_t end = std::min(phrase.find(' ', at), phrase.size());
        parts.push_back(phrase.substr(at, end - at));
        at = end + 1;
    }
    auto same = [](const std::string& word, std::string_view part) {
        return part.ends_with('*') ? word.starts_with(part.substr(0, part.size() - 1))
                                   : word == part;
    };
    return std::search(words.begin(), words.end(), parts.begin(), parts.end(), same) != words.end();
}

bool has_any(std::string_view text, std::initializer_list<std::string_view> phrases) {
    const std::vector<std::string> words = words_of(text);
    return std::any_of(phrases.begin(), phrases.end(),
                       [&](std::string_view each) { return has_phrase(words, each); });
}

constexpr auto generic_words = std::to_array<std::string_view>(
    {// English
     "i", "we", "you", "agree", "agreed", "accept", "accepted", "yes", "no", "ok", "okay", "gdpr",
     "consent", "consents", "hereby", "to", "the", "a", "an", "of", "with", "this", "that", "it",
     "and", "give", "my", "your", "please", "opt", "in", "confirm", "allow", "permission", "data",
     "processing", "subscribe", "am",
     // German
     "ja", "nein", "ich", "stimme", "zu", "bin", "einverstanden", "einwilligung", "zustimmung",
     "dsgvo", "akzeptiere", "damit", "hiermit", "der", "die", "das", "meine", "meiner", "willige",
     "ein", "datenverarbeitung",
     // French
     "oui", "non", "je", "j", "accepte", "consens", "consentement", "rgpd", "suis", "d", "accord",
     "le", "la", "les", "du", "au", "traitement", "donnees",
     // Spanish, Italian, Dutch
     "si", "acepto", "consiento", "de", "acuerdo", "estoy", "accetto", "acconsento", "consenso",
     "sono", "il", "ga", "akkoord", "ik", "toestemming", "avg", "mee", "geef"});

std::vector<std::string_view> sentences(std::string_view text) {
    std::vector<std::string_view> out;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool stop = text[i] == '.' || text[i] == '!' || text[i] == '?' || text[i] == '\n';
        const bool last = i + 1 >= text.size();
        if (stop && (last || text[i] == '\n' || text[i + 1] == ' ' || text[i + 1] == '\n')) {
            out.push_back(text.substr(begin, i + 1 - begin));
            begin = i + 1;
        }
    }
    out.push_back(text.substr(begin));
    return out;
}

} // namespace

bool says_terms(std::string_view text) {
    return has_any(text, {"the terms", "our terms", "terms and conditions", "terms of service",
                          "terms of use", "agb", "geschaftsbedingungen", "nutzungsbedingungen",
                          "teilnahmebedingungen", "conditions generales", "cgu", "cgv",
                          "terminos y condiciones", "terminos de uso", "condiciones generales",
                          "condizioni generali", "termini e condizioni", "algemene voorwaarden"});
}

bool says_going_on(std::string_view text) {
    const bool going_on = has_any(
        text, {"by submitting",     "by sending",         "by continuing",     "by using",
               "by clicking",       "by signing up",      "by registering",    "mit dem absenden",
               "durch absenden",    "durch das absenden", "durch die nutzung", "mit dem klick",
               "en continuant",     "en envoyant",        "en soumettant",     "al enviar",
               "al continuar",      "inviando",           "continuando",       "proseguendo",
               "door te versturen", "door verder te gaan"});
    return going_on && has_any(text, {"agree*", "consent*", "accept*", "einverstanden", "stimm*",
                                      "willig*", "accord", "acepta*", "consient*", "accett*",
                                      "acconsent*", "akkoord", "toestemming"});
}

bool says_nothing(std::string_view text) {
    const std::vector<std::string> words = words_of(text);
    return std::all_of(words.begin(), words.end(), [](const std::string& word) {
        return std::find(generic_words.begin(), generic_words.end(), word) != generic_words.end();
    });
}

bool says_withdrawal(std::string_view text) {
    return has_any(text,
                   {"withdraw*", "revoke*",    "unsubscribe*",  "opt out",       "widerruf*",
                    "abmelde*",  "abbestell*", "retir*",        "desabonn*",     "desinscri*",
                    "revocar*",  "revoco",     "darme de baja", "darse de baja", "revocare",
                    "disiscri*", "ritirare",   "intrek*",       "afmeld*",       "uitschrijv*"});
}

bool says_third_parties(std::string_view text) {
    return has_any(text, {"partner", "partners", "third parties", "third party", "affiliates",
                          "sponsors", "dritte", "dritten", "partnerunternehmen", "partnern",
                          "partenaire", "partenaires", "tiers", "socios", "terceros", "terzi",
                          "terze parti", "derden"});
}

bool says_no_when_ticked(std::string_view text) {
    return has_any(text, {"do not want", "don t want", "do not wish", "do not send",
                          "nicht erhalten", "keine werbung", "keinen newsletter", "mochte nicht",
                          "ne souhaite pas", "ne veux pas", "no deseo", "no quiero", "non desidero",
                          "non voglio", "wil geen"});
}

bool names_company(std::string_view text) {
    return has_any(text,
                   {"gmbh", "ag",  "ohg",  "e v", "ltd", "limited",  "plc",   "inc", "llc",
                    "corp", "sas", "sarl", "s a", "s l", "s r l",    "srl",   "spa", "s p a",
                    "bv",   "b v", "nv",   "oy",  "aps", "sp z o o", "s r o", "kft", "d o o"}) &&
           !says_nothing(text);
}

bool hard_to_read(std::string_view text) {
    constexpr std::size_t max_words = 30;
    for (std::string_view sentence : sentences(text)) {
        const std::vector<std::string> words = words_of(sentence);
        if (words.size() > max_words) {
            return true;
        }
        const auto negations = std::count_if(words.begin(), words.end(), [](const auto& word) {
            return word == "not" || word == "nicht" || word == "kein" || word == "keine" ||
                   word == "never" || word == "without" || word == "pas" || word == "niet";
        });
        if (negations > 1) {
            return true;
        }
        // Nothing but the number of an article.
        if (has_any(sentence, {"art 6", "article 6", "artikel 6", "art 7"}) && words.size() < 12) {
            return true;
        }
    }
    return false;
}

} // namespace habeas::forms

#include "forms/words.hpp"

#include <array>

namespace habeas::forms {
namespace {

constexpr std::array<std::string_view, 3> languages{"en", "de", "fr"};
using Row = std::array<std::string_view, 3>;

/// In the order of Word.
constexpr std::array<Row, 26> word_table{{
    {"Please check what you entered", "Bitte prüfen Sie Ihre Angaben",
     "Veuillez vérifier votre saisie"},
    {"Fields marked with * are required.", "Felder mit * sind Pflichtfelder.",
     "Les champs marqués d’un * sont obligatoires."},
    {"Fill in this field.", "Füllen Sie dieses Feld aus.", "Remplissez ce champ."},
    {"Tick the box to go on.", "Setzen Sie das Häkchen, um fortzufahren.",
     "Cochez la case pour continuer."},
    {"Enter an e-mail address such as name@example.org.",
     "Geben Sie eine E-Mail-Adresse ein, etwa name@example.org.",
     "Saisissez une adresse e-mail, par exemple nom@example.org."},
    {"Enter a telephone number that begins with + and the country code, such as +49 30 1234567.",
     "Geben Sie eine Telefonnummer ein, die mit + und der Landesvorwahl beginnt, etwa "
     "+49 30 1234567.",
     "Saisissez un numéro de téléphone qui commence par + et l’indicatif du pays, par exemple "
     "+33 1 23 45 67 89."},
    {"Enter a web address that begins with https://.",
     "Geben Sie eine Webadresse ein, die mit https:// beginnt.",
     "Saisissez une adresse web qui commence par https://."},
    {"Enter a number such as 12.50.", "Geben Sie eine Zahl ein, etwa 12.50.",
     "Saisissez un nombre, par exemple 12.50."},
    {"Enter a date such as 2026-01-31.", "Geben Sie ein Datum ein, etwa 2026-01-31.",
     "Saisissez une date, par exemple 2026-01-31."},
    {"Choose one of the options.", "Wählen Sie eine der Möglichkeiten.",
     "Choisissez une des options."},
    {"This cannot be read; please enter it in another way.",
     "Das ist nicht lesbar; bitte geben Sie es anders ein.",
     "Cette saisie est illisible ; veuillez la modifier."},
    {"This value cannot be taken over; please enter another one.",
     "Dieser Wert kann nicht übernommen werden; bitte geben Sie einen anderen ein.",
     "Cette valeur ne peut pas être reprise ; veuillez en saisir une autre."},
    {"This page is out of date. Please send the form once more.",
     "Diese Seite ist veraltet. Bitte senden Sie das Formular noch einmal.",
     "Cette page n’est plus à jour. Veuillez envoyer le formulaire encore une fois."},
    {"Please open this form by the link in one of our e-mails, or sign in.",
     "Bitte öffnen Sie dieses Formular über den Link in einer unserer E-Mails, oder melden Sie "
     "sich an.",
     "Veuillez ouvrir ce formulaire par le lien dans un de nos e-mails, ou connectez-vous."},
    {"Send", "Senden", "Envoyer"},
    {"Please choose", "Bitte wählen", "Veuillez choisir"},
    {"You can withdraw your consent at any time, with effect for the future.",
     "Sie können Ihre Einwilligung jederzeit mit Wirkung für die Zukunft widerrufen.",
     "Vous pouvez retirer votre consentement à tout moment, pour l’avenir."},
    {"Responsible: ", "Verantwortlich: ", "Responsable : "},
    {"Privacy notice", "Datenschutzhinweise", "Protection des données"},
    {"by e-mail", "per E-Mail", "par e-mail"},
    {"by text message", "per SMS", "par SMS"},
    {"by telephone", "per Telefon", "par téléphone"},
    {"by post", "per Post", "par courrier"},
    {"by push notification", "per Push-Nachricht", "par notification"},
    {"on the website", "auf der Website", "sur le site"},
    {"No", "Nein", "Non"},
}};

std::size_t index(std::string_view language) noexcept {
    const std::string_view plain = language.substr(0, language.find('-'));
    for (std::size_t i = 0; i < languages.size(); ++i) {
        if (languages[i] == plain) {
            return i;
        }
    }
    return 0;
}

Word word_of(Channel channel) noexcept {
    switch (channel) {
    case Channel::sms:
        return Word::channel_sms;
    case Channel::phone:
        return Word::channel_phone;
    case Channel::post:
        return Word::channel_post;
    case Channel::push:
        return Word::channel_push;
    case Channel::web:
    case Channel::internal:
        return Word::channel_web;
    default:
        return Word::channel_email;
    }
}

} // namespace

std::string_view channel_word(Channel channel, std::string_view language) noexcept {
    return word(word_of(channel), language);
}

std::string_view word(Word which, std::string_view language) noexcept {
    return word_table[static_cast<std::size_t>(which)][index(language)];
}

std::string_view word_language(std::string_view language) noexcept {
    return languages[index(language)];
}

} // namespace habeas::forms

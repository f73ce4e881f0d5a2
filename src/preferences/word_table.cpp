#include "preferences/word_table.hpp"

namespace habeas::preferences {
namespace {

// A text in braces is filled in.
constexpr std::array<WordRow, 70> table{{
    {"all.button", {"Stop all advertising", "Alle Werbung abbestellen", "Arrêter toute publicité"}},
    {"all.done",
     {"You will get no more advertising from us.", "Sie bekommen keine Werbung mehr von uns.",
      "Vous ne recevrez plus de publicité de notre part."}},
    {"all.text",
     {"One step for everything: newsletters, offers, on every channel. What you need to know about "
      "your orders or your data still reaches you.",
      "Ein Schritt für alles: Newsletter, Angebote, auf allen Wegen. Was Sie zu Ihren Bestellungen "
      "oder Daten wissen müssen, erreicht Sie weiterhin.",
      "Une seule étape pour tout : newsletters, offres, sur tous les canaux. Ce que vous devez "
      "savoir sur vos commandes ou vos données vous parvient toujours."}},
    {"all.title", {"Unsubscribe from everything", "Alles abbestellen", "Tout arrêter"}},
    {"confirm.again",
     {"You have confirmed this already. There is nothing more to do.",
      "Sie haben das bereits bestätigt. Es ist nichts weiter zu tun.",
      "Vous avez déjà confirmé. Il n’y a rien d’autre à faire."}},
    {"confirm.button", {"Yes, I agree", "Ja, ich bin einverstanden", "Oui, j’accepte"}},
    {"confirm.done",
     {"Your consent is recorded. You can withdraw it at any time, with effect for the future: by "
      "the link in each message.",
      "Ihre Einwilligung ist gespeichert. Sie können sie jederzeit mit Wirkung für die Zukunft "
      "widerrufen: über den Link in jeder Nachricht.",
      "Votre consentement est enregistré. Vous pouvez le retirer à tout moment, pour l’avenir, par "
      "le lien présent dans chaque message."}},
    {"confirm.done_title", {"Thank you", "Vielen Dank", "Merci"}},
    {"confirm.ignore",
     {"If it was not you, close this page. Without your confirmation nothing happens, and you get "
      "no more mails because of it.",
      "Wenn Sie das nicht waren, schließen Sie diese Seite. Ohne Ihre Bestätigung geschieht "
      "nichts, und Sie bekommen deswegen keine weiteren Mails.",
      "Si ce n’était pas vous, fermez cette page. Sans votre confirmation, rien ne se passe et "
      "vous ne recevrez plus de mails à ce sujet."}},
    {"confirm.question",
     {"Your address was entered on our website, hopefully by you. With the button you agree to "
      "this:",
      "Ihre Adresse wurde auf unserer Website eingetragen, hoffentlich von Ihnen. Mit der "
      "Schaltfläche willigen Sie hierin ein:",
      "Votre adresse a été saisie sur notre site, par vous, espérons-le. Avec le bouton, vous "
      "acceptez ceci :"}},
    {"confirm.title", {"Please confirm", "Bitte bestätigen Sie", "Veuillez confirmer"}},
    {"data.button", {"Ask for my data", "Meine Daten anfordern", "Demander mes données"}},
    {"data.done",
     {"Your request is recorded. You will get the answer by {date}.",
      "Ihr Antrag ist aufgenommen. Sie bekommen die Antwort bis {date}.",
      "Votre demande est enregistrée. Vous recevrez la réponse d’ici le {date}."}},
    {"data.text",
     {"You may have a copy of everything we hold about you, and know where it came from and who "
      "got it.",
      "Sie können eine Kopie von allem haben, was wir über Sie gespeichert haben, und erfahren, "
      "woher es kam und wer es bekam.",
      "Vous pouvez obtenir une copie de tout ce que nous détenons sur vous, et savoir d’où cela "
      "vient et qui l’a reçu."}},
    {"data.title", {"My data", "Meine Daten", "Mes données"}},
    {"error.title", {"That did not work", "Das hat nicht geklappt", "Cela n’a pas fonctionné"}},
    {"error.too_large",
     {"More was sent than this page takes.", "Es wurde mehr gesendet, als diese Seite annimmt.",
      "Vous avez envoyé plus que cette page n’accepte."}},
    {"error.unknown",
     {"This page does not know what to do with it. Please open the link again and use the buttons.",
      "Diese Seite kann damit nichts anfangen. Bitte öffnen Sie den Link noch einmal und benutzen "
      "Sie die Schaltflächen.",
      "Cette page ne sait pas quoi en faire. Veuillez rouvrir le lien et utiliser les boutons."}},
    {"forget.back", {"No, back", "Nein, zurück", "Non, retour"}},
    {"forget.button", {"Erase my data", "Meine Daten löschen", "Effacer mes données"}},
    {"forget.done",
     {"Your request is recorded. From now on you get no more advertising, and by {date} you hear "
      "from us that your data are erased, or what has to be kept and why.",
      "Ihr Antrag ist aufgenommen. Ab sofort bekommen Sie keine Werbung mehr, und bis {date} "
      "erfahren Sie, dass Ihre Daten gelöscht sind, oder was wir warum behalten müssen.",
      "Votre demande est enregistrée. Vous ne recevez plus de publicité dès maintenant et, d’ici "
      "le {date}, vous saurez que vos données sont effacées, ou ce qui doit être conservé et "
      "pourquoi."}},
    {"forget.sure",
     {"This asks us to erase everything we hold about you. It cannot be taken back once it is "
      "done. What the law makes us keep, such as invoices, stays until its time is over.",
      "Damit verlangen Sie, dass wir alles löschen, was wir über Sie gespeichert haben. Ist es "
      "geschehen, lässt es sich nicht rückgängig machen. Was wir nach dem Gesetz behalten müssen, "
      "etwa Rechnungen, bleibt bis zum Ende der Frist.",
      "Vous nous demandez d’effacer tout ce que nous détenons sur vous. Une fois fait, c’est "
      "irréversible. Ce que la loi nous oblige à conserver, comme les factures, reste jusqu’à la "
      "fin du délai."}},
    {"forget.sure_button",
     {"Yes, erase my data", "Ja, meine Daten löschen", "Oui, effacer mes données"}},
    {"forget.sure_title",
     {"Do you want to be forgotten?", "Möchten Sie vergessen werden?",
      "Voulez-vous être oublié ?"}},
    {"forget.text",
     {"We erase what we hold about you, and you get a receipt.",
      "Wir löschen, was wir über Sie gespeichert haben, und Sie bekommen einen Nachweis.",
      "Nous effaçons ce que nous détenons sur vous, et vous recevez une attestation."}},
    {"forget.title", {"Forget me", "Vergessen Sie mich", "Oubliez-moi"}},
    {"invalid.text",
     {"It may be too old, or not complete. Please use the link in our latest message.",
      "Er ist vielleicht zu alt oder nicht vollständig. Bitte benutzen Sie den Link in unserer "
      "neuesten Nachricht.",
      "Il est peut-être trop ancien ou incomplet. Veuillez utiliser le lien de notre dernier "
      "message."}},
    {"invalid.title",
     {"This link does not work", "Dieser Link funktioniert nicht", "Ce lien ne fonctionne pas"}},
    {"pause.button", {"Pause", "Pausieren", "Faire une pause"}},
    {"pause.done",
     {"Paused until {date}. Everything stays as you set it.",
      "Pause bis {date}. Alles bleibt, wie Sie es eingestellt haben.",
      "En pause jusqu’au {date}. Tout reste comme vous l’avez réglé."}},
    {"pause.end", {"End the pause", "Pause beenden", "Terminer la pause"}},
    {"pause.ended", {"The pause is over.", "Die Pause ist beendet.", "La pause est terminée."}},
    {"pause.invalid",
     {"Choose a date from tomorrow up to one year from now.",
      "Wählen Sie ein Datum von morgen bis in einem Jahr.",
      "Choisissez une date entre demain et dans un an."}},
    {"pause.label",
     {"No advertising before", "Keine Werbung vor dem", "Pas de publicité avant le"}},
    {"pause.running",
     {"You get no advertising before {date}.", "Vor dem {date} bekommen Sie keine Werbung.",
      "Vous ne recevez pas de publicité avant le {date}."}},
    {"pause.text",
     {"Too much just now? Choose when we may write again. What you agreed to stays as it is.",
      "Gerade zu viel? Wählen Sie, ab wann wir wieder schreiben dürfen. Was Sie erlaubt haben, "
      "bleibt bestehen.",
      "Trop de messages en ce moment ? Choisissez quand nous pourrons vous réécrire. Ce que vous "
      "avez accepté reste inchangé."}},
    {"pause.title", {"Take a break", "Eine Pause machen", "Faire une pause"}},
    {"preferences.blocked",
     {"We cannot write to you at present: {reason}",
      "Zurzeit können wir Ihnen nicht schreiben: {reason}",
      "Nous ne pouvons pas vous écrire pour le moment : {reason}"}},
    {"preferences.intro",
     {"Here you decide what we may write to you about, and how. A tick means yes; without one we "
      "do not write.",
      "Hier entscheiden Sie, worüber und wie wir Ihnen schreiben dürfen. Ein Häkchen heißt ja; "
      "ohne Häkchen schreiben wir nicht.",
      "Vous décidez ici sur quoi et comment nous pouvons vous écrire. Une coche signifie oui ; "
      "sans coche, nous n’écrivons pas."}},
    {"preferences.more", {"Further choices", "Weitere Möglichkeiten", "Autres possibilités"}},
    {"preferences.none",
     {"There is nothing to choose at present.", "Zurzeit gibt es nichts auszuwählen.",
      "Il n’y a rien à choisir pour le moment."}},
    {"preferences.other",
     {"What we use your data for without asking",
      "Wofür wir Ihre Daten ohne Einwilligung verwenden",
      "Ce pour quoi nous utilisons vos données sans consentement"}},
    {"preferences.other_text",
     {"These cannot be switched off here, because a contract or the law needs them. You may object "
      "or ask us at any time.",
      "Das lässt sich hier nicht abschalten, weil ein Vertrag oder das Gesetz es verlangt. Sie "
      "können jederzeit widersprechen oder nachfragen.",
      "Cela ne peut pas être désactivé ici, car un contrat ou la loi l’exige. Vous pouvez vous y "
      "opposer ou nous interroger à tout moment."}},
    {"preferences.purposes",
     {"What we may write to you about", "Worüber wir Ihnen schreiben dürfen",
      "Ce sur quoi nous pouvons vous écrire"}},
    {"preferences.reload",
     {"This page was out of date. Please look through your choices and save once more.",
      "Diese Seite war nicht mehr aktuell. Bitte prüfen Sie Ihre Auswahl und speichern Sie noch "
      "einmal.",
      "Cette page n’était plus à jour. Veuillez vérifier vos choix et enregistrer à nouveau."}},
    {"preferences.save", {"Save my choices", "Auswahl speichern", "Enregistrer mes choix"}},
    {"preferences.saved",
     {"Your choices are saved.", "Ihre Auswahl ist gespeichert.", "Vos choix sont enregistrés."}},
    {"preferences.title", {"Your preferences", "Ihre Einstellungen", "Vos préférences"}},
    {"preferences.version",
     {"Text version {number}", "Textfassung {number}", "Version du texte {number}"}},
    {"request.button",
     {"Yes, that is my request", "Ja, das ist mein Antrag", "Oui, c’est ma demande"}},
    {"request.check_mail",
     {"We have sent a mail to your address. Please press the link in it: only then do we know that "
      "it is you.",
      "Wir haben eine Mail an Ihre Adresse gesendet. Bitte öffnen Sie den Link darin: Erst dann "
      "wissen wir, dass Sie es sind.",
      "Nous avons envoyé un mail à votre adresse. Veuillez ouvrir le lien qu’il contient : nous "
      "saurons alors que c’est vous."}},
    {"request.done",
     {"Thank you. You will get the answer by {date}.",
      "Vielen Dank. Sie bekommen die Antwort bis {date}.",
      "Merci. Vous recevrez la réponse d’ici le {date}."}},
    {"request.done_title",
     {"Your request is confirmed", "Ihr Antrag ist bestätigt", "Votre demande est confirmée"}},
    {"request.ignore",
     {"If it was not you, close this page: without your confirmation nothing happens.",
      "Wenn Sie das nicht waren, schließen Sie diese Seite: Ohne Ihre Bestätigung geschieht "
      "nichts.",
      "Si ce n’était pas vous, fermez cette page : sans votre confirmation, rien ne se passe."}},
    {"request.kind.access",
     {"access to your data", "Auskunft über Ihre Daten", "accès à vos données"}},
    {"request.kind.automated_decisions",
     {"review of an automated decision", "Überprüfung einer automatisierten Entscheidung",
      "réexamen d’une décision automatisée"}},
    {"request.kind.erasure",
     {"erasure of your data", "Löschung Ihrer Daten", "effacement de vos données"}},
    {"request.kind.objection", {"objection", "Widerspruch", "opposition"}},
    {"request.kind.portability",
     {"your data to take along", "Ihre Daten zum Mitnehmen", "portabilité de vos données"}},
    {"request.kind.rectification",
     {"rectification of your data", "Berichtigung Ihrer Daten", "rectification de vos données"}},
    {"request.kind.restriction",
     {"restriction of processing", "Einschränkung der Verarbeitung", "limitation du traitement"}},
    {"request.kind.withdrawal",
     {"withdrawal of your consents", "Widerruf Ihrer Einwilligungen",
      "retrait de vos consentements"}},
    {"request.question",
     {"A request came in under your address: {kind}. Is it yours?",
      "Unter Ihrer Adresse ging ein Antrag ein: {kind}. Ist er von Ihnen?",
      "Une demande est arrivée avec votre adresse : {kind}. Est-elle de vous ?"}},
    {"request.title", {"Is it you?", "Sind Sie das?", "Est-ce bien vous ?"}},
    {"unsubscribe.all",
     {"No advertising of any kind, please", "Bitte gar keine Werbung mehr",
      "Plus aucune publicité"}},
    {"unsubscribe.button", {"Unsubscribe", "Abbestellen", "Se désabonner"}},
    {"unsubscribe.done",
     {"You will get no more of it. Perhaps one message is on its way already.",
      "Sie bekommen nichts mehr davon. Vielleicht ist eine Nachricht schon unterwegs.",
      "Vous n’en recevrez plus. Un message est peut-être déjà en route."}},
    {"unsubscribe.done_title",
     {"You are unsubscribed", "Sie sind abgemeldet", "Vous êtes désabonné"}},
    {"unsubscribe.question",
     {"You no longer want to get “{purpose}” {channel}? One press is enough.",
      "Sie möchten „{purpose}“ nicht mehr {channel} bekommen? Ein Klick genügt.",
      "Vous ne voulez plus recevoir « {purpose} » {channel} ? Un clic suffit."}},
    {"unsubscribe.title", {"Unsubscribe", "Abbestellen", "Se désabonner"}},
}};

} // namespace

std::span<const WordRow> word_table() noexcept {
    return table;
}

} // namespace habeas::preferences

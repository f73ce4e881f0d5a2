// usage: form_pages FOLDER: pages with rendered forms and access bundles, for a browser.
#include "habeas/habeas.hpp"
#include "unit/exports/everything.hpp"
#include "unit/forms/helpers.hpp"

#include <fstream>
#include <iostream>
#include <utility>

using namespace habeas;
using namespace habeas::test;
using nlohmann::json;

namespace {

void write(const std::string& folder, const std::string& name, const std::string& title,
           const RenderedForm& form) {
    std::ofstream out(folder + "/" + name + ".html");
    out << "<!doctype html>\n<html lang=\"" << form.language
        << "\">\n<head><meta charset=\"utf-8\">\n<meta name=\"viewport\" "
           "content=\"width=device-width, initial-scale=1\">\n<title>"
        << title << "</title>\n<link rel=\"stylesheet\" href=\"host.css\">\n</head>\n<body>\n"
        << "<main>\n<h1>" << title << "</h1>\n"
        << form.html << "</main>\n</body>\n</html>\n";
    if (!out.flush()) {
        throw std::runtime_error("cannot write " + name);
    }
}

json everything() {
    json form = FormShop::signup();
    form["code"] = "everything";
    form["title"] = "All kinds of fields";
    form["introduction"] = "A form with one of each, as long words and narrow screens meet them.";
    form["withdrawal_text"] = true;
    const json more = json::parse(R"([
      {"type": "page_break", "label": "About you"},
      {"name": "site", "type": "url", "label": "Website", "help": "Begins with https://"},
      {"name": "tel", "type": "tel", "label": "Telephone", "maps_to": "phone"},
      {"name": "born", "type": "date", "label": "Date of birth", "maps_to": "date_of_birth"},
      {"name": "call_at", "type": "time", "label": "When may we call?"},
      {"name": "visit", "type": "datetime", "label": "Your visit"},
      {"name": "amount", "type": "number", "label": "Amount in euros"},
      {"name": "land", "type": "country", "label": "Country", "maps_to": "country"},
      {"name": "wordless", "type": "text", "label": "Search words", "show_label": false},
      {"type": "page_break", "label": "Your wishes"},
      {"type": "text_block", "label": "Whatever you choose here changes nothing about your order."},
      {"name": "size", "type": "radio", "label": "Size", "options":
        [{"value": "s", "label": "Small"}, {"value": "m", "label": "Medium"}], "required": true},
      {"name": "topics", "type": "checkbox_group", "label": "Topics", "options":
        [{"value": "t", "label": "Tools"}, {"value": "p", "label": "Plants"},
         {"value": "g", "label": "Greenhouse-and-cold-frame-construction-handbooks"}]},
      {"name": "quiet", "type": "checkbox_group", "label": "Unseen question", "show_label": false,
       "options": [{"value": "a", "label": "An answer"}]},
      {"name": "shade", "type": "select", "label": "Colour", "options": ["red", "green"]},
      {"name": "night", "type": "switch", "label": "Remind me at night"},
      {"name": "note", "type": "textarea", "label": "Anything else?"},
      {"name": "robot", "type": "honeypot"},
      {"type": "checkbox_group", "purpose": "newsletter"}])");
    for (const json& each : more) {
        form["fields"].push_back(each);
    }
    return form;
}

void make(const std::string& folder) {
    FormShop shop(FormShop::memory, true);
    json form = FormShop::signup();
    form["title"] = {{"en", "Newsletter"}, {"de", "Newsletter"}};
    form["submit_label"] = {{"en", "Subscribe"}, {"de", "Anmelden"}};
    shop.publish(form);
    write(folder, "signup-en", "Garden tools", shop.forms.render("signup"));
    RenderOptions options;
    options.language = "de";
    write(folder, "signup-de", "Gartengeräte", shop.forms.render("signup", options));

    shop.publish(everything(), "a sample that shows all there is");
    write(folder, "everything", "Garden tools", shop.forms.render("everything"));
    RenderOptions refused;
    refused.values = {{"mail", "not an address"},
                      {"given", "Ann"},
                      {"born", "2026-02-30"},
                      {"news", "yes"},
                      {"topics", "p"},
                      {"site", "ftp://x"},
                      {"note", "Two\nlines <b>"},
                      {"tel", "call me"},
                      {"quiet", "other"}};
    refused.errors = shop.send(refused.values, {}, "everything").errors;
    if (refused.errors.size() < 5) {
        throw std::runtime_error("the form took what it must refuse");
    }
    write(folder, "errors", "Garden tools", shop.forms.render("everything", refused));

    json prefs = FormShop::signup();
    prefs["code"] = "preferences";
    prefs["preferences"] = true;
    prefs["title"] = "What we may write to you about";
    prefs["fields"] = json::parse(R"([{"type": "checkbox", "purpose": "news"},
                                      {"type": "radio", "purpose": "newsletter"}])");
    shop.publish(prefs, "a sample");
    const SubjectId anna = shop.person("anna@example.org");
    ConsentEvent yes;
    yes.subject = anna;
    yes.kind = EventKind::granted;
    yes.purpose = "news";
    shop.consent.record(yes);
    RenderOptions known;
    known.subject = anna;
    write(folder, "preferences", "Garden tools", shop.forms.render("preferences", known));
}

/// The page that a person gets on request, with everything in it, and with more than fits.
void make_bundles(const std::string& folder) {
    Everything sample;
    BundleOptions options;
    auto write_page = [&](const std::string& name) {
        std::ofstream out(folder + "/" + name + ".html");
        out << Export(sample.store()).access_html(sample.zoe, options);
        if (!out.flush()) {
            throw std::runtime_error("cannot write " + name);
        }
    };
    for (const char* language : {"en", "de"}) {
        options.language = language;
        write_page(std::string("access-") + language);
    }
    ConsentEvent event;
    event.subject = sample.zoe;
    event.purpose = "newsletter";
    event.channel = Channel::sms;
    event.kind = EventKind::granted;
    event.evidence.text_version = 1;
    event.evidence.language = "de";
    Consent(sample.store()).record(std::vector<ConsentEvent>(600, event));
    write_page("access-long");
}

} // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        std::cerr << "usage: form_pages FOLDER\n";
        return 2;
    }
    try {
        make(arguments[1]);
        make_bundles(arguments[1]);
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}

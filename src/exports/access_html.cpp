// index.html: the page for the person. One file, no scripts, nothing fetched from elsewhere.
#include "exports/embedded.hpp"
#include "exports/page.hpp"
#include "habeas/error.hpp"
#include "habeas/version.hpp"

#include <algorithm>
#include <chrono>
#include <map>

namespace habeas::exports {
namespace {

const char* style_of(EventKind kind) {
    switch (kind) {
    case EventKind::granted:
        return "yes";
    case EventKind::requested:
        return "wait";
    default:
        return "no";
    }
}

} // namespace

std::string Page::render() {
    Object words;
    for (const auto& [key, text] : s_.ui_all().items()) {
        words.insert({key, text.get<std::string>()});
    }
    root_.set("t", Data(words));
    root_.set("language", s_.tag());
    controller();
    person();
    purposes();
    consents();
    received();
    history();
    categories();
    automated();
    transfers();
    lists();
    parts();
    rest();
    head(); // last: it counts what the others wrote
    kainjow::mustache::mustache page(std::string{access_html_template});
    if (!page.is_valid()) {
        throw Error(Errc::internal, "access.html: " + page.error_message());
    }
    return page.render(root_);
}

std::string Page::evidence_text(const Evidence& evidence) const {
    std::vector<std::string> parts;
    if (!evidence.method.empty()) {
        parts.push_back(t("method") + " " + s_.method(evidence.method));
    }
    for (const auto& [name, value] :
         {std::pair("form", &evidence.form), std::pair("submission", &evidence.submission),
          std::pair("document", &evidence.document), std::pair("ip", &evidence.ip),
          std::pair("user_agent", &evidence.user_agent), std::pair("note", &evidence.note)}) {
        if (!value->empty()) {
            parts.push_back(t(name) + ": " + *value);
        }
    }
    return join(parts);
}

void Page::consents() {
    List items;
    for (const ConsentEvent& event : m_.history.latest()) {
        if (!is_consent(event.kind)) {
            continue;
        }
        Object item{{"purpose", purpose_label(event.purpose)},
                    {"channel", channel_label(event.channel)},
                    {"style", style_of(event.kind)},
                    {"what", s_.event(event_kind_name(event.kind))},
                    {"when", when(event.effective_at)}};
        if (std::string how = evidence_text(event.evidence); !how.empty()) {
            item.insert({"how", how});
        }
        const TextShown* shown = text_of(m_, event);
        if (shown != nullptr) {
            Object text{{"text", shown->text.text},
                        {"text_language", shown->text.language},
                        {"version", Strings::fill(t("version"),
                                                  {{"number", std::to_string(shown->version)}})}};
            if (!shown->text.label.empty()) {
                text.insert({"box", shown->text.label});
            }
            if (!shown->hash.empty()) {
                text.insert({"hash", shown->hash});
            }
            item.insert({"shown", list_of({Data(text)})});
        }
        // A refusal or withdrawal needs no text.
        bool needs = event.kind == EventKind::granted || event.kind == EventKind::requested;
        item.insert({"has_text", yes_no(shown != nullptr || !needs)});
        items.push_back(item);
    }
    set_rest("consents_rest",
             rest_of(m_.history.count(), m_.history.latest().size(), "history.csv"));
    root_.set("has_consents", yes_no(!items.empty()));
    root_.set("consents", list_of(items));
}

std::string Page::column_labels(std::vector<std::string> columns) const {
    for (std::string& column : columns) {
        for (const Field& field : *m_.fields) {
            if (field.name == column) {
                column = label_for(field.labels, m_.language, column);
                break;
            }
        }
    }
    return join(columns);
}

void Page::received() {
    std::map<std::string, std::vector<std::string>> by_name;
    for (const PurposeView& view : m_.purposes) {
        for (const std::string& name : view.purpose.recipients) {
            by_name[name].push_back(purpose_label(view.purpose.code));
        }
    }
    List processors;
    for (const auto& [name, labels] : by_name) {
        processors.push_back(Object{{"name", name}, {"purposes", join(labels)}});
    }
    root_.set("has_processors", yes_no(!processors.empty()));
    root_.set("processors", list_of(processors));

    List rows;
    for (const Disclosure& disclosure : m_.disclosures.latest()) {
        std::string what =
            disclosure.many
                ? Strings::fill(t("selection"), {{"columns", column_labels(disclosure.columns)}})
                : t("bundle");
        rows.push_back(
            Object{{"when", when(disclosure.at)},
                   {"recipient", disclosure.recipient == "data subject" ? t("recipient_subject")
                                                                        : disclosure.recipient},
                   {"what", what},
                   {"uncertain", yes_no(!disclosure.certain)}});
    }
    set_rest("disclosures_rest", rest_of(m_.disclosures.count(), rows.size(), "disclosures.csv"));
    root_.set("has_disclosures", yes_no(!rows.empty()));
    root_.set("disclosures", list_of(rows));
}

void Page::history() {
    List rows;
    for (const ConsentEvent& event : m_.history.latest()) {
        std::vector<std::string> parts;
        if (event.channel != Channel::any) {
            parts.push_back(channel_label(event.channel));
        }
        for (const auto& [name, value] : event.data) {
            parts.emplace_back(name).append(": ").append(value);
        }
        if (std::string how = evidence_text(event.evidence); !how.empty()) {
            parts.push_back(how);
        }
        if (event.recorded_at - event.effective_at > std::chrono::minutes(1)) {
            parts.push_back(
                Strings::fill(t("learned"), {{"date", s_.date(event.recorded_at, m_.zone)}}));
        }
        rows.push_back(Object{{"when", when(event.effective_at)},
                              {"what", s_.event(event_kind_name(event.kind))},
                              {"purpose", purpose_label(event.purpose)},
                              {"details", join(parts)}});
    }
    set_rest("history_rest", rest_of(m_.history.count(), rows.size(), "history.csv"));
    root_.set("has_history", yes_no(!rows.empty()));
    root_.set("history", list_of(rows));
}

void Page::rest() {
    std::string contact;
    for (const char* name : {"contact", "email", "address"}) {
        if (contact = controller_text(name); !contact.empty()) {
            break;
        }
    }
    root_.set("rights_note",
              Strings::fill(t("rights_note"),
                            {{"contact", contact.empty() ? t("rights_contact_none") : contact}}));
    List rights;
    for (const Right& right : s_.rights()) {
        rights.push_back(
            Object{{"article", right.article}, {"title", right.title}, {"text", right.text}});
    }
    root_.set("rights", list_of(rights));
    root_.set("footer", Strings::fill(t("footer"), {{"version", version()},
                                                    {"store", m_.store_id},
                                                    {"sequence", std::to_string(m_.audit_sequence)},
                                                    {"hash", m_.audit_hash}}));
}

void Page::head() {
    List facts;
    for (const auto& [number, key] :
         {std::pair(filled_, "fact_fields"), std::pair(allowed_, "fact_allowed"),
          std::pair(denied_, "fact_denied"),
          std::pair(static_cast<int>(m_.history.count()), "fact_events")}) {
        facts.push_back(Object{{"number", std::to_string(number)}, {"text", t(key)}});
    }
    root_.set("facts", list_of(facts));
    std::string name;
    for (const char* field : {"first_name", "last_name"}) {
        const Value* value = value_of(m_.subject.fields, field);
        if (const auto* text = value ? std::get_if<std::string>(value) : nullptr) {
            name += (name.empty() ? "" : " ") + *text;
        }
    }
    if (name.empty() && !m_.identifiers.empty()) {
        name = m_.identifiers.front().identifier.value;
    }
    List meta;
    add(meta, t("for"), name);
    add(meta, t("from"), controller_text("name"));
    add(meta, t("issued"), when(m_.generated));
    add(meta, t("reference"), std::to_string(static_cast<std::int64_t>(m_.subject.id)));
    root_.set("meta", list_of(meta));
    List sections;
    for (const char* id : {"controller", "data", "categories", "source", "purposes", "texts",
                           "received", "automated", "history", "more", "rights"}) {
        if (std::string_view(id) != "more" || has_more_) {
            sections.push_back(Object{{"id", id}, {"title", t(id)}});
        }
    }
    root_.set("sections", list_of(sections));
}

std::string render_html(const AccessModel& model) {
    return Page(model).render();
}

} // namespace habeas::exports

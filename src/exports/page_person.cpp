// The first half of the page: who is responsible, the person's data, the purposes.
#include "exports/page.hpp"
#include "subjects/lookup.hpp"

#include <algorithm>

namespace habeas::exports {

std::string Page::join(const std::vector<std::string>& items) {
    std::string text;
    for (const std::string& item : items) {
        text += (text.empty() ? "" : ", ") + item;
    }
    return text;
}

void Page::add(List& list, const std::string& label, const std::string& value) {
    if (!value.empty()) {
        list.push_back(Object{{"label", label}, {"value", value}});
    }
}

std::string Page::controller_text(const char* name) const {
    auto found = m_.controller.find(name);
    if (found == m_.controller.end()) {
        return {};
    }
    if (found->is_string()) {
        return found->get<std::string>();
    }
    std::string text;
    if (found->is_object()) {
        for (const auto& [key, value] : found->items()) {
            if (value.is_string()) {
                text += (text.empty() ? "" : "\n") + value.get<std::string>();
            }
        }
    }
    return text;
}

void Page::controller() {
    List items;
    for (const char* name : {"name", "address", "country", "email", "phone", "url", "contact",
                             "representative", "dpo", "authority"}) {
        std::string text = controller_text(name);
        if (std::string_view(name) == "country") {
            text = s_.country(text);
        }
        if (text.empty() && (std::string_view(name) == "name")) {
            text = t("not_stated");
        }
        add(items, t(name), text);
    }
    root_.set("controller", list_of(items));
}

std::string Page::display(const Field& field, const Value& value) const {
    auto choice = [&](const std::string& chosen) {
        auto found = std::find_if(field.choices.begin(), field.choices.end(),
                                  [&](const Choice& c) { return c.value == chosen; });
        return found == field.choices.end() ? chosen
                                            : label_for(found->labels, m_.language, chosen);
    };
    if (const auto* boolean = std::get_if<bool>(&value)) {
        return t(*boolean ? "yes" : "no");
    }
    if (const auto* time = std::get_if<Time>(&value)) {
        return when(*time);
    }
    if (const auto* chosen = std::get_if<std::vector<std::string>>(&value)) {
        std::vector<std::string> labels;
        std::transform(chosen->begin(), chosen->end(), std::back_inserter(labels), choice);
        return join(labels);
    }
    if (const auto* text = std::get_if<std::string>(&value)) {
        switch (field.type) {
        case FieldType::select:
            return choice(*text);
        case FieldType::country:
            return s_.country(*text);
        case FieldType::language:
            return s_.language_name(*text);
        case FieldType::date:
            return s_.date(parse_date(*text));
        default:
            return *text;
        }
    }
    return subjects::value_text(field, value);
}

void Page::person() {
    List fields;
    bool special = false;
    for (const Field& field : *m_.fields) {
        const Value* value = value_of(m_.subject.fields, field.name);
        if (value == nullptr && field.retired) {
            continue;
        }
        bool marked = field.field_class != FieldClass::personal;
        special = special || marked;
        filled_ += value != nullptr ? 1 : 0;
        fields.push_back(
            Object{{"label", label_for(field.labels, m_.language, field.name)},
                   {"special", yes_no(marked)},
                   {"empty", yes_no(value == nullptr)},
                   {"value", value != nullptr ? display(field, *value) : std::string()}});
    }
    root_.set("fields", list_of(fields));
    root_.set("has_special", yes_no(special));

    List identifiers;
    for (const IdentifierView& view : m_.identifiers) {
        identifiers.push_back(Object{{"label", s_.identifier(view.identifier)},
                                     {"value", view.identifier.value},
                                     {"suppressed", yes_no(!view.suppressions.empty())}});
    }
    root_.set("has_identifiers", yes_no(!identifiers.empty()));
    root_.set("identifiers", list_of(identifiers));

    List organisations;
    for (const OrganisationView& view : m_.organisations) {
        List details;
        for (const Field& field : *m_.organisation_fields) {
            if (const Value* value = value_of(view.organisation.fields, field.name)) {
                add(details, label_for(field.labels, m_.language, field.name),
                    display(field, *value));
            }
        }
        Object item{{"name", view.organisation.name},
                    {"primary", yes_no(view.membership.primary)},
                    {"has_details", yes_no(!details.empty())},
                    {"details", list_of(details)}};
        if (!view.membership.role.empty()) {
            item.insert({"role", view.membership.role});
        }
        organisations.push_back(item);
    }
    root_.set("has_organisations", yes_no(!organisations.empty()));
    root_.set("organisations", list_of(organisations));

    const std::string& source = m_.subject.source;
    root_.set("source_text",
              Strings::fill(t("source_text"),
                            {{"date", s_.date(m_.subject.created_at, m_.zone)},
                             {"source", source.empty() ? t("source_unknown") : source}}));
    root_.set("source_changed", Strings::fill(t("source_changed"),
                                              {{"date", s_.date(m_.subject.changed_at, m_.zone)}}));
}

std::string Page::purpose_label(const std::string& code) const {
    if (code.empty()) {
        return t("all_purposes");
    }
    for (const PurposeView& view : m_.purposes) {
        if (view.purpose.code == code) {
            return label_for(view.purpose.labels, m_.language, code);
        }
    }
    return code;
}

std::string Page::channel_label(Channel channel) const {
    return channel == Channel::any ? t("all_channels") : s_.channel(channel_name(channel));
}

void Page::purposes() {
    List items;
    for (const PurposeView& view : m_.purposes) {
        const Purpose& purpose = view.purpose;
        List details;
        add(details, t("basis"), s_.basis(basis_name(purpose.basis)));
        add(details, t("recipients"),
            purpose.recipients.empty() ? t("recipients_none") : join(purpose.recipients));
        add(details, t("retention"), s_.retention(purpose));
        if (purpose.validity) {
            add(details, t("validity"), s_.duration(*purpose.validity));
        }
        add(details, t("controllers"), join(purpose.controllers));
        List decisions;
        for (const ChannelView& channel : view.channels) {
            const Decision& decision = channel.decision;
            (decision.allowed ? allowed_ : denied_) += 1;
            Object row{{"channel", channel_label(channel.channel)},
                       {"style", decision.allowed ? "yes" : "no"},
                       {"answer", t(decision.allowed ? "allowed" : "denied")},
                       {"reason", s_.reason(reason_code(decision.reason))}};
            if (decision.allowed && decision.holds_until) {
                row.insert(
                    {"until", Strings::fill(t("until"),
                                            {{"date", s_.date(*decision.holds_until, m_.zone)}})});
            }
            if (!decision.reference.empty()) {
                row.insert({"reference", std::string(decision.reference)});
            }
            decisions.push_back(row);
        }
        Object item{{"label", purpose_label(purpose.code)},
                    {"retired", yes_no(purpose.retired_at.has_value())},
                    {"details", list_of(details)},
                    {"decisions", list_of(decisions)}};
        const std::string none;
        const std::string& description = label_for(purpose.descriptions, m_.language, none);
        if (!description.empty()) {
            item.insert({"description", description});
        }
        items.push_back(item);
    }
    root_.set("purposes", list_of(items));
}

} // namespace habeas::exports

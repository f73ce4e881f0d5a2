// data.json: structured, commonly used and machine-readable (GDPR art. 20(1)); its members follow
// the letters of art. 15(1). The published schema is schemas/access.schema.json.
#include "exports/json_writer.hpp"
#include "exports/model.hpp"
#include "exports/strings.hpp"
#include "habeas/version.hpp"
#include "store/actor.hpp"
#include "subjects/field_set.hpp"
#include "subjects/lookup.hpp"

#include <map>
#include <set>

namespace habeas::exports {
namespace {

void write_value(JsonWriter& json, const Field& field, const Value& value) {
    if (const auto* boolean = std::get_if<bool>(&value)) {
        json.value(*boolean);
    } else if (const auto* number = std::get_if<double>(&value)) {
        json.value(*number);
    } else if (const auto* time = std::get_if<Time>(&value)) {
        json.value(*time);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
        json.value(*text);
    } else if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
        json.begin_array();
        for (const std::string& item : *list) {
            json.value(item);
        }
        json.end_array();
    } else if (std::holds_alternative<std::int64_t>(value)) {
        json.value(subjects::value_text(field, value)); // money: exact decimals, so text
    } else {
        json.null();
    }
}

void write_fields(JsonWriter& json, const AccessModel& model, const std::vector<Field>& fields,
                  const FieldValues& values, bool provided) {
    json.key("fields").begin_array();
    for (const Field& field : fields) {
        const Value* value = value_of(values, field.name);
        json.begin_object();
        json.member("name", field.name);
        json.member("label", label_for(field.labels, model.language, field.name));
        json.member("type", field_type_name(field.type));
        json.member("category", subjects::class_name(field.field_class));
        json.key("value");
        value != nullptr ? write_value(json, field, *value) : void(json.null());
        json.member("provided_by_subject", provided && value != nullptr);
        json.end_object();
    }
    json.end_array();
}

void write_subject(JsonWriter& json, const AccessModel& model) {
    const Subject& subject = model.subject;
    json.key("subject").begin_object();
    json.member("id", static_cast<std::int64_t>(subject.id));
    json.key("former_ids").begin_array();
    for (SubjectId former : model.former) {
        json.value(static_cast<std::int64_t>(former));
    }
    json.end_array();
    json.member("created_at", subject.created_at);
    json.member("changed_at", subject.changed_at);
    write_fields(json, model, *model.fields, subject.fields, true);
    json.key("identifiers").begin_array();
    for (const IdentifierView& view : model.identifiers) {
        const Identifier& identifier = view.identifier;
        json.begin_object();
        json.member("kind", identifier_kind_name(identifier));
        json.member("value", identifier.value);
        if (view.normal != identifier.value) {
            json.member("normal_form", view.normal);
        }
        json.key("suppressions").begin_array();
        for (const SuppressionView& entry : view.suppressions) {
            json.begin_object();
            json.member("kind", entry.kind).member("scope", entry.scope);
            json.member("since", entry.since).end_object();
        }
        json.end_array();
        json.member("provided_by_subject", identifier.kind != IdentifierKind::external);
        json.end_object();
    }
    json.end_array();
    json.key("organisations").begin_array();
    for (const OrganisationView& view : model.organisations) {
        json.begin_object();
        json.member("id", static_cast<std::int64_t>(view.organisation.id));
        json.member("name", view.organisation.name);
        json.member_if("external", view.organisation.external);
        json.member_if("role", view.membership.role);
        json.member("primary", view.membership.primary);
        write_fields(json, model, *model.organisation_fields, view.organisation.fields, false);
        json.end_object();
    }
    json.end_array();
    json.end_object();
}

void write_list(JsonWriter& json, std::string_view name, const std::vector<std::string>& values) {
    json.key(name).begin_array();
    for (const std::string& value : values) {
        json.value(value);
    }
    json.end_array();
}

void write_purposes(JsonWriter& json, const AccessModel& model, const Strings& strings) {
    json.key("purposes").begin_array();
    for (const PurposeView& view : model.purposes) {
        const Purpose& purpose = view.purpose;
        json.begin_object();
        json.member("code", purpose.code);
        json.member("label", label_for(purpose.labels, model.language, purpose.code));
        json.member_if("description", label_for(purpose.descriptions, model.language, ""));
        json.member("basis", basis_name(purpose.basis));
        json.member("basis_text", strings.basis(basis_name(purpose.basis)));
        json.member("kind", purpose_kind_name(purpose.kind));
        json.key("validity");
        purpose.validity ? json.value(*purpose.validity) : json.null();
        json.key("retention");
        purpose.retention ? json.value(*purpose.retention) : json.null();
        json.member("retention_text", strings.retention(purpose));
        json.member("special_category", purpose.special_category);
        if (purpose.art9_exception) {
            json.member("art9_exception", *purpose.art9_exception);
        }
        write_list(json, "controllers", purpose.controllers);
        write_list(json, "recipients", purpose.recipients);
        if (purpose.retired_at) {
            json.member("retired_at", *purpose.retired_at);
        }
        json.key("decisions").begin_array();
        for (const ChannelView& channel : view.channels) {
            const Decision& decision = channel.decision;
            json.begin_object();
            json.member("channel", channel_name(channel.channel));
            json.member("consent", consent_state_name(channel.state));
            json.member("allowed", decision.allowed);
            json.member("reason", reason_code(decision.reason));
            json.member("explanation", strings.reason(reason_code(decision.reason)));
            json.member_if("reference", decision.reference);
            if (decision.event != EventId{}) {
                json.member("event", static_cast<std::int64_t>(decision.event));
            }
            if (decision.holds_until) {
                json.member("holds_until", *decision.holds_until);
            }
            json.end_object();
        }
        json.end_array();
        json.key("texts_shown").begin_array();
        for (const TextShown& shown : view.shown) {
            json.begin_object();
            json.member("version", shown.version);
            json.member("language", shown.text.language);
            json.member("text", shown.text.text);
            json.member_if("label", shown.text.label);
            json.member_if("hash", shown.hash);
            json.end_object();
        }
        json.end_array();
        json.end_object();
    }
    json.end_array();
}

void write_evidence(JsonWriter& json, const Evidence& evidence) {
    json.member_if("method", evidence.method);
    if (evidence.text_version != 0) {
        json.member("text_version", evidence.text_version);
    }
    json.member_if("language", evidence.language);
    json.member_if("form", evidence.form);
    json.member_if("submission", evidence.submission);
    json.member_if("document", evidence.document);
    json.member_if("ip", evidence.ip);
    json.member_if("user_agent", evidence.user_agent);
    for (const auto& [name, flag, usual] :
         {std::tuple("preticked", evidence.preticked, false),
          std::tuple("gdpr_standard", evidence.gdpr_standard, true),
          std::tuple("explicit_consent", evidence.explicit_consent, false),
          std::tuple("parental_authorisation", evidence.parental_authorisation, false)}) {
        if (flag != usual) {
            json.member(name, flag);
        }
    }
    if (!evidence.controllers.empty()) {
        write_list(json, "controllers", evidence.controllers);
    }
    if (evidence.expires_at) {
        json.member("expires_at", *evidence.expires_at);
    }
    json.member_if("note", evidence.note);
}

void write_event(JsonWriter& json, const ConsentEvent& event) {
    json.begin_object();
    json.member("event", static_cast<std::int64_t>(event.id));
    json.member("kind", event_kind_name(event.kind));
    json.member_if("purpose", event.purpose);
    json.member("channel", channel_name(event.channel));
    json.member_if("scope", event.scope);
    json.member("effective_at", event.effective_at);
    json.member("recorded_at", event.recorded_at);
    // Which employee acted is not the person's data (C-579/21).
    json.member("actor", store::actor_kind_name(event.actor.kind));
    json.member_if("actor_reason", event.actor.reason);
    write_evidence(json, event.evidence);
    if (!event.data.empty()) {
        json.key("data").begin_object();
        for (const auto& [name, value] : event.data) {
            json.member(name, value);
        }
        json.end_object();
    }
    json.member("provided_by_subject", by_subject(event));
    json.end_object();
}

void write_history(JsonWriter& json, const AccessModel& model) {
    json.key("history").begin_array();
    model.history.each([&](const ConsentEvent& event) { write_event(json, event); });
    json.end_array();
}

void write_disclosure(JsonWriter& json, const Disclosure& disclosure) {
    json.begin_object();
    json.member("event", static_cast<std::int64_t>(disclosure.event));
    json.member("at", disclosure.at);
    json.member("recipient", disclosure.recipient);
    json.member_if("format", disclosure.format);
    json.member("many", disclosure.many);
    json.member("certain", disclosure.certain);
    write_list(json, "columns", disclosure.columns);
    json.end_object();
}

void write_recipients(JsonWriter& json, const AccessModel& model) {
    std::map<std::string, std::vector<std::string>> recipients;
    for (const PurposeView& view : model.purposes) {
        for (const std::string& name : view.purpose.recipients) {
            recipients[name].push_back(view.purpose.code);
        }
    }
    json.key("recipients").begin_array();
    for (const auto& [name, purposes] : recipients) {
        json.begin_object().member("name", name);
        write_list(json, "purposes", purposes);
        json.end_object();
    }
    json.end_array();
    json.key("disclosures").begin_array();
    model.disclosures.each([&](const Disclosure& each) { write_disclosure(json, each); });
    json.end_array();
}

void write_automated(JsonWriter& json, const AccessModel& model, const Strings& strings) {
    json.key("automated_decisions").begin_object(); // 15(1)(h)
    json.member("exists", !model.automated.empty());
    json.member("text", strings.ui(model.automated.empty() ? "automated_none" : "automated_some"));
    std::vector<std::string> profiling;
    for (const PurposeView& view : model.purposes) {
        if (forms_profile(view)) {
            profiling.push_back(view.purpose.code);
        }
    }
    write_list(json, "profiling_purposes", profiling);
    json.key("logic").begin_array();
    const auto labels = field_labels(model);
    for (const AutomatedView& view : model.automated) {
        json.begin_object();
        json.member("module", view.module);
        json.member("text", strings.rule(view.rule, labels));
        json.key("rule").raw(view.rule.dump());
        json.end_object();
    }
    json.end_array().end_object();
}

/// Art. 15(1)(b): what kinds of data there are of this person, and how many.
void write_categories(JsonWriter& json, const AccessModel& model, const Strings& strings) {
    json.key("categories").begin_array();
    for (const Category& category : categories_of(model)) {
        json.begin_object();
        json.member("category", category.code);
        json.member("text", strings.list(category.code));
        json.member("count", static_cast<std::int64_t>(category.count));
        json.end_object();
    }
    json.end_array();
}

void write_modules(JsonWriter& json, const AccessModel& model) {
    std::set<std::string> names;
    for (const ListView& view : model.lists) {
        names.insert(view.list->module);
    }
    for (const auto& [name, part] : model.modules.items()) {
        names.insert(name);
    }
    json.key("modules").begin_object();
    for (const std::string& name : names) {
        json.key(name).begin_object();
        if (auto part = model.modules.find(name); part != model.modules.end()) {
            for (const auto& [member, value] : part->items()) {
                json.key(member).raw(value.dump());
            }
        }
        for (const ListView& view : model.lists) {
            if (view.list->module == name) {
                json.key(view.list->name).begin_array();
                view.rows.each([&](const nlohmann::json& row) { json.raw(row.dump()).piece(); });
                json.end_array();
            }
        }
        json.end_object();
    }
    json.end_object();
}

void write_rest(JsonWriter& json, const AccessModel& model, const Strings& strings) {
    write_automated(json, model, strings);
    json.key("transfers").raw(model.transfers.dump()); // 15(2)
    std::vector<std::string> portable, lists;
    for (const PurposeView& view : model.purposes) {
        const Basis basis = view.purpose.basis;
        if (basis == Basis::consent || basis == Basis::contract) {
            portable.push_back(view.purpose.code);
        }
    }
    for (const ListView& view : model.lists) {
        if (view.list->provided) {
            lists.push_back(std::string("/modules/") + view.list->module + "/" + view.list->name);
        }
    }
    json.key("portability").begin_object(); // art. 20
    json.member("applies", !portable.empty());
    write_list(json, "purposes", portable);
    write_list(json, "lists", lists);
    json.end_object();
    json.key("rights").begin_array(); // 15(1)(e), (f)
    for (const auto& right : strings.rights()) {
        json.begin_object();
        json.member("article", right.article);
        json.member("title", right.title);
        json.member("text", right.text);
        json.end_object();
    }
    json.end_array();
    write_modules(json, model);
}

} // namespace

void render_json(const AccessModel& model, const Output& out) {
    const Strings& strings = Strings::of(model.language);
    JsonWriter json(out);
    json.begin_object();
    json.member("format", "urn:habeas:schema:access:1");
    json.member("generated_at", model.generated);
    json.member("language", model.language);
    json.key("store").begin_object();
    json.member("id", model.store_id);
    json.member("habeas", version());
    json.member_if("place", model.place);
    json.key("audit").begin_object();
    json.member("sequence", model.audit_sequence);
    json.member("hash", model.audit_hash);
    json.end_object().end_object();
    json.key("confirmation").begin_object(); // 15(1)
    json.member("processed", true);
    json.member("text", strings.ui("confirmation"));
    json.end_object();
    json.key("controller").raw(model.controller.dump());
    write_categories(json, model, strings);
    write_subject(json, model);
    json.key("source").begin_object(); // 15(1)(g)
    json.member("recorded", !model.subject.source.empty());
    json.member_if("text", model.subject.source);
    json.end_object();
    write_purposes(json, model, strings);
    write_history(json, model);
    write_recipients(json, model);
    write_rest(json, model, strings);
    json.end_object();
    json.end_of_text();
}

} // namespace habeas::exports

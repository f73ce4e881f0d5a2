// Templates: declared, versioned, previewed.
#include "consent/catalogue.hpp"

#include "base/json_members.hpp"
#include "consent/json_reader.hpp"
#include "outbox/prepare.hpp"
#include "outbox/render.hpp"
#include "subjects/lookup.hpp"

#include <nlohmann/json.hpp>

namespace habeas {
namespace outbox {
namespace {

using consent::JsonReader;
using consent::refuse_at;
using nlohmann::json;

TemplateText read_text(const json& given, const std::string& pointer) {
    JsonReader in(given, pointer);
    TemplateText out;
    in.read("subject", out.subject);
    in.read("text", out.text);
    in.read("html", out.html);
    in.finish();
    return out;
}

} // namespace
} // namespace outbox

MessageTemplate Templates::from_json(const std::string& text) {
    using namespace outbox;
    json document = json::parse(text, nullptr, false);
    if (document.is_discarded()) {
        throw Error(Errc::invalid, "the document: no JSON");
    }
    const std::string root;
    JsonReader in(document, root);
    MessageTemplate out;
    in.read("code", out.code);
    in.read("labels", out.labels);
    in.read_name("kind", out.kind, message_kind);
    in.read("purpose", out.purpose);
    in.read_name("channel", out.channel, channel);
    in.read("sender", out.sender);
    in.read("reply_to", out.reply_to);
    in.read("default_language", out.default_language);
    if (const json* languages = in.find("languages")) {
        if (!languages->is_object()) {
            refuse_at("/languages", "write an object");
        }
        for (const auto& [tag, each] : languages->items()) {
            out.languages[tag] = read_text(each, "/languages/" + tag);
        }
    }
    in.finish();
    return out;
}

std::string Templates::to_json(const MessageTemplate& message) {
    using nlohmann::json;
    json languages = json::object();
    for (const auto& [tag, text] : message.languages) {
        json& each = languages[tag] = base::object_of("text", text.text);
        if (!text.subject.empty()) {
            each["subject"] = text.subject;
        }
        if (!text.html.empty()) {
            each["html"] = text.html;
        }
    }
    json out =
        base::object_of("code", message.code, "kind", message_kind_name(message.kind), "channel",
                        channel_name(message.channel), "languages", std::move(languages));
    for (const auto& [name, value] :
         {std::pair("purpose", &message.purpose), std::pair("sender", &message.sender),
          std::pair("reply_to", &message.reply_to),
          std::pair("default_language", &message.default_language)}) {
        if (!value->empty()) {
            out[name] = *value;
        }
    }
    if (!message.labels.empty()) {
        out["labels"] = message.labels;
    }
    return out.dump();
}

std::int32_t Templates::define(const MessageTemplate& given) {
    using namespace outbox;
    store::Engine::Write tx(*engine_);
    const MessageTemplate checked = check_template(*engine_, given);
    const std::string definition = to_json(checked);
    auto known = latest_template(*engine_, checked.code);
    if (known && !known->retired && to_json(known->definition) == definition) {
        return known->definition.version;
    }
    std::int64_t id = known ? known->id : 0;
    const std::int32_t version = known ? known->definition.version + 1 : 1;
    if (!known) {
        auto row = engine_->db().prepare(
            "INSERT INTO message_template(code, version) VALUES(?1, 1) RETURNING id");
        row.bind(1, checked.code);
        row.step();
        id = row.i64(0);
    } else {
        engine_->db()
            .prepare("UPDATE message_template SET version = ?2, retired_at = NULL WHERE id = ?1")
            .bind_all(id, version)
            .run();
    }
    engine_->db()
        .prepare("INSERT INTO message_template_version(template_id, version, recorded_at, "
                 "kind, purpose, channel, definition) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)")
        .bind_all(id, version, engine_->now_ms(), message_kind_name(checked.kind), checked.purpose,
                  channel_name(checked.channel), definition)
        .run();
    engine_->bump_definitions();
    tx.commit();
    return version;
}

void Templates::retire(const std::string& code) {
    store::Engine::Write tx(*engine_);
    engine_->db()
        .prepare(
            "UPDATE message_template SET retired_at = coalesce(retired_at, ?2) WHERE code = ?1")
        .bind_all(code, engine_->now_ms())
        .run();
    if (engine_->db().changes() == 0) {
        throw Error(Errc::not_found, "there is no template of this name", "code");
    }
    engine_->bump_definitions();
    tx.commit();
}

std::vector<MessageTemplate> Templates::list() const {
    store::Engine::Read snapshot(*engine_);
    std::vector<std::string> codes;
    auto row = engine_->db().prepare(
        "SELECT code FROM message_template WHERE retired_at IS NULL ORDER BY code");
    while (row.step()) {
        codes.push_back(row.str(0));
    }
    std::vector<MessageTemplate> out;
    out.reserve(codes.size());
    for (const std::string& code : codes) {
        out.push_back(outbox::latest_template(*engine_, code)->definition);
    }
    return out;
}

std::optional<MessageTemplate> Templates::find(const std::string& code) const {
    store::Engine::Read snapshot(*engine_);
    auto found = outbox::latest_template(*engine_, code);
    return found ? std::optional(found->definition) : std::nullopt;
}

RenderedMessage Templates::preview(const std::string& code, SubjectId subject,
                                   const std::string& data) const {
    using namespace outbox;
    check_data(data);
    store::Engine::Read snapshot(*engine_);
    auto found = latest_template(*engine_, code);
    if (!found) {
        throw Error(Errc::not_found, "there is no template of this name", "code");
    }
    const Subject person = subjects::load(*engine_, subject);
    const auto settings = outbox::settings(*engine_);
    auto purposes = consent::catalogue(*engine_);
    const consent::PurposeHistory* purpose = purposes->find(found->definition.purpose);
    RenderInput input;
    input.source = found.get();
    input.subject = &person;
    input.purpose = purpose ? consent::present_definition(*purpose) : nullptr;
    input.fields = &subjects::field_list(*engine_, FieldOwner::subject);
    input.settings = settings.get();
    input.data = data;
    const std::string site =
        settings->base_url.empty() ? "https://site.invalid" : settings->base_url;
    input.links = {site + "/unsubscribe/preview", site + "/preferences/preview"};
    RenderedMessage out = render(input);
    complete_text(found->definition.channel, out);
    if (found->definition.kind == MessageKind::marketing) {
        const Decision decision = Consent(*engine_).may_process(subject, found->definition.purpose,
                                                                found->definition.channel);
        const Agreed agreed = agreed_by(*engine_, decision.event);
        add_footer(*settings,
                   {input.links.unsubscribe,
                    input.purpose ? agreed_line(agreed, *input.purpose, out.language,
                                                engine_->meta("setting.time_zone").value_or(""))
                                  : std::string()},
                   out);
    }
    return out;
}

} // namespace habeas

#include "outbox/prepare.hpp"

#include "base/contact.hpp"
#include "consent/catalogue.hpp"
#include "exports/model.hpp"
#include "exports/strings.hpp"
#include "outbox/links.hpp"
#include "outbox/return_path.hpp"
#include "outbox/rows.hpp"
#include "subjects/lookup.hpp"

#include <nlohmann/json.hpp>

namespace habeas::outbox {
namespace {

/// The template's data: both are JSON objects or empty, the second goes over the first.
std::string joined_data(std::string data, const std::string& secret) {
    if (secret.empty()) {
        return data;
    }
    nlohmann::json out =
        data.empty() ? nlohmann::json::object() : nlohmann::json::parse(std::move(data));
    out.update(nlohmann::json::parse(secret));
    return out.dump();
}

void read_content(store::Engine& engine, Material& material) {
    auto row = engine.db().prepare(
        "SELECT data, secret, subject_line, text, html, language FROM outbox_content WHERE "
        "message_id = ?1");
    row.bind(1, material.row.id);
    if (row.step()) {
        material.data = joined_data(row.str(0), row.str(1));
        material.ready = {row.str(5), row.str(2), row.str(3), row.str(4)};
    } else if (material.row.template_id == 0 || material.row.purged) {
        material.failure = "no_content";
    }
    auto part = engine.db().prepare("SELECT name, type, content FROM outbox_attachment "
                                    "WHERE message_id = ?1 ORDER BY position");
    part.bind(1, material.row.id);
    while (part.step()) {
        material.attachments.push_back({part.str(0), part.str(1), std::string(part.blob(2)), {}});
    }
}

void make_links(store::Engine& engine, const Settings& settings, Material& material) {
    const Claimed& row = material.row;
    if (!row.links) {
        return;
    }
    const store::RootKey* key = engine.keys().find(row.token_key);
    if (key == nullptr) { // the key was lost: nothing under it can be made again
        material.failure = "key_lost";
        return;
    }
    if (settings.base_url.empty()) {
        material.failure = "no_base_url";
        return;
    }
    const base::SecretKey token_key = engine.keys().subkey(*key, store::Subkey::token);
    Link link{Use::unsubscribe, row.id,      row.subject.value_or(0),
              row.purpose_id,   row.channel, row.queued_at + unsubscribe_link_ms};
    material.links.unsubscribe = unsubscribe_url(settings, make_token(token_key, link));
    link.use = Use::preferences;
    link.expires_at = row.queued_at + preferences_link_ms;
    material.links.preferences = preferences_url(settings, make_token(token_key, link));
}

Mailbox recipient_of(const Material& material) {
    if (material.row.kind == MessageKind::internal) {
        return parse_mailbox(material.row.recipient, "to");
    }
    const Subject& person = *material.person;
    switch (material.row.channel) {
    case Channel::email: {
        std::string name = exports::text_of(person.fields, "first_name");
        const std::string last = exports::text_of(person.fields, "last_name");
        name += (name.empty() || last.empty() ? "" : " ") + last;
        return {subject_line(name), exports::text_of(person.fields, "email")};
    }
    case Channel::sms:
    case Channel::phone:
        return {{}, exports::text_of(person.fields, "phone")};
    default: // the host knows where
        return {};
    }
}

bool needs_address(Channel channel) noexcept {
    return channel == Channel::email || channel == Channel::sms || channel == Channel::phone;
}

void add_unsubscribe_headers(const Settings& settings, const Material& material,
                             OutgoingMessage& message) {
    std::string value = "<" + material.links.unsubscribe + ">";
    if (!settings.unsubscribe_mailto.empty()) {
        const std::string& link = material.links.unsubscribe;
        value += ", <mailto:" + settings.unsubscribe_mailto +
                 "?subject=" + link.substr(link.rfind('/') + 1) + ">";
    }
    message.headers.emplace_back("List-Unsubscribe", value);
    message.headers.emplace_back("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
}

RenderedMessage render_content(store::Engine& engine, const Settings& settings,
                               const Material& material) {
    if (!material.source) {
        return material.ready;
    }
    RenderInput input;
    input.source = material.source.get();
    input.subject = material.person ? &*material.person : nullptr;
    input.purpose = material.purpose ? &*material.purpose : nullptr;
    input.fields = &subjects::field_list(engine, FieldOwner::subject);
    input.settings = &settings;
    input.data = material.data;
    input.links = material.links;
    input.language = material.ready.language;
    return render(input);
}

} // namespace

Agreed agreed_by(store::Engine& engine, EventId event) {
    auto row = engine.db().prepare(
        "SELECT text_version, effective_at FROM event WHERE id = ?1 AND kind = ?2");
    row.bind_all(static_cast<std::int64_t>(event), static_cast<std::int64_t>(EventKind::granted));
    if (!row.step() || row.is_null(0)) {
        return {};
    }
    return {static_cast<std::int32_t>(row.i64(0)), Time(std::chrono::milliseconds(row.i64(1)))};
}

std::string agreed_line(const Agreed& agreed, const Purpose& purpose, const std::string& language,
                        const std::string& zone) {
    if (agreed.text_version == 0) {
        return {};
    }
    const auto& words = exports::Strings::of(language);
    return exports::Strings::fill(
        words.ui("agreed"),
        {{"purpose", exports::label_for(purpose.labels, language, purpose.code)},
         {"date", words.date(agreed.at, zone)},
         {"version", std::to_string(agreed.text_version)}});
}

Material read_material(store::Engine& engine, const Settings& settings, Claimed row) {
    Material out;
    out.row = std::move(row);
    if (out.row.template_id != 0) {
        out.source = template_version(engine, out.row.template_id, out.row.template_version);
    }
    if (out.row.subject) {
        out.person = subjects::load(engine, SubjectId{*out.row.subject});
    }
    if (out.row.purpose_id != 0) {
        const consent::PurposeHistory* purpose =
            consent::catalogue(engine)->find(out.row.purpose_id);
        const Purpose* definition = purpose ? consent::present_definition(*purpose) : nullptr;
        if (definition == nullptr) {
            out.failure = "no_purpose";
        } else {
            out.purpose = *definition;
            // Declared anew since it was queued: it would go without a way out.
            if (kind_for(*definition) != out.row.kind) {
                out.failure = "purpose_of_another_kind";
            }
        }
    }
    read_content(engine, out);
    if (out.row.kind == MessageKind::marketing) {
        out.agreed = agreed_by(engine, EventId{out.row.event});
    }
    if (out.failure.empty()) {
        make_links(engine, settings, out);
    }
    return out;
}

std::size_t material_bytes(const Material& material) noexcept {
    std::size_t out = material.ready.text.size() + material.ready.html.size() + 4096;
    for (const Attachment& each : material.attachments) {
        out += each.content.size();
    }
    return out;
}

OutgoingMessage make_message(store::Engine& engine, const Settings& settings, Material& material) {
    OutgoingMessage out;
    const Claimed& row = material.row;
    try {
        out.id = MessageId{row.id};
        out.reference = reference_text(row.id, row.reference);
        out.kind = row.kind;
        if (row.subject) {
            out.subject = SubjectId{*row.subject};
        }
        out.purpose = material.purpose ? material.purpose->code : std::string();
        out.channel = row.channel;
        out.date = Time(std::chrono::milliseconds(engine.now_ms()));
        out.recipient = recipient_of(material);
        if (needs_address(row.channel) && out.recipient.address.empty()) {
            material.failure = "no_address";
            return out;
        }
        RenderedMessage content = render_content(engine, settings, material);
        complete_text(row.channel, content);
        if (row.kind == MessageKind::marketing) {
            require_marketing(settings);
            const std::string language = content.language.empty() && material.person
                                             ? exports::text_of(material.person->fields, "language")
                                             : content.language;
            add_footer(settings,
                       {material.links.unsubscribe,
                        agreed_line(material.agreed, *material.purpose, language,
                                    engine.meta("setting.time_zone").value_or(""))},
                       content);
            add_unsubscribe_headers(settings, material, out);
        }
        if (row.channel == Channel::email) {
            const std::string own =
                material.source ? material.source->definition.sender : std::string();
            out.sender = parse_mailbox(own.empty() ? settings.sender : own, "sender");
            if (material.source && !material.source->definition.reply_to.empty()) {
                out.reply_to = parse_mailbox(material.source->definition.reply_to, "reply_to");
            }
        }
        if (row.channel == Channel::email && !settings.bounce_address.empty()) {
            const auto key = engine.keys().subkey(store::Subkey::token);
            out.return_path = return_path(
                settings.bounce_address,
                make_return_token(key, row.id, base::normalise_email(out.recipient.address)));
        }
        out.language = std::move(content.language);
        out.subject_line = std::move(content.subject);
        out.text = std::move(content.text);
        out.html = std::move(content.html);
        out.attachments = std::move(material.attachments);
    } catch (const Error& error) {
        // The place, never the text: it may hold what a person wrote.
        material.failure = "not_composed";
        engine.log(LogLevel::warning,
                   "message " + std::to_string(row.id) + " cannot be composed: " + error.where());
    }
    return out;
}

} // namespace habeas::outbox

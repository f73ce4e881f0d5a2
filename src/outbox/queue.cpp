// Into the queue: what is asked, checked and stored.
#include "base/contact.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "outbox/links.hpp"
#include "outbox/render.hpp"
#include "outbox/rows.hpp"
#include "subjects/lookup.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

namespace habeas {
namespace outbox {
namespace {

constexpr std::size_t max_key_bytes = 200;
constexpr std::size_t max_body_bytes = std::size_t{2} << 20;
constexpr std::size_t max_attachments = 50;
constexpr std::size_t max_attachment_bytes = std::size_t{15} << 20;
constexpr int default_priority = 10;
constexpr int max_priority = 1000;

/// A message as it goes into the table.
struct Draft {
    std::string key, recipient, data, secret, language;
    std::optional<std::int64_t> subject;
    MessageKind kind = MessageKind::transactional;
    std::string purpose;
    std::int64_t purpose_id = 0;
    Channel channel = Channel::email;
    std::shared_ptr<const StoredTemplate> source;
    RenderedMessage content; ///< ready-made
    std::span<const Attachment> attachments;
    int priority = default_priority;
    std::optional<std::int64_t> not_before;
};

std::optional<std::int64_t> to_ms(const std::optional<Time>& time) {
    return time ? std::optional(time->time_since_epoch().count()) : std::nullopt;
}

[[noreturn]] void refuse(const std::string& where, const std::string& why) {
    throw Error(Errc::invalid, where + ": " + why, where);
}

bool is_media_type(std::string_view type) {
    const std::size_t slash = type.find('/');
    return type.size() <= 100 && slash != 0 && slash != std::string_view::npos &&
           slash + 1 < type.size() && std::count(type.begin(), type.end(), '/') == 1 &&
           std::all_of(type.begin(), type.end(), [](char c) {
               return base::is_letter_or_digit(c) ||
                      std::string_view("/!#$&^_.+-").find(c) != std::string_view::npos;
           });
}

/// Files are read before the transaction begins.
std::vector<Attachment> load_attachments(const std::vector<Attachment>& given) {
    if (given.size() > max_attachments) {
        refuse("attachments", "at most " + std::to_string(max_attachments));
    }
    std::vector<Attachment> out;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const std::string where = "attachments." + std::to_string(i);
        Attachment& each = out.emplace_back(given[i]);
        base::require_text(each.name, where + ".name", false, 255);
        if (each.name.empty() || each.name.find_first_of("/\\") != std::string::npos ||
            each.name.front() == '.') {
            refuse(where + ".name", "write a file name without folders");
        }
        if (!is_media_type(each.type) || each.type.starts_with("multipart/") ||
            each.type.starts_with("message/")) {
            refuse(where + ".type", "write a media type such as application/pdf");
        }
        if (!each.path.empty()) {
            if (!each.content.empty()) {
                refuse(where, "give bytes or a file, not both");
            }
            const base::File file = base::open_file(each.path, base::OpenMode::read, "attachment");
            std::error_code failed;
            if (std::filesystem::file_size(each.path, failed) > max_attachment_bytes) {
                throw Error(Errc::full, "attachments: more than 15 MB in all", where);
            }
            each.content = base::read_all(file);
        }
        bytes += each.content.size();
        if (bytes > max_attachment_bytes) {
            throw Error(Errc::full, "attachments: more than 15 MB in all", "attachments");
        }
    }
    return out;
}

void check_key(const std::string& key) {
    base::require_text(key, "key", false, max_key_bytes);
    if (key.empty()) {
        refuse("key", "each message has one, so that it is never queued twice");
    }
}

std::optional<QueueResult> known(store::Engine& engine, const std::string& key) {
    auto row = engine.db().prepare("SELECT id, state FROM outbox WHERE key = ?1");
    row.bind(1, key);
    if (!row.step()) {
        return std::nullopt;
    }
    QueueResult out;
    out.id = MessageId{row.i64(0)};
    out.state = message_state(row.text(1)).value_or(MessageState::failed);
    out.again = true;
    return out;
}

std::shared_ptr<const StoredTemplate> find_template(store::Engine& engine,
                                                    const std::string& code) {
    auto found = latest_template(engine, code);
    if (!found) {
        throw Error(Errc::not_found, "template " + code + " is not there; define it first",
                    "message_template");
    }
    if (found->retired) {
        throw Error(Errc::not_found, "template " + code + " was retired", "message_template");
    }
    return found;
}

/// What comes from a template or is ready-made.
template <class Given>
void fill_content(store::Engine& engine, const Given& given, Draft& draft) {
    check_data(given.data);
    const bool ready = !given.subject_line.empty() || !given.text.empty() || !given.html.empty();
    if (!given.message_template.empty()) {
        if (ready) {
            refuse("message_template", "give a template or ready-made texts, not both");
        }
        draft.source = find_template(engine, given.message_template);
        draft.data = given.data;
        return;
    }
    if (!given.data.empty()) {
        refuse("data", "it is for templates");
    }
    base::require_text(given.subject_line, "subject_line", false, max_subject_line_bytes);
    base::require_text(given.text, "text", true, max_body_bytes);
    base::require_text(given.html, "html", true, max_body_bytes);
    draft.content = {{}, given.subject_line, given.text, given.html};
}

/// There is somebody to send it.
void check_sender(const Settings& settings, const Draft& draft) {
    if (draft.channel != Channel::email ||
        (draft.source && !draft.source->definition.sender.empty())) {
        return;
    }
    if (settings.sender.empty()) {
        refuse("setting sender", "set it to the address that e-mail comes from, such as "
                                 "\"Shop <news@shop.example>\"");
    }
    parse_mailbox(settings.sender, "setting sender");
}

void insert_content(store::Engine& engine, std::int64_t id, const Draft& draft) {
    if (!draft.data.empty() || !draft.secret.empty() || !draft.language.empty() || !draft.source) {
        engine.db()
            .prepare("INSERT INTO outbox_content(message_id, subject_id, data, secret, language, "
                     "subject_line, text, html) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
            .bind_all(id, draft.subject, draft.data, draft.secret, draft.language,
                      draft.content.subject, draft.content.text, draft.content.html)
            .run();
    }
    for (std::size_t i = 0; i < draft.attachments.size(); ++i) {
        const Attachment& each = draft.attachments[i];
        engine.db()
            .prepare("INSERT INTO outbox_attachment(message_id, position, subject_id, name, type, "
                     "content) VALUES(?1, ?2, ?3, ?4, ?5, ?6)")
            .bind_all(id, static_cast<std::int64_t>(i), draft.subject, each.name, each.type,
                      store::Blob{each.content})
            .run();
    }
}

MessageId insert(store::Engine& engine, const Draft& draft, MessageState state,
                 const std::string& reason) {
    const bool refused = state == MessageState::refused;
    const std::int64_t now = engine.now_ms();
    std::array<std::uint8_t, 16> random{};
    engine.random()(random);
    const std::string_view reference = base::as_view(random);

    const TemplateUse none;
    const TemplateUse& use = draft.source ? draft.source->use : none;
    const bool links =
        !refused && (draft.kind == MessageKind::marketing || use.unsubscribe || use.preferences);
    std::optional<std::string> recipient;
    if (draft.kind == MessageKind::internal) {
        recipient = draft.recipient;
    }
    auto row = engine.db().prepare(
        "INSERT INTO outbox(key, reference, kind, subject_id, recipient, purpose_id, channel, "
        "template_id, template_version, state, reason, priority, queued_at, not_before, due_at, "
        "attempts, repeated, settled, gateway, gateway_reference, finished_at, subject_line, "
        "token_key) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 0, 0, "
        "0, '', '', ?16, '', ?17) RETURNING id");
    row.bind_all(
        draft.key, store::Blob{reference}, message_kind_name(draft.kind), draft.subject, recipient,
        draft.purpose_id, channel_name(draft.channel), draft.source ? draft.source->id : 0,
        draft.source ? draft.source->definition.version : 0, message_state_name(state), reason,
        draft.priority, now, draft.not_before, std::max(now, draft.not_before.value_or(now)),
        refused ? std::optional(now) : std::nullopt,
        links ? std::optional(engine.keys().active().id) : std::nullopt);
    row.step();
    const std::int64_t id = row.i64(0);
    row.reset();
    if (refused) {
        Figures figures;
        figures.add(draft.source ? draft.source->id : 0, draft.purpose_id, draft.channel, state);
        figures.write(engine);
        note_message(engine, draft.subject);
    } else {
        insert_content(engine, id, draft);
    }
    return MessageId{id};
}

/// Links need a place that answers them.
void check_links(const Settings& settings, const Draft& draft) {
    if (draft.kind == MessageKind::marketing) {
        require_marketing(settings);
    }
    if (draft.source && (draft.source->use.unsubscribe || draft.source->use.preferences) &&
        settings.base_url.empty()) {
        refuse("setting base_url", "the template has links; set the https address under which your "
                                   "site answers for habeas");
    }
}

void fill_purpose(store::Engine& engine, const Message& message, Draft& draft) {
    draft.purpose = message.purpose;
    draft.channel = message.channel;
    if (draft.source) {
        const MessageTemplate& source = draft.source->definition;
        if (source.kind == MessageKind::internal) {
            refuse("message_template", "this one is internal; use notify");
        }
        if (!message.purpose.empty() && message.purpose != source.purpose) {
            refuse("purpose", "the template has another one");
        }
        draft.purpose = source.purpose;
        draft.channel = source.channel;
    } else {
        check_parts(draft.channel, draft.content.subject, draft.content.text, draft.content.html,
                    "");
    }
    const PurposeFacts facts = purpose_facts(engine, draft.purpose, draft.channel);
    draft.kind = facts.kind;
    draft.purpose_id = facts.id;
    if (draft.channel != Channel::email && !message.attachments.empty()) {
        refuse("attachments", "only e-mail has them");
    }
}

} // namespace
} // namespace outbox

QueueResult Outbox::queue(const Message& message) {
    using namespace outbox;
    check_key(message.key);
    if (message.priority &&
        (*message.priority < -max_priority || *message.priority > max_priority)) {
        refuse("priority", "from -1000 to 1000");
    }
    const std::vector<Attachment> attachments = load_attachments(message.attachments);
    store::Engine::Write tx(*engine_);
    if (auto former = known(*engine_, message.key)) {
        return *former;
    }
    Draft draft;
    draft.key = message.key;
    draft.subject = number(subjects::require(*engine_, message.subject));
    draft.attachments = attachments;
    draft.not_before = to_ms(message.not_before);
    fill_content(*engine_, message, draft);
    check_data(message.secret_data);
    if (!message.secret_data.empty() && !draft.source) {
        refuse("secret_data", "it is for templates");
    }
    draft.secret = message.secret_data;
    if (!message.language.empty()) {
        draft.language = base::normalise_language(message.language);
    }
    fill_purpose(*engine_, message, draft);
    draft.priority =
        message.priority.value_or(draft.kind == MessageKind::marketing ? 0 : default_priority);
    const auto settings = outbox::settings(*engine_);
    check_links(*settings, draft);
    check_sender(*settings, draft);

    QueueResult out;
    out.decision =
        Consent(*engine_).may_process(SubjectId{*draft.subject}, draft.purpose, draft.channel);
    out.state = out.decision.allowed ? MessageState::queued : MessageState::refused;
    out.id = insert(*engine_, draft, out.state,
                    out.decision.allowed ? "" : std::string(reason_code(out.decision.reason)));
    tx.commit();
    return out;
}

QueueResult Outbox::notify(const Notice& notice) {
    using namespace outbox;
    check_key(notice.key);
    const std::vector<Attachment> attachments = load_attachments(notice.attachments);
    store::Engine::Write tx(*engine_);
    if (auto former = known(*engine_, notice.key)) {
        return *former;
    }
    Draft draft;
    draft.key = notice.key;
    draft.kind = MessageKind::internal;
    draft.recipient = mailbox_text(parse_mailbox(notice.to, "to"));
    if (notice.about) {
        draft.subject = number(subjects::require(*engine_, *notice.about));
    }
    draft.attachments = attachments;
    draft.not_before = to_ms(notice.not_before);
    fill_content(*engine_, notice, draft);
    if (draft.source) {
        if (draft.source->definition.kind != MessageKind::internal) {
            refuse("message_template", "this one is for subjects; use queue");
        }
        draft.channel = draft.source->definition.channel;
    } else {
        check_parts(draft.channel, draft.content.subject, draft.content.text, draft.content.html,
                    "");
    }
    check_sender(*outbox::settings(*engine_), draft);
    QueueResult out;
    out.id = insert(*engine_, draft, MessageState::queued, "");
    tx.commit();
    return out;
}

} // namespace habeas

// Messages: templates, the queue that sends nothing which nobody agreed to, and gateways that send.
#pragma once

#include "habeas/consent.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace habeas {

enum class MessageId : std::int64_t {}; ///< never used twice

enum class MessageKind : std::uint8_t {
    marketing,     ///< its purpose is of kind marketing: one click stops it (RFC 8058)
    transactional, ///< everything else to subjects: orders, answers to requests, confirmations
    internal       ///< to an employee or the host; no decision is asked
};
enum class MessageState : std::uint8_t {
    queued,
    sending, ///< with a gateway whose answer is not known yet
    sent,
    failed,    ///< refused by the gateway for good, or tried too often
    uncertain, ///< the gateway's answer was lost
    stopped,   ///< the decision was no when it was to be sent, or somebody stopped it
    refused    ///< the decision was no when it was to be queued; kept without content
};
std::string_view message_kind_name(MessageKind kind) noexcept;
std::optional<MessageKind> message_kind(std::string_view name) noexcept;
std::string_view message_state_name(MessageState state) noexcept;
std::optional<MessageState> message_state(std::string_view name) noexcept;

/// Mustache. Variables: subject.<field>, controller.<member>, purpose.code, purpose.label,
/// purpose.description, language, unsubscribe_url, preferences_url, data.<what the host gives>.
/// Values are escaped in html and only there; a line break in a subject becomes a blank.
struct TemplateText {
    std::string subject;
    std::string text;
    std::string html; ///< may be empty; only for e-mail
    bool operator==(const TemplateText&) const = default;
};
struct MessageTemplate {
    std::string code; ///< [a-z][a-z0-9_]{0,62}
    std::map<std::string, std::string> labels;
    MessageKind kind = MessageKind::transactional;
    std::string purpose; ///< empty for internal ones
    Channel channel = Channel::email;
    std::string sender;   ///< "Name <address>"; empty: the setting "sender"
    std::string reply_to; ///< "Name <address>"; empty: none
    std::map<std::string, TemplateText> languages;
    /// for whose language there is none; may be empty where there is one language
    std::string default_language;
    std::int32_t version = 0; ///< filled when read; a message keeps that of when it was queued
    bool operator==(const MessageTemplate&) const = default;
};
struct RenderedMessage {
    std::string language, subject, text, html;
    bool operator==(const RenderedMessage&) const = default;
};

/// What somebody should look at before a template is used. Words of the template itself, never of
/// a person.
struct TemplateFinding {
    /// link_missing, link_relative, link_plain_http, link_scheme, link_no_words, image_no_words,
    /// image_relative, image_plain_http, image_inline, image_invisible, active_content,
    /// text_from_html, language_default.
    std::string code;
    bool error = false; ///< it will not work; else a hint
    std::string language, part;
    std::string detail; ///< the target or element as written
};
/// A variable that is empty for some: the reader sees a gap.
struct MissingValue {
    std::string language, variable;
    std::uint64_t subjects = 0;
};
struct TemplateReport {
    std::int32_t version = 0;
    std::vector<TemplateFinding> findings;
    std::vector<std::string> variables;             ///< all that its texts use
    std::uint64_t recipients = 0;                   ///< looked at
    bool more = false;                              ///< there are more recipients than that
    std::map<std::string, std::uint64_t> languages; ///< how many would get which
    std::vector<MissingValue> missing;
};
struct TemplateCheckOptions {
    std::vector<SubjectId> subjects; ///< empty: who may get it now, by the decision
    std::string data;                ///< what the host will give: JSON object, or empty
    std::size_t limit = 10000;       ///< recipients looked at, at most
};

class Templates {
  public:
    explicit Templates(Store& store) : engine_(&store.engine()) {}
    explicit Templates(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use
    /// Declares a template, or its next version; returns the number. The same content again gives
    /// the number it has. Errc::invalid names the member and, within a text, the byte: a variable
    /// that cannot be there, partials, other delimiters, unescaped values, a kind that does not fit
    /// the purpose.
    std::int32_t define(const MessageTemplate& message);
    void retire(const std::string& code); ///< no new messages; queued ones are sent
    [[nodiscard]] std::vector<MessageTemplate> list() const; ///< without the retired
    [[nodiscard]] std::optional<MessageTemplate> find(const std::string& code) const;
    /// As it would be sent to that subject now; links lead nowhere. `data`: JSON object or empty.
    [[nodiscard]] RenderedMessage preview(const std::string& code, SubjectId subject,
                                          const std::string& data = {}) const;
    /// Links, pictures, and what is missing for whom. Errc::not_found, Errc::invalid (data).
    [[nodiscard]] TemplateReport check(const std::string& code,
                                       const TemplateCheckOptions& options = {}) const;
    static MessageTemplate from_json(const std::string& json); ///< Errc::invalid at its pointer
    static std::string to_json(const MessageTemplate& message);

  private:
    store::Engine* engine_;
};

/// From bytes or, where `path` is given, from a file that is read when the message is queued.
struct Attachment {
    std::string name; ///< a file name, without folders
    std::string type = "application/octet-stream";
    std::string content;
    std::string path;
};

/// To a subject. With a template its purpose and channel are the template's.
struct Message {
    SubjectId subject{};
    /// Names this message as long as it is kept (no personal data in it): the same key again is
    /// the same message.
    std::string key;
    std::string message_template;
    std::string data; ///< for the template: JSON object; empty: none
    /// The same, over `data`, and forgotten once the message was sent: tokens, links that confirm.
    std::string secret_data;
    std::string language; ///< of the template's texts; empty: the subject's
    std::string purpose;
    Channel channel = Channel::email;
    std::string subject_line, text, html; ///< ready-made, where no template is named
    std::vector<Attachment> attachments;  ///< 15 MB in all
    std::optional<int> priority;          ///< higher goes first; marketing 0, others 10
    std::optional<Time> not_before;
};

/// To an employee or the host. No decision is asked; if it tells of a subject, an erasure takes it
/// away too.
struct Notice {
    std::string to; ///< "Name <address>"
    std::optional<SubjectId> about;
    std::string key;
    std::string message_template; ///< of kind internal
    std::string data;
    std::string subject_line, text, html;
    std::vector<Attachment> attachments;
    std::optional<Time> not_before;
};

struct QueueResult {
    MessageId id{};
    MessageState state = MessageState::queued; ///< queued or refused; of a former one, as it is now
    bool again = false;                        ///< the key was known
    Decision decision;                         ///< of this call; of a former message: not asked
};

struct MessageInfo {
    MessageId id{};
    std::string key;
    std::string reference;            ///< what gateways know it by, random; also in its Message-ID
    std::optional<SubjectId> subject; ///< to whom, or about whom an internal one is
    MessageKind kind = MessageKind::transactional;
    std::string purpose;
    Channel channel = Channel::email;
    std::string message_template;
    std::int32_t template_version = 0;
    MessageState state = MessageState::queued;
    /// Why it is not sent: the reason code of a decision ("CONSENT_WITHDRAWN") or a word such as
    /// "no_address", "gateway_refused", "lease_expired"; of what waits by the rules of the setting
    /// "pacing": "quiet_hours", "frequency_cap", "rate_limit".
    std::string reason;
    int priority = 0;
    int attempts = 0;
    Time queued_at{};
    std::optional<Time> not_before;
    std::optional<Time> due_at;      ///< queued: when it is tried next
    std::optional<Time> finished_at; ///< sent, failed, stopped, refused or uncertain since
    std::string gateway, gateway_reference;
    std::string subject_line; ///< as sent
};
struct MessageFilter {
    std::optional<MessageState> state;
    std::optional<SubjectId> subject;
    std::size_t limit = 100;
    MessageId after{}; ///< in order of id, after this one
};

struct Mailbox {
    std::string name; ///< may be empty
    std::string address;
    bool operator==(const Mailbox&) const = default;
};

/// What a gateway gets.
struct OutgoingMessage {
    MessageId id{};
    std::string reference; ///< stable over repetitions: the idempotency key for the gateway
    MessageKind kind = MessageKind::transactional;
    std::optional<SubjectId> subject;
    std::string purpose;
    Channel channel = Channel::email;
    std::string language;
    Mailbox sender;
    std::optional<Mailbox> reply_to;
    Mailbox recipient; ///< address or number; empty for post, push and web
    /// Where bounces go, of its own for each message and recipient; empty without the setting
    /// "bounce_address". For the envelope (MAIL FROM), not for a header.
    std::string return_path;
    std::string subject_line, text, html;
    std::vector<std::pair<std::string, std::string>> headers; ///< List-Unsubscribe and such
    std::vector<Attachment> attachments;
    Time date{};
};
/// RFC 5322 with MIME, CRLF, 7 bit unless an address is not (RFC 6532). Errc::invalid for a line
/// break where none may be.
std::string compose_mime(const OutgoingMessage& message);

enum class GatewayOutcome : std::uint8_t {
    sent,
    transient, ///< not sent, may be tried again
    permanent, ///< not sent, and will not be
    uncertain, ///< may have been sent
    /// never begun: not sent, and no attempt is counted; where it is all of a batch, the run ends
    not_reached,
    /// permanent, for the address itself is gone: a hard bounce, known at once
    no_such_address
};
struct GatewayResult {
    GatewayOutcome outcome = GatewayOutcome::sent;
    std::string reference; ///< the gateway's own
    std::string reason;    ///< a short word; no personal data
    std::optional<std::chrono::milliseconds> retry_after;
};

/// What sends. Called outside of transactions, by one thread at a time.
class Gateway {
  public:
    Gateway() = default;
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;
    virtual ~Gateway() = default;
    [[nodiscard]] virtual std::string id() const = 0; ///< kept with each message
    [[nodiscard]] virtual bool serves(Channel channel) const = 0;
    /// Who processes the data on behalf of the controller (art. 28), by code, such as "mailjet":
    /// the transfer guard is asked for it too before a message goes. Empty: nobody else.
    [[nodiscard]] virtual std::string processor() const { return {}; }
    [[nodiscard]] virtual std::size_t batch_size() const { return 50; }
    /// One result for each, in order, before the lease ends (SendOptions): with `not_reached` for
    /// one, those after it were not tried. An exception means "uncertain" for all; a gateway that
    /// knows that nothing was sent says so.
    virtual std::vector<GatewayResult> send(std::span<const OutgoingMessage> messages) = 0;
    /// What became of a message whose answer was lost; `transient`: it was not sent. Nothing: this
    /// gateway cannot tell.
    virtual std::optional<GatewayResult> resolve(const std::string& reference);
};

/// Writes <folder>/<reference>.eml: mode 0600, atomic, registered so that an erasure deletes it.
class DirectoryGateway : public Gateway {
  public:
    DirectoryGateway(Store& store, const std::string& folder);
    DirectoryGateway(store::Engine& engine, const std::string& folder); ///< habeas's own use
    [[nodiscard]] std::string id() const override { return "directory"; }
    [[nodiscard]] bool serves(Channel channel) const override { return channel == Channel::email; }
    std::vector<GatewayResult> send(std::span<const OutgoingMessage> messages) override;
    std::optional<GatewayResult> resolve(const std::string& reference) override;

  private:
    store::Engine* engine_;
    std::string folder_;
};

/// The host's own way of sending.
class CallbackGateway : public Gateway {
  public:
    using Send = std::function<std::vector<GatewayResult>(std::span<const OutgoingMessage>)>;
    using Resolve = std::function<std::optional<GatewayResult>(const std::string& reference)>;
    CallbackGateway(std::string id, std::vector<Channel> channels, Send send, Resolve resolve = {});
    [[nodiscard]] std::string id() const override { return id_; }
    [[nodiscard]] bool serves(Channel channel) const override;
    std::vector<GatewayResult> send(std::span<const OutgoingMessage> messages) override;
    std::optional<GatewayResult> resolve(const std::string& reference) override;

  private:
    std::string id_;
    std::vector<Channel> channels_;
    Send send_;
    Resolve resolve_;
};

struct SendOptions {
    std::size_t limit = 1000; ///< messages handed to the gateway at most
    std::optional<Time> now;  ///< what is due; empty: the store's clock
    /// A gateway that does not answer within it is given up: the message becomes uncertain.
    std::chrono::milliseconds lease = std::chrono::minutes(5);
    int max_attempts = 8; ///< then a message that fails for a time has failed
    std::chrono::milliseconds first_backoff = std::chrono::minutes(1); ///< doubles each time
    std::chrono::milliseconds longest_backoff = std::chrono::hours(6);
    Progress progress; ///< between batches
};
struct SendReport {
    std::uint64_t sent = 0, failed = 0, retried = 0, uncertain = 0, stopped = 0;
    std::uint64_t deferred = 0; ///< they wait, by the rules of the setting "pacing"
    std::uint64_t resolved = 0; ///< uncertain ones of former runs whose fate is known now
};

/// Whom a link in a message is about.
struct TokenInfo {
    enum class Use : std::uint8_t { unsubscribe, preferences } use = Use::unsubscribe;
    MessageId message{}; ///< 0: of no message (Preferences::link)
    SubjectId subject{};
    std::string purpose; ///< empty: of no message
    Channel channel = Channel::email;
    Time expires_at{};
};

class Outbox {
  public:
    explicit Outbox(Store& store) : engine_(&store.engine()) {}
    explicit Outbox(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use

    /// Asks the decision; a no gives `refused`. Marketing needs the settings base_url, sender and
    /// controller. Errc::invalid, not_found (template, purpose), subject_unknown, erased, full
    /// (attachments).
    QueueResult queue(const Message& message);
    QueueResult notify(const Notice& notice);

    /// Hands what is due to a gateway, the highest priority first. The decision is asked again in
    /// the transaction that marks a message `sending`. Several processes may send at once. Not
    /// inside a transaction.
    SendReport send(Gateway& gateway, const SendOptions& options = {});

    [[nodiscard]] MessageInfo get(MessageId id) const; ///< Errc::not_found
    [[nodiscard]] std::optional<MessageInfo> find(const std::string& key) const;
    [[nodiscard]] std::vector<MessageInfo> list(const MessageFilter& filter = {}) const;
    /// A queued one. Errc::conflict if it is not queued any more.
    void stop(MessageId id, const std::string& reason);
    /// A failed or uncertain one is queued again. Errc::conflict.
    void retry(MessageId id);
    /// A person knows that an uncertain one was sent. Errc::conflict.
    void confirm_sent(MessageId id);

    /// Whom the token at the end of a link is about; it is authenticated, and holds without the
    /// message. Nothing if it is none, too old, or of somebody who was erased.
    [[nodiscard]] std::optional<TokenInfo> find_token(const std::string& token) const;

  private:
    store::Engine* engine_;
};

} // namespace habeas

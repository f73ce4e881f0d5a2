// Gateways that habeas brings along: SMTP (RFC 5321) and Mailjet's Send API v3.1, over libcurl.
// A build without HABEAS_WITH_MAIL has them too, but they refuse to be made (Errc::unsupported).
#pragma once

#include "habeas/outbox.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace habeas {

/// Kept in memory alone, and wiped; never in the store, a log or an error message.
struct Credentials {
    std::string user;   ///< Mailjet: the API key
    std::string secret; ///< password; Mailjet: the secret key
    Credentials() = default;
    Credentials(std::string user, std::string secret);
    Credentials(const Credentials&) = default;
    Credentials& operator=(const Credentials&) = default;
    ~Credentials();
};

struct GatewayTimes {
    std::chrono::milliseconds connect = std::chrono::seconds(10);
    std::chrono::milliseconds message = std::chrono::seconds(60); ///< a message, or a call
};

enum class Tls : std::uint8_t {
    starttls, ///< required: without it nothing is sent (RFC 3207)
    implicit, ///< from the first byte, usually port 465 (RFC 8314)
    none      ///< only where the server is on this machine, or nobody logs in
};
struct SmtpSettings {
    std::string id = "smtp";
    std::string host;
    std::uint16_t port = 0; ///< 0: 587, or 465 for implicit
    Tls tls = Tls::starttls;
    std::string ca_file;         ///< PEM; empty: those of the system
    std::string hello;           ///< name in EHLO; empty: that of this machine
    std::string envelope_sender; ///< where bounces go, unless the message says it
    std::string processor;       ///< see Gateway::processor
    std::size_t batch_size = 50;
    GatewayTimes times;
};

/// One connection for a batch, kept for the next. No message is begun more than 4 seconds after the
/// decisions of its batch; what remains then is `not_reached`, and comes in the next batch. A
/// message is `sent` when the server took it after its last byte; `uncertain` when that answer was
/// lost; refused for a time (4yz), for good (5yz): reason "smtp_<code>[_<enhanced code>]" (RFC
/// 3463).
class SmtpGateway : public Gateway {
  public:
    SmtpGateway(SmtpSettings settings, Credentials credentials); ///< Errc::invalid, unsupported
    ~SmtpGateway() override;
    [[nodiscard]] std::string id() const override;
    [[nodiscard]] std::string processor() const override;
    [[nodiscard]] bool serves(Channel channel) const override { return channel == Channel::email; }
    [[nodiscard]] std::size_t batch_size() const override;
    std::vector<GatewayResult> send(std::span<const OutgoingMessage> messages) override;
    /// Connects, negotiates TLS, logs in. Errc::io with what failed.
    void check();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

struct MailjetSettings {
    std::string base_url = "https://api.mailjet.com";
    std::string ca_file;  ///< PEM; empty: those of the system
    bool sandbox = false; ///< Mailjet validates, and sends nothing
    std::string processor = "mailjet";
    GatewayTimes times;
};

/// At most 50 messages a call; CustomID is the message's reference, by which uncertain ones are
/// found again. Opens and clicks are not tracked. Mailjet makes a contact of every recipient.
/// Refused messages: reason "mailjet_<code>" of its documentation.
class MailjetGateway : public Gateway {
  public:
    MailjetGateway(MailjetSettings settings,
                   Credentials credentials); ///< Errc::invalid, unsupported
    ~MailjetGateway() override;
    [[nodiscard]] std::string id() const override { return "mailjet"; }
    [[nodiscard]] std::string processor() const override;
    [[nodiscard]] bool serves(Channel channel) const override { return channel == Channel::email; }
    [[nodiscard]] std::size_t batch_size() const override { return 50; }
    std::vector<GatewayResult> send(std::span<const OutgoingMessage> messages) override;
    /// Mailjet knows it: sent, with its MessageID. It does not: not sent.
    std::optional<GatewayResult> resolve(const std::string& reference) override;
    /// Asks for the account. Errc::io with what failed.
    void check();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// By a document (gateway.schema.json): {"kind": "smtp", "host": ...}, {"kind": "mailjet"} or
/// {"kind": "directory", "folder": ...}. Errc::invalid at its JSON pointer.
class GatewayConfig {
  public:
    static GatewayConfig from_json(const std::string& json);
    [[nodiscard]] std::unique_ptr<Gateway> make(Store& store, Credentials credentials) const;
    /// Reaches it without sending: connection, TLS, login. Errc::io, Errc::invalid, unsupported.
    void check(Credentials credentials) const;
    [[nodiscard]] std::string kind() const;

  private:
    enum class Kind : std::uint8_t { smtp, mailjet, directory } kind_ = Kind::directory;
    SmtpSettings smtp_;
    MailjetSettings mailjet_;
    std::string folder_;
};

} // namespace habeas

// SMTP by libcurl: what was said on the line decides what became of a message.
#include "habeas/gateway.hpp"

#include "base/text.hpp"
#include "outbox/gateways/transfer.hpp"
#include "outbox/mail_status.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace habeas {
namespace outbox {
namespace {

/// What both sides said in one transfer.
struct Conversation {
    int code = 0; ///< of the last complete reply
    std::string line;
    int replies = 0;
    bool mail = false; ///< MAIL FROM was said: a message was begun
    bool rcpt = false; ///< RCPT TO was the last that was said
    bool over = false; ///< QUIT was said: its reply is about nothing else
    bool utf8 = false; ///< of the connection: the server offered SMTPUTF8 (RFC 6531)

    void heard(std::string_view text) {
        if (over) {
            return;
        }
        text = base::trim(text);
        const bool reply = text.size() >= 3 && base::is_digit(text[0]) && base::is_digit(text[1]) &&
                           base::is_digit(text[2]) && (text.size() == 3 || text[3] == ' ');
        if (reply) {
            code = (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
            line = text.substr(0, 300);
            ++replies;
        }
        utf8 = utf8 || (text.size() == 12 && text.substr(4) == "SMTPUTF8");
    }
    void said(std::string_view text) {
        mail = mail || text.starts_with("MAIL FROM:");
        rcpt = text.starts_with("RCPT TO:") || (rcpt && text.starts_with("QUIT"));
        utf8 = utf8 && !text.starts_with("EHLO");
        over = over || text.starts_with("QUIT");
    }
    void begin() {
        const bool kept = utf8; // the connection may be that of the last transfer
        *this = {};
        utf8 = kept;
    }

    /// "5.1.1" of "550 5.1.1 <somebody> unknown", or empty.
    [[nodiscard]] std::string_view status() const {
        std::string_view rest =
            std::string_view(line).substr(std::min<std::size_t>(line.size(), 4));
        const std::string_view word = rest.substr(0, rest.find(' '));
        const bool enhanced = word.size() >= 5 && word.size() <= 9 &&
                              std::count(word.begin(), word.end(), '.') == 2 &&
                              std::all_of(word.begin(), word.end(),
                                          [](char c) { return base::is_digit(c) || c == '.'; });
        return enhanced ? word : std::string_view{};
    }
    /// "550_5.1.1": no text, it repeats the address.
    [[nodiscard]] std::string codes() const {
        const std::string_view exact = status();
        return std::to_string(code) + (exact.empty() ? "" : "_" + std::string(exact));
    }
    /// The server knows that nobody is at this address.
    [[nodiscard]] bool no_such_address() const {
        return rcpt && code >= 500 && is_dead_address(status());
    }
};

struct Upload {
    std::string_view bytes;
    std::size_t at = 0;
    bool finished = false;  ///< libcurl has all of it, and ends it by itself
    int replies_before = 0; ///< when it got the last of it
    const Conversation* line = nullptr;
};

std::size_t read_upload(char* into, std::size_t size, std::size_t count, void* self) {
    auto& upload = *static_cast<Upload*>(self);
    const std::size_t bytes = std::min(size * count, upload.bytes.size() - upload.at);
    std::memcpy(into, upload.bytes.data() + upload.at, bytes);
    upload.at += bytes;
    if (upload.at == upload.bytes.size() && !upload.finished) {
        upload.finished = true;
        upload.replies_before = upload.line->replies;
    }
    return bytes;
}

std::size_t discard(char*, std::size_t size, std::size_t count, void*) {
    return size * count;
}

int listen(CURL*, curl_infotype type, char* data, std::size_t size, void* self) {
    auto& line = *static_cast<Conversation*>(self);
    try {
        if (type == CURLINFO_HEADER_IN) {
            line.heard({data, size});
        } else if (type == CURLINFO_HEADER_OUT) {
            line.said({data, size});
        }
    } catch (const std::exception&) { // memory ran out: the reply was not heard
        line.code = 0;
    }
    return 0;
}

/// RFC 5321 allows none of these in a path; they would end the command.
bool is_path(const std::string& address) {
    return !address.empty() && address.size() <= 320 &&
           std::all_of(address.begin(), address.end(), [](char c) {
               return static_cast<unsigned char>(c) > ' ' && c != '<' && c != '>' && c != 0x7f;
           });
}

bool is_ascii(const std::string& text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_host(const std::string& name) {
    return !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), [](char c) {
        return base::is_letter_or_digit(c) || c == '.' || c == '-' || c == ':' || c == '_';
    });
}

bool is_loopback(const std::string& host) {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

std::string own_name() {
    std::array<char, 256> name{};
    const bool known = ::gethostname(name.data(), name.size() - 1) == 0;
    const std::string out = name.data();
    return known && is_host(out) && out.find(':') == std::string::npos ? out : "localhost";
}

/// Refused before a message was begun, or for who sends: none of the others would go either.
bool is_about_us(int code) {
    return code == 530 || code == 534 || code == 535 || code == 538;
}

} // namespace
} // namespace outbox

struct SmtpGateway::Impl {
    SmtpSettings settings;
    Credentials credentials;
    outbox::CurlHandle curl;
    std::string url;
    outbox::Conversation line;

    Impl(SmtpSettings given, Credentials secret)
        : settings(std::move(given)), credentials(std::move(secret)) {
        check_settings();
        curl = outbox::make_curl(protocol());
        const bool six = settings.host.find(':') != std::string::npos;
        url = std::string(protocol()) + "://" + (six ? "[" + settings.host + "]" : settings.host) +
              ":" + std::to_string(port()) + "/" +
              (settings.hello.empty() ? outbox::own_name() : settings.hello);
    }

    [[nodiscard]] const char* protocol() const {
        return settings.tls == Tls::implicit ? "smtps" : "smtp";
    }
    [[nodiscard]] unsigned port() const {
        return settings.port != 0 ? settings.port : settings.tls == Tls::implicit ? 465 : 587;
    }

    void check_settings() const {
        auto refuse = [](const char* where, const char* why) {
            throw Error(Errc::invalid, std::string(where) + ": " + why, where);
        };
        if (settings.id.empty() || settings.id.size() > 60) {
            refuse("id", "1 to 60 bytes");
        }
        if (!outbox::is_host(settings.host)) {
            refuse("host", "write the name or address of the server");
        }
        if (!settings.hello.empty() &&
            (!outbox::is_host(settings.hello) || settings.hello.find(':') != std::string::npos)) {
            refuse("hello", "write a domain name");
        }
        if (!settings.envelope_sender.empty() && !outbox::is_path(settings.envelope_sender)) {
            refuse("envelope_sender", "write an e-mail address");
        }
        if (settings.batch_size < 1 || settings.batch_size > 1000) {
            refuse("batch_size", "write 1 to 1000");
        }
        if (settings.tls == Tls::none && !credentials.user.empty() &&
            !outbox::is_loopback(settings.host)) {
            refuse("tls",
                   "a password is never sent without encryption; write starttls or implicit");
        }
        outbox::check_times(settings.times);
        outbox::check_ca_file(settings.ca_file);
    }

    void prepare() {
        line.begin();
        outbox::prepare(curl.get(), protocol(), url, settings.ca_file, settings.times, credentials);
        curl_easy_setopt(
            curl.get(), CURLOPT_USE_SSL,
            static_cast<long>(settings.tls == Tls::none ? CURLUSESSL_NONE : CURLUSESSL_ALL));
        curl_easy_setopt(curl.get(), CURLOPT_DEBUGFUNCTION, &outbox::listen);
        curl_easy_setopt(curl.get(), CURLOPT_DEBUGDATA, &line);
        curl_easy_setopt(curl.get(), CURLOPT_VERBOSE, 1L); // for `listen`; nothing is written
        curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &outbox::discard);
    }

    /// A connection that answers, encrypted and logged in as wanted.
    CURLcode reach() {
        prepare();
        curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, "NOOP");
        return curl_easy_perform(curl.get());
    }

    GatewayResult send(const OutgoingMessage& message) {
        const std::string& from = !message.return_path.empty()        ? message.return_path
                                  : !settings.envelope_sender.empty() ? settings.envelope_sender
                                                                      : message.sender.address;
        if (!outbox::is_path(from) || !outbox::is_path(message.recipient.address)) {
            return {GatewayOutcome::permanent, {}, "bad_address", {}};
        }
        if (!line.utf8 &&
            !(outbox::is_ascii(from) && outbox::is_ascii(message.recipient.address))) {
            return {GatewayOutcome::permanent, {}, "smtp_no_smtputf8", {}};
        }
        std::string mime;
        try {
            mime = compose_mime(message);
        } catch (const Error&) {
            return {GatewayOutcome::permanent, {}, "not_composed", {}};
        }
        prepare();
        outbox::CurlList recipients;
        append(recipients, "<" + message.recipient.address + ">");
        outbox::Upload upload{mime, 0, false, 0, &line};
        curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, ("<" + from + ">").c_str());
        curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, recipients.get());
        curl_easy_setopt(curl.get(), CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, &outbox::read_upload);
        curl_easy_setopt(curl.get(), CURLOPT_READDATA, &upload);
        curl_easy_setopt(curl.get(), CURLOPT_INFILESIZE_LARGE,
                         static_cast<curl_off_t>(mime.size()));
        return outcome(curl_easy_perform(curl.get()), upload);
    }

    [[nodiscard]] GatewayResult outcome(CURLcode code, const outbox::Upload& upload) const {
        if (code == CURLE_OK) {
            return {GatewayOutcome::sent, line.line.substr(0, 200), {}, {}};
        }
        const bool answered = line.replies > upload.replies_before;
        const std::string said = "smtp_" + line.codes();
        if (upload.finished) { // the server may have been told that this is all
            if (answered && line.code >= 400 && line.code < 500) {
                return {GatewayOutcome::transient, {}, said, {}};
            }
            if (answered && line.code >= 500) {
                return {GatewayOutcome::permanent, {}, said, {}};
            }
            return {GatewayOutcome::uncertain, {}, outbox::word_for(code), {}};
        }
        if (!line.mail || outbox::is_about_us(line.code)) {
            return unreached(code);
        }
        if (line.code >= 500) {
            return {line.no_such_address() ? GatewayOutcome::no_such_address
                                           : GatewayOutcome::permanent,
                    {},
                    said,
                    {}};
        }
        return {
            GatewayOutcome::transient, {}, line.code >= 400 ? said : outbox::word_for(code), {}};
    }

    [[nodiscard]] GatewayResult unreached(CURLcode code) const {
        return {GatewayOutcome::not_reached,
                {},
                line.code >= 400 ? "smtp_" + line.codes() : outbox::word_for(code),
                {}};
    }
};

SmtpGateway::SmtpGateway(SmtpSettings settings, Credentials credentials)
    : impl_(std::make_unique<Impl>(std::move(settings), std::move(credentials))) {}

SmtpGateway::~SmtpGateway() = default;

std::string SmtpGateway::id() const {
    return impl_->settings.id;
}
std::string SmtpGateway::processor() const {
    return impl_->settings.processor;
}
std::size_t SmtpGateway::batch_size() const {
    return impl_->settings.batch_size;
}

std::vector<GatewayResult> SmtpGateway::send(std::span<const OutgoingMessage> messages) {
    // Each decision is 5 seconds old at most when the first byte of its message goes.
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(4);
    std::vector<GatewayResult> out;
    if (const CURLcode code = impl_->reach(); code != CURLE_OK) {
        out.assign(messages.size(), impl_->unreached(code));
        return out;
    }
    for (const OutgoingMessage& each : messages) {
        if (std::chrono::steady_clock::now() >= until) {
            out.push_back({GatewayOutcome::not_reached, {}, "not_tried", {}});
            break;
        }
        out.push_back(impl_->send(each));
        if (out.back().outcome == GatewayOutcome::not_reached) {
            break;
        }
    }
    const GatewayResult last = out.back();
    out.resize(messages.size(), last);
    return out;
}

void SmtpGateway::check() {
    if (const CURLcode code = impl_->reach(); code != CURLE_OK) {
        const int said = impl_->line.code;
        throw Error(Errc::io,
                    "smtp: " + outbox::sentence_for(code) +
                        (said >= 400 ? " (it said " + impl_->line.codes() + ")" : ""),
                    "gateway");
    }
}

} // namespace habeas

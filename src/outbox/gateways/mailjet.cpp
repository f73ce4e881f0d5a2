// Mailjet's Send API v3.1 by libcurl.
#include "habeas/gateway.hpp"

#include "base/text.hpp"
#include "outbox/gateways/mailjet_json.hpp"
#include "outbox/gateways/transfer.hpp"

#include <algorithm>
#include <charconv>

namespace habeas {
namespace outbox {
namespace {

constexpr std::size_t max_answer = std::size_t{4} << 20;

struct Answer {
    std::string body;
    bool too_long = false;
};

std::size_t keep(char* data, std::size_t size, std::size_t count, void* self) {
    auto& answer = *static_cast<Answer*>(self);
    const std::size_t bytes = size * count;
    try {
        if (answer.body.size() + bytes <= max_answer) {
            answer.body.append(data, bytes);
            return bytes;
        }
    } catch (const std::exception&) { // as if it were too long
    }
    answer.too_long = true;
    return 0;
}

struct ApiCall {
    CURLcode code = CURLE_OK;
    long status = 0;
    bool begun = false; ///< the server may have all of the request
    std::optional<std::chrono::milliseconds> retry_after;
    std::string body;
};

} // namespace
} // namespace outbox

struct MailjetGateway::Impl {
    MailjetSettings settings;
    Credentials credentials;
    outbox::CurlHandle curl;

    Impl(MailjetSettings given, Credentials secret)
        : settings(std::move(given)), credentials(std::move(secret)) {
        while (settings.base_url.ends_with('/')) {
            settings.base_url.pop_back();
        }
        if (!settings.base_url.starts_with("https://") ||
            settings.base_url.find_first_of(" \t\r\n?#@") != std::string::npos ||
            settings.base_url.size() > 500) {
            throw Error(Errc::invalid,
                        "base_url: write an https address, such as https://api.mailjet.com",
                        "base_url");
        }
        if (credentials.user.empty() || credentials.secret.empty()) {
            throw Error(Errc::invalid,
                        "credentials: Mailjet needs the API key and the secret key of the account",
                        "credentials");
        }
        outbox::check_times(settings.times);
        outbox::check_ca_file(settings.ca_file);
        curl = outbox::make_curl("https");
    }

    outbox::ApiCall call(const std::string& path, const std::string* body) {
        outbox::prepare(curl.get(), "https", settings.base_url + path, settings.ca_file,
                        settings.times, credentials);
        outbox::Answer answer;
        outbox::CurlList headers;
        curl_easy_setopt(curl.get(), CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
        curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &outbox::keep);
        curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer);
        if (body != nullptr) {
            append(headers, "Content-Type: application/json");
            append(headers, "Expect:"); // no extra turn
            // On a kept connection that turns out dead libcurl would post a second time by itself.
            curl_easy_setopt(curl.get(), CURLOPT_FRESH_CONNECT, 1L);
            // The decisions are 5 seconds old at most when the first byte goes.
            curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT_MS,
                             std::min(4000L, static_cast<long>(settings.times.connect.count())));
            curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
            curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body->data());
            curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE,
                             static_cast<curl_off_t>(body->size()));
        }
        outbox::ApiCall out;
        out.code = curl_easy_perform(curl.get());
        curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &out.status);
        curl_off_t sent = 0;
        curl_easy_getinfo(curl.get(), CURLINFO_SIZE_UPLOAD_T, &sent);
        out.begun = body == nullptr || sent >= static_cast<curl_off_t>(body->size());
        curl_off_t wait = 0;
        if (curl_easy_getinfo(curl.get(), CURLINFO_RETRY_AFTER, &wait) == CURLE_OK && wait > 0) {
            out.retry_after = std::chrono::seconds(std::min<curl_off_t>(wait, 24 * 3600));
        }
        out.body = std::move(answer.body);
        return out;
    }

    std::vector<GatewayResult> send(std::span<const OutgoingMessage> messages) {
        const std::string request = outbox::mailjet_request(messages, settings.sandbox);
        const outbox::ApiCall done = call("/v3.1/send", &request);
        auto all = [&](GatewayOutcome outcome, const std::string& reason) {
            return std::vector<GatewayResult>(messages.size(),
                                              GatewayResult{outcome, {}, reason, done.retry_after});
        };
        if (done.code != CURLE_OK) {
            // Without the whole request nothing was sent; after it nobody knows.
            return all(done.begun ? GatewayOutcome::uncertain : GatewayOutcome::not_reached,
                       outbox::word_for(done.code));
        }
        const outbox::MailjetAnswer answer =
            outbox::read_mailjet_answer(done.body, messages.size());
        if (!answer.results.empty() && done.status < 500) {
            return answer.results;
        }
        const std::string reason =
            "mailjet_" + (answer.code.empty() ? std::to_string(done.status) : answer.code);
        if (done.status == 401 || done.status == 403 || done.status == 404 || done.status == 429) {
            return all(GatewayOutcome::not_reached, reason); // the account, or too fast
        }
        if (done.status >= 400 && done.status < 500) {
            return messages.size() > 1 ? one_by_one(messages)
                                       : all(GatewayOutcome::permanent, reason);
        }
        return all(GatewayOutcome::uncertain, done.status >= 500 ? reason : "garbled_answer");
    }

    /// One of them made Mailjet refuse the call as a whole.
    std::vector<GatewayResult> one_by_one(std::span<const OutgoingMessage> messages) {
        std::vector<GatewayResult> out;
        for (std::size_t i = 0; i < messages.size(); ++i) {
            if (!out.empty() && out.back().outcome == GatewayOutcome::not_reached) {
                out.push_back(out.back());
            } else {
                out.push_back(send(messages.subspan(i, 1)).front());
            }
        }
        return out;
    }

    std::optional<GatewayResult> resolve(const std::string& reference) {
        const outbox::ApiCall done = call("/v3/REST/message?CustomID=" + reference, nullptr);
        if (done.code == CURLE_OK && done.status == 200) {
            if (auto found = outbox::read_mailjet_search(done.body)) {
                return found;
            }
        }
        return GatewayResult{GatewayOutcome::uncertain, {}, "no_answer", {}};
    }

    void check() {
        const outbox::ApiCall done = call("/v3/REST/myprofile", nullptr);
        if (done.code != CURLE_OK) {
            throw Error(Errc::io, "mailjet: " + outbox::sentence_for(done.code), "gateway");
        }
        if (done.status == 401 || done.status == 403) {
            throw Error(Errc::io, "mailjet: " + outbox::sentence_for(CURLE_LOGIN_DENIED),
                        "gateway");
        }
        if (done.status != 200) {
            throw Error(Errc::io,
                        "mailjet: it answered with status " + std::to_string(done.status) +
                            "; look at base_url",
                        "gateway");
        }
    }
};

MailjetGateway::MailjetGateway(MailjetSettings settings, Credentials credentials)
    : impl_(std::make_unique<Impl>(std::move(settings), std::move(credentials))) {}

MailjetGateway::~MailjetGateway() = default;

std::string MailjetGateway::processor() const {
    return impl_->settings.processor;
}

std::vector<GatewayResult> MailjetGateway::send(std::span<const OutgoingMessage> messages) {
    return messages.empty() ? std::vector<GatewayResult>() : impl_->send(messages);
}

std::optional<GatewayResult> MailjetGateway::resolve(const std::string& reference) {
    return impl_->resolve(reference);
}

void MailjetGateway::check() {
    impl_->check();
}

} // namespace habeas

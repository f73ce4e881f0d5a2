// covers: src/outbox/gateways/mailjet_json.cpp
// Laws of a gateway's answers: whatever it says, there is one result for each message or none, a
// reason is a word, and a message counts as sent only where the answer says so.
#include "fuzz.hpp"

#include "outbox/gateways/mailjet_json.hpp"

#include <algorithm>
#include <string>

using namespace habeas;

namespace {

bool is_word(const std::string& reason) {
    return reason.size() <= 60 && std::all_of(reason.begin(), reason.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-';
           });
}

bool is_number(const std::string& text) {
    return text.size() <= 20 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || c == '-';
           });
}

void check(const GatewayResult& result, std::string_view body) {
    fuzz::require(is_word(result.reason), "a reason is a word");
    fuzz::require(is_number(result.reference), "a reference is a number");
    fuzz::require(
        result.outcome != GatewayOutcome::sent || body.find("uccess") != std::string_view::npos ||
            body.find("ID") != std::string_view::npos || body.find('\\') != std::string_view::npos,
        "sent is what the answer calls so");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body = fuzz::view(data, size);
    for (const std::size_t messages : {1U, 2U}) {
        const outbox::MailjetAnswer answer = outbox::read_mailjet_answer(body, messages);
        fuzz::require(answer.results.empty() || answer.results.size() == messages,
                      "one for each, or none");
        fuzz::require(is_word(answer.code), "a code is a word");
        for (const GatewayResult& each : answer.results) {
            check(each, body);
        }
    }
    if (const auto found = outbox::read_mailjet_search(body)) {
        check(*found, body);
    }
    // The request that carries any text is UTF-8 and JSON that can be read again.
    OutgoingMessage message;
    message.reference = "1-x";
    message.sender = {std::string(body), "a@example.org"};
    message.recipient = {"", "b@example.org"};
    message.subject_line = std::string(body);
    message.text = std::string(body);
    message.attachments = {{"a.bin", "application/octet-stream", std::string(body), {}}};
    const std::string request = outbox::mailjet_request(std::span(&message, 1), true);
    fuzz::require(request.starts_with("{\"Messages\":[{"), "a request is an object");
    return 0;
}

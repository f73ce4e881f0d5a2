// What a call calls back: one function of the host, lent for the length of the call.
#include "calls.hpp"

/// What the host says while it is called; good for the length of the callback.
struct habeas_reply {
    static constexpr std::uint64_t mark = 0x68616265'72706c79ULL;
    std::uint64_t tag = mark; ///< tells a pointer to something else, as long as it can be read
    std::string answer;
};

namespace habeas::capi {
namespace {

thread_local HostOfCall* current = nullptr;

} // namespace

HostOfCall::HostOfCall(habeas_callback_fn function, void* user) noexcept
    : function_(function), user_(user), former_(std::exchange(current, this)) {}

HostOfCall::~HostOfCall() {
    current = former_;
}

bool HostOfCall::there() noexcept {
    return current != nullptr && current->function_ != nullptr;
}

habeas_status HostOfCall::ask(std::string_view name, const Json& document, Json& answer) {
    if (!there()) {
        return HABEAS_E_CALLBACK;
    }
    const std::string text = dump(document);
    habeas_reply reply;
    const HostOfCall& host = *current;
    const habeas_status status =
        host.function_(host.user_, name.data(), name.size(), text.c_str(), text.size(), &reply);
    if (status == HABEAS_OK && !reply.answer.empty()) {
        answer = Json::parse(reply.answer);
    }
    return status;
}

namespace {

constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

} // namespace

std::string encode_base64(std::string_view bytes) {
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t group = 0;
        for (std::size_t n = 0; n < 3; ++n) {
            group = group << 8 |
                    (at + n < bytes.size() ? static_cast<unsigned char>(bytes[at + n]) : 0U);
        }
        for (std::size_t n = 0; n < 4; ++n) {
            out += at + n > bytes.size() ? '=' : letters[group >> (18 - 6 * n) & 63U];
        }
    }
    return out;
}

std::string decode_base64(const Json& value, const std::string& pointer) {
    const std::string text = text_at(value, pointer);
    std::string_view left = text;
    while (left.ends_with('=') && text.size() - left.size() < 2) {
        left.remove_suffix(1);
    }
    std::string out;
    std::uint32_t bits = 0;
    int have = 0;
    for (const char c : left) {
        const auto place = std::string_view(letters).find(c);
        if (place == std::string_view::npos || text.size() % 4 != 0) {
            refuse_at(pointer, "no base64 (RFC 4648)");
        }
        bits = bits << 6 | static_cast<std::uint32_t>(place);
        have += 6;
        if (have >= 8) {
            have -= 8;
            out += static_cast<char>(bits >> have & 255U);
        }
    }
    return out;
}

} // namespace habeas::capi

using namespace habeas::capi;

extern "C" {

habeas_status habeas_reply_set(habeas_reply* reply, const char* answer, size_t answer_size) {
    return guard([&] {
        if (reply == nullptr || reply->tag != habeas_reply::mark) {
            refuse_argument("reply", "no reply that a callback was given");
        }
        reply->answer = dump(parse_document(answer, answer_size, "answer"));
    });
}
}

// What a call calls back: one function of the host, lent for the length of the call.
#include "calls.hpp"

#include <sodium.h>

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

std::string encode_base64(std::string_view bytes) {
    std::string out(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                      bytes.size(), sodium_base64_VARIANT_ORIGINAL);
    out.pop_back(); // its NUL
    return out;
}

std::string decode_base64(const Json& value, const std::string& pointer) {
    const std::string text = text_at(value, pointer);
    std::string out(text.size() / 4 * 3, '\0');
    std::size_t size = 0;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(),
                          text.size(), nullptr, &size, nullptr,
                          sodium_base64_VARIANT_ORIGINAL) != 0) {
        refuse_at(pointer, "no base64 (RFC 4648)");
    }
    out.resize(size);
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

#include "outbox/return_path.hpp"

#include <algorithm>
#include <charconv>
#include <span>

namespace habeas::outbox {
namespace {

constexpr std::size_t tag_bytes = 12;
constexpr std::size_t tag_digits = 2 * tag_bytes;
constexpr std::size_t max_tokens = 10;
constexpr std::int64_t max_id = std::int64_t{1} << 53;

/// Of a token at the beginning of the text; some servers write all in capitals.
bool read_token(std::string_view text, ReturnToken& out) {
    const char* end = text.data() + text.size();
    const auto [at, failed] = std::from_chars(text.data(), end, out.message);
    if (failed != std::errc{} || out.message <= 0 || out.message >= max_id || at == end ||
        *at != '-') {
        return false;
    }
    text.remove_prefix(static_cast<std::size_t>(at - text.data()) + 1);
    if (text.size() < tag_digits) {
        return false;
    }
    out.tag.clear();
    for (char c : text.substr(0, tag_digits)) {
        if (c >= 'A' && c <= 'F') {
            c = static_cast<char>(c - 'A' + 'a');
        }
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
            return false;
        }
        out.tag += c;
    }
    return true;
}

} // namespace

ReturnToken make_return_token(const base::SecretKey& key, std::int64_t message,
                              std::string_view address) {
    std::string input = "return path " + std::to_string(message) + " ";
    input += address;
    const base::Hash128 hash = base::keyed_hash128(key, input);
    return {message, base::to_hex(std::span(hash).first(tag_bytes))};
}

std::string return_path(const std::string& bounce_address, const ReturnToken& token) {
    const std::size_t at = bounce_address.rfind('@');
    return bounce_address.substr(0, at) + "+" + std::to_string(token.message) + "-" + token.tag +
           bounce_address.substr(at);
}

std::vector<ReturnToken> return_tokens_in(std::string_view text) {
    std::vector<ReturnToken> out;
    for (std::size_t at = text.find('+'); at != std::string_view::npos && out.size() < max_tokens;
         at = text.find('+', at + 1)) {
        ReturnToken token;
        if (read_token(text.substr(at + 1), token) &&
            std::find(out.begin(), out.end(), token) == out.end()) {
            out.push_back(std::move(token));
        }
    }
    return out;
}

bool is_right(const ReturnToken& token, const base::SecretKey& key, std::string_view address) {
    const ReturnToken right = make_return_token(key, token.message, address);
    return base::equal_constant_time(base::as_bytes(token.tag), base::as_bytes(right.tag));
}

} // namespace habeas::outbox

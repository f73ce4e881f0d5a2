#include "outbox/links.hpp"

#include <array>
#include <charconv>

namespace habeas::outbox {
namespace {

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t id_bytes = 8;
constexpr std::size_t token_bytes = id_bytes + 16;
constexpr std::size_t token_length = token_bytes / 3 * 4;

std::string base64url(std::string_view bytes) { // of a multiple of three bytes
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            bits = bits << 8U | static_cast<unsigned char>(bytes[at + i]);
        }
        for (std::uint32_t shift = 24; shift > 0;) {
            shift -= 6;
            out += digits[bits >> shift & 63U];
        }
    }
    return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); at += 4) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            const std::size_t digit = digits.find(text[at + i]);
            if (digit == std::string_view::npos) {
                return std::nullopt;
            }
            bits = bits << 6U | static_cast<std::uint32_t>(digit);
        }
        for (std::uint32_t shift = 24; shift > 0;) {
            shift -= 8;
            out += static_cast<char>(bits >> shift & 0xffU);
        }
    }
    return out;
}

} // namespace

std::string make_token(const base::SecretKey& key, Use use, std::int64_t id,
                       std::string_view reference) {
    std::string bytes;
    for (std::size_t i = 0; i < id_bytes; ++i) {
        bytes += static_cast<char>(static_cast<std::uint64_t>(id) >> (8 * i) & 0xffU);
    }
    std::string input = use == Use::unsubscribe ? "unsubscribe " : "preferences ";
    input += bytes;
    input += reference;
    bytes += base::as_view(base::keyed_hash128(key, input));
    return base64url(bytes);
}

base::Hash128 token_hash(const base::SecretKey& key, std::string_view token) {
    return base::keyed_hash128(key, "stored token " + std::string(token));
}

std::optional<std::int64_t> token_message(std::string_view token) {
    if (token.size() != token_length) {
        return std::nullopt;
    }
    auto bytes = from_base64url(token);
    if (!bytes) {
        return std::nullopt;
    }
    std::uint64_t id = 0;
    for (std::size_t i = id_bytes; i-- > 0;) {
        id = id << 8U | static_cast<unsigned char>((*bytes)[i]);
    }
    return id > 0 && id < std::uint64_t{1} << 53U ? std::optional(static_cast<std::int64_t>(id))
                                                  : std::nullopt;
}

std::string unsubscribe_url(const Settings& settings, const std::string& token) {
    return settings.base_url + "/unsubscribe/" + token;
}
std::string preferences_url(const Settings& settings, const std::string& token) {
    return settings.base_url + "/preferences/" + token;
}

std::string request_url(const Settings& settings, const std::string& token) {
    return settings.base_url.empty() ? "" : settings.base_url + "/request/" + token;
}
std::string confirm_url(const Settings& settings, const std::string& token) {
    return settings.base_url.empty() ? "" : settings.base_url + "/confirm/" + token;
}

std::string reference_text(std::int64_t id, std::string_view reference) {
    return std::to_string(id) + "-" + base::to_hex(base::as_bytes(reference));
}

std::optional<std::int64_t> reference_message(std::string_view reference) {
    std::int64_t id = 0;
    const char* end = reference.data() + reference.size();
    const auto [at, failed] = std::from_chars(reference.data(), end, id);
    if (failed != std::errc{} || id <= 0 || at == end || *at != '-' || end - at != 33) {
        return std::nullopt;
    }
    for (const char* c = at + 1; c != end; ++c) {
        if (!((*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'f'))) {
            return std::nullopt;
        }
    }
    return id;
}

} // namespace habeas::outbox

#include "outbox/links.hpp"

#include <charconv>

namespace habeas::outbox {
namespace {

constexpr std::size_t message_bytes = 7, subject_bytes = 7, purpose_bytes = 3, end_bytes = 5;
constexpr std::size_t body_bytes = 1 + message_bytes + subject_bytes + purpose_bytes + end_bytes;
constexpr std::size_t token_bytes = body_bytes + 16;
constexpr std::size_t token_length = token_bytes / 3 * 4;
constexpr std::int64_t second_ms = 1000;
static_assert(token_bytes % 3 == 0);

void put(std::string& to, std::int64_t value, std::size_t bytes) { // little-endian
    for (std::size_t i = 0; i < bytes; ++i) {
        to += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xffU);
    }
}

std::int64_t take(std::string_view& from, std::size_t bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes; i-- > 0;) {
        value = value << 8U | static_cast<unsigned char>(from[i]);
    }
    from.remove_prefix(bytes);
    return static_cast<std::int64_t>(value);
}

base::Hash128 mac(const base::SecretKey& key, std::string_view body) {
    return base::keyed_hash128(key, "link " + std::string(body));
}

} // namespace

std::string make_token(const base::SecretKey& key, const Link& link) {
    std::string bytes;
    put(bytes, static_cast<std::int64_t>(link.use) << 4 | static_cast<std::int64_t>(link.channel),
        1);
    put(bytes, link.message, message_bytes);
    put(bytes, link.subject, subject_bytes);
    put(bytes, link.purpose, purpose_bytes);
    put(bytes, link.expires_at / second_ms, end_bytes);
    bytes += base::as_view(mac(key, bytes));
    return base::to_base64url(bytes);
}

std::optional<Link> read_token(store::Engine& engine, std::string_view token) {
    if (token.size() != token_length) {
        return std::nullopt;
    }
    const auto bytes = base::from_base64url(token);
    if (!bytes) {
        return std::nullopt;
    }
    std::string_view body = std::string_view(*bytes).substr(0, body_bytes);
    const std::string_view given = std::string_view(*bytes).substr(body_bytes);
    bool same = false;
    for (const store::RootKey& root : engine.keys().all()) {
        const base::Hash128 wanted = mac(engine.keys().subkey(root, store::Subkey::token), body);
        same = base::equal_constant_time(base::as_bytes(given), wanted) || same;
    }
    if (!same) {
        return std::nullopt;
    }
    Link out;
    const std::int64_t kind = take(body, 1);
    out.use = static_cast<Use>(kind >> 4);
    out.channel = static_cast<Channel>(kind & 0xf);
    out.message = take(body, message_bytes);
    out.subject = take(body, subject_bytes);
    out.purpose = take(body, purpose_bytes);
    out.expires_at = take(body, end_bytes) * second_ms;
    return out;
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

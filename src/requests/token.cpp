#include "requests/token.hpp"

#include <algorithm>
#include <charconv>

namespace habeas::requests {
namespace {

base::Hash256 hash_under(const base::SecretKey& key, const char* use, const TokenParts& parts) {
    return base::Hasher(key).str(use).i64(parts.number).str(parts.secret).finish();
}

} // namespace

Token make_token(store::Engine& engine, std::int64_t number, const char* use) {
    base::Hash256 secret{};
    engine.random()(secret);
    TokenParts parts{number, base::to_hex(secret)};
    Token token;
    token.text = std::to_string(number) + "-" + parts.secret;
    token.key = engine.keys().active().id;
    token.hash = hash_under(engine.keys().subkey(store::Subkey::token), use, parts);
    return token;
}

std::optional<TokenParts> split_token(std::string_view text) {
    TokenParts parts;
    auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), parts.number);
    auto used = static_cast<std::size_t>(end - text.data());
    if (fault != std::errc{} || parts.number <= 0 || text.size() != used + 65 || *end != '-') {
        return std::nullopt;
    }
    parts.secret = text.substr(used + 1);
    bool hex = std::all_of(parts.secret.begin(), parts.secret.end(),
                           [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    return hex ? std::optional(parts) : std::nullopt;
}

std::optional<base::Hash256> hash_token(store::Engine& engine, const std::string& key,
                                        const TokenParts& parts, const char* use) {
    const store::RootKey* root = engine.keys().find(key);
    if (root == nullptr) {
        return std::nullopt;
    }
    return hash_under(engine.keys().subkey(*root, store::Subkey::token), use, parts);
}

} // namespace habeas::requests

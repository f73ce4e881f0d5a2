// Tokens: single-use secrets that go to a person's own address.
#pragma once

#include "store/engine.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace habeas::requests {

struct Token {
    std::string text; ///< what the person gets: "<number>-<64 hexadecimal digits>"
    std::string key;  ///< id of the root key that the hash is under
    base::Hash256 hash{};
};
/// `use`: a token for one thing is none for another.
Token make_token(store::Engine& engine, std::int64_t number, const char* use = "request");

struct TokenParts {
    std::int64_t number = 0;
    std::string secret;
};
std::optional<TokenParts> split_token(std::string_view text);
/// Nothing: the key is not known any more.
std::optional<base::Hash256> hash_token(store::Engine& engine, const std::string& key,
                                        const TokenParts& parts, const char* use = "request");

} // namespace habeas::requests

#include "store/keyring.hpp"

#include "base/text.hpp"
#include "habeas/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace habeas::store {
namespace {

constexpr std::string_view key_prefix = "habeas-key-1 ";

} // namespace

RootKey make_key(const base::Random& random) {
    std::array<std::uint8_t, 8> id{};
    std::array<std::uint8_t, 32> bytes{};
    random(id);
    random(bytes);
    return {base::to_hex(id), base::SecretKey(bytes)};
}

Keyring Keyring::generate(const base::Random& random) {
    Keyring ring;
    ring.add(random);
    return ring;
}

void Keyring::add(const base::Random& random) {
    keys_.push_back(make_key(random));
    active_ = keys_.size() - 1;
}

std::vector<RootKey> parse_keys(std::string_view text, std::string_view prefix,
                                std::string_view what, const char* where) {
    std::vector<RootKey> keys;
    int line_number = 0;
    auto bad = [&](std::string_view why) -> Error {
        return {Errc::invalid,
                fmt::format("{}, line {}: {}; the form is \"{}<id> <64 hexadecimal digits>\"", what,
                            line_number, why, prefix),
                where};
    };
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        std::string_view line = base::trim(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        ++line_number;
        if (line.empty() || line.front() == '#') {
            continue;
        }
        if (!line.starts_with(prefix)) {
            throw bad("unknown form");
        }
        line.remove_prefix(prefix.size());
        if (line.size() != 16 + 1 + 64 || line[16] != ' ') {
            throw bad("wrong length");
        }
        RootKey key;
        key.id = std::string(line.substr(0, 16));
        std::array<std::uint8_t, 8> id{};
        std::array<std::uint8_t, 32> bytes{};
        try {
            base::from_hex(key.id, id);
            base::from_hex(line.substr(17), bytes);
        } catch (const Error&) {
            throw bad("not hexadecimal");
        }
        key.key = base::SecretKey(bytes);
        if (std::any_of(keys.begin(), keys.end(),
                        [&](const RootKey& other) { return other.id == key.id; })) {
            throw bad("the same id twice");
        }
        keys.push_back(std::move(key));
    }
    if (keys.empty()) {
        throw Error(Errc::key_missing, fmt::format("the {} is empty", what), where);
    }
    return keys;
}

std::string key_line(const RootKey& key, std::string_view prefix) {
    return fmt::format("{}{} {}\n", prefix, key.id, base::to_hex(key.key.bytes()));
}

Keyring Keyring::parse(std::string_view text) {
    Keyring ring;
    ring.keys_ = parse_keys(text, key_prefix, "root key", "key");
    ring.active_ = ring.keys_.size() - 1;
    return ring;
}

std::string Keyring::to_text() const {
    std::string text;
    for (const auto& key : keys_) {
        text += key_line(key, key_prefix);
    }
    return text;
}

const RootKey* Keyring::find(std::string_view id) const {
    const auto it =
        std::find_if(keys_.begin(), keys_.end(), [&](const RootKey& k) { return k.id == id; });
    return it == keys_.end() ? nullptr : &*it;
}

void Keyring::activate(std::string_view id) {
    const auto it =
        std::find_if(keys_.begin(), keys_.end(), [&](const RootKey& k) { return k.id == id; });
    if (it != keys_.end()) {
        active_ = static_cast<std::size_t>(it - keys_.begin());
    }
}

base::SecretKey Keyring::subkey(const RootKey& root, Subkey purpose) const {
    return root.key.derive(static_cast<std::uint64_t>(purpose));
}

const base::SecretKey& Keyring::subkey(Subkey purpose) const {
    if (cached_id_ != active().id) {
        for (std::size_t i = 1; i < cached_.size(); ++i) {
            cached_[i] = active().key.derive(i);
        }
        cached_id_ = active().id;
    }
    return cached_[static_cast<std::size_t>(purpose)];
}

} // namespace habeas::store

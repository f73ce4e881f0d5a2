#include "forms/shown.hpp"

#include <charconv>

namespace habeas::forms {
namespace {

std::string mac(const base::SecretKey& key, const std::string& form, std::string_view payload) {
    return base::to_hex(base::Hasher(key).str("form shown").str(form).str(payload).finish());
}

/// The part up to `end`, which is cut off with it.
std::string_view cut(std::string_view& text, char end) {
    const std::size_t at = text.find(end);
    const std::string_view out = text.substr(0, at);
    text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
    return out;
}

template <class T>
std::optional<T> whole_number(std::string_view text) {
    T out = 0;
    auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
    return fault == std::errc{} && end == text.data() + text.size() ? std::optional(out)
                                                                    : std::nullopt;
}

} // namespace

std::string encode_shown(store::Engine& engine, const std::string& form, const Shown& shown) {
    std::string payload = engine.keys().active().id + "." + std::to_string(shown.version) + "." +
                          shown.language + "." + std::to_string(engine.now_ms()) + ".";
    for (const auto& [purpose, version] : shown.texts) {
        payload += purpose + "=" + std::to_string(version) + ",";
    }
    return payload + "." + mac(engine.keys().subkey(store::Subkey::token), form, payload);
}

std::optional<Shown> decode_shown(store::Engine& engine, const std::string& form,
                                  std::string_view text) {
    const std::size_t dot = text.rfind('.');
    if (dot == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view payload = text.substr(0, dot);
    const std::string_view given = text.substr(dot + 1);
    std::string_view rest = payload;
    const store::RootKey* root = engine.keys().find(cut(rest, '.'));
    if (root == nullptr) {
        return std::nullopt;
    }
    const std::string wanted =
        mac(engine.keys().subkey(*root, store::Subkey::token), form, payload);
    if (!base::equal_constant_time(base::as_bytes(given), base::as_bytes(wanted))) {
        return std::nullopt;
    }
    Shown out;
    out.page = true;
    out.version = whole_number<std::int32_t>(cut(rest, '.')).value_or(0);
    out.language = cut(rest, '.');
    out.at = whole_number<std::int64_t>(cut(rest, '.')).value_or(0);
    while (!rest.empty()) {
        std::string_view each = cut(rest, ',');
        const std::string_view purpose = cut(each, '=');
        out.texts.emplace(purpose, whole_number<std::int32_t>(each).value_or(0));
    }
    return out;
}

} // namespace habeas::forms

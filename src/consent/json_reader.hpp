// Reading a JSON object strictly: each fault is Errc::invalid at its JSON pointer (RFC 6901), and a
// member that nobody asked for is a fault, since it is most likely misspelt.
#pragma once

#include "base/text.hpp"
#include "habeas/error.hpp"
#include "habeas/time.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace habeas::consent {

[[noreturn]] inline void refuse_at(const std::string& pointer, const std::string& message) {
    throw Error(Errc::invalid, (pointer.empty() ? "the document" : pointer) + ": " + message,
                pointer);
}

/// Errc::invalid for what is no JSON, or holds a number beyond all measure. `what`: "the filter".
inline nlohmann::json read_document(std::string_view text, const std::string& what) {
    try {
        return nlohmann::json::parse(text);
    } catch (const nlohmann::json::parse_error& error) {
        throw Error(Errc::invalid, what + " is no JSON, at byte " + std::to_string(error.byte));
    } catch (const nlohmann::json::exception&) {
        throw Error(Errc::invalid, what + " holds a number beyond all measure");
    }
}

class JsonReader {
  public:
    /// Keeps references: both must outlive the reader.
    JsonReader(const nlohmann::json& object, const std::string& pointer)
        : object_(object), pointer_(pointer) {
        if (!object.is_object()) {
            refuse_at(pointer, "write an object");
        }
    }

    /// Nothing if the member is missing or null.
    const nlohmann::json* find(const char* name) {
        known_.insert(name);
        auto at = object_.find(name);
        return at == object_.end() || at->is_null() ? nullptr : &*at;
    }
    /// A missing member leaves `value` as it is. Fails where it is of another type.
    template <class T>
    void read(const char* name, T& value) {
        if (const nlohmann::json* found = find(name)) {
            value = as<T>(*found, at(name));
        }
    }
    template <class T>
    void read(const char* name, std::optional<T>& value) {
        if (const nlohmann::json* found = find(name)) {
            value = as<T>(*found, at(name));
        }
    }
    /// As base::require_text: no control characters, `max_bytes` at most.
    void read_text(const char* name, std::string& text, std::size_t max_bytes,
                   bool multiline = false) {
        read(name, text);
        try {
            base::require_text(text, name, multiline, max_bytes);
        } catch (const Error& error) {
            refuse_at(at(name), error.what());
        }
    }
    /// A word that stands for a value; `value_of` gives nothing for a wrong one.
    template <class T, class ValueOf>
    void read_name(const char* name, T& value, ValueOf value_of) {
        if (const nlohmann::json* found = find(name)) {
            auto known = value_of(as<std::string>(*found, at(name)));
            if (!known) {
                refuse_at(at(name), "no such value");
            }
            value = *known;
        }
    }
    /// Calls `each(element, pointer)` for the elements of an array.
    template <class Each>
    void read_array(const char* name, Each each) {
        if (const nlohmann::json* found = find(name)) {
            if (!found->is_array()) {
                refuse_at(at(name), "write an array");
            }
            for (std::size_t i = 0; i < found->size(); ++i) {
                each((*found)[i], at(name) + "/" + std::to_string(i));
            }
        }
    }
    /// Every member there is was asked for.
    void finish() const {
        for (const auto& [name, value] : object_.items()) {
            if (!known_.contains(name)) {
                refuse_at(at(name), "no such member");
            }
        }
    }
    [[nodiscard]] std::string at(const std::string& name) const {
        std::string out = pointer_ + "/";
        for (char c : name) {
            out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
        }
        return out;
    }

  private:
    template <class T>
    static T as(const nlohmann::json& value, const std::string& pointer) {
        if constexpr (std::is_same_v<T, bool>) {
            if (!value.is_boolean()) {
                refuse_at(pointer, "write true or false");
            }
        } else if constexpr (std::is_integral_v<T>) {
            if (!value.is_number_integer() || value < -1'000'000 || value > 1'000'000) {
                refuse_at(pointer, "write a whole number");
            }
        } else if constexpr (std::is_same_v<T, std::string>) {
            if (!value.is_string()) {
                refuse_at(pointer, "write a text");
            }
        }
        if constexpr (std::is_same_v<T, Date>) {
            const std::string text = as<std::string>(value, pointer);
            try {
                return parse_date(text);
            } catch (const Error&) {
                refuse_at(pointer, "write a date, such as 2026-01-31");
            }
        } else {
            try {
                return value.get<T>();
            } catch (const nlohmann::json::exception&) {
                refuse_at(pointer, std::is_same_v<T, std::vector<std::string>>
                                       ? "write an array of texts"
                                       : "write an object of texts");
            }
        }
    }

    const nlohmann::json& object_;
    const std::string& pointer_;
    std::set<std::string> known_;
};

} // namespace habeas::consent

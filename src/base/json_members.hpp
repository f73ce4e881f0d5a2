// Objects of JSON, member by member. In g++ 12 an initializer list of JSON values that runs out of
// memory half-way forgets the values it had.
#pragma once

#include <nlohmann/json.hpp>

#include <utility>

namespace habeas::base {

/// object_of("name", value, "name", value, ...)
template <class... Members>
nlohmann::json object_of(Members&&... members) {
    static_assert(sizeof...(Members) % 2 == 0, "names and values take turns");
    nlohmann::json out = nlohmann::json::object();
    const auto set = [&out](const auto& self, const char* name, auto&& value, auto&&... rest) {
        out[name] = std::forward<decltype(value)>(value);
        if constexpr (sizeof...(rest) > 0) {
            self(self, std::forward<decltype(rest)>(rest)...);
        }
    };
    if constexpr (sizeof...(Members) > 0) {
        set(set, std::forward<Members>(members)...);
    }
    return out;
}

} // namespace habeas::base

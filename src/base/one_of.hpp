// Is a value one of a few?
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <type_traits>

namespace habeas::base {

inline bool one_of(std::string_view value, std::initializer_list<std::string_view> values) {
    return std::find(values.begin(), values.end(), value) != values.end();
}

template <class Enum>
requires std::is_enum_v<Enum>
constexpr bool one_of(Enum value, std::initializer_list<Enum> values) {
    return std::find(values.begin(), values.end(), value) != values.end();
}

} // namespace habeas::base

// Names of field types, as they are written in definitions and in the database.
#include "habeas/subject.hpp"

#include <array>
#include <cstddef>

namespace habeas {
namespace {

constexpr std::array<std::string_view, 17> names{
    "text",  "longtext", "boolean",  "select",   "multiselect", "number",
    "money", "date",     "datetime", "time",     "email",       "phone",
    "url",   "country",  "region",   "language", "timezone"};

} // namespace

std::string_view field_type_name(FieldType type) noexcept {
    auto at = static_cast<std::size_t>(type);
    return at < names.size() ? names[at] : std::string_view{};
}

std::optional<FieldType> field_type(std::string_view name) noexcept {
    for (std::size_t at = 0; at < names.size(); ++at) {
        if (names[at] == name) {
            return static_cast<FieldType>(at);
        }
    }
    return std::nullopt;
}

} // namespace habeas

// covers: src/importers/php_serialize.cpp src/importers/mautic_filter.cpp
// src/importers/mautic_fields.cpp Laws of the reader of PHP's serialize format: what it gives,
// serialized again, reads back as the same; a filter list made of it is read over or gives a rule,
// and is never half of itself.
#include "fuzz.hpp"

#include "importers/mautic.hpp"
#include "importers/php_serialize.hpp"

#include <nlohmann/json.hpp>

using namespace habeas;
using namespace habeas::importers;
using nlohmann::json;

namespace {

std::string php_text(const std::string& text) {
    return "s:" + std::to_string(text.size()) + ":\"" + text + "\";";
}

std::string serialized(const json& value) {
    if (value.is_null())
        return "N;";
    if (value.is_boolean())
        return value.get<bool>() ? "b:1;" : "b:0;";
    if (value.is_number_integer())
        return "i:" + std::to_string(value.get<std::int64_t>()) + ";";
    if (value.is_number())
        return "d:" + value.dump() + ";";
    if (value.is_string())
        return php_text(value.get<std::string>());
    std::string out = "a:" + std::to_string(value.size()) + ":{";
    std::size_t at = 0;
    for (const auto& [key, each] : value.items())
        out += (value.is_array() ? "i:" + std::to_string(at++) + ";" : php_text(key)) +
               serialized(each);
    return out + "}";
}

std::size_t conditions(const json& filter) {
    if (filter.contains("field"))
        return 1;
    std::size_t count = 0;
    for (const auto& [name, list] : filter.items())
        for (const json& each : list)
            count += conditions(each);
    return count;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 1 << 14)
        return 0;
    const std::string_view text = fuzz::view(data, size);
    json value;
    if (fuzz::accepted([&] { value = read_php(text); })) {
        fuzz::require(read_php(serialized(value)) == value, "what is written reads back");
    }
    json stored;
    if (!fuzz::accepted([&] { stored = read_stored(text); }))
        return 0;
    choices_of(text);
    MauticNames names;
    names.fields = {{"city", "text", "City", "city"},       {"likes", "multiselect", "L", "likes"},
                    {"vip", "boolean", "V", "vip"},         {"seen", "datetime", "S", "seen"},
                    {"born", "date", "B", "born"},          {"points", "number", "P", "points"},
                    {"country", "country", "C", "country"}, {"level", "select", "L", "level"}};
    names.tags = {{"1", "VIP"}};
    names.segments = {{"1", "readers"}};
    const FilterReading reading = read_filter(stored, names);
    fuzz::require(reading.filter.has_value() || !reading.notes.empty() || stored.empty() ||
                      !stored.is_structured(),
                  "a filter is read over, or gives its rule");
    if (reading.filter)
        fuzz::require(conditions(*reading.filter) >= stored.size(), "no condition is lost");
    segments_in(stored);
    return 0;
}

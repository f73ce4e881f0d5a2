#include "subjects/values.hpp"

#include "base/contact.hpp"
#include "base/text.hpp"
#include "subjects/lookup.hpp"
#include "subjects/numbers.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace habeas::subjects {
namespace {

// Times that have a text form: the years 0000 to 9999.
constexpr std::int64_t first_ms = -62167219200000;
constexpr std::int64_t end_ms = 253402300800000;

bool parse_boolean(std::string_view text, std::int64_t& out, Refusal& why) {
    auto value = yes_or_no(text);
    if (!value) {
        return refuse(why, "not yes or no; write 1, true, yes or 0, false, no");
    }
    out = *value ? 1 : 0;
    return true;
}

bool parse_choice(const FieldInfo& info, std::string_view text, Refusal& why) {
    return info.choices.contains(text) || refuse(why, "not one of the field's choices");
}

void add_choice(Cell& out, std::string_view choice) {
    auto at = std::lower_bound(out.choices.begin(), out.choices.end(), choice);
    if (at == out.choices.end() || *at != choice) {
        out.choices.emplace(at, choice);
    }
}

bool add_checked_choice(const FieldInfo& info, std::string_view choice, Cell& out, Refusal& why) {
    if (!parse_choice(info, choice, why)) {
        return false;
    }
    add_choice(out, choice);
    return out.choices.size() <= max_choices || refuse(why, "too many choices");
}

bool parse_choices(const FieldInfo& info, std::string_view text, char separator, Cell& out,
                   Refusal& why) {
    out.choices.clear();
    while (true) {
        std::size_t end = std::min(text.find(separator), text.size());
        std::string_view choice = base::trim(text.substr(0, end));
        if (!choice.empty() && !add_checked_choice(info, choice, out, why)) {
            return false;
        }
        if (end == text.size()) {
            out.state = out.choices.empty() ? Cell::State::blank : Cell::State::value;
            return true;
        }
        text.remove_prefix(end + 1);
    }
}

/// Types whose text is trimmed and rewritten by base.
bool parse_normalised(const FieldInfo& info, std::string_view text, const Format& format, Cell& out,
                      Refusal& why) {
    try {
        switch (info.field.type) {
        case FieldType::email:
            out.normal = base::normalise_email(text);
            out.text = text;
            return true;
        case FieldType::phone:
            out.normal = base::normalise_phone(text, format.default_country);
            out.text = text;
            return true;
        case FieldType::url:
            out.text = base::check_url(text);
            return true;
        case FieldType::region:
            out.text = base::normalise_region(text);
            return true;
        case FieldType::language:
            out.text = base::normalise_language(text);
            return true;
        case FieldType::timezone:
            out.text = base::check_timezone(text);
            return true;
        default: {
            auto code = base::country_code(text);
            if (!code) {
                return refuse(why, "no country known by this name or code");
            }
            out.text = std::move(*code);
            return true;
        }
        }
    } catch (const Error& error) {
        refusal_from(error, why);
        return false;
    }
}

bool fits(const FieldInfo& info, double value, const Format& format, Cell& out, Refusal& why) {
    if (info.field.type == FieldType::money) {
        return parse_text(info, number_text(value), format, out, why);
    }
    if (info.field.type != FieldType::number) {
        return refuse(why, "a number, but the field is of type " +
                               std::string(field_type_name(info.field.type)));
    }
    if (!std::isfinite(value)) {
        return refuse(why, "not a number");
    }
    out.real = value;
    return true;
}

bool fits(const FieldInfo& info, std::int64_t value, Cell& out, Refusal& why) {
    switch (info.field.type) {
    case FieldType::boolean:
        out.integer = value;
        return value == 0 || value == 1 || refuse(why, "not yes or no; write 1 or 0");
    case FieldType::money:
        out.integer = value;
        return true;
    case FieldType::number:
        out.real = static_cast<double>(value);
        return (value <= (std::int64_t{1} << 53) && value >= -(std::int64_t{1} << 53)) ||
               refuse(why, "beyond 2^53 a number is not exact");
    default:
        return refuse(why, "an integer, but the field is of type " +
                               std::string(field_type_name(info.field.type)));
    }
}

} // namespace

/// A few languages, because spreadsheets write them so.
std::optional<bool> yes_or_no(std::string_view text) noexcept {
    static constexpr std::array<std::string_view, 9> yes{"1",  "true", "yes", "y", "t",
                                                         "on", "ja",   "oui", "si"};
    static constexpr std::array<std::string_view, 9> no{"0",   "false", "no",  "n",  "f",
                                                        "off", "nein",  "non", "nee"};
    std::array<char, 6> buffer{};
    if (text.size() >= buffer.size()) {
        return std::nullopt;
    }
    std::size_t length = 0;
    for (char c : text) {
        buffer[length++] = base::ascii_lower(c);
    }
    std::string_view lower(buffer.data(), length);
    if (std::find(yes.begin(), yes.end(), lower) != yes.end()) {
        return true;
    }
    return std::find(no.begin(), no.end(), lower) != no.end() ? std::optional(false) : std::nullopt;
}

bool check_text(std::string_view text, bool multiline, std::size_t max_bytes, Refusal& why) {
    if (text.size() > max_bytes) {
        return refuse(why, "longer than " + std::to_string(max_bytes) + " bytes");
    }
    if (auto offset = base::invalid_utf8(text)) {
        return refuse(why, "not UTF-8", "byte " + std::to_string(*offset));
    }
    for (std::size_t at = 0; at < text.size(); ++at) {
        auto c = static_cast<unsigned char>(text[at]);
        bool line = c == '\t' || c == '\n' || c == '\r';
        bool c1 = c == 0xC2 && static_cast<unsigned char>(text[at + 1]) < 0xA0;
        if (c1 || c == 0x7F || (c < 0x20 && !(multiline && line))) {
            return refuse(why, line ? "line break or tab" : "control character",
                          "byte " + std::to_string(at));
        }
    }
    return true;
}

bool parse_text(const FieldInfo& info, std::string_view text, const Format& format, Cell& out,
                Refusal& why) {
    std::string_view trimmed = base::trim(text);
    if (trimmed.empty()) {
        out.state = Cell::State::blank;
        return true;
    }
    out.state = Cell::State::value;
    const FieldType type = info.field.type;
    if (type == FieldType::text || type == FieldType::longtext) {
        bool longer = type == FieldType::longtext;
        if (!check_text(text, longer, longer ? max_longtext_bytes : max_text_bytes, why)) {
            return false;
        }
        out.text = text;
        return true;
    }
    if (!check_text(trimmed, false, max_text_bytes, why)) {
        return false;
    }
    switch (type) {
    case FieldType::boolean:
        return parse_boolean(trimmed, out.integer, why);
    case FieldType::select:
        out.text = trimmed;
        return parse_choice(info, trimmed, why);
    case FieldType::multiselect:
        return parse_choices(info, trimmed, format.list_separator, out, why);
    case FieldType::number:
        return parse_number(trimmed, format.decimal_comma, out.real, why);
    case FieldType::money:
        return parse_money(trimmed, format.decimal_comma, info.field.scale, out.integer, why);
    case FieldType::date:
        return parse_civil_date(trimmed, format.dates, out.text, why);
    case FieldType::datetime:
        return parse_datetime(trimmed, format.dates, out.integer, why);
    case FieldType::time:
        return parse_clock(trimmed, out.text, why);
    default:
        return parse_normalised(info, trimmed, format, out, why);
    }
}

bool parse_value(const FieldInfo& info, const Value& value, const Format& format, Cell& out,
                 Refusal& why) {
    out.state = Cell::State::value;
    const FieldType type = info.field.type;
    if (const auto* text = std::get_if<std::string>(&value)) {
        return parse_text(info, *text, format, out, why);
    }
    if (const auto* flag = std::get_if<bool>(&value)) {
        out.integer = *flag ? 1 : 0;
        return type == FieldType::boolean || refuse(why, "yes or no, but the field is of type " +
                                                             std::string(field_type_name(type)));
    }
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        return fits(info, *integer, out, why);
    }
    if (const auto* real = std::get_if<double>(&value)) {
        return fits(info, *real, format, out, why);
    }
    if (const auto* time = std::get_if<Time>(&value)) {
        out.integer = time->time_since_epoch().count();
        if (out.integer < first_ms || out.integer >= end_ms) {
            return refuse(why, "outside of the years 0000 to 9999");
        }
        return type == FieldType::datetime || refuse(why, "a moment, but the field is of type " +
                                                              std::string(field_type_name(type)));
    }
    if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
        if (type != FieldType::multiselect) {
            return refuse(why,
                          "a list, but the field is of type " + std::string(field_type_name(type)));
        }
        out.choices.clear();
        for (const std::string& choice : *list) {
            if (!add_checked_choice(info, choice, out, why)) {
                return false;
            }
        }
        out.state = out.choices.empty() ? Cell::State::blank : Cell::State::value;
        return true;
    }
    out.state = Cell::State::blank;
    return true;
}

Value to_value(const FieldInfo& info, const Cell& cell) {
    if (!cell.has_value()) {
        return {};
    }
    switch (info.field.type) {
    case FieldType::boolean:
        return cell.integer != 0;
    case FieldType::money:
        return cell.integer;
    case FieldType::datetime:
        return Time(std::chrono::milliseconds(cell.integer));
    case FieldType::number:
        return cell.real;
    case FieldType::multiselect:
        return cell.choices;
    default:
        return cell.text;
    }
}

std::string cell_text(const Field& field, const Cell& cell) {
    if (!cell.has_value()) {
        return {};
    }
    switch (field.type) {
    case FieldType::boolean:
        return cell.integer != 0 ? "true" : "false";
    case FieldType::money:
        return money_text(cell.integer, field.scale);
    case FieldType::datetime:
        return format_time(Time(std::chrono::milliseconds(cell.integer)));
    case FieldType::number:
        return number_text(cell.real);
    case FieldType::multiselect: {
        std::string out;
        for (const std::string& choice : cell.choices) {
            out += out.empty() ? "" : "|";
            out += choice;
        }
        return out;
    }
    default:
        return cell.text;
    }
}

bool same_value(const FieldInfo& info, const Cell& a, const Cell& b) {
    switch (info.field.type) {
    case FieldType::boolean:
    case FieldType::money:
    case FieldType::datetime:
        return a.integer == b.integer;
    case FieldType::number:
        return a.real == b.real;
    case FieldType::multiselect:
        return a.choices == b.choices;
    default:
        return a.text == b.text;
    }
}

std::string value_text(const Field& field, const Value& value) {
    Cell cell;
    cell.state = Cell::State::value;
    if (const auto* flag = std::get_if<bool>(&value)) {
        cell.integer = *flag ? 1 : 0;
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        cell.integer = *integer;
    } else if (const auto* real = std::get_if<double>(&value)) {
        cell.real = *real;
    } else if (const auto* time = std::get_if<Time>(&value)) {
        cell.integer = time->time_since_epoch().count();
    } else if (const auto* text = std::get_if<std::string>(&value)) {
        return *text;
    } else if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
        cell.choices = *list;
    } else {
        return {};
    }
    return cell_text(field, cell);
}

void refusal_from(const Error& error, Refusal& why) {
    static constexpr std::string_view mark = " at byte ";
    std::string_view text = error.what();
    std::size_t place = text.find(mark);
    std::size_t end =
        place == std::string_view::npos
            ? text.size()
            : std::min(text.find_first_not_of("0123456789", place + mark.size()), text.size());
    why.detail = place == std::string_view::npos ? "" : text.substr(place + 4, end - place - 4);
    why.reason = text.substr(0, place);
    if (end < text.size()) {
        why.reason += text.substr(end);
    }
}

Error refusal_error(std::string_view where, const Refusal& why, Errc code) {
    return Error(code, std::string(where) + ": " + why.text(), std::string(where));
}

} // namespace habeas::subjects

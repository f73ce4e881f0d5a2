#include "retention/value.hpp"

#include "base/calendar.hpp"

namespace habeas::retention {
namespace {

using subjects::Cell;

Date last_of_year(Date date) {
    return date.year() / std::chrono::December / 31;
}

/// The first characters (code points) of a text.
std::string first_of(const std::string& text, std::int32_t characters) {
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
        if (begins && characters-- == 0) {
            break;
        }
    }
    return text.substr(0, at);
}

} // namespace

std::optional<Cell> coarser(const RetentionRule& rule, const subjects::FieldInfo& field,
                            const Cell& value, const segments::Today& today) {
    if (!value.has_value()) {
        return std::nullopt;
    }
    Cell out;
    if (rule.action == RetentionAction::remove) {
        out.state = Cell::State::blank;
        return out;
    }
    out.state = Cell::State::value;
    if (field.field.type == FieldType::datetime) {
        segments::Today there = today; // the year by the store's zone
        there.now = Time(std::chrono::milliseconds(value.integer));
        const std::chrono::sys_days next = std::chrono::sys_days(last_of_year(there.date()));
        const Time end =
            today.midnight(Date{next + std::chrono::days(1)}) - std::chrono::seconds(1);
        out.integer = end.time_since_epoch().count();
        return out.integer == value.integer ? std::nullopt : std::optional(out);
    }
    out.text = field.field.type == FieldType::date
                   ? format_date(last_of_year(parse_date(value.text)))
                   : first_of(value.text, rule.characters);
    return out.text == value.text ? std::nullopt : std::optional(out);
}

} // namespace habeas::retention

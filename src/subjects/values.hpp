// Values of fields: from text and from the API to a Cell, from a Cell to the API and to text.
#pragma once

#include "habeas/error.hpp"
#include "habeas/subject.hpp"
#include "subjects/cell.hpp"
#include "subjects/field_set.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace habeas::subjects {

inline constexpr std::size_t max_text_bytes = 4096;
inline constexpr std::size_t max_longtext_bytes = std::size_t{1} << 20;
inline constexpr std::size_t max_source_bytes = 255; ///< where a subject came from
inline constexpr std::size_t max_choices = 100;      ///< chosen values of one multiselect

/// How text is written where it is not in habeas's own form.
struct Format {
    enum class Dates : std::uint8_t { iso, dmy, mdy };
    Dates dates = Dates::iso;
    bool decimal_comma = false;
    char list_separator = '|';
    std::string_view default_country = {}; ///< of phone numbers in national form
};

/// Why a value was refused, without the value. `detail` says where ("byte 3"), so that equal
/// reasons can be counted.
struct Refusal {
    std::string reason;
    std::string detail;
    [[nodiscard]] std::string text() const {
        return detail.empty() ? reason : reason + " (" + detail + ")";
    }
};
/// Says why and answers false.
inline bool refuse(Refusal& why, std::string_view reason, std::string_view detail = {}) {
    why.reason = reason;
    why.detail = detail;
    return false;
}

/// Reads text by the field's type into `out`; blank text gives a blank cell. False: refused, see
/// `why`.
bool parse_text(const FieldInfo& info, std::string_view text, const Format& format, Cell& out,
                Refusal& why);
/// The same for a value of the API.
bool parse_value(const FieldInfo& info, const Value& value, const Format& format, Cell& out,
                 Refusal& why);
/// "1", "true", "yes" and their like in any case and a few languages; nothing: neither.
std::optional<bool> yes_or_no(std::string_view text) noexcept;
/// UTF-8 without control characters (`multiline`: TAB, LF and CR may be) and not too long.
bool check_text(std::string_view text, bool multiline, std::size_t max_bytes, Refusal& why);

Value to_value(const FieldInfo& info, const Cell& cell);
/// The value in the form that parse_text reads, for sealed fields, people, CSV and JSON.
std::string cell_text(const Field& field, const Cell& cell);
/// Same value? Both have one.
bool same_value(const FieldInfo& info, const Cell& a, const Cell& b);

/// From an error of base. The place ("at byte 5") becomes the detail.
void refusal_from(const Error& error, Refusal& why);
/// Error for a refused value; `where` is the field.
Error refusal_error(std::string_view where, const Refusal& why, Errc code = Errc::invalid);

} // namespace habeas::subjects

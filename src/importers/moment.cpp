#include "importers/moment.hpp"

#include "base/contact.hpp"
#include "base/text.hpp"
#include "base/zone.hpp"
#include "habeas/error.hpp"

#include <algorithm>
#include <charconv>

namespace habeas::importers {

MomentReader::MomentReader(const std::string& zone, const std::string& dates)
    : zoned_(!zone.empty()) {
    using Dates = subjects::Format::Dates;
    if (dates != "iso" && dates != "dmy" && dates != "mdy") {
        throw Error(Errc::invalid, "dates: write iso, dmy or mdy", "dates");
    }
    dates_ = dates == "dmy" ? Dates::dmy : dates == "mdy" ? Dates::mdy : Dates::iso;
    if (zoned_) {
        try {
            zone_ = base::zone_named(base::check_timezone(zone));
        } catch (const Error& error) {
            throw Error(error.code(),
                        "time_zone: no zone of the IANA database; write Europe/Vienna",
                        "time_zone");
        }
    }
}

bool MomentReader::read(std::string_view text, std::int64_t& out, subjects::Refusal& why) const {
    text = base::trim(text);
    const bool digits = !text.empty() && std::all_of(text.begin(), text.end(), base::is_digit);
    if (digits && (text.size() == 10 || text.size() == 13)) {
        std::from_chars(text.data(), text.data() + text.size(), out);
        out *= text.size() == 10 ? 1000 : 1;
        return true;
    }
    if (text.starts_with("0000-00-00")) {
        why = {"no date: MySQL's zero", {}};
        return false;
    }
    if (!subjects::parse_datetime(text, dates_, out, why)) {
        return false;
    }
    // Behind the date, so from byte 8 on: "1.1.2026 10:00" is the shortest with a time.
    const bool timed = text.find(':') != std::string_view::npos;
    const bool offset =
        text.size() > 10 && text.find_first_of("Zz+-", 10) != std::string_view::npos;
    if (offset || !timed) {
        return true;
    }
    if (!zoned_) {
        why = {"a time whose zone nobody says; say it with time_zone", {}};
        return false;
    }
    if (zone_ != nullptr) {
        const Time local{std::chrono::milliseconds(out)};
        out = base::to_utc(local, zone_).time_since_epoch().count();
    }
    return true;
}

std::optional<std::int64_t> MomentReader::read(std::string_view text) const {
    std::int64_t out = 0;
    subjects::Refusal why;
    return read(text, out, why) ? std::optional(out) : std::nullopt;
}

} // namespace habeas::importers

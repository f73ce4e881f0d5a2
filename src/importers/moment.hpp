// Dates with time as exports write them. A zone is never guessed.
#pragma once

#include "subjects/numbers.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace date {
class time_zone;
} // namespace date

namespace habeas::importers {

class MomentReader {
  public:
    /// `zone`: of times that name none; empty: such a time is refused. Errc::invalid for a zone
    /// that this system does not know, or an unknown order ("iso", "dmy", "mdy").
    MomentReader(const std::string& zone, const std::string& dates);
    /// Milliseconds since 1970 of RFC 3339, of what database and pages write ("2026-01-31 14:05"),
    /// of Unix seconds (10 digits) and milliseconds (13); a date is its midnight. False: see `why`.
    bool read(std::string_view text, std::int64_t& out, subjects::Refusal& why) const;
    /// Nothing: it is none, or its zone is not known.
    [[nodiscard]] std::optional<std::int64_t> read(std::string_view text) const;
    [[nodiscard]] subjects::Format::Dates dates() const { return dates_; }

  private:
    subjects::Format::Dates dates_ = subjects::Format::Dates::iso;
    bool zoned_ = false;
    const date::time_zone* zone_ = nullptr; ///< null while zoned: UTC
};

} // namespace habeas::importers

// Statutory time limits: Regulation (EEC, Euratom) 1182/71 for the GDPR, and how other laws count.
// They are counted for a controller, by its public holidays and on its calendar.
#pragma once

#include "habeas/time.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas {

struct Holiday {
    Date date{};
    std::string name;
    /// Not a day off for everybody: listed, not counted, for to leave a day out can only make a
    /// deadline earlier.
    bool optional = false;
    bool operator==(const Holiday&) const = default;
};

/// Public holidays by rules, in sets: a country ("DE"), a part of one ("GB-ENG"), or "EU".
class HolidayCalendar {
  public:
    /// The sets that habeas comes with (src/requests/holidays.json).
    HolidayCalendar();
    /// A file of one's own, in the same format. Errc::invalid names the place.
    static HolidayCalendar from_json(std::string_view text);

    [[nodiscard]] bool has(std::string_view set) const;
    [[nodiscard]] std::vector<std::string> sets() const;
    /// In order of date. Errc::not_found for a set that is not there.
    [[nodiscard]] std::vector<Holiday> holidays(std::string_view set, int year) const;

  private:
    struct Rules;
    explicit HolidayCalendar(std::shared_ptr<const Rules> rules) : rules_(std::move(rules)) {}
    std::shared_ptr<const Rules> rules_;
};

/// Why a period ends later than its last day.
enum class DeadlineMoved : std::uint8_t { none, saturday, sunday, public_holiday };
std::string_view deadline_moved_name(DeadlineMoved moved) noexcept;

struct Deadline {
    Date nominal{}; ///< as counted
    Date due{};     ///< with its last hour: the nominal day, or the next working day
    DeadlineMoved moved = DeadlineMoved::none;
    bool operator==(const Deadline&) const = default;
};

/// When a request must be answered (GDPR art. 12(3)).
struct AnswerDeadline {
    Deadline answer;
    /// The last day for the notice that says why it takes longer: the end of the first month.
    Date extension_notice_latest{};
    bool extended = false; ///< by a notice that was in time; a late one does not count
    /// The other reading of an extension, from the end of the first month: never later. Warn here.
    Date cautious{};
};

/// When the controller asked who somebody is (art. 12(6); EDPB Guidelines 01/2022 par. 159). The
/// regulation says nothing of a pause, so both dates are kept; `safe` is never later.
struct IdentityPause {
    Date safe{};                   ///< without a pause
    std::optional<int> days;       ///< nothing while no answer came
    std::optional<Date> suspended; ///< moved by those days; `safe` where it was asked too late
    bool asked_late = false;       ///< later than `IdentityPause::undue_days` after receipt
    /// UK GDPR art. 12A: the month begins anew with the identity, and stands still for what was
    /// asked to be made clear, its first and last day included.
    std::optional<Date> uk_identity, uk_clarification;

    static constexpr int undue_days = 14;
};

/// GDPR art. 33(1).
struct BreachDeadline {
    Time strict{};  ///< awareness and the hours: never later than `counted`, so use this one
    Time begins{};  ///< with the next full hour (Regulation 1182/71 art. 3(1))
    Time counted{}; ///< from there
    /// Fewer than two whole working days, or it ends on a holiday: whether art. 3(5) stretches
    /// hours is not settled.
    bool working_days_disputed = false;
};

class Deadlines {
  public:
    /// `sets`: of the country and, optionally, of the region where the controller acts; none: only
    /// weekends count. `zone`: IANA; empty: UTC. Errc::not_found for a set, Errc::invalid for a
    /// zone; counting says it for sets with more than 100 days off in a year.
    explicit Deadlines(std::vector<std::string> sets = {}, const std::string& zone = {},
                       HolidayCalendar calendar = {});

    /// Without public holidays, Saturdays and Sundays.
    [[nodiscard]] bool is_working_day(Date date) const;
    /// Art. 3(2)(c) and (4): the same day of a later month, or its last; then the next working day.
    [[nodiscard]] Deadline months(Date event, int months) const;
    /// Art. 3(1), (4) and (5): the day of the event is not counted; two days or more hold two
    /// working days.
    [[nodiscard]] Deadline days(Date event, int days) const;
    /// The last of so many working days after the event. CASL, CAN-SPAM, CCPA: count without sets,
    /// which is never later.
    [[nodiscard]] Date working_days(Date event, int count) const;
    /// So many calendar days that begin with the day of the event (CCPA, LGPD, DPA 2018 s. 164A,
    /// Swiss FADP): where it is not settled whether that day counts, this is the earlier reading.
    [[nodiscard]] static Date calendar_days(Date event, int count);

    /// One month, or `extension` months more if the notice went out within the first. A notice that
    /// is still to come: none.
    [[nodiscard]] AnswerDeadline answer(Date received, int extension = 0,
                                        std::optional<Date> notice = {}) const;
    [[nodiscard]] IdentityPause identity(Date received, Date asked,
                                         std::optional<Date> answered) const;
    [[nodiscard]] BreachDeadline breach(Time aware, int hours = 72) const;

    [[nodiscard]] Date local_date(Time time) const;
    /// The first moment after a day.
    [[nodiscard]] Time end_of(Date date) const;

  private:
    struct Days;
    std::shared_ptr<const Days> days_;
};

} // namespace habeas

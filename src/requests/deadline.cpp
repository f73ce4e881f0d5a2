#include "habeas/deadline.hpp"

#include "base/calendar.hpp"
#include "base/contact.hpp"
#include "habeas/error.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <set>

namespace habeas {

using std::chrono::hours;
using std::chrono::sys_days;
using std::chrono::weekday;

constexpr std::size_t most_holidays = 100; ///< a year, so that looking for a working day ends

struct Deadlines::Days {
    std::vector<std::string> sets;
    HolidayCalendar calendar;
    const date::time_zone* zone = nullptr; ///< of the database, which lives as long as the program

    [[nodiscard]] bool is_holiday(Date date) const {
        const std::lock_guard hold(lock_);
        const int year = int(date.year());
        auto known = by_year_.find(year);
        if (known == by_year_.end()) {
            known = by_year_.emplace(year, std::set<sys_days>()).first;
            for (const std::string& set : sets) {
                for (const Holiday& each : calendar.holidays(set, year)) {
                    if (!each.optional) {
                        known->second.insert(sys_days(each.date));
                    }
                }
            }
            if (known->second.size() > most_holidays) {
                by_year_.erase(known);
                throw Error(Errc::invalid,
                            fmt::format("these sets have more than {} public holidays in {}: no "
                                        "deadline can be counted with so few working days",
                                        most_holidays, year),
                            "sets");
            }
        }
        return known->second.contains(sys_days(date));
    }
    [[nodiscard]] DeadlineMoved off(Date date) const {
        const weekday day{sys_days(date)};
        return is_holiday(date)               ? DeadlineMoved::public_holiday
               : day == std::chrono::Saturday ? DeadlineMoved::saturday
               : day == std::chrono::Sunday   ? DeadlineMoved::sunday
                                              : DeadlineMoved::none;
    }
    /// Art. 3(4), applied once, to the last day.
    [[nodiscard]] Deadline end(Date nominal) const {
        Deadline out{nominal, nominal, off(nominal)};
        while (off(out.due) != DeadlineMoved::none) {
            out.due = sys_days(out.due) + std::chrono::days(1);
        }
        return out;
    }

  private:
    mutable std::mutex lock_;
    mutable std::map<int, std::set<sys_days>> by_year_;
};

namespace {

/// Dates that a four-digit year can write, so that nothing below leaves the calendar.
void require_date(Date date, const char* what) {
    if (!date.ok() || int(date.year()) < 1 || int(date.year()) > 9000) {
        throw Error(Errc::invalid, "this is no date of the calendar", what);
    }
}

void require_count(int count, int most, const char* what) {
    if (count < 0 || count > most) {
        throw Error(Errc::invalid, "a period is 0 to " + std::to_string(most) + " long", what);
    }
}

} // namespace

std::string_view deadline_moved_name(DeadlineMoved moved) noexcept {
    constexpr std::array<std::string_view, 4> names{"none", "saturday", "sunday", "public_holiday"};
    return names[static_cast<std::size_t>(moved) % names.size()];
}

Deadlines::Deadlines(std::vector<std::string> sets, const std::string& zone,
                     HolidayCalendar calendar) {
    for (const std::string& set : sets) {
        if (!calendar.has(set)) {
            throw Error(Errc::not_found,
                        "there are no public holidays of this name; a file of your own may add "
                        "them",
                        "sets");
        }
    }
    auto made = std::make_shared<Days>();
    made->sets = std::move(sets);
    made->calendar = std::move(calendar);
    made->zone = date::locate_zone(zone.empty() ? "UTC" : base::check_timezone(zone));
    days_ = std::move(made);
}

bool Deadlines::is_working_day(Date date) const {
    require_date(date, "date");
    return days_->off(date) == DeadlineMoved::none;
}

Deadline Deadlines::months(Date event, int months) const {
    require_date(event, "event");
    require_count(months, 1200, "months");
    return days_->end(base::add_months(event, months));
}

Deadline Deadlines::days(Date event, int count) const {
    require_date(event, "event");
    require_count(count, 36'600, "days");
    Deadline out = days_->end(sys_days(event) + std::chrono::days(count));
    if (count < 2) {
        return out;
    }
    int working = 0;
    for (sys_days day = sys_days(event) + std::chrono::days(1); working < 2;
         day += std::chrono::days(1)) {
        if (days_->off(day) == DeadlineMoved::none) {
            ++working;
            out.due = std::max(sys_days(out.due), day);
        }
    }
    return out;
}

Date Deadlines::working_days(Date event, int count) const {
    require_date(event, "event");
    require_count(count, 36'600, "working days");
    sys_days day(event);
    while (count > 0) {
        day += std::chrono::days(1);
        count -= days_->off(day) == DeadlineMoved::none ? 1 : 0;
    }
    return day;
}

Date Deadlines::calendar_days(Date event, int count) {
    require_date(event, "event");
    require_count(count, 36'600, "days");
    return sys_days(event) + std::chrono::days(std::max(count - 1, 0));
}

AnswerDeadline Deadlines::answer(Date received, int extension, std::optional<Date> notice) const {
    require_count(extension, 2, "extension"); // art. 12(3): by two further months
    const Deadline first = months(received, 1);
    AnswerDeadline out;
    out.answer = first;
    out.extension_notice_latest = first.due;
    out.cautious = first.due;
    if (extension > 0 && (!notice || *notice <= first.due)) {
        out.extended = notice.has_value();
        out.answer = months(received, 1 + extension);
        out.cautious = std::min(months(first.nominal, extension).due, out.answer.due);
    }
    return out;
}

IdentityPause Deadlines::identity(Date received, Date asked, std::optional<Date> answered) const {
    require_date(asked, "asked");
    if (asked < received || (answered && *answered < asked)) {
        throw Error(Errc::invalid, "first received, then asked, then answered", "asked");
    }
    const Deadline plain = months(received, 1);
    IdentityPause out;
    out.safe = plain.due;
    out.asked_late =
        sys_days(asked) - sys_days(received) > std::chrono::days(IdentityPause::undue_days);
    if (answered) {
        require_date(*answered, "answered");
        const auto pause = sys_days(*answered) - sys_days(asked);
        const sys_days end(plain.nominal);
        out.days = static_cast<int>(pause.count());
        out.suspended = days_->end(end + pause).due;
        out.uk_identity = months(*answered, 1).due;
        out.uk_clarification = days_->end(end + pause + std::chrono::days(1)).due;
    }
    return out;
}

BreachDeadline Deadlines::breach(Time aware, int count) const {
    require_count(count, 24 * 366, "hours");
    BreachDeadline out;
    out.strict = aware + hours(count);
    out.begins = std::chrono::floor<hours>(aware) + hours(1);
    out.counted = out.begins + hours(count);
    const Date last = local_date(out.counted - std::chrono::milliseconds(1)); // of its last hour
    int whole = 0;
    for (sys_days day = sys_days(local_date(out.begins)); day <= sys_days(last);
         day += std::chrono::days(1)) {
        const bool inside =
            end_of(day - std::chrono::days(1)) >= out.begins && end_of(day) <= out.counted;
        whole += inside && days_->off(day) == DeadlineMoved::none ? 1 : 0;
    }
    out.working_days_disputed = whole < 2 || days_->is_holiday(last);
    return out;
}

Date Deadlines::local_date(Time time) const {
    const auto local = days_->zone->to_local(time);
    return sys_days(std::chrono::floor<std::chrono::days>(local).time_since_epoch());
}

Time Deadlines::end_of(Date day) const {
    require_date(day, "date");
    const date::local_days next(sys_days(day).time_since_epoch() + std::chrono::days(1));
    return Time(days_->zone->to_sys(next, date::choose::earliest).time_since_epoch());
}

} // namespace habeas

// request due, request calendar, deadline: what is due when, on whose calendar.
#include "arguments.hpp"
#include "command.hpp"
#include "request_text.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

namespace habeas::cli::due_group {
namespace {

Action declare_due(Args& args) {
    auto days = std::make_shared<std::int64_t>(7);
    args.number("--within DAYS", *days, "from today; 7 unless said", 0, 3660);
    return [days](Session& s) {
        const auto found = Requests(s.store()).due_within(static_cast<int>(*days));
        print_requests(s, found);
        return found.empty() ? Exit::ok : Exit::no;
    };
}

struct CalendarOptions {
    std::string rules;
    std::vector<std::string> sets;
    bool reset = false;
};

Action declare_calendar(Args& args) {
    auto o = std::make_shared<CalendarOptions>();
    args.text("--rules FILE", o->rules,
              "rules of your own, in the format of share/habeas/holidays.json");
    args.texts("--set NAME", o->sets, "of holidays that count: DE, DE-BY; repeatable");
    args.flag("--reset", o->reset, "back to the holidays of the controller's country");
    return [o](Session& s) {
        if (o->reset && (!o->rules.empty() || !o->sets.empty())) {
            throw UsageError("--reset goes alone");
        }
        Requests(s.store()).set_calendar(o->rules.empty() ? "" : read_text(o->rules), o->sets);
        if (s.json()) {
            s.out().json({{"sets", o->sets}, {"own_rules", !o->rules.empty()}});
        } else {
            s.out().line(o->sets.empty() ? "Counted by the controller's country."
                                         : fmt::format("Counted by {}.", fmt::join(o->sets, ", ")));
        }
        return Exit::ok;
    };
}

Date read_day(const std::string& text, const char* what) {
    try {
        return parse_date(text);
    } catch (const Error&) {
        throw UsageError(fmt::format("{}: write a date, such as 2026-01-31", what));
    }
}

enum class Unit : std::uint8_t { months, days, working_days, calendar_days };

struct DeadlineOptions {
    std::string event, notice;
    std::int64_t months = 0, hours = 72, count = 1;
    Unit unit = Unit::days;
    std::optional<Time> aware;
};

void print_deadline(Session& s, const Json& json) {
    if (s.json()) {
        s.out().json(json);
        return;
    }
    Record record;
    for (const auto& [name, value] : json.items()) {
        record.emplace_back(name, value.is_string()   ? value.get<std::string>()
                                  : value.get<bool>() ? "yes"
                                                      : "no");
    }
    print_record(s.out(), record);
}

Json counted_json(const Deadline& counted) {
    return {{"due", format_date(counted.due)},
            {"nominal", format_date(counted.nominal)},
            {"moved", deadline_moved_name(counted.moved)}};
}

Action declare_answer(Args& args) {
    auto o = std::make_shared<DeadlineOptions>();
    args.positional("RECEIVED", o->event, "the day, on the controller's calendar");
    args.number("--extension MONTHS", o->months, "1 or 2", 0, 2);
    args.text("--notice DATE", o->notice, "when the person was told of the extension");
    return [o](Session& s) {
        const auto answer = Requests(s.store()).deadlines().answer(
            read_day(o->event, "RECEIVED"), static_cast<int>(o->months),
            o->notice.empty() ? std::nullopt : std::optional(read_day(o->notice, "--notice")));
        Json json = counted_json(answer.answer);
        json["extended"] = answer.extended;
        json["extension_notice_latest"] = format_date(answer.extension_notice_latest);
        json["cautious"] = format_date(answer.cautious);
        print_deadline(s, json);
        return Exit::ok;
    };
}

Action declare_breach(Args& args) {
    auto o = std::make_shared<DeadlineOptions>();
    args.time("--aware TIME", o->aware, "when the breach became known; now unless said");
    args.number("--hours NUMBER", o->hours, "72 unless said", 1, 1000);
    return [o](Session& s) {
        const auto breach = Requests(s.store()).deadlines().breach(
            o->aware.value_or(s.store().now()), static_cast<int>(o->hours));
        print_deadline(s, {{"due", format_time(breach.strict)},
                           {"begins", format_time(breach.begins)},
                           {"counted", format_time(breach.counted)},
                           {"working_days_disputed", breach.working_days_disputed}});
        return Exit::ok;
    };
}

Action declare_count(Args& args) {
    auto o = std::make_shared<DeadlineOptions>();
    args.positional("EVENT", o->event, "the day");
    args.number("--number NUMBER", o->count, "1 unless said", 0, 10'000);
    args.choice("--unit UNIT", o->unit,
                Names<Unit>{{"months", Unit::months},
                            {"days", Unit::days},
                            {"working-days", Unit::working_days},
                            {"calendar-days", Unit::calendar_days}},
                "days unless said");
    return [o](Session& s) {
        const Deadlines by = Requests(s.store()).deadlines();
        const Date event = read_day(o->event, "EVENT");
        const int count = static_cast<int>(o->count);
        switch (o->unit) {
        case Unit::months:
            print_deadline(s, counted_json(by.months(event, count)));
            break;
        case Unit::days:
            print_deadline(s, counted_json(by.days(event, count)));
            break;
        case Unit::working_days:
            print_deadline(s, {{"due", format_date(by.working_days(event, count))}});
            break;
        case Unit::calendar_days:
            print_deadline(s, {{"due", format_date(Deadlines::calendar_days(event, count))}});
            break;
        }
        return Exit::ok;
    };
}

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"request due", "open requests whose day is near or past; exit code 1 if there are any",
         "habeas request due --within 3", "an array of requests as request open does", declare_due},
        {"request calendar", "whose holidays count for deadlines",
         "habeas request calendar --set DE", "an object: sets, own_rules", declare_calendar},
        {"deadline answer", "until when a request is answered (GDPR art. 12(3))",
         "habeas deadline answer 2026-03-05",
         "an object: due, nominal, moved (none, saturday, sunday, public_holiday), extended, "
         "extension_notice_latest, cautious",
         declare_answer},
        {"deadline breach", "until when a breach is notified (GDPR art. 33)",
         "habeas deadline breach --aware 2026-03-05T10:30:00Z",
         "an object: due, begins, counted, working_days_disputed", declare_breach},
        {"deadline count", "months and days by Regulation 1182/71, working and calendar days",
         "habeas deadline count 2026-03-05 --number 10 --unit working-days",
         "an object: due, and for months and days nominal and moved", declare_count},
    };
    return commands;
}

} // namespace habeas::cli::due_group

// How many consents were in force, month by month, out of the ledger.
#include "figures.hpp"
#include "query.hpp"

#include <algorithm>

namespace habeas::cli::report {
namespace {

struct Use {
    PurposeFigures* of;
    Channel channel;
};

/// ISO 8601 duration as calendar months and seconds, the two that SQLite can add.
struct Span {
    Count months = 0, seconds = 0;
};
Span parse_span(std::string_view iso) {
    Span span;
    Count number = 0;
    bool time_part = false;
    for (char c : iso) {
        if (c >= '0' && c <= '9') {
            number = number * 10 + (c - '0');
            continue;
        }
        switch (c) {
        case 'T':
            time_part = true;
            break;
        case 'Y':
            span.months += 12 * number;
            break;
        case 'M':
            (time_part ? span.seconds : span.months) += (time_part ? 60 : 1) * number;
            break;
        case 'W':
            span.seconds += 7 * 86'400 * number;
            break;
        case 'D':
            span.seconds += 86'400 * number;
            break;
        case 'H':
            span.seconds += 3'600 * number;
            break;
        case 'S':
            span.seconds += number;
            break;
        default: // P
            break;
        }
        number = 0;
    }
    return span;
}

/// The ledger leads the join (CROSS JOIN), or it would be read once for each use.
/// `said`: what people said about each use, with the end that a consent has by itself. The end of
/// the month is held where the month is shorter, as in base/calendar. A text in the evidence cannot
/// look like one of its members: its quotes are escaped.
constexpr const char* said_sql = R"(
said AS (
  SELECT e.subject_id AS person, u.n AS n, e.id AS id, e.kind = 'granted' AS yes,
         e.effective_at AS at,
         CASE e.kind WHEN 'granted' THEN 1 WHEN 'expired' THEN 2 WHEN 'refused' THEN 3 ELSE 4
         END AS strictness,
         CASE WHEN e.kind <> 'granted' THEN NULL
              WHEN instr(e.evidence, '"expires_at":') > 0
              THEN json_extract(e.evidence, '$.expires_at')
              WHEN u.months <> '' THEN
                1000 * (min(unixepoch(e.effective_at / 1000, 'unixepoch', u.months || ' months'),
                            unixepoch(e.effective_at / 1000, 'unixepoch', 'start of month',
                                      (u.months + 1) || ' months', '-1 day')
                            + e.effective_at / 1000 % 86400)
                        + u.seconds) + e.effective_at % 1000
         END AS until
  FROM v_event e CROSS JOIN uses u ON (e.purpose = u.purpose OR e.purpose IS NULL)
       AND (e.channel = u.channel
            OR (e.channel = 'any'
                AND (e.kind <> 'granted' OR json_extract(e.evidence, '$.channels') IS NULL
                     OR instr(json_extract(e.evidence, '$.channels'), '"' || u.channel || '"') > 0)))
  WHERE e.subject_id >= CAST(?1 AS INTEGER) AND e.subject_id <= CAST(?2 AS INTEGER)
        AND e.kind IN ('granted', 'refused', 'withdrawn', 'expired', 'erasure_refused')
        AND e.effective_at <= CAST(?3 AS INTEGER)
        AND (e.kind <> 'granted' OR e.evidence IS NULL
             OR instr(e.evidence, '"own_controller":false') = 0)
), )";

/// A consent renewed while it is in force is one consent: its end is taken back, and so is the next
/// beginning. One that a no of the same instant beats begins and ends at once.
constexpr const char* periods_sql = R"(
turns AS (
  SELECT n, yes, at, until, lead(yes) OVER told AS after, lead(at) OVER told AS after_at
  FROM said WINDOW told AS (PARTITION BY person, n ORDER BY at, strictness, id)
), periods AS (
  SELECT n, at, min(coalesce(after_at, until), coalesce(until, after_at)) AS end_at,
         coalesce(after AND coalesce(until > after_at, 1), 0) AS renewed
  FROM turns WHERE yes
)
SELECT n, strftime('%Y-%m', at / 1000, 'unixepoch'),
       CASE WHEN end_at <= CAST(?3 AS INTEGER)
            THEN strftime('%Y-%m', end_at / 1000, 'unixepoch') END, renewed, count(*)
FROM periods GROUP BY 1, 2, 3, 4)";

/// Comings and goings of one use by month.
using Changes = std::map<Month, ConsentMonth>;

void fill(PurposeFigures& purpose, const std::map<Channel, Changes>& channels, Month present) {
    purpose.first = present;
    for (const auto& [channel, changes] : channels) {
        purpose.first = std::min(purpose.first, changes.begin()->first);
    }
    purpose.first = std::max(purpose.first, present - most_months + 1);
    for (const auto& [channel, changes] : channels) {
        auto& course = purpose.course[channel];
        course.resize(static_cast<std::size_t>(present - purpose.first) + 1);
        Count before = 0;
        for (const auto& [month, change] : changes) {
            if (month < purpose.first) {
                before += change.given - change.ended;
            } else if (month <= present) {
                course[static_cast<std::size_t>(month - purpose.first)] = change;
            }
        }
        for (ConsentMonth& month : course) {
            before += month.given - month.ended;
            month.in_force = before;
        }
    }
}

} // namespace

void read_consent_course(Store& store, Time now, std::vector<PurposeFigures>& purposes) {
    std::vector<Use> uses;
    std::string sql = "WITH uses(n, purpose, channel, months, seconds) AS (VALUES ";
    Parameters parameters{std::to_string(now.time_since_epoch().count())};
    for (PurposeFigures& each : purposes) {
        for (Channel channel : each.purpose.channels) {
            std::size_t next = parameters.size() + 3; // after the range
            sql +=
                fmt::format("{}({}, ?{}, ?{}, ?{}, CAST(?{} AS INTEGER))", uses.empty() ? "" : ", ",
                            uses.size(), next, next + 1, next + 2, next + 3);
            uses.push_back({&each, channel});
            Span span = parse_span(each.purpose.validity.value_or(""));
            parameters.insert(parameters.end(),
                              {each.purpose.code, std::string(channel_name(channel)),
                               each.purpose.validity ? fmt::format("+{}", span.months) : "",
                               std::to_string(span.seconds)});
        }
    }
    if (uses.empty()) {
        return;
    }
    sql += std::string("), ") + said_sql + periods_sql;

    std::map<PurposeFigures*, std::map<Channel, Changes>> found;
    each_row_in_ranges(store, sql, std::move(parameters),
                       count_of(store, "SELECT max(id) FROM v_subject"), [&](const Cells& cells) {
                           const Use& use = uses[static_cast<std::size_t>(to_count(cells[0]))];
                           Changes& changes = found[use.of][use.channel];
                           Count count = to_count(cells[4]);
                           if (auto month = parse_month(cells[1].value_or(""))) {
                               changes[*month].given += count;
                           }
                           if (auto month = parse_month(cells[2].value_or(""))) {
                               if (to_count(cells[3]) != 0) {
                                   changes[*month].given -= count;
                               } else {
                                   changes[*month].ended += count;
                               }
                           }
                       });
    for (const auto& [purpose, channels] : found) {
        fill(*purpose, channels, month_of(now));
    }
}

} // namespace habeas::cli::report

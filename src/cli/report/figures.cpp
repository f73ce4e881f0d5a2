#include "figures.hpp"

#include "query.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>

namespace habeas::cli::report {
namespace {

constexpr Count top_names = 12;

std::string name_of_controller(const std::string& setting) {
    auto json = nlohmann::json::parse(setting, nullptr, false);
    if (json.is_object() && json.contains("name") && json["name"].is_string()) {
        return json["name"].get<std::string>();
    }
    return json.is_string() ? json.get<std::string>() : std::string{};
}

void read_uses(Store& store, PurposeFigures& figures) {
    FilterOptions everybody;
    everybody.denied_too = true;
    for (Channel channel : figures.purpose.channels) {
        std::array<Count, 256> people{}; // by Reason: one addition for each of the million
        Consent(store).filter(
            figures.purpose.code, channel,
            [&](SubjectId, const Decision& decision) {
                ++people[static_cast<std::size_t>(decision.reason)];
                return true;
            },
            everybody);
        UseFigures use;
        use.channel = channel;
        for (std::size_t number = 0; number < people.size(); ++number) {
            if (people[number] > 0) {
                use.people[static_cast<Reason>(number)] = people[number];
            }
        }
        figures.uses.push_back(std::move(use));
    }
}

/// `column` is one of ours, never a name from outside.
Ranking read_ranking(Store& store, const std::string& column, Count people) {
    Ranking ranking;
    ranking.others = people;
    std::string groups = "SELECT nullif(" + column +
                         ", '') AS name, count(*) AS people "
                         "FROM v_subject GROUP BY 1";
    each_row(store, groups + " ORDER BY people DESC, name LIMIT " + std::to_string(top_names), {},
             [&](const Cells& cells) {
                 ranking.top.push_back({cells[0].value_or(""), to_count(cells[1])});
                 ranking.others -= ranking.top.back().count;
             });
    if (ranking.others > 0) {
        ranking.other_names = count_of(store, "SELECT count(*) FROM (" + groups + ")") - top_names;
    }
    return ranking;
}

void read_ledger(Store& store, Figures& figures) {
    each_row(store, "SELECT sequence, hash FROM v_chain ORDER BY sequence DESC LIMIT 1", {},
             [&](const Cells& cells) {
                 figures.chain = to_count(cells[0]);
                 figures.head = cells[1].value_or("");
             });
    std::map<Month, Count> months;
    each_row_in_ranges(store,
                       "SELECT kind, strftime('%Y-%m', recorded_at / 1000, 'unixepoch'), count(*) "
                       "FROM v_event WHERE id >= CAST(?1 AS INTEGER) AND id <= CAST(?2 AS INTEGER) "
                       "GROUP BY 1, 2",
                       {}, figures.chain, [&](const Cells& cells) {
                           figures.acts[cells[0].value_or("")] += to_count(cells[2]);
                           if (auto month = parse_month(cells[1].value_or(""))) {
                               months[*month] += to_count(cells[2]);
                           }
                       });
    figures.ledger = to_row(months, month_of(figures.now));
}

void read_erasures(Store& store, Figures& figures) {
    std::map<Month, Count> months;
    ErasureFigures& out = figures.erasures;
    const Time yesterday = figures.now - std::chrono::hours(24);
    each_row(store,
             "SELECT strftime('%Y-%m', logical_at / 1000, 'unixepoch'), count(*), "
             "count(physical_at), sum(physical_at IS NULL AND logical_at < CAST(?1 AS INTEGER)) "
             "FROM v_erasure GROUP BY 1",
             {std::to_string(yesterday.time_since_epoch().count())}, [&](const Cells& cells) {
                 out.logical += to_count(cells[1]);
                 out.physical += to_count(cells[2]);
                 out.pending_long += to_count(cells[3]);
                 if (auto month = parse_month(cells[0].value_or(""))) {
                     months[*month] += to_count(cells[1]);
                 }
             });
    out.pending = out.logical - out.physical;
    out.months = to_row(months, month_of(figures.now));
}

void read_rest(Store& store, Figures& figures) {
    each_row(store,
             "SELECT kind, scope, count(*) FROM v_suppression GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
             {}, [&](const Cells& cells) {
                 figures.suppressions.push_back(
                     {cells[0].value_or(""), cells[1].value_or(""), to_count(cells[2])});
             });
    each_row(store,
             "SELECT count(*), count(subject_id), sum(expires_at <= CAST(?1 AS INTEGER)) "
             "FROM v_file",
             {std::to_string(figures.now.time_since_epoch().count())}, [&](const Cells& cells) {
                 figures.files = {to_count(cells[0]), to_count(cells[1]), to_count(cells[2])};
             });
}

} // namespace

Count UseFigures::allowed() const {
    Count sum = 0;
    for (const auto& [reason, count] : people) {
        sum += reason < Reason::subject_unknown ? count : 0;
    }
    return sum;
}

Count UseFigures::all() const {
    return std::accumulate(people.begin(), people.end(), Count{0},
                           [](Count sum, const auto& each) { return sum + each.second; });
}

MonthlyCounts to_row(const std::map<Month, Count>& by_month, Month present) {
    MonthlyCounts row;
    row.first = present;
    if (!by_month.empty()) {
        row.first = std::clamp(by_month.begin()->first, present - most_months + 1, present);
    }
    row.counts.resize(static_cast<std::size_t>(present - row.first) + 1);
    for (const auto& [month, count] : by_month) {
        if (month < row.first) {
            row.before += count;
        } else { // a clock that was ahead: counted as of now
            row.counts[static_cast<std::size_t>(std::min(month, present) - row.first)] += count;
        }
    }
    return row;
}

Figures read_figures(Store& store) {
    const Snapshot snapshot = store.snapshot();
    Figures figures;
    figures.now = store.now();
    figures.store = store.info();
    figures.controller = name_of_controller(store.setting("controller"));
    figures.people = count_of(store, "SELECT count(*) FROM v_subject");
    for (Purpose& purpose : Purposes(store).list()) {
        PurposeFigures each;
        each.purpose = std::move(purpose);
        if (!each.purpose.retired_at) {
            read_uses(store, each);
        }
        figures.purposes.push_back(std::move(each));
    }
    read_consent_course(store, figures.now, figures.purposes);
    figures.sources = read_ranking(store, "source", figures.people);
    auto country = Fields(store).find("country");
    figures.has_country = country && country->field_class != FieldClass::sealed;
    if (figures.has_country) {
        figures.countries = read_ranking(store, "country", figures.people);
    }
    read_ledger(store, figures);
    read_erasures(store, figures);
    read_rest(store, figures);
    read_flows(store, figures);
    read_requests(store, figures);
    read_holders(store, figures);
    figures.places = Processors(store).check();
    figures.breaches = Breaches(store).list();
    read_messages(store, figures);
    return figures;
}

} // namespace habeas::cli::report

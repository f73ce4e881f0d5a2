// What data holders were asked and recipients told, and how far each of them is.
#include "figures.hpp"

#include "query.hpp"

#include <utility>

namespace habeas::cli::report {

void read_holders(Store& store, Figures& figures) {
    std::map<std::pair<bool, std::string>, HolderFigures> found; // holders, then recipients
    auto entry = [&](bool recipient, const std::string& name) -> HolderFigures& {
        HolderFigures& out = found[{recipient, name}];
        out.name = name;
        out.recipient = recipient;
        return out;
    };
    for (const HolderInfo& each : DataHolders(store).list()) {
        entry(false, each.code);
    }
    each_row(store,
             "SELECT holder, operation = 'tell', sum(state IN ('done', 'retained')), "
             "sum(ended_at IS NULL), sum(state = 'failed'), "
             "min(CASE WHEN ended_at IS NULL THEN opened_at END) FROM v_holder_task GROUP BY 1, 2",
             {}, [&](const Cells& cells) {
                 HolderFigures& out = entry(to_count(cells[1]) != 0, cells[0].value_or(""));
                 out.answered = to_count(cells[2]);
                 out.open = to_count(cells[3]);
                 out.failing = to_count(cells[4]);
                 if (cells[5]) {
                     out.oldest = Time(std::chrono::milliseconds(to_count(cells[5])));
                 }
             });
    each_row(store,
             "SELECT holder, count(DISTINCT subject_id) FROM v_holder_hold WHERE ended_at IS NULL "
             "GROUP BY 1",
             {}, [&](const Cells& cells) {
                 (cells[0] ? entry(false, *cells[0]).keeping : figures.held) = to_count(cells[1]);
             });
    for (auto& [key, each] : found) {
        figures.holders.push_back(std::move(each));
    }
}

} // namespace habeas::cli::report

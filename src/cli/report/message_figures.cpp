// Messages: how many went, why the others did not, and what gateways told of them.
#include "figures.hpp"

#include "query.hpp"

#include <utility>

namespace habeas::cli::report {

void read_messages(Store& store, Figures& figures) {
    std::map<std::pair<std::string, std::string>, MessageFigures> found;
    auto entry = [&](const Cells& cells) -> MessageFigures& {
        MessageFigures& out = found[{cells[0].value_or(""), cells[1].value_or("")}];
        out.purpose = cells[0].value_or("");
        out.channel = cells[1].value_or("");
        return out;
    };
    // Days outlive the people; what waits or is uncertain is so now.
    each_row(store,
             "SELECT purpose, channel, sum(CASE state WHEN 'sent' THEN messages ELSE 0 END), "
             "sum(CASE WHEN state IN ('stopped', 'refused') THEN messages ELSE 0 END), "
             "sum(CASE state WHEN 'failed' THEN messages ELSE 0 END) FROM v_message_day "
             "GROUP BY 1, 2",
             {}, [&](const Cells& cells) {
                 MessageFigures& out = entry(cells);
                 out.sent = to_count(cells[2]);
                 out.stopped = to_count(cells[3]);
                 out.failed = to_count(cells[4]);
             });
    each_row(store,
             "SELECT purpose, channel, sum(state IN ('queued', 'sending')), "
             "sum(state = 'uncertain') FROM v_message "
             "WHERE state IN ('queued', 'sending', 'uncertain') GROUP BY 1, 2",
             {}, [&](const Cells& cells) {
                 MessageFigures& out = entry(cells);
                 out.waiting = to_count(cells[2]);
                 out.uncertain = to_count(cells[3]);
             });
    for (auto& [key, each] : found) {
        figures.messages.push_back(std::move(each));
    }
    each_row(store,
             "SELECT reason, count(*) FROM v_message WHERE reason <> '' "
             "AND state IN ('stopped', 'refused', 'failed') GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 12",
             {}, [&](const Cells& cells) {
                 figures.not_sent.emplace_back(cells[0].value_or(""), to_count(cells[1]));
             });
    each_row(store, "SELECT kind, sum(events) FROM v_delivery_day GROUP BY 1 ORDER BY 2 DESC, 1",
             {}, [&](const Cells& cells) {
                 figures.deliveries.emplace_back(cells[0].value_or(""), to_count(cells[1]));
             });
}

} // namespace habeas::cli::report

// What people asked for, whether it was answered in time, and what is due next.
#include "figures.hpp"

#include <algorithm>

namespace habeas::cli::report {
namespace {

Count days_between(Date from, Date to) {
    return (std::chrono::sys_days(to) - std::chrono::sys_days(from)).count();
}

void count(const Request& request, const RequestDeadline& when, const Deadlines& by,
           RequestKindFigures& out) {
    out.late += when.late ? 1 : 0;
    if (!request.closed_at) {
        ++out.open;
        return;
    }
    switch (request.state) {
    case RequestState::fulfilled:
    case RequestState::partly_fulfilled:
        ++out.answered;
        break;
    case RequestState::refused:
        ++out.refused;
        break;
    default:
        ++out.ended;
        return;
    }
    out.days.push_back(
        days_between(by.local_date(request.received_at), by.local_date(*request.closed_at)));
}

OpenRequestFigures waiting(const Request& request, const RequestDeadline& when, const Deadlines& by,
                           Date today) {
    OpenRequestFigures out;
    out.number = static_cast<std::int64_t>(request.id);
    out.kind = request.kind;
    out.state = request.state;
    out.received = by.local_date(request.received_at);
    out.due = when.answer.answer.due;
    out.elapsed = days_between(out.received, today);
    out.whole = std::max<Count>(1, days_between(out.received, out.due));
    out.late = when.late;
    return out;
}

} // namespace

void read_requests(Store& store, Figures& figures) {
    const Requests requests(store);
    const Deadlines by = requests.deadlines();
    const Date today = by.local_date(figures.now);
    std::map<RequestKind, RequestKindFigures> kinds;
    RequestQuery query;
    query.by_urgency = true;
    RequestFigures& out = figures.requests;
    for (const Request& each : requests.list(query)) {
        const RequestDeadline when = requests.deadline(each, by);
        RequestKindFigures& kind = kinds[each.kind];
        kind.kind = each.kind;
        count(each, when, by, kind);
        if (each.closed_at) {
            continue;
        }
        if (out.open.size() < most_open_requests) {
            out.open.push_back(waiting(each, when, by, today));
        } else {
            ++out.open_others;
        }
    }
    for (auto& [kind, found] : kinds) {
        std::sort(found.days.begin(), found.days.end());
        out.kinds.push_back(std::move(found));
    }
}

} // namespace habeas::cli::report

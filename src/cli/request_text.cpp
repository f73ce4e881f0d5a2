#include "request_text.hpp"

#include "arguments.hpp"
#include "describe.hpp"
#include "table.hpp"

#include <fmt/format.h>

namespace habeas::cli {
namespace {

Json json_date(const std::optional<Date>& date) {
    return date ? Json(format_date(*date)) : Json(nullptr);
}

} // namespace

Json to_json(const Request& request, const RequestDeadline& when) {
    const bool known = request.subject != SubjectId{};
    return {{"request", number(request.id)},
            {"subject", known ? Json(number(request.subject)) : Json(nullptr)},
            {"contact", request.contact ? to_json(*request.contact) : Json(nullptr)},
            {"kind", request_kind_name(request.kind)},
            {"state", request_state_name(request.state)},
            {"origin", request.origin},
            {"vouched_by", request.vouched_by},
            {"ground", request.ground},
            {"received_at", format_time(request.received_at)},
            {"asked_at", json_time(request.asked_at)},
            {"verified_at", json_time(request.verified_at)},
            {"extended_at", json_time(request.extended_at)},
            {"extension_months", request.extension_months},
            {"lifting_announced_at", json_time(request.lifting_announced_at)},
            {"lifted_at", json_time(request.lifted_at)},
            {"closed_at", json_time(request.closed_at)},
            {"token_expires_at", json_time(request.token_expires_at)},
            {"due", format_date(when.answer.answer.due)},
            {"warn", format_date(when.warn)},
            {"due_suspended", json_date(when.pause ? when.pause->suspended : std::nullopt)},
            {"extension_notice_latest", format_date(when.answer.extension_notice_latest)},
            {"late", when.late}};
}

std::string whose(const Request& request) {
    if (request.subject != SubjectId{}) {
        return fmt::format("subject {}", number(request.subject));
    }
    return request.contact ? identifier_text(*request.contact) : "somebody unknown";
}

std::string due_text(const Request& request, const RequestDeadline& when) {
    const std::string day = format_date(when.answer.answer.due);
    return when.late           ? day + (request.closed_at ? " (answered late)" : " (late)")
           : request.closed_at ? ""
           : when.pause && when.pause->suspended && *when.pause->suspended != when.pause->safe
               ? fmt::format("{} ({} with the pause for the identity)", day,
                             format_date(*when.pause->suspended))
               : day;
}

void print_requests(Session& s, const std::vector<Request>& found) {
    const Requests requests(s.store());
    const Deadlines by = requests.deadlines();
    JsonArray array(s.out());
    Table table(s.out(), {{"request", true},
                          {"of"},
                          {"kind"},
                          {"state"},
                          {"due"},
                          {"origin"},
                          {"received at"},
                          {"closed at"}});
    for (const Request& each : found) {
        const RequestDeadline when = requests.deadline(each, by);
        if (s.json()) {
            array.add(to_json(each, when));
        } else {
            table.row({fmt::format("{}", number(each.id)), whose(each),
                       std::string(request_kind_name(each.kind)),
                       std::string(request_state_name(each.state)), due_text(each, when),
                       each.origin, format_time(each.received_at), time_text(each.closed_at)});
        }
    }
    s.json() ? array.end() : table.end();
}

} // namespace habeas::cli

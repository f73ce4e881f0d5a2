// Which requests there are, when each is due, and whom to tell in time.
#include "requests/rows.hpp"

#include "base/json_members.hpp"
#include "subjects/lookup.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace habeas {
namespace requests {
namespace {

constexpr const char* rules_key = "requests.holidays";
constexpr const char* sets_key = "requests.holiday_sets";
constexpr std::size_t max_rules_bytes = 1'000'000;

/// What the host was told of a request by `remind`.
enum Told : std::int64_t { nothing, due_soon, late };

} // namespace
} // namespace requests

std::vector<Request> Requests::list(const RequestQuery& query) const {
    store::Engine::Read snapshot(*engine_);
    std::vector<Request> out;
    auto row = engine_->db().prepare_text(
        fmt::format("SELECT " HABEAS_REQUEST_COLUMNS " FROM request WHERE {} AND (?2 IS NULL OR "
                    "kind = ?2) AND (?3 = 0 OR closed_at IS NULL) ORDER BY id",
                    query.subject ? "subject_id = ?1" : "?1 IS NULL"));
    if (query.subject) {
        row.bind(1, static_cast<std::int64_t>(subjects::resolve(*engine_, *query.subject).id));
    }
    if (query.kind) {
        row.bind(2, request_kind_name(*query.kind));
    }
    row.bind(3, query.open_only);
    while (row.step()) {
        out.push_back(requests::read(row));
    }
    if (query.by_urgency) {
        const Deadlines by = deadlines();
        std::map<RequestId, Date> warn;
        for (const Request& each : out) {
            warn[each.id] = deadline(each, by).warn;
        }
        std::stable_sort(out.begin(), out.end(), [&](const Request& a, const Request& b) {
            const bool open = requests::is_open(a.state);
            return open != requests::is_open(b.state) ? open : open && warn[a.id] < warn[b.id];
        });
    }
    return out;
}

Deadlines Requests::deadlines() const {
    store::Engine::Read snapshot(*engine_);
    const auto setting = [&](const char* key) { return engine_->meta(key).value_or(""); };
    std::string country;
    if (const std::string controller = setting("setting.controller"); !controller.empty()) {
        country = nlohmann::json::parse(controller).value("country", std::string{});
    }
    if (country.empty()) {
        country = setting("setting.default_country");
    }
    const std::string rules = setting(requests::rules_key);
    HolidayCalendar calendar =
        rules.empty() ? HolidayCalendar() : HolidayCalendar::from_json(rules);
    std::vector<std::string> sets;
    if (const std::string chosen = setting(requests::sets_key); !chosen.empty()) {
        sets = nlohmann::json::parse(chosen).get<std::vector<std::string>>();
    } else {
        if (country == "GB") { // they differ within it; the office of the register is in England
            country = "GB-ENG";
        }
        if (calendar.has(country)) {
            sets.push_back(country);
        }
    }
    return Deadlines(std::move(sets), setting("setting.time_zone"), std::move(calendar));
}

RequestDeadline Requests::deadline(const Request& request, const Deadlines& by) const {
    RequestDeadline out;
    const Date received = by.local_date(request.received_at);
    const std::optional<Date> notice =
        request.extended_at ? std::optional(by.local_date(*request.extended_at)) : std::nullopt;
    out.answer = by.answer(received, request.extension_months, notice);
    out.warn = std::min(out.answer.cautious, out.answer.answer.due);
    if (request.asked_at) {
        const bool by_token = request.verified_at && request.vouched_by.empty();
        out.pause = by.identity(received, by.local_date(*request.asked_at),
                                by_token ? std::optional(by.local_date(*request.verified_at))
                                         : std::nullopt);
    }
    out.end = by.end_of(out.answer.answer.due);
    out.late = request.closed_at.value_or(time_of(engine_->now_ms())) >= out.end &&
               request.state != RequestState::withdrawn && request.state != RequestState::expired;
    return out;
}

void Requests::set_calendar(const std::string& rules, const std::vector<std::string>& sets) {
    using namespace requests;
    if (rules.size() > max_rules_bytes) {
        throw Error(Errc::invalid, "the rules have a megabyte at most", "rules");
    }
    const HolidayCalendar calendar =
        rules.empty() ? HolidayCalendar() : HolidayCalendar::from_json(rules);
    for (const std::string& set : sets) {
        if (!calendar.has(set)) {
            throw Error(Errc::not_found, "there is no set of holidays " + set, "sets");
        }
    }
    store::Engine::Write tx(*engine_);
    engine_->set_meta(rules_key, rules);
    engine_->set_meta(sets_key, sets.empty() ? std::string() : nlohmann::json(sets).dump());
    engine_->record_act(EventKind::setting_changed, base::object_of("setting", "holidays").dump());
    tx.commit();
}

std::vector<Request> Requests::due_within(int days) const {
    store::Engine::Read snapshot(*engine_);
    const Deadlines by = deadlines();
    const Date until{std::chrono::sys_days(by.local_date(time_of(engine_->now_ms()))) +
                     std::chrono::days(days)};
    RequestQuery open;
    open.open_only = true;
    open.by_urgency = true;
    std::vector<Request> out = list(open);
    std::erase_if(out, [&](const Request& each) { return deadline(each, by).warn > until; });
    return out;
}

std::size_t Requests::remind(int days, const Reminder& tell) {
    using namespace requests;
    std::size_t told = 0;
    const Deadlines by = deadlines();
    for (const Request& each : due_within(days)) {
        const RequestDeadline when = deadline(each, by);
        const Told now = when.late ? late : due_soon;
        const auto id = static_cast<std::int64_t>(each.id);
        {
            auto row = engine_->db().prepare("SELECT told FROM request WHERE id = ?1");
            row.bind(1, id);
            if (!row.step() || row.i64(0) >= now) {
                continue;
            }
        }
        tell(each, when); // outside of a transaction; where it throws, it is told again
        store::Engine::Write tx(*engine_);
        engine_->db()
            .prepare("UPDATE request SET told = max(told, ?2) WHERE id = ?1")
            .bind_all(id, static_cast<std::int64_t>(now))
            .run();
        tx.commit();
        ++told;
    }
    return told;
}

} // namespace habeas

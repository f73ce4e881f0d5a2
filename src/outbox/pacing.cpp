#include "outbox/pacing.hpp"

#include "base/zone.hpp"
#include "exports/model.hpp"
#include "subjects/zone.hpp"

#include <algorithm>
#include <limits>

namespace habeas::outbox {
namespace {

using std::chrono::days;
using std::chrono::minutes;

std::int64_t ms(Time time) {
    return time.time_since_epoch().count();
}

/// Of the recipient's e-mail address; empty: it has none.
std::string domain_of(const Material& message) {
    if (message.row.channel != Channel::email) {
        return {};
    }
    std::string address = message.row.recipient;
    if (message.person) {
        address = exports::text_of(message.person->fields, "email");
    }
    const std::size_t at = address.rfind('@');
    std::string out = at == std::string::npos ? std::string() : address.substr(at + 1);
    while (!out.empty() && out.back() == '>') { // "Name <address>"
        out.pop_back();
    }
    return out;
}

bool begins_on(const QuietHours& rule, Time day) {
    const unsigned weekday = std::chrono::weekday(std::chrono::floor<days>(day)).iso_encoding();
    return rule.weekdays.empty() ||
           std::find(rule.weekdays.begin(), rule.weekdays.end(), weekday) != rule.weekdays.end();
}

/// When the quiet that holds at that wall clock is over; nothing: there is none.
std::optional<Time> end_of_quiet(const QuietHours& rule, Time local) {
    const Time today = std::chrono::floor<days>(local);
    for (const Time day : {today - days(1), today}) { // begun yesterday, or today
        const Time begin = day + minutes(rule.from);
        const Time end = day + minutes(rule.to) + (rule.to > rule.from ? days(0) : days(1));
        if (begins_on(rule, day) && begin <= local && local < end) {
            return end;
        }
    }
    return std::nullopt;
}

/// The name under which a rate counts. Keyed: a domain may be a person's own.
std::string bucket_of(store::Engine& engine, const Rate& rate, const std::string& gateway,
                      const std::string& domain) {
    base::Hasher hasher(engine.keys().subkey(store::Subkey::identifier));
    hasher.str("rate").str(gateway).i64(rate.per.count()).i64(rate.messages);
    hasher.str(rate.domain.empty() ? std::string_view() : std::string_view(domain));
    return base::to_hex(hasher.finish());
}

} // namespace

Pacer::Pacer(store::Engine& engine, const Pacing& rules, std::string gateway, std::int64_t now,
             std::int64_t lease)
    : engine_(engine), rules_(rules), gateway_(std::move(gateway)), now_(now), lease_(lease) {}

std::optional<Wait> Pacer::ask(const Material& message) {
    if (message.row.kind == MessageKind::marketing) {
        if (auto wait = quiet(message)) {
            return wait;
        }
        if (auto wait = capped(message)) {
            return wait;
        }
    }
    return rated(message);
}

std::optional<Wait> Pacer::quiet(const Material& message) const {
    if (rules_.quiet_hours.empty()) {
        return std::nullopt;
    }
    const date::time_zone* zone =
        base::zone_named(subjects::zone_of(engine_, message.row.subject.value_or(0)));
    const Time begin = base::to_local(Time(std::chrono::milliseconds(now_)), zone);
    Time local = begin;
    for (bool moved = true; moved;) { // read_pacing leaves an hour of the week
        moved = false;
        for (const QuietHours& rule : rules_.quiet_hours) {
            if (!rule.scope.covers(message.purpose ? message.purpose->code : std::string(),
                                   message.row.channel)) {
                continue;
            }
            if (const auto end = end_of_quiet(rule, local)) {
                local = *end;
                moved = true;
            }
        }
    }
    if (local == begin) {
        return std::nullopt;
    }
    // At least the next millisecond: where a clock goes back, the end may be before now.
    return Wait{std::max(ms(base::to_utc(local, zone)), now_ + 1), "quiet_hours"};
}

/// What was sent, what may have been, and what is on its way counts.
std::optional<Wait> Pacer::capped(const Material& message) const {
    std::optional<Wait> out;
    const std::string purpose = message.purpose ? message.purpose->code : std::string();
    for (const Cap& cap : rules_.caps) {
        if (!cap.scope.covers(purpose, message.row.channel)) {
            continue;
        }
        auto row = engine_.db().prepare(
            "SELECT o.finished_at, p.code, o.channel FROM outbox o JOIN purpose p "
            "ON p.id = o.purpose_id WHERE o.subject_id = ?1 AND o.id <> ?2 "
            "AND o.kind = 'marketing' AND (o.state = 'sending' "
            "OR (o.state IN ('sent', 'uncertain') AND o.finished_at > ?3)) "
            "ORDER BY coalesce(o.finished_at, ?4) DESC");
        row.bind_all(*message.row.subject, message.row.id, now_ - cap.per.count(),
                     std::numeric_limits<std::int64_t>::max());
        std::int64_t count = 0;
        while (row.step()) {
            if (!cap.scope.covers(row.str(1), channel(row.text(2)).value_or(Channel::any)) ||
                ++count < cap.messages) {
                continue;
            }
            // Room again when this one is too old to count, or its fate is known.
            const std::int64_t until =
                row.is_null(0) ? now_ + lease_ : row.i64(0) + cap.per.count();
            if (!out || until > out->until) {
                out = Wait{std::max(until, now_ + 1), "frequency_cap"};
            }
            break;
        }
    }
    return out;
}

std::optional<Wait> Pacer::rated(const Material& message) {
    struct Taken {
        std::string bucket;
        std::int64_t window = 0, until = 0;
    };
    std::vector<Taken> taken;
    const std::string domain = rules_.rates.empty() ? std::string() : domain_of(message);
    for (const Rate& rate : rules_.rates) {
        const bool for_domain =
            rate.domain.empty() || rate.domain == domain || (rate.domain == "*" && !domain.empty());
        if (!for_domain || (!rate.gateway.empty() && rate.gateway != gateway_)) {
            continue;
        }
        std::string bucket = bucket_of(engine_, rate, gateway_, domain);
        const std::int64_t window = now_ - now_ % rate.per.count();
        auto row = engine_.db().prepare(
            "SELECT messages FROM outbox_rate WHERE bucket = ?1 AND since = ?2");
        row.bind_all(bucket, window);
        if (row.step() && row.i64(0) >= rate.messages) {
            row.reset();
            return Wait{plan(bucket, rate, message.row.kind == MessageKind::marketing),
                        "rate_limit"};
        }
        taken.push_back({std::move(bucket), window, window + rate.per.count()});
    }
    for (const Taken& each : taken) {
        engine_.db()
            .prepare("INSERT INTO outbox_rate(bucket, since, until, messages, planned) "
                     "VALUES(?1, ?2, ?3, 1, 0) "
                     "ON CONFLICT DO UPDATE SET messages = messages + 1")
            .bind_all(each.bucket, each.window, each.until)
            .run();
    }
    return std::nullopt;
}

/// Marketing gets a stretch of its own, so that each message is put off once and not once a
/// stretch; the others are first in the next one by their priority.
std::int64_t Pacer::plan(const std::string& bucket, const Rate& rate, bool marketing) {
    const std::int64_t per = rate.per.count();
    std::int64_t since = now_ - now_ % per + per;
    if (!marketing) {
        return since;
    }
    {
        auto row = engine_.db().prepare(
            "SELECT since, planned FROM outbox_rate WHERE bucket = ?1 AND since >= ?2 "
            "ORDER BY since DESC LIMIT 1");
        row.bind_all(bucket, since);
        if (row.step()) {
            since = row.i64(0) + (row.i64(1) >= rate.messages ? per : 0);
        }
    }
    engine_.db()
        .prepare("INSERT INTO outbox_rate(bucket, since, until, messages, planned) "
                 "VALUES(?1, ?2, ?3, 0, 1) ON CONFLICT DO UPDATE SET planned = planned + 1")
        .bind_all(bucket, since, since + per)
        .run();
    return since;
}

void forget_rates(store::Engine& engine, std::int64_t now) {
    {
        auto row = engine.db().prepare("SELECT 1 FROM outbox_rate WHERE until <= ?1 LIMIT 1");
        row.bind(1, now);
        if (!row.step()) {
            return;
        }
    }
    store::Engine::Write tx(engine);
    engine.db().prepare("DELETE FROM outbox_rate WHERE until <= ?1").bind_all(now).run();
    tx.commit();
}

} // namespace habeas::outbox

// The life of a breach: recorded, assessed, told, closed.
#include "base/json_members.hpp"
#include "base/text.hpp"
#include "breaches/breach_json.hpp"
#include "breaches/rows.hpp"
#include "consent/part_fault.hpp"
#include "habeas/request.hpp"
#include "store/settings.hpp"

#include <algorithm>

namespace habeas {
namespace breaches {
namespace {

using nlohmann::json;

constexpr std::chrono::minutes clock_slack{5};

void require_past(store::Engine& engine, const std::optional<Time>& time,
                  const std::string& where) {
    if (time && *time > time_of(engine.now_ms()) + clock_slack) {
        throw Error(Errc::invalid, where + ": this time is still to come", where);
    }
}

void require_words(const std::string& text, const std::string& where, const std::string& why) {
    check_text(text, where);
    if (base::trim(text).empty()) {
        throw Error(Errc::invalid, where + ": " + why, where);
    }
}

/// What the journal keeps of a definition: without the filter, whose values may be a person's.
json journal_facts(const Breach& breach) {
    json out = to_json(breach);
    if (const auto affected = out.find("affected"); affected != out.end()) {
        affected->erase("filter");
    }
    return out;
}

void insert(store::Engine& engine, BreachInfo& made) {
    auto row = engine.db().prepare("INSERT INTO breach(code, state, facts, aware_at, recorded_at) "
                                   "VALUES(?1, 'recorded', ?2, ?3, ?4) RETURNING id");
    row.bind_all(made.breach.code, made.breach.to_json(), ms_of(*made.breach.aware_at),
                 engine.now_ms());
    row.step();
    made.number = row.i64(0);
}

bool counts(const Breach& breach) {
    return !breach.filter.empty();
}

/// A step with one text.
void say(store::Engine& engine, const BreachInfo& breach, BreachState to, const char* what,
         const char* name, const std::string& text) {
    step(engine, breach, to, what, text.empty() ? json::object() : base::object_of(name, text));
}

/// Where a breach stands by what is on record of it.
BreachState open_state(const BreachInfo& breach) {
    return breach.notified_at                      ? BreachState::notified
           : breach.risk != BreachRisk::unassessed ? BreachState::assessed
                                                   : BreachState::recorded;
}

/// By urgency: open ones first; of those the ones whose authority waits, by their clock.
bool sooner(const BreachInfo& a, const BreachInfo& b) {
    const auto rank = [](const BreachInfo& each) {
        const auto waits = [&](const char* what) {
            return std::find(each.waits_for.begin(), each.waits_for.end(), what) !=
                   each.waits_for.end();
        };
        return !is_open(each.state) ? 3 : waits("authority") ? 0 : waits("persons") ? 1 : 2;
    };
    const int first = rank(a);
    const int second = rank(b);
    return first != second ? first < second
           : first == 3    ? a.closed_at > b.closed_at
                           : a.clock.strict < b.clock.strict;
}

bool due_within(const BreachInfo& each, Time until) {
    return std::any_of(each.waits_for.begin(), each.waits_for.end(), [&](const std::string& what) {
        return what == "persons" || (what == "authority" && each.clock.strict <= until);
    });
}

} // namespace
} // namespace breaches

bool Breaches::define(const Breach& given) {
    using namespace breaches;
    // Whatever a caller of C++ fills in goes through the same checks as a document.
    nlohmann::json document;
    try {
        document = breaches::to_json(given);
    } catch (const nlohmann::json::exception&) {
        throw Error(Errc::invalid, "/affected/filter: is no JSON", "/affected/filter");
    }
    Breach wanted = read_breach(document);
    store::Engine::Write tx(*engine_);
    check_fields(*engine_, wanted);
    const auto known = breaches::find(*engine_, wanted.code);
    if (!wanted.aware_at) {
        wanted.aware_at = known ? known->breach.aware_at : time_of(engine_->now_ms());
    }
    wanted = read_breach(breaches::to_json(wanted)); // the order of its times
    require_past(*engine_, wanted.aware_at, "/aware_at");
    require_past(*engine_, wanted.processor_told_at, "/processor_told_at");
    require_past(*engine_, wanted.occurred_from, "/occurred/from");
    if (known && known->breach == wanted) {
        return false;
    }
    if (known) {
        (void)require_open(*engine_, wanted.code);
    }
    BreachInfo made;
    made.breach = wanted;
    if (known) {
        made.number = known->number;
        engine_->db()
            .prepare("UPDATE breach SET facts = ?2, aware_at = ?3 WHERE id = ?1")
            .bind_all(made.number, wanted.to_json(), ms_of(*wanted.aware_at))
            .run();
    } else {
        insert(*engine_, made);
    }
    const BreachState state = known ? known->state : BreachState::recorded;
    step(*engine_, made, state, known ? "changed" : "recorded", journal_facts(wanted));
    const bool other =
        !known || known->breach.filter != wanted.filter || known->breach.fields != wanted.fields;
    if (other && (counts(wanted) || (known && counts(known->breach)))) {
        step(*engine_, made, state, "counted", count(*engine_, made.number, wanted));
    }
    tx.commit();
    return true;
}

void Breaches::recount(const std::string& code) {
    using namespace breaches;
    store::Engine::Write tx(*engine_);
    const BreachInfo found = require_open(*engine_, code);
    if (!counts(found.breach)) {
        throw Error(Errc::invalid, "this breach has no filter to count by", "code");
    }
    step(*engine_, found, found.state, "counted", count(*engine_, found.number, found.breach));
    tx.commit();
}

void Breaches::assess(const std::string& code, BreachRisk risk, const std::string& reason) {
    using namespace breaches;
    require_words(reason, "reason", "say on what the assessment rests");
    if (risk == BreachRisk::unassessed || breach_risk_name(risk).empty()) {
        throw Error(Errc::invalid, "risk: write none, risk or high", "risk");
    }
    store::Engine::Write tx(*engine_);
    BreachInfo found = require_open(*engine_, code);
    found.risk = risk;
    engine_->db()
        .prepare("UPDATE breach SET risk = ?2, risk_reason = ?3 WHERE id = ?1")
        .bind_all(found.number, breach_risk_name(risk), reason)
        .run();
    step(*engine_, found, open_state(found), "assessed",
         base::object_of("risk", breach_risk_name(risk), "reason", reason));
    tx.commit();
}

void Breaches::notify(const std::string& code, const BreachNotice& notice) {
    using namespace breaches;
    for (const auto& [text, where] :
         {std::pair(&notice.authority, "/authority"), std::pair(&notice.reference, "/reference"),
          std::pair(&notice.reason, "/reason"), std::pair(&notice.note, "/note")}) {
        check_text(*text, where);
    }
    store::Engine::Write tx(*engine_);
    BreachInfo found = require_open(*engine_, code);
    const Time at = notice.at.value_or(time_of(engine_->now_ms()));
    require_past(*engine_, at, "/at");
    if (at < *found.breach.aware_at) {
        throw Error(Errc::invalid, "/at: that is before you were aware of the breach", "/at");
    }
    const bool first = !found.notified_at;
    if (first && at > found.clock.strict && base::trim(notice.reason).empty()) {
        throw Error(Errc::invalid,
                    "/reason: the 72 hours ended " + format_time(found.clock.strict) +
                        ": say why it is late (GDPR art. 33(1))",
                    "/reason");
    }
    nlohmann::json facts = base::object_of("at", format_time(at), "complete", notice.complete,
                                           "late", first && at > found.clock.strict);
    BreachNotice kept = notice;
    if (kept.authority.empty()) {
        kept.authority = store::controller(*engine_).value("authority", "");
    }
    for (const auto& [name, text] :
         {std::pair("authority", &kept.authority), std::pair("reference", &kept.reference),
          std::pair("reason", &kept.reason), std::pair("note", &kept.note)}) {
        if (!text->empty()) {
            facts[name] = *text;
        }
    }
    engine_->db()
        .prepare("UPDATE breach SET notified_at = coalesce(notified_at, ?2), more_follows = ?3 "
                 "WHERE id = ?1")
        .bind_all(found.number, ms_of(at), !notice.complete)
        .run();
    step(*engine_, found, BreachState::notified, "notified", facts);
    tx.commit();
}

void Breaches::inform(const std::string& code, const BreachCommunication& communication) {
    using namespace breaches;
    const std::string& ground = communication.ground;
    check_text(communication.how, "/how");
    check_text(communication.reason, "/reason");
    if (!ground.empty() && ground != "a" && ground != "b" && ground != "c") {
        throw Error(Errc::invalid, "/ground: write a, b or c, of GDPR art. 34(3)", "/ground");
    }
    if (ground.empty() || ground == "c") {
        require_words(communication.how, "/how",
                      ground.empty() ? "say how they were told"
                                     : "say how the public was told instead (GDPR art. 34(3)(c))");
    }
    if (!ground.empty()) {
        require_words(communication.reason, "/reason", "say why this ground holds");
    }
    store::Engine::Write tx(*engine_);
    const BreachInfo found = require_open(*engine_, code);
    const Time at = communication.at.value_or(time_of(engine_->now_ms()));
    require_past(*engine_, at, "/at");
    if (at < *found.breach.aware_at) {
        throw Error(Errc::invalid, "/at: that is before you were aware of the breach", "/at");
    }
    nlohmann::json facts = base::object_of("at", format_time(at));
    for (const auto& [name, text] :
         {std::pair("how", &communication.how), std::pair("ground", &ground),
          std::pair("reason", &communication.reason)}) {
        if (!text->empty()) {
            facts[name] = *text;
        }
    }
    if (ground.empty()) {
        engine_->db()
            .prepare("UPDATE breach SET informed_at = coalesce(informed_at, ?2), ground = '' "
                     "WHERE id = ?1")
            .bind_all(found.number, ms_of(at))
            .run();
        engine_->db()
            .prepare("UPDATE breach_subject SET told_at = ?2 WHERE breach_id = ?1 AND told_at IS "
                     "NULL")
            .bind_all(found.number, ms_of(at))
            .run();
    } else {
        engine_->db()
            .prepare("UPDATE breach SET ground = ?2 WHERE id = ?1")
            .bind_all(found.number, ground)
            .run();
    }
    step(*engine_, found, found.state, "informed", facts);
    tx.commit();
}

void Breaches::note(const std::string& code, const std::string& note) {
    using namespace breaches;
    require_words(note, "note", "write what is to be kept");
    store::Engine::Write tx(*engine_);
    const BreachInfo found = breaches::require(*engine_, code);
    say(*engine_, found, found.state, "noted", "note", note);
    tx.commit();
}

void Breaches::close(const std::string& code, const std::string& note) {
    using namespace breaches;
    check_text(note, "note");
    store::Engine::Write tx(*engine_);
    const BreachInfo found = require_open(*engine_, code);
    std::string missing;
    for (const Gap& each : gaps(*engine_, found)) {
        if (each.bars) {
            missing += " " + each.text + " (GDPR " + each.reference + ")";
        }
    }
    if (!missing.empty()) {
        throw Error(Errc::denied, "this breach cannot be closed yet:" + missing, "code");
    }
    say(*engine_, found, BreachState::closed, "closed", "note", note);
    tx.commit();
}

void Breaches::dismiss(const std::string& code, const std::string& reason) {
    using namespace breaches;
    require_words(reason, "reason", "say why it is no breach of personal data");
    store::Engine::Write tx(*engine_);
    const BreachInfo found = require_open(*engine_, code);
    engine_->db()
        .prepare("DELETE FROM breach_subject WHERE breach_id = ?1 AND told_at IS NULL")
        .bind_all(found.number)
        .run();
    say(*engine_, found, BreachState::dismissed, "dismissed", "reason", reason);
    tx.commit();
}

void Breaches::reopen(const std::string& code, const std::string& reason) {
    using namespace breaches;
    require_words(reason, "reason", "say what is new");
    store::Engine::Write tx(*engine_);
    const BreachInfo found = breaches::require(*engine_, code);
    if (is_open(found.state)) {
        throw Error(Errc::conflict, "this breach is open", "code");
    }
    say(*engine_, found, open_state(found), "reopened", "reason", reason);
    tx.commit();
}

std::optional<BreachInfo> Breaches::find(const std::string& code) const {
    const store::Engine::Read snapshot(*engine_);
    return breaches::find(*engine_, code);
}

BreachInfo Breaches::get(const std::string& code) const {
    const store::Engine::Read snapshot(*engine_);
    return breaches::require(*engine_, code);
}

std::vector<BreachInfo> Breaches::list(const BreachQuery& query) const {
    using namespace breaches;
    const store::Engine::Read snapshot(*engine_);
    std::vector<BreachInfo> out = load_all(*engine_, Requests(*engine_).deadlines());
    if (query.within_hours) {
        const Time until =
            time_of(engine_->now_ms()) + std::chrono::hours(std::max(0, *query.within_hours));
        std::erase_if(out, [&](const BreachInfo& each) { return !due_within(each, until); });
    }
    if (query.open_only) {
        std::erase_if(out, [](const BreachInfo& each) { return !is_open(each.state); });
    }
    std::stable_sort(out.begin(), out.end(), sooner);
    return out;
}

std::vector<BreachStep> Breaches::steps(const std::string& code) const {
    const store::Engine::Read snapshot(*engine_);
    return breaches::steps(*engine_, breaches::require(*engine_, code).number);
}

} // namespace habeas

#include "campaigns/steps.hpp"

#include "campaigns/actions.hpp"
#include "campaigns/timing.hpp"
#include "habeas/outbox.hpp"
#include "subjects/zone.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace habeas::campaigns {
namespace {

constexpr std::int64_t first_backoff = 60'000;
constexpr std::int64_t longest_backoff = std::int64_t{6} * 3'600'000;
constexpr std::int64_t host_lease = std::int64_t{10} * 60'000;

#define HABEAS_STEP_COLUMNS                                                                        \
    "s.member_id, s.event, s.round, s.subject_id, s.campaign_id, s.state, s.due_at, s.waits_for, " \
    "s.deadline, s.reached_at, s.attempts, m.reference, m.version FROM campaign_step s JOIN "      \
    "campaign_member m ON m.id = s.member_id"

std::vector<Step> read_all(store::Statement row) {
    std::vector<Step> out;
    while (row.step()) {
        Step& step = out.emplace_back();
        step.member.id = row.i64(0);
        step.event = row.str(1);
        step.round = row.i64(2);
        step.member.subject = row.i64(3);
        step.member.campaign = row.i64(4);
        step.state = row.str(5);
        step.due_at = row.opt_i64(6);
        step.waits_for = row.str(7);
        step.deadline = row.opt_i64(8);
        step.reached_at = row.i64(9);
        step.attempts = row.i64(10);
        step.member.reference = row.i64(11);
        step.member.version = static_cast<std::int32_t>(row.i64(12));
    }
    return out;
}

/// Another step of this transaction may have stopped, merged or erased it.
bool still_there(store::Engine& engine, const Step& step) {
    auto row = engine.db().prepare("SELECT 1 FROM campaign_step WHERE member_id = ?1 AND event = "
                                   "?2 AND round = ?3 AND state = ?4 AND due_at = ?5");
    row.bind_all(step.member.id, step.event, step.round, step.state, step.due_at);
    return row.step();
}

/// Defects of the store, not of the step: trying the next one would not help.
bool is_of_the_store(const Error& error) {
    switch (error.code()) {
    case Errc::internal:
    case Errc::io:
    case Errc::corrupt:
    case Errc::out_of_memory:
    case Errc::busy:
    case Errc::locked:
    case Errc::read_only:
    case Errc::cancelled:
    case Errc::key_wrong:
        return true;
    default:
        return error.sqlite_code() != 0;
    }
}

void put_back(Work& work, const Step& step, const char* state, std::optional<std::int64_t> due_at,
              std::int64_t attempts, const std::string& outcome) {
    work.engine.db()
        .prepare("UPDATE campaign_step SET state = ?4, due_at = ?5, attempts = ?6, outcome = ?7 "
                 "WHERE member_id = ?1 AND event = ?2 AND round = ?3")
        .bind_all(step.member.id, step.event, step.round, state, due_at, attempts, outcome)
        .run();
}

std::string what_of(const Event& event) {
    std::string out = event.kind == Event::Kind::condition ? "condition" : event.name;
    for (const char* member : {"template", "name", "segment", "tag", "field", "kind", "to"}) {
        if (event.parameters.is_object() && event.parameters.contains(member) &&
            event.parameters[member].is_string()) {
            return out + " " + event.parameters[member].get<std::string>();
        }
    }
    return event.key.empty() ? out : out + " " + event.key;
}

void follow(Work& work, const Definition& definition, const Step& step,
            const std::vector<std::size_t>& next) {
    for (std::size_t each : next) {
        place(work, step.member, definition.events[each], step.round);
    }
}

/// Over the channel that the event names, else over one of the purpose's at least.
bool has_consented(Work& work, const Event& event, std::int64_t subject) {
    const auto purpose = Purposes(work.engine).find(event.key);
    if (!purpose) {
        return false;
    }
    const Consent consent(work.engine);
    return std::any_of(purpose->channels.begin(), purpose->channels.end(), [&](Channel each) {
        return (!event.channel || *event.channel == each) &&
               consent.state(SubjectId{subject}, event.key, each) == ConsentState::granted;
    });
}

/// Did the person do it since coming in? Also before the event was reached: nobody opens a message
/// twice because a campaign was slow.
bool has_happened(Work& work, const Event& event, const Step& step) {
    if (event.name == "consented") {
        return has_consented(work, event, step.member.subject);
    }
    auto row = work.engine.db().prepare(
        "SELECT 1 FROM campaign_signal WHERE subject_id = ?1 AND kind = ?2 AND (?3 = '' OR key = "
        "?3) AND at >= (SELECT entered_at FROM campaign_member WHERE id = ?4)");
    row.bind_all(step.member.subject, event.name, event.key, step.member.id);
    return row.step();
}

void decide(Work& work, const Campaign& campaign, const Definition& definition, const Event& event,
            const Step& step) {
    const bool yes = has_happened(work, event, step);
    const bool over = step.deadline && *step.deadline <= work.ms();
    if (!yes && !over) {
        put_back(work, step, "waiting", step.deadline, step.attempts, "");
        work.tell(campaign, step.member.subject, event.id, what_of(event), "waits");
        return;
    }
    finish(work, step, "done", yes ? "yes" : "no");
    follow(work, definition, step, yes ? event.yes : event.no);
    work.tell(campaign, step.member.subject, event.id, what_of(event), yes ? "yes" : "no");
    ++work.report.done;
}

void do_action(Work& work, const Campaign& campaign, const Definition& definition,
               const Event& event, const Step& step) {
    const Outcome outcome = act(work, campaign, definition, event, step);
    switch (outcome.then) {
    case Outcome::Then::call: {
        if (!work.engine.attachment<Host>().callback) { // a process that has one will come
            put_back(work, step, "due", work.ms() + first_backoff, step.attempts,
                     "waits for a host");
            return;
        }
        // The attempt counts before it is made: a host that kills the process is not asked for
        // ever.
        put_back(work, step, "calling", work.ms() + host_lease, step.attempts + 1, "");
        HostCall& call = work.calls.emplace_back();
        call.key = step.key();
        call.name = event.parameters["name"].get<std::string>();
        call.subject = SubjectId{step.member.subject};
        call.campaign = campaign.code;
        call.event = event.id;
        call.data = event.parameters.value("data", nlohmann::json::object()).dump();
        work.called.push_back(step);
        ++work.called.back().attempts;
        return;
    }
    case Outcome::Then::wait:
        work.engine.db()
            .prepare("UPDATE campaign_step SET waits_for = 'request', deadline = ?4 "
                     "WHERE member_id = ?1 AND event = ?2 AND round = ?3")
            .bind_all(step.member.id, step.event, step.round, outcome.deadline)
            .run();
        put_back(work, step, "waiting", outcome.deadline, step.attempts, "waits");
        break;
    case Outcome::Then::over:
        if (work.simulation != nullptr) { // nothing is erased: nothing more happens
            finish(work, step, "done", outcome.text);
            auto row = work.engine.db().prepare("UPDATE campaign_step SET state = 'stopped', "
                                                "due_at = NULL WHERE subject_id = ?1 AND state IN "
                                                "('due', 'waiting', 'calling')");
            row.bind(1, step.member.subject).run();
        } else {
            work.count(step.member.campaign, step.event, outcome.text);
        }
        ++work.report.done;
        break;
    case Outcome::Then::next:
    case Outcome::Then::skipped: {
        const bool skipped = outcome.then == Outcome::Then::skipped;
        finish(work, step, skipped ? "skipped" : "done", outcome.text);
        follow(work, definition, step, event.then);
        ++(skipped ? work.report.skipped : work.report.done);
        break;
    }
    }
    work.tell(campaign, step.member.subject, event.id, what_of(event), outcome.text);
}

void do_step(Work& work, const Campaign& campaign, const Definition& definition, const Event* event,
             const Step& step) {
    if (event == nullptr) {
        finish(work, step, "stopped", "stopped: the event is gone");
    } else if (event->kind == Event::Kind::condition) {
        const bool yes = work.matches(event->filter, step.member.subject);
        finish(work, step, "done", yes ? "yes" : "no");
        follow(work, definition, step, yes ? event->yes : event->no);
        work.tell(campaign, step.member.subject, event->id, what_of(*event), yes ? "yes" : "no");
        ++work.report.done;
    } else if (event->kind == Event::Kind::decision) {
        decide(work, campaign, definition, *event, step);
    } else {
        do_action(work, campaign, definition, *event, step);
    }
    close_if_done(work, step.member);
}

/// Comes late or early (a slow cron, a retry, a pause that ended): back to its hours and weekdays.
bool waits_for_its_hours(Work& work, const Event* event, const Step& step) {
    if (event == nullptr || !event->when.has_window()) {
        return false;
    }
    const Time next =
        allowed(event->when, work.now, subjects::zone_of(work.engine, step.member.subject));
    if (next == work.now) {
        return false;
    }
    put_back(work, step, step.state.c_str(), next.time_since_epoch().count(), step.attempts,
             "waits for its hours");
    return true;
}

void note_failure(Work& work, Campaign& campaign, const Step& step, std::int64_t attempts,
                  const std::string& why) {
    ++work.report.failed;
    const std::string reason = "failed: " + why;
    if (attempts < campaign.definition->attempts) {
        const std::int64_t wait =
            std::min(longest_backoff, first_backoff << std::min<std::int64_t>(attempts - 1, 16));
        put_back(work, step, "due", work.ms() + wait, attempts, reason);
        return;
    }
    finish(work, step, "failed", reason);
    close_if_done(work, step.member);
    work.engine.db()
        .prepare("UPDATE campaign SET failed = failed + 1 WHERE id = ?1")
        .bind_all(campaign.id)
        .run();
    if (++campaign.failed >= campaign.definition->pause_at) {
        pause_by_itself(work, campaign, "event " + step.event + ": " + why);
    }
}

} // namespace

std::vector<Step> due_steps(Work& work, const Campaign& campaign, std::size_t limit) {
    auto row = work.engine.db().prepare(
        "SELECT " HABEAS_STEP_COLUMNS " WHERE s.campaign_id = ?1 AND s.state IN ('due', "
        "'waiting', 'calling') AND s.due_at IS NOT NULL AND s.due_at <= ?2 ORDER BY s.due_at "
        "LIMIT ?3");
    row.bind_all(campaign.id, work.ms(), static_cast<std::int64_t>(limit));
    return read_all(std::move(row));
}

std::vector<Step> due_steps_of(Work& work, std::int64_t subject) {
    auto row = work.engine.db().prepare(
        "SELECT " HABEAS_STEP_COLUMNS " WHERE s.subject_id = ?1 AND s.state IN ('due', 'waiting', "
        "'calling') AND s.due_at <= ?2 ORDER BY s.due_at, s.member_id, s.event");
    row.bind_all(subject, work.ms());
    return read_all(std::move(row));
}

void carry_out(Work& work, Campaign& campaign, const Step& step) {
    if (!work.touched.insert(step.member.subject).second && !still_there(work.engine, step)) {
        return;
    }
    const CampaignRunReport before = work.report;
    const std::size_t calls = work.calls.size();
    const std::size_t counted = work.counted();
    const std::size_t told = work.simulation != nullptr ? work.simulation->steps.size() : 0;
    std::string why;
    try {
        store::Engine::Write savepoint(work.engine);
        const auto definition = definition_of(work.engine, campaign.id, step.member.version);
        if (step.state == "calling" && step.attempts >= campaign.definition->attempts) {
            throw Error(Errc::callback, "the host did not answer");
        }
        const Event* event = definition->find(step.event);
        if (!waits_for_its_hours(work, event, step)) {
            do_step(work, campaign, *definition, event, step);
        }
        savepoint.commit();
        return;
    } catch (const Error& error) {
        if (is_of_the_store(error)) {
            throw;
        }
        why = error.what();
    }
    work.report = before;
    work.forget_counts(counted);
    work.calls.resize(calls);
    work.called.resize(calls);
    if (work.simulation != nullptr) {
        work.simulation->steps.resize(told);
    }
    store::Engine::Write savepoint(work.engine);
    note_failure(work, campaign, step, step.attempts + 1, why);
    work.tell(campaign, step.member.subject, step.event, "failed", why);
    savepoint.commit();
}

void call_host(store::Engine& engine, Work& work) {
    const HostCallback callback = engine.attachment<Host>().callback;
    for (std::size_t i = 0; i < work.calls.size(); ++i) {
        Step& step = work.called[i];
        std::string why;
        try {
            if (!callback) {
                throw Error(Errc::unsupported, "no host callback is set");
            }
            callback(work.calls[i]);
            ++work.report.host_calls;
        } catch (const std::exception& error) { // the host's words may be about the person
            why = dynamic_cast<const Error*>(&error) != nullptr && !callback
                      ? error.what()
                      : "the host's callback failed";
        }
        store::Engine::Write tx(engine);
        Work noting(engine, Time(std::chrono::milliseconds(engine.now_ms())));
        auto row = engine.db().prepare("SELECT 1 FROM campaign_step WHERE member_id = ?1 AND event "
                                       "= ?2 AND round = ?3 AND state = 'calling' AND attempts = "
                                       "?4");
        row.bind_all(step.member.id, step.event, step.round, step.attempts);
        const bool ours = row.step();
        row.reset();
        if (ours) {
            Campaign campaign = load(engine, work.calls[i].campaign);
            if (why.empty()) {
                const auto definition = definition_of(engine, campaign.id, step.member.version);
                finish(noting, step, "done", "called");
                if (const Event* event = definition->find(step.event)) {
                    follow(noting, *definition, step, event->then);
                }
                close_if_done(noting, step.member);
                ++noting.report.done;
            } else {
                note_failure(noting, campaign, step, step.attempts, why);
            }
            noting.write_counts();
        }
        tx.commit();
        work.report.done += noting.report.done;
        work.report.failed += noting.report.failed;
        for (std::string& each : noting.report.paused) {
            work.report.paused.push_back(std::move(each));
        }
    }
}

void set_paused(store::Engine& engine, const Campaign& campaign, const std::string& reason) {
    engine.db()
        .prepare("UPDATE campaign SET state = 'paused', pause_reason = ?2 WHERE id = ?1")
        .bind_all(campaign.id, reason)
        .run();
}

void pause_by_itself(Work& work, Campaign& campaign, const std::string& reason) {
    if (campaign.state == CampaignState::paused) {
        return;
    }
    campaign.state = CampaignState::paused;
    set_paused(work.engine, campaign, reason);
    work.report.paused.push_back(campaign.code);
    work.count(campaign.id, "", "paused");
    work.engine.log(LogLevel::warning,
                    "campaign " + campaign.code + " has paused, since steps fail: " + reason);
    if (campaign.definition->alert_to.empty() || work.simulation != nullptr) {
        return;
    }
    try { // a notice that cannot be queued does not keep the campaign going
        store::Engine::Write savepoint(work.engine);
        Notice notice;
        notice.to = campaign.definition->alert_to;
        notice.key = fmt::format("campaign {} paused {}", campaign.code, work.ms());
        notice.subject_line = "Campaign " + campaign.code + " has paused";
        notice.text =
            "Steps of campaign " + campaign.code +
            " failed too often, so it has paused.\nThe last: " + reason +
            "\nMend the cause and publish it again: what failed is then tried once more.\n";
        (void)Outbox(work.engine).notify(notice);
        savepoint.commit();
    } catch (const Error& error) {
        if (is_of_the_store(error)) {
            throw;
        }
        work.engine.log(LogLevel::warning,
                        "campaign " + campaign.code + ": the notice could not be queued");
    }
}

} // namespace habeas::campaigns

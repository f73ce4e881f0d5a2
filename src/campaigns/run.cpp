#include "campaigns/run.hpp"

#include "campaigns/steps.hpp"
#include "points/score.hpp"
#include "segments/members.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>

namespace habeas::campaigns {
namespace {

/// In the table meta: the last submission that was taken for a signal.
constexpr const char* last_submission = "campaigns.submission";

constexpr std::size_t enrol_batch = 1000;
/// Steps of one subject in one campaign in one run: twice the events that a definition may have.
constexpr int most_steps = 2000;

class Running {
  public:
    explicit Running(Live& live) : live_(live) { live_.running = true; }
    ~Running() {
        live_.running = false;
        live_.entered.clear();
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

  private:
    Live& live_;
};

class Run {
  public:
    Run(store::Engine& engine, const CampaignRunOptions& options)
        : engine_(engine), options_(options) {}

    CampaignRunReport all() {
        for (Campaign& campaign : chosen()) {
            try {
                sources(campaign);
            } catch (const Error& error) {
                cannot_go_on(campaign, error);
            }
        }
        // A step may make others due, also of another campaign.
        bool moved = true;
        while (moved && !report_.more) {
            moved = false;
            for (Campaign& campaign : chosen()) {
                while (batch(campaign.code)) {
                    moved = true;
                }
            }
        }
        return std::move(report_);
    }

  private:
    std::vector<Campaign> chosen() {
        store::Engine::Read snapshot(engine_);
        std::vector<Campaign> out = published(engine_);
        const Time now = time();
        std::erase_if(out, [&](const Campaign& each) {
            return !each.open_at(now) ||
                   (!options_.campaign.empty() && each.code != options_.campaign);
        });
        return out;
    }

    Time time() {
        const Time clock(std::chrono::milliseconds(engine_.now_ms()));
        return options_.now ? std::min(*options_.now, clock) : clock;
    }

    void ask_progress() {
        if (options_.progress && !options_.progress(report_.done, 0)) {
            throw Error(Errc::cancelled, "the run was cancelled; what is done stays done");
        }
    }

    void add(CampaignRunReport&& part) {
        report_.enrolled += part.enrolled;
        report_.left += part.left;
        report_.done += part.done;
        report_.skipped += part.skipped;
        report_.failed += part.failed;
        report_.host_calls += part.host_calls;
        report_.paused.insert(report_.paused.end(), part.paused.begin(), part.paused.end());
    }

    void sources(const Campaign& campaign) {
        {
            store::Engine::Write tx(engine_);
            Work work(engine_, time());
            refresh_sources(work, *campaign.definition, false);
            tx.commit();
        }
        std::optional<std::int64_t> next = 0;
        while (next) {
            ask_progress();
            store::Engine::Write tx(engine_);
            Campaign current = load(engine_, campaign.code);
            Work work(engine_, time());
            if (!current.open_at(work.now)) {
                return;
            }
            next = follow_sources(work, current, {.first = *next}, enrol_batch);
            work.write_counts();
            if (work.report.enrolled + work.report.left > 0) { // else nothing was written
                tx.commit();
                add(std::move(work.report));
            }
        }
    }

    /// A filter that no longer compiles: a field or a purpose went.
    void cannot_go_on(const Campaign& campaign, const Error& error) {
        if (error.code() != Errc::not_found && error.code() != Errc::invalid) {
            throw;
        }
        store::Engine::Write tx(engine_);
        Campaign current = load(engine_, campaign.code);
        Work work(engine_, time());
        if (current.state == CampaignState::published) {
            pause_by_itself(work, current, std::string("its segments: ") + error.what());
        }
        work.write_counts();
        tx.commit();
        add(std::move(work.report));
    }

    /// Some due steps in one transaction. False: there is nothing more to do.
    bool batch(const std::string& code) {
        ask_progress();
        const std::uint64_t so_far = report_.done + report_.skipped + report_.failed;
        const std::uint64_t room = options_.limit - std::min<std::uint64_t>(so_far, options_.limit);
        std::optional<Work> work;
        std::size_t count = 0;
        {
            store::Engine::Write tx(engine_);
            work.emplace(engine_, time());
            Campaign campaign = load(engine_, code);
            if (!campaign.open_at(work->now)) {
                return false;
            }
            const std::uint64_t most =
                std::min<std::uint64_t>(std::max<std::size_t>(1, options_.batch), room);
            const auto steps = due_steps(*work, campaign, std::max<std::uint64_t>(1, most));
            if (steps.empty()) {
                return false;
            }
            if (room == 0) {
                report_.more = true;
                return false;
            }
            count = steps.size();
            for (const Step& step : steps) {
                if (++taken_[{campaign.id, step.member.subject}] > most_steps) {
                    pause_by_itself(*work, campaign,
                                    fmt::format("event {}: more than {} steps of one subject in "
                                                "one run; its jumps wait too little",
                                                step.event, most_steps));
                    break;
                }
                carry_out(*work, campaign, step);
                if (campaign.state != CampaignState::published) {
                    break;
                }
            }
            work->write_counts();
            tx.commit();
        }
        call_host(engine_, *work);
        add(std::move(work->report));
        return count > 0;
    }

    store::Engine& engine_;
    const CampaignRunOptions& options_;
    CampaignRunReport report_;
    std::map<std::pair<std::int64_t, std::int64_t>, int> taken_; ///< by campaign and subject
};

/// One subject's due steps, as far as they go. `rounds`: how often it has been its turn.
void carry_out_for(store::Engine& engine, std::int64_t subject, int& rounds) {
    constexpr int most = 1000; // the rest is for `run`
    while (rounds++ < most) {
        std::optional<Work> work;
        {
            store::Engine::Write tx(engine);
            work.emplace(engine, Time(std::chrono::milliseconds(engine.now_ms())));
            std::vector<Campaign> campaigns = published(engine);
            bool moved = false;
            for (const Step& step : due_steps_of(*work, subject)) {
                const auto found =
                    std::find_if(campaigns.begin(), campaigns.end(), [&](const Campaign& each) {
                        return each.id == step.member.campaign;
                    });
                if (found != campaigns.end() && found->open_at(work->now)) {
                    carry_out(*work, *found, step);
                    moved = true;
                }
            }
            if (!moved) {
                return;
            }
            work->write_counts();
            tx.commit();
        }
        call_host(engine, *work);
    }
}

void pass(store::Engine& engine) {
    Live& live = engine.attachment<Live>();
    if (live.running) {
        return;
    }
    const Running running(live);
    constexpr std::size_t most = 100'000; // the rest is for `run`
    std::map<std::int64_t, int> rounds;
    for (std::size_t i = 0; i < most && !live.waiting.empty(); ++i) {
        const std::int64_t subject = live.waiting.back();
        live.waiting.pop_back();
        carry_out_for(engine, subject, rounds[subject]);
    }
    live.waiting.clear();
}

std::vector<std::int64_t> due_subjects(store::Engine& engine, std::int64_t first,
                                       std::int64_t last) {
    std::vector<std::int64_t> out;
    auto row = engine.db().prepare(
        "SELECT DISTINCT subject_id FROM campaign_step WHERE subject_id BETWEEN ?1 AND ?2 AND "
        "state = 'due' AND due_at <= ?3");
    row.bind_all(first, last, engine.now_ms());
    while (row.step()) {
        out.push_back(row.i64(0));
    }
    return out;
}

bool has_live_source(store::Engine& engine, const Campaign& campaign) {
    for (const std::string& code : campaign.definition->segments) {
        auto row = engine.db().prepare("SELECT 1 FROM segment WHERE code = ?1 AND live = 1");
        row.bind(1, code);
        if (row.step()) {
            return true;
        }
    }
    return false;
}

} // namespace

CampaignRunReport run(store::Engine& engine, const CampaignRunOptions& options) {
    if (engine.db().in_transaction()) {
        throw Error(Errc::invalid, "campaigns do not run inside a transaction or a snapshot",
                    "transaction");
    }
    Live& live = engine.attachment<Live>();
    if (live.running) { // a host's callback asks: the one that called it goes on
        throw Error(Errc::invalid, "campaigns are running in this handle already", "run");
    }
    const Running running(live);
    CampaignRunReport out = Run(engine, options).all();
    live.waiting.clear();
    return out;
}

void refresh_sources(Work& work, const Definition& definition, bool full) {
    std::set<std::string> codes(definition.segments.begin(), definition.segments.end());
    for (const Event& event : definition.events) {
        if (event.kind == Event::Kind::condition) {
            const auto filter =
                segments::compile(work.engine, segments::parse_filter(event.filter), work.today());
            codes.insert(filter.segments.begin(), filter.segments.end());
        }
    }
    std::set<std::string> done;
    for (const std::string& code : codes) {
        for (const auto& each : segments::with_dependencies(work.engine, code)) {
            if (done.insert(each.segment.code).second) {
                (void)segments::refresh(work.engine, each, full, work.today());
            }
        }
    }
}

void carry_out_later(store::Engine& engine, const std::vector<std::int64_t>& subjects) {
    if (subjects.empty()) {
        return;
    }
    engine.after_commit([&engine, subjects] {
        Live& live = engine.attachment<Live>();
        live.waiting.insert(live.waiting.end(), subjects.rbegin(), subjects.rend());
        pass(engine); // whoever is under way already goes on with them
    });
}

void wake(store::Engine& engine, std::int64_t first, std::int64_t last, const char* waits_for) {
    engine.db()
        .prepare("UPDATE campaign_step SET state = 'due', due_at = ?4 WHERE subject_id BETWEEN ?1 "
                 "AND ?2 AND state = 'waiting' AND waits_for = ?3")
        .bind_all(first, last, waits_for, engine.now_ms())
        .run();
}

namespace {

void submitted(store::Engine& engine, SubjectId subject, const std::string& form) {
    const auto id = static_cast<std::int64_t>(subject);
    Work work(engine, Time(std::chrono::milliseconds(engine.now_ms())));
    for (const Campaign& campaign : published(engine)) {
        const Definition& definition = *campaign.definition;
        if (!campaign.open_at(work.now) ||
            std::find(definition.forms.begin(), definition.forms.end(), form) ==
                definition.forms.end()) {
            continue;
        }
        auto row = engine.db().prepare(
            "SELECT 1 FROM campaign_member WHERE campaign_id = ?1 AND subject_id = ?2 AND "
            "(?3 = 0 OR state IN ('active', 'removed'))");
        row.bind_all(campaign.id, id, definition.restart);
        if (!row.step()) {
            enter(work, campaign, id, "form");
        }
    }
    work.write_counts();
    wake(engine, id, id, "submitted");
    carry_out_later(engine, due_subjects(engine, id, id));
}

} // namespace

void signalled(store::Engine& engine, SubjectId subject, SignalKind kind, const std::string& key,
               Time at) {
    const auto id = static_cast<std::int64_t>(subject);
    engine.db()
        .prepare("INSERT INTO campaign_signal(subject_id, kind, key, at) VALUES(?1, ?2, ?3, ?4)")
        .bind_all(id, signal_kind_name(kind), key, at.time_since_epoch().count())
        .run();
    engine.note_change(subject, ChangeKind::campaign);
    points::score_signal(engine, id, kind, key);
    if (kind == SignalKind::submitted) {
        submitted(engine, subject, key);
        return;
    }
    wake(engine, id, id, std::string(signal_kind_name(kind)).c_str());
    carry_out_later(engine, {id});
}

void take_submissions(store::Engine& engine) {
    const auto noted = engine.noted_changes();
    if (std::none_of(noted.begin(), noted.end(), [](const store::NotedChange& change) {
            return (change.kinds & store::change_bit(ChangeKind::submission)) != 0;
        })) {
        return;
    }
    struct Submission {
        std::int64_t id, subject;
        std::string form;
        std::int64_t at;
    };
    std::vector<Submission> fresh;
    {
        auto row = engine.db().prepare(
            "SELECT s.id, s.subject_id, f.code, s.at FROM form_submission s JOIN form f "
            "ON f.id = s.form_id WHERE s.id > ?1 ORDER BY s.id");
        row.bind(1, engine.meta_i64(last_submission));
        while (row.step()) {
            fresh.push_back({row.i64(0), row.i64(1), row.str(2), row.i64(3)});
        }
    }
    for (const Submission& each : fresh) {
        signalled(engine, SubjectId{each.subject}, SignalKind::submitted, each.form,
                  Time(std::chrono::milliseconds(each.at)));
        engine.set_meta_i64(last_submission, each.id);
    }
}

void settle(store::Engine& engine) {
    if (engine.replaying()) { // nobody acts while a store opens: `run` finds what is due
        return;
    }
    std::vector<Campaign> campaigns = published(engine);
    if (campaigns.empty()) {
        return;
    }
    constexpr std::uint32_t awaited = store::change_bit(ChangeKind::consent) |
                                      store::change_bit(ChangeKind::request) |
                                      store::change_bit(ChangeKind::segment);
    Work work(engine, Time(std::chrono::milliseconds(engine.now_ms())));
    std::erase_if(campaigns, [&](const Campaign& each) {
        return !each.open_at(work.now) || !has_live_source(engine, each);
    });
    std::vector<std::int64_t> due;
    for (const store::NotedChange& change : engine.noted_changes()) {
        if ((change.kinds & awaited) == 0) {
            continue;
        }
        if ((change.kinds & store::change_bit(ChangeKind::consent)) != 0) {
            wake(engine, change.first, change.last, "consented");
        }
        if ((change.kinds & store::change_bit(ChangeKind::request)) != 0) {
            wake(engine, change.first, change.last, "request");
        }
        if ((change.kinds & store::change_bit(ChangeKind::segment)) != 0) {
            for (const Campaign& campaign : campaigns) {
                follow_sources(work, campaign, {change.first, change.last},
                               std::numeric_limits<std::int32_t>::max());
            }
        }
        const auto found = due_subjects(engine, change.first, change.last);
        due.insert(due.end(), found.begin(), found.end());
    }
    work.write_counts();
    carry_out_later(engine, due);
}

} // namespace habeas::campaigns

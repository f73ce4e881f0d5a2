// The public class.
#include "habeas/retention.hpp"

#include "consent/json_reader.hpp"
#include "retention/finder.hpp"
#include "retention/run.hpp"

#include <limits>
#include <set>

namespace habeas {

using namespace retention;

namespace {

constexpr std::size_t max_rules = 200;

RetentionRuleInfo info_of(Stored stored) {
    RetentionRuleInfo out;
    out.rule = std::move(stored.rule);
    if (stored.looked_at) {
        out.looked_at = Time(std::chrono::milliseconds(*stored.looked_at));
    }
    out.fault = std::move(stored.fault);
    return out;
}

/// `taken`: whom a rule before it takes as a whole; those that this one takes come to it.
RetentionPreview preview_of(store::Engine& engine, const RetentionRule& rule, Ms at,
                            std::size_t limit, std::set<std::int64_t>& taken) {
    RetentionPreview out;
    out.rule = rule.code;
    Finder finder(engine, rule, at);
    std::int64_t reached = 0;
    while (const std::int64_t last = end_of_page(engine, reached)) {
        Look found = finder.look(reached + 1, last, std::numeric_limits<std::size_t>::max());
        reached = last;
        for (const auto& [why, count] : found.kept) {
            out.kept[why] += count;
        }
        for (const Due& each : found.due) {
            if (taken.contains(each.subject)) {
                continue;
            }
            ++out.subjects;
            if (out.due.size() < limit) {
                out.due.push_back({SubjectId{each.subject}, consent::from_ms(each.at)});
            }
            if (takes_all(rule)) {
                taken.insert(each.subject);
            }
        }
    }
    return out;
}

} // namespace

void Retention::define(const RetentionRule& rule) {
    store::Engine::Write tx(*engine_);
    check(*engine_, rule);
    engine_->db()
        .prepare("INSERT INTO retention_rule(code, definition, position, next_at, looked_at, "
                 "fault) VALUES(?1, ?2, 0, 0, NULL, '') ON CONFLICT(code) DO UPDATE SET "
                 "definition = excluded.definition, position = 0, next_at = 0, fault = ''")
        .bind_all(rule.code, retention::to_json(rule).dump())
        .run();
    if (engine_->db().scalar_i64("SELECT count(*) FROM retention_rule") >
        static_cast<std::int64_t>(max_rules)) {
        throw Error(Errc::invalid, "200 rules at most", "/code");
    }
    tx.commit();
}

void Retention::remove(const std::string& code) {
    store::Engine::Write tx(*engine_);
    engine_->db().prepare("DELETE FROM retention_rule WHERE code = ?1").bind(1, code).run();
    if (engine_->db().changes() == 0) {
        throw Error(Errc::not_found, "there is no rule of this code", code);
    }
    tx.commit();
}

std::vector<RetentionRuleInfo> Retention::list() const {
    store::Engine::Read snapshot(*engine_);
    std::vector<RetentionRuleInfo> out;
    for (Stored& each : load_all(*engine_)) {
        out.push_back(info_of(std::move(each)));
    }
    return out;
}

std::optional<RetentionRuleInfo> Retention::find(const std::string& code) const {
    for (RetentionRuleInfo& each : list()) {
        if (each.rule.code == code) {
            return std::move(each);
        }
    }
    return std::nullopt;
}

RetentionRule Retention::from_json(std::string_view text) {
    const nlohmann::json document = consent::read_document(text, "the rule");
    return retention::from_json(document, "");
}

std::string Retention::to_json(const RetentionRule& rule) {
    return retention::to_json(rule).dump();
}

std::vector<RetentionPreview> Retention::preview(const std::string& rule, std::optional<Time> at,
                                                 std::size_t limit) const {
    store::Engine::Read snapshot(*engine_);
    const Ms moment = at ? consent::to_ms(*at) : engine_->now_ms();
    std::vector<RetentionPreview> out;
    std::set<std::int64_t> taken;
    for (const Stored& each : load_some(*engine_, rule)) {
        out.push_back(preview_of(*engine_, each.rule, moment, limit, taken));
    }
    return out;
}

std::vector<RetentionRun> Retention::run(const RetentionOptions& options) {
    if (engine_->db().in_transaction()) {
        throw Error(Errc::invalid, "retention runs in transactions of its own: end yours first");
    }
    std::vector<Stored> rules;
    {
        store::Engine::Read snapshot(*engine_);
        rules = load_some(*engine_, options.rule);
        for (const Stored& each : rules) { // before anything is done
            check(*engine_, each.rule);
        }
    }
    constexpr auto all = std::numeric_limits<std::uint64_t>::max();
    Budget budget;
    budget.left = options.limit == 0 ? all : options.limit;
    budget.looks = all;
    budget.progress = &options.progress;
    std::vector<RetentionRun> out;
    out.reserve(rules.size());
    for (const Stored& each : rules) {
        out.push_back(run_rule(*engine_, each.rule, 0, budget).run);
    }
    return out;
}

std::vector<RetentionRun> Retention::runs(std::size_t limit) const {
    store::Engine::Read snapshot(*engine_);
    return read_runs(*engine_, limit);
}

} // namespace habeas

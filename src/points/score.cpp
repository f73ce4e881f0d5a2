#include "points/score.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <optional>

namespace habeas::points {
namespace {

using On = PointsRule::On;

struct StoredRule {
    std::int64_t id = 0;
    PointsRule rule;
};

/// Read once for each state of the definitions.
struct Rules {
    std::int64_t generation = -1;
    std::string purpose;
    Channel channel = Channel::any;
    std::vector<StoredRule> rules;
};

const Rules& rules(store::Engine& engine) {
    Rules& out = engine.cache<Rules>();
    const std::int64_t generation = engine.definitions_generation();
    if (out.generation == generation) {
        return out;
    }
    out = {};
    out.purpose = engine.meta("points.purpose").value_or("");
    const PointsDefinition definition = Points(engine).definition();
    for (const PointsRule& rule : definition.rules) {
        auto row = engine.db().prepare("SELECT id FROM points_rule WHERE code = ?1");
        row.bind(1, rule.code);
        if (row.step()) {
            out.rules.push_back({row.i64(0), rule});
        }
    }
    out.generation = generation;
    return out;
}

bool may_score(store::Engine& engine, const Rules& rules, std::int64_t subject) {
    return !rules.purpose.empty() &&
           Consent(engine).may_process(SubjectId{subject}, rules.purpose, rules.channel).allowed;
}

void drop(store::Engine& engine, std::int64_t subject) {
    engine.db().prepare("DELETE FROM points_entry WHERE subject_id = ?1").bind_all(subject).run();
    engine.db().prepare("DELETE FROM points_total WHERE subject_id = ?1").bind_all(subject).run();
    engine.note_change(SubjectId{subject}, ChangeKind::points);
}

} // namespace

bool keep_points(store::Engine& engine, std::int64_t subject, std::int32_t points,
                 std::int64_t rule, const std::string& reason) {
    if (!may_score(engine, rules(engine), subject)) {
        return false;
    }
    engine.db()
        .prepare("INSERT INTO points_entry(subject_id, at, points, rule_id, reason) "
                 "VALUES(?1, ?2, ?3, ?4, ?5)")
        .bind_all(subject, engine.now_ms(), static_cast<std::int64_t>(points), rule, reason)
        .run();
    engine.db()
        .prepare("INSERT INTO points_total(subject_id, total) VALUES(?1, ?2) "
                 "ON CONFLICT(subject_id) DO UPDATE SET total = total + excluded.total")
        .bind_all(subject, static_cast<std::int64_t>(points))
        .run();
    engine.note_change(SubjectId{subject}, ChangeKind::points);
    return true;
}

namespace {

std::int64_t times(store::Engine& engine, std::int64_t subject, std::int64_t rule) {
    auto row = engine.db().prepare(
        "SELECT count(*) FROM points_entry WHERE subject_id = ?1 AND rule_id = ?2");
    row.bind(1, subject).bind(2, rule);
    row.step();
    return row.i64(0);
}

void apply(store::Engine& engine, std::int64_t subject, const StoredRule& stored) {
    const PointsRule& rule = stored.rule;
    if (rule.limit == 0 || times(engine, subject, stored.id) < rule.limit) {
        (void)keep_points(engine, subject, rule.points, stored.id, "rule " + rule.code);
    }
}

/// Subjects of a range for whom a rule about a state holds, without an entry yet.
std::vector<std::int64_t> newly(store::Engine& engine, const StoredRule& stored, std::int64_t first,
                                std::int64_t last) {
    const char* sql =
        stored.rule.on == On::tagged
            ? "SELECT x.subject_id FROM subject_tag x JOIN tag t ON t.id = x.tag_id WHERE t.key = "
              "?1 AND x.subject_id BETWEEN ?2 AND ?3 AND NOT EXISTS (SELECT 1 FROM points_entry e "
              "WHERE e.subject_id = x.subject_id AND e.rule_id = ?4)"
            : "SELECT x.subject_id FROM segment_member x JOIN segment g ON g.id = x.segment_id "
              "WHERE g.code = ?1 AND x.subject_id BETWEEN ?2 AND ?3 AND NOT EXISTS (SELECT 1 FROM "
              "points_entry e WHERE e.subject_id = x.subject_id AND e.rule_id = ?4)";
    auto row = engine.db().prepare(sql);
    row.bind_all(stored.rule.on == On::tagged ? base::casefold(stored.rule.key) : stored.rule.key,
                 first, last, stored.id);
    std::vector<std::int64_t> out;
    while (row.step()) {
        out.push_back(row.i64(0));
    }
    return out;
}

void score_states(store::Engine& engine, const Rules& rules, const store::NotedChange& change) {
    for (const StoredRule& stored : rules.rules) {
        const ChangeKind kind = stored.rule.on == On::tagged      ? ChangeKind::tag
                                : stored.rule.on == On::segment   ? ChangeKind::segment
                                : stored.rule.on == On::consented ? ChangeKind::consent
                                                                  : ChangeKind::erased;
        if (kind == ChangeKind::erased || (change.kinds & store::change_bit(kind)) == 0) {
            continue;
        }
        if (kind != ChangeKind::consent) {
            for (std::int64_t subject : newly(engine, stored, change.first, change.last)) {
                apply(engine, subject, stored);
            }
            continue;
        }
        for (std::int64_t subject = change.first; subject <= change.last; ++subject) {
            if (times(engine, subject, stored.id) == 0 && may_score(engine, rules, subject) &&
                Consent(engine).state(SubjectId{subject}, stored.rule.key) ==
                    ConsentState::granted) {
                apply(engine, subject, stored);
            }
        }
    }
}

std::vector<std::int64_t> scored(store::Engine& engine, std::int64_t first, std::int64_t last) {
    std::vector<std::int64_t> out;
    auto row = engine.db().prepare(
        "SELECT subject_id FROM points_total WHERE subject_id BETWEEN ?1 AND ?2");
    row.bind(1, first).bind(2, last);
    while (row.step()) {
        out.push_back(row.i64(0));
    }
    return out;
}

} // namespace

void score_signal(store::Engine& engine, std::int64_t subject, SignalKind kind,
                  const std::string& key) {
    const On on = kind == SignalKind::opened    ? On::opened
                  : kind == SignalKind::clicked ? On::clicked
                                                : On::submitted;
    for (const StoredRule& stored : rules(engine).rules) {
        if (stored.rule.on == on && (stored.rule.key.empty() || stored.rule.key == key)) {
            apply(engine, subject, stored);
        }
    }
}

void settle_points(store::Engine& engine) {
    const Rules rules = points::rules(engine);
    if (rules.purpose.empty()) {
        return;
    }
    constexpr std::uint32_t states = store::change_bit(ChangeKind::tag) |
                                     store::change_bit(ChangeKind::segment) |
                                     store::change_bit(ChangeKind::consent);
    constexpr std::uint32_t decisions =
        store::change_bit(ChangeKind::consent) | store::change_bit(ChangeKind::profile) |
        store::change_bit(ChangeKind::merged) | store::change_bit(ChangeKind::request);
    for (const store::NotedChange& change : engine.noted_changes()) {
        if ((change.kinds & store::change_bit(ChangeKind::erased)) != 0) {
            continue;
        }
        if ((change.kinds & decisions) != 0) {
            for (std::int64_t subject : scored(engine, change.first, change.last)) {
                if (!may_score(engine, rules, subject)) {
                    drop(engine, subject);
                }
            }
        }
        if ((change.kinds & states) != 0) {
            score_states(engine, rules, change);
        }
    }
}

void drop_forbidden_points(store::Engine& engine) {
    constexpr std::int64_t batch = 1000;
    std::int64_t after = 0;
    for (bool more = true; more;) {
        store::Engine::Write tx(engine);
        const Rules rules = points::rules(engine);
        std::vector<SubjectId> some;
        {
            auto row = engine.db().prepare("SELECT subject_id FROM points_total WHERE subject_id > "
                                           "?1 ORDER BY subject_id LIMIT ?2");
            row.bind(1, after).bind(2, batch);
            while (row.step()) {
                some.push_back(SubjectId{row.i64(0)});
            }
        }
        more = static_cast<std::int64_t>(some.size()) == batch;
        bool dropped = false;
        for (SubjectId each : some) {
            after = static_cast<std::int64_t>(each);
            if (!may_score(engine, rules, after)) {
                drop(engine, after);
                dropped = true;
            }
        }
        if (dropped) {
            tx.commit();
        }
    }
}

void merge_points(store::Engine& engine, std::int64_t keep, std::int64_t gone) {
    auto& db = engine.db();
    db.prepare("UPDATE points_entry SET subject_id = ?1 WHERE subject_id = ?2")
        .bind_all(keep, gone)
        .run();
    if (db.changes() == 0) {
        return;
    }
    db.prepare("DELETE FROM points_total WHERE subject_id IN (?1, ?2)").bind_all(keep, gone).run();
    db.prepare("INSERT INTO points_total(subject_id, total) SELECT subject_id, sum(points) FROM "
               "points_entry WHERE subject_id = ?1 GROUP BY subject_id")
        .bind_all(keep)
        .run();
    engine.note_change(SubjectId{keep}, ChangeKind::points);
}

} // namespace habeas::points

#include "segments/members.hpp"

#include "segments/filter_consent.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace habeas::segments {
namespace {

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

/// The filter's matches and what was done by hand, over `subject s`.
struct Condition {
    std::string sql;
    Filter filter;
};

/// Was somebody put in, or kept out, by hand? Mostly not, and then no subject is asked about it
/// (measured: a third of a full pass).
bool by_hand(store::Engine& engine, std::int64_t segment, bool included) {
    auto row = engine.db().prepare(
        "SELECT 1 FROM segment_manual WHERE segment_id = ?1 AND included = ?2 LIMIT 1");
    row.bind_all(segment, included);
    return row.step();
}

/// A definition that it needs may be gone since: the message says of which segment.
Filter compiled(store::Engine& engine, const Loaded& segment, const Today& at) {
    if (segment.segment.filter.empty()) {
        Filter nobody;
        nobody.where = "0";
        return nobody;
    }
    try {
        return compile(engine, parse_filter(segment.segment.filter), at);
    } catch (const Error& error) {
        if (error.code() != Errc::invalid && error.code() != Errc::not_found) {
            throw;
        }
        const std::string& code = segment.segment.code;
        throw BrokenFilter(error.code(),
                           "segment " + code + ": the filter no longer works: " + error.what() +
                               "; change the filter or delete the segment",
                           code);
    }
}

Condition condition_of(store::Engine& engine, const Loaded& segment, const Today& at) {
    Condition out;
    out.filter = compiled(engine, segment, at);
    // The filter's parameters are numbered from 1; the segment comes after them.
    const std::string id = "?" + std::to_string(out.filter.parameters.size() + 1);
    out.sql = "(" + out.filter.where + ")";
    const bool kept_out = by_hand(engine, segment.id, false);
    const bool kept_in = by_hand(engine, segment.id, true);
    const std::string these = "(SELECT subject_id FROM segment_manual WHERE segment_id = " + id;
    if (kept_out) {
        out.sql += " AND s.id NOT IN " + these + " AND included = 0)";
    }
    if (kept_in) {
        out.sql += " OR s.id IN " + these + " AND included = 1)";
    }
    if (kept_out || kept_in) {
        out.filter.parameters.emplace_back(segment.id);
    }
    out.sql = "(" + out.sql + ")";
    return out;
}

std::string json_of(const std::vector<std::int64_t>& ids) {
    std::string out = "[";
    for (std::int64_t id : ids) {
        out += std::to_string(id);
        out += ',';
    }
    if (out.size() > 1) {
        out.pop_back();
    }
    return out + "]";
}

/// Walks two ascending streams of ids and finds what is in one alone.
class Difference {
  public:
    explicit Difference(Membership& out) : out_(out) {}
    void run(store::Statement& wanted, store::Statement& present) {
        bool want = wanted.step();
        bool have = present.step();
        while (want || have) {
            std::int64_t next = want ? wanted.i64(0) : never;
            std::int64_t old = have ? present.i64(0) : never;
            if (next < old) {
                out_.added.push_back(SubjectId{next});
            } else if (old < next) {
                out_.removed.push_back(SubjectId{old});
            }
            want = next <= old ? wanted.step() : want;
            have = old <= next ? present.step() : have;
        }
    }

  private:
    Membership& out_;
};

void apply(store::Engine& engine, const Loaded& segment, const Membership& change) {
    {
        auto insert = engine.db().prepare("INSERT INTO segment_member(segment_id, subject_id, "
                                          "since) VALUES(?1, ?2, ?3)");
        for (SubjectId id : change.added) {
            insert.bind_all(segment.id, static_cast<std::int64_t>(id), engine.now_ms()).run();
            engine.note_change(id, ChangeKind::segment);
        }
        auto remove = engine.db().prepare(
            "DELETE FROM segment_member WHERE segment_id = ?1 AND subject_id = ?2");
        for (SubjectId id : change.removed) {
            remove.bind_all(segment.id, static_cast<std::int64_t>(id)).run();
            engine.note_change(id, ChangeKind::segment);
        }
    }
    if (!change.added.empty() || !change.removed.empty()) {
        engine.db()
            .prepare("INSERT INTO segment_day(segment_id, day, added, removed) "
                     "VALUES(?1, strftime('%Y-%m-%d', ?2 / 1000, 'unixepoch'), ?3, ?4) "
                     "ON CONFLICT(segment_id, day) DO UPDATE SET added = added + excluded.added, "
                     "removed = removed + excluded.removed")
            .bind_all(segment.id, engine.now_ms(), static_cast<std::int64_t>(change.added.size()),
                      static_cast<std::int64_t>(change.removed.size()))
            .run();
    }
}

Membership refresh_all_subjects(store::Engine& engine, const Loaded& segment,
                                const Condition& condition) {
    Membership change;
    change.full = true;
    {
        // Both in order of id: one pass over each. An index of one condition would cost more
        // (measured: 433 ms against 192 ms for an OR of two groups at a million).
        auto wanted = engine.db().prepare_text("SELECT s.id FROM subject s NOT INDEXED WHERE " +
                                               condition.sql + " ORDER BY s.id");
        bind(wanted, condition.filter);
        auto present = engine.db().prepare("SELECT subject_id FROM segment_member "
                                           "WHERE segment_id = ?1 ORDER BY subject_id");
        present.bind(1, segment.id);
        Difference(change).run(wanted, present);
    }
    apply(engine, segment, change);
    return change;
}

Membership refresh_these(store::Engine& engine, const Loaded& segment, const Condition& condition,
                         const std::vector<std::int64_t>& subjects) {
    Membership change;
    if (subjects.empty()) {
        return change;
    }
    {
        const std::string ids = json_of(subjects);
        const std::string list = "?" + std::to_string(condition.filter.parameters.size() + 1);
        // As IN: written as a join SQLite scans all of `subject` to build a Bloom filter.
        auto wanted = engine.db().prepare_text(
            "SELECT s.id FROM subject s NOT INDEXED WHERE s.id IN (SELECT value FROM json_each(" +
            list + ")) AND " + condition.sql + " ORDER BY s.id");
        bind(wanted, condition.filter);
        wanted.bind(static_cast<int>(condition.filter.parameters.size()) + 1, ids);
        auto present = engine.db().prepare(
            "SELECT subject_id FROM segment_member WHERE segment_id = ?1 AND subject_id IN "
            "(SELECT value FROM json_each(?2)) ORDER BY subject_id");
        present.bind(1, segment.id).bind(2, ids);
        Difference(change).run(wanted, present);
    }
    apply(engine, segment, change);
    return change;
}

std::int64_t end_of_log(store::Engine& engine) {
    auto row = engine.db().prepare("SELECT sequence + last_id - first_id FROM change_log "
                                   "ORDER BY sequence DESC LIMIT 1");
    return row.step() ? row.i64(0) : 0;
}

void add_range(std::vector<std::int64_t>& ids, std::int64_t first, std::int64_t last) {
    for (std::int64_t id = first; id <= last; ++id) {
        ids.push_back(id);
    }
}

/// Subjects whose answer may differ since the last refresh: with such changes, those of this
/// transaction among them, and with consent that ended (what the tick has renewed since is a
/// change). Nothing: so many that all should be looked at.
std::optional<std::vector<std::int64_t>> changed_since(store::Engine& engine, std::int64_t position,
                                                       const Filter& filter, const Today& at) {
    const std::uint32_t kinds = filter.changes;
    // Measured: about 15 % of all subjects cost as much as all of them.
    auto total = engine.db().prepare("SELECT max(id) FROM subject");
    std::int64_t limit = total.step() ? total.i64(0) / 7 + 1000 : 1000;
    std::vector<std::int64_t> ids;
    auto row = engine.db().prepare("SELECT first_id, last_id FROM change_log "
                                   "WHERE sequence > ?1 AND kinds & ?2");
    row.bind(1, position).bind(2, static_cast<std::int64_t>(kinds));
    while (row.step()) {
        if (static_cast<std::int64_t>(ids.size()) + row.i64(1) - row.i64(0) > limit) {
            return std::nullopt;
        }
        add_range(ids, row.i64(0), row.i64(1));
    }
    for (const store::NotedChange& each : engine.noted_changes()) {
        if ((each.kinds & kinds) != 0) {
            add_range(ids, each.first, each.last);
        }
    }
    if (filter.lapses) {
        auto ended = engine.db().prepare("SELECT subject_id FROM ready WHERE valid_until <= ?1 AND "
                                         "valid_until < 9223372036854775807 LIMIT ?2");
        ended.bind_all(consent_moment(engine, at), limit + 1);
        while (ended.step()) {
            ids.push_back(ended.i64(0));
        }
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    if (static_cast<std::int64_t>(ids.size()) > limit) {
        return std::nullopt;
    }
    return ids;
}

/// Everything but the rows: where the next refresh goes on.
void store_state(store::Engine& engine, const Loaded& segment, const Filter& filter) {
    std::int64_t boundary = filter.holds_until;
    if (filter.by_the_minute) {
        boundary = engine.now_ms() + 1;
    } else if (filter.relative) {
        const Time midnight = today(engine).next_midnight();
        boundary = std::min(boundary, midnight.time_since_epoch().count());
    }
    engine.db()
        .prepare("UPDATE segment SET built_at = ?2, generation = ?3, position = ?4, boundary = ?5 "
                 "WHERE id = ?1")
        .bind_all(segment.id, engine.now_ms(), engine.definitions_generation(), end_of_log(engine),
                  boundary)
        .run();
}

Loaded read(const store::Statement& row) {
    Loaded out;
    out.id = row.i64(0);
    out.segment.code = row.str(1);
    out.segment.labels =
        nlohmann::json::parse(row.text(2)).get<std::map<std::string, std::string>>();
    out.segment.filter = row.str(3);
    out.segment.live = row.i64(4) != 0;
    out.segment.vouched = row.str(5);
    out.built_at = row.opt_i64(6);
    out.generation = row.i64(7);
    out.position = row.i64(8);
    out.boundary = row.i64(9);
    return out;
}

class Order {
  public:
    explicit Order(std::vector<Loaded> all) : all_(std::move(all)) {
        for (std::size_t i = 0; i < all_.size(); ++i) {
            places_[all_[i].segment.code] = i;
        }
        done_.resize(all_.size());
    }
    void visit(const std::string& code) {
        auto at = places_.find(code);
        if (at == places_.end() || done_[at->second]) {
            return;
        }
        done_[at->second] = true; // circles were refused when they were declared
        const Loaded& loaded = all_[at->second];
        for (const std::string& each : refers_to(loaded.segment)) {
            visit(each);
        }
        out_.push_back(loaded);
    }
    std::vector<Loaded> take() { return std::move(out_); }
    [[nodiscard]] const std::vector<Loaded>& all() const { return all_; }

  private:
    std::vector<Loaded> all_, out_;
    std::map<std::string, std::size_t> places_;
    std::vector<bool> done_;
};

std::vector<Loaded> stored(store::Engine& engine) {
    std::vector<Loaded> out;
    auto row = engine.db().prepare("SELECT id, code, labels, filter, live, vouched, built_at, "
                                   "generation, position, boundary FROM segment ORDER BY code");
    while (row.step()) {
        out.push_back(read(row));
    }
    return out;
}

} // namespace

std::set<std::string> refers_to(const Segment& segment) {
    std::set<std::string> out;
    if (!segment.filter.empty()) {
        each_segment(parse_filter(segment.filter),
                     [&](const std::string& code, const std::string&) { out.insert(code); });
    }
    return out;
}

std::vector<Loaded> load_all(store::Engine& engine) {
    Order order(stored(engine));
    for (const Loaded& each : order.all()) {
        order.visit(each.segment.code);
    }
    return order.take();
}

Loaded load(store::Engine& engine, const std::string& code) {
    auto row = engine.db().prepare("SELECT id, code, labels, filter, live, vouched, built_at, "
                                   "generation, position, boundary FROM segment WHERE code = ?1");
    row.bind(1, code);
    if (!row.step()) {
        throw Error(Errc::not_found, "there is no segment of this code; define it first", code);
    }
    return read(row);
}

std::vector<Loaded> with_dependencies(store::Engine& engine, const std::string& code) {
    static_cast<void>(load(engine, code));
    Order order(stored(engine));
    order.visit(code);
    return order.take();
}

Membership refresh(store::Engine& engine, const Loaded& segment, bool full) {
    return refresh(engine, segment, full, today(engine));
}

Membership refresh(store::Engine& engine, const Loaded& segment, bool full, const Today& at) {
    Condition condition = condition_of(engine, segment, at);
    full = full || !segment.built_at || segment.generation != engine.definitions_generation() ||
           engine.now_ms() >= segment.boundary || segment.position > end_of_log(engine);
    Membership change;
    if (!full) {
        if (auto ids = changed_since(engine, segment.position, condition.filter, at)) {
            change = refresh_these(engine, segment, condition, *ids);
        } else {
            full = true;
        }
    }
    if (full) {
        change = refresh_all_subjects(engine, segment, condition);
    }
    store_state(engine, segment, condition.filter);
    return change;
}

Membership refresh_some(store::Engine& engine, const Loaded& segment,
                        const std::vector<std::int64_t>& subjects) {
    return refresh_these(engine, segment, condition_of(engine, segment, today(engine)), subjects);
}

void settle(store::Engine& engine) {
    auto live = engine.db().prepare("SELECT 1 FROM segment WHERE live = 1 LIMIT 1");
    if (!live.step()) {
        return;
    }
    for (const Loaded& segment : load_all(engine)) {
        if (!segment.segment.live) {
            continue;
        }
        Condition condition = condition_of(engine, segment, today(engine));
        std::vector<std::int64_t> ids;
        for (const store::NotedChange& each : engine.noted_changes()) {
            if ((each.kinds & condition.filter.changes) != 0) {
                add_range(ids, each.first, each.last);
            }
        }
        refresh_these(engine, segment, condition, ids);
    }
}

} // namespace habeas::segments

// Reading the change log, one subject after another.
#include "habeas/changes.hpp"

#include "store/engine.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace habeas {
namespace {

constexpr std::array<std::string_view, 13> kind_names{
    "created", "profile", "organisation", "consent",    "merged",  "erased",  "segment",
    "tag",     "points",  "request",      "submission", "message", "campaign"};

/// "<act>.<sequence>.<time>": the last restore that the ledger knows, and the last change read.
/// After an older file was put back, other changes get the same sequences.
struct Position {
    std::int64_t act = 0, sequence = 0, at = 0;
    bool operator==(const Position&) const = default;
};

Position parse(const std::string& text) {
    Position out;
    std::array<std::int64_t*, 3> parts{&out.act, &out.sequence, &out.at};
    const char* at = text.data();
    const char* end = at + text.size();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        auto [next, fault] = std::from_chars(at, end, *parts[i]);
        bool last = i + 1 == parts.size();
        if (fault != std::errc{} || *parts[i] < 0 ||
            (last ? next != end : next == end || *next != '.')) {
            throw Error(Errc::invalid,
                        "this is no position of a change feed: give one that read() "
                        "or position() returned, or nothing",
                        "position");
        }
        at = next + 1;
    }
    return out;
}
std::string format(const Position& position) {
    return std::to_string(position.act) + "." + std::to_string(position.sequence) + "." +
           std::to_string(position.at);
}

std::int64_t last_restore(store::Engine& engine) {
    auto row =
        engine.db().prepare("SELECT max(id) FROM event WHERE kind = ?1 AND subject_id IS NULL");
    row.bind(1, static_cast<std::int64_t>(EventKind::restored));
    return row.step() ? row.i64(0) : 0;
}

struct Range {
    std::int64_t sequence = 0, first = 0, last = 0, at = 0;
    std::uint32_t kinds = 0;
};
Range read_range(const store::Statement& row) {
    return {row.i64(0), row.i64(1), row.i64(2), row.i64(4), static_cast<std::uint32_t>(row.i64(3))};
}

/// The range that holds a change, if there is one.
std::optional<Range> range_of(store::Engine& engine, std::int64_t sequence) {
    auto row = engine.db().prepare(
        "SELECT sequence, first_id, last_id, kinds, recorded_at FROM change_log "
        "WHERE sequence <= ?1 ORDER BY sequence DESC LIMIT 1");
    row.bind(1, sequence);
    if (!row.step()) {
        return std::nullopt;
    }
    Range range = read_range(row);
    return sequence - range.sequence <= range.last - range.first ? std::optional(range)
                                                                 : std::nullopt;
}

Position end_of_feed(store::Engine& engine) {
    Position out;
    out.act = last_restore(engine);
    auto row = engine.db().prepare("SELECT sequence + last_id - first_id, recorded_at "
                                   "FROM change_log ORDER BY sequence DESC LIMIT 1");
    if (row.step()) {
        out.sequence = row.i64(0);
        out.at = row.i64(1);
    }
    return out;
}

/// Where to read on from; throws where the position is of another past.
Position checked(store::Engine& engine, const std::string& text) {
    if (text.empty()) {
        return {last_restore(engine), 0, 0};
    }
    Position from = parse(text);
    bool same = from.act == last_restore(engine);
    if (same && from.sequence > 0) {
        auto range = range_of(engine, from.sequence);
        same = range && range->at == from.at;
    }
    if (!same) {
        throw Error(Errc::conflict,
                    "the store was put back to an older state since: read all subjects anew, "
                    "beginning with position()",
                    "position");
    }
    return from;
}

std::vector<ChangeKind> kinds_of(std::uint32_t bits) {
    std::vector<ChangeKind> out;
    for (std::size_t i = 0; i < kind_names.size(); ++i) {
        auto kind = static_cast<ChangeKind>(i);
        if ((bits & store::change_bit(kind)) != 0) {
            out.push_back(kind);
        }
    }
    return out;
}

bool was_erased(store::Engine& engine, std::int64_t subject) {
    auto row = engine.db().prepare("SELECT 1 FROM tombstone WHERE subject_id = ?1");
    row.bind(1, subject);
    return row.step();
}

} // namespace

std::string_view change_kind_name(ChangeKind kind) noexcept {
    auto at = static_cast<std::size_t>(kind);
    return at < kind_names.size() ? kind_names[at] : "unknown";
}

ChangePage Changes::read(const std::string& position, std::size_t limit) const {
    store::Engine::Read snapshot(*engine_);
    Position from = checked(*engine_, position);
    ChangePage page;
    auto row = engine_->db().prepare(
        "SELECT sequence, first_id, last_id, kinds, recorded_at FROM change_log "
        "WHERE sequence > ?1 - coalesce((SELECT last_id - first_id + 1 FROM change_log WHERE "
        "sequence <= ?1 ORDER BY sequence DESC LIMIT 1), 0) ORDER BY sequence");
    row.bind(1, from.sequence);
    while (page.changes.size() < limit && row.step()) {
        Range range = read_range(row);
        std::int64_t skip = std::max<std::int64_t>(0, from.sequence + 1 - range.sequence);
        for (std::int64_t id = range.first + skip; id <= range.last && page.changes.size() < limit;
             ++id) {
            Change& change = page.changes.emplace_back();
            change.sequence = range.sequence + (id - range.first);
            change.subject = SubjectId{id};
            change.kinds =
                was_erased(*engine_, id) ? std::vector{ChangeKind::erased} : kinds_of(range.kinds);
            change.at = Time(std::chrono::milliseconds(range.at));
        }
    }
    if (!page.changes.empty()) {
        from.sequence = page.changes.back().sequence;
        from.at = page.changes.back().at.time_since_epoch().count();
    }
    page.position = format(from);
    return page;
}

std::string Changes::position() const {
    store::Engine::Read snapshot(*engine_);
    return format(end_of_feed(*engine_));
}

} // namespace habeas

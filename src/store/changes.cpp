// The change log: ranges of subjects with what changed about them, one transaction after another.
#include "store/engine.hpp"

#include <algorithm>

namespace habeas::store {

namespace {
bool by_subject(const NotedChange& a, const NotedChange& b) {
    return a.first < b.first;
}
} // namespace

void Engine::note_change(SubjectId subject, ChangeKind kind) {
    const auto id = static_cast<std::int64_t>(subject);
    const std::uint32_t kinds = change_bit(kind);
    if (noted_.size() > noted_mark_) {
        NotedChange& last = noted_.back();
        if (last.first == id && last.last == id) {
            last.kinds |= kinds;
            return;
        }
        if (last.kinds == kinds && last.last + 1 == id) { // an import creates one after the other
            last.last = id;
            return;
        }
    }
    noted_.push_back({id, id, kinds});
}

std::vector<NotedChange> Engine::noted_changes() const {
    // Overlapping ranges come from a subject that was touched in several ways: cut at every edge.
    std::vector<NotedChange> sorted = noted_;
    std::sort(sorted.begin(), sorted.end(), by_subject);
    std::vector<NotedChange> out;
    std::size_t at = 0;
    std::vector<NotedChange> open; // those that cover the current place
    std::int64_t place = 0;
    while (at < sorted.size() || !open.empty()) {
        if (open.empty()) {
            place = sorted[at].first;
        }
        while (at < sorted.size() && sorted[at].first == place) {
            open.push_back(sorted[at++]);
        }
        std::int64_t end = at < sorted.size() ? sorted[at].first - 1 : open.front().last;
        std::uint32_t kinds = 0;
        for (const NotedChange& each : open) {
            end = std::min(end, each.last);
            kinds |= each.kinds;
        }
        if (!out.empty() && out.back().last + 1 == place && out.back().kinds == kinds) {
            out.back().last = end;
        } else {
            out.push_back({place, end, kinds});
        }
        place = end + 1;
        std::erase_if(open, [&](const NotedChange& each) { return each.last < place; });
    }
    return out;
}

void Engine::write_changes() {
    if (noted_.empty()) {
        return;
    }
    std::int64_t next = 1;
    {
        Statement last = db_->prepare("SELECT sequence + last_id - first_id + 1 FROM change_log "
                                      "ORDER BY sequence DESC LIMIT 1");
        if (last.step()) {
            next = last.i64(0);
        }
    }
    Statement insert = db_->prepare("INSERT INTO change_log(sequence, first_id, last_id, kinds, "
                                    "recorded_at) VALUES(?1, ?2, ?3, ?4, ?5)");
    for (const NotedChange& each : noted_changes()) {
        insert
            .bind_all(next, each.first, each.last, static_cast<std::int64_t>(each.kinds), tx_time_)
            .run();
        next += each.last - each.first + 1;
    }
    noted_.clear();
}

} // namespace habeas::store

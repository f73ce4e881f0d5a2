// The public class: definitions, work by hand, questions.
#include "base/contact.hpp"
#include "base/text.hpp"
#include "consent/json_reader.hpp"
#include "segments/members.hpp"
#include "subjects/lookup.hpp"

#include <algorithm>
#include <set>

namespace habeas {
namespace segments {
namespace {

constexpr std::size_t max_vouched = 200;
constexpr std::size_t max_label = 200;

void check_segment(const Segment& segment) {
    base::require_code(segment.code, "code");
    for (const auto& [language, label] : segment.labels) {
        base::require_text(label, "labels." + language, false, max_label);
    }
    base::require_text(segment.vouched, "vouched", false, max_vouched);
}

/// Refuses a filter that refers to its own segment, directly or through others.
void refuse_circles(store::Engine& engine, const std::string& code, const Filter& filter,
                    std::set<std::string>& seen) {
    for (const std::string& each : filter.segments) {
        if (each == code) {
            throw Error(Errc::invalid,
                        "the segments refer to each other in a circle: " + code +
                            " would depend on itself",
                        "filter");
        }
        if (seen.insert(each).second) {
            Loaded other = load(engine, each);
            if (!other.segment.filter.empty()) {
                refuse_circles(engine, code,
                               compile(engine, parse_filter(other.segment.filter), today(engine)),
                               seen);
            }
        }
    }
}

/// Segments that could not be refreshed: the others are, and each of these is named.
class Broken {
  public:
    void refuse_dependent(const Segment& segment) const {
        for (const std::string& each : refers_to(segment)) {
            if (codes_.contains(each)) {
                throw BrokenFilter(Errc::invalid, "segment " + segment.code + " refers to " + each,
                                   segment.code);
            }
        }
    }
    void add(const BrokenFilter& error) {
        codes_.insert(error.where());
        errors_.push_back(error);
    }
    void report(std::size_t refreshed) const {
        if (errors_.empty()) {
            return;
        }
        std::string text = std::to_string(refreshed) + " segments were refreshed, not these: ";
        for (const BrokenFilter& each : errors_) {
            text += (&each == &errors_.front() ? "" : "; ") + std::string(each.what());
        }
        throw Error(errors_.front().code(), text, errors_.front().where());
    }

  private:
    std::set<std::string> codes_;
    std::vector<BrokenFilter> errors_;
};

/// Of whatever other modules have defined with it.
void refuse_used(store::Engine& engine, const std::string& code) {
    const std::string places = engine.places_using(&store::Module::uses_segment, code);
    if (!places.empty()) {
        throw Error(Errc::conflict,
                    "segment " + code + " is used by " + places +
                        ": take it out there, or retire what names it, before you delete it",
                    code);
    }
}

RefreshReport report(const Loaded& segment, Membership change) {
    return {segment.segment.code, std::move(change.added), std::move(change.removed), change.full};
}

/// By hand: the lasting record, then the row.
void by_hand(store::Engine& engine, const std::string& code, SubjectId subject,
             std::optional<bool> included) {
    store::Engine::Write tx(engine);
    Loaded segment = load(engine, code);
    auto id = static_cast<std::int64_t>(subjects::require(engine, subject));
    if (included) {
        engine.db()
            .prepare("INSERT INTO segment_manual(segment_id, subject_id, included, at) "
                     "VALUES(?1, ?2, ?3, ?4) ON CONFLICT(segment_id, subject_id) DO UPDATE SET "
                     "included = excluded.included, at = excluded.at")
            .bind_all(segment.id, id, *included, engine.now_ms())
            .run();
    } else {
        engine.db()
            .prepare("DELETE FROM segment_manual WHERE segment_id = ?1 AND subject_id = ?2")
            .bind_all(segment.id, id)
            .run();
    }
    refresh_some(engine, segment, {id});
    tx.commit();
}

SegmentInfo info_of(store::Engine& engine, Loaded loaded) {
    SegmentInfo info;
    auto row = engine.db().prepare("SELECT count(*) FROM segment_member WHERE segment_id = ?1");
    row.bind(1, loaded.id);
    row.step();
    info.members = row.i64(0);
    if (loaded.built_at) {
        info.refreshed_at = Time(std::chrono::milliseconds(*loaded.built_at));
    }
    info.segment = std::move(loaded.segment);
    return info;
}

template <class Row>
void each_match(store::Engine& engine, const std::string& text, const char* columns, Row row) {
    Filter filter = compile(engine, parse_filter(text), today(engine));
    auto statement = engine.db().prepare_text(std::string("SELECT ") + columns +
                                              " FROM subject s NOT INDEXED WHERE " + filter.where);
    bind(statement, filter);
    while (statement.step()) {
        row(statement);
    }
}

} // namespace
} // namespace segments

void Segments::define(const Segment& segment) {
    using namespace segments;
    check_segment(segment);
    store::Engine::Write tx(*engine_);
    if (!segment.filter.empty()) {
        Filter filter = compile(*engine_, parse_filter(segment.filter), today(*engine_));
        std::set<std::string> seen;
        refuse_circles(*engine_, segment.code, filter, seen);
    }
    engine_->db()
        .prepare("INSERT INTO segment(code, labels, filter, live, vouched, built_at, generation, "
                 "position, boundary) VALUES(?1, ?2, ?3, ?4, ?5, NULL, 0, 0, 0) "
                 "ON CONFLICT(code) DO UPDATE SET labels = excluded.labels, vouched = "
                 "excluded.vouched, live = excluded.live, "
                 "built_at = CASE WHEN filter = excluded.filter AND live = excluded.live "
                 "THEN built_at END, filter = excluded.filter")
        .bind_all(segment.code, nlohmann::json(segment.labels).dump(), segment.filter, segment.live,
                  segment.vouched)
        .run();
    if (segment.live) {
        for (const Loaded& each : with_dependencies(*engine_, segment.code)) {
            segments::refresh(*engine_, each, false);
        }
    }
    tx.commit();
}

void Segments::remove(const std::string& code) {
    using namespace segments;
    store::Engine::Write tx(*engine_);
    Loaded gone = load(*engine_, code);
    for (const Loaded& each : load_all(*engine_)) {
        if (each.id != gone.id && refers_to(each.segment).contains(code)) {
            throw Error(Errc::invalid,
                        "segment " + each.segment.code + " refers to it: change that one first",
                        code);
        }
    }
    refuse_used(*engine_, code);
    {
        auto row = engine_->db().prepare(
            "SELECT subject_id FROM segment_member WHERE segment_id = ?1 ORDER BY subject_id");
        row.bind(1, gone.id);
        while (row.step()) {
            engine_->note_change(SubjectId{row.i64(0)}, ChangeKind::segment);
        }
    }
    for (const char* sql :
         {"DELETE FROM segment_member WHERE segment_id = ?1",
          "DELETE FROM segment_manual WHERE segment_id = ?1",
          "DELETE FROM segment_day WHERE segment_id = ?1", "DELETE FROM segment WHERE id = ?1"}) {
        engine_->db().prepare(sql).bind(1, gone.id).run();
    }
    tx.commit();
}

std::vector<SegmentInfo> Segments::list() const {
    using namespace segments;
    store::Engine::Read snapshot(*engine_);
    std::vector<SegmentInfo> out;
    for (Loaded& each : load_all(*engine_)) {
        out.push_back(info_of(*engine_, std::move(each)));
    }
    std::sort(out.begin(), out.end(),
              [](const auto& a, const auto& b) { return a.segment.code < b.segment.code; });
    return out;
}

std::optional<SegmentInfo> Segments::find(const std::string& code) const {
    using namespace segments;
    store::Engine::Read snapshot(*engine_);
    for (Loaded& each : load_all(*engine_)) {
        if (each.segment.code == code) {
            return info_of(*engine_, std::move(each));
        }
    }
    return std::nullopt;
}

RefreshReport Segments::refresh(const std::string& code, bool full) {
    using namespace segments;
    store::Engine::Write tx(*engine_);
    RefreshReport out;
    for (const Loaded& each : with_dependencies(*engine_, code)) {
        out = report(each, segments::refresh(*engine_, each, full));
    }
    tx.commit();
    return out;
}

std::vector<RefreshReport> Segments::refresh_all(bool full) {
    using namespace segments;
    store::Engine::Write tx(*engine_);
    std::vector<RefreshReport> out;
    Broken broken;
    for (const Loaded& each : load_all(*engine_)) {
        try {
            broken.refuse_dependent(each.segment);
            out.push_back(report(each, segments::refresh(*engine_, each, full)));
        } catch (const BrokenFilter& error) {
            broken.add(error);
        }
    }
    tx.commit();
    broken.report(out.size());
    return out;
}

void Segments::add(const std::string& code, SubjectId subject) {
    segments::by_hand(*engine_, code, subject, true);
}
void Segments::remove_member(const std::string& code, SubjectId subject) {
    segments::by_hand(*engine_, code, subject, false);
}
void Segments::reset(const std::string& code, SubjectId subject) {
    segments::by_hand(*engine_, code, subject, std::nullopt);
}

bool Segments::contains(const std::string& code, SubjectId subject) const {
    using namespace segments;
    store::Engine::Read snapshot(*engine_);
    auto id = static_cast<std::int64_t>(subjects::require(*engine_, subject));
    auto row = engine_->db().prepare(
        "SELECT 1 FROM segment_member WHERE segment_id = ?1 AND subject_id = ?2");
    row.bind_all(load(*engine_, code).id, id);
    return row.step();
}

void Segments::members(const std::string& code, const std::function<bool(SubjectId)>& each) const {
    using namespace segments;
    store::Engine::Read snapshot(*engine_);
    auto row = engine_->db().prepare(
        "SELECT subject_id FROM segment_member WHERE segment_id = ?1 ORDER BY subject_id");
    row.bind(1, load(*engine_, code).id);
    while (row.step() && each(SubjectId{row.i64(0)})) {
    }
}

std::vector<SubjectId> Segments::match(const std::string& filter) const {
    store::Engine::Read snapshot(*engine_);
    std::vector<SubjectId> out;
    segments::each_match(*engine_, filter, "s.id", [&](const store::Statement& row) {
        out.push_back(SubjectId{row.i64(0)});
    });
    std::sort(out.begin(), out.end());
    return out;
}

std::int64_t Segments::count(const std::string& filter) const {
    store::Engine::Read snapshot(*engine_);
    std::int64_t out = 0;
    segments::each_match(*engine_, filter, "count(*)",
                         [&](const store::Statement& row) { out = row.i64(0); });
    return out;
}

} // namespace habeas

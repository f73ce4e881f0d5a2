// Segments of Mautic and who is in them by hand.
#include "importers/mautic.hpp"

#include "base/text.hpp"
#include "habeas/segment.hpp"

#include <algorithm>
#include <set>

namespace habeas::importers {
namespace {

using nlohmann::json;

struct MauticSegment {
    std::string id, name, alias;
    bool published = true;
    json filters;
    std::string fault; ///< why its filters cannot be read
};

class SegmentTaker {
  public:
    SegmentTaker(Run& run, MauticNames& names, std::vector<MauticSegment> segments,
                 MigrationPart& part)
        : run_(run), names_(names), segments_(std::move(segments)), part_(part),
          here_(run.engine()) {}

    void take_all() {
        for (const MauticSegment& each : segments_) {
            take(each);
        }
    }
    /// Ids of those whose members are the stored ones.
    [[nodiscard]] const std::set<std::string>& fixed() const { return fixed_; }

  private:
    void take(const MauticSegment& segment) {
        if (done_.contains(segment.id)) {
            return;
        }
        if (!open_.insert(segment.id).second) {
            circles_.insert(segment.id);
            return;
        }
        for (const std::string& id : segments_in(segment.filters)) {
            const auto other = std::find_if(segments_.begin(), segments_.end(),
                                            [&](const auto& each) { return each.id == id; });
            if (other != segments_.end()) {
                take(*other);
            }
        }
        define(segment);
        done_.insert(segment.id);
    }

    void define(const MauticSegment& segment) {
        MigrationItem item{
            "segment", segment.alias.empty() ? segment.name : segment.alias, {}, {}, {}};
        ++part_.rows;
        if (!segment.published) {
            item.outcome = "left";
            item.notes.emplace_back("not published there");
            Run::skip(part_, "not published there");
            run_.report().items.push_back(std::move(item));
            return;
        }
        FilterReading reading;
        if (!segment.fault.empty()) {
            reading.notes.push_back(segment.fault);
        } else if (circles_.contains(segment.id)) {
            reading.notes.emplace_back("segments that refer to each other in a circle");
        } else if (!segment.filters.empty()) {
            reading = read_filter(segment.filters, names_);
        }
        const bool by_hand = segment.fault.empty() && segment.filters.empty();
        item.notes = reading.notes;
        Segment made;
        made.labels["en"] = segment.name.empty() ? segment.alias : segment.name;
        made.filter = reading.filter ? reading.filter->dump() : "";
        if (!declare(segment, made, item) && !made.filter.empty()) {
            made.filter.clear();
            declare(segment, made, item);
        }
        const bool there = item.outcome == "there";
        if (made.filter.empty() && !by_hand) {
            item.outcome = "static";
        }
        if (made.filter.empty()) {
            fixed_.insert(segment.id);
        }
        names_.segments[segment.id] = item.to;
        ++(there ? part_.unchanged : part_.created);
        run_.report().items.push_back(std::move(item));
    }

    /// False: habeas refuses the filter, and the item says why.
    bool declare(const MauticSegment& from, Segment& made, MigrationItem& item) {
        const std::string code =
            code_like(from.alias.empty() ? from.name : from.alias, "segment_" + from.id);
        for (int n = 1;; ++n) {
            made.code = n == 1   ? code
                        : n == 2 ? code + "_mautic"
                                 : code + "_mautic" + std::to_string(n);
            const auto there = here_.find(made.code);
            if (there && taken_.contains(made.code)) {
                continue;
            }
            if (there && same_filter(there->segment.filter, made.filter)) {
                item.outcome = "there";
                break;
            }
            if (there) {
                continue; // the host's own
            }
            item.outcome = "created";
            break;
        }
        if (item.outcome == "created") {
            try {
                here_.define(made);
            } catch (const Error& error) {
                if (error.code() != Errc::invalid && error.code() != Errc::not_found) {
                    throw;
                }
                item.notes.push_back("habeas refuses the filter: " + std::string(error.what()));
                return false;
            }
        }
        taken_.insert(made.code);
        item.to = made.code;
        return true;
    }

    static bool same_filter(const std::string& a, const std::string& b) {
        if (a.empty() || b.empty()) {
            return a.empty() && b.empty();
        }
        return json::parse(a, nullptr, false) == json::parse(b, nullptr, false);
    }

    Run& run_;
    MauticNames& names_;
    std::vector<MauticSegment> segments_;
    MigrationPart& part_;
    Segments here_;
    std::set<std::string> done_, open_, circles_, fixed_, taken_;
};

void take_members(Run& run, TableSource& source, const std::string& table, MauticPeople& people,
                  const MauticNames& names, const std::set<std::string>& fixed) {
    const auto cursor =
        source.open(table, {"leadlist_id", "lead_id", "manually_removed", "manually_added"});
    MigrationPart& part = run.part(table);
    Segments segments(run.engine());
    Run::Steps steps;
    steps.begin = [&] { people.begin_batch(); };
    steps.row = [&](const TableRow& row) {
        const std::string id(row.cells[0].value_or(""));
        const auto code = names.segments.find(id);
        const bool removed = row.cells[2].value_or("0") != "0";
        const bool added = row.cells[3].value_or("0") != "0";
        if (code == names.segments.end()) {
            Run::skip(part, "of a segment that was not taken over");
            return;
        }
        if (!removed && !added && !fixed.contains(id)) {
            Run::skip(part, "follows from the filter");
            return;
        }
        if (removed && fixed.contains(id)) {
            Run::skip(part, "is out, and no filter brings them in");
            return;
        }
        const auto subject = people.find(row.cells[1].value_or(""));
        if (!subject) {
            Run::skip(part, "of a contact that was not taken over");
            return;
        }
        const auto manual = [&] { return segments.explain(code->second, *subject).manual; };
        const std::string before = manual();
        if (before == (removed ? "removed" : "added")) {
            ++part.unchanged;
            return;
        }
        if (before == "removed") {
            Run::skip(part, "somebody else of the same person was taken out by hand");
            return;
        }
        removed ? segments.remove_member(code->second, *subject)
                : segments.add(code->second, *subject);
        ++part.created;
    };
    run.each_row(table, *cursor, steps);
}

} // namespace

void take_segments(Run& run, TableSource& source, const std::string& prefix, MauticPeople& people,
                   MauticNames& names) {
    const std::string table = prefix + "lead_lists";
    if (source.columns(table).empty() || run.cancelled()) {
        return;
    }
    std::vector<MauticSegment> segments;
    for (const SmallRow& row :
         read_small(source, table, {"id", "name", "alias", "is_published", "filters"})) {
        MauticSegment& segment = segments.emplace_back();
        segment.id = row[0].value_or("");
        segment.name = row[1].value_or("");
        segment.alias = row[2].value_or("");
        segment.published = row[3].value_or("1") != "0";
        segment.filters = json::array();
        try {
            segment.filters = read_stored(row[4].value_or(""));
        } catch (const Error& error) {
            if (error.code() != Errc::invalid) {
                throw;
            }
            segment.fault = error.what();
        }
    }
    store::Engine::Write tx(run.engine());
    SegmentTaker taker(run, names, std::move(segments), run.part(table));
    taker.take_all();
    tx.commit();
    const std::string members = prefix + "lead_lists_leads";
    if (!source.columns(members).empty()) {
        take_members(run, source, members, people, names, taker.fixed());
    }
    if (!run.cancelled()) {
        Segments(run.engine()).refresh_all();
    }
}

} // namespace habeas::importers

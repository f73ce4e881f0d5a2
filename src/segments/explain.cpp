// Why somebody is in a segment: the statement, its plan, and each condition for one subject.
#include "segments/members.hpp"
#include "subjects/lookup.hpp"

namespace habeas {
namespace segments {
namespace {

std::vector<std::string> plan_of(store::Engine& engine, const std::string& sql) {
    std::vector<std::string> out;
    auto row = engine.db().prepare_text("EXPLAIN QUERY PLAN " + sql);
    while (row.step()) {
        out.push_back(row.str(3));
    }
    return out;
}

bool holds(store::Engine& engine, const Node& node, const Today& today, std::int64_t subject) {
    Filter filter = compile(engine, node, today);
    auto row = engine.db().prepare_text("SELECT (" + filter.where +
                                        ") IS TRUE FROM subject s WHERE s.id = ?" +
                                        std::to_string(filter.parameters.size() + 1));
    filter.parameters.emplace_back(subject);
    bind(row, filter);
    return row.step() && row.i64(0) != 0;
}

std::string question_of(const Node& node) {
    std::string words = node.kind == Node::Kind::all   ? "all of these hold"
                        : node.kind == Node::Kind::any ? "any of these holds"
                                                       : node.question;
    return node.negated && node.kind != Node::Kind::condition ? "not: " + words : words;
}

void walk(store::Engine& engine, const Node& node, const Today& today, std::int64_t subject,
          int depth, std::vector<SegmentExplanation::Step>& out) {
    out.push_back({node.pointer, question_of(node), holds(engine, node, today, subject), depth});
    for (const Node& child : node.children) {
        walk(engine, child, today, subject, depth + 1, out);
    }
}

std::string manual_of(store::Engine& engine, std::int64_t segment, std::int64_t subject) {
    auto row = engine.db().prepare(
        "SELECT included FROM segment_manual WHERE segment_id = ?1 AND subject_id = ?2");
    row.bind_all(segment, subject);
    return !row.step() ? "" : row.i64(0) != 0 ? "added" : "removed";
}

} // namespace
} // namespace segments

SegmentExplanation Segments::explain(const std::string& code,
                                     std::optional<SubjectId> subject) const {
    using namespace segments;
    store::Engine::Read snapshot(*engine_);
    SegmentExplanation out;
    Loaded segment = load(*engine_, code);
    const Today now = today(*engine_);
    Node tree;
    tree.kind = Node::Kind::any; // of nothing: nobody
    if (!segment.segment.filter.empty()) {
        tree = parse_filter(segment.segment.filter);
    }
    out.sql = "SELECT s.id FROM subject s NOT INDEXED WHERE " + compile(*engine_, tree, now).where +
              " ORDER BY s.id";
    out.plan = plan_of(*engine_, out.sql);
    if (subject) {
        auto id = static_cast<std::int64_t>(subjects::require(*engine_, *subject));
        walk(*engine_, tree, now, id, 0, out.steps);
        out.matches = out.steps.front().holds;
        out.manual = manual_of(*engine_, segment.id, id);
        out.member = contains(code, SubjectId{id});
    }
    return out;
}

} // namespace habeas

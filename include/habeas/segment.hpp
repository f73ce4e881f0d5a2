// Segments: saved filters over subjects, and who is in them; tags.
#pragma once

#include "habeas/subject.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace habeas {

/// A saved filter. Its JSON and what each operator means: src/segments/README.md.
struct Segment {
    std::string code;                          ///< [a-z][a-z0-9_]{0,62}
    std::map<std::string, std::string> labels; ///< by language
    std::string filter; ///< JSON; empty: only who was added by hand is a member
    /// Members are right at once: whatever changes a subject changes its membership in the same
    /// transaction. Otherwise membership is as of the last refresh.
    bool live = false;
    /// Who vouches that its members asked for what a campaign does with them (erasure): a name kept
    /// with each request. Empty: campaigns ask the person to confirm.
    std::string vouched;
    bool operator==(const Segment&) const = default;
};

struct SegmentInfo {
    Segment segment;
    std::int64_t members = 0;
    std::optional<Time> refreshed_at; ///< empty: never
};

struct RefreshReport {
    std::string segment;
    std::vector<SubjectId> added, removed; ///< in order of id
    bool full = false; ///< false: only subjects that changed since the last refresh were looked at
};

/// Why one subject is in a segment or not.
struct SegmentExplanation {
    std::string sql;               ///< the statement, with numbered parameters
    std::vector<std::string> plan; ///< SQLite's plan for a full refresh, one step a line
    struct Step {
        std::string pointer;  ///< of the condition in the filter's JSON
        std::string question; ///< "country = \"AT\""
        bool holds = false;
        int depth = 0; ///< of the tree
    };
    std::vector<Step> steps; ///< only where a subject was given
    bool matches = false;    ///< the filter
    std::string manual;      ///< "added", "removed" or empty
    bool member = false;     ///< as stored
};

class Segments {
  public:
    explicit Segments(Store& store) : engine_(&store.engine()) {}
    explicit Segments(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use

    /// Declares a segment or changes it; members follow at the next refresh (at once if `live`).
    /// Errc::invalid names the JSON pointer: an unknown operator, a value of a wrong type, a bad
    /// regular expression, segments that refer to each other in a circle; Errc::not_found an
    /// unknown field.
    void define(const Segment& segment);
    /// Errc::invalid while another segment's filter names it; Errc::conflict, naming the places,
    /// while a form, campaign, rule of points or of retention does.
    void remove(const std::string& code);
    [[nodiscard]] std::vector<SegmentInfo> list() const;
    [[nodiscard]] std::optional<SegmentInfo> find(const std::string& code) const;

    /// One transaction; segments that it refers to are refreshed before it. `full`: looks at
    /// everybody even where the changes would do.
    RefreshReport refresh(const std::string& code, bool full = false);
    /// In order of dependency. Where a filter needs what is gone (a field), the others are
    /// refreshed and stay so; then the error names each segment that was not.
    std::vector<RefreshReport> refresh_all(bool full = false);

    /// By hand, and lasting: refreshes, leaving and imports do not undo it; `reset` does.
    void add(const std::string& code, SubjectId subject);
    void remove_member(const std::string& code, SubjectId subject);
    void reset(const std::string& code, SubjectId subject);

    [[nodiscard]] bool contains(const std::string& code, SubjectId subject) const;
    /// In order of id. Return false to stop.
    void members(const std::string& code, const std::function<bool(SubjectId)>& row) const;
    /// Who would match a filter now, without a segment. Errc::invalid as in define.
    [[nodiscard]] std::vector<SubjectId> match(const std::string& filter) const;
    [[nodiscard]] std::int64_t count(const std::string& filter) const;
    [[nodiscard]] SegmentExplanation explain(const std::string& code,
                                             std::optional<SubjectId> subject = {}) const;
    /// The flat list with `glue` that Mautic stores, as a tree: each `or` opens a new group of
    /// conditions that hold together. Keys `filter` and `properties.filter` are both read.
    [[nodiscard]] static std::string from_glue_list(const std::string& json);

  private:
    store::Engine* engine_;
};

class Tags {
  public:
    explicit Tags(Store& store) : engine_(&store.engine()) {}
    explicit Tags(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use
    /// A tag is made when it is first given: up to 100 bytes of text, compared without case.
    void add(SubjectId subject, const std::string& tag);
    void remove(SubjectId subject, const std::string& tag);
    [[nodiscard]] std::vector<std::string> of(SubjectId subject) const;
    [[nodiscard]] std::vector<std::string> list() const;

  private:
    store::Engine* engine_;
};

} // namespace habeas

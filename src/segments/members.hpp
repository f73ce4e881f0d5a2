// Who is in a segment: the rows, refreshed from the filter.
#pragma once

#include "segments/filter.hpp"

#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace habeas::segments {

/// A segment as stored, with its filter compiled for now.
struct Loaded {
    std::int64_t id = 0;
    Segment segment;
    std::optional<std::int64_t> built_at;
    std::int64_t generation = 0, position = 0, boundary = 0;
};
/// In order of dependency: what a filter refers to comes before it.
std::vector<Loaded> load_all(store::Engine& engine);
/// Errc::not_found.
Loaded load(store::Engine& engine, const std::string& code);
/// Codes of the segments that its filter names.
std::set<std::string> refers_to(const Segment& segment);
/// Those that these refer to, directly or not, and they themselves; in order of dependency.
std::vector<Loaded> with_dependencies(store::Engine& engine, const std::string& code);

/// A stored filter needs what is gone; names the segment.
class BrokenFilter : public Error {
  public:
    using Error::Error;
};

struct Membership {
    std::vector<SubjectId> added, removed;
    bool full = false;
};
/// Brings the rows up to date. In a write transaction; what it refers to is up to date.
Membership refresh(store::Engine& engine, const Loaded& segment, bool full);
/// As of another time: a simulation looks ahead.
Membership refresh(store::Engine& engine, const Loaded& segment, bool full, const Today& at);
/// The same for some subjects only, after a change in this transaction.
Membership refresh_some(store::Engine& engine, const Loaded& segment,
                        const std::vector<std::int64_t>& subjects);
/// Before a commit: live segments follow the changes of the transaction.
void settle(store::Engine& engine);

} // namespace habeas::segments

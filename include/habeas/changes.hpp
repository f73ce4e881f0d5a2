// The change feed: what changed about whom, in order, for a CRM that keeps a copy.
#pragma once

#include "habeas/subject.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas {

enum class ChangeKind : std::uint8_t {
    created,
    profile,      ///< a field or an identifier
    organisation, ///< a link to an organisation
    consent,      ///< an event of the ledger, or a decision that changed with time
    merged,       ///< it became one with another subject, or another one with it
    erased,
    segment,
    tag,
    points,
    request,
    submission,
    message,
    campaign
};
std::string_view change_kind_name(ChangeKind kind) noexcept;

/// One transaction gives one change for each subject that it touched.
struct Change {
    std::int64_t sequence = 0; ///< from 1, without gaps
    SubjectId subject{};
    std::vector<ChangeKind> kinds; ///< of an erased subject: `erased` alone, whatever happened
    Time at{};
    bool operator==(const Change&) const = default;
};

struct ChangePage {
    std::vector<Change> changes;
    std::string position; ///< where the next page begins; the same as given where nothing is new
};

/// Keep the position with your copy and read on from there; empty: from the beginning.
class Changes {
  public:
    explicit Changes(Store& store) : engine_(&store.engine()) {}
    explicit Changes(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use
    /// Errc::invalid: no position. Errc::conflict: the store was put back to an older state, so
    /// the position means something else now: read all subjects anew, from position().
    [[nodiscard]] ChangePage read(const std::string& position, std::size_t limit = 1000) const;
    /// The end of the feed as it is now: what a copy made afterwards reads on from.
    [[nodiscard]] std::string position() const;

  private:
    store::Engine* engine_;
};

} // namespace habeas

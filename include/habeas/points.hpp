// Points (lead scoring): a profile, so they are kept only of subjects whose profiling is allowed.
#pragma once

#include "habeas/consent.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas {

struct PointsRule {
    enum class On : std::uint8_t {
        opened,    ///< key: template; empty: any
        clicked,   ///< key: template; empty: any
        submitted, ///< key: form; empty: any
        consented, ///< key: purpose; once
        tagged,    ///< key: tag; once
        segment    ///< key: segment; once
    };
    std::string code; ///< [a-z][a-z0-9_]{0,62}
    On on = On::opened;
    std::string key;
    std::int32_t points = 0; ///< may be negative
    std::int32_t limit = 0;  ///< times for a subject; 0: no limit
    bool operator==(const PointsRule&) const = default;
};
std::string_view points_on_name(PointsRule::On on) noexcept;

/// {"purpose": "profiling", "rules": [{"code", "on", "key", "points", "limit"}]}
struct PointsDefinition {
    std::string purpose; ///< of kind profiling; empty: no points are kept
    std::vector<PointsRule> rules;
    bool operator==(const PointsDefinition&) const = default;
};
struct PointsEntry {
    Time at{};
    std::int32_t points = 0;
    std::string reason; ///< "rule opened_news", "campaign welcome/praise", "by hand"
    bool operator==(const PointsEntry&) const = default;
};

class Points {
  public:
    explicit Points(Store& store) : engine_(&store.engine()) {}
    explicit Points(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use
    /// Takes the place of the former definition. Another purpose: points of those who may not be
    /// profiled for it go. Errc::invalid and Errc::not_found name the JSON pointer.
    void define(const std::string& json);
    [[nodiscard]] PointsDefinition definition() const;
    [[nodiscard]] static PointsDefinition from_json(const std::string& json);
    [[nodiscard]] static std::string to_json(const PointsDefinition& definition);

    /// False: profiling is not allowed for the subject, so nothing was kept.
    bool add(SubjectId subject, std::int32_t points, const std::string& reason);
    [[nodiscard]] std::int64_t total(SubjectId subject) const;
    [[nodiscard]] std::vector<PointsEntry> history(SubjectId subject) const;

  private:
    store::Engine* engine_;
};

} // namespace habeas

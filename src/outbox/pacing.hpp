// When a message that is due may go, by the rules of the setting "pacing".
#pragma once

#include "outbox/pacing_rules.hpp"
#include "outbox/prepare.hpp"
#include "store/engine.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace habeas::outbox {

struct Wait {
    std::int64_t until = 0; ///< ms; later than now
    const char* reason = "";
};

/// Asked for one message after the other, in the write transaction that claims them: what it
/// allows it has counted.
class Pacer {
  public:
    Pacer(store::Engine& engine, const Pacing& rules, std::string gateway, std::int64_t now,
          std::int64_t lease);
    /// Nothing: it may go now. The hours and caps are for marketing alone; rates are for all.
    std::optional<Wait> ask(const Material& message);

  private:
    [[nodiscard]] std::optional<Wait> quiet(const Material& message) const;
    [[nodiscard]] std::optional<Wait> capped(const Material& message) const;
    std::optional<Wait> rated(const Material& message);
    [[nodiscard]] std::int64_t plan(const std::string& bucket, const Rate& rate, bool marketing);

    store::Engine& engine_;
    const Pacing& rules_;
    std::string gateway_;
    std::int64_t now_, lease_;
};

/// Counts of stretches that are over go.
void forget_rates(store::Engine& engine, std::int64_t now);

} // namespace habeas::outbox

// The setting "pacing": how fast messages go, at what hours not, and how often to one person.
#pragma once

#include "habeas/consent.hpp"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace habeas::outbox {

/// At most so many messages of a gateway in each stretch of time, all kinds counted. Stretches are
/// counted from the epoch: "PT1H" is every full hour.
struct Rate {
    std::string gateway; ///< its id; empty: each gateway by itself
    std::string domain;  ///< of the recipient's e-mail address; "*": each by itself; empty: all
    std::int64_t messages = 0;
    std::chrono::milliseconds per{};
};
/// To whom a rule applies; empty lists: to all marketing.
struct Scope {
    std::vector<std::string> purposes;
    std::vector<Channel> channels;
    [[nodiscard]] bool covers(const std::string& purpose, Channel channel) const;
};
/// Marketing waits until these hours are over where the subject lives.
struct QuietHours {
    std::int32_t from = 0, to = 0;  ///< minutes of the day; from >= to: over midnight
    std::vector<unsigned> weekdays; ///< on which they begin, ISO, Monday is 1; empty: all
    Scope scope;
};
/// At most so much marketing to one subject in any stretch of that length.
struct Cap {
    std::int64_t messages = 0;
    std::chrono::milliseconds per{};
    Scope scope;
};

struct Pacing {
    std::vector<Rate> rates;
    std::vector<QuietHours> quiet_hours;
    std::vector<Cap> caps;
    [[nodiscard]] bool empty() const {
        return rates.empty() && quiet_hours.empty() && caps.empty();
    }
};

/// pacing.schema.json. Errc::invalid at the JSON pointer.
Pacing read_pacing(const nlohmann::json& given, const std::string& pointer);

} // namespace habeas::outbox

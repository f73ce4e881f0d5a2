// A campaign's definition: what its JSON says, as a flat list of events that name each other.
#pragma once

#include "habeas/campaign.hpp"
#include "habeas/consent.hpp"
#include "habeas/request.hpp"
#include "store/engine.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::campaigns {

/// When something is due, counted from when it was reached.
struct Timing {
    std::string after;                    ///< ISO 8601 duration; empty: at once
    std::optional<Time> at;               ///< or a fixed time
    std::optional<std::int32_t> from, to; ///< minutes of the day, in the subject's time zone
    std::vector<unsigned> weekdays;       ///< ISO, Monday is 1; empty: all
    [[nodiscard]] bool waits() const { return !after.empty() || at.has_value(); }
    [[nodiscard]] bool has_window() const { return from.has_value() || !weekdays.empty(); }
    [[nodiscard]] bool immediate() const { return !waits() && !has_window(); }
};

struct Event { // NOLINT(bugprone-exception-escape): JSON moves without throwing
    enum class Kind : std::uint8_t { action, condition, decision } kind = Kind::action;
    std::string id;
    std::string name;    ///< of the action or the signal
    std::string pointer; ///< where it stands in the JSON
    Timing when;
    std::vector<std::size_t> then, yes, no; ///< numbers of events

    std::string filter;             ///< condition: JSON
    std::string key;                ///< decision: of the signal
    std::optional<Channel> channel; ///< consented: over this one; empty: over any of the purpose's
    std::string no_after;           ///< decision: ISO 8601 duration; empty: it waits for ever
    nlohmann::json parameters;      ///< action: its members
    std::size_t jump = 0;           ///< jump: number of an event
};

struct Definition {
    std::string code;
    std::map<std::string, std::string> labels;
    std::vector<std::string> segments, forms;
    bool manual = false;
    bool restart = false;
    bool stop_on_leaving = true;
    std::optional<Time> publish_from, publish_until;
    std::int32_t attempts = 5;  ///< of a step
    std::int32_t pause_at = 10; ///< steps that failed for good
    std::string alert_to;       ///< "Name <address>" for the notice; empty: it is logged only
    std::vector<Event> events;  ///< parents before children
    std::vector<std::size_t> roots;

    [[nodiscard]] const Event* find(std::string_view id) const;
    [[nodiscard]] std::size_t number(const Event& event) const {
        return static_cast<std::size_t>(&event - events.data());
    }
};

/// Errc::invalid at a JSON pointer. What it refers to is not looked up.
Definition parse(const nlohmann::json& document);
Definition parse(std::string_view json);
/// What a new definition must keep besides: what it refers to is there (segments, templates,
/// fields, purposes), filters compile, addresses are some, and circles wait. Errors as of parse,
/// and Errc::not_found. In a Write.
void check_references(store::Engine& engine, const Definition& definition);

} // namespace habeas::campaigns

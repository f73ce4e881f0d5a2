// Rows of the register, and the step from one state to the next.
#pragma once

#include "habeas/breach.hpp"
#include "store/engine.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace habeas::breaches {

inline bool is_open(BreachState state) {
    return state < BreachState::closed;
}

/// In a Read or Write. `by`: how deadlines are counted here.
std::vector<BreachInfo> load_all(store::Engine& engine, const Deadlines& by);
std::optional<BreachInfo> find(store::Engine& engine, const std::string& code);
BreachInfo require(store::Engine& engine, const std::string& code);      ///< Errc::not_found
BreachInfo require_open(store::Engine& engine, const std::string& code); ///< and Errc::conflict
std::vector<BreachStep> steps(store::Engine& engine, std::int64_t number);

/// Writes the journal, the state and an entry of the audit chain. `facts`: an object.
void step(store::Engine& engine, const BreachInfo& breach, BreachState to, const char* what,
          const nlohmann::json& facts);

/// How it stands with the persons.
struct Standing {
    std::int64_t rows = 0, told = 0, refused = 0;
    std::map<std::string, std::int64_t> messages; ///< by state of the outbox
};
Standing standing(store::Engine& engine, std::int64_t number);

/// Evaluates the filter, writes persons and figures, and returns the step's facts.
nlohmann::json count(store::Engine& engine, std::int64_t number, const Breach& breach);
/// Errc::not_found at its JSON pointer.
void check_fields(store::Engine& engine, const Breach& breach);
/// Takes out of stored filters what only this person has. Before the person's rows go.
void mask_filters(store::Engine& engine, SubjectId subject);

/// What art. 33(3) and 34 ask for and the record does not have: reference and text.
struct Gap {
    const char* reference;
    std::string text;
    bool bars = false; ///< it cannot be closed like this
};
std::vector<Gap> gaps(store::Engine& engine, const BreachInfo& breach);
nlohmann::ordered_json document(store::Engine& engine, const BreachInfo& breach);
std::string render(const nlohmann::ordered_json& record);

} // namespace habeas::breaches

// The ledger of one person as the bundle shows it, however long it is.
#pragma once

#include "exports/model.hpp"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace habeas::exports {

/// What one reading of the ledger tells. In order of effect.
struct History {
    LongList<ConsentEvent> events; ///< without disclosures
    /// Of what is not in `events.latest()` the last answer of each kind by purpose and channel:
    /// what receipts of later events depend on.
    std::vector<ConsentEvent> earlier;
    LongList<Disclosure> disclosed;
    std::vector<Time> merges; ///< when records were joined
    /// By purpose that an event names: text versions and languages that were shown.
    std::map<std::string, std::set<std::pair<std::int32_t, std::string>>> shown;
};

/// Inside the Read that the lists are walked in. `subject`: who survived.
History read_history(store::Engine& engine, SubjectId subject);

} // namespace habeas::exports

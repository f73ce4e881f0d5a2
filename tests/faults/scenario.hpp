// Workloads: what people do with a store, one call after the other.
#pragma once

#include "faults/run.hpp"

#include <functional>
#include <string>
#include <vector>

namespace habeas::faults {

/// One call that is acknowledged when it returns. Done again after an error it does no harm.
struct Step {
    std::string name;
    std::function<void(Run&)> act;
};

struct Scenario {
    std::string name;
    std::function<void(Run&)> prepare; ///< yesterday; empty: there is no store yet
    std::vector<Step> steps;
};

Scenario creation();
Scenario import();
Scenario consent();
Scenario subjects();
Scenario erasure();
Scenario migration();
Scenario key_rotation();
Scenario definitions();
Scenario two_handles();
const std::vector<Scenario>& scenarios();

/// Steps that several workloads have.
Step close_and_open();

// People. Every text of a person is a mark of its own that is nowhere else.
std::string mark(const std::string& name, const std::string& what);
std::string address_of(const std::string& name);
SubjectInput person(const std::string& name);
/// The marks that must be gone when the person is erased.
std::vector<std::string> marks_of(const std::string& name);
SubjectId id_of(const Run& run, const std::string& name);
// What is known after a call was answered. That takes no memory of the program under test.
void remember(Run& run, const std::string& name, SubjectId id);
void remember_suppressed(Run& run, const std::string& name);
void remember_erased(Run& run, const std::string& name);
void remember_no(Run& run, const ConsentEvent& event, const std::string& name);
void forget_noes(Run& run, const std::string& name); ///< who says yes again
ConsentEvent event(const Run& run, const std::string& name, EventKind kind,
                   const std::string& purpose = {}, Channel channel = Channel::any);
/// Records one event; a no is remembered.
Step record(const std::string& name, EventKind kind, const std::string& purpose = {},
            Channel channel = Channel::any, const std::string& scope = {});

/// A shop with purposes, fields and ten people: ann, ben, cem, dea, eva, fay, gus, hal, ida, jon.
void open_shop(Run& run);
void declare(store::Engine& engine);

/// One more write of each sort, for a store that came through a fault.
void go_on(Run& run);

} // namespace habeas::faults

// What a store says, as facts that can be compared: two states of a store are the same if all
// facts are.
#pragma once

#include "habeas/consent.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace habeas::faults {

/// What a workload knows of the store by the answers it got, and by what it was about to do.
struct Known {
    std::map<std::string, SubjectId> ids; ///< by name, see `name_of`
    std::set<SubjectId> given;            ///< every number that a call has returned
    std::set<std::string> listed;         ///< addresses that were ever put on the suppression list
    /// Acknowledged: whoever said no must be denied.
    struct No {
        std::string name, purpose;
        Channel channel;
    };
    std::vector<No> noes;
    std::set<std::string> suppressed;                       ///< acknowledged addresses
    std::map<std::string, std::vector<std::string>> erased; ///< acknowledged: name, values
    std::vector<std::string> removed; ///< acknowledged: values of fields that were deleted
};

using World = std::map<std::string, std::string>;

/// Everybody in a workload has the external id "test:<name>".
Identifier name_of(const std::string& name);
/// Facts by name and address, not by number, so that runs that took other numbers compare.
World observe(store::Engine& engine, const Known& known);
/// The first facts that differ.
std::string difference(const World& expected, const World& found);

} // namespace habeas::faults

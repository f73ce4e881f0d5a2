// Declaring purposes, for the facade, definitions and replay.
#pragma once

#include "habeas/consent.hpp"
#include "store/engine.hpp"

#include <memory>
#include <string>
#include <vector>

namespace habeas::consent {

struct Defined {
    bool added = false, changed = false;
    std::vector<std::int32_t> texts; ///< numbers of the versions added
};
/// Declares or changes; `where` prefixes the members in errors. Errc::conflict if it was retired.
Defined define(store::Engine& engine, const Purpose& purpose, const std::string& where);
/// False if it was retired before. Errc::not_found.
bool retire(store::Engine& engine, const std::string& code);
/// All purposes that are declared, as Purposes::list gives them, kept with the handle. In a Read.
std::shared_ptr<const std::vector<Purpose>> declared_purposes(store::Engine& engine);
/// A row for a code without a definition: a replay met an event of a purpose that the file lacks.
std::int64_t reserve_code(store::Engine& engine, const std::string& code);

} // namespace habeas::consent

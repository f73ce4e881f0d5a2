// Requests that are done here and wait for data holders, or for a hold on the erasure to end. All
// inside the caller's write transaction.
#pragma once

#include "requests/rows.hpp"

#include <string>
#include <string_view>

namespace habeas::requests {

void close(store::Engine& engine, const Request& request, RequestState to, const std::string& note,
           const std::string& ground = {});

/// Has every data holder answered what the request asked of it?
bool holders_answered(store::Engine& engine, const Request& request);
/// It is done here already.
bool awaits(store::Engine& engine, const Request& request);
/// In progress until then; the last answer closes it.
void await(store::Engine& engine, const Request& request, const std::string& note);

// Hooks of the module.
void close_answered(store::Engine& engine, SubjectId subject, std::string_view operation);
/// The erasure that was asked for while a hold kept it from being done.
void erase_held(store::Engine& engine, SubjectId subject);

} // namespace habeas::requests

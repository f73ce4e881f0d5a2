// A request as the commands show it.
#pragma once

#include "session.hpp"

#include "habeas/request.hpp"

#include <string>
#include <vector>

namespace habeas::cli {

/// As <request> of the C ABI.
Json to_json(const Request& request, const RequestDeadline& when);
/// "subject 7", or who asked and is not known.
std::string whose(const Request& request);
/// The day, and whether it is past.
std::string due_text(const Request& request, const RequestDeadline& when);
void print_requests(Session& s, const std::vector<Request>& requests);

} // namespace habeas::cli

// Enhanced status codes of mail systems (RFC 3463).
#pragma once

#include <string_view>

namespace habeas::outbox {

/// "5.1.1" and such: the address does not work, and will not (RFC 3463 3.2, 3.3; RFC 7505). All
/// other failures may be of the day, of the content, or of whoever sends.
bool is_dead_address(std::string_view status);

} // namespace habeas::outbox

#include "outbox/mail_status.hpp"

#include <algorithm>
#include <array>

namespace habeas::outbox {
namespace {

constexpr std::array<std::string_view, 6> dead{
    "5.1.1",  // no such mailbox
    "5.1.2",  // no such system
    "5.1.3",  // no address
    "5.1.6",  // it moved, nobody knows where to
    "5.1.10", // the domain takes no mail
    "5.2.1"   // switched off
};

} // namespace

bool is_dead_address(std::string_view status) {
    return std::find(dead.begin(), dead.end(), status) != dead.end();
}

} // namespace habeas::outbox

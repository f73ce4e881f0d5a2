// Is an event from outside complete and sensible?
#pragma once

#include "consent/facts.hpp"

namespace habeas::consent {

/// Checks kind, purpose, channel, scope, time and data against each other. `purpose` null: all
/// purposes. `now`: an effective_at more than 5 minutes later is refused. Errc::invalid names the
/// member.
void check_event(const ConsentEvent& event, const PurposeHistory* purpose, Ms now);

} // namespace habeas::consent

// Gateways as the program is told of them.
#pragma once

#include "habeas/gateway.hpp"

namespace habeas::cli {

/// HABEAS_GATEWAY_USER and HABEAS_GATEWAY_SECRET: never options, which others on the machine see.
Credentials credentials_of_environment();

} // namespace habeas::cli

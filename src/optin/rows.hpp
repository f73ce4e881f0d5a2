// Rows of sign-ups, and the addresses that must be left alone.
#pragma once

#include "habeas/optin.hpp"
#include "store/engine.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace habeas::optin {

/// Nothing: there is none.
std::optional<Optin> find(store::Engine& engine, std::int64_t id);
Optin require(store::Engine& engine, OptinId id); ///< Errc::not_found
/// One that waits and is not past its end. Errc::not_found, conflict.
Optin require_waiting(store::Engine& engine, OptinId id);
std::vector<Optin> select(store::Engine& engine, const OptinFilter& filter);

/// Where the mail of this template goes, under every key; empty: nowhere.
std::vector<store::HashRef> address_of(store::Engine& engine, SubjectId subject,
                                       const std::string& message_template);
/// Was it written to, and is the quiet time not over?
bool is_quiet(store::Engine& engine, const std::vector<store::HashRef>& address);
void make_quiet(store::Engine& engine, const std::vector<store::HashRef>& address);
void end_quiet(store::Engine& engine, const std::vector<store::HashRef>& address);

/// The person's own later act takes their address off the suppression list, where that is what
/// stands in the way. `why` is recorded.
void reopen(store::Engine& engine, SubjectId subject, const std::string& purpose, Channel channel,
            const std::string& why);

/// ISO 8601 duration by the setting "optin_quiet".
std::string quiet_time(store::Engine& engine);

/// Makes a token and queues the mail with it. In a write transaction.
void send_mail(store::Engine& engine, const Optin& optin);

} // namespace habeas::optin

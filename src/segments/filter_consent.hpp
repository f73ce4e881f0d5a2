// Consent, restriction and suppression as fields of filters.
#pragma once

#include "segments/filter_fields.hpp"

#include <optional>

namespace habeas::segments {

/// The moment consent is asked about: as for decisions, never before what was recorded last.
std::int64_t consent_moment(store::Engine& engine, const Today& today);
/// consent.<purpose>, consent.<purpose>.<channel>, each also with .allowed or .date. `rest`: what
/// follows "consent.".
Target consent_target(store::Engine& engine, std::string_view rest, const std::string& pointer,
                      const Today& today, const AddParameter& add);
/// restricted, suppressed, bounced; nothing for another name.
std::optional<Target> standing_target(store::Engine& engine, std::string_view name,
                                      const Today& today, const AddParameter& add);

} // namespace habeas::segments

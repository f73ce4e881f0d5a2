// A holder without code: what its declaration says, done in its database.
#pragma once

#include "habeas/holder.hpp"
#include "holders/definition.hpp"

namespace habeas::holders {

/// One page: of an export at most 500 rows, else one table, in one transaction of that database.
/// `now` in ms decides what is still kept.
HolderAnswer call_declared(const Database& database, const HolderCall& call, std::int64_t now);

/// Rows that a call of erase would find in the table of its page, and what of them would stay: read
/// before it, so that an answer which got lost after they were deleted is not lost. Changes
/// nothing.
HolderAnswer count_declared(const Database& database, const HolderCall& call, std::int64_t now);

} // namespace habeas::holders

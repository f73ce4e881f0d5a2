// What imports and migrations are told alike.
#pragma once

#include "habeas/import.hpp"

#include "json.hpp"

#include <vector>

namespace habeas::capi {

/// The member `columns`: [{"header", "target", "format"}].
void read_columns(ObjectReader& in, std::vector<ImportColumn>& columns);

} // namespace habeas::capi

// Reports and options of migrations as JSON.
#pragma once

#include "habeas/migrate.hpp"

#include <string>
#include <string_view>

namespace habeas::importers {

/// What decides which rows give what: two runs with the same go on where the first one stopped.
std::string json_of_options(const MigrationOptions& options);
/// A part and what the report counts beside the parts, and back.
std::string json_of_counts(const MigrationPart& part, const MigrationReport& report);
void read_counts(std::string_view text, MigrationPart& part, MigrationReport& report);

} // namespace habeas::importers

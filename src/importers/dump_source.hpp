// A dump of MySQL as a source of tables: one pass finds where each table's rows are.
#pragma once

#include "importers/sql_dump.hpp"
#include "importers/table_source.hpp"

#include "habeas/store.hpp"

namespace habeas::importers {

/// Errc::invalid for what is no dump, or holds a table whose rows it does not define.
std::unique_ptr<TableSource> open_dump(const std::string& path, const Progress& progress = {});
std::unique_ptr<TableSource> open_dump(ReadAt read, std::string name,
                                       const Progress& progress = {}); ///< tests, fuzzing

} // namespace habeas::importers

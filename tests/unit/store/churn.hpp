// Lives through what makes SQLite leave stale bytes: page splits, growing and shrinking values,
// overflow pages, erasures; then looks for what is left of the erased.
#pragma once

#include "support/raw_db.hpp"

namespace habeas::test {

/// Number of places in the files where an 8-byte window of anything begins that an erased subject
/// ever had. Also checks that the file is sound and that the living still have all their values.
std::size_t churn_residue(const char* vfs, unsigned seed, int page_size, bool secure_delete);

} // namespace habeas::test

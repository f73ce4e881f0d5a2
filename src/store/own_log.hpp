// Whether a write-ahead log belongs to the database file beside it.
#pragma once

#include "store/connection.hpp"

namespace habeas::store {

/// An older file that was put over the store, beside the log of the newer one, is a mixture of
/// both: people who were erased or said no since could come back, and the restore journal would not
/// notice. Errc::corrupt then, naming the log; nothing was changed. Reads the files byte for byte,
/// in a read transaction of its own. Does nothing where there is no store or no log.
void require_own_log(Connection& db);

} // namespace habeas::store

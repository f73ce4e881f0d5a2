// Tables of a live server of MySQL or MariaDB.
#pragma once

#include "importers/table_source.hpp"

#include "habeas/migrate.hpp"

namespace habeas::importers {

/// One read-only snapshot for as long as it lives. Errc::denied (the server refuses the login,
/// TLS), Errc::io (it is not reached, or breaks off), Errc::unsupported.
std::unique_ptr<TableSource> open_mysql(const MysqlServer& server);

} // namespace habeas::importers

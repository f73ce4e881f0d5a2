// A server in a build without HABEAS_WITH_MYSQL: refused.
#include "importers/mysql_source.hpp"

#include "habeas/error.hpp"

namespace habeas::importers {

std::unique_ptr<TableSource> open_mysql(const MysqlServer& /*server*/) {
    throw Error(Errc::unsupported,
                "this build reads no server of MySQL; build it with HABEAS_WITH_MYSQL, or give a "
                "dump",
                "server");
}

} // namespace habeas::importers

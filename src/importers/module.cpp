#include "importers/module.hpp"

namespace habeas::store {
extern const char schema_importers[];
}

namespace habeas::importers {

const store::Module module{
    .name = "importers",
    .schema = store::schema_importers,
    .store_tables = {"migration_run", "migration_progress"},
    .actor_columns = {{"migration_run", "actor_id"}},
};

} // namespace habeas::importers

#include "habeas/migrate.hpp"

#include "importers/platforms.hpp"
#include "importers/run.hpp"

namespace habeas {
namespace {

void migrate(importers::Run& run) {
    switch (run.report().platform) {
    case Platform::mautic:
        importers::migrate_mautic(run);
        return;
    case Platform::hubspot:
        importers::migrate_hubspot(run);
        return;
    }
}

} // namespace

MigrationReport Migration::preview(Platform platform, const MigrationOptions& options) {
    importers::Run run(*engine_, platform, options, /*preview=*/true);
    MigrationReport report;
    {
        store::Engine::Write tx(*engine_);
        migrate(run);
        report = run.finish();
    }
    if (!engine_->db().in_transaction()) {
        // What spilled into the WAL was never committed, but its bytes are there.
        engine_->db().truncate_wal(std::chrono::milliseconds(0));
    }
    return report;
}

MigrationReport Migration::run(Platform platform, const MigrationOptions& options) {
    importers::Run run(*engine_, platform, options, /*preview=*/false);
    migrate(run);
    return run.finish();
}

} // namespace habeas

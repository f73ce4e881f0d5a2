// init, info, migrate, tick.
#include "command.hpp"
#include "describe.hpp"
#include "progress.hpp"
#include "session.hpp"

#include <fmt/format.h>

#include <memory>

namespace habeas::cli::store_group {
namespace {

void print_info(Session& s, Store& store, bool created) {
    const StoreInfo info = store.info();
    if (s.json()) {
        s.out().json({{"id", info.id},
                      {"path", info.path},
                      {"schema_version", info.schema_version},
                      {"key_id", info.key_id},
                      {"warnings", info.warnings}});
        return;
    }
    Record record{{"store", info.path},
                  {"id", info.id},
                  {"schema version", fmt::format("{}", info.schema_version)},
                  {"active key", info.key_id}};
    if (!created) {
        record.emplace_back("subjects", fmt::format("{}", Subjects(store).count()));
        record.emplace_back("suppressions", fmt::format("{}", Consent(store).suppression_count()));
    }
    print_record(s.out(), record);
    for (const std::string& warning : info.warnings) {
        s.note("habeas: note: " + warning);
    }
}

constexpr const char* info_json = "an object: id, path, schema_version, key_id, warnings";

Action declare_init(Args& /*args*/) {
    return [](Session& s) {
        Store store = Store::create(s.store_path(), s.store_options());
        print_info(s, store, true);
        return Exit::ok;
    };
}

Action declare_info(Args& /*args*/) {
    return [](Session& s) {
        print_info(s, s.store(), false);
        return Exit::ok;
    };
}

struct MigrateOptions {
    std::string backup;
    bool no_backup = false;
};

bool migration_needed(Session& s) {
    try {
        s.store();
        return false;
    } catch (const Error& error) {
        if (error.code() != Errc::migration_needed) {
            throw;
        }
        return true;
    }
}

Action declare_migrate(Args& args) {
    auto o = std::make_shared<MigrateOptions>();
    args.text(
        "--backup FILE", o->backup,
        "where the copy of the store goes; STORE.before-migration unless named; the tick deletes "
        "it after 30 days");
    args.flag("--no-backup", o->no_backup, "make no copy first");
    return [o](Session& s) {
        const bool needed = migration_needed(s);
        std::string backup;
        if (needed) {
            if (!o->no_backup) {
                backup = o->backup.empty() ? s.store_path() + ".before-migration" : o->backup;
            }
            ProgressBar bar("Migrating", ProgressBar::Unit::rows, s.progress());
            Store::migrate(s.store_path(), s.store_options(), backup, bar.callback());
        }
        const auto schema = s.store().info().schema_version;
        if (s.json()) {
            s.out().json({{"migrated", needed}, {"schema_version", schema}, {"backup", backup}});
        } else if (needed) {
            s.out().line(fmt::format("Migrated to schema version {}.{}", schema,
                                     backup.empty() ? "" : " The former file is " + backup));
        } else {
            s.out().line(fmt::format("Schema version {} is current; nothing to do.", schema));
        }
        return Exit::ok;
    };
}

Action declare_tick(Args& /*args*/) {
    return [](Session& s) {
        const TickReport report = s.store().tick();
        if (s.json()) {
            s.out().json({{"physical_done", report.physical_done},
                          {"physical_pending", report.physical_pending},
                          {"expired", report.expired},
                          {"files_deleted", report.files_deleted},
                          {"proofs_deleted", report.proofs_deleted},
                          {"retained_ended", report.retained_ended}});
            return Exit::ok;
        }
        print_record(
            s.out(),
            {{"erasures completed", fmt::format("{}", report.physical_done)},
             {"erasures still pending", fmt::format("{}", report.physical_pending)},
             {"answers renewed", fmt::format("{}", report.expired)},
             {"files deleted", fmt::format("{}", report.files_deleted)},
             {"proofs deleted", fmt::format("{}", report.proofs_deleted)},
             {"people whose data was past its time", fmt::format("{}", report.retained_ended)}});
        return Exit::ok;
    };
}

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"init", "creates a store with its key and its restore journal",
         "habeas init --store shop.habeas", info_json, declare_init},
        {"info", "what the store is", "habeas info", info_json, declare_info},
        {"migrate", "brings an older store to this version, after a copy", "habeas migrate",
         "an object: migrated, schema_version, backup", declare_migrate},
        {"tick", "finishes what waits: bytes of the erased, expiries, retention; for cron",
         "habeas tick",
         "an object: physical_done, physical_pending, expired, files_deleted, "
         "proofs_deleted, retained_ended",
         declare_tick},
    };
    return commands;
}

} // namespace habeas::cli::store_group

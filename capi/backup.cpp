// Backups, restores, and the restore journal.
#include "habeas/backup.hpp"

#include "convert.hpp"
#include "json.hpp"
#include "store_object.hpp"
#include "store_options.hpp"

using namespace habeas::capi;
using habeas::Backup;
using habeas::RestoreJournal;

namespace {

Json info_json(const habeas::BackupInfo& info) {
    return {{"format", info.format},
            {"store", info.store_id},
            {"schema_version", info.schema_version},
            {"page_size", info.page_size},
            {"pages", info.pages},
            {"bytes", info.bytes},
            {"created_at", habeas::format_time(info.created_at)},
            {"journal_sequence", info.journal_sequence},
            {"key_id", info.key_id}};
}

Json journal_json(const habeas::JournalInfo& info) {
    return {{"store", info.store_id},
            {"sequence", info.sequence},
            {"records", info.records},
            {"bytes", info.bytes},
            {"last_at", habeas::format_time(info.last_at)}};
}

/// 0 is: not given.
std::chrono::seconds keep_in(std::int64_t seconds) {
    constexpr std::int64_t century = std::int64_t{36525} * 24 * 3600;
    if (seconds < 0 || seconds > century) {
        refuse_argument("keep_for_s", "write seconds, at most 100 years of them");
    }
    return seconds == 0 ? habeas::BackupOptions().keep_for : std::chrono::seconds(seconds);
}

} // namespace

extern "C" {

habeas_status habeas_backup_new_key(habeas_string* key) {
    return guard([&] {
        expect(key, "key");
        give_string(key, Backup::new_key());
    });
}

habeas_status habeas_backup_write(habeas_store* store, const char* path, size_t path_size,
                                  const char* key, size_t key_size, int64_t keep_for_s,
                                  habeas_progress_fn progress, void* user, habeas_string* info) {
    return guard([&] {
        expect(info, "info");
        const std::string to = path_in(path, path_size, "path");
        const std::string_view with = text_in(key, key_size, "key");
        ProgressCall call(progress, user);
        habeas::BackupOptions options;
        options.keep_for = keep_in(keep_for_s);
        options.progress = call.progress();
        const StoreUse use(store);
        give_json(info, info_json(call.run(
                            [&] { return Backup::write(use.store(), to, with, options); })));
    });
}

habeas_status habeas_backup_info(const char* path, size_t path_size, habeas_string* info) {
    return guard([&] {
        expect(info, "info");
        give_json(info, info_json(Backup::info(path_in(path, path_size, "path"))));
    });
}

habeas_status habeas_backup_verify(const char* path, size_t path_size, const char* key,
                                   size_t key_size, habeas_progress_fn progress, void* user,
                                   habeas_string* info) {
    return guard([&] {
        expect(info, "info");
        const std::string from = path_in(path, path_size, "path");
        const std::string_view with = text_in(key, key_size, "key");
        ProgressCall call(progress, user);
        give_json(info,
                  info_json(call.run([&] { return Backup::verify(from, with, call.progress()); })));
    });
}

habeas_status habeas_backup_restore(const char* path, size_t path_size, const char* to,
                                    size_t to_size, const char* key, size_t key_size,
                                    const habeas_store_options* options, int32_t overwrite,
                                    habeas_progress_fn progress, void* user,
                                    habeas_string* report) {
    return guard([&] {
        OpenOptions given(options);
        expect(report, "report");
        const std::string from = path_in(path, path_size, "path");
        const std::string at = path_in(to, to_size, "to");
        const std::string_view with = text_in(key, key_size, "key");
        habeas::RestoreOptions wanted;
        wanted.overwrite = flag_in(overwrite, "overwrite");
        refuse_inherited(at);
        ProgressCall call(progress, user);
        wanted.store = std::move(given.options);
        wanted.progress = call.progress();
        const auto done = call.run([&] { return Backup::restore(from, at, with, wanted); });
        give_json(report, {{"backup", info_json(done.backup)},
                           {"journal_records", done.journal_records},
                           {"overwritten", done.overwritten}});
    });
}

habeas_status habeas_journal_check(habeas_store* store, habeas_string* info) {
    return guard([&] {
        expect(info, "info");
        const StoreUse use(store);
        give_json(info, journal_json(RestoreJournal(use.store()).check()));
    });
}

habeas_status habeas_journal_compare(habeas_store* store, const char* copy, size_t copy_size,
                                     habeas_string* comparison) {
    return guard([&] {
        expect(comparison, "comparison");
        const std::string other = path_in(copy, copy_size, "copy");
        const StoreUse use(store);
        habeas::JournalInfo info;
        const auto relation = RestoreJournal(use.store()).compare(other, &info);
        Json out = journal_json(info);
        out["relation"] = habeas::journal_relation_name(relation);
        give_json(comparison, out);
    });
}

habeas_status habeas_journal_copy(habeas_store* store, const char* to, size_t to_size,
                                  habeas_string* info) {
    return guard([&] {
        expect(info, "info");
        const std::string at = path_in(to, to_size, "to");
        const StoreUse use(store);
        give_json(info, journal_json(RestoreJournal(use.store()).copy(at)));
    });
}

habeas_status habeas_journal_rotate(habeas_store* store, const char* archive, size_t archive_size,
                                    habeas_string* info) {
    return guard([&] {
        expect(info, "info");
        const std::string former = string_in(archive, archive_size, "archive");
        const StoreUse use(store);
        give_json(info, journal_json(RestoreJournal(use.store()).rotate(former)));
    });
}
}

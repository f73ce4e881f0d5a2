// backup: create, verify, info, key. restore. journal: check, copy, rotate.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "progress.hpp"
#include "session.hpp"

#include <fmt/format.h>

#include <memory>

namespace habeas::cli::backup_group {
namespace {

struct BackupArguments {
    std::string file, key_file;
    std::int64_t keep_days = 30;
    bool overwrite = false;
    bool migrate = false;
};

void declare_key_file(Args& args, BackupArguments& o) {
    args.text("--backup-key FILE", o.key_file,
              "the key of backups, as made by habeas backup key; of several the newest last",
              Need::required);
}

std::string amount(std::uint64_t bytes) {
    return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

Json info_object(const BackupInfo& info) {
    return {{"format", info.format},
            {"store", info.store_id},
            {"schema_version", info.schema_version},
            {"page_size", info.page_size},
            {"pages", info.pages},
            {"bytes", info.bytes},
            {"created_at", format_time(info.created_at)},
            {"journal_sequence", info.journal_sequence},
            {"key_id", info.key_id}};
}
constexpr const char* info_json =
    "an object: format, store, schema_version, page_size, pages, bytes, created_at, "
    "journal_sequence, key_id";

void print_info(Session& s, const BackupInfo& info) {
    if (s.json()) {
        s.out().json(info_object(info));
        return;
    }
    print_record(s.out(),
                 {{"store", info.store_id},
                  {"made", format_time(info.created_at)},
                  {"key", info.key_id},
                  {"size", amount(info.bytes)},
                  {"schema version", fmt::format("{}", info.schema_version)},
                  {"restore journal", fmt::format("up to record {}", info.journal_sequence)}});
}

Action declare_create(Args& args) {
    auto o = std::make_shared<BackupArguments>();
    args.positional("FILE", o->file, "a new file");
    declare_key_file(args, *o);
    args.number("--keep-days DAYS", o->keep_days,
                "after which habeas tick deletes it; 30 unless said", 1, 36525);
    return [o](Session& s) {
        const std::string key = read_text(o->key_file);
        BackupInfo info;
        {
            ProgressBar bar("Backing up", ProgressBar::Unit::bytes, s.progress());
            BackupOptions options;
            options.keep_for = std::chrono::hours(24 * o->keep_days);
            options.progress = bar.callback();
            info = Backup::write(s.store(), o->file, key, options);
        }
        if (s.json()) {
            s.out().json(info_object(info));
        } else {
            s.out().line(fmt::format("{} written and verified ({}); opens with key {}.", o->file,
                                     amount(info.bytes), info.key_id));
        }
        return Exit::ok;
    };
}

Action declare_verify_backup(Args& args) {
    auto o = std::make_shared<BackupArguments>();
    args.positional("FILE", o->file, "a backup");
    declare_key_file(args, *o);
    return [o](Session& s) {
        const std::string key = read_text(o->key_file);
        BackupInfo info;
        {
            ProgressBar bar("Verifying", ProgressBar::Unit::bytes, s.progress());
            info = Backup::verify(o->file, key, bar.callback());
        }
        print_info(s, info);
        s.note("Every byte is as it was written.");
        return Exit::ok;
    };
}

Action declare_info(Args& args) {
    auto file = std::make_shared<std::string>();
    args.positional("FILE", *file, "a backup");
    return [file](Session& s) {
        print_info(s, Backup::info(*file));
        return Exit::ok;
    };
}

Action declare_key(Args& args) {
    auto file = std::make_shared<std::string>();
    args.positional("FILE", *file, "a new file");
    return [file](Session& s) {
        s.give_file(*file, Backup::new_key(),
                    fmt::format("{} holds a new key. Keep a copy apart from the backups: without "
                                "it they are lost.",
                                *file));
        return Exit::ok;
    };
}

Action declare_restore(Args& args) {
    auto o = std::make_shared<BackupArguments>();
    args.positional("FILE", o->file, "a backup; --store says what it becomes");
    declare_key_file(args, *o);
    args.flag("--overwrite", o->overwrite, "the store that is there goes; back it up before");
    args.flag("--migrate", o->migrate, "bring an older schema to this version");
    return [o](Session& s) {
        const std::string key = read_text(o->key_file);
        RestoreReport report;
        {
            ProgressBar bar("Restoring", ProgressBar::Unit::bytes, s.progress());
            RestoreOptions options;
            options.store = s.store_options();
            options.store.auto_migrate = o->migrate;
            options.overwrite = o->overwrite;
            options.progress = bar.callback();
            report = Backup::restore(o->file, s.store_path(), key, options);
        }
        if (s.json()) {
            s.out().json({{"backup", info_object(report.backup)},
                          {"journal_records", report.journal_records},
                          {"overwritten", report.overwritten}});
        } else {
            s.out().line(fmt::format(
                "{} is as of {}; {} records of the restore journal hold again.", s.store_path(),
                format_time(report.backup.created_at), report.journal_records));
        }
        return Exit::ok;
    };
}

Json journal_object(const JournalInfo& info) {
    return {{"store", info.store_id},
            {"sequence", info.sequence},
            {"records", info.records},
            {"bytes", info.bytes},
            {"last_at", format_time(info.last_at)}};
}

constexpr const char* journal_json = "an object: store, sequence, records, bytes, last_at";

void print_journal(Session& s, const JournalInfo& info) {
    print_record(s.out(),
                 {{"store", info.store_id},
                  {"last record", fmt::format("{}, {}", info.sequence, format_time(info.last_at))},
                  {"records", fmt::format("{}", info.records)},
                  {"size", fmt::format("{} bytes", info.bytes)}});
}

const char* relation_text(JournalRelation relation) {
    switch (relation) {
    case JournalRelation::same:
        return "It has what the journal in use has.";
    case JournalRelation::older:
        return "It is older than the journal in use: copy again.";
    case JournalRelation::newer:
        return "It is newer than the journal in use: put it in its place.";
    case JournalRelation::diverged:
        break;
    }
    return "It went another way than the journal in use: two files of one store were written to.";
}

Action declare_check(Args& args) {
    auto file = std::make_shared<std::string>();
    args.positional("COPY", *file, "a copy to compare with the journal in use", Need::optional);
    return [file](Session& s) {
        const RestoreJournal journal(s.store());
        JournalInfo info = journal.check();
        auto relation = JournalRelation::same;
        if (!file->empty()) {
            relation = journal.compare(*file, &info);
        }
        if (s.json()) {
            Json out = journal_object(info);
            if (!file->empty()) {
                out["relation"] = journal_relation_name(relation);
            }
            s.out().json(out);
        } else {
            print_journal(s, info);
            s.out().write("\n");
            s.out().line(file->empty() ? "Every record is as it was written."
                                       : relation_text(relation));
        }
        return relation == JournalRelation::same ? Exit::ok : Exit::no;
    };
}

Action declare_copy(Args& args) {
    auto file = std::make_shared<std::string>();
    args.positional("FILE", *file, "a new file, or an older copy");
    return [file](Session& s) {
        const JournalInfo info = RestoreJournal(s.store()).copy(*file);
        if (s.json()) {
            s.out().json(journal_object(info));
        } else {
            s.out().line(fmt::format("{} records copied to {}", info.records, *file));
        }
        return Exit::ok;
    };
}

Action declare_rotate(Args& args) {
    auto archive = std::make_shared<std::string>();
    args.text("--archive FILE", *archive, "copies the journal as it was to a new file first");
    return [archive](Session& s) {
        RestoreJournal journal(s.store());
        const std::uint64_t former = journal.check().bytes;
        const JournalInfo info = journal.rotate(*archive);
        if (s.json()) {
            s.out().json(journal_object(info));
        } else {
            s.out().line(fmt::format("{} bytes, {} before; nothing about a person went.",
                                     info.bytes, former));
        }
        return Exit::ok;
    };
}

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"backup create", "an encrypted backup, verified after writing",
         "habeas backup create monday.backup --backup-key backup.key", info_json, declare_create},
        {"backup verify", "is a backup whole, and does the key open it?",
         "habeas backup verify sunday.backup --backup-key backup.key", info_json,
         declare_verify_backup},
        {"backup info", "what a backup says of itself, without its key",
         "habeas backup info sunday.backup", info_json, declare_info},
        {"backup key", "makes a key for backups", "habeas backup key new.key", "an object: file",
         declare_key},
        {"restore", "makes a store of a backup; nobody who was erased or withdrew since comes back",
         "habeas restore sunday.backup --backup-key backup.key --overwrite",
         "an object: backup (as of backup info), journal_records, overwritten", declare_restore},
        {"journal check", "is the restore journal, or a copy of it, whole and up to date?",
         "habeas journal check",
         "an object: store, sequence, records, bytes, last_at; of a copy relation (same, older, "
         "newer, diverged)",
         declare_check},
        {"journal copy", "copies the restore journal, never over a newer copy",
         "habeas journal copy copy.restore", journal_json, declare_copy},
        {"journal rotate", "takes out of the journal what says nothing any more",
         "habeas journal rotate --archive former.restore", journal_json, declare_rotate},
    };
    return commands;
}

} // namespace habeas::cli::backup_group

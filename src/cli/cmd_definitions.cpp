// apply, definitions: fields, purposes, segments, templates, settings as one JSON document.
#include "arguments.hpp"
#include "command.hpp"
#include "session.hpp"

#include <memory>

namespace habeas::cli::definition_group {
namespace {

struct ApplyOptions {
    std::string file;
    bool dry_run = false;
};

Action declare_apply(Args& args) {
    auto o = std::make_shared<ApplyOptions>();
    args.positional("FILE", o->file, "the definitions, as JSON; - is standard input");
    args.flag("--dry-run", o->dry_run, "only tell what would change");
    return [o](Session& s) {
        const ApplyReport report = Definitions(s.store()).apply(read_text(o->file), o->dry_run);
        if (s.json()) {
            s.out().json({{"changes", report.changes}});
            return Exit::ok;
        }
        for (const std::string& change : report.changes) {
            s.out().line(change);
        }
        if (report.changes.empty()) {
            s.out().line("Nothing to change.");
        } else if (o->dry_run) {
            s.note("Nothing was changed: this was a dry run.");
        }
        return Exit::ok;
    };
}

Action declare_definitions(Args& args) {
    auto file = std::make_shared<std::string>();
    args.text("-o,--output FILE", *file, "a new file; standard output unless named");
    return [file](Session& s) {
        const std::string text = Definitions(s.store()).to_json() + "\n";
        if (file->empty()) {
            s.out().document(text);
        } else {
            write_new_file(*file, text);
        }
        return Exit::ok;
    };
}

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"apply",
         "brings definitions to what a file says (fields, purposes, segments, ...); deletes "
         "nothing",
         "habeas apply definitions.json --dry-run", "an object: changes (texts)", declare_apply},
        {"definitions", "all definitions as a document for apply",
         "habeas definitions --output exported.json", "the same", declare_definitions},
    };
    return commands;
}

} // namespace habeas::cli::definition_group

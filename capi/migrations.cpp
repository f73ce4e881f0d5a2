// Moving in from another platform.
#include "habeas/migrate.hpp"

#include "convert.hpp"
#include "import_json.hpp"
#include "store_object.hpp"
#include "store_options.hpp"

using namespace habeas::capi;
using habeas::Migration;
using habeas::MigrationOptions;
using habeas::MigrationReport;

namespace {

void read_server(ObjectReader& in, MigrationOptions& options) {
    const Json* found = in.find("server");
    if (found == nullptr) {
        return;
    }
    ObjectReader member(*found, in.at("server"));
    habeas::MysqlServer server;
    member.read("host", server.host);
    member.read_number("port", server.port, 1, 65535);
    member.read("socket", server.socket);
    member.read("user", server.user);
    member.read("password", server.password);
    member.read("database", server.database);
    member.read("insecure", server.insecure);
    member.finish();
    options.server = std::move(server);
}

void read_consents(ObjectReader& in, MigrationOptions& options) {
    in.read_array("consents", [&options](const Json& each, const std::string& pointer) {
        ObjectReader member(each, pointer);
        habeas::MigrationConsent& consent = options.consents.emplace_back();
        member.read("column", consent.column);
        member.read("purpose", consent.purpose);
        member.read_name("channel", consent.channel,
                         [](const std::string& name) { return habeas::channel(name); });
        member.read("granted", consent.granted);
        member.read("time_column", consent.time_column);
        member.read_number("text_version", consent.text_version, 0, 1'000'000);
        member.finish();
    });
}

MigrationOptions migration_options_in(const char* data, std::size_t size) {
    const Json document = parse_options(data, size);
    ObjectReader in(document, "");
    MigrationOptions options;
    in.read("contacts", options.contacts);
    in.read("dump", options.dump);
    read_server(in, options);
    in.read("table_prefix", options.table_prefix);
    in.read("opt_outs", options.opt_outs);
    in.read("no_opt_outs", options.no_opt_outs);
    in.read("subscription_types", options.subscription_types);
    read_columns(in, options.columns);
    read_consents(in, options);
    in.read("accept_unproven", options.accept_unproven);
    in.read("define_fields", options.define_fields);
    in.read_sign("delimiter", options.delimiter);
    in.read_word("encoding", options.windows1252, {"utf-8", "windows-1252"});
    in.read("time_zone", options.time_zone);
    in.read("dates", options.dates);
    in.read("default_country", options.default_country);
    in.read("rejects_file", options.rejects_file);
    in.read_number("batch", options.batch, 1, 1'000'000);
    in.read("resume", options.resume);
    in.finish();
    return options;
}

template <class Work>
void migrate(habeas_store* store, std::string_view platform, const char* options,
             std::size_t options_size, habeas_progress_fn progress, void* user,
             habeas_string* report, Work work) {
    const auto from = habeas::platform(platform);
    if (!from) {
        throw habeas::Error(habeas::Errc::invalid, "platform: write mautic or hubspot", "platform");
    }
    MigrationOptions wanted = migration_options_in(options, options_size);
    ProgressCall call(progress, user);
    wanted.progress = call.progress();
    const StoreUse use(store);
    const MigrationReport done =
        call.run([&] { return work(Migration(use.store()), *from, wanted); });
    give_json(report, parse_own(done.to_json()));
    if (call.status() != HABEAS_OK && done.cancelled) {
        throw Stop(call.status());
    }
}

} // namespace

extern "C" {

habeas_status habeas_migration_preview(habeas_store* store, const char* platform,
                                       size_t platform_size, const char* options,
                                       size_t options_size, habeas_progress_fn progress, void* user,
                                       habeas_string* report) {
    return guard([&] {
        expect(report, "report");
        migrate(store, text_in(platform, platform_size, "platform"), options, options_size,
                progress, user, report,
                [](Migration migration, habeas::Platform from, const MigrationOptions& with) {
                    return migration.preview(from, with);
                });
    });
}

habeas_status habeas_migration_run(habeas_store* store, const char* platform, size_t platform_size,
                                   const char* options, size_t options_size,
                                   habeas_progress_fn progress, void* user, habeas_string* report) {
    return guard([&] {
        expect(report, "report");
        migrate(store, text_in(platform, platform_size, "platform"), options, options_size,
                progress, user, report,
                [](Migration migration, habeas::Platform from, const MigrationOptions& with) {
                    return migration.run(from, with);
                });
    });
}
}

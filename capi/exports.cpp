// What one person gets, and CSV of many.
#include "habeas/export.hpp"

#include "convert.hpp"
#include "json.hpp"
#include "store_object.hpp"
#include "store_options.hpp"

using namespace habeas::capi;
using habeas::Export;

namespace {

habeas::BundleOptions bundle_options_in(const habeas_bundle_options* given) {
    const habeas_bundle_options options = struct_in(given, "options");
    habeas::BundleOptions out;
    out.record = !flag_in(options.preview, "preview");
    out.language = string_in(options.language, "language");
    const std::string recipient = string_in(options.recipient, "recipient");
    if (!recipient.empty()) {
        out.recipient = recipient;
    }
    out.password = string_in(options.password, "password");
    return out;
}

habeas::CsvOptions csv_options_in(const char* data, std::size_t size) {
    const Json document = parse_options(data, size);
    ObjectReader in(document, "");
    habeas::CsvOptions options;
    in.read("columns", options.columns);
    in.read("purpose", options.purpose);
    std::string channel, changed_since;
    in.read("channel", channel);
    in.read("changed_since", changed_since);
    in.read("neutralise_formulas", options.neutralise_formulas);
    in.read("recipient", options.recipient);
    in.finish();
    if (!channel.empty()) {
        const auto over = habeas::channel(channel);
        if (!over) {
            refuse_at(in.at("channel"), "no such channel");
        }
        options.channel = *over;
    }
    if (!changed_since.empty()) {
        try {
            options.changed_since = habeas::parse_time(changed_since);
        } catch (const habeas::Error&) {
            refuse_at(in.at("changed_since"), "write a date or an RFC 3339 time");
        }
    }
    return options;
}

} // namespace

extern "C" {

habeas_status habeas_bundle_options_init(habeas_bundle_options* options, size_t struct_size) {
    return guard([&] { init_struct(options, struct_size, "options"); });
}

habeas_status habeas_export_json(habeas_store* store, int64_t subject,
                                 const habeas_bundle_options* options, habeas_string* document) {
    return guard([&] {
        expect(document, "document");
        const auto wanted = bundle_options_in(options);
        give_string(document,
                    Export(StoreUse(store).store()).access_json(subject_in(subject), wanted));
    });
}

habeas_status habeas_export_html(habeas_store* store, int64_t subject,
                                 const habeas_bundle_options* options, habeas_string* page) {
    return guard([&] {
        expect(page, "page");
        const auto wanted = bundle_options_in(options);
        give_string(page, Export(StoreUse(store).store()).access_html(subject_in(subject), wanted));
    });
}

habeas_status habeas_export_csv(habeas_store* store, int64_t subject,
                                const habeas_bundle_options* options, habeas_string* csv) {
    return guard([&] {
        expect(csv, "csv");
        const auto wanted = bundle_options_in(options);
        give_string(csv, Export(StoreUse(store).store()).access_csv(subject_in(subject), wanted));
    });
}

habeas_status habeas_export_file(habeas_store* store, int64_t subject, const char* path,
                                 size_t path_size, int32_t format,
                                 const habeas_bundle_options* options) {
    return guard([&] {
        const std::string to = path_in(path, path_size, "path");
        const auto form = enum_in(format, habeas::BundleFormat::zip, "format");
        const auto wanted = bundle_options_in(options);
        Export(StoreUse(store).store()).access_file(subject_in(subject), to, form, wanted);
    });
}

habeas_status habeas_export_many(habeas_store* store, const char* path, size_t path_size,
                                 const char* options, size_t options_size,
                                 habeas_progress_fn progress, void* user, uint64_t* rows) {
    return guard([&] {
        expect(rows, "rows");
        const std::string to = path_in(path, path_size, "path");
        habeas::CsvOptions wanted = csv_options_in(options, options_size);
        ProgressCall call(progress, user);
        wanted.progress = call.progress();
        const StoreUse use(store);
        *rows = call.run([&] { return Export(use.store()).csv(to, wanted); });
    });
}
}

// CSV of contacts and of consents.
#include "habeas/import.hpp"

#include "convert.hpp"
#include "import_json.hpp"
#include "store_object.hpp"
#include "store_options.hpp"

using namespace habeas::capi;
using habeas::Import;
using habeas::ImportOptions;
using habeas::ImportReport;

namespace {

ImportOptions import_options_in(const char* data, std::size_t size) {
    const Json document = parse_options(data, size);
    ObjectReader in(document, "");
    ImportOptions options;
    read_columns(in, options.columns);
    in.read_sign("delimiter", options.delimiter);
    in.read_word("encoding", options.windows1252, {"utf-8", "windows-1252"});
    in.read_sign("list_separator", options.list_separator);
    in.read_word("on_match", options.on_match, {"update", "skip", "fail"});
    in.read_word("blank", options.blank, {"keep", "overwrite"});
    in.read("dry_run", options.dry_run);
    in.read("source", options.source);
    in.read("rejects_file", options.rejects_file);
    in.read("default_country", options.default_country);
    if (const Json* batch = in.find("batch")) {
        const std::int64_t rows = integer_at(*batch, in.at("batch"));
        if (rows < 1 || rows > 1'000'000) {
            refuse_at(in.at("batch"), "write 1 to 1,000,000");
        }
        options.batch = static_cast<std::size_t>(rows);
    }
    in.read("consent_time_column", options.consent_time_column);
    in.read("consent_text_version_column", options.consent_text_version_column);
    in.read("consent_document", options.consent_document);
    in.finish();
    return options;
}

Json report_json(const ImportReport& report) {
    Json out{{"rows", report.rows},         {"created", report.created},
             {"updated", report.updated},   {"unchanged", report.unchanged},
             {"skipped", report.skipped},   {"rejected", report.rejected},
             {"consents", report.consents}, {"cancelled", report.cancelled},
             {"unmapped", report.unmapped}, {"reasons", Json::object()}};
    for (const auto& [reason, count] : report.reasons) {
        out["reasons"][reason] = count;
    }
    return out;
}

/// What all four have in common: options, progress, report. `work` is given the options.
template <class Work>
void import_with(habeas_store* store, const char* options, std::size_t options_size,
                 habeas_progress_fn progress, void* user, habeas_string* report, Work work) {
    ImportOptions wanted = import_options_in(options, options_size);
    ProgressCall call(progress, user);
    wanted.progress = call.progress();
    const StoreUse use(store);
    const ImportReport done = call.run([&] { return work(Import(use.store()), wanted); });
    give_json(report, report_json(done));
    if (call.status() != HABEAS_OK && done.cancelled) {
        throw Stop(call.status());
    }
}

} // namespace

namespace habeas::capi {

void read_columns(ObjectReader& in, std::vector<ImportColumn>& columns) {
    in.read_array("columns", [&columns](const Json& each, const std::string& pointer) {
        ObjectReader member(each, pointer);
        ImportColumn& column = columns.emplace_back();
        member.read("header", column.header);
        member.read("target", column.target);
        member.read("format", column.format);
        member.finish();
    });
}

} // namespace habeas::capi

extern "C" {

habeas_status habeas_import_contacts(habeas_store* store, const char* path, size_t path_size,
                                     const char* options, size_t options_size,
                                     habeas_progress_fn progress, void* user,
                                     habeas_string* report) {
    return guard([&] {
        expect(report, "report");
        const std::string from = path_in(path, path_size, "path");
        import_with(
            store, options, options_size, progress, user, report,
            [&](Import import, const ImportOptions& with) { return import.contacts(from, with); });
    });
}

habeas_status habeas_import_contacts_text(habeas_store* store, const char* csv, size_t csv_size,
                                          const char* options, size_t options_size,
                                          habeas_progress_fn progress, void* user,
                                          habeas_string* report) {
    return guard([&] {
        expect(report, "report");
        const std::string_view text = bytes_in(csv, csv_size, "csv");
        import_with(store, options, options_size, progress, user, report,
                    [&](Import import, const ImportOptions& with) {
                        return import.contacts_text(text, with);
                    });
    });
}

habeas_status habeas_import_consents(habeas_store* store, const char* path, size_t path_size,
                                     const char* options, size_t options_size,
                                     habeas_progress_fn progress, void* user,
                                     habeas_string* report) {
    return guard([&] {
        expect(report, "report");
        const std::string from = path_in(path, path_size, "path");
        import_with(
            store, options, options_size, progress, user, report,
            [&](Import import, const ImportOptions& with) { return import.consents(from, with); });
    });
}

habeas_status habeas_import_consents_text(habeas_store* store, const char* csv, size_t csv_size,
                                          const char* options, size_t options_size,
                                          habeas_progress_fn progress, void* user,
                                          habeas_string* report) {
    return guard([&] {
        expect(report, "report");
        const std::string_view text = bytes_in(csv, csv_size, "csv");
        import_with(store, options, options_size, progress, user, report,
                    [&](Import import, const ImportOptions& with) {
                        return import.consents_text(text, with);
                    });
    });
}
}

#include "habeas/export.hpp"

#include "consent/receipt.hpp"
#include "exports/archive.hpp"
#include "exports/bundle.hpp"
#include "exports/disclosure.hpp"
#include "exports/model.hpp"
#include "exports/output_file.hpp"
#include "habeas/error.hpp"

namespace habeas {
namespace {

using exports::AccessModel;

/// Nothing leaves without being logged: the log comes first, and an erasure between reading and
/// logging makes it fail.
std::string hand_out(store::Engine& engine, SubjectId subject, const BundleOptions& options,
                     const char* format, std::string (*render)(const AccessModel&)) {
    if (options.recipient.empty()) {
        throw Error(Errc::invalid, "recipient: say who gets the data", "recipient");
    }
    std::string text = render(exports::collect(engine, subject, options));
    if (options.record) {
        store::Engine::Write tx(engine);
        exports::record_disclosure(engine, subject, options.recipient, format);
        tx.commit();
    }
    return text;
}

/// A receipt for each consent the person gave, refused or withdrew.
void add_receipts(store::Engine& engine, const AccessModel& model,
                  std::vector<exports::ArchiveEntry>& entries) {
    using Format = Consent::ReceiptFormat;
    consent::ReceiptSource source = consent::receipt_source(engine, model.subject.id);
    for (const ConsentEvent& event : source.history) {
        for (Format format : {Format::iso_27560, Format::kantara_1_1}) {
            if (!consent::has_receipt(engine, source, event, format)) {
                continue;
            }
            std::string name = "receipts/" + std::to_string(static_cast<std::int64_t>(event.id));
            name += format == Format::iso_27560 ? "-iso-27560.jsonld" : "-kantara-1.1.json";
            entries.push_back({name, consent::make_receipt(engine, source, event, format)});
        }
    }
}

const char* format_name(BundleFormat format) {
    switch (format) {
    case BundleFormat::json:
        return "json";
    case BundleFormat::html:
        return "html";
    case BundleFormat::csv:
        return "csv";
    case BundleFormat::zip:
        return "zip";
    }
    throw Error(Errc::invalid, "format: no such form of a bundle", "format");
}

std::string render(store::Engine& engine, const AccessModel& model, BundleFormat format) {
    switch (format) {
    case BundleFormat::json:
        return exports::render_json(model);
    case BundleFormat::html:
        return exports::render_html(model);
    case BundleFormat::csv:
        return exports::render_csv(model);
    case BundleFormat::zip:
        break;
    }
    std::vector<exports::ArchiveEntry> entries{{"index.html", exports::render_html(model)},
                                               {"data.json", exports::render_json(model)},
                                               {"data.csv", exports::render_csv(model)}};
    add_receipts(engine, model, entries);
    return exports::make_zip(entries, model.generated);
}

} // namespace

std::string exports::access_bundle(store::Engine& engine, SubjectId subject, BundleFormat format,
                                   const BundleOptions& options) {
    store::Engine::Write tx(engine);
    std::string content = render(engine, collect(engine, subject, options), format);
    if (options.record) {
        record_disclosure(engine, subject, options.recipient, format_name(format));
    }
    tx.commit();
    return content;
}

std::string Export::access_json(SubjectId subject, const BundleOptions& options) {
    return hand_out(*engine_, subject, options, "json", exports::render_json);
}

std::string Export::access_html(SubjectId subject, const BundleOptions& options) {
    return hand_out(*engine_, subject, options, "html", exports::render_html);
}

std::string Export::access_csv(SubjectId subject, const BundleOptions& options) {
    return hand_out(*engine_, subject, options, "csv", exports::render_csv);
}

void Export::access_zip(SubjectId subject, const std::string& path, const BundleOptions& options) {
    access_file(subject, path, BundleFormat::zip, options);
}

void Export::access_file(SubjectId subject, const std::string& path, BundleFormat format,
                         const BundleOptions& options) {
    if (options.recipient.empty()) {
        throw Error(Errc::invalid, "recipient: say who gets the data", "recipient");
    }
    std::string content;
    SubjectId id{};
    {
        store::Engine::Read snapshot(*engine_);
        AccessModel model = exports::collect(*engine_, subject, options);
        id = model.subject.id;
        content = render(*engine_, model, format);
    }
    exports::OutputFile file(*engine_, path, id);
    file.write(content);
    file.finish([&] {
        if (options.record) {
            exports::record_disclosure(*engine_, id, options.recipient, format_name(format));
        }
    });
}

} // namespace habeas

#include "habeas/export.hpp"

#include "consent/receipt.hpp"
#include "exports/archive.hpp"
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

} // namespace

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
    if (options.recipient.empty()) {
        throw Error(Errc::invalid, "recipient: say who gets the data", "recipient");
    }
    std::string archive;
    SubjectId id{};
    {
        store::Engine::Read snapshot(*engine_);
        AccessModel model = exports::collect(*engine_, subject, options);
        id = model.subject.id;
        std::vector<exports::ArchiveEntry> entries{{"index.html", exports::render_html(model)},
                                                   {"data.json", exports::render_json(model)},
                                                   {"data.csv", exports::render_csv(model)}};
        add_receipts(*engine_, model, entries);
        archive = exports::make_zip(entries, model.generated);
    }
    exports::OutputFile file(*engine_, path, id);
    file.write(archive);
    file.finish([&] {
        if (options.record) {
            exports::record_disclosure(*engine_, id, options.recipient, "zip");
        }
    });
}

} // namespace habeas

#include "habeas/export.hpp"

#include "consent/receipt.hpp"
#include "exports/archive.hpp"
#include "exports/bundle.hpp"
#include "exports/disclosure.hpp"
#include "exports/model.hpp"
#include "exports/output_file.hpp"
#include "habeas/error.hpp"
#include "subjects/lookup.hpp"

#include <algorithm>
#include <limits>

namespace habeas {
namespace {

using exports::AccessModel;
using exports::ArchiveEntry;

void check(const BundleOptions& options, BundleFormat format) {
    if (options.recipient.empty()) {
        throw Error(Errc::invalid, "recipient: say who gets the data", "recipient");
    }
    if (options.password.size() > max_bundle_password ||
        options.password.find('\0') != std::string::npos) {
        throw Error(Errc::invalid, "password: at most 1000 bytes, none of them 0", "password");
    }
    if (!options.password.empty() && format != BundleFormat::zip) {
        throw Error(Errc::invalid, "password: a ZIP alone can have one", "password");
    }
    if (format == BundleFormat::zip) {
        exports::require_zip(!options.password.empty());
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

/// A receipt for each of the latest consents the person gave, refused or withdrew.
void add_receipts(store::Engine& engine, const AccessModel& model, const std::string& folder,
                  std::vector<ArchiveEntry>& entries) {
    using Format = Consent::ReceiptFormat;
    const auto& latest = model.history.latest();
    consent::ReceiptSource source{model.earlier, *model.declared};
    source.history.insert(source.history.end(), latest.begin(), latest.end());
    for (const ConsentEvent& event : latest) {
        for (Format format : {Format::iso_27560, Format::kantara_1_1}) {
            if (!consent::has_receipt(engine, source, event, format)) {
                continue;
            }
            std::string name = "receipts/" + std::to_string(static_cast<std::int64_t>(event.id));
            name += format == Format::iso_27560 ? "-iso-27560.jsonld" : "-kantara-1.1.json";
            entries.push_back({std::move(name), base::Spool(folder)});
            entries.back().content.write(consent::make_receipt(engine, source, event, format));
        }
    }
}

/// What is larger than `memory` goes to nameless files in `folder` on its way.
void render_zip(store::Engine& engine, const AccessModel& model, const std::string& password,
                const std::string& folder, std::size_t memory, const exports::WriteAt& write) {
    std::vector<ArchiveEntry> entries;
    auto add = [&](const std::string& name, const auto& render) {
        base::Spool& content =
            entries.emplace_back(ArchiveEntry{name, base::Spool(folder, memory)}).content;
        render([&](std::string_view bytes) { content.write(bytes); });
        content.finish();
    };
    add("index.html", [&](const auto& out) { out(exports::render_html(model)); });
    add("data.json", [&](const exports::Output& out) { exports::render_json(model, out); });
    add("data.csv", [&](const auto& out) { out(exports::render_csv(model)); });
    for (const exports::CsvFile& file : exports::list_files(model)) {
        add(file.name, file.render);
    }
    add_receipts(engine, model, folder, entries);
    exports::write_zip(entries, model.generated, password, write);
}

/// Any form but a ZIP.
void render(const AccessModel& model, BundleFormat format, const exports::Output& out) {
    switch (format) {
    case BundleFormat::json:
        exports::render_json(model, out);
        return;
    case BundleFormat::html:
        out(exports::render_html(model));
        return;
    case BundleFormat::csv:
    case BundleFormat::zip:
        out(exports::render_csv(model));
        return;
    }
}

std::string render_text(store::Engine& engine, SubjectId subject, BundleFormat format,
                        const BundleOptions& options) {
    store::Engine::Read snapshot(engine);
    const AccessModel model = exports::collect(engine, subject, options);
    std::string text;
    if (format != BundleFormat::zip) {
        render(model, format, [&](std::string_view bytes) { text += bytes; });
        return text;
    }
    render_zip(engine, model, options.password, "", std::numeric_limits<std::size_t>::max(),
               [&](std::uint64_t offset, std::string_view bytes) {
                   text.resize(std::max<std::size_t>(text.size(), offset + bytes.size()));
                   text.replace(offset, bytes.size(), bytes);
               });
    return text;
}

/// Nothing leaves without being logged: the log comes first, and an erasure between reading and
/// logging makes it fail.
std::string hand_out(store::Engine& engine, SubjectId subject, BundleFormat format,
                     const BundleOptions& options) {
    check(options, format);
    std::string text = render_text(engine, subject, format, options);
    if (options.record) {
        store::Engine::Write tx(engine);
        exports::record_disclosure(engine, subject, options.recipient, format_name(format));
        tx.commit();
    }
    return text;
}

SubjectId require_subject(store::Engine& engine, SubjectId subject) {
    store::Engine::Read snapshot(engine);
    return subjects::require(engine, subject);
}

} // namespace

std::string exports::access_bundle(store::Engine& engine, SubjectId subject, BundleFormat format,
                                   const BundleOptions& options) {
    store::Engine::Write tx(engine);
    std::string content = hand_out(engine, subject, format, options);
    tx.commit();
    return content;
}

std::string Export::access_json(SubjectId subject, const BundleOptions& options) {
    return hand_out(*engine_, subject, BundleFormat::json, options);
}

std::string Export::access_html(SubjectId subject, const BundleOptions& options) {
    return hand_out(*engine_, subject, BundleFormat::html, options);
}

std::string Export::access_csv(SubjectId subject, const BundleOptions& options) {
    return hand_out(*engine_, subject, BundleFormat::csv, options);
}

void Export::access_zip(SubjectId subject, const std::string& path, const BundleOptions& options) {
    access_file(subject, path, BundleFormat::zip, options);
}

void Export::access_file(SubjectId subject, const std::string& path, BundleFormat format,
                         const BundleOptions& options) {
    const char* name = format_name(format);
    check(options, format);
    const SubjectId id = require_subject(*engine_, subject);
    exports::OutputFile file(*engine_, path, id);
    {
        store::Engine::Read snapshot(*engine_);
        const AccessModel model = exports::collect(*engine_, id, options);
        if (format == BundleFormat::zip) {
            constexpr std::size_t in_memory = std::size_t{1} << 20;
            render_zip(*engine_, model, options.password, base::folder_of(path), in_memory,
                       [&](std::uint64_t offset, std::string_view bytes) {
                           file.write_at(offset, bytes);
                       });
        } else {
            render(model, format, [&](std::string_view bytes) { file.write(bytes); });
        }
    }
    file.finish([&] {
        if (options.record) {
            exports::record_disclosure(*engine_, id, options.recipient, name);
        }
    });
}

} // namespace habeas

// Access and portability bundles (GDPR arts. 15, 20), and CSV of many.
#pragma once

#include "habeas/consent.hpp"

#include <iosfwd>

namespace habeas {

struct BundleOptions {
    std::string language; ///< of labels and texts; empty: the subject's, then English
    std::string recipient = "data subject"; ///< kept with the disclosure (C-154/21)
    bool record = true;                     ///< false: a preview; nothing is logged as disclosed
};

/// A form of one person's data.
enum class BundleFormat : std::uint8_t {
    json, ///< data.json
    html, ///< the page for the person
    csv,  ///< one row
    zip   ///< all of them and the receipts
};

struct CsvOptions {
    /// field names, consent.<purpose>, id, created_at; empty: all exportable
    std::vector<std::string> columns;
    std::string purpose;              ///< only those who may be processed for it ...
    Channel channel = Channel::email; ///< ... over this channel
    std::optional<Time> changed_since;
    bool neutralise_formulas = true; ///< an apostrophe before = + - @
    std::string recipient;           ///< who gets it: required, kept as disclosure
    Progress progress;
};

class Export {
  public:
    explicit Export(Store& store) : engine_(&store.engine()) {}
    explicit Export(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use
    /// data.json of the bundle: structured, commonly used, machine-readable (art. 20(1)).
    [[nodiscard]] std::string access_json(SubjectId subject, const BundleOptions& options = {});
    /// The page for the person: one self-contained HTML document.
    [[nodiscard]] std::string access_html(SubjectId subject, const BundleOptions& options = {});
    /// One header row and one row.
    [[nodiscard]] std::string access_csv(SubjectId subject, const BundleOptions& options = {});
    /// ZIP with data.json, data.csv, index.html and the receipts; mode 0600; registered, so that an
    /// erasure deletes it. Errc::unsupported without libzip, Errc::exists.
    void access_zip(SubjectId subject, const std::string& path, const BundleOptions& options = {});
    /// The same as a new file in one of the forms, also registered.
    void access_file(SubjectId subject, const std::string& path, BundleFormat format,
                     const BundleOptions& options = {});
    /// CSV of many to a new file (0600), as a stream. Returns the rows written.
    std::uint64_t csv(const std::string& path, const CsvOptions& options);

  private:
    store::Engine* engine_;
};

} // namespace habeas

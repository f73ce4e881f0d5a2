// Access and portability bundles (GDPR arts. 15, 20), and CSV of many.
#pragma once

#include "habeas/consent.hpp"

#include <iosfwd>

namespace habeas {

struct BundleOptions {
    std::string language; ///< of labels and texts; empty: the subject's, then English
    std::string recipient = "data subject"; ///< kept with the disclosure (C-154/21)
    bool record = true;                     ///< false: a preview; nothing is logged as disclosed
    /// Of a ZIP: its files are encrypted with AES-256 (their names are not). Send it on another way
    /// than the file. Neither kept nor logged. Empty: no encryption.
    std::string password;
};

/// The longest password of a ZIP, in bytes.
constexpr std::size_t max_bundle_password = 1000;

/// A form of one person's data.
enum class BundleFormat : std::uint8_t {
    json, ///< data.json
    html, ///< the page for the person
    csv,  ///< one row
    zip   ///< all of them, a CSV for each list, and the receipts
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
    /// ZIP with data.json, index.html, data.csv, a CSV for each list and the receipts (of the last
    /// 500 entries of the ledger); mode 0600; registered, so that an erasure deletes it.
    /// Errc::unsupported without libzip, or with a password where libzip cannot encrypt;
    /// Errc::exists.
    void access_zip(SubjectId subject, const std::string& path, const BundleOptions& options = {});
    /// The same as a new file in one of the forms, also registered. Written as a stream: a person
    /// with a million rows needs no more memory than one with a thousand. A password is for a ZIP
    /// alone (Errc::invalid).
    void access_file(SubjectId subject, const std::string& path, BundleFormat format,
                     const BundleOptions& options = {});
    /// CSV of many to a new file (0600), as a stream. Returns the rows written.
    std::uint64_t csv(const std::string& path, const CsvOptions& options);

  private:
    store::Engine* engine_;
};

} // namespace habeas

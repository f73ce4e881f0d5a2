// `habeas report`: one self-contained HTML page of figures for who answers for data protection.
#pragma once

#include "habeas/habeas.hpp"

#include <string>

namespace habeas::cli {

struct ReportOptions {
    std::string title;           ///< empty: "Data protection report" in the language
    std::string language = "en"; ///< BCP 47; words are there in English and German
};

/// No scripts, nothing fetched from elsewhere, no personal data: figures only, all of one moment.
/// Reads through Store::query and Consent::filter, in one snapshot: while it reads, no erasure
/// becomes physical. A million people with 3.6 million events take most of a minute and 110 MB.
std::string report_html(Store& store, const ReportOptions& options);

} // namespace habeas::cli

// Which column of a file of consents is what.
#pragma once

#include "base/csv.hpp"
#include "habeas/import.hpp"
#include "subjects/values.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::consent {

struct ConsentColumn {
    enum class What : std::uint8_t {
        identifier,
        purpose,
        channel,
        action,
        at,
        text_version,
        language,
        text, ///< a member of the evidence
        flag
    };
    What what = What::text;
    std::string name;      ///< "email", "external:crm", "at", "ip", ...
    std::size_t index = 0; ///< of the column in the file, from 0
    IdentifierKind identifier = IdentifierKind::email;
    std::string system;
    std::string Evidence::*text = nullptr;
    bool Evidence::*flag = nullptr;
    subjects::Format::Dates dates = subjects::Format::Dates::iso; ///< of `at`

    [[nodiscard]] bool identifies() const { return what == What::identifier; }
    /// Of its values, for the file of rejects.
    [[nodiscard]] std::string_view kind() const;
};

/// By the mapping, else by name: names of include/habeas/import.hpp and a few others for the same.
/// Errc::invalid names what is missing, unknown or there twice.
std::vector<ConsentColumn> map_consent_columns(std::span<const base::CsvCell> header,
                                               const ImportOptions& options,
                                               std::vector<std::string>& unmapped);

} // namespace habeas::consent

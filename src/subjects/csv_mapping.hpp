// Which column of a CSV of contacts is what.
#pragma once

#include "base/csv.hpp"
#include "habeas/import.hpp"
#include "subjects/field_set.hpp"
#include "subjects/values.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::subjects {

struct MappedColumn {
    enum class Kind : std::uint8_t { field, external, source, consent, consent_time, consent_text };
    Kind kind = Kind::field;
    std::size_t index = 0; ///< of the column in the file, from 0
    std::string target; ///< field name, system of an external id, or "consent.<purpose>.<channel>"
    Format format;      ///< of dates and decimals
    std::size_t slot = 0;  ///< field: of the row writer; consent: among the consent columns
    bool fallback = false; ///< taken only where a column before it gave nothing
};

struct Mapping {
    /// country first, because it tells how to read phone numbers; fallbacks after what they stand
    /// in for
    std::vector<MappedColumn> columns;
    std::vector<std::string>
        consents; ///< targets of the consent columns, in the order of their slots
    std::vector<std::string> unmapped; ///< headers that nothing took
};

/// In the order in which a row is filled (Mapping::columns).
void order_columns(std::vector<MappedColumn>& columns);
/// Gives each field column its slot, and the fields of the slots for a row writer. Errc::not_found
/// for a field that went meanwhile.
std::vector<const FieldInfo*> give_slots(std::span<MappedColumn> columns, const FieldSet& fields);

[[noreturn]] void refuse_column(const std::string& message, const std::string& where);

/// Headers are compared without case, blanks, and what different exports put between words.
std::string plain_header(std::string_view text);
/// The first line, trimmed. Errc::invalid names the column that is no text.
std::vector<std::string> header_texts(std::span<const base::CsvCell> header);

/// Errc::invalid for an unknown format.
Format column_format(const ImportColumn& told);

/// Errc::invalid names the column or target: a header that is not there or twice, a target that is
/// no field, two columns for one target, an unknown format.
Mapping map_columns(std::span<const base::CsvCell> header, const ImportOptions& options,
                    const FieldSet& fields);

} // namespace habeas::subjects

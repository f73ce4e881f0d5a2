#include "subjects/csv_mapping.hpp"

#include "base/text.hpp"
#include "subjects/identifiers.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace habeas::subjects {
namespace {

constexpr std::size_t max_header_bytes = 500;

struct Synonym {
    std::string_view header; ///< plain
    std::string_view target;
};
/// What exports of Mautic, its rivals and spreadsheets call the core fields. `mobile` stands in
/// where `phone` is blank or not there.
constexpr std::array<Synonym, 30> synonyms{{
    {"mail", "email"},
    {"emailaddress", "email"},
    {"phonenumber", "phone"},
    {"telephone", "phone"},
    {"mobile", "phone"},
    {"mobilephone", "phone"},
    {"cell", "phone"},
    {"cellphone", "phone"},
    {"givenname", "first_name"},
    {"forename", "first_name"},
    {"vorname", "first_name"},
    {"prenom", "first_name"},
    {"prénom", "first_name"},
    {"surname", "last_name"},
    {"familyname", "last_name"},
    {"nachname", "last_name"},
    {"preferredlocale", "language"},
    {"preferredlanguage", "language"},
    {"locale", "language"},
    {"lang", "language"},
    {"countrycode", "country"},
    {"land", "country"},
    {"pays", "country"},
    {"tz", "timezone"},
    {"birthday", "date_of_birth"},
    {"birthdate", "date_of_birth"},
    {"dob", "date_of_birth"},
    {"geburtsdatum", "date_of_birth"},
    {"geburtstag", "date_of_birth"},
    {"postcode", "zipcode"},
}};
constexpr std::array<std::string_view, 4> mobile_words{"mobile", "mobilephone", "cell",
                                                       "cellphone"};
/// Together with a column `id` these tell an export of Mautic.
constexpr std::array<std::string_view, 4> mautic_words{"preferredlocale", "attributiondate",
                                                       "points", "lastactive"};

class Mapper {
  public:
    Mapper(std::span<const base::CsvCell> header, const ImportOptions& options,
           const FieldSet& fields)
        : options_(options), fields_(fields), headers_(header_texts(header)) {
        for (const std::string& each : headers_) {
            plain_.push_back(plain_header(each));
        }
    }

    Mapping run() {
        taken_.assign(headers_.size(), false);
        if (options_.columns.empty()) {
            map_by_name();
        } else {
            map_as_told();
        }
        add_evidence(options_.consent_time_column, MappedColumn::Kind::consent_time);
        add_evidence(options_.consent_text_version_column, MappedColumn::Kind::consent_text);
        for (std::size_t at = 0; at < headers_.size(); ++at) {
            if (!taken_[at]) {
                mapping_.unmapped.push_back(headers_[at]);
            }
        }
        order_columns(mapping_.columns);
        return std::move(mapping_);
    }

  private:
    /// The only column with this header; nothing if there is none.
    std::optional<std::size_t> column(std::string_view header) const {
        auto wanted = plain_header(header);
        auto first = std::find(plain_.begin(), plain_.end(), wanted);
        if (first == plain_.end()) {
            return std::nullopt;
        }
        if (std::find(first + 1, plain_.end(), wanted) != plain_.end()) {
            refuse_column("the file has two columns " + std::string(header) + "; rename one",
                          std::string(header));
        }
        return static_cast<std::size_t>(first - plain_.begin());
    }

    void add_evidence(const std::string& header, MappedColumn::Kind kind) {
        if (header.empty()) {
            return;
        }
        auto at = column(header);
        if (!at) {
            refuse_column("the file has no column " + header, header);
        }
        taken_[*at] = true;
        MappedColumn mapped;
        mapped.kind = kind;
        mapped.index = *at;
        mapped.target = kind == MappedColumn::Kind::consent_time ? "consent_time" : "consent_text";
        mapping_.columns.push_back(std::move(mapped));
    }

    void map_as_told() {
        for (const ImportColumn& told : options_.columns) {
            auto at = column(told.header);
            if (!at) {
                refuse_column("the file has no column " + told.header, told.header);
            }
            if (taken_[*at]) {
                refuse_column("column " + told.header + " is mapped twice", told.header);
            }
            taken_[*at] = true;
            if (told.target != "-") {
                MappedColumn mapped = target(told.target);
                mapped.index = *at;
                mapped.format = column_format(told);
                add(std::move(mapped));
            }
        }
    }

    void map_by_name() {
        bool mautic = std::any_of(mautic_words.begin(), mautic_words.end(), [&](auto word) {
            return std::find(plain_.begin(), plain_.end(), word) != plain_.end();
        });
        for (std::size_t at = 0; at < headers_.size(); ++at) {
            if (const FieldInfo* info = field_like(plain_[at])) {
                column(headers_[at]); // Errc::invalid if it is there twice
                take(at, info->field.name, false);
            } else if (headers_[at].starts_with("external:") || headers_[at] == "source") {
                take(at, headers_[at], false);
            } else if (plain_[at] == "id" && mautic) {
                take(at, "external:mautic", false);
            }
        }
        for (const Synonym& synonym : synonyms) {
            auto at = column(synonym.header);
            if (at && !taken_[*at] && fields_.find(synonym.target) != nullptr) {
                take(*at, std::string(synonym.target),
                     std::find(mobile_words.begin(), mobile_words.end(), synonym.header) !=
                         mobile_words.end());
            }
        }
    }

    [[nodiscard]] const FieldInfo* field_like(std::string_view header) const {
        for (const FieldInfo& info : fields_.all()) {
            if (!info.field.retired && plain_header(info.field.name) == header) {
                return &info;
            }
        }
        return nullptr;
    }

    /// By name: a target that is taken stays with who was first, but for a stand-in.
    void take(std::size_t at, const std::string& name, bool stand_in) {
        MappedColumn mapped = target(name);
        mapped.index = at;
        bool there = has(mapped);
        if (there && !stand_in) {
            return;
        }
        mapped.fallback = there;
        taken_[at] = true;
        mapping_.columns.push_back(std::move(mapped));
    }

    void add(MappedColumn mapped) {
        if (has(mapped)) {
            refuse_column("two columns are mapped to " + mapped.target, mapped.target);
        }
        if (mapped.kind == MappedColumn::Kind::consent) {
            mapped.slot = mapping_.consents.size();
            mapping_.consents.push_back(mapped.target);
        }
        mapping_.columns.push_back(std::move(mapped));
    }

    [[nodiscard]] bool has(const MappedColumn& wanted) const {
        return std::any_of(mapping_.columns.begin(), mapping_.columns.end(),
                           [&](const MappedColumn& column) {
                               return column.kind == wanted.kind && column.target == wanted.target;
                           });
    }

    [[nodiscard]] MappedColumn target(const std::string& name) const {
        static constexpr std::string_view external = "external:";
        MappedColumn mapped;
        mapped.target = name;
        if (name == "source") {
            mapped.kind = MappedColumn::Kind::source;
        } else if (name.starts_with("consent.")) {
            mapped.kind = MappedColumn::Kind::consent;
        } else if (name.starts_with(external)) {
            mapped.kind = MappedColumn::Kind::external;
            mapped.target = name.substr(external.size());
            if (!valid_system(mapped.target)) {
                refuse_column("external:<system> needs a system of a-z 0-9 _ . -", name);
            }
        } else if (const FieldInfo* info = fields_.find(name); info == nullptr) {
            refuse_column("a column is mapped to " + name + ", which is no field; define it first",
                          name);
        } else if (info->field.retired) {
            refuse_column("a column is mapped to " + name + ", which is retired", name);
        }
        return mapped;
    }

    const ImportOptions& options_;
    const FieldSet& fields_;
    std::vector<std::string> headers_;
    std::vector<std::string> plain_;
    std::vector<bool> taken_;
    Mapping mapping_;
};

} // namespace

void refuse_column(const std::string& message, const std::string& where) {
    throw Error(Errc::invalid, message, where);
}

std::string plain_header(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (c != ' ' && c != '\t' && c != '_' && c != '-') {
            out += base::ascii_lower(c);
        }
    }
    return out;
}

std::vector<std::string> header_texts(std::span<const base::CsvCell> header) {
    std::vector<std::string> out;
    for (const base::CsvCell& cell : header) {
        Refusal why;
        if (!check_text(cell.text, true, max_header_bytes, why)) {
            refuse_column("line 1, column " + std::to_string(out.size() + 1) + ": the header is " +
                              why.text(),
                          "header");
        }
        out.emplace_back(base::trim(cell.text));
    }
    return out;
}

Format column_format(const ImportColumn& told) {
    Format out;
    if (told.format == "dmy") {
        out.dates = Format::Dates::dmy;
    } else if (told.format == "mdy") {
        out.dates = Format::Dates::mdy;
    } else if (told.format == "comma") {
        out.decimal_comma = true;
    } else if (!told.format.empty() && told.format != "iso" && told.format != "point") {
        refuse_column(
            "column " + told.header +
                ": no such format; use iso, dmy, mdy for dates, point, comma for decimals",
            told.header);
    }
    return out;
}

void order_columns(std::vector<MappedColumn>& columns) {
    const auto rank = [](const MappedColumn& column) {
        if (column.kind == MappedColumn::Kind::field && column.target == "country") {
            return 0;
        }
        return column.fallback ? 2 : 1;
    };
    std::stable_sort(
        columns.begin(), columns.end(),
        [&](const MappedColumn& a, const MappedColumn& b) { return rank(a) < rank(b); });
}

std::vector<const FieldInfo*> give_slots(std::span<MappedColumn> columns, const FieldSet& fields) {
    std::vector<const FieldInfo*> out;
    for (MappedColumn& column : columns) {
        if (column.kind != MappedColumn::Kind::field) {
            continue;
        }
        const FieldInfo* info = &require_field(fields, column.target);
        const auto known = std::find(out.begin(), out.end(), info);
        column.slot = static_cast<std::size_t>(known - out.begin());
        if (known == out.end()) {
            out.push_back(info);
        }
    }
    return out;
}

Mapping map_columns(std::span<const base::CsvCell> header, const ImportOptions& options,
                    const FieldSet& fields) {
    return Mapper(header, options, fields).run();
}

} // namespace habeas::subjects

#include "consent/consent_columns.hpp"

#include "habeas/error.hpp"
#include "subjects/csv_mapping.hpp"
#include "subjects/identifiers.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace habeas::consent {
namespace {

using What = ConsentColumn::What;

constexpr std::string_view external = "external:";

struct Known {
    const char* name;
    What what;
    bool required = false;
    std::string Evidence::*text = nullptr;
    bool Evidence::*flag = nullptr;
};
constexpr std::array<Known, 17> known{{
    {"email", What::identifier},
    {"phone", What::identifier},
    {"purpose", What::purpose, true},
    {"channel", What::channel, true},
    {"action", What::action, true},
    {"at", What::at, true},
    {"text_version", What::text_version},
    {"language", What::language},
    {"method", What::text, false, &Evidence::method},
    {"form", What::text, false, &Evidence::form},
    {"submission", What::text, false, &Evidence::submission},
    {"ip", What::text, false, &Evidence::ip},
    {"user_agent", What::text, false, &Evidence::user_agent},
    {"document", What::text, false, &Evidence::document},
    {"preticked", What::flag, false, nullptr, &Evidence::preticked},
    {"explicit", What::flag, false, nullptr, &Evidence::explicit_consent},
    {"parental_authorisation", What::flag, false, nullptr, &Evidence::parental_authorisation},
}};

struct Synonym {
    std::string_view header; ///< plain
    std::string_view name;
};
/// Only words that can mean nothing else here.
constexpr std::array<Synonym, 14> synonyms{{
    {"mail", "email"},
    {"emailaddress", "email"},
    {"phonenumber", "phone"},
    {"telephone", "phone"},
    {"mobile", "phone"},
    {"event", "action"},
    {"effectiveat", "at"},
    {"timestamp", "at"},
    {"version", "text_version"},
    {"ipaddress", "ip"},
    {"lang", "language"},
    {"locale", "language"},
    {"explicitconsent", "explicit"},
    {"parentalauthorization", "parental_authorisation"},
}};

std::optional<ConsentColumn> column_named(std::string_view name) {
    ConsentColumn column;
    column.name = name;
    if (name.starts_with(external)) {
        column.what = What::identifier;
        column.identifier = IdentifierKind::external;
        column.system = name.substr(external.size());
        if (!subjects::valid_system(column.system)) {
            subjects::refuse_column("external:<system> needs a system of a-z 0-9 _ . -",
                                    column.name);
        }
        return column;
    }
    auto at =
        std::find_if(known.begin(), known.end(), [&](const Known& k) { return k.name == name; });
    if (at == known.end()) {
        return std::nullopt;
    }
    column.what = at->what;
    column.identifier = name == "phone" ? IdentifierKind::phone : IdentifierKind::email;
    column.text = at->text;
    column.flag = at->flag;
    return column;
}

class Mapper {
  public:
    Mapper(std::span<const base::CsvCell> header, const ImportOptions& options)
        : options_(options), headers_(subjects::header_texts(header)),
          taken_(headers_.size(), false) {
        for (const std::string& each : headers_) {
            plain_.push_back(subjects::plain_header(each));
        }
    }

    std::vector<ConsentColumn> run(std::vector<std::string>& unmapped) {
        for (const ImportColumn& told : options_.columns) {
            map(told);
        }
        // The options for contacts mean the same here.
        add_named(options_.consent_time_column, "at");
        add_named(options_.consent_text_version_column, "text_version");
        if (options_.columns.empty()) {
            map_by_name();
        }
        check_complete();
        for (std::size_t at = 0; at < headers_.size(); ++at) {
            if (!taken_[at]) {
                unmapped.push_back(headers_[at]);
            }
        }
        return std::move(columns_);
    }

  private:
    std::optional<std::size_t> position(std::string_view header) const {
        std::string wanted = subjects::plain_header(header);
        auto first = std::find(plain_.begin(), plain_.end(), wanted);
        if (first == plain_.end()) {
            return std::nullopt;
        }
        if (std::find(first + 1, plain_.end(), wanted) != plain_.end()) {
            subjects::refuse_column("the file has two columns " + std::string(header) +
                                        "; rename one",
                                    std::string(header));
        }
        return static_cast<std::size_t>(first - plain_.begin());
    }

    std::size_t required_position(const std::string& header) const {
        auto at = position(header);
        if (!at) {
            subjects::refuse_column("the file has no column " + header, header);
        }
        if (taken_[*at]) {
            subjects::refuse_column("column " + header + " is mapped twice", header);
        }
        return *at;
    }

    void map(const ImportColumn& told) {
        std::size_t at = required_position(told.header);
        subjects::Format format = subjects::column_format(told);
        taken_[at] = true;
        if (told.target == "-") {
            return;
        }
        auto column = column_named(told.target);
        if (!column) {
            subjects::refuse_column(
                "a column is mapped to " + told.target +
                    ", which is no part of a consent; see the list in habeas/import.hpp",
                told.target);
        }
        column->dates = format.dates;
        add(std::move(*column), at);
    }

    void add_named(const std::string& header, const char* name) {
        if (!header.empty()) {
            add(*column_named(name), required_position(header));
        }
    }

    void map_by_name() {
        for (std::size_t at = 0; at < headers_.size(); ++at) {
            if (!taken_[at] && headers_[at].starts_with(external)) {
                add(*column_named(headers_[at]), at);
            }
        }
        for (const Known& each : known) {
            auto at = position(each.name);
            if (at && !taken_[*at] && !has(each.name)) {
                add(*column_named(each.name), *at);
            }
        }
        for (const Synonym& synonym : synonyms) {
            auto at = position(synonym.header);
            if (at && !taken_[*at] && !has(synonym.name)) {
                add(*column_named(synonym.name), *at);
            }
        }
    }

    [[nodiscard]] bool has(std::string_view name) const {
        return std::any_of(columns_.begin(), columns_.end(),
                           [&](const ConsentColumn& column) { return column.name == name; });
    }

    void add(ConsentColumn column, std::size_t at) {
        if (has(column.name)) {
            subjects::refuse_column("two columns are mapped to " + column.name, column.name);
        }
        taken_[at] = true;
        column.index = at;
        columns_.push_back(std::move(column));
    }

    void check_complete() const {
        bool who = std::any_of(columns_.begin(), columns_.end(),
                               [](const ConsentColumn& column) { return column.identifies(); });
        if (!who) {
            subjects::refuse_column(
                "no column says who: map one to email, phone or external:<system>", "columns");
        }
        for (const Known& each : known) {
            if (each.required && !has(each.name)) {
                subjects::refuse_column("no column gives the " +
                                            std::string(each.name == std::string_view("at")
                                                            ? "time of the event (at)"
                                                            : each.name) +
                                            "; a consent without it is none",
                                        each.name);
            }
        }
    }

    const ImportOptions& options_;
    std::vector<std::string> headers_, plain_;
    std::vector<bool> taken_;
    std::vector<ConsentColumn> columns_;
};

} // namespace

std::string_view ConsentColumn::kind() const {
    switch (what) {
    case What::identifier:
        return identifier == IdentifierKind::external ? std::string_view("identifier")
                                                      : std::string_view(name);
    case What::at:
        return "datetime";
    case What::text_version:
        return "number";
    case What::text:
        return "text";
    case What::flag:
        return "boolean";
    default:
        return name;
    }
}

std::vector<ConsentColumn> map_consent_columns(std::span<const base::CsvCell> header,
                                               const ImportOptions& options,
                                               std::vector<std::string>& unmapped) {
    return Mapper(header, options).run(unmapped);
}

} // namespace habeas::consent

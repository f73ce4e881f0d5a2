#include "importers/csv_contacts.hpp"

#include "importers/csv_table.hpp"

#include <algorithm>

namespace habeas::importers {
namespace {

using subjects::MappedColumn;

std::vector<base::CsvCell> cells_of(const std::vector<std::string>& headers) {
    std::vector<base::CsvCell> out;
    out.reserve(headers.size());
    for (const std::string& each : headers) {
        out.push_back({each, false, 0});
    }
    return out;
}

bool same_target(const MappedColumn& a, const MappedColumn& b) {
    return a.kind == b.kind && a.target == b.target;
}

/// By name, on top of what is mapped already: a taken column or target stays as it is.
void add(std::vector<MappedColumn>& mapped, const MappedColumn& column, bool fallback) {
    const auto taken = std::any_of(mapped.begin(), mapped.end(), [&](const MappedColumn& other) {
        return other.index == column.index || (!fallback && same_target(other, column));
    });
    const bool there = std::any_of(mapped.begin(), mapped.end(), [&](const MappedColumn& other) {
        return same_target(other, column);
    });
    if (!taken) {
        mapped.push_back(column);
        mapped.back().fallback = fallback && there;
    }
}

} // namespace

std::unique_ptr<TableSource> add_csv(Run& run, const std::string& path,
                                     std::optional<bool> backslash) {
    auto out =
        open_csv_table(path, {run.options().delimiter, run.options().windows1252, backslash});
    run.add_source(*out);
    return out;
}

std::optional<std::size_t> find_column(const std::vector<std::string>& headers,
                                       std::span<const std::string_view> words) {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < headers.size(); ++i) {
        if (std::find(words.begin(), words.end(), subjects::plain_header(headers[i])) ==
            words.end()) {
            continue;
        }
        if (found) {
            throw Error(Errc::invalid, "the file has two columns " + headers[i] + "; rename one",
                        headers[i]);
        }
        found = i;
    }
    return found;
}

ContactPlan plan_of_csv(Run& run, TableSource& source, std::span<const HeaderWord> words,
                        Platform platform) {
    ContactPlan plan;
    plan.table = source.name();
    plan.columns = source.columns(plan.table);
    plan.source = "migrate:" + std::string(platform_name(platform));
    const auto cells = cells_of(plan.columns);
    const auto fields = subjects::field_set(run.engine(), FieldOwner::subject);

    ImportOptions told;
    told.columns = run.options().columns;
    std::vector<bool> ignored(plan.columns.size(), false);
    if (!told.columns.empty()) {
        const subjects::Mapping mapping = subjects::map_columns(cells, told, *fields);
        plan.mapped = mapping.columns;
        for (const ImportColumn& each : told.columns) {
            for (std::size_t i = 0; i < plan.columns.size(); ++i) {
                ignored[i] =
                    ignored[i] || (each.target == "-" && subjects::plain_header(plan.columns[i]) ==
                                                             subjects::plain_header(each.header));
            }
        }
    }
    for (const HeaderWord& word : words) {
        for (std::size_t i = 0; i < plan.columns.size(); ++i) {
            const bool external = word.target.starts_with("external:");
            if (ignored[i] || subjects::plain_header(plan.columns[i]) != word.header ||
                (!external && fields->find(word.target) == nullptr)) {
                continue;
            }
            MappedColumn column;
            column.kind = external ? MappedColumn::Kind::external : MappedColumn::Kind::field;
            column.target = word.target.substr(external ? std::string_view("external:").size() : 0);
            column.index = i;
            add(plan.mapped, column, word.fallback);
        }
    }
    for (const MappedColumn& column : subjects::map_columns(cells, {}, *fields).columns) {
        const bool known =
            column.kind == MappedColumn::Kind::field || column.kind == MappedColumn::Kind::external;
        if (known && !ignored[column.index]) {
            add(plan.mapped, column, column.fallback);
        }
    }
    std::erase_if(plan.mapped, [](const MappedColumn& column) {
        return column.kind != MappedColumn::Kind::field &&
               column.kind != MappedColumn::Kind::external;
    });
    const bool identifies =
        std::any_of(plan.mapped.begin(), plan.mapped.end(), [](const MappedColumn& column) {
            return column.kind == MappedColumn::Kind::external || column.target == "email" ||
                   column.target == "phone";
        });
    if (!identifies) {
        throw Error(Errc::invalid,
                    source.name() + ": no column gives an identifier: map one to email, phone or "
                                    "external:<system>",
                    "columns");
    }
    return plan;
}

void note_unmapped(Run& run, const ContactPlan& plan) {
    const auto& consents = run.options().consents;
    for (std::size_t i = 0; i < plan.columns.size(); ++i) {
        const auto at = [i](const auto& each) { return each.index == i; };
        const bool taken =
            std::any_of(plan.mapped.begin(), plan.mapped.end(), at) ||
            std::any_of(plan.opt_outs.begin(), plan.opt_outs.end(), at) ||
            std::any_of(consents.begin(), consents.end(), [&](const auto& each) {
                return each.column == plan.columns[i] || each.time_column == plan.columns[i];
            });
        if (!taken) {
            run.report().unmapped.push_back(plan.columns[i]);
        }
    }
}

void require_opt_outs(Run& run, bool read, const char* remedy) {
    if (!read && !run.options().no_opt_outs) {
        run.refuse(std::string("opt_outs: nothing says who opted out, and unknown is not "
                               "mailable; ") +
                       remedy + ", or confirm that there are none (no_opt_outs)",
                   "opt_outs");
    }
}

} // namespace habeas::importers

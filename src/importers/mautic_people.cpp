// Who a contact of Mautic is here, and the tags that it has.
#include "importers/mautic.hpp"

#include "habeas/segment.hpp"

#include <algorithm>

namespace habeas::importers {

std::optional<SubjectId> MauticPeople::find(std::string_view lead_id) {
    if (!keys_) {
        keys_.emplace(run_.engine());
    }
    subjects::Refusal ignored;
    if (!subjects::normalise_into(IdentifierKind::external, mautic_system, lead_id, {}, identifier_,
                                  ignored)) {
        return std::nullopt;
    }
    return subjects::find(run_.engine(), *keys_, identifier_);
}

void take_tags(Run& run, TableSource& source, const std::string& prefix, MauticPeople& people,
               MauticNames& names) {
    const std::string definitions = prefix + "lead_tags";
    if (source.columns(definitions).empty() || run.cancelled()) {
        return;
    }
    MigrationPart& listed = run.part(definitions);
    for (const SmallRow& row : read_small(source, definitions, {"id", "tag"})) {
        ++listed.rows;
        ++listed.unchanged; // a tag is made when it is first given
        names.tags[row[0].value_or("")] = row[1].value_or("");
    }
    const std::string table = prefix + "lead_tags_xref";
    if (source.columns(table).empty()) {
        return;
    }
    const auto cursor = source.open(table, {"lead_id", "tag_id"});
    MigrationPart& part = run.part(table);
    Tags tags(run.engine());
    Run::Steps steps;
    steps.begin = [&] { people.begin_batch(); };
    steps.row = [&](const TableRow& row) {
        const auto tag = names.tags.find(std::string(row.cells[1].value_or("")));
        if (tag == names.tags.end()) {
            run.reject(part, row, "tag_id", "reference", "no tag has this number");
            return;
        }
        const auto subject = people.find(row.cells[0].value_or(""));
        if (!subject) {
            Run::skip(part, "of a contact that was not taken over");
            return;
        }
        const auto before = tags.of(*subject);
        try {
            tags.add(*subject, tag->second);
        } catch (const Error& error) {
            if (error.code() != Errc::invalid) {
                throw;
            }
            run.reject(part, row, "tag", "text", "no tag of habeas: up to 100 bytes of text");
            return;
        }
        ++(tags.of(*subject).size() > before.size() ? part.created : part.unchanged);
    };
    run.each_row(table, *cursor, steps);
}

} // namespace habeas::importers

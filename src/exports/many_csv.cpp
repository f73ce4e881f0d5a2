// CSV of many, as a stream: one page of subjects in memory at a time, each page one snapshot.
#include "base/text.hpp"
#include "consent/decide.hpp"
#include "exports/disclosure.hpp"
#include "exports/model.hpp"
#include "exports/output_file.hpp"
#include "habeas/error.hpp"
#include "habeas/export.hpp"
#include "subjects/lookup.hpp"

#include <algorithm>
#include <chrono>

namespace habeas {
namespace {

constexpr std::size_t page_size = 1000;

struct Column {
    enum class Kind : std::uint8_t { id, created_at, changed_at, source, field, external, consent };
    Kind kind = Kind::field;
    std::string name;             ///< header
    const Field* field = nullptr; ///< kind field
    std::string key;              ///< external: system; consent: purpose code
    Channel channel = Channel::any;
};

[[noreturn]] void unknown(const std::string& name) {
    throw Error(Errc::not_found,
                "column '" + name +
                    "': not a field, id, created_at, changed_at, source, external:<system>, "
                    "consent.<purpose> or consent.<purpose>.<channel>",
                name);
}

Column consent_column(const std::string& name, const std::vector<Purpose>& purposes) {
    Column column;
    column.kind = Column::Kind::consent;
    column.name = name;
    std::string rest = name.substr(8);
    std::size_t dot = rest.find('.');
    column.key = rest.substr(0, dot);
    bool declared = std::any_of(purposes.begin(), purposes.end(),
                                [&](const Purpose& p) { return p.code == column.key; });
    std::optional<Channel> over = Channel::any;
    if (dot != std::string::npos) {
        over = channel(rest.substr(dot + 1));
    }
    if (!declared || !over) {
        unknown(name);
    }
    column.channel = *over;
    return column;
}

Column parse_column(const std::string& name, const std::vector<Field>& fields,
                    const std::vector<Purpose>& purposes) {
    using Kind = Column::Kind;
    for (auto [built_in, kind] :
         {std::pair("id", Kind::id), std::pair("created_at", Kind::created_at),
          std::pair("changed_at", Kind::changed_at), std::pair("source", Kind::source)}) {
        if (name == built_in) {
            return {kind, name, nullptr, {}, Channel::any};
        }
    }
    if (name.starts_with("consent.")) {
        return consent_column(name, purposes);
    }
    if (name.starts_with("external:")) {
        return {Kind::external, name, nullptr, name.substr(9), Channel::any};
    }
    auto field =
        std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == name; });
    if (field == fields.end()) {
        unknown(name);
    }
    return {Kind::field, name, &*field, {}, Channel::any};
}

std::vector<Column> plan(const CsvOptions& options, const std::vector<Field>& fields,
                         const std::vector<Purpose>& purposes) {
    std::vector<Column> columns;
    if (!options.columns.empty()) {
        for (const std::string& name : options.columns) {
            columns.push_back(parse_column(name, fields, purposes));
        }
        return columns;
    }
    columns.push_back(parse_column("id", fields, purposes));
    for (const Field& field : fields) {
        // Sealed data leave in bulk only when somebody names the column.
        if (field.in_exports && field.field_class != FieldClass::sealed) {
            columns.push_back(parse_column(field.name, fields, purposes));
        }
    }
    for (const Purpose& purpose : purposes) {
        if (!purpose.retired_at) {
            columns.push_back(consent_column("consent." + purpose.code, purposes));
        }
    }
    return columns;
}

std::string cell(const Column& column, const Subject& subject, const Consent& consent) {
    switch (column.kind) {
    case Column::Kind::id:
        return std::to_string(static_cast<std::int64_t>(subject.id));
    case Column::Kind::created_at:
        return format_time(subject.created_at);
    case Column::Kind::changed_at:
        return format_time(subject.changed_at);
    case Column::Kind::source:
        return subject.source;
    case Column::Kind::external: {
        std::string text;
        for (const Identifier& identifier : subject.identifiers) {
            if (identifier.kind == IdentifierKind::external && identifier.system == column.key) {
                text += (text.empty() ? "" : "|") + identifier.value;
            }
        }
        return text;
    }
    case Column::Kind::consent:
        return std::string(
            consent_state_name(consent.state(subject.id, column.key, column.channel)));
    case Column::Kind::field:
        break;
    }
    const Value* value = exports::value_of(subject.fields, column.field->name);
    return value == nullptr ? std::string() : subjects::value_text(*column.field, *value);
}

} // namespace

std::uint64_t Export::csv(const std::string& path, const CsvOptions& options) {
    store::Engine& engine = *engine_;
    if (options.recipient.empty()) {
        throw Error(Errc::invalid, "recipient: say who gets the data", "recipient");
    }
    const Consent consent(engine);
    const Subjects subjects_of(engine);
    const std::vector<Field> fields = subjects::field_list(engine, FieldOwner::subject);
    const std::vector<Purpose> purposes = Purposes(engine).list();
    if (!options.purpose.empty() &&
        std::none_of(purposes.begin(), purposes.end(),
                     [&](const Purpose& p) { return p.code == options.purpose; })) {
        throw Error(Errc::not_found, "purpose '" + options.purpose + "' is not declared",
                    "purpose");
    }
    const std::vector<Column> columns = plan(options, fields, purposes);

    consent::require_recipient(engine, options.recipient); // and again when it is recorded
    exports::Selection selection;
    selection.recipient = options.recipient;
    selection.purpose = options.purpose;
    selection.channel = options.channel;
    selection.changed_since = options.changed_since;
    selection.at = Time(std::chrono::milliseconds(engine.now_ms()));

    exports::OutputFile file(engine, path, std::nullopt);
    std::string line;
    for (const Column& column : columns) {
        selection.columns.push_back(column.name);
        line +=
            (line.empty() ? "" : ",") + base::csv_cell(column.name, options.neutralise_formulas);
    }
    file.write(line + "\r\n");

    const auto total = static_cast<std::uint64_t>(subjects_of.count());
    std::uint64_t seen = 0;
    std::string cursor;
    do {
        {
            store::Engine::Read snapshot(engine);
            SubjectPage page = subjects_of.list(page_size, cursor, options.changed_since);
            cursor = page.next;
            seen += page.subjects.size();
            std::vector<Decision> decisions;
            if (!options.purpose.empty()) {
                std::vector<SubjectId> ids;
                for (const Subject& subject : page.subjects) {
                    ids.push_back(subject.id);
                }
                FilterOptions then;
                then.at = selection.at;
                decisions = consent.filter(ids, options.purpose, options.channel, then);
            }
            for (std::size_t i = 0; i < page.subjects.size(); ++i) {
                const Subject& subject = page.subjects[i];
                // Who came while we write is not in: the moment tells later who was
                // (disclosure.hpp).
                if (subject.created_at > selection.at ||
                    (!decisions.empty() && !decisions[i].allowed)) {
                    continue;
                }
                line.clear();
                for (const Column& column : columns) {
                    line += &column == columns.data() ? "" : ",";
                    line +=
                        base::csv_cell(cell(column, subject, consent), options.neutralise_formulas);
                }
                file.write(line + "\r\n");
                ++selection.rows;
            }
        }
        if (options.progress && !options.progress(seen, total)) {
            throw Error(Errc::cancelled, "export cancelled; the file is removed", path);
        }
    } while (!cursor.empty());
    file.finish([&] { exports::record_export(engine, selection); });
    return selection.rows;
}

} // namespace habeas

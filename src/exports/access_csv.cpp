// CSV, safe to open with a spreadsheet: data.csv with one header row and one row, and a file for
// each list.
#include "base/text.hpp"
#include "exports/model.hpp"
#include "store/actor.hpp"
#include "subjects/lookup.hpp"

namespace habeas::exports {
namespace {

/// A column that some rows of the model give.
class Row {
  public:
    void add(const std::string& name, const std::string& value) {
        const char* comma = names_.empty() ? "" : ",";
        names_ += comma + base::csv_cell(name, true);
        values_ += comma + base::csv_cell(value, true);
    }
    [[nodiscard]] std::string text() const { return names_ + "\r\n" + values_ + "\r\n"; }

  private:
    std::string names_, values_;
};

/// Rows of a file, handed over piece by piece.
class Table {
  public:
    Table(const Output& out, const std::vector<const char*>& columns) : out_(out) {
        for (const char* column : columns) {
            cell(column);
        }
        end_row();
    }
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;
    Table& cell(std::string_view text) {
        text_ += first_ ? "" : ",";
        text_ += base::csv_cell(text, true);
        first_ = false;
        return *this;
    }
    Table& cell(std::int64_t number) { return cell(std::to_string(number)); }
    void end_row() {
        text_ += "\r\n";
        first_ = true;
        constexpr std::size_t much = 1 << 16;
        if (text_.size() >= much) {
            end();
        }
    }
    void end() {
        out_(text_);
        text_.clear();
    }

  private:
    const Output& out_;
    std::string text_;
    bool first_ = true;
};

std::string joined(const std::vector<std::string>& items) {
    std::string text;
    for (const std::string& item : items) {
        text += (text.empty() ? "" : "|") + item;
    }
    return text;
}

void history_file(const AccessModel& model, const Output& out) {
    Table table(out, {"event", "kind", "purpose", "channel", "scope", "effective_at", "recorded_at",
                      "actor", "method", "text_version", "language", "form", "submission",
                      "document", "ip", "user_agent", "note", "data"});
    model.history.each([&](const ConsentEvent& event) {
        const Evidence& evidence = event.evidence;
        table.cell(static_cast<std::int64_t>(event.id)).cell(event_kind_name(event.kind));
        table.cell(event.purpose).cell(channel_name(event.channel)).cell(event.scope);
        table.cell(format_time(event.effective_at)).cell(format_time(event.recorded_at));
        table.cell(store::actor_kind_name(event.actor.kind)).cell(evidence.method);
        table.cell(evidence.text_version == 0 ? "" : std::to_string(evidence.text_version));
        for (const std::string* text :
             {&evidence.language, &evidence.form, &evidence.submission, &evidence.document,
              &evidence.ip, &evidence.user_agent, &evidence.note}) {
            table.cell(*text);
        }
        std::string data;
        for (const auto& [name, value] : event.data) {
            data.append(data.empty() ? "" : "|").append(name).append("=").append(value);
        }
        table.cell(data).end_row();
    });
    table.end();
}

void disclosures_file(const AccessModel& model, const Output& out) {
    Table table(out, {"event", "at", "recipient", "format", "many", "certain", "columns"});
    model.disclosures.each([&](const Disclosure& each) {
        table.cell(static_cast<std::int64_t>(each.event)).cell(format_time(each.at));
        table.cell(each.recipient).cell(each.format).cell(each.many ? "1" : "0");
        table.cell(each.certain ? "1" : "0").cell(joined(each.columns)).end_row();
    });
    table.end();
}

void list_file(const ListView& view, const Output& out) {
    std::vector<const char*> columns;
    for (const BundleColumn& column : view.list->columns) {
        columns.push_back(column.name);
    }
    Table table(out, columns);
    view.rows.each([&](const nlohmann::json& row) {
        for (const char* column : columns) {
            auto found = row.find(column);
            table.cell(found == row.end()   ? std::string()
                       : found->is_string() ? found->get<std::string>()
                                            : found->dump());
        }
        table.end_row();
    });
    table.end();
}

} // namespace

std::vector<CsvFile> list_files(const AccessModel& model) {
    std::vector<CsvFile> files;
    if (model.history.count() != 0) {
        files.push_back({"history.csv", [&](const Output& out) { history_file(model, out); }});
    }
    if (model.disclosures.count() != 0) {
        files.push_back(
            {"disclosures.csv", [&](const Output& out) { disclosures_file(model, out); }});
    }
    for (const ListView& view : model.lists) {
        files.push_back({std::string(view.list->name) + ".csv",
                         [&view](const Output& out) { list_file(view, out); }});
    }
    return files;
}

std::string render_csv(const AccessModel& model) {
    const Subject& subject = model.subject;
    Row row;
    row.add("id", std::to_string(static_cast<std::int64_t>(subject.id)));
    row.add("created_at", format_time(subject.created_at));
    row.add("changed_at", format_time(subject.changed_at));
    row.add("source", subject.source);
    for (const Field& field : *model.fields) {
        const Value* value = value_of(subject.fields, field.name);
        row.add(field.name, value == nullptr ? "" : subjects::value_text(field, *value));
    }
    std::map<std::string, std::string> identifiers; // several of a kind share a cell
    for (const IdentifierView& view : model.identifiers) {
        const Identifier& identifier = view.identifier;
        if (identifier.kind == IdentifierKind::external) {
            std::string& cell = identifiers[identifier_kind_name(identifier)];
            cell += (cell.empty() ? "" : "|") + identifier.value;
        }
    }
    for (const auto& [name, value] : identifiers) {
        row.add(name, value);
    }
    std::string organisations;
    for (const OrganisationView& view : model.organisations) {
        const std::string& role = view.membership.role;
        organisations += (organisations.empty() ? "" : "|") + view.organisation.name +
                         (role.empty() ? "" : " (" + role + ")");
    }
    row.add("organisations", organisations);
    for (const PurposeView& view : model.purposes) {
        for (const ChannelView& channel : view.channels) {
            row.add("consent." + view.purpose.code + "." +
                        std::string(channel_name(channel.channel)),
                    std::string(consent_state_name(channel.state)));
        }
    }
    return row.text();
}

} // namespace habeas::exports

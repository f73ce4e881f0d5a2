// data.csv: one header row and one row, safe to open with a spreadsheet.
#include "base/text.hpp"
#include "exports/model.hpp"
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

} // namespace

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
        organisations += (organisations.empty() ? "" : "|") + view.organisation.name;
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

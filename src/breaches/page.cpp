// The record of a breach as a page for the authority.
#include "breaches/rows.hpp"
#include "exports/document_page.hpp"

namespace habeas::breaches {
namespace {

using exports::page_text;
using exports::page_words;
using nlohmann::ordered_json;
using Cells = std::vector<std::string>;

std::string number(const ordered_json& value) {
    return value.is_number() ? std::to_string(value.get<std::int64_t>()) : std::string();
}

ordered_json member(const ordered_json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() ? ordered_json(nullptr) : *found;
}

/// Rows of a table with two columns; those without a value are left out.
class Facts {
  public:
    void add(const char* label, const std::string& value) {
        if (!value.empty()) {
            rows.push_back({label, value});
        }
    }
    std::vector<Cells> rows;
};

void add_facts(exports::PageDocument& page, const char* id, const char* title, const Facts& facts) {
    page.table({.id = id, .title = title, .heads = {"What", "Known"}}, facts.rows,
               [](const Cells& each) { return each; });
}

void what(exports::PageDocument& page, const ordered_json& record) {
    const ordered_json& facts = record.at("facts");
    Facts rows;
    rows.add("Nature", page_words(facts.value("nature", ordered_json::array())));
    rows.add("Description", page_text(member(facts, "description")));
    const ordered_json occurred = facts.value("occurred", ordered_json::object());
    rows.add("Happened from", page_text(member(occurred, "from")));
    rows.add("Happened until", page_text(member(occurred, "until")));
    rows.add("Known since", page_text(record.at("aware_at")));
    rows.add("With processor", page_text(member(facts, "processor")));
    rows.add("Told by the processor", page_text(member(facts, "processor_told_at")));
    add_facts(page, "what", "What happened (art. 33(3)(a))", rows);
}

void whom(exports::PageDocument& page, const ordered_json& record) {
    const ordered_json affected = record.at("facts").value("affected", ordered_json::object());
    const ordered_json& figures = record.at("figures");
    Facts rows;
    rows.add("Categories of persons", page_text(member(affected, "subjects")));
    rows.add("Persons, estimated", number(member(affected, "persons")));
    rows.add("Records, estimated", number(member(affected, "records")));
    if (figures.is_object()) {
        rows.add("Persons, counted", number(figures.at("persons")));
        rows.add("Values, counted", number(figures.at("records")));
        rows.add("Counted in the store as of", page_text(figures.at("at")));
        for (const auto& [country, persons] : figures.at("countries").items()) {
            const std::string label = "Persons in " + (country.empty() ? "unknown" : country);
            rows.rows.push_back({label, number(persons)});
        }
    }
    if (affected.contains("filter")) {
        rows.add("Found by the filter", affected.at("filter").dump());
    }
    add_facts(page, "whom", "Whom it concerns (art. 33(3)(a))", rows);
    if (figures.is_object()) {
        page.table({.id = "data",
                    .title = "Which data (art. 33(3)(a))",
                    .heads = {"Field", "Class", "Persons with a value"}},
                   figures.at("fields"), [](const ordered_json& each) {
                       return Cells{page_text(each.at("field")), page_text(each.at("class")),
                                    number(each.at("persons"))};
                   });
    }
}

void effects(exports::PageDocument& page, const ordered_json& record) {
    const ordered_json& facts = record.at("facts");
    for (const auto& [id, title, text] :
         {std::tuple("consequences", "Likely consequences (art. 33(3)(c))",
                     page_text(member(facts, "consequences"))),
          std::tuple("measures", "Measures (art. 33(3)(d))",
                     page_text(member(facts, "measures")))}) {
        if (!text.empty()) {
            page.sections.push_back({.id = id, .title = title, .paragraphs = {text}});
        }
    }
    const ordered_json& told = record.at("communication");
    Facts rows;
    rows.add("Risk", page_text(record.at("risk")));
    rows.add("Why", page_text(record.at("risk_reason")));
    rows.add("Authority notified", page_text(record.at("notified_at")));
    rows.add("Persons told", page_text(record.at("informed_at")));
    rows.add("Ground for not telling each", page_text(record.at("ground")));
    rows.add("Persons on the list", number(told.at("listed")));
    rows.add("Of them told", number(told.at("told")));
    rows.add("Of them no message may go to", number(told.at("refused")));
    add_facts(page, "risk", "Risk and who was told (arts. 33, 34)", rows);
}

} // namespace

std::string render(const ordered_json& record) {
    exports::PageDocument page;
    page.title = page_text(record.at("title"));
    page.lead = "Breach of personal data " + page_text(record.at("breach")) + " of " +
                record.at("controller").value("name", "a controller not named yet") +
                ", under articles 33 and 34 GDPR";
    page.facts.emplace_back("state", page_text(record.at("state")));
    page.facts.emplace_back("notification due", page_text(record.at("clock").at("due")));
    for (const auto& [name, value] : record.at("controller").items()) {
        page.facts.emplace_back(name, page_text(value));
    }
    page.table({.id = "gaps",
                .title = "What is missing",
                .lead = "What the law asks for and the record does not have.",
                .heads = {"Gap", "Reference"}},
               record.at("gaps"), [](const ordered_json& each) {
                   return Cells{page_text(each.at("text")), page_text(each.at("reference"))};
               });
    what(page, record);
    whom(page, record);
    effects(page, record);
    page.table(
        {.id = "steps",
         .title = "What was done (art. 33(5))",
         .heads = {"When", "Step", "Who", "What"}},
        record.at("steps"), [](const ordered_json& each) {
            const ordered_json& facts = each.at("facts");
            const std::string step = page_text(each.at("step"));
            const bool definition = step == "recorded" || step == "changed" || step == "counted";
            return Cells{page_text(each.at("at")), step, page_text(each.at("actor").at("id")),
                         definition || facts.empty() ? std::string() : facts.dump()};
        });
    return page.render();
}

} // namespace habeas::breaches

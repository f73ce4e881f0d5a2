// A self-contained page without scripts, made of a document: a head, and sections of texts and
// tables.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

namespace habeas::exports {

struct PageSection {
    std::string id, title;
    std::string lead = {};
    std::vector<std::string> paragraphs = {};
    std::vector<std::string> heads = {};             ///< of the table's columns
    std::vector<std::vector<std::string>> rows = {}; ///< the first cell of each names it
};
struct PageDocument {
    std::string language = "en", title, lead;
    std::vector<std::pair<std::string, std::string>> facts; ///< in the head
    std::vector<PageSection> sections;

    /// A table with a row for each element, whose cells `cells` gives; none without elements.
    template <class Elements, class Cells>
    void table(PageSection section, const Elements& elements, Cells cells) {
        for (const auto& each : elements) {
            section.rows.push_back(cells(each));
        }
        if (!section.rows.empty()) {
            sections.push_back(std::move(section));
        }
    }
    [[nodiscard]] std::string render() const;
};

/// A text; of everything else nothing.
std::string page_text(const nlohmann::ordered_json& value);
/// An array of texts, with commas.
std::string page_words(const nlohmann::ordered_json& value);

} // namespace habeas::exports

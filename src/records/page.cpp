// The records as a page.
#include "exports/document_page.hpp"
#include "records/collect.hpp"

namespace habeas::records {
namespace {

using exports::page_text;
using exports::page_words;
using nlohmann::ordered_json;

std::string time_limits(const ordered_json& activity) {
    std::string out = page_text(activity.at("retention"));
    const std::string validity = page_text(activity.at("validity"));
    if (!validity.empty()) {
        out += (out.empty() ? "" : "; ") + ("consent holds " + validity);
    }
    return out;
}

std::string kept(const ordered_json& rule) {
    return page_text(rule.at("period")) + " since " + page_text(rule.at("since")) +
           (rule.contains("since_of") ? " " + page_text(rule.at("since_of")) : "");
}

} // namespace

std::string render(const ordered_json& records) {
    using Cells = std::vector<std::string>;
    exports::PageDocument page;
    page.title = "Records of processing activities";
    page.lead = "Of " + records.at("controller").value("name", "a controller not named yet") +
                ", under article 30 GDPR, as of " + page_text(records.at("as_of"));
    for (const auto& [member, value] : records.at("controller").items()) {
        page.facts.emplace_back(member, page_text(value));
    }
    page.facts.emplace_back("where the store is", page_text(records.at("place")));
    page.table({.id = "gaps",
                .title = "What is missing",
                .lead = "What the law asks for and the store does not know.",
                .heads = {"Gap", "Reference"}},
               records.at("gaps"), [](const ordered_json& each) {
                   return Cells{page_text(each.at("text")), page_text(each.at("reference"))};
               });
    page.table({.id = "activities",
                .title = "Purposes of the processing (art. 30(1)(b))",
                .heads = {"Purpose", "Lawful basis", "Kind", "Channels", "Recipients",
                          "Time limits (ISO 8601)", "Description"}},
               records.at("activities"), [](const ordered_json& each) {
                   return Cells{page_text(each.at("label")),       page_text(each.at("basis")),
                                page_text(each.at("kind")),        page_words(each.at("channels")),
                                page_words(each.at("recipients")), time_limits(each),
                                page_text(each.at("description"))};
               });
    page.table({.id = "categories",
                .title = "Categories of data (art. 30(1)(c))",
                .lead = "Data subjects are the contacts of the controller, and the organisations "
                        "they belong to.",
                .heads = {"Field", "Of", "Class"}},
               records.at("categories"), [](const ordered_json& each) {
                   return Cells{page_text(each.at("label")), page_text(each.at("of")),
                                page_text(each.at("class"))};
               });
    page.table({.id = "recipients",
                .title = "Recipients and transfers to third countries (art. 30(1)(d), (e))",
                .lead = "By the registry of processors, as the law stands on the day.",
                .heads = {"Recipient", "Role", "Established", "Data in", "Read from", "Verdict",
                          "Reference and safeguard"}},
               records.at("recipients"), [](const ordered_json& each) {
                   return Cells{page_text(each.at("name")),
                                page_text(each.at("role")),
                                page_text(each.at("established")),
                                page_words(each.at("data_locations")),
                                page_words(each.at("remote_access_from")),
                                page_text(each.at("verdict")),
                                page_text(each.at("safeguard"))};
               });
    page.table({.id = "holders",
                .title = "Other places with these data",
                .heads = {"Data holder", "Is asked to"}},
               records.at("holders"), [](const ordered_json& each) {
                   return Cells{page_text(each.at("holder")), page_words(each.at("operations"))};
               });
    page.table({.id = "retention",
                .title = "Time limits for erasure (art. 30(1)(f))",
                .lead = "Rules that the store runs by itself.",
                .heads = {"Rule", "About", "Does", "After (ISO 8601)"}},
               records.at("retention"), [](const ordered_json& each) {
                   return Cells{page_text(each.at("code")),
                                page_text(each.at("about")) + (each.contains("of")
                                                                   ? " " + page_text(each.at("of"))
                                                                   : std::string()),
                                page_text(each.at("action")), kept(each)};
               });
    page.table(
        {.id = "security", .title = "Security measures (art. 30(1)(g), 32)", .heads = {"Measure"}},
        records.at("security"), [](const ordered_json& each) { return Cells{page_text(each)}; });
    return page.render();
}

} // namespace habeas::records

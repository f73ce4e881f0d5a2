#include "exports/document_page.hpp"

#include "base/text.hpp"
#include "exports/embedded.hpp"
#include "habeas/error.hpp"

#include <kainjow/mustache.hpp>

namespace habeas::exports {
namespace {

using Data = kainjow::mustache::data;
using List = kainjow::mustache::list;

Data yes_no(bool value) {
    return Data(value ? Data::type::bool_true : Data::type::bool_false);
}

Data value_of(const std::string& value) {
    Data out;
    out.set("value", value);
    return out;
}

Data list_of(const std::vector<std::string>& values) {
    List out;
    for (const std::string& each : values) {
        out.push_back(value_of(each));
    }
    return Data(out);
}

Data row_of(const std::vector<std::string>& cells) {
    List list;
    for (const std::string& each : cells) {
        Data cell = value_of(each);
        cell.set("head", yes_no(list.empty()));
        list.push_back(cell);
    }
    Data out;
    out.set("cells", Data(list));
    return out;
}

Data section_of(const PageSection& section) {
    Data out;
    out.set("id", section.id);
    out.set("title", section.title);
    out.set("has_lead", yes_no(!section.lead.empty()));
    out.set("lead", section.lead);
    out.set("paragraphs", list_of(section.paragraphs));
    out.set("heads", list_of(section.heads));
    List rows;
    for (const auto& each : section.rows) {
        rows.push_back(row_of(each));
    }
    out.set("has_rows", yes_no(!rows.empty()));
    out.set("rows", Data(rows));
    return out;
}

} // namespace

std::string PageDocument::render() const {
    Data root;
    root.set("language", language);
    root.set("title", title);
    root.set("lead", lead);
    List list;
    for (const auto& [label, value] : facts) {
        Data each = value_of(value);
        each.set("label", label);
        list.push_back(each);
    }
    root.set("facts", Data(list));
    List parts;
    for (const PageSection& each : sections) {
        parts.push_back(section_of(each));
    }
    root.set("sections", Data(parts));
    kainjow::mustache::mustache page{std::string(document_html)};
    if (!page.is_valid()) {
        throw Error(Errc::internal, "document.html: " + page.error_message());
    }
    page.set_custom_escape([](const std::string& value) { return base::html_escape(value); });
    return page.render(root);
}

std::string page_text(const nlohmann::ordered_json& value) {
    return value.is_string() ? value.get<std::string>() : std::string();
}

std::string page_words(const nlohmann::ordered_json& value) {
    std::string out;
    for (const nlohmann::ordered_json& each : value) {
        out += (out.empty() ? "" : ", ") + each.get<std::string>();
    }
    return out;
}

} // namespace habeas::exports

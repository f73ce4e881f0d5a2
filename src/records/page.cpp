// The records as a page.
#include "base/text.hpp"
#include "records/collect.hpp"

#include <kainjow/mustache.hpp>

#include "habeas/error.hpp"

namespace habeas::records {

extern const char records_html[];

namespace {

using nlohmann::ordered_json;
using Data = kainjow::mustache::data;
using List = kainjow::mustache::list;

std::string words(const ordered_json& value) {
    std::string out;
    for (const ordered_json& each : value) {
        out += (out.empty() ? "" : ", ") + each.get<std::string>();
    }
    return out;
}

std::string text(const ordered_json& value) {
    return value.is_string() ? value.get<std::string>() : std::string();
}

/// Rows of one table; `cells` gives the cells of an element.
template <class Cells>
void add_rows(Data& root, const char* name, const ordered_json& elements, Cells cells) {
    List rows;
    for (const ordered_json& each : elements) {
        List row;
        bool first = true;
        for (std::string& cell : cells(each)) {
            Data out;
            out.set("value", cell);
            out.set("head", Data(first ? Data::type::bool_true : Data::type::bool_false));
            first = false;
            row.push_back(out);
        }
        Data out;
        out.set("cells", Data(row));
        rows.push_back(out);
    }
    root.set(std::string("has_") + name,
             Data(rows.empty() ? Data::type::bool_false : Data::type::bool_true));
    root.set(name, Data(rows));
}

std::string time_limits(const ordered_json& activity) {
    std::string out = text(activity.at("retention"));
    const std::string validity = text(activity.at("validity"));
    if (!validity.empty()) {
        out += (out.empty() ? "" : "; ") + ("consent holds " + validity);
    }
    return out;
}

std::string kept(const ordered_json& rule) {
    return text(rule.at("period")) + " since " + text(rule.at("since")) +
           (rule.contains("since_of") ? " " + text(rule.at("since_of")) : "");
}

} // namespace

std::string render(const ordered_json& records) {
    using Cells = std::vector<std::string>;
    Data root{Data::type::object};
    root.set("as_of", text(records.at("as_of")));
    root.set("name", records.at("controller").value("name", "a controller not named yet"));
    root.set("place", text(records.at("place")));
    List controller;
    for (const auto& [member, value] : records.at("controller").items()) {
        Data each;
        each.set("label", member);
        each.set("value", text(value));
        controller.push_back(each);
    }
    root.set("controller", Data(controller));
    add_rows(root, "gaps", records.at("gaps"), [](const ordered_json& each) {
        return Cells{text(each.at("text")), text(each.at("reference"))};
    });
    add_rows(root, "activities", records.at("activities"), [](const ordered_json& each) {
        return Cells{text(each.at("label")),       text(each.at("basis")),
                     text(each.at("kind")),        words(each.at("channels")),
                     words(each.at("recipients")), time_limits(each),
                     text(each.at("description"))};
    });
    add_rows(root, "categories", records.at("categories"), [](const ordered_json& each) {
        return Cells{text(each.at("label")), text(each.at("of")), text(each.at("class"))};
    });
    add_rows(root, "recipients", records.at("recipients"), [](const ordered_json& each) {
        return Cells{text(each.at("name")),
                     text(each.at("role")),
                     text(each.at("established")),
                     words(each.at("data_locations")),
                     words(each.at("remote_access_from")),
                     text(each.at("verdict")),
                     text(each.at("safeguard"))};
    });
    add_rows(root, "holders", records.at("holders"), [](const ordered_json& each) {
        return Cells{text(each.at("holder")), words(each.at("operations"))};
    });
    add_rows(root, "retention", records.at("retention"), [](const ordered_json& each) {
        return Cells{text(each.at("code")),
                     text(each.at("about")) +
                         (each.contains("of") ? " " + text(each.at("of")) : std::string()),
                     text(each.at("action")), kept(each)};
    });
    add_rows(root, "security", records.at("security"),
             [](const ordered_json& each) { return Cells{text(each)}; });
    kainjow::mustache::mustache page{std::string(records_html)};
    if (!page.is_valid()) {
        throw Error(Errc::internal, "records.html: " + page.error_message());
    }
    page.set_custom_escape([](const std::string& value) { return base::html_escape(value); });
    return page.render(root);
}

} // namespace habeas::records

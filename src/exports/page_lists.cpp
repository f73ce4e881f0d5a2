// The lists of the page: categories, rules that decided, transfers, what modules keep.
#include "exports/page.hpp"

#include <algorithm>

namespace habeas::exports {

using Kind = BundleColumn::Kind;

void Page::categories() {
    List items;
    for (const Category& category : categories_of(m_)) {
        items.push_back(
            Object{{"label", s_.list(category.code)}, {"count", std::to_string(category.count)}});
    }
    root_.set("categories", list_of(items));
}

void Page::automated() {
    const auto labels = field_labels(m_);
    List rules;
    for (const AutomatedView& view : m_.automated) {
        rules.push_back(Object{{"text", s_.rule(view.rule, labels)}});
    }
    root_.set("has_rules", yes_no(!rules.empty()));
    root_.set("rules", list_of(rules));
    root_.set("automated_text", t(rules.empty() ? "automated_none" : "automated_some"));
    std::vector<std::string> profiling;
    for (const PurposeView& view : m_.purposes) {
        if (forms_profile(view)) {
            profiling.push_back(purpose_label(view.purpose.code));
        }
    }
    if (!profiling.empty()) {
        root_.set("profiling", Strings::fill(t("profiling"), {{"purposes", join(profiling)}}));
    }
}

void Page::transfers() {
    List items;
    for (const nlohmann::json& transfer : m_.transfers) {
        List members;
        add_members(members, transfer, "");
        items.push_back(Object{{"members", list_of(members)}});
    }
    root_.set("has_transfers", yes_no(!items.empty()));
    root_.set("transfers", list_of(items));
}

std::string Page::plain(const nlohmann::json& value) const {
    if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        try { // a time of ours ends in Z; everything else is a text
            if (text.size() >= 20 && text.back() == 'Z' && text[10] == 'T') {
                return when(parse_time(text));
            }
        } catch (const Error&) {
        }
        return text;
    }
    if (value.is_boolean()) {
        return t(value.get<bool>() ? "yes" : "no");
    }
    std::string text;
    if (value.is_structured()) {
        for (const auto& [name, part] : value.items()) {
            text += (text.empty() ? "" : ", ") + (value.is_object() ? name + ": " : std::string());
            text += plain(part);
        }
        return text;
    }
    return value.is_null() ? t("no_value") : value.dump();
}

void Page::add_members(List& list, const nlohmann::json& object, const std::string& before) const {
    for (const auto& [name, value] : object.items()) {
        const std::string label = before + s_.column(name);
        if (value.is_object()) {
            add_members(list, value, label + " › ");
        } else {
            add(list, label, plain(value));
        }
    }
}

std::string Page::cell(const BundleColumn& column, const nlohmann::json& value) const {
    const std::string_view name = column.name;
    if (column.kind == Kind::text && value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        if (name == "purpose") {
            return purpose_label(text);
        }
        if (name == "channel") {
            return s_.channel(text);
        }
        if (name == "state" || name == "kind" || name == "outcome" || name == "included" ||
            name == "origin") {
            return s_.state_word(text);
        }
        if (name == "reason") {
            return s_.reason(text);
        }
        return text;
    }
    return plain(value);
}

std::string Page::rest_of(std::uint64_t count, std::size_t shown, const std::string& file) const {
    if (count <= shown) {
        return {};
    }
    return Strings::fill(
        t("rest"),
        {{"shown", std::to_string(shown)}, {"count", std::to_string(count)}, {"file", file}});
}

void Page::lists() {
    List items;
    for (const ListView& view : m_.lists) {
        const auto& latest = view.rows.latest();
        std::vector<const BundleColumn*> columns; // those that say something
        for (const BundleColumn& column : view.list->columns) {
            if (column.kind != Kind::long_text && column.kind != Kind::long_json &&
                std::any_of(latest.begin(), latest.end(),
                            [&](const nlohmann::json& row) { return row.contains(column.name); })) {
                columns.push_back(&column);
            }
        }
        List names, rows;
        for (const BundleColumn* column : columns) {
            names.push_back(Object{{"name", s_.column(column->name)}});
        }
        for (const nlohmann::json& row : latest) {
            List cells;
            for (const BundleColumn* column : columns) {
                const auto found = row.find(column->name);
                cells.push_back(
                    Object{{"name", s_.column(column->name)},
                           {"value", found == row.end() ? std::string() : cell(*column, *found)}});
            }
            rows.push_back(Object{{"cells", list_of(cells)}});
        }
        Object item{{"title", s_.list(view.list->name)},
                    {"columns", list_of(names)},
                    {"rows", list_of(rows)}};
        const std::string file = std::string(view.list->name) + ".csv";
        if (std::string rest = rest_of(view.rows.count(), latest.size(), file); !rest.empty()) {
            item.insert({"rest", rest});
        }
        items.push_back(item);
    }
    has_more_ = has_more_ || !items.empty();
    root_.set("lists", list_of(items));
}

void Page::parts() {
    List items;
    auto add_part = [&](const std::string& title, const nlohmann::json& object) {
        List members;
        add_members(members, object, "");
        items.push_back(Object{{"title", title}, {"members", list_of(members)}});
    };
    for (const auto& [module, part] : m_.modules.items()) {
        nlohmann::json others = nlohmann::json::object();
        for (const auto& [name, value] : part.items()) {
            // A list of objects is a part for each, under the label that it gives itself.
            if (!value.is_array() || value.empty() || !value.front().is_object()) {
                others[name] = value;
                continue;
            }
            for (const nlohmann::json& each : value) {
                nlohmann::json rest = each;
                rest.erase("label");
                add_part(s_.list(name) + ": " + each.value("label", module), rest);
            }
        }
        if (!others.empty()) {
            add_part(s_.list(module), others);
        }
    }
    has_more_ = has_more_ || !items.empty();
    root_.set("parts", list_of(items));
    root_.set("has_more", yes_no(has_more_));
}

} // namespace habeas::exports

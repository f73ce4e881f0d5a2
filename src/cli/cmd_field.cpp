// field: add, update, rename, retire, remove, list.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace habeas::cli::field_group {
namespace {

const Names<FieldOwner>& owners() {
    static const Names<FieldOwner> names{{"subject", FieldOwner::subject},
                                         {"organisation", FieldOwner::organisation}};
    return names;
}

const Names<FieldClass>& classes() {
    static const Names<FieldClass> names{{"personal", FieldClass::personal},
                                         {"special", FieldClass::special},
                                         {"sealed", FieldClass::sealed}};
    return names;
}

struct FieldOptions {
    std::string name;
    FieldOwner owner = FieldOwner::subject;
    FieldType type = FieldType::text;
    std::optional<FieldClass> field_class;
    std::vector<std::string> labels, choices, choice_labels, dropped;
    std::optional<std::string> default_value;
    bool no_default = false;
    std::int64_t scale = -1;
    std::optional<bool> required, unique, in_exports;
};

/// Changes what was given and leaves the rest.
void change(Field& field, const FieldOptions& o) {
    for (const auto& [language, label] : read_pairs(o.labels, "--label LANGUAGE=TEXT")) {
        field.labels[language] = label;
    }
    auto find = [&](const std::string& value) {
        return std::find_if(field.choices.begin(), field.choices.end(),
                            [&](const Choice& each) { return each.value == value; });
    };
    for (const std::string& choice : o.choices) {
        if (find(choice) == field.choices.end()) {
            field.choices.push_back({choice, {}});
        }
    }
    for (const std::string& choice : o.dropped) {
        std::erase_if(field.choices, [&](const Choice& each) { return each.value == choice; });
    }
    for (const std::string& text : o.choice_labels) {
        const char* form = "--choice-label CHOICE:LANGUAGE=TEXT";
        const auto [place, label] = read_pair(text, form);
        const auto colon = place.rfind(':');
        const auto choice = find(place.substr(0, colon));
        if (colon == std::string::npos || choice == field.choices.end()) {
            throw UsageError(fmt::format("write {}, with a choice of the field", form));
        }
        choice->labels[place.substr(colon + 1)] = label;
    }
    field.field_class = o.field_class.value_or(field.field_class);
    field.default_value = o.default_value ? o.default_value : field.default_value;
    if (o.no_default) {
        field.default_value.reset();
    }
    field.scale = o.scale >= 0 ? static_cast<std::int32_t>(o.scale) : field.scale;
    field.required = o.required.value_or(field.required);
    field.unique = o.unique.value_or(field.unique);
    field.in_exports = o.in_exports.value_or(field.in_exports);
}

void declare_name(Args& args, FieldOptions& o) {
    args.positional("NAME", o.name, "name of the field: a-z, then a-z 0-9 _");
    args.choice("--owner OWNER", o.owner, owners(), "whose field");
}

void declare_definition(Args& args, FieldOptions& o) {
    args.choice("--class CLASS", o.field_class, classes(),
                "art. 9 needs special, or sealed (encrypted, in no filter)");
    args.texts("--label LANGUAGE=TEXT", o.labels, "label in a language; repeatable");
    args.texts("--choice VALUE", o.choices, "adds a choice of a select or multiselect; repeatable");
    args.texts("--choice-label CHOICE:LANGUAGE=TEXT", o.choice_labels, "label of a choice");
    args.text("--default VALUE", o.default_value, "for new subjects that say nothing");
    args.number("--scale DIGITS", o.scale, "money: digits after the point, 0 to 6", 0, 6);
    args.flag("--required", o.required, "new subjects must have it");
    args.flag("--unique", o.unique, "no two have the same value");
    args.flag("--in-exports", o.in_exports, "part of exports of many");
}

void print_field(Session& s, const Field& field, const char* done) {
    if (s.json()) {
        s.out().json(Json::parse(Definitions::json_of(field)));
    } else {
        s.out().line(fmt::format("Field {} {}.", field.name, done));
    }
}

Action declare_add(Args& args) {
    auto o = std::make_shared<FieldOptions>();
    declare_name(args, *o);
    args.choice("--type TYPE", o->type, names_of<FieldType>(field_type_name), "text unless said");
    declare_definition(args, *o);
    return [o](Session& s) {
        Field field;
        field.name = o->name;
        field.owner = o->owner;
        field.type = o->type;
        change(field, *o);
        Fields(s.store()).define(field);
        print_field(s, field, "added");
        return Exit::ok;
    };
}

Field require_field(Session& s, const FieldOptions& o) {
    if (auto field = Fields(s.store()).find(o.name, o.owner)) {
        return *field;
    }
    throw Error(Errc::not_found,
                fmt::format("there is no {} field \"{}\"; habeas field list shows those there are",
                            owner_name(o.owner), o.name),
                o.name);
}

Action declare_update(Args& args) {
    auto o = std::make_shared<FieldOptions>();
    declare_name(args, *o);
    declare_definition(args, *o);
    args.texts("--drop-choice VALUE", o->dropped, "takes a choice away that nobody has");
    args.flag("--no-default", o->no_default, "takes the default away");
    return [o](Session& s) {
        Field field = require_field(s, *o);
        change(field, *o);
        Fields(s.store()).update(field);
        print_field(s, field, "changed");
        return Exit::ok;
    };
}

Action declare_rename(Args& args) {
    auto o = std::make_shared<FieldOptions>();
    auto to = std::make_shared<std::string>();
    declare_name(args, *o);
    args.positional("TO", *to, "the new name");
    return [o, to](Session& s) {
        Fields(s.store()).rename(o->name, *to, o->owner);
        o->name = *to;
        print_field(s, require_field(s, *o), "has its new name");
        return Exit::ok;
    };
}

Action declare_retire(Args& args) {
    auto o = std::make_shared<FieldOptions>();
    declare_name(args, *o);
    return [o](Session& s) {
        Fields(s.store()).retire(o->name, o->owner);
        print_field(s, require_field(s, *o), "is retired: kept and exported, no longer written");
        return Exit::ok;
    };
}

Action declare_remove(Args& args) {
    auto o = std::make_shared<FieldOptions>();
    declare_name(args, *o);
    return [o](Session& s) {
        const Field field = require_field(s, *o);
        Fields(s.store()).remove(o->name, o->owner);
        print_field(s, field, "and all its values are removed");
        return Exit::ok;
    };
}

std::string marks(const Field& field) {
    std::string out;
    auto add = [&out](bool set, const char* mark) {
        out += set ? (out.empty() ? "" : ", ") + std::string(mark) : "";
    };
    add(field.required, "required");
    add(field.unique, "unique");
    add(!field.in_exports, "not in exports");
    add(field.retired, "retired");
    return out;
}

std::string joined(const std::map<std::string, std::string>& labels) {
    std::string out;
    for (const auto& [language, label] : labels) {
        out += fmt::format("{}{}={}", out.empty() ? "" : ", ", language, label);
    }
    return out;
}

Action declare_list(Args& args) {
    auto owner = std::make_shared<std::optional<FieldOwner>>();
    args.choice("--owner OWNER", *owner, owners(), "only of these");
    return [owner](Session& s) {
        JsonArray array(s.out());
        Table table(s.out(), {{"name"}, {"type"}, {"class"}, {"labels"}, {"notes"}});
        for (const auto& [name, each] : owners()) {
            if (*owner && **owner != each) {
                continue;
            }
            for (const Field& field : Fields(s.store()).list(each)) {
                if (s.json()) {
                    array.add(Json::parse(Definitions::json_of(field)));
                    continue;
                }
                const bool organisation = each == FieldOwner::organisation;
                table.row({(organisation ? "organisation." : "") + field.name,
                           std::string(field_type_name(field.type)), class_name(field.field_class),
                           joined(field.labels), marks(field)});
            }
        }
        s.json() ? array.end() : table.end();
        return Exit::ok;
    };
}

constexpr const char* field_json =
    "the field as definitions do: name, type, owner, class, labels, choices, default_value, scale, "
    "required, unique, in_exports, retired; what is not said is left out";

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"field add", "adds a field; instant at any size",
         "habeas field add loyalty --type number --label en=Loyalty", field_json, declare_add},
        {"field update", "changes what is given of a field and leaves the rest",
         "habeas field update vip --label de=Stammkunde --default false", field_json,
         declare_update},
        {"field rename", "gives a field another name", "habeas field rename spent turnover",
         field_json, declare_rename},
        {"field retire", "keeps a field, but nobody writes it any more",
         "habeas field retire spent", field_json, declare_retire},
        {"field remove", "deletes a field and every byte of its values",
         "habeas field remove spent", field_json, declare_remove},
        {"field list", "all fields", "habeas field list", "an array of fields as field add does",
         declare_list},
    };
    return commands;
}

} // namespace habeas::cli::field_group

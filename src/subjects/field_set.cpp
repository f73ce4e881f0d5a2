#include "subjects/field_set.hpp"

#include "base/json_members.hpp"
#include "subjects/lookup.hpp"

#include <nlohmann/json.hpp>

namespace habeas::subjects {
namespace {

/// Kept with the handle; another generation of the definitions makes new ones.
struct FieldCache {
    std::shared_ptr<const FieldSet> sets[2];
};

Role role_of(FieldOwner owner, std::string_view name) {
    if (owner != FieldOwner::subject) {
        return Role::none;
    }
    if (name == "email") {
        return Role::email;
    }
    if (name == "phone") {
        return Role::phone;
    }
    if (name == "country") {
        return Role::country;
    }
    if (name == "date_of_birth") {
        return Role::birth;
    }
    return name == "recipient_type" ? Role::recipient_type : Role::none;
}

FieldClass class_by_name(std::string_view name) {
    return name == "sealed"    ? FieldClass::sealed
           : name == "special" ? FieldClass::special
                               : FieldClass::personal;
}

} // namespace

std::string_view class_name(FieldClass value) noexcept {
    switch (value) {
    case FieldClass::personal:
        return "personal";
    case FieldClass::special:
        return "special";
    case FieldClass::sealed:
        return "sealed";
    }
    return {};
}

std::string_view owner_name(FieldOwner value) noexcept {
    return value == FieldOwner::subject ? "subject" : "organisation";
}

Storage storage_of(const Field& field) noexcept {
    if (field.field_class == FieldClass::sealed) {
        return Storage::sealed;
    }
    switch (field.type) {
    case FieldType::boolean:
    case FieldType::money:
    case FieldType::datetime:
        return Storage::integer;
    case FieldType::number:
        return Storage::real;
    case FieldType::multiselect:
        return Storage::choices;
    default:
        return Storage::text;
    }
}

std::string column_of(std::string_view name) {
    return store::quote_name("f_" + std::string(name));
}

std::string definition_json(const Field& field) {
    nlohmann::json json = base::object_of("labels", field.labels, "required", field.required,
                                          "in_exports", field.in_exports);
    if (field.type == FieldType::select || field.type == FieldType::multiselect) {
        auto& choices = json["choices"] = nlohmann::json::array();
        for (const Choice& choice : field.choices) {
            choices.push_back(base::object_of("value", choice.value, "labels", choice.labels));
        }
    }
    if (field.default_value) {
        json["default"] = *field.default_value;
    }
    if (field.type == FieldType::money) {
        json["scale"] = field.scale;
    }
    return json.dump();
}

void read_definition(std::string_view text, Field& field) {
    auto json = nlohmann::json::parse(text);
    json.at("labels").get_to(field.labels);
    json.at("required").get_to(field.required);
    json.at("in_exports").get_to(field.in_exports);
    if (auto choices = json.find("choices"); choices != json.end()) {
        for (const auto& choice : *choices) {
            field.choices.push_back(
                {choice.at("value").get<std::string>(),
                 choice.at("labels").get<std::map<std::string, std::string>>()});
        }
    }
    if (auto value = json.find("default"); value != json.end()) {
        field.default_value = value->get<std::string>();
    }
    field.scale = json.value("scale", field.scale);
}

FieldSet::FieldSet(store::Engine& engine, FieldOwner owner)
    : owner_(owner), generation_(engine.definitions_generation()) {
    auto rows = engine.db().prepare("SELECT id, name, type, class, is_unique, retired, definition "
                                    "FROM field WHERE owner = ?1 ORDER BY id");
    rows.bind(1, owner_name(owner));
    while (rows.step()) {
        FieldInfo info;
        info.id = rows.i64(0);
        Field& field = info.field;
        field.owner = owner;
        field.name = rows.str(1);
        auto type = field_type(rows.text(2));
        if (!type) {
            throw Error(Errc::corrupt, "field " + field.name + " has a type that nobody knows",
                        field.name);
        }
        field.type = *type;
        field.field_class = class_by_name(rows.text(3));
        field.unique = rows.i64(4) != 0;
        field.retired = rows.i64(5) != 0;
        read_definition(rows.text(6), field);
        info.storage = storage_of(field);
        info.role = role_of(owner, field.name);
        if (info.storage != Storage::choices) {
            info.column = column_of(field.name);
            columns_ += ", " + info.column;
        }
        for (const Choice& choice : field.choices) {
            info.choices.insert(choice.value);
        }
        by_name_.emplace(field.name, fields_.size());
        definitions_.push_back(field);
        fields_.push_back(std::move(info));
    }
}

const FieldInfo* FieldSet::find(std::string_view name) const {
    auto at = by_name_.find(name);
    return at == by_name_.end() ? nullptr : &fields_[at->second];
}

const FieldInfo* FieldSet::find(Role role) const {
    for (const FieldInfo& info : fields_) {
        if (info.role == role) {
            return &info;
        }
    }
    return nullptr;
}

std::shared_ptr<const FieldSet> field_set(store::Engine& engine, FieldOwner owner) {
    auto& slot = engine.cache<FieldCache>().sets[static_cast<std::size_t>(owner)];
    if (!slot || slot->generation() != engine.definitions_generation()) {
        slot = std::make_shared<const FieldSet>(engine, owner);
    }
    return slot;
}

const FieldInfo& require_field(const FieldSet& fields, std::string_view name) {
    const FieldInfo* info = fields.find(name);
    if (info == nullptr) {
        throw Error(Errc::not_found,
                    "no field " + std::string(name) + "; define it first, or look at the list",
                    std::string(name));
    }
    return *info;
}

const std::vector<Field>& field_list(store::Engine& engine, FieldOwner owner) {
    return field_set(engine, owner)->definitions();
}

} // namespace habeas::subjects

// Field definitions of Mautic: lead_fields to fields of habeas.
#include "importers/mautic.hpp"

#include "base/text.hpp"
#include "importers/php_serialize.hpp"

#include <algorithm>
#include <array>

namespace habeas::importers {
namespace {

struct TypeName {
    std::string_view mautic;
    FieldType type;
};
constexpr std::array<TypeName, 19> types{{{"text", FieldType::text},
                                          {"textarea", FieldType::longtext},
                                          {"html", FieldType::longtext},
                                          {"email", FieldType::email},
                                          {"tel", FieldType::phone},
                                          {"phone", FieldType::phone},
                                          {"url", FieldType::url},
                                          {"lookup", FieldType::text},
                                          {"select", FieldType::select},
                                          {"multiselect", FieldType::multiselect},
                                          {"boolean", FieldType::boolean},
                                          {"number", FieldType::number},
                                          {"date", FieldType::date},
                                          {"datetime", FieldType::datetime},
                                          {"time", FieldType::time},
                                          {"country", FieldType::country},
                                          {"region", FieldType::region},
                                          {"timezone", FieldType::timezone},
                                          {"locale", FieldType::language}}};

struct CoreField {
    std::string_view alias, to;
};
constexpr std::array<CoreField, 7> core{{{"email", "email"},
                                         {"phone", "phone"},
                                         {"firstname", "first_name"},
                                         {"lastname", "last_name"},
                                         {"country", "country"},
                                         {"preferred_locale", "language"},
                                         {"timezone", "timezone"}}};

std::string text_of(const nlohmann::json& value) {
    return value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump();
}

class FieldTaker {
  public:
    explicit FieldTaker(Run& run) : run_(run), fields_(run.engine()) {}

    /// Nothing: not taken over, and told why.
    void take(MauticField& field, std::string_view properties) {
        MigrationItem item{"field", field.alias, {}, {}, {}};
        const auto known = std::find_if(core.begin(), core.end(), [&](const CoreField& each) {
            return each.alias == field.alias;
        });
        if (known != core.end() && fields_.find(std::string(known->to))) {
            item.to = known->to;
            item.outcome = "there";
        } else {
            define(field, properties, item);
        }
        field.to = item.to;
        run_.report().items.push_back(std::move(item));
    }

  private:
    void define(const MauticField& from, std::string_view properties, MigrationItem& item) {
        const auto type = field_type_of(from.type);
        item.outcome = "left";
        if (!type) {
            item.notes.push_back("no type of habeas is like " + from.type);
            return;
        }
        Field field;
        field.type = *type;
        field.labels["en"] = from.label.empty() ? from.alias : from.label;
        if (*type == FieldType::select || *type == FieldType::multiselect) {
            const auto choices = choices_of(properties);
            if (!choices || choices->empty()) {
                item.notes.push_back("its list of choices cannot be read; taken as text");
                field.type = FieldType::text;
            } else {
                field.choices = *choices;
            }
        }
        for (const std::string& name :
             {code_like(from.alias, "field"), code_like(from.alias, "field") + "_mautic"}) {
            const auto there = fields_.find(name);
            if (there && there->type == field.type && !there->retired) {
                item.to = name;
                item.outcome = "there";
                return;
            }
            if (there) {
                continue;
            }
            if (!run_.options().define_fields) {
                item.notes.emplace_back("no such field is defined, and none was to be");
                return;
            }
            field.name = name;
            if (add(field, item)) {
                return;
            }
        }
    }

    bool add(const Field& field, MigrationItem& item) {
        try {
            fields_.define(field);
            item.to = field.name;
            item.outcome = "created";
            return true;
        } catch (const Error& error) {
            if (error.code() != Errc::invalid) {
                throw;
            }
            item.notes.emplace_back(error.what());
            return false;
        }
    }

    Run& run_;
    Fields fields_;
};

} // namespace

std::string code_like(std::string_view name, const std::string& otherwise) {
    std::string out;
    for (const char c : base::ascii_lower(name)) {
        const bool letter = c >= 'a' && c <= 'z';
        const bool digit = c >= '0' && c <= '9';
        if (letter || digit) {
            if (out.empty() && digit) {
                out = "n";
            }
            out += c;
        } else if (!out.empty() && out.back() != '_') {
            out += '_';
        }
    }
    while (!out.empty() && out.back() == '_') {
        out.pop_back();
    }
    out.resize(std::min<std::size_t>(out.size(), 50)); // room for what is put behind it
    return out.empty() ? otherwise : out;
}

std::optional<FieldType> field_type_of(std::string_view mautic_type) {
    const auto* found = std::find_if(types.begin(), types.end(), [&](const TypeName& each) {
        return each.mautic == mautic_type;
    });
    return found == types.end() ? std::nullopt : std::optional(found->type);
}

nlohmann::json read_stored(std::string_view text) {
    text = base::trim(text);
    if (text.empty()) {
        return nlohmann::json::array();
    }
    if (text.front() == '[' || text.front() == '{') {
        auto out = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
        if (out.is_discarded()) {
            throw Error(Errc::invalid, "neither serialized PHP nor JSON", "");
        }
        return out;
    }
    return read_php(text);
}

std::optional<std::vector<Choice>> choices_of(std::string_view properties) {
    nlohmann::json in;
    try {
        in = read_stored(properties);
    } catch (const Error& error) {
        if (error.code() != Errc::invalid) {
            throw;
        }
        return std::nullopt;
    }
    if (!in.is_object() || !in.contains("list")) {
        return std::nullopt;
    }
    const nlohmann::json& list = in["list"];
    std::vector<Choice> out;
    const auto add = [&](const std::string& value, const std::string& label) {
        const bool known = std::any_of(out.begin(), out.end(),
                                       [&](const Choice& each) { return each.value == value; });
        if (!value.empty() && !known) {
            Choice& choice = out.emplace_back();
            choice.value = value;
            if (!label.empty() && label != value) {
                choice.labels["en"] = label;
            }
        }
    };
    if (list.is_string()) { // "a|b|c", as old versions store it
        const std::string text = list.get<std::string>();
        for (std::size_t at = 0; at <= text.size();) {
            const std::size_t end = std::min(text.find('|', at), text.size());
            add(std::string(base::trim(std::string_view(text).substr(at, end - at))), "");
            at = end + 1;
        }
        return out;
    }
    if (!list.is_array() && !list.is_object()) {
        return std::nullopt;
    }
    for (const auto& [key, each] : list.items()) {
        if (each.is_object() && each.contains("value")) {
            add(text_of(each["value"]), text_of(each.value("label", nlohmann::json())));
        } else if (!each.is_structured()) {
            list.is_object() ? add(key, text_of(each)) : add(text_of(each), "");
        }
    }
    return out;
}

std::vector<SmallRow> read_small(TableSource& source, const std::string& table,
                                 const std::vector<std::string>& columns) {
    std::vector<SmallRow> out;
    if (source.columns(table).empty()) {
        return out;
    }
    const auto cursor = source.open(table, columns);
    TableRow row;
    while (cursor->next(row)) {
        if (!row.fault.empty()) {
            throw Error(Errc::invalid,
                        source.name() + ": " + table + ", row " + std::to_string(row.number) +
                            ": " + std::string(row.fault),
                        table);
        }
        SmallRow& copy = out.emplace_back();
        for (const Cell& cell : row.cells) {
            copy.push_back(cell ? std::optional<std::string>(*cell) : std::nullopt);
        }
    }
    return out;
}

const MauticField* MauticNames::field(std::string_view alias) const {
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const MauticField& each) {
        return each.alias == alias && !each.to.empty();
    });
    return found == fields.end() ? nullptr : &*found;
}

std::vector<MauticField> take_fields(Run& run, TableSource& source, const std::string& prefix) {
    const std::string table = prefix + "lead_fields";
    MigrationPart& part = run.part(table);
    FieldTaker taker(run);
    std::vector<MauticField> out;
    const std::size_t before = run.report().items.size();
    for (const SmallRow& row : read_small(
             source, table, {"alias", "type", "label", "object", "is_published", "properties"})) {
        ++part.rows;
        const std::string alias = row[0].value_or("");
        if (row[3].value_or("lead") == "company") {
            Run::skip(part, "a field of companies, which are not taken over");
        } else if (row[4].value_or("1") == "0") {
            Run::skip(part, "not published there");
        } else {
            MauticField& field = out.emplace_back();
            field.alias = alias;
            field.type = row[1].value_or("text");
            field.label = row[2].value_or(alias);
            taker.take(field, row[5].value_or(""));
            const MigrationItem& item = run.report().items.back();
            if (item.outcome == "created") {
                ++part.created;
            } else if (item.outcome == "there") {
                ++part.unchanged;
            } else {
                Run::skip(part, "not taken over");
            }
        }
    }
    if (run.report().items.size() == before) {
        throw Error(Errc::invalid,
                    source.name() + ": table " + table +
                        " has no fields of contacts; is that Mautic's database, and the prefix of "
                        "its tables right (table_prefix)?",
                    "table_prefix");
    }
    return out;
}

} // namespace habeas::importers

#include "subject_input.hpp"

#include "arguments.hpp"
#include "describe.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace habeas::cli {
namespace {

Value value_of(const Json& json, const std::string& name) {
    if (json.is_null()) {
        return {};
    }
    if (json.is_boolean()) {
        return json.get<bool>();
    }
    if (json.is_number()) {
        return json.get<double>();
    }
    if (json.is_string()) {
        return json.get<std::string>();
    }
    const bool texts = json.is_array() && std::all_of(json.begin(), json.end(),
                                                      [](const Json& e) { return e.is_string(); });
    if (!texts) {
        throw Error(Errc::invalid,
                    fmt::format("/{}: a text, number, boolean or list of texts", name), "/" + name);
    }
    return json.get<std::vector<std::string>>();
}

} // namespace

void declare_input(Args& args, InputOptions& o) {
    args.positionals("FIELD=VALUE", o.values, "what a field gets: yes, 2026-01-31, 12.50, a|b",
                     Need::optional);
    args.text("--fields FILE", o.file,
              "JSON object of fields and values; - is standard input. Keeps values out of the "
              "shell's history");
    args.texts("--identifier IDENTIFIER", o.identifiers,
               "external:crm:123, or one more email:... or phone:...; repeatable");
    args.text("--source TEXT", o.source, "where the data comes from, such as form:signup");
}

SubjectInput input_of(const InputOptions& o) {
    SubjectInput input;
    input.source = o.source;
    if (!o.file.empty()) {
        const Json document = Json::parse(read_text(o.file), nullptr, false);
        if (!document.is_object()) {
            throw Error(Errc::invalid,
                        fmt::format("{}: write a JSON object of fields and values", o.file),
                        o.file);
        }
        for (const auto& [name, value] : document.items()) {
            input.fields[name] = value_of(value, name);
        }
    }
    for (auto& [name, value] : read_pairs(o.values, "FIELD=VALUE")) {
        input.fields[name] = value;
    }
    for (const std::string& identifier : o.identifiers) {
        input.identifiers.push_back(read_identifier(identifier));
    }
    return input;
}

} // namespace habeas::cli

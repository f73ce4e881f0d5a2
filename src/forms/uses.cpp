#include "forms/uses.hpp"

#include "forms/stored.hpp"

#include <fmt/format.h>

#include <set>

namespace habeas::forms {
namespace {

std::vector<std::string> present_codes(store::Engine& engine) {
    std::vector<std::string> out;
    auto row = engine.db().prepare("SELECT code FROM form WHERE retired_at IS NULL ORDER BY code");
    while (row.step()) {
        out.push_back(row.str(0));
    }
    return out;
}

void see(const StoredForm& form, const std::string& segment, std::vector<std::string>& places) {
    const std::vector<FormAction>& actions = form.info.form.actions;
    for (std::size_t i = 0; i < actions.size(); ++i) {
        const bool names = actions[i].kind == FormAction::Kind::add_segment ||
                           actions[i].kind == FormAction::Kind::remove_segment;
        if (names && actions[i].target == segment) {
            places.push_back(fmt::format("form {} (version {}: /actions/{})", form.info.form.code,
                                         form.info.version, i));
        }
    }
}

} // namespace

void uses_field(store::Engine& engine, const std::string& name, std::vector<std::string>& places) {
    for (const std::string& code : present_codes(engine)) {
        const auto stored = load(engine, code, static_cast<std::int32_t>(Which::published));
        if (!stored) {
            continue;
        }
        const Form& form = stored->info.form;
        for (std::size_t i = 0; i < form.fields.size(); ++i) {
            if (form.fields[i].maps_to == name) {
                places.push_back(fmt::format("form {}, /fields/{}/maps_to", code, i));
            }
        }
        for (std::size_t i = 0; i < form.actions.size(); ++i) {
            if (form.actions[i].fields.contains(name)) {
                places.push_back(fmt::format("form {}, /actions/{}/fields/{}", code, i, name));
            }
        }
    }
}

void uses_segment(store::Engine& engine, const std::string& segment,
                  std::vector<std::string>& places) {
    for (const std::string& code : present_codes(engine)) {
        std::set<std::int32_t> seen;
        for (Which which : {Which::published, Which::latest}) {
            const auto form = load(engine, code, static_cast<std::int32_t>(which));
            if (form && seen.insert(form->info.version).second) {
                see(*form, segment, places);
            }
        }
    }
}

} // namespace habeas::forms

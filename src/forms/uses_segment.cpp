#include "forms/uses_segment.hpp"

#include "forms/stored.hpp"

#include <fmt/format.h>

#include <set>

namespace habeas::forms {
namespace {

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

/// What people get now, and the draft that they would get.
void uses_segment(store::Engine& engine, const std::string& segment,
                  std::vector<std::string>& places) {
    std::vector<std::string> codes;
    auto row = engine.db().prepare("SELECT code FROM form WHERE retired_at IS NULL ORDER BY code");
    while (row.step()) {
        codes.push_back(row.str(0));
    }
    for (const std::string& code : codes) {
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

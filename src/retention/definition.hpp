// Rules: as JSON, checked, and as stored.
#pragma once

#include "habeas/retention.hpp"
#include "store/engine.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace habeas::retention {

/// Members that differ from their default, and always code, about, action, since and period.
nlohmann::json to_json(const RetentionRule& rule);
/// Strict: Errc::invalid at the JSON pointer under `pointer`.
RetentionRule from_json(const nlohmann::json& json, const std::string& pointer);
/// What the store has to know for it: fields, purposes, forms, the filter. In a Read or Write.
void check(store::Engine& engine, const RetentionRule& rule);

struct Stored {
    std::int64_t id = 0;
    RetentionRule rule;
    std::int64_t position = 0, next_at = 0;
    std::optional<std::int64_t> looked_at;
    std::string fault;
};
/// In the order in which they run: what takes persons as a whole first, so that nothing is done
/// about them piece by piece; else by code.
std::vector<Stored> load_all(store::Engine& engine);
/// Those to be run: the one of this code (Errc::not_found), or all that are not paused.
std::vector<Stored> load_some(store::Engine& engine, const std::string& code);

/// Does the rule take the person as a whole?
inline bool takes_all(const RetentionRule& rule) noexcept {
    return rule.about == RetentionAbout::subject;
}
/// Does the period run for each entry on its own?
bool by_entry(const RetentionRule& rule) noexcept;

// store::DefinitionPart.
void list_definitions(store::Engine& engine, nlohmann::json& out);
void apply_definition(store::Engine& engine, const nlohmann::json& given,
                      const std::string& pointer, std::vector<std::string>& changes);

} // namespace habeas::retention

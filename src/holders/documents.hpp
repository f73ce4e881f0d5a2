// What is told of tasks: exports for the person, receipts for the proof.
#pragma once

#include "habeas/holder.hpp"
#include "store/engine.hpp"

#include <nlohmann/json_fwd.hpp>

namespace habeas::holders {

/// How long an export waits for the bundle that it is for.
constexpr std::chrono::hours export_lifetime{24 * 30};
/// What holders have given: an array, of each the newest task.
nlohmann::json export_json(store::Engine& engine, SubjectId subject);
/// Members of the receipt of an erasure: what each holder removed or retained, and whether all have
/// answered; who was told. Nothing where there is nobody to ask.
void erasure_receipt(store::Engine& engine, SubjectId subject, nlohmann::json& out);

} // namespace habeas::holders

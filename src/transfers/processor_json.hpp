// A processor as JSON: strict when read, without what is empty when written.
#pragma once

#include "habeas/transfer.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace habeas::transfers {

/// Errc::invalid at the JSON pointer under `pointer`.
Processor read_processor(const nlohmann::json& given, const std::string& pointer);
ProcessorFacts read_facts(const nlohmann::json& given, const std::string& pointer);
nlohmann::json to_json(const Processor& processor);
nlohmann::json to_json(const ProcessorFacts& facts);
/// {"verdict", "rule", "reference", "place", "basis", "sentence"}
nlohmann::json to_json(const TransferAnswer& answer);

/// A code of ISO 3166-1, or XX- and the name of an organisation.
bool is_place(std::string_view code);

} // namespace habeas::transfers

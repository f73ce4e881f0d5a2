// A purpose as JSON: how definitions are stored, exported and applied.
#pragma once

#include "habeas/consent.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace habeas::consent {

/// Members that differ from their default, and always code, basis, kind, channels. Without texts
/// and time of retirement.
nlohmann::json purpose_to_json(const Purpose& purpose);
/// Strict: an unknown member or a wrong type is Errc::invalid at its JSON pointer under `pointer`.
/// Members `texts` and `retired` are left to the caller, what is only read (`retired_at`) is passed
/// over.
Purpose purpose_from_json(const nlohmann::json& json, const std::string& pointer);
/// What two definitions must share for every decision to be the same.
std::string decision_part(const Purpose& purpose);

nlohmann::json texts_to_json(const TextVersion& version);
/// What is only read (`number`, `hash`, `recorded_at`) is passed over.
TextVersion texts_from_json(const nlohmann::json& json, const std::string& pointer);

/// Checks values: Errc::invalid names the member, prefixed by `where` ("/purposes/0/", "purpose.").
void check_purpose(const Purpose& purpose, const std::string& where);
/// Checks and brings languages to their normal form, sorted; fills the hash.
TextVersion normal_text(TextVersion version, const std::string& where);

/// What the ledger's acts commit to: BLAKE2b-256, hexadecimal. Texts in order of language; the
/// definition as it is stored.
std::string text_hash(const std::vector<ConsentText>& texts);
std::string definition_hash(std::string_view definition);

} // namespace habeas::consent

// What a definition of a field must be, and the fields that each new store has.
#pragma once

#include "habeas/subject.hpp"
#include "store/engine.hpp"

#include <string_view>
#include <vector>

namespace habeas::subjects {

/// Errc::invalid names the field.
[[noreturn]] void refuse_field(const Field& field, std::string_view reason);
/// Errc::invalid names the field and the member.
void check_definition(const Field& field);
/// email, phone, first_name, last_name, language, country, timezone, date_of_birth, recipient_type.
const std::vector<Field>& core_fields();
/// In the transaction that creates a store.
void create_core_fields(store::Engine& engine);

/// meta: a removed field's bytes may still be in the WAL.
inline constexpr const char truncate_pending[] = "subjects.truncate";

} // namespace habeas::subjects

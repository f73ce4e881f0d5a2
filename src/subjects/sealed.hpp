// Sealed fields: values encrypted at rest, bound to their subject and field.
#pragma once

#include "store/engine.hpp"

#include <string>
#include <string_view>

namespace habeas::subjects {

/// Owner of a sealed value; part of what the encryption authenticates, so that a value moved to
/// another row or field does not open.
struct SealedPlace {
    bool organisation = false;
    std::int64_t owner = 0;
    std::int64_t field = 0;
};

/// Version, id of the root key, then XChaCha20-Poly1305 under its encryption subkey.
std::string seal_value(store::Engine& engine, const SealedPlace& place, std::string_view clear);
/// Errc::corrupt if it was changed or moved, Errc::key_missing if its key is gone.
std::string open_value(store::Engine& engine, const SealedPlace& place, std::string_view sealed);

/// Seals every value of every sealed field anew under the active key.
void rekey_sealed(store::Engine& engine, const Progress& progress);

} // namespace habeas::subjects

// Numbers of the store that more than one file needs.
#pragma once

#include <cstdint>
#include <string>

namespace habeas::store {

inline constexpr std::int64_t application_id = 0x48414245; ///< "HABE", in the file's header
inline constexpr std::int64_t id_block = 1000;             ///< ids reserved at a time

/// Overwrites a secret before its memory is given back.
void wipe(std::string& text);

} // namespace habeas::store

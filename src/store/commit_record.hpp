// The bytes that a commit stores about itself: the only row of table last_commit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace habeas::store::commit_record {

// Time, journal sequence, head sequence, head hash, key id, number of the commit, MAC.
constexpr std::size_t time_at = 0, journal_at = 8, head_at = 16, hash_at = 24, key_at = 56,
                      number_at = 72;
constexpr std::size_t body = 80; ///< what the MAC is of
constexpr std::size_t size = body + 32;

inline void put64(std::string& out, std::uint64_t value) {
    for (int i = 0; i < 8; ++i) {
        out += static_cast<char>((value >> (8 * i)) & 0xff);
    }
}

/// Little-endian; `in` has eight bytes there.
inline std::uint64_t get64(std::string_view in, std::size_t offset) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        value |= std::uint64_t{static_cast<std::uint8_t>(in[offset + i])} << (8 * i);
    }
    return value;
}

} // namespace habeas::store::commit_record

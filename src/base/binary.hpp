// Numbers and texts in binary files: little-endian, texts with their length.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace habeas::base {

inline void put(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) {
        out += static_cast<char>((value >> (8 * i)) & 0xff);
    }
}
inline void put_text(std::string& out, std::string_view text) {
    put(out, text.size(), 4);
    out += text;
}

/// Reads the same again; `ok` turns false past the end and stays so.
struct BinaryReader {
    std::string_view in;
    bool ok = true;

    std::string_view take(std::size_t size) {
        if (!ok || in.size() < size) {
            ok = false;
            return {};
        }
        const auto out = in.substr(0, size);
        in.remove_prefix(size);
        return out;
    }
    std::uint64_t number(int bytes) {
        const auto raw = take(static_cast<std::size_t>(bytes));
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < raw.size(); ++i) {
            value |= std::uint64_t{static_cast<std::uint8_t>(raw[i])} << (8 * i);
        }
        return value;
    }
    std::int64_t i64() { return static_cast<std::int64_t>(number(8)); }
    std::string_view text() { return take(number(4)); }
    template <std::size_t N>
    void bytes(std::array<std::uint8_t, N>& out) {
        const auto raw = take(N);
        std::copy(raw.begin(), raw.end(), out.begin());
    }
};

} // namespace habeas::base

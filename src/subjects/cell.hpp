// One value on its way to or from a column, with buffers that are used again for the next row.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace habeas::subjects {

struct Cell {
    enum class State : std::uint8_t {
        absent, ///< the input says nothing of this field
        blank,  ///< the input says that there is nothing
        value
    };
    State state = State::absent;
    std::int64_t integer = 0;         ///< boolean, money, datetime
    double real = 0;                  ///< number
    std::string text;                 ///< text-like types and everything sealed, in clear
    std::string normal;               ///< email, phone: the normal form
    std::vector<std::string> choices; ///< multiselect, sorted

    /// Keeps the buffers.
    void clear() { state = State::absent; }
    [[nodiscard]] bool has_value() const { return state == State::value; }
};

} // namespace habeas::subjects

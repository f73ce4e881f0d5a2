// Runs a call that must throw habeas::Error and hands the error back for a closer look.
#pragma once

#include "catch.hpp"
#include "habeas/error.hpp"

#include <string>

namespace habeas::test {

template <typename Call>
Error error_of(Call&& call) {
    try {
        call();
    } catch (const Error& error) {
        return error;
    }
    FAIL("no habeas::Error was thrown");
    return Error(Errc::internal, "unreachable");
}

/// Errc{0} where nothing was thrown.
template <typename Call>
Errc code_of(Call&& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.code();
    }
    return Errc{0};
}

template <typename Call>
std::string message_of(Call&& call) {
    return error_of(call).what();
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace habeas::test

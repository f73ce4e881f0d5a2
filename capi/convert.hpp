// Between C's types and those of the C++ interface.
#pragma once

#include "guard.hpp"
#include "habeas/consent.hpp"

#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace habeas::capi {

[[noreturn]] void refuse_argument(std::string_view name, std::string_view message);

// ---- text in

/// A text from outside. Errc::invalid: NULL with a size, not UTF-8, a NUL inside, with the offset.
std::string_view text_in(const char* data, std::size_t size, std::string_view name);
inline std::string_view text_in(const habeas_text& text, std::string_view name) {
    return text_in(text.data, text.size, name);
}
inline std::string string_in(const char* data, std::size_t size, std::string_view name) {
    return std::string(text_in(data, size, name));
}
inline std::string string_in(const habeas_text& text, std::string_view name) {
    return std::string(text_in(text, name));
}
/// As it is, with whatever bytes: CSV and cells, which are checked where they are read.
std::string_view bytes_in(const char* data, std::size_t size, std::string_view name);

/// Offset of the first byte that is not UTF-8 (RFC 3629), or nothing.
std::optional<std::size_t> invalid_utf8(std::string_view text) noexcept;

/// `count` elements; NULL only for none.
template <class T>
std::span<const T> array_in(const T* data, std::size_t count, std::string_view name) {
    if (data == nullptr && count != 0) {
        refuse_argument(name, "NULL, but its count is not 0");
    }
    return {data, count};
}

Identifier identifier_in(const char* kind, std::size_t kind_size, const char* value,
                         std::size_t value_size);

// ---- numbers in

/// The number of a subject, a request, a message, ...
template <class Id>
constexpr std::int64_t number(Id id) noexcept {
    static_assert(std::is_enum_v<Id>);
    return static_cast<std::int64_t>(id);
}
SubjectId subject_in(std::int64_t number);
OrganisationId organisation_in(std::int64_t number);
/// 0 is: not given.
std::optional<Time> time_in(std::int64_t ms) noexcept;
Time moment_in(std::int64_t ms) noexcept;
std::int64_t time_out(Time time) noexcept;
std::int64_t time_out(const std::optional<Time>& time) noexcept;
bool flag_in(std::int32_t value, std::string_view name);
/// An enumeration whose values are those of the C++ interface, from 0 to `last`.
template <class Enum>
Enum enum_in(std::int32_t value, Enum last, std::string_view name) {
    if (value < 0 || value > static_cast<std::int32_t>(last)) {
        refuse_argument(name, "no such value");
    }
    return static_cast<Enum>(value);
}
Channel channel_in(std::int32_t value);
/// How many to give at once: 1 to 100,000.
std::size_t limit_in(std::size_t limit);
/// In the years 0000 to 9999, so that calculating with it cannot overflow.
Time calendar_time_in(std::int64_t ms, std::string_view name);

// ---- outputs

/// Zeroes it now; Errc::invalid where it is NULL. First in each body, so that a failure leaves
/// zeros.
template <class T>
void expect(T* output, std::string_view name) {
    if (output == nullptr) {
        refuse_argument(name, "NULL; give the place where the result goes");
    }
    *output = T{};
}
template <class T>
void expect_array(T* output, std::size_t count, std::string_view name) {
    if (output == nullptr && count != 0) {
        refuse_argument(name, "NULL; give the place where the results go");
    }
    for (std::size_t at = 0; at < count; ++at) {
        output[at] = T{};
    }
}
/// A copy that habeas_string_free frees.
void give_string(habeas_string* output, std::string_view text);
/// Of a text that outlives it.
inline habeas_text view_of(const std::string& text) {
    return {text.c_str(), text.size()};
}
/// Overwrites with zeros, which the compiler does not leave out: keys, passwords, personal data.
void wipe(char* data, std::size_t size) noexcept;
/// Cuts before a character where the text is too long.
void copy_text(char* output, std::size_t size, std::string_view text) noexcept;

// ---- structures that begin with struct_size

/// Of a caller that is older or newer than this build, but not of one that forgot to fill it.
constexpr bool plausible_size(std::size_t size) noexcept {
    return size >= 8 && size <= 65536;
}
void check_size(std::size_t size, std::string_view name);

template <class T>
void init_struct(T* structure, std::size_t struct_size, std::string_view name) {
    if (structure == nullptr) {
        refuse_argument(name, "NULL");
    }
    check_size(struct_size, name);
    std::memset(static_cast<void*>(structure), 0, struct_size);
    structure->struct_size = static_cast<std::uint32_t>(struct_size);
}
/// What the caller knows of it; the rest is zero. Refuses members that this build does not know
/// unless they are zero.
void read_struct(void* copy, std::size_t known, const void* given, std::size_t size,
                 std::string_view name);
template <class T>
T struct_in(const T* given, std::string_view name) {
    static_assert(std::is_trivially_copyable_v<T>);
    T copy{};
    if (given != nullptr) {
        read_struct(&copy, sizeof copy, given, given->struct_size, name);
    }
    return copy;
}
/// An output: zeroes all of it but its size.
template <class T>
void expect_struct(T* output, std::string_view name) {
    if (output == nullptr) {
        refuse_argument(name, "NULL; give the place where the result goes");
    }
    init_struct(output, output->struct_size, name);
}
/// As much as the caller has room for.
template <class T>
void give_struct(T* output, T value) noexcept {
    const std::uint32_t size = output->struct_size;
    std::memset(static_cast<void*>(output), 0, size);
    std::memcpy(static_cast<void*>(output), &value, size < sizeof value ? size : sizeof value);
    output->struct_size = size;
}

} // namespace habeas::capi

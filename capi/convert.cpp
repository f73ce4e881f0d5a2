#include "convert.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace habeas::capi {

void refuse_argument(std::string_view name, std::string_view message) {
    throw Error(Errc::invalid, std::string(name) + ": " + std::string(message), std::string(name));
}

std::optional<std::size_t> invalid_utf8(std::string_view text) noexcept {
    const auto byte = [&text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    std::size_t at = 0;
    while (at < text.size()) {
        const unsigned char lead = byte(at);
        if (lead < 0x80) {
            ++at;
            continue;
        }
        const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (lead < 0xC2 || lead > 0xF4 || text.size() - at < length) {
            return at;
        }
        // The second byte tells overlong forms, surrogates and numbers past U+10FFFF.
        const unsigned char least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        const unsigned char most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (byte(at + 1) < least || byte(at + 1) > most) {
            return at;
        }
        for (std::size_t next = 2; next < length; ++next) {
            if ((byte(at + next) & 0xC0U) != 0x80U) {
                return at;
            }
        }
        at += length;
    }
    return std::nullopt;
}

std::string_view bytes_in(const char* data, std::size_t size, std::string_view name) {
    if (data == nullptr) {
        if (size != 0) {
            refuse_argument(name, "NULL, but its size is not 0");
        }
        return {};
    }
    return {data, size == HABEAS_NUL_TERMINATED ? std::strlen(data) : size};
}

std::string_view text_in(const char* data, std::size_t size, std::string_view name) {
    const std::string_view text = bytes_in(data, size, name);
    const std::size_t nul = text.find('\0');
    if (nul != std::string_view::npos) {
        refuse_argument(name, "a NUL at byte " + std::to_string(nul));
    }
    if (const auto offset = invalid_utf8(text)) {
        refuse_argument(name, "not UTF-8 at byte " + std::to_string(*offset));
    }
    return text;
}

Identifier identifier_in(const char* kind, std::size_t kind_size, const char* value,
                         std::size_t value_size) {
    return make_identifier(text_in(kind, kind_size, "kind"), string_in(value, value_size, "value"));
}

SubjectId subject_in(std::int64_t number) {
    return SubjectId{number};
}
OrganisationId organisation_in(std::int64_t number) {
    return OrganisationId{number};
}

Time moment_in(std::int64_t ms) noexcept {
    return Time(std::chrono::milliseconds(ms));
}
std::optional<Time> time_in(std::int64_t ms) noexcept {
    return ms == 0 ? std::nullopt : std::optional(moment_in(ms));
}
std::int64_t time_out(Time time) noexcept {
    return time.time_since_epoch().count();
}
std::int64_t time_out(const std::optional<Time>& time) noexcept {
    return time ? time_out(*time) : 0;
}

bool flag_in(std::int32_t value, std::string_view name) {
    if (value != 0 && value != 1) {
        refuse_argument(name, "write 1 or 0");
    }
    return value == 1;
}

Channel channel_in(std::int32_t value) {
    return enum_in(value, Channel::internal, "channel");
}

std::size_t limit_in(std::size_t limit) {
    if (limit < 1 || limit > 100'000) {
        refuse_argument("limit", "write 1 to 100,000");
    }
    return limit;
}

Time calendar_time_in(std::int64_t ms, std::string_view name) {
    constexpr std::int64_t first = -62167219200000; // 0000-01-01
    constexpr std::int64_t end = 253402300800000;   // 10000-01-01
    if (ms < first || ms >= end) {
        refuse_argument(name, "outside of the years 0000 to 9999");
    }
    return moment_in(ms);
}

void give_string(habeas_string* output, std::string_view text) {
    auto* copy = static_cast<char*>(std::malloc(text.size() + 1));
    if (copy == nullptr) {
        throw std::bad_alloc();
    }
    std::copy(text.begin(), text.end(), copy); // memcpy takes no null, not even for nothing
    copy[text.size()] = '\0';
    output->data = copy;
    output->size = text.size();
}

void wipe(char* data, std::size_t size) noexcept {
    volatile char* bytes = data;
    for (std::size_t at = 0; at < size; ++at) {
        bytes[at] = 0;
    }
}

void copy_text(char* output, std::size_t size, std::string_view text) noexcept {
    std::size_t length = text.size();
    if (length >= size) {
        length = size - 1;
        while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) {
            --length;
        }
    }
    std::copy_n(text.data(), length, output);
    output[length] = '\0';
}

void check_size(std::size_t size, std::string_view name) {
    if (!plausible_size(size)) {
        refuse_argument(name, "its struct_size is wrong; make it ready with its _init function");
    }
}

void read_struct(void* copy, std::size_t known, const void* given, std::size_t size,
                 std::string_view name) {
    check_size(size, name);
    std::memcpy(copy, given, size < known ? size : known);
    const auto* bytes = static_cast<const unsigned char*>(given);
    for (std::size_t at = known; at < size; ++at) {
        if (bytes[at] != 0) {
            throw Error(Errc::unsupported,
                        std::string(name) +
                            ": a member that this habeas does not know; use a newer one",
                        std::string(name));
        }
    }
}

} // namespace habeas::capi

extern "C" {

void habeas_string_free(habeas_string* string) {
    if (string == nullptr) {
        return;
    }
    if (string->data != nullptr) {
        habeas::capi::wipe(string->data, string->size);
    }
    std::free(string->data);
    *string = habeas_string{};
}
}

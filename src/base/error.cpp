#include "habeas/error.hpp"

#include "base/text.hpp"

namespace habeas {
namespace {

constexpr std::size_t max_bytes = 6000;  // a path may have 4096
constexpr std::size_t kept_at_end = 500; // where the remedy is

/// Nobody writes lines of their own into a log through a name.
std::string fit(std::string text) {
    if (text.size() > max_bytes) {
        text.replace(max_bytes - kept_at_end, text.size() - max_bytes, " ... ");
    }
    for (char& c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
            c = '?';
        }
    }
    for (std::size_t at = 0; at + 1 < text.size(); ++at) { // U+0080 to U+009F
        if (text[at] == '\xC2' && static_cast<unsigned char>(text[at + 1]) < 0xA0) {
            text[at] = '?';
        }
    }
    while (auto at = base::invalid_utf8(text)) {
        text[*at] = '?';
    }
    return text;
}

} // namespace

Error::Error(Errc code, const std::string& message, const std::string& where, int sqlite_code)
    : std::runtime_error(fit(message)), code_(code), where_(fit(where)), sqlite_code_(sqlite_code) {
}

std::string_view errc_name(Errc code) noexcept {
    // No default: the compiler names a code that was forgotten here.
    switch (code) {
    case Errc::internal:
        return "internal";
    case Errc::invalid:
        return "invalid";
    case Errc::not_found:
        return "not_found";
    case Errc::subject_unknown:
        return "subject_unknown";
    case Errc::erased:
        return "erased";
    case Errc::exists:
        return "exists";
    case Errc::conflict:
        return "conflict";
    case Errc::busy:
        return "busy";
    case Errc::locked:
        return "locked";
    case Errc::read_only:
        return "read_only";
    case Errc::full:
        return "full";
    case Errc::io:
        return "io";
    case Errc::corrupt:
        return "corrupt";
    case Errc::not_a_store:
        return "not_a_store";
    case Errc::migration_needed:
        return "migration_needed";
    case Errc::newer_store:
        return "newer_store";
    case Errc::key_missing:
        return "key_missing";
    case Errc::key_wrong:
        return "key_wrong";
    case Errc::journal_missing:
        return "journal_missing";
    case Errc::journal_foreign:
        return "journal_foreign";
    case Errc::network_filesystem:
        return "network_filesystem";
    case Errc::cancelled:
        return "cancelled";
    case Errc::out_of_memory:
        return "out_of_memory";
    case Errc::unsupported:
        return "unsupported";
    case Errc::denied:
        return "denied";
    case Errc::handle:
        return "handle";
    case Errc::concurrent:
        return "concurrent";
    case Errc::forked:
        return "forked";
    case Errc::callback:
        return "callback";
    }
    return "unknown";
}

} // namespace habeas

#include "habeas/error.hpp"

namespace habeas {

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

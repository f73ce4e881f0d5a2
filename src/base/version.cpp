#include "habeas/version.hpp"

namespace habeas {

std::string_view version() noexcept {
    return HABEAS_VERSION; // from the project line of CMakeLists.txt
}

bool has(std::string_view feature) noexcept {
#ifdef HABEAS_WITH_ARCHIVE
    if (feature == "archive") {
        return true;
    }
#endif
#ifdef HABEAS_WITH_MAIL
    if (feature == "mail") {
        return true;
    }
#endif
#ifdef HABEAS_WITH_MYSQL
    if (feature == "mysql") {
        return true;
    }
#endif
#ifdef HABEAS_WITH_PHONENUMBER
    if (feature == "phonenumber") {
        return true;
    }
#endif
    return false;
}

} // namespace habeas

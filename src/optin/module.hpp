// What sign-ups say of themselves.
#pragma once

#include "store/module.hpp"

#include <span>

namespace habeas::exports {
struct BundleList;
}

namespace habeas::optin {

extern const store::Module module;
/// Its lists of an access bundle.
std::span<const exports::BundleList> bundle_lists();

} // namespace habeas::optin

// What deliveries declares to the store.
#pragma once

#include "store/module.hpp"

#include <span>

namespace habeas::exports {
struct BundleList;
}

namespace habeas::deliveries {
extern const store::Module module;
/// Its lists of an access bundle.
std::span<const exports::BundleList> bundle_lists();
} // namespace habeas::deliveries

// The composition root: every module in the order of the arrows.
#include "audit/module.hpp"
#include "breaches/module.hpp"
#include "campaigns/module.hpp"
#include "consent/module.hpp"
#include "deliveries/module.hpp"
#include "erasure/module.hpp"
#include "exports/bundle_list.hpp"
#include "exports/module.hpp"
#include "forms/module.hpp"
#include "holders/module.hpp"
#include "importers/module.hpp"
#include "optin/module.hpp"
#include "outbox/module.hpp"
#include "points/module.hpp"
#include "preferences/module.hpp"
#include "requests/module.hpp"
#include "retention/module.hpp"
#include "segments/module.hpp"
#include "store/module.hpp"
#include "store/store_module.hpp"
#include "subjects/module.hpp"
#include "transfers/module.hpp"
#include "transfers/registry.hpp"

#include <array>
#include <vector>

namespace habeas::store {

std::span<const Module* const> modules() {
    static const std::array all{
        &store::module,      &audit::module,     &subjects::module,    &consent::module,
        &transfers::module,  &erasure::module,   &exports::module,     &holders::module,
        &requests::module,   &segments::module,  &outbox::module,      &points::module,
        &optin::module,      &forms::module,     &preferences::module, &campaigns::module,
        &deliveries::module, &retention::module, &breaches::module,    &importers::module};
    return all;
}

} // namespace habeas::store

namespace habeas::consent {

std::unique_ptr<Registry> make_registry(store::Engine& engine) {
    return std::make_unique<transfers::Registry>(engine);
}

} // namespace habeas::consent

namespace habeas::exports {

std::span<const BundleList> bundle_lists() {
    static const std::vector<BundleList> all = [] {
        std::vector<BundleList> lists;
        for (const auto part :
             {holders::bundle_lists(), requests::bundle_lists(), segments::bundle_lists(),
              outbox::bundle_lists(), points::bundle_lists(), optin::bundle_lists(),
              forms::bundle_lists(), campaigns::bundle_lists(), deliveries::bundle_lists(),
              retention::bundle_lists(), breaches::bundle_lists()}) {
            lists.insert(lists.end(), part.begin(), part.end());
        }
        return lists;
    }();
    return all;
}

} // namespace habeas::exports

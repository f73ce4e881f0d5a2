// The composition root: every module in the order of the arrows.
#include "audit/module.hpp"
#include "campaigns/module.hpp"
#include "consent/module.hpp"
#include "erasure/module.hpp"
#include "exports/module.hpp"
#include "forms/module.hpp"
#include "holders/module.hpp"
#include "outbox/module.hpp"
#include "points/module.hpp"
#include "requests/module.hpp"
#include "retention/module.hpp"
#include "segments/module.hpp"
#include "store/module.hpp"
#include "store/store_module.hpp"
#include "subjects/module.hpp"

#include <array>

namespace habeas::store {

std::span<const Module* const> modules() {
    static const std::array<const Module*, 14> all{
        &store::module,   &audit::module,   &subjects::module,  &consent::module,  &erasure::module,
        &exports::module, &holders::module, &requests::module,  &segments::module, &outbox::module,
        &points::module,  &forms::module,   &campaigns::module, &retention::module};
    return all;
}

} // namespace habeas::store

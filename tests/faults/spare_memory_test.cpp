// Destructors take memory too: JSON values do. They must not end the process where none is left.
#include "base/spare_memory.hpp"
#include "catch.hpp"
#include "faults/failing_memory.hpp"

#include <nlohmann/json.hpp>

#include <optional>

using namespace habeas;

TEST_CASE("faults: a JSON value is destroyed although memory ran out", "[faults][memory]") {
    std::optional<nlohmann::json> value = nlohmann::json::parse(
        R"({"a":[1,[2,[3,{"b":[4,5,6]}]]],"c":{"d":{"e":"text"}},"f":[{},{},{}]})");
    std::optional<nlohmann::ordered_json> ordered =
        nlohmann::ordered_json::parse(R"({"a":[[{}]]})");
    faults::FailingNew::fail_at(1, true);
    value.reset();
    ordered.reset();
    const bool struck = faults::FailingNew::struck();
    faults::FailingNew::fail_at(0);
    CHECK(struck);
}

TEST_CASE("faults: the reserve is whole again when its last piece came back", "[faults][memory]") {
    for (int round = 0; round < 3; ++round) {
        faults::FailingNew::fail_at(1, true);
        void* small = base::take_memory(0);
        void* most = base::take_memory(base::spare_memory_size - 64);
        bool refused = false;
        try {
            base::give_memory(base::take_memory(64));
        } catch (const std::bad_alloc&) {
            refused = true;
        }
        base::give_memory(small);
        base::give_memory(most);
        void* all = base::take_memory(base::spare_memory_size);
        base::give_memory(all);
        faults::FailingNew::fail_at(0);
        CHECK(refused);
        CHECK(small != most);
    }
}

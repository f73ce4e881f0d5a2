#include "base/spare_memory.hpp"
#include "catch.hpp"

#include <nlohmann/json.hpp>

#include <cstring>
#include <limits>
#include <type_traits>
#include <vector>

namespace base_spare_memory_test {

using namespace habeas::base;

TEST_CASE("base: memory comes as usual while there is any", "[base]") {
    void* memory = take_memory(1'000'000);
    std::memset(memory, 1, 1'000'000);
    give_memory(memory);
    CHECK_THROWS_AS(SpareAllocator<int>().allocate(std::numeric_limits<std::size_t>::max()),
                    std::bad_array_new_length);
}

TEST_CASE("base: JSON values destroy themselves with memory that has a reserve", "[base]") {
    STATIC_REQUIRE(
        std::is_base_of_v<SpareAllocator<nlohmann::json>, std::allocator<nlohmann::json>>);
    STATIC_REQUIRE(std::is_base_of_v<SpareAllocator<nlohmann::ordered_json>,
                                     std::allocator<nlohmann::ordered_json>>);
    std::vector<nlohmann::json> many(1000, nlohmann::json{{"a", {1, 2, {"b", {}}}}});
    many.clear();
    CHECK(many.empty());
}

} // namespace base_spare_memory_test

// covers: src/breaches/breach_json.cpp src/breaches/rows.cpp src/breaches/document.cpp
// covers: src/breaches/persons.cpp
// Laws of breaches: a refusal names a place in the JSON and leaves nothing; what is accepted reads
// back as it was, is on record, and the same again changes nothing; its clock is 72 hours.
#include "fuzz.hpp"
#include "shop.hpp"

#include "habeas/habeas.hpp"

#include <string>

using namespace habeas;

namespace {

struct World {
    World() {
        SubjectInput input;
        input.fields["email"] = std::string("ann@example.org");
        Subjects(store).create(input);
    }
    Store store = fuzz::still_store();
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static World world;
    const std::string_view text = fuzz::view(data, size);
    Breach breach;
    if (!fuzz::accepted([&] { breach = Breach::from_json(text); })) {
        return 0;
    }
    fuzz::require(Breach::from_json(breach.to_json()) == breach,
                  "what was read is written and read again");
    Breaches breaches(world.store);
    const Transaction undone = world.store.transaction();
    bool unknown = false; // a field that is not there
    const bool defined = fuzz::accepted([&] {
        try {
            breaches.define(breach);
        } catch (const Error& error) {
            unknown = error.code() == Errc::not_found;
            if (!unknown) {
                throw;
            }
        }
    });
    if (!defined || unknown) {
        fuzz::require(breaches.list().empty(), "what is refused leaves nothing");
        return 0;
    }
    const BreachInfo found = breaches.get(breach.code);
    fuzz::require(found.clock.strict == *found.breach.aware_at + std::chrono::hours(72),
                  "the clock is 72 hours");
    fuzz::require(found.clock.counted >= found.clock.strict, "the strict reading is not later");
    fuzz::require(!breaches.define(breach), "the same again changes nothing");
    std::int64_t persons = 0;
    breaches.persons(breach.code, false, [&](SubjectId) {
        ++persons;
        return true;
    });
    fuzz::require(persons == (found.figures ? found.figures->persons : 0),
                  "whom it counts it lists");
    (void)breaches.to_json(breach.code);
    (void)breaches.to_html(breach.code);
    Erasure(world.store).execute(SubjectId{1});
    fuzz::require(Breach::from_json(breaches.get(breach.code).breach.to_json()).code == breach.code,
                  "it can be read after an erasure");
    return 0;
}

// covers: src/outbox/pacing_rules.cpp
// Laws of the setting "pacing": what is refused changes nothing, what is taken can be read again,
// and marketing always gets out in the end.
#include "fuzz.hpp"

#include "habeas/habeas.hpp"

#include <string>

using namespace habeas;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Store store = Store::in_memory();
    const std::string rules(fuzz::view(data, size));
    Transaction back = store.transaction();
    try {
        store.set_setting("pacing", rules);
    } catch (const Error& error) {
        fuzz::require(error.code() == Errc::invalid, "what is wrong is invalid");
        fuzz::require(store.setting("pacing").empty(), "what is refused changes nothing");
        return 0;
    }
    fuzz::require(store.setting("pacing") == rules, "what is taken is kept");
    const std::string document = Definitions(store).to_json();
    Definitions(store).apply(document);
    fuzz::require(Definitions(store).to_json() == document, "it travels with the definitions");
    return 0;
}

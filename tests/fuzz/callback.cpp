// covers: src/deliveries/mailjet.cpp src/deliveries/ingest.cpp
// Laws of callbacks: what is refused changes nothing; the same again changes nothing; nobody's
// newsletter is allowed by an event that was not before.
#include "fuzz.hpp"

#include "shop.hpp"

#include <string>

using namespace habeas;

namespace {

struct Agreed : fuzz::Shop {
    Agreed() {
        ConsentEvent granted;
        granted.subject = subject;
        granted.purpose = "news";
        granted.evidence.method = "form";
        granted.evidence.text_version = 1;
        Consent(store).record(granted);
        store.set_setting("tracking_purpose", "news");
    }
    [[nodiscard]] bool allowed() {
        return Consent(store).may_process(subject, "news", Channel::email).allowed;
    }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Agreed shop;
    Transaction back = shop.store.transaction(); // rolled back at the end: no input sees another
    const Deliveries list(shop.store);
    Deliveries deliveries(shop.store);
    const bool before = shop.allowed();
    IngestReport first;
    try {
        first = deliveries.ingest_mailjet(fuzz::view(data, size));
    } catch (const Error& error) {
        fuzz::require(error.code() == Errc::invalid, "what is wrong is invalid");
        fuzz::require(list.list({}).empty(), "what is refused changes nothing");
        return 0;
    }
    fuzz::require(first.received == first.recorded + first.repeated + first.untracked,
                  "each event is accounted for");
    const auto kept = list.list({}).size();
    const bool after = shop.allowed();
    fuzz::require(before || !after, "an event allows nothing");
    const IngestReport again = deliveries.ingest_mailjet(fuzz::view(data, size));
    fuzz::require(again.recorded == 0, "the same again is known");
    fuzz::require(list.list({}).size() == kept && shop.allowed() == after,
                  "the same again changes nothing");
    return 0;
}

// covers: src/transfers/processor_json.cpp src/transfers/law.cpp
// covers: src/transfers/judge.cpp src/transfers/rows.cpp
// Laws of processors and of the law: a refusal names a place in the JSON and leaves nothing; what
// is accepted reads back as it was; nothing is allowed without a place, and by less law no more.
#include "fuzz.hpp"
#include "shop.hpp"

#include "habeas/habeas.hpp"

#include <string>

using namespace habeas;

namespace {

struct World {
    World() {
        Processors(store).define(Processor::from_json(
            R"({"code": "known", "name": "Known", "history": [{"established": "DE"}]})"));
    }
    Store store = fuzz::still_store();
};

constexpr const char* days[] = {"1950-01-01", "2015-10-06", "2020-12-31", "2023-07-10",
                                "2031-12-28"};

void judge(const TransferLaw& law, const Processor& processor) {
    for (const char* text : days) {
        const Date day = parse_date(text);
        const ProcessorFacts* facts = processor.at(day);
        if (facts == nullptr) {
            continue;
        }
        const TransferAnswer answer = law.judge(*facts, day, "NO");
        fuzz::require(!answer.reference.empty(), "every answer has a reference");
        fuzz::require(law.judge(*facts, day, "NO") == answer, "the answer is pure");
        const bool open = answer.verdict != TransferVerdict::denied;
        fuzz::require(!open || (!facts->data_locations.empty() && !facts->established.empty() &&
                                !facts->ended && (facts->contract || !facts->processor)),
                      "what is unknown is denied");
        if (open && law.has_tool(facts->tool)) {
            ProcessorFacts without = *facts;
            without.tool.clear();
            fuzz::require(law.without(facts->tool).judge(*facts, day, "NO").verdict ==
                              law.judge(without, day, "NO").verdict,
                          "a tool that fell is none");
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static World world;
    static const TransferLaw own;
    const std::string_view text = fuzz::view(data, size);
    TransferLaw law;
    if (fuzz::accepted([&] { law = TransferLaw::from_json(text); })) {
        for (const std::string& code : law.codes()) {
            (void)law.without(code);
        }
        for (const Processor& each : Processors(world.store).list()) {
            judge(law, each);
        }
        return 0;
    }
    Processor processor;
    if (!fuzz::accepted([&] { processor = Processor::from_json(text); })) {
        return 0;
    }
    fuzz::require(Processor::from_json(processor.to_json()) == processor,
                  "what was read is written and read again");
    judge(own, processor);
    Processors processors(world.store);
    const Transaction undone = world.store.transaction();
    const auto before = processors.list();
    bool taken = false; // the name of another
    const bool defined = fuzz::accepted([&] {
        try {
            processors.define(processor);
        } catch (const Error& error) {
            taken = error.code() == Errc::conflict;
            if (!taken) {
                throw;
            }
        }
    });
    if (!defined || taken) {
        fuzz::require(processors.list() == before, "what is refused leaves nothing");
        return 0;
    }
    const auto found = processors.find(processor.code);
    fuzz::require(found && found->name == processor.name, "it is on file");
    fuzz::require(!processors.define(processor), "the same again changes nothing");
    fuzz::require(processors.judge(processor.code, parse_time("2023-07-10")).reference.size() > 4,
                  "it is judged");
    (void)processors.check().to_json();
    return 0;
}

// Processors and places: the registry, what it says, and the law it goes by.
#include "habeas/transfer.hpp"

#include "convert.hpp"
#include "json.hpp"
#include "store_object.hpp"

using namespace habeas::capi;
using habeas::Processors;

namespace {

/// Their documents as one array.
template <class List>
void give_documents(habeas_string* out, const List& list) {
    Json all = Json::array();
    for (const auto& each : list) {
        all.push_back(parse_own(each.to_json()));
    }
    give_json(out, all);
}

} // namespace

extern "C" {

habeas_status habeas_processor_define(habeas_store* store, const char* processor,
                                      size_t processor_size) {
    return guard([&] {
        const auto wanted =
            habeas::Processor::from_json(text_in(processor, processor_size, "processor"));
        Processors(StoreUse(store).store()).define(wanted);
    });
}

habeas_status habeas_processor_list(habeas_store* store, habeas_string* processors) {
    return guard([&] {
        expect(processors, "processors");
        give_documents(processors, Processors(StoreUse(store).store()).list());
    });
}

habeas_status habeas_processor_find(habeas_store* store, const char* code, size_t code_size,
                                    habeas_string* processor) {
    return guard([&] {
        expect(processor, "processor");
        const std::string which = string_in(code, code_size, "code");
        const auto found = Processors(StoreUse(store).store()).find(which);
        if (!found) {
            throw habeas::Error(habeas::Errc::not_found, "there is no processor of this code",
                                "code");
        }
        give_string(processor, found->to_json());
    });
}

habeas_status habeas_processor_history(habeas_store* store, const char* code, size_t code_size,
                                       habeas_string* history) {
    return guard([&] {
        expect(history, "history");
        const std::string which = string_in(code, code_size, "code");
        give_documents(history, Processors(StoreUse(store).store()).history(which));
    });
}

habeas_status habeas_processor_judge(habeas_store* store, const char* processor,
                                     size_t processor_size, int64_t at, int64_t known_at,
                                     habeas_string* answer) {
    return guard([&] {
        expect(answer, "answer");
        const std::string which = string_in(processor, processor_size, "processor");
        const auto moment = [](int64_t ms, const char* name) {
            return ms == 0 ? std::nullopt : std::optional(calendar_time_in(ms, name));
        };
        const auto when = moment(at, "at");
        const auto known = moment(known_at, "known_at");
        give_string(answer,
                    Processors(StoreUse(store).store()).judge(which, when, known).to_json());
    });
}

habeas_status habeas_processor_seed(habeas_string* seed) {
    return guard([&] {
        expect(seed, "seed");
        give_documents(seed, Processors::seed());
    });
}

habeas_status habeas_place_check(habeas_store* store, const char* options, size_t options_size,
                                 habeas_string* report) {
    return guard([&] {
        expect(report, "report");
        const Json document = parse_options(options, options_size);
        ObjectReader in(document, "");
        habeas::PlaceCheckOptions wanted;
        in.read("at", wanted.at);
        in.read("without", wanted.without);
        in.finish();
        give_string(report, Processors(StoreUse(store).store()).check(wanted).to_json());
    });
}

habeas_status habeas_transfer_law_set(habeas_store* store, const char* law, size_t law_size) {
    return guard([&] {
        const std::string given = string_in(law, law_size, "law");
        Processors(StoreUse(store).store()).set_law(given);
    });
}
}

// Purposes and the texts that are shown for them.
#include "habeas/definitions.hpp"

#include "convert.hpp"
#include "json.hpp"
#include "store_object.hpp"

using namespace habeas::capi;
using habeas::Purposes;

extern "C" {

habeas_status habeas_purpose_define(habeas_store* store, const char* purpose, size_t purpose_size) {
    return guard([&] {
        const auto wanted =
            habeas::Definitions::purpose_of(text_in(purpose, purpose_size, "purpose"));
        Purposes(StoreUse(store).store()).define(wanted);
    });
}

habeas_status habeas_purpose_add_text(habeas_store* store, const char* purpose, size_t purpose_size,
                                      const char* text, size_t text_size, int32_t* number) {
    return guard([&] {
        expect(number, "number");
        const std::string code = string_in(purpose, purpose_size, "purpose");
        const auto version = habeas::Definitions::text_version_of(text_in(text, text_size, "text"));
        *number = Purposes(StoreUse(store).store()).add_text(code, version);
    });
}

habeas_status habeas_purpose_retire(habeas_store* store, const char* purpose, size_t purpose_size) {
    return guard([&] {
        const std::string code = string_in(purpose, purpose_size, "purpose");
        Purposes(StoreUse(store).store()).retire(code);
    });
}

habeas_status habeas_purpose_list(habeas_store* store, habeas_string* purposes) {
    return guard([&] {
        expect(purposes, "purposes");
        Json out = Json::array();
        for (const habeas::Purpose& each : Purposes(StoreUse(store).store()).list()) {
            out.push_back(parse_own(habeas::Definitions::json_of(each)));
        }
        give_json(purposes, out);
    });
}

habeas_status habeas_purpose_find(habeas_store* store, const char* code, size_t code_size,
                                  habeas_string* purpose) {
    return guard([&] {
        expect(purpose, "purpose");
        const std::string wanted = string_in(code, code_size, "code");
        const auto found = Purposes(StoreUse(store).store()).find(wanted);
        if (!found) {
            throw habeas::Error(habeas::Errc::not_found, "there is no such purpose", "code");
        }
        give_string(purpose, habeas::Definitions::json_of(*found));
    });
}
}

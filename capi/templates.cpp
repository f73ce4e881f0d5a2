// Templates of messages.
#include "habeas/outbox.hpp"

#include "convert.hpp"
#include "json.hpp"
#include "store_object.hpp"

using namespace habeas::capi;
using habeas::Templates;

namespace {

Json info_json(const habeas::MessageTemplate& message) {
    return {{"template", parse_own(Templates::to_json(message))}, {"version", message.version}};
}

} // namespace

extern "C" {

habeas_status habeas_template_define(habeas_store* store, const char* message, size_t message_size,
                                     int32_t* version) {
    return guard([&] {
        expect(version, "version");
        const auto wanted = Templates::from_json(string_in(message, message_size, "message"));
        *version = Templates(StoreUse(store).store()).define(wanted);
    });
}

habeas_status habeas_template_retire(habeas_store* store, const char* code, size_t code_size) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        Templates(StoreUse(store).store()).retire(which);
    });
}

habeas_status habeas_template_list(habeas_store* store, habeas_string* templates) {
    return guard([&] {
        expect(templates, "templates");
        Json out = Json::array();
        for (const habeas::MessageTemplate& each : Templates(StoreUse(store).store()).list()) {
            out.push_back(info_json(each));
        }
        give_json(templates, out);
    });
}

habeas_status habeas_template_find(habeas_store* store, const char* code, size_t code_size,
                                   habeas_string* info) {
    return guard([&] {
        expect(info, "info");
        const std::string which = string_in(code, code_size, "code");
        const auto found = Templates(StoreUse(store).store()).find(which);
        if (!found) {
            throw habeas::Error(habeas::Errc::not_found, "there is no such template", "code");
        }
        give_json(info, info_json(*found));
    });
}

habeas_status habeas_template_preview(habeas_store* store, const char* code, size_t code_size,
                                      int64_t subject, const char* data, size_t data_size,
                                      habeas_string* rendered) {
    return guard([&] {
        expect(rendered, "rendered");
        const std::string which = string_in(code, code_size, "code");
        const std::string with = string_in(data, data_size, "data");
        const auto found =
            Templates(StoreUse(store).store()).preview(which, subject_in(subject), with);
        give_json(rendered, {{"language", found.language},
                             {"subject", found.subject},
                             {"text", found.text},
                             {"html", found.html}});
    });
}
}

// Fields, and all definitions as one document.
#include "habeas/definitions.hpp"

#include "convert.hpp"
#include "write.hpp"

using namespace habeas::capi;
using habeas::FieldOwner;
using habeas::Fields;

namespace {

FieldOwner owner_in(std::int32_t owner) {
    return enum_in(owner, FieldOwner::organisation, "owner");
}

/// The argument as a field. Checked here first, so that what is no UTF-8 is told with its offset.
habeas::Field field_in(const char* field, std::size_t size) {
    return habeas::Definitions::field_of(text_in(field, size, "field"));
}

} // namespace

extern "C" {

habeas_status habeas_field_define(habeas_store* store, const char* field, size_t field_size) {
    return guard([&] {
        const habeas::Field wanted = field_in(field, field_size);
        Fields(StoreUse(store).store()).define(wanted);
    });
}

habeas_status habeas_field_update(habeas_store* store, const char* field, size_t field_size) {
    return guard([&] {
        const habeas::Field wanted = field_in(field, field_size);
        Fields(StoreUse(store).store()).update(wanted);
    });
}

habeas_status habeas_field_rename(habeas_store* store, int32_t owner, const char* name,
                                  size_t name_size, const char* to, size_t to_size) {
    return guard([&] {
        const FieldOwner whose = owner_in(owner);
        const std::string from = string_in(name, name_size, "name");
        const std::string wanted = string_in(to, to_size, "to");
        Fields(StoreUse(store).store()).rename(from, wanted, whose);
    });
}

habeas_status habeas_field_retire(habeas_store* store, int32_t owner, const char* name,
                                  size_t name_size) {
    return guard([&] {
        const FieldOwner whose = owner_in(owner);
        const std::string which = string_in(name, name_size, "name");
        Fields(StoreUse(store).store()).retire(which, whose);
    });
}

habeas_status habeas_field_remove(habeas_store* store, int32_t owner, const char* name,
                                  size_t name_size) {
    return guard([&] {
        const FieldOwner whose = owner_in(owner);
        const std::string which = string_in(name, name_size, "name");
        Fields(StoreUse(store).store()).remove(which, whose);
    });
}

habeas_status habeas_field_list(habeas_store* store, int32_t owner, habeas_string* fields) {
    return guard([&] {
        expect(fields, "fields");
        const FieldOwner whose = owner_in(owner);
        Json out = Json::array();
        for (const habeas::Field& field : Fields(StoreUse(store).store()).list(whose)) {
            out.push_back(parse_own(habeas::Definitions::json_of(field)));
        }
        give_json(fields, out);
    });
}

habeas_status habeas_field_find(habeas_store* store, int32_t owner, const char* name,
                                size_t name_size, habeas_string* field) {
    return guard([&] {
        expect(field, "field");
        const FieldOwner whose = owner_in(owner);
        const std::string which = string_in(name, name_size, "name");
        const auto found = Fields(StoreUse(store).store()).find(which, whose);
        if (!found) {
            throw habeas::Error(habeas::Errc::not_found, "there is no such field", "name");
        }
        give_string(field, habeas::Definitions::json_of(*found));
    });
}

habeas_status habeas_definitions_export(habeas_store* store, habeas_string* definitions) {
    return guard([&] {
        expect(definitions, "definitions");
        give_string(definitions, habeas::Definitions(StoreUse(store).store()).to_json());
    });
}

habeas_status habeas_definitions_apply(habeas_store* store, const char* definitions,
                                       size_t definitions_size, int32_t dry_run,
                                       habeas_string* report) {
    return guard([&] {
        expect(report, "report");
        const std::string document = string_in(definitions, definitions_size, "definitions");
        const bool only_tell = flag_in(dry_run, "dry_run");
        write_and_give(store, report, [&](habeas::Store& in) {
            return Json{{"changes", habeas::Definitions(in).apply(document, only_tell).changes}};
        });
    });
}
}

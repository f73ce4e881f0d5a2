// The list of identifiers that nobody writes to.
#include "convert.hpp"
#include "store_object.hpp"

using namespace habeas::capi;
using habeas::Consent;

extern "C" {

habeas_status habeas_suppression_add(habeas_store* store, const char* kind, size_t kind_size,
                                     const char* value, size_t value_size, const char* reason,
                                     size_t reason_size, const char* scope, size_t scope_size,
                                     const char* note, size_t note_size) {
    return guard([&] {
        const auto identifier = identifier_in(kind, kind_size, value, value_size);
        const std::string why = string_in(reason, reason_size, "reason");
        const std::string what = string_in(scope, scope_size, "scope");
        const std::string words = string_in(note, note_size, "note");
        Consent(StoreUse(store).store()).suppress(identifier, why, what, words);
    });
}

habeas_status habeas_suppression_remove(habeas_store* store, const char* kind, size_t kind_size,
                                        const char* value, size_t value_size, const char* reason,
                                        size_t reason_size, int32_t* removed) {
    return guard([&] {
        expect(removed, "removed");
        const auto identifier = identifier_in(kind, kind_size, value, value_size);
        const std::string why = string_in(reason, reason_size, "reason");
        *removed = Consent(StoreUse(store).store()).unsuppress(identifier, why) ? 1 : 0;
    });
}

habeas_status habeas_suppression_has(habeas_store* store, const char* kind, size_t kind_size,
                                     const char* value, size_t value_size, int32_t* listed) {
    return guard([&] {
        expect(listed, "listed");
        const auto identifier = identifier_in(kind, kind_size, value, value_size);
        *listed = Consent(StoreUse(store).store()).suppressed(identifier) ? 1 : 0;
    });
}

habeas_status habeas_suppression_count(habeas_store* store, int64_t* count) {
    return guard([&] {
        expect(count, "count");
        *count = Consent(StoreUse(store).store()).suppression_count();
    });
}
}

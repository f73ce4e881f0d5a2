// Records of processing activities (art. 30).
#include "habeas/records.hpp"

#include "convert.hpp"
#include "store_object.hpp"

using namespace habeas::capi;

extern "C" {

habeas_status habeas_records_json(habeas_store* store, habeas_string* records) {
    return guard([&] {
        expect(records, "records");
        give_string(records, habeas::Records(StoreUse(store).store()).to_json());
    });
}

habeas_status habeas_records_html(habeas_store* store, habeas_string* page) {
    return guard([&] {
        expect(page, "page");
        give_string(page, habeas::Records(StoreUse(store).store()).to_html());
    });
}
}

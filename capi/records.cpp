// Records of processing activities (art. 30), privacy notice (arts. 13, 14), lint.
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

habeas_status habeas_records_notice(habeas_store* store, const char* language, size_t language_size,
                                    habeas_string* notice) {
    return guard([&] {
        expect(notice, "notice");
        const std::string words = string_in(language, language_size, "language");
        give_string(notice, habeas::Records(StoreUse(store).store()).notice_json(words));
    });
}

habeas_status habeas_records_notice_html(habeas_store* store, const char* language,
                                         size_t language_size, habeas_string* page) {
    return guard([&] {
        expect(page, "page");
        const std::string words = string_in(language, language_size, "language");
        give_string(page, habeas::Records(StoreUse(store).store()).notice_html(words));
    });
}

habeas_status habeas_records_lint(habeas_store* store, habeas_string* findings) {
    return guard([&] {
        expect(findings, "findings");
        give_string(findings, habeas::Records(StoreUse(store).store()).lint_json());
    });
}
}

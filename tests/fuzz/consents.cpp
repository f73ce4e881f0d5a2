// covers: src/consent/import_consents.cpp src/consent/consent_columns.cpp
// covers: src/consent/event_writer.cpp
// Laws of the import of consents: every row is an event, a repetition or a reject; the same file
// again adds nothing; the size of the batches changes nothing; what was recorded decides as the
// ledger says.
#include "fuzz.hpp"
#include "shop.hpp"

#include "consent/check.hpp"
#include "habeas/habeas.hpp"
#include "store/engine.hpp"

#include <string>

using namespace habeas;

namespace {

/// One purpose with a text, two people who share nothing; nothing is ever committed.
Store make_store() {
    Store store = fuzz::still_store();
    store.set_setting("default_country", "DE");
    Purpose purpose;
    purpose.code = "n";
    purpose.channels = {Channel::email, Channel::sms};
    purpose.texts.push_back({0, {}, {{"en", "words", "label"}}, {}, {}});
    Purposes(store).define(purpose);
    Subjects(store).create(
        {{{"email", std::string("a@b.example")}}, {make_identifier("external:crm", "1")}, {}});
    Subjects(store).create(
        {{{"email", std::string("c@d.example")}}, {make_identifier("phone", "+4930123456")}, {}});
    return store;
}

std::uint64_t recorded(Store& store) {
    std::uint64_t count = 0;
    store.query("SELECT count(*) FROM v_event WHERE subject_id IS NOT NULL", {},
                [&](const auto&, const auto& row) {
                    count = std::stoull(*row.front());
                    return true;
                });
    return count;
}

bool same(const ImportReport& a, const ImportReport& b) {
    return a.rows == b.rows && a.consents == b.consents && a.unchanged == b.unchanged &&
           a.rejected == b.rejected && a.reasons == b.reasons && a.unmapped == b.unmapped;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1)
        return 0;
    static Store store = make_store();
    static const std::uint64_t before = recorded(store);
    // A byte chooses the options, the rest is the file.
    ImportOptions options;
    options.delimiter = (data[0] & 1) != 0 ? ';' : ',';
    options.windows1252 = (data[0] & 2) != 0;
    options.batch = (data[0] & 4) != 0 ? 1 : 100;
    if ((data[0] & 8) != 0)
        options.consent_document = "paper";
    if ((data[0] & 16) != 0)
        options.consent_time_column = "when";
    if ((data[0] & 32) != 0)
        options.columns = {{"a", "email", ""},   {"b", "purpose", ""}, {"c", "channel", ""},
                           {"d", "action", ""},  {"e", "at", "dmy"},   {"f", "-", ""},
                           {"g", "document", ""}};
    const std::string_view file = fuzz::view(data + 1, size - 1);

    Import import(store);
    ImportReport report;
    {
        Transaction undone = store.transaction();
        if (!fuzz::accepted([&] { report = import.consents_text(file, options); }))
            return 0;
        fuzz::require(report.rows == report.consents + report.unchanged + report.rejected,
                      "every row is an event, a repetition or a reject");
        fuzz::require(recorded(store) == before + report.consents, "what is counted is there");
        VerifyReport found;
        consent::verify(store.engine(), {}, found);
        fuzz::require(found.ok(), "ready rows are what the ledger says");
        ImportReport again = import.consents_text(file, options);
        fuzz::require(again.consents == 0 && again.rejected == report.rejected &&
                          again.reasons == report.reasons,
                      "the same file again adds nothing");
    }
    fuzz::require(recorded(store) == before, "what is rolled back is gone");
    options.dry_run = true;
    options.batch = options.batch == 1 ? 100 : 1;
    fuzz::require(same(import.consents_text(file, options), report),
                  "a dry run in other batches tells the same");
    fuzz::require(recorded(store) == before, "a dry run leaves nothing");
    return 0;
}

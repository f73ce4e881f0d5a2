// covers: src/consent/definitions.cpp src/consent/json_reader.hpp
// covers: src/consent/field_json.cpp src/consent/purpose_json.cpp
// covers: src/consent/purpose_check.cpp src/subjects/definition_check.cpp
// Laws of definitions: what applies exports, and the export applied to an empty store exports as
// the same document and changes nothing the second time; a dry run tells what is done and does
// nothing; a refusal names a place in the document and leaves the store as it was.
#include "fuzz.hpp"

#include "habeas/definitions.hpp"

#include <string>

using namespace habeas;

namespace {

/// Empty but for the core fields, and empty again after each input: nothing is ever committed.
/// Two, so that neither's caches help the other.
struct Stores {
    Store first = Store::in_memory();
    Store second = Store::in_memory();
    std::string empty = Definitions(first).to_json();
};

void check_refusal(const Error& error) {
    bool known = error.code() == Errc::invalid || error.code() == Errc::conflict ||
                 error.code() == Errc::exists || error.code() == Errc::not_found;
    fuzz::require(known, "a document is refused as invalid, or by what is there or is not");
    fuzz::require(error.where().empty() || error.where().front() == '/',
                  "a refusal names a JSON pointer");
    fuzz::require(!error.where().empty() || error.code() == Errc::invalid,
                  "only the document as a whole has no pointer");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Stores stores;
    const std::string document(fuzz::view(data, size));
    Definitions definitions(stores.first);
    std::vector<std::string> told;
    std::string exported;
    {
        Transaction undone = stores.first.transaction();
        try {
            told = definitions.apply(document, true).changes;
        } catch (const Error& error) {
            check_refusal(error);
            fuzz::require(definitions.to_json() == stores.empty, "a refusal leaves nothing");
            return 0;
        }
        fuzz::require(definitions.to_json() == stores.empty, "a dry run leaves nothing");
        fuzz::require(definitions.apply(document).changes == told, "a dry run tells what is done");
        exported = definitions.to_json();
        fuzz::require((exported == stores.empty) == told.empty(), "what changes is told");
        fuzz::require(definitions.apply(exported).changes.empty(),
                      "its own export changes nothing");
    }
    fuzz::require(definitions.to_json() == stores.empty, "what is rolled back is gone");
    Transaction undone = stores.second.transaction();
    Definitions fresh(stores.second);
    fresh.apply(exported);
    fuzz::require(fresh.to_json() == exported, "an export applied to an empty store exports alike");
    return 0;
}

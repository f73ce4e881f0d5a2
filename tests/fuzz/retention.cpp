// covers: src/retention/definition.cpp
// Laws of rules: a refusal names a place in the JSON and leaves nothing; what is accepted reads
// back as it was, can be looked at at once, and takes as many as it said.
#include "fuzz.hpp"
#include "shop.hpp"

#include "habeas/habeas.hpp"

#include <string>

using namespace habeas;

namespace {

struct World {
    World() {
        Field ended;
        ended.name = "ended";
        ended.type = FieldType::date;
        Fields(store).define(ended);
        Field secret;
        secret.name = "secret";
        secret.field_class = FieldClass::sealed;
        Fields(store).define(secret);
        Purpose news;
        news.code = "news";
        news.channels = {Channel::email};
        Purposes(store).define(news);
        for (const char* year : {"1990", "2020", "9999"}) {
            SubjectInput input;
            input.fields["email"] = std::string("a") + year + "@example.org";
            input.fields["ended"] = std::string(year) + "-12-31";
            const SubjectId id = Subjects(store).create(input);
            ConsentEvent event;
            event.subject = id;
            event.purpose = "news";
            event.kind = EventKind::withdrawn;
            event.effective_at = parse_time("2021-01-01");
            Consent(store).record(event);
        }
    }
    Store store = fuzz::still_store();
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static World world;
    RetentionRule rule;
    if (!fuzz::accepted([&] { rule = Retention::from_json(fuzz::view(data, size)); })) {
        return 0;
    }
    fuzz::require(Retention::from_json(Retention::to_json(rule)) == rule,
                  "what was read is written and read again");
    Retention retention(world.store);
    const Transaction undone = world.store.transaction();
    try {
        retention.define(rule);
    } catch (const Error& error) {
        fuzz::require(error.code() == Errc::invalid || error.code() == Errc::not_found,
                      "a rule is refused as invalid, or for what is not there");
        fuzz::require(!error.where().empty() && error.where().front() == '/',
                      "a refusal names a JSON pointer");
        fuzz::require(retention.list().empty(), "a refusal leaves nothing");
        return 0;
    }
    fuzz::require(retention.find(rule.code)->rule == rule, "a rule is kept as it is");
    Definitions definitions(world.store);
    fuzz::require(definitions.apply(definitions.to_json()).changes.empty(),
                  "the document of all definitions changes nothing where it came from");
    const RetentionPreview found = retention.preview(rule.code).at(0);
    fuzz::require(found.subjects <= 3 && found.due.size() == found.subjects,
                  "nobody is due who is not there");
    for (const RetentionDue& each : found.due) {
        fuzz::require(each.due_at <= world.store.now(), "who is due is due by now");
    }
    return 0;
}

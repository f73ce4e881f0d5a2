// covers: src/campaigns/definition.cpp src/campaigns/references.cpp src/campaigns/timing.cpp
// covers: src/campaigns/show.cpp
// Laws of campaigns: a refusal names a place in the JSON and leaves nothing; what is accepted is
// due at a time not before it was reached, within its hours, and is drawn without anything
// unescaped.
#include "fuzz.hpp"

#include "campaigns/timing.hpp"
#include "habeas/habeas.hpp"

#include <string>

using namespace habeas;

namespace {

struct World {
    World() {
        Purpose news;
        news.code = "news";
        news.channels = {Channel::email};
        Purposes(store).define(news);
        Segments(store).define({"hand", {}, "", false, "the shop"});
        MessageTemplate mail;
        mail.code = "mail";
        mail.kind = MessageKind::marketing;
        mail.purpose = "news";
        mail.languages["en"] = {"Subject", "Text", ""};
        Templates(store).define(mail);
        Purpose orders;
        orders.code = "orders";
        orders.kind = PurposeKind::transactional;
        orders.basis = Basis::contract;
        orders.channels = {Channel::email};
        Purposes(store).define(orders);
        mail.code = "order";
        mail.kind = MessageKind::transactional;
        mail.purpose = "orders";
        Templates(store).define(mail);
        mail.code = "notice";
        mail.kind = MessageKind::internal;
        mail.purpose = "";
        Templates(store).define(mail);
        SubjectInput input;
        input.fields["email"] = std::string("a@example.org");
        input.fields["timezone"] = std::string("Europe/Vienna");
        subject = Subjects(store).create(input);
    }
    Store store = Store::in_memory();
    SubjectId subject{};
};

void check_timing(const campaigns::Definition& definition) {
    const Time reached = parse_time("2026-03-28T23:30:00Z");
    for (const campaigns::Event& event : definition.events) {
        fuzz::require(definition.find(event.id) == &event, "each event has an id of its own");
        Time due{};
        if (!fuzz::accepted([&] { due = campaigns::due(event.when, reached, "Europe/Berlin"); })) {
            continue; // beyond the years that can be written
        }
        fuzz::require(due >= reached, "nothing is due before it was reached");
        const auto hours = event.when.from && *event.when.to - *event.when.from >= 120;
        if (hours && !event.when.at && due < reached + std::chrono::days(200)) {
            campaigns::Timing same = event.when;
            same.after.clear();
            fuzz::require(campaigns::due(same, due, "Europe/Berlin") == due,
                          "what is within its hours stays there");
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static World world;
    const std::string text(fuzz::view(data, size));
    campaigns::Definition definition;
    if (fuzz::accepted([&] { definition = campaigns::parse(std::string_view(text)); })) {
        check_timing(definition);
    }
    Campaigns all(world.store);
    Transaction undone = world.store.transaction();
    try {
        fuzz::require(all.define(text) == 1, "a new campaign has version 1");
    } catch (const Error& error) {
        fuzz::require(error.code() == Errc::invalid || error.code() == Errc::not_found,
                      "a campaign is refused as invalid, or for what is not there");
        fuzz::require(error.where().empty() || error.where().front() == '/',
                      "a refusal names a JSON pointer");
        fuzz::require(all.list().empty(), "a refusal leaves nothing");
        return 0;
    }
    fuzz::require(all.define(text) == 1, "the same again is the same version");
    all.publish(definition.code);
    try { // not every campaign takes in people by hand
        all.enrol(definition.code, world.subject);
        all.run();
    } catch (const Error& error) {
        fuzz::require(error.code() == Errc::invalid, "what it does is known, and allowed");
    }
    const std::string svg = all.show_svg(definition.code);
    fuzz::require(svg.find("<script") == std::string::npos, "nothing is unescaped");
    fuzz::require(all.show(definition.code).starts_with(definition.code), "it is drawn");
    return 0;
}

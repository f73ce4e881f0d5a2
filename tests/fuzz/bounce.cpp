// covers: src/deliveries/mail.cpp src/deliveries/mail_date.cpp src/deliveries/report_mail.cpp
// src/deliveries/ingest_mail.cpp src/outbox/return_path.cpp Laws of mails from anybody: nothing is
// an error; what proves nothing changes nothing; with the signs of a message put in, nobody but
// whom it went to is touched, nothing becomes allowed, and the same again changes nothing.
#include "fuzz.hpp"

#include "deliveries/mail.hpp"
#include "habeas/habeas.hpp"

#include <algorithm>
#include <string>

using namespace habeas;

namespace {

struct Taker : Gateway {
    [[nodiscard]] std::string id() const override { return "taker"; }
    [[nodiscard]] bool serves(Channel channel) const override { return channel == Channel::email; }
    std::vector<GatewayResult> send(std::span<const OutgoingMessage> messages) override {
        got.insert(got.end(), messages.begin(), messages.end());
        return std::vector<GatewayResult>(messages.size());
    }
    std::vector<OutgoingMessage> got;
};

struct Shop {
    Store store = Store::in_memory();
    SubjectId ann{}, bob{};
    std::string return_path, reference;
    Shop() {
        store.set_setting("sender", "news@shop.example");
        store.set_setting("bounce_address", "bounce@shop.example");
        Purpose orders;
        orders.code = "orders";
        orders.basis = Basis::contract;
        orders.kind = PurposeKind::transactional;
        orders.channels = {Channel::email};
        Purposes(store).define(orders);
        ann = person("ann@post.example");
        bob = person("bob@post.example");
        Message message;
        message.subject = ann;
        message.key = "k";
        message.purpose = "orders";
        message.subject_line = "Order";
        message.text = "It is on its way.";
        Outbox(store).queue(message);
        Taker taker;
        Outbox(store).send(taker);
        return_path = taker.got.at(0).return_path;
        reference = taker.got.at(0).reference;
    }
    SubjectId person(const char* address) {
        SubjectInput input;
        input.fields = {{"email", address}};
        return Subjects(store).create(input);
    }
    [[nodiscard]] std::string standing(SubjectId who) {
        return std::string(
            reason_code(Consent(store).may_process(who, "orders", Channel::email).reason));
    }
    [[nodiscard]] bool allowed(SubjectId who) {
        return Consent(store).may_process(who, "orders", Channel::email).allowed;
    }
};

void replace(std::string& text, std::string_view what, const std::string& with) {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
}

void check_reader(std::string_view text) {
    if (const auto mail = deliveries::read_mail(text)) {
        std::vector<const deliveries::MailPart*> open{&*mail};
        while (!open.empty()) {
            const deliveries::MailPart& part = *open.back();
            open.pop_back();
            fuzz::require(part.content().size() <= part.body.size() + 1,
                          "nothing becomes longer when it is decoded");
            fuzz::require(part.body.empty() ||
                              (part.body.data() >= text.data() &&
                               part.body.data() + part.body.size() <= text.data() + text.size()),
                          "a part is a part");
            for (const deliveries::MailPart& each : part.parts) {
                open.push_back(&each);
            }
        }
    }
    if (const auto at = deliveries::mail_date(text)) {
        fuzz::require(*at >= -400'000'000 && *at < 253'402'400'000'000, "within the years");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Shop shop;
    const std::string_view text = fuzz::view(data, size);
    check_reader(text);
    Transaction back = shop.store.transaction(); // rolled back at the end: no input sees another
    Deliveries deliveries(shop.store);
    const IngestReport raw = deliveries.ingest_mail(text);
    fuzz::require(raw.recorded == 0 && deliveries.list().empty(),
                  "who proves nothing changes nothing");

    std::string mail(text);
    replace(mail, "@RETURN_PATH@", shop.return_path);
    replace(mail, "@REFERENCE@", shop.reference);
    replace(mail, "@ADDRESS@", "ann@post.example");
    replace(mail, "@OTHER@", "bob@post.example");
    const std::string bob = shop.standing(shop.bob);
    const bool before = shop.allowed(shop.ann);
    const IngestReport first = deliveries.ingest_mail(mail);
    fuzz::require(first.received ==
                      first.recorded + first.repeated + first.unmatched + first.unread,
                  "each event is accounted for");
    fuzz::require(shop.standing(shop.bob) == bob, "nobody else is touched");
    const std::string after = shop.standing(shop.ann);
    fuzz::require(before || !shop.allowed(shop.ann), "a mail allows nothing");
    const auto kept = deliveries.list();
    for (const DeliveryEvent& each : kept) {
        fuzz::require(each.subject == shop.ann, "it is about whom the message went to");
        fuzz::require(each.reason.size() < 40 && each.reason.find('@') == std::string::npos,
                      "codes alone are kept");
    }
    const IngestReport again = deliveries.ingest_mail(mail);
    fuzz::require(again.recorded == 0 && deliveries.list().size() == kept.size() &&
                      shop.standing(shop.ann) == after,
                  "the same again changes nothing");
    return 0;
}

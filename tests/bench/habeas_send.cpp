// The outbox: queueing with the decision, and sending by SMTP.
#include "habeas.hpp"

#include "smtp_sink.h"

#include <algorithm>

namespace habeas::benchmark {
namespace {

constexpr std::int64_t messages = 10'000;
constexpr std::int64_t in_a_transaction = 250;

} // namespace

void declare_order_mail(Store& store) {
    store.set_setting("base_url", "https://shop.example/privacy");
    store.set_setting("sender", "Shop <hello@shop.example>");
    MessageTemplate mail;
    mail.code = order_mail;
    mail.purpose = "order_updates";
    mail.languages["en"] = {"Your order", "Dear {{subject.first_name}}, it is on its way.", ""};
    Templates(store).define(mail);
}

void queue_and_send(const Run& run) {
    Store store = Store::open(run.own());
    declare_order_mail(store);
    Outbox outbox(store);
    const std::int64_t people = std::min(messages, run.people / 4);
    const std::int64_t first = run.people / 4 * 2 + 1; // odd: nobody who is erased
    bench queueing = bench_named("queue", "habeas");
    std::int64_t queued = 0;
    bench_begin(&queueing);
    for (std::int64_t at = 0; at < people; at += in_a_transaction) {
        Transaction all = store.transaction();
        for (std::int64_t i = at; i < std::min(at + in_a_transaction, people); ++i) {
            Message message;
            message.subject = SubjectId{first + 2 * i};
            message.message_template = order_mail;
            message.key = "order/" + std::to_string(run.round) + "/" + std::to_string(i);
            queued += outbox.queue(message).state == MessageState::queued ? 1 : 0;
        }
        all.commit();
    }
    bench_end(&queueing, 1);
    bench_check(queued > people * 9 / 10, "not everybody may be told of their order");
    bench_print(&queueing);

    SmtpSettings settings;
    settings.host = "127.0.0.1";
    settings.port = static_cast<std::uint16_t>(smtp_sink_start());
    settings.tls = Tls::none;
    SendReport sent;
    bench sending = bench_named("send_smtp", "habeas");
    {
        SmtpGateway gateway(settings, {"", ""});
        SendOptions options;
        options.limit = static_cast<std::size_t>(queued);
        bench_begin(&sending);
        sent = outbox.send(gateway, options);
        bench_end(&sending, static_cast<std::uint64_t>(queued));
    }
    bench_check(static_cast<std::int64_t>(sent.sent) == queued && smtp_sink_stop() == queued,
                "not everything was sent");
    bench_print(&sending);
}

} // namespace habeas::benchmark

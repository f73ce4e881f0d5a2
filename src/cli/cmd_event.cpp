// event: ingest, list, secret. bounce: ingest.
#include "args.hpp"
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "habeas/delivery.hpp"
#include "progress.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>

namespace habeas::cli::event_group {
namespace {

void print(Session& s, const IngestReport& report) {
    if (s.json()) {
        s.out().json({{"received", report.received},
                      {"recorded", report.recorded},
                      {"repeated", report.repeated},
                      {"untracked", report.untracked},
                      {"unmatched", report.unmatched},
                      {"unread", report.unread}});
        return;
    }
    print_record(s.out(), {{"received", fmt::format("{}", report.received)},
                           {"recorded", fmt::format("{}", report.recorded)},
                           {"known before", fmt::format("{}", report.repeated)},
                           {"not tracked", fmt::format("{}", report.untracked)},
                           {"of no message here", fmt::format("{}", report.unmatched)},
                           {"no report", fmt::format("{}", report.unread)}});
}

Action declare_ingest(Args& args) {
    auto file = std::make_shared<std::string>();
    args.positional("FILE", *file, "the body of a callback of Mailjet; - is standard input");
    return [file](Session& s) {
        print(s, Deliveries(s.store()).ingest_mailjet(read_text(*file)));
        return Exit::ok;
    };
}

struct BounceOptions {
    std::string place, recipient;
};

Action declare_bounce(Args& args) {
    auto o = std::make_shared<BounceOptions>();
    args.positional("PLACE", o->place,
                    "a mail, or a Maildir whose new mails go to its cur; - is standard input");
    args.text("--recipient ADDRESS", o->recipient,
              "of the envelope, where the mail's headers do not say it");
    return [o](Session& s) {
        Deliveries deliveries(s.store());
        std::error_code ignored;
        if (o->place == "-" || !std::filesystem::is_directory(o->place, ignored)) {
            print(s, deliveries.ingest_mail(read_text(o->place), o->recipient));
            return Exit::ok;
        }
        if (!o->recipient.empty()) {
            throw Error(Errc::invalid, "the mails of a Maildir have one each: leave this out",
                        "--recipient");
        }
        ProgressBar bar("Reading", ProgressBar::Unit::rows, s.progress());
        print(s, deliveries.ingest_maildir(o->place, bar.callback()));
        return Exit::ok;
    };
}

struct ListOptions {
    std::string kind, subject;
    std::int64_t message = 0, limit = 100;
};

Action declare_list(Args& args) {
    auto o = std::make_shared<ListOptions>();
    args.text("--kind KIND", o->kind,
              "delivered, opened, clicked, soft_bounced, hard_bounced, blocked, not_sent, "
              "complained, unsubscribed, unknown or delayed");
    args.text("--subject SUBJECT", o->subject, "number or identifier");
    args.number("--message NUMBER", o->message, "of one message", 1, std::int64_t{1} << 53);
    args.number("--limit NUMBER", o->limit, "100 unless said", 1, 1'000'000);
    return [o](Session& s) {
        DeliveryFilter filter;
        if (!o->kind.empty()) {
            filter.kind = delivery_kind(o->kind);
            if (!filter.kind) {
                throw Error(Errc::invalid, "there is no kind of event of this name", "--kind");
            }
        }
        if (!o->subject.empty()) {
            filter.subject = s.subject(o->subject);
        }
        if (o->message > 0) {
            filter.message = MessageId{o->message};
        }
        filter.limit = static_cast<std::size_t>(o->limit);
        JsonArray array(s.out());
        Table table(
            s.out(),
            {{"event", true}, {"kind"}, {"message", true}, {"subject", true}, {"at"}, {"reason"}});
        for (const DeliveryEvent& each : Deliveries(s.store()).list(filter)) {
            if (s.json()) {
                array.add({{"id", number(each.id)},
                           {"kind", delivery_kind_name(each.kind)},
                           {"message", each.message ? Json(number(*each.message)) : Json(nullptr)},
                           {"subject", each.subject ? Json(number(*each.subject)) : Json(nullptr)},
                           {"gateway", each.gateway},
                           {"at", format_time(each.at)},
                           {"recorded_at", format_time(each.recorded_at)},
                           {"reason", each.reason}});
            } else {
                table.row({fmt::format("{}", number(each.id)),
                           std::string(delivery_kind_name(each.kind)),
                           each.message ? fmt::format("{}", number(*each.message)) : "",
                           each.subject ? fmt::format("{}", number(*each.subject)) : "",
                           format_time(each.at), each.reason});
            }
        }
        s.json() ? array.end() : table.end();
        return Exit::ok;
    };
}

Action declare_secret(Args& /*args*/) {
    return [](Session& s) {
        const std::string secret = Deliveries(s.store()).secret();
        s.json() ? s.out().json({{"secret", secret}}) : s.out().line(secret);
        return Exit::ok;
    };
}

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"event ingest", "what Mailjet tells in a callback; repetitions change nothing",
         "habeas event ingest callback.json",
         "an object: received, recorded, repeated, untracked, unmatched, unread", declare_ingest},
        {"event list", "what gateways told of messages, the oldest first",
         "habeas event list --kind hard_bounced",
         "an array of objects: id, kind, message, subject, gateway, at, recorded_at, reason",
         declare_list},
        {"bounce ingest", "mails that tell of failures and complaints: one, or a Maildir",
         "habeas bounce ingest bounce.eml",
         "an object: received, recorded, repeated, untracked, unmatched, unread", declare_bounce},
        {"event secret", "the end of the address that Mailjet is given for its callbacks",
         "habeas event secret", "an object: secret", declare_secret},
    };
    return commands;
}

} // namespace habeas::cli::event_group

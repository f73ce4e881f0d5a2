// consent: record, state, history, receipt.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>

#include <memory>

namespace habeas::cli::consent_group {
namespace {

struct RecordOptions {
    std::string subject;
    ConsentEvent event;
    std::optional<Time> at, expires_at;
    std::int64_t text_version = 0;
    bool below_standard = false;
    std::vector<std::string> data;
};

void declare_evidence(Args& args, RecordOptions& o) {
    Evidence& evidence = o.event.evidence;
    args.text("--method METHOD", evidence.method,
              "how we know: form, api, import, phone, paper, email_link; without it a consent is "
              "unproven");
    args.number("--text-version NUMBER", o.text_version, "of the purpose: what was shown", 0,
                1'000'000);
    args.text("--language LANGUAGE", evidence.language, "in which it was shown");
    args.text("--form NAME", evidence.form, "reference to the form");
    args.text("--submission ID", evidence.submission, "reference to what was sent");
    args.text("--document NAME", evidence.document, "reference to the paper or recording");
    args.text("--ip ADDRESS", evidence.ip, "truncated before it is stored");
    args.text("--user-agent TEXT", evidence.user_agent, "of the browser");
    args.flag("--preticked", evidence.preticked, "the box was ticked already: then it is invalid");
    args.flag("--below-gdpr-standard", o.below_standard, "an old consent (recital 171)");
    args.flag("--explicit", evidence.explicit_consent, "explicit consent (art. 9(2)(a))");
    args.flag("--parental-authorisation", evidence.parental_authorisation, "art. 8");
    args.texts("--controller NAME", evidence.controllers, "named in the text; repeatable");
    args.time("--expires-at TIME", o.expires_at, "of this consent or request; the end of a pause");
    args.text("--note TEXT", evidence.note, "in your words");
}

Action declare_record(Args& args) {
    auto o = std::make_shared<RecordOptions>();
    args.positional("SUBJECT", o->subject, "number or identifier");
    // What comes after is recorded by habeas itself.
    const unsigned end = static_cast<unsigned>(EventKind::basis_resumed) + 1;
    auto kinds = names_of<EventKind>(event_kind_name, 1, end);
    for (const EventKind each : {EventKind::paused, EventKind::resumed}) {
        kinds.emplace_back(event_kind_name(each), each);
    }
    args.choice("KIND", o->event.kind, kinds, "what happened", Need::required);
    args.positional("PURPOSE", o->event.purpose, "code; without one: all purposes", Need::optional);
    args.choice("--channel CHANNEL", o->event.channel, names_of<Channel>(channel_name),
                "without one all channels of the purpose");
    args.time("--at TIME", o->at, "when it happened; now unless said");
    args.text("--scope SCOPE", o->event.scope,
              "objected: direct_marketing, legitimate_interests, public_task; suppressed: "
              "marketing, all; bounced: hard, soft");
    declare_evidence(args, *o);
    args.texts("--data NAME=VALUE", o->data, "facts of basis_fact; repeatable");
    return [o](Session& s) {
        ConsentEvent event = o->event;
        event.subject = s.subject(o->subject);
        event.effective_at = o->at.value_or(Time{});
        event.evidence.text_version = static_cast<std::int32_t>(o->text_version);
        event.evidence.expires_at = o->expires_at;
        event.evidence.gdpr_standard = !o->below_standard;
        event.data = read_pairs(o->data, "--data NAME=VALUE");
        const EventId id = Consent(s.store()).record(event);
        if (s.json()) {
            s.out().json({{"event", number(id)}, {"subject", number(event.subject)}});
        } else {
            s.out().line(fmt::format("Event {}: {} of subject {}.", number(id),
                                     event_kind_name(event.kind), number(event.subject)));
        }
        return Exit::ok;
    };
}

struct StateOptions {
    std::string subject, purpose;
    std::optional<Channel> channel;
};

Action declare_state(Args& args) {
    auto o = std::make_shared<StateOptions>();
    args.positional("SUBJECT", o->subject, "number or identifier");
    args.positional("PURPOSE", o->purpose, "code; all unless named", Need::optional);
    args.choice("--channel CHANNEL", o->channel, names_of<Channel>(channel_name),
                "any is the least permissive; each of the purpose unless named");
    return [o](Session& s) {
        const SubjectId subject = s.subject(o->subject);
        const Consent consent(s.store());
        JsonArray array(s.out());
        Table table(s.out(), {{"purpose"}, {"channel"}, {"state"}});
        auto add = [&](const std::string& purpose, Channel channel) {
            const auto state = consent_state_name(consent.state(subject, purpose, channel));
            if (s.json()) {
                array.add(
                    {{"purpose", purpose}, {"channel", channel_name(channel)}, {"state", state}});
            } else {
                table.row({purpose, std::string(channel_name(channel)), std::string(state)});
            }
        };
        std::vector<Purpose> purposes = Purposes(s.store()).list();
        if (!o->purpose.empty()) {
            std::erase_if(purposes, [&](const Purpose& each) { return each.code != o->purpose; });
        }
        if (purposes.empty() && !o->purpose.empty()) {
            throw Error(Errc::not_found, fmt::format("there is no purpose \"{}\"", o->purpose),
                        o->purpose);
        }
        for (const Purpose& purpose : purposes) {
            for (Channel each : o->channel ? std::vector{*o->channel} : purpose.channels) {
                add(purpose.code, each);
            }
        }
        s.json() ? array.end() : table.end();
        return Exit::ok;
    };
}

std::string how(const ConsentEvent& event) {
    std::string out = event.evidence.method;
    if (event.evidence.text_version != 0) {
        out += fmt::format("{}text {}", out.empty() ? "" : ", ", event.evidence.text_version);
    }
    if (!event.evidence.document.empty()) {
        out += (out.empty() ? "" : ", ") + event.evidence.document;
    }
    return out;
}

Action declare_history(Args& args) {
    auto subject = std::make_shared<std::string>();
    args.positional("SUBJECT", *subject, "number or identifier");
    return [subject](Session& s) {
        const SubjectId id = s.subject(*subject);
        JsonArray array(s.out());
        Table table(s.out(), {{"event", true},
                              {"effective at"},
                              {"what"},
                              {"purpose"},
                              {"channel"},
                              {"how"},
                              {"by"}});
        for (const ConsentEvent& event : Consent(s.store()).history(id)) {
            if (s.json()) {
                array.add(to_json(event));
                continue;
            }
            std::string what(event_kind_name(event.kind));
            what += event.scope.empty() ? "" : " (" + event.scope + ")";
            table.row({fmt::format("{}", number(event.id)), format_time(event.effective_at), what,
                       event.purpose, std::string(channel_name(event.channel)), how(event),
                       actor_text(event.actor)});
        }
        s.json() ? array.end() : table.end();
        return Exit::ok;
    };
}

struct ReceiptOptions {
    std::string event;
    Consent::ReceiptFormat format = Consent::ReceiptFormat::iso_27560;
};

Action declare_receipt(Args& args) {
    auto o = std::make_shared<ReceiptOptions>();
    args.positional("EVENT", o->event, "number of the event, from consent history");
    args.choice("--format FORMAT", o->format,
                Names<Consent::ReceiptFormat>{{"iso-27560", Consent::ReceiptFormat::iso_27560},
                                              {"kantara-1.1", Consent::ReceiptFormat::kantara_1_1}},
                "");
    return [o](Session& s) {
        const EventId event{require_number(o->event, "an event")};
        s.out().document(Consent(s.store()).receipt(event, o->format));
        return Exit::ok;
    };
}

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"consent record", "appends an event to the ledger",
         "habeas consent record email:anna@example.org granted newsletter --channel email --method "
         "form --text-version 1 --language en",
         "an object: event, subject", declare_record},
        {"consent state", "what the ledger says now of somebody's consents",
         "habeas consent state email:anna@example.org newsletter",
         "an array of objects: purpose, channel, state (none, requested, granted, refused, "
         "withdrawn, expired)",
         declare_state},
        {"consent history", "somebody's ledger, in order of effect",
         "habeas consent history email:anna@example.org",
         "an array of events: event, subject, kind, purpose, channel, scope, effective_at, "
         "recorded_at, evidence, data, actor",
         declare_history},
        {"consent receipt", "the receipt of a consent, as JSON",
         "habeas consent receipt 12 --format kantara-1.1",
         "the same: ISO/IEC TS 27560 as JSON-LD, or Kantara 1.1", declare_receipt},
    };
    return commands;
}

} // namespace habeas::cli::consent_group

// optin: list, show, confirm, vouch, resend, cancel. preference-link.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>

#include <memory>

namespace habeas::cli::optin_group {
namespace {

constexpr const char* id_help = "its number";

OptinId optin_id(const std::string& text) {
    return OptinId{require_number(text, "a sign-up")};
}

/// "newsletter (email), offers (sms)".
std::string asked_text(const Optin& optin) {
    std::string out;
    for (const ConsentEvent& each : optin.consents) {
        out += fmt::format("{}{} ({})", out.empty() ? "" : ", ", each.purpose,
                           channel_name(each.channel));
    }
    return out;
}

Json to_json(const Optin& optin) {
    Json consents = Json::array();
    for (const ConsentEvent& each : optin.consents) {
        consents.push_back({{"event", number(each.id)},
                            {"purpose", each.purpose},
                            {"channel", channel_name(each.channel)},
                            {"text_version", each.evidence.text_version},
                            {"language", each.evidence.language}});
    }
    Json granted = Json::array();
    for (const EventId each : optin.granted) {
        granted.push_back(number(each));
    }
    const bool mailed = optin.message != MessageId{};
    return {{"optin", number(optin.id)},
            {"subject", number(optin.subject)},
            {"state", optin_state_name(optin.state)},
            {"language", optin.language},
            {"message_template", optin.message_template},
            {"consents", consents},
            {"granted", granted},
            {"mails", optin.mails},
            {"withheld", optin.withheld},
            {"message", mailed ? Json(number(optin.message)) : Json(nullptr)},
            {"requested_at", format_time(optin.requested_at)},
            {"expires_at", format_time(optin.expires_at)},
            {"last_mail_at", json_time(optin.last_mail_at)},
            {"closed_at", json_time(optin.closed_at)}};
}

void print_optin(Session& s, const Optin& optin) {
    if (s.json()) {
        s.out().json(to_json(optin));
    } else {
        s.out().line(fmt::format(
            "Sign-up {} of subject {}: {}, {} mails{}{}; asked for: {}.", number(optin.id),
            number(optin.subject), optin_state_name(optin.state), optin.mails,
            optin.withheld.empty() ? "" : ", withheld: ", optin.withheld, asked_text(optin)));
    }
}

struct ListOptions {
    std::string subject;
    OptinFilter filter;
    std::int64_t limit = 100, after = 0;
};

Action declare_list(Args& args) {
    auto o = std::make_shared<ListOptions>();
    args.choice("--state STATE", o->filter.state, names_of<OptinState>(optin_state_name), "");
    args.text("--subject SUBJECT", o->subject, "number or identifier");
    args.number("--limit NUMBER", o->limit, "of sign-ups; 100 unless said", 1, 100'000);
    args.number("--after NUMBER", o->after, "only sign-ups after this one");
    return [o](Session& s) {
        OptinFilter filter = o->filter;
        if (!o->subject.empty()) {
            filter.subject = s.subject(o->subject);
        }
        filter.limit = static_cast<std::size_t>(o->limit);
        filter.after = OptinId{o->after};
        JsonArray array(s.out());
        Table table(s.out(), {{"sign-up", true},
                              {"subject", true},
                              {"state"},
                              {"asked for"},
                              {"mails", true},
                              {"withheld"},
                              {"expires at"}});
        for (const Optin& each : Optins(s.store()).list(filter)) {
            if (s.json()) {
                array.add(to_json(each));
                continue;
            }
            table.row({fmt::format("{}", number(each.id)), fmt::format("{}", number(each.subject)),
                       std::string(optin_state_name(each.state)), asked_text(each),
                       fmt::format("{}", each.mails), each.withheld, format_time(each.expires_at)});
        }
        s.json() ? array.end() : table.end();
        return Exit::ok;
    };
}

Action declare_confirm(Args& args) {
    auto token = std::make_shared<std::string>();
    args.positional("TOKEN", *token, "what the person sent back, or @FILE; @- is standard input");
    return [token](Session& s) {
        const auto found = Optins(s.store()).confirm(word_or_file(*token));
        if (found) {
            print_optin(s, *found);
        } else {
            s.json() ? s.out().json(nullptr) : s.out().line("This token does not count.");
        }
        return found ? Exit::ok : Exit::no;
    };
}

Action declare_vouch(Args& args) {
    auto id = std::make_shared<std::string>();
    auto by = std::make_shared<std::string>();
    args.positional("OPTIN", *id, id_help);
    args.text("--by TEXT", *by, "who vouches, and how it is known", Need::required);
    return [id, by](Session& s) {
        print_optin(s, Optins(s.store()).vouch(optin_id(*id), *by));
        return Exit::ok;
    };
}

Action declare_resend(Args& args) {
    auto id = std::make_shared<std::string>();
    args.positional("OPTIN", *id, id_help);
    return [id](Session& s) {
        const Optin optin = Optins(s.store()).resend(optin_id(*id));
        print_optin(s, optin);
        return optin.withheld.empty() ? Exit::ok : Exit::no;
    };
}

Action declare_cancel(Args& args) {
    auto id = std::make_shared<std::string>();
    args.positional("OPTIN", *id, id_help);
    return [id](Session& s) {
        Optins optins(s.store());
        optins.cancel(optin_id(*id));
        print_optin(s, optins.get(optin_id(*id)));
        return Exit::ok;
    };
}

Action declare_link(Args& args) {
    auto subject = std::make_shared<std::string>();
    auto hours = std::make_shared<std::int64_t>(24 * 7);
    args.positional("SUBJECT", *subject, "number or identifier");
    args.number("--hours NUMBER", *hours, "how long it holds; 168 unless said", 1, 8784);
    return [subject, hours](Session& s) {
        const std::string link =
            Preferences(s.store()).link(s.subject(*subject), std::chrono::hours(*hours));
        s.json() ? s.out().json({{"link", link}}) : s.out().line(link);
        return Exit::ok;
    };
}

} // namespace

std::span<const Command> commands() {
    static constexpr const char* shape =
        "an object: optin, subject, state, language, message_template, consents (event, purpose, "
        "channel, text_version, language), granted, mails, withheld, message, requested_at, "
        "expires_at, last_mail_at, closed_at";
    static constexpr Command commands[]{
        {"optin list", "sign-ups that wait for their confirmation, and what became of them",
         "habeas optin list --state waiting",
         "an array of objects: optin, subject, state, language, message_template, consents, "
         "granted, mails, withheld, message, requested_at, expires_at, last_mail_at, closed_at",
         declare_list},
        {"optin confirm", "takes the token that came back; the same again changes nothing",
         "habeas optin confirm @confirm.token",
         "as optin resend; null where the token does not count", declare_confirm},
        {"optin vouch", "you know that the person confirmed",
         "habeas optin vouch 1 --by \"Ina, by telephone\"", shape, declare_vouch},
        {"optin resend", "another mail: at most twice, five minutes apart", "habeas optin resend 1",
         shape, declare_resend},
        {"optin cancel", "its token no longer counts", "habeas optin cancel 1", shape,
         declare_cancel},
        {"preference-link", "a person's preference centre; for that person alone",
         "habeas preference-link email:anna@example.org", "an object: link", declare_link},
    };
    return commands;
}

} // namespace habeas::cli::optin_group

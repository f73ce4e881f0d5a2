// campaign: define, publish, list, show, pause, resume, adopt, retire.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>

#include <memory>

namespace habeas::cli::campaign_group {
namespace {

constexpr const char* code_help = "code of the campaign";

CampaignInfo require_campaign(Session& s, const std::string& code) {
    if (auto found = Campaigns(s.store()).find(code)) {
        return *found;
    }
    throw Error(
        Errc::not_found,
        fmt::format("there is no campaign \"{}\"; habeas campaign list shows those there are",
                    code),
        code);
}

Json to_json(const CampaignInfo& info) {
    return {{"code", info.code},
            {"state", campaign_state_name(info.state)},
            {"version", info.version},
            {"definition", Json::parse(info.definition)},
            {"pause_reason", info.pause_reason},
            {"published_at", json_time(info.published_at)},
            {"members", info.members},
            {"pending", info.pending},
            {"failed", info.failed}};
}

void print_campaign(Session& s, const std::string& code) {
    const CampaignInfo info = require_campaign(s, code);
    if (s.json()) {
        s.out().json(to_json(info));
    } else {
        s.out().line(fmt::format("Campaign {}: version {}, {}.", code, info.version,
                                 campaign_state_name(info.state)));
    }
}

/// The code of a definition that was just taken in, so it is there.
std::string define(Campaigns& campaigns, const std::string& file) {
    const std::string text = read_text(file);
    campaigns.define(text);
    return Json::parse(text).at("code").get<std::string>();
}

Action declare_define(Args& args) {
    auto file = std::make_shared<std::string>();
    args.positional("FILE", *file, "the campaign, as JSON; - is standard input");
    return [file](Session& s) {
        Campaigns campaigns(s.store());
        print_campaign(s, define(campaigns, *file));
        return Exit::ok;
    };
}

Action declare_publish(Args& args) {
    auto campaign = std::make_shared<std::string>();
    args.positional("CAMPAIGN", *campaign,
                    "the campaign, as JSON (- is standard input), or the code of one that is "
                    "defined");
    return [campaign](Session& s) {
        Campaigns campaigns(s.store());
        std::string code = *campaign;
        Transaction transaction = s.store().transaction();
        if (!is_code(code)) {
            code = define(campaigns, code);
        }
        campaigns.publish(code);
        transaction.commit();
        print_campaign(s, code);
        return Exit::ok;
    };
}

Action declare_list(Args& /*args*/) {
    return [](Session& s) {
        JsonArray array(s.out());
        Table table(s.out(), {{"code"},
                              {"version", true},
                              {"state"},
                              {"members", true},
                              {"pending", true},
                              {"failed", true},
                              {"why it paused"}});
        for (const CampaignInfo& each : Campaigns(s.store()).list()) {
            if (s.json()) {
                array.add(to_json(each));
            } else {
                table.row({each.code, fmt::format("{}", each.version),
                           std::string(campaign_state_name(each.state)),
                           fmt::format("{}", each.members), fmt::format("{}", each.pending),
                           fmt::format("{}", each.failed), each.pause_reason});
            }
        }
        s.json() ? array.end() : table.end();
        return Exit::ok;
    };
}

struct ShowOptions {
    std::string code, output;
    bool svg = false;
};

Action declare_show(Args& args) {
    auto o = std::make_shared<ShowOptions>();
    args.positional("CODE", o->code, code_help);
    args.flag("--svg", o->svg, "as a drawing");
    args.text("-o,--output FILE", o->output, "a new file; standard output unless named");
    return [o](Session& s) {
        const Campaigns campaigns(s.store());
        const std::string drawn = o->svg ? campaigns.show_svg(o->code) : campaigns.show(o->code);
        if (!o->output.empty()) {
            write_new_file(o->output, drawn);
        }
        if (s.json()) {
            Json out = to_json(require_campaign(s, o->code));
            out["counts"] = Json::array();
            for (const EventCount& each : campaigns.counts(o->code)) {
                out["counts"].push_back(
                    {{"event", each.event}, {"outcome", each.outcome}, {"count", each.count}});
            }
            if (o->svg) {
                out["svg"] = drawn;
            }
            s.out().json(out);
        } else if (o->output.empty()) {
            s.out().document(drawn);
        } else {
            s.out().line(fmt::format("Campaign {}: written to {}", o->code, o->output));
        }
        return Exit::ok;
    };
}

struct PauseOptions {
    std::string code, why;
};

Action declare_pause(Args& args) {
    auto o = std::make_shared<PauseOptions>();
    args.positional("CODE", o->code, code_help);
    args.text("--why TEXT", o->why, "kept with the campaign");
    return [o](Session& s) {
        Campaigns(s.store()).pause(o->code, o->why);
        print_campaign(s, o->code);
        return Exit::ok;
    };
}

using Act = void (Campaigns::*)(const std::string&);

template <Act act>
Action declare_act(Args& args) {
    auto code = std::make_shared<std::string>();
    args.positional("CODE", *code, code_help);
    return [code](Session& s) {
        Campaigns campaigns(s.store());
        (campaigns.*act)(*code);
        print_campaign(s, *code);
        return Exit::ok;
    };
}

constexpr const char* campaign_json =
    "an object: code, state, version, definition, pause_reason, published_at, members, pending, "
    "failed";

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"campaign define", "declares a campaign, or its next version; it does nothing yet",
         "habeas campaign define welcome.json", campaign_json, declare_define},
        {"campaign publish", "it works from now on; who is on the way keeps their version",
         "habeas campaign publish welcome.json", campaign_json, declare_publish},
        {"campaign list", "all campaigns", "habeas campaign list",
         "an array of campaigns as campaign show does, without counts", declare_list},
        {"campaign show", "its tree with counts, as text or as a drawing",
         "habeas campaign show welcome --svg --output welcome.svg",
         "the campaign, counts (event, outcome, count), and with --svg svg", declare_show},
        {"campaign pause", "nothing of it is done until it is resumed",
         "habeas campaign pause welcome --why 'the offer is wrong'", campaign_json, declare_pause},
        {"campaign resume", "goes on after a pause; what failed is tried again",
         "habeas campaign resume welcome", campaign_json, declare_act<&Campaigns::publish>},
        {"campaign adopt", "who is on the way goes on with the latest version",
         "habeas campaign adopt welcome", campaign_json, declare_act<&Campaigns::adopt>},
        {"campaign retire", "ends it; what was pending is stopped, for good",
         "habeas campaign retire welcome", campaign_json, declare_act<&Campaigns::retire>},
    };
    return commands;
}

} // namespace habeas::cli::campaign_group

// gateway: list, check.
#include "args.hpp"
#include "arguments.hpp"
#include "command.hpp"
#include "mail.hpp"
#include "session.hpp"
#include "table.hpp"

#include <array>
#include <cstdlib>
#include <memory>

namespace habeas::cli {

Credentials credentials_of_environment() {
    auto value = [](const char* name) {
        const char* given = std::getenv(name);
        return std::string(given == nullptr ? "" : given);
    };
    return {value("HABEAS_GATEWAY_USER"), value("HABEAS_GATEWAY_SECRET")};
}

namespace gateway_group {
namespace {

struct Kind {
    const char *name, *example, *what;
    bool mail;
};
constexpr std::array kinds{
    Kind{"smtp", R"({"kind": "smtp", "host": "mail.example.org"})",
         "a mail server; also port, tls (starttls, implicit, none), ca_file, hello, "
         "envelope_sender, processor, batch_size",
         true},
    Kind{"mailjet", R"({"kind": "mailjet"})",
         "Mailjet's Send API v3.1; also base_url, ca_file, sandbox, processor", true},
    Kind{"directory", R"({"kind": "directory", "folder": "mail"})", "a folder of .eml files",
         false}};

Action declare_list(Args& /*args*/) {
    return [](Session& s) {
        JsonArray array(s.out());
        Table table(s.out(), {{"kind"}, {"here"}, {"document"}, {"what"}});
        for (const Kind& each : kinds) {
            const bool here = !each.mail || has("mail");
            if (s.json()) {
                array.add({{"kind", each.name},
                           {"available", here},
                           {"example", Json::parse(each.example)}});
            } else {
                table.row({each.name, here ? "yes" : "no", each.example, each.what});
            }
        }
        s.json() ? array.end() : table.end();
        return Exit::ok;
    };
}

Action declare_check(Args& args) {
    auto gateway = std::make_shared<std::string>();
    args.positional("GATEWAY", *gateway, "its document, as JSON or @FILE");
    return [gateway](Session& s) {
        const auto config = GatewayConfig::from_json(text_or_file(*gateway));
        config.check(credentials_of_environment());
        if (s.json()) {
            s.out().json({{"kind", config.kind()}});
        } else {
            s.out().line("The gateway answers.");
        }
        return Exit::ok;
    };
}

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"gateway list", "what can send, and how each is described", "habeas gateway list",
         "an array of objects: kind, available, example", declare_list},
        {"gateway check",
         "reaches a gateway without sending; it logs in by HABEAS_GATEWAY_USER and "
         "HABEAS_GATEWAY_SECRET",
         "habeas gateway check '{\"kind\": \"directory\", \"folder\": \"mail\"}'",
         "an object: kind", declare_check},
    };
    return commands;
}

} // namespace gateway_group
} // namespace habeas::cli

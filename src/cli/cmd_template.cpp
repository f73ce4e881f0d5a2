// template: define, list, show, preview, check, retire.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

namespace habeas::cli::template_group {
namespace {

constexpr const char* code_help = "code of the template";

MessageTemplate require_template(Session& s, const std::string& code) {
    if (auto found = Templates(s.store()).find(code)) {
        return *found;
    }
    throw Error(
        Errc::not_found,
        fmt::format("there is no template \"{}\"; habeas template list shows those there are",
                    code),
        code);
}

Json to_json(const MessageTemplate& message) {
    return {{"template", Json::parse(Templates::to_json(message))}, {"version", message.version}};
}

std::string languages_text(const MessageTemplate& message) {
    std::vector<std::string> out;
    for (const auto& [language, text] : message.languages) {
        out.push_back(language);
    }
    return fmt::format("{}", fmt::join(out, ", "));
}

Action declare_define(Args& args) {
    auto file = std::make_shared<std::string>();
    args.positional("FILE", *file, "the template, as JSON; - is standard input");
    return [file](Session& s) {
        const MessageTemplate message = Templates::from_json(read_text(*file));
        Templates(s.store()).define(message);
        const MessageTemplate stored = require_template(s, message.code);
        if (s.json()) {
            s.out().json(to_json(stored));
        } else {
            s.out().line(fmt::format("Template {}: version {}.", stored.code, stored.version));
        }
        return Exit::ok;
    };
}

Action declare_list(Args& /*args*/) {
    return [](Session& s) {
        JsonArray array(s.out());
        Table table(
            s.out(),
            {{"code"}, {"version", true}, {"kind"}, {"purpose"}, {"channel"}, {"languages"}});
        for (const MessageTemplate& each : Templates(s.store()).list()) {
            if (s.json()) {
                array.add(to_json(each));
            } else {
                table.row({each.code, fmt::format("{}", each.version),
                           std::string(message_kind_name(each.kind)), each.purpose,
                           std::string(channel_name(each.channel)), languages_text(each)});
            }
        }
        s.json() ? array.end() : table.end();
        return Exit::ok;
    };
}

Action declare_show(Args& args) {
    auto code = std::make_shared<std::string>();
    args.positional("CODE", *code, code_help);
    return [code](Session& s) {
        const MessageTemplate message = require_template(s, *code);
        if (s.json()) {
            s.out().json(to_json(message));
            return Exit::ok;
        }
        Record record{{"code", message.code},
                      {"version", fmt::format("{}", message.version)},
                      {"kind", std::string(message_kind_name(message.kind))},
                      {"purpose", message.purpose},
                      {"channel", std::string(channel_name(message.channel))},
                      {"sender", message.sender},
                      {"reply to", message.reply_to}};
        for (const auto& [language, label] : message.labels) {
            record.emplace_back("label " + language, label);
        }
        for (const auto& [language, text] : message.languages) {
            record.emplace_back(language + " subject", text.subject);
            record.emplace_back(language + " text", text.text);
            record.emplace_back(language + " html", text.html);
        }
        std::erase_if(record, [](const auto& each) { return each.second.empty(); });
        print_record(s.out(), record);
        return Exit::ok;
    };
}

struct PreviewOptions {
    std::string code, subject, data;
    bool html = false;
};

Action declare_preview(Args& args) {
    auto o = std::make_shared<PreviewOptions>();
    args.positional("CODE", o->code, code_help);
    args.positional("SUBJECT", o->subject, "number or identifier");
    args.text("--data JSON", o->data, "an object for data.<name>, or @FILE");
    args.flag("--html", o->html, "its HTML, not its text");
    return [o](Session& s) {
        const RenderedMessage shown =
            Templates(s.store()).preview(o->code, s.subject(o->subject), text_or_file(o->data));
        if (s.json()) {
            s.out().json({{"language", shown.language},
                          {"subject", shown.subject},
                          {"text", shown.text},
                          {"html", shown.html}});
        } else if (o->html) {
            s.out().document(shown.html + "\n");
        } else {
            s.out().line(shown.subject);
            s.out().line("");
            s.out().document(shown.text + "\n");
        }
        return Exit::ok;
    };
}

struct CheckOptions {
    std::string code, data;
    std::vector<std::string> subjects;
};

Json report_json(const TemplateReport& report) {
    Json findings = Json::array();
    for (const TemplateFinding& each : report.findings) {
        findings.push_back({{"code", each.code},
                            {"severity", each.error ? "error" : "hint"},
                            {"language", each.language},
                            {"part", each.part},
                            {"detail", each.detail}});
    }
    Json missing = Json::array();
    for (const MissingValue& each : report.missing) {
        missing.push_back({{"language", each.language},
                           {"variable", each.variable},
                           {"subjects", each.subjects}});
    }
    return {{"version", report.version},
            {"findings", findings},
            {"variables", report.variables},
            {"recipients", report.recipients},
            {"more", report.more},
            {"languages", report.languages},
            {"missing", missing}};
}

void print_report(Session& s, const TemplateReport& report) {
    if (!report.findings.empty()) {
        Table findings(s.out(), {{"severity"}, {"finding"}, {"language"}, {"detail"}});
        for (const TemplateFinding& each : report.findings) {
            findings.row({each.error ? "error" : "hint", each.code, each.language, each.detail});
        }
        findings.end();
        s.out().line("");
    }
    if (!report.missing.empty()) {
        Table missing(s.out(), {{"empty variable"}, {"language"}, {"for", true}});
        for (const MissingValue& each : report.missing) {
            missing.row({each.variable, each.language, fmt::format("{}", each.subjects)});
        }
        missing.end();
        s.out().line("");
    }
    std::string languages;
    for (const auto& [language, count] : report.languages) {
        languages += fmt::format("{}{} {}", languages.empty() ? "" : ", ", language, count);
    }
    s.out().line(fmt::format("Version {}; recipients looked at: {}{}{}.", report.version,
                             report.recipients, report.more ? " (there are more)" : "",
                             languages.empty() ? "" : ": " + languages));
}

Action declare_check(Args& args) {
    auto o = std::make_shared<CheckOptions>();
    args.positional("CODE", o->code, code_help);
    args.texts("--subject SUBJECT", o->subjects,
               "look at this recipient; repeatable; without: who may get it now");
    args.text("--data JSON", o->data, "an object for data.<name>, or @FILE");
    return [o](Session& s) {
        TemplateCheckOptions options;
        for (const std::string& each : o->subjects) {
            options.subjects.push_back(s.subject(each));
        }
        options.data = text_or_file(o->data);
        const TemplateReport report = Templates(s.store()).check(o->code, options);
        if (s.json()) {
            s.out().json(report_json(report));
        } else {
            print_report(s, report);
        }
        const bool bad = std::any_of(report.findings.begin(), report.findings.end(),
                                     [](const TemplateFinding& each) { return each.error; });
        return bad ? Exit::no : Exit::ok;
    };
}

Action declare_retire(Args& args) {
    auto code = std::make_shared<std::string>();
    args.positional("CODE", *code, code_help);
    return [code](Session& s) {
        Templates(s.store()).retire(*code);
        if (s.json()) {
            s.out().json({{"template", *code}});
        } else {
            s.out().line(fmt::format("Template {} is retired; what is queued is sent.", *code));
        }
        return Exit::ok;
    };
}

constexpr const char* template_json =
    "an object: template (code, kind, purpose, channel, languages (subject, text, html), and where "
    "given labels, sender, reply_to, default_language), version";

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"template define", "declares a template, or its next version",
         "habeas template define hello.json", template_json, declare_define},
        {"template list", "all templates that are not retired", "habeas template list",
         "an array of templates as template show does", declare_list},
        {"template show", "one template with its texts", "habeas template show hello",
         template_json, declare_show},
        {"template preview", "a template as somebody would get it now",
         "habeas template preview hello 1 --data '{\"offer\":\"tea\"}'",
         "an object: language, subject, text, html", declare_preview},
        {"template check",
         "links, pictures, and which variables are empty for whom; exit code 1 where it finds an "
         "error",
         "habeas template check hello --data '{\"offer\":\"tea\"}'",
         "an object: version, findings (code, severity, language, part, detail), variables, "
         "recipients, more, languages, missing (language, variable, subjects)",
         declare_check},
        {"template retire", "no new messages with it; what is queued is sent",
         "habeas template retire hello", "an object: template", declare_retire},
    };
    return commands;
}

} // namespace habeas::cli::template_group

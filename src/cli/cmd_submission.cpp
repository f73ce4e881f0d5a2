// form: render, submit, submissions.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

namespace habeas::cli::submission_group {
namespace {

constexpr const char* code_help = "code of the form";

struct RenderArguments {
    std::string code, csrf, subject, output;
    std::vector<std::string> classes;
    RenderOptions options;
    bool draft = false;
};

Action declare_render(Args& args) {
    auto o = std::make_shared<RenderArguments>();
    args.positional("CODE", o->code, code_help);
    args.text("-o,--output FILE", o->output, "a new file; standard output unless named");
    args.text("--language LANGUAGE", o->options.language, "the form's unless said");
    args.text("--action URL", o->options.action, "where it is sent; the page itself unless said");
    args.text("--csrf NAME=VALUE", o->csrf, "your token, as a hidden input");
    args.texts("--class PART=CLASSES", o->classes,
               "CSS classes of form, field, input, button, ...; repeatable");
    args.text("--id-prefix TEXT", o->options.id_prefix, "where a page has several forms");
    args.text("--subject SUBJECT", o->subject, "whom you have identified: number or identifier");
    args.flag("--draft", o->draft, "the latest version, also if it is not published");
    return [o](Session& s) {
        RenderOptions options = o->options;
        if (!o->csrf.empty()) {
            std::tie(options.csrf_name, options.csrf_value) =
                read_pair(o->csrf, "--csrf NAME=VALUE");
        }
        options.classes = read_pairs(o->classes, "--class PART=CLASSES");
        if (!o->subject.empty()) {
            options.subject = s.subject(o->subject);
        }
        const RenderedForm form = Forms(s.store()).render(o->code, options, o->draft);
        if (o->output.empty()) {
            s.json()
                ? s.out().json(
                      {{"html", form.html}, {"language", form.language}, {"version", form.version}})
                : s.out().document(form.html);
            return Exit::ok;
        }
        write_new_file(o->output, form.html);
        if (s.json()) {
            s.out().json(
                {{"file", o->output}, {"language", form.language}, {"version", form.version}});
        } else {
            s.out().line(fmt::format("Form {}, version {}: written to {}", o->code, form.version,
                                     o->output));
        }
        return Exit::ok;
    };
}

/// {"name": "text", "other": ["one", "two"], "box": true}; false is a box that is not ticked.
std::multimap<std::string, std::string> read_values(const std::string& text) {
    const Json given = Json::parse(text, nullptr, false);
    if (!given.is_object()) {
        throw Error(Errc::invalid, "the values: write an object of texts by name", "");
    }
    std::multimap<std::string, std::string> out;
    auto add = [&out](const std::string& name, const Json& value, const std::string& place) {
        if (value.is_string()) {
            out.emplace(name, value.get<std::string>());
        } else if (value.is_boolean()) {
            if (value.get<bool>()) {
                out.emplace(name, "yes"); // a box that is ticked
            }
        } else if (value.is_number()) {
            out.emplace(name, value.dump());
        } else {
            throw Error(Errc::invalid,
                        place + ": write a text, a number, true, false, or an array of them",
                        place);
        }
    };
    std::size_t member = 0;
    for (const auto& [name, value] : given.items()) {
        // Names come from outside, so the message counts them.
        const std::string place = fmt::format("value {}", ++member);
        if (value.is_array()) {
            for (const Json& each : value) {
                add(name, each, place);
            }
        } else {
            add(name, value, place);
        }
    }
    return out;
}

const char* outcome_name(SubmissionResult::Outcome outcome) {
    switch (outcome) {
    case SubmissionResult::Outcome::accepted:
        return "accepted";
    case SubmissionResult::Outcome::invalid:
        return "invalid";
    case SubmissionResult::Outcome::rate_limited:
        return "rate_limited";
    }
    return "";
}

template <class Id>
std::vector<std::int64_t> numbers(const std::vector<Id>& ids) {
    std::vector<std::int64_t> out;
    out.reserve(ids.size());
    for (Id each : ids) {
        out.push_back(number(each));
    }
    return out;
}

template <class Id>
Json json_number(const std::optional<Id>& id) {
    return id ? Json(number(*id)) : Json(nullptr);
}
template <class Id>
std::string number_text(const std::optional<Id>& id) {
    return id ? fmt::format("{}", number(*id)) : std::string();
}

void print_result(Session& s, const SubmissionResult& result) {
    if (s.json()) {
        s.out().json({{"outcome", outcome_name(result.outcome)},
                      {"submission", json_number(result.id)},
                      {"subject", json_number(result.subject)},
                      {"errors", result.errors},
                      {"message", result.message},
                      {"redirect", result.redirect},
                      {"requests", numbers(result.requests)},
                      {"messages", numbers(result.messages)},
                      {"optin", json_number(result.optin)},
                      {"not_taken", result.not_taken}});
        return;
    }
    Record record{{"outcome", outcome_name(result.outcome)},
                  {"submission", number_text(result.id)},
                  {"subject", number_text(result.subject)},
                  {"message", result.message},
                  {"redirect", result.redirect},
                  {"requests", fmt::format("{}", fmt::join(numbers(result.requests), ", "))},
                  {"messages", fmt::format("{}", fmt::join(numbers(result.messages), ", "))},
                  {"not taken over", fmt::format("{}", fmt::join(result.not_taken, ", "))}};
    for (const auto& [field, error] : result.errors) {
        record.emplace_back(field.empty() ? "the form" : "field " + field, error);
    }
    std::erase_if(record, [](const auto& each) { return each.second.empty(); });
    print_record(s.out(), record);
}

struct SubmitArguments {
    std::string code, file, subject;
    SubmissionContext context;
};

Action declare_submit(Args& args) {
    auto o = std::make_shared<SubmitArguments>();
    args.positional("CODE", o->code, code_help);
    args.positional("FILE", o->file,
                    "what was sent, as a JSON object of texts (or arrays of them) by name; - is "
                    "standard input");
    args.text("--subject SUBJECT", o->subject, "whom you have identified: number or identifier");
    args.text("--ip ADDRESS", o->context.ip, "where it came from; kept truncated");
    args.text("--user-agent TEXT", o->context.user_agent, "the browser");
    args.text("--language LANGUAGE", o->context.language, "of the form as it was shown");
    args.text("--page URL", o->context.page, "where the form stood");
    return [o](Session& s) {
        SubmissionContext context = o->context;
        if (!o->subject.empty()) {
            context.subject = s.subject(o->subject);
        }
        const auto result =
            Forms(s.store()).submit(o->code, read_values(read_text(o->file)), context);
        print_result(s, result);
        return result.outcome == SubmissionResult::Outcome::accepted ? Exit::ok : Exit::no;
    };
}

struct ListArguments {
    std::string code, subject;
    std::int64_t limit = 100, after = 0;
};

Action declare_submissions(Args& args) {
    auto o = std::make_shared<ListArguments>();
    args.positional("CODE", o->code, "code of the form; all unless named", Need::optional);
    args.text("--subject SUBJECT", o->subject, "number or identifier");
    args.number("--limit NUMBER", o->limit, "of submissions; 100 unless said", 1, 100'000);
    args.number("--after NUMBER", o->after, "only submissions after this one");
    return [o](Session& s) {
        const Forms forms(s.store());
        if (!o->code.empty() && !forms.find(o->code)) {
            throw Error(Errc::not_found,
                        "there is no form of this name; habeas form list shows those there are",
                        "form");
        }
        std::optional<SubjectId> subject;
        if (!o->subject.empty()) {
            subject = s.subject(o->subject);
        }
        JsonArray array(s.out());
        Table table(s.out(), {{"submission", true},
                              {"form"},
                              {"version", true},
                              {"subject", true},
                              {"at"},
                              {"identified"},
                              {"values"}});
        for (const Submission& each : forms.submissions(
                 o->code, subject, static_cast<std::size_t>(o->limit), SubmissionId{o->after})) {
            if (s.json()) {
                array.add({{"submission", number(each.id)},
                           {"subject", number(each.subject)},
                           {"form", each.form},
                           {"version", each.version},
                           {"language", each.language},
                           {"page", each.page},
                           {"at", format_time(each.at)},
                           {"identified", each.identified},
                           {"values", each.values}});
                continue;
            }
            std::string values;
            for (const auto& [name, value] : each.values) {
                values += fmt::format("{}{}={}", values.empty() ? "" : "; ", name, value);
            }
            table.row({fmt::format("{}", number(each.id)), each.form,
                       fmt::format("{}", each.version), fmt::format("{}", number(each.subject)),
                       format_time(each.at), each.identified ? "yes" : "no", values});
        }
        s.json() ? array.end() : table.end();
        return Exit::ok;
    };
}

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"form render", "the form as HTML, without script or style", "habeas form render signup",
         "an object: html, language, version; with --output: file, language, version",
         declare_render},
        {"form submit", "takes in what somebody sent; exit code 1 where it is refused",
         "habeas form submit signup sent.json",
         "an object: outcome (accepted, invalid, rate_limited), submission, subject, errors (by "
         "field), message, redirect, requests, messages, optin, not_taken (fields whose value is "
         "not in the profile)",
         declare_submit},
        {"form submissions", "what people sent", "habeas form submissions signup",
         "an array of objects: submission, subject, form, version, language, page, at, identified, "
         "values",
         declare_submissions},
    };
    return commands;
}

} // namespace habeas::cli::submission_group

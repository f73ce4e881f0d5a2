// form: define, lint, publish, list, show, retire.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

namespace habeas::cli::form_group {
namespace {

constexpr const char* code_help = "code of the form";
constexpr const char* file_help = "the form, as JSON; - is standard input";
constexpr const char* file_or_code_help = "the form, as JSON (- is standard input), or the code of "
                                          "one that is defined";

FormInfo require_form(Session& s, const std::string& code, std::int32_t version = 0) {
    if (auto found = Forms(s.store()).find(code, version)) {
        return *found;
    }
    const std::string which = version == 0 ? "" : fmt::format("version {} of ", version);
    throw Error(Errc::not_found,
                fmt::format("there is no {}form \"{}\"; habeas form list shows those there are",
                            which, code),
                code);
}

Json to_json(const FormInfo& info) {
    return {{"form", Json::parse(Forms::to_json(info.form))},
            {"version", info.version},
            {"hash", info.hash},
            {"published_at", json_time(info.published_at)},
            {"retired_at", json_time(info.retired_at)},
            {"overridden", info.overridden},
            {"submissions", info.submissions}};
}

void print_form(Session& s, const std::string& code, const char* done) {
    const FormInfo info = require_form(s, code);
    if (s.json()) {
        s.out().json(to_json(info));
    } else {
        s.out().line(fmt::format("Form {}: version {} is {}.", code, info.version, done));
    }
}

Action declare_define(Args& args) {
    auto file = std::make_shared<std::string>();
    args.positional("FILE", *file, file_help);
    return [file](Session& s) {
        const Form form = Forms::from_json(read_text(*file));
        Forms(s.store()).define(form);
        print_form(s, form.code, "declared");
        return Exit::ok;
    };
}

struct LintOptions {
    std::string form;
    bool alone = false;
};

Form form_of(Session& s, const std::string& code_or_file) {
    return is_code(code_or_file) ? require_form(s, code_or_file).form
                                 : Forms::from_json(read_text(code_or_file));
}

Action declare_lint(Args& args) {
    auto o = std::make_shared<LintOptions>();
    args.positional("FORM", o->form, file_or_code_help);
    args.flag("--definition-alone", o->alone,
              "what the definition leaves out is not judged, and no store is asked");
    return [o](Session& s) {
        const Form form = form_of(s, o->form);
        const auto findings = o->alone ? Forms::lint_definition(form) : Forms(s.store()).lint(form);
        JsonArray array(s.out());
        Table table(
            s.out(),
            {{"rule"}, {"severity"}, {"place"}, {"what is wrong"}, {"by"}, {"how to mend it"}});
        bool errors = false;
        for (const LintFinding& each : findings) {
            errors = errors || each.severity == LintSeverity::error;
            if (s.json()) {
                array.add({{"rule", each.rule},
                           {"severity", lint_severity_name(each.severity)},
                           {"title", each.title},
                           {"reference", each.reference},
                           {"pointer", each.pointer},
                           {"remedy", each.remedy}});
            } else {
                table.row({each.rule, std::string(lint_severity_name(each.severity)), each.pointer,
                           each.title, each.reference, each.remedy});
            }
        }
        s.json() ? array.end() : table.end();
        return errors ? Exit::no : Exit::ok;
    };
}

struct PublishOptions {
    std::string form, override_reason;
};

Action declare_publish(Args& args) {
    auto o = std::make_shared<PublishOptions>();
    args.positional("FORM", o->form, file_or_code_help);
    args.text("--override REASON", o->override_reason,
              "why it is right although the lint finds an error; kept for good");
    return [o](Session& s) {
        Forms forms(s.store());
        std::string code = o->form;
        // A form that may not be published is not defined either.
        Transaction transaction = s.store().transaction();
        if (!is_code(o->form)) {
            const Form form = Forms::from_json(read_text(o->form));
            forms.define(form);
            code = form.code;
        }
        forms.publish(code, o->override_reason);
        transaction.commit();
        print_form(s, code, "published");
        return Exit::ok;
    };
}

Action declare_list(Args& /*args*/) {
    return [](Session& s) {
        JsonArray array(s.out());
        Table table(s.out(), {{"code"},
                              {"version", true},
                              {"fields", true},
                              {"published at"},
                              {"overridden"},
                              {"submissions", true}});
        for (const FormInfo& each : Forms(s.store()).list()) {
            if (s.json()) {
                array.add(to_json(each));
            } else {
                table.row({each.form.code, fmt::format("{}", each.version),
                           fmt::format("{}", each.form.fields.size()), time_text(each.published_at),
                           each.overridden, fmt::format("{}", each.submissions)});
            }
        }
        s.json() ? array.end() : table.end();
        return Exit::ok;
    };
}

std::string field_text(const FormField& field) {
    std::string out(form_field_type_name(field.type));
    if (!field.maps_to.empty()) {
        out += ", into " + field.maps_to;
    }
    if (!field.purposes.empty()) {
        out += fmt::format(", asks consent to {}", fmt::join(field.purposes, ", "));
    }
    return out + (field.required ? ", required" : "");
}

struct ShowOptions {
    std::string code;
    std::int64_t version = 0;
};

Action declare_show(Args& args) {
    auto o = std::make_shared<ShowOptions>();
    args.positional("CODE", o->code, code_help);
    args.number("--version-number NUMBER", o->version, "a former version; the latest unless said",
                1, 2'000'000'000);
    return [o](Session& s) {
        const FormInfo info = require_form(s, o->code, static_cast<std::int32_t>(o->version));
        if (s.json()) {
            s.out().json(to_json(info));
            return Exit::ok;
        }
        Record record{{"code", info.form.code},
                      {"version", fmt::format("{}", info.version)},
                      {"hash", info.hash},
                      {"for", info.form.primary_purpose},
                      {"published at", time_text(info.published_at)},
                      {"retired at", time_text(info.retired_at)},
                      {"overridden", info.overridden},
                      {"submissions", fmt::format("{}", info.submissions)}};
        for (const FormField& field : info.form.fields) {
            record.emplace_back("field " + field.name, field_text(field));
        }
        for (const FormAction& action : info.form.actions) {
            record.emplace_back("then",
                                fmt::format("{} {}", form_action_name(action.kind), action.target));
        }
        std::erase_if(record, [](const auto& each) { return each.second.empty(); });
        print_record(s.out(), record);
        return Exit::ok;
    };
}

Action declare_retire(Args& args) {
    auto code = std::make_shared<std::string>();
    args.positional("CODE", *code, code_help);
    return [code](Session& s) {
        Forms(s.store()).retire(*code);
        print_form(s, *code, "retired; what was sent stays");
        return Exit::ok;
    };
}

constexpr const char* form_json = "an object: form (its definition), version, hash, published_at, "
                                  "retired_at, overridden, submissions";

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"form define", "declares a form, or its next version; nobody gets it yet",
         "habeas form define signup.json", form_json, declare_define},
        {"form lint", "holds a form against the law; exit code 1 where it finds an error",
         "habeas form lint signup.json",
         "an array of objects: rule, severity (info, warning, error), title, reference, pointer, "
         "remedy",
         declare_lint},
        {"form publish", "people get this form from now on", "habeas form publish signup",
         form_json, declare_publish},
        {"form list", "all forms that are not retired", "habeas form list",
         "an array of forms as form show does", declare_list},
        {"form show", "one form with its fields", "habeas form show signup", form_json,
         declare_show},
        {"form retire", "no more submissions; what was sent stays", "habeas form retire signup",
         form_json, declare_retire},
    };
    return commands;
}

} // namespace habeas::cli::form_group

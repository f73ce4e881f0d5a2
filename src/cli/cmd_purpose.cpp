// purpose: define, add-text, retire, list, show.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

namespace habeas::cli::purpose_group {
namespace {

struct PurposeOptions {
    std::string code;
    std::vector<std::string> labels, descriptions, controllers, recipients;
    std::optional<Basis> basis;
    std::optional<PurposeKind> kind;
    std::vector<Channel> channels;
    std::optional<std::string> validity, retention, double_opt_in_validity, art9_exception;
    std::optional<bool> double_opt_in, contains_marketing, balancing_test, special_category,
        aimed_at_children, information_society_service, own_similar_products,
        opt_out_in_each_message;
};

template <class T, class U>
void replace(T& value, const std::optional<U>& given) {
    if (given) {
        value = *given;
    }
}
/// Empty text takes an optional member away.
void replace(std::optional<std::string>& value, const std::optional<std::string>& given) {
    if (given) {
        value = given->empty() ? std::nullopt : given;
    }
}
template <class T>
void replace(std::vector<T>& value, const std::vector<T>& given) {
    if (!given.empty()) {
        value = given;
    }
}

/// Changes what was given and leaves the rest.
void change(Purpose& purpose, const PurposeOptions& o) {
    for (const auto& [language, text] : read_pairs(o.labels, "--label LANGUAGE=TEXT")) {
        purpose.labels[language] = text;
    }
    for (const auto& [language, text] : read_pairs(o.descriptions, "--description LANGUAGE=TEXT")) {
        purpose.descriptions[language] = text;
    }
    replace(purpose.basis, o.basis);
    replace(purpose.kind, o.kind);
    replace(purpose.channels, o.channels);
    replace(purpose.validity, o.validity);
    replace(purpose.retention, o.retention);
    replace(purpose.double_opt_in, o.double_opt_in);
    replace(purpose.double_opt_in_validity, o.double_opt_in_validity);
    replace(purpose.contains_marketing, o.contains_marketing);
    replace(purpose.balancing_test, o.balancing_test);
    replace(purpose.special_category, o.special_category);
    replace(purpose.art9_exception, o.art9_exception);
    replace(purpose.aimed_at_children, o.aimed_at_children);
    replace(purpose.information_society_service, o.information_society_service);
    replace(purpose.own_similar_products, o.own_similar_products);
    replace(purpose.opt_out_in_each_message, o.opt_out_in_each_message);
    replace(purpose.controllers, o.controllers);
    replace(purpose.recipients, o.recipients);
}

void declare_definition(Args& args, PurposeOptions& o) {
    args.positional("CODE", o.code, "code of the purpose: a-z, then a-z 0-9 _");
    args.choice("--basis BASIS", o.basis, names_of<Basis>(basis_name), "lawful basis");
    args.choice("--kind KIND", o.kind, names_of<PurposeKind>(purpose_kind_name), "");
    args.choices("--channel CHANNEL", o.channels, names_of<Channel>(channel_name, 1),
                 "repeatable; replaces the former ones");
    args.texts("--label LANGUAGE=TEXT", o.labels, "label in a language; repeatable");
    args.texts("--description LANGUAGE=TEXT", o.descriptions, "what it is, in a language");
    args.text("--validity DURATION", o.validity, "a consent expires after it, such as P24M");
    args.text("--retention DURATION", o.retention, "counted from the deciding event");
    args.flag("--double-opt-in", o.double_opt_in, "a sign-up counts once it is confirmed");
    args.text("--double-opt-in-validity DURATION", o.double_opt_in_validity,
              "a sign-up not confirmed by then has lapsed; P2D unless said");
    args.flag("--contains-marketing", o.contains_marketing,
              "a message of another kind that advertises: never allowed");
    args.flag("--balancing-test", o.balancing_test,
              "legitimate interests: the balancing test is on file");
    args.flag("--special-category", o.special_category,
              "art. 9: explicit consent, or an exception");
    args.text("--art9-exception LETTER", o.art9_exception, "such as 9(2)(h)");
    args.flag("--aimed-at-children", o.aimed_at_children, "it is aimed at children");
    args.flag("--information-society-service", o.information_society_service,
              "art. 8 applies to its consents; so unless said otherwise");
    args.flag("--own-similar-products", o.own_similar_products,
              "soft opt-in: what is advertised; so unless said otherwise");
    args.flag("--opt-out-in-each-message", o.opt_out_in_each_message,
              "soft opt-in condition; so unless said otherwise");
    args.texts("--controller NAME", o.controllers,
               "who may rely on it besides nobody; none: the store's controller. Repeatable");
    args.texts("--recipient NAME", o.recipients, "processors that get the data; repeatable");
}

Purpose require_purpose(Session& s, const std::string& code) {
    if (auto purpose = Purposes(s.store()).find(code)) {
        return *purpose;
    }
    throw Error(
        Errc::not_found,
        fmt::format("there is no purpose \"{}\"; habeas purpose list shows those there are", code),
        code);
}

void print_purpose(Session& s, const std::string& code, const std::string& done) {
    if (s.json()) {
        s.out().json(Json::parse(Definitions::json_of(require_purpose(s, code))));
    } else {
        s.out().line(fmt::format("Purpose {} {}.", code, done));
    }
}

Action declare_define(Args& args) {
    auto o = std::make_shared<PurposeOptions>();
    declare_definition(args, *o);
    return [o](Session& s) {
        Purposes purposes(s.store());
        auto known = purposes.find(o->code);
        Purpose purpose = known.value_or(Purpose{});
        purpose.code = o->code;
        purpose.texts.clear(); // they are there already
        change(purpose, *o);
        purposes.define(purpose);
        print_purpose(s, o->code, known ? "changed" : "declared");
        return Exit::ok;
    };
}

struct TextOptions {
    std::string code;
    std::vector<std::string> texts, labels;
    std::optional<bool> material_change;
};

Action declare_add_text(Args& args) {
    auto o = std::make_shared<TextOptions>();
    args.positional("CODE", o->code, "code of the purpose");
    args.texts("--text LANGUAGE=TEXT", o->texts,
               "the exact words that are shown, or LANGUAGE=@FILE; repeatable");
    args.texts("--label LANGUAGE=TEXT", o->labels, "the label of the checkbox; repeatable");
    args.flag("--material-change", o->material_change,
              "the processing changed considerably against the version before: older consents no "
              "longer carry. Unknown counts as yes");
    return [o](Session& s) {
        TextVersion version;
        version.material_change = o->material_change;
        auto labels = read_pairs(o->labels, "--label LANGUAGE=TEXT");
        for (const auto& [language, text] : read_pairs(o->texts, "--text LANGUAGE=TEXT")) {
            auto label = labels.extract(language);
            version.texts.push_back(
                {language, text_or_file(text), label.empty() ? "" : label.mapped()});
        }
        if (version.texts.empty() || !labels.empty()) {
            throw UsageError("give --text for each language, and a --label only beside a text");
        }
        const std::int32_t number = Purposes(s.store()).add_text(o->code, version);
        if (s.json()) {
            s.out().json({{"purpose", o->code}, {"text_version", number}});
        } else {
            s.out().line(fmt::format("Purpose {}: text version {}.", o->code, number));
        }
        return Exit::ok;
    };
}

Action declare_retire(Args& args) {
    auto code = std::make_shared<std::string>();
    args.positional("CODE", *code, "code of the purpose");
    return [code](Session& s) {
        Purposes(s.store()).retire(*code);
        print_purpose(s, *code, "is retired: nothing is allowed for it any more");
        return Exit::ok;
    };
}

std::vector<std::string> channel_names(const Purpose& purpose) {
    std::vector<std::string> out;
    for (Channel each : purpose.channels) {
        out.emplace_back(channel_name(each));
    }
    return out;
}

Action declare_list(Args& /*args*/) {
    return [](Session& s) {
        JsonArray array(s.out());
        Table table(s.out(),
                    {{"code"}, {"basis"}, {"kind"}, {"channels"}, {"texts", true}, {"notes"}});
        for (const Purpose& purpose : Purposes(s.store()).list()) {
            if (s.json()) {
                array.add(Json::parse(Definitions::json_of(purpose)));
                continue;
            }
            std::vector<std::string> notes;
            if (purpose.double_opt_in) {
                notes.emplace_back("double opt-in");
            }
            if (purpose.validity) {
                notes.push_back("valid " + *purpose.validity);
            }
            if (purpose.retired_at) {
                notes.emplace_back("retired");
            }
            table.row({purpose.code, std::string(basis_name(purpose.basis)),
                       std::string(purpose_kind_name(purpose.kind)),
                       fmt::format("{}", fmt::join(channel_names(purpose), ", ")),
                       fmt::format("{}", purpose.texts.size()),
                       fmt::format("{}", fmt::join(notes, ", "))});
        }
        s.json() ? array.end() : table.end();
        return Exit::ok;
    };
}

void add_if(Record& record, const char* name, bool set) {
    if (set) {
        record.emplace_back(name, "yes");
    }
}

Record record_of(const Purpose& purpose) {
    Record record{{"code", purpose.code}};
    for (const auto& [language, label] : purpose.labels) {
        record.emplace_back("label " + language, label);
    }
    for (const auto& [language, text] : purpose.descriptions) {
        record.emplace_back("description " + language, text);
    }
    record.emplace_back("basis", basis_name(purpose.basis));
    record.emplace_back("kind", purpose_kind_name(purpose.kind));
    record.emplace_back("channels", fmt::format("{}", fmt::join(channel_names(purpose), ", ")));
    record.emplace_back("validity", purpose.validity.value_or("no end"));
    record.emplace_back("retention", purpose.retention.value_or("no end"));
    add_if(record, "double opt-in", purpose.double_opt_in);
    add_if(record, "contains marketing", purpose.contains_marketing);
    add_if(record, "balancing test", purpose.balancing_test);
    add_if(record, "special category", purpose.special_category);
    if (purpose.art9_exception) {
        record.emplace_back("art. 9 exception", *purpose.art9_exception);
    }
    add_if(record, "aimed at children", purpose.aimed_at_children);
    record.emplace_back("controllers", fmt::format("{}", fmt::join(purpose.controllers, ", ")));
    record.emplace_back("recipients", fmt::format("{}", fmt::join(purpose.recipients, ", ")));
    if (purpose.retired_at) {
        record.emplace_back("retired at", format_time(*purpose.retired_at));
    }
    return record;
}

Action declare_show(Args& args) {
    auto code = std::make_shared<std::string>();
    args.positional("CODE", *code, "code of the purpose");
    return [code](Session& s) {
        const Purpose purpose = require_purpose(s, *code);
        if (s.json()) {
            s.out().json(Json::parse(Definitions::json_of(purpose)));
            return Exit::ok;
        }
        Record record = record_of(purpose);
        std::erase_if(record, [](const auto& each) { return each.second.empty(); });
        for (const TextVersion& version : purpose.texts) {
            const std::string name = fmt::format("text {}", version.number);
            const char* change = !version.material_change   ? "unknown"
                                 : *version.material_change ? "yes"
                                                            : "no";
            record.emplace_back(name, fmt::format("of {}, material change: {}, hash {}",
                                                  format_time(version.recorded_at), change,
                                                  version.hash.substr(0, 16)));
            for (const ConsentText& text : version.texts) {
                record.emplace_back(fmt::format("{} {}", name, text.language), text.text);
                if (!text.label.empty()) {
                    record.emplace_back(fmt::format("{} {} label", name, text.language),
                                        text.label);
                }
            }
        }
        print_record(s.out(), record);
        return Exit::ok;
    };
}

constexpr const char* purpose_json =
    "the purpose as definitions do, and of its texts number, hash and recorded_at; if it is "
    "retired, retired_at";

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"purpose define", "declares a purpose, or changes what is given of it",
         "habeas purpose define offers --basis consent --kind marketing --channel sms --validity "
         "P24M",
         purpose_json, declare_define},
        {"purpose add-text", "adds the words by which consent is asked",
         "habeas purpose add-text newsletter --text en='Yes, write to me once a week.'",
         "an object: purpose, text_version", declare_add_text},
        {"purpose retire", "ends a purpose; its past stays", "habeas purpose retire newsletter",
         purpose_json, declare_retire},
        {"purpose list", "all purposes", "habeas purpose list",
         "an array of purposes as purpose show does", declare_list},
        {"purpose show", "one purpose with its texts", "habeas purpose show newsletter",
         purpose_json, declare_show},
    };
    return commands;
}

} // namespace habeas::cli::purpose_group

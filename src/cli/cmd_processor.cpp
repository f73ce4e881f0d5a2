// processor: define, list, show, history, seed; place: check, law.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

namespace habeas::cli::processor_group {
namespace {

constexpr const char* code_help = "code of the processor";

Processor require_processor(Session& s, const std::string& code) {
    if (auto found = Processors(s.store()).find(code)) {
        return *found;
    }
    throw Error(Errc::not_found,
                fmt::format("there is no processor \"{}\"; habeas processor list shows those there "
                            "are",
                            code),
                code);
}

std::string day_text(const std::optional<Date>& day) {
    return day ? format_date(*day) : std::string();
}

std::string joined(const std::vector<std::string>& words) {
    return fmt::format("{}", fmt::join(words, ", "));
}

/// "denied: NO_TOOL (US)"
std::string answer_text(const TransferAnswer& answer) {
    std::string out = fmt::format("{}: {}", transfer_verdict_name(answer.verdict),
                                  transfer_rule_code(answer.rule));
    if (!answer.place.empty()) {
        out += fmt::format(" ({})", answer.place);
    }
    return out;
}

/// "scc_2021_914, assessment ok", "dpf", or nothing.
std::string basis_text(const ProcessorFacts& facts) {
    std::vector<std::string> out;
    if (facts.dpf_listed) {
        out.emplace_back("on the DPF list");
    }
    if (!facts.tool.empty()) {
        out.push_back(facts.tool);
    }
    if (facts.assessment) {
        out.emplace_back(facts.assessment->positive ? "assessment ok" : "assessment negative");
    }
    return joined(out);
}

std::string contract_text(const ProcessorFacts& facts) {
    if (!facts.processor) {
        return "none needed: a controller";
    }
    if (!facts.contract) {
        return "";
    }
    std::string out = "on file";
    if (facts.contract->signed_on) {
        out += " since " + day_text(facts.contract->signed_on);
    }
    if (facts.contract->until) {
        out += " until " + day_text(facts.contract->until);
    }
    return facts.contract->reference.empty() ? out : out + ", " + facts.contract->reference;
}

std::string since_text(const ProcessorFacts& facts) {
    return facts.from ? format_date(*facts.from) : "ever";
}

Action declare_define(Args& args) {
    auto given = std::make_shared<std::string>();
    args.positional("PROCESSOR", *given, "JSON, or @FILE; @- is standard input");
    return [given](Session& s) {
        Processors processors(s.store());
        const Processor wanted = Processor::from_json(text_or_file(*given));
        const bool changed = processors.define(wanted);
        const TransferAnswer answer = processors.judge(wanted.code);
        if (s.json()) {
            s.out().json({{"processor", wanted.code},
                          {"changed", changed},
                          {"answer", Json::parse(answer.to_json())}});
        } else {
            s.out().line(fmt::format("{} {}; now {}. {}", wanted.code,
                                     changed ? "is on file" : "was on file as it is",
                                     answer_text(answer), transfer_rule_sentence(answer.rule)));
        }
        return Exit::ok;
    };
}

Action declare_list(Args& args) {
    auto at = std::make_shared<std::optional<Time>>();
    args.time("--at TIME", *at, "as of then; now unless said");
    return [at](Session& s) {
        Processors processors(s.store());
        JsonArray array(s.out());
        Table table(s.out(),
                    {{"code"}, {"name"}, {"established"}, {"owner"}, {"data in"}, {"verdict"}});
        const Date day{std::chrono::floor<std::chrono::days>(at->value_or(s.store().now()))};
        for (const Processor& each : processors.list()) {
            const TransferAnswer answer = processors.judge(each.code, *at);
            if (s.json()) {
                Json out = Json::parse(each.to_json());
                out["answer"] = Json::parse(answer.to_json());
                array.add(out);
                continue;
            }
            const ProcessorFacts* facts = each.at(day);
            table.row({each.code, each.name, facts != nullptr ? facts->established : "",
                       facts != nullptr ? facts->owner : "",
                       facts != nullptr ? joined(facts->data_locations) : "", answer_text(answer)});
        }
        s.json() ? array.end() : table.end();
        return Exit::ok;
    };
}

struct ShowOptions {
    std::string code;
    std::optional<Time> at, known_at;
};

Action declare_show(Args& args) {
    auto o = std::make_shared<ShowOptions>();
    args.positional("CODE", o->code, code_help);
    args.time("--at TIME", o->at, "what held then; now unless said");
    args.time("--known-at TIME", o->known_at,
              "as it was on file then; all that is known unless said");
    return [o](Session& s) {
        const Processor processor = require_processor(s, o->code);
        const TransferAnswer answer = Processors(s.store()).judge(o->code, o->at, o->known_at);
        if (s.json()) {
            s.out().json({{"processor", Json::parse(processor.to_json())},
                          {"answer", Json::parse(answer.to_json())}});
            return Exit::ok;
        }
        Record record{{"code", processor.code},
                      {"name", processor.name},
                      {"verdict", std::string(transfer_verdict_name(answer.verdict))},
                      {"rule", fmt::format("{}: {}", transfer_rule_code(answer.rule),
                                           transfer_rule_sentence(answer.rule))},
                      {"reference", answer.reference}};
        for (const ProcessorFacts& each : processor.history) {
            record.emplace_back("since", since_text(each));
            record.emplace_back("  established", each.established);
            record.emplace_back("  owner", each.owner);
            record.emplace_back("  data in", joined(each.data_locations));
            record.emplace_back("  read from", joined(each.remote_access_from));
            record.emplace_back("  contract", contract_text(each));
            record.emplace_back("  rests on", basis_text(each));
            record.emplace_back("  hosts the store", each.hosts_store ? "yes" : "");
            record.emplace_back("  ended", each.ended ? "yes" : "");
            record.emplace_back("  note", each.note);
        }
        std::erase_if(record, [](const auto& each) { return each.second.empty(); });
        print_record(s.out(), record);
        return Exit::ok;
    };
}

Action declare_history(Args& args) {
    auto code = std::make_shared<std::string>();
    args.positional("CODE", *code, code_help);
    return [code](Session& s) {
        static_cast<void>(require_processor(s, *code));
        JsonArray array(s.out());
        Table table(s.out(),
                    {{"since"}, {"data in"}, {"rests on"}, {"recorded"}, {"by"}, {"notes"}});
        for (const ProcessorVersion& each : Processors(s.store()).history(*code)) {
            if (s.json()) {
                array.add(Json::parse(each.to_json()));
            } else {
                table.row({since_text(each.facts), joined(each.facts.data_locations),
                           basis_text(each.facts), format_time(each.recorded_at),
                           actor_text(each.actor), each.superseded ? "replaced" : ""});
            }
        }
        s.json() ? array.end() : table.end();
        return Exit::ok;
    };
}

Action declare_seed(Args& args) {
    auto codes = std::make_shared<std::vector<std::string>>();
    args.positionals("CODE", *codes, "providers to put on file; none: shows those there are",
                     Need::optional);
    return [codes](Session& s) {
        const auto all = Processors::seed();
        JsonArray array(s.out());
        Table table(s.out(),
                    {{"code"}, {"name"}, {"established"}, {"owner"}, {"regions"}, {"note"}});
        const auto show = [&](const ProcessorSeed& each) {
            if (s.json()) {
                array.add(Json::parse(each.to_json()));
                return;
            }
            std::vector<std::string> regions = each.regions_eea;
            regions.insert(regions.end(), each.regions_other.begin(), each.regions_other.end());
            const ProcessorFacts& last = each.processor.history.back();
            table.row({each.processor.code, each.processor.name, last.established, last.owner,
                       joined(regions), each.note});
        };
        if (codes->empty()) {
            std::for_each(all.begin(), all.end(), show);
        } else {
            Transaction together = s.store().transaction();
            for (const std::string& code : *codes) {
                const auto found =
                    std::find_if(all.begin(), all.end(), [&](const ProcessorSeed& each) {
                        return each.processor.code == code;
                    });
                if (found == all.end()) {
                    throw Error(
                        Errc::not_found,
                        fmt::format("habeas knows no provider \"{}\"; habeas processor seed "
                                    "shows those it knows",
                                    code),
                        code);
                }
                Processors(s.store()).define(found->processor);
                show(*found);
            }
            together.commit();
        }
        s.json() ? array.end() : table.end();
        if (!codes->empty()) {
            s.note("Nobody may get data there until contract and places are on file: habeas "
                   "processor define.");
        }
        return Exit::ok;
    };
}

void print_report(Session& s, const PlaceReport& report) {
    s.out().line(fmt::format("On {} by the law of {}{}{}:", format_date(report.day),
                             format_date(report.law_as_of),
                             report.without.empty() ? "" : ", without ", joined(report.without)));
    if (report.place_answer) {
        s.out().line(fmt::format("The store is in {}: {}", report.place,
                                 transfer_rule_sentence(report.place_answer->rule)));
    } else {
        s.out().line("Where the store is says the setting place: write a country, such as DE.");
    }
    Table table(s.out(), {{"recipient"}, {"verdict"}, {"rests on"}, {"reference"}, {"named by"}});
    for (const PlaceFinding& each : report.recipients) {
        std::vector<std::string> by = each.purposes;
        for (const std::string& holder : each.holders) {
            by.push_back("holder " + holder);
        }
        if (each.hosts_store) {
            by.emplace_back("the store itself");
        }
        table.row({each.name, answer_text(each.answer), each.answer.basis, each.answer.reference,
                   joined(by)});
    }
    table.end();
    for (const PlaceStop& each : report.stops) {
        std::vector<std::string> people;
        for (const auto& [channel, count] : each.people) {
            people.push_back(fmt::format("{} {}", channel_name(channel), count));
        }
        s.note(fmt::format("Stops: purpose {} by {}; people: {}", each.purpose,
                           joined(each.recipients), joined(people)));
    }
    if (!report.asked) {
        s.note("No processor is on file, so nobody is asked: habeas processor define begins it.");
    }
}

Action declare_check(Args& args) {
    auto o = std::make_shared<PlaceCheckOptions>();
    args.time("--at TIME", o->at, "on that day; today unless said");
    args.texts("--without CODE", o->without,
               "as if this decision or tool had fallen: DPF, GB, scc_2021_914; repeatable");
    return [o](Session& s) {
        const PlaceReport report = Processors(s.store()).check(*o);
        if (s.json()) {
            s.out().json(Json::parse(report.to_json()));
        } else {
            print_report(s, report);
        }
        return report.stops.empty() ? Exit::ok : Exit::no;
    };
}

struct LawOptions {
    std::string file;
    bool reset = false;
};

Action declare_law(Args& args) {
    auto o = std::make_shared<LawOptions>();
    args.text("--file FILE", o->file,
              "a law of your own, in the format of share/habeas/transfer_law.json");
    args.flag("--reset", o->reset, "back to the law that habeas comes with");
    return [o](Session& s) {
        Processors processors(s.store());
        if (o->reset && !o->file.empty()) {
            throw UsageError("--reset goes alone");
        }
        if (o->reset || !o->file.empty()) {
            processors.set_law(o->reset ? std::string() : read_text(o->file));
        }
        const TransferLaw law = processors.law();
        if (s.json()) {
            s.out().json({{"as_of", format_date(law.as_of())}, {"codes", law.codes()}});
        } else {
            s.out().line(fmt::format("The law as of {}; decisions and tools: {}",
                                     format_date(law.as_of()), joined(law.codes())));
        }
        return Exit::ok;
    };
}

constexpr const char* show_json = "an object: processor (as it was defined), answer (verdict, "
                                  "rule, reference, sentence, place, basis) of the moment";

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"processor define", "puts a processor on file, or entries of days of one",
         "habeas processor define "
         "'{\"code\":\"hoster\",\"name\":\"Hoster GmbH\",\"history\":[{\"established\":\"DE\","
         "\"owner\":\"DE\",\"data_locations\":[\"DE\"],\"contract\":{\"signed\":\"2026-01-01\"}}]}"
         "'",
         "an object: processor, changed, answer (verdict, rule, reference, sentence, place, basis)",
         declare_define},
        {"processor list", "all processors, and whether they may get data", "habeas processor list",
         "an array of processors as they were defined, each with its answer", declare_list},
        {"processor show", "one processor: what held and holds, and the verdict",
         "habeas processor show mailjet --at 2026-01-31", show_json, declare_show},
        {"processor history", "all that was ever on file of one",
         "habeas processor history mailjet",
         "an array of objects: facts, recorded_at, actor, superseded", declare_history},
        {"processor seed", "providers that habeas knows something of", "habeas processor seed",
         "an array of objects: processor, regions_eea, regions_other, verified, note",
         declare_seed},
        {"place check", "everything on a day: who may get data, and what would stop",
         "habeas place check --without gb",
         "an object: day, law_as_of, without, asked, place, recipients, stops", declare_check},
        {"place law", "the law of transfers that the store goes by", "habeas place law",
         "an object: as_of, codes (of decisions and tools)", declare_law},
    };
    return commands;
}

} // namespace habeas::cli::processor_group

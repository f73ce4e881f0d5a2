// erase, and erasure: receipt, check, open-proof.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "progress.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>

#include <memory>

namespace habeas::cli::erase_group {
namespace {

struct EraseArguments {
    std::vector<std::string> subjects, proof;
    std::string from, ground = ErasureOptions{}.ground;
    bool plan = false, no_suppress = false;
    std::optional<Time> proof_until;
};

ErasureOptions options_of(const EraseArguments& o) {
    ErasureOptions out;
    out.ground = o.ground;
    out.suppress = !o.no_suppress;
    out.proof_until = o.proof_until;
    const char* form = "--proof PURPOSE=none, =commitment or =sealed";
    for (const auto& [purpose, how] : read_pairs(o.proof, form)) {
        if (how != "none" && how != "commitment" && how != "sealed") {
            throw UsageError(fmt::format("write {}", form));
        }
        out.proof[purpose] = how == "none"         ? ProofAfterErasure::none
                             : how == "commitment" ? ProofAfterErasure::commitment
                                                   : ProofAfterErasure::sealed;
    }
    return out;
}

const char* state_name(ErasureState state) {
    switch (state) {
    case ErasureState::logical:
        return "logical";
    case ErasureState::physical_pending:
        return "physical_pending";
    case ErasureState::physical:
        return "physical";
    }
    return "";
}

void print_plans(Session& s, const std::vector<SubjectId>& subjects) {
    const Erasure erasure(s.store());
    JsonArray array(s.out());
    for (SubjectId subject : subjects) {
        const ErasurePlan plan = erasure.plan(subject);
        if (s.json()) {
            array.add(Json::parse(plan.to_json()));
            continue;
        }
        s.out().line(fmt::format("Subject {}: this would be done. Nothing is erased yet.",
                                 number(plan.subject)));
        Table table(s.out(), {{"place"}, {"rows", true}, {"action"}, {"why"}});
        for (const ErasurePlanRow& row : plan.rows) {
            table.row({row.place, fmt::format("{}", row.rows), row.action, row.reason});
        }
        table.end();
    }
    if (s.json()) {
        array.end();
    }
}

Json json_list(const std::vector<std::string>& documents) {
    Json out = Json::array();
    for (const std::string& document : documents) {
        out.push_back(Json::parse(document));
    }
    return out;
}

void print_receipt(Output& out, const Json& receipt) {
    auto text = [](const Json& value) {
        return value.is_null()     ? "pending"
               : value.is_string() ? value.get<std::string>()
                                   : value.dump();
    };
    Record record{{"receipt", text(receipt["id"])},
                  {"subject", text(receipt["subject"])},
                  {"ground", text(receipt["ground"])},
                  {"nobody can read it since", text(receipt["logical_at"])},
                  {"no byte is left since", text(receipt["physical_at"])},
                  {"audit entry", text(receipt["audit"]["sequence"])},
                  {"audit head", text(receipt["audit"]["head"])}};
    for (const auto& [place, rows] : receipt["removed"].items()) {
        record.emplace_back("removed: " + place, text(rows));
    }
    for (const Json& kept : receipt["stays"]) {
        record.emplace_back("stays", text(kept["what"]) + ": " + text(kept["why"]));
    }
    print_record(out, record);
}

void print_result(Session& s, const ErasureResult& result) {
    if (result.already) {
        s.out().line(fmt::format("Subject {} was erased before; this is the former receipt.",
                                 number(result.subject)));
    }
    print_receipt(s.out(), Json::parse(result.receipt));
    for (const std::string& path : result.files_shared) {
        s.out().line("also about others, goes at its expiry: " + path);
    }
    for (const std::string& commitment : result.commitments) {
        s.out().line("for the person, who can prove their consent with it: " + commitment);
    }
}

void print_results(Session& s, const std::vector<ErasureResult>& results) {
    bool pending = false;
    JsonArray array(s.out());
    Table table(s.out(), {{"subject", true}, {"state"}, {"erased before"}, {"receipt"}});
    for (const ErasureResult& result : results) {
        pending = pending || result.state != ErasureState::physical;
        const Json receipt = Json::parse(result.receipt);
        if (s.json()) {
            array.add({{"subject", number(result.subject)},
                       {"already", result.already},
                       {"state", state_name(result.state)},
                       {"receipt", receipt},
                       {"commitments", json_list(result.commitments)},
                       {"files_shared", result.files_shared}});
        } else if (results.size() == 1) {
            print_result(s, result);
        } else {
            table.row({fmt::format("{}", number(result.subject)), state_name(result.state),
                       result.already ? "yes" : "", receipt.value("id", std::string())});
        }
    }
    if (s.json()) {
        array.end();
    } else if (results.size() > 1) {
        table.end();
    }
    if (pending) {
        s.note("habeas: note: somebody is reading the store, so its files may still hold bytes; "
               "habeas tick completes it");
    }
}

Action declare_erase(Args& args) {
    auto o = std::make_shared<EraseArguments>();
    args.positionals("SUBJECT", o->subjects, "numbers or identifiers; all or none are erased",
                     Need::optional);
    args.text("--from FILE", o->from, "more of them, one a line; - is standard input");
    args.flag("--plan", o->plan, "only tell what would go, what stays and why");
    args.text("--ground GROUND", o->ground, "kept in the receipt; 17(1)(b) unless said");
    args.flag("--no-suppress", o->no_suppress,
              "keep no hash of the identifiers: an import may bring the person back");
    args.texts("--proof PURPOSE=HOW", o->proof,
               "what stays provable: none, commitment (the person can prove it) or sealed (until "
               "--proof-until, art. 17(3)(e)); repeatable");
    args.time("--proof-until TIME", o->proof_until, "limitation date of what is sealed");
    return [o](Session& s) {
        ErasureOptions options = options_of(*o);
        const auto subjects = s.subjects(o->subjects, o->from);
        if (o->plan) {
            print_plans(s, subjects);
            return Exit::ok;
        }
        std::vector<ErasureResult> results;
        {
            ProgressBar bar("Erasing", ProgressBar::Unit::rows, s.progress());
            options.progress = bar.callback();
            results = Erasure(s.store()).execute(subjects, options);
        }
        print_results(s, results);
        return Exit::ok;
    };
}

Action declare_receipt(Args& args) {
    auto subject = std::make_shared<std::string>();
    args.positional("SUBJECT", *subject, "number of the subject that was erased");
    return [subject](Session& s) {
        const SubjectId id{require_number(*subject, "an erased subject")};
        const Json receipt = Json::parse(Erasure(s.store()).receipt(id));
        if (s.json()) {
            s.out().json(receipt);
        } else {
            print_receipt(s.out(), receipt);
        }
        return Exit::ok;
    };
}

Action declare_check(Args& args) {
    auto file = std::make_shared<std::string>();
    args.positional("FILE", *file,
                    "the commitment that a person brings, as JSON; - is standard "
                    "input");
    return [file](Session& s) {
        const bool matches = Erasure(s.store()).check_commitment(read_text(*file));
        if (s.json()) {
            s.out().json({{"matches", matches}});
        } else {
            s.out().line(matches ? "It matches what stayed in the audit chain."
                                 : "It does not match the audit chain of this store.");
        }
        return matches ? Exit::ok : Exit::no;
    };
}

struct ProofOptions {
    std::string subject, purpose, ground;
};

Action declare_open_proof(Args& args) {
    auto o = std::make_shared<ProofOptions>();
    args.positional("SUBJECT", o->subject, "number of the subject that was erased");
    args.positional("PURPOSE", o->purpose, "code of the purpose");
    args.text("--ground GROUND", o->ground, "why it is read, such as the claim; recorded first",
              Need::required);
    return [o](Session& s) {
        const SubjectId id{require_number(o->subject, "an erased subject")};
        const std::string proof = Erasure(s.store()).open_proof(id, o->purpose, o->ground);
        s.out().json(Json::parse(proof));
        return Exit::ok;
    };
}

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"erase", "erases people from every table, page and file, and gives the receipt",
         "habeas erase email:anna@example.org --proof newsletter=commitment",
         "an array of objects: subject, already, state (physical, physical_pending), receipt, "
         "commitments, files_shared; with --plan: subject, rows (place, rows, action, reason)",
         declare_erase},
        {"erasure receipt", "the receipt of a former erasure", "habeas erasure receipt 3",
         "the receipt", declare_receipt},
        {"erasure check", "does a commitment that a person brings match?",
         "habeas erasure check commitment.json", "an object: matches", declare_check},
        {"erasure open-proof", "reads sealed evidence, with a ground that is recorded",
         "habeas erasure open-proof 3 newsletter --ground 'claim 12/2026'",
         "the same: an array of sealed events", declare_open_proof},
    };
    return commands;
}

} // namespace habeas::cli::erase_group

// suppress: add, remove, check, count.
#include "arguments.hpp"
#include "command.hpp"
#include "session.hpp"

#include <fmt/format.h>

#include <memory>

namespace habeas::cli::suppress_group {
namespace {

struct SuppressOptions {
    std::string identifier, kind = "objection", scope = "marketing", note, act;
};

Names<std::string> words(std::initializer_list<const char*> list) {
    Names<std::string> out;
    for (const char* word : list) {
        out.emplace_back(word, word);
    }
    return out;
}

void declare_identifier(Args& args, SuppressOptions& o) {
    args.positional("IDENTIFIER", o.identifier, "email:..., phone:..., external:SYSTEM:ID");
}

/// The answer to all of them: is the address on the list now?
void print_state(Session& s, const Identifier& identifier, bool changed, const char* said) {
    const Consent consent(s.store());
    if (s.json()) {
        s.out().json({{"suppressed", consent.suppressed(identifier)}, {"changed", changed}});
    } else {
        s.out().line(said);
    }
}

Action declare_add(Args& args) {
    auto o = std::make_shared<SuppressOptions>();
    declare_identifier(args, *o);
    args.choice("--kind KIND", o->kind, words({"objection", "erasure", "bounce", "complaint"}),
                "why; objection unless said");
    args.choice("--scope SCOPE", o->scope, words({"marketing", "all"}), "marketing unless said");
    args.text("--note TEXT", o->note, "kept with the event of a known person");
    return [o](Session& s) {
        const Identifier identifier = read_identifier(o->identifier);
        Consent(s.store()).suppress(identifier, o->kind, o->scope, o->note);
        print_state(s, identifier, true, "It is on the suppression list, as a keyed hash.");
        return Exit::ok;
    };
}

Action declare_remove(Args& args) {
    auto o = std::make_shared<SuppressOptions>();
    declare_identifier(args, *o);
    args.text("--act TEXT", o->act, "the person's own later act that re-opens the address",
              Need::required);
    return [o](Session& s) {
        const Identifier identifier = read_identifier(o->identifier);
        const bool was = Consent(s.store()).unsuppress(identifier, o->act);
        print_state(s, identifier, was,
                    was ? "It is off the suppression list." : "It was not on the list.");
        return was ? Exit::ok : Exit::no;
    };
}

Action declare_check(Args& args) {
    auto o = std::make_shared<SuppressOptions>();
    declare_identifier(args, *o);
    return [o](Session& s) {
        const Identifier identifier = read_identifier(o->identifier);
        const bool listed = Consent(s.store()).suppressed(identifier);
        print_state(s, identifier, false,
                    listed ? "It is on the suppression list." : "It is not on the list.");
        return listed ? Exit::ok : Exit::no;
    };
}

Action declare_count(Args& /*args*/) {
    return [](Session& s) {
        const std::int64_t count = Consent(s.store()).suppression_count();
        if (s.json()) {
            s.out().json({{"suppressions", count}});
        } else {
            s.out().line(fmt::format("{}", count));
        }
        return Exit::ok;
    };
}

constexpr const char* suppress_json = "an object: suppressed (now), changed";

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"suppress add", "puts an address on the list; only a hash of it is kept",
         "habeas suppress add email:nobody@example.org --kind complaint", suppress_json,
         declare_add},
        {"suppress remove", "takes it off, for the person's own later act; 1 if it was not there",
         "habeas suppress remove email:carl@example.org --act 'signed up again on 2026-06-01'",
         suppress_json, declare_remove},
        {"suppress check", "is an address on the list? 1 if not",
         "habeas suppress check email:carl@example.org", suppress_json, declare_check},
        {"suppress count", "how many entries the list has", "habeas suppress count",
         "an object: suppressions", declare_count},
    };
    return commands;
}

} // namespace habeas::cli::suppress_group

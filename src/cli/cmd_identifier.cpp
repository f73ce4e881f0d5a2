// identifier: add, remove.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "session.hpp"

#include <fmt/format.h>

#include <memory>

namespace habeas::cli::identifier_group {
namespace {

struct IdentifierOptions {
    std::string subject, identifier;
};

template <class Change>
Action declare_change(Args& args, const char* done, Change change) {
    auto o = std::make_shared<IdentifierOptions>();
    args.positional("SUBJECT", o->subject, "number or identifier");
    args.positional("IDENTIFIER", o->identifier, "email:..., phone:..., external:SYSTEM:ID");
    return [o, done, change](Session& s) {
        const SubjectId subject = s.subject(o->subject);
        const Identifier identifier = read_identifier(o->identifier);
        Subjects subjects(s.store());
        change(subjects, subject, identifier);
        if (s.json()) {
            Json identifiers = Json::array();
            for (const Identifier& each : subjects.get(subject).identifiers) {
                identifiers.push_back(to_json(each));
            }
            s.out().json({{"subject", number(subject)}, {"identifiers", identifiers}});
        } else {
            s.out().line(fmt::format("Identifier ({}) {} subject {}.",
                                     identifier_kind_name(identifier), done, number(subject)));
        }
        return Exit::ok;
    };
}

Action declare_add(Args& args) {
    return declare_change(args, "added to",
                          [](Subjects& subjects, SubjectId subject, const Identifier& identifier) {
                              subjects.add_identifier(subject, identifier);
                          });
}

Action declare_remove(Args& args) {
    return declare_change(args, "removed from",
                          [](Subjects& subjects, SubjectId subject, const Identifier& identifier) {
                              subjects.remove_identifier(subject, identifier);
                          });
}

constexpr const char* identifier_json = "an object: subject, identifiers (kind, value)";

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"identifier add", "one more identifier for a person",
         "habeas identifier add email:anna@example.org external:shop:A-7", identifier_json,
         declare_add},
        {"identifier remove", "takes an identifier away; not the last one",
         "habeas identifier remove email:anna@example.org external:crm:17", identifier_json,
         declare_remove},
    };
    return commands;
}

} // namespace habeas::cli::identifier_group

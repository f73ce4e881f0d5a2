// subject: create, find, show, update, merge, list, count.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "session.hpp"
#include "subject_input.hpp"
#include "table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

namespace habeas::cli::subject_group {
namespace {

void print_subject(Session& s, SubjectId id) {
    const Subject subject = Subjects(s.store()).get(id);
    const std::vector<Field> fields = Fields(s.store()).list();
    if (s.json()) {
        s.out().json(to_json(subject, fields));
        return;
    }
    Record record{{"subject", fmt::format("{}", number(subject.id))},
                  {"version", fmt::format("{}", subject.version)},
                  {"created at", format_time(subject.created_at)},
                  {"changed at", format_time(subject.changed_at)}};
    if (!subject.source.empty()) {
        record.emplace_back("source", subject.source);
    }
    for (const Identifier& identifier : subject.identifiers) {
        record.emplace_back("identifier", identifier_text(identifier));
    }
    add_values(record, fields, subject.fields);
    for (const Membership& membership : Organisations(s.store()).of(id)) {
        record.emplace_back("organisation",
                            fmt::format("{}{}{}", number(membership.organisation),
                                        membership.role.empty() ? "" : ", " + membership.role,
                                        membership.primary ? ", primary" : ""));
    }
    print_record(s.out(), record);
}

void print_id(Session& s, SubjectId id, const char* done) {
    if (s.json()) {
        s.out().json({{"subject", number(id)}});
    } else {
        s.out().line(fmt::format("Subject {} {}.", number(id), done));
    }
}

Action declare_create(Args& args) {
    auto o = std::make_shared<InputOptions>();
    declare_input(args, *o);
    return [o](Session& s) {
        print_id(s, Subjects(s.store()).create(input_of(*o)), "created");
        return Exit::ok;
    };
}

Action declare_update(Args& args) {
    auto o = std::make_shared<InputOptions>();
    args.positional("SUBJECT", o->subject, "number or identifier");
    declare_input(args, *o);
    args.flag("--overwrite-blanks", o->overwrite_blanks, "FIELD= empties the field");
    args.number("--version NUMBER", o->version, "refuse if it has another version by now");
    return [o](Session& s) {
        const SubjectId id = s.subject(o->subject);
        Subjects(s.store()).update(
            id, input_of(*o), o->overwrite_blanks ? Blank::overwrite : Blank::keep, o->version);
        print_id(s, id, "changed");
        return Exit::ok;
    };
}

Action declare_show(Args& args) {
    auto subject = std::make_shared<std::string>();
    args.positional("SUBJECT", *subject, "number or identifier");
    return [subject](Session& s) {
        print_subject(s, s.subject(*subject));
        return Exit::ok;
    };
}

Action declare_find(Args& args) {
    auto identifier = std::make_shared<std::string>();
    args.positional("IDENTIFIER", *identifier, "email:..., phone:..., external:SYSTEM:ID");
    return [identifier](Session& s) {
        const auto found = Subjects(s.store()).find(read_identifier(*identifier));
        if (s.json()) {
            s.out().json({{"subject", found ? Json(number(*found)) : Json(nullptr)}});
        } else {
            s.out().line(found ? fmt::format("{}", number(*found)) : "Nobody has it.");
        }
        return found ? Exit::ok : Exit::no;
    };
}

Action declare_merge(Args& args) {
    auto keep = std::make_shared<std::string>();
    auto gone = std::make_shared<std::string>();
    args.positional("KEEP", *keep, "the subject that stays");
    args.positional("GONE", *gone, "the subject that is joined into it");
    return [keep, gone](Session& s) {
        const SubjectId stays = s.subject(*keep);
        Subjects(s.store()).merge(stays, s.subject(*gone));
        print_id(s, stays, "is both now");
        return Exit::ok;
    };
}

struct ListOptions {
    std::int64_t limit = 50;
    std::string after;
    std::optional<Time> changed_since;
};

std::string email_or_other(const Subject& subject) {
    for (const Identifier& identifier : subject.identifiers) {
        if (identifier.kind == IdentifierKind::email) {
            return identifier.value;
        }
    }
    return subject.identifiers.empty() ? "" : identifier_text(subject.identifiers.front());
}

std::string text_of(const Subject& subject, const char* field) {
    const auto found = subject.fields.find(field);
    const auto* text =
        found == subject.fields.end() ? nullptr : std::get_if<std::string>(&found->second);
    return text == nullptr ? "" : *text;
}

Action declare_list(Args& args) {
    auto o = std::make_shared<ListOptions>();
    args.number("--limit NUMBER", o->limit, "how many; 50 unless said", 1, 100'000);
    args.text("--after CURSOR", o->after, "go on where a former list ended");
    args.time("--changed-since TIME", o->changed_since, "in order of change");
    return [o](Session& s) {
        const SubjectPage page = Subjects(s.store()).list(static_cast<std::size_t>(o->limit),
                                                          o->after, o->changed_since);
        if (s.json()) {
            const std::vector<Field> fields = Fields(s.store()).list();
            Json subjects = Json::array();
            for (const Subject& subject : page.subjects) {
                subjects.push_back(to_json(subject, fields));
            }
            s.out().json({{"subjects", subjects}, {"next", page.next}});
            return Exit::ok;
        }
        Table table(s.out(), {{"subject", true}, {"identifier"}, {"name"}, {"country"}});
        for (const Subject& subject : page.subjects) {
            const std::string first = text_of(subject, "first_name");
            const std::string last = text_of(subject, "last_name");
            table.row({fmt::format("{}", number(subject.id)), email_or_other(subject),
                       fmt::format("{}{}{}", first, first.empty() || last.empty() ? "" : " ", last),
                       text_of(subject, "country")});
        }
        table.end();
        if (!page.next.empty()) {
            s.note(fmt::format("more: --after {}", page.next));
        }
        return Exit::ok;
    };
}

Action declare_count(Args& /*args*/) {
    return [](Session& s) {
        const std::int64_t count = Subjects(s.store()).count();
        if (s.json()) {
            s.out().json({{"subjects", count}});
        } else {
            s.out().line(fmt::format("{}", count));
        }
        return Exit::ok;
    };
}

constexpr const char* id_json = "an object: subject";

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"subject create", "adds a person; that alone makes nobody mailable",
         "habeas subject create email=ben@example.org first_name=Ben --identifier external:crm:18",
         id_json, declare_create},
        {"subject show", "everything of a person's record",
         "habeas subject show email:anna@example.org",
         "the subject: id, version, created_at, changed_at, source, fields (by name), identifiers "
         "(kind, value)",
         declare_show},
        {"subject find", "the number of whoever has an identifier; 1 if nobody has",
         "habeas subject find external:crm:17", "an object: subject (null: nobody)", declare_find},
        {"subject update", "changes the fields that are given",
         "habeas subject update email:anna@example.org last_name=Berg vip=yes", id_json,
         declare_update},
        {"subject merge", "joins two into one: ledgers join, the stricter state wins",
         "habeas subject merge email:anna@example.org 2", id_json, declare_merge},
        {"subject list", "people in order of number, or of change",
         "habeas subject list --limit 10",
         "an object: subjects (as subject show does), next (cursor, empty at the end)",
         declare_list},
        {"subject count", "how many people there are", "habeas subject count", id_json,
         declare_count},
    };
    return commands;
}

} // namespace habeas::cli::subject_group

// organisation: create, show, find, update, remove, link, unlink.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "session.hpp"

#include <fmt/format.h>

#include <memory>

namespace habeas::cli::organisation_group {
namespace {

struct InputOptions {
    std::string id, name;
    std::optional<std::string> new_name, external;
    std::vector<std::string> values;
    bool overwrite_blanks = false;
};

OrganisationId organisation(const std::string& text) {
    return OrganisationId{require_number(text, "an organisation")};
}

void declare_values(Args& args, InputOptions& o) {
    args.text("--external ID", o.external, "your own id of it, unique");
    args.positionals("FIELD=VALUE", o.values, "what a field of organisations gets", Need::optional);
}

void fill(Organisation& to, const InputOptions& o) {
    to.external = o.external.value_or(to.external);
    for (auto& [name, value] : read_pairs(o.values, "FIELD=VALUE")) {
        to.fields[name] = value;
    }
}

void print_id(Session& s, OrganisationId id, const char* done) {
    if (s.json()) {
        s.out().json({{"organisation", number(id)}});
    } else {
        s.out().line(fmt::format("Organisation {} {}.", number(id), done));
    }
}

Action declare_create(Args& args) {
    auto o = std::make_shared<InputOptions>();
    args.positional("NAME", o->name, "its name");
    declare_values(args, *o);
    return [o](Session& s) {
        Organisation input;
        input.name = o->name;
        fill(input, *o);
        print_id(s, Organisations(s.store()).create(input), "created");
        return Exit::ok;
    };
}

Action declare_update(Args& args) {
    auto o = std::make_shared<InputOptions>();
    args.positional("ORGANISATION", o->id, "its number");
    args.text("--name NAME", o->new_name, "its new name");
    declare_values(args, *o);
    args.flag("--overwrite-blanks", o->overwrite_blanks, "FIELD= empties the field");
    return [o](Session& s) {
        Organisations organisations(s.store());
        Organisation changed = organisations.get(organisation(o->id));
        changed.name = o->new_name.value_or(changed.name);
        fill(changed, *o);
        organisations.update(changed, o->overwrite_blanks ? Blank::overwrite : Blank::keep);
        print_id(s, changed.id, "changed");
        return Exit::ok;
    };
}

Action declare_show(Args& args) {
    auto id = std::make_shared<std::string>();
    args.positional("ORGANISATION", *id, "its number");
    return [id](Session& s) {
        const Organisations organisations(s.store());
        const Organisation found = organisations.get(organisation(*id));
        const auto fields = Fields(s.store()).list(FieldOwner::organisation);
        const auto members = organisations.members(found.id);
        if (s.json()) {
            Json numbers = Json::array();
            for (SubjectId each : members) {
                numbers.push_back(number(each));
            }
            s.out().json({{"organisation", to_json(found, fields)}, {"members", numbers}});
            return Exit::ok;
        }
        Record record{{"organisation", fmt::format("{}", number(found.id))},
                      {"version", fmt::format("{}", found.version)},
                      {"name", found.name}};
        if (!found.external.empty()) {
            record.emplace_back("external", found.external);
        }
        add_values(record, fields, found.fields);
        for (SubjectId each : members) {
            record.emplace_back("member", fmt::format("{}", number(each)));
        }
        print_record(s.out(), record);
        return Exit::ok;
    };
}

Action declare_find(Args& args) {
    auto external = std::make_shared<std::string>();
    args.positional("EXTERNAL", *external, "your own id of it");
    return [external](Session& s) {
        const auto found = Organisations(s.store()).find(*external);
        if (s.json()) {
            s.out().json({{"organisation", found ? Json(number(*found)) : Json(nullptr)}});
        } else {
            s.out().line(found ? fmt::format("{}", number(*found)) : "There is none.");
        }
        return found ? Exit::ok : Exit::no;
    };
}

Action declare_remove(Args& args) {
    auto id = std::make_shared<std::string>();
    args.positional("ORGANISATION", *id, "its number");
    return [id](Session& s) {
        Organisations(s.store()).remove(organisation(*id));
        print_id(s, organisation(*id), "is removed; its people stay");
        return Exit::ok;
    };
}

struct LinkOptions {
    std::string subject, organisation;
    Membership membership;
};

void declare_pair(Args& args, LinkOptions& o) {
    args.positional("SUBJECT", o.subject, "number or identifier");
    args.positional("ORGANISATION", o.organisation, "its number");
}

Action declare_link(Args& args) {
    auto o = std::make_shared<LinkOptions>();
    declare_pair(args, *o);
    args.text("--role TEXT", o->membership.role, "what the person is there");
    args.flag("--primary", o->membership.primary, "the first of the person's organisations");
    return [o](Session& s) {
        Membership membership = o->membership;
        membership.organisation = organisation(o->organisation);
        Organisations(s.store()).link(s.subject(o->subject), membership);
        print_id(s, membership.organisation, "has the person as a member");
        return Exit::ok;
    };
}

Action declare_unlink(Args& args) {
    auto o = std::make_shared<LinkOptions>();
    declare_pair(args, *o);
    return [o](Session& s) {
        const OrganisationId id = organisation(o->organisation);
        Organisations(s.store()).unlink(s.subject(o->subject), id);
        print_id(s, id, "has the person as a member no more");
        return Exit::ok;
    };
}

constexpr const char* id_json = "an object: organisation";

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"organisation create", "adds an organisation or household",
         "habeas organisation create 'Berg & Co' --external B-2", id_json, declare_create},
        {"organisation show", "an organisation, its fields and its members",
         "habeas organisation show 1",
         "an object: organisation (id, version, name, external, fields), members (numbers)",
         declare_show},
        {"organisation find", "the number of an organisation by your own id",
         "habeas organisation find A-1", "an object: organisation (null: none)", declare_find},
        {"organisation update", "changes what is given", "habeas organisation update 1 --name Alm",
         id_json, declare_update},
        {"organisation remove", "deletes an organisation; its people stay",
         "habeas organisation remove 1", id_json, declare_remove},
        {"organisation link", "makes a person a member",
         "habeas organisation link email:anna@example.org 1 --role buyer --primary", id_json,
         declare_link},
        {"organisation unlink", "ends a membership",
         "habeas organisation unlink email:anna@example.org 1", id_json, declare_unlink},
    };
    return commands;
}

} // namespace habeas::cli::organisation_group

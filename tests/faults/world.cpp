#include "faults/world.hpp"

#include "habeas/definitions.hpp"
#include "habeas/erasure.hpp"
#include "store/engine.hpp"

#include <sstream>

namespace habeas::faults {
namespace {

/// After the last moment of every workload, so that no answer depends on when it is asked for.
Time asked_about() {
    return parse_time("2026-12-01");
}

std::string text(const Value& value) {
    std::ostringstream out;
    out << value.index() << ':';
    if (const auto* boolean = std::get_if<bool>(&value)) {
        out << *boolean;
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        out << *integer;
    } else if (const auto* real = std::get_if<double>(&value)) {
        out << *real;
    } else if (const auto* time = std::get_if<Time>(&value)) {
        out << format_time(*time);
    } else if (const auto* string = std::get_if<std::string>(&value)) {
        out << *string;
    } else if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
        for (const auto& each : *list) {
            out << each << '|';
        }
    }
    return out.str();
}

std::string name_in(const Subject& subject) {
    for (const Identifier& each : subject.identifiers) {
        if (each.kind == IdentifierKind::external && each.system == "test") {
            return each.value;
        }
    }
    return "number " + std::to_string(static_cast<std::int64_t>(subject.id));
}

std::string profile(store::Engine& engine, const Subject& subject) {
    std::string out = subject.source;
    for (const auto& [field, value] : subject.fields) {
        out += "; " + field + '=' + text(value);
    }
    for (const Identifier& each : subject.identifiers) {
        const bool found = Subjects(engine).find(each) == subject.id;
        out += "; " + identifier_kind_name(each) + ' ' + each.value + (found ? "" : " NOT FOUND");
    }
    for (const Membership& each : Organisations(engine).of(subject.id)) {
        out += "; " + each.role + " of " + Organisations(engine).get(each.organisation).name;
    }
    return out;
}

std::string decisions(store::Engine& engine, SubjectId subject,
                      const std::vector<Purpose>& purposes) {
    const Consent consent(engine);
    DecideOptions options;
    options.at = asked_about();
    std::string out;
    for (const Purpose& purpose : purposes) {
        for (const Channel channel : purpose.channels) {
            out += purpose.code + '/' + std::string(channel_name(channel)) + ' ';
            out += reason_code(consent.may_process(subject, purpose.code, channel, options).reason);
            out += "; ";
        }
    }
    return out;
}

std::string ledger(store::Engine& engine, SubjectId subject) {
    std::string out;
    for (const ConsentEvent& event : Consent(engine).history(subject)) {
        out += std::string(event_kind_name(event.kind)) + ' ' + event.purpose + '/' +
               std::string(channel_name(event.channel)) + ' ' + event.scope + ' ' +
               format_time(event.effective_at) + "; ";
    }
    return out;
}

/// What a number answers that nobody in the list has.
std::string fate(store::Engine& engine, SubjectId id) {
    try {
        return "now " + name_in(Subjects(engine).get(id));
    } catch (const Error& error) {
        if (error.code() == Errc::subject_unknown) {
            return {};
        }
        if (error.code() != Errc::erased) {
            throw;
        }
        (void)Erasure(engine).receipt(id);
        return "erased";
    }
}

} // namespace

Identifier name_of(const std::string& name) {
    return {IdentifierKind::external, "test", name};
}

World observe(store::Engine& engine, const Known& known) {
    const store::Engine::Read snapshot(engine);
    World world;
    world["schema"] = engine.db().scalar("PRAGMA user_version").value_or("");
    world["keys"] = std::to_string(engine.db().scalar_i64("SELECT count(*) FROM root_key"));
    world["definitions"] = Definitions(engine).to_json();
    const std::vector<Purpose> purposes = Purposes(engine).list();
    std::set<std::string> names;
    for (const Subject& subject : Subjects(engine).list(1000).subjects) {
        const std::string name = name_in(subject);
        names.insert(name);
        world[name] = profile(engine, subject);
        world[name + ", ledger"] = ledger(engine, subject.id);
        world[name + ", decisions"] = decisions(engine, subject.id, purposes);
    }
    for (const auto& [name, id] : known.ids) {
        if (names.count(name) == 0) {
            if (std::string answer = fate(engine, id); !answer.empty()) {
                world[name] = std::move(answer);
            }
        }
    }
    for (const std::string& address : known.listed) {
        if (Consent(engine).suppressed({IdentifierKind::email, {}, address})) {
            world["suppressed " + address] = "yes";
        }
    }
    return world;
}

std::string difference(const World& expected, const World& found) {
    std::string out;
    int shown = 0;
    const auto tell = [&](const std::string& fact, const World& world, const char* where) {
        const auto at = world.find(fact);
        out += std::string("  ") + where + ": " +
               (at == world.end() ? "(nothing)" : at->second.substr(0, 400)) + '\n';
    };
    World both = expected;
    both.insert(found.begin(), found.end());
    for (const auto& [fact, ignored] : both) {
        const auto one = expected.find(fact);
        const auto other = found.find(fact);
        if (one != expected.end() && other != found.end() && one->second == other->second) {
            continue;
        }
        out += fact + '\n';
        tell(fact, expected, "expected");
        tell(fact, found, "found");
        if (++shown == 4) {
            break;
        }
    }
    return out;
}

} // namespace habeas::faults

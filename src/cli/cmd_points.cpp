// points: define, rules, add, show.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>

#include <charconv>
#include <memory>

namespace habeas::cli::points_group {
namespace {

void print_rules(Session& s) {
    const PointsDefinition definition = Points(s.store()).definition();
    if (s.json()) {
        s.out().json(Json::parse(Points::to_json(definition)));
        return;
    }
    s.out().line(definition.purpose.empty()
                     ? "No purpose is named, so no points are kept."
                     : fmt::format("Kept of whom {} is allowed.", definition.purpose));
    Table table(s.out(), {{"rule"}, {"on"}, {"key"}, {"points", true}, {"times at most", true}});
    for (const PointsRule& each : definition.rules) {
        table.row({each.code, std::string(points_on_name(each.on)), each.key,
                   fmt::format("{}", each.points),
                   each.limit == 0 ? std::string() : fmt::format("{}", each.limit)});
    }
    table.end();
}

Action declare_define(Args& args) {
    auto file = std::make_shared<std::string>();
    args.positional("FILE", *file, "purpose and rules, as JSON; - is standard input");
    return [file](Session& s) {
        Points(s.store()).define(read_text(*file));
        print_rules(s);
        return Exit::ok;
    };
}

Action declare_rules(Args& /*args*/) {
    return [](Session& s) {
        print_rules(s);
        return Exit::ok;
    };
}

std::int32_t read_points(const std::string& text) {
    std::int32_t out = 0;
    const char* end = text.data() + text.size();
    const auto [rest, code] = std::from_chars(text.data(), end, out);
    if (code != std::errc() || rest != end) {
        throw UsageError("POINTS is a whole number, such as 5 or -5");
    }
    return out;
}

struct AddOptions {
    std::string subject, points, why = "by hand";
};

Action declare_add(Args& args) {
    auto o = std::make_shared<AddOptions>();
    args.positional("SUBJECT", o->subject, "number or identifier");
    args.positional("POINTS", o->points, "may be negative");
    args.text("--why TEXT", o->why, "kept with them; \"by hand\" unless said");
    return [o](Session& s) {
        const std::int32_t count = read_points(o->points);
        const SubjectId subject = s.subject(o->subject);
        Points points(s.store());
        const bool kept = points.add(subject, count, o->why);
        const std::int64_t total = points.total(subject);
        if (s.json()) {
            s.out().json({{"subject", number(subject)}, {"kept", kept}, {"total", total}});
        } else {
            s.out().line(kept ? fmt::format("Subject {} has {} points.", number(subject), total)
                              : fmt::format("Subject {} may not be scored, so nothing was kept.",
                                            number(subject)));
        }
        return kept ? Exit::ok : Exit::no;
    };
}

Action declare_show(Args& args) {
    auto reference = std::make_shared<std::string>();
    args.positional("SUBJECT", *reference, "number or identifier");
    return [reference](Session& s) {
        const SubjectId subject = s.subject(*reference);
        const Points points(s.store());
        const std::int64_t total = points.total(subject);
        Json entries = Json::array();
        Table table(s.out(), {{"at"}, {"points", true}, {"why"}});
        for (const PointsEntry& each : points.history(subject)) {
            if (s.json()) {
                entries.push_back({{"at", format_time(each.at)},
                                   {"points", each.points},
                                   {"reason", each.reason}});
            } else {
                table.row({format_time(each.at), fmt::format("{}", each.points), each.reason});
            }
        }
        if (s.json()) {
            s.out().json({{"subject", number(subject)}, {"total", total}, {"entries", entries}});
            return Exit::ok;
        }
        table.end();
        s.out().line(fmt::format("total {}", total));
        return Exit::ok;
    };
}

constexpr const char* rules_json = "an object: purpose, rules (code, on, key, points, limit)";

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"points define", "declares for what points are given, and the purpose that allows it",
         "habeas points define points.json", rules_json, declare_define},
        {"points rules", "for what points are given", "habeas points rules", rules_json,
         declare_rules},
        {"points add", "gives or takes points; exit code 1 where scoring is not allowed",
         "habeas points add 1 -5 --why 'sent it back'", "an object: subject, kept, total",
         declare_add},
        {"points show", "somebody's points, and why", "habeas points show 1",
         "an object: subject, total, entries (at, points, reason)", declare_show},
    };
    return commands;
}

} // namespace habeas::cli::points_group

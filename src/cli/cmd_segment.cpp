// segment: define, list, show, delete, refresh, members, add, remove, reset, explain, count.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

namespace habeas::cli::segment_group {
namespace {

constexpr const char* code_help = "code of the segment";

SegmentInfo require_segment(Session& s, const std::string& code) {
    if (auto found = Segments(s.store()).find(code)) {
        return *found;
    }
    throw Error(
        Errc::not_found,
        fmt::format("there is no segment \"{}\"; habeas segment list shows those there are", code),
        code);
}

Json to_json(const SegmentInfo& info) {
    const Segment& segment = info.segment;
    const Json filter = segment.filter.empty() ? Json(nullptr) : Json::parse(segment.filter);
    return {{"segment",
             {{"code", segment.code},
              {"labels", segment.labels},
              {"filter", filter},
              {"live", segment.live},
              {"vouched", segment.vouched}}},
            {"members", info.members},
            {"refreshed_at", json_time(info.refreshed_at)}};
}

void print_segment(Session& s, const std::string& code, const std::string& done) {
    if (s.json()) {
        s.out().json(to_json(require_segment(s, code)));
    } else {
        s.out().line(fmt::format("Segment {} {}.", code, done));
    }
}

struct DefineOptions {
    std::string code;
    std::optional<std::string> filter, glue_list, vouched;
    std::vector<std::string> labels;
    std::optional<bool> live;
};

Action declare_define(Args& args) {
    auto o = std::make_shared<DefineOptions>();
    args.positional("CODE", o->code, "code of the segment: a-z, then a-z 0-9 _");
    args.text("--filter JSON", o->filter,
              "who is in it, or @FILE; without one only who is added by hand");
    args.text("--glue-list JSON", o->glue_list, "a flat list as Mautic stores it, or @FILE");
    args.texts("--label LANGUAGE=TEXT", o->labels, "label in a language; repeatable");
    args.flag("--live", o->live, "members are right at once, not at the next refresh");
    args.text("--vouched WHO", o->vouched,
              "who answers for its members having asked for what campaigns do");
    return [o](Session& s) {
        if (o->filter && o->glue_list) {
            throw UsageError("give --filter or --glue-list, not both");
        }
        Segments segments(s.store());
        const auto known = segments.find(o->code);
        Segment segment = known ? known->segment : Segment{};
        segment.code = o->code;
        if (o->filter) {
            segment.filter = text_or_file(*o->filter);
        } else if (o->glue_list) {
            segment.filter = Segments::from_glue_list(text_or_file(*o->glue_list));
        }
        for (const auto& [language, text] : read_pairs(o->labels, "--label LANGUAGE=TEXT")) {
            segment.labels[language] = text;
        }
        segment.live = o->live.value_or(segment.live);
        segment.vouched = o->vouched.value_or(segment.vouched);
        segments.define(segment);
        print_segment(s, o->code, known ? "changed" : "declared");
        return Exit::ok;
    };
}

Action declare_list(Args& /*args*/) {
    return [](Session& s) {
        JsonArray array(s.out());
        Table table(s.out(), {{"code"}, {"members", true}, {"refreshed at"}, {"notes"}});
        for (const SegmentInfo& info : Segments(s.store()).list()) {
            if (s.json()) {
                array.add(to_json(info));
                continue;
            }
            std::vector<std::string> notes;
            if (info.segment.live) {
                notes.emplace_back("live");
            }
            if (info.segment.filter.empty()) {
                notes.emplace_back("by hand");
            }
            table.row({info.segment.code, fmt::format("{}", info.members),
                       time_text(info.refreshed_at), fmt::format("{}", fmt::join(notes, ", "))});
        }
        s.json() ? array.end() : table.end();
        return Exit::ok;
    };
}

Action declare_show(Args& args) {
    auto code = std::make_shared<std::string>();
    args.positional("CODE", *code, code_help);
    return [code](Session& s) {
        const SegmentInfo info = require_segment(s, *code);
        if (s.json()) {
            s.out().json(to_json(info));
            return Exit::ok;
        }
        Record record{{"code", info.segment.code}};
        for (const auto& [language, label] : info.segment.labels) {
            record.emplace_back("label " + language, label);
        }
        record.emplace_back("filter", info.segment.filter.empty() ? "none: by hand alone"
                                                                  : info.segment.filter);
        record.emplace_back("live", info.segment.live ? "yes" : "no");
        if (!info.segment.vouched.empty()) {
            record.emplace_back("vouched by", info.segment.vouched);
        }
        record.emplace_back("members", fmt::format("{}", info.members));
        record.emplace_back("refreshed at",
                            info.refreshed_at ? time_text(info.refreshed_at) : "never");
        print_record(s.out(), record);
        return Exit::ok;
    };
}

Action declare_delete(Args& args) {
    auto code = std::make_shared<std::string>();
    args.positional("CODE", *code, code_help);
    return [code](Session& s) {
        Segments(s.store()).remove(*code);
        if (s.json()) {
            s.out().json({{"segment", *code}});
        } else {
            s.out().line(fmt::format("Segment {} is deleted; its people stay.", *code));
        }
        return Exit::ok;
    };
}

Json numbers(const std::vector<SubjectId>& ids) {
    Json out = Json::array();
    for (SubjectId each : ids) {
        out.push_back(number(each));
    }
    return out;
}

struct RefreshOptions {
    std::string code;
    bool full = false;
};

Action declare_refresh(Args& args) {
    auto o = std::make_shared<RefreshOptions>();
    args.positional("CODE", o->code, "code of the segment; all unless named", Need::optional);
    args.flag("--full", o->full, "looks at everybody, not only at who changed");
    return [o](Session& s) {
        Segments segments(s.store());
        const auto reports = o->code.empty() ? segments.refresh_all(o->full)
                                             : std::vector{segments.refresh(o->code, o->full)};
        JsonArray array(s.out());
        Table table(s.out(), {{"segment"}, {"added", true}, {"removed", true}, {"looked at"}});
        for (const RefreshReport& each : reports) {
            if (s.json()) {
                array.add({{"segment", each.segment},
                           {"added", numbers(each.added)},
                           {"removed", numbers(each.removed)},
                           {"full", each.full}});
            } else {
                table.row({each.segment, fmt::format("{}", each.added.size()),
                           fmt::format("{}", each.removed.size()),
                           each.full ? "everybody" : "who changed"});
            }
        }
        s.json() ? array.end() : table.end();
        return Exit::ok;
    };
}

Action declare_members(Args& args) {
    auto code = std::make_shared<std::string>();
    args.positional("CODE", *code, code_help);
    return [code](Session& s) {
        JsonArray array(s.out());
        Segments(s.store()).members(*code, [&](SubjectId each) {
            s.json() ? array.add(number(each)) : s.out().line(fmt::format("{}", number(each)));
            return true;
        });
        if (s.json()) {
            array.end();
        }
        return Exit::ok;
    };
}

struct MemberOptions {
    std::string code, subject;
};

using ByHand = void (Segments::*)(const std::string&, SubjectId);

template <ByHand act>
Action declare_by_hand(Args& args) {
    auto o = std::make_shared<MemberOptions>();
    args.positional("CODE", o->code, code_help);
    args.positional("SUBJECT", o->subject, "number or identifier");
    return [o](Session& s) {
        const SubjectId subject = s.subject(o->subject);
        Segments segments(s.store());
        (segments.*act)(o->code, subject);
        const bool member = segments.contains(o->code, subject);
        if (s.json()) {
            s.out().json({{"segment", o->code}, {"subject", number(subject)}, {"member", member}});
        } else {
            s.out().line(fmt::format("Subject {} is {} in segment {}.", number(subject),
                                     member ? "now" : "not", o->code));
        }
        return Exit::ok;
    };
}

Action declare_explain(Args& args) {
    auto o = std::make_shared<MemberOptions>();
    args.positional("CODE", o->code, code_help);
    args.positional("SUBJECT", o->subject, "number or identifier: why it is in or not",
                    Need::optional);
    return [o](Session& s) {
        std::optional<SubjectId> subject;
        if (!o->subject.empty()) {
            subject = s.subject(o->subject);
        }
        const SegmentExplanation found = Segments(s.store()).explain(o->code, subject);
        if (s.json()) {
            Json steps = Json::array();
            for (const auto& step : found.steps) {
                steps.push_back({{"pointer", step.pointer},
                                 {"question", step.question},
                                 {"holds", step.holds},
                                 {"depth", step.depth}});
            }
            s.out().json({{"sql", found.sql},
                          {"plan", found.plan},
                          {"steps", steps},
                          {"matches", found.matches},
                          {"manual", found.manual},
                          {"member", found.member}});
            return Exit::ok;
        }
        s.out().line(found.sql);
        for (const std::string& step : found.plan) {
            s.out().line("  " + step);
        }
        if (subject) {
            for (const auto& step : found.steps) {
                s.out().line(fmt::format("{:{}}{} {}", "", 2 * step.depth,
                                         step.holds ? "yes" : "no ", step.question));
            }
            print_record(s.out(), {{"the filter", found.matches ? "matches" : "does not match"},
                                   {"by hand", found.manual.empty() ? "-" : found.manual},
                                   {"member", found.member ? "yes" : "no"}});
        }
        return Exit::ok;
    };
}

Action declare_count(Args& args) {
    auto filter = std::make_shared<std::string>();
    args.positional("FILTER", *filter, "JSON, or @FILE");
    return [filter](Session& s) {
        const std::int64_t count = Segments(s.store()).count(text_or_file(*filter));
        if (s.json()) {
            s.out().json({{"count", count}});
        } else {
            s.out().line(fmt::format("{}", count));
        }
        return Exit::ok;
    };
}

constexpr const char* segment_json =
    "an object: segment (code, labels, filter (null: by hand), live, vouched), members, "
    "refreshed_at";
constexpr const char* member_json = "an object: segment, subject, member";

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"segment define", "declares a segment, or changes what is given of it",
         "habeas segment define readers --live --filter "
         "'{\"field\":\"consent.newsletter\",\"op\":\"=\",\"value\":\"granted\"}'",
         segment_json, declare_define},
        {"segment list", "all segments", "habeas segment list",
         "an array of segments as segment show does", declare_list},
        {"segment show", "one segment with its filter", "habeas segment show vips", segment_json,
         declare_show},
        {"segment delete", "deletes a segment; its people stay", "habeas segment delete vips",
         "an object: segment", declare_delete},
        {"segment refresh", "brings members up to date", "habeas segment refresh --full",
         "an array of objects: segment, added, removed, full", declare_refresh},
        {"segment members", "who is in it, by number", "habeas segment members vips",
         "an array of numbers", declare_members},
        {"segment add", "puts somebody in by hand, lastingly", "habeas segment add vips 2",
         member_json, declare_by_hand<&Segments::add>},
        {"segment remove", "takes somebody out by hand, lastingly",
         "habeas segment remove vips email:anna@example.org", member_json,
         declare_by_hand<&Segments::remove_member>},
        {"segment reset", "lets the filter decide again about somebody",
         "habeas segment reset vips 1", member_json, declare_by_hand<&Segments::reset>},
        {"segment explain", "its SQL and plan, and why somebody is in or not",
         "habeas segment explain vips 1",
         "an object: sql, plan, and of a subject steps (pointer, question, holds, depth), matches, "
         "manual, member",
         declare_explain},
        {"segment count", "how many a filter finds now",
         "habeas segment count '{\"field\":\"vip\",\"op\":\"=\",\"value\":true}'",
         "an object: count", declare_count},
    };
    return commands;
}

} // namespace habeas::cli::segment_group

// tag: add, remove, list; changes.
#include "arguments.hpp"
#include "command.hpp"
#include "describe.hpp"
#include "session.hpp"
#include "table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

namespace habeas::cli::tag_group {
namespace {

struct TagOptions {
    std::string subject, tag;
};

using Act = void (Tags::*)(SubjectId, const std::string&);

template <Act act>
Action declare_act(Args& args) {
    auto o = std::make_shared<TagOptions>();
    args.positional("SUBJECT", o->subject, "number or identifier");
    args.positional("TAG", o->tag, "up to 100 bytes; upper and lower case are the same");
    return [o](Session& s) {
        const SubjectId subject = s.subject(o->subject);
        Tags tags(s.store());
        (tags.*act)(subject, o->tag);
        const auto now = tags.of(subject);
        if (s.json()) {
            s.out().json({{"subject", number(subject)}, {"tags", now}});
        } else {
            s.out().line(
                fmt::format("Subject {}: {}", number(subject),
                            now.empty() ? "no tags" : fmt::format("{}", fmt::join(now, ", "))));
        }
        return Exit::ok;
    };
}

Action declare_list(Args& args) {
    auto subject = std::make_shared<std::string>();
    args.positional("SUBJECT", *subject, "number or identifier; all tags unless named",
                    Need::optional);
    return [subject](Session& s) {
        const Tags tags(s.store());
        JsonArray array(s.out());
        Table table(s.out(), {{"tag"}});
        for (const std::string& each :
             subject->empty() ? tags.list() : tags.of(s.subject(*subject))) {
            s.json() ? array.add(each) : table.row({each});
        }
        s.json() ? array.end() : table.end();
        return Exit::ok;
    };
}

struct ChangesOptions {
    std::string after;
    std::int64_t limit = 1000;
    bool end = false;
};

Action declare_changes(Args& args) {
    auto o = std::make_shared<ChangesOptions>();
    args.text("--after POSITION", o->after,
              "where the page before ended; the beginning unless said");
    args.number("--limit NUMBER", o->limit, "of changes; 1000 unless said", 1, 100'000);
    args.flag("--end", o->end, "only the position of the end, for a copy that is made now");
    return [o](Session& s) {
        const Changes feed(s.store());
        ChangePage page;
        if (o->end) {
            page.position = feed.position();
        } else {
            page = feed.read(o->after, static_cast<std::size_t>(o->limit));
        }
        Json list = Json::array();
        Table table(s.out(), {{"sequence", true}, {"subject", true}, {"at"}, {"what changed"}});
        for (const Change& each : page.changes) {
            std::vector<std::string_view> kinds;
            for (ChangeKind kind : each.kinds) {
                kinds.push_back(change_kind_name(kind));
            }
            if (s.json()) {
                list.push_back({{"sequence", each.sequence},
                                {"subject", number(each.subject)},
                                {"kinds", kinds},
                                {"at", format_time(each.at)}});
            } else {
                table.row({fmt::format("{}", each.sequence),
                           fmt::format("{}", number(each.subject)), format_time(each.at),
                           fmt::format("{}", fmt::join(kinds, ", "))});
            }
        }
        if (s.json()) {
            s.out().json({{"changes", list}, {"position", page.position}});
            return Exit::ok;
        }
        if (!o->end) {
            table.end();
        }
        s.out().line("position " + page.position);
        return Exit::ok;
    };
}

constexpr const char* tags_json = "an object: subject, tags";

} // namespace

std::span<const Command> commands() {
    static constexpr Command commands[]{
        {"tag add", "gives somebody a tag", "habeas tag add email:anna@example.org regular",
         tags_json, declare_act<&Tags::add>},
        {"tag remove", "takes a tag away", "habeas tag remove 1 regular", tags_json,
         declare_act<&Tags::remove>},
        {"tag list", "all tags, or those of somebody", "habeas tag list 1", "an array of texts",
         declare_list},
        {"changes", "what changed about whom, in order, for a CRM that keeps a copy",
         "habeas changes --limit 10", "an object: changes (sequence, subject, kinds, at), position",
         declare_changes},
    };
    return commands;
}

} // namespace habeas::cli::tag_group

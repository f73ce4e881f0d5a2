// The tree of a campaign with its counts, for people: text, and SVG.
#include "base/text.hpp"
#include "campaigns/rows.hpp"

#include <fmt/format.h>

#include <map>

namespace habeas {
namespace campaigns {
namespace {

struct Line {
    int depth = 0;
    std::string path;  ///< "yes", "no" or empty
    std::string what;  ///< "send_message hello"
    std::string when;  ///< "after P1D"
    std::string count; ///< "12 queued, 3 refused"
    Event::Kind kind = Event::Kind::action;
};

std::string when_of(const Event& event) {
    std::string out;
    if (!event.when.after.empty()) {
        out = "after " + event.when.after;
    } else if (event.when.at) {
        out = "at " + format_time(*event.when.at);
    }
    if (event.when.from) {
        out +=
            fmt::format("{}{:02}:{:02}-{:02}:{:02}", out.empty() ? "" : ", ", *event.when.from / 60,
                        *event.when.from % 60, *event.when.to / 60, *event.when.to % 60);
    }
    static constexpr const char* names[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    for (std::size_t i = 0; i < event.when.weekdays.size(); ++i) {
        out += (out.empty() ? "" : i == 0 ? ", " : " ");
        out += names[event.when.weekdays[i] - 1];
    }
    if (!event.no_after.empty()) {
        out += "no after " + event.no_after;
    }
    return out;
}

std::string caption_of(const Event& event) {
    if (event.kind == Event::Kind::condition) {
        return event.id + ": " + segments::parse_filter(event.filter).question;
    }
    std::string out = event.id + ": " + event.name;
    if (!event.key.empty()) {
        out += " " + event.key;
    }
    if (event.channel) {
        out += " " + std::string(channel_name(*event.channel));
    }
    for (const char* member :
         {"template", "name", "segment", "tag", "field", "kind", "to", "scope"}) {
        if (event.parameters.is_object() && event.parameters.contains(member) &&
            event.parameters[member].is_string()) {
            out += " " + event.parameters[member].get<std::string>();
        }
    }
    return out;
}

class Tree {
  public:
    Tree(store::Engine& engine, const Campaign& campaign) : definition_(*campaign.definition) {
        auto count = engine.db().prepare(
            "SELECT event, outcome, count FROM campaign_count WHERE campaign_id = ?1 ORDER BY "
            "event, outcome");
        count.bind(1, campaign.id);
        while (count.step()) {
            add(count.str(0), count.i64(2), count.str(1));
        }
        auto pending = engine.db().prepare(
            "SELECT event, count(*) FROM campaign_step WHERE campaign_id = ?1 AND state IN "
            "('due', 'waiting', 'calling') GROUP BY event");
        pending.bind(1, campaign.id);
        while (pending.step()) {
            add(pending.str(0), pending.i64(1), "pending");
        }
        lines_.push_back({0, "",
                          campaign.code + fmt::format(" (version {}, {})", campaign.version,
                                                      campaign_state_name(campaign.state)),
                          sources(), counts_[""], Event::Kind::action});
        for (std::size_t root : definition_.roots) {
            walk(root, 1, "");
        }
    }
    [[nodiscard]] const std::vector<Line>& lines() const { return lines_; }

  private:
    void add(const std::string& event, std::int64_t count, const std::string& outcome) {
        std::string& out = counts_[event];
        out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, outcome);
    }
    std::string sources() const {
        std::string out = "from";
        for (const std::string& each : definition_.segments) {
            out += " segment " + each;
        }
        for (const std::string& each : definition_.forms) {
            out += " form " + each;
        }
        return out + (definition_.manual ? " by hand" : "");
    }
    void walk(std::size_t number, int depth, const std::string& path) {
        const Event& event = definition_.events[number];
        lines_.push_back(
            {depth, path, caption_of(event), when_of(event), counts_[event.id], event.kind});
        for (std::size_t each : event.then) {
            walk(each, depth + 1, "");
        }
        for (std::size_t each : event.yes) {
            walk(each, depth + 1, "yes");
        }
        for (std::size_t each : event.no) {
            walk(each, depth + 1, "no");
        }
    }

    const Definition& definition_;
    std::map<std::string, std::string> counts_;
    std::vector<Line> lines_;
};

constexpr int row_height = 56;
constexpr int indent = 36;
constexpr int margin = 16;

std::string box(const Line& line, int y, int width) {
    static constexpr const char* fills[] = {"#e8f0fe", "#fff4d6", "#e3f4e4"};
    const int x = margin + line.depth * indent;
    std::string out =
        fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"44\" rx=\"6\" "
                    "fill=\"{}\" stroke=\"#5f6368\"/>\n",
                    x, y, width - x - margin,
                    line.depth == 0 ? "#f1f3f4" : fills[static_cast<std::size_t>(line.kind)]);
    const std::string path = line.path.empty() ? "" : line.path + " \u2192 ";
    out += fmt::format("<text x=\"{}\" y=\"{}\" font-weight=\"bold\">{}</text>\n", x + 10, y + 18,
                       base::html_escape(path + line.what));
    std::string below = line.when;
    if (!line.count.empty()) {
        below += (below.empty() ? "" : " · ") + line.count;
    }
    if (!below.empty()) {
        out += fmt::format("<text x=\"{}\" y=\"{}\">{}</text>\n", x + 10, y + 35,
                           base::html_escape(below));
    }
    return out;
}

} // namespace
} // namespace campaigns

std::string Campaigns::show(const std::string& code) const {
    using namespace campaigns;
    store::Engine::Read snapshot(*engine_);
    std::string out;
    const Campaign campaign = load(*engine_, code);
    const Tree tree(*engine_, campaign);
    for (const Line& line : tree.lines()) {
        out += std::string(static_cast<std::size_t>(line.depth) * 2, ' ');
        out += (line.path.empty() ? "" : line.path + " -> ") + line.what;
        out += line.when.empty() ? "" : "  [" + line.when + "]";
        out += line.count.empty() ? "" : "  " + line.count;
        out += '\n';
    }
    return out;
}

std::string Campaigns::show_svg(const std::string& code) const {
    using namespace campaigns;
    store::Engine::Read snapshot(*engine_);
    const Campaign campaign = load(*engine_, code);
    const Tree tree(*engine_, campaign);
    const auto& lines = tree.lines();
    int depth = 0;
    for (const Line& line : lines) {
        depth = std::max(depth, line.depth);
    }
    const int width = 640 + depth * indent;
    const int height = static_cast<int>(lines.size()) * row_height + margin;
    std::string out = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} "
        "{1}\" role=\"img\" font-family=\"sans-serif\" font-size=\"13\">\n<title>Campaign {2}"
        "</title>\n",
        width, height, base::html_escape(code));
    std::vector<int> last(static_cast<std::size_t>(depth) + 1, 0); // row of the parent by depth
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const int y = margin / 2 + static_cast<int>(i) * row_height;
        if (lines[i].depth > 0) {
            const int x = margin + (lines[i].depth - 1) * indent + indent / 2;
            out += fmt::format("<path d=\"M{} {}V{}H{}\" fill=\"none\" stroke=\"#5f6368\"/>\n", x,
                               last[static_cast<std::size_t>(lines[i].depth) - 1] + 44, y + 22,
                               margin + lines[i].depth * indent);
        }
        last[static_cast<std::size_t>(lines[i].depth)] = y;
        out += box(lines[i], y, width);
    }
    return out + "</svg>\n";
}

} // namespace habeas

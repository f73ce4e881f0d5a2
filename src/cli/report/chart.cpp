#include "chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

namespace habeas::cli::report {
namespace {

constexpr double width = 360, height = 190, top = 16, bottom = 22, right = 8;
constexpr double digit = 6.9; ///< width of a digit at the size that the style sheet gives labels

/// The smallest of 1, 2, 2.5, 5 times a power of ten that divides the range into few whole steps.
Count nice_step(Count range) {
    for (Count power = 1;; power *= 10) {
        for (Count tenths : {10, 20, 25, 50}) {
            if (power * tenths % 10 == 0 && power * tenths / 10 * 4 >= range) {
                return power * tenths / 10;
            }
        }
    }
}

/// Where values and months lie on the drawing.
class Frame {
  public:
    Frame(const Words& words, Count low, Count high, std::size_t months)
        : words_(words), step_(nice_step(std::max<Count>(high + low, 1))), months_(months) {
        low_ = (low + step_ - 1) / step_ * step_;
        high_ = std::max((high + step_ - 1) / step_ * step_, step_);
        std::size_t longest = std::max(words.number(high_).size(), words.number(low_).size());
        left_ = 8 + digit * static_cast<double>(longest);
    }
    [[nodiscard]] double y(Count value) const {
        return top + (height - top - bottom) * static_cast<double>(high_ - value) /
                         static_cast<double>(high_ + low_);
    }
    [[nodiscard]] double slot() const {
        return (width - left_ - right) / static_cast<double>(months_);
    }
    [[nodiscard]] double x(std::size_t month) const { ///< middle of the month
        return left_ + slot() * (static_cast<double>(month) + 0.5);
    }
    /// What lies beneath the values; the line of zero lies on them.
    void draw_axes(std::string& out, Month first) const {
        for (Count value = -low_; value <= high_; value += step_) {
            if (value != 0) {
                draw_line(out, "grid", value);
            }
            out += fmt::format(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="end">{}</text>)",
                               left_ - 5, y(value) + 3.5, words_.number(std::abs(value)));
        }
        std::size_t every = (months_ + 4) / 5;
        for (std::size_t back = 0; back < months_; back += every) {
            std::size_t at = months_ - 1 - back;
            bool last = back == 0 && months_ > 1; // would hang over the edge
            if (x(at) - 16 < left_ - 24) {
                break;
            }
            out += fmt::format(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>)",
                               last ? width - right : x(at), height - 6, last ? "end" : "middle",
                               words_.month_short(first + static_cast<Month>(at)));
        }
    }
    void draw_zero(std::string& out) const { draw_line(out, "zero", 0); }
    /// What is under the pointer, month by month.
    void draw_tips(std::string& out, const std::vector<std::string>& tips) const {
        for (std::size_t month = 0; month < months_ && month < tips.size(); ++month) {
            out += fmt::format(
                R"(<rect class="tip" x="{:.1f}" y="{}" width="{:.1f}" height="{}"><title>{}</title></rect>)",
                x(month) - slot() / 2, top, slot(), height - top - bottom, escape(tips[month]));
        }
    }

  private:
    void draw_line(std::string& out, const char* style, Count value) const {
        out += fmt::format(R"(<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>)",
                           style, left_, y(value), width - right, y(value));
    }

    const Words& words_;
    Count step_, low_ = 0, high_ = 0;
    std::size_t months_;
    double left_ = 0;
};

std::string open_svg(const std::string& id, const std::string& title, const std::string& text,
                     const std::string& more) {
    return fmt::format(
        R"(<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{0}-t {0}-d" {3}>)"
        R"(<title id="{0}-t">{1}</title><desc id="{0}-d">{2}</desc>)",
        id, escape(title), escape(text), more);
}
std::string open_plot(const Plot& plot) {
    return open_svg(plot.id, plot.title, plot.text,
                    fmt::format(R"(class="plot" viewBox="0 0 {} {}")", width, height));
}

Count highest(const std::vector<Count>& values) {
    return values.empty() ? 0 : *std::max_element(values.begin(), values.end());
}

void columns(std::string& out, const Frame& frame, const std::vector<Count>& values, int sign,
             const char* style) {
    double wide = std::max(1.0, std::min(frame.slot() * 0.72, 26.0));
    for (std::size_t month = 0; month < values.size(); ++month) {
        if (values[month] > 0) {
            double from = frame.y(sign > 0 ? values[month] : 0);
            double tall = std::max(frame.y(sign > 0 ? 0 : -values[month]) - from, 0.8);
            out += fmt::format(
                R"(<rect class="{}" x="{:.1f}" y="{:.2f}" width="{:.1f}" height="{:.2f}"/>)", style,
                frame.x(month) - wide / 2, from, wide, tall);
        }
    }
}

} // namespace

std::string line_plot(const Words& words, const Plot& plot, const std::vector<Line>& lines) {
    Count high = 0;
    std::size_t months = 0;
    for (const Line& line : lines) {
        high = std::max(high, highest(line.values));
        months = std::max(months, line.values.size());
    }
    const Frame frame(words, 0, high, std::max<std::size_t>(months, 1));
    std::string out = open_plot(plot);
    frame.draw_axes(out, plot.first);
    frame.draw_zero(out);
    for (const Line& line : lines) {
        std::string points;
        for (std::size_t month = 0; month < line.values.size(); ++month) {
            points += fmt::format("{}{:.1f},{:.1f}", month == 0 ? "" : " ", frame.x(month),
                                  frame.y(line.values[month]));
        }
        if (lines.size() == 1) {
            out += fmt::format(
                R"(<polygon class="area {}" points="{:.1f},{:.1f} {} {:.1f},{:.1f}"/>)", line.style,
                frame.x(0), frame.y(0), points, frame.x(months - 1), frame.y(0));
        }
        out += fmt::format(R"(<polyline class="line {}" points="{}"/>)", line.style, points);
        out += fmt::format(R"(<circle class="dot {}" cx="{:.1f}" cy="{:.1f}" r="3"/>)", line.style,
                           frame.x(line.values.size() - 1), frame.y(line.values.back()));
    }
    frame.draw_tips(out, plot.tips);
    return out + "</svg>";
}

std::string column_plot(const Words& words, const Plot& plot, const std::vector<Count>& up,
                        const std::vector<Count>& down) {
    const Frame frame(words, highest(down), highest(up), std::max<std::size_t>(up.size(), 1));
    std::string out = open_plot(plot);
    frame.draw_axes(out, plot.first);
    columns(out, frame, up, 1, "up");
    columns(out, frame, down, -1, "down");
    frame.draw_zero(out);
    frame.draw_tips(out, plot.tips);
    return out + "</svg>";
}

std::string share_plot(const std::string& id, const std::string& title, const std::string& text,
                       const std::vector<Segment>& segments) {
    Count whole = std::accumulate(segments.begin(), segments.end(), Count{0},
                                  [](Count sum, const Segment& each) { return sum + each.count; });
    std::string out = open_svg(id, title, text,
                               R"(class="share" viewBox="0 0 1000 10" preserveAspectRatio="none")");
    double at = 0;
    for (const Segment& segment : segments) {
        double wide = whole > 0
                          ? 1000.0 * static_cast<double>(segment.count) / static_cast<double>(whole)
                          : 0;
        if (segment.count > 0) {
            out += fmt::format(R"(<rect class="{}" x="{:.2f}" width="{:.2f}" height="10"/>)",
                               segment.style, at, std::max(wide - 2, 1.0));
        }
        at += wide;
    }
    return out + "</svg>";
}

std::string row_bar(const std::string& style, Count part, Count whole) {
    double share = whole > 0 ? 100.0 * static_cast<double>(part) / static_cast<double>(whole) : 0;
    return fmt::format(
        R"(<svg xmlns="http://www.w3.org/2000/svg" class="bar" viewBox="0 0 100 8" )"
        R"(preserveAspectRatio="none" aria-hidden="true"><rect class="{}" width="{:.2f}" height="8"/></svg>)",
        style, part > 0 ? std::max(share, 0.6) : 0.0);
}

} // namespace habeas::cli::report

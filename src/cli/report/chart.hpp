// The plots of the report as SVG. Colours are classes of the page's style sheet, so that light,
// dark and print each have theirs; every plot has a title and a description, every month its own
// tip.
#pragma once

#include "words.hpp"

#include <string>
#include <vector>

namespace habeas::cli::report {

struct Plot {
    std::string id;                ///< unique on the page
    std::string title, text;       ///< for who cannot see it
    Month first = 0;               ///< of the time axis
    std::vector<std::string> tips; ///< what a month shows when pointed at; one each
};

struct Line {
    std::string style; ///< class
    std::vector<Count> values;
};

/// Lines over months from zero; a single one with its area filled.
std::string line_plot(const Words& words, const Plot& plot, const std::vector<Line>& lines);
/// Columns over months: `up` from zero upwards, `down` (may be empty) from zero downwards.
std::string column_plot(const Words& words, const Plot& plot, const std::vector<Count>& up,
                        const std::vector<Count>& down);

struct Segment {
    std::string style; ///< class
    Count count = 0;
};
/// One bar divided among segments; `id`, `title` as in Plot.
std::string share_plot(const std::string& id, const std::string& title, const std::string& text,
                       const std::vector<Segment>& segments);
/// A bar within a table row, whose figures stand beside it (hidden from screen readers).
std::string row_bar(const std::string& style, Count part, Count whole);

} // namespace habeas::cli::report

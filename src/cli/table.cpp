#include "table.hpp"

#include "text.hpp"

#include <algorithm>

namespace habeas::cli {
namespace {

constexpr std::size_t rows_kept = 500;
constexpr std::size_t gap = 2;
constexpr std::size_t narrowest = 12; ///< a column is not squeezed below this

std::size_t longest_word(std::string_view text) {
    std::size_t longest = 0;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        longest = std::max(longest, display_width(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return longest;
}

} // namespace

Table::Table(Output& out, std::vector<Column> columns) : out_(out), columns_(std::move(columns)) {
    for (Column& column : columns_) {
        column.title = visible(column.title);
        widths_.push_back(display_width(column.title));
        words_.push_back(longest_word(column.title));
    }
}

void Table::row(std::vector<std::string> cells) {
    cells.resize(columns_.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
        cells[i] = visible(cells[i]);
        if (!any_) { // once rows are out, the widths stay
            widths_[i] = std::max(widths_[i], display_width(cells[i]));
            words_[i] = std::max(words_[i], longest_word(cells[i]));
        }
    }
    kept_.push_back(std::move(cells));
    if (kept_.size() >= rows_kept) {
        flush();
    }
}

void Table::end() {
    const bool empty = !any_ && kept_.empty();
    flush();
    if (empty) {
        out_.write("(none)\n");
    }
}

std::size_t Table::total() const {
    std::size_t sum = columns_.empty() ? 0 : gap * (columns_.size() - 1);
    for (std::size_t width : widths_) {
        sum += width;
    }
    return sum;
}

/// Takes from the widest column that can break between words, then from the widest of all, until
/// the table fits. False: it does not.
bool Table::fit() {
    while (out_.width() != 0 && total() > out_.width()) {
        std::size_t widest = columns_.size();
        for (bool between_words : {true, false}) {
            for (std::size_t i = 0; i < widths_.size(); ++i) {
                const std::size_t least =
                    between_words ? std::max(words_[i], narrowest) : narrowest;
                if (widths_[i] > least &&
                    (widest == columns_.size() || widths_[i] > widths_[widest])) {
                    widest = i;
                }
            }
            if (widest < columns_.size()) {
                break;
            }
        }
        if (widest == columns_.size()) {
            return false;
        }
        --widths_[widest];
    }
    return true;
}

void Table::flush() {
    if (!any_) {
        records_ = !fit();
        if (!records_) {
            std::vector<std::string> titles, lines;
            for (std::size_t i = 0; i < columns_.size(); ++i) {
                titles.push_back(columns_[i].title);
                lines.emplace_back(widths_[i], '-');
            }
            print(titles);
            print(lines);
        }
    }
    for (const auto& cells : kept_) {
        if (records_) {
            print_as_record(cells);
        } else {
            print(cells);
        }
    }
    any_ = any_ || !kept_.empty();
    kept_.clear();
}

void Table::print(const std::vector<std::string>& cells) {
    std::vector<std::vector<std::string>> lines;
    std::size_t height = 1;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const bool fits = out_.width() == 0 || display_width(cells[i]) <= widths_[i];
        lines.push_back(fits ? std::vector<std::string>{cells[i]} : wrap(cells[i], widths_[i]));
        height = std::max(height, lines.back().size());
    }
    for (std::size_t at = 0; at < height; ++at) {
        std::string text;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const std::string& part = at < lines[i].size() ? lines[i][at] : std::string();
            text += columns_[i].number ? padded_left(part, widths_[i]) : padded(part, widths_[i]);
            text.append(i + 1 < lines.size() ? gap : 0, ' ');
        }
        text.erase(text.find_last_not_of(' ') + 1);
        out_.write(text + "\n");
    }
}

void Table::print_as_record(const std::vector<std::string>& cells) {
    Record record;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (!cells[i].empty()) {
            record.emplace_back(columns_[i].title, cells[i]);
        }
    }
    print_record(out_, record);
    out_.write("\n");
}

} // namespace habeas::cli

#include "importers/sql_dump.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace habeas::importers {

struct SqlDumpReader::Impl : SqlText {
    using SqlText::SqlText;

    /// To the end of the statement, whatever it is.
    void skip_statement() {
        for (;;) {
            const int c = peek();
            if (c == end_of_input || at_delimiter()) {
                return;
            }
            if (c == '\'' || c == '"') {
                get();
                string(static_cast<char>(c), nullptr);
            } else if (c == '`') {
                name();
            } else if (is_space(c) || c == '#' || c == '-' || c == '/') {
                const std::uint64_t before = offset();
                skip_blanks();
                if (offset() == before) {
                    get();
                }
            } else {
                get();
            }
        }
    }
    bool at_delimiter() {
        for (std::size_t i = 0; i < delimiter.size(); ++i) {
            if (peek(i) != static_cast<unsigned char>(delimiter[i])) {
                return false;
            }
        }
        for (std::size_t i = 0; i < delimiter.size(); ++i) {
            get();
        }
        return true;
    }

    /// DELIMITER is a line of the client, not a statement.
    void change_delimiter() {
        std::string out;
        while (peek() == ' ' || peek() == '\t') {
            get();
        }
        for (int c = peek(); c != end_of_input && !is_space(c); c = peek()) {
            if (out.size() == 16) {
                fail("a delimiter is too long");
            }
            out += static_cast<char>(get());
        }
        if (out.empty()) {
            fail("expected a delimiter");
        }
        delimiter = out;
    }

    void end_statement(const char* what) {
        skip_blanks();
        if (!at_delimiter() && peek() != end_of_input) {
            fail(std::string("expected the end of ") + what);
        }
    }

    Event next() {
        for (;;) {
            if (in_rows) {
                if (begin_row()) {
                    read_row(true);
                    return Event::row;
                }
                continue;
            }
            skip_blanks();
            statement = {offset(), line()};
            const int c = peek();
            if (c == end_of_input) {
                return Event::end;
            }
            if (at_delimiter()) {
                continue;
            }
            if (!is_word(c)) {
                if (c != '(' && c != '\\') {
                    fail("this is no dump of MySQL or MariaDB: expected a statement");
                }
                skip_statement();
                continue;
            }
            const std::string first = word();
            if (first == "delimiter") {
                change_delimiter();
            } else if (first == "create") {
                if (create_table()) {
                    return Event::table;
                }
            } else if (first == "insert" || first == "replace") {
                if (insert()) {
                    return Event::insert;
                }
            } else if (first == "set") {
                set_statement();
            } else {
                skip_statement();
            }
        }
    }

    void set_statement() {
        std::string text = "set ";
        for (std::size_t i = 0; i < 60; ++i) {
            const int c = peek(i);
            if (c == end_of_input || c == ';') {
                break;
            }
            text += static_cast<char>(is_space(c) ? ' ' : c);
        }
        text.erase(std::unique(text.begin(), text.end(),
                               [](char a, char b) { return a == ' ' && b == ' '; }),
                   text.end());
        check_names(base::ascii_lower(text));
        skip_statement();
    }

    /// Behind CREATE. False: something else is created, and skipped.
    bool create_table() {
        skip_blanks();
        std::string what = word();
        while (what == "temporary" || what == "or" || what == "replace") {
            skip_blanks();
            what = word();
        }
        if (what != "table") {
            skip_statement();
            return false;
        }
        skip_blanks();
        if (peek() == 'I' || peek() == 'i') { // IF NOT EXISTS, or a bare name
            std::string bare = name();
            skip_blanks();
            if (base::ascii_lower(bare) == "if") {
                word();
                skip_blanks();
                word();
                skip_blanks();
                bare = table_name();
            }
            table.name = bare;
        } else {
            table.name = table_name();
        }
        table.columns.clear();
        skip_blanks();
        if (!take('(')) { // CREATE TABLE ... LIKE, ... SELECT
            skip_statement();
            return false;
        }
        for (;;) {
            skip_blanks();
            definition_element();
            skip_blanks();
            if (take(')')) {
                break;
            }
            expect(',', "between the columns of a table");
        }
        skip_statement(); // its options
        return true;
    }

    /// A column or a key.
    void definition_element() {
        const int c = peek();
        bool column = c == '`' || c == '"';
        std::string text = name();
        if (!column) {
            const std::string lower = base::ascii_lower(text);
            column = lower != "primary" && lower != "key" && lower != "unique" &&
                     lower != "constraint" && lower != "index" && lower != "fulltext" &&
                     lower != "spatial" && lower != "foreign" && lower != "check" &&
                     lower != "period";
        }
        if (column) {
            if (table.columns.size() == limits().max_columns) {
                fail("a table has too many columns");
            }
            table.columns.push_back(std::move(text));
        }
        int depth = 0;
        for (;;) {
            skip_blanks();
            const int next = peek();
            if (next == end_of_input) {
                fail("the definition of a table is never closed");
            }
            if (depth == 0 && (next == ',' || next == ')')) {
                return;
            }
            if (next == '\'') {
                get();
                string('\'', nullptr);
            } else if (next == '`' || next == '"') {
                name();
            } else {
                depth += next == '(' ? 1 : next == ')' ? -1 : 0;
                get();
            }
        }
    }

    /// Behind INSERT or REPLACE, up to the first row. False: it has no values.
    bool insert() {
        skip_blanks();
        std::string before;
        while (is_word(peek()) && peek() != '`') {
            before = word();
            skip_blanks();
            if (before == "into") {
                break;
            }
            if (before != "low_priority" && before != "delayed" && before != "high_priority" &&
                before != "ignore") {
                fail("expected INTO");
            }
        }
        table.name = table_name();
        table.columns.clear();
        skip_blanks();
        if (take('(')) {
            do {
                skip_blanks();
                if (table.columns.size() == limits().max_columns) {
                    fail("a statement names too many columns");
                }
                table.columns.push_back(name());
                skip_blanks();
            } while (take(','));
            expect(')', "behind the columns");
            skip_blanks();
        }
        const std::string what = word();
        if (what != "values" && what != "value") {
            skip_statement(); // INSERT ... SELECT: no values
            return false;
        }
        in_rows = true;
        first_row = true;
        return true;
    }

    /// At the next row of the statement? Else the statement is over.
    bool begin_row() {
        skip_blanks();
        if (first_row || take(',')) {
            first_row = false;
            skip_blanks();
            row_line = line();
            expect('(', "before a row");
            return true;
        }
        in_rows = false;
        if (is_word(peek())) { // ON DUPLICATE KEY UPDATE, AS new
            skip_statement();
            return false;
        }
        end_statement("an INSERT");
        return false;
    }

    struct Span {
        std::size_t begin = 0, end = 0;
        bool null = false;
    };

    /// Behind the opening bracket.
    void read_row(bool keep) {
        values.clear();
        spans.clear();
        std::size_t count = 0;
        skip_blanks();
        if (!take(')')) {
            do {
                skip_blanks();
                if (++count > limits().max_columns) {
                    fail("a row has too many values");
                }
                Span span{values.size(), 0, false};
                span.null = value(keep ? &values : nullptr);
                span.end = values.size();
                if (values.size() > limits().max_row_bytes) {
                    fail("a row is longer than " + std::to_string(limits().max_row_bytes) +
                         " bytes");
                }
                if (keep) {
                    spans.push_back(span);
                }
                skip_blanks();
            } while (take(','));
            expect(')', "behind a row");
        }
        if (!keep) {
            return;
        }
        cells.clear();
        for (const Span& span : spans) {
            if (span.null) {
                cells.emplace_back();
            } else {
                cells.emplace_back(
                    std::string_view(values).substr(span.begin, span.end - span.begin));
            }
        }
    }

    std::string delimiter = ";";
    SqlTable table;
    SqlPlace statement;
    bool in_rows = false, first_row = false;
    std::uint64_t row_line = 0;
    std::string values;
    std::vector<Span> spans;
    std::vector<std::optional<std::string_view>> cells;
};

SqlDumpReader::SqlDumpReader(ReadAt read, SqlDumpLimits limits, SqlPlace begin,
                             std::size_t buffer_bytes)
    : impl_(std::make_unique<Impl>(std::move(read), limits, begin, buffer_bytes)) {}
SqlDumpReader::~SqlDumpReader() = default;
SqlDumpReader::SqlDumpReader(SqlDumpReader&&) noexcept = default;
SqlDumpReader& SqlDumpReader::operator=(SqlDumpReader&&) noexcept = default;

SqlDumpReader::Event SqlDumpReader::next() {
    return impl_->next();
}

std::uint64_t SqlDumpReader::skip_rows() {
    std::uint64_t rows = 0;
    while (impl_->in_rows) {
        if (impl_->begin_row()) {
            impl_->read_row(false);
            ++rows;
        }
    }
    return rows;
}

const SqlTable& SqlDumpReader::table() const {
    return impl_->table;
}
const std::vector<std::optional<std::string_view>>& SqlDumpReader::cells() const {
    return impl_->cells;
}
SqlPlace SqlDumpReader::place() const {
    return impl_->statement;
}
std::uint64_t SqlDumpReader::line() const {
    return impl_->row_line;
}
std::uint64_t SqlDumpReader::offset() const {
    return impl_->offset();
}

} // namespace habeas::importers

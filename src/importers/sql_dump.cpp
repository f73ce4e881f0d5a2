#include "importers/sql_dump.hpp"

#include "base/files.hpp"
#include "base/text.hpp"
#include "habeas/error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <unistd.h>

namespace habeas::importers {
namespace {

constexpr int end_of_input = -1;
constexpr std::size_t max_name_bytes = 256;
constexpr std::size_t max_word_bytes = 64;
constexpr std::size_t least_buffer_bytes = 128; ///< holds what is looked at ahead

bool is_space(int c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
bool is_digit(int c) {
    return c >= '0' && c <= '9';
}
bool is_word(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
           c == '$' || c >= 0x80;
}

/// What a backslash and this character stand for in a string of MySQL.
char unescaped(char c) {
    switch (c) {
    case '0':
        return '\0';
    case 'b':
        return '\b';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'Z':
        return '\x1A';
    default:
        return c;
    }
}

} // namespace

ReadAt read_at_file(const std::string& path) {
    auto file =
        std::make_shared<base::File>(base::open_file(path, base::OpenMode::read, "dump file"));
    return [file, path](std::uint64_t offset, char* buffer, std::size_t size) {
        for (;;) {
            const ssize_t count = ::pread(file->fd(), buffer, size, static_cast<off_t>(offset));
            if (count >= 0) {
                return static_cast<std::size_t>(count);
            }
            if (errno != EINTR) {
                throw Error(Errc::io,
                            "dump file " + path + ": " + std::generic_category().message(errno),
                            path);
            }
        }
    };
}

ReadAt read_at_memory(std::string_view text) {
    return [text](std::uint64_t offset, char* buffer, std::size_t size) {
        if (offset >= text.size()) {
            return std::size_t{0};
        }
        const std::size_t count = std::min<std::size_t>(size, text.size() - offset);
        std::memcpy(buffer, text.data() + offset, count);
        return count;
    };
}

struct SqlDumpReader::Impl {
    Impl(ReadAt source, SqlDumpLimits given, SqlPlace begin, std::size_t bytes)
        : read(std::move(source)), limits(given), buffer(std::max(bytes, least_buffer_bytes), '\0'),
          base(begin.offset), lines(begin.line) {}

    // ---- bytes ----

    [[noreturn]] void fail(const std::string& what) const {
        const std::string place = "line " + std::to_string(lines);
        throw Error(Errc::invalid, place + ": " + what, place);
    }

    bool fill() {
        base += at;
        const std::size_t left = filled - at;
        std::memmove(buffer.data(), buffer.data() + at, left);
        at = 0;
        filled = left;
        const std::size_t count =
            read(base + filled, buffer.data() + filled, buffer.size() - filled);
        filled += count;
        return count != 0;
    }
    int peek(std::size_t ahead = 0) {
        while (at + ahead >= filled) {
            if (!fill()) {
                return end_of_input;
            }
        }
        return static_cast<unsigned char>(buffer[at + ahead]);
    }
    int get() {
        const int c = peek();
        if (c != end_of_input) {
            ++at;
            lines += c == '\n' ? 1 : 0;
        }
        return c;
    }
    bool take(char c) {
        if (peek() != static_cast<unsigned char>(c)) {
            return false;
        }
        get();
        return true;
    }
    void expect(char c, const char* where) {
        if (!take(c)) {
            fail(std::string("expected ") + c + " " + where);
        }
    }

    void skip_line() {
        for (int c = get(); c != '\n' && c != end_of_input;) {
            c = get();
        }
    }
    void skip_block_comment() {
        get();
        get();
        for (;;) {
            const int c = get();
            if (c == end_of_input) {
                fail("a comment is never closed");
            }
            if (c == '*' && peek() == '/') {
                get();
                return;
            }
        }
    }
    /// Blanks and comments. What MySQL would run of a conditional comment is settings only, but for
    /// its character set.
    void skip_blanks() {
        for (;;) {
            const int c = peek();
            if (is_space(c)) {
                get();
            } else if (c == '#') {
                skip_line();
            } else if (c == '-' && peek(1) == '-' && (is_space(peek(2)) || peek(2) == -1)) {
                skip_line();
            } else if (c == '/' && peek(1) == '*') {
                if (peek(2) == '!') {
                    note_character_set();
                }
                skip_block_comment();
            } else {
                return;
            }
        }
    }
    /// "/*!40101 SET NAMES utf8mb4 */"
    void note_character_set() {
        std::string text;
        for (std::size_t i = 3; i < 3 + 60; ++i) {
            const int c = peek(i);
            if (c == end_of_input || c == '*') {
                break;
            }
            text += static_cast<char>(c);
        }
        check_names(base::ascii_lower(text));
    }
    void check_names(const std::string& lower) const {
        const std::size_t names = lower.find("set names ");
        if (names == std::string::npos) {
            return;
        }
        std::string_view set = std::string_view(lower).substr(names + 10);
        set = base::trim(set.substr(0, set.find_first_of(";*")));
        if (set.starts_with('\'') || set.starts_with('"')) {
            set.remove_prefix(1);
        }
        if (!set.starts_with("utf8")) {
            fail("the dump is not in UTF-8; dump again with --default-character-set=utf8mb4");
        }
    }

    // ---- words and strings ----

    std::string word() {
        std::string out;
        while (is_word(peek())) {
            if (out.size() == max_word_bytes) {
                fail("a word is too long");
            }
            out += static_cast<char>(get());
        }
        return base::ascii_lower(out);
    }
    /// In backquotes, double quotes (ANSI) or bare.
    std::string name() {
        const int quote = peek();
        std::string out;
        const auto add = [&](int c) {
            if (out.size() == max_name_bytes) {
                fail("a name is too long");
            }
            out += static_cast<char>(c);
        };
        if (quote != '`' && quote != '"') {
            while (is_word(peek())) {
                add(get());
            }
            if (out.empty()) {
                fail("expected a name");
            }
            return out;
        }
        get();
        for (;;) {
            const int c = get();
            if (c == end_of_input) {
                fail("a name is never closed");
            }
            if (c == quote && !take(static_cast<char>(quote))) {
                return out;
            }
            add(c);
        }
    }
    /// `schema`.`table`: the table.
    std::string table_name() {
        std::string out = name();
        skip_blanks();
        while (take('.')) {
            out = name();
            skip_blanks();
        }
        return out;
    }

    /// After the opening quote. `out` null: skipped.
    void string(char quote, std::string* out) {
        const std::uint64_t began = lines;
        const std::size_t begin = out ? out->size() : 0;
        for (;;) {
            if (at == filled && !fill()) {
                lines = began;
                fail("a string is never closed");
            }
            const char* from = buffer.data() + at;
            const char* end = buffer.data() + filled;
            const char* stop = from;
            while (stop != end && *stop != quote && *stop != '\\') {
                lines += *stop == '\n' ? 1 : 0;
                ++stop;
            }
            if (out) {
                out->append(from, stop);
                if (out->size() - begin > limits.max_cell_bytes) {
                    fail("a value is longer than " + std::to_string(limits.max_cell_bytes) +
                         " bytes");
                }
            }
            at += static_cast<std::size_t>(stop - from);
            if (stop == end) {
                continue;
            }
            const int c = get();
            if (c == '\\') {
                const int next = get();
                if (next == end_of_input) {
                    lines = began;
                    fail("a string is never closed");
                }
                if (out) {
                    *out += unescaped(static_cast<char>(next));
                }
            } else if (peek() == static_cast<unsigned char>(quote)) {
                get();
                if (out) {
                    *out += quote;
                }
            } else {
                return;
            }
        }
    }

    // ---- statements ----

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
                const std::uint64_t before = base + at;
                skip_blanks();
                if (base + at == before) {
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
        at += delimiter.size();
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
            statement = {base + at, lines};
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
            if (table.columns.size() == limits.max_columns) {
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
                if (table.columns.size() == limits.max_columns) {
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
            row_line = lines;
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
                if (++count > limits.max_columns) {
                    fail("a row has too many values");
                }
                Span span{values.size(), 0, false};
                span.null = value(keep ? &values : nullptr);
                span.end = values.size();
                if (values.size() > limits.max_row_bytes) {
                    fail("a row is longer than " + std::to_string(limits.max_row_bytes) + " bytes");
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

    /// True: NULL.
    bool value(std::string* out) {
        const int c = peek();
        if (c == '\'' || c == '"') {
            do { // adjacent strings are one
                const char quote = static_cast<char>(get());
                string(quote, out);
                skip_blanks();
            } while (peek() == '\'' || peek() == '"');
            return false;
        }
        if (c == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
            get();
            get();
            hex(out, '\0');
            return false;
        }
        if (is_digit(c) || c == '-' || c == '+' || c == '.') {
            number(out);
            return false;
        }
        if (!is_word(c)) {
            fail("expected a value");
        }
        const std::string text = word();
        if (text == "null") {
            return true;
        }
        if (text == "true" || text == "false") {
            put(out, text == "true" ? '1' : '0');
            return false;
        }
        skip_blanks();
        if ((text == "x" || text == "b") && peek() == '\'') {
            get();
            text == "x" ? hex(out, '\'') : bits(out);
            return false;
        }
        if (text.starts_with('_') &&
            (peek() == '\'' || peek() == '0' || peek() == 'x' || peek() == 'X')) { // _binary '...'
            return value(out);
        }
        fail("expected a value: a string, a number, NULL or a hexadecimal");
    }
    static void put(std::string* out, char c) {
        if (out) {
            *out += c;
        }
    }
    void number(std::string* out) {
        std::size_t size = 0;
        bool digits = false;
        for (int c = peek();
             is_digit(c) || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'; c = peek()) {
            if (++size > 400) {
                fail("a number is too long");
            }
            digits = digits || is_digit(c);
            put(out, static_cast<char>(get()));
        }
        if (!digits || is_word(peek())) {
            fail("expected a number");
        }
    }
    void hex(std::string* out, char closing) {
        std::size_t size = 0;
        for (;;) {
            const int high = base::hex_digit(static_cast<char>(peek()));
            if (peek() == end_of_input || high < 0) {
                break;
            }
            get();
            const int low =
                peek() == end_of_input ? -1 : base::hex_digit(static_cast<char>(peek()));
            if (low < 0) {
                fail("a hexadecimal value has an odd digit");
            }
            get();
            put(out, static_cast<char>(high * 16 + low));
            if (++size > limits.max_cell_bytes) {
                fail("a value is too long");
            }
        }
        if (closing != '\0') {
            expect(closing, "behind a hexadecimal value");
        } else if (is_word(peek())) {
            fail("expected a hexadecimal digit");
        }
    }
    /// b'0101', as the bytes that MySQL gives.
    void bits(std::string* out) {
        std::string digits;
        while (peek() == '0' || peek() == '1') {
            if (digits.size() == 64) {
                fail("a bit value has more than 64 bits");
            }
            digits += static_cast<char>(get());
        }
        expect('\'', "behind a bit value");
        digits.insert(0, (8 - digits.size() % 8) % 8, '0');
        for (std::size_t i = 0; i < digits.size(); i += 8) {
            int byte = 0;
            for (std::size_t bit = 0; bit < 8; ++bit) {
                byte = byte * 2 + (digits[i + bit] == '1' ? 1 : 0);
            }
            put(out, static_cast<char>(byte));
        }
    }

    ReadAt read;
    SqlDumpLimits limits;
    std::string buffer;
    std::size_t at = 0, filled = 0;
    std::uint64_t base = 0; ///< offset of the buffer's first byte
    std::uint64_t lines = 1;
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
    return impl_->base + impl_->at;
}

} // namespace habeas::importers

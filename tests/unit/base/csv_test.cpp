#include "base/csv.hpp"
#include "base/text.hpp"
#include "expect_error.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

namespace base_csv_test {

using namespace habeas;
using namespace habeas::base;
using namespace habeas::test;
using namespace std::string_literals;
namespace fs = std::filesystem;

namespace {

using Row = std::vector<std::string>;

/// Hands out `size` bytes at a time.
ReadBytes in_pieces(std::string text, std::size_t size) {
    return [text = std::move(text), size, at = std::size_t{0}](char* buffer,
                                                               std::size_t room) mutable {
        std::size_t count = std::min({size, room, text.size() - at});
        text.copy(buffer, count, at);
        at += count;
        return count;
    };
}

/// Rows with quoted cells marked, as "q:text".
std::vector<Row> all_rows(CsvReader& reader) {
    std::vector<Row> rows;
    std::span<const CsvCell> row;
    while (reader.next(row)) {
        Row out;
        for (const CsvCell& cell : row) {
            out.push_back((cell.quoted ? "q:" : "") + std::string(cell.text));
        }
        rows.push_back(out);
    }
    return rows;
}

std::vector<Row> rows_of(const std::string& text, CsvOptions options = {},
                         std::size_t piece = 1 << 20) {
    CsvReader reader(in_pieces(text, piece), options);
    return all_rows(reader);
}

std::string message(const std::string& text, CsvOptions options = {}) {
    return message_of([&] { rows_of(text, options); });
}

} // namespace

TEST_CASE("base: CSV records are read as RFC 4180 says, in pieces of any size", "[base][csv]") {
    auto [text, rows] = GENERATE(table<std::string, std::vector<Row>>({
        {"", {}},
        {"\n", {}},
        {"\r\n\r\n\n\r\r", {}},
        {"a", {{"a"}}},
        {"a\n", {{"a"}}},
        {"a,b\nc,d\n", {{"a", "b"}, {"c", "d"}}},
        {"a,b\r\nc,d\r\n", {{"a", "b"}, {"c", "d"}}},
        {"a,b\rc,d\r", {{"a", "b"}, {"c", "d"}}},
        {"a,b\nc,d", {{"a", "b"}, {"c", "d"}}},
        {"a\n\nb\r\n\r\nc\r\rd", {{"a"}, {"b"}, {"c"}, {"d"}}},
        {"a\n\rb", {{"a"}, {"b"}}},
        {",", {{"", ""}}},
        {",\n", {{"", ""}}},
        {"a,\n,b", {{"a", ""}, {"", "b"}}},
        {"a,,b,", {{"a", "", "b", ""}}},
        {" ", {{" "}}},
        {" a , b ", {{" a ", " b "}}},
        {"\"\"", {{"q:"}}},
        {"\"\",\"\"\n", {{"q:", "q:"}}},
        {"\"a\",b", {{"q:a", "b"}}},
        {"\"a,b\",c\n", {{"q:a,b", "c"}}},
        {"\"a\nb\"\nc", {{"q:a\nb"}, {"c"}}},
        {"\"a\r\nb\",x\r\nc", {{"q:a\r\nb", "x"}, {"c"}}},
        {"\"a\rb\"\rc", {{"q:a\rb"}, {"c"}}},
        {"\"\n\"", {{"q:\n"}}},
        {"\"a\"\"b\"", {{"q:a\"b"}}},
        {"\"\"\"\"", {{"q:\""}}},
        {"\"\"\"\"\"\"", {{"q:\"\""}}},
        {"\"\"\"a\"\"\",\"\"\"\"\"b\"", {{"q:\"a\"", "q:\"\"b"}}},
        {"\"a\"\"\nb\"\"\"\"c\",d\ne", {{"q:a\"\nb\"\"c", "d"}, {"e"}}},
        {"a,\"b\"", {{"a", "q:b"}}},
        {"a,\"b\"\r", {{"a", "q:b"}}},
        {"\xEF\xBB\xBF"
         "a,b\n",
         {{"a", "b"}}},
        {"\xEF\xBB\xBF\"a\",b\n", {{"q:a", "b"}}},
        {"\xEF\xBB\xBF", {}},
        {"\xEF\xBB", {{"\xEF\xBB"}}},
        {"a\xEF\xBB\xBF", {{"a\xEF\xBB\xBF"}}},
        {"a\0b,c"s, {{"a\0b"s, "c"}}},
        {"sep=;\n1;2", {{"sep=;"}, {"1;2"}}},
        {"m\xC3\xBCller,\xF0\x9F\x98\x80", {{"m\xC3\xBCller", "\xF0\x9F\x98\x80"}}},
        {"not utf8 \xFF,x", {{"not utf8 \xFF", "x"}}},
        {"0123456789abcdef,0123456789abcde,\"0123456789abcdef\"\n",
         {{"0123456789abcdef", "0123456789abcde", "q:0123456789abcdef"}}},
    }));
    CAPTURE(text);
    for (std::size_t piece : {1U, 2U, 3U, 5U, 16U, 1000U}) {
        CAPTURE(piece);
        CHECK(rows_of(text, {}, piece) == rows);
    }
}

TEST_CASE("base: CSV has the delimiter and the quote that were asked for", "[base][csv]") {
    CHECK(rows_of("a;b,c;\"d;e\"\n", {.delimiter = ';'}) ==
          std::vector<Row>{{"a", "b,c", "q:d;e"}});
    CHECK(rows_of("a\tb\n", {.delimiter = '\t'}) == std::vector<Row>{{"a", "b"}});
    CHECK(rows_of("'a,b',\"c\"\n", {.quote = '\''}) == std::vector<Row>{{"q:a,b", "\"c\""}});
    for (auto [delimiter, quote] : {std::pair('"', '"'),
                                    {'\n', '"'},
                                    {'\r', '"'},
                                    {'\0', '"'},
                                    {',', '\n'},
                                    {',', '\0'},
                                    {'\xE4', '"'},
                                    {',', '\x80'}}) {
        CsvOptions options{.delimiter = delimiter, .quote = quote};
        CHECK(code_of([&] { CsvReader(read_memory("a"), options); }) == Errc::invalid);
    }
    CHECK(code_of([] { CsvReader(read_memory("a"), {.max_columns = 0}); }) == Errc::invalid);
}

TEST_CASE("base: CSV knows line, column, record and bytes", "[base][csv]") {
    std::string text = "\xEF\xBB\xBFid,name\r\n\r\n1,\"two\r\nlines\",x\r\n2,\"a\"\"b\",\"c\"\n\n3";
    for (std::size_t piece : {1U, 4U, 1000U}) {
        CsvReader reader(in_pieces(text, piece), {});
        std::span<const CsvCell> row;
        REQUIRE(reader.next(row));
        CHECK(reader.line() == 1);
        CHECK(reader.record() == 1);
        CHECK(row[0].column == 1);
        CHECK(row[1].column == 4);
        REQUIRE(reader.next(row));
        CHECK(reader.line() == 3);
        CHECK(reader.record() == 2);
        CHECK(row[1].column == 3);
        CHECK(row[2].column == 8); // in its own line, the fourth
        REQUIRE(reader.next(row));
        CHECK(reader.line() == 5);
        CHECK(row[1].column == 3);
        CHECK(row[2].column == 10);
        REQUIRE(reader.next(row));
        CHECK(reader.line() == 7);
        CHECK(reader.record() == 4);
        CHECK_FALSE(reader.next(row));
        CHECK(row.empty());
        CHECK_FALSE(reader.next(row));
        CHECK(reader.bytes() == text.size());
    }
}

TEST_CASE("base: broken CSV is refused with line and column", "[base][csv]") {
    auto [text, place] = GENERATE(table<std::string, std::string>({
        {"a\"b", "CSV line 1, column 2: a quote inside"},
        {"ab\"\n", "CSV line 1, column 3: a quote inside"},
        {"a,b\nc, \"d\"\n", "CSV line 2, column 4: a quote inside"},
        {"\"a\"b", "CSV line 1, column 4: text after the closing quote of the cell that begins in "
                   "line 1, column 1"},
        {"\"a\" ,b", "CSV line 1, column 4: text after"},
        {"x,\"a\nbc\"d\n", "CSV line 2, column 4: text after the closing quote of the cell that "
                           "begins in line 1, column 3"},
        {"\"a\"\0"s, "CSV line 1, column 4: text after"},
        {"\"", "CSV line 1, column 1: the quote opened here is never closed"},
        {"a,b\nc,\"d", "CSV line 2, column 3: the quote opened here is never closed"},
        {"a\r\"b\r\nc\r\r\"\"", "CSV line 2, column 1: the quote opened here is never closed"},
        {"\"a\"\"", "CSV line 1, column 1: the quote opened here is never closed"},
        {"\xFF\xFE"
         "a\0b\0"s,
         "CSV line 1, column 1: the file is UTF-16"},
        {"\xFE\xFF\0a"s, "CSV line 1, column 1: the file is UTF-16"},
    }));
    for (std::size_t piece : {1U, 3U, 1000U}) {
        CsvReader reader(in_pieces(text, piece), {});
        Error error = error_of([&] { all_rows(reader); });
        CHECK(error.code() == Errc::invalid);
        CHECK(contains(error.what(), place));
        CHECK(contains(place, error.where()));
    }
}

TEST_CASE("base: after a broken record the next line is read", "[base][csv]") {
    std::string text = "one\nb\"ad,\"x\r\ntwo\n\"bad\"er\"\"\n\nthree\n\"a\nb\"c\rfour\nba\"d";
    for (std::size_t piece : {1U, 2U, 7U, 1000U}) {
        CsvReader reader(in_pieces(text, piece), {});
        std::span<const CsvCell> row;
        std::vector<std::string> seen;
        for (bool more = true; more;) {
            try {
                more = reader.next(row);
                if (more) {
                    seen.push_back(std::to_string(reader.line()) + " " + std::string(row[0].text));
                }
            } catch (const Error& error) {
                seen.push_back(error.where());
                CHECK_FALSE(reader.failed());
            }
        }
        CHECK(seen == std::vector<std::string>{"1 one", "line 2, column 2", "3 two",
                                               "line 4, column 6", "6 three", "line 8, column 3",
                                               "9 four", "line 10, column 3"});
        CHECK(reader.record() == 8);
    }
}

TEST_CASE("base: an error of the whole CSV file stays", "[base][csv]") {
    CsvReader reader(in_pieces("a\n\"b", 2), {});
    std::span<const CsvCell> row;
    REQUIRE(reader.next(row));
    std::string first = message_of([&] { reader.next(row); });
    CHECK(reader.failed());
    CHECK(message_of([&] { reader.next(row); }) == first);
}

TEST_CASE("base: a quote that is never closed does not read the file to its end", "[base][csv]") {
    std::uint64_t handed_out = 0;
    ReadBytes endless = [&](char* buffer, std::size_t size) {
        std::string_view start = "id,note\n1,fine\n2,\"open";
        std::fill_n(buffer, size, 'x');
        if (handed_out == 0) {
            start.copy(buffer, size);
        }
        handed_out += size;
        return size;
    };
    SECTION("quoted") {
        CsvReader reader(endless, {});
        Error error = error_of([&] { all_rows(reader); });
        CHECK(contains(error.what(), "CSV line 3, column 3: the quote opened here is not closed"));
        CHECK(contains(error.what(), "1048576 bytes"));
        CHECK(reader.failed());
    }
    SECTION("and not quoted") {
        CsvReader reader(endless, {.quote = '\''});
        Error error = error_of([&] { all_rows(reader); });
        CHECK(contains(error.what(), "CSV line 3, column 3: a cell of more than 1048576 bytes"));
    }
    SECTION("with doubled quotes") {
        ReadBytes quotes = [&](char* buffer, std::size_t size) {
            std::fill_n(buffer, size, '"');
            size -= handed_out == 0 ? size % 2 + 1 : size % 2; // the first one opens
            handed_out += size;
            return size;
        };
        CsvReader reader(quotes, {});
        CHECK(contains(message_of([&] { all_rows(reader); }), "CSV line 1, column 1: the quote"));
    }
    CHECK(handed_out < 5'000'000);
}

TEST_CASE("base: CSV bombs are refused", "[base][csv]") {
    CHECK(contains(message(std::string(100'000, ',')),
                   "CSV line 1, column 2001: more than 2000 columns"));
    CHECK(rows_of(std::string(1999, ',')).at(0).size() == 2000);
    CHECK(contains(message(std::string(2000, ',')), "more than 2000 columns"));

    std::string exactly(1 << 20, 'a');
    CHECK(rows_of("x," + exactly + "\n").at(0).at(1) == exactly);
    CHECK(rows_of("x,\"" + exactly + "\"\n").at(0).at(1) == "q:" + exactly);
    CHECK(contains(message("x," + exactly + "a\n"), "CSV line 1, column 3: a cell of more than"));
    CHECK(contains(message("\n\"" + exactly + "a\"\n"), "CSV line 2, column 1: "));
    CHECK(contains(message("abcdef\n", {.max_cell_bytes = 5}), "a cell of more than 5 bytes"));

    std::string wide; // each cell is allowed, all together are not
    for (int i = 0; i < 20; ++i) {
        wide += std::string(900'000, 'a') + ",";
    }
    CHECK(contains(message("ok\n" + wide), "CSV line 2, column 1: a record of more than 8388608"));

    // As many small lines as one likes.
    std::string many;
    for (int i = 0; i < 300'000; ++i) {
        many += "\n\r\n";
    }
    CHECK(rows_of(many + "a").size() == 1);
}

TEST_CASE("base: CSV in Windows-1252 becomes UTF-8", "[base][csv]") {
    CsvOptions options{.windows1252 = true};
    CHECK(rows_of("M\xFCller,\"\x80\"\"5\",plain\n\xE9,\x93q\x94", options, 1) ==
          std::vector<Row>{{"M\xC3\xBCller", "q:\xE2\x82\xAC\"5", "plain"},
                           {"\xC3\xA9", "\xE2\x80\x9Cq\xE2\x80\x9D"}});
    CHECK(contains(message("\xEF\xBB\xBFx", options), "declared as Windows-1252"));
    CsvReader reader(read_memory("a,b\n1,x\x81y\n2,ok\n"), options);
    std::span<const CsvCell> row;
    REQUIRE(reader.next(row));
    Error error = error_of([&] { reader.next(row); });
    CHECK(error.where() == "line 2, column 3");
    REQUIRE(reader.next(row));
    CHECK(row[1].text == "ok");
}

TEST_CASE("base: CSV cells stay whole across the ends of the buffer", "[base][csv]") {
    std::mt19937 random(4180);
    std::uniform_int_distribution<int> kind(0, 9);
    std::uniform_int_distribution<std::size_t> length(0, 60);
    std::string text;
    std::vector<Row> expected;
    while (text.size() < 3'000'000) {
        Row row;
        for (int column = 0; column < 8; ++column) {
            int k = kind(random);
            std::string cell(k == 9 ? length(random) * 500 : length(random),
                             static_cast<char>('a' + k));
            text += column > 0 ? "," : "";
            if (k < 6) {
                row.push_back(cell);
                text += cell;
                continue;
            }
            std::string doubled;
            for (std::size_t i = 0; i < cell.size(); i += 7) {
                cell[i] = i % 3 == 0 ? '"' : i % 3 == 1 ? '\n' : ',';
            }
            for (char c : cell) {
                doubled += c == '"' ? "\"\"" : std::string(1, c);
            }
            row.push_back("q:" + cell);
            text += '"' + doubled + '"';
        }
        text += "\r\n";
        expected.push_back(row);
    }
    for (std::size_t piece : {1U << 30, 65536U, 4097U, 13U}) {
        CHECK(rows_of(text, {}, piece) == expected); // CHECK prints nothing of it when equal
    }
}

namespace {

/// A reader written as plainly as possible, to compare with: one byte after the other.
struct PlainReader {
    std::vector<std::string> log;

    explicit PlainReader(const std::string& text) {
        std::size_t at = 0;
        std::size_t line = 1;
        std::size_t line_start = 0;
        auto end_line = [&] {
            at += text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n' ? 2 : 1;
            ++line;
            line_start = at;
        };
        auto is_end = [&] { return text[at] == '\r' || text[at] == '\n'; };
        auto place = [&](std::size_t l, std::size_t column) {
            return "line " + std::to_string(l) + ", column " + std::to_string(column);
        };
        while (at < text.size()) {
            if (is_end()) {
                end_line();
                continue;
            }
            std::string record = std::to_string(line);
            std::string error;
            for (bool more = true; more && error.empty();) {
                more = false;
                std::string cell;
                std::size_t column = at - line_start + 1;
                bool quoted = at < text.size() && text[at] == '"';
                if (quoted) {
                    std::size_t open_line = line;
                    bool closed = false;
                    for (++at; at < text.size() && !closed;) {
                        if (text[at] != '"') {
                            if (is_end()) {
                                std::size_t start = at;
                                end_line();
                                cell += text.substr(start, at - start);
                            } else {
                                cell += text[at++];
                            }
                        } else if (at + 1 < text.size() && text[at + 1] == '"') {
                            cell += '"';
                            at += 2;
                        } else {
                            closed = true;
                            ++at;
                        }
                    }
                    if (!closed) {
                        log.push_back("! " + place(open_line, column));
                        return;
                    }
                    if (at < text.size() && text[at] != ',' && !is_end()) {
                        error = place(line, at - line_start + 1);
                    }
                } else {
                    while (at < text.size() && text[at] != ',' && !is_end() && error.empty()) {
                        if (text[at] == '"') {
                            error = place(line, at - line_start + 1);
                        }
                        cell += text[at];
                        at += error.empty() ? 1 : 0;
                    }
                }
                record += (quoted ? "|q" : "|") + std::to_string(column) + ":" + cell;
                if (error.empty() && at < text.size() && text[at] == ',') {
                    ++at;
                    more = true;
                }
            }
            while (!error.empty() && at < text.size() && !is_end()) {
                ++at;
            }
            log.push_back(error.empty() ? record : "! " + error);
        }
    }
};

std::vector<std::string> log_of(CsvReader reader) {
    std::vector<std::string> log;
    std::span<const CsvCell> row;
    for (;;) {
        try {
            if (!reader.next(row)) {
                return log;
            }
            std::string record = std::to_string(reader.line());
            for (const CsvCell& cell : row) {
                record += (cell.quoted ? "|q" : "|") + std::to_string(cell.column) + ":" +
                          std::string(cell.text);
            }
            log.push_back(record);
        } catch (const Error& error) {
            log.push_back("! " + error.where());
            if (reader.failed()) {
                return log;
            }
        }
    }
}

} // namespace

TEST_CASE("base: the fast CSV reader says what a plain one says, on random bytes", "[base][csv]") {
    std::mt19937 random(20260601);
    std::uniform_int_distribution<std::size_t> letter(0, 8);
    std::uniform_int_distribution<std::size_t> length(0, 40);
    std::uniform_int_distribution<std::size_t> piece(1, 9);
    for (int i = 0; i < 30000; ++i) {
        std::string text;
        for (std::size_t n = length(random); n > 0; --n) {
            text += "ab,,\"\"\"\r\n"[letter(random)];
        }
        auto fast = log_of(CsvReader(in_pieces(text, piece(random)), {}));
        auto plain = PlainReader(text).log;
        if (fast != plain) { // one assertion a case would cost more than the readers
            CAPTURE(text);
            REQUIRE(fast == plain);
        }
    }
}

TEST_CASE("base: a CSV file is read from disk, but no link, folder or device", "[base][csv]") {
    std::string name = (fs::temp_directory_path() / "habeas-csv-XXXXXX").string();
    fs::path folder = ::mkdtemp(name.data());
    std::string path = (folder / "a.csv").string();
    std::ofstream(path) << "a,b\nc,d\n";
    CsvReader reader(read_file(path), {});
    CHECK(all_rows(reader) == std::vector<Row>{{"a", "b"}, {"c", "d"}});
    fs::create_symlink(path, folder / "link.csv");
    CHECK(code_of([&] { read_file((folder / "link.csv").string()); }) == Errc::invalid);
    CHECK(code_of([&] { read_file(folder.string()); }) == Errc::invalid);
    CHECK(code_of([&] { read_file("/dev/zero"); }) == Errc::invalid);
    CHECK(code_of([&] { read_file((folder / "none.csv").string()); }) == Errc::not_found);
    fs::remove_all(folder);
}

TEST_CASE("base: a failing source of CSV is passed on, and not asked again", "[base][csv]") {
    int calls = 0;
    CsvReader reader(
        [&](char* buffer, std::size_t) -> std::size_t {
            if (++calls == 2) {
                throw Error(Errc::io, "source: broken");
            }
            return std::string_view("a\nb,").copy(buffer, 4);
        },
        {});
    std::span<const CsvCell> row;
    REQUIRE(reader.next(row));
    CHECK(code_of([&] { reader.next(row); }) == Errc::io);
    CHECK(reader.failed());
    CHECK(code_of([&] { reader.next(row); }) == Errc::io);
    CHECK(calls == 2);

    CsvReader foreign([](char*, std::size_t) -> std::size_t { throw 42; }, {});
    CHECK_THROWS_AS(foreign.next(row), int);
    CHECK(code_of([&] { foreign.next(row); }) == Errc::callback);
    CsvReader liar([](char*, std::size_t size) { return size + 1; }, {});
    CHECK(code_of([&] { liar.next(row); }) == Errc::internal);
}

} // namespace base_csv_test

#include "base/csv.hpp"

#include "base/byte_scan.hpp"
#include "base/text.hpp"
#include "habeas/error.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>
#include <vector>

namespace habeas::base {
namespace {

bool is_delimiter(char c, char quote) {
    return c != '\0' && static_cast<unsigned char>(c) < 0x80 && c != quote && c != '\r' &&
           c != '\n';
}

void check(const CsvOptions& options) {
    if (!is_delimiter(options.delimiter, options.quote) || !is_delimiter(options.quote, '\0')) {
        throw Error(Errc::invalid, "CSV options: delimiter and quote must be different ASCII "
                                   "characters and no line ends");
    }
    if (options.max_columns == 0 || options.max_cell_bytes == 0 || options.max_record_bytes < 3 ||
        options.buffer_bytes < 3) { // 3: a byte order mark is looked at as a whole
        throw Error(Errc::invalid, "CSV options: a limit of 0 lets nothing through");
    }
}

} // namespace

/// The buffer holds the current record from its first byte on, so that a cell is a view into it.
/// Doubled quotes are joined in place: what is written never overtakes what is read.
struct CsvReader::Impl {
    Impl(ReadBytes read, CsvOptions options)
        : read_(std::move(read)), options_(options),
          plain_({options.delimiter, options.quote, '\r', '\n'}),
          quoted_({options.quote, options.quote, '\r', '\n'}) {
        check(options_);
        allocate(std::min(options_.buffer_bytes, options_.max_record_bytes));
    }

    bool next(std::span<const CsvCell>& row);

    ReadBytes read_;
    CsvOptions options_;
    ByteScan plain_;
    ByteScan quoted_;

    std::unique_ptr<char[]> buffer_;
    std::size_t capacity_ = 0;
    std::uint64_t offset_ = 0;     ///< of the buffer's first byte in the input
    char* end_ = nullptr;          ///< behind the last byte that was read
    char* at_ = nullptr;           ///< next byte to look at
    char* record_ = nullptr;       ///< first byte of the current record
    char* line_start_ = nullptr;   ///< first byte of the current line, in the record
    char* cell_ = nullptr;         ///< first byte of the current cell's text
    char* segment_ = nullptr;      ///< quoted cell: what is read but not yet moved to its place
    char* text_end_ = nullptr;     ///< quoted cell: behind the text that is in its place
    std::uint64_t line_ = 1;       ///< line of at_
    std::uint64_t first_line_ = 0; ///< of the current record
    std::uint64_t open_line_ = 0;  ///< where the current cell's quote was opened
    std::uint32_t open_column_ = 0;
    std::uint64_t count_ = 0;
    std::vector<CsvCell> cells_;
    std::string converted_;
    std::optional<Error> failure_;
    bool begun_ = false;
    bool at_end_ = false;
    bool after_cr_ = false;  ///< a LF that comes now belongs to the line before
    bool skip_line_ = false; ///< the record before was broken

  private:
    void allocate(std::size_t capacity);
    void rebase(char* to, char* from);
    void make_room();
    bool refill();
    void begin();
    void end_line();
    void skip_broken_line();
    void plain_cell();
    void quoted_cell();
    bool quote_in_quotes();
    void push(std::string_view text, bool quoted, std::uint32_t column);
    bool more_cells();
    void convert();
    [[nodiscard]] std::uint32_t column_of(const char* place) const;
    [[noreturn]] void refuse_record(std::uint64_t line, std::uint32_t column,
                                    const std::string& reason);
    [[noreturn]] void refuse_file(std::uint64_t line, std::uint32_t column,
                                  const std::string& reason);
    static Error error(std::uint64_t line, std::uint32_t column, const std::string& reason);
};

Error CsvReader::Impl::error(std::uint64_t line, std::uint32_t column, const std::string& reason) {
    std::string place = "line " + std::to_string(line) + ", column " + std::to_string(column);
    return {Errc::invalid, "CSV " + place + ": " + reason, place};
}

void CsvReader::Impl::refuse_record(std::uint64_t line, std::uint32_t column,
                                    const std::string& reason) {
    skip_line_ = true;
    throw error(line, column, reason);
}

void CsvReader::Impl::refuse_file(std::uint64_t line, std::uint32_t column,
                                  const std::string& reason) {
    failure_ = error(line, column, reason);
    throw *failure_;
}

std::uint32_t CsvReader::Impl::column_of(const char* place) const {
    auto column = static_cast<std::uint64_t>(place - line_start_) + 1;
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(column, std::numeric_limits<std::uint32_t>::max()));
}

void CsvReader::Impl::allocate(std::size_t capacity) {
    auto larger = std::make_unique_for_overwrite<char[]>(capacity + ByteScan::padding);
    auto used = static_cast<std::size_t>(end_ - record_);
    if (used > 0) {
        std::memcpy(larger.get(), record_, used);
    }
    char* from = record_;
    std::unique_ptr<char[]> old = std::move(buffer_);
    buffer_ = std::move(larger);
    capacity_ = capacity;
    if (old) {
        offset_ += static_cast<std::uint64_t>(from - old.get());
        rebase(buffer_.get(), from);
    } else {
        end_ = at_ = record_ = line_start_ = cell_ = segment_ = text_end_ = buffer_.get();
    }
}

/// The record has moved: so do all that point into it.
void CsvReader::Impl::rebase(char* to, char* from) {
    for (char** place : {&end_, &at_, &record_, &line_start_, &cell_, &segment_, &text_end_}) {
        *place = to + (*place - from);
    }
    for (CsvCell& cell : cells_) {
        cell.text = {to + (cell.text.data() - from), cell.text.size()};
    }
}

void CsvReader::Impl::make_room() {
    if (record_ > buffer_.get()) {
        char* from = record_;
        std::memmove(buffer_.get(), record_, static_cast<std::size_t>(end_ - record_));
        offset_ += static_cast<std::uint64_t>(from - buffer_.get());
        rebase(buffer_.get(), from);
        return;
    }
    if (capacity_ >= options_.max_record_bytes) {
        refuse_file(first_line_, 1,
                    "a record of more than " + std::to_string(options_.max_record_bytes) +
                        " bytes; is a quote missing?");
    }
    allocate(std::min(capacity_ * 2, options_.max_record_bytes));
}

/// Reads more behind end_; false at the end of the input.
bool CsvReader::Impl::refill() {
    if (at_end_) {
        return false;
    }
    if (end_ == buffer_.get() + capacity_) {
        make_room();
    }
    auto room = static_cast<std::size_t>(buffer_.get() + capacity_ - end_);
    std::size_t count = 0;
    try {
        count = read_(end_, room);
        if (count > room) {
            throw Error(Errc::internal, "CSV: the source gave more bytes than were asked for");
        }
    } catch (const Error& broken) {
        failure_ = broken; // half a record is read: going on would begin in its middle
        throw;
    } catch (...) {
        failure_ = Error(Errc::callback, "CSV: the source failed before");
        throw;
    }
    end_ += count;
    std::memset(end_, 0, ByteScan::padding); // a scan looks at them and ignores what it finds
    at_end_ = count == 0;
    return !at_end_;
}

/// Byte order marks: the one of UTF-8 is skipped, the others tell that this is no such text.
void CsvReader::Impl::begin() {
    while (end_ - at_ < 3 && refill()) {
    }
    std::string_view start(at_, static_cast<std::size_t>(end_ - at_));
    if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF")) {
        refuse_file(1, 1, "the file is UTF-16; save it as UTF-8");
    }
    if (start.starts_with("\xEF\xBB\xBF")) {
        if (options_.windows1252) {
            refuse_file(1, 1, "the file is UTF-8 by its mark, but was declared as Windows-1252");
        }
        at_ += 3;
        line_start_ = at_;
    }
    begun_ = true;
}

/// at_ is at a CR or LF.
void CsvReader::Impl::end_line() {
    after_cr_ = *at_ == '\r';
    ++at_;
    ++line_;
    line_start_ = at_;
}

void CsvReader::Impl::skip_broken_line() {
    skip_line_ = false;
    cells_.clear();
    for (;;) {
        record_ = line_start_ = cell_ = segment_ = text_end_ = at_;
        while (at_ < end_ && *at_ != '\r' && *at_ != '\n') {
            ++at_;
        }
        if (at_ < end_ || !refill()) {
            return;
        }
    }
}

void CsvReader::Impl::push(std::string_view text, bool quoted, std::uint32_t column) {
    if (cells_.size() == options_.max_columns) {
        refuse_file(line_, column,
                    "more than " + std::to_string(options_.max_columns) +
                        " columns; is it the right delimiter?");
    }
    if (text.size() > options_.max_cell_bytes) {
        refuse_file(quoted ? open_line_ : line_, column,
                    "a cell of more than " + std::to_string(options_.max_cell_bytes) +
                        " bytes; is a quote missing?");
    }
    cells_.push_back({text, quoted, column});
}

/// From at_ to the next delimiter, line end or end of input; at_ stands there then.
void CsvReader::Impl::plain_cell() {
    cell_ = at_;
    for (;;) {
        at_ = plain_.find(at_, end_);
        if (static_cast<std::size_t>(at_ - cell_) > options_.max_cell_bytes) {
            break; // before anything else, so that the answer is the same however reads are cut
        }
        if (at_ < end_) {
            if (*at_ == options_.quote) {
                refuse_record(line_, column_of(at_),
                              "a quote inside a cell that does not begin with one; put the cell in "
                              "quotes and double those inside");
            }
            break;
        }
        if (!refill()) {
            break;
        }
    }
    push({cell_, static_cast<std::size_t>(at_ - cell_)}, false, column_of(cell_));
}

/// at_ is at a quote inside quotes. True if that was a doubled one, false if it closes the cell;
/// the text before it is in its place then.
bool CsvReader::Impl::quote_in_quotes() {
    bool has_next = at_ + 1 < end_ || refill();
    bool doubled = has_next && at_[1] == options_.quote;
    auto length = static_cast<std::size_t>(at_ - segment_) + (doubled ? 1 : 0);
    if (text_end_ != segment_) {
        std::memmove(text_end_, segment_, length);
    }
    text_end_ += length;
    at_ += doubled ? 2 : 1;
    segment_ = at_;
    return doubled;
}

/// at_ is at the opening quote; afterwards behind the closing one.
void CsvReader::Impl::quoted_cell() {
    open_line_ = line_;
    open_column_ = column_of(at_);
    ++at_;
    cell_ = segment_ = text_end_ = at_;
    for (;;) {
        at_ = quoted_.find(at_, end_);
        auto length = static_cast<std::size_t>((text_end_ - cell_) + (at_ - segment_));
        if (length > options_.max_cell_bytes) {
            refuse_file(open_line_, open_column_,
                        "the quote opened here is not closed within " +
                            std::to_string(options_.max_cell_bytes) + " bytes");
        }
        if (at_ == end_) {
            if (!refill()) {
                refuse_file(open_line_, open_column_, "the quote opened here is never closed");
            }
            continue;
        }
        if (*at_ == options_.quote) {
            if (!quote_in_quotes()) {
                break;
            }
            continue;
        }
        // The LF of a CRLF ends no second line. Before the first byte stands the opening quote.
        line_ += *at_ == '\r' || at_[-1] != '\r' ? 1 : 0;
        ++at_;
        line_start_ = at_;
    }
    push({cell_, static_cast<std::size_t>(text_end_ - cell_)}, true, open_column_);
}

/// Behind a cell: true if a delimiter says that another follows, false at the end of the record.
bool CsvReader::Impl::more_cells() {
    if (at_ == end_ && !refill()) {
        return false;
    }
    if (*at_ == options_.delimiter) {
        ++at_;
        return true;
    }
    if (*at_ == '\r' || *at_ == '\n') {
        end_line();
        return false;
    }
    refuse_record(line_, column_of(at_),
                  "text after the closing quote of the cell that begins in line " +
                      std::to_string(open_line_) + ", column " + std::to_string(open_column_) +
                      "; double the quotes inside a cell");
}

/// Windows-1252 to UTF-8, into memory of the record's own.
void CsvReader::Impl::convert() {
    std::size_t size = 0;
    for (const CsvCell& cell : cells_) {
        size += cell.text.size() * 3;
    }
    converted_.clear();
    converted_.reserve(size); // never moves: the views below stay
    for (CsvCell& cell : cells_) {
        bool ascii = std::ranges::none_of(
            cell.text, [](char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; });
        if (ascii) {
            continue;
        }
        std::size_t start = converted_.size();
        try {
            converted_ += windows1252_to_utf8(cell.text, true);
        } catch (const Error&) {
            // The record is read whole, so nothing is left to skip.
            throw error(cell.quoted ? open_line_ : first_line_, cell.column,
                        "a byte that Windows-1252 does not have; is it of another encoding?");
        }
        cell.text = std::string_view(converted_).substr(start);
    }
}

bool CsvReader::Impl::next(std::span<const CsvCell>& row) {
    if (failure_) {
        throw *failure_;
    }
    row = {};
    if (!begun_) {
        begin();
    }
    if (skip_line_) {
        skip_broken_line();
    }
    cells_.clear();
    for (;;) { // over empty lines
        record_ = line_start_ = cell_ = segment_ = text_end_ = at_;
        if (at_ == end_ && !refill()) {
            return false;
        }
        if (*at_ == '\n' && after_cr_) {
            ++at_;
            after_cr_ = false;
        } else if (*at_ == '\n' || *at_ == '\r') {
            end_line();
        } else {
            break;
        }
    }
    after_cr_ = false;
    first_line_ = line_;
    ++count_;
    do {
        if ((at_ < end_ || refill()) && *at_ == options_.quote) {
            quoted_cell();
        } else {
            plain_cell();
        }
    } while (more_cells());
    if (options_.windows1252) {
        convert();
    }
    row = cells_;
    return true;
}

CsvReader::CsvReader(ReadBytes read, CsvOptions options)
    : impl_(std::make_unique<Impl>(std::move(read), options)) {}
CsvReader::~CsvReader() = default;
CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader& CsvReader::operator=(CsvReader&&) noexcept = default;

bool CsvReader::next(std::span<const CsvCell>& row) {
    return impl_->next(row);
}
bool CsvReader::failed() const noexcept {
    return impl_->failure_.has_value();
}
std::uint64_t CsvReader::line() const noexcept {
    return impl_->first_line_;
}
std::uint64_t CsvReader::record() const noexcept {
    return impl_->count_;
}
std::uint64_t CsvReader::bytes() const noexcept {
    return impl_->offset_ + static_cast<std::uint64_t>(impl_->at_ - impl_->buffer_.get());
}

} // namespace habeas::base

#include "store/scrub.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

namespace habeas::store {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t smallest_page = 512;
constexpr std::size_t largest_page = 65536;
constexpr std::size_t file_header = 100;

enum class PageKind : std::uint8_t {
    index_interior = 2,
    table_interior = 5,
    index_leaf = 10,
    table_leaf = 13,
};

struct Layout {
    PageKind kind{};
    std::size_t header = 0;      ///< offset of the b-tree header
    std::size_t pointers = 0;    ///< offset of the cell pointer array
    std::size_t gap = 0;         ///< offset of its end
    std::size_t content = 0;     ///< offset of the first cell
    std::size_t first_block = 0; ///< offset of the first freeblock, 0 if none
    std::size_t fragment_bytes = 0;
};

std::size_t get2(Bytes page, std::size_t at) noexcept {
    return static_cast<std::size_t>(page[at]) << 8U | page[at + 1];
}

/// Which bytes of the page are spoken for. Clears only what the page needs of its 8 KiB.
class ByteMap {
  public:
    explicit ByteMap(std::size_t page_size) noexcept {
        std::fill_n(words_.begin(), page_size / 64, std::uint64_t{0});
    }

    /// Takes [begin, end), which is not empty; false if a byte of it was taken before. Whether that
    /// is within one word cannot be predicted, so it takes the same steps for one and for two.
    bool claim(std::size_t begin, std::size_t end) noexcept {
        const std::size_t first = begin / 64;
        const std::size_t last = (end - 1) / 64;
        const std::uint64_t from = ~std::uint64_t{0} << (begin % 64);
        const std::uint64_t to = ~std::uint64_t{0} >> (63 - (end - 1) % 64);
        const std::uint64_t beyond = first == last ? 0 : ~std::uint64_t{0};
        std::uint64_t taken = claim_bits(first, from & (to | beyond));
        taken |= claim_bits(last, to & beyond);
        for (std::size_t word = first + 1; word < last; ++word) {
            taken |= claim_bits(word, ~std::uint64_t{0});
        }
        return taken == 0;
    }

    /// Calls `visit(at)` for each byte of [begin, end) that nobody took.
    template <class Visit>
    void for_each_free(std::size_t begin, std::size_t end, Visit visit) const noexcept {
        for (std::size_t word = begin / 64; word < end / 64; ++word) {
            std::uint64_t free = ~words_[word];
            if (word == begin / 64) {
                free &= ~std::uint64_t{0} << (begin % 64);
            }
            for (; free != 0; free &= free - 1) {
                visit(word * 64 + static_cast<std::size_t>(std::countr_zero(free)));
            }
        }
    }

  private:
    std::uint64_t claim_bits(std::size_t word, std::uint64_t bits) noexcept {
        const std::uint64_t taken = words_[word] & bits;
        words_[word] |= bits;
        return taken;
    }

    std::array<std::uint64_t, largest_page / 64> words_; // set by the constructor
};

bool read_long_varint(Bytes page, std::size_t& at, std::uint64_t& value) noexcept {
    value = 0;
    for (int byte = 1; at < page.size(); ++byte) {
        const std::uint8_t next = page[at++];
        if (byte == 9) {
            value = value << 8U | next;
            return true;
        }
        value = value << 7U | (next & 0x7FU);
        if ((next & 0x80U) == 0) {
            return true;
        }
    }
    return false;
}

/// Reads SQLite's variable-length integer at `at` and moves behind it; false past the end.
inline bool read_varint(Bytes page, std::size_t& at, std::uint64_t& value) noexcept {
    if (at < page.size() && page[at] < 0x80) { // as most are
        value = page[at++];
        return true;
    }
    return read_long_varint(page, at, value);
}

/// Tells where the cells of one page end. A template, for this is most of what a page costs.
template <PageKind Kind>
class CellReader {
  public:
    explicit CellReader(Bytes page) noexcept
        : page_(page), most_(Kind == PageKind::table_leaf ? page.size() - 35
                                                          : (page.size() - 12) * 64 / 255 - 23),
          least_((page.size() - 12) * 32 / 255 - 23) {}

    /// End of the cell that begins at `begin`; 0 if there can be no such cell.
    [[nodiscard]] std::size_t end_of(std::size_t begin) const noexcept {
        constexpr std::size_t smallest_cell = 4;
        constexpr std::uint64_t largest_payload = 0x7FFFFFFF;
        constexpr bool leaf = Kind == PageKind::table_leaf || Kind == PageKind::index_leaf;
        std::size_t at = leaf ? begin : begin + 4; // behind the child's page number
        std::uint64_t payload = 0;
        std::uint64_t row_id = 0;
        if constexpr (Kind == PageKind::table_interior) {
            return read_varint(page_, at, row_id) ? at : 0;
        }
        if (!read_varint(page_, at, payload) || payload > largest_payload) {
            return 0;
        }
        if constexpr (Kind == PageKind::table_leaf) {
            if (!read_varint(page_, at, row_id)) {
                return 0;
            }
        }
        const std::size_t end = std::max(at + on_page(payload), begin + smallest_cell);
        return end <= page_.size() ? end : 0;
    }

  private:
    /// Bytes of a payload that are on the page itself, with the number of the first overflow page
    /// where there is one (file format, section 1.6, "X", "M" and "K").
    [[nodiscard]] std::size_t on_page(std::uint64_t payload) const noexcept {
        if (payload <= most_) {
            return static_cast<std::size_t>(payload);
        }
        const auto spread =
            static_cast<std::size_t>(least_ + (payload - least_) % (page_.size() - 4));
        return (spread <= most_ ? spread : least_) + 4;
    }

    Bytes page_;
    std::size_t most_;
    std::size_t least_;
};

/// Reads the headers; false if they cannot be those of a b-tree page.
bool read_layout(Bytes page, bool first_page, Layout& out) noexcept {
    if (page.size() < smallest_page || page.size() > largest_page ||
        !std::has_single_bit(page.size())) {
        return false;
    }
    if (first_page) {
        const std::size_t told = get2(page, 16) == 1 ? largest_page : get2(page, 16);
        if (std::memcmp(page.data(), "SQLite format 3", 16) != 0 || told != page.size() ||
            page[20] != 0) {
            return false;
        }
    }
    out.header = first_page ? file_header : 0;
    const std::uint8_t flag = page[out.header];
    if (flag != 2 && flag != 5 && flag != 10 && flag != 13) {
        return false;
    }
    out.kind = static_cast<PageKind>(flag);
    const bool leaf = out.kind == PageKind::index_leaf || out.kind == PageKind::table_leaf;
    out.first_block = get2(page, out.header + 1);
    out.content = get2(page, out.header + 5);
    if (out.content == 0) {
        out.content = largest_page;
    }
    out.fragment_bytes = page[out.header + 7];
    out.pointers = out.header + (leaf ? 8 : 12);
    out.gap = out.pointers + 2 * get2(page, out.header + 3);
    return out.gap <= out.content && out.content <= page.size();
}

/// Calls `visit(begin, end)` for each freeblock; false if the chain is broken.
template <class Visit>
bool for_each_block(Bytes page, const Layout& layout, Visit visit) noexcept {
    std::size_t lowest = layout.content;
    for (std::size_t at = layout.first_block; at != 0; at = get2(page, at)) {
        if (at < lowest || at + 4 > page.size()) {
            return false;
        }
        const std::size_t size = get2(page, at + 2);
        if (size < 4 || at + size > page.size() || !visit(at, at + size)) {
            return false;
        }
        lowest = at + size;
    }
    return true;
}

/// Claims all cells; false if one is out of bounds or two overlap. Adds their bytes to `used`.
template <PageKind Kind>
bool claim_cells(Bytes page, const Layout& layout, ByteMap& map, std::size_t& used) noexcept {
    const CellReader<Kind> reader(page);
    for (std::size_t at = layout.pointers; at < layout.gap; at += 2) {
        const std::size_t begin = get2(page, at);
        if (begin < layout.content || begin + 4 > page.size()) {
            return false;
        }
        const std::size_t end = reader.end_of(begin);
        if (end == 0 || !map.claim(begin, end)) {
            return false;
        }
        used += end - begin;
    }
    return true;
}

bool claim_all_cells(Bytes page, const Layout& layout, ByteMap& map, std::size_t& used) noexcept {
    switch (layout.kind) {
    case PageKind::index_interior:
        return claim_cells<PageKind::index_interior>(page, layout, map, used);
    case PageKind::table_interior:
        return claim_cells<PageKind::table_interior>(page, layout, map, used);
    case PageKind::index_leaf:
        return claim_cells<PageKind::index_leaf>(page, layout, map, used);
    case PageKind::table_leaf:
        return claim_cells<PageKind::table_leaf>(page, layout, map, used);
    }
    return false;
}

/// Every byte of the content area is a cell's, a freeblock's or a fragment, and none is two's.
bool adds_up(Bytes page, const Layout& layout, ByteMap& map) noexcept {
    std::size_t used = 0;
    const bool sound = claim_all_cells(page, layout, map, used) &&
                       for_each_block(page, layout, [&](std::size_t begin, std::size_t end) {
                           used += end - begin;
                           return map.claim(begin, end);
                       });
    return sound && used + layout.fragment_bytes == page.size() - layout.content;
}

bool zero(std::span<std::uint8_t> bytes) noexcept {
    // Equal to itself moved by one: all bytes are as the first (memcmp takes many at a time).
    if (bytes.empty() ||
        (bytes[0] == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0)) {
        return false;
    }
    std::memset(bytes.data(), 0, bytes.size());
    return true;
}

} // namespace

bool scrub_page(std::span<std::uint8_t> page, bool first_page) noexcept {
    Layout layout;
    if (!read_layout(page, first_page, layout)) {
        return false;
    }
    ByteMap map(page.size());
    if (!adds_up(page, layout, map)) {
        return false;
    }
    bool changed = zero(page.subspan(layout.gap, layout.content - layout.gap));
    for_each_block(page, layout, [&](std::size_t begin, std::size_t end) {
        changed = zero(page.subspan(begin + 4, end - begin - 4)) || changed;
        return true;
    });
    if (layout.fragment_bytes != 0) {
        map.for_each_free(layout.content, page.size(), [&](std::size_t at) {
            changed = changed || page[at] != 0;
            page[at] = 0;
        });
    }
    return changed;
}

} // namespace habeas::store

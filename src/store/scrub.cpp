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
    std::size_t cells = 0;       ///< number of cells
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

    /// Takes [begin, end); false if a byte of it was taken before.
    bool claim(std::size_t begin, std::size_t end) noexcept {
        std::uint64_t taken = 0;
        for (std::size_t at = begin; at < end;) {
            const std::size_t bit = at % 64;
            const std::size_t count = std::min<std::size_t>(64 - bit, end - at);
            const std::uint64_t mask = (~std::uint64_t{0} >> (64 - count)) << bit;
            std::uint64_t& word = words_[at / 64];
            taken |= word & mask;
            word |= mask;
            at += count;
        }
        return taken == 0;
    }

    [[nodiscard]] bool taken(std::size_t at) const noexcept {
        return (words_[at / 64] >> (at % 64) & 1U) != 0;
    }

  private:
    std::array<std::uint64_t, largest_page / 64> words_; // set by the constructor
};

/// Reads SQLite's variable-length integer at `at` and moves behind it; false past the end.
bool read_varint(Bytes page, std::size_t& at, std::uint64_t& value) noexcept {
    value = 0;
    for (int byte = 0; byte < 9; ++byte) {
        if (at >= page.size()) {
            return false;
        }
        const std::uint8_t next = page[at++];
        if (byte == 8) {
            value = value << 8U | next;
            return true;
        }
        value = value << 7U | (next & 0x7FU);
        if ((next & 0x80U) == 0) {
            return true;
        }
    }
    return true;
}

/// Bytes of a payload of `total` bytes that are kept on the page itself, with the number of the
/// first overflow page where there is one (file format, section 1.6, "X" and "M" and "K").
std::size_t local_payload(std::size_t usable, PageKind kind, std::uint64_t total) noexcept {
    const std::size_t most =
        kind == PageKind::table_leaf ? usable - 35 : (usable - 12) * 64 / 255 - 23;
    if (total <= most) {
        return static_cast<std::size_t>(total);
    }
    const std::size_t least = (usable - 12) * 32 / 255 - 23;
    const auto spread = static_cast<std::size_t>(least + (total - least) % (usable - 4));
    return (spread <= most ? spread : least) + 4;
}

/// End of the cell that begins at `at`; 0 if there can be no such cell.
std::size_t cell_end(Bytes page, PageKind kind, std::size_t at) noexcept {
    constexpr std::size_t smallest_cell = 4;
    constexpr std::uint64_t largest_payload = 0x7FFFFFFF;
    const std::size_t begin = at;
    std::uint64_t payload = 0;
    std::uint64_t row_id = 0;
    if (kind == PageKind::table_interior || kind == PageKind::index_interior) {
        at += 4; // the child's page number
    }
    if (kind == PageKind::table_interior) {
        return read_varint(page, at, row_id) ? at : 0;
    }
    if (!read_varint(page, at, payload) || payload > largest_payload ||
        (kind == PageKind::table_leaf && !read_varint(page, at, row_id))) {
        return 0;
    }
    const std::size_t end =
        std::max(at + local_payload(page.size(), kind, payload), begin + smallest_cell);
    return end <= page.size() ? end : 0;
}

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
    out.cells = get2(page, out.header + 3);
    out.content = get2(page, out.header + 5);
    if (out.content == 0) {
        out.content = largest_page;
    }
    out.fragment_bytes = page[out.header + 7];
    out.pointers = out.header + (leaf ? 8 : 12);
    out.gap = out.pointers + 2 * out.cells;
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

/// Every byte of the content area is a cell's, a freeblock's or a fragment, and none is two's.
bool adds_up(Bytes page, const Layout& layout, ByteMap& map) noexcept {
    std::size_t used = 0;
    for (std::size_t cell = 0; cell < layout.cells; ++cell) {
        const std::size_t begin = get2(page, layout.pointers + 2 * cell);
        if (begin < layout.content || begin + 4 > page.size()) {
            return false;
        }
        const std::size_t end = cell_end(page, layout.kind, begin);
        if (end == 0 || !map.claim(begin, end)) {
            return false;
        }
        used += end - begin;
    }
    const bool sound = for_each_block(page, layout, [&](std::size_t begin, std::size_t end) {
        used += end - begin;
        return map.claim(begin, end);
    });
    return sound && used + layout.fragment_bytes == page.size() - layout.content;
}

bool zero(std::span<std::uint8_t> bytes) noexcept {
    if (std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; })) {
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
        for (std::size_t at = layout.content; at < page.size(); ++at) {
            if (!map.taken(at) && page[at] != 0) {
                page[at] = 0;
                changed = true;
            }
        }
    }
    return changed;
}

} // namespace habeas::store

// Zeroes what SQLite leaves behind on a page of the database file.
#pragma once

#include <cstdint>
#include <span>

namespace habeas::store {

/// If `page` is a whole, well-formed b-tree page, zeroes all of its bytes that carry no meaning:
/// the gap between the cell pointers and the cells, the inside of the freeblocks, the fragments
/// between the cells. With secure_delete=ON SQLite zeroes what it deletes, but cells that a page
/// split moves elsewhere leave their old copy there. Returns whether a byte was changed.
///
/// The layout is that of sqlite.org/fileformat2.html section 1.6, without reserved bytes at the
/// end of the page (byte 20 of the file is 0; the caller sees to it, page 1 says it itself).
/// A page is touched only if every byte of it is accounted for: the cells (whose lengths are read)
/// and the freeblocks lie within the content area without overlapping, and what remains is the
/// number of fragment bytes in the header. Anything else is left alone: overflow and freelist
/// pages begin with a page number, whose first byte is below 2 in files of up to 2^25 pages
/// (128 GiB at 4096 bytes), and hardly ever add up in larger ones. Any input is safe.
bool scrub_page(std::span<std::uint8_t> page, bool first_page) noexcept;

} // namespace habeas::store

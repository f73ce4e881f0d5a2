// covers: src/store/scrub.cpp
// Laws of the b-tree scrubber. Any bytes: it only zeroes, never cells or the heads of freeblocks,
// says whether it did, and finds nothing more the second time. A sound page: it zeroes exactly what
// is neither header, pointer, cell nor the head of a freeblock.
#include "fuzz.hpp"

#include "store/scrub.hpp"

#include <bit>
#include <span>
#include <vector>

namespace {

using Page = std::vector<std::uint8_t>;
using habeas::store::scrub_page;

std::size_t get2(const Page& page, std::size_t at) {
    return static_cast<std::size_t>(page[at]) << 8U | page[at + 1];
}

void put2(Page& page, std::size_t at, std::size_t value) {
    page[at] = static_cast<std::uint8_t>(value >> 8U);
    page[at + 1] = static_cast<std::uint8_t>(value);
}

void any_bytes(std::span<const std::uint8_t> data, bool first_page) {
    Page page(data.begin(), data.end());
    page.resize(std::bit_ceil(std::max<std::size_t>(page.size(), 512)));
    const Page before = page;
    const bool changed = scrub_page(page, first_page);
    fuzz::require(changed == (page != before), "it says whether it changed anything");
    for (std::size_t at = 0; at < page.size(); ++at) {
        fuzz::require(page[at] == before[at] || page[at] == 0, "it only zeroes");
    }
    if (changed) {
        const std::size_t header = first_page ? 100 : 0;
        const std::size_t pointers = header + (page[header] >= 10 ? 8 : 12);
        const std::size_t gap = pointers + 2 * get2(before, header + 3);
        fuzz::require(std::equal(page.begin(), page.begin() + static_cast<std::ptrdiff_t>(gap),
                                 before.begin()),
                      "header and pointers stay");
        for (std::size_t at = pointers; at < gap; at += 2) {
            const auto cell = static_cast<std::ptrdiff_t>(get2(before, at));
            fuzz::require(
                std::equal(page.begin() + cell, page.begin() + cell + 4, before.begin() + cell),
                "cells stay");
        }
    }
    fuzz::require(!scrub_page(page, first_page), "the second time there is nothing left");
}

/// Builds a sound page downwards from its end, as the data say, and remembers what must stay.
void sound_page(std::span<const std::uint8_t> data) {
    Page page(std::size_t{512} << (data.empty() ? 0U : data[0] % 4U), 0xEE);
    std::vector<bool> stays(page.size(), false);
    const auto keep = [&](std::size_t at, std::size_t count) {
        std::fill_n(stays.begin() + static_cast<std::ptrdiff_t>(at), count, true);
    };
    std::vector<std::size_t> cells;
    std::size_t content = page.size();
    std::size_t block = 0;
    std::size_t fragments = 0;
    for (std::size_t at = 1; at < data.size(); ++at) {
        const std::size_t size = 4 + data[at] % 60U;
        if (content < 8 + 2 * (cells.size() + 1) + size) {
            break;
        }
        switch (data[at] / 64) {
        case 0: // freeblock; the chain ascends, and this one is below all others
            content -= size;
            put2(page, content, block);
            put2(page, content + 2, size);
            keep(content, 4);
            block = content;
            break;
        case 1: // fragment
            if (fragments + 3 <= 255) {
                content -= size % 3 + 1;
                fragments += size % 3 + 1;
            }
            break;
        default: // cell of a table leaf: length, row id, payload
            content -= size;
            page[content] = static_cast<std::uint8_t>(size - 2);
            page[content + 1] = 1;
            cells.push_back(content);
            keep(content, size);
        }
    }
    page[0] = 13;
    put2(page, 1, block);
    put2(page, 3, cells.size());
    put2(page, 5, content);
    page[7] = static_cast<std::uint8_t>(fragments);
    for (std::size_t cell = 0; cell < cells.size(); ++cell) {
        put2(page, 8 + 2 * cell, cells[cell]);
    }
    keep(0, 8 + 2 * cells.size());
    const Page before = page;
    scrub_page(page, false);
    for (std::size_t at = 0; at < page.size(); ++at) {
        fuzz::require(page[at] == (stays[at] ? before[at] : 0), "exactly the meaningless goes");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span<const std::uint8_t> all(data, size);
    any_bytes(all, size > 16 && data[0] == 'S');
    sound_page(all);
    return 0;
}

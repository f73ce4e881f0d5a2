// covers: src/store/backup/file.cpp src/base/secret_stream.cpp
// Laws of backups: a header has one form; whatever the bytes, it is refused with a code that says
// why, or read; a backup changed anywhere is refused, and before that gives only pages that were
// written; records that whoever has the key makes up are refused unless they are all pages of one
// store, each once.
#include "fuzz.hpp"

#include "store/backup/file.hpp"
#include "store/limits.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

using namespace habeas;
using namespace habeas::store;

namespace {

const std::string path = "a.backup";

RootKey key() {
    std::array<std::uint8_t, 32> bytes{};
    bytes.fill(7);
    return {"0123456789abcdef", base::SecretKey(bytes)};
}

BackupHeader header(std::uint32_t page_size, std::uint64_t pages) {
    BackupHeader out;
    out.store_id = "5d3f4a9e-0000-4000-8000-000000000000";
    out.schema_version = 1;
    out.page_size = page_size;
    out.pages = pages;
    out.created_at = 1;
    out.journal_sequence = 3;
    return out;
}

void put_big(std::string& page, std::size_t at, std::size_t size, std::uint64_t value) {
    for (std::size_t i = 0; i < size; ++i)
        page[at + i] = static_cast<char>(value >> (8 * (size - 1 - i)) & 0xff);
}

/// A page of a database with that header; the first says so.
std::string page_of(const BackupHeader& of, std::uint32_t number, std::string_view filling) {
    std::string page(of.page_size, static_cast<char>(number));
    std::copy_n(filling.begin(), std::min(filling.size(), page.size()), page.begin());
    if (number == 1) {
        page.replace(0, 16, std::string("SQLite format 3\0", 16));
        put_big(page, 16, 2, of.page_size == 65536 ? 1 : of.page_size);
        put_big(page, 28, 4, of.pages);
        put_big(page, 60, 4, of.schema_version);
        put_big(page, 68, 4, static_cast<std::uint64_t>(application_id));
    }
    return page;
}

/// Any bytes as a file.
void any_file(std::string_view bytes) {
    MemoryFileSystem files;
    files.append(path, bytes);
    try {
        const BackupReader reader(files, path);
        const std::string again = encode_header(reader.header());
        fuzz::require(bytes.substr(0, again.size()) == again, "a header has one form");
        reader.read({key()}, [](std::uint32_t, std::string_view) {});
        fuzz::require(false, "nobody without the key makes a backup");
    } catch (const Error& error) {
        fuzz::require(error.code() == Errc::not_a_store || error.code() == Errc::newer_store ||
                          error.code() == Errc::corrupt || error.code() == Errc::key_wrong,
                      "refused with a code that says why");
    }
}

/// Any rest of a header behind a good beginning.
void any_header(std::string_view rest) {
    std::string bytes = "HABEASBK";
    for (const std::uint64_t value : {std::uint64_t{1}, std::uint64_t{rest.size()}})
        for (int shift = 0; shift < 32; shift += 8)
            bytes += static_cast<char>(value >> shift & 0xff);
    any_file(bytes + std::string(rest));
}

/// A backup is made of the input, then changed in one place.
void changed(std::string_view input) {
    if (input.size() < 5)
        return;
    const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(input[i]); };
    const std::size_t place = at(0) | at(1) << 8U | at(2) << 16U;
    const std::uint8_t bits = at(3);
    const BackupHeader head = header(512U << (at(4) % 8), 1 + at(4) % 200);
    MemoryFileSystem files;
    BackupWriter writer(files, path, head, key());
    for (std::uint32_t number = 1; number <= head.pages; ++number)
        writer.page(number, page_of(head, number, input));
    writer.finish();
    std::string bytes = *files.read(path);
    if (bits == 0)
        bytes.resize(place % (bytes.size() + 1));
    else
        bytes[place % bytes.size()] = static_cast<char>(bytes[place % bytes.size()] ^ bits);
    const bool same = bytes == files.read(path);
    files.replace(path, bytes);
    std::uint32_t pages = 0;
    try {
        const BackupReader reader(files, path);
        reader.read({key()}, [&](std::uint32_t number, std::string_view page) {
            fuzz::require(number == ++pages && page == page_of(head, number, input),
                          "only what was written, in order");
        });
        fuzz::require(same && pages == head.pages, "what was changed is refused");
    } catch (const Error& error) {
        fuzz::require(!same && error.code() != Errc::internal, "what is whole is read");
    }
}

/// Whoever has the key may write any numbers of pages, and any first page.
void made_up(std::string_view input) {
    const BackupHeader head = header(512, 1 + input.size() % 4);
    MemoryFileSystem files;
    BackupWriter writer(files, path, head, key());
    std::vector<std::uint32_t> numbers;
    bool good = true;
    for (std::size_t i = 0; i < head.pages; ++i) {
        const std::uint32_t number = i < input.size() ? static_cast<std::uint8_t>(input[i]) : 1;
        std::string page = page_of(head, number, input);
        if (input.size() > 8 && number == 1) {
            const std::size_t spoilt = static_cast<std::uint8_t>(input[8]) % 72;
            page[spoilt] = static_cast<char>(page[spoilt] ^ input[7]);
            good = good && page == page_of(head, number, input);
        }
        writer.page(number, page);
        numbers.push_back(number);
    }
    writer.finish();
    std::sort(numbers.begin(), numbers.end());
    for (std::size_t i = 0; i < numbers.size(); ++i)
        good = good && numbers[i] == i + 1;
    try {
        BackupReader(files, path).read({key()}, [](std::uint32_t, std::string_view) {});
    } catch (const Error& error) {
        fuzz::require(!good && error.code() == Errc::corrupt, "refused as damaged");
        return;
    }
    if (input.size() <= 8)
        fuzz::require(good, "all pages, each once");
}

/// Too few pages are no backup; one that is stopped says so; a key that is not there is named.
void ends(std::string_view input) {
    const BackupHeader head = header(512, 200 + input.size() % 100);
    MemoryFileSystem files;
    BackupWriter writer(files, path, head, key());
    writer.page(1, page_of(head, 1, input));
    try {
        writer.finish();
        fuzz::require(false, "pages are missing");
    } catch (const Error& error) {
        fuzz::require(error.code() == Errc::internal, "pages are missing");
    }
    for (std::uint32_t number = 2; number <= head.pages; ++number)
        writer.page(number, page_of(head, number, input));
    writer.finish();
    const BackupReader reader(files, path);
    fuzz::require(reader.info().pages == head.pages && reader.info().key_id == key().id,
                  "what the header says");
    std::uint64_t told = 0;
    try {
        reader.read(
            {key()}, [](std::uint32_t, std::string_view) {},
            [&](std::uint64_t done, std::uint64_t total) {
                told = done;
                return done == total;
            });
        fuzz::require(false, "it was stopped");
    } catch (const Error& error) {
        fuzz::require(error.code() == Errc::cancelled && told > 0, "it was stopped");
    }
    try {
        reader.read({}, [](std::uint32_t, std::string_view) {});
        fuzz::require(false, "without a key nothing is read");
    } catch (const Error& error) {
        fuzz::require(error.code() == Errc::key_wrong, "the key is named");
    }
    try {
        BackupReader(files, "none");
        fuzz::require(false, "nothing is there");
    } catch (const Error& error) {
        fuzz::require(error.code() == Errc::not_found, "nothing is there");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1)
        return 0;
    const std::string_view rest = fuzz::view(data + 1, size - 1);
    switch (data[0] % 5) {
    case 0:
        any_file(rest);
        break;
    case 1:
        any_header(rest);
        break;
    case 2:
        changed(rest);
        break;
    case 3:
        made_up(rest);
        break;
    default:
        ends(rest);
        break;
    }
    return 0;
}

#include "store/backup/file.hpp"

#include "base/binary.hpp"
#include "store/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

// Layout. "HABEASBK", 4 bytes version, 4 bytes length of the rest of the header, the rest. Then the
// chunks: as many records (4 bytes page number, page) as fit into 64 KiB, at least one, sealed; the
// last one has what remains and is marked as the last. Each is bound to the whole header, so the
// length of the file follows from the header, and no chunk fits elsewhere. Little-endian.

namespace habeas::store {
namespace {

constexpr std::string_view magic = "HABEASBK";
constexpr std::size_t fixed_size = 8 + 4 + 4;
constexpr std::size_t max_rest = 1024;
constexpr std::size_t most_header = fixed_size + max_rest;
constexpr std::uint64_t chunk_goal = 65536;
constexpr std::uint64_t max_pages = 0xfffffffe; // SQLite's own

/// The key in the file is used for nothing but streams.
constexpr std::uint64_t stream_subkey = 1;

bool is_page_size(std::uint64_t bytes) {
    return bytes >= 512 && bytes <= 65536 && std::has_single_bit(bytes);
}

std::uint32_t big_endian(std::string_view bytes, std::size_t at, std::size_t size) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
        value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
    }
    return value;
}

} // namespace

std::string encode_header(const BackupHeader& header) {
    std::string rest;
    base::put_text(rest, header.store_id);
    base::put(rest, header.schema_version, 4);
    base::put(rest, header.page_size, 4);
    base::put(rest, header.pages, 8);
    base::put(rest, static_cast<std::uint64_t>(header.created_at), 8);
    base::put(rest, header.journal_sequence, 8);
    base::put_text(rest, header.key_id);
    rest += base::as_view(header.stream);
    std::string out(magic);
    base::put(out, backup_format, 4);
    base::put_text(out, rest);
    return out;
}

std::pair<BackupHeader, std::size_t> decode_header(std::string_view bytes,
                                                   const std::string& path) {
    base::BinaryReader in{bytes};
    if (in.take(magic.size()) != magic) {
        throw Error(Errc::not_a_store, fmt::format("{} is not a backup of habeas", path), path);
    }
    const std::uint64_t version = in.number(4);
    if (in.ok && version > backup_format) {
        throw Error(Errc::newer_store,
                    fmt::format("{} has backup format {}, this habeas knows {}; use a newer habeas",
                                path, version, backup_format),
                    path);
    }
    base::BinaryReader rest{in.text()};
    BackupHeader header;
    header.store_id = rest.text();
    header.schema_version = static_cast<std::uint32_t>(rest.number(4));
    header.page_size = static_cast<std::uint32_t>(rest.number(4));
    header.pages = rest.number(8);
    header.created_at = rest.i64();
    header.journal_sequence = rest.number(8);
    header.key_id = rest.text();
    rest.bytes(header.stream);
    const bool sound = in.ok && rest.ok && rest.in.empty() && version == backup_format &&
                       is_page_size(header.page_size) && header.pages > 0 &&
                       header.pages <= max_pages;
    if (!sound) {
        throw Error(Errc::corrupt,
                    fmt::format("the header of backup {} is damaged; use another copy", path),
                    path);
    }
    return {std::move(header), bytes.size() - in.in.size()};
}

BackupLayout::BackupLayout(const BackupHeader& header)
    : records(header.pages - (header.pages >= lock_page(header.page_size) ? 1 : 0)),
      records_a_chunk(std::max<std::uint64_t>(1, chunk_goal / header.page_size)),
      chunks((records + records_a_chunk - 1) / records_a_chunk),
      record_size(4 + std::uint64_t{header.page_size}),
      chunk_size(records_a_chunk * record_size + base::stream_piece_extra),
      sealed_size(records * record_size + chunks * base::stream_piece_extra) {}

// ---- writing

BackupWriter::BackupWriter(FileSystem& files, std::string path, BackupHeader header,
                           const RootKey& key)
    : files_(&files), path_(std::move(path)), stream_(key.key.derive(stream_subkey)),
      layout_(header) {
    header.key_id = key.id;
    header.stream = stream_.start();
    header_ = encode_header(header);
    files_->append(path_, header_);
    chunk_.reserve(layout_.chunk_size);
}

void BackupWriter::page(std::uint32_t number, std::string_view page) {
    base::put(chunk_, number, 4);
    chunk_ += page;
    ++written_;
    if (written_ == layout_.records || written_ % layout_.records_a_chunk == 0) {
        seal_chunk(written_ == layout_.records);
    }
}

void BackupWriter::seal_chunk(bool last) {
    files_->append(path_, stream_.seal(chunk_, header_, last));
    chunk_.clear();
}

void BackupWriter::finish() {
    if (written_ != layout_.records) {
        throw Error(Errc::internal, fmt::format("{} of {} pages came; no backup was written",
                                                written_, layout_.records));
    }
    files_->sync(path_);
}

// ---- reading

BackupReader::BackupReader(FileSystem& files, std::string path)
    : files_(&files), path_(std::move(path)) {
    const auto size = files_->size(path_);
    if (!size) {
        throw Error(Errc::not_found, fmt::format("there is no backup {}", path_), path_);
    }
    bytes_ = *size;
    raw_header_ = files_->read_range(path_, 0, most_header);
    const auto [header, header_size] = decode_header(raw_header_, path_);
    header_ = header;
    raw_header_.resize(header_size);
    const std::uint64_t whole = header_size + BackupLayout(header_).sealed_size;
    if (bytes_ != whole) {
        throw damaged(fmt::format("it has {} bytes instead of {}", bytes_, whole));
    }
}

Error BackupReader::damaged(const std::string& what) const {
    return {Errc::corrupt,
            fmt::format("the backup {} is damaged: {}; use another copy", path_, what), path_};
}

BackupInfo BackupReader::info() const {
    BackupInfo out;
    out.format = backup_format;
    out.store_id = header_.store_id;
    out.schema_version = header_.schema_version;
    out.page_size = header_.page_size;
    out.pages = header_.pages;
    out.bytes = bytes_;
    out.created_at = Time(std::chrono::milliseconds(header_.created_at));
    out.journal_sequence = header_.journal_sequence;
    out.key_id = header_.key_id;
    return out;
}

void BackupReader::check_first(std::string_view page) const {
    const std::uint32_t told = big_endian(page, 16, 2);
    const bool fits = page.starts_with("SQLite format 3") &&
                      (told == 1 ? 65536 : told) == header_.page_size &&
                      big_endian(page, 28, 4) == header_.pages &&
                      big_endian(page, 60, 4) == header_.schema_version &&
                      big_endian(page, 68, 4) == application_id;
    if (!fits) {
        throw damaged("its first page is not that of the store in its header");
    }
}

void BackupReader::read(const std::vector<RootKey>& keys, const PageReader& page,
                        const Progress& progress) const {
    const auto key = std::find_if(keys.begin(), keys.end(),
                                  [&](const RootKey& each) { return each.id == header_.key_id; });
    if (key == keys.end()) {
        throw Error(Errc::key_wrong,
                    fmt::format("the backup {} was written with the key {}, which is not among "
                                "those given",
                                path_, header_.key_id),
                    "backup_key");
    }
    const BackupLayout layout(header_);
    base::OpenStream stream(key->key.derive(stream_subkey), header_.stream);
    std::vector<bool> seen(header_.pages);
    base::Bytes records;
    std::uint64_t offset = raw_header_.size();
    std::uint64_t left = layout.sealed_size;
    for (std::uint64_t chunk = 1; chunk <= layout.chunks; ++chunk) {
        const std::uint64_t size = std::min(layout.chunk_size, left);
        const auto sealed = files_->read_range(path_, offset, size);
        if (sealed.size() != size ||
            !stream.open(sealed, raw_header_, chunk == layout.chunks, records)) {
            throw damaged(fmt::format("chunk {} of {} is not what was written there with the key "
                                      "{}",
                                      chunk, layout.chunks, header_.key_id));
        }
        offset += size;
        left -= size;
        for (base::BinaryReader in{records}; !in.in.empty();) {
            const std::uint64_t number = in.number(4);
            const std::string_view content = in.take(header_.page_size);
            if (!in.ok || number == 0 || number > header_.pages ||
                number == lock_page(header_.page_size) || seen[number - 1]) {
                throw damaged(fmt::format("chunk {} has a page {} that does not belong there",
                                          chunk, number));
            }
            seen[number - 1] = true;
            if (number == 1) {
                check_first(content);
            }
            page(static_cast<std::uint32_t>(number), content);
        }
        if (progress && !progress(layout.sealed_size - left, layout.sealed_size)) {
            throw Error(Errc::cancelled, fmt::format("reading the backup {} was cancelled", path_),
                        path_);
        }
    }
}

} // namespace habeas::store

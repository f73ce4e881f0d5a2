// The file of a backup: a header in clear and the pages of the database, sealed in chunks.
#pragma once

#include "base/secret_stream.hpp"
#include "habeas/backup.hpp"
#include "store/backup/pages.hpp"
#include "store/filesystem.hpp"
#include "store/keyring.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::store {

inline constexpr std::string_view backup_key_prefix = "habeas-backup-key-1 ";
inline constexpr std::uint32_t backup_format = 1;

struct BackupHeader {
    std::string store_id;
    std::uint32_t schema_version = 0;
    std::uint32_t page_size = 0; ///< a power of 2 from 512 to 65536
    std::uint64_t pages = 0;
    std::int64_t created_at = 0; ///< ms
    std::uint64_t journal_sequence = 0;
    std::string key_id;
    base::StreamStart stream{};
    bool operator==(const BackupHeader&) const = default;
};

std::string encode_header(const BackupHeader& header);
/// The header at the beginning of `bytes`, and how long it is. Trusts nothing. Errc::not_a_store,
/// newer_store, corrupt, with `path` in the message.
std::pair<BackupHeader, std::size_t> decode_header(std::string_view bytes, const std::string& path);

/// How the pages are cut into chunks. Follows from the header alone.
struct BackupLayout {
    explicit BackupLayout(const BackupHeader& header);
    std::uint64_t records; ///< pages that are in it
    std::uint64_t records_a_chunk;
    std::uint64_t chunks;
    std::uint64_t record_size, chunk_size; ///< of a full one, sealed
    std::uint64_t sealed_size;             ///< of all chunks
};

/// Appends to a file that nobody else writes.
class BackupWriter {
  public:
    /// Fills header.key_id and header.stream.
    BackupWriter(FileSystem& files, std::string path, BackupHeader header, const RootKey& key);
    void page(std::uint32_t number, std::string_view page);
    /// Errc::internal unless all pages came.
    void finish();

  private:
    void seal_chunk(bool last);

    FileSystem* files_;
    std::string path_;
    base::SealStream stream_;
    std::string header_; ///< encoded: bound to each chunk
    BackupLayout layout_;
    std::string chunk_;
    std::uint64_t written_ = 0;
};

class BackupReader {
  public:
    /// Reads the header and compares the length. Errors of Backup::info.
    BackupReader(FileSystem& files, std::string path);
    [[nodiscard]] const BackupHeader& header() const { return header_; }
    [[nodiscard]] BackupInfo info() const;
    /// All pages; each is there once, and the first says what the header says. Errc::key_wrong,
    /// Errc::corrupt.
    void read(const std::vector<RootKey>& keys, const PageReader& page,
              const Progress& progress = {}) const;

  private:
    [[nodiscard]] Error damaged(const std::string& what) const;
    void check_first(std::string_view page) const;

    FileSystem* files_;
    std::string path_;
    BackupHeader header_;
    std::string raw_header_;
    std::uint64_t bytes_ = 0;
};

} // namespace habeas::store

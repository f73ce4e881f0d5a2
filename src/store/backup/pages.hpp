// The pages of a database, out of one that others go on writing, and into one that nobody has open.
#pragma once

#include "store/connection.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace habeas::store {

/// SQLite never writes the page with its lock byte, in files that are so large.
constexpr std::uint64_t lock_page(std::uint32_t page_size) noexcept {
    return 0x40000000 / page_size + 1;
}

/// `number` counts from 1; each page comes once, nearly in order.
using PageReader = std::function<void(std::uint32_t number, std::string_view page)>;

/// Gives all pages as they are in the read transaction that `source` must have begun, scrubbed as
/// on their way to the file. Nothing of it touches a disk. What `page` throws ends it.
void read_pages(Connection& source, const PageReader& page);

/// Writes pages to a new database file (0600) through the VFS. Errors as for a connection.
class PageFile {
  public:
    PageFile(const char* vfs, const std::string& path);
    ~PageFile();
    PageFile(const PageFile&) = delete;
    PageFile& operator=(const PageFile&) = delete;
    void write(std::uint64_t offset, std::string_view page);
    void sync();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace habeas::store

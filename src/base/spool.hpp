// What is written once and then read, of any size: small in memory, large in a file without a name.
#pragma once

#include "base/files.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace habeas::base {

/// Writes all of it at that place. Errc::full or Errc::io.
void write_at(const File& file, std::uint64_t offset, std::string_view bytes);

/// The file has mode 0600 and no name: nobody else finds it, and nothing of it is left after a
/// crash.
class Spool {
  public:
    /// What is larger than `memory` goes to a file in `folder`.
    explicit Spool(std::string folder, std::size_t memory = std::size_t{1} << 20)
        : folder_(std::move(folder)), memory_(memory) {}

    void write(std::string_view bytes);
    void finish(); ///< nothing more comes: from now on it can be read
    [[nodiscard]] std::uint64_t size() const { return in_file_ + buffer_.size(); }
    /// Up to `size` bytes from `offset` on; 0 at the end.
    std::size_t read(std::uint64_t offset, char* into, std::size_t size) const;

  private:
    void flush();
    std::string folder_;
    std::size_t memory_;
    std::string buffer_; ///< what is not in the file yet
    File file_;
    std::uint64_t in_file_ = 0;
};

} // namespace habeas::base

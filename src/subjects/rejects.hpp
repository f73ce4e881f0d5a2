// The file that tells which rows of an import were refused and why, without any of their values.
#pragma once

#include "base/files.hpp"
#include "store/engine.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace habeas::subjects {

class RejectFile {
  public:
    /// Empty path: none. Creates the file (0600) with its header and registers it, so that it goes
    /// after 30 days. Errc::exists over a file that is not a former one of ours. Outside a
    /// transaction or in the caller's.
    RejectFile(store::Engine& engine, const std::string& path);
    RejectFile(const RejectFile&) = delete;
    RejectFile& operator=(const RejectFile&) = delete;
    ~RejectFile(); ///< writes what is left, as far as it goes: call flush() to learn of errors
    /// line and column count from 1; column 0: the whole row.
    void add(std::uint64_t line, std::size_t column, std::string_view field, std::string_view kind,
             std::string_view reason);
    void flush();

  private:
    base::File file_;
    std::string buffer_;
};

} // namespace habeas::subjects

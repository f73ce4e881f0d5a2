// A file with personal data that habeas writes: new, mode 0600, registered before the first byte is
// in it, gone again unless it was finished.
#pragma once

#include "base/files.hpp"
#include "habeas/subject.hpp"
#include "store/engine.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace habeas::exports {

class OutputFile {
  public:
    /// Creates the file. Errc::exists; Errc::invalid for a symbolic link. No subject: about many.
    OutputFile(store::Engine& engine, const std::string& path, std::optional<SubjectId> subject);
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    void write(std::string_view bytes); ///< buffered
    /// At that place, at once: for who writes everything so (a ZIP goes back to its headers).
    void write_at(std::uint64_t offset, std::string_view bytes);
    /// Syncs the file; then runs `log` in one write transaction and keeps the file. Errc::erased if
    /// the person was erased while it was written: then the file is removed.
    void finish(const std::function<void()>& log);

  private:
    void flush();
    store::Engine& engine_;
    std::string path_;
    base::File file_;
    std::string buffer_;
    std::int64_t id_ = 0;
    bool done_ = false;
};

} // namespace habeas::exports

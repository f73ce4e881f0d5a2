// One call of DataHolders::run.
#pragma once

#include "habeas/holder.hpp"
#include "holders/definition.hpp"
#include "store/engine.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace habeas::holders {

/// Callbacks of the host, kept with the handle.
struct Attached {
    std::map<std::string, HolderCallbacks> by_code;
};

class Runner {
  public:
    Runner(store::Engine& engine, const HolderRunOptions& options);
    HolderRunReport run();

  private:
    struct Claimed {
        HolderCall call;
        std::string holder;
    };

    [[nodiscard]] std::int64_t now();
    /// What waits begins from here: neither before what is due nor before the clock.
    [[nodiscard]] std::int64_t later(std::int64_t ms);
    std::optional<Claimed> claim(std::int64_t due);
    HolderAnswer ask(const Claimed& task);
    void record(const Claimed& task, HolderAnswer answer);
    void fail(const Claimed& task, const std::string& reason, const std::string& detail);
    [[nodiscard]] std::int64_t back_off(std::int64_t attempts) const;
    void note_rows(const Claimed& task);
    std::uint64_t unattended(std::int64_t due);

    store::Engine& engine_;
    const HolderRunOptions& options_;
    std::map<std::string, Definition> declared_;
    std::string served_; ///< JSON array of "holder operation"
    HolderRunReport report_;
};

} // namespace habeas::holders

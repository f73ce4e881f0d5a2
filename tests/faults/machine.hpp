// A machine whose power fails: its disk and its clock stay, engines come and go.
#pragma once

#include "faults/fault_disk.hpp"
#include "store/engine.hpp"

#include <memory>

namespace habeas::faults {

class Machine {
  public:
    std::unique_ptr<store::Engine> start(store::Engine::Open how = store::Engine::Open::existing) {
        files_ = disk.filesystem();
        store::EngineOptions internal;
        internal.vfs = disk.scrubbing_vfs();
        internal.files = files_.get();
        internal.writer_queue = false;
        StoreOptions options;
        options.clock = [this] { return now; };
        return std::make_unique<store::Engine>("a.habeas", options, how, internal);
    }
    FaultDisk disk;
    Time now = parse_time("2026-06-01T10:00:00Z");

  private:
    std::unique_ptr<store::FileSystem> files_;
};

inline void set(store::Engine& engine, const char* name, const char* value) {
    store::Engine::Write tx(engine);
    engine.set_meta(name, value);
    engine.bump_definitions();
    tx.commit();
}

} // namespace habeas::faults

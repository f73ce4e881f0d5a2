#include "faults/run.hpp"

#include "faults/newer_schema.hpp"

#include <algorithm>

namespace habeas::faults {

Run::Run(FaultDisk& disk, Variant variant)
    : disk_(disk), variant_(variant),
      random_(std::make_shared<std::mt19937_64>()), files_{disk.filesystem(), disk.filesystem()} {}

Run::~Run() {
    close();
}

void Run::begin(const FaultDisk::Image& files, const Known& now_known) {
    close();
    disk_.load(files);
    files_[0] = disk_.filesystem();
    files_[1] = disk_.filesystem();
    known = now_known;
    acknowledged = 0;
    on_reached = nullptr;
    clock_.set("2026-06-01T10:00:00Z");
    random_->seed(files.size()); // no key comes twice: yesterday's was made with no files
}

void Run::reached() {
    ++acknowledged;
    clock_.advance(std::chrono::seconds(1));
    if (on_reached) {
        on_reached();
    }
}

StoreOptions Run::options(const std::string& at) const {
    StoreOptions options;
    options.clock = clock_.clock();
    options.actor = {Actor::Kind::person, "clerk", "test"};
    options.busy_timeout = std::chrono::milliseconds(50);
    if (at != path) {
        options.key_file = std::string(path) + ".key";
        options.journal_file = std::string(path) + ".restore";
    }
    return options;
}

store::EngineOptions Run::internal(store::FileSystem& files, bool newer) const {
    store::EngineOptions internal;
    internal.vfs = disk_.scrubbing_vfs();
    internal.files = &files;
    internal.random = [random = random_](std::span<std::uint8_t> out) {
        std::generate(out.begin(), out.end(),
                      [&] { return static_cast<std::uint8_t>((*random)()); });
    };
    internal.journal_sync = variant_.journal_sync;
    internal.synchronous = variant_.synchronous;
    internal.writer_queue = false;
    internal.modules = newer ? newer_modules() : store::modules();
    return internal;
}

void Run::crowd(store::Engine& engine) const {
    if (variant_.crowded) {
        engine.db().exec("PRAGMA cache_size=10; PRAGMA wal_autocheckpoint=12");
    }
}

void Run::create() {
    engine_ = std::make_unique<store::Engine>(path, options(path), store::Engine::Open::create,
                                              internal(files(), false));
    crowd(*engine_);
}

std::unique_ptr<store::Engine> Run::open(store::FileSystem& files, const std::string& at) {
    constexpr auto how = store::Engine::Open::existing;
    std::unique_ptr<store::Engine> opened;
    try {
        opened = std::make_unique<store::Engine>(at, options(at), how, internal(files, false));
    } catch (const Error& error) {
        if (error.code() != Errc::newer_store) {
            throw;
        }
        opened = std::make_unique<store::Engine>(at, options(at), how, internal(files, true));
    }
    crowd(*opened);
    return opened;
}

store::Engine& Run::engine() {
    if (engine_ == nullptr) {
        engine_ = open(*files_[0]);
    }
    return *engine_;
}

store::Engine& Run::other() {
    if (other_ == nullptr) {
        other_ = open(*files_[1]);
    }
    return *other_;
}

void Run::close() {
    release_reader();
    other_.reset();
    engine_.reset();
}

void Run::migrate() {
    close();
    store::Engine::migrate_store(path, options(path), backup, {}, internal(files(), true));
}

void Run::hold_reader() {
    reading_.emplace(other());
    (void)other().meta("store_id"); // the snapshot is of the first read
}

void Run::release_reader() {
    reading_.reset();
}

} // namespace habeas::faults

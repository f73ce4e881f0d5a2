// Stores for tests: in memory or in a scratch folder, with a clock that only the test moves.
#pragma once

#include "habeas/store.hpp"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

namespace habeas::test {

/// A folder that goes when the object goes.
class ScratchFolder {
  public:
    ScratchFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "habeas-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) {
            throw std::runtime_error("mkdtemp failed");
        }
        path_ = pattern;
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::string file(const std::string& name) const {
        return (path_ / name).string();
    }
    [[nodiscard]] std::string path() const { return path_.string(); }

  private:
    std::filesystem::path path_;
};

/// A clock that stands still until moved.
class TestClock {
  public:
    explicit TestClock(std::string_view start = "2026-06-01T10:00:00Z")
        : now_(std::make_shared<Time>(parse_time(start))) {}
    void set(std::string_view time) { *now_ = parse_time(time); }
    void set(Time time) { *now_ = time; }
    void advance(std::chrono::milliseconds by) { *now_ += by; }
    [[nodiscard]] Time now() const { return *now_; }
    [[nodiscard]] Clock clock() const {
        return [now = now_] { return *now; };
    }

  private:
    std::shared_ptr<Time> now_;
};

/// TestStore t; t.store ...: in memory. TestStore t(TestStore::on_disk): a file in a scratch
/// folder.
struct TestStore {
    enum Where { memory, on_disk };

    explicit TestStore(Where where = memory, std::string_view start = "2026-06-01T10:00:00Z")
        : clock(start),
          store(where == memory ? Store::in_memory(options()) : Store::create(path(), options())) {}

    [[nodiscard]] StoreOptions options() const {
        StoreOptions options;
        options.clock = clock.clock();
        return options;
    }
    [[nodiscard]] std::string path() const { return folder.file("store.habeas"); }
    void close() { store = Store::in_memory(options()); }
    void reopen() {
        close();
        store = Store::open(path(), options());
    }

    ScratchFolder folder;
    TestClock clock;
    Store store;
};

} // namespace habeas::test

// What the programs of this folder share: checks that are counted, arguments, seconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <string>
#include <string_view>

namespace habeas::e2e {

/// Counts what holds and what does not, and says the latter at once; from any thread.
class Checks {
  public:
    bool that(bool holds, const std::string& what) {
        const std::lock_guard lock(counting_);
        ++(holds ? passed_ : failed_);
        if (!holds && failed_ <= 40) {
            std::printf("FAILED: %s\n", what.c_str());
            std::fflush(stdout);
        }
        return holds;
    }
    template <class A, class B>
    bool equal(const A& is, const B& expected, const std::string& what) {
        return that(is == expected,
                    what + ": " + std::to_string(is) + ", expected " + std::to_string(expected));
    }
    /// The last line of a program, and its exit code.
    int finish() const {
        std::printf("%llu passed, %llu failed\n", static_cast<unsigned long long>(passed_),
                    static_cast<unsigned long long>(failed_));
        return failed_ == 0 && passed_ > 0 ? 0 : 1;
    }

  private:
    std::mutex counting_;
    std::uint64_t passed_ = 0, failed_ = 0;
};

/// "--name 7" of the command line.
class Arguments {
  public:
    Arguments(int count, char** values) : count_(count), values_(values) {}
    [[nodiscard]] std::uint64_t number(std::string_view name, std::uint64_t otherwise) const {
        for (int i = 1; i + 1 < count_; ++i) {
            if (name == values_[i]) {
                return std::strtoull(values_[i + 1], nullptr, 10);
            }
        }
        return otherwise;
    }
    [[nodiscard]] bool has(std::string_view name) const {
        for (int i = 1; i < count_; ++i) {
            if (name == values_[i]) {
                return true;
            }
        }
        return false;
    }

  private:
    int count_;
    char** values_;
};

/// What a program's main returns: `act` on its arguments; an exception is a failure.
template <class Act>
int run_program(int count, char** values, Act act) {
    try {
        return act(Arguments(count, values));
    } catch (const std::exception& e) {
        std::printf("FAILED: %s\n0 passed, 1 failed\n", e.what());
        return 1;
    }
}

class Stopwatch {
  public:
    /// Since the start or the last call.
    double lap() {
        const auto now = std::chrono::steady_clock::now();
        const std::chrono::duration<double> out = now - begin_;
        begin_ = now;
        return out.count();
    }

  private:
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

} // namespace habeas::e2e

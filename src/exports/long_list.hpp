// A list of any length: the latest of it in memory, all of it only while somebody walks along it.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <utility>

namespace habeas::exports {

/// So many rows of a list are on the page; a list that is no longer is read once.
constexpr std::size_t page_rows = 500;

template <class T>
class LongList { // NOLINT(bugprone-exception-escape): moving a deque takes memory
  public:
    using Sink = std::function<void(const T&)>;

    /// The next one. Drops the oldest where there are too many.
    void add(T&& item) {
        latest_.push_back(std::move(item));
        ++count_;
        if (latest_.size() > page_rows) {
            latest_.pop_front();
        }
    }
    /// Takes the place of what was added: `latest` in order, of `count` in all.
    void assign(std::deque<T> latest, std::uint64_t count) {
        latest_ = std::move(latest);
        count_ = count;
    }
    /// How to walk along all of them: for a list that does not fit.
    void walk_by(std::function<void(const Sink&)> walk) { walk_ = std::move(walk); }

    [[nodiscard]] const std::deque<T>& latest() const { return latest_; }
    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] bool complete() const { return count_ == latest_.size(); }
    void each(const Sink& sink) const {
        if (!complete()) {
            walk_(sink);
            return;
        }
        for (const T& item : latest_) {
            sink(item);
        }
    }

  private:
    std::deque<T> latest_;
    std::uint64_t count_ = 0;
    std::function<void(const Sink&)> walk_;
};

} // namespace habeas::exports

// Searching files for what must not be there any more: many values at once, one pass over each
// file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::erasure {

/// Looks for values whole, and for every 8-byte window of those that have 8 bytes or more (page
/// splits and overflow pages leave parts). Each value is taken as given, in NFC, and in lower case
/// NFC (the normal form of e-mail addresses). Offsets and numbers only: nothing here repeats a
/// value.
class ResidueScanner {
  public:
    static constexpr std::size_t window = 8;
    /// Shorter values would be found by chance: they are ignored.
    static constexpr std::size_t shortest = 4;

    struct Hit {
        std::size_t value = 0;    ///< index into the values given
        std::size_t file = 0;     ///< index as returned by `scan`
        std::uint64_t offset = 0; ///< of the first
        std::uint64_t count = 0;
        bool whole = false; ///< false: windows only
    };
    /// Reads up to `out.size()` bytes at `offset`, fewer only at the end.
    using Read = std::function<std::size_t(std::uint64_t offset, std::span<char> out)>;

    explicit ResidueScanner(std::span<const std::string> values);

    /// True if no value is long enough to look for.
    [[nodiscard]] bool empty() const { return texts_.empty(); }
    /// Values (their indexes) that are too short.
    [[nodiscard]] const std::vector<std::size_t>& ignored() const { return ignored_; }

    /// Scans a file in pieces; returns its number for the hits. `advanced` gets the bytes of each
    /// piece.
    std::size_t scan(const Read& read, const std::function<void(std::size_t)>& advanced = {});
    std::size_t scan(std::string_view bytes);

    /// Bytes of something that is present and may be (a row of another person): the windows in it
    /// explain hits of these same windows. "@example.org" stays, as long as others have it.
    /// `whole` gets the values that are in it whole.
    void explain(std::string_view bytes, const std::function<void(std::size_t)>& whole = {});
    [[nodiscard]] bool has_windows() const { return !partial_.empty(); }

    /// Whole values first, then windows that nothing explains; one for each value and file.
    [[nodiscard]] std::vector<Hit> hits() const;
    /// How many windows were found that only others explain.
    [[nodiscard]] std::uint64_t explained() const;

  private:
    struct Text {
        std::string bytes;
        std::size_t value;
    };
    struct Slot {
        std::uint64_t key = 0;
        std::uint32_t text = 0;  ///< 1 + index into texts_; 0: free
        std::int32_t start = -1; ///< first of starts_: texts that begin with this window
        std::int32_t seen = -1;  ///< index into partial_ within the present file
        bool explained = false;
    };
    struct Start {
        std::uint32_t text;
        std::int32_t next;
    };
    struct Partial {
        std::uint32_t slot;
        std::size_t file;
        std::uint64_t offset;
        std::uint64_t count;
    };
    struct Short {
        std::uint64_t key;
        std::uint32_t text;
    };

    void add(std::string text, std::size_t value);
    void build();
    void insert(std::uint64_t key, std::uint32_t text, bool at_start);
    [[nodiscard]] Slot* find(std::uint64_t key);
    /// Looks at the windows that begin in [0, starts) of `bytes`; all of `bytes` may be compared.
    void look(std::string_view bytes, std::size_t starts, std::uint64_t base, std::size_t file);
    void whole(std::uint32_t text, std::uint64_t offset, std::size_t file);

    std::vector<Text> texts_;
    std::vector<std::size_t> ignored_;
    std::size_t longest_ = window;
    std::vector<Slot> slots_; ///< open addressing
    std::uint64_t mask_ = 0;
    std::vector<std::uint64_t> filter_; ///< one bit a window, tried first
    int filter_shift_ = 0;
    std::vector<Start> starts_;
    std::vector<Short> shorts_[window]; ///< by length, sorted
    std::vector<Partial> partial_;
    std::vector<Hit> whole_;
    std::vector<std::size_t> whole_at_; ///< by value: its last entry in whole_
    std::size_t files_ = 0;
    std::uint64_t covered_ = 0; ///< windows before this offset belong to a whole value
};

} // namespace habeas::erasure

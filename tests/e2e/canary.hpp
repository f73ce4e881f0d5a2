// Values that nobody else has, made so that any eight bytes of one tell whose it is.
#pragma once

#include <cstdint>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace habeas::e2e {

using Random = std::mt19937_64;
using CanaryId = std::uint32_t; ///< 0: none

/// What a canary looks like. A text is eight letters over and over: one entry stands for all of its
/// windows, whatever its length. No letter is a hexadecimal digit, so that no hash looks like one.
enum class Shape : std::uint8_t {
    text,  ///< letters, then a full stop
    mail,  ///< letters@example.de; an identifier keeps it in lower case too
    link,  ///< https://example.de/letters/
    phone, ///< E.164
    real,  ///< a double whose eight bytes are random
    whole, ///< an integer that takes eight bytes
    bytes  ///< any eight bytes that the caller knows to be somebody's
};

struct Canary {
    std::string_view place;    ///< which field or member it was made for
    std::uint64_t pattern = 0; ///< the letters, or the number's bits
    std::uint32_t length = 0;  ///< of the letters
    std::uint32_t owner = 0;   ///< number of the person
    Shape shape = Shape::text;
    bool current = true; ///< false: overwritten, deleted, rolled back
    bool sealed = false; ///< never in clear in any file
};

/// All canaries ever made. Making is safe from several threads, the rest is not.
class Canaries {
  public:
    explicit Canaries(std::size_t expected);

    CanaryId make(Random& random, Shape shape, std::uint32_t length, std::uint32_t owner,
                  std::string_view place);
    CanaryId bytes(std::string_view eight, std::uint32_t owner, std::string_view place);
    [[nodiscard]] const Canary& operator[](CanaryId id) const { return all_[id]; }
    void no_longer(CanaryId id) { all_[id].current = false; }
    void seal(CanaryId id) { all_[id].sealed = true; }
    [[nodiscard]] std::size_t size() const { return all_.size(); }

    /// What is written into the store.
    [[nodiscard]] std::string text(CanaryId id) const;
    [[nodiscard]] double real(CanaryId id) const;
    [[nodiscard]] std::int64_t whole(CanaryId id) const;
    /// Windows that must be found if the value stands in a file in one piece.
    [[nodiscard]] std::uint32_t windows(CanaryId id) const;

  private:
    friend class Sightings;
    void add(const Canary& canary);
    [[nodiscard]] bool letters_taken(std::uint64_t pattern) const;

    std::mutex making_;
    std::vector<Canary> all_;
    std::unordered_map<std::uint64_t, CanaryId> letters_; ///< by the least rotation
    std::unordered_map<std::uint64_t, CanaryId> plain_;   ///< windows that are no repeated letters
};

/// Where canaries were seen.
class Sightings {
  public:
    /// `unwanted[id]` is not 0: note the first places.
    Sightings(const Canaries& canaries, std::vector<std::uint8_t> unwanted);

    void scan_file(const std::string& path);
    void scan_folder(const std::string& path); ///< with all below it

    [[nodiscard]] std::uint32_t hits(CanaryId id) const { return hits_[id]; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    [[nodiscard]] std::uint64_t files() const { return files_; }
    /// The first twenty unwanted ones, in words.
    [[nodiscard]] const std::vector<std::string>& first_unwanted() const { return first_; }

  private:
    void scan(std::string_view bytes, const std::string& name);
    void seen(CanaryId id, std::string_view bytes, std::size_t at, const std::string& name);
    [[nodiscard]] CanaryId plain_at(std::string_view bytes, std::size_t at,
                                    std::uint64_t window) const;

    const Canaries* canaries_;
    std::vector<std::uint8_t> unwanted_;
    std::vector<std::uint32_t> hits_;
    std::vector<std::uint64_t> filter_; ///< of the plain windows
    std::vector<std::string> first_;
    std::uint64_t bytes_ = 0, files_ = 0;
};

} // namespace habeas::e2e

#include "e2e/canary.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace habeas::e2e {
namespace {

constexpr std::size_t window = 8;
// None of them begins or ends what stands around the letters, nor is a digit of a hash. So eight
// letters in a row are always of one canary, never of two that lie side by side.
constexpr std::string_view letters = "GHJKLMNPQRSTUVWXYZghjkmnpqrstuvwxyz";
constexpr std::size_t filter_bits = std::size_t{1} << 24;
constexpr std::string_view mail_host = "@example.de";
constexpr std::string_view link_host = "https://example.de/";

constexpr std::array<bool, 256> letter_table = [] {
    std::array<bool, 256> out{};
    for (const char c : letters) {
        out[static_cast<unsigned char>(c)] = true;
    }
    return out;
}();

bool is_letter(char c) {
    return letter_table[static_cast<unsigned char>(c)];
}

std::uint64_t load(const char* at) {
    std::uint64_t out = 0;
    std::memcpy(&out, at, window);
    return out;
}

std::uint64_t least_rotation(std::uint64_t pattern) {
    std::uint64_t least = pattern;
    for (int i = 1; i < 8; ++i) {
        least = std::min(least, std::rotl(pattern, 8 * i));
    }
    return least;
}

std::string pattern_text(std::uint64_t pattern, std::size_t length) {
    std::string out(length, '\0');
    std::array<char, window> part{};
    std::memcpy(part.data(), &pattern, window);
    for (std::size_t i = 0; i < length; ++i) {
        out[i] = part[i % window];
    }
    return out;
}

std::uint64_t lower(std::uint64_t pattern) {
    std::string text = pattern_text(pattern, window);
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return load(text.data());
}

/// As SQLite writes numbers into a row.
std::string big_endian(std::uint64_t bits) {
    std::string out(window, '\0');
    for (std::size_t i = 0; i < window; ++i) {
        out[i] = static_cast<char>(bits >> (56 - 8 * i) & 0xffU);
    }
    return out;
}

std::size_t filter_slot(std::uint64_t key) {
    return static_cast<std::size_t>(key * 0x9E3779B97F4A7C15ULL >> 40U) % filter_bits;
}

std::string random_phone(Random& random) {
    static constexpr std::array<std::string_view, 12> codes{"30", "31", "32", "33", "34", "36",
                                                            "41", "43", "45", "46", "48", "49"};
    std::string out = "+" + std::string(codes[random() % codes.size()]);
    out += static_cast<char>('1' + random() % 9); // no 0 that is dialled within a country only
    while (out.size() < 14) {
        out += static_cast<char>('0' + random() % 10);
    }
    return out;
}

/// Hashes, and somebody else's number with a byte beside it that is a digit by chance, have eight
/// digits in a row of this number now and then. Such a match breaks off at a further digit; what is
/// left of a number that was written ends with the number, or where something else begins.
bool by_chance(std::string_view bytes, std::size_t at, std::string_view number) {
    const auto hexadecimal = [&](std::size_t i) {
        const char c = i < bytes.size() ? bytes[i] : ' ';
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-';
    };
    std::size_t first = number.find(bytes.substr(at, window));
    std::size_t last = first + window;
    std::size_t end = at + window;
    for (; first > 0 && at > 0 && bytes[at - 1] == number[first - 1]; --first) {
        --at;
    }
    for (; last < number.size() && end < bytes.size() && bytes[end] == number[last]; ++last) {
        ++end;
    }
    const bool begins = first <= 1; // with or without its +
    const bool ends = last == number.size();
    return (!begins && hexadecimal(at - 1)) || (!ends && hexadecimal(end));
}

/// What stands around a place, for a person to read. Nobody in this store is real.
std::string around(std::string_view bytes, std::size_t at) {
    const std::size_t begin = at < 48 ? 0 : at - 48;
    std::string out;
    for (const char c : bytes.substr(begin, at - begin + window + 48)) {
        out += c >= ' ' && c <= '~' ? c : '.';
    }
    return out;
}

} // namespace

Canaries::Canaries(std::size_t expected) {
    all_.reserve(expected + 1);
    all_.emplace_back(); // 0: none
    letters_.reserve(expected);
    plain_.reserve(expected);
}

bool Canaries::letters_taken(std::uint64_t pattern) const {
    return letters_.contains(least_rotation(pattern));
}

CanaryId Canaries::make(Random& random, Shape shape, std::uint32_t length, std::uint32_t owner,
                        std::string_view place) {
    const std::lock_guard lock(making_);
    Canary canary{place, 0, length, owner, shape};
    const auto id = static_cast<CanaryId>(all_.size());
    if (shape == Shape::phone || shape == Shape::real || shape == Shape::whole) {
        std::vector<std::string> windows;
        do {
            windows.clear();
            if (shape == Shape::phone) {
                const std::string number = random_phone(random);
                for (std::size_t at = 0; at + window <= number.size(); ++at) {
                    windows.push_back(number.substr(at, window));
                }
                canary.pattern = std::strtoull(number.c_str() + 1, nullptr, 10);
            } else if (shape == Shape::real) {
                canary.pattern = std::bit_cast<std::uint64_t>(
                    1000.0 + static_cast<double>(random() >> 12U) / 4.5e9);
                windows.push_back(big_endian(canary.pattern));
            } else {
                canary.pattern = (std::uint64_t{1} << 55U) + (random() >> 9U);
                windows.push_back(big_endian(canary.pattern));
            }
        } while (std::any_of(windows.begin(), windows.end(), [this](const std::string& text) {
            return plain_.contains(load(text.data()));
        }));
        for (const auto& text : windows) {
            plain_.emplace(load(text.data()), id);
        }
    } else {
        do {
            std::array<char, window> part{};
            for (char& c : part) {
                c = letters[random() % letters.size()];
            }
            canary.pattern = load(part.data());
        } while (letters_taken(canary.pattern) || letters_taken(lower(canary.pattern)));
        letters_.emplace(least_rotation(canary.pattern), id);
        if (shape == Shape::mail) {
            letters_.emplace(least_rotation(lower(canary.pattern)), id);
        }
    }
    add(canary);
    return id;
}

/// Others read while this is written: what they read must not move.
void Canaries::add(const Canary& canary) {
    if (all_.size() == all_.capacity()) {
        throw std::logic_error("more canaries than were expected");
    }
    all_.push_back(canary);
}

CanaryId Canaries::bytes(std::string_view eight, std::uint32_t owner, std::string_view place) {
    const std::lock_guard lock(making_);
    const auto id = static_cast<CanaryId>(all_.size());
    const auto [known, fresh] = plain_.emplace(load(eight.data()), id);
    if (!fresh) { // the same choice again
        all_[known->second].current = true;
        return known->second;
    }
    add({place, load(eight.data()), 0, owner, Shape::bytes});
    return id;
}

std::string Canaries::text(CanaryId id) const {
    const Canary& canary = all_[id];
    switch (canary.shape) {
    case Shape::text:
        return pattern_text(canary.pattern, canary.length) + ".";
    case Shape::mail:
        return pattern_text(canary.pattern, canary.length) + std::string(mail_host);
    case Shape::link:
        return std::string(link_host) + pattern_text(canary.pattern, canary.length) + "/";
    case Shape::phone:
        return "+" + std::to_string(canary.pattern);
    default:
        throw std::logic_error("this canary is no text");
    }
}

double Canaries::real(CanaryId id) const {
    return std::bit_cast<double>(all_[id].pattern);
}

std::int64_t Canaries::whole(CanaryId id) const {
    return static_cast<std::int64_t>(all_[id].pattern);
}

std::uint32_t Canaries::windows(CanaryId id) const {
    const Canary& canary = all_[id];
    switch (canary.shape) {
    case Shape::text:
    case Shape::mail:
    case Shape::link:
        return canary.length - static_cast<std::uint32_t>(window) + 1;
    case Shape::phone:
        return 7;
    default:
        return 1;
    }
}

Sightings::Sightings(const Canaries& canaries, std::vector<std::uint8_t> unwanted)
    : canaries_(&canaries), unwanted_(std::move(unwanted)), hits_(canaries.size()),
      filter_(filter_bits / 64) {
    for (const auto& [key, id] : canaries.plain_) {
        const std::size_t slot = filter_slot(key);
        filter_[slot / 64] |= std::uint64_t{1} << (slot % 64);
    }
}

void Sightings::scan_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        throw std::runtime_error("cannot read " + path);
    }
    std::string bytes(std::filesystem::file_size(path), '\0');
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    scan(bytes, std::filesystem::path(path).filename().string());
}

void Sightings::scan_folder(const std::string& path) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
        if (entry.is_regular_file()) {
            scan_file(entry.path().string());
        }
    }
}

CanaryId Sightings::plain_at(std::string_view bytes, std::size_t at, std::uint64_t window_) const {
    const std::size_t slot = filter_slot(window_);
    if ((filter_[slot / 64] >> (slot % 64) & 1U) == 0) {
        return 0;
    }
    const auto found = canaries_->plain_.find(window_);
    if (found == canaries_->plain_.end()) {
        return 0;
    }
    const bool digits = (*canaries_)[found->second].shape == Shape::phone && bytes[at] != '+';
    return digits && by_chance(bytes, at, canaries_->text(found->second)) ? 0 : found->second;
}

void Sightings::scan(std::string_view bytes, const std::string& name) {
    ++files_;
    bytes_ += bytes.size();
    std::size_t run = 0; // letters that end at at + 7
    for (std::size_t i = 0; i + 1 < window && i < bytes.size(); ++i) {
        run = is_letter(bytes[i]) ? run + 1 : 0;
    }
    CanaryId last = 0;
    for (std::size_t at = 0; at + window <= bytes.size(); ++at) {
        run = is_letter(bytes[at + window - 1]) ? run + 1 : 0;
        const std::uint64_t key = load(bytes.data() + at);
        CanaryId id = 0;
        if (run >= window) {
            // One letter further in a repeated text is the same text.
            if (last != 0 && bytes[at + window - 1] == bytes[at - 1]) {
                id = last;
            } else if (const auto found = canaries_->letters_.find(least_rotation(key));
                       found != canaries_->letters_.end()) {
                id = found->second;
            }
            last = id;
        } else {
            last = 0;
            id = key == 0 ? 0 : plain_at(bytes, at, key);
        }
        if (id != 0) {
            seen(id, bytes, at, name);
        }
    }
}

void Sightings::seen(CanaryId id, std::string_view bytes, std::size_t at, const std::string& name) {
    if (hits_[id]++ == 0 && unwanted_[id] != 0 && first_.size() < 20) {
        const Canary& canary = (*canaries_)[id];
        first_.push_back(std::string(canary.place) + (canary.current ? "" : " (former)") +
                         " of person " + std::to_string(canary.owner) + " in " + name +
                         " at byte " + std::to_string(at) + ": " + around(bytes, at));
    }
}

} // namespace habeas::e2e

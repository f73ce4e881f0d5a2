#include "erasure/residue.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>
#include <set>

namespace habeas::erasure {
namespace {

constexpr std::size_t piece = std::size_t{1} << 20;

std::uint64_t load(const char* at) {
    std::uint64_t key = 0;
    std::memcpy(&key, at, sizeof key);
    return key;
}

std::uint64_t mix(std::uint64_t key) {
    key *= 0x9e3779b97f4a7c15ULL;
    return key ^ (key >> 29);
}

std::uint64_t prefix(std::uint64_t key, std::size_t length) {
    return length >= 8 ? key : key & ((std::uint64_t{1} << (8 * length)) - 1);
}

} // namespace

ResidueScanner::ResidueScanner(std::span<const std::string> values) : whole_at_(values.size()) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i].size() < shortest) {
            ignored_.push_back(i);
            continue;
        }
        std::set<std::string> forms{values[i]};
        if (!base::invalid_utf8(values[i])) {
            forms.insert(base::nfc(values[i]));
            forms.insert(base::lower_nfc(values[i]));
        }
        for (const auto& form : forms) {
            add(form, i);
        }
    }
    build();
}

void ResidueScanner::add(std::string text, std::size_t value) {
    if (text.size() < shortest) {
        return;
    }
    longest_ = std::max(longest_, text.size());
    texts_.push_back({std::move(text), value});
}

void ResidueScanner::build() {
    std::size_t windows = 0;
    for (const auto& text : texts_) {
        windows += text.bytes.size() >= window ? text.bytes.size() - window + 1 : 0;
    }
    slots_.resize(std::bit_ceil(std::max<std::size_t>(windows * 2, 16)));
    mask_ = slots_.size() - 1;
    const std::size_t bits =
        std::clamp<std::size_t>(std::bit_ceil(windows * 16), 1U << 12, 1U << 28);
    filter_.resize(bits / 64);
    filter_shift_ = 64 - std::countr_zero(bits);
    for (std::uint32_t i = 0; i < texts_.size(); ++i) {
        const std::string& bytes = texts_[i].bytes;
        if (bytes.size() < window) {
            std::uint64_t key = 0;
            std::memcpy(&key, bytes.data(), bytes.size());
            shorts_[bytes.size()].push_back({key, i});
            continue;
        }
        for (std::size_t at = 0; at + window <= bytes.size(); ++at) {
            insert(load(bytes.data() + at), i, at == 0);
        }
    }
    for (auto& list : shorts_) {
        std::sort(list.begin(), list.end(),
                  [](const Short& a, const Short& b) { return a.key < b.key; });
    }
}

void ResidueScanner::insert(std::uint64_t key, std::uint32_t text, bool at_start) {
    const std::uint64_t hash = mix(key);
    const std::uint64_t bit = hash >> filter_shift_;
    filter_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    std::uint64_t at = hash & mask_;
    while (slots_[at].text != 0 && slots_[at].key != key) {
        at = (at + 1) & mask_;
    }
    Slot& slot = slots_[at];
    if (slot.text == 0) {
        slot.key = key;
        slot.text = text + 1;
    }
    if (at_start) {
        starts_.push_back({text, slot.start});
        slot.start = static_cast<std::int32_t>(starts_.size() - 1);
    }
}

ResidueScanner::Slot* ResidueScanner::find(std::uint64_t key) {
    const std::uint64_t hash = mix(key);
    const std::uint64_t bit = hash >> filter_shift_;
    if ((filter_[bit / 64] >> (bit % 64) & 1) == 0) {
        return nullptr;
    }
    std::uint64_t at = hash & mask_;
    while (slots_[at].text != 0) {
        if (slots_[at].key == key) {
            return &slots_[at];
        }
        at = (at + 1) & mask_;
    }
    return nullptr;
}

void ResidueScanner::whole(std::uint32_t text, std::uint64_t offset, std::size_t file) {
    const std::size_t value = texts_[text].value;
    const std::size_t known = whole_at_[value];
    if (known < whole_.size() && whole_[known].value == value && whole_[known].file == file) {
        ++whole_[known].count;
    } else {
        whole_at_[value] = whole_.size();
        whole_.push_back({value, file, offset, 1, true});
    }
}

void ResidueScanner::look(std::string_view bytes, std::size_t starts, std::uint64_t base,
                          std::size_t file) {
    const bool any_short = std::any_of(std::begin(shorts_), std::end(shorts_),
                                       [](const auto& list) { return !list.empty(); });
    for (std::size_t at = 0; at < starts; ++at) {
        const std::size_t left = bytes.size() - at;
        if (any_short) {
            std::uint64_t key = 0;
            std::memcpy(&key, bytes.data() + at, std::min(left, window));
            for (std::size_t length = shortest; length < window && length <= left; ++length) {
                const auto& list = shorts_[length];
                const std::uint64_t part = prefix(key, length);
                auto found = std::lower_bound(
                    list.begin(), list.end(), part,
                    [](const Short& entry, std::uint64_t wanted) { return entry.key < wanted; });
                for (; found != list.end() && found->key == part; ++found) {
                    whole(found->text, base + at, file);
                }
            }
        }
        if (left < window) {
            continue;
        }
        Slot* slot = find(load(bytes.data() + at));
        if (slot == nullptr) {
            continue;
        }
        for (std::int32_t i = slot->start; i >= 0; i = starts_[static_cast<std::size_t>(i)].next) {
            const std::uint32_t text = starts_[static_cast<std::size_t>(i)].text;
            const std::string& wanted = texts_[text].bytes;
            if (bytes.substr(at, wanted.size()) == wanted) {
                whole(text, base + at, file);
                covered_ =
                    std::max<std::uint64_t>(covered_, base + at + wanted.size() - window + 1);
            }
        }
        if (base + at < covered_) {
            continue;
        }
        if (slot->seen < 0 || partial_[static_cast<std::size_t>(slot->seen)].file != file) {
            slot->seen = static_cast<std::int32_t>(partial_.size());
            partial_.push_back(
                {static_cast<std::uint32_t>(slot - slots_.data()), file, base + at, 0});
        }
        ++partial_[static_cast<std::size_t>(slot->seen)].count;
    }
}

std::size_t ResidueScanner::scan(const Read& read,
                                 const std::function<void(std::size_t)>& advanced) {
    const std::size_t file = files_++;
    covered_ = 0;
    // What begins near the end of a piece is looked at with the next one, so that all of it is
    // there.
    const std::size_t keep = longest_ - 1;
    std::string buffer;
    std::uint64_t base = 0;
    std::size_t held = 0;
    while (true) {
        buffer.resize(held + std::max(piece, longest_));
        const std::size_t got = read(base + held, std::span<char>(buffer).subspan(held));
        const std::size_t size = held + got;
        const bool last = size < buffer.size();
        const std::size_t starts = last ? size : size - keep;
        look(std::string_view(buffer).substr(0, size), starts, base, file);
        if (advanced) {
            advanced(got);
        }
        if (last) {
            return file;
        }
        held = size - starts;
        std::memmove(buffer.data(), buffer.data() + starts, held);
        base += starts;
    }
}

std::size_t ResidueScanner::scan(std::string_view bytes) {
    const std::size_t file = files_++;
    covered_ = 0;
    look(bytes, bytes.size(), 0, file);
    return file;
}

void ResidueScanner::explain(std::string_view bytes,
                             const std::function<void(std::size_t)>& whole) {
    for (std::size_t at = 0; at + window <= bytes.size(); ++at) {
        Slot* slot = find(load(bytes.data() + at));
        if (slot == nullptr) {
            continue;
        }
        slot->explained = true;
        for (std::int32_t i = slot->start; whole && i >= 0;
             i = starts_[static_cast<std::size_t>(i)].next) {
            const Text& text = texts_[starts_[static_cast<std::size_t>(i)].text];
            if (bytes.substr(at, text.bytes.size()) == text.bytes) {
                whole(text.value);
            }
        }
    }
    for (const auto& list : shorts_) {
        for (const Short& entry : list) {
            const Text& text = texts_[entry.text];
            if (whole && bytes.find(text.bytes) != std::string_view::npos) {
                whole(text.value);
            }
        }
    }
}

std::vector<ResidueScanner::Hit> ResidueScanner::hits() const {
    std::vector<Hit> out = whole_;
    std::map<std::pair<std::size_t, std::size_t>, Hit> parts;
    for (const auto& part : partial_) {
        const Slot& slot = slots_[part.slot];
        if (slot.explained) {
            continue;
        }
        const std::size_t value = texts_[slot.text - 1].value;
        auto [known, fresh] =
            parts.try_emplace({part.file, value}, Hit{value, part.file, part.offset, 0, false});
        known->second.offset = std::min(known->second.offset, part.offset);
        known->second.count += part.count;
    }
    for (const auto& [key, hit] : parts) {
        out.push_back(hit);
    }
    return out;
}

std::uint64_t ResidueScanner::explained() const {
    return static_cast<std::uint64_t>(
        std::count_if(partial_.begin(), partial_.end(),
                      [this](const Partial& part) { return slots_[part.slot].explained; }));
}

} // namespace habeas::erasure

// Finds the next of up to four bytes, sixteen at a time where the processor can.
#pragma once

#include <array>
#include <cstdint>
#ifdef __SSE2__
#include <bit>
#include <emmintrin.h>
#endif

namespace habeas::base {

class ByteScan {
  public:
    /// The buffer that is searched must be readable this far behind its end.
    static constexpr std::size_t padding = 16;

    explicit ByteScan(std::array<char, 4> wanted) {
#ifdef __SSE2__
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            wanted_[i] = _mm_set1_epi8(wanted[i]);
        }
#else
        for (char c : wanted) {
            wanted_[static_cast<unsigned char>(c)] = true;
        }
#endif
    }

    /// The first wanted byte in [at, end), or end.
    [[nodiscard]] char* find(char* at, char* end) const noexcept {
#ifdef __SSE2__
        for (; at < end; at += 16) {
            __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
            __m128i hits = _mm_or_si128(
                _mm_or_si128(_mm_cmpeq_epi8(block, wanted_[0]), _mm_cmpeq_epi8(block, wanted_[1])),
                _mm_or_si128(_mm_cmpeq_epi8(block, wanted_[2]), _mm_cmpeq_epi8(block, wanted_[3])));
            if (int mask = _mm_movemask_epi8(hits); mask != 0) {
                char* hit = at + std::countr_zero(static_cast<unsigned>(mask));
                return hit < end ? hit : end;
            }
        }
        return end;
#else
        while (at < end && !wanted_[static_cast<unsigned char>(*at)]) {
            ++at;
        }
        return at;
#endif
    }

  private:
#ifdef __SSE2__
    __m128i wanted_[4];
#else
    std::array<bool, 256> wanted_{};
#endif
};

} // namespace habeas::base

// A long text sealed piece by piece: none can be changed, left out, moved or taken from another
// stream (libsodium's secretstream, XChaCha20-Poly1305).
#pragma once

#include "base/hash.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace habeas::base {

inline constexpr std::size_t stream_start_size = 24;  ///< of what begins a stream, not secret
inline constexpr std::size_t stream_piece_extra = 17; ///< by which a sealed piece is longer

using StreamStart = std::array<std::uint8_t, stream_start_size>;

/// What both directions keep; wipes itself.
class StreamState {
  public:
    StreamState(const StreamState&) = delete;
    StreamState& operator=(const StreamState&) = delete;

  protected:
    StreamState() = default;
    ~StreamState();
    std::array<std::uint8_t, 52> state_{}; // crypto_secretstream_xchacha20poly1305_state
};

class SealStream : public StreamState {
  public:
    explicit SealStream(const SecretKey& key);
    /// Random: no two streams share it.
    [[nodiscard]] const StreamStart& start() const { return start_; }
    /// `associated` is not in the result, but must be given again to open it.
    Bytes seal(std::string_view piece, std::string_view associated, bool last);

  private:
    StreamStart start_{};
};

class OpenStream : public StreamState {
  public:
    OpenStream(const SecretKey& key, const StreamStart& start);
    /// Takes the next piece. False: it is not that one, or not marked as `last` where it should be.
    bool open(std::string_view sealed, std::string_view associated, bool last, Bytes& piece);
};

} // namespace habeas::base

#include "base/secret_stream.hpp"

#include "habeas/error.hpp"

#include <sodium.h>

namespace habeas::base {
namespace {

using State = crypto_secretstream_xchacha20poly1305_state;

static_assert(sizeof(State) == 52 && alignof(State) == 1, "StreamState::state_ must hold it");
static_assert(crypto_secretstream_xchacha20poly1305_HEADERBYTES == stream_start_size);
static_assert(crypto_secretstream_xchacha20poly1305_ABYTES == stream_piece_extra);
static_assert(crypto_secretstream_xchacha20poly1305_KEYBYTES == 32);

State* state_in(std::array<std::uint8_t, 52>& bytes) {
    return reinterpret_cast<State*>(bytes.data());
}
const unsigned char* data_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

} // namespace

StreamState::~StreamState() {
    sodium_memzero(state_.data(), state_.size());
}

SealStream::SealStream(const SecretKey& key) {
    random_bytes({}); // starts libsodium
    if (crypto_secretstream_xchacha20poly1305_init_push(state_in(state_), start_.data(),
                                                        key.bytes().data()) != 0) {
        throw Error(Errc::internal, "libsodium could not begin a stream");
    }
}

Bytes SealStream::seal(std::string_view piece, std::string_view associated, bool last) {
    Bytes out(piece.size() + stream_piece_extra, '\0');
    const unsigned char tag = last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                                   : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
    if (crypto_secretstream_xchacha20poly1305_push(
            state_in(state_), reinterpret_cast<unsigned char*>(out.data()), nullptr, data_of(piece),
            piece.size(), data_of(associated), associated.size(), tag) != 0) {
        throw Error(Errc::internal, "libsodium could not seal a piece of a stream");
    }
    return out;
}

OpenStream::OpenStream(const SecretKey& key, const StreamStart& start) {
    random_bytes({});
    if (crypto_secretstream_xchacha20poly1305_init_pull(state_in(state_), start.data(),
                                                        key.bytes().data()) != 0) {
        throw Error(Errc::internal, "libsodium could not open a stream");
    }
}

bool OpenStream::open(std::string_view sealed, std::string_view associated, bool last,
                      Bytes& piece) {
    if (sealed.size() < stream_piece_extra) {
        return false;
    }
    piece.resize(sealed.size() - stream_piece_extra);
    unsigned char tag = 0;
    const bool opened =
        crypto_secretstream_xchacha20poly1305_pull(
            state_in(state_), reinterpret_cast<unsigned char*>(piece.data()), nullptr, &tag,
            data_of(sealed), sealed.size(), data_of(associated), associated.size()) == 0;
    return opened && (tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL) == last;
}

} // namespace habeas::base

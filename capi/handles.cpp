#include "handles.hpp"

#include "habeas/error.hpp"

#include <pthread.h>

#include <atomic>
#include <mutex>
#include <new>
#include <utility>

namespace habeas::capi {
namespace {

using Word = std::uint64_t;

// A handle: generation, then place. A slot's word: generation, kind, and what happens to it.
constexpr bool wide = sizeof(std::uintptr_t) >= 8;
constexpr unsigned place_bits = wide ? 20 : 12;
constexpr unsigned generation_bits = wide ? 43 : 19;
constexpr Word last_generation = (Word{1} << generation_bits) - 1;
constexpr unsigned kind_shift = 2;
constexpr unsigned generation_shift = 8;
constexpr Word busy = 1, closing = 2;
/// Keeps handles away from what pointers and small numbers look like.
constexpr auto disguise = static_cast<std::uintptr_t>(0xA5C30F96A5C30F96ULL);

constexpr std::size_t chunk_size = 256;
constexpr std::size_t chunk_count = (std::size_t{1} << place_bits) / chunk_size;

struct Slot {
    std::atomic<Word> word{Word{1} << generation_shift};
    std::atomic<std::uint32_t> forks{0}; ///< of the process, when the handle was made
    std::atomic<HandleObject*> object{nullptr};
    std::uint32_t next_free = 0;
    std::atomic<HandleKind> last_kind{}; ///< stays with an object that a child process abandoned
};
struct Chunk {
    Slot slots[chunk_size];
};

constinit std::atomic<Chunk*> chunks[chunk_count]{};
constinit std::atomic<std::uint32_t> fork_count{0};
constinit std::mutex table_lock; ///< of what follows
constinit std::uint32_t first_free = 0;
constinit std::uint32_t used = 1; ///< place 0 stays empty, so that 0 can end the list
constinit bool watching_forks = false;

Slot* slot_at(std::uint32_t place) noexcept {
    Chunk* chunk = chunks[place / chunk_size].load(std::memory_order_acquire);
    return chunk == nullptr ? nullptr : &chunk->slots[place % chunk_size];
}

constexpr Word word_of(Word generation, HandleKind kind) noexcept {
    return generation << generation_shift | static_cast<Word>(kind) << kind_shift;
}

const void* encode(std::uint32_t place, Word generation) noexcept {
    const auto number = static_cast<std::uintptr_t>(generation << place_bits | place) ^ disguise;
    // It only names a slot, nobody reads through it. NOLINTNEXTLINE(performance-no-int-to-ptr)
    return reinterpret_cast<const void*>(number);
}

struct Decoded {
    std::uint32_t place = 0;
    Slot* slot = nullptr; ///< null: no handle of ours
    Word generation = 0;
};

Decoded decode(const void* handle) noexcept {
    const std::uintptr_t number = reinterpret_cast<std::uintptr_t>(handle) ^ disguise;
    Decoded out;
    out.place = static_cast<std::uint32_t>(number & ((std::uintptr_t{1} << place_bits) - 1));
    out.generation = static_cast<Word>(number >> place_bits);
    out.slot = out.generation > last_generation ? nullptr : slot_at(out.place);
    return out;
}

[[noreturn]] void refuse_handle() {
    throw Error(Errc::handle, "this is no open handle of the kind that the function takes",
                "handle");
}

/// The slot's word, if the handle is the one that is open there.
Word require_open(const Decoded& at, HandleKind kind) {
    if (at.slot == nullptr) {
        refuse_handle();
    }
    const Word word = at.slot->word.load(std::memory_order_acquire);
    if ((word & ~busy) != word_of(at.generation, kind)) {
        refuse_handle();
    }
    return word;
}

bool inherited(const Slot& slot) noexcept {
    return slot.forks.load(std::memory_order_relaxed) != fork_count.load(std::memory_order_relaxed);
}

void watch_forks() {
    if (!watching_forks) {
        const int failed = pthread_atfork([] { table_lock.lock(); }, [] { table_lock.unlock(); },
                                          [] {
                                              fork_count.fetch_add(1, std::memory_order_relaxed);
                                              table_lock.unlock();
                                          });
        if (failed != 0) {
            throw std::bad_alloc();
        }
        watching_forks = true;
    }
}

std::uint32_t take_place() {
    const std::lock_guard hold(table_lock);
    watch_forks();
    if (first_free != 0) {
        const std::uint32_t place = first_free;
        first_free = slot_at(place)->next_free;
        return place;
    }
    if (used == chunk_size * chunk_count) {
        throw Error(Errc::full, "too many handles are open; close some", "handle");
    }
    if (slot_at(used) == nullptr) {
        chunks[used / chunk_size].store(new Chunk, std::memory_order_release);
    }
    return used++;
}

void free_place(std::uint32_t place) noexcept {
    const std::lock_guard hold(table_lock);
    slot_at(place)->next_free = first_free;
    first_free = place;
}

/// Ends the generation of a slot that this thread alone holds. The place is free again.
void retire(const Decoded& at) noexcept {
    at.slot->object.store(nullptr, std::memory_order_relaxed);
    at.slot->word.store(word_of(at.generation + 1, HandleKind{}), std::memory_order_release);
    if (at.generation + 1 < last_generation) {
        free_place(at.place);
    }
}

void destroy(const Decoded& at) noexcept {
    delete at.slot->object.load(std::memory_order_relaxed);
    retire(at);
}

} // namespace

NewHandle::NewHandle() : place_(take_place()) {}

NewHandle::~NewHandle() {
    if (place_ != 0) {
        free_place(place_);
    }
}

const void* NewHandle::fill(HandleKind kind, std::unique_ptr<HandleObject> object) noexcept {
    const std::uint32_t place = std::exchange(place_, 0);
    Slot& slot = *slot_at(place);
    const Word generation = slot.word.load(std::memory_order_relaxed) >> generation_shift;
    slot.forks.store(fork_count.load(std::memory_order_relaxed), std::memory_order_relaxed);
    slot.last_kind.store(kind, std::memory_order_relaxed);
    slot.object.store(object.release(), std::memory_order_relaxed);
    slot.word.store(word_of(generation, kind), std::memory_order_release);
    return encode(place, generation);
}

void close_handle(HandleKind kind, const void* handle) {
    const Decoded at = decode(handle);
    for (Word word = require_open(at, kind);; word = require_open(at, kind)) {
        if (inherited(*at.slot)) { // the object stays where any_inherited finds it
            if (at.slot->word.compare_exchange_weak(word, word_of(at.generation + 1, HandleKind{}),
                                                    std::memory_order_acq_rel)) {
                at.slot->object.load(std::memory_order_relaxed)->abandon();
                return;
            }
        } else if (at.slot->word.compare_exchange_weak(word, word | busy | closing,
                                                       std::memory_order_acq_rel)) {
            if ((word & busy) == 0) {
                destroy(at);
            }
            return;
        }
    }
}

HandleUse::HandleUse(HandleKind kind, const void* handle) : handle_(handle) {
    const Decoded at = decode(handle);
    for (Word word = require_open(at, kind);; word = require_open(at, kind)) {
        if (inherited(*at.slot)) {
            throw Error(Errc::forked,
                        "the handle was opened before fork(); open one in this process", "handle");
        }
        if ((word & busy) != 0) {
            throw Error(Errc::concurrent,
                        "another call uses this handle at the moment; a handle is for one thread "
                        "at a time, and not for callbacks of a call that uses it",
                        "handle");
        }
        if (at.slot->word.compare_exchange_weak(word, word | busy, std::memory_order_acquire,
                                                std::memory_order_relaxed)) {
            return;
        }
    }
}

HandleUse::~HandleUse() {
    const Decoded at = decode(handle_);
    if (inherited(*at.slot)) {
        return; // a callback forked: this is the child, and the object is the parent's
    }
    const Word before = at.slot->word.fetch_and(~busy, std::memory_order_acq_rel);
    if ((before & closing) != 0) {
        destroy(at);
    }
}

HandleObject& HandleUse::object() const noexcept {
    return *decode(handle_).slot->object.load(std::memory_order_relaxed);
}

bool any_inherited(HandleKind kind, const std::function<bool(const HandleObject&)>& matches) {
    if (fork_count.load(std::memory_order_relaxed) == 0) {
        return false;
    }
    const std::lock_guard hold(table_lock);
    for (std::uint32_t place = 1; place < used; ++place) {
        const Slot& slot = *slot_at(place);
        const HandleObject* object = slot.object.load(std::memory_order_relaxed);
        if (object != nullptr && inherited(slot) &&
            slot.last_kind.load(std::memory_order_relaxed) == kind && matches(*object)) {
            return true;
        }
    }
    return false;
}

} // namespace habeas::capi

// What a host holds is a number in the shape of a pointer: place and generation of a slot in a
// table that never shrinks. So a wrong, closed or made-up handle is recognised without reading
// memory that may be gone, and a closed one never comes back to life. A slot also knows whether a
// call uses it, and whether the process forked since.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace habeas::capi {

enum class HandleKind : std::uint8_t { store = 1, cursor, row };

/// What a handle stands for.
class HandleObject {
  public:
    HandleObject() = default;
    HandleObject(const HandleObject&) = delete;
    HandleObject& operator=(const HandleObject&) = delete;
    virtual ~HandleObject() = default;
    /// Closed in a child process: frees what is the host's; the rest is never touched again, since
    /// it shares files and locks with the parent.
    virtual void abandon() noexcept {}
};

/// A place for a handle, taken before the work whose result it is for: filling it cannot fail.
class NewHandle {
  public:
    NewHandle(); ///< Errc::full when a million handles are open
    ~NewHandle();
    NewHandle(const NewHandle&) = delete;
    NewHandle& operator=(const NewHandle&) = delete;
    const void* fill(HandleKind kind, std::unique_ptr<HandleObject> object) noexcept;

  private:
    std::uint32_t place_; ///< 0 once it is filled
};

/// Destroys the object, or leaves that to the call that uses it. Errc::handle.
void close_handle(HandleKind kind, const void* handle);

/// For the length of a call: the object, and nobody else's. Errc::handle, concurrent, forked.
class HandleUse {
  public:
    HandleUse(HandleKind kind, const void* handle);
    ~HandleUse();
    HandleUse(const HandleUse&) = delete;
    HandleUse& operator=(const HandleUse&) = delete;
    [[nodiscard]] HandleObject& object() const noexcept;

  private:
    const void* handle_;
};

/// The same with its type: Use<HandleKind::store, StoreObject> store(handle);
template <HandleKind kind, class Object>
class Use {
  public:
    explicit Use(const void* handle) : use_(kind, handle) {}
    Object* operator->() const noexcept { return &object(); }
    Object& operator*() const noexcept { return object(); }

  private:
    [[nodiscard]] Object& object() const noexcept { return static_cast<Object&>(use_.object()); }
    HandleUse use_;
};

/// Objects of a kind that were there when this process was forked off, also those closed since.
/// True if `matches` says so of one.
bool any_inherited(HandleKind kind, const std::function<bool(const HandleObject&)>& matches);

} // namespace habeas::capi

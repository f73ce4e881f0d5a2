// The wall between C++ and C: every exported function is one `return guard(...)`. No exception gets
// out; what went wrong is kept for the thread.
#pragma once

#include "habeas.h"
#include "habeas/error.hpp"

#include <new>
#include <string_view>
#include <type_traits>

namespace habeas::capi {

/// A callback of the host returned something else than 0: that comes back from the call.
class Stop : public Error {
  public:
    explicit Stop(habeas_status status)
        : Error(Errc::callback, "a callback of the host stopped the call", "callback"),
          status_(status) {}
    [[nodiscard]] habeas_status status() const noexcept { return status_; }

  private:
    habeas_status status_;
};

/// Memory ran out when something was done already; its text needs none.
struct NoMemoryForResult : std::bad_alloc {
    [[nodiscard]] const char* what() const noexcept override {
        return "memory ran out while the result was written: the call was done; of several, look "
               "up "
               "which";
    }
};

void clear_last_error() noexcept;
/// Notes it for the thread and gives the status back.
habeas_status keep_error(habeas_status status, std::string_view where, std::string_view message,
                         int sqlite_code = 0) noexcept;
/// Within a catch block: notes what is being handled.
habeas_status keep_exception() noexcept;

/// The body returns nothing, or a status where HABEAS_OK is not the only good end.
template <class Body>
habeas_status guard(Body&& body) noexcept {
    clear_last_error();
    try {
        if constexpr (std::is_void_v<decltype(body())>) {
            body();
            clear_last_error(); // of calls that callbacks made meanwhile
            return HABEAS_OK;
        } else {
            const habeas_status status = body();
            clear_last_error();
            return status;
        }
    } catch (...) {
        return keep_exception();
    }
}

} // namespace habeas::capi

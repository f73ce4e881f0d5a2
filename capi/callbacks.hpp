// Callbacks of the host: what they return other than 0 comes back from the call, what they throw is
// HABEAS_E_CALLBACK.
#pragma once

#include "guard.hpp"
#include "habeas/store.hpp"

#include <utility>

namespace habeas::capi {

/// What a callback keeps, given back exactly once.
class User {
  public:
    User() = default;
    User(void* user, void (*free_user)(void*)) noexcept : user_(user), free_user_(free_user) {}
    User(User&& other) noexcept
        : user_(other.user_), free_user_(std::exchange(other.free_user_, nullptr)) {}
    User& operator=(User&& other) noexcept {
        if (this != &other) {
            give_back();
            user_ = other.user_;
            free_user_ = std::exchange(other.free_user_, nullptr);
        }
        return *this;
    }
    ~User() { give_back(); }
    void give_back() noexcept {
        if (free_user_ != nullptr) {
            std::exchange(free_user_, nullptr)(user_);
        }
    }
    [[nodiscard]] void* get() const noexcept { return user_; }

  private:
    void* user_ = nullptr;
    void (*free_user_)(void*) = nullptr;
};

/// Calls one that returns a status; whatever it throws is HABEAS_E_CALLBACK.
template <class Function, class... Arguments>
habeas_status call_back(Function function, Arguments... arguments) noexcept {
    try {
        return function(arguments...);
    } catch (...) {
        return HABEAS_E_CALLBACK;
    }
}

/// Progress of one call: keeps what stopped it. `progress()` goes into options; afterwards `end()`.
class ProgressCall {
  public:
    ProgressCall(habeas_progress_fn function, void* user) noexcept
        : function_(function), user_(user) {}
    ProgressCall(const ProgressCall&) = delete;
    ProgressCall& operator=(const ProgressCall&) = delete;

    [[nodiscard]] Progress progress() {
        if (function_ == nullptr) {
            return {};
        }
        return [this](std::uint64_t done, std::uint64_t total) {
            if (status_ == HABEAS_OK) {
                status_ = call_back(function_, user_, done, total);
            }
            return status_ == HABEAS_OK;
        };
    }
    [[nodiscard]] habeas_status status() const noexcept { return status_; }
    /// Does the work; where the callback stopped it, that is what comes of it.
    template <class Work>
    auto run(Work work) {
        try {
            return work();
        } catch (const Error&) {
            if (status_ != HABEAS_OK) {
                throw Stop(status_);
            }
            throw;
        }
    }

  private:
    habeas_progress_fn function_;
    void* user_;
    habeas_status status_ = HABEAS_OK;
};

} // namespace habeas::capi

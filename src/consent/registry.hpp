// What the registry of processors says, as decisions ask it. The folder transfers is it; arrows go
// one way, so src/modules.cpp puts the two together.
#pragma once

#include "consent/facts.hpp"
#include "store/engine.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace habeas::consent {

/// Who may not get data, and why.
struct Barred {
    std::string processor; ///< as it was named
    std::string rule, reference, sentence;
    bool operator==(const Barred&) const = default;
};

/// An answer and the half-open stretch of time in which it holds with the same entries.
struct Clearance {
    std::optional<Barred> barred; ///< empty: all may get data
    Ms from = begin_of_time, until = end_of_time;
};

class Registry {
  public:
    virtual ~Registry() = default;
    /// Nobody is on file, so nobody is barred. Next to nothing right after a statement has read.
    virtual bool empty() = 0;
    /// The first of these, or of those the store itself lies with, who may not get data at that
    /// moment. Who is not on file may not. In a Read or Write.
    virtual Clearance clearance(std::span<const std::string> recipients, Ms at, Ms known_at) = 0;
    /// Of one alone, by code or name.
    virtual Clearance clearance(std::string_view processor, Ms at) = 0;
    /// Is there one of this code or name?
    virtual bool knows(std::string_view processor) = 0;
};

/// Of a new handle. Defined in src/modules.cpp.
std::unique_ptr<Registry> make_registry(store::Engine& engine);

} // namespace habeas::consent

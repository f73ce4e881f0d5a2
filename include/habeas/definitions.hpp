// Fields, purposes, texts and settings as one JSON document, for deployment.
#pragma once

#include "habeas/consent.hpp"

namespace habeas {

struct ApplyReport {
    /// "field vip added", "purpose newsletter: text version 2 added"
    std::vector<std::string> changes;
};

class Definitions {
  public:
    explicit Definitions(Store& store) : engine_(&store.engine()) {}
    explicit Definitions(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use
    /// All definitions; applying it to an empty store gives the same definitions.
    [[nodiscard]] std::string to_json() const;
    /// Idempotent, all or nothing; never deletes. Errors name the JSON pointer. `dry_run` only
    /// tells.
    ApplyReport apply(const std::string& json, bool dry_run = false);

  private:
    store::Engine* engine_;
};

} // namespace habeas

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

    /// One definition in the form it has in that document. A purpose also has what is only read:
    /// numbers, hashes and times of its texts, and when it was retired.
    [[nodiscard]] static std::string json_of(const Field& field);
    [[nodiscard]] static std::string json_of(const Purpose& purpose);
    /// And back; Errc::invalid at the JSON pointer. What is only read is not taken over.
    [[nodiscard]] static Field field_of(std::string_view json);
    [[nodiscard]] static Purpose purpose_of(std::string_view json);
    [[nodiscard]] static TextVersion text_version_of(std::string_view json);

  private:
    store::Engine* engine_;
};

} // namespace habeas

// Records of processing activities (GDPR art. 30), made from what the store knows.
#pragma once

#include "habeas/store.hpp"

#include <string>

namespace habeas {

/// Of today. What the law asks for and the store does not know stands under `gaps`.
class Records {
  public:
    explicit Records(Store& store) : engine_(&store.engine()) {}
    explicit Records(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use

    /// {"as_of", "store", "controller", "place", "activities", "categories", "recipients",
    /// "holders", "retention", "security", "gaps"}; no personal data. Its schema is
    /// processing_records.
    [[nodiscard]] std::string to_json() const;
    /// The same as one self-contained page in English, for a supervisory authority (art. 30(4)).
    [[nodiscard]] std::string to_html() const;

  private:
    store::Engine* engine_;
};

} // namespace habeas

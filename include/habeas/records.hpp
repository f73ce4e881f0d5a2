// Records of processing activities (GDPR art. 30), privacy notice (arts. 13, 14), lint: made from
// what the store knows.
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

    /// Draft of a privacy notice (arts. 13, 14) from purposes, bases, recipients, transfers, time
    /// limits and rights. `language`: of its words, en or de; others are in English. What the law
    /// asks for and the store does not know stands under `gaps`. Its schema is privacy_notice.
    [[nodiscard]] std::string notice_json(const std::string& language = "en") const;
    /// The same as one self-contained page, without the gaps: for people.
    [[nodiscard]] std::string notice_html(const std::string& language = "en") const;
    /// The present consent texts of all purposes, and all published forms, held against the rules
    /// of forms (src/forms): {"texts", "forms", "errors", "warnings"}. Its schema is records_lint.
    [[nodiscard]] std::string lint_json() const;

  private:
    store::Engine* engine_;
};

} // namespace habeas

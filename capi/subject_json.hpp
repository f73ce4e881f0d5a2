// Subjects, organisations and their values as JSON.
#pragma once

#include "json.hpp"

#include <map>

namespace habeas::capi {

/// How many digits money fields have after the point: their values are text in JSON, which is
/// exact.
class MoneyScales {
  public:
    MoneyScales(Store& store, FieldOwner owner);
    [[nodiscard]] std::string text(const std::string& field, std::int64_t value) const;

  private:
    std::map<std::string, std::int32_t> scales_;
};

FieldValues values_from_json(const Json& object, const std::string& pointer);
Json values_to_json(const FieldValues& values, const MoneyScales& scales);

SubjectInput subject_input_from_json(const Json& object, const std::string& pointer);
Json subject_to_json(const Subject& subject, const MoneyScales& scales);

struct OrganisationInput {
    Organisation organisation;
    bool names_external = false;
};
OrganisationInput organisation_from_json(const Json& object);
Json organisation_to_json(const Organisation& organisation, const MoneyScales& scales);

} // namespace habeas::capi

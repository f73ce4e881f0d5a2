// What waits for the person's confirmation or was confirmed. Not the token.
#include "exports/bundle_list.hpp"
#include "optin/module.hpp"

namespace habeas::optin {

using exports::BundleList;
using Kind = exports::BundleColumn::Kind;

std::span<const BundleList> bundle_lists() {
    static const std::vector<BundleList> lists{
        {"optin",
         "optins",
         {{"optin", Kind::number},
          {"state"},
          {"language"},
          {"at", Kind::time},
          {"expires_at", Kind::time},
          {"closed_at", Kind::time},
          {"events", Kind::json},
          {"granted", Kind::json},
          {"data", Kind::json}},
         "SELECT id, state, language, requested_at, expires_at, closed_at, requested, granted, "
         "nullif(data, '') FROM optin WHERE subject_id = ?1 ORDER BY id",
         false},
    };
    return lists;
}

} // namespace habeas::optin

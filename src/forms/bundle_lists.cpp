// What the person sent, in its own words.
#include "exports/bundle_list.hpp"
#include "forms/module.hpp"

namespace habeas::forms {

using exports::BundleList;
std::span<const BundleList> bundle_lists() {
    using Kind = exports::BundleColumn::Kind;
    static const std::vector<BundleList> lists{
        {"forms",
         "submissions",
         {{"submission", Kind::number},
          {"form"},
          {"version", Kind::number},
          {"language"},
          {"at", Kind::time},
          {"values", Kind::json},
          {"page"},
          {"ip"},
          {"user_agent"}},
         "SELECT s.id, f.code, s.version, s.language, s.at, s.data, s.page, s.ip, s.user_agent "
         "FROM form_submission s JOIN form f ON f.id = s.form_id WHERE s.subject_id = ?1 ORDER BY "
         "s.id",
         true},
    };
    return lists;
}

} // namespace habeas::forms

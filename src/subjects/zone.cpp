#include "subjects/zone.hpp"

#include "subjects/field_set.hpp"

namespace habeas::subjects {

std::string zone_of(store::Engine& engine, std::int64_t subject) {
    std::string own;
    if (const auto* info = field_set(engine, FieldOwner::subject)->find("timezone")) {
        auto row =
            engine.db().prepare_text("SELECT " + info->column + " FROM subject WHERE id = ?1");
        row.bind(1, subject);
        own = row.step() ? row.str(0) : "";
    }
    return own.empty() ? engine.meta("setting.time_zone").value_or("") : own;
}

} // namespace habeas::subjects

// Points (lead scoring).
#include "habeas/points.hpp"

#include "convert.hpp"
#include "json.hpp"
#include "store_object.hpp"

using namespace habeas::capi;
using habeas::Points;

extern "C" {

habeas_status habeas_points_define(habeas_store* store, const char* definition,
                                   size_t definition_size) {
    return guard([&] {
        const std::string wanted = string_in(definition, definition_size, "definition");
        Points(StoreUse(store).store()).define(wanted);
    });
}

habeas_status habeas_points_definition(habeas_store* store, habeas_string* definition) {
    return guard([&] {
        expect(definition, "definition");
        give_string(definition, Points::to_json(Points(StoreUse(store).store()).definition()));
    });
}

habeas_status habeas_points_add(habeas_store* store, int64_t subject, int32_t points,
                                const char* reason, size_t reason_size, int32_t* kept) {
    return guard([&] {
        expect(kept, "kept");
        const std::string why = string_in(reason, reason_size, "reason");
        *kept = Points(StoreUse(store).store()).add(subject_in(subject), points, why) ? 1 : 0;
    });
}

habeas_status habeas_points_total(habeas_store* store, int64_t subject, int64_t* total) {
    return guard([&] {
        expect(total, "total");
        *total = Points(StoreUse(store).store()).total(subject_in(subject));
    });
}

habeas_status habeas_points_history(habeas_store* store, int64_t subject, habeas_string* history) {
    return guard([&] {
        expect(history, "history");
        Json out = Json::array();
        for (const auto& each : Points(StoreUse(store).store()).history(subject_in(subject))) {
            out.push_back({{"at", habeas::format_time(each.at)},
                           {"points", each.points},
                           {"reason", each.reason}});
        }
        give_json(history, out);
    });
}
}

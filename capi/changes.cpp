// The change feed.
#include "habeas/changes.hpp"

#include "convert.hpp"
#include "json.hpp"
#include "store_object.hpp"

using namespace habeas::capi;
using habeas::Changes;

namespace {

Json page_json(const habeas::ChangePage& page) {
    Json changes = Json::array();
    for (const habeas::Change& each : page.changes) {
        Json kinds = Json::array();
        for (const habeas::ChangeKind kind : each.kinds) {
            kinds.push_back(habeas::change_kind_name(kind));
        }
        changes.push_back({{"sequence", each.sequence},
                           {"subject", number(each.subject)},
                           {"kinds", std::move(kinds)},
                           {"at", habeas::format_time(each.at)}});
    }
    return {{"changes", std::move(changes)}, {"position", page.position}};
}

} // namespace

extern "C" {

habeas_status habeas_change_read(habeas_store* store, const char* position, size_t position_size,
                                 size_t limit, habeas_string* page) {
    return guard([&] {
        expect(page, "page");
        const std::string from = string_in(position, position_size, "position");
        const std::size_t most = limit_in(limit);
        give_json(page, page_json(Changes(StoreUse(store).store()).read(from, most)));
    });
}

habeas_status habeas_change_position(habeas_store* store, habeas_string* position) {
    return guard([&] {
        expect(position, "position");
        give_string(position, Changes(StoreUse(store).store()).position());
    });
}
}

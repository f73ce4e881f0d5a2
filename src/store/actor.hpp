// Who did something, as table actor keeps it.
#pragma once

#include "habeas/store.hpp"
#include "store/connection.hpp"

#include <string_view>

namespace habeas::store {

/// system, person or subject, as in column kind.
inline std::string_view actor_kind_name(Actor::Kind kind) noexcept {
    switch (kind) {
    case Actor::Kind::person:
        return "person";
    case Actor::Kind::subject:
        return "subject";
    case Actor::Kind::system:
        break;
    }
    return "system";
}

/// Columns kind, ref and reason of table actor, from `column` on.
inline Actor read_actor(const Statement& row, int column) {
    Actor out;
    out.kind = row.text(column) == "person"    ? Actor::Kind::person
               : row.text(column) == "subject" ? Actor::Kind::subject
                                               : Actor::Kind::system;
    out.id = row.str(column + 1);
    out.reason = row.str(column + 2);
    return out;
}

} // namespace habeas::store

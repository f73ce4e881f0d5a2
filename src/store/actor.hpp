// Who did something, as table actor keeps it.
#pragma once

#include "habeas/store.hpp"
#include "store/connection.hpp"

namespace habeas::store {

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

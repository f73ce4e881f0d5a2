// What the core fields of a row are for.
#pragma once

#include "subjects/identifiers.hpp"

#include <string>

namespace habeas::subjects {

/// Does the field give an identifier?
inline bool identifies(const FieldInfo& info) {
    return info.role == Role::email || info.role == Role::phone;
}

/// Do decisions depend on the field?
inline bool decides(const FieldInfo& info) {
    return info.role == Role::country || info.role == Role::birth ||
           info.role == Role::recipient_type;
}

inline IdentifierKind kind_of(Role role) {
    return role == Role::email ? IdentifierKind::email : IdentifierKind::phone;
}

inline std::string name_of(const NormalIdentifier& identifier) {
    return identifier_kind_name({identifier.kind, identifier.system, {}});
}

} // namespace habeas::subjects

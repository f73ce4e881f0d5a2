// Rows of requests, the words of their states, and the step from one to the next.
#pragma once

#include "habeas/request.hpp"
#include "store/engine.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace habeas::requests {

#define HABEAS_REQUEST_COLUMNS                                                                     \
    "id, subject_id, kind, state, origin, vouched_by, ground, received_at, verified_at, "          \
    "closed_at, token_expires, asked_at, extended_at, extension, contact_kind, contact, "          \
    "notice_at, lifted_at"

/// Of a row with these columns.
Request read(const store::Statement& row);
std::optional<Request> find(store::Engine& engine, std::int64_t id);
/// Errc::not_found.
Request require(store::Engine& engine, RequestId id);
RequestState state_of(std::string_view name);

inline bool is_open(RequestState state) {
    return state < RequestState::fulfilled;
}
/// Is it known whose request it is?
inline bool is_settled(RequestState state) {
    return state > RequestState::identity_asked;
}
inline bool is_known(const Request& request) {
    return request.subject != SubjectId{};
}

/// Takes away what people wrote about the requests where `column` (id, subject_id) is `value`, and
/// their tokens; what was asked, when and how it was answered stays.
void blank_words(store::Engine& engine, const char* column, std::int64_t value);
inline constexpr const char* nothing_held = "nothing held"; ///< a note of habeas's own

/// Moves to a state and writes the journal. The columns that go with a state are the caller's.
void step(store::Engine& engine, const Request& request, RequestState to, const std::string& note);

} // namespace habeas::requests

#include "requests/rows.hpp"

#include "habeas/error.hpp"
#include "subjects/lookup.hpp"

#include <fmt/format.h>

#include <array>

namespace habeas {
namespace requests {
namespace {

constexpr std::array<std::string_view, 8> kind_names{
    "access",      "portability", "rectification", "erasure",
    "restriction", "objection",   "withdrawal",    "automated_decisions"};
constexpr std::array<std::string_view, 10> state_names{
    "received",  "identity_asked",   "verified", "in_progress", "extended",
    "fulfilled", "partly_fulfilled", "refused",  "withdrawn",   "expired"};

} // namespace

RequestState state_of(std::string_view name) {
    for (std::size_t i = 0; i < state_names.size(); ++i) {
        if (state_names[i] == name) {
            return static_cast<RequestState>(i);
        }
    }
    throw Error(Errc::corrupt, "a request has an unknown state", "request");
}

Request read(const store::Statement& row) {
    Request out;
    out.id = RequestId{row.i64(0)};
    out.subject = SubjectId{row.i64(1)};
    out.kind = request_kind(row.text(2)).value_or(RequestKind::access);
    out.state = state_of(row.text(3));
    out.origin = row.str(4);
    out.vouched_by = row.str(5);
    out.ground = row.str(6);
    out.received_at = time_of(row.i64(7));
    out.verified_at = optional_time(row, 8);
    out.closed_at = optional_time(row, 9);
    out.token_expires_at = optional_time(row, 10);
    out.asked_at = optional_time(row, 11);
    out.extended_at = optional_time(row, 12);
    out.extension_months = static_cast<std::int32_t>(row.i64(13));
    if (!row.is_null(14)) {
        out.contact = make_identifier(row.text(14), row.str(15));
    }
    out.lifting_announced_at = optional_time(row, 16);
    out.lifted_at = optional_time(row, 17);
    return out;
}

std::optional<Request> find(store::Engine& engine, std::int64_t id) {
    auto row = engine.db().prepare("SELECT " HABEAS_REQUEST_COLUMNS " FROM request WHERE id = ?1");
    row.bind(1, id);
    return row.step() ? std::optional(read(row)) : std::nullopt;
}

Request require(store::Engine& engine, RequestId id) {
    auto found = find(engine, static_cast<std::int64_t>(id));
    if (!found) {
        throw Error(Errc::not_found, "there is no such request", "request");
    }
    return *found;
}

void blank_words(store::Engine& engine, const char* column, std::int64_t value) {
    engine.db()
        .prepare_text(
            fmt::format("UPDATE request_step SET note = '' WHERE note <> ?2 AND request_id "
                        "IN (SELECT id FROM request WHERE {} = ?1)",
                        column))
        .bind_all(value, nothing_held)
        .run();
    engine.db()
        .prepare_text(fmt::format("UPDATE request SET vouched_by = CASE vouched_by WHEN '' THEN '' "
                                  "ELSE 'host' END, ground = '', token_key = NULL, token_hash = "
                                  "NULL, token_expires = NULL WHERE {} = ?1",
                                  column))
        .bind_all(value)
        .run();
}

/// Moves to a state and writes the journal. The columns that go with a state are the caller's.
void step(store::Engine& engine, const Request& request, RequestState to, const std::string& note) {
    auto id = static_cast<std::int64_t>(request.id);
    const auto existence = is_known(request) ? subjects::resolve(engine, request.subject).existence
                                             : subjects::Existence::unknown;
    const bool erased = existence == subjects::Existence::erased; // its words would stay for ever
    engine.db()
        .prepare("UPDATE request SET state = ?2 WHERE id = ?1")
        .bind_all(id, request_state_name(to))
        .run();
    engine.db()
        .prepare("INSERT INTO request_step(request_id, number, at, state, actor_id, note) "
                 "SELECT ?1, 1 + count(*), ?2, ?3, ?4, ?5 FROM request_step WHERE request_id = ?1")
        .bind_all(id, engine.now_ms(), request_state_name(to), engine.actor_id(),
                  erased ? std::string() : note)
        .run();
    if (existence == subjects::Existence::present) {
        engine.note_change(request.subject, ChangeKind::request);
    }
}

} // namespace requests

std::string_view request_kind_name(RequestKind kind) noexcept {
    auto at = static_cast<std::size_t>(kind);
    return at < requests::kind_names.size() ? requests::kind_names[at] : std::string_view{};
}
std::optional<RequestKind> request_kind(std::string_view name) noexcept {
    for (std::size_t i = 0; i < requests::kind_names.size(); ++i) {
        if (requests::kind_names[i] == name) {
            return static_cast<RequestKind>(i);
        }
    }
    return std::nullopt;
}
std::string_view request_state_name(RequestState state) noexcept {
    auto at = static_cast<std::size_t>(state);
    return at < requests::state_names.size() ? requests::state_names[at] : std::string_view{};
}

} // namespace habeas

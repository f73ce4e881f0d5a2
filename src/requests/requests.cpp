#include "habeas/request.hpp"

#include "base/text.hpp"
#include "habeas/erasure.hpp"
#include "holders/tasks.hpp"
#include "requests/await.hpp"
#include "requests/token.hpp"
#include "store/engine.hpp"
#include "subjects/lookup.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>

namespace habeas {
namespace requests {
namespace {

constexpr int max_attempts = 5;
constexpr std::size_t max_words = 1000;

constexpr std::array<std::string_view, 8> kind_names{
    "access",      "portability", "rectification", "erasure",
    "restriction", "objection",   "withdrawal",    "automated_decisions"};
constexpr std::array<std::string_view, 10> state_names{
    "received",  "identity_asked",   "verified", "in_progress", "extended",
    "fulfilled", "partly_fulfilled", "refused",  "withdrawn",   "expired"};

#define HABEAS_REQUEST_COLUMNS                                                                     \
    "id, subject_id, kind, state, origin, vouched_by, ground, received_at, verified_at, "          \
    "closed_at, token_expires, asked_at, extended_at, extension"

Time time_of(std::int64_t ms) {
    return Time(std::chrono::milliseconds(ms));
}
std::optional<Time> optional_time(const store::Statement& row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional(time_of(row.i64(column)));
}
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

bool is_open(RequestState state) {
    return state < RequestState::fulfilled;
}
/// Is it known whose request it is?
bool is_settled(RequestState state) {
    return state > RequestState::identity_asked;
}

} // namespace

void step(store::Engine& engine, const Request& request, RequestState to, const std::string& note) {
    auto id = static_cast<std::int64_t>(request.id);
    engine.db()
        .prepare("UPDATE request SET state = ?2 WHERE id = ?1")
        .bind_all(id, request_state_name(to))
        .run();
    engine.db()
        .prepare("INSERT INTO request_step(request_id, number, at, state, actor_id, note) "
                 "SELECT ?1, 1 + count(*), ?2, ?3, ?4, ?5 FROM request_step WHERE request_id = ?1")
        .bind_all(id, engine.now_ms(), request_state_name(to), engine.actor_id(), note)
        .run();
    if (subjects::resolve(engine, request.subject).existence == subjects::Existence::present) {
        engine.note_change(request.subject, ChangeKind::request);
    }
}

namespace {

void record(store::Engine& engine, const Request& request, EventKind kind,
            const std::string& scope = {}) {
    ConsentEvent event;
    event.subject = request.subject;
    event.kind = kind;
    event.scope = scope;
    event.evidence.method = request.vouched_by.empty() ? "email_link" : "api";
    event.evidence.document = "request " + std::to_string(static_cast<std::int64_t>(request.id));
    Consent(engine).record(event);
}

void ask_holders(store::Engine& engine, const Request& request, HolderOperation operation,
                 bool later) {
    holders::open_tasks(engine,
                        {request.subject, operation, static_cast<std::int64_t>(request.id), later});
}

/// What was put right here, holders put right and recipients are told; or it stays as it was.
void pass_on(store::Engine& engine, const Request& request, bool done) {
    if (request.kind != RequestKind::rectification) {
        return;
    }
    if (done) {
        holders::release(engine, request.subject, HolderOperation::rectify);
        holders::open_tells(engine, request.subject, HolderOperation::rectify,
                            static_cast<std::int64_t>(request.id));
    } else {
        holders::cancel(engine, request.subject, HolderOperation::rectify);
    }
}

/// What does not wait for an answer: who asked to go or objects gets nothing more (art. 21(3)), a
/// consent is withdrawn (art. 7(3)), a restriction freezes (art. 18).
void act_at_once(store::Engine& engine, const Request& request) {
    switch (request.kind) {
    case RequestKind::erasure:
        record(engine, request, EventKind::erasure_requested);
        break;
    case RequestKind::objection:
        record(engine, request, EventKind::objected, "direct_marketing");
        break;
    case RequestKind::withdrawal:
        record(engine, request, EventKind::withdrawn);
        break;
    case RequestKind::restriction:
        record(engine, request, EventKind::restricted);
        ask_holders(engine, request, HolderOperation::restrict_data, /*later=*/false);
        break;
    case RequestKind::access:
    case RequestKind::portability:
        ask_holders(engine, request, HolderOperation::export_data, /*later=*/false);
        break;
    case RequestKind::rectification: // by what they know the person by now; once it is done here
        ask_holders(engine, request, HolderOperation::rectify, /*later=*/true);
        break;
    default:
        break;
    }
}

void verify(store::Engine& engine, Request request, const std::string& vouched_by) {
    request.vouched_by = vouched_by;
    engine.db()
        .prepare("UPDATE request SET vouched_by = ?2, verified_at = ?3, token_key = NULL, "
                 "token_hash = NULL, token_expires = NULL WHERE id = ?1")
        .bind_all(static_cast<std::int64_t>(request.id), vouched_by, engine.now_ms())
        .run();
    step(engine, request, RequestState::verified,
         vouched_by.empty() ? "token confirmed" : "vouched by " + vouched_by);
    act_at_once(engine, request);
}

} // namespace

void close(store::Engine& engine, const Request& request, RequestState to, const std::string& note,
           const std::string& ground) {
    engine.db()
        .prepare("UPDATE request SET closed_at = ?2, token_key = NULL, token_hash = NULL, "
                 "token_expires = NULL, ground = ?3, awaits = 0 WHERE id = ?1")
        .bind_all(static_cast<std::int64_t>(request.id), engine.now_ms(), ground)
        .run();
    step(engine, request, to, note.empty() ? ground : note);
}

namespace {

/// The request whose token this is, if it counts. `count_wrong`: a wrong secret is an attempt.
std::optional<Request> match(store::Engine& engine, std::string_view token, bool count_wrong) {
    auto parts = split_token(token);
    if (!parts) {
        return std::nullopt;
    }
    auto row = engine.db().prepare(
        "SELECT token_key, token_hash, token_expires, attempts FROM request "
        "WHERE id = ?1 AND state = 'identity_asked' AND token_hash IS NOT NULL");
    row.bind(1, parts->number);
    if (!row.step()) {
        return std::nullopt;
    }
    auto hash = hash_token(engine, row.str(0), *parts);
    bool same = hash && base::equal_constant_time(base::as_bytes(row.blob(1)), *hash);
    bool counts = engine.now_ms() < row.i64(2) && row.i64(3) < max_attempts;
    row.reset();
    if (!same && count_wrong) {
        engine.db()
            .prepare("UPDATE request SET attempts = attempts + 1 WHERE id = ?1")
            .bind_all(parts->number)
            .run();
    }
    return same && counts ? find(engine, parts->number) : std::nullopt;
}

std::string words(const std::string& text, const char* where) {
    base::require_text(text, where, true, max_words);
    return text;
}

/// It outlives an erasure, so nothing a person could be known by fits in.
void check_origin(std::string_view origin) {
    constexpr std::string_view signs = ":_-./";
    const bool good = !origin.empty() && origin.size() <= 100 &&
                      std::all_of(origin.begin(), origin.end(), [&](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                 (c >= '0' && c <= '9') || signs.find(c) != std::string_view::npos;
                      });
    if (!good) {
        throw Error(Errc::invalid,
                    "origin: say where the request came from as \"form:forget\": up to 100 letters "
                    "without accents, digits and : _ - . /",
                    "origin");
    }
}

void require_verified(const Request& request) {
    if (!is_settled(request.state) || !is_open(request.state)) {
        throw Error(Errc::denied,
                    is_open(request.state)
                        ? "nobody has confirmed this request: ask for the identity or vouch for it"
                        : "this request is closed",
                    "request");
    }
}

} // namespace
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

RequestId Requests::open(RequestKind kind, SubjectId subject, const std::string& origin) {
    using namespace requests;
    check_origin(origin);
    store::Engine::Write tx(*engine_);
    subject = subjects::require(*engine_, subject);
    RequestQuery same;
    same.subject = subject;
    same.kind = kind;
    same.open_only = true;
    auto known = list(same);
    if (!known.empty()) {
        return known.front().id;
    }
    engine_->db()
        .prepare("INSERT INTO request(subject_id, kind, state, origin, vouched_by, ground, "
                 "received_at, attempts) VALUES(?1, ?2, 'received', ?3, '', '', ?4, 0)")
        .bind_all(static_cast<std::int64_t>(subject), request_kind_name(kind), origin,
                  engine_->now_ms())
        .run();
    Request request;
    request.id = RequestId{engine_->db().scalar_i64("SELECT last_insert_rowid()")};
    request.subject = subject;
    step(*engine_, request, RequestState::received, "");
    tx.commit();
    return request.id;
}

std::string Requests::ask_identity(RequestId id, std::chrono::seconds valid_for) {
    using namespace requests;
    if (valid_for.count() <= 0) {
        throw Error(Errc::invalid, "a token is valid for at least a second", "valid_for");
    }
    store::Engine::Write tx(*engine_);
    Request request = requests::require(*engine_, id);
    if (requests::is_settled(request.state)) {
        throw Error(Errc::invalid, "this request is verified or closed: there is nothing to ask",
                    "request");
    }
    Token token = make_token(*engine_, static_cast<std::int64_t>(id));
    engine_->db()
        .prepare("UPDATE request SET token_key = ?2, token_hash = ?3, token_expires = ?4, "
                 "attempts = 0, asked_at = coalesce(asked_at, ?5) WHERE id = ?1")
        .bind_all(static_cast<std::int64_t>(id), token.key, store::Blob{base::as_view(token.hash)},
                  engine_->now_ms() + std::chrono::milliseconds(valid_for).count(),
                  engine_->now_ms())
        .run();
    step(*engine_, request, RequestState::identity_asked, "");
    tx.commit();
    return token.text;
}

std::optional<RequestId> Requests::confirm(std::string_view token) {
    using namespace requests;
    store::Engine::Write tx(*engine_);
    auto request = match(*engine_, token, true);
    if (request) {
        verify(*engine_, *request, "");
    }
    tx.commit();
    return request ? std::optional(request->id) : std::nullopt;
}

std::optional<Request> Requests::look_up(std::string_view token) const {
    store::Engine::Read snapshot(*engine_);
    return requests::match(*engine_, token, false);
}

void Requests::vouch(RequestId id, const std::string& by) {
    using namespace requests;
    if (words(by, "by").empty()) {
        throw Error(Errc::invalid, "say who vouches for the identity and how", "by");
    }
    store::Engine::Write tx(*engine_);
    Request request = requests::require(*engine_, id);
    if (requests::is_settled(request.state)) {
        throw Error(Errc::invalid, "this request is verified or closed already", "request");
    }
    verify(*engine_, request, by);
    tx.commit();
}

void Requests::begin(RequestId id, const std::string& note) {
    using namespace requests;
    words(note, "note");
    store::Engine::Write tx(*engine_);
    const Request request = requests::require(*engine_, id);
    require_verified(request);
    if (request.state != RequestState::verified) {
        throw Error(Errc::invalid, "somebody works on this request already", "request");
    }
    step(*engine_, request, RequestState::in_progress, note);
    tx.commit();
}

void Requests::extend(RequestId id, std::int32_t months, const std::string& reason) {
    using namespace requests;
    if (words(reason, "reason").empty()) {
        throw Error(Errc::invalid, "an extension tells its reason (GDPR art. 12(3))", "reason");
    }
    if (months < 1 || months > 2) {
        throw Error(Errc::invalid, "an extension is of one or two months (GDPR art. 12(3))",
                    "months");
    }
    store::Engine::Write tx(*engine_);
    const Request request = requests::require(*engine_, id);
    require_verified(request);
    if (request.state == RequestState::extended) {
        throw Error(Errc::invalid, "this request is extended already; there is one extension",
                    "request");
    }
    const Deadlines by = deadlines();
    const Date latest = by.answer(by.local_date(request.received_at)).extension_notice_latest;
    if (time_of(engine_->now_ms()) >= by.end_of(latest)) {
        throw Error(Errc::denied,
                    "the first month ended on " + format_date(latest) +
                        ": a notice no longer extends it (GDPR art. 12(3))",
                    "request");
    }
    engine_->db()
        .prepare("UPDATE request SET extension = ?2, extended_at = ?3 WHERE id = ?1")
        .bind_all(static_cast<std::int64_t>(id), std::int64_t{months}, engine_->now_ms())
        .run();
    step(*engine_, request, RequestState::extended, reason);
    tx.commit();
}

void Requests::fulfil_partly(RequestId id, const std::string& ground, const std::string& note) {
    using namespace requests;
    words(note, "note");
    if (words(ground, "ground").empty()) {
        throw Error(Errc::invalid, "say why the rest was not done (GDPR art. 12(4))", "ground");
    }
    store::Engine::Write tx(*engine_);
    const Request request = requests::require(*engine_, id);
    require_verified(request);
    pass_on(*engine_, request, true);
    close(*engine_, request, RequestState::partly_fulfilled, note, ground);
    if (request.kind == RequestKind::erasure) { // the host did what it could; the person stays
        record(*engine_, request, EventKind::erasure_refused);
    }
    tx.commit();
}

void Requests::withdraw(RequestId id, const std::string& note) {
    using namespace requests;
    words(note, "note");
    store::Engine::Write tx(*engine_);
    const Request request = requests::require(*engine_, id);
    if (!is_open(request.state)) {
        throw Error(Errc::invalid, "this request is closed already", "request");
    }
    pass_on(*engine_, request, false);
    close(*engine_, request, RequestState::withdrawn, note);
    if (request.kind == RequestKind::erasure && is_settled(request.state)) {
        record(*engine_, request, EventKind::erasure_cancelled);
    }
    tx.commit();
}

void Requests::fulfil(RequestId id, const std::string& note) {
    using namespace requests;
    words(note, "note");
    store::Engine::Write tx(*engine_);
    const Request request = requests::require(*engine_, id);
    require_verified(request);
    if (request.kind == RequestKind::erasure) {
        if (const auto ground = holders::held(*engine_, request.subject)) {
            await(*engine_, request, *ground);
        } else { // closes the request, now or with the last answer of a data holder
            Erasure(*engine_).execute(request.subject, {});
        }
    } else if (!awaits(*engine_, request)) {
        pass_on(*engine_, request, true);
        if (holders_answered(*engine_, request)) {
            close(*engine_, request, RequestState::fulfilled, note);
        } else {
            await(*engine_, request, note);
        }
    }
    tx.commit();
}

void Requests::refuse(RequestId id, const std::string& ground) {
    using namespace requests;
    if (words(ground, "ground").empty()) {
        throw Error(Errc::invalid, "a refusal tells its ground (GDPR art. 12(4))", "ground");
    }
    store::Engine::Write tx(*engine_);
    Request request = requests::require(*engine_, id);
    if (!is_open(request.state)) {
        throw Error(Errc::invalid, "this request is closed already", "request");
    }
    pass_on(*engine_, request, false);
    close(*engine_, request, RequestState::refused, "", ground);
    if (request.kind == RequestKind::erasure && is_settled(request.state)) {
        record(*engine_, request, EventKind::erasure_refused);
    }
    tx.commit();
}

Request Requests::get(RequestId id) const {
    store::Engine::Read snapshot(*engine_);
    return requests::require(*engine_, id);
}

std::vector<Request> Requests::list(const RequestQuery& query) const {
    store::Engine::Read snapshot(*engine_);
    std::vector<Request> out;
    auto row = engine_->db().prepare(
        "SELECT " HABEAS_REQUEST_COLUMNS " FROM request WHERE (?1 IS NULL OR subject_id = ?1) AND "
        "(?2 IS NULL OR kind = ?2) AND (?3 = 0 OR closed_at IS NULL) ORDER BY id");
    if (query.subject) {
        row.bind(1, static_cast<std::int64_t>(subjects::resolve(*engine_, *query.subject).id));
    }
    if (query.kind) {
        row.bind(2, request_kind_name(*query.kind));
    }
    row.bind(3, query.open_only);
    while (row.step()) {
        out.push_back(requests::read(row));
    }
    if (query.by_urgency) {
        const Deadlines by = deadlines();
        std::map<RequestId, Date> warn;
        for (const Request& each : out) {
            warn[each.id] = deadline(each, by).warn;
        }
        std::stable_sort(out.begin(), out.end(), [&](const Request& a, const Request& b) {
            const bool open = requests::is_open(a.state);
            return open != requests::is_open(b.state) ? open : open && warn[a.id] < warn[b.id];
        });
    }
    return out;
}

Deadlines Requests::deadlines() const {
    store::Engine::Read snapshot(*engine_);
    const auto setting = [&](const char* key) { return engine_->meta(key).value_or(""); };
    std::string country;
    if (const std::string controller = setting("setting.controller"); !controller.empty()) {
        country = nlohmann::json::parse(controller).value("country", std::string{});
    }
    if (country.empty()) {
        country = setting("setting.default_country");
    }
    HolidayCalendar calendar;
    std::vector<std::string> sets;
    if (country ==
        "GB") { // bank holidays differ within it; the office of the register is in England
        country = "GB-ENG";
    }
    if (calendar.has(country)) {
        sets.push_back(country);
    }
    return Deadlines(std::move(sets), setting("setting.time_zone"), std::move(calendar));
}

RequestDeadline Requests::deadline(const Request& request, const Deadlines& by) const {
    RequestDeadline out;
    const Date received = by.local_date(request.received_at);
    const std::optional<Date> notice =
        request.extended_at ? std::optional(by.local_date(*request.extended_at)) : std::nullopt;
    out.answer = by.answer(received, request.extension_months, notice);
    out.warn = std::min(out.answer.cautious, out.answer.answer.due);
    if (request.asked_at) {
        const bool by_token = request.verified_at && request.vouched_by.empty();
        out.pause = by.identity(received, by.local_date(*request.asked_at),
                                by_token ? std::optional(by.local_date(*request.verified_at))
                                         : std::nullopt);
    }
    out.end = by.end_of(out.answer.answer.due);
    out.late = request.closed_at.value_or(requests::time_of(engine_->now_ms())) >= out.end &&
               request.state != RequestState::withdrawn && request.state != RequestState::expired;
    return out;
}

std::vector<RequestStep> Requests::steps(RequestId id) const {
    store::Engine::Read snapshot(*engine_);
    static_cast<void>(requests::require(*engine_, id));
    std::vector<RequestStep> out;
    auto row = engine_->db().prepare("SELECT s.at, s.state, a.kind, a.ref, a.reason, s.note FROM "
                                     "request_step s JOIN actor a ON a.id = s.actor_id WHERE "
                                     "s.request_id = ?1 ORDER BY s.number");
    row.bind(1, static_cast<std::int64_t>(id));
    while (row.step()) {
        RequestStep step;
        step.at = requests::time_of(row.i64(0));
        step.state = requests::state_of(row.text(1));
        step.actor.kind = row.text(2) == "person"    ? Actor::Kind::person
                          : row.text(2) == "subject" ? Actor::Kind::subject
                                                     : Actor::Kind::system;
        step.actor.id = row.str(3);
        step.actor.reason = row.str(4);
        step.note = row.str(5);
        out.push_back(std::move(step));
    }
    return out;
}

} // namespace habeas

// The life of a request: received, checked, answered.
#include "requests/rows.hpp"

#include "base/text.hpp"
#include "habeas/erasure.hpp"
#include "holders/tasks.hpp"
#include "requests/await.hpp"
#include "requests/token.hpp"
#include "store/actor.hpp"
#include "subjects/lookup.hpp"

#include <algorithm>

namespace habeas {
namespace requests {
namespace {

constexpr int max_attempts = 5;
constexpr std::size_t max_words = 1000;

bool wants_export(RequestKind kind) {
    return kind == RequestKind::access || kind == RequestKind::portability;
}

void record(store::Engine& engine, const Request& request, EventKind kind,
            const std::string& scope = {}) {
    if (!is_known(request)) {
        return; // nothing is held of whom it would be about
    }
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
    if (!is_known(request)) {
        return;
    }
    holders::open_tasks(engine,
                        {request.subject, operation, static_cast<std::int64_t>(request.id), later});
}

/// Holders that have not answered are not asked for data that nobody waits for any more.
void stop_exports(store::Engine& engine, const Request& request) {
    RequestQuery open;
    open.subject = request.subject;
    open.open_only = true;
    for (const Request& each : Requests(engine).list(open)) {
        if (each.id != request.id && is_settled(each.state) && wants_export(each.kind)) {
            return;
        }
    }
    holders::cancel(engine, request.subject, HolderOperation::export_data);
}

/// What was put right here, holders put right and recipients are told; or it stays as it was.
void pass_on(store::Engine& engine, const Request& request, bool done) {
    if (!is_known(request)) {
        return;
    }
    if (wants_export(request.kind)) {
        stop_exports(engine, request);
        return;
    }
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
        if (request.contact) { // who is unknown today may come in by an import tomorrow
            Consent(engine).suppress(*request.contact, "objection", "marketing", request.origin);
        }
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

/// Somebody unknown may have become known since.
void look_again(store::Engine& engine, Request& request) {
    if (is_known(request) || !request.contact) {
        return;
    }
    if (const auto found = subjects::find(engine, subjects::normalise(engine, *request.contact))) {
        request.subject = *found;
        request.contact.reset();
        engine.db()
            .prepare("UPDATE request SET subject_id = ?2, contact_kind = NULL, contact = '' "
                     "WHERE id = ?1")
            .bind_all(static_cast<std::int64_t>(request.id), static_cast<std::int64_t>(*found))
            .run();
    }
}

void verify(store::Engine& engine, Request request, const std::string& vouched_by) {
    look_again(engine, request);
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
                 "token_expires = NULL, ground = ?3, awaits = 0, contact_kind = NULL, contact = '' "
                 "WHERE id = ?1")
        .bind_all(static_cast<std::int64_t>(request.id), engine.now_ms(), ground)
        .run();
    step(engine, request, to, note.empty() ? ground : note);
    if (!is_known(request)) { // no erasure will ever come for what was written about them
        blank_words(engine, "id", static_cast<std::int64_t>(request.id));
    }
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
    const bool good =
        !origin.empty() && origin.size() <= 100 &&
        std::all_of(origin.begin(), origin.end(), [&](char c) {
            return base::is_letter_or_digit(c) || signs.find(c) != std::string_view::npos;
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

/// Asking again is the same request, unless that one has acted: who withdraws, objects or asks for
/// a restriction once more, after a new consent or the end of the restriction, asks for it to act
/// again.
bool takes_again(const Request& request) {
    switch (request.kind) {
    case RequestKind::objection:
    case RequestKind::withdrawal:
        return !is_settled(request.state);
    case RequestKind::restriction:
        return !request.lifted_at;
    default:
        return true;
    }
}

/// A restriction that is in force.
Request require_restriction(store::Engine& engine, RequestId id) {
    Request request = require(engine, id);
    if (request.kind != RequestKind::restriction || !is_known(request)) {
        throw Error(Errc::invalid, "this is no request for a restriction", "request");
    }
    if (!request.verified_at || request.lifted_at) {
        throw Error(Errc::invalid,
                    request.lifted_at ? "this restriction is lifted already"
                                      : "nobody has confirmed this request: nothing is restricted",
                    "request");
    }
    return request;
}

} // namespace
} // namespace requests

RequestId Requests::open_for(RequestKind kind, const Identifier& who, const std::string& origin) {
    using namespace requests;
    check_origin(origin);
    if (who.kind == IdentifierKind::external) {
        throw Error(Errc::invalid,
                    "name an e-mail address or a telephone number: an answer goes there", "who");
    }
    store::Engine::Write tx(*engine_);
    const subjects::NormalIdentifier normal = subjects::normalise(*engine_, who);
    if (const auto found = subjects::find(*engine_, normal)) {
        const RequestId id = open(kind, *found, origin);
        tx.commit();
        return id;
    }
    const std::string contact_kind = identifier_kind_name(who);
    {
        auto same =
            engine_->db().prepare("SELECT " HABEAS_REQUEST_COLUMNS " FROM request WHERE subject_id "
                                  "= 0 AND kind = ?1 AND contact_kind = ?2 AND contact = ?3 AND "
                                  "closed_at IS NULL");
        same.bind_all(request_kind_name(kind), contact_kind, normal.normal);
        while (same.step()) {
            if (const Request known = read(same); takes_again(known)) {
                return known.id;
            }
        }
    }
    engine_->db()
        .prepare("INSERT INTO request(subject_id, kind, state, origin, vouched_by, ground, "
                 "received_at, attempts, contact_kind, contact) "
                 "VALUES(0, ?1, 'received', ?2, '', '', ?3, 0, ?4, ?5)")
        .bind_all(request_kind_name(kind), origin, engine_->now_ms(), contact_kind, normal.normal)
        .run();
    Request request;
    request.id = RequestId{engine_->db().scalar_i64("SELECT last_insert_rowid()")};
    step(*engine_, request, RequestState::received, "");
    tx.commit();
    return request.id;
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
    for (const Request& known : list(same)) {
        if (takes_again(known)) {
            return known.id;
        }
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
        .prepare("UPDATE request SET extension = ?2, extended_at = ?3, told = 0 WHERE id = ?1")
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
    if (!is_known(request)) {
        close(*engine_, request, RequestState::fulfilled, note.empty() ? nothing_held : note);
    } else if (request.kind == RequestKind::erasure) {
        if (const auto ground = holders::held(*engine_, request.subject)) {
            await(*engine_, request, *ground);
        } else { // closes the request, now or with the last answer of a data holder
            Erasure(*engine_).execute(request.subject, {});
        }
    } else if (!awaits(*engine_, request)) {
        if (!wants_export(request.kind)) {
            pass_on(*engine_, request, true);
        }
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

void Requests::announce_lifting(RequestId id, const std::string& how) {
    using namespace requests;
    if (words(how, "how").empty()) {
        throw Error(Errc::invalid, "say how the person was told (GDPR art. 18(3))", "how");
    }
    store::Engine::Write tx(*engine_);
    const Request request = require_restriction(*engine_, id);
    record(*engine_, request, EventKind::restriction_notice);
    engine_->db()
        .prepare("UPDATE request SET notice_at = ?2 WHERE id = ?1")
        .bind_all(static_cast<std::int64_t>(id), engine_->now_ms())
        .run();
    step(*engine_, request, request.state, "lifting announced: " + how);
    tx.commit();
}

void Requests::lift_restriction(RequestId id, const std::string& note) {
    using namespace requests;
    words(note, "note");
    store::Engine::Write tx(*engine_);
    const Request request = require_restriction(*engine_, id);
    if (!request.lifting_announced_at) {
        throw Error(Errc::denied, "tell the person first, and announce that here (GDPR art. 18(3))",
                    "request");
    }
    record(*engine_, request, EventKind::restriction_lifted);
    engine_->db()
        .prepare("UPDATE request SET lifted_at = ?2 WHERE id = ?1")
        .bind_all(static_cast<std::int64_t>(id), engine_->now_ms())
        .run();
    step(*engine_, request, request.state, note.empty() ? "restriction lifted" : note);
    tx.commit();
}

Request Requests::get(RequestId id) const {
    store::Engine::Read snapshot(*engine_);
    return requests::require(*engine_, id);
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
        step.at = time_of(row.i64(0));
        step.state = requests::state_of(row.text(1));
        step.actor = store::read_actor(row, 2);
        step.note = row.str(5);
        out.push_back(std::move(step));
    }
    return out;
}

} // namespace habeas

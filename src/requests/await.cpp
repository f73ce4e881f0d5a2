#include "requests/await.hpp"

#include "habeas/erasure.hpp"
#include "holders/tasks.hpp"

#include <optional>
#include <set>

namespace habeas::requests {
namespace {

std::optional<HolderOperation> operation_of(RequestKind kind) {
    switch (kind) {
    case RequestKind::access:
    case RequestKind::portability:
        return HolderOperation::export_data;
    case RequestKind::rectification:
        return HolderOperation::rectify;
    case RequestKind::erasure:
        return HolderOperation::erase;
    case RequestKind::restriction:
        return HolderOperation::restrict_data;
    default:
        return std::nullopt;
    }
}

std::vector<Request> awaiting(store::Engine& engine, SubjectId subject) {
    std::vector<std::int64_t> ids;
    auto row = engine.db().prepare("SELECT id FROM request WHERE subject_id = ?1 AND awaits = 1");
    row.bind(1, static_cast<std::int64_t>(subject));
    while (row.step()) {
        ids.push_back(row.i64(0));
    }
    row.reset();
    std::vector<Request> out;
    out.reserve(ids.size());
    for (const std::int64_t id : ids) {
        out.push_back(Requests(engine).get(RequestId{id}));
    }
    return out;
}

/// Why something stays, after the answers of the holders to an erasure.
std::string retained_grounds(store::Engine& engine, SubjectId subject) {
    HolderTaskQuery query;
    query.subject = subject;
    query.operation = HolderOperation::erase;
    std::set<std::string> grounds;
    for (const HolderTask& task : DataHolders(engine).tasks(query)) {
        for (const HolderRetained& each : task.retained) {
            grounds.insert(each.ground);
        }
    }
    std::string out;
    for (const std::string& each : grounds) {
        out += (out.empty() ? "" : "; ") + each;
    }
    return out;
}

} // namespace

bool holders_answered(store::Engine& engine, const Request& request) {
    const auto operation = operation_of(request.kind);
    return !operation || !holders::any_open(engine, request.subject, *operation);
}

bool awaits(store::Engine& engine, const Request& request) {
    auto row = engine.db().prepare("SELECT 1 FROM request WHERE id = ?1 AND awaits = 1");
    row.bind(1, static_cast<std::int64_t>(request.id));
    return row.step();
}

void await(store::Engine& engine, const Request& request, const std::string& note) {
    if (awaits(engine, request)) {
        return;
    }
    engine.db()
        .prepare("UPDATE request SET awaits = 1 WHERE id = ?1")
        .bind_all(static_cast<std::int64_t>(request.id))
        .run();
    step(engine, request,
         request.state == RequestState::extended ? RequestState::extended
                                                 : RequestState::in_progress,
         note);
}

void close_answered(store::Engine& engine, SubjectId subject, std::string_view operation) {
    for (const Request& each : awaiting(engine, subject)) {
        const auto own = operation_of(each.kind);
        if (!own || holder_operation_name(*own) != operation) {
            continue;
        }
        const std::string grounds =
            each.kind == RequestKind::erasure ? retained_grounds(engine, subject) : std::string();
        close(engine, each,
              grounds.empty() ? RequestState::fulfilled : RequestState::partly_fulfilled, "",
              grounds);
    }
}

void erase_held(store::Engine& engine, SubjectId subject) {
    for (const Request& each : awaiting(engine, subject)) {
        if (each.kind == RequestKind::erasure) {
            Erasure(engine).execute(each.subject, {});
            return;
        }
    }
}

} // namespace habeas::requests

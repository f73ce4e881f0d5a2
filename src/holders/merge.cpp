// Two subjects become one: what is asked of a holder is then about both.
#include "holders/tasks.hpp"

#include <algorithm>
#include <tuple>

namespace habeas::holders {
namespace {

template <class T>
void add_missing(std::vector<T>& to, const std::vector<T>& more) {
    for (const T& each : more) {
        if (std::find(to.begin(), to.end(), each) == to.end()) {
            to.push_back(each);
        }
    }
}

struct Asked {
    std::optional<std::int64_t> request, due_at;
    Identity identity;
};
using Question = std::tuple<std::string, HolderOperation, std::string>; ///< holder, what, about

/// Everything that is open, of both, in the order in which it was opened.
std::vector<std::pair<Question, Asked>> open_questions(store::Engine& engine, SubjectId keep,
                                                       SubjectId gone) {
    std::vector<std::pair<Question, Asked>> out;
    auto row = engine.db().prepare(
        "SELECT holder, operation, about, request_id, due_at, key, key_id, identity FROM "
        "holder_task WHERE subject_id IN (?1, ?2) AND ended_at IS NULL ORDER BY id");
    row.bind_all(number(keep), number(gone));
    while (row.step()) {
        const Question question{
            row.str(0), holder_operation(row.text(1)).value_or(HolderOperation::tell), row.str(2)};
        const Identity identity =
            unseal(engine, row.str(5), {row.str(6), std::string(row.blob(7))});
        const auto same = std::find_if(out.begin(), out.end(),
                                       [&](const auto& each) { return each.first == question; });
        if (same == out.end()) {
            out.push_back({question, {row.opt_i64(3), row.opt_i64(4), identity}});
        } else {
            add_missing(same->second.identity.former, identity.former);
            add_missing(same->second.identity.identifiers, identity.identifiers);
        }
    }
    return out;
}

} // namespace

void merge_tasks(store::Engine& engine, SubjectId keep, SubjectId gone) {
    auto questions = open_questions(engine, keep, gone);
    for (const SubjectId each : {keep, gone}) { // neither of them is erased
        cancel(engine, each, std::nullopt);
    }
    for (const char* sql : {"UPDATE holder_task SET subject_id = ?1 WHERE subject_id = ?2",
                            "UPDATE holder_export SET subject_id = ?1 WHERE subject_id = ?2",
                            "UPDATE holder_hold SET subject_id = ?1 WHERE subject_id = ?2"}) {
        engine.db().prepare(sql).bind_all(number(keep), number(gone)).run();
    }
    if (questions.empty()) {
        return;
    }
    Identity both = identity_of(engine, keep);
    add_missing(both.former, {gone});
    for (auto& [question, asked] : questions) {
        add_missing(asked.identity.former, both.former);
        add_missing(asked.identity.identifiers, both.identifiers);
        const auto& [holder, operation, about] = question;
        insert_task(engine, {keep, holder, operation, about, asked.request, asked.due_at},
                    asked.identity);
    }
}

} // namespace habeas::holders

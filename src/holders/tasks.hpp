// Rows of tasks and holds: opened, answered, ended. All inside the caller's write transaction.
#pragma once

#include "habeas/holder.hpp"
#include "store/engine.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::holders {

/// Merged numbers followed; that of an erased subject is taken as it is.
SubjectId surviving(store::Engine& engine, SubjectId subject);

// ---- whom to look for

/// Sealed under the store's key and bound to a task's key, since it outlives the person here.
struct SealedIdentity {
    std::string key_id, bytes;
};
struct Identity {
    std::vector<SubjectId> former;
    std::vector<HolderIdentifier> identifiers;
};
/// Of a subject that is there.
Identity identity_of(store::Engine& engine, SubjectId subject);
SealedIdentity seal(store::Engine& engine, const std::string& task_key, const Identity& identity);
/// Errc::corrupt, Errc::key_missing.
Identity unseal(store::Engine& engine, const std::string& task_key, const SealedIdentity& sealed);
/// Seals all of them anew under the active key.
void rekey_identities(store::Engine& engine);

// ---- tasks

struct NewTask {
    SubjectId subject{};
    std::string holder;
    HolderOperation operation{};
    std::string about; ///< of tell: an operation
    std::optional<std::int64_t> request;
    std::optional<std::int64_t> due_at; ///< none: nobody calls it yet
};
HolderTaskId insert_task(store::Engine& engine, const NewTask& task, const Identity& identity);
/// Tasks of both are about one person now: what is open is asked anew.
void merge_tasks(store::Engine& engine, SubjectId keep, SubjectId gone);

struct Opening {
    SubjectId subject{};
    HolderOperation operation{};
    std::optional<std::int64_t> request;
    bool later = false; ///< it waits for `release`
};
/// A task for each holder that has the operation, unless one is open already; their numbers.
std::vector<HolderTaskId> open_tasks(store::Engine& engine, const Opening& opening);
/// A task `tell` for each recipient that may have got data of the subject (art. 19).
void open_tells(store::Engine& engine, SubjectId subject, HolderOperation about,
                std::optional<std::int64_t> request = {});
/// What waited for it becomes due.
void release(store::Engine& engine, SubjectId subject, HolderOperation operation);
/// Ends open tasks of the operation, or of all but erasing.
void cancel(store::Engine& engine, SubjectId subject, std::optional<HolderOperation> operation);
bool any_open(store::Engine& engine, SubjectId subject, HolderOperation operation);

extern const char task_columns[]; ///< of holder_task, for read_task
HolderTask read_task(const store::Statement& row);
std::optional<HolderTask> find_task(store::Engine& engine, HolderTaskId id);

/// Errc::invalid for an answer that cannot be stored.
void check_answer(HolderOperation operation, const HolderAnswer& answer);
/// Stores the answer to the page that is due. The last one ends the task; where it was the last of
/// the subject's tasks of its kind, the modules are told. False: the task is over already, or is
/// at another page.
bool store_answer(store::Engine& engine, HolderTaskId id, std::int64_t page,
                  const HolderAnswer& answer, bool by_hand);

nlohmann::json rows_json(const std::vector<HolderRows>& rows);
nlohmann::json retained_json(const std::vector<HolderRetained>& retained);

// ---- holds

/// The ground of a hold of this store that has not ended.
std::optional<std::string> held(store::Engine& engine, SubjectId subject);
/// Ends holds whose time has come: a holder's opens a new task, this store's tells the modules.
/// Returns how many.
std::uint64_t end_holds(store::Engine& engine, std::int64_t now);

} // namespace habeas::holders

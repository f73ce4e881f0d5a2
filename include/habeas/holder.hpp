// Data holders: places with personal data outside the store, asked to export, erase, rectify and
// restrict (GDPR arts. 15 to 18); recipients that are told of it (art. 19); legal holds
// (art. 17(3)).
#pragma once

#include "habeas/consent.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas {

enum class HolderTaskId : std::int64_t {};
enum class HoldId : std::int64_t {};

enum class HolderOperation : std::uint8_t {
    export_data,   ///< "export": give what there is (arts. 15, 20)
    erase,         ///< art. 17
    rectify,       ///< art. 16
    restrict_data, ///< "restrict": keep but do not use (art. 18)
    lift,          ///< the restriction ended
    tell           ///< a recipient is told what was done (art. 19)
};
std::string_view holder_operation_name(HolderOperation operation) noexcept;
std::optional<HolderOperation> holder_operation(std::string_view name) noexcept;

enum class HolderTaskState : std::uint8_t {
    waiting,
    calling, ///< a call is under way, or its answer was lost
    failed,  ///< will be called again
    // Over:
    done,
    retained, ///< erased but for what must be kept, with ground and end
    cancelled ///< nobody needs it any more: the subject was erased, the request withdrawn
};
std::string_view holder_task_state_name(HolderTaskState state) noexcept;
std::optional<HolderTaskState> holder_task_state(std::string_view name) noexcept;

struct HolderIdentifier {
    IdentifierKind kind{};
    std::string system; ///< only for external
    std::string normal, typed;
    bool operator==(const HolderIdentifier&) const = default;
};

/// One call of a holder. After a crash or a time-out it comes again with the same key, cursor and
/// page: doing it twice must be the same as doing it once.
struct HolderCall {
    HolderTaskId task{};
    SubjectId subject{};           ///< after an erasure the number alone
    std::vector<SubjectId> former; ///< numbers that were merged into it
    HolderOperation operation{};
    HolderOperation about{}; ///< of `tell`: what was done
    std::string key;         ///< UUID, the same for all calls of a task
    std::string cursor;      ///< what the answer before said in `next`; empty: the first page
    std::int64_t page = 0;
    std::int64_t attempt = 1;                  ///< of this page
    std::vector<HolderIdentifier> identifiers; ///< as they were when the task was opened
    std::string fields; ///< of rectify: a JSON object of the present values as text; null: none
};

/// Places and grounds outlive the person in receipts: tables and laws, never somebody's data.
struct HolderRows {
    std::string place;
    std::uint64_t rows = 0;
    bool operator==(const HolderRows&) const = default;
};
struct HolderRetained {
    std::string place;
    std::uint64_t rows = 0;
    std::string ground;        ///< "GDPR 17(3)(b), tax law"
    std::optional<Time> until; ///< then it is erased; empty: until the hold is lifted
    bool operator==(const HolderRetained&) const = default;
};
struct HolderAnswer {
    std::string next;             ///< cursor of the next page; empty: that was all
    std::vector<HolderRows> rows; ///< erased, changed or exported, by place; pages add up
    std::vector<HolderRetained> retained;
    std::string data; ///< of an export: a JSON value, one a page
    bool operator==(const HolderAnswer&) const = default;
};
/// Throws where it could not do it: it is called again later. Never called in a transaction.
using HolderFunction = std::function<HolderAnswer(const HolderCall&)>;
using HolderCallbacks = std::map<HolderOperation, HolderFunction>;

struct HolderInfo {
    std::string code;
    std::vector<HolderOperation> operations;
    std::string definition;    ///< JSON, as `define` takes it
    bool declared = false;     ///< over another SQLite file; else callbacks of the host
    std::uint64_t waiting = 0; ///< tasks that are not answered
};

struct HolderTask {
    HolderTaskId id{};
    SubjectId subject{};
    std::string holder; ///< its code; of `tell` the recipient
    HolderOperation operation{};
    HolderOperation about{};             ///< of `tell`
    std::optional<std::int64_t> request; ///< the request that asked for it
    HolderTaskState state{};
    std::string key;
    std::int64_t pages = 0;    ///< answered so far
    std::int64_t attempts = 0; ///< since the last answer
    std::string reason;        ///< of the last failure: a word
    Time opened_at{};
    std::optional<Time> due_at;   ///< of the next call; empty: it waits for a person, or is over
    std::optional<Time> ended_at; ///< answered, or cancelled
    std::vector<HolderRows> rows;
    std::vector<HolderRetained> retained;
};
struct HolderTaskQuery {
    std::optional<SubjectId> subject;
    std::string holder; ///< empty: all
    std::optional<HolderOperation> operation;
    bool open_only = false;
};

struct HolderRunOptions {
    std::optional<Time> now; ///< what is due then; empty: the store's clock
    std::uint64_t limit = std::numeric_limits<std::uint64_t>::max(); ///< calls
    std::chrono::milliseconds time_out = std::chrono::minutes(10);   ///< of an answer
    std::chrono::milliseconds first_backoff = std::chrono::minutes(1);
    std::chrono::milliseconds longest_backoff = std::chrono::hours(24);
    Progress progress; ///< calls done; false stops before the next one
};
struct HolderRunReport {
    std::uint64_t calls = 0;
    std::uint64_t done = 0, retained = 0, failed = 0;
    std::uint64_t holds_ended = 0;
    std::uint64_t unattended = 0; ///< due, but this handle has no callback for it
};

/// What keeps an erasure from being done, or done wholly.
struct Hold {
    HoldId id{};
    SubjectId subject{};
    std::string holder; ///< empty: this store itself
    std::string ground;
    std::optional<Time> until; ///< empty: until it is lifted
    Time placed_at{};
    std::optional<Time> ended_at;
};

/// Tasks are opened by themselves, in the transaction of what they follow from: an erasure, a
/// verified request, a restriction. `run` calls what is due; nothing else does.
class DataHolders {
  public:
    explicit DataHolders(Store& store) : engine_(&store.engine()) {}
    explicit DataHolders(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use

    /// Declares a holder or changes it; the JSON is in src/holders/README.md. Errc::invalid at the
    /// JSON pointer.
    void define(const std::string& json);
    /// Errc::not_found; Errc::invalid while it has tasks that are not answered, or keeps something.
    void remove(const std::string& code);
    [[nodiscard]] std::optional<HolderInfo> find(const std::string& code) const;
    [[nodiscard]] std::vector<HolderInfo> list() const;

    /// Callbacks of this process for a holder that is declared without a database. They stay with
    /// the handle; none: detaches. Errc::not_found; Errc::invalid for an operation that its
    /// declaration lacks.
    void attach(const std::string& code, HolderCallbacks callbacks);

    /// Asks each holder that has the operation; one that is asked already is not asked twice.
    /// Errc::invalid for erase (Erasure does that) and tell.
    std::vector<HolderTaskId> ask(SubjectId subject, HolderOperation operation);
    /// Ends holds whose time has come, then calls what is due. Errc::invalid inside a transaction.
    HolderRunReport run(const HolderRunOptions& options = {});
    /// An answer that came another way: by letter, by a person. Errc::invalid where the task is
    /// over.
    void answer(HolderTaskId task, const HolderAnswer& answer);
    /// Errc::not_found.
    [[nodiscard]] HolderTask get(HolderTaskId task) const;
    [[nodiscard]] std::vector<HolderTask> tasks(const HolderTaskQuery& query = {}) const;
    /// What exports have given of a subject: a JSON array, one element a holder.
    [[nodiscard]] std::string exported(SubjectId subject) const;
    /// The request of OpenDSR 2.0 by which a processor is told of an erasure. It holds the person's
    /// identifiers. Errc::invalid where the task is over, Errc::unsupported for what OpenDSR has no
    /// type for (rectification, restriction).
    [[nodiscard]] std::string opendsr_json(HolderTaskId task) const;

    /// No erasure of the subject until then (art. 17(3)): planning and executing are refused with
    /// the ground. A request for erasure that is fulfilled meanwhile waits, and is done by `run`.
    HoldId hold(SubjectId subject, const std::string& ground, std::optional<Time> until = {});
    /// Ends it now; what waited for it is done by the next `run`. Errc::not_found, Errc::invalid
    /// where it has ended.
    void lift(HoldId hold);
    [[nodiscard]] std::vector<Hold> holds(std::optional<SubjectId> subject = {},
                                          bool open_only = false) const;

    /// As one JSON document, the same in the program and in the C interface.
    [[nodiscard]] static std::string json_of(const HolderInfo& holder);
    [[nodiscard]] static std::string json_of(const HolderTask& task);
    [[nodiscard]] static std::string json_of(const HolderRunReport& report);
    [[nodiscard]] static std::string json_of(const Hold& hold);
    /// {"next", "rows": [{"place", "rows"}], "retained": [{"place", "rows", "ground", "until"}],
    /// "data": any value}; all of them may be left out. Errc::invalid at the JSON pointer.
    [[nodiscard]] static HolderAnswer answer_of(std::string_view json);

  private:
    store::Engine* engine_;
};

} // namespace habeas

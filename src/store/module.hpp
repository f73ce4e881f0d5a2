// What a module says of itself. Erasure, exports, merge and verify walk these and know no module.
#pragma once

#include "habeas/consent.hpp"
#include "habeas/store.hpp"
#include "habeas/subject.hpp"
#include "store/journal.hpp"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <span>
#include <string>
#include <vector>

namespace habeas {
struct ErasurePlan;
} // namespace habeas

namespace habeas::store {

class Engine;

/// A table that holds data of subjects.
struct SubjectTable {
    const char* table;
    const char* subject_column; ///< indexed
    const char* label;          ///< for plans and receipts: "consent events"
    /// delete: an erasure deletes the rows. custom: the module's `erase` does it. keep: no personal
    /// data is in them but the number; `kept_because` says why.
    enum class OnErase : std::uint8_t { remove, custom, keep } on_erase = OnErase::remove;
    const char* kept_because = nullptr;
};

/// Adds the places where a module's definitions name something, for people.
using Uses = void (*)(Engine&, const std::string& name, std::vector<std::string>& places);

/// A column that holds numbers of table actor.
struct ActorColumn {
    const char* table;
    const char* column; ///< in a table that grows with people: indexed where it is negative
};

/// What segments can filter by, beside fields and consent. SQL sees the subject as s.id.
struct FilterField {
    /// "tag"; with a dot at the end ("request.") for a family, whose members :rest is bound to.
    const char* name;
    enum class Type : std::uint8_t {
        values,  ///< a SELECT of any number of texts, as column `value`
        code,    ///< an expression: one of some words, or NULL
        number,  ///< an expression
        time,    ///< an expression in ms, or NULL
        boolean, ///< an expression, 0 or 1
    } type = Type::values;
    const char* sql = nullptr;
    std::uint32_t changes = 0; ///< bits of change_bit after which it may differ
    bool folded = false;       ///< values are stored case-folded
    /// A SELECT that finds a row where the value :value (a family: the member) exists; null: all
    /// do.
    const char* known = nullptr;
    std::vector<std::string> words = {}; ///< a code is one of these; empty: any
};

/// A kind of definitions that deployment takes along: an array of the document of Definitions.
struct DefinitionPart {
    const char* name; ///< of the array: "segments"
    /// Appends each in the form that `apply` takes.
    void (*list)(Engine&, nlohmann::json& out);
    /// Adds one or changes it, and tells ("segment vip added"); does nothing where it is there as
    /// given. Errors are at the JSON pointer `pointer` or below. Errc::not_found: it names what may
    /// come later in the document, and is tried again after that.
    void (*apply)(Engine&, const nlohmann::json& given, const std::string& pointer,
                  std::vector<std::string>& changes);
};

/// A setting that is a JSON object; those that are texts stand in store/settings.hpp.
struct SettingPart {
    const char* name;
    /// Errc::invalid at `pointer` or below.
    void (*check)(const nlohmann::json& value, const std::string& pointer);
};

struct Migration {
    std::uint32_t to; ///< schema version after it, from 2 on
    void (*run)(Engine&);
};

/// One row of an erasure's side effects, filled by modules.
struct ErasureContext {
    SubjectId subject{};
    std::vector<HashRef> identifiers;         ///< all the subject ever had
    std::vector<std::int64_t> sequences;      ///< ledger events removed: listed in the chain
    std::vector<std::string> files_to_delete; ///< after the commit
    std::vector<std::string> files_shared;
};

struct Module {
    const char* name;
    const char* schema = nullptr; ///< schema.sql, version 1
    std::vector<SubjectTable> tables = {};
    std::vector<const char*> store_tables = {}; ///< tables without subjects (definitions, keys)
    std::vector<Migration> migrations = {};
    std::vector<FilterField> filter_fields = {};
    std::vector<DefinitionPart> definitions = {};
    std::vector<SettingPart> settings = {};

    // All run inside the caller's write transaction unless said otherwise; null where not needed.
    void (*created)(Engine&) = nullptr;                ///< first rows of a new store
    void (*erase)(Engine&, ErasureContext&) = nullptr; ///< before the generic deletes
    /// May the subject be erased now? Errc::denied with the ground. Not asked when a replay does
    /// again what was done.
    void (*check_erasure)(Engine&, SubjectId) = nullptr;
    /// What an erasure does outside the tables; may read.
    void (*plan_erasure)(Engine&, SubjectId, ErasurePlan&) = nullptr;
    /// What came of it later: members of the receipt, added when it is read.
    void (*erasure_receipt)(Engine&, SubjectId, nlohmann::json& out) = nullptr;
    /// Every data holder has answered what it was asked about the subject ("erase").
    void (*holders_answered)(Engine&, SubjectId, std::string_view operation) = nullptr;
    /// Adds the codes of processors that the module's definitions name, with who names them.
    void (*processors_used)(Engine&, std::multimap<std::string, std::string>&) = nullptr;
    /// Adds where the module's definitions use a field of subjects, for people ("form signup,
    /// /fields/1/maps_to"): it is neither renamed, retired nor removed while they do.
    Uses uses_field = nullptr;
    /// The last hold on the subject's erasure ended (art. 17(3)).
    void (*hold_ended)(Engine&, SubjectId) = nullptr;
    /// A module's part of the access bundle, under a key of its own.
    void (*bundle)(Engine&, SubjectId, nlohmann::json& out) = nullptr;
    void (*merge)(Engine&, SubjectId keep, SubjectId gone) = nullptr;
    /// A subject was created or got new identifiers (hashes under all keys).
    void (*identifiers_added)(Engine&, SubjectId, std::span<const HashRef>) = nullptr;
    /// Country, date of birth or recipient kind changed, or identifiers went: decisions may differ.
    void (*subject_changed)(Engine&, SubjectId) = nullptr;
    /// Records an act on the store in the ledger (only audit has this).
    void (*record_act)(Engine&, EventKind, const std::string& evidence) = nullptr;
    /// Before the outermost transaction commits, if it wrote: what follows from its changes. May
    /// write, also to the ledger. Modules in order.
    void (*settle)(Engine&) = nullptr;
    void (*before_commit)(Engine&) = nullptr; ///< after all have settled: nothing but the head
    void (*replay)(Engine&, const JournalRecord&) = nullptr; ///< a journal record the file lacks
    void (*rekey)(Engine&, const Progress&) = nullptr;       ///< a new root key became active
    void (*verify)(Engine&, const VerifyOptions&,
                   VerifyReport&) = nullptr;      ///< in a read transaction
    void (*tick)(Engine&, TickReport&) = nullptr; ///< outside a transaction
    /// Adds the places where the module's definitions name the segment: "form contact (version 2:
    /// /actions/0)". While there is one the segment is not deleted.
    Uses uses_segment = nullptr;

    std::vector<ActorColumn> actor_columns = {};
};

/// All modules in the order of the arrows. Defined in src/modules.cpp, the composition root.
std::span<const Module* const> modules();

} // namespace habeas::store

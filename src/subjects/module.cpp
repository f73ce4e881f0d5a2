#include "subjects/module.hpp"

#include "store/engine.hpp"
#include "subjects/definition_check.hpp"
#include "subjects/forget.hpp"
#include "subjects/identifiers.hpp"
#include "subjects/merge.hpp"
#include "subjects/records.hpp"
#include "subjects/sealed.hpp"
#include "subjects/verify.hpp"

namespace habeas::store {
extern const char schema_subjects[];
}

namespace habeas::subjects {
namespace {

void rekey(store::Engine& engine, const Progress& progress) {
    rekey_identifiers(engine, progress);
    rekey_sealed(engine, progress);
}

/// Bytes of what was taken away may wait in the WAL for a reader to go.
void tick(store::Engine& engine, TickReport& report) {
    if (engine.meta_i64(truncate_pending) != 0) {
        ++(empty_log(engine) ? report.physical_done : report.physical_pending);
    }
}

using OnErase = store::SubjectTable::OnErase;

} // namespace

const store::Module module{
    .name = "subjects",
    .schema = store::schema_subjects,
    .tables =
        {
            {"subject", "id", "profile", OnErase::remove, nullptr},
            {"identifier", "subject_id", "identifiers", OnErase::remove, nullptr},
            {"identifier_past", "subject_id", "hashes of former identifiers", OnErase::remove,
             nullptr},
            {"subject_choice", "subject_id", "chosen values", OnErase::remove, nullptr},
            {"subject_alias", "subject_id", "former numbers", OnErase::remove, nullptr},
            {"membership", "subject_id", "memberships", OnErase::remove, nullptr},
            {"tombstone", "subject_id", "numbers of the erased", OnErase::keep,
             "the number alone, so that it answers ERASED and never comes again"},
        },
    .store_tables = {"field", "organisation"},
    .created = create_core_fields,
    .merge = merge_rows,
    .replay = replay_merge,
    .rekey = rekey,
    .verify = verify,
    .tick = tick,
};

} // namespace habeas::subjects

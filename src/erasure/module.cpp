#include "erasure/module.hpp"

#include "erasure/execute.hpp"
#include "erasure/physical.hpp"
#include "erasure/proof.hpp"
#include "erasure/verify.hpp"

namespace habeas::store {
extern const char schema_erasure[];
}

namespace habeas::erasure {
namespace {

void rekey(store::Engine& engine, const Progress&) {
    rekey_proofs(engine);
}

/// Evidence of erased subjects only, and those are never merged.
void merge(store::Engine&, SubjectId, SubjectId) {}

} // namespace

const store::Module module{
    .name = "erasure",
    .schema = store::schema_erasure,
    .tables = {{"proof", "subject_id", "sealed evidence", store::SubjectTable::OnErase::keep,
                "GDPR 17(3)(e): until the limitation date"}},
    .store_tables = {"erasure"},
    .merge = merge,
    .replay = replay,
    .rekey = rekey,
    .verify = verify,
    .tick = tick,
};

} // namespace habeas::erasure

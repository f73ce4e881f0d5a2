#include "consent/module.hpp"

#include "consent/check.hpp"
#include "consent/merge.hpp"
#include "consent/ready.hpp"
#include "consent/replay.hpp"
#include "consent/suppression.hpp"

namespace habeas::store {
extern const char schema_consent[];
}

namespace habeas::consent {
namespace {

/// The suppression list outlives the subject: a new one with an address on it meets what was said.
void identifiers_added(store::Engine& engine, SubjectId subject,
                       std::span<const store::HashRef> hashes) {
    std::vector<Suppression> entries = find_entries(engine, hashes);
    if (!entries.empty() && apply_entries(engine, subject, entries)) {
        refresh(engine, subject);
    }
}

} // namespace

const store::Module module{
    .name = "consent",
    .schema = store::schema_consent,
    .tables = {{"ready", "subject_id", "ready decisions", store::SubjectTable::OnErase::remove,
                nullptr}},
    .store_tables = {"purpose", "purpose_version", "text_version", "consent_text", "suppression"},
    .merge = merge,
    .identifiers_added = identifiers_added,
    .subject_changed = refresh,
    .replay = replay,
    .verify = verify,
    .tick = tick,
};

} // namespace habeas::consent

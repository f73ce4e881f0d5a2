// What stays provable of a consent after an erasure: a commitment in the person's hands, or
// evidence under a key of its own until the limitation date (art. 17(3)(e)).
#pragma once

#include "habeas/erasure.hpp"
#include "store/engine.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::erasure {

struct PurposeProof {
    std::int64_t purpose = 0; ///< row id
    std::string code;
    ProofAfterErasure how = ProofAfterErasure::none;
};
/// By row id; Errc::not_found names a purpose that is not declared.
std::vector<PurposeProof> purpose_proofs(store::Engine& engine,
                                         const std::map<std::string, ProofAfterErasure>& proof);

/// JSON of the subject's events for this purpose, each with its nonce: who has it can prove what
/// the chain committed to. In order of sequence.
std::vector<std::string> commitments(store::Engine& engine, SubjectId subject,
                                     const PurposeProof& purpose);
/// True if the chain holds the commitment of this document of this store.
bool check_commitment(store::Engine& engine, std::string_view document);

/// Keeps the events of this purpose sealed until `delete_at`. False if there are none.
bool seal_proof(store::Engine& engine, SubjectId subject, const PurposeProof& purpose,
                std::int64_t delete_at);
/// Records `ground`, then opens. Errc::denied, Errc::not_found.
std::string open_proof(store::Engine& engine, SubjectId subject, const std::string& purpose,
                       const std::string& ground);
/// Sealed evidence past its date goes. Returns how many.
std::uint64_t delete_due_proofs(store::Engine& engine);
/// Seals all evidence anew under the active key; what no key opens any more is left as it is.
void rekey_proofs(store::Engine& engine);

} // namespace habeas::erasure

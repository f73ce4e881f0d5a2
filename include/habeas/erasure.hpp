// Erasure (GDPR art. 17): plan, execution, receipt.
#pragma once

#include "habeas/consent.hpp"

namespace habeas {

/// What remains provable about a purpose's consent after an erasure.
enum class ProofAfterErasure : std::uint8_t {
    none,       ///< nothing
    commitment, ///< hash and time stay; the nonce goes to the person with the receipt
    sealed      ///< evidence under a key of its own until the limitation date (art. 17(3)(e))
};

struct ErasureOptions {
    std::string ground = "17(1)(b)"; ///< art. 17(1) letter or another ground, kept in the receipt
    bool suppress = true; ///< keep keyed hashes, so that an import does not bring the person back
    std::map<std::string, ProofAfterErasure> proof; ///< by purpose code; default none
    std::optional<Time> proof_until;                ///< sealed: limitation date
    Progress progress;
};

struct ErasurePlanRow {
    std::string place; ///< table, file or data holder
    std::uint64_t rows = 0;
    std::string action; ///< delete, keep; ask: a data holder, which answers what it did
    std::string reason; ///< why it is kept
};
struct ErasurePlan {
    SubjectId subject{};
    std::vector<ErasurePlanRow> rows;
    std::string to_json() const;
};

enum class ErasureState : std::uint8_t { logical, physical_pending, physical };

struct ErasureResult {
    SubjectId subject{};
    bool already = false; ///< it was erased before; the receipt is the former one
    ErasureState state = ErasureState::logical;
    std::string receipt; ///< JSON: ids, times, ground, counts, audit head; no personal data
    std::vector<std::string> commitments;  ///< JSON for the person, where proof is `commitment`
    std::vector<std::string> files_shared; ///< files of others that name the person too
};

class Erasure {
  public:
    explicit Erasure(Store& store) : engine_(&store.engine()) {}
    explicit Erasure(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use
    /// Both: Errc::denied with the ground while a hold keeps it from being done
    /// (DataHolders::hold).
    [[nodiscard]] ErasurePlan plan(SubjectId subject) const;
    ErasureResult execute(SubjectId subject, const ErasureOptions& options = {});
    /// One transaction for all, one physical completion. Unknown ids fail before anything is done.
    std::vector<ErasureResult> execute(std::span<const SubjectId> subjects,
                                       const ErasureOptions& options = {});
    /// Receipt of a former erasure, with what data holders have answered by now. Errc::not_found.
    [[nodiscard]] std::string receipt(SubjectId subject) const;
    /// True if `commitment` (the JSON a person brings) matches what stayed in the audit chain.
    [[nodiscard]] bool check_commitment(const std::string& commitment) const;
    /// Reads sealed evidence; the ground is recorded first. Errc::not_found, Errc::denied (no
    /// ground).
    std::string open_proof(SubjectId subject, const std::string& purpose,
                           const std::string& ground);

  private:
    store::Engine* engine_;
};

} // namespace habeas

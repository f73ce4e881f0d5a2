// The logical erasure: one transaction that takes a person out of every table.
#pragma once

#include "erasure/proof.hpp"
#include "erasure/receipt.hpp"
#include "habeas/erasure.hpp"
#include "store/engine.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace habeas::erasure {

/// What to do, checked and with purposes looked up.
struct Order {
    std::string ground;
    bool suppress = true;
    std::vector<PurposeProof> proofs;
    std::optional<std::int64_t> proof_until;
    // A replay of the restore journal:
    bool replayed = false;
    std::int64_t logical_at = 0; ///< 0: now
};

/// One subject in the course of its erasure.
struct Person {
    store::ErasureContext context;
    std::vector<std::int64_t>
        aliases; ///< numbers merged into it, and numbers it goes by in a replay
    ReceiptData receipt;
    std::int64_t act = 0; ///< sequence of the act `erased`
    std::string stored;   ///< the receipt as kept
    std::vector<std::string> commitments;
};

/// Erases these subjects, each present and only once. Inside a write transaction.
void erase(store::Engine& engine, std::vector<Person>& people, const Order& order);
/// The files that are about several people, the subject perhaps among them.
std::vector<std::string> shared_files(store::Engine& engine);
std::vector<std::int64_t> aliases_of(store::Engine& engine, SubjectId subject);

/// Numbers as an act of the ledger lists them: [[1, 5], [7, 7]], sorted, none twice.
nlohmann::json ranges_of(std::vector<std::int64_t> numbers);

/// The replay hook of erasure: an act `erased` that an older file lacks.
void replay(store::Engine& engine, const store::JournalRecord& record);

} // namespace habeas::erasure

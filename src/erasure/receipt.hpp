// The receipt of an erasure: ids, times, ground, counts, audit head. No personal data.
#pragma once

#include "store/engine.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::erasure {

struct Kept {
    std::string what;
    std::string why;
};

struct ReceiptData {
    std::string id; ///< UUID
    std::string store;
    std::int64_t subject = 0;
    std::vector<std::int64_t> aliases; ///< numbers that were merged into it
    std::string ground;
    std::int64_t logical_at = 0;                  ///< ms
    std::map<std::string, std::uint64_t> removed; ///< rows by label
    std::size_t files_deleted = 0;
    std::size_t files_shared = 0;
    std::vector<Kept> stays;
    bool replayed = false; ///< done again after an older file was put back
};

/// What is known before the act `erased`: canonical JSON. The act holds its hash.
std::string receipt_body(const ReceiptData& data);
std::string body_hash(std::string_view body); ///< hexadecimal
/// Adds the act's sequence and the chain's hash there: the receipt as kept in table `erasure`.
void add_audit(std::string& body, std::int64_t sequence, const std::string& head);
/// Takes a kept receipt apart again; nothing if it is not as `add_audit` made it.
struct ReceiptParts {
    std::string body;
    std::int64_t sequence = 0;
    std::string head;
    std::string logical_at; ///< as text
};
std::optional<ReceiptParts> parts_of(std::string_view stored);
/// With the physical state and its time, and the members of `more`, as given out.
std::string render_receipt(const std::string& stored, std::optional<std::int64_t> physical_at,
                           const nlohmann::json& more);
/// A receipt rendered while the physical erasure was pending, now that it is done.
std::string completed_receipt(std::string_view pending, std::int64_t physical_at);

} // namespace habeas::erasure

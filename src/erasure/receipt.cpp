#include "erasure/receipt.hpp"

#include "base/json_members.hpp"
#include "habeas/time.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string_view>

namespace habeas::erasure {
namespace {

constexpr std::string_view pending_end = R"(,"physical_at":null,"state":"physical_pending"})";

std::string time_text(std::int64_t ms) {
    return format_time(Time(std::chrono::milliseconds(ms)));
}

} // namespace

std::string receipt_body(const ReceiptData& data) {
    nlohmann::json out = nlohmann::json::object();
    out["habeas_erasure_receipt"] = 1;
    out["id"] = data.id;
    out["store"] = data.store;
    out["subject"] = data.subject;
    if (!data.aliases.empty()) {
        out["merged_subjects"] = data.aliases;
    }
    out["ground"] = data.ground;
    out["logical_at"] = time_text(data.logical_at);
    out["removed"] = data.removed;
    out["files"] =
        base::object_of("deleted", data.files_deleted, "about_several", data.files_shared);
    auto& stays = out["stays"] = nlohmann::json::array();
    for (const auto& kept : data.stays) {
        stays.push_back(base::object_of("what", kept.what, "why", kept.why));
    }
    if (data.replayed) {
        out["replayed"] = true;
    }
    return out.dump();
}

std::string body_hash(std::string_view body) {
    return base::to_hex(base::Hasher().str("habeas-erasure-receipt-1").str(body).finish());
}

void add_audit(std::string& body, std::int64_t sequence, const std::string& head) {
    // Its name is the first of all in order.
    body.replace(0, 1, fmt::format(R"({{"audit":{{"head":"{}","sequence":{}}},)", head, sequence));
}

std::optional<ReceiptParts> parts_of(std::string_view stored) {
    auto receipt = nlohmann::json::parse(stored, nullptr, /*allow_exceptions=*/false);
    // Written otherwise it may read otherwise elsewhere: a name that comes twice.
    if (!receipt.is_object() || receipt.dump() != stored) {
        return std::nullopt;
    }
    try {
        ReceiptParts out;
        const auto& audit = receipt.at("audit");
        out.sequence = audit.at("sequence").get<std::int64_t>();
        out.head = audit.at("head").get<std::string>();
        out.logical_at = receipt.at("logical_at").get<std::string>();
        receipt.erase("audit");
        out.body = receipt.dump();
        return out;
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    }
}

std::string render_receipt(const std::string& stored, std::optional<std::int64_t> physical_at,
                           const nlohmann::json& more) {
    // Both objects are ours: the stored one ends with its brace, and a member begins the other.
    std::string out = stored.substr(0, stored.size() - 1);
    if (!more.empty()) {
        const std::string members = more.dump();
        out += "," + members.substr(1, members.size() - 2);
    }
    out += pending_end;
    return physical_at ? completed_receipt(out, *physical_at) : out;
}

std::string completed_receipt(std::string_view pending, std::int64_t physical_at) {
    pending.remove_suffix(pending_end.size());
    return fmt::format(R"({},"physical_at":"{}","state":"physical"}})", pending,
                       time_text(physical_at));
}

} // namespace habeas::erasure

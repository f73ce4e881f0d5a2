#include "erasure/receipt.hpp"

#include "habeas/time.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace habeas::erasure {
namespace {

std::string time_text(std::int64_t ms) {
    return format_time(Time(std::chrono::milliseconds(ms)));
}

} // namespace

// nlohmann/json loses memory if it runs out between an initializer list and its destructor: members
// are set one by one.
std::string stored_receipt(const ReceiptData& data) {
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
    auto& files = out["files"] = nlohmann::json::object();
    files["deleted"] = data.files_deleted;
    files["about_several"] = data.files_shared;
    auto& stays = out["stays"] = nlohmann::json::array();
    for (const auto& kept : data.stays) {
        auto& each = stays.emplace_back(nlohmann::json::object());
        each["what"] = kept.what;
        each["why"] = kept.why;
    }
    auto& audit = out["audit"] = nlohmann::json::object();
    audit["sequence"] = data.audit_sequence;
    audit["head"] = data.audit_head;
    if (data.replayed) {
        out["replayed"] = true;
    }
    return out.dump();
}

std::string render_receipt(const std::string& stored, std::optional<std::int64_t> physical_at) {
    // The object is ours and ends with its brace.
    std::string out = stored.substr(0, stored.size() - 1);
    out += physical_at
               ? fmt::format(R"(,"physical_at":"{}","state":"physical"}})", time_text(*physical_at))
               : R"(,"physical_at":null,"state":"physical_pending"})";
    return out;
}

} // namespace habeas::erasure

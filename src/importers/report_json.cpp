#include "importers/report_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace habeas {
namespace importers {
namespace {

using nlohmann::ordered_json;

constexpr std::array<std::pair<const char*, std::uint64_t MigrationPart::*>, 8> part_numbers{
    {{"rows", &MigrationPart::rows},
     {"created", &MigrationPart::created},
     {"updated", &MigrationPart::updated},
     {"unchanged", &MigrationPart::unchanged},
     {"merged", &MigrationPart::merged},
     {"suppressed", &MigrationPart::suppressed},
     {"skipped", &MigrationPart::skipped},
     {"rejected", &MigrationPart::rejected}}};
constexpr std::array<std::pair<const char*, std::uint64_t MigrationReport::*>, 4> numbers{
    {{"consents", &MigrationReport::consents},
     {"consents_unproven", &MigrationReport::consents_unproven},
     {"consents_withheld", &MigrationReport::consents_withheld},
     {"opted_out", &MigrationReport::opted_out}}};

ordered_json json_of(const std::map<std::string, std::uint64_t>& counts) {
    ordered_json out = ordered_json::object();
    for (const auto& [name, count] : counts) {
        out[name] = count;
    }
    return out;
}

ordered_json json_of(const MigrationPart& part) {
    ordered_json out = ordered_json::object();
    out["name"] = part.name;
    for (const auto& [name, member] : part_numbers) {
        out[name] = part.*member;
    }
    out["reasons"] = json_of(part.reasons);
    return out;
}

} // namespace

std::string json_of_options(const MigrationOptions& options) {
    ordered_json out = ordered_json::array();
    out.push_back(options.table_prefix);
    out.push_back(options.no_opt_outs);
    for (const auto& [type, purpose] : options.subscription_types) {
        out.push_back(type);
        out.push_back(purpose);
    }
    for (const ImportColumn& each : options.columns) {
        out.push_back(each.header);
        out.push_back(each.target);
        out.push_back(each.format);
    }
    for (const MigrationConsent& each : options.consents) {
        out.push_back(each.column);
        out.push_back(each.purpose);
        out.push_back(channel_name(each.channel));
        out.push_back(each.granted);
        out.push_back(each.time_column);
        out.push_back(each.text_version);
    }
    out.push_back(options.accept_unproven);
    out.push_back(options.define_fields);
    out.push_back(std::string(1, options.delimiter));
    out.push_back(options.windows1252);
    out.push_back(options.time_zone);
    out.push_back(options.dates);
    out.push_back(options.default_country);
    return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string json_of_counts(const MigrationPart& part, const MigrationReport& report) {
    ordered_json out = json_of(part);
    for (const auto& [name, member] : numbers) {
        out[std::string("report_") + name] = report.*member;
    }
    out["dropped"] = json_of(report.dropped);
    return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

void read_counts(std::string_view text, MigrationPart& part, MigrationReport& report) {
    const auto in = ordered_json::parse(text);
    for (const auto& [name, member] : part_numbers) {
        part.*member = in.at(name).get<std::uint64_t>();
    }
    part.reasons = in.at("reasons").get<std::map<std::string, std::uint64_t>>();
    for (const auto& [name, member] : numbers) {
        report.*member = in.at(std::string("report_") + name).get<std::uint64_t>();
    }
    report.dropped = in.at("dropped").get<std::map<std::string, std::uint64_t>>();
}

} // namespace importers

std::string_view platform_name(Platform platform) noexcept {
    switch (platform) {
    case Platform::mautic:
        return "mautic";
    case Platform::hubspot:
        return "hubspot";
    }
    return {};
}

std::optional<Platform> platform(std::string_view name) noexcept {
    for (const Platform each : {Platform::mautic, Platform::hubspot}) {
        if (name == platform_name(each)) {
            return each;
        }
    }
    return std::nullopt;
}

bool MigrationReport::balanced() const {
    return std::all_of(parts.begin(), parts.end(), [](const MigrationPart& part) {
        return part.rows == part.created + part.updated + part.unchanged + part.merged +
                                part.suppressed + part.skipped + part.rejected;
    });
}

std::string MigrationReport::to_json() const {
    using importers::json_of;
    auto out = importers::ordered_json::object();
    out["platform"] = platform_name(platform);
    out["preview"] = preview;
    out["cancelled"] = cancelled;
    out["resumed"] = resumed;
    out["balanced"] = balanced();
    out["refusals"] = refusals;
    out["sources"] = importers::ordered_json::array();
    for (const MigrationSource& each : sources) {
        auto& source = out["sources"].emplace_back(importers::ordered_json::object());
        source["name"] = each.name;
        source["sha256"] = each.sha256;
    }
    out["parts"] = importers::ordered_json::array();
    for (const MigrationPart& each : parts) {
        out["parts"].push_back(json_of(each));
    }
    for (const auto& [name, member] : importers::numbers) {
        out[name] = this->*member;
    }
    out["items"] = importers::ordered_json::array();
    for (const MigrationItem& each : items) {
        auto& item = out["items"].emplace_back(importers::ordered_json::object());
        item["kind"] = each.kind;
        item["from"] = each.from;
        item["to"] = each.to;
        item["outcome"] = each.outcome;
        item["notes"] = each.notes;
    }
    out["unmapped"] = unmapped;
    out["left"] = left;
    out["dropped"] = json_of(dropped);
    out["samples"] = importers::ordered_json::array();
    for (const MigrationSample& each : samples) {
        auto& sample = out["samples"].emplace_back(importers::ordered_json::object());
        sample["part"] = each.part;
        sample["row"] = each.row;
        sample["field"] = each.field;
        sample["reason"] = each.reason;
    }
    return out.dump(-1, ' ', false, importers::ordered_json::error_handler_t::replace);
}

} // namespace habeas

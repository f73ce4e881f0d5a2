#include "erasure/verify.hpp"

#include "erasure/receipt.hpp"
#include "erasure/residue_search.hpp"
#include "erasure/tables.hpp"
#include "store/findings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string_view>
#include <vector>

namespace habeas::erasure {
namespace {

using store::Findings;
using OnErase = store::SubjectTable::OnErase;

constexpr std::int64_t day = std::int64_t{24} * 3600 * 1000;

void check_rows(store::Engine& engine, Findings& findings) {
    for (const auto* table : subject_tables(engine)) {
        if (table->on_erase == OnErase::keep) {
            continue;
        }
        // A file of an erased subject waits for its deletion as long as the erasure is pending.
        const bool files = std::string_view(table->table) == "written_file";
        store::Statement row = engine.db().prepare_text(fmt::format(
            "SELECT count(*), min({1}) FROM {0} WHERE {1} IN (SELECT subject_id FROM tombstone{2})",
            store::quote_name(table->table), store::quote_name(table->subject_column),
            files
                ? " WHERE event_id NOT IN (SELECT event_id FROM erasure WHERE physical_at IS NULL)"
                : ""));
        if (row.step() && row.i64(0) > 0) {
            findings.error(
                "erased_rows",
                fmt::format("table {} has {} rows of erased subjects, such as subject {}",
                            table->table, row.i64(0), row.i64(1)));
        }
    }
}

void check_receipts(store::Engine& engine, Findings& findings) {
    store::Statement row = engine.db().prepare(
        "SELECT t.subject_id, e.event_id, e.receipt, e.logical_at, c.hash, v.kind, v.evidence "
        "FROM erasure e "
        "LEFT JOIN tombstone t ON t.event_id = e.event_id "
        "LEFT JOIN chain c ON c.sequence = e.event_id LEFT JOIN event v ON v.id = e.event_id");
    while (row.step()) {
        const auto parts = parts_of(row.text(2));
        const auto act = nlohmann::json::parse(row.text(6), nullptr, /*allow_exceptions=*/false);
        const bool fits =
            parts && act.is_object() &&
            row.i64(5) == static_cast<std::int64_t>(EventKind::erased) &&
            parts->sequence == row.i64(1) &&
            parts->head == base::to_hex(base::as_bytes(row.blob(4))) &&
            parts->logical_at == format_time(Time(std::chrono::milliseconds(row.i64(3)))) &&
            act.contains("receipt") && act["receipt"] == body_hash(parts->body);
        if (!fits) {
            findings.error(
                "receipt_changed",
                fmt::format("the receipt of subject {} does not fit the audit chain", row.i64(0)),
                row.i64(1));
        }
    }
    store::Statement alone =
        engine.db().prepare("SELECT subject_id FROM tombstone WHERE event_id NOT IN (SELECT "
                            "event_id FROM erasure)");
    while (alone.step()) {
        findings.error("tombstone_alone",
                       fmt::format("subject {} counts as erased, but there is no record of its "
                                   "erasure",
                                   alone.i64(0)));
    }
}

/// Every number that an act of erasure names counts as erased.
void check_acts(store::Engine& engine, Findings& findings) {
    store::Statement act = engine.db().prepare("SELECT id, evidence FROM event WHERE kind = ?");
    act.bind(1, static_cast<std::int64_t>(EventKind::erased));
    store::Statement record = engine.db().prepare("SELECT 1 FROM tombstone WHERE subject_id = ?1");
    while (act.step()) {
        const auto evidence = nlohmann::json::parse(act.text(1), nullptr, false);
        if (!evidence.is_object()) {
            continue; // audit names it
        }
        std::vector<nlohmann::json> numbers{evidence.value("subject", nlohmann::json())};
        const auto merged = evidence.value("merged", nlohmann::json::array());
        numbers.insert(numbers.end(), merged.begin(), merged.end());
        for (const auto& number : numbers) {
            if (!number.is_number_integer()) {
                continue;
            }
            record.reset();
            record.bind(1, number.get<std::int64_t>());
            if (!record.step()) {
                findings.error("erasure_missing",
                               fmt::format("the ledger says that subject {} was erased, but its "
                                           "tombstone is gone: its number does not answer erased",
                                           number.get<std::int64_t>()),
                               act.i64(0));
            }
        }
    }
}

void check_pending(store::Engine& engine, Findings& findings) {
    store::Statement row = engine.db().prepare("SELECT count(*), min(logical_at) FROM erasure "
                                               "WHERE physical_at IS NULL AND logical_at < ?");
    row.bind(1, engine.now_ms() - day);
    if (row.step() && row.i64(0) > 0) {
        findings.notice(
            "physical_pending",
            fmt::format("{} erasures are done, but their bytes may be in the files, the oldest "
                        "since {}; run the tick when no reader holds the store",
                        row.i64(0), format_time(Time(std::chrono::milliseconds(row.i64(1))))));
    }
}

} // namespace

void verify(store::Engine& engine, const VerifyOptions& options, VerifyReport& report) {
    Findings findings(report);
    check_rows(engine, findings);
    check_receipts(engine, findings);
    check_acts(engine, findings);
    check_pending(engine, findings);
    if (!options.residue.empty()) {
        search_residue(engine, options, findings);
    }
    findings.finish();
}

} // namespace habeas::erasure

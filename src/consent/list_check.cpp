#include "consent/list_check.hpp"

#include "habeas/consent.hpp"
#include "store/findings.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace habeas::consent {
namespace {

using nlohmann::json;
using store::JournalKind;
using store::JournalRecord;

/// One row that must be there.
struct Expected {
    std::string kind, scope;
    Channel over = Channel::any;
    std::uint64_t record = 0;
    std::int64_t audit_sequence = 0;
};
using Key = std::pair<std::uint8_t, base::Hash128>; ///< kind of identifier, hash
using List = std::map<Key, std::vector<Expected>>;

void put(List& list, const JournalRecord& record, const Expected& entry) {
    for (const store::HashRef& hash : record.identifiers) {
        list[{hash.kind, hash.hash}].push_back(entry);
    }
}

void apply(List& list, const JournalRecord& record) {
    if (record.kind == JournalKind::abandoned) { // never committed
        for (auto& [key, entries] : list) {
            std::erase_if(entries, [&](const Expected& entry) {
                return entry.record >= static_cast<std::uint64_t>(record.number);
            });
        }
        return;
    }
    if (record.kind == JournalKind::unsuppressed) {
        for (const store::HashRef& hash : record.identifiers) {
            list.erase({hash.kind, hash.hash});
        }
        return;
    }
    const json detail = json::parse(record.detail, nullptr, /*allow_exceptions=*/false);
    if (!detail.is_object()) {
        return;
    }
    if (record.kind == JournalKind::suppressed) {
        put(list, record,
            {detail.value("kind", ""), detail.value("scope", ""),
             channel(detail.value("channel", "any")).value_or(Channel::any), record.sequence,
             record.audit_sequence});
    } else if (record.kind == JournalKind::erased && detail.value("scope", "") == "suppress" &&
               !detail.value("others_hold", false)) {
        put(list, record,
            {"erasure", "marketing", Channel::any, record.sequence, record.audit_sequence});
    }
}

/// Addresses that somebody has, or had: in an older file that was put back one of them may have
/// been theirs when an erasure was done again, and then it is not on the list.
std::set<Key> addresses(store::Engine& engine) {
    std::set<Key> out;
    auto row = engine.db().prepare(
        "SELECT kind, hash FROM identifier UNION ALL SELECT kind, hash FROM identifier_past");
    while (row.step()) {
        Key key{static_cast<std::uint8_t>(row.i64(0)), {}};
        const std::string_view hash = row.blob(1);
        std::copy_n(hash.begin(), std::min(hash.size(), key.second.size()), key.second.begin());
        out.insert(key);
    }
    return out;
}

} // namespace

void check_list(store::Engine& engine, VerifyReport& report) {
    if (engine.restore_journal() == nullptr) {
        return;
    }
    List list;
    const std::uint64_t contained = engine.commit_state().journal_sequence;
    try {
        engine.restore_journal()->read(0, [&](const JournalRecord& record) {
            if (record.sequence <= contained) { // else another process has it on its way
                apply(list, record);
            }
        });
    } catch (const Error&) {
        return; // the store reports a damaged journal
    }
    store::Findings findings(report);
    std::optional<std::set<Key>> held; // looked up only where something is missing
    auto row = engine.db().prepare("SELECT 1 FROM suppression WHERE hash = ?1 AND identifier_kind "
                                   "= ?2 AND kind = ?3 AND scope = ?4 AND channel = ?5 AND "
                                   "purpose_id IS NULL");
    for (const auto& [key, entries] : list) {
        for (const Expected& entry : entries) {
            row.reset();
            row.bind(1, store::Blob{base::as_view(key.second)})
                .bind(2, static_cast<std::int64_t>(key.first))
                .bind(3, entry.kind)
                .bind(4, entry.scope)
                .bind(5, static_cast<std::int64_t>(entry.over));
            if (row.step()) {
                continue;
            }
            if (entry.kind == "erasure" && !held) {
                held = addresses(engine);
            }
            if (entry.kind != "erasure" || !held->contains(key)) {
                findings.error("suppression_missing",
                               "the suppression list lacks an entry (" + entry.kind + ", " +
                                   entry.scope +
                                   ") that the restore journal has: who has this address might be "
                                   "written to again",
                               entry.audit_sequence);
            }
        }
    }
    findings.finish();
}

} // namespace habeas::consent

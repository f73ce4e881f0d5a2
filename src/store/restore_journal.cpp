// The restore journal as its keeper sees it: checked, copied, compared, folded.
#include "habeas/backup.hpp"
#include "store/engine.hpp"

#include <fmt/format.h>

#include <map>

namespace habeas {
namespace {

using store::Engine;
using store::Journal;
using store::JournalKind;
using store::JournalRecord;

/// Reads all records; `each` may be empty.
JournalInfo read_all(Engine& engine, const Journal& journal,
                     const std::function<void(const JournalRecord&)>& each = {}) {
    JournalInfo info;
    info.store_id = engine.store_id();
    info.sequence = journal.last_sequence();
    info.bytes = journal.size();
    info.last_at = Time(std::chrono::milliseconds(journal.last().at));
    journal.read(0, [&](const JournalRecord& record) {
        ++info.records;
        if (each) {
            each(record);
        }
    });
    return info;
}

/// The one in use, as it is in the file now.
Journal open_own(Engine& engine) {
    if (engine.in_memory()) {
        throw Error(Errc::unsupported, "a store in memory has no restore journal", "journal");
    }
    Journal journal = engine.journal_at(engine.journal_path());
    journal.open(engine.commit_state().journal_sequence);
    return journal;
}

/// A copy was synced whole, so nothing of it can be missing.
Journal open_copy(Engine& engine, const std::string& path) {
    if (!engine.files().exists(path)) {
        throw Error(Errc::not_found, fmt::format("there is no copy {}", path), path);
    }
    Journal journal = engine.journal_at(path);
    journal.open(0);
    return journal;
}

/// The records that stand for themselves. Whether a transaction had more of them is not compared:
/// folding forgets it.
std::map<std::uint64_t, JournalRecord> standing(Engine& engine, const Journal& journal,
                                                JournalInfo& info) {
    std::map<std::uint64_t, JournalRecord> out;
    info = read_all(engine, journal, [&](const JournalRecord& record) {
        if (record.kind != JournalKind::head && record.kind != JournalKind::folded) {
            JournalRecord& kept = out[record.sequence] = record;
            kept.more = kept.continued = false;
        }
    });
    return out;
}

JournalRelation relate(Engine& engine, const std::string& copy_path, JournalInfo& info) {
    const Journal own = open_own(engine);
    const Journal copy = open_copy(engine, copy_path);
    JournalInfo own_info;
    const auto ours = standing(engine, own, own_info);
    for (const auto& [sequence, record] : standing(engine, copy, info)) {
        const auto found = ours.find(sequence);
        if (found != ours.end() && found->second != record) {
            return JournalRelation::diverged;
        }
    }
    if (info.sequence != own_info.sequence) {
        return info.sequence < own_info.sequence ? JournalRelation::older : JournalRelation::newer;
    }
    // The head of the audit chain alone takes no sequence.
    const auto own_head = own.last().audit_sequence;
    const auto head = copy.last().audit_sequence;
    return head == own_head  ? JournalRelation::same
           : head < own_head ? JournalRelation::older
                             : JournalRelation::newer;
}

} // namespace

std::string_view journal_relation_name(JournalRelation relation) noexcept {
    switch (relation) {
    case JournalRelation::same:
        return "same";
    case JournalRelation::older:
        return "older";
    case JournalRelation::newer:
        return "newer";
    case JournalRelation::diverged:
        return "diverged";
    }
    return {};
}

JournalInfo RestoreJournal::check() const {
    const Engine::Read snapshot(*engine_);
    return read_all(*engine_, open_own(*engine_));
}

JournalRelation RestoreJournal::compare(const std::string& copy, JournalInfo* info) const {
    const Engine::Read snapshot(*engine_);
    JournalInfo found;
    const JournalRelation relation = relate(*engine_, copy, found);
    if (info != nullptr) {
        *info = found;
    }
    return relation;
}

JournalInfo RestoreJournal::copy(const std::string& to) {
    const Engine::Write turn(*engine_); // nobody appends meanwhile
    const Journal own = open_own(*engine_);
    JournalInfo info = read_all(*engine_, own);
    if (engine_->files().exists(to)) {
        JournalInfo there;
        const JournalRelation relation = relate(*engine_, to, there);
        if (to == engine_->journal_path() || relation == JournalRelation::newer ||
            relation == JournalRelation::diverged) {
            throw Error(Errc::conflict,
                        fmt::format("{} knows what the journal in use does not know, or is that "
                                    "journal; it was left as it is",
                                    to),
                        to);
        }
    }
    engine_->files().replace(to, own.bytes());
    return info;
}

JournalInfo RestoreJournal::rotate(const std::string& archive) {
    (void)check();
    if (!archive.empty()) {
        (void)copy(archive);
    }
    engine_->fold_journal();
    return check();
}

} // namespace habeas

#include "audit/verify.hpp"

#include "audit/ledger.hpp"
#include "store/findings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <limits>
#include <set>
#include <unordered_map>
#include <vector>

namespace habeas::audit {
namespace {

using base::Hash256;
using store::Findings;

struct Range {
    std::int64_t first = 0;
    std::int64_t last = 0;
};
/// Sequences that an act says it removed.
struct Listed {
    Range range;
    std::int64_t by = 0; ///< the act's own sequence
};
/// An event that does not fit its entry.
struct Mismatch {
    std::int64_t sequence = 0;
    Hash256 computed{};
    Hash256 stored{};
};
/// An entry whose hash does not follow from the one before.
struct BrokenLink {
    std::int64_t sequence = 0;
    Hash256 previous{};
    Hash256 commitment{};
    Hash256 hash{};
};

/// Faults kept to look for swaps among them; more are reported one by one.
constexpr std::size_t remembered = 10'000;

/// A damaged column of another size is not equal to any hash.
Hash256 hash_of(std::string_view blob) {
    Hash256 hash{};
    if (blob.size() == hash.size()) {
        std::memcpy(hash.data(), blob.data(), hash.size());
    }
    return hash;
}

std::string sequences_text(const Range& range) {
    return range.first == range.last ? fmt::format("{}", range.first)
                                     : fmt::format("{} to {}", range.first, range.last);
}

class Walk {
  public:
    Walk(store::Engine& engine, const VerifyOptions& options, VerifyReport& report)
        : engine_(&engine), options_(&options), report_(&report), findings_(report) {}

    void run();

  private:
    void entry(std::int64_t sequence, const Hash256& commitment, const Hash256& hash);
    void event(const Entry& event, const Hash256& committed);
    void event_changed(std::int64_t sequence);
    void chain_changed(std::int64_t sequence);
    void list_removed(const Entry& act);
    void missing(std::int64_t sequence);
    void explain_swaps();
    void swapped(std::int64_t one, std::int64_t other);
    void report_missing();
    void report_present();
    void check_head();
    void check_journal();
    void progress(std::int64_t sequence);

    store::Engine* engine_;
    const VerifyOptions* options_;
    VerifyReport* report_;
    Findings findings_;

    std::int64_t last_ = 0; ///< sequence of the last entry
    Hash256 hash_{};        ///< its hash
    std::int64_t total_ = 0;
    std::vector<Range> missing_;
    std::vector<Listed> listed_;
    std::vector<Mismatch> mismatches_;
    std::vector<BrokenLink> links_;
    std::set<std::int64_t> explained_; ///< part of two exchanged entries
};

void Walk::progress(std::int64_t sequence) {
    if (options_->progress && sequence % 10'000 == 0 &&
        !options_->progress(static_cast<std::uint64_t>(sequence),
                            static_cast<std::uint64_t>(total_))) {
        throw Error(Errc::cancelled, "the verification was cancelled");
    }
}

void Walk::run() {
    total_ = head(*engine_).sequence;
    store::Statement chain =
        engine_->db().prepare("SELECT sequence, commitment, hash FROM chain ORDER BY sequence");
    store::Statement events =
        engine_->db().prepare("SELECT " HABEAS_ENTRY_COLUMNS " FROM event ORDER BY id");
    constexpr std::int64_t end = std::numeric_limits<std::int64_t>::max();
    bool more_events = events.step();
    bool more_entries = chain.step();
    while (more_entries || more_events) {
        const std::int64_t event_id = more_events ? events.i64(0) : end;
        const std::int64_t sequence = more_entries ? chain.i64(0) : end;
        if (event_id < sequence || !more_entries) {
            findings_.error("event_unlisted",
                            fmt::format("event {} has no entry in the audit chain: it was written "
                                        "past habeas, or its entry was deleted",
                                        event_id),
                            event_id);
            more_events = events.step();
            continue;
        }
        const Hash256 committed = hash_of(chain.blob(1));
        entry(sequence, committed, hash_of(chain.blob(2)));
        if (event_id == sequence) {
            event(read_entry(events), committed);
            more_events = events.step();
        } else {
            missing(sequence);
        }
        progress(sequence);
        more_entries = chain.step();
    }
    explain_swaps();
    report_missing();
    report_present();
    check_head();
    check_journal();
    findings_.finish();
    report_->head = base::to_hex(hash_);
}

void Walk::entry(std::int64_t sequence, const Hash256& commitment, const Hash256& hash) {
    if (sequence != last_ + 1) {
        const Range gap{last_ + 1, sequence - 1};
        findings_.error("chain_gap",
                        fmt::format("entries {} of the audit chain are gone", sequences_text(gap)),
                        gap.first);
    } else if (link(hash_, sequence, commitment) != hash) {
        if (links_.size() < remembered) {
            links_.push_back({sequence, hash_, commitment, hash});
        } else {
            chain_changed(sequence);
        }
    }
    last_ = sequence;
    hash_ = hash;
}

void Walk::event(const Entry& event, const Hash256& committed) {
    ++report_->events;
    const Hash256 computed = commitment(event);
    if (computed != committed) { // then what it says counts for nothing
        if (mismatches_.size() < remembered) {
            mismatches_.push_back({event.id, computed, committed});
        } else {
            event_changed(event.id);
        }
        return;
    }
    if (event.kind == EventKind::erased || event.kind == EventKind::retention_deleted) {
        list_removed(event);
    } else if (event.kind == EventKind::restored) {
        findings_.notice("older_file",
                         fmt::format("before entry {} the file was older than its restore journal: "
                                     "it was put back, or the power failed during a commit; what "
                                     "a restore must not undo was done again",
                                     event.id),
                         event.id);
    }
}

void Walk::event_changed(std::int64_t sequence) {
    findings_.error(
        "event_changed",
        fmt::format("event {} was changed: it is not what the audit chain committed to", sequence),
        sequence);
}

void Walk::chain_changed(std::int64_t sequence) {
    findings_.error("chain_changed",
                    fmt::format("entry {} of the audit chain does not follow from entry {}",
                                sequence, sequence - 1),
                    sequence);
}

void Walk::list_removed(const Entry& act) {
    const auto evidence =
        nlohmann::json::parse(act.evidence.value_or(""), nullptr, /*allow_exceptions=*/false);
    bool readable =
        evidence.is_object() && evidence.contains("sequences") && evidence["sequences"].is_array();
    if (readable) {
        for (const auto& range : evidence["sequences"]) {
            if (!range.is_array() || range.size() != 2 || !range[0].is_number_integer() ||
                !range[1].is_number_integer()) {
                readable = false;
                continue;
            }
            listed_.push_back(
                {{range[0].get<std::int64_t>(), range[1].get<std::int64_t>()}, act.id});
        }
    }
    if (!readable) {
        findings_.error("erasure_unreadable",
                        fmt::format("the act at {} does not say which events it removed", act.id),
                        act.id);
    }
}

void Walk::missing(std::int64_t sequence) {
    if (!missing_.empty() && missing_.back().last + 1 == sequence) {
        missing_.back().last = sequence;
    } else {
        missing_.push_back({sequence, sequence});
    }
}

void Walk::swapped(std::int64_t one, std::int64_t other) {
    const auto [first, second] = std::minmax(one, other);
    if (!explained_.insert(first).second && explained_.contains(second)) {
        return; // named already
    }
    explained_.insert(second);
    findings_.error(
        "chain_swapped",
        fmt::format("entries {} and {} of the audit chain were exchanged", first, second), first);
}

void Walk::explain_swaps() {
    // Events against entries: each has what the other's entry commits to.
    std::unordered_map<std::string, std::size_t> by_stored;
    for (std::size_t i = 0; i < mismatches_.size(); ++i) {
        by_stored.emplace(base::as_view(mismatches_[i].stored), i);
    }
    for (const auto& one : mismatches_) {
        const auto found = by_stored.find(std::string(base::as_view(one.computed)));
        if (found != by_stored.end()) {
            const Mismatch& other = mismatches_[found->second];
            if (other.computed == one.stored && other.sequence > one.sequence) {
                swapped(one.sequence, other.sequence);
            }
        }
    }
    // Events and entries together: every event fits its entry, but the links do not hold, and hold
    // when the two rows are put back. Few candidates only: a chain broken all over was not swapped.
    if (links_.size() <= 256) {
        for (std::size_t i = 0; i < links_.size(); ++i) {
            for (std::size_t j = i + 1; j < links_.size(); ++j) {
                const BrokenLink& a = links_[i];
                const BrokenLink& b = links_[j];
                const Hash256& before_b = b.sequence == a.sequence + 1 ? b.hash : b.previous;
                const bool rows = link(a.previous, a.sequence, b.commitment) == b.hash &&
                                  link(before_b, b.sequence, a.commitment) == a.hash;
                const bool commitments = link(a.previous, a.sequence, b.commitment) == a.hash &&
                                         link(b.previous, b.sequence, a.commitment) == b.hash;
                if (rows || commitments) {
                    swapped(a.sequence, b.sequence);
                }
            }
        }
    }
    for (const auto& one : mismatches_) {
        if (!explained_.contains(one.sequence)) {
            event_changed(one.sequence);
        }
    }
    for (const auto& one : links_) {
        // The entry after an exchanged one is broken by its neighbour.
        if (!explained_.contains(one.sequence) && !explained_.contains(one.sequence - 1)) {
            chain_changed(one.sequence);
        }
    }
}

void Walk::report_missing() {
    // Only what an act lists that came later may be absent.
    std::vector<Range> allowed;
    for (const auto& listed : listed_) {
        if (listed.range.first <= listed.range.last && listed.range.last < listed.by) {
            allowed.push_back(listed.range);
        }
    }
    std::sort(allowed.begin(), allowed.end(),
              [](const Range& a, const Range& b) { return a.first < b.first; });
    std::vector<Range> merged;
    for (const auto& range : allowed) {
        if (!merged.empty() && range.first <= merged.back().last + 1) {
            merged.back().last = std::max(merged.back().last, range.last);
        } else {
            merged.push_back(range);
        }
    }
    auto at = merged.begin();
    for (const auto& gap : missing_) {
        for (std::int64_t sequence = gap.first; sequence <= gap.last; ++sequence) {
            while (at != merged.end() && at->last < sequence) {
                ++at;
            }
            if (at != merged.end() && at->first <= sequence) {
                ++report_->erased;
            } else {
                findings_.error(
                    "event_missing",
                    fmt::format("event {} was deleted, and no erasure lists it", sequence),
                    sequence);
            }
        }
    }
}

void Walk::report_present() {
    for (const auto& listed : listed_) {
        store::Statement row =
            engine_->db().prepare("SELECT id FROM event WHERE id BETWEEN ? AND ? LIMIT 1");
        row.bind_all(listed.range.first, listed.range.last);
        if (row.step()) {
            findings_.error("erased_present",
                            fmt::format("event {} is there, although the act at {} erased it",
                                        row.i64(0), listed.by),
                            row.i64(0));
        }
    }
}

void Walk::check_head() {
    const auto state = engine_->commit_state();
    if (state.head_sequence == 0) {
        findings_.error("head_missing",
                        "the head of the audit chain is missing: nothing tells where it ends");
        return;
    }
    if (last_ < state.head_sequence) {
        const Range cut{last_ + 1, state.head_sequence};
        findings_.error("chain_cut",
                        fmt::format("the end of the audit chain was cut off: entries {} are gone",
                                    sequences_text(cut)),
                        cut.first);
        return;
    }
    if (last_ > state.head_sequence) {
        findings_.error(
            "chain_extended",
            fmt::format("entries after {} were added without the store's key", state.head_sequence),
            state.head_sequence + 1);
        return;
    }
    if (hash_ != state.head_hash) {
        findings_.error("chain_rewritten",
                        fmt::format("the audit chain was computed anew without the store's key: "
                                    "entry {} has another hash than the authenticated head",
                                    last_),
                        last_);
    }
}

void Walk::check_journal() {
    if (engine_->restore_journal() == nullptr) {
        return;
    }
    struct Remembered {
        std::uint64_t record;
        std::int64_t sequence;
        Hash256 hash;
    };
    const auto state = engine_->commit_state();
    std::vector<Remembered> heads;
    std::vector<Remembered> later; // than this file
    const auto read = [&](const store::JournalRecord& record) {
        if (record.kind == store::JournalKind::restored) {
            // Heads beyond the older file that was accepted no longer bind.
            const auto beyond = [&](const Remembered& h) { return h.sequence > record.number; };
            std::erase_if(heads, beyond);
            std::erase_if(later, beyond);
        } else if (record.kind == store::JournalKind::abandoned) {
            const auto never_was = [&](const Remembered& h) {
                return store::abandons(record, h.record);
            };
            std::erase_if(heads, never_was);
            std::erase_if(later, never_was);
        }
        if (record.audit_sequence == 0) {
            return;
        }
        if (record.sequence > state.journal_sequence ||
            (record.kind == store::JournalKind::head &&
             record.audit_sequence > state.head_sequence)) {
            // Written after this snapshot, by another process perhaps. A minute later it is not.
            if (record.at + 60'000 < engine_->now_ms()) {
                later.push_back({record.sequence, record.audit_sequence, record.audit_hash});
            }
            return;
        }
        if (heads.empty() || heads.back().sequence != record.audit_sequence ||
            heads.back().hash != record.audit_hash) {
            heads.push_back({record.sequence, record.audit_sequence, record.audit_hash});
        }
    };
    try {
        engine_->restore_journal()->read(0, read);
    } catch (const Error&) {
        return; // the store reports a damaged journal
    }
    std::int64_t ahead = 0;
    for (const auto& head : later) {
        ahead = std::max(ahead, head.sequence);
    }
    for (const auto& head : heads) {
        if (head.sequence > last_) {
            ahead = std::max(ahead, head.sequence);
            continue;
        }
        store::Statement row = engine_->db().prepare("SELECT hash FROM chain WHERE sequence = ?");
        row.bind(1, head.sequence);
        if (row.step() && hash_of(row.blob(0)) != head.hash) {
            findings_.error("journal_head_differs",
                            fmt::format("the restore journal remembers another hash for entry {} "
                                        "of the audit chain",
                                        head.sequence),
                            head.sequence);
        }
    }
    if (ahead > last_ && !findings_.has("chain_cut")) {
        findings_.error("older_file",
                        fmt::format("the restore journal knows entry {} of the audit chain, the "
                                    "file ends at {}: an older file was put back",
                                    ahead, last_),
                        ahead);
    }
}

} // namespace

void verify(store::Engine& engine, const VerifyOptions& options, VerifyReport& report) {
    Walk(engine, options, report).run();
}

} // namespace habeas::audit

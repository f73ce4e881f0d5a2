// Copies of the restore journal, and a shorter one that says the same.
#include "store/journal.hpp"

#include "habeas/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace habeas::store {
namespace {

using Records = std::vector<JournalRecord>;

/// Which records say nothing any more, by place. Heads and what is about people are never judged
/// by what they say: only by what came after.
std::vector<bool> idle_records(const Records& records) {
    std::vector<bool> idle(records.size(), false);
    std::map<std::int64_t, std::size_t> counters; // by kind of id: the record with the highest
    for (std::size_t at = 0; at < records.size(); ++at) {
        const JournalRecord& record = records[at];
        switch (record.kind) {
        case JournalKind::abandoned:
            for (std::size_t former = 0; former < at; ++former) {
                const JournalRecord& other = records[former];
                if (other.kind != JournalKind::head && abandons(record, other.sequence)) {
                    idle[former] = true;
                }
            }
            idle[at] = true;
            break;
        case JournalKind::folded:
            idle[at] = true; // a longer one takes its place
            break;
        case JournalKind::head:
            idle[at] = at + 1 < records.size();
            break;
        default:
            break;
        }
    }
    for (std::size_t at = 0; at < records.size(); ++at) {
        if (records[at].kind != JournalKind::ids || idle[at]) {
            continue;
        }
        const auto [highest, first] = counters.try_emplace(records[at].subject, at);
        if (!first) {
            const bool higher = records[at].number >= records[highest->second].number;
            idle[higher ? highest->second : at] = true;
            highest->second = higher ? at : highest->second;
        }
    }
    return idle;
}

/// The records that stay, and for each gap one that says so.
Records without(const Records& records, const std::vector<bool>& idle) {
    Records out;
    std::uint64_t first_gone = 0;
    const JournalRecord* last_gone = nullptr;
    const auto close_gap = [&] {
        if (last_gone == nullptr) {
            return;
        }
        JournalRecord gap;
        gap.kind = JournalKind::folded;
        gap.at = last_gone->at;
        gap.sequence = last_gone->sequence;
        gap.number = static_cast<std::int64_t>(first_gone);
        out.push_back(std::move(gap));
        last_gone = nullptr;
    };
    for (std::size_t at = 0; at < records.size(); ++at) {
        const JournalRecord& record = records[at];
        if (!idle[at]) {
            close_gap();
            out.push_back(record);
            out.back().more = out.back().continued = false; // it is there whole
        } else if (record.kind != JournalKind::head) {
            if (last_gone == nullptr) {
                first_gone = record.kind == JournalKind::folded
                                 ? static_cast<std::uint64_t>(record.number)
                                 : record.sequence;
            }
            last_gone = &record;
        }
    }
    close_gap();
    return out;
}

} // namespace

std::string Journal::bytes() const {
    std::string all = files_->read(path_).value_or(std::string());
    if (all.size() < size_) {
        throw Error(Errc::journal_foreign,
                    fmt::format("the restore journal {} became shorter meanwhile", path_), path_);
    }
    all.resize(size_);
    return all;
}

bool Journal::fold() {
    Records records;
    read(0, [&](const JournalRecord& record) { records.push_back(record); });
    const Records kept = without(records, idle_records(records));

    std::string shorter = bytes();
    std::size_t header_size = size_;
    for (const JournalRecord& record : records) {
        header_size -= encode_record(record, mac_key_).size();
    }
    shorter.resize(header_size);
    for (const JournalRecord& record : kept) {
        shorter += encode_record(record, mac_key_);
    }
    if (shorter.size() >= size_) {
        return false;
    }
    // Read again before it takes the other's place.
    MemoryFileSystem desk;
    desk.replace(path_, shorter);
    Journal again(desk, path_, store_id_, mac_key_);
    again.open(last_.sequence);
    Records found;
    again.read(0, [&](const JournalRecord& record) { found.push_back(record); });
    if (found != kept || again.last_sequence() != last_.sequence) {
        throw Error(Errc::internal, "the folded restore journal differs; nothing was changed",
                    path_);
    }
    files_->replace(path_, shorter);
    open(last_.sequence);
    return true;
}

} // namespace habeas::store

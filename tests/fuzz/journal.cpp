// covers: src/store/journal.cpp src/store/journal_fold.cpp
// Laws of the restore journal: bytes without our MAC are never a record; what is read and written
// again is the same bytes; a journal cut or changed anywhere gives only records that were written,
// in order, or is refused; appending to what was accepted works; a folded journal says the same.
#include "fuzz.hpp"

#include "store/journal.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

using namespace habeas;
using namespace habeas::store;

namespace {

const std::string path = "store.restore";
const std::string store_id = "5d3f4a9e-0000-4000-8000-000000000000";

base::SecretKey mac_key() {
    std::array<std::uint8_t, 32> bytes{};
    bytes.fill(7);
    return base::SecretKey(bytes);
}

void put4(std::string& out, std::size_t value) {
    for (int shift = 0; shift < 32; shift += 8)
        out += static_cast<char>(value >> shift & 0xff);
}

/// A frame around any body, as somebody with the key would make it.
std::string framed(std::string_view body) {
    std::string out;
    put4(out, body.size());
    out += body;
    const auto mac = base::Hasher(mac_key()).str("record").str(body).finish();
    out += base::as_view(mac);
    put4(out, body.size());
    return out;
}

/// Opens and reads; the records, or nothing where the journal is refused.
std::optional<std::vector<JournalRecord>> read_journal(FileSystem& files) {
    Journal journal(files, path, store_id, mac_key());
    std::vector<JournalRecord> out;
    try {
        journal.open(0);
        journal.read(0, [&](const JournalRecord& record) { out.push_back(record); });
    } catch (const Error& error) {
        fuzz::require(error.code() == Errc::journal_foreign, "refused as foreign or damaged");
        return std::nullopt;
    }
    fuzz::require(!out.empty() && out.back() == journal.last(), "the last record is the last read");
    JournalRecord more;
    more.kind = JournalKind::ids;
    const std::uint64_t sequence = journal.append({more}, true);
    journal.open(0);
    fuzz::require(journal.last().sequence == sequence && journal.last().kind == more.kind,
                  "what is appended is found again");
    return out;
}

/// Any bytes as the body of a record.
void any_body(std::string_view body) {
    const std::string bytes = framed(body);
    std::size_t offset = 0;
    const auto record = decode_record(bytes, offset, mac_key());
    if (!record) {
        fuzz::require(offset == 0, "the offset stays before what is no record");
        return;
    }
    fuzz::require(offset == bytes.size(), "a record is read to its end");
    fuzz::require(encode_record(*record, mac_key()) == bytes, "one record has one form");
}

/// Any bytes behind a good header and first record.
void any_tail(std::string_view tail) {
    MemoryFileSystem files;
    Journal(files, path, store_id, mac_key()).create(1);
    files.append(path, tail);
    const auto records = read_journal(files);
    fuzz::require(!records || records->size() == 1, "bytes without our MAC are no records");
}

/// A record is taken out of the file, whole. Seen by its sequence, unless it was the last, or a
/// head.
void one_missing(const std::string& bytes, std::vector<JournalRecord> written, std::size_t place) {
    const std::size_t missing = place % written.size();
    std::size_t end = bytes.size();
    std::size_t begin = end;
    for (std::size_t i = written.size(); i > missing; --i) {
        end = begin;
        begin -= encode_record(written[i - 1], mac_key()).size();
    }
    MemoryFileSystem files;
    files.append(path, bytes.substr(0, begin) + bytes.substr(end));
    const auto found = read_journal(files);
    const bool head = written[missing].kind == JournalKind::head;
    const bool last = missing + 1 == written.size();
    written.erase(written.begin() + static_cast<std::ptrdiff_t>(missing));
    if (found)
        fuzz::require((head || last) && *found == written, "a gap is seen, the rest is read whole");
    else
        fuzz::require((!head && !last) || written.empty(), "no gap where none is");
}

/// Nothing there; and a transaction that fails after its records were appended.
void missing_and_abandoned(std::string_view detail) {
    MemoryFileSystem files;
    Journal journal(files, path, store_id, mac_key());
    try {
        journal.open(0);
        fuzz::require(false, "a missing journal is not opened");
    } catch (const Error& error) {
        fuzz::require(error.code() == Errc::journal_missing, "a missing journal is named so");
    }
    journal.create(1);
    JournalRecord record;
    record.kind = JournalKind::event;
    record.detail = detail;
    const std::uint64_t size = journal.size();
    const std::uint64_t sequence = journal.append({record, record}, true) - 1;
    journal.abandon(sequence, size);
    const auto records = read_journal(files);
    fuzz::require(records && records->size() == 4 && (*records)[1].detail == detail,
                  "all is there");
    fuzz::require(records->back().kind == JournalKind::abandoned &&
                      records->back().number == static_cast<std::int64_t>(sequence),
                  "the last says from where on nothing was committed");
}

/// A disk that no longer takes this or that.
class BrokenFiles final : public FileSystem {
  public:
    bool exists(const std::string& name) override { return files_.exists(name); }
    std::optional<std::uint64_t> size(const std::string& name) override {
        return files_.size(name);
    }
    std::optional<std::string> read(const std::string& name) override { return files_.read(name); }
    std::string read_range(const std::string& name, std::uint64_t offset,
                           std::size_t max_bytes) override {
        return files_.read_range(name, offset, max_bytes);
    }
    std::optional<FileTail> read_tail(const std::string& name, std::size_t max_bytes) override {
        return files_.read_tail(name, max_bytes);
    }
    void append(const std::string& name, std::string_view bytes) override {
        files_.append(name, bytes.substr(0, no_append ? bytes.size() / 2 : bytes.size()));
        refuse(no_append);
    }
    void sync(const std::string& name) override { files_.sync(name); }
    void truncate(const std::string& name, std::uint64_t size) override {
        refuse(no_truncate);
        files_.truncate(name, size);
    }
    void replace(const std::string& name, std::string_view bytes) override {
        files_.replace(name, bytes);
    }
    void remove(const std::string& name) override { files_.remove(name); }
    void rename(const std::string& from, const std::string& to) override {
        files_.rename(from, to);
    }
    bool no_append = false, no_truncate = false;

  private:
    MemoryFileSystem files_;
    static void refuse(bool broken) {
        if (broken)
            throw Error(Errc::io, "broken");
    }
};

/// The disk breaks while a transaction is written or given up, and works again.
void broken(std::string_view input) {
    if (input.empty())
        return;
    const auto how = static_cast<std::uint8_t>(input[0]);
    BrokenFiles files;
    Journal journal(files, path, store_id, mac_key());
    journal.create(1);
    JournalRecord record;
    record.kind = JournalKind::event;
    record.detail = input.substr(1);
    files.no_append = (how & 1U) != 0;
    files.no_truncate = (how & 2U) != 0;
    try {
        const std::uint64_t size = journal.size();
        const std::uint64_t sequence = journal.append({record}, true);
        files.no_append = (how & 4U) != 0;
        journal.abandon(sequence, size);
    } catch (const Error& error) {
        fuzz::require(error.code() == Errc::io, "the disk's own error");
    }
    files.no_append = files.no_truncate = false;
    journal.refresh(1);
    const auto records = read_journal(files);
    fuzz::require(records && !records->empty(), "what was there is there");
    for (std::size_t i = 1; i < records->size(); ++i)
        fuzz::require(
            (*records)[i].kind == JournalKind::abandoned ||
                (i + 1 < records->size() && records->back().kind == JournalKind::abandoned),
            "what was not committed is said to be given up");
}

/// What a replay would do: records that were committed, of counters the highest.
std::vector<JournalRecord> said(const Journal& journal) {
    std::vector<JournalRecord> out;
    std::map<std::int64_t, std::int64_t> counters;
    journal.read(0, [&](const JournalRecord& record) {
        if (record.kind == JournalKind::abandoned)
            std::erase_if(out, [&](const auto& r) { return abandons(record, r.sequence); });
        else if (record.kind != JournalKind::head && record.kind != JournalKind::folded)
            out.push_back(record);
    });
    for (auto& record : out) {
        record.more = record.continued = false;
        if (record.kind == JournalKind::ids)
            counters[record.subject] = std::max(counters[record.subject], record.number);
    }
    std::erase_if(out, [](const auto& r) { return r.kind == JournalKind::ids; });
    for (const auto& [kind, number] : counters) {
        JournalRecord counter;
        counter.subject = kind;
        counter.number = number;
        out.push_back(counter);
    }
    return out;
}

/// Folded and gone on with, twice.
void folded(std::string_view input) {
    MemoryFileSystem files;
    Journal journal(files, path, store_id, mac_key());
    journal.create(1);
    for (int time = 0; time < 2; ++time) {
        for (const char c : input.substr(0, 64)) {
            const auto byte = static_cast<std::uint8_t>(c);
            JournalRecord record;
            record.kind = static_cast<JournalKind>(2 + byte % 9);
            record.subject = byte >> 4;
            record.number = byte >> 2;
            journal.append(std::vector<JournalRecord>(1 + byte % 3, record), false);
        }
        const auto before = said(journal);
        const std::uint64_t sequence = journal.last_sequence();
        const std::uint64_t size = journal.size();
        const bool shorter = journal.fold();
        fuzz::require(shorter == (journal.size() < size), "it is shorter, or was left alone");
        fuzz::require(said(journal) == before && journal.last_sequence() == sequence,
                      "it says the same");
        fuzz::require(!journal.fold(), "once is enough");
        JournalRecord mark;
        mark.kind = JournalKind::folded;
        journal.append({mark}, false);
        journal.open(0);
        fuzz::require(said(journal) == before && journal.bytes() == files.read(path),
                      "the mark says nothing");
    }
    files.truncate(path, journal.size() - 1);
    try {
        (void)journal.bytes();
        fuzz::require(false, "a shorter file is no copy");
    } catch (const Error& error) {
        fuzz::require(error.code() == Errc::journal_foreign, "a shorter file is no copy");
    }
}

/// Records made of the input, then one change to the file.
void changed(std::string_view input) {
    if (input.size() < 4)
        return;
    const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(input[i]); };
    const std::size_t place = at(0) | at(1) << 8U;
    const std::uint8_t bits = at(2);
    const std::size_t piece = 8 + at(3) % 64;
    MemoryFileSystem files;
    Journal journal(files, path, store_id, mac_key());
    journal.create(1);
    for (std::string_view rest = input.substr(4); !rest.empty();) {
        const std::string_view now = rest.substr(0, piece);
        rest.remove_prefix(now.size());
        JournalRecord record;
        record.kind = static_cast<JournalKind>(2 + static_cast<std::uint8_t>(now[0]) % 9);
        record.subject = static_cast<std::int64_t>(now.size());
        record.detail = now;
        record.identifiers.resize(now.size() % 4);
        journal.append({record}, false);
    }
    std::vector<JournalRecord> written;
    journal.read(0, [&](const JournalRecord& record) { written.push_back(record); });

    std::string bytes = *files.read(path);
    if (bits == 0xff)
        return one_missing(bytes, written, place);
    const std::size_t offset = place % bytes.size();
    if (bits == 0)
        bytes.resize(offset);
    else
        bytes[offset] = static_cast<char>(bytes[offset] ^ bits);
    files.replace(path, bytes);
    const auto found = read_journal(files);
    if (found)
        fuzz::require(found->size() < written.size() &&
                          std::equal(found->begin(), found->end(), written.begin()),
                      "only what was written, in order, up to the change");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1)
        return 0;
    const std::string_view rest = fuzz::view(data + 1, size - 1);
    if (data[0] == 'x') {
        broken(rest);
        return 0;
    }
    switch (data[0] % 4) {
    case 0:
        any_body(rest);
        break;
    case 1:
        any_tail(rest);
        break;
    case 2:
        changed(rest);
        break;
    default:
        data[0] < 128 ? missing_and_abandoned(rest) : folded(rest);
        break;
    }
    return 0;
}

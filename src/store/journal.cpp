#include "store/journal.hpp"

#include "base/binary.hpp"
#include "habeas/error.hpp"

#include <fmt/format.h>

#include <algorithm>

// Layout. Header: 8 bytes "HABEASJ1", 4 bytes length of the store id, the store id, 32 bytes MAC.
// Record: 4 bytes body length, body, 32 bytes MAC over store id and body, 4 bytes body length
// again, so that the last record can be read from the end. Integers are little-endian.

namespace habeas::store {
namespace {

constexpr std::string_view magic = "HABEASJ1";
constexpr std::size_t mac_size = 32;
constexpr std::size_t frame_size = 4 + mac_size + 4;
constexpr std::uint32_t max_body = 1U << 24;
constexpr std::size_t tail_size = 4096;
// Beside the kind.
constexpr std::uint8_t more_flag = 0x80;
constexpr std::uint8_t continued_flag = 0x40;

using base::put;
using base::put_text;
using Reader = base::BinaryReader;

base::Hash256 mac_of(std::string_view body, const base::SecretKey& key) {
    return base::Hasher(key).str("record").str(body).finish();
}

std::string header_for(const std::string& store_id, const base::SecretKey& key) {
    std::string out(magic);
    put_text(out, store_id);
    const auto mac = base::Hasher(key).str("header").str(out).finish();
    out += base::as_view(mac);
    return out;
}

} // namespace

std::string encode_record(const JournalRecord& record, const base::SecretKey& mac_key) {
    std::string body;
    put(body, record.sequence, 8);
    put(body, static_cast<std::uint64_t>(record.at), 8);
    put(body,
        static_cast<std::uint8_t>(record.kind) | (record.more ? more_flag : 0U) |
            (record.continued ? continued_flag : 0U),
        1);
    put(body, static_cast<std::uint64_t>(record.subject), 8);
    put(body, static_cast<std::uint64_t>(record.number), 8);
    put_text(body, record.detail);
    put(body, static_cast<std::uint64_t>(record.audit_sequence), 8);
    body += base::as_view(record.audit_hash);
    put(body, record.identifiers.size(), 4);
    for (const auto& ref : record.identifiers) {
        put(body, ref.kind, 1);
        put_text(body, ref.key_id);
        body += base::as_view(ref.hash);
    }
    std::string out;
    put(out, body.size(), 4);
    out += body;
    out += base::as_view(mac_of(body, mac_key));
    put(out, body.size(), 4);
    return out;
}

std::optional<JournalRecord> decode_record(std::string_view bytes, std::size_t& offset,
                                           const base::SecretKey& mac_key) {
    if (offset > bytes.size()) {
        return std::nullopt;
    }
    Reader frame{bytes.substr(offset)};
    const auto length = frame.number(4);
    if (!frame.ok || length > max_body) {
        return std::nullopt;
    }
    const auto body = frame.take(length);
    const auto mac = frame.take(mac_size);
    if (frame.number(4) != length || !frame.ok ||
        !base::equal_constant_time(base::as_bytes(mac), mac_of(body, mac_key))) {
        return std::nullopt;
    }
    Reader in{body};
    JournalRecord record;
    record.sequence = in.number(8);
    record.at = in.i64();
    const std::uint64_t kind = in.number(1);
    record.kind = static_cast<JournalKind>(kind & (continued_flag - 1U));
    record.more = (kind & more_flag) != 0;
    record.continued = (kind & continued_flag) != 0;
    record.subject = in.i64();
    record.number = in.i64();
    record.detail = in.text();
    record.audit_sequence = in.i64();
    in.bytes(record.audit_hash);
    const auto count = in.number(4);
    constexpr std::size_t smallest_ref = 1 + 4 + sizeof(base::Hash128);
    if (!in.ok || count > in.in.size() / smallest_ref) {
        return std::nullopt;
    }
    record.identifiers.resize(count);
    for (auto& ref : record.identifiers) {
        ref.kind = static_cast<std::uint8_t>(in.number(1));
        ref.key_id = in.text();
        in.bytes(ref.hash);
    }
    if (!in.ok || !in.in.empty()) {
        return std::nullopt;
    }
    offset += frame_size + length;
    return record;
}

Journal::Journal(FileSystem& files, std::string path, std::string store_id,
                 const base::SecretKey& mac_key)
    : files_(&files), path_(std::move(path)), store_id_(std::move(store_id)), mac_key_(mac_key) {}

void Journal::create(std::int64_t at) {
    const std::string header = header_for(store_id_, mac_key_);
    JournalRecord first;
    first.kind = JournalKind::created;
    first.sequence = 1;
    first.at = at;
    const std::string bytes = header + encode_record(first, mac_key_);
    files_->replace(path_, bytes);
    last_ = first;
    size_ = bytes.size();
}

void Journal::open(std::uint64_t contained) {
    const std::string header = header_for(store_id_, mac_key_);
    auto tail = files_->read_tail(path_, tail_size);
    if (!tail) {
        throw Error(
            Errc::journal_missing,
            fmt::format("the restore journal {} is missing; put it back, or open the store once "
                        "with the missing journal accepted",
                        path_),
            path_);
    }
    const std::string start = tail->size <= tail_size ? tail->bytes.substr(0, header.size())
                                                      : files_->read_range(path_, 0, header.size());
    if (start != header) {
        throw Error(
            Errc::journal_foreign,
            fmt::format("the restore journal {} belongs to another store or key, or is damaged",
                        path_),
            path_);
    }
    // The usual case: the last record ends where the file ends. All before it was synced, unless it
    // belongs to the same transaction and the database does not have that.
    const std::string_view view = tail->bytes;
    if (view.size() >= frame_size) {
        Reader length{view.substr(view.size() - 4)};
        const auto whole = length.number(4) + frame_size;
        if (whole <= view.size()) {
            std::size_t offset = view.size() - whole;
            if (auto record = decode_record(view, offset, mac_key_);
                record && offset == view.size() && !record->more &&
                (!record->continued || record->sequence <= contained)) {
                last_ = std::move(*record);
                size_ = tail->size;
                return;
            }
        }
    }
    // A torn tail, or a last record longer than that: read all.
    const std::string all = files_->read(path_).value_or(std::string());
    std::size_t offset = header.size();
    std::size_t whole = 0; // end of the last transaction that is there to its last record
    while (auto record = decode_record(all, offset, mac_key_)) {
        if (!record->more) {
            last_ = std::move(*record);
            whole = offset;
        }
    }
    if (whole == 0) {
        throw Error(Errc::journal_foreign, fmt::format("the restore journal {} is damaged", path_),
                    path_);
    }
    size_ = whole;
}

void Journal::reread(std::uint64_t contained) {
    // A folded journal that grew again may be as long as it was.
    if (files_->size(path_).value_or(0) != size_ || contained > last_.sequence) {
        open(contained);
    }
}

void Journal::refresh(std::uint64_t contained) {
    reread(contained);
    if (leftover_.bytes.empty()) {
        return;
    }
    // Whoever opened the store meanwhile has done what the leftover says; then it stands.
    const bool ours =
        contained < leftover_.first &&
        files_->read_range(path_, leftover_.offset, leftover_.bytes.size()) == leftover_.bytes;
    if (ours && last_.sequence >= leftover_.last) {
        JournalRecord record;
        record.kind = JournalKind::abandoned;
        record.number = static_cast<std::int64_t>(leftover_.first);
        record.subject = static_cast<std::int64_t>(leftover_.last);
        record.at = last_.at;
        append({record}, true);
    }
    leftover_ = {};
}

std::uint64_t Journal::append(std::vector<JournalRecord> records, bool sync) {
    reread(last_.sequence);
    if (files_->size(path_).value_or(0) > size_) {
        files_->truncate(path_, size_); // a torn tail of somebody who died
    }
    Piece piece{size_, last_.sequence + 1, last_.sequence, {}};
    for (auto& record : records) {
        record.sequence = record.kind == JournalKind::head ? piece.last : ++piece.last;
        if (record.kind == JournalKind::folded) {
            record.number = static_cast<std::int64_t>(piece.last); // none but itself
        }
        record.more = &record != &records.back();
        record.continued = &record != &records.front();
        piece.bytes += encode_record(record, mac_key_);
    }
    try {
        files_->append(path_, piece.bytes);
        if (sync) {
            files_->sync(path_);
        }
    } catch (...) {
        try {
            files_->truncate(path_, size_);
        } catch (...) { // what is torn the next open passes over
            if (leftover_.bytes.empty()) {
                leftover_ = std::move(piece);
            }
        }
        throw;
    }
    size_ += piece.bytes.size();
    if (!records.empty()) {
        last_ = std::move(records.back());
    }
    appended_ = std::move(piece);
    return appended_.last;
}

void Journal::abandon(std::uint64_t from_sequence, std::uint64_t size_before) noexcept {
    Piece piece = std::move(appended_);
    try {
        JournalRecord record;
        record.kind = JournalKind::abandoned;
        record.number = static_cast<std::int64_t>(from_sequence);
        record.at = last_.at;
        record.audit_sequence = 0;
        append({record}, true);
    } catch (...) {
        try {
            files_->truncate(path_, size_before);
            files_->sync(path_);
            open(0);
        } catch (...) { // until somebody can write again, an open replays them: never laxer
            leftover_ = std::move(piece);
        }
    }
}

void Journal::read(std::uint64_t after,
                   const std::function<void(const JournalRecord&)>& each) const {
    const std::string all = files_->read(path_).value_or(std::string());
    std::size_t offset = header_for(store_id_, mac_key_).size();
    std::uint64_t expected = 1;
    while (offset < size_) {
        const auto record = decode_record(all, offset, mac_key_);
        if (!record) {
            throw Error(Errc::journal_foreign,
                        fmt::format("the restore journal {} is damaged after record {}", path_,
                                    expected - 1),
                        path_);
        }
        const bool head = record->kind == JournalKind::head;
        const bool folded = record->kind == JournalKind::folded &&
                            record->number <= static_cast<std::int64_t>(record->sequence);
        const std::uint64_t first =
            folded ? static_cast<std::uint64_t>(record->number) : record->sequence;
        if (first != (head ? expected - 1 : expected)) {
            throw Error(Errc::journal_foreign,
                        fmt::format("the restore journal {} lacks records before {}", path_,
                                    record->sequence),
                        path_);
        }
        expected = head ? expected : record->sequence + 1;
        if (record->sequence > after || (head && record->sequence >= after)) {
            each(*record);
        }
    }
}

} // namespace habeas::store

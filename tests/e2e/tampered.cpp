#include "e2e/tampered.hpp"

#include "audit/ledger.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <span>

namespace habeas::e2e {

namespace fs = std::filesystem;

Original::Original(std::uint32_t people, Checks& checks) : checks_(&checks) {
    options_.clock = clock_.clock();
    options_.durability = Durability::normal;
    {
        Store store = Store::create(path(), options_);
        fill(store, people);
    }
    fs::copy_file(path(), folder_.file("yesterday"));
    fs::copy_file(path() + ".restore", folder_.file("yesterday.restore"));
    Store store = Store::open(path(), options_);
    today(store);
    verify(store);
}

void Original::record(Store& store, SubjectId id, EventKind kind) {
    ConsentEvent event;
    event.subject = id;
    event.kind = kind;
    event.purpose = "newsletter";
    event.evidence.method = "form";
    event.evidence.text_version = 1;
    last_ = Consent(store).record(event);
}

void Original::fill(Store& store, std::uint32_t people) {
    Purpose purpose;
    purpose.code = "newsletter";
    purpose.channels = {Channel::email};
    TextVersion text;
    text.number = 1;
    text.texts = {{"en", "Yes, write to me.", "Yes"}};
    purpose.texts = {text};
    Purposes(store).define(purpose);
    auto tx = store.transaction();
    for (std::uint32_t i = 0; i < people; ++i) {
        SubjectInput input;
        input.fields["email"] = "person" + std::to_string(i) + "@example.org";
        ids_.push_back(Subjects(store).create(input));
        record(store, ids_.back(), EventKind::granted);
        if (i % 3 == 0) {
            record(store, ids_.back(), EventKind::withdrawn);
        }
    }
    tx.commit();
    yesterdays_head = static_cast<std::int64_t>(last_);
}

/// A thousand erasures, some more noes, and acts at the end that concern nobody.
void Original::today(Store& store) {
    clock_.advance(std::chrono::hours(24));
    const std::size_t erasures = std::min<std::size_t>(1000, ids_.size() / 3);
    const auto victims = std::span(ids_).first(erasures);
    for (const SubjectId id : victims.first(erasures / 20)) {
        Erasure(store).execute(id);
    }
    Erasure(store).execute(victims.subspan(erasures / 20));
    erased = victims.back();
    std::size_t next = erasures;
    for (int i = 0; i < 50; ++i) {
        next += next % 3 == 2 ? 2 : 1; // somebody who has not withdrawn yet
        record(store, ids_[next], EventKind::withdrawn);
        if (i == 20) {
            withdrawal = static_cast<std::int64_t>(last_);
            withdrew = ids_[next];
        }
    }
    for (int i = 0; i < 12; ++i) {
        store.set_setting("place", "Berlin " + std::to_string(i));
    }
}

void Original::verify(Store& store) {
    const auto report = store.verify();
    checks_->that(report.findings.empty(), "an untouched store does not verify");
    checks_->that(report.erased >= std::min<std::size_t>(1000, ids_.size() / 3),
                  "the erasures list no events");
    head = static_cast<std::int64_t>(report.events + report.erased);
    std::printf("%llu events, %llu erased, %llu ready rows: clean\n",
                static_cast<unsigned long long>(report.events),
                static_cast<unsigned long long>(report.erased),
                static_cast<unsigned long long>(report.ready_rows));
}

/// Computes commitments and hashes of the whole chain anew, as the rows of events now are: all that
/// this takes is public.
std::string forge_chain(Foreign& db) {
    std::map<std::int64_t, base::Hash256> commitments;
    db.each("SELECT " HABEAS_ENTRY_COLUMNS " FROM event", [&](sqlite3_stmt* row) {
        const auto number = [row](int column) -> std::optional<std::int64_t> {
            return sqlite3_column_type(row, column) == SQLITE_NULL
                       ? std::nullopt
                       : std::optional<std::int64_t>(sqlite3_column_int64(row, column));
        };
        const auto text = [row](int column) {
            return sqlite3_column_type(row, column) == SQLITE_NULL
                       ? std::nullopt
                       : std::optional(Foreign::bytes(row, column));
        };
        audit::Entry entry;
        entry.id = *number(0);
        entry.subject = number(1);
        entry.origin = number(2);
        entry.kind = static_cast<EventKind>(*number(3));
        entry.purpose = number(4);
        entry.channel = *number(5);
        entry.scope = text(6);
        entry.effective_at = *number(7);
        entry.recorded_at = *number(8);
        entry.actor = *number(9);
        entry.text_version = number(10);
        entry.evidence = text(11);
        entry.nonce = Foreign::bytes(row, 12);
        commitments[entry.id] = audit::commitment(entry);
    });
    std::vector<std::pair<std::int64_t, std::string>> entries;
    db.each("SELECT sequence, commitment FROM chain ORDER BY sequence", [&](sqlite3_stmt* row) {
        entries.emplace_back(sqlite3_column_int64(row, 0), Foreign::bytes(row, 1));
    });
    db.exec("BEGIN");
    base::Hash256 hash{};
    for (const auto& [sequence, kept] : entries) {
        const auto known = commitments.find(sequence);
        base::Hash256 commitment{};
        if (known != commitments.end()) {
            commitment = known->second;
        } else { // erased: only the entry is left
            std::copy(kept.begin(), kept.end(), commitment.begin());
        }
        hash = audit::link(hash, sequence, commitment);
        db.write("UPDATE chain SET commitment = ?, hash = ? WHERE sequence = ?",
                 {base::as_view(commitment), base::as_view(hash)}, sequence);
    }
    db.exec("COMMIT");
    return std::string(base::as_view(hash));
}

namespace {

struct Copy {
    explicit Copy(const Original& original) {
        fs::copy(original.folder(), folder(), fs::copy_options::recursive);
    }
    [[nodiscard]] std::string folder() const { return scratch.file("copy"); }
    [[nodiscard]] std::string path() const { return folder() + "/store.habeas"; }
    test::ScratchFolder scratch;
};

void judge(const char* name, const Copy& copy, const StoreOptions& options, Checks& checks,
           const std::string& code, std::int64_t sequence, const std::set<std::string>& also) {
    Store store = Store::open(copy.path(), options);
    std::map<std::string, std::vector<std::int64_t>> codes; // sequences by code
    for (const auto& finding : store.verify().findings) {
        codes[finding.code].push_back(finding.sequence);
    }
    std::string found;
    for (const auto& [one, sequences] : codes) {
        found += (found.empty() ? "" : ", ") + one;
        found += sequences.front() != 0 ? " " + std::to_string(sequences.front()) : "";
        found += sequences.size() > 1 ? " (" + std::to_string(sequences.size()) + ")" : "";
        checks.that(one == code || also.contains(one), std::string(name) + ": also " + one);
    }
    std::printf("%-56s %s\n", name, found.c_str());
    const auto main = codes.find(code);
    checks.that(main != codes.end() && (sequence == 0 || main->second.front() == sequence),
                std::string(name) + ": expected " + code + " " + std::to_string(sequence) +
                    ", found " + found);
}

} // namespace

void Attacks::on_rows(const char* name, const std::string& code, std::int64_t sequence,
                      const std::function<void(Foreign&)>& tamper,
                      const std::set<std::string>& also) {
    on_files(
        name, code, sequence,
        [&](const std::string& folder) {
            Foreign db(folder + "/store.habeas");
            db.exec("ATTACH '" + folder + "/yesterday' AS yesterday");
            tamper(db);
        },
        also);
}

void Attacks::on_files(const char* name, const std::string& code, std::int64_t sequence,
                       const std::function<void(const std::string& folder)>& tamper,
                       const std::set<std::string>& also) {
    const Copy copy(*original_);
    tamper(copy.folder());
    judge(name, copy, original_->options(), *checks_, code, sequence, also);
}

void Attacks::refused(const char* name, Errc code,
                      const std::function<void(const std::string& folder)>& tamper) {
    const Copy copy(*original_);
    tamper(copy.folder());
    std::string is = "it opens";
    try {
        (void)Store::open(copy.path(), original_->options());
    } catch (const Error& e) {
        is = errc_name(e.code());
    }
    std::printf("%-56s does not open: %s\n", name, is.c_str());
    checks_->that(is == errc_name(code), std::string(name) + ": " + is);
}

} // namespace habeas::e2e

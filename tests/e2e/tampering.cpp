// Copies of a store with thousands of events are tampered with by somebody who has the file and
// knows how habeas works, but has not the key. Verification names each attack.
//
//   e2e_tampering [--people N]
#include "e2e/tampered.hpp"

#include <filesystem>
#include <fstream>

using namespace habeas;
using namespace habeas::e2e;

namespace {

namespace fs = std::filesystem;

std::string text(std::int64_t number) {
    return std::to_string(number);
}

/// The ready answer of whoever withdrew is put back as well, so that they are mailable again.
void forge_ready(Foreign& db, const Original& original) {
    db.exec("INSERT OR REPLACE INTO ready SELECT * FROM yesterday.ready WHERE subject_id = " +
            text(static_cast<std::int64_t>(original.withdrew)));
}

void on_events(Attacks& attacks, const Original& original) {
    const std::int64_t at = original.withdrawal;
    const std::string here = " WHERE id = " + text(at) + ";";
    attacks.on_rows("an event changed: its evidence", "event_changed", at,
                    [&](Foreign& db) { db.exec("UPDATE event SET evidence = '{}'" + here); });
    attacks.on_rows("an event changed: a withdrawal into a consent", "event_changed", at,
                    [&](Foreign& db) { db.exec("UPDATE event SET kind = 2" + here); },
                    {"ready_row_differs"});
    attacks.on_rows("an event moved to nobody", "event_changed", at, [&](Foreign& db) {
        db.exec("UPDATE event SET subject_id = NULL" + here);
        forge_ready(db, original);
    });
    attacks.on_rows("a withdrawal deleted with its nonce", "event_missing", at, [&](Foreign& db) {
        db.exec("DELETE FROM event" + here);
        forge_ready(db, original);
    });
    attacks.on_rows("a withdrawal deleted with nonce and entry", "chain_gap", at, [&](Foreign& db) {
        db.exec("DELETE FROM event" + here + "DELETE FROM chain WHERE sequence = " + text(at));
        forge_ready(db, original);
    });
    attacks.on_rows(
        "a withdrawal deleted, an erasure says that it was it", "event_missing", 0,
        [&](Foreign& db) {
            db.exec("DELETE FROM event" + here);
            db.exec("UPDATE event SET evidence = json_set(evidence, '$.sequences[#]', json('[" +
                    text(at) + "," + text(at) +
                    "]')) WHERE id = (SELECT max(id) FROM event WHERE kind = 71)");
            forge_ready(db, original);
        },
        {"event_changed"});
    attacks.on_rows("only the ready answer changed", "ready_row_differs", 0,
                    [&](Foreign& db) { forge_ready(db, original); });
    attacks.on_rows("the ready answer deleted", "ready_row_missing", 0, [&](Foreign& db) {
        db.exec("DELETE FROM ready WHERE subject_id = " +
                text(static_cast<std::int64_t>(original.withdrew)));
    });
    attacks.on_rows(
        "an event added", "event_unlisted", original.head + 1,
        [&](Foreign& db) {
            db.exec("INSERT INTO event SELECT " + text(original.head + 1) +
                    ", subject_id, origin_id, 2, purpose_id, channel, scope, effective_at + 1, "
                    "recorded_at, actor_id, text_version, evidence, randomblob(16) FROM event" +
                    here);
        },
        {"ready_row_differs"});
}

void on_the_chain(Attacks& attacks, const Original& original) {
    const std::int64_t at = original.withdrawal;
    const auto cut_after = [](Foreign& db, std::int64_t last) {
        db.exec("DELETE FROM event WHERE id > " + text(last) +
                "; DELETE FROM chain WHERE sequence > " + text(last));
    };
    attacks.on_rows("the last 10 entries cut", "chain_cut", original.head - 9,
                    [&](Foreign& db) { cut_after(db, original.head - 10); });
    const auto swap = [&](Foreign& db, const std::string& table, const std::string& column) {
        for (const auto& [to, from] : {std::pair{std::int64_t{-1}, at}, std::pair{at, at + 9},
                                       std::pair{at + 9, std::int64_t{-1}}}) {
            db.exec("UPDATE " + table + " SET " + column + " = " + text(to) + " WHERE " + column +
                    " = " + text(from));
        }
    };
    attacks.on_rows("two swapped: events", "chain_swapped", at,
                    [&](Foreign& db) { swap(db, "event", "id"); }, {"ready_row_differs"});
    attacks.on_rows("two swapped: entries", "chain_swapped", at,
                    [&](Foreign& db) { swap(db, "chain", "sequence"); }, {"journal_head_differs"});
    attacks.on_rows("two swapped: events with their entries", "chain_swapped", at,
                    [&](Foreign& db) {
                        swap(db, "event", "id");
                        swap(db, "chain", "sequence");
                    },
                    {"ready_row_differs", "journal_head_differs"});

    const auto forge = [&](Foreign& db) {
        db.exec("UPDATE event SET evidence = '{}' WHERE id = " + text(at));
        return forge_chain(db);
    };
    // What the journal and the receipts remember of the chain does not fit any more either.
    const std::set<std::string> echoes{"journal_head_differs", "receipt_changed"};
    attacks.on_rows(
        "the chain computed anew without the key", "chain_rewritten", original.head,
        [&](Foreign& db) { forge(db); }, echoes);
    attacks.on_rows(
        "the same, and its head written as if by habeas", "head_forged", 0,
        [&](Foreign& db) {
            const std::string head = forge(db);
            db.write("UPDATE last_commit SET state = CAST(substr(state, 1, 24) || ? || "
                     "substr(state, 57) AS BLOB) WHERE 0 = ?",
                     {head}, 0);
        },
        echoes);
    attacks.on_rows(
        "an entry added with a right hash, without the key", "chain_extended", original.head + 1,
        [&](Foreign& db) {
            db.exec("INSERT INTO event SELECT " + text(original.head + 1) +
                    ", NULL, NULL, 69, NULL, 0, NULL, effective_at, recorded_at, actor_id, NULL, "
                    "'{}', randomblob(16) FROM event WHERE id = " +
                    text(at));
            db.exec("INSERT INTO chain VALUES(" + text(original.head + 1) +
                    ", zeroblob(32), zeroblob(32))");
            forge_chain(db);
        });
}

void on_erasures(Attacks& attacks, const Original& original) {
    const std::string subject = text(static_cast<std::int64_t>(original.erased));
    attacks.on_rows(
        "somebody erased put back", "erased_rows", 0,
        [&](Foreign& db) {
            db.exec("INSERT INTO subject SELECT * FROM yesterday.subject WHERE id = " + subject +
                    "; INSERT INTO identifier SELECT * FROM yesterday.identifier WHERE subject_id "
                    "= " +
                    subject);
        },
        {"erased_subject_present"});
    attacks.on_rows("a receipt changed", "receipt_changed", 0, [&](Foreign& db) {
        db.exec("UPDATE erasure SET receipt = '{}' WHERE event_id = (SELECT event_id FROM "
                "tombstone WHERE subject_id = " +
                subject + ")");
    });
    attacks.on_rows("what a receipt says changed: the ground", "receipt_changed", 0,
                    [&](Foreign& db) {
                        db.exec("UPDATE erasure SET receipt = replace(receipt, '17(1)(b)', "
                                "'17(1)(c)') WHERE event_id = (SELECT event_id FROM tombstone "
                                "WHERE subject_id = " +
                                subject + ")");
                    });
    attacks.on_rows("the time of an erasure changed", "receipt_changed", 0, [&](Foreign& db) {
        db.exec("UPDATE erasure SET logical_at = 1 WHERE event_id = (SELECT event_id FROM "
                "tombstone WHERE subject_id = " +
                subject + ")");
    });
    attacks.on_rows("the record of an erasure deleted", "tombstone_alone", 0, [&](Foreign& db) {
        db.exec("DELETE FROM erasure WHERE event_id = (SELECT event_id FROM tombstone WHERE "
                "subject_id = " +
                subject + ")");
    });
    attacks.on_rows("the record of an erasure deleted, and the tombstone", "erasure_missing", 0,
                    [&](Foreign& db) {
                        db.exec("DELETE FROM erasure WHERE event_id = (SELECT event_id FROM "
                                "tombstone WHERE subject_id = " +
                                subject + "); DELETE FROM tombstone WHERE subject_id = " + subject);
                    });
    attacks.on_rows("the suppression list emptied", "suppression_missing", 0,
                    [&](Foreign& db) { db.exec("DELETE FROM suppression"); });
}

void on_what_was_said(Attacks& attacks, const Original& original) {
    const std::string subject = text(static_cast<std::int64_t>(original.withdrew));
    attacks.on_rows("the words of a consent changed", "text_changed", 0, [](Foreign& db) {
        db.exec("UPDATE consent_text SET text = 'I agree to everything'");
    });
    attacks.on_rows("the hash of the words changed", "text_changed", 0,
                    [](Foreign& db) { db.exec("UPDATE text_version SET hash = x'00'"); });
    attacks.on_rows(
        "a purpose allows more than was declared", "purpose_changed", 0,
        [](Foreign& db) {
            db.exec("UPDATE purpose_version SET definition = replace(definition, '\"email\"', "
                    "'\"email\",\"post\"')");
        },
        {"ready_row_missing", "ready_row_differs"});
    attacks.on_rows("somebody's address exchanged", "address_changed", 0, [&](Foreign& db) {
        db.exec("UPDATE subject SET f_email = 'evil@x.de' WHERE id = " + subject);
    });
    attacks.on_rows("a number that answers for somebody else", "alias_changed", 0,
                    [&](Foreign& db) {
                        db.exec("INSERT INTO subject_alias VALUES(999999999, " + subject + ")");
                    });
}

void put(const std::string& folder, const char* from, const char* to) {
    fs::copy_file(folder + "/" + from, folder + "/" + to, fs::copy_options::overwrite_existing);
}

void on_files(Attacks& attacks, const Original& original) {
    attacks.on_files("an older file put back", "older_file", 0,
                     [](const std::string& folder) { put(folder, "yesterday", "store.habeas"); });
    attacks.on_files("an older file with the newest head", "chain_cut",
                     original.yesterdays_head + 1, [](const std::string& folder) {
                         std::string head;
                         Foreign(folder + "/store.habeas")
                             .each("SELECT state FROM last_commit",
                                   [&](sqlite3_stmt* row) { head = Foreign::bytes(row, 0); });
                         put(folder, "yesterday", "store.habeas");
                         Foreign(folder + "/store.habeas")
                             .write("UPDATE last_commit SET state = ? WHERE 0 = ?", {head}, 0);
                     });
    attacks.on_rows(
        "cut back to an older head that the key vouches for", "older_file", 0,
        [&](Foreign& db) {
            db.exec("DELETE FROM event WHERE id > " + text(original.yesterdays_head) +
                    "; DELETE FROM chain WHERE sequence > " + text(original.yesterdays_head) +
                    "; UPDATE last_commit SET state = (SELECT state FROM yesterday.last_commit)");
        },
        {"receipt_changed", "event_missing"});
    attacks.refused(
        "the restore journal deleted", Errc::journal_missing,
        [](const std::string& folder) { fs::remove(folder + "/store.habeas.restore"); });
    attacks.refused("an older restore journal put back", Errc::journal_foreign,
                    [](const std::string& folder) {
                        put(folder, "yesterday.restore", "store.habeas.restore");
                    });
    attacks.refused("the end of the restore journal cut", Errc::journal_foreign,
                    [](const std::string& folder) {
                        const std::string journal = folder + "/store.habeas.restore";
                        fs::resize_file(journal, fs::file_size(journal) * 9 / 10);
                    });
    attacks.on_files("a byte within the restore journal changed", "journal_damaged", 0,
                     [](const std::string& folder) {
                         std::fstream journal(folder + "/store.habeas.restore",
                                              std::ios::in | std::ios::out | std::ios::binary);
                         journal.seekg(5000);
                         const auto byte = static_cast<char>(journal.get() ^ 1);
                         journal.seekp(5000);
                         journal.put(byte);
                     });
}

int run(const Arguments& arguments) {
    Checks checks;
    Stopwatch watch;
    const Original original(static_cast<std::uint32_t>(arguments.number("--people", 3000)), checks);
    Attacks attacks(original, checks);
    on_events(attacks, original);
    on_the_chain(attacks, original);
    on_erasures(attacks, original);
    on_what_was_said(attacks, original);
    on_files(attacks, original);
    std::printf("%.1f s\n", watch.lap());
    return checks.finish();
}

} // namespace

int main(int count, char** values) {
    return run_program(count, values, run);
}

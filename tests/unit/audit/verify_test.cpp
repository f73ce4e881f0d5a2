#include "catch.hpp"
#include "support/store.hpp"

#include "audit/ledger.hpp"
#include "store/engine.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <functional>

namespace audit_verify_test {

using namespace habeas;
using habeas::test::TestStore;

namespace {

std::int64_t add_event(Store& store, std::optional<std::int64_t> subject, EventKind kind,
                       std::optional<std::string> evidence = {}) {
    store::Engine::Write tx(store.engine());
    audit::Entry entry;
    entry.subject = subject;
    entry.kind = kind;
    entry.evidence = std::move(evidence);
    const auto id = audit::append(store.engine(), entry);
    tx.commit();
    return id;
}

/// Deletes events and says so, as an erasure does.
void erase_events(Store& store, std::int64_t first, std::int64_t last) {
    store::Engine::Write tx(store.engine());
    store.engine()
        .db()
        .prepare("DELETE FROM event WHERE id BETWEEN ? AND ?")
        .bind_all(first, last)
        .run();
    audit::Entry entry;
    entry.kind = EventKind::erased;
    entry.evidence =
        "{\"sequences\":[[" + std::to_string(first) + "," + std::to_string(last) + "]]}";
    audit::append(store.engine(), entry);
    tx.commit();
}

/// 1 is the act of creation; 2 to 31 are events.
void fill(Store& store) {
    for (int i = 0; i < 30; ++i) {
        add_event(store, 7, i % 5 == 4 ? EventKind::withdrawn : EventKind::granted,
                  "{\"n\":" + std::to_string(i) + "}");
    }
}

/// Changes a closed store as somebody without habeas would.
void tamper(TestStore& t, const std::string& sql) {
    t.close();
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open(t.path().c_str(), &db) == SQLITE_OK);
    char* message = nullptr;
    const int code = sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &message);
    INFO((message != nullptr ? message : ""));
    CHECK(code == SQLITE_OK);
    sqlite3_free(message);
    sqlite3_close(db);
    t.reopen();
}

/// "code sequence" of all findings.
std::vector<std::string> found(Store& store) {
    std::vector<std::string> out;
    for (const auto& finding : store.verify().findings) {
        out.push_back(finding.code + " " + std::to_string(finding.sequence));
    }
    std::sort(out.begin(), out.end());
    return out;
}

using Found = std::vector<std::string>;

} // namespace

TEST_CASE("audit: an untouched chain verifies and names its head", "[audit]") {
    TestStore t(TestStore::on_disk);
    fill(t.store);
    const auto report = t.store.verify();
    CHECK(report.findings.empty());
    CHECK(report.events == 31);
    CHECK(report.erased == 0);
    CHECK(report.head == base::to_hex(audit::head(t.store.engine()).hash));
}

TEST_CASE("audit: events that an act of erasure lists may be absent", "[audit]") {
    TestStore t(TestStore::on_disk);
    fill(t.store);
    erase_events(t.store, 3, 7);
    erase_events(t.store, 12, 12);
    erase_events(t.store, 8, 11);
    const auto report = t.store.verify();
    CHECK(report.findings.empty());
    CHECK(report.erased == 10);
    CHECK(report.events == 31 + 3 - 10);
}

TEST_CASE("audit: every change of the ledger is named with its sequence", "[audit]") {
    TestStore t(TestStore::on_disk);
    fill(t.store);

    SECTION("evidence") {
        tamper(t, "UPDATE event SET evidence='{\"n\":99}' WHERE id=9");
        CHECK(found(t.store) == Found{"event_changed 9"});
    }
    SECTION("kind, subject, times, actor, nonce") {
        tamper(t, "UPDATE event SET kind=2 WHERE id=6; UPDATE event SET subject_id=8 WHERE id=7;"
                  "UPDATE event SET effective_at=effective_at-1 WHERE id=8;"
                  "UPDATE event SET recorded_at=recorded_at+1 WHERE id=9;"
                  "UPDATE event SET actor_id=actor_id+1 WHERE id=10;"
                  "UPDATE event SET nonce=zeroblob(16) WHERE id=11;"
                  "UPDATE event SET origin_id=3 WHERE id=12;"
                  "UPDATE event SET scope='' WHERE id=13;"
                  "UPDATE event SET purpose_id=1 WHERE id=14;"
                  "UPDATE event SET text_version=1 WHERE id=15;"
                  "UPDATE event SET channel=3 WHERE id=16;");
        const auto all = found(t.store);
        CHECK(all.size() == 11);
        for (int id = 6; id <= 16; ++id) {
            CHECK(std::count(all.begin(), all.end(), "event_changed " + std::to_string(id)) == 1);
        }
    }
    SECTION("an event deleted with its nonce") {
        tamper(t, "DELETE FROM event WHERE id=6");
        CHECK(found(t.store) == Found{"event_missing 6"});
    }
    SECTION("an event and its entry deleted") {
        tamper(t, "DELETE FROM event WHERE id=6; DELETE FROM chain WHERE sequence=6");
        CHECK(found(t.store) == Found{"chain_gap 6"});
    }
    SECTION("only the entry deleted") {
        tamper(t, "DELETE FROM chain WHERE sequence=6");
        CHECK(found(t.store) == Found{"chain_gap 6", "event_unlisted 6"});
    }
    SECTION("an entry's hash or commitment") {
        tamper(t, "UPDATE chain SET hash=zeroblob(32) WHERE sequence=6");
        CHECK(found(t.store) == Found{"chain_changed 6", "chain_changed 7"});
        tamper(t, "UPDATE chain SET commitment=x'00' WHERE sequence=20");
        CHECK(found(t.store) ==
              Found{"chain_changed 20", "chain_changed 6", "chain_changed 7", "event_changed 20"});
    }
    SECTION("the last ten cut") {
        tamper(t, "DELETE FROM event WHERE id>21; DELETE FROM chain WHERE sequence>21");
        CHECK(found(t.store) == Found{"chain_cut 22"});
        // Later writes do not hide it, whether they append or not.
        {
            store::Engine::Write tx(t.store.engine());
            t.store.engine().set_meta("test", "1");
            tx.commit();
        }
        CHECK(found(t.store) == Found{"chain_cut 22"});
        {
            store::Engine::Write tx(t.store.engine());
            t.store.engine().set_meta("test", "2");
            {
                store::Engine::Write inner(t.store.engine());
                audit::Entry entry;
                entry.kind = EventKind::imported;
                audit::append(t.store.engine(), entry);
            } // rolled back
            tx.commit();
        }
        CHECK(found(t.store) == Found{"chain_cut 22"});
        CHECK(add_event(t.store, 7, EventKind::granted) == 32);
        CHECK(found(t.store) == Found{"chain_gap 22"});
    }
    SECTION("events added past habeas") {
        tamper(t,
               "INSERT INTO event SELECT 32, subject_id, origin_id, 2, purpose_id, channel, scope, "
               "effective_at, recorded_at, actor_id, text_version, evidence, nonce FROM event "
               "WHERE id=5");
        CHECK(found(t.store) == Found{"event_unlisted 32"});
    }
}

TEST_CASE("audit: two exchanged entries are named, whichever way they were exchanged", "[audit]") {
    TestStore t(TestStore::on_disk);
    fill(t.store);
    const std::string events = "UPDATE event SET id=-1 WHERE id=$a; UPDATE event SET id=$a WHERE "
                               "id=$b; UPDATE event SET id=$b WHERE id=-1;";
    const std::string entries =
        "UPDATE chain SET sequence=-1 WHERE sequence=$a; UPDATE chain SET sequence=$a WHERE "
        "sequence=$b; UPDATE chain SET sequence=$b WHERE sequence=-1;";
    const std::string commitments =
        "CREATE TEMP TABLE c AS SELECT sequence, commitment FROM chain WHERE sequence IN ($a,$b);"
        "UPDATE chain SET commitment=(SELECT commitment FROM c WHERE sequence=$b) WHERE "
        "sequence=$a;"
        "UPDATE chain SET commitment=(SELECT commitment FROM c WHERE sequence=$a) WHERE "
        "sequence=$b;";
    const std::vector<std::string> ways{events, entries, events + entries, commitments,
                                        events + commitments};
    for (const auto& [a, b] : std::vector<std::pair<int, int>>{{6, 20}, {6, 7}, {6, 8}}) {
        for (std::size_t way = 0; way < ways.size(); ++way) {
            INFO("way " << way << ", entries " << a << " and " << b);
            std::string sql = ways[way];
            for (const auto& [name, value] :
                 std::vector<std::pair<std::string, int>>{{"$a", a}, {"$b", b}}) {
                for (auto at = sql.find(name); at != std::string::npos; at = sql.find(name)) {
                    sql.replace(at, 2, std::to_string(value));
                }
            }
            tamper(t, sql);
            const auto all = found(t.store);
            CHECK(all == Found{"chain_swapped " + std::to_string(a)});
            tamper(t, sql); // and back
            CHECK(found(t.store).empty());
        }
    }
}

TEST_CASE("audit: a chain computed anew without the key is found", "[audit]") {
    TestStore t(TestStore::on_disk);
    fill(t.store);
    // The forger turns the withdrawal at 6 into a consent and computes everything after it anew.
    auto& engine = t.store.engine();
    {
        auto& db = engine.db();
        db.exec("BEGIN IMMEDIATE");
        db.exec("UPDATE event SET kind = 2 WHERE id = 6");
        base::Hash256 previous{};
        for (std::int64_t id = 1; id <= 31; ++id) {
            const auto committed = audit::commitment(*audit::find_event(engine, id));
            previous = audit::link(previous, id, committed);
            db.prepare("UPDATE chain SET commitment = ?, hash = ? WHERE sequence = ?")
                .bind_all(store::Blob{base::as_view(committed)},
                          store::Blob{base::as_view(previous)}, id)
                .run();
        }
        db.exec("COMMIT");
    }
    CHECK(found(t.store) == Found{"chain_rewritten 31"});
    // What is written later does not vouch for it.
    add_event(t.store, 7, EventKind::granted);
    CHECK(found(t.store) == Found{"chain_changed 32"});
}

TEST_CASE("audit: entries added with a right hash but without the key are found", "[audit]") {
    TestStore t(TestStore::on_disk);
    fill(t.store);
    auto& engine = t.store.engine();
    engine.db().exec(
        "INSERT INTO event SELECT 32, subject_id, origin_id, 2, purpose_id, channel, "
        "scope, effective_at, recorded_at, actor_id, text_version, evidence, nonce FROM "
        "event WHERE id=5");
    const auto committed = audit::commitment(*audit::find_event(engine, 32));
    const auto hash = audit::link(audit::head(engine).hash, 32, committed);
    engine.db()
        .prepare("INSERT INTO chain VALUES(32, ?, ?)")
        .bind_all(store::Blob{base::as_view(committed)}, store::Blob{base::as_view(hash)})
        .run();
    CHECK(found(t.store) == Found{"chain_extended 32"});
    add_event(t.store, 7, EventKind::granted);
    CHECK(found(t.store) == Found{"chain_changed 33"});
}

TEST_CASE("audit: a head written without the key, or none, is found", "[audit]") {
    TestStore t(TestStore::on_disk);
    fill(t.store);
    const auto mac_changed = [&] {
        tamper(t, "UPDATE last_commit SET state=CAST(substr(state,1,111) || x'00' AS BLOB) WHERE "
                  "substr(state,112,1)<>x'00'");
    };
    SECTION("changed") {
        mac_changed();
        CHECK(found(t.store) == Found{"head_forged 0"});
    }
    SECTION("gone") {
        tamper(t, "DELETE FROM last_commit");
        const auto all = found(t.store);
        CHECK_FALSE(all.empty());
        CHECK_FALSE(t.store.verify().ok());
    }
}

TEST_CASE("audit: an erasure that lists nothing readable, or what is still there, is named",
          "[audit]") {
    TestStore t(TestStore::on_disk);
    fill(t.store);
    const auto bad = add_event(t.store, {}, EventKind::erased, "{}");
    CHECK(found(t.store) == Found{"erasure_unreadable " + std::to_string(bad)});
    add_event(t.store, {}, EventKind::erased, R"({"sequences":[[4,4]]})");
    CHECK(found(t.store) == Found{"erased_present 4", "erasure_unreadable " + std::to_string(bad)});
}

TEST_CASE("audit: a list that came before the event does not excuse its absence", "[audit]") {
    TestStore t(TestStore::on_disk);
    fill(t.store); // to 31
    add_event(t.store, {}, EventKind::erased, R"({"sequences":[[33,33]]})");
    add_event(t.store, 7, EventKind::withdrawn);
    tamper(t, "DELETE FROM event WHERE id=33");
    CHECK(found(t.store) == Found{"event_missing 33"});
}

TEST_CASE("audit: an older file put back is named, also after it was opened", "[audit]") {
    TestStore t(TestStore::on_disk);
    fill(t.store);
    t.close();
    std::filesystem::copy_file(t.path(), t.folder.file("yesterday"));
    t.reopen();
    fill(t.store); // to 61
    t.close();
    std::filesystem::copy_file(t.folder.file("yesterday"), t.path(),
                               std::filesystem::copy_options::overwrite_existing);
    t.reopen();
    const auto report = t.store.verify();
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].code == "older_file");
    CHECK(report.findings[0].severity == Severity::notice);
    CHECK(report.findings[0].sequence == 32);
    t.clock.advance(std::chrono::hours(1)); // whatever is ahead of the file is no other process now
    CHECK(found(t.store) == Found{"older_file 32"});
    fill(t.store);
    CHECK(found(t.store) == Found{"older_file 32"});
}

TEST_CASE("audit: thousands of faults give a few findings and a number", "[audit]") {
    TestStore t(TestStore::on_disk);
    {
        auto tx = t.store.transaction();
        for (int i = 0; i < 10; ++i) {
            fill(t.store);
        }
        tx.commit();
    }
    tamper(t, "UPDATE event SET channel=5 WHERE id>1");
    const auto report = t.store.verify();
    CHECK(report.findings.size() == 51);
    CHECK(report.findings.back().message == "and 250 more of this kind");
}

TEST_CASE("audit: a verification can be cancelled", "[audit]") {
    TestStore t;
    {
        store::Engine::Write tx(t.store.engine());
        for (int i = 0; i < 10'000; ++i) {
            audit::Entry entry;
            entry.kind = EventKind::imported;
            audit::append(t.store.engine(), entry);
        }
        tx.commit();
    }
    VerifyOptions options;
    options.progress = [](std::uint64_t done, std::uint64_t total) { return done > total; };
    CHECK_THROWS_AS(t.store.verify(options), Error);
}

} // namespace audit_verify_test

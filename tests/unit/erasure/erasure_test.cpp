#include "catch.hpp"
#include "support/store.hpp"

#include "audit/ledger.hpp"
#include "habeas/habeas.hpp"
#include "store/engine.hpp"
#include "unit/base/expect_error.hpp"

#include <nlohmann/json.hpp>
#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

namespace erasure_erasure_test {

using namespace habeas;
using habeas::test::code_of;
using habeas::test::TestStore;
using nlohmann::json;

namespace {

std::int64_t number(SubjectId id) {
    return static_cast<std::int64_t>(id);
}

/// A store with a purpose, people and consents.
struct World {
    explicit World(TestStore::Where where = TestStore::on_disk) : t(where) {
        Purpose newsletter;
        newsletter.code = "newsletter";
        newsletter.channels = {Channel::email};
        newsletter.texts = {{.number = 1,
                             .material_change = {},
                             .texts = {{"en", "Yes, write to me", "Yes"}},
                             .hash = {},
                             .recorded_at = {}}};
        Purposes(t.store).define(newsletter);
        Purpose profiling;
        profiling.code = "profiling";
        profiling.kind = PurposeKind::profiling;
        profiling.channels = {Channel::internal};
        Purposes(t.store).define(profiling);
    }

    SubjectId person(const std::string& email, const std::string& name = "Kvistgaard") {
        SubjectInput input;
        input.fields["email"] = email;
        input.fields["last_name"] = name;
        input.fields["country"] = std::string("DE");
        input.identifiers.push_back({IdentifierKind::external, "crm", "x-" + email});
        input.source = "test";
        return Subjects(t.store).create(input);
    }

    EventId consent(SubjectId id, EventKind kind = EventKind::granted,
                    const std::string& purpose = "newsletter", const std::string& note = {}) {
        ConsentEvent event;
        event.subject = id;
        event.kind = kind;
        event.purpose = purpose;
        event.evidence.method = "form";
        event.evidence.text_version = purpose == "newsletter" ? 1 : 0;
        event.evidence.language = "en";
        event.evidence.note = note;
        return Consent(t.store).record(event);
    }

    std::int64_t count(const std::string& sql) {
        return std::stoll(*t.store.engine().db().scalar(sql));
    }

    TestStore t;
};

std::vector<std::string> codes(const VerifyReport& report) {
    std::vector<std::string> out;
    for (const auto& finding : report.findings) {
        out.push_back(finding.code);
    }
    return out;
}

std::string file_bytes(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

TEST_CASE("erasure: nothing of the subject is left in any table, and the number answers erased",
          "[erasure]") {
    World w;
    const auto id = w.person("zoe.quartz@example.org");
    const auto other = w.person("max.other@example.org", "Other");
    w.consent(id, EventKind::granted, "newsletter", "said yes at the fair");
    w.consent(id, EventKind::withdrawn);
    w.consent(other);
    Requests(w.t.store).open(RequestKind::access, id, "letter");
    DataHolders holders(w.t.store);
    holders.define(R"({"code":"crm","operations":["erase"]})"); // is asked to erase
    holders.lift(holders.hold(id, "17(3)(e)"));
    const auto result = Erasure(w.t.store).execute(id);
    CHECK(result.state == ErasureState::physical);
    CHECK_FALSE(result.already);

    CHECK(code_of([&] { (void)Subjects(w.t.store).get(id); }) == Errc::erased);
    CHECK(Consent(w.t.store).may_process(id, "newsletter", Channel::email).reason ==
          Reason::erased);
    CHECK_FALSE(Subjects(w.t.store).find({IdentifierKind::email, "", "zoe.quartz@example.org"}));
    CHECK(Subjects(w.t.store).get(other).fields.at("last_name") == Value(std::string("Other")));
    for (const auto* module : w.t.store.engine().modules()) {
        for (const auto& table : module->tables) {
            INFO(table.table);
            const auto rows =
                w.count("SELECT count(*) FROM " + std::string(table.table) + " WHERE " +
                        table.subject_column + " = " + std::to_string(number(id)));
            CHECK(rows == (table.on_erase == store::SubjectTable::OnErase::keep &&
                                   std::string(table.table) != "proof"
                               ? 1
                               : 0));
        }
    }
    const auto report = w.t.store.verify();
    CHECK(codes(report).empty());
    CHECK(report.erased == 2);
}

TEST_CASE("erasure: the receipt tells times, ground, counts and audit head, and nothing personal",
          "[erasure]") {
    World w;
    const auto id = w.person("zoe.quartz@example.org");
    w.consent(id);
    w.consent(id, EventKind::withdrawn);
    ErasureOptions options;
    options.ground = "17(1)(c)";
    const auto result = Erasure(w.t.store).execute(id, options);
    const json receipt = json::parse(result.receipt);
    CHECK(receipt["subject"] == number(id));
    CHECK(receipt["ground"] == "17(1)(c)");
    CHECK(receipt["store"] == w.t.store.info().id);
    CHECK(receipt["logical_at"] == "2026-06-01T10:00:00.000Z");
    CHECK(receipt["physical_at"] == "2026-06-01T10:00:00.000Z");
    CHECK(receipt["state"] == "physical");
    CHECK(receipt["removed"]["ledger events"] == 2);
    CHECK(receipt["removed"]["profile"] == 1);
    CHECK(receipt["removed"]["identifiers"] == 2);
    const auto head = audit::head(w.t.store.engine());
    CHECK(receipt["audit"]["sequence"] == head.sequence);
    CHECK(receipt["audit"]["head"] == base::to_hex(head.hash));
    CHECK(receipt["id"].get<std::string>().size() == 36);
    CHECK_FALSE(receipt["stays"].empty());
    for (const std::string part : {"zoe", "quartz", "Kvistgaard"}) {
        CHECK(result.receipt.find(part) == std::string::npos);
    }
    const auto act = audit::find_event(w.t.store.engine(), head.sequence);
    CHECK(act->kind == EventKind::erased);
    const json evidence = json::parse(*act->evidence);
    CHECK(evidence["subject"] == number(id));
    CHECK(evidence["sequences"].size() == 1); // one range
}

TEST_CASE("erasure: erasing twice succeeds and gives the former receipt", "[erasure]") {
    World w;
    const auto id = w.person("zoe.quartz@example.org");
    const auto first = Erasure(w.t.store).execute(id);
    w.t.clock.advance(std::chrono::hours(5));
    const auto second = Erasure(w.t.store).execute(id);
    CHECK(second.already);
    CHECK(second.receipt == first.receipt);
    CHECK(second.state == ErasureState::physical);
    CHECK(Erasure(w.t.store).receipt(id) == first.receipt);
    CHECK(code_of([&] { (void)Erasure(w.t.store).receipt(SubjectId{999}); }) == Errc::not_found);
}

TEST_CASE("erasure: an unknown number in a batch fails before anything is done", "[erasure]") {
    World w;
    const auto a = w.person("a.quartz@example.org");
    const std::vector<SubjectId> ids{a, SubjectId{123456}};
    CHECK(code_of([&] { Erasure(w.t.store).execute(ids); }) == Errc::subject_unknown);
    CHECK_NOTHROW((void)Subjects(w.t.store).get(a));
    ErasureOptions nothing;
    nothing.ground = "";
    CHECK(code_of([&] { Erasure(w.t.store).execute(a, nothing); }) == Errc::invalid);
    ErasureOptions cancel;
    cancel.progress = [](std::uint64_t, std::uint64_t) { return false; };
    CHECK(code_of([&] { Erasure(w.t.store).execute(a, cancel); }) == Errc::cancelled);
    CHECK_NOTHROW((void)Subjects(w.t.store).get(a));
}

TEST_CASE("erasure: a batch erases all, with duplicates, erased and merged numbers in it",
          "[erasure]") {
    World w;
    std::vector<SubjectId> ids;
    for (int i = 0; i < 20; ++i) {
        ids.push_back(w.person("p" + std::to_string(i) + "@example.org"));
        w.consent(ids.back());
    }
    const auto old = w.person("old@example.org");
    w.consent(old);
    Subjects(w.t.store).merge(ids[3], old);
    const auto stays = w.person("stays@example.org");
    w.consent(stays);
    const auto first = Erasure(w.t.store).execute(ids[5]);
    ids.push_back(old);
    ids.push_back(ids[0]);
    const auto results = Erasure(w.t.store).execute(ids);
    REQUIRE(results.size() == 22);
    for (std::size_t i = 0; i < results.size(); ++i) {
        INFO(i);
        CHECK(results[i].subject == ids[i]);
        CHECK(results[i].already == (i == 5));
        CHECK(results[i].state == ErasureState::physical);
        const json receipt = json::parse(results[i].receipt);
        CHECK(receipt["removed"]["ledger events"] == (i == 3 || i == 20 ? 3 : 1));
    }
    CHECK(results[5].receipt == first.receipt);
    CHECK(results[21].receipt == results[0].receipt);
    CHECK(results[20].receipt == results[3].receipt);
    CHECK(Erasure(w.t.store).receipt(old) == results[3].receipt);
    CHECK(code_of([&] { (void)Subjects(w.t.store).get(old); }) == Errc::erased);
    CHECK(Subjects(w.t.store).count() == 1);
    CHECK(Consent(w.t.store).may_process(stays, "newsletter", Channel::email).allowed);
    CHECK(codes(w.t.store.verify()).empty());
}

TEST_CASE("erasure: the plan counts what goes and says why the rest stays", "[erasure]") {
    World w;
    const auto id = w.person("zoe.quartz@example.org");
    w.consent(id);
    const auto plan = Erasure(w.t.store).plan(id);
    std::map<std::string, std::pair<std::uint64_t, std::string>> rows;
    for (const auto& row : plan.rows) {
        rows[row.place] = {row.rows, row.action};
        CHECK((row.action == "delete" || !row.reason.empty()));
    }
    CHECK(rows["ledger events"] == std::pair<std::uint64_t, std::string>{1, "delete"});
    CHECK(rows["identifiers"] == std::pair<std::uint64_t, std::string>{2, "delete"});
    CHECK(rows["restore journal"].second == "keep");
    const json parsed = json::parse(plan.to_json());
    CHECK(parsed["subject"] == number(id));
    CHECK(parsed["rows"].size() == plan.rows.size());
    Erasure(w.t.store).execute(id);
    CHECK(code_of([&] { (void)Erasure(w.t.store).plan(id); }) == Errc::erased);
    CHECK(code_of([&] { (void)Erasure(w.t.store).plan(SubjectId{777}); }) == Errc::subject_unknown);
}

TEST_CASE("erasure: with a reader in the way it is pending, and complete after the reader goes",
          "[erasure]") {
    World w;
    const std::string secret = "zoe.quartz.canary@example.org";
    const auto id = w.person(secret);
    const auto second = w.person("second.quartz@example.org");
    VerifyOptions look;
    look.residue = {secret};
    auto reader = Store::open(w.t.path(), w.t.options());
    {
        auto snapshot = std::make_unique<store::Engine::Read>(reader.engine());
        CHECK(reader.engine().db().scalar_i64("SELECT count(*) FROM subject") == 2);
        const auto result = Erasure(w.t.store).execute(id);
        CHECK(result.state == ErasureState::physical_pending);
        CHECK(json::parse(result.receipt)["physical_at"].is_null());
        CHECK(code_of([&] { (void)Subjects(w.t.store).get(id); }) ==
              Errc::erased); // logically done
        CHECK(w.t.store.tick().physical_pending == 1);
        CHECK_FALSE(w.t.store.verify(look).ok());
        CHECK(codes(w.t.store.verify()).empty());
        w.t.clock.advance(std::chrono::hours(25));
        CHECK(codes(w.t.store.verify()) == std::vector<std::string>{"physical_pending"});
    }
    SECTION("by the tick") {
        CHECK(w.t.store.tick().physical_done == 1);
        const json receipt = json::parse(Erasure(w.t.store).receipt(id));
        CHECK(receipt["physical_at"] == "2026-06-02T11:00:00.000Z");
        CHECK(receipt["logical_at"] == "2026-06-01T10:00:00.000Z");
    }
    SECTION("by a later erasure") {
        CHECK(Erasure(w.t.store).execute(second).state == ErasureState::physical);
        CHECK(json::parse(Erasure(w.t.store).receipt(id))["state"] == "physical");
    }
    SECTION("by erasing again") {
        const auto again = Erasure(w.t.store).execute(id);
        CHECK(again.already);
        CHECK(again.state == ErasureState::physical);
    }
    CHECK(w.t.store.verify(look).ok());
    CHECK(w.t.store.tick().physical_done == 0);
}

TEST_CASE("erasure: inside a transaction of the host it goes with it, or not at all", "[erasure]") {
    World w;
    const auto id = w.person("zoe.quartz@example.org");
    {
        auto tx = w.t.store.transaction();
        CHECK(Erasure(w.t.store).execute(id).state == ErasureState::logical);
    }
    CHECK_NOTHROW((void)Subjects(w.t.store).get(id));
    {
        auto tx = w.t.store.transaction();
        CHECK(Erasure(w.t.store).execute(id).state == ErasureState::logical);
        tx.commit();
    }
    CHECK(json::parse(Erasure(w.t.store).receipt(id))["state"] == "physical");
    CHECK(codes(w.t.store.verify()).empty());
}

TEST_CASE("erasure: an import does not bring the person back into marketing", "[erasure]") {
    World w;
    const auto id = w.person("zoe.quartz@example.org");
    const Identifier email{IdentifierKind::email, "", "Zoe.Quartz@Example.org"};
    SECTION("with suppression") {
        Erasure(w.t.store).execute(id);
        CHECK(Consent(w.t.store).suppressed(email));
        const auto again = w.person("zoe.quartz@example.org");
        CHECK(again != id);
        w.t.clock.advance(std::chrono::seconds(1));
        CHECK(Consent(w.t.store).may_process(again, "newsletter", Channel::email).reason ==
              Reason::suppressed);
    }
    SECTION("without") {
        ErasureOptions options;
        options.suppress = false;
        Erasure(w.t.store).execute(id, options);
        CHECK_FALSE(Consent(w.t.store).suppressed(email));
        CHECK(Consent(w.t.store).suppression_count() == 0);
        const auto again = w.person("zoe.quartz@example.org");
        CHECK(Consent(w.t.store).may_process(again, "newsletter", Channel::email).reason ==
              Reason::no_consent);
    }
}

TEST_CASE("erasure: a commitment proves a consent after it is erased, and nothing else does",
          "[erasure]") {
    World w;
    const auto id = w.person("zoe.quartz@example.org");
    w.consent(id, EventKind::granted, "newsletter", "at the fair");
    w.consent(id, EventKind::granted, "profiling");
    ErasureOptions options;
    options.proof["newsletter"] = ProofAfterErasure::commitment;
    const auto result = Erasure(w.t.store).execute(id, options);
    REQUIRE(result.commitments.size() == 1);
    const Erasure erasure(w.t.store);
    CHECK(erasure.check_commitment(result.commitments[0]));
    json changed = json::parse(result.commitments[0]);
    CHECK(changed["event"]["kind"] == "granted");
    changed["event"]["kind"] = "withdrawn";
    CHECK_FALSE(erasure.check_commitment(changed.dump()));
    changed = json::parse(result.commitments[0]);
    changed["sequence"] = changed["sequence"].get<int>() + 1;
    CHECK_FALSE(erasure.check_commitment(changed.dump()));
    changed = json::parse(result.commitments[0]);
    changed["nonce"] = std::string(32, '0');
    CHECK_FALSE(erasure.check_commitment(changed.dump()));
    changed["nonce"] = "xyz";
    CHECK_FALSE(erasure.check_commitment(changed.dump()));
    for (const std::string nonsense : {"", "{}", "[1]", "null", "{\"habeas_commitment\":1}"}) {
        CHECK_FALSE(erasure.check_commitment(nonsense));
    }
    options.proof = {{"no_such_purpose", ProofAfterErasure::commitment}};
    const auto other = w.person("other@example.org");
    CHECK(code_of([&] { Erasure(w.t.store).execute(other, options); }) == Errc::not_found);
}

TEST_CASE("erasure: sealed evidence opens with a recorded ground and goes at its date",
          "[erasure]") {
    World w;
    const auto id = w.person("zoe.quartz@example.org");
    const auto old = w.person("old@example.org");
    Subjects(w.t.store).merge(id, old);
    w.consent(id, EventKind::granted, "newsletter", "qzxw-canary-7531");
    ErasureOptions options;
    options.proof["newsletter"] = ProofAfterErasure::sealed;
    options.proof["profiling"] = ProofAfterErasure::sealed;
    CHECK(code_of([&] { Erasure(w.t.store).execute(id, options); }) == Errc::invalid);
    options.proof_until = parse_time("2029-12-31");
    Erasure(w.t.store).execute(id, options);
    VerifyOptions look;
    look.residue = {"qzxw-canary-7531"};
    CHECK(codes(w.t.store.verify(look)).empty());

    Erasure erasure(w.t.store);
    CHECK(code_of([&] { erasure.open_proof(id, "newsletter", ""); }) == Errc::denied);
    CHECK(code_of([&] { erasure.open_proof(id, "profiling", "claim 7"); }) == Errc::not_found);
    CHECK(code_of([&] { erasure.open_proof(id, "none", "claim 7"); }) == Errc::not_found);
    const auto before = audit::head(w.t.store.engine()).sequence;
    const json evidence = json::parse(erasure.open_proof(id, "newsletter", "claim 7"));
    REQUIRE(evidence.size() == 1);
    CHECK(evidence[0]["event"]["kind"] == "granted");
    CHECK(erasure.check_commitment(evidence[0].dump()));
    CHECK(json::parse(erasure.open_proof(old, "newsletter", "claim 7")) == evidence);
    const auto act = audit::find_event(w.t.store.engine(), before + 1);
    CHECK(act->kind == EventKind::proof_opened);
    CHECK(json::parse(*act->evidence)["ground"] == "claim 7");

    w.t.store.rotate_key();
    CHECK(json::parse(erasure.open_proof(id, "newsletter", "claim 8")) == evidence);
    CHECK(w.count("SELECT count(*) FROM proof WHERE key_id = (SELECT id FROM root_key WHERE "
                  "active = 1)") == 1);

    CHECK(w.t.store.tick().proofs_deleted == 0);
    w.t.clock.set("2030-01-01");
    CHECK(code_of([&] { erasure.open_proof(id, "newsletter", "late"); }) == Errc::not_found);
    CHECK(w.t.store.tick().proofs_deleted == 1);
    CHECK(w.count("SELECT count(*) FROM proof") == 0);
    CHECK(codes(w.t.store.verify()).empty());
}

TEST_CASE("erasure: files of the subject alone are deleted, files about several are named",
          "[erasure]") {
    World w;
    const auto id = w.person("zoe.quartz@example.org");
    const auto own = w.t.folder.file("bundle-of-zoe-canary.zip");
    const auto shared = w.t.folder.file("all.csv");
    std::ofstream(own) << "zoe.quartz@example.org";
    std::ofstream(shared) << "zoe.quartz@example.org and others";
    w.t.store.engine().register_file(own, id);
    w.t.store.engine().register_file(shared, {});
    const auto result = Erasure(w.t.store).execute(id);
    CHECK_FALSE(std::filesystem::exists(own));
    CHECK(std::filesystem::exists(shared));
    CHECK(result.files_shared == std::vector<std::string>{shared});
    CHECK(result.state == ErasureState::physical);
    const json receipt = json::parse(result.receipt);
    CHECK(receipt["files"]["deleted"] == 1);
    CHECK(receipt["files"]["about_several"] == 1);

    VerifyOptions look;
    look.residue = {"bundle-of-zoe-canary.zip"}; // the path itself names the person
    CHECK(codes(w.t.store.verify(look)).empty());
    look.residue = {"zoe.quartz@example.org"};
    const auto report = w.t.store.verify(look);
    REQUIRE(codes(report) == std::vector<std::string>{"residue"});
    CHECK(report.findings[0].message.find("all.csv") != std::string::npos);
    CHECK(report.findings[0].message.find("quartz") == std::string::npos);
}

TEST_CASE("erasure: a file that cannot be deleted keeps the erasure pending", "[erasure]") {
    World w;
    const auto id = w.person("zoe.quartz@example.org");
    const auto stubborn = w.t.folder.file("folder");
    std::filesystem::create_directory(stubborn); // not a file: refused
    std::ofstream(stubborn + "/inside") << "x";
    w.t.store.engine().register_file(stubborn, id);
    CHECK(Erasure(w.t.store).execute(id).state == ErasureState::physical_pending);
    CHECK(codes(w.t.store.verify()).empty());
    std::filesystem::remove_all(stubborn);
    CHECK(w.t.store.tick().physical_done == 1);
    CHECK(w.count("SELECT count(*) FROM written_file") == 0);
}

TEST_CASE("erasure: what the person gave as a reason for acting goes", "[erasure]") {
    World w;
    const auto id = w.person("zoe.quartz@example.org");
    w.t.store.set_actor({Actor::Kind::subject, std::to_string(number(id)), "my-reason-canary"});
    w.consent(id);
    w.t.store.set_setting("place", "Berlin"); // an act that stays and names the actor
    Erasure(w.t.store).execute(id);
    VerifyOptions look;
    look.residue = {"my-reason-canary"};
    CHECK(codes(w.t.store.verify(look)).empty());
    CHECK(w.count("SELECT count(*) FROM actor WHERE kind = 'subject'") == 1);
}

TEST_CASE("erasure: an actor's words go with the last act that names them", "[erasure]") {
    World w;
    const auto id = w.person("zoe.quartz@example.org");
    const auto other = w.person("una.basalt@example.org");
    const Actor self{Actor::Kind::person, "Zoe-Canary Self", "asked by phone by zoe.quartz"};
    VerifyOptions look;
    look.residue = {self.id, self.reason};
    w.t.store.set_actor(self);
    w.consent(id);
    const auto words = [&] {
        return w.count("SELECT count(*) FROM actor WHERE ref = 'Zoe-Canary Self'");
    };
    const Actor clerk{Actor::Kind::person, "clerk", ""};
    SECTION("of one person") {
        w.t.store.set_actor(clerk);
        Erasure(w.t.store).execute(id);
        CHECK(codes(w.t.store.verify(look)).empty());
        CHECK(w.count("SELECT count(*) FROM actor WHERE ref = 'clerk'") == 1);
    }
    SECTION("of two: with the second") {
        w.consent(other);
        w.t.store.set_actor(clerk);
        Erasure(w.t.store).execute(id);
        CHECK(words() == 1);
        Erasure(w.t.store).execute(other);
        CHECK(codes(w.t.store.verify(look)).empty());
    }
    SECTION("of a batch") {
        w.consent(other);
        w.t.store.set_actor(clerk);
        Erasure(w.t.store).execute(std::vector<SubjectId>{id, other});
        CHECK(codes(w.t.store.verify(look)).empty());
    }
    SECTION("not of an act that stays: an answer to a request, a setting, the erasure itself") {
        w.t.store.set_setting("place", "Berlin");
        w.t.store.set_actor(clerk);
        Erasure(w.t.store).execute(id);
        CHECK(words() == 1);
    }
    SECTION("another handle that acted so before gets a row of its own again") {
        Store second = Store::open(w.t.path(), w.t.options());
        second.set_actor(self);
        {
            auto tx = second.transaction();
            (void)second.engine().actor_id(); // and keeps it
            tx.commit();
        }
        w.t.store.set_actor(clerk);
        Erasure(w.t.store).execute(id);
        CHECK(words() == 0);
        second.set_setting("place", "Berlin");
        CHECK(words() == 1);
        CHECK(w.count("SELECT count(*) FROM v_event WHERE kind = 'setting_changed' AND "
                      "actor = 'Zoe-Canary Self'") == 1);
    }
    CHECK(w.t.store.verify().ok());
}

TEST_CASE("erasure: every column with actors is declared by a module, and indexed where it grows",
          "[erasure]") {
    World w;
    auto& db = w.t.store.engine().db();
    std::set<std::string> declared;
    for (const auto* module : w.t.store.engine().modules()) {
        for (const auto& each : module->actor_columns) {
            declared.insert(std::string(each.table) + "." + each.column);
        }
    }
    auto row = db.prepare_text(
        "SELECT m.name || '.' || c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c "
        "WHERE m.type = 'table' AND c.type = 'INTEGER' AND (c.name LIKE '%actor%' OR c.name LIKE "
        "'%\\_by' ESCAPE '\\')");
    std::set<std::string> there;
    while (row.step()) {
        there.insert(row.str(0));
    }
    CHECK(there == declared);
    for (const char* each : {"event.actor_id", "request_step.actor_id", "holder_task.answered_by",
                             "holder_hold.actor_id"}) {
        const std::string name(each);
        const auto dot = name.find('.');
        const std::string column = name.substr(dot + 1);
        auto plan = db.prepare_text("EXPLAIN QUERY PLAN SELECT 1 FROM " + name.substr(0, dot) +
                                    " WHERE " + column + " = ?1 AND " + column + " < 0 LIMIT 1");
        REQUIRE(plan.step());
        INFO(plan.text(3));
        CHECK(plan.str(3).find("_actor") != std::string::npos);
    }
}

TEST_CASE("erasure: after a thousand erasures the chain is clean", "[erasure]") {
    World w;
    std::vector<SubjectId> ids;
    {
        auto tx = w.t.store.transaction();
        for (int i = 0; i < 1100; ++i) {
            ids.push_back(w.person("p" + std::to_string(i) + "@example.org"));
            w.consent(ids.back());
            if (i % 3 == 0) {
                w.consent(ids.back(), EventKind::withdrawn);
            }
        }
        tx.commit();
    }
    for (int i = 0; i < 50; ++i) {
        Erasure(w.t.store).execute(ids[static_cast<std::size_t>(i * 7)]);
    }
    Erasure(w.t.store).execute(std::span(ids).first(1000));
    const auto report = w.t.store.verify();
    CHECK(codes(report).empty());
    CHECK(report.erased > 1300);
}

TEST_CASE("erasure: bytes of the erased do not come back from the page cache", "[erasure]") {
    // Rows that grow and shrink leave stale copies in the unallocated space of cached pages.
    World w;
    Field note;
    note.name = "note";
    note.type = FieldType::longtext;
    Fields(w.t.store).define(note);
    std::vector<SubjectId> ids;
    std::vector<std::string> canaries;
    std::uint64_t state = 42;
    const auto random = [&state](std::uint64_t below) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        return (state >> 33) % below;
    };
    const auto canary = [&] {
        std::string out;
        for (int i = 0; i < 24; ++i) {
            out += static_cast<char>('A' + random(26));
        }
        return out;
    };
    std::map<SubjectId, std::vector<std::string>> had;
    {
        auto tx = w.t.store.transaction();
        for (int i = 0; i < 400; ++i) {
            ids.push_back(w.person("p" + std::to_string(i) + "@example.org"));
        }
        for (int i = 0; i < 3000; ++i) {
            const auto id = ids[random(ids.size())];
            const auto text = canary();
            had[id].push_back(text);
            SubjectInput input;
            input.fields["note"] = text + std::string(random(300), '.');
            Subjects(w.t.store).update(id, input);
        }
        tx.commit();
    }
    VerifyOptions look;
    for (std::size_t i = 0; i < 200; ++i) {
        for (const auto& text : had[ids[i * 2]]) {
            look.residue.push_back(text);
        }
    }
    std::vector<SubjectId> erased;
    for (std::size_t i = 0; i < 200; ++i) {
        erased.push_back(ids[i * 2]);
    }
    Erasure(w.t.store).execute(erased);
    CHECK(codes(w.t.store.verify(look)).empty());
    for (int i = 0; i < 200; ++i) { // the same pages are written to the log again
        SubjectInput input;
        input.fields["last_name"] = "Kvist" + std::to_string(i);
        Subjects(w.t.store).update(ids[static_cast<std::size_t>(i * 2 + 1)], input);
    }
    CHECK(file_bytes(w.t.path() + "-wal").size() > 10'000);
    CHECK(codes(w.t.store.verify(look)).empty());
}

TEST_CASE("erasure: every table with a column subject_id is declared by a module", "[erasure]") {
    World w;
    std::set<std::string> declared;
    for (const auto* module : w.t.store.engine().modules()) {
        for (const auto& table : module->tables) {
            declared.insert(std::string(table.table) + "." + table.subject_column);
        }
    }
    auto row = w.t.store.engine().db().prepare_text(
        "SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c "
        "WHERE m.type = 'table' AND c.name = 'subject_id'");
    int tables = 0;
    while (row.step()) {
        ++tables;
        INFO(row.text(0));
        CHECK(declared.contains(row.str(0) + "." + row.str(1)));
    }
    CHECK(tables >= 10);
}

TEST_CASE("erasure: its statements find rows by an index in every declared table", "[erasure]") {
    World w;
    for (const auto* module : w.t.store.engine().modules()) {
        for (const auto& table : module->tables) {
            auto row = w.t.store.engine().db().prepare_text(
                "EXPLAIN QUERY PLAN DELETE FROM " + std::string(table.table) + " WHERE " +
                table.subject_column + " IN (SELECT value FROM json_each('[1]'))");
            while (row.step()) {
                INFO(table.table << ": " << row.text(3));
                CHECK(row.str(3).find("SCAN " + std::string(table.table)) == std::string::npos);
            }
        }
    }
}

TEST_CASE("erasure: nothing that it runs, and no list of one person, looks at everybody's rows",
          "[erasure]") {
    World w;
    const auto id = w.person("zoe.quartz@example.org");
    w.consent(id);
    store::Connection& db = w.t.store.engine().db();
    db.forget_statements(); // what was prepared from here on is asked about one person
    (void)DataHolders(w.t.store).holds(id);
    const auto about = [&](auto query) {
        query.subject = id;
        return query;
    };
    (void)DataHolders(w.t.store).tasks(about(HolderTaskQuery{}));
    (void)Deliveries(w.t.store).list(about(DeliveryFilter{}));
    (void)Optins(w.t.store).list(about(OptinFilter{}));
    (void)Outbox(w.t.store).list(about(MessageFilter{}));
    (void)Requests(w.t.store).list(about(RequestQuery{}));
    (void)Erasure(w.t.store).plan(id);
    (void)Export(w.t.store).access_json(id);
    REQUIRE(Erasure(w.t.store).execute(id).state == ErasureState::physical);

    std::vector<std::string> ran;
    for (sqlite3_stmt* each = sqlite3_next_stmt(db.handle(), nullptr); each != nullptr;
         each = sqlite3_next_stmt(db.handle(), each)) {
        ran.emplace_back(sqlite3_sql(each));
    }
    CHECK(ran.size() > 50);
    for (const std::string& sql : ran) {
        auto row = db.prepare_text("EXPLAIN QUERY PLAN " + sql);
        while (row.step()) {
            for (const auto* module : w.t.store.engine().modules()) {
                for (const auto& table : module->tables) {
                    INFO(sql << ": " << row.text(3));
                    CHECK(row.str(3) != "SCAN " + std::string(table.table));
                }
            }
        }
    }
}

TEST_CASE("erasure: verify names rows of the erased and changed receipts", "[erasure]") {
    World w;
    const auto id = w.person("zoe.quartz@example.org");
    Erasure(w.t.store).execute(id);
    auto& db = w.t.store.engine().db();
    SECTION("a row that came back") {
        db.exec("INSERT INTO identifier_past VALUES(" + std::to_string(number(id)) +
                ", 0, 'k', x'00')");
        const auto all = codes(w.t.store.verify());
        CHECK(std::count(all.begin(), all.end(), "erased_rows") == 1);
    }
    SECTION("a receipt") {
        db.exec("UPDATE erasure SET receipt = '{}'");
        CHECK(codes(w.t.store.verify()) == std::vector<std::string>{"receipt_changed"});
    }
    SECTION("what a receipt says") {
        db.exec("UPDATE erasure SET receipt = replace(receipt, '17(1)(b)', '17(1)(c)')");
        CHECK(codes(w.t.store.verify()) == std::vector<std::string>{"receipt_changed"});
    }
    SECTION("a receipt that says two things") {
        db.exec("UPDATE erasure SET receipt = replace(receipt, '\"ground\"', "
                "'\"ground\":\"x\",\"ground\"')");
        CHECK(codes(w.t.store.verify()) == std::vector<std::string>{"receipt_changed"});
    }
    SECTION("when it was") {
        db.exec("UPDATE erasure SET logical_at = 1, physical_at = 2");
        CHECK(codes(w.t.store.verify()) == std::vector<std::string>{"receipt_changed"});
    }
    SECTION("nothing, after a rotation of the key and a second erasure") {
        w.t.store.rotate_key();
        CHECK(Erasure(w.t.store).execute(id).already);
        CHECK(codes(w.t.store.verify()).empty());
    }
    SECTION("a record of erasure that is gone") {
        db.exec("DELETE FROM erasure");
        CHECK(codes(w.t.store.verify()) == std::vector<std::string>{"tombstone_alone"});
    }
    SECTION("a tombstone that is gone") {
        db.exec("DELETE FROM tombstone");
        CHECK(codes(w.t.store.verify()) == std::vector<std::string>{"erasure_missing"});
    }
    SECTION("all that says that there was one") {
        db.exec("DELETE FROM erasure; DELETE FROM tombstone");
        CHECK(codes(w.t.store.verify()) == std::vector<std::string>{"erasure_missing"});
    }
}

} // namespace erasure_erasure_test

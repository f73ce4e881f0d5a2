// Merging two subjects, and organisations.
#include "catch.hpp"
#include "habeas/consent.hpp"
#include "habeas/subject.hpp"
#include "store/engine.hpp"
#include "subjects/identifiers.hpp"
#include "subjects/lookup.hpp"
#include "support/findings.hpp"
#include "support/store.hpp"
#include "unit/base/expect_error.hpp"

#include <filesystem>

namespace subjects_merge_test {

using namespace habeas;
using habeas::test::code_of;
using habeas::test::finding_codes;
using habeas::test::TestStore;

namespace {

Value text(std::string value) {
    return Value(std::move(value));
}

SubjectId person(TestStore& t, FieldValues fields, std::vector<Identifier> identifiers = {}) {
    return Subjects(t.store).create({std::move(fields), std::move(identifiers), "test"});
}

} // namespace

TEST_CASE("merge: identifiers join, blanks are filled, the former number answers",
          "[subjects][merge]") {
    TestStore t;
    Field health;
    health.name = "health";
    health.field_class = FieldClass::sealed;
    Fields(t.store).define(health);
    Field card;
    card.name = "card";
    card.unique = true;
    Fields(t.store).define(card);
    Field topics;
    topics.name = "topics";
    topics.type = FieldType::multiselect;
    topics.choices = {{"x", {}}, {"y", {}}};
    Fields(t.store).define(topics);
    Subjects subjects(t.store);
    SubjectId keep = person(t, {{"email", text("keep@example.com")}, {"first_name", text("Ann")}});
    SubjectId gone = person(t,
                            {{"email", text("gone@example.com")},
                             {"first_name", text("Anna")},
                             {"last_name", text("Lee")},
                             {"health", text("canary")},
                             {"card", text("77")},
                             {"topics", text("x")},
                             {"country", text("DE")}},
                            {{IdentifierKind::external, "crm", "1"}});
    subjects.update(gone, {{{"email", text("gone2@example.com")}}, {}, {}});
    ConsentEvent restricted; // concerns all purposes
    restricted.subject = gone;
    restricted.kind = EventKind::restricted;
    Consent(t.store).record(restricted);
    CHECK(subjects::profile(t.store.engine(), gone).standing);
    t.clock.advance(std::chrono::minutes(1));
    subjects.merge(keep, gone);
    Subject got = subjects.get(gone); // by the former number
    CHECK(got.id == keep);
    CHECK(got.version == 2);
    CHECK(got.changed_at == t.clock.now());
    CHECK(got.fields.at("email") == text("keep@example.com"));
    CHECK(got.fields.at("first_name") == text("Ann"));
    CHECK(got.fields.at("last_name") == text("Lee"));
    CHECK(got.fields.at("health") == text("canary"));
    CHECK(got.fields.at("card") == text("77"));
    CHECK(got.fields.at("topics") == Value(std::vector<std::string>{"x"}));
    CHECK(got.identifiers.size() == 3);
    CHECK(subjects.find({IdentifierKind::email, "", "gone2@example.com"}) == keep);
    CHECK(subjects.find({IdentifierKind::external, "crm", "1"}) == keep);
    CHECK(subjects::identifiers_ever(t.store.engine(), keep).size() == 4);
    CHECK(subjects::profile(t.store.engine(), keep).standing);
    CHECK(subjects::resolve(t.store.engine(), gone).existence == subjects::Existence::merged);
    CHECK(subjects.count() == 1);
    CHECK(code_of([&] { subjects.merge(keep, gone); }) == Errc::invalid); // one already
    CHECK(code_of([&] { subjects.merge(keep, SubjectId{999999}); }) == Errc::subject_unknown);
    CHECK(t.store.verify().ok());
}

TEST_CASE("merge: chains of merges end at the survivor", "[subjects][merge]") {
    TestStore t;
    Subjects subjects(t.store);
    SubjectId a = person(t, {{"email", text("a@example.com")}});
    SubjectId b = person(t, {{"email", text("b@example.com")}});
    SubjectId c = person(t, {{"email", text("c@example.com")}});
    subjects.merge(b, a);
    subjects.merge(c, b);
    CHECK(subjects.get(a).id == c);
    CHECK(subjects.get(b).id == c);
    subjects.update(a, {{{"first_name", text("One")}}, {}, {}});
    CHECK(subjects.get(c).fields.at("first_name") == text("One"));
    CHECK(t.store.verify().ok());
}

TEST_CASE("merge: ledgers join and the chain still verifies", "[subjects][merge]") {
    TestStore t;
    Subjects subjects(t.store);
    SubjectId keep = person(t, {{"email", text("a@example.com")}});
    SubjectId gone = person(t, {{"email", text("b@example.com")}});
    subjects.update(gone, {{{"country", text("DE")}}, {}, {}}); // a profile event
    subjects.merge(keep, gone);
    auto& db = t.store.engine().db();
    auto rows = db.prepare_text("SELECT count(*), max(origin_id) FROM event WHERE subject_id = ?1");
    rows.bind(1, static_cast<std::int64_t>(keep));
    REQUIRE(rows.step());
    CHECK(rows.i64(0) == 3); // gone's change, the merge, keep's change by the filled blank
    CHECK(rows.i64(1) == static_cast<std::int64_t>(gone));
    rows.reset();
    CHECK(t.store.verify().ok());
}

TEST_CASE("merge: putting back yesterday's file does not undo it", "[subjects][merge]") {
    TestStore t(TestStore::on_disk);
    SubjectId keep{};
    SubjectId gone{};
    {
        keep = person(t, {{"email", text("a@example.com")}});
        gone = person(t, {{"email", text("b@example.com")}});
    }
    t.close();
    std::filesystem::copy_file(t.path(), t.folder.file("yesterday"));
    {
        Store store = Store::open(t.path(), t.options());
        Subjects(store).merge(keep, gone);
    }
    std::filesystem::remove(t.path() + "-wal");
    std::filesystem::remove(t.path() + "-shm");
    std::filesystem::copy_file(t.folder.file("yesterday"), t.path(),
                               std::filesystem::copy_options::overwrite_existing);
    t.reopen();
    CHECK(Subjects(t.store).get(gone).id == keep);
    CHECK(Subjects(t.store).count() == 1);
}

TEST_CASE("organisations: create, find, update, fields of their own", "[subjects][organisations]") {
    TestStore t;
    Field vat;
    vat.name = "vat_number";
    vat.owner = FieldOwner::organisation;
    vat.unique = true;
    Fields(t.store).define(vat);
    Field size;
    size.name = "size";
    size.type = FieldType::number;
    size.owner = FieldOwner::organisation;
    size.default_value = "1";
    Fields(t.store).define(size);
    Field sealed;
    sealed.name = "secret";
    sealed.owner = FieldOwner::organisation;
    sealed.field_class = FieldClass::sealed;
    Fields(t.store).define(sealed);
    CHECK_FALSE(Fields(t.store).find("vat_number"));
    CHECK(Fields(t.store).find("vat_number", FieldOwner::organisation));
    Organisations organisations(t.store);
    Organisation acme{
        {}, 0, "Acme \"& Söhne\"", "o-1", {{"vat_number", text("DE1")}, {"secret", text("s")}}};
    OrganisationId id = organisations.create(acme);
    Organisation got = organisations.get(id);
    CHECK(got.name == acme.name);
    CHECK(got.external == "o-1");
    CHECK(got.version == 1);
    CHECK(got.fields.at("size") == Value(1.0));
    CHECK(got.fields.at("secret") == text("s"));
    CHECK(organisations.find("o-1") == id);
    CHECK_FALSE(organisations.find("o-2"));
    CHECK(code_of([&] { organisations.create({{}, 0, "Other", "o-1", {}}); }) == Errc::exists);
    CHECK(code_of([&] {
              organisations.create({{}, 0, "Other", "", {{"vat_number", text("DE1")}}});
          }) == Errc::exists);
    CHECK(code_of([&] { organisations.create({{}, 0, "", "", {}}); }) == Errc::invalid);
    CHECK(code_of([&] {
              organisations.create({{}, 0, "X", "", {{"nothing", text("1")}}});
          }) == Errc::not_found);
    OrganisationId second = organisations.create({{}, 0, "Second", "", {}}); // no external id: none
    organisations.create({{}, 0, "Third", "", {}});
    CHECK(second != id);
    got.name = "Acme";
    got.external.clear();
    got.fields = {{"size", text("12")}, {"vat_number", text("")}};
    organisations.update(got);
    CHECK(organisations.get(id).name == "Acme");
    CHECK(organisations.get(id).external == "o-1");
    CHECK(organisations.get(id).fields.at("vat_number") == text("DE1"));
    CHECK(organisations.get(id).fields.at("size") == Value(12.0));
    CHECK(code_of([&] { organisations.update(got); }) == Errc::conflict); // version 1 is old
    got.version = 0;
    organisations.update(got, Blank::overwrite);
    CHECK(organisations.get(id).external.empty());
    CHECK(organisations.get(id).fields.count("vat_number") == 0);
    CHECK(code_of([&] { (void)organisations.get(OrganisationId{4242}); }) == Errc::not_found);
}

TEST_CASE("organisations: people belong to them and outlive them", "[subjects][organisations]") {
    TestStore t;
    Organisations organisations(t.store);
    SubjectId ann = person(t, {{"email", text("ann@example.com")}});
    SubjectId bob = person(t, {{"email", text("bob@example.com")}});
    OrganisationId acme = organisations.create({{}, 0, "Acme", "", {}});
    OrganisationId home = organisations.create({{}, 0, "Household", "", {}});
    organisations.link(ann, {acme, "CEO", true});
    organisations.link(ann, {home, "", true}); // only one is primary
    organisations.link(bob, {acme, "Clerk", false});
    CHECK(organisations.of(ann) == std::vector<Membership>{{acme, "CEO", false}, {home, "", true}});
    CHECK(organisations.members(acme) == std::vector<SubjectId>{ann, bob});
    organisations.link(ann, {acme, "Chair", false});
    CHECK(organisations.of(ann).at(0).role == "Chair");
    CHECK(code_of([&] {
              organisations.link(ann, {OrganisationId{99}, "", false});
          }) == Errc::not_found);
    CHECK(code_of([&] {
              organisations.link(SubjectId{9999}, {acme, "", false});
          }) == Errc::subject_unknown);
    Subjects(t.store).merge(bob, ann);
    CHECK(organisations.members(acme) == std::vector<SubjectId>{bob});
    CHECK(organisations.of(bob).at(0).role == "Clerk"); // bob's own role stays
    CHECK(organisations.of(ann).size() == 2);
    organisations.unlink(bob, home);
    CHECK(organisations.members(home).empty());
    organisations.remove(acme);
    CHECK(Subjects(t.store).count() == 1);
    CHECK(organisations.of(bob).empty());
    CHECK(code_of([&] { (void)organisations.members(acme); }) == Errc::not_found);
    int rows = 0;
    t.store.query("SELECT id, name FROM v_organisation", {}, [&](const auto&, const auto&) {
        ++rows;
        return true;
    });
    CHECK(rows == 1);
    CHECK(t.store.verify().ok());
}

TEST_CASE("merge: verify names a former number that answers for somebody else",
          "[subjects][merge]") {
    TestStore t;
    Subjects subjects(t.store);
    const SubjectId keep = person(t, {{"email", text("keep@example.com")}});
    const SubjectId gone = person(t, {{"email", text("gone@example.com")}});
    const SubjectId other = person(t, {{"email", text("other@example.com")}});
    subjects.merge(keep, gone);
    auto& db = t.store.engine().db();
    auto codes = [&] { return finding_codes(t.store); };
    const std::vector<std::string> changed{"alias_changed"};
    REQUIRE(codes().empty());
    SECTION("moved") {
        db.exec("UPDATE subject_alias SET subject_id = " +
                std::to_string(static_cast<std::int64_t>(other)));
        CHECK(codes() == changed);
    }
    SECTION("gone") {
        db.exec("DELETE FROM subject_alias");
        CHECK(codes() == changed);
    }
    SECTION("invented") {
        db.exec("INSERT INTO subject_alias VALUES(77, " +
                std::to_string(static_cast<std::int64_t>(other)) + ")");
        CHECK(codes() == changed);
    }
    SECTION("merged again, it is right") {
        subjects.merge(other, keep);
        CHECK(codes().empty());
    }
}

} // namespace subjects_merge_test

// Subjects: create, read, update, upsert, identifiers, pages.
#include "base/contact.hpp"
#include "catch.hpp"
#include "habeas/subject.hpp"
#include "store/engine.hpp"
#include "subjects/identifiers.hpp"
#include "subjects/lookup.hpp"
#include "support/findings.hpp"
#include "support/store.hpp"
#include "unit/base/expect_error.hpp"

namespace subjects_subjects_test {

using namespace habeas;
using habeas::test::code_of;
using habeas::test::error_of;
using habeas::test::finding_codes;
using habeas::test::TestStore;

namespace {

Value text(std::string value) {
    return Value(std::move(value));
}

Identifier email(std::string value) {
    return {IdentifierKind::email, "", std::move(value)};
}

Identifier external(std::string system, std::string value) {
    return {IdentifierKind::external, std::move(system), std::move(value)};
}

std::vector<UpsertResult> upsert(TestStore& t, std::vector<SubjectInput> rows,
                                 OnMatch on_match = OnMatch::update, Blank blank = Blank::keep) {
    return Subjects(t.store).upsert(rows, on_match, blank);
}

std::size_t past_hashes(TestStore& t, SubjectId id) {
    auto& db = t.store.engine().db();
    auto row = db.prepare_text("SELECT count(*) FROM identifier_past WHERE subject_id = ?1");
    row.bind(1, static_cast<std::int64_t>(id));
    row.step();
    return static_cast<std::size_t>(row.i64(0));
}

} // namespace

TEST_CASE("subjects: a subject comes back with typed values and identifiers", "[subjects]") {
    TestStore t;
    Fields(t.store).define([] {
        Field f;
        f.name = "price";
        f.type = FieldType::money;
        return f;
    }());
    Subjects subjects(t.store);
    SubjectId id = subjects.create({{{"email", text(" Ann.Example@EXAMPLE.com ")},
                                     {"phone", text("+49 30 1234567")},
                                     {"first_name", text("Änn \"O'Neil\"")},
                                     {"country", text("Germany")},
                                     {"price", std::int64_t{1999}},
                                     {"last_name", text("")}},
                                    {external("shop", "K-17")},
                                    "form:newsletter"});
    Subject got = subjects.get(id);
    CHECK(got.version == 1);
    CHECK(got.created_at == t.clock.now());
    CHECK(got.changed_at == t.clock.now());
    CHECK(got.source == "form:newsletter");
    CHECK(got.fields.at("email") == text("Ann.Example@EXAMPLE.com"));
    CHECK(got.fields.at("country") == text("DE"));
    CHECK(got.fields.at("price") == Value(std::int64_t{1999}));
    CHECK(got.fields.count("last_name") == 0);
    REQUIRE(got.identifiers.size() == 3);
    CHECK(subjects.find(email("ann.example@example.COM")) == id);
    CHECK(subjects.find({IdentifierKind::phone, "", "0049301234567"}) == id);
    CHECK(subjects.find(external("shop", "K-17")) == id);
    CHECK_FALSE(subjects.find(external("crm", "K-17")));
    CHECK_FALSE(subjects.find(external("shop", "k-17"))); // the host's ids keep their case
    CHECK(subjects.count() == 1);
    CHECK(t.store.verify().ok());
}

TEST_CASE("subjects: a host's id alone is enough, nothing is not", "[subjects]") {
    TestStore t;
    Subjects subjects(t.store);
    SubjectId id = subjects.create({{}, {external("crm", "1")}, {}});
    CHECK(subjects.get(id).fields.empty());
    CHECK(code_of([&] {
              subjects.create({{{"first_name", text("Ann")}}, {}, {}});
          }) == Errc::invalid);
    CHECK(code_of([&] { subjects.create({}); }) == Errc::invalid);
}

TEST_CASE("subjects: errors name the field and leave nothing behind", "[subjects]") {
    TestStore t;
    Subjects subjects(t.store);
    Error bad = error_of([&] {
        subjects.create(
            {{{"email", text("a@example.com")}, {"date_of_birth", text("31.12.1999")}}, {}, {}});
    });
    CHECK(bad.code() == Errc::invalid);
    CHECK(bad.where() == "date_of_birth");
    Error unknown = error_of([&] {
        subjects.create({{{"email", text("a@example.com")}, {"shoe", text("1")}}, {}, {}});
    });
    CHECK(unknown.code() == Errc::not_found);
    CHECK(unknown.where() == "shoe");
    SubjectId id = subjects.create({{{"email", text("a@example.com")}}, {}, {}});
    Error taken = error_of([&] {
        subjects.create({{{"email", text("A@EXAMPLE.com")}, {"first_name", text("X")}}, {}, {}});
    });
    CHECK(taken.code() == Errc::exists);
    CHECK(taken.where() == "email");
    CHECK(subjects.count() == 1);
    CHECK(code_of([&] { (void)subjects.get(SubjectId{999999}); }) == Errc::subject_unknown);
    CHECK(code_of([&] {
              subjects.create({{}, {external("Bad System", "1")}, {}});
          }) == Errc::invalid);
    CHECK(subjects.get(id).version == 1);
}

TEST_CASE("subjects: a value of the wrong kind is refused, not converted", "[subjects]") {
    TestStore t;
    Field money;
    money.name = "price";
    money.type = FieldType::money;
    Fields(t.store).define(money);
    Field number;
    number.name = "score";
    number.type = FieldType::number;
    Fields(t.store).define(number);
    Subjects subjects(t.store);
    auto with = [&](const std::string& name, Value value) {
        return [&subjects, name, value] {
            subjects.create({{{"email", text("x@example.com")}, {name, value}}, {}, {}});
        };
    };
    CHECK(code_of(with("first_name", true)) == Errc::invalid);
    CHECK(code_of(with("first_name", std::int64_t{1})) == Errc::invalid);
    CHECK(code_of(with("date_of_birth", t.clock.now())) == Errc::invalid);
    CHECK(code_of(with("country", std::vector<std::string>{"DE"})) == Errc::invalid);
    CHECK(code_of(with("price", 0.1 + 0.2)) == Errc::invalid); // 0.30000000000000004: not an amount
    CHECK(code_of(with("score", std::int64_t{1} << 60)) == Errc::invalid);
    SubjectId id = subjects.create(
        {{{"email", text("x@example.com")}, {"price", 12.5}, {"score", std::int64_t{3}}}, {}, {}});
    CHECK(subjects.get(id).fields.at("price") == Value(std::int64_t{1250}));
    CHECK(subjects.get(id).fields.at("score") == Value(3.0));
}

TEST_CASE("subjects: update changes what is given, and a blank only when asked", "[subjects]") {
    TestStore t;
    Subjects subjects(t.store);
    SubjectId id = subjects.create({{{"email", text("a@example.com")},
                                     {"first_name", text("Ann")},
                                     {"last_name", text("Lee")}},
                                    {},
                                    {}});
    t.clock.advance(std::chrono::minutes(1));
    subjects.update(id, {{{"first_name", text("")}, {"last_name", text("Li")}}, {}, "ignored"});
    Subject got = subjects.get(id);
    CHECK(got.fields.at("first_name") == text("Ann"));
    CHECK(got.fields.at("last_name") == text("Li"));
    CHECK(got.version == 2);
    CHECK(got.changed_at == t.clock.now());
    CHECK(got.source.empty());
    subjects.update(id, {{{"first_name", Value()}}, {}, {}}, Blank::overwrite);
    CHECK(subjects.get(id).fields.count("first_name") == 0);
    CHECK(subjects.get(id).fields.count("last_name") == 1);
    subjects.update(id, {{{"last_name", text("Li")}}, {}, {}});
    CHECK(subjects.get(id).version == 3); // nothing changed
    CHECK(code_of([&] {
              subjects.update(id, {{{"last_name", text("X")}}, {}, {}}, Blank::keep, 2);
          }) == Errc::conflict);
    subjects.update(id, {{{"last_name", text("X")}}, {}, {}}, Blank::keep, 3);
    CHECK(code_of([&] { subjects.update(SubjectId{77777}, {}); }) == Errc::subject_unknown);
}

TEST_CASE("subjects: a changed address replaces the identifier and remembers the old one",
          "[subjects]") {
    TestStore t;
    Subjects subjects(t.store);
    SubjectId id =
        subjects.create({{{"email", text("old@example.com")}}, {external("crm", "1")}, {}});
    subjects.update(id, {{{"email", text("new@example.com")}}, {}, {}});
    CHECK_FALSE(subjects.find(email("old@example.com")));
    CHECK(subjects.find(email("new@example.com")) == id);
    CHECK(past_hashes(t, id) == 1);
    auto ever = subjects::identifiers_ever(t.store.engine(), id);
    auto old = subjects::hash_all(t.store.engine(),
                                  subjects::normalise(t.store.engine(), email("OLD@example.com")));
    CHECK(ever.size() == 3);
    CHECK(std::find(ever.begin(), ever.end(), old.front()) != ever.end());
    // The old address is free again.
    SubjectId second = subjects.create({{{"email", text("old@example.com")}}, {}, {}});
    CHECK(code_of([&] {
              subjects.update(id, {{{"email", text("old@example.com")}}, {}, {}});
          }) == Errc::exists);
    CHECK(subjects.get(id).fields.at("email") == text("new@example.com"));
    // Another spelling is written as typed, the identifier stays.
    subjects.update(second, {{{"email", text("Old@Example.com")}}, {}, {}});
    CHECK(subjects.get(second).fields.at("email") == text("Old@Example.com"));
    CHECK(subjects.get(second).identifiers.at(0).value == "Old@Example.com");
    CHECK(past_hashes(t, second) == 0);
    // Clearing it takes the identifier away, but never the last one.
    subjects.update(id, {{{"email", Value()}}, {}, {}}, Blank::overwrite);
    CHECK_FALSE(subjects.find(email("new@example.com")));
    CHECK(past_hashes(t, id) == 2);
    CHECK(code_of([&] {
              subjects.update(second, {{{"email", Value()}}, {}, {}}, Blank::overwrite);
          }) == Errc::invalid);
    CHECK(t.store.verify().ok());
}

TEST_CASE("subjects: identifiers are added and removed one by one", "[subjects]") {
    TestStore t;
    Subjects subjects(t.store);
    SubjectId a = subjects.create({{{"email", text("A@example.com")}}, {}, {}});
    SubjectId b = subjects.create({{{"email", text("b@example.com")}}, {}, {}});
    subjects.add_identifier(a, email("second@example.com"));
    subjects.add_identifier(a, email("second@example.com")); // again: nothing
    subjects.add_identifier(a, external("crm", "1"));
    CHECK(subjects.get(a).version == 3);
    CHECK(subjects.find(email("second@example.com")) == a);
    CHECK(code_of([&] { subjects.add_identifier(b, email("SECOND@example.com")); }) ==
          Errc::exists);
    subjects.remove_identifier(a, email("second@example.com"));
    CHECK(subjects.get(a).fields.at("email") == text("A@example.com"));
    CHECK(code_of([&] { subjects.remove_identifier(a, email("second@example.com")); }) ==
          Errc::not_found);
    subjects.remove_identifier(a, email("a@example.com")); // the field goes with it
    CHECK(subjects.get(a).fields.count("email") == 0);
    CHECK(code_of([&] { subjects.remove_identifier(a, external("crm", "1")); }) == Errc::invalid);
    CHECK(past_hashes(t, a) == 2);
    CHECK(t.store.verify().ok());
}

TEST_CASE("subjects: upsert finds by external id, then e-mail, then phone", "[subjects][upsert]") {
    TestStore t;
    Subjects subjects(t.store);
    auto first = upsert(t, {{{{"email", text("a@example.com")}, {"phone", text("+491711111111")}},
                             {external("crm", "1")},
                             "api"},
                            {{{"email", text("b@example.com")}}, {}, {}}});
    REQUIRE(first[0].outcome == RowOutcome::created);
    REQUIRE(first[1].outcome == RowOutcome::created);
    auto again = upsert(
        t, {
               {{{"email", text("neu@example.com")}}, {external("crm", "1")}, {}}, // moves address
               {{{"email", text("B@example.com")}}, {external("crm", "2")}, {}},   // gets an id
               {{{"phone", text("0049 171 1111111")}, {"first_name", text("Ann")}}, {}, {}},
               {{{"email", text("b@example.com")}}, {external("crm", "1")}, {}}, // two people
               {{{"first_name", text("Nobody")}}, {}, {}},
               {{{"email", text("no address")}}, {}, {}},
           });
    CHECK(again[0].outcome == RowOutcome::updated);
    CHECK(again[0].id == first[0].id);
    CHECK(again[1].outcome == RowOutcome::updated);
    CHECK(again[1].id == first[1].id);
    CHECK(again[2].outcome == RowOutcome::updated);
    CHECK(again[2].id == first[0].id);
    CHECK(again[3].outcome == RowOutcome::rejected);
    CHECK(again[3].reason == "identifiers of different subjects");
    CHECK(again[4].outcome == RowOutcome::rejected);
    CHECK(again[5].outcome == RowOutcome::rejected);
    CHECK(again[5].field == "email");
    CHECK_FALSE(test::contains(again[5].reason, "no address"));
    CHECK(subjects.get(first[0].id).fields.at("email") == text("neu@example.com"));
    CHECK(subjects.find(external("crm", "2")) == first[1].id);
    CHECK(subjects.count() == 2);
    CHECK(t.store.verify().ok());
}

TEST_CASE("subjects: people who share a telephone do not become one", "[subjects][upsert]") {
    TestStore t;
    auto first =
        upsert(t, {{{{"email", text("ann@example.com")}, {"phone", text("+493012345678")}}, {}, {}},
                   {{{"phone", text("+493012345679")}}, {}, {}}});
    auto rows =
        upsert(t, {{{{"email", text("bob@example.com")}, {"phone", text("+493012345678")}}, {}, {}},
                   {{{"email", text("bob@example.com")}, {"phone", text("+493012345679")}}, {}, {}},
                   {{{"email", text("anna@example.com")}, {"phone", text("+493012345678")}},
                    {external("crm", "1")},
                    {}},
                   {{{"phone", text("+493012345678")}}, {external("crm", "1")}, {}},
                   {{{"email", text("anna@example.com")}, {"phone", text("+493012345678")}},
                    {external("crm", "1")},
                    {}}});
    CHECK(rows[0].outcome == RowOutcome::rejected);
    CHECK(rows[0].field == "phone");
    CHECK(rows[1].outcome == RowOutcome::updated); // that subject had no address
    CHECK(rows[1].id == first[1].id);
    CHECK(rows[2].outcome == RowOutcome::rejected); // the id is nobody's yet
    CHECK(rows[3].outcome == RowOutcome::updated);
    CHECK(rows[4].outcome == RowOutcome::updated); // now the host's id says who it is
    CHECK(rows[4].id == first[0].id);
    CHECK(Subjects(t.store).get(first[0].id).fields.at("email") == text("anna@example.com"));
}

TEST_CASE("subjects: new and known rows take turns, and a half-known row leaves no trace",
          "[subjects][upsert]") {
    TestStore t;
    Field must;
    must.name = "must";
    must.required = true;
    Subjects subjects(t.store);
    SubjectId known = subjects.create({{{"email", text("known@example.com")}}, {}, {}});
    Fields(t.store).define(must);
    auto row = [&](const std::string& address, const std::string& id, const char* value) {
        SubjectInput out{{{"email", text(address)}}, {}, {}};
        if (!id.empty()) {
            out.identifiers.push_back(external("crm", id));
        }
        if (value != nullptr) {
            out.fields["must"] = text(value);
        }
        return out;
    };
    // The first row of a call is taken for new: here its id is, but its address is not.
    auto half = upsert(t, {row("known@example.com", "1", "x")});
    CHECK(half[0].outcome == RowOutcome::updated);
    CHECK(half[0].id == known);
    CHECK(subjects.find(external("crm", "1")) == known);
    auto mixed = upsert(t, {row("a@example.com", "2", "x"), row("known@example.com", "", nullptr),
                            row("b@example.com", "3", "x"), row("a@example.com", "3", "x"),
                            row("c@example.com", "4", nullptr), row("c@example.com", "5", "x"),
                            row("c@example.com", "5", "x")});
    std::vector<RowOutcome> outcomes;
    for (const auto& result : mixed) {
        outcomes.push_back(result.outcome);
    }
    CHECK(outcomes == std::vector<RowOutcome>{RowOutcome::created, RowOutcome::unchanged,
                                              RowOutcome::created, RowOutcome::rejected,
                                              RowOutcome::rejected, RowOutcome::created,
                                              RowOutcome::unchanged});
    CHECK_FALSE(subjects.find(external("crm", "4")));
    CHECK(mixed[3].reason == "identifiers of different subjects");
    CHECK(subjects.count() == 4);
    CHECK(t.store.verify().ok());
}

TEST_CASE("subjects: an upsert of the same again changes nothing", "[subjects][upsert]") {
    TestStore t;
    std::vector<SubjectInput> rows;
    for (int n = 0; n < 50; ++n) {
        rows.push_back({{{"email", text("p" + std::to_string(n) + "@example.com")},
                         {"first_name", text("P")},
                         {"country", text("France")},
                         {"date_of_birth", text("2000-01-31")}},
                        {external("crm", std::to_string(n))},
                        "api"});
    }
    for (const auto& result : upsert(t, rows)) {
        CHECK(result.outcome == RowOutcome::created);
    }
    t.clock.advance(std::chrono::hours(1));
    rows[3].fields["email"] = text("P3@EXAMPLE.COM"); // the same address in another spelling
    rows[4].fields.erase("first_name");
    rows[5].fields["country"] = text("");
    for (const auto& result : upsert(t, rows)) {
        CHECK(result.outcome == RowOutcome::unchanged);
    }
    Subject got = Subjects(t.store).get(*Subjects(t.store).find(external("crm", "3")));
    CHECK(got.version == 1);
    CHECK(got.changed_at < t.clock.now());
    CHECK(got.fields.at("email") == text("p3@example.com"));
}

TEST_CASE("subjects: upsert obeys what to do with those who are there", "[subjects][upsert]") {
    TestStore t;
    upsert(t, {{{{"email", text("a@example.com")}}, {}, {}}});
    std::vector<SubjectInput> rows{
        {{{"email", text("a@example.com")}, {"first_name", text("X")}}, {}, {}},
        {{{"email", text("b@example.com")}}, {}, {}},
        {{{"email", text("B@example.com")}}, {}, {}}};
    auto skipped = upsert(t, rows, OnMatch::skip);
    CHECK(skipped[0].outcome == RowOutcome::skipped);
    CHECK(skipped[0].id != SubjectId{});
    CHECK(skipped[1].outcome == RowOutcome::created);
    CHECK(skipped[2].outcome == RowOutcome::skipped); // a repetition within the call
    auto failed = upsert(t, rows, OnMatch::fail);
    for (const auto& result : failed) {
        CHECK(result.outcome == RowOutcome::rejected);
        CHECK(result.field == "email");
        CHECK(result.reason == "belongs to a subject already");
    }
    CHECK(Subjects(t.store).get(skipped[0].id).fields.count("first_name") == 0);
}

TEST_CASE("subjects: a row names the same identifier twice and keeps it once",
          "[subjects][upsert]") {
    TestStore t;
    auto done = upsert(t, {{{{"email", text("a@example.com")}},
                            {email("A@EXAMPLE.COM"), external("crm", "1"), external("crm", "1")},
                            {}}});
    REQUIRE(done[0].outcome == RowOutcome::created);
    CHECK(Subjects(t.store).get(done[0].id).identifiers.size() == 2);
}

TEST_CASE("subjects: a change of what decides is recorded with the values before", "[subjects]") {
    TestStore t;
    Subjects subjects(t.store);
    auto& engine = t.store.engine();
    SubjectId id =
        subjects.create({{{"email", text("a@example.com")}, {"country", text("DE")}}, {}, {}});
    auto events = [&] {
        std::vector<std::string> out;
        auto rows = engine.db().prepare_text(
            "SELECT evidence FROM event WHERE subject_id = ?1 AND kind = ?2 ORDER BY id");
        rows.bind(1, static_cast<std::int64_t>(id))
            .bind(2, static_cast<int>(EventKind::profile_changed));
        while (rows.step()) {
            out.push_back(rows.str(0));
        }
        return out;
    };
    CHECK(events().empty());
    subjects.update(id, {{{"first_name", text("Ann")}, {"language", text("de")}}, {}, {}});
    CHECK(events().empty());
    subjects.update(id, {{{"country", text("FR")}, {"date_of_birth", text("2010-02-03")}}, {}, {}});
    REQUIRE(events().size() == 1);
    CHECK(events()[0] == R"({"corporate":false,"country":"DE","date_of_birth":null})");
    subjects.update(id, {{{"recipient_type", text("natural_person")}}, {}, {}});
    CHECK(events().size() == 1); // unknown counts as a natural person: nothing that decides changed
    subjects.update(id, {{{"recipient_type", text("corporate")}}, {}, {}});
    REQUIRE(events().size() == 2);
    CHECK(events()[1] == R"({"corporate":false,"country":"FR","date_of_birth":"2010-02-03"})");
    auto profile = subjects::profile(engine, id);
    CHECK(profile.corporate);
    CHECK(profile.country == "FR");
    CHECK(profile.birth == parse_date("2010-02-03"));
    CHECK_FALSE(profile.standing);
    subjects::set_standing(engine, id, true);
    CHECK(subjects::profile(engine, id).standing);
    CHECK_FALSE(t.store.verify().ok()); // its ledger has no event that concerns all purposes
    subjects::set_standing(engine, id, false);
    CHECK(t.store.verify().ok());
}

TEST_CASE("subjects: pages come in order of id and lose nobody", "[subjects]") {
    TestStore t;
    Subjects subjects(t.store);
    for (int n = 0; n < 25; ++n) {
        subjects.create({{{"email", text("p" + std::to_string(n) + "@example.com")}}, {}, {}});
    }
    std::vector<SubjectId> seen;
    std::string after;
    int pages = 0;
    do {
        SubjectPage page = subjects.list(10, after);
        for (const Subject& subject : page.subjects) {
            CHECK(subject.identifiers.size() == 1);
            seen.push_back(subject.id);
        }
        after = page.next;
        ++pages;
    } while (!after.empty());
    CHECK(pages == 3);
    CHECK(seen.size() == 25);
    CHECK(std::is_sorted(seen.begin(), seen.end()));
    CHECK(subjects.list(25).next != "");
    CHECK(subjects.list(26).next == "");
    CHECK(code_of([&] { (void)subjects.list(10, "1; DROP TABLE subject"); }) == Errc::invalid);
    CHECK(code_of([&] { (void)subjects.list(0); }) == Errc::invalid);
}

TEST_CASE("subjects: a page of changes has those since then in order of change", "[subjects]") {
    TestStore t;
    Subjects subjects(t.store);
    std::vector<SubjectId> ids;
    for (int n = 0; n < 6; ++n) {
        ids.push_back(
            subjects.create({{{"email", text("p" + std::to_string(n) + "@example.com")}}, {}, {}}));
    }
    t.clock.advance(std::chrono::hours(1));
    Time since = t.clock.now();
    subjects.update(ids[4], {{{"first_name", text("X")}}, {}, {}});
    t.clock.advance(std::chrono::hours(1));
    subjects.update(ids[1], {{{"first_name", text("X")}}, {}, {}});
    subjects.update(ids[0], {{{"first_name", text("X")}}, {}, {}});
    std::vector<SubjectId> seen;
    std::string after;
    do {
        SubjectPage page = subjects.list(2, after, since);
        for (const Subject& subject : page.subjects) {
            seen.push_back(subject.id);
        }
        after = page.next;
    } while (!after.empty());
    CHECK(seen == std::vector<SubjectId>{ids[4], ids[0], ids[1]});
    CHECK(subjects.list(10, "", since + std::chrono::hours(2)).subjects.empty());
}

TEST_CASE("subjects: national numbers need a country, the row's own before the store's",
          "[subjects]") {
    TestStore t;
    Subjects subjects(t.store);
    CHECK(code_of([&] {
              subjects.create({{{"phone", text("030 1234567")}}, {}, {}});
          }) == Errc::invalid);
    SubjectInput french{{{"phone", text("01 42 68 53 00")}, {"country", text("FR")}}, {}, {}};
    t.store.set_setting("default_country", "DE");
    if (base::phone_national_supported()) {
        SubjectId paris = subjects.create(french);
        CHECK(subjects.find({IdentifierKind::phone, "", "+33142685300"}) == paris);
        SubjectId berlin = subjects.create({{{"phone", text("030 23125000")}}, {}, {}});
        CHECK(subjects.find({IdentifierKind::phone, "", "+493023125000"}) == berlin);
        // The typed form stays and is recognised although its country is another than the store's.
        subjects.update(paris, {{{"phone", text("+33 1 42 68 53 01")}}, {}, {}});
        CHECK_FALSE(subjects.find({IdentifierKind::phone, "", "+33142685300"}));
        CHECK(subjects.get(paris).identifiers.size() == 1);
    } else {
        CHECK(code_of([&] { subjects.create(french); }) == Errc::invalid);
    }
}

TEST_CASE("subjects: a rotation hashes identifiers and seals values anew", "[subjects][keys]") {
    TestStore t(TestStore::on_disk);
    Field health;
    health.name = "health";
    health.field_class = FieldClass::sealed;
    Fields(t.store).define(health);
    Subjects subjects(t.store);
    SubjectId id = subjects.create({{{"email", text("a@example.com")}, {"health", text("canary")}},
                                    {external("crm", "1")},
                                    {}});
    subjects.update(id, {{{"email", text("b@example.com")}}, {}, {}});
    auto& engine = t.store.engine();
    auto old_hash = subjects::hash_all(engine, subjects::normalise(engine, email("b@example.com")));
    REQUIRE(old_hash.size() == 1);
    auto ever_before = subjects::identifiers_ever(engine, id);
    t.store.rotate_key();
    CHECK(subjects.find(email("b@example.com")) == id);
    CHECK(subjects.find(external("crm", "1")) == id);
    CHECK(subjects.get(id).fields.at("health") == text("canary"));
    CHECK(t.store.verify().ok());
    auto ever = subjects::identifiers_ever(engine, id);
    for (const auto& hash : ever_before) {
        CHECK(std::find(ever.begin(), ever.end(), hash) != ever.end());
    }
    CHECK(subjects::find_by_hash(engine, old_hash.front()) == id); // under the former key
    auto new_hash = subjects::hash_all(engine, subjects::normalise(engine, email("b@example.com")));
    CHECK(new_hash.size() == 2);
    CHECK(new_hash[1] == old_hash[0]);
    CHECK(subjects::find_by_hash(engine, new_hash[0]) == id);
    t.reopen();
    CHECK(Subjects(t.store).get(id).fields.at("health") == text("canary"));
}

TEST_CASE("subjects: verify names what does not fit", "[subjects]") {
    TestStore t;
    Subjects subjects(t.store);
    subjects.create({{{"email", text("a@example.com")}}, {}, {}});
    subjects.create({{{"email", text("b@example.com")}}, {}, {}});
    auto& db = t.store.engine().db();
    auto codes = [&] { return finding_codes(t.store); };
    REQUIRE(codes().empty());
    db.exec("UPDATE identifier SET normal = 'mallory@example.com' WHERE normal = 'b@example.com'");
    CHECK(codes() == std::vector<std::string>{"identifier_changed"});
    db.exec("UPDATE identifier SET normal = 'b@example.com' WHERE normal = 'mallory@example.com'");
    db.exec("DELETE FROM identifier WHERE normal = 'a@example.com'");
    CHECK(codes() == std::vector<std::string>{"subject_without_identifier"});
    db.exec("DELETE FROM subject WHERE f_email = 'b@example.com'");
    CHECK(codes().size() == 2);
}

TEST_CASE("subjects: verify names an address that the person never gave", "[subjects]") {
    TestStore t;
    Subjects subjects(t.store);
    t.store.set_setting("default_country", "DE");
    subjects.create({{{"email", text("A@Example.com")}, {"phone", text("030 123456")}}, {}, {}});
    t.store.set_setting("default_country", "AT"); // the number stays what it was
    auto& db = t.store.engine().db();
    auto codes = [&] { return finding_codes(t.store); };
    REQUIRE(codes().empty());
    SECTION("in the field email") {
        db.exec("UPDATE subject SET f_email = 'evil@x.de'");
        CHECK(codes() == std::vector<std::string>{"address_changed"});
        db.exec("UPDATE subject SET f_email = 'a@example.com'"); // another spelling of it
        CHECK(codes().empty());
    }
    SECTION("in the field phone") {
        db.exec("UPDATE subject SET f_phone = '030 654321'");
        CHECK(codes() == std::vector<std::string>{"address_changed"});
    }
    SECTION("as what was typed") {
        db.exec("UPDATE identifier SET typed = 'evil@x.de' WHERE kind = 0");
        CHECK(codes() == std::vector<std::string>{"identifier_changed"});
    }
}

TEST_CASE("subjects: identifier kinds have names that go both ways", "[subjects]") {
    for (const char* name : {"email", "phone", "external:crm", "external:shop-2.example"}) {
        CHECK(identifier_kind_name(make_identifier(name, "x")) == name);
    }
    for (const char* name : {"", "mail", "external", "external:", "external:A", "external:a b"}) {
        INFO(name);
        CHECK(code_of([&] { make_identifier(name, "x"); }) == Errc::invalid);
    }
}

TEST_CASE("subjects: hostile text is data", "[subjects][hostile]") {
    TestStore t;
    Subjects subjects(t.store);
    std::string sql = "Robert'); DROP TABLE subject;--";
    SubjectId id =
        subjects.create({{{"email", text("bobby@example.com")}, {"first_name", text(sql)}},
                         {external("crm", "1' OR 1=1 --")},
                         "'; DELETE FROM subject"});
    CHECK(subjects.get(id).fields.at("first_name") == text(sql));
    CHECK(subjects.find(external("crm", "1' OR 1=1 --")) == id);
    CHECK(subjects.count() == 1);
    auto refused = [&](FieldValues fields, std::vector<Identifier> identifiers = {}) {
        return code_of([&] { subjects.create({fields, identifiers, {}}); }) == Errc::invalid;
    };
    CHECK(refused({{"email", text("a@example.com\r\nBcc: all@example.com")}}));
    CHECK(refused({{"email", text(std::string("a\0@example.com", 14))}}));
    CHECK(refused({{"email", text(std::string(300, 'a') + "@example.com")}}));
    CHECK(refused({}, {external("crm", std::string(256, 'x'))}));
    CHECK(refused({}, {external("crm", "a\nb")}));
    CHECK(refused({}, {external("crm", "\xc3\x28")}));
    CHECK(code_of([&] {
              subjects.create({{{"email", text("z@example.com")}}, {}, "a\x01"});
          }) == Errc::invalid);
    CHECK(subjects.count() == 1);
}

} // namespace subjects_subjects_test

// Fields: definitions, columns, what may change and what goes.
#include "catch.hpp"
#include "habeas/subject.hpp"
#include "store/engine.hpp"
#include "subjects/lookup.hpp"
#include "support/store.hpp"
#include "unit/base/expect_error.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace subjects_fields_test {

using namespace habeas;
using habeas::test::code_of;
using habeas::test::TestStore;

namespace {

Field make(const std::string& name, FieldType type = FieldType::text) {
    Field field;
    field.name = name;
    field.type = type;
    return field;
}

SubjectId person(TestStore& t, const std::string& email, FieldValues fields = {}) {
    fields["email"] = email;
    return Subjects(t.store).create({fields, {}, "test"});
}

std::vector<std::string> view_columns(TestStore& t, const std::string& view) {
    std::vector<std::string> out;
    t.store.query("SELECT * FROM " + view, {}, [&](const auto& names, const auto&) {
        out = names;
        return false;
    });
    return out;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string file_bytes(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

bool on_disk(const std::string& folder, const std::string& text) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (file_bytes(entry.path()).find(text) != std::string::npos) {
            return true;
        }
    }
    return false;
}

} // namespace

TEST_CASE("fields: a new store has the core fields", "[subjects][fields]") {
    TestStore t;
    std::vector<std::string> names;
    for (const Field& field : Fields(t.store).list()) {
        names.push_back(field.name);
        CHECK(field.labels.at("en").size() > 1);
    }
    CHECK(names == std::vector<std::string>{"email", "phone", "first_name", "last_name", "language",
                                            "country", "timezone", "date_of_birth",
                                            "recipient_type"});
    CHECK(Fields(t.store).list(FieldOwner::organisation).empty());
}

TEST_CASE("fields: a definition comes back as it was given", "[subjects][fields]") {
    TestStore t(TestStore::on_disk);
    Field field = make("plan", FieldType::select);
    field.labels = {{"de", "Tarif"}, {"en", "Plan"}};
    field.choices = {{"free", {{"en", "Free"}}}, {"Käse \"\\|", {}}};
    field.default_value = "free";
    field.field_class = FieldClass::special;
    field.in_exports = false;
    Field price = make("price", FieldType::money);
    price.scale = 4;
    price.required = true;
    {
        Fields fields(t.store);
        fields.define(field);
        fields.define(price);
    }
    t.reopen();
    Fields fields(t.store);
    CHECK(fields.find("plan") == field);
    CHECK(fields.find("price") == price);
    CHECK_FALSE(fields.find("nothing"));
    CHECK(code_of([&] { fields.define(field); }) == Errc::exists);
}

TEST_CASE("fields: names are plain, and what is not is refused before any SQL",
          "[subjects][fields]") {
    TestStore t;
    Fields fields(t.store);
    for (const std::string& name :
         {std::string(), std::string("Vip"), std::string("1st"), std::string("a b"),
          std::string("a\"; DROP TABLE subject; --"), std::string("x'); DELETE FROM subject--"),
          std::string("näme"), std::string("a\0b", 3), std::string(64, 'a'), std::string("id"),
          std::string("consent"), std::string("source"), std::string("segment")}) {
        INFO(name);
        CHECK(code_of([&] { fields.define(make(name)); }) == Errc::invalid);
    }
    fields.define(make(std::string(63, 'a')));
    fields.define(make("select")); // a word of SQL is a name like any other
    fields.define(make("order"));
    person(
        t, "a@example.com",
        {{"select", std::string("1; DROP TABLE subject")}, {"order", std::string("' OR '1'='1")}});
    auto got = Subjects(t.store).get(
        *Subjects(t.store).find({IdentifierKind::email, "", "a@example.com"}));
    CHECK(got.fields.at("select") == Value(std::string("1; DROP TABLE subject")));
    CHECK(got.fields.at("order") == Value(std::string("' OR '1'='1")));
    CHECK(code_of([&] { fields.rename("order", "x; y"); }) == Errc::invalid);
}

TEST_CASE("fields: definitions that make no sense are refused", "[subjects][fields]") {
    TestStore t;
    Fields fields(t.store);
    auto refused = [&](Field field) { return code_of([&] { fields.define(field); }); };
    Field field = make("a", FieldType::select);
    CHECK(refused(field) == Errc::invalid); // no choices
    field.choices = {{"x", {}}, {"x", {}}};
    CHECK(refused(field) == Errc::invalid);
    field.choices = {{" x", {}}};
    CHECK(refused(field) == Errc::invalid);
    field.choices = {{"x", {}}};
    field.default_value = "y";
    CHECK(refused(field) == Errc::invalid);
    Field many = make("b", FieldType::multiselect);
    many.choices = {{"a|b", {}}};
    CHECK(refused(many) == Errc::invalid);
    many.choices = {{"a", {}}};
    many.field_class = FieldClass::sealed;
    CHECK(refused(many) == Errc::invalid);
    Field text = make("c");
    text.choices = {{"a", {}}};
    CHECK(refused(text) == Errc::invalid);
    Field sealed = make("d");
    sealed.field_class = FieldClass::sealed;
    sealed.unique = true;
    CHECK(refused(sealed) == Errc::invalid);
    Field money = make("e", FieldType::money);
    money.scale = 7;
    CHECK(refused(money) == Errc::invalid);
    Field labels = make("f");
    labels.labels = {{"german", "x"}};
    CHECK(refused(labels) == Errc::invalid);
    labels.labels = {{"de", "a\nb"}};
    CHECK(refused(labels) == Errc::invalid);
    CHECK(Fields(t.store).list().size() == 9);
}

TEST_CASE("fields: a retired field is kept and read, but not written", "[subjects][fields]") {
    TestStore t;
    Fields fields(t.store);
    fields.define(make("nick"));
    SubjectId id = person(t, "a@example.com", {{"nick", std::string("Ann")}});
    fields.retire("nick");
    CHECK(fields.find("nick")->retired);
    CHECK(Subjects(t.store).get(id).fields.at("nick") == Value(std::string("Ann")));
    CHECK(has(view_columns(t, "v_subject"), "nick"));
    CHECK(code_of([&] {
              Subjects(t.store).update(id, {{{"nick", std::string("B")}}, {}, {}});
          }) == Errc::invalid);
}

TEST_CASE("fields: renaming keeps values, views and uniqueness", "[subjects][fields]") {
    TestStore t;
    Fields fields(t.store);
    Field field = make("card");
    field.unique = true;
    fields.define(field);
    Field sealed = make("illness");
    sealed.field_class = FieldClass::sealed;
    fields.define(sealed);
    SubjectId id =
        person(t, "a@example.com", {{"card", std::string("77")}, {"illness", std::string("none")}});
    fields.rename("card", "loyalty_card");
    fields.rename("illness", "health");
    Subject got = Subjects(t.store).get(id);
    CHECK(got.fields.at("loyalty_card") == Value(std::string("77")));
    CHECK(got.fields.at("health") == Value(std::string("none")));
    CHECK(has(view_columns(t, "v_subject"), "loyalty_card"));
    CHECK_FALSE(has(view_columns(t, "v_subject"), "card"));
    CHECK(code_of([&] {
              person(t, "b@example.com", {{"loyalty_card", std::string("77")}});
          }) == Errc::exists);
    CHECK(code_of([&] { fields.rename("loyalty_card", "health"); }) == Errc::exists);
    CHECK(code_of([&] { fields.rename("nobody", "x"); }) == Errc::not_found);
}

TEST_CASE("fields: what identifiers and decisions rest on stays", "[subjects][fields]") {
    TestStore t;
    Fields fields(t.store);
    for (const char* name : {"email", "phone", "country", "date_of_birth", "recipient_type"}) {
        INFO(name);
        CHECK(code_of([&] { fields.remove(name); }) == Errc::invalid);
        CHECK(code_of([&] { fields.retire(name); }) == Errc::invalid);
        CHECK(code_of([&] { fields.rename(name, "other"); }) == Errc::invalid);
    }
    fields.remove("timezone"); // a core field like the others
    CHECK_FALSE(fields.find("timezone"));
}

TEST_CASE("fields: update changes what the data allows", "[subjects][fields]") {
    TestStore t;
    Fields fields(t.store);
    Field plan = make("plan", FieldType::select);
    plan.choices = {{"a", {}}, {"b", {}}, {"c", {}}};
    fields.define(plan);
    Field tags = make("topics", FieldType::multiselect);
    tags.choices = {{"x", {}}, {"y", {}}};
    fields.define(tags);
    person(t, "a@example.com", {{"plan", std::string("a")}, {"topics", std::string("x")}});
    person(t, "b@example.com", {{"plan", std::string("a")}});

    plan.choices = {{"a", {{"en", "A"}}}, {"c", {}}};
    plan.labels = {{"en", "Plan"}};
    fields.update(plan);
    CHECK(fields.find("plan") == plan);
    plan.choices = {{"c", {}}};
    CHECK(code_of([&] { fields.update(plan); }) == Errc::invalid); // a is in use
    tags.choices = {{"y", {}}};
    CHECK(code_of([&] { fields.update(tags); }) == Errc::invalid);

    Field other_type = make("plan");
    CHECK(code_of([&] { fields.update(other_type); }) == Errc::invalid);
    Field unique = *fields.find("plan");
    unique.unique = true;
    CHECK(code_of([&] { fields.update(unique); }) == Errc::invalid); // twice the same value

    Field first = *fields.find("first_name");
    first.unique = true; // no values yet
    fields.update(first);
    person(t, "c@example.com", {{"first_name", std::string("Ann")}});
    CHECK(code_of([&] {
              person(t, "d@example.com", {{"first_name", std::string("Ann")}});
          }) == Errc::exists);
    first.unique = false;
    fields.update(first);
    person(t, "d@example.com", {{"first_name", std::string("Ann")}});

    Field seal = *fields.find("plan");
    seal.field_class = FieldClass::sealed;
    CHECK(code_of([&] { fields.update(seal); }) == Errc::invalid); // has values
    Field note = make("note");
    fields.define(note);
    note.field_class = FieldClass::sealed;
    fields.update(note); // has none
    CHECK_FALSE(has(view_columns(t, "v_subject"), "note"));
    CHECK(code_of([&] { fields.update(make("nobody")); }) == Errc::not_found);
}

TEST_CASE("fields: required and default act on new subjects", "[subjects][fields]") {
    TestStore t;
    Fields fields(t.store);
    SubjectId old = person(t, "old@example.com");
    Field plan = make("plan", FieldType::select);
    plan.choices = {{"free", {}}, {"pro", {}}};
    plan.default_value = "free";
    fields.define(plan);
    Field tags = make("topics", FieldType::multiselect);
    tags.choices = {{"x", {}}, {"y", {}}};
    tags.default_value = "x|y";
    fields.define(tags);
    Field must = make("membership_number");
    must.required = true;
    fields.define(must);
    Subjects subjects(t.store);
    CHECK(subjects.get(old).fields.count("plan") == 0);
    CHECK(code_of([&] { person(t, "a@example.com"); }) == Errc::invalid);
    CHECK(code_of([&] {
              person(t, "a@example.com", {{"membership_number", std::string(" ")}});
          }) == Errc::invalid);
    SubjectId id = person(t, "a@example.com", {{"membership_number", std::string("1")}});
    CHECK(subjects.get(id).fields.at("plan") == Value(std::string("free")));
    CHECK(subjects.get(id).fields.at("topics") == Value(std::vector<std::string>{"x", "y"}));
    SubjectId pro = person(t, "b@example.com",
                           {{"membership_number", std::string("2")}, {"plan", std::string("pro")}});
    CHECK(subjects.get(pro).fields.at("plan") == Value(std::string("pro")));
    subjects.update(old, {{{"first_name", std::string("Old")}}, {}, {}}); // required binds the new
    CHECK(code_of([&] {
              subjects.update(id, {{{"membership_number", std::monostate{}}}, {}, {}},
                              Blank::overwrite);
          }) == Errc::invalid);
}

TEST_CASE("fields: a removed field leaves no byte of its values on the disk",
          "[subjects][fields]") {
    TestStore t(TestStore::on_disk);
    Fields fields(t.store);
    fields.define(make("diary", FieldType::longtext));
    Field tags = make("topics", FieldType::multiselect);
    tags.choices = {{"canary-choice-4711", {}}};
    fields.define(tags);
    std::string secret = "canary-of-the-diary-0815";
    std::vector<SubjectId> people;
    for (int n = 0; n < 300; ++n) {
        people.push_back(
            person(t, "p" + std::to_string(n) + "@example.com",
                   {{"diary", std::string(static_cast<std::size_t>(n) * 40, '.') + secret},
                    {"topics", std::string("canary-choice-4711")},
                    {"first_name", std::string("canary-who-stays")}}));
    }
    REQUIRE(on_disk(t.folder.path(), secret));
    fields.remove("diary");
    CHECK_FALSE(on_disk(t.folder.path(), secret));
    Field without = tags;
    fields.remove("topics");
    CHECK_FALSE(on_disk(t.folder.path(), "canary-choice-4711"));
    CHECK(on_disk(t.folder.path(), "canary-who-stays"));
    CHECK(Subjects(t.store).get(people[7]).fields.at("first_name") ==
          Value(std::string("canary-who-stays")));
    CHECK(t.store.verify().ok());
    CHECK(t.store.tick().physical_done == 1);
    CHECK(t.store.tick().physical_done == 0);
}

TEST_CASE("fields: a reader delays the removal of bytes, and the tick finishes it",
          "[subjects][fields]") {
    TestStore t(TestStore::on_disk);
    Fields fields(t.store);
    fields.define(make("diary"));
    std::string secret = "canary-of-the-diary-0816";
    person(t, "a@example.com", {{"diary", secret}});
    {
        Store reader = Store::open(t.path(), t.options());
        store::Engine::Read snapshot(reader.engine());
        CHECK(Subjects(reader).count() == 1);
        fields.remove("diary");
        CHECK(on_disk(t.folder.path(), secret));
        CHECK(t.store.tick().physical_pending == 1);
    }
    CHECK(t.store.tick().physical_done == 1);
    CHECK_FALSE(on_disk(t.folder.path(), secret));
}

TEST_CASE("fields: sealed values are on the disk only encrypted, and in no view",
          "[subjects][fields]") {
    TestStore t(TestStore::on_disk);
    Fields fields(t.store);
    Field text = make("health");
    text.field_class = FieldClass::sealed;
    fields.define(text);
    Field number = make("dose", FieldType::number);
    number.field_class = FieldClass::sealed;
    fields.define(number);
    Field choice = make("union_member", FieldType::boolean);
    choice.field_class = FieldClass::sealed;
    fields.define(choice);
    SubjectId id = person(
        t, "a@example.com",
        {{"health", std::string("canary-diabetes-99")}, {"dose", 2.5}, {"union_member", true}});
    CHECK_FALSE(on_disk(t.folder.path(), "canary-diabetes-99"));
    Subjects subjects(t.store);
    CHECK(subjects.get(id).fields.at("health") == Value(std::string("canary-diabetes-99")));
    CHECK(subjects.get(id).fields.at("dose") == Value(2.5));
    CHECK(subjects.get(id).fields.at("union_member") == Value(true));
    CHECK_FALSE(has(view_columns(t, "v_subject"), "health"));
    std::int64_t version = subjects.get(id).version;
    auto same = subjects.upsert(std::vector<SubjectInput>{
        {{{"email", std::string("a@example.com")}, {"health", std::string("canary-diabetes-99")}},
         {},
         {}}});
    CHECK(same[0].outcome ==
          RowOutcome::unchanged); // compared in clear, although each seal differs
    CHECK(subjects.get(id).version == version);
    // A sealed value that was moved to another person does not open.
    SubjectId other = person(t, "b@example.com");
    auto& db = t.store.engine().db();
    db.exec("UPDATE subject SET f_health = (SELECT f_health FROM subject WHERE id = " +
            std::to_string(static_cast<std::int64_t>(id)) +
            ") WHERE id = " + std::to_string(static_cast<std::int64_t>(other)));
    CHECK(code_of([&] { (void)subjects.get(other); }) == Errc::corrupt);
}

TEST_CASE("fields: the limit of fields is a clear error", "[subjects][fields]") {
    TestStore t;
    Fields fields(t.store);
    Transaction all = t.store.transaction();
    for (int n = 0; n < 500; ++n) {
        fields.define(make("f" + std::to_string(n)));
    }
    CHECK(code_of([&] { fields.define(make("one_more")); }) == Errc::invalid);
    all.commit();
    SubjectId id = person(t, "a@example.com", {{"f499", std::string("last")}});
    CHECK(Subjects(t.store).get(id).fields.at("f499") == Value(std::string("last")));
}

TEST_CASE("fields: a rolled-back definition is forgotten, also by the handle's cache",
          "[subjects][fields]") {
    TestStore t;
    Fields fields(t.store);
    {
        Transaction tx = t.store.transaction();
        fields.define(make("ghost"));
        CHECK(fields.find("ghost"));
    }
    CHECK_FALSE(fields.find("ghost"));
    CHECK(code_of([&] {
              person(t, "a@example.com", {{"ghost", std::string("x")}});
          }) == Errc::not_found);
    fields.define(make("ghost"));
    person(t, "a@example.com", {{"ghost", std::string("x")}});
}

TEST_CASE("fields: another handle sees a new field at once", "[subjects][fields]") {
    TestStore t(TestStore::on_disk);
    Store other = Store::open(t.path(), t.options());
    CHECK_FALSE(Fields(other).find("vip"));
    Fields(t.store).define(make("vip", FieldType::boolean));
    CHECK(Fields(other).find("vip"));
    SubjectId id =
        Subjects(other).create({{{"email", std::string("a@example.com")}, {"vip", true}}, {}, {}});
    CHECK(Subjects(t.store).get(id).fields.at("vip") == Value(true));
}

TEST_CASE("fields: each change is an act in the ledger", "[subjects][fields]") {
    TestStore t;
    Fields fields(t.store);
    auto acts = [&] {
        return t.store.engine().db().scalar_i64("SELECT count(*) FROM event WHERE kind = 69");
    };
    REQUIRE(static_cast<int>(EventKind::field_changed) == 68);
    auto count = [&] {
        return t.store.engine().db().scalar_i64("SELECT count(*) FROM event WHERE kind = 68");
    };
    CHECK(acts() == 0);
    fields.define(make("a"));
    fields.rename("a", "b");
    fields.retire("b");
    fields.retire("b");
    fields.remove("b");
    CHECK(count() == 4);
    CHECK(t.store.verify().ok());
}

} // namespace subjects_fields_test

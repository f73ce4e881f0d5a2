// Hostile text at every place where the public interface takes one.
#include "base/text.hpp"
#include "catch.hpp"
#include "habeas/habeas.hpp"
#include "support/store.hpp"

#include <algorithm>
#include <functional>

namespace hostile_texts_test {

using namespace habeas;
using habeas::test::TestStore;

namespace {

/// A store with a person, an organisation and a purpose.
struct Shop : TestStore {
    Shop() {
        ann = Subjects(store).create({{{"email", std::string("ann@example.com")}}, {}, {}});
        for (const char* name : {"note", "letter", "diary"}) {
            Field field;
            field.name = name;
            field.type = name == std::string("note") ? FieldType::text : FieldType::longtext;
            field.field_class =
                name == std::string("diary") ? FieldClass::sealed : FieldClass::personal;
            Fields(store).define(field);
        }
        purpose.code = "news";
        purpose.channels = {Channel::email};
        purpose.texts.push_back({0, {}, {{"en", "Words", "Label"}}, {}, {}});
        Purposes(store).define(purpose);
        purpose.texts.clear();
        organisation = Organisations(store).create({{}, 0, "Shop", "org-1", {}});
    }
    ConsentEvent event() const {
        ConsentEvent out;
        out.subject = ann;
        out.kind = EventKind::withdrawn;
        out.purpose = "news";
        return out;
    }
    /// What another writer would see of the store, to tell whether something was written.
    std::string state() {
        return Definitions(store).to_json() + Export(store).access_json(ann, preview()) +
               std::to_string(Subjects(store).count());
    }
    static BundleOptions preview() {
        BundleOptions options;
        options.record = false;
        return options;
    }

    std::string fresh_address() { return "n" + std::to_string(++people) + "@example.com"; }

    int people = 0;
    SubjectId ann{};
    Purpose purpose;
    OrganisationId organisation{};
};

struct Place {
    const char* name;
    std::size_t limit; ///< bytes
    bool multiline;
    bool names; ///< only names of a fixed alphabet may be here: no free text
    std::function<void(Shop&, const std::string&)> write;
};

std::string field_of(Shop& shop, const char* name) {
    return std::get<std::string>(Subjects(shop.store).get(shop.ann).fields.at(name));
}

void put_field(Shop& shop, const char* name, const std::string& text) {
    Subjects(shop.store).update(shop.ann, {{{name, text}}, {}, {}});
    CHECK(field_of(shop, name) == text);
}

template <class Change>
void record(Shop& shop, Change change) {
    ConsentEvent event = shop.event();
    change(event);
    Consent(shop.store).record(event);
}

template <class Change>
void define(Shop& shop, Change change) {
    Purpose purpose = shop.purpose;
    change(purpose);
    Purposes(shop.store).define(purpose);
}

std::vector<Place> places() {
    using Text = const std::string&;
    constexpr std::size_t mb = std::size_t{1} << 20;
    return {
        {"text field", 4096, false, false, [](Shop& s, Text t) { put_field(s, "note", t); }},
        {"longtext field", mb, true, false, [](Shop& s, Text t) { put_field(s, "letter", t); }},
        {"sealed field", mb, true, false, [](Shop& s, Text t) { put_field(s, "diary", t); }},
        {"name of a field in a row", 63, false, true,
         [](Shop& s, Text t) {
             Subjects(s.store).update(s.ann, {{{t, std::string("x")}}, {}, {}});
         }},
        {"external id", 255, false, false,
         [](Shop& s, Text t) {
             Subjects(s.store).add_identifier(s.ann, make_identifier("external:crm", t));
             CHECK(Subjects(s.store).find(make_identifier("external:crm", t)) == s.ann);
         }},
        {"system of an external id", 63, false, true,
         [](Shop& s, Text t) {
             Subjects(s.store).add_identifier(s.ann, {IdentifierKind::external, t, "1"});
         }},
        {"e-mail address", 254, false, true,
         [](Shop& s, Text t) {
             Subjects(s.store).add_identifier(s.ann, {IdentifierKind::email, {}, t});
         }},
        {"e-mail address looked for", 254, false, true,
         [](Shop& s, Text t) {
             (void)Subjects(s.store).find({IdentifierKind::email, {}, t});
         }},
        {"telephone number", 64, false, true,
         [](Shop& s, Text t) {
             Subjects(s.store).add_identifier(s.ann, {IdentifierKind::phone, {}, t});
         }},
        {"source of a subject", 255, false, false,
         [](Shop& s, Text t) {
             auto id = Subjects(s.store).create({{{"email", s.fresh_address()}}, {}, t});
             CHECK(Subjects(s.store).get(id).source == t);
         }},
        {"name of an organisation", 500, false, false,
         [](Shop& s, Text t) {
             auto id = Organisations(s.store).create({{}, 0, t, {}, {}});
             CHECK(Organisations(s.store).get(id).name == t);
         }},
        {"external id of an organisation", 255, false, false,
         [](Shop& s, Text t) {
             Organisations(s.store).create({{}, 0, "Name", t, {}});
             CHECK(Organisations(s.store).find(t).has_value());
         }},
        {"role in an organisation", 255, false, false,
         [](Shop& s, Text t) {
             Organisations(s.store).link(s.ann, {s.organisation, t, false});
             CHECK(Organisations(s.store).of(s.ann).front().role == t);
         }},
        {"name of a new field", 63, false, true,
         [](Shop& s, Text t) {
             Field field;
             field.name = t;
             Fields(s.store).define(field);
         }},
        {"new name of a field", 63, false, true,
         [](Shop& s, Text t) { Fields(s.store).rename("note", t); }},
        {"label of a field", 500, false, false,
         [](Shop& s, Text t) {
             Field field = *Fields(s.store).find("note");
             field.labels["en"] = t;
             Fields(s.store).update(field);
             CHECK(Fields(s.store).find("note")->labels.at("en") == t);
         }},
        {"language of a label", 35, false, true,
         [](Shop& s, Text t) {
             Field field = *Fields(s.store).find("note");
             field.labels[t] = "label";
             Fields(s.store).update(field);
         }},
        {"choice of a select", 200, false, false,
         [](Shop& s, Text t) {
             Field field;
             field.name = "choice" + std::to_string(++s.people);
             field.type = FieldType::select;
             field.choices = {{t, {}}};
             Fields(s.store).define(field);
             put_field(s, field.name.c_str(), t);
         }},
        {"code of a purpose", 63, false, true,
         [](Shop& s, Text t) { define(s, [&](Purpose& p) { p.code = t; }); }},
        {"label of a purpose", 4000, true, false,
         [](Shop& s, Text t) { define(s, [&](Purpose& p) { p.labels["en"] = t; }); }},
        {"recipient of a purpose", 200, false, false,
         [](Shop& s, Text t) { define(s, [&](Purpose& p) { p.recipients = {t}; }); }},
        {"duration of a purpose", 64, false, true,
         [](Shop& s, Text t) { define(s, [&](Purpose& p) { p.validity = t; }); }},
        {"words of a consent", 100'000, true, false,
         [](Shop& s, Text t) {
             auto number = Purposes(s.store).add_text("news", {0, {}, {{"en", t, "L"}}, {}, {}});
             CHECK(Purposes(s.store).find("news")->texts.at(number - 1).texts.front().text == t);
         }},
        {"label of a consent", 4000, true, false,
         [](Shop& s, Text t) {
             Purposes(s.store).add_text("news", {0, {}, {{"en", "Words", t}}, {}, {}});
         }},
        {"method of a consent", 32, false, true,
         [](Shop& s, Text t) { record(s, [&](ConsentEvent& e) { e.evidence.method = t; }); }},
        {"form of a consent", 400, false, false,
         [](Shop& s, Text t) {
             record(s, [&](ConsentEvent& e) { e.evidence.form = t; });
             CHECK(Consent(s.store).history(s.ann).back().evidence.form == t);
         }},
        {"document of a consent", 400, false, false,
         [](Shop& s, Text t) { record(s, [&](ConsentEvent& e) { e.evidence.document = t; }); }},
        {"note of a consent", 4000, true, false,
         [](Shop& s, Text t) {
             record(s, [&](ConsentEvent& e) { e.evidence.note = t; });
             CHECK(Consent(s.store).history(s.ann).back().evidence.note == t);
         }},
        {"language of a consent", 64, false, false,
         [](Shop& s, Text t) { record(s, [&](ConsentEvent& e) { e.evidence.language = t; }); }},
        {"IP address of a consent", 64, false, true,
         [](Shop& s, Text t) { record(s, [&](ConsentEvent& e) { e.evidence.ip = t; }); }},
        {"controller of a consent", 200, false, false,
         [](Shop& s, Text t) {
             record(s, [&](ConsentEvent& e) { e.evidence.controllers = {t}; });
         }},
        {"scope of an event", 32, false, true,
         [](Shop& s, Text t) { record(s, [&](ConsentEvent& e) { e.scope = t; }); }},
        {"purpose of an event", 63, false, true,
         [](Shop& s, Text t) { record(s, [&](ConsentEvent& e) { e.purpose = t; }); }},
        {"key of a fact", 32, false, true,
         [](Shop& s, Text t) {
             record(s, [&](ConsentEvent& e) {
                 e.kind = EventKind::basis_fact;
                 e.data = {{t, "true"}};
             });
         }},
        {"kind of a suppression", 32, false, true,
         [](Shop& s, Text t) {
             Consent(s.store).suppress(make_identifier("email", "x@example.com"), t, "all");
         }},
        {"note of a suppression", 4000, true, false,
         [](Shop& s, Text t) {
             Consent(s.store).suppress(make_identifier("email", "x@example.com"), "objection",
                                       "all", t);
         }},
        {"reason of a release", 4000, true, false,
         [](Shop& s, Text t) {
             Transaction both = s.store.transaction(); // refused, it takes the list back too
             auto address = make_identifier("email", "x@example.com");
             Consent(s.store).suppress(address, "objection", "all");
             Consent(s.store).unsuppress(address, t);
             both.commit();
         }},
        {"setting place", 1000, false, false,
         [](Shop& s, Text t) { s.store.set_setting("place", t); }},
        {"setting default_country", 2, false, true,
         [](Shop& s, Text t) { s.store.set_setting("default_country", t); }},
        {"setting time_zone", 64, false, true,
         [](Shop& s, Text t) { s.store.set_setting("time_zone", t); }},
        {"setting controller", 8000, false, true,
         [](Shop& s, Text t) { s.store.set_setting("controller", t); }},
        {"name of a setting", 32, false, true,
         [](Shop& s, Text t) { s.store.set_setting(t, "x"); }},
        {"definitions", mb, true, true, [](Shop& s, Text t) { Definitions(s.store).apply(t); }},
        {"id of an actor", 255, false, false,
         [](Shop& s, Text t) {
             s.store.set_actor({Actor::Kind::person, t, "reason"});
             Consent(s.store).record(s.event());
             CHECK(Consent(s.store).history(s.ann).back().actor.id == t);
         }},
        {"reason of an actor", 1000, true, false,
         [](Shop& s, Text t) {
             s.store.set_actor({Actor::Kind::person, "7", t});
             Consent(s.store).record(s.event());
             CHECK(Consent(s.store).history(s.ann).back().actor.reason == t);
         }},
        {"ground of an erasure", 200, false, false,
         [](Shop& s, Text t) {
             ErasureOptions options;
             options.ground = t;
             Transaction both = s.store.transaction();
             auto id = Subjects(s.store).create({{{"email", s.fresh_address()}}, {}, {}});
             Erasure(s.store).execute(id, options);
             both.commit();
         }},
        {"recipient of an export", 400, false, false,
         [](Shop& s, Text t) {
             BundleOptions options;
             options.recipient = t;
             (void)Export(s.store).access_json(s.ann, options);
         }},
        {"language of a bundle", 35, false, true,
         [](Shop& s, Text t) {
             BundleOptions options = Shop::preview();
             options.language = t;
             (void)Export(s.store).access_html(s.ann, options);
         }},
        {"column of an export", 63, false, true,
         [](Shop& s, Text t) {
             CsvOptions options;
             options.recipient = "me";
             options.columns = {"id", t};
             Export(s.store).csv(s.folder.file("export.csv"), options);
         }},
        {"target of an import", 63, false, true,
         [](Shop& s, Text t) {
             ImportOptions options;
             options.columns = {{"email", "email", ""}, {"x", t, ""}};
             Import(s.store).contacts_text("email,x\nb@example.com,1\n", options);
         }},
        {"header of an import", 500, false, true,
         [](Shop& s, Text t) {
             ImportOptions options;
             options.columns = {{"email", "email", ""}, {t, "note", ""}};
             Import(s.store).contacts_text("email,x\nb@example.com,1\n", options);
         }},
        {"source of an import", 255, false, false,
         [](Shop& s, Text t) {
             ImportOptions options;
             options.source = t;
             Import(s.store).contacts_text("email\n" + s.fresh_address() + "\n", options);
         }},
        {"SQL of a query", mb, true, true,
         [](Shop& s, Text t) {
             s.store.query(t, {}, [](const auto&, const auto&) { return true; });
         }},
        {"receipt of an erasure", mb, true, true,
         [](Shop& s, Text t) {
             if (!Erasure(s.store).check_commitment(t)) {
                 throw Error(Errc::invalid, "no commitment of this store");
             }
         }},
    };
}

/// One line of UTF-8: what a log can take.
bool fit_for_a_log(const std::string& message) {
    bool control = std::any_of(message.begin(), message.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    return !control && !base::invalid_utf8(message) && message.size() <= 6005;
}

/// What came of it. Only these errors answer a text; anything else is a defect.
struct Outcome {
    bool refused = false;
    std::string message;
};
Outcome attempt(Shop& shop, const Place& place, const std::string& text) {
    try {
        place.write(shop, text);
        return {};
    } catch (const Error& error) {
        INFO(place.name << ": " << error.what());
        bool answer = error.code() == Errc::invalid || error.code() == Errc::not_found ||
                      error.code() == Errc::denied;
        CHECK(answer);
        CHECK(fit_for_a_log(error.what()));
        CHECK(fit_for_a_log(error.where()));
        return {true, error.what()};
    }
}

} // namespace

TEST_CASE("hostile: SQL is data in every value, and no name at any place for one", "[hostile]") {
    const std::vector<std::string> texts{"x'); DROP TABLE subject; --",
                                         "x\"; DELETE FROM event; --",
                                         "1 OR 1=1",
                                         "'; UPDATE subject SET f_email = NULL; --",
                                         "\" FROM subject; SELECT \"",
                                         "/* */ ; ATTACH '/tmp/x' AS y; --",
                                         "f_email\" = '' WHERE 1 = 1; --",
                                         "${x} {{x}} %s %n ?1 :a @b $c"};
    for (const Place& place : places()) {
        Shop shop;
        for (const std::string& text : texts) {
            INFO(place.name << ": " << text);
            Outcome out = attempt(shop, place, text);
            CHECK(out.refused == place.names);
        }
        auto count = Subjects(shop.store).count();
        CHECK(count >= 1);
        CHECK(Subjects(shop.store).find(make_identifier("email", "ann@example.com")) == shop.ann);
        CHECK(shop.store.verify().ok());
    }
}

TEST_CASE("hostile: control characters and NUL are refused at every place", "[hostile]") {
    std::vector<std::string> texts{"a\x7f", "a\xc2\x80z", "a\xc2\x9f"};
    for (char c = 0; c < 0x20; ++c) {
        texts.push_back(std::string("secret") + c + "z");
    }
    for (const Place& place : places()) {
        Shop shop;
        const std::string before = shop.state();
        for (const std::string& text : texts) {
            bool line = text.find_first_of("\t\r\n") != std::string::npos;
            if (line && place.multiline) {
                continue;
            }
            INFO(place.name << ": byte " << static_cast<int>(text[text.size() / 2]));
            Outcome out = attempt(shop, place, text);
            CHECK(out.refused);
            if (!place.names) { // a name may be repeated, a value never
                CHECK(out.message.find("secret") == std::string::npos);
            }
        }
        CHECK(shop.state() == before);
    }
}

TEST_CASE("hostile: what is no UTF-8 is refused at every place, and free text with its offset",
          "[hostile]") {
    // Overlong, surrogate, past U+10FFFF, cut off, a continuation without a beginning.
    const std::vector<std::string> texts{
        "abcde\xc0\xaf", "abcde\xed\xa0\x80", "abcde\xf4\x90\x80\x80",
        "abcde\xe2\x82", "abcde\xff",         "abcde\x80z"};
    for (const Place& place : places()) {
        Shop shop;
        const std::string before = shop.state();
        for (const std::string& text : texts) {
            Outcome out = attempt(shop, place, text);
            INFO(place.name << ": " << out.message);
            CHECK(out.refused);
            if (!place.names) {
                CHECK(out.message.find("abcde") == std::string::npos);
                CHECK(out.message.find("byte 5") != std::string::npos);
            }
        }
        CHECK(shop.state() == before);
    }
}

TEST_CASE("hostile: a value may be as long as is said and not a byte longer", "[hostile]") {
    for (const Place& place : places()) {
        INFO(place.name);
        Shop shop;
        if (!place.names) {
            CHECK_FALSE(attempt(shop, place, std::string(place.limit, 'x')).refused);
        }
        const std::string before = shop.state();
        Outcome longer = attempt(shop, place, std::string(place.limit + 1, 'x'));
        CHECK(longer.refused);
        Outcome huge = attempt(shop, place, std::string(std::size_t{8} << 20, 'x'));
        CHECK(huge.refused);
        CHECK(shop.state() == before);
    }
}

TEST_CASE("hostile: no line break comes into an e-mail address, by any way", "[hostile]") {
    const std::vector<std::string> addresses{"a@example.com\r\nBcc: all@example.com",
                                             "a@example.com\nBcc: all@example.com",
                                             "a\r\nBcc:all@example.com",
                                             "a@example.com%0d%0aBcc:b@example.com",
                                             "a@example.com\rb",
                                             "\"a\r\n \"@example.com",
                                             "a@example.com\xe2\x80\xa8"
                                             "b",
                                             "a@example.com,b@example.com",
                                             "a@example.com;b@example.com",
                                             "A <a@example.com>",
                                             "a@example.com\xc2\x85"
                                             "b",
                                             std::string("a@example.com\0b", 15)};
    Shop shop;
    Subjects subjects(shop.store);
    Consent consent(shop.store);
    auto refused = [](auto act) {
        try {
            act();
        } catch (const Error& error) {
            CHECK(std::string(error.what()).find("example") == std::string::npos);
            return error.code() == Errc::invalid;
        }
        return false;
    };
    for (const std::string& address : addresses) {
        INFO(address);
        Identifier identifier{IdentifierKind::email, {}, address};
        CHECK(refused([&] { subjects.create({{{"email", address}}, {}, {}}); }));
        CHECK(refused([&] { subjects.create({{}, {identifier}, {}}); }));
        CHECK(refused([&] { subjects.update(shop.ann, {{{"email", address}}, {}, {}}); }));
        CHECK(refused([&] { subjects.add_identifier(shop.ann, identifier); }));
        CHECK(refused([&] { (void)subjects.find(identifier); }));
        CHECK(refused([&] { consent.suppress(identifier, "objection", "all"); }));
        CHECK(refused([&] { (void)consent.suppressed(identifier); }));
        std::vector<SubjectInput> rows{{{{"email", address}}, {}, {}}};
        CHECK(subjects.upsert(rows).front().outcome == RowOutcome::rejected);
        std::string quoted = "\"";
        for (char c : address) {
            quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
        }
        auto report = Import(shop.store).contacts_text("email\n" + quoted + "\"\n");
        CHECK(report.rejected == 1);
        report = Import(shop.store)
                     .consents_text("email,purpose,channel,action,at\n" + quoted +
                                    "\",news,email,granted,2025-01-01\n");
        CHECK(report.rejected == 1);
    }
    CHECK(subjects.count() == 1);
    CHECK(consent.suppression_count() == 0);
}

} // namespace hostile_texts_test

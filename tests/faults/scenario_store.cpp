// Creation, migration, rotation of the root key, definitions, two handles at once.
#include "faults/scenario.hpp"
#include "habeas/definitions.hpp"
#include "habeas/erasure.hpp"

namespace habeas::faults {
namespace {

Step create_person(const std::string& name) {
    return {"create " + name,
            [=](Run& run) { remember(run, name, Subjects(run.engine()).create(person(name))); }};
}

Step suppress(const std::string& name) {
    return {"suppress " + name, [=](Run& run) {
                const std::string address = address_of(name);
                run.known.listed.insert(address);
                Consent(run.engine())
                    .suppress({IdentifierKind::email, {}, address}, "objection", "marketing");
                remember_suppressed(run, name);
            }};
}

Step rotate() {
    return {"rotate the key", [](Run& run) { run.engine().rotate_key({}); }};
}

Step declare_all(const std::string& title, const std::string& document) {
    return {title, [=](Run& run) { Definitions(run.engine()).apply(document); }};
}

/// The same step by the other handle.
Step by_other(const std::string& title, std::function<void(Run&, store::Engine&)> act) {
    return {"other handle: " + title, [=](Run& run) { act(run, run.other()); }};
}

} // namespace

Scenario creation() {
    return {"creation",
            nullptr,
            {
                {"create", [](Run& run) { run.create(); }},
                declare_all("first definitions",
                            R"({"habeas_definitions":1,
                          "settings":{"controller":{"name":"Shop","country":"DE"}},
                          "fields":[{"name":"note","type":"longtext"},
                                    {"name":"secret","type":"text","class":"sealed"},
                                    {"name":"topics","type":"multiselect",
                                     "choices":[{"value":"cats"},{"value":"dogs"}]}],
                          "purposes":[{"code":"newsletter","basis":"consent","kind":"marketing",
                                       "channels":["email","sms"],
                                       "texts":[{"texts":[{"language":"en","text":"Words",
                                                           "label":"Yes"}]}]}]})"),
                create_person("ann"),
                record("ann", EventKind::granted, "newsletter"),
                close_and_open(),
                record("ann", EventKind::withdrawn, "newsletter"),
                create_person("ben"),
            }};
}

Scenario migration() {
    return {"migration",
            open_shop,
            {
                record("ben", EventKind::withdrawn, "newsletter"),
                {"migrate", [](Run& run) { run.migrate(); }},
                record("cem", EventKind::withdrawn, "newsletter"),
                {"erase dea",
                 [](Run& run) {
                     Erasure(run.engine()).execute(id_of(run, "dea"));
                     remember_erased(run, "dea");
                 }},
                create_person("kay"),
                close_and_open(),
            }};
}

Scenario key_rotation() {
    return {"key rotation",
            open_shop,
            {
                suppress("before"),
                rotate(),
                suppress("between"),
                suppress("ben"),
                create_person("kay"),
                record("cem", EventKind::withdrawn, "newsletter"),
                close_and_open(),
                rotate(),
                suppress("after"),
                {"erase dea",
                 [](Run& run) {
                     Erasure(run.engine()).execute(id_of(run, "dea"));
                     remember_erased(run, "dea");
                 }},
                create_person("lea"),
                close_and_open(),
            }};
}

Scenario definitions() {
    const std::string more = R"({"habeas_definitions":1,
        "settings":{"place":"Wien","time_zone":"Europe/Vienna"},
        "fields":[{"name":"size","type":"select","choices":[{"value":"s"},{"value":"l"}]},
                  {"name":"member_since","type":"date"},
                  {"name":"number","type":"text","unique":true}],
        "purposes":[{"code":"profiling","basis":"consent","kind":"profiling",
                     "channels":["internal"],
                     "texts":[{"texts":[{"language":"en","text":"We may look.","label":"Yes"},
                                        {"language":"de","text":"Wir dürfen.","label":"Ja"}]}]},
                    {"code":"newsletter","basis":"consent","kind":"marketing",
                     "channels":["email","sms","post"],"validity":"P24M"}]})";
    return {"definitions",
            open_shop,
            {
                declare_all("more definitions", more),
                {"a text",
                 [](Run& run) {
                     Purposes(run.engine())
                         .add_text("newsletter", {0, true, {{"en", "New words", "Yes"}}, {}, {}});
                 }},
                declare_all("changes", R"({"habeas_definitions":1,"fields":[{"name":"size","type":
                    "select","choices":[{"value":"s"},{"value":"m"},{"value":"l"}]}]})"),
                close_and_open(),
                {"rename", [](Run& run) { Fields(run.engine()).rename("size", "dress_size"); }},
                {"retire a field", [](Run& run) { Fields(run.engine()).retire("dress_size"); }},
                {"retire a purpose", [](Run& run) { Purposes(run.engine()).retire("letters"); }},
                create_person("kay"),
            }};
}

Scenario two_handles() {
    return {"two handles",
            open_shop,
            {
                record("ann", EventKind::withdrawn, "newsletter"),
                by_other("withdraw ben",
                         [](Run& run, store::Engine& engine) {
                             const auto no = event(run, "ben", EventKind::withdrawn, "newsletter");
                             Consent(engine).record(no);
                             remember_no(run, no, "ben");
                         }),
                create_person("kay"),
                by_other("create lea",
                         [](Run& run, store::Engine& engine) {
                             remember(run, "lea", Subjects(engine).create(person("lea")));
                         }),
                by_other("erase cem",
                         [](Run& run, store::Engine& engine) {
                             Erasure(engine).execute(id_of(run, "cem"));
                             remember_erased(run, "cem");
                         }),
                suppress("dea"),
                {"rotate the key", [](Run& run) { run.engine().rotate_key({}); }},
                by_other("find eva, create mia",
                         [](Run& run, store::Engine& engine) {
                             if (Subjects(engine).find(name_of("eva")) != id_of(run, "eva")) {
                                 throw Error(Errc::internal, "eva is not found");
                             }
                             remember(run, "mia", Subjects(engine).create(person("mia")));
                         }),
                by_other("suppress fay",
                         [](Run& run, store::Engine& engine) {
                             run.known.listed.insert(address_of("fay"));
                             Consent(engine).suppress(
                                 {IdentifierKind::email, {}, address_of("fay")}, "complaint",
                                 "marketing");
                             remember_suppressed(run, "fay");
                         }),
                record("gus", EventKind::objected, "", Channel::any, "direct_marketing"),
                close_and_open(),
            }};
}

} // namespace habeas::faults

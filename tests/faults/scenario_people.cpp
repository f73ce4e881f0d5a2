// Import, consent, changes of subjects and fields, erasure.
#include "faults/reference.hpp"
#include "faults/scenario.hpp"
#include "habeas/erasure.hpp"
#include "habeas/import.hpp"

#include <array>

namespace habeas::faults {
namespace {

std::string number(int i) {
    return "row " + std::to_string(i);
}

/// Whose answer in a file is no.
bool refuses(int i) {
    return i % 3 == 0;
}

ImportOptions in_batches(Run& run) {
    ImportOptions options;
    options.batch = 7;
    options.consent_time_column = "asked";
    options.progress = [&run](std::uint64_t, std::uint64_t) {
        run.reached(); // a batch is committed
        return true;
    };
    for (const char* column : {"external:test", "email", "last_name", "country", "note"}) {
        options.columns.push_back({column, column, ""});
    }
    options.columns.push_back({"news", "consent.newsletter.email", ""});
    return options;
}

/// Contacts with their answers: `from` to `to`, one of them twice, and one that is refused.
Step import_contacts(const std::string& title, int from, int to, const std::string& note) {
    return {title, [=](Run& run) {
                std::string csv = "external:test,email,last_name,country,note,news,asked\n";
                for (int i = from; i <= to; ++i) {
                    csv += number(i) + ',' + address_of(number(i)) + ',' +
                           mark(number(i), "last name") + ",DE," + note + ',' +
                           (refuses(i) ? "no" : "yes") + ",2026-05-01\n";
                }
                csv += number(from) + ',' + address_of(number(from)) + ",,,,,\n";
                csv += "nobody,no address,,,,,\n";
                Import(run.engine()).contacts_text(csv, in_batches(run));
                for (int i = from; i <= to; ++i) {
                    const auto id = Subjects(run.engine()).find(name_of(number(i)));
                    remember(run, number(i), id.value());
                    if (refuses(i)) {
                        const auto no =
                            event(run, number(i), EventKind::refused, "newsletter", Channel::email);
                        remember_no(run, no, number(i));
                    }
                }
            }};
}

/// A file of consents: some of them withdraw.
Step import_consents(const std::string& title, int from, int to) {
    return {title, [=](Run& run) {
                std::string csv = "external:test,purpose,channel,action,at\n";
                for (int i = from; i <= to; ++i) {
                    csv += number(i) + ",newsletter,email," +
                           (i % 2 == 0 ? "withdrawn" : "granted") + ",2026-05-10T10:00:00Z\n";
                }
                ImportOptions options = in_batches(run);
                options.columns.clear();
                options.consent_time_column.clear();
                Import(run.engine()).consents_text(csv, options);
                for (int i = from; i <= to; ++i) {
                    const auto act =
                        event(run, number(i), EventKind::withdrawn, "newsletter", Channel::email);
                    if (i % 2 == 0) {
                        remember_no(run, act, number(i));
                    } else {
                        forget_noes(run, number(i));
                    }
                }
            }};
}

/// Several events in one call: all or none.
Step record_all(const std::string& title, std::vector<std::pair<std::string, EventKind>> what) {
    return {title, [=](Run& run) {
                std::vector<ConsentEvent> events;
                for (const auto& [name, kind] : what) {
                    events.push_back(event(run, name, kind, "newsletter"));
                }
                Consent(run.engine()).record(events);
                for (std::size_t at = 0; at < what.size(); ++at) {
                    if (what[at].second != EventKind::granted) {
                        remember_no(run, events[at], what[at].first);
                    }
                }
            }};
}

Step suppress(const std::string& name, const std::string& kind) {
    return {"suppress " + name, [=](Run& run) {
                run.known.listed.insert(address_of(name));
                Consent(run.engine())
                    .suppress({IdentifierKind::email, {}, address_of(name)}, kind, "marketing");
                remember_suppressed(run, name);
            }};
}

Step erase(const std::string& title, std::vector<std::string> names,
           const ErasureOptions& options = {}) {
    return {title, [=](Run& run) {
                std::vector<SubjectId> ids;
                for (const auto& name : names) {
                    ids.push_back(id_of(run, name));
                    run.known.listed.insert(address_of(name));
                }
                for (const auto& result : Erasure(run.engine()).execute(ids, options)) {
                    const bool physical = result.state == ErasureState::physical;
                    if (!result.receipt.ends_with(physical ? R"("state":"physical"})"
                                                           : R"("state":"physical_pending"})")) {
                        throw Broken(Broken::How::lost, title + ": a receipt lacks its state");
                    }
                }
                for (const auto& name : names) {
                    remember_erased(run, name);
                    if (options.suppress) {
                        remember_suppressed(run, name);
                    }
                }
            }};
}

Step change(const std::string& title, const std::string& name, const std::string& field,
            const Value& value) {
    return {title, [=](Run& run) {
                SubjectInput input;
                input.fields[field] = value;
                Subjects(run.engine()).update(id_of(run, name), input);
            }};
}

Step tick(const std::string& title = "tick") {
    return {title, [](Run& run) { run.engine().tick(); }};
}

/// One transaction of several calls.
void group(Run& run) {
    store::Engine& engine = run.engine();
    store::Engine::Write tx(engine);
    const auto no = event(run, "hal", EventKind::withdrawn, "newsletter");
    Consent(engine).record(event(run, "jon", EventKind::granted, "newsletter"));
    Consent(engine).record(no);
    const SubjectId kay = Subjects(engine).create(person("kay"));
    tx.commit();
    remember(run, "kay", kay);
    remember_no(run, no, "hal");
}

/// What was created in a transaction that is given up: the number is not given again all the same.
void give_up(Run& run) {
    store::Engine::Write tx(run.engine());
    const SubjectId id = Subjects(run.engine()).create(person("nobody"));
    const FailingNew::Pause pause;
    run.known.given.insert(id);
}

void write_file(Run& run) {
    const std::string path = "bundle-of-eva.zip";
    run.files().append(path, mark("eva", "note"));
    run.files().sync(path);
    run.engine().register_file(path, id_of(run, "eva"));
}

} // namespace

Scenario import() {
    std::vector<SubjectInput> rows;
    for (const char* name : {"kay", "lea", "ann", "mia", "ben"}) {
        rows.push_back(person(name));
        rows.back().fields["note"] = mark(name, "another note");
    }
    return {"import",
            open_shop,
            {
                import_contacts("import 20", 1, 20, "first"),
                import_consents("consents of 18", 3, 20),
                import_contacts("import some again", 18, 24, "second"),
                suppress("row 30", "objection"),
                import_contacts("import who is suppressed", 28, 32, "third"),
                record_all("three say no", {{"row 1", EventKind::withdrawn},
                                            {"row 2", EventKind::withdrawn},
                                            {"row 4", EventKind::refused}}),
                close_and_open(),
                {"upsert",
                 [rows](Run& run) {
                     const auto results = Subjects(run.engine()).upsert(rows);
                     for (std::size_t at = 0; at < rows.size(); ++at) {
                         remember(run, rows[at].identifiers.front().value, results[at].id);
                     }
                 }},
            }};
}

Scenario consent() {
    return {"consent",
            open_shop,
            {
                record("jon", EventKind::requested, "newsletter"),
                record("jon", EventKind::granted, "newsletter"),
                record("ann", EventKind::withdrawn, "newsletter", Channel::email),
                record_all("three say no", {{"ben", EventKind::withdrawn},
                                            {"cem", EventKind::refused},
                                            {"dea", EventKind::withdrawn}}),
                record("eva", EventKind::objected, "", Channel::any, "direct_marketing"),
                record("fay", EventKind::restricted),
                suppress("gus", "complaint"),
                suppress("stranger", "objection"),
                {"a transaction of several calls", group},
                close_and_open(),
                record("ida", EventKind::bounced, "newsletter", Channel::email, "hard"),
                {"ida's address works again",
                 [](Run& run) {
                     auto again = event(run, "ida", EventKind::delivery_reset);
                     again.channel = Channel::email;
                     forget_noes(run, "ida");
                     Consent(run.engine()).record(again);
                 }},
                {"the stranger signs up",
                 [](Run& run) {
                     run.known.suppressed.erase(address_of("stranger"));
                     Consent(run.engine())
                         .unsuppress({IdentifierKind::email, {}, address_of("stranger")},
                                     "signed up");
                 }},
            }};
}

Scenario subjects() {
    return {"subjects",
            open_shop,
            {
                {"a creation that is given up", give_up},
                change("a longer note", "ann", "note", std::string(3000, 'n')),
                change("a shorter note", "ben", "note", std::string("n")),
                {"another address",
                 [](Run& run) {
                     SubjectInput input;
                     input.fields["email"] = mark("ann", "second address") + "@example.org";
                     Subjects(run.engine()).update(id_of(run, "ann"), input);
                 }},
                {"a field",
                 [](Run& run) {
                     Field field;
                     field.name = "shoe";
                     Fields(run.engine()).define(field);
                 }},
                change("a shoe", "cem", "shoe", mark("cem", "shoe")),
                record("dea", EventKind::withdrawn, "newsletter"),
                {"merge",
                 [](Run& run) {
                     Subjects(run.engine()).merge(id_of(run, "eva"), id_of(run, "dea"));
                     const FailingNew::Pause pause;
                     run.known.noes.push_back({"eva", "newsletter", Channel::email});
                 }},
                {"remove the field",
                 [](Run& run) {
                     Fields(run.engine()).remove("shoe");
                     const FailingNew::Pause pause;
                     run.known.removed.push_back(mark("cem", "shoe"));
                 }},
                close_and_open(),
                {"merge again",
                 [](Run& run) {
                     Subjects(run.engine()).merge(id_of(run, "fay"), id_of(run, "eva"));
                     const FailingNew::Pause pause;
                     run.known.noes.push_back({"fay", "newsletter", Channel::email});
                 }},
                tick(),
            }};
}

Scenario erasure() {
    ErasureOptions commitment;
    commitment.proof["newsletter"] = ProofAfterErasure::commitment;
    ErasureOptions sealed;
    sealed.proof["newsletter"] = ProofAfterErasure::sealed;
    sealed.proof_until = parse_time("2026-06-20");
    ErasureOptions forgotten;
    forgotten.suppress = false;
    return {
        "erasure",
        open_shop,
        {
            erase("erase ann", {"ann"}),
            erase("erase three", {"ben", "cem", "dea"}, commitment),
            {"a file about eva", write_file},
            {"merge",
             [](Run& run) { Subjects(run.engine()).merge(id_of(run, "eva"), id_of(run, "fay")); }},
            erase("erase eva, who is also fay", {"eva", "fay"}),
            {"a reader comes", [](Run& run) { run.hold_reader(); }},
            erase("erase gus beside a reader", {"gus"}, sealed),
            tick("tick beside a reader"),
            {"the reader goes", [](Run& run) { run.release_reader(); }},
            tick("tick"),
            erase("erase hal", {"hal"}, forgotten),
            {"erase ida in a transaction",
             [](Run& run) {
                 run.known.listed.insert(address_of("ida"));
                 store::Engine::Write tx(run.engine());
                 Erasure(run.engine()).execute(id_of(run, "ida"));
                 tx.commit();
                 remember_erased(run, "ida");
                 remember_suppressed(run, "ida");
             }},
            {"the proof is due",
             [](Run& run) {
                 run.clock().set("2026-07-01");
                 run.engine().tick();
             }},
            close_and_open(),
        }};
}

} // namespace habeas::faults

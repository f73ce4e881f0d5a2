#include "catch.hpp"
#include "everything.hpp"
#include "exports/bundle_list.hpp"
#include "exports/model.hpp"
#include "exports/strings.hpp"

#include <nlohmann/json.hpp>

#include <set>

namespace exports_complete_test {

using namespace habeas;
using habeas::test::Everything;
using nlohmann::json;

namespace {

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

BundleOptions preview() {
    BundleOptions options;
    options.record = false;
    return options;
}

/// Every name and text of a document, without the escapes of JSON.
std::string texts(const json& value) {
    std::string all = value.is_string() ? value.get<std::string>() + "\n" : "";
    if (value.is_structured()) {
        for (const auto& [key, part] : value.items()) {
            all.append(key).append("\n").append(texts(part));
        }
    }
    return all;
}

/// All CSV files of the ZIP, and data.csv.
std::string csv_files(Everything& sample) {
    store::Engine& engine = sample.store().engine();
    store::Engine::Read snapshot(engine);
    const auto model = exports::collect(engine, sample.zoe, preview());
    std::string all = exports::render_csv(model);
    for (const exports::CsvFile& file : exports::list_files(model)) {
        file.render([&](std::string_view bytes) { all += bytes; });
    }
    return all;
}

} // namespace

TEST_CASE("exports: of every table that keeps data of people a value is in data.json",
          "[exports][complete]") {
    Everything sample;
    const json document = json::parse(Export(sample.store()).access_json(sample.zoe, preview()));
    const std::string all = texts(document);
    // Hashes and numbers; and where files are on the controller's machine: what was in them is a
    // disclosure.
    const std::set<std::string> without{"identifier_past", "subject_alias", "tombstone", "proof",
                                        "written_file"};
    for (const store::Module* module : store::modules()) {
        for (const store::SubjectTable& table : module->tables) {
            INFO("a table without a value planted in everything.hpp: " << table.table);
            if (without.count(table.table) == 1) {
                continue;
            }
            const auto planted = sample.planted.find(table.table);
            REQUIRE(planted != sample.planted.end());
            if (planted->second.front() == '/') {
                CHECK(document.contains(json::json_pointer(planted->second)));
            } else {
                CHECK(holds(all, planted->second));
            }
        }
    }
    for (const std::string& mark : sample.marks) {
        INFO(mark);
        CHECK(holds(all, mark));
    }
    for (const std::string& mark : sample.other_marks) {
        INFO(mark);
        CHECK_FALSE(holds(all, mark));
    }
}

TEST_CASE("exports: what is in data.json is in the CSV files and on the page, too",
          "[exports][complete]") {
    Everything sample;
    const std::string csv = csv_files(sample);
    const std::string page = Export(sample.store()).access_html(sample.zoe, preview());
    for (const auto& [table, canary] : sample.planted) {
        INFO(table << " " << canary);
        if (canary.front() == '/' || table == "ready") {
            continue; // a number, and words of the page
        }
        CHECK(holds(csv, canary));
        if (table != "outbox_content" && table != "subject" && table != "subject_choice") {
            CHECK(holds(page, canary));
        }
    }
    CHECK(holds(page, "Stammkunden mark-label"));
    CHECK(holds(page, "O&apos;Mark-Two"));
    CHECK(holds(page, "Sie sind in der Gruppe regulars, weil: VIP-Kunde ist ja."));
    CHECK(holds(page, "5 Punkte für eine geöffnete Nachricht (mark-rule-key)."));
    CHECK(holds(page,
                "Kampagne welcome, Schritt asked: gefragt wurde, ob VIP-Kunde ist ja. Antwort: "
                "ja."));
    CHECK_FALSE(holds(page, "token-never-shown"));
}

TEST_CASE("exports: decisions of the bundle are those that may_process gives",
          "[exports][complete]") {
    Everything sample;
    Consent consent(sample.store());
    auto check = [&] {
        const json document =
            json::parse(Export(sample.store()).access_json(sample.zoe, preview()));
        REQUIRE(document["purposes"].size() == 3);
        for (const json& purpose : document["purposes"]) {
            for (const json& each : purpose["decisions"]) {
                const std::string code = purpose["code"];
                const Channel over = *channel(each["channel"].get<std::string>());
                INFO(code << " " << each["channel"]);
                const Decision decision = consent.may_process(sample.zoe, code, over);
                CHECK(each["reason"] == reason_code(decision.reason));
                CHECK(each["consent"] == consent_state_name(consent.state(sample.zoe, code, over)));
            }
        }
        return document;
    };
    // Of profiling the ledger says nothing: one answer about something else stands for all.
    CHECK(check()["purposes"][2]["decisions"][0]["reason"] == "CONSENT_OTHER_PURPOSE");
    ConsentEvent event;
    event.subject = sample.zoe;
    event.kind = EventKind::restricted;
    consent.record(event);
    check();
}

TEST_CASE("exports: every list and column has words in each language", "[exports][complete]") {
    for (const std::string& language : exports::Strings::languages()) {
        const exports::Strings& words = exports::Strings::of(language);
        std::set<std::string> names;
        for (const exports::BundleList& list : exports::bundle_lists()) {
            INFO(language << " " << list.name);
            CHECK(words.list(list.name) != list.name);
            CHECK(names.insert(list.name).second); // of the CSV file
            for (const exports::BundleColumn& column : list.columns) {
                using Kind = exports::BundleColumn::Kind;
                if (column.kind != Kind::long_text && column.kind != Kind::long_json) {
                    INFO(column.name);
                    CHECK(words.column(column.name) != column.name);
                }
            }
        }
    }
}

TEST_CASE("exports: a list that is longer than the page is whole in data.json and its CSV",
          "[exports][complete]") {
    Everything sample;
    store::Engine& engine = sample.store().engine();
    {
        store::Engine::Write tx(engine);
        auto row = engine.db().prepare("INSERT INTO campaign_signal(subject_id, kind, key, at) "
                                       "VALUES(?1, 'clicked', ?2, ?3)");
        for (int i = 0; i < 600; ++i) {
            row.bind_all(static_cast<std::int64_t>(sample.zoe), "link-" + std::to_string(i),
                         std::int64_t{1780000000001} + i);
            row.run();
        }
        tx.commit();
    }
    std::vector<ConsentEvent> events;
    for (int i = 0; i < 1500; ++i) { // some learned late: the history is in order of effect
        ConsentEvent event;
        event.subject = sample.zoe;
        event.purpose = "newsletter";
        event.channel = Channel::sms;
        event.kind = i % 2 == 0 ? EventKind::granted : EventKind::withdrawn;
        event.evidence.method = "phone";
        event.effective_at = sample.test.clock.now() - std::chrono::seconds(i * 7 % 1500);
        events.push_back(event);
    }
    Consent(sample.store()).record(events);
    for (int i = 0; i < 3; ++i) {
        (void)Export(sample.store()).access_csv(sample.zoe);
    }
    const json document = json::parse(Export(sample.store()).access_json(sample.zoe, preview()));
    const json& signals = document["modules"]["campaigns"]["signals"];
    REQUIRE(signals.size() == 601);
    CHECK(signals[600]["key"] == "link-599");
    const auto history = Consent(sample.store()).history(sample.zoe);
    const std::size_t disclosed = 3;
    REQUIRE(document["history"].size() == history.size() - disclosed);
    CHECK(document["disclosures"].size() == disclosed);
    std::size_t at = 0;
    for (const ConsentEvent& event : history) {
        if (event.kind != EventKind::disclosed) {
            CHECK(document["history"][at]["event"] == static_cast<std::int64_t>(event.id));
            ++at;
        }
    }
    const std::string csv = csv_files(sample);
    CHECK(holds(csv, "clicked,link-0,"));
    CHECK(holds(csv, "clicked,link-599,"));
    const std::string page = Export(sample.store()).access_html(sample.zoe, preview());
    CHECK_FALSE(holds(page, ">link-50<"));
    CHECK(holds(page, ">link-599<"));
    CHECK(holds(page, "neuesten 500 von 601 Einträgen"));
    CHECK(holds(page, "signals.csv"));
}

TEST_CASE("exports: data kept elsewhere has its place in the bundle", "[exports][complete]") {
    static const store::Module holders{
        .name = "holders", .bundle = [](store::Engine&, SubjectId, json& out) {
            out["holders"] = json::parse(R"([
              {"holder": "shop", "label": "Web shop", "items": [{"order": "order-mark"}]},
              {"holder": "support", "label": "Support desk", "items": [{"ticket": "ticket-mark"}]}])");
            out["transfers"] = json::parse(
                R"([{"recipient": "Mail Inc.", "country": "US", "safeguard": "DPF-mark"}])");
        }};
    std::vector<const store::Module*> modules(store::modules().begin(), store::modules().end());
    modules.push_back(&holders);
    store::EngineOptions internal;
    internal.modules = modules;
    store::Engine engine("", {}, store::Engine::Open::memory, internal);
    SubjectInput input;
    input.fields["email"] = std::string("a@example.org");
    const SubjectId id = Subjects(engine).create(input);
    const json document = json::parse(Export(engine).access_json(id, preview()));
    CHECK(document["modules"]["holders"]["holders"].size() == 2);
    CHECK(document["transfers"][0]["safeguard"] == "DPF-mark");
    const std::string page = Export(engine).access_html(id, preview());
    for (const char* each : {"Web shop", "order-mark", "Support desk", "ticket-mark", "DPF-mark"}) {
        INFO(each);
        CHECK(holds(page, each));
    }
}

} // namespace exports_complete_test

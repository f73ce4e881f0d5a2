// The registry: defined, listed, judged; the law it goes by.
#include "habeas/transfer.hpp"

#include "base/calendar.hpp"
#include "base/hash.hpp"
#include "base/json_members.hpp"
#include "base/text.hpp"
#include "consent/decide.hpp"
#include "consent/json_reader.hpp"
#include "consent/part_fault.hpp"
#include "store/actor.hpp"
#include "transfers/processor_json.hpp"
#include "transfers/registry.hpp"

#include <algorithm>

namespace habeas {
namespace transfers {

extern const char seed_json[];

namespace {

using nlohmann::json;

constexpr const char* law_key = "transfers.law";
constexpr std::size_t max_law_bytes = 1'000'000;

void check_tools(const TransferLaw& law, const Processor& processor) {
    for (std::size_t i = 0; i < processor.history.size(); ++i) {
        const std::string& tool = processor.history[i].tool;
        if (!tool.empty() && !law.has_tool(tool)) {
            std::string known;
            for (const std::string& each : law.codes()) {
                if (law.has_tool(each)) {
                    known += (known.empty() ? "" : ", ") + each;
                }
            }
            consent::refuse_at("/history/" + std::to_string(i) + "/tool",
                               "no tool of this code; there are " + known);
        }
    }
}

/// Purposes name recipients by code or name: both have to mean one.
void check_names(const std::vector<Entry>& entries, const Processor& processor) {
    for (const Entry& each : entries) {
        if (each.code != processor.code &&
            (base::casefold(each.name) == base::casefold(processor.name) ||
             each.code == processor.name || base::casefold(each.name) == processor.code)) {
            throw Error(Errc::conflict,
                        "/name: processor " + each.code + " is called by this name or code",
                        "/name");
        }
    }
}

struct Defined {
    bool added = false, changed = false;
};

/// Its row id.
std::int64_t store_name(store::Engine& engine, const Processor& processor) {
    auto row = engine.db().prepare("INSERT INTO processor(code, name) VALUES(?1, ?2) ON "
                                   "CONFLICT(code) DO UPDATE SET name = excluded.name "
                                   "RETURNING id");
    row.bind_all(processor.code, processor.name);
    row.step();
    return row.i64(0);
}

Defined define(store::Engine& engine, const Processor& processor) {
    store::Engine::Write tx(engine);
    check_tools(law_of(engine), processor);
    const std::vector<Entry> entries = load_all(engine);
    check_names(entries, processor);
    const auto at = std::find_if(entries.begin(), entries.end(),
                                 [&](const Entry& each) { return each.code == processor.code; });
    const Entry* known = at == entries.end() ? nullptr : &*at;
    const Processor before = known == nullptr ? Processor{} : known->present();
    std::vector<const ProcessorFacts*> fresh;
    for (const ProcessorFacts& each : processor.history) {
        if (std::find(before.history.begin(), before.history.end(), each) == before.history.end()) {
            fresh.push_back(&each);
        }
    }
    if (fresh.empty() && before.name == processor.name) {
        return {};
    }
    const std::int64_t id = store_name(engine, processor);
    json days = json::array();
    base::Hasher hash;
    for (const ProcessorFacts* each : fresh) {
        const std::string day = each->from ? format_date(*each->from) : std::string();
        const std::string facts = to_json(*each).dump();
        engine.db()
            .prepare("INSERT INTO processor_version(processor_id, valid_from, recorded_at, "
                     "actor_id, facts) VALUES(?1, ?2, ?3, ?4, ?5)")
            .bind_all(id, day, engine.now_ms(), engine.actor_id(), facts)
            .run();
        days.push_back(day);
        hash.str(facts);
    }
    engine.record_act(EventKind::setting_changed,
                      base::object_of("days", std::move(days), "hash", base::to_hex(hash.finish()),
                                      "processor", processor.code, "setting", "processors")
                          .dump());
    engine.bump_definitions();
    tx.commit();
    return {known == nullptr, known != nullptr};
}

} // namespace

TransferLaw law_of(store::Engine& engine) {
    const std::string own = engine.meta(law_key).value_or("");
    return own.empty() ? TransferLaw() : TransferLaw::from_json(own);
}

void list_definitions(store::Engine& engine, json& out) {
    for (const Entry& each : load_all(engine)) {
        out.push_back(to_json(each.present()));
    }
}

void apply_definition(store::Engine& engine, const json& given, const std::string& pointer,
                      std::vector<std::string>& changes) {
    const Processor wanted = read_processor(given, pointer);
    Defined done;
    try {
        done = define(engine, wanted);
    } catch (const Error& error) {
        consent::throw_below(pointer, error);
    }
    if (done.added || done.changed) {
        changes.push_back("processor " + wanted.code + (done.added ? " added" : " changed"));
    }
}

} // namespace transfers

bool Processors::define(const Processor& processor) {
    // Whatever a caller of C++ fills in goes through the same checks as a document.
    const auto done =
        transfers::define(*engine_, transfers::read_processor(transfers::to_json(processor), ""));
    return done.added || done.changed;
}

std::vector<Processor> Processors::list() const {
    const store::Engine::Read snapshot(*engine_);
    std::vector<Processor> out;
    for (const transfers::Entry& each : transfers::load_all(*engine_)) {
        out.push_back(each.present());
    }
    return out;
}

std::optional<Processor> Processors::find(const std::string& code) const {
    for (Processor& each : list()) {
        if (each.code == code) {
            return std::move(each);
        }
    }
    return std::nullopt;
}

std::vector<ProcessorVersion> Processors::history(const std::string& code) const {
    const store::Engine::Read snapshot(*engine_);
    std::vector<ProcessorVersion> out;
    auto row = engine_->db().prepare(
        "SELECT v.facts, v.recorded_at, a.kind, a.ref, a.reason FROM processor p JOIN "
        "processor_version v ON v.processor_id = p.id JOIN actor a ON a.id = v.actor_id WHERE "
        "p.code = ?1 ORDER BY v.valid_from, v.id");
    row.bind(1, code);
    while (row.step()) {
        ProcessorVersion each;
        each.facts = transfers::read_facts(nlohmann::json::parse(row.text(0)), "");
        each.recorded_at = consent::from_ms(row.i64(1));
        each.actor = store::read_actor(row, 2);
        if (!out.empty() && out.back().facts.from == each.facts.from) {
            out.back().superseded = true;
        }
        out.push_back(std::move(each));
    }
    if (out.empty()) {
        throw Error(Errc::not_found, "there is no processor of this code", "code");
    }
    return out;
}

TransferAnswer Processors::judge(const std::string& processor, const std::optional<Time>& at,
                                 const std::optional<Time>& known_at) const {
    const store::Engine::Read snapshot(*engine_);
    const auto book = transfers::book(*engine_);
    const Time moment = at ? *at : consent::from_ms(consent::present(*engine_));
    return book->judge(book->find(processor), base::civil_date(moment),
                       known_at ? consent::to_ms(*known_at) : consent::end_of_time);
}

std::vector<ProcessorSeed> Processors::seed() {
    std::vector<ProcessorSeed> out;
    const auto document = nlohmann::json::parse(transfers::seed_json);
    for (const auto& each : document.at("processors")) {
        out.push_back({transfers::read_processor(each.at("processor"), ""),
                       each.at("regions_eea").get<std::vector<std::string>>(),
                       each.at("regions_other").get<std::vector<std::string>>(),
                       each.at("verified").get<bool>(), each.at("note").get<std::string>()});
    }
    return out;
}

TransferLaw Processors::law() const {
    const store::Engine::Read snapshot(*engine_);
    return transfers::law_of(*engine_);
}

void Processors::set_law(const std::string& json) {
    using namespace transfers;
    if (json.size() > max_law_bytes) {
        throw Error(Errc::invalid, "the law has a megabyte at most", "law");
    }
    if (!json.empty()) {
        (void)TransferLaw::from_json(json);
    }
    store::Engine::Write tx(*engine_);
    if (engine_->meta(law_key).value_or("") != json) {
        engine_->set_meta(law_key, json);
        engine_->record_act(
            EventKind::setting_changed,
            base::object_of("hash", base::to_hex(base::hash256(json)), "setting", "transfer_law")
                .dump());
        engine_->bump_definitions();
        tx.commit();
    }
}

} // namespace habeas

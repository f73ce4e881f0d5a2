// Declaring purposes and their texts.
#include "consent/purposes.hpp"
#include "audit/ledger.hpp"
#include "base/hash.hpp"
#include "consent/catalogue.hpp"
#include "consent/purpose_json.hpp"
#include "consent/ready.hpp"
#include "habeas/consent.hpp"

#include <nlohmann/json.hpp>

namespace habeas {
namespace consent {
namespace {

using nlohmann::json;

void record_act(store::Engine& engine, EventKind kind, std::int64_t purpose, const json& evidence,
                std::optional<std::int64_t> text_version = {}) {
    audit::Entry entry;
    entry.kind = kind;
    entry.purpose = purpose;
    entry.text_version = text_version;
    entry.evidence = evidence.dump();
    audit::append(engine, entry);
}

struct LastVersion {
    std::int64_t number = 0;
    std::string definition;
};
LastVersion last_version(store::Engine& engine, std::int64_t purpose) {
    auto row = engine.db().prepare("SELECT version, definition FROM purpose_version "
                                   "WHERE purpose_id = ?1 ORDER BY version DESC LIMIT 1");
    row.bind(1, purpose);
    return row.step() ? LastVersion{row.i64(0), row.str(1)} : LastVersion{};
}

const PurposeHistory& declared(const Catalogue& purposes, const std::string& code) {
    const PurposeHistory* found = purposes.find(code);
    if (!found || found->versions.empty()) {
        throw Error(Errc::not_found, "purpose " + code + " is not declared; define it first",
                    "purpose");
    }
    return *found;
}

void refuse_retired(const PurposeHistory& purpose) {
    if (purpose.retired) {
        throw Error(Errc::conflict,
                    "purpose " + purpose.code + " was retired; declare a new one with another code",
                    "purpose");
    }
}

std::int32_t add_text(store::Engine& engine, const std::string& code, const TextVersion& given,
                      const std::string& where, bool& added) {
    TextVersion text = normal_text(given, where);
    auto purposes = catalogue(engine);
    const PurposeHistory& purpose = declared(*purposes, code);
    base::Hash256 hash{};
    base::from_hex(text.hash, hash);
    auto same = engine.db().prepare("SELECT number FROM text_version WHERE purpose_id = ?1 "
                                    "AND hash = ?2");
    same.bind(1, purpose.id).bind(2, store::Blob{base::as_view(hash)});
    added = !same.step();
    if (!added) {
        return static_cast<std::int32_t>(same.i64(0));
    }
    refuse_retired(purpose);
    std::int32_t number = purpose.texts.empty() ? 1 : purpose.texts.back().number + 1;
    std::optional<std::int64_t> material;
    if (text.material_change) {
        material = *text.material_change ? 1 : 0;
    }
    engine.db()
        .prepare("INSERT INTO text_version(purpose_id, number, recorded_at, material_change, hash) "
                 "VALUES(?1, ?2, ?3, ?4, ?5)")
        .bind_all(purpose.id, number, engine.now_ms(), material, store::Blob{base::as_view(hash)})
        .run();
    for (const ConsentText& each : text.texts) {
        engine.db()
            .prepare("INSERT INTO consent_text(purpose_id, number, language, text, label) "
                     "VALUES(?1, ?2, ?3, ?4, ?5)")
            .bind_all(purpose.id, number, each.language, each.text, each.label)
            .run();
    }
    json evidence = {{"hash", text.hash}, {"purpose", code}};
    if (text.material_change) {
        evidence["material_change"] = *text.material_change;
    }
    record_act(engine, EventKind::text_added, purpose.id, evidence, number);
    engine.bump_definitions();
    if (text.material_change.value_or(number > 1)) { // consents to older texts may no longer carry
        refresh_purpose(engine, purpose.id);
    }
    return number;
}

std::vector<TextVersion> texts_of(store::Engine& engine, std::int64_t purpose) {
    std::vector<TextVersion> versions;
    auto row = engine.db().prepare("SELECT number, recorded_at, material_change, hash "
                                   "FROM text_version WHERE purpose_id = ?1 ORDER BY number");
    row.bind(1, purpose);
    while (row.step()) {
        TextVersion& version = versions.emplace_back();
        version.number = static_cast<std::int32_t>(row.i64(0));
        version.recorded_at = from_ms(row.i64(1));
        if (!row.is_null(2)) {
            version.material_change = row.i64(2) != 0;
        }
        version.hash = base::to_hex(base::as_bytes(row.blob(3)));
        auto text = engine.db().prepare("SELECT language, text, label FROM consent_text WHERE "
                                        "purpose_id = ?1 AND number = ?2 ORDER BY language");
        text.bind(1, purpose).bind(2, row.i64(0));
        while (text.step()) {
            version.texts.push_back({text.str(0), text.str(1), text.str(2)});
        }
    }
    return versions;
}

/// The last definition as it was written, with labels, texts and time of retirement.
Purpose full(store::Engine& engine, const PurposeHistory& history) {
    Purpose purpose = history.versions.back().definition;
    purpose.texts = texts_of(engine, history.id);
    if (history.retired) {
        purpose.retired_at = from_ms(*history.retired);
    }
    return purpose;
}

} // namespace

Defined define(store::Engine& engine, const Purpose& given, const std::string& where) {
    check_purpose(given, where);
    if (given.retired_at) {
        throw Error(Errc::invalid, where + "retired_at: call retire to end a purpose",
                    where + "retired_at");
    }
    store::Engine::Write tx(engine);
    Defined out;
    auto purposes = catalogue(engine);
    const PurposeHistory* known = purposes->find(given.code);
    std::string definition = purpose_to_json(given).dump();
    std::int64_t id = 0;
    LastVersion last;
    if (known) {
        refuse_retired(*known);
        id = known->id;
        last = last_version(engine, id);
    } else {
        id = reserve_code(engine, given.code);
    }
    if (last.definition != definition) {
        out.added = last.number == 0;
        out.changed = !out.added;
        engine.db()
            .prepare("INSERT INTO purpose_version(purpose_id, version, recorded_at, definition, "
                     "basis, kind) VALUES(?1, ?2, ?3, ?4, ?5, ?6)")
            .bind_all(id, last.number + 1, engine.now_ms(), definition, basis_name(given.basis),
                      purpose_kind_name(given.kind))
            .run();
        record_act(engine, EventKind::purpose_defined, id,
                   {{"hash", definition_hash(definition)},
                    {"purpose", given.code},
                    {"version", last.number + 1}});
        engine.bump_definitions();
        bool same_decisions =
            out.changed && decision_part(given) ==
                               decision_part(purpose_from_json(json::parse(last.definition), ""));
        if (!same_decisions) {
            refresh_purpose(engine, id, out.added && known);
        }
    }
    for (std::size_t i = 0; i < given.texts.size(); ++i) {
        bool added = false;
        std::int32_t number = add_text(engine, given.code, given.texts[i],
                                       where + "texts/" + std::to_string(i) + "/", added);
        if (added) {
            out.texts.push_back(number);
        }
    }
    tx.commit();
    return out;
}

std::int64_t reserve_code(store::Engine& engine, const std::string& code) {
    auto insert = engine.db().prepare("INSERT INTO purpose(code) VALUES(?1) RETURNING id");
    insert.bind(1, code);
    insert.step();
    std::int64_t id = insert.i64(0);
    engine.bump_definitions();
    return id;
}

bool retire(store::Engine& engine, const std::string& code) {
    store::Engine::Write tx(engine);
    auto purposes = catalogue(engine);
    const PurposeHistory& purpose = declared(*purposes, code);
    if (purpose.retired) {
        return false;
    }
    engine.db()
        .prepare("UPDATE purpose SET retired_at = ?2 WHERE id = ?1")
        .bind_all(purpose.id, engine.now_ms())
        .run();
    record_act(engine, EventKind::purpose_retired, purpose.id, {{"purpose", code}});
    engine.bump_definitions();
    refresh_purpose(engine, purpose.id);
    tx.commit();
    return true;
}

namespace {
struct PurposeList {
    std::int64_t generation = -1;
    std::shared_ptr<const std::vector<Purpose>> purposes;
};
} // namespace

std::shared_ptr<const std::vector<Purpose>> declared_purposes(store::Engine& engine) {
    const std::int64_t generation = engine.definitions_generation();
    auto& kept = engine.cache<PurposeList>();
    if (kept.generation != generation) {
        auto purposes = catalogue(engine);
        std::vector<Purpose> out;
        for (const PurposeHistory& each : purposes->all()) {
            if (!each.versions.empty()) {
                out.push_back(full(engine, each));
            }
        }
        kept.purposes = std::make_shared<const std::vector<Purpose>>(std::move(out));
        kept.generation = generation;
    }
    return kept.purposes;
}

} // namespace consent

void Purposes::define(const Purpose& purpose) {
    consent::define(*engine_, purpose, "purpose.");
}

std::int32_t Purposes::add_text(const std::string& purpose, const TextVersion& version) {
    store::Engine::Write tx(*engine_);
    bool added = false;
    std::int32_t number = consent::add_text(*engine_, purpose, version, "", added);
    tx.commit();
    return number;
}

void Purposes::retire(const std::string& purpose) {
    consent::retire(*engine_, purpose);
}

std::vector<Purpose> Purposes::list() const {
    store::Engine::Read snapshot(*engine_);
    return *consent::declared_purposes(*engine_);
}

std::optional<Purpose> Purposes::find(const std::string& code) const {
    store::Engine::Read snapshot(*engine_);
    auto purposes = consent::catalogue(*engine_);
    const consent::PurposeHistory* found = purposes->find(code);
    if (!found || found->versions.empty()) {
        return std::nullopt;
    }
    return consent::full(*engine_, *found);
}

} // namespace habeas

#include "erasure/proof.hpp"

#include "audit/ledger.hpp"
#include "base/json_members.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstring>

namespace habeas::erasure {
namespace {

using nlohmann::json;

std::optional<std::int64_t> purpose_id(store::Engine& engine, const std::string& code) {
    store::Statement row = engine.db().prepare("SELECT id FROM purpose WHERE code = ?");
    row.bind(1, code);
    return row.step() ? std::optional(row.i64(0)) : std::nullopt;
}

template <class T>
json optional_json(const std::optional<T>& value) {
    return value ? json(*value) : json(nullptr);
}

json document_of(store::Engine& engine, const audit::Entry& entry, const std::string& purpose) {
    json event = json::object();
    event["subject"] = optional_json(entry.origin ? entry.origin : entry.subject);
    event["kind"] = event_kind_name(entry.kind);
    event["purpose"] = optional_json(entry.purpose);
    event["channel"] = entry.channel;
    event["scope"] = optional_json(entry.scope);
    event["effective_at"] = entry.effective_at;
    event["recorded_at"] = entry.recorded_at;
    event["actor"] = entry.actor;
    event["text_version"] = optional_json(entry.text_version);
    event["evidence"] = optional_json(entry.evidence);
    return {{"habeas_commitment", 1}, {"store", engine.store_id()},
            {"sequence", entry.id},   {"purpose", purpose},
            {"event", event},         {"nonce", base::to_hex(base::as_bytes(entry.nonce))}};
}

template <class T>
std::optional<T> read_optional(const json& from, const char* name) {
    const json& value = from.at(name);
    return value.is_null() ? std::nullopt : std::optional<T>(value.get<T>());
}

audit::Entry entry_of(const json& document) {
    const json& event = document.at("event");
    const auto kind = event_kind(event.at("kind").get<std::string>());
    if (!kind) {
        throw Error(Errc::invalid, "unknown kind of event", "/event/kind");
    }
    audit::Entry entry;
    entry.id = document.at("sequence").get<std::int64_t>();
    entry.kind = *kind;
    entry.subject = read_optional<std::int64_t>(event, "subject");
    entry.purpose = read_optional<std::int64_t>(event, "purpose");
    entry.channel = event.at("channel").get<std::int64_t>();
    entry.scope = read_optional<std::string>(event, "scope");
    entry.effective_at = event.at("effective_at").get<std::int64_t>();
    entry.recorded_at = event.at("recorded_at").get<std::int64_t>();
    entry.actor = event.at("actor").get<std::int64_t>();
    entry.text_version = read_optional<std::int64_t>(event, "text_version");
    entry.evidence = read_optional<std::string>(event, "evidence");
    const auto nonce = document.at("nonce").get<std::string>();
    entry.nonce.resize(nonce.size() / 2);
    base::from_hex(nonce,
                   {reinterpret_cast<std::uint8_t*>(entry.nonce.data()), entry.nonce.size()});
    return entry;
}

std::vector<audit::Entry> events_for(store::Engine& engine, SubjectId subject,
                                     std::int64_t purpose) {
    std::vector<audit::Entry> out;
    audit::each_event(engine, number(subject), [&](const audit::Entry& entry) {
        if (entry.purpose == purpose) {
            out.push_back(entry);
        }
    });
    return out;
}

/// Binds sealed evidence to its place: moved to another row it no longer opens.
std::string associated(store::Engine& engine, std::int64_t subject, std::int64_t purpose,
                       std::int64_t delete_at) {
    return fmt::format("proof|{}|{}|{}|{}", engine.store_id(), subject, purpose, delete_at);
}

} // namespace

std::vector<PurposeProof> purpose_proofs(store::Engine& engine,
                                         const std::map<std::string, ProofAfterErasure>& proof) {
    std::vector<PurposeProof> out;
    for (const auto& [code, how] : proof) {
        const auto id = purpose_id(engine, code);
        if (!id) {
            throw Error(Errc::not_found,
                        fmt::format("proof after erasure: there is no purpose \"{}\"", code), code);
        }
        if (how != ProofAfterErasure::none) {
            out.push_back({*id, code, how});
        }
    }
    return out;
}

std::vector<std::string> commitments(store::Engine& engine, SubjectId subject,
                                     const PurposeProof& purpose) {
    std::vector<std::string> out;
    for (const auto& entry : events_for(engine, subject, purpose.purpose)) {
        out.push_back(document_of(engine, entry, purpose.code).dump());
    }
    return out;
}

bool check_commitment(store::Engine& engine, std::string_view document) {
    audit::Entry entry;
    try {
        const json parsed = json::parse(document);
        if (parsed.at("habeas_commitment") != 1 || parsed.at("store") != engine.store_id()) {
            return false;
        }
        entry = entry_of(parsed);
    } catch (const json::exception&) {
        return false;
    } catch (const Error&) {
        return false;
    }
    store::Statement row = engine.db().prepare("SELECT commitment FROM chain WHERE sequence = ?");
    row.bind(1, entry.id);
    return row.step() && row.blob(0) == base::as_view(audit::commitment(entry));
}

bool seal_proof(store::Engine& engine, SubjectId subject, const PurposeProof& purpose,
                std::int64_t delete_at) {
    json events = json::array();
    for (const auto& entry : events_for(engine, subject, purpose.purpose)) {
        events.push_back(document_of(engine, entry, purpose.code));
    }
    if (events.empty()) {
        return false;
    }
    const std::string sealed = base::seal(
        engine.keys().subkey(store::Subkey::proof), events.dump(),
        associated(engine, number(subject), purpose.purpose, delete_at), engine.random());
    engine.db()
        .prepare("INSERT OR REPLACE INTO proof(subject_id, purpose_id, delete_at, key_id, sealed) "
                 "VALUES(?, ?, ?, ?, ?)")
        .bind_all(number(subject), purpose.purpose, delete_at, engine.keys().active().id,
                  store::Blob{sealed})
        .run();
    return true;
}

std::string open_proof(store::Engine& engine, SubjectId subject, const std::string& purpose,
                       const std::string& ground) {
    if (ground.empty()) {
        throw Error(Errc::denied,
                    "sealed evidence opens only with a ground, such as the claim it defends "
                    "(art. 17(3)(e))",
                    "ground");
    }
    const auto id = purpose_id(engine, purpose);
    if (!id) {
        throw Error(Errc::not_found, fmt::format("there is no purpose \"{}\"", purpose), purpose);
    }
    store::Engine::Write tx(engine);
    std::int64_t holder = 0;
    std::int64_t delete_at = 0;
    std::string key_id;
    std::string sealed;
    {
        // A number that was merged finds the evidence of the subject that survived.
        store::Statement row = engine.db().prepare(
            "SELECT p.subject_id, p.delete_at, p.key_id, p.sealed FROM proof p "
            "JOIN tombstone t ON t.subject_id = p.subject_id WHERE t.event_id = (SELECT event_id "
            "FROM tombstone WHERE subject_id = ?) AND p.purpose_id = ?");
        row.bind_all(number(subject), *id);
        if (!row.step()) {
            throw Error(Errc::not_found,
                        fmt::format("no sealed evidence of subject {} for \"{}\"", number(subject),
                                    purpose),
                        purpose);
        }
        holder = row.i64(0);
        delete_at = row.i64(1);
        key_id = row.str(2);
        sealed = std::string(row.blob(3));
    }
    if (delete_at <= engine.now_ms()) {
        throw Error(Errc::not_found,
                    fmt::format("the sealed evidence of subject {} for \"{}\" is past its date",
                                number(subject), purpose),
                    purpose);
    }
    const store::RootKey* root = engine.keys().find(key_id);
    if (root == nullptr) {
        throw Error(Errc::key_missing, "the key of this sealed evidence is lost", key_id);
    }
    std::string clear = base::unseal(engine.keys().subkey(*root, store::Subkey::proof), sealed,
                                     associated(engine, holder, *id, delete_at));
    engine.record_act(
        EventKind::proof_opened,
        base::object_of("ground", ground, "purpose", purpose, "subject", number(subject)).dump());
    tx.commit(); // the act first: nothing is given out that was not recorded
    return clear;
}

std::uint64_t delete_due_proofs(store::Engine& engine) {
    {
        store::Statement row =
            engine.db().prepare("SELECT 1 FROM proof WHERE delete_at <= ? LIMIT 1");
        row.bind(1, engine.now_ms());
        if (!row.step()) {
            return 0;
        }
    }
    store::Engine::Write tx(engine);
    engine.db().prepare("DELETE FROM proof WHERE delete_at <= ?").bind_all(engine.now_ms()).run();
    const auto count = static_cast<std::uint64_t>(engine.db().changes());
    tx.commit();
    return count;
}

void rekey_proofs(store::Engine& engine) {
    struct Row {
        std::int64_t subject, purpose, delete_at;
        std::string key_id, sealed;
    };
    std::vector<Row> rows;
    {
        store::Statement row = engine.db().prepare(
            "SELECT subject_id, purpose_id, delete_at, key_id, sealed FROM proof");
        while (row.step()) {
            rows.push_back(
                {row.i64(0), row.i64(1), row.i64(2), row.str(3), std::string(row.blob(4))});
        }
    }
    for (const auto& row : rows) {
        const store::RootKey* root = engine.keys().find(row.key_id);
        if (root == nullptr || row.key_id == engine.keys().active().id) {
            continue;
        }
        const std::string context = associated(engine, row.subject, row.purpose, row.delete_at);
        std::string clear =
            base::unseal(engine.keys().subkey(*root, store::Subkey::proof), row.sealed, context);
        const std::string sealed =
            base::seal(engine.keys().subkey(store::Subkey::proof), clear, context, engine.random());
        engine.db()
            .prepare("UPDATE proof SET key_id = ?, sealed = ? WHERE subject_id = ? AND "
                     "purpose_id = ?")
            .bind_all(engine.keys().active().id, store::Blob{sealed}, row.subject, row.purpose)
            .run();
    }
}

} // namespace habeas::erasure

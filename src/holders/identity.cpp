// Whom a holder has to look for, kept sealed until it has answered.
#include "base/json_members.hpp"
#include "holders/tasks.hpp"
#include "subjects/identifiers.hpp"

namespace habeas::holders {
namespace {

using nlohmann::json;

std::string associated(store::Engine& engine, const std::string& task_key) {
    return "holder\n" + engine.store_id() + "\n" + task_key;
}

std::string open(store::Engine& engine, const std::string& task_key, const std::string& key_id,
                 std::string_view bytes) {
    const store::RootKey* root = engine.keys().find(key_id);
    if (root == nullptr) { // another handle has rotated the key
        engine.refresh_keys();
        root = engine.keys().find(key_id);
    }
    if (root == nullptr) {
        throw Error(Errc::key_missing,
                    "a data holder's task needs root key " + key_id + ", which is not given");
    }
    return base::unseal(engine.keys().subkey(*root, store::Subkey::encryption), bytes,
                        associated(engine, task_key));
}

SealedIdentity close(store::Engine& engine, const std::string& task_key, std::string_view clear) {
    return {engine.keys().active().id,
            base::seal(engine.keys().subkey(store::Subkey::encryption), clear,
                       associated(engine, task_key), engine.random())};
}

void rekey(store::Engine& engine, const char* select, const char* update) {
    struct Row {
        std::int64_t id;
        std::string key;
        SealedIdentity sealed;
    };
    std::vector<Row> rows;
    auto row = engine.db().prepare(select);
    row.bind(1, engine.keys().active().id);
    while (row.step()) {
        rows.push_back({row.i64(0), row.str(1), {row.str(2), std::string(row.blob(3))}});
    }
    row.reset();
    for (const Row& each : rows) {
        const SealedIdentity fresh =
            close(engine, each.key, open(engine, each.key, each.sealed.key_id, each.sealed.bytes));
        engine.db().prepare(update).bind_all(each.id, fresh.key_id, store::Blob{fresh.bytes}).run();
    }
}

} // namespace

SubjectId surviving(store::Engine& engine, SubjectId subject) {
    const auto found = subjects::resolve(engine, subject);
    return found.existence == subjects::Existence::merged ? found.id : subject;
}

Identity identity_of(store::Engine& engine, SubjectId subject) {
    Identity out;
    out.former = subjects::former_numbers(engine, subject);
    for (subjects::StoredIdentifier& each : subjects::identifiers_of(engine, subject)) {
        out.identifiers.push_back({each.identifier.kind, std::move(each.identifier.system),
                                   std::move(each.identifier.normal),
                                   std::move(each.identifier.typed)});
    }
    return out;
}

SealedIdentity seal(store::Engine& engine, const std::string& task_key, const Identity& identity) {
    json former = json::array();
    for (const SubjectId each : identity.former) {
        former.push_back(number(each));
    }
    json identifiers = json::array();
    for (const HolderIdentifier& each : identity.identifiers) {
        identifiers.push_back(base::object_of("kind", static_cast<int>(each.kind), "system",
                                              each.system, "normal", each.normal, "typed",
                                              each.typed));
    }
    return close(
        engine, task_key,
        base::object_of("former", std::move(former), "identifiers", std::move(identifiers)).dump());
}

Identity unseal(store::Engine& engine, const std::string& task_key, const SealedIdentity& sealed) {
    const json clear = json::parse(open(engine, task_key, sealed.key_id, sealed.bytes));
    Identity out;
    for (const json& each : clear.at("former")) {
        out.former.push_back(SubjectId{each.get<std::int64_t>()});
    }
    for (const json& each : clear.at("identifiers")) {
        out.identifiers.push_back({static_cast<IdentifierKind>(each.at("kind").get<int>()),
                                   each.at("system").get<std::string>(),
                                   each.at("normal").get<std::string>(),
                                   each.at("typed").get<std::string>()});
    }
    return out;
}

void rekey_identities(store::Engine& engine) {
    rekey(engine,
          "SELECT id, key, key_id, identity FROM holder_task WHERE identity IS NOT NULL AND key_id "
          "<> ?1",
          "UPDATE holder_task SET key_id = ?2, identity = ?3 WHERE id = ?1");
    rekey(engine,
          "SELECT id, key, key_id, identity FROM holder_hold WHERE identity IS NOT NULL AND key_id "
          "<> ?1",
          "UPDATE holder_hold SET key_id = ?2, identity = ?3 WHERE id = ?1");
}

} // namespace habeas::holders

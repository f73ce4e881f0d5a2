#include "subjects/identifiers.hpp"

#include "base/contact.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cstring>

namespace habeas {

std::string identifier_kind_name(const Identifier& identifier) {
    switch (identifier.kind) {
    case IdentifierKind::email:
        return "email";
    case IdentifierKind::phone:
        return "phone";
    case IdentifierKind::external:
        if (!subjects::valid_system(identifier.system)) {
            throw Error(Errc::invalid, "identifier: the system of an external id is missing or not "
                                       "of a-z 0-9 _ . - (63 at most)");
        }
        return "external:" + identifier.system;
    }
    throw Error(Errc::invalid, "identifier: no such kind; use email, phone or external:<system>");
}

Identifier make_identifier(std::string_view kind, std::string value) {
    if (kind == "email") {
        return {IdentifierKind::email, {}, std::move(value)};
    }
    if (kind == "phone") {
        return {IdentifierKind::phone, {}, std::move(value)};
    }
    static constexpr std::string_view external = "external:";
    if (kind.starts_with(external) && subjects::valid_system(kind.substr(external.size()))) {
        return {IdentifierKind::external, std::string(kind.substr(external.size())),
                std::move(value)};
    }
    throw Error(Errc::invalid, "identifier: no such kind; use email, phone or external:<system> "
                               "with a system of a-z 0-9 _ . -");
}

namespace subjects {
namespace {

/// Grows when a normal form changes, so that hashes of two forms never meet.
constexpr char normal_form_version = 1;

base::Hash128 to_hash(std::string_view bytes) {
    base::Hash128 hash{};
    if (bytes.size() != hash.size()) {
        throw Error(Errc::corrupt, "an identifier's hash has not 16 bytes; run habeas verify");
    }
    std::memcpy(hash.data(), bytes.data(), hash.size());
    return hash;
}

NormalIdentifier read_identifier(const store::Statement& row) {
    NormalIdentifier out;
    out.kind = static_cast<IdentifierKind>(row.i64(0));
    out.system = row.str(2);
    out.normal = row.str(3);
    out.typed = row.is_null(4) ? out.normal : row.str(4);
    return out;
}

} // namespace

bool valid_system(std::string_view system) noexcept {
    auto good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
    };
    return !system.empty() && system.size() <= 63 && system.front() != '_' &&
           system.front() != '.' && system.front() != '-' &&
           std::all_of(system.begin(), system.end(), good);
}

bool normalise_into(IdentifierKind kind, std::string_view system, std::string_view typed,
                    const Format& format, NormalIdentifier& out, Refusal& why) {
    typed = base::trim(typed);
    if (typed.empty()) {
        return refuse(why, "an identifier without a value");
    }
    if (!check_text(typed, false,
                    kind == IdentifierKind::external ? max_external_bytes : max_text_bytes, why)) {
        return false;
    }
    out.kind = kind;
    out.system = system;
    out.typed = typed;
    if (kind == IdentifierKind::external) {
        if (!valid_system(system)) {
            return refuse(why, "no system of a-z 0-9 _ . - for an external id");
        }
        out.normal = base::nfc(typed);
        return true;
    }
    if (!system.empty()) {
        return refuse(why, "only an external id has a system");
    }
    try {
        out.normal = kind == IdentifierKind::email
                         ? base::normalise_email(typed)
                         : base::normalise_phone(typed, format.default_country);
    } catch (const Error& error) {
        refusal_from(error, why);
        return false;
    }
    return true;
}

void hash_input(const NormalIdentifier& identifier, std::string& out) {
    out.clear();
    out += normal_form_version;
    out += static_cast<char>(identifier.kind);
    out += static_cast<char>(identifier.system.size());
    out += identifier.system;
    out += identifier.normal;
}

IdentifierKeys::IdentifierKeys(store::Engine& engine) {
    engine.refresh_keys();
    const store::Keyring& ring = engine.keys();
    const std::string& active = ring.active().id;
    for (const store::RootKey& root : ring.all()) {
        Key key{root.id, ring.subkey(root, store::Subkey::identifier)};
        keys_.insert(root.id == active ? keys_.begin() : keys_.end(), std::move(key));
    }
}

base::Hash128 IdentifierKeys::hash(const NormalIdentifier& identifier) {
    hash_input(identifier, input_);
    return base::keyed_hash128(keys_.front().key, input_);
}

void IdentifierKeys::hash_all(const NormalIdentifier& identifier, const base::Hash128& active,
                              std::vector<store::HashRef>& out, std::size_t& used) {
    hash_input(identifier, input_);
    for (const Key& key : keys_) {
        if (used == out.size()) {
            out.emplace_back();
        }
        store::HashRef& ref = out[used++];
        ref.kind = static_cast<std::uint8_t>(identifier.kind);
        ref.key_id = key.id;
        ref.hash = &key == &keys_.front() ? active : base::keyed_hash128(key.key, input_);
    }
}

void insert_identifier(store::Statement& insert, SubjectId id, const NormalIdentifier& identifier,
                       const base::Hash128& hash) {
    insert.bind(1, static_cast<int>(identifier.kind));
    insert.bind_view(2, store::Blob{base::as_view(hash)});
    insert.bind(3, static_cast<std::int64_t>(id));
    if (identifier.kind == IdentifierKind::external) {
        insert.bind_view(4, identifier.system);
    } else {
        insert.bind(4, nullptr);
    }
    insert.bind_view(5, identifier.normal);
    if (identifier.typed == identifier.normal) {
        insert.bind(6, nullptr);
    } else {
        insert.bind_view(6, identifier.typed);
    }
    insert.run();
}

std::string default_country(store::Engine& engine) {
    return engine.meta("setting.default_country").value_or("");
}

NormalIdentifier normalise(store::Engine& engine, const Identifier& identifier) {
    std::string country;
    if (identifier.kind == IdentifierKind::phone) {
        country = default_country(engine);
    }
    Format format;
    format.default_country = country;
    NormalIdentifier out;
    Refusal why;
    if (!normalise_into(identifier.kind, identifier.system, identifier.value, format, out, why)) {
        std::string where = identifier.kind == IdentifierKind::email   ? "email"
                            : identifier.kind == IdentifierKind::phone ? "phone"
                                                                       : "external";
        throw refusal_error(where, why);
    }
    return out;
}

store::HashRef hash_under(const store::RootKey& key, const store::Keyring& keys,
                          const NormalIdentifier& identifier) {
    std::string input;
    hash_input(identifier, input);
    return {static_cast<std::uint8_t>(identifier.kind), key.id,
            base::keyed_hash128(keys.subkey(key, store::Subkey::identifier), input)};
}

std::vector<store::HashRef> hash_all(store::Engine& engine, const NormalIdentifier& identifier) {
    std::vector<store::HashRef> out;
    std::size_t used = 0;
    IdentifierKeys(engine).hash_all(identifier, out, used);
    return out;
}

std::vector<StoredIdentifier> identifiers_of(store::Engine& engine, SubjectId id) {
    std::vector<StoredIdentifier> out;
    auto rows = engine.db().prepare("SELECT kind, hash, system, normal, typed FROM identifier "
                                    "WHERE subject_id = ?1 ORDER BY kind, hash");
    rows.bind(1, static_cast<std::int64_t>(id));
    while (rows.step()) {
        out.push_back({read_identifier(rows), to_hash(rows.blob(1))});
    }
    return out;
}

std::vector<store::HashRef> identifiers_ever(store::Engine& engine, SubjectId id) {
    std::vector<store::HashRef> out;
    std::size_t used = 0;
    IdentifierKeys keys(engine);
    for (const StoredIdentifier& stored : identifiers_of(engine, id)) {
        keys.hash_all(stored.identifier, out, used);
    }
    auto past = engine.db().prepare("SELECT kind, key_id, hash FROM identifier_past "
                                    "WHERE subject_id = ?1 ORDER BY kind, key_id, hash");
    past.bind(1, static_cast<std::int64_t>(id));
    while (past.step()) {
        store::HashRef ref{static_cast<std::uint8_t>(past.i64(0)), past.str(1),
                           to_hash(past.blob(2))};
        if (std::find(out.begin(), out.end(), ref) == out.end()) {
            out.push_back(std::move(ref));
        }
    }
    return out;
}

std::optional<SubjectId> find(store::Engine& engine, const NormalIdentifier& identifier) {
    IdentifierKeys keys(engine);
    return find(engine, keys, identifier);
}

std::optional<SubjectId> find(store::Engine& engine, IdentifierKeys& keys,
                              const NormalIdentifier& identifier) {
    base::Hash128 hash = keys.hash(identifier);
    auto row = engine.db().prepare("SELECT subject_id FROM identifier "
                                   "WHERE kind = ?1 AND hash = ?2");
    row.bind(1, static_cast<int>(identifier.kind)).bind(2, store::Blob{base::as_view(hash)});
    if (!row.step()) {
        return std::nullopt;
    }
    return SubjectId{row.i64(0)};
}

std::optional<SubjectId> find_by_hash(store::Engine& engine, const store::HashRef& hash) {
    if (hash.key_id == engine.keys().active().id) {
        auto row = engine.db().prepare("SELECT subject_id FROM identifier "
                                       "WHERE kind = ?1 AND hash = ?2");
        row.bind(1, static_cast<int>(hash.kind)).bind(2, store::Blob{base::as_view(hash.hash)});
        return row.step() ? std::optional(SubjectId{row.i64(0)}) : std::nullopt;
    }
    const store::RootKey* key = engine.keys().find(hash.key_id);
    if (key == nullptr) {
        return std::nullopt;
    }
    // The table holds hashes under the active key only, so a hash under a former one is looked for
    // by hashing all. Only the replay of a restore journal across a rotation asks this.
    base::SecretKey subkey = engine.keys().subkey(*key, store::Subkey::identifier);
    std::string input;
    auto rows = engine.db().prepare("SELECT kind, hash, system, normal, typed, subject_id "
                                    "FROM identifier WHERE kind = ?1");
    rows.bind(1, static_cast<int>(hash.kind));
    while (rows.step()) {
        hash_input(read_identifier(rows), input);
        if (base::keyed_hash128(subkey, input) == hash.hash) {
            return SubjectId{rows.i64(5)};
        }
    }
    return std::nullopt;
}

void forget_identifier(store::Engine& engine, SubjectId id, const NormalIdentifier& identifier) {
    IdentifierKeys keys(engine);
    std::vector<store::HashRef> hashes;
    std::size_t used = 0;
    keys.hash_all(identifier, hashes, used);
    auto keep = engine.db().prepare("INSERT OR IGNORE INTO identifier_past"
                                    "(subject_id, kind, key_id, hash) VALUES(?1, ?2, ?3, ?4)");
    for (const store::HashRef& ref : hashes) {
        keep.bind_all(static_cast<std::int64_t>(id), static_cast<int>(ref.kind), ref.key_id,
                      store::Blob{base::as_view(ref.hash)});
        keep.run();
    }
    auto gone = engine.db().prepare("DELETE FROM identifier WHERE kind = ?1 AND hash = ?2");
    gone.bind(1, static_cast<int>(identifier.kind))
        .bind(2, store::Blob{base::as_view(hashes.front().hash)});
    gone.run();
}

void rekey_identifiers(store::Engine& engine, const Progress& progress) {
    store::Connection& db = engine.db();
    IdentifierKeys keys(engine);
    auto total = static_cast<std::uint64_t>(db.scalar_i64("SELECT count(*) FROM subject"));
    std::uint64_t done = 0;
    // By subject, because the table's order changes under the cursor.
    auto subject = db.prepare("SELECT id FROM subject ORDER BY id");
    auto change = db.prepare("UPDATE identifier SET hash = ?3 WHERE kind = ?1 AND hash = ?2");
    while (subject.step()) {
        for (const StoredIdentifier& stored : identifiers_of(engine, SubjectId{subject.i64(0)})) {
            base::Hash128 hash = keys.hash(stored.identifier);
            change.bind_all(static_cast<int>(stored.identifier.kind),
                            store::Blob{base::as_view(stored.hash)},
                            store::Blob{base::as_view(hash)});
            change.run();
        }
        if (++done % 1000 == 0 && progress && !progress(done, total)) {
            throw Error(Errc::cancelled, "key rotation cancelled; nothing was changed");
        }
    }
}

} // namespace subjects
} // namespace habeas

#include "subjects/sealed.hpp"

#include "subjects/field_set.hpp"

namespace habeas::subjects {
namespace {

constexpr char version = 1;
constexpr std::size_t key_id_bytes = 8; ///< 16 hexadecimal digits
constexpr std::size_t header_bytes = 1 + key_id_bytes;

void put_i64(std::string& out, std::int64_t value) {
    for (int shift = 0; shift < 64; shift += 8) {
        out += static_cast<char>((static_cast<std::uint64_t>(value) >> shift) & 0xFF);
    }
}

std::string associated(const SealedPlace& place) {
    std::string out = place.organisation ? "organisation" : "subject";
    put_i64(out, place.owner);
    put_i64(out, place.field);
    return out;
}

void rekey_owner(store::Engine& engine, FieldOwner owner, const Progress& progress) {
    std::string table = owner == FieldOwner::subject ? "subject" : "organisation";
    auto fields = field_set(engine, owner);
    for (const FieldInfo& info : fields->all()) {
        if (info.storage != Storage::sealed) {
            continue;
        }
        auto rows =
            engine.db().prepare_text("SELECT id, " + info.column + " FROM " + table + " WHERE " +
                                     info.column + " IS NOT NULL AND id > ?1 ORDER BY id LIMIT 1");
        auto change = engine.db().prepare_text("UPDATE " + table + " SET " + info.column +
                                               " = ?2 WHERE id = ?1");
        std::uint64_t done = 0;
        for (std::int64_t last = 0;; ++done) {
            rows.bind(1, last);
            if (!rows.step()) {
                break;
            }
            last = rows.i64(0);
            SealedPlace place{owner == FieldOwner::organisation, last, info.id};
            std::string sealed = seal_value(engine, place, open_value(engine, place, rows.blob(1)));
            rows.reset();
            change.bind(1, last).bind(2, store::Blob{sealed});
            change.run();
            if (done % 1000 == 999 && progress && !progress(done, 0)) {
                throw Error(Errc::cancelled, "key rotation cancelled; nothing was changed");
            }
        }
    }
}

} // namespace

std::string seal_value(store::Engine& engine, const SealedPlace& place, std::string_view clear) {
    const store::RootKey& root = engine.keys().active();
    std::array<std::uint8_t, key_id_bytes> id{};
    base::from_hex(root.id, id);
    std::string out(1, version);
    out += base::as_view(id);
    out += base::seal(engine.keys().subkey(store::Subkey::encryption), clear, associated(place),
                      engine.random() ? engine.random() : base::Random(base::random_bytes));
    return out;
}

std::string open_value(store::Engine& engine, const SealedPlace& place, std::string_view sealed) {
    if (sealed.size() < header_bytes || sealed.front() != version) {
        throw Error(Errc::corrupt, "a sealed value is damaged; run habeas verify");
    }
    std::string id = base::to_hex(base::as_bytes(sealed.substr(1, key_id_bytes)));
    const store::RootKey* root = engine.keys().find(id);
    if (root == nullptr) { // another handle has rotated the key
        engine.refresh_keys();
        root = engine.keys().find(id);
    }
    if (root == nullptr) {
        throw Error(Errc::key_missing,
                    "a sealed value needs root key " + id + ", which is not given");
    }
    return base::unseal(engine.keys().subkey(*root, store::Subkey::encryption),
                        sealed.substr(header_bytes), associated(place));
}

void rekey_sealed(store::Engine& engine, const Progress& progress) {
    rekey_owner(engine, FieldOwner::subject, progress);
    rekey_owner(engine, FieldOwner::organisation, progress);
}

} // namespace habeas::subjects

// Identifiers: names, normal forms, keyed hashes, and the tables that hold them.
#pragma once

#include "subjects/lookup.hpp"
#include "subjects/values.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::subjects {

inline constexpr std::size_t max_external_bytes = 255;

/// [a-z0-9][a-z0-9_.-]{0,62}: the name of a host's system.
bool valid_system(std::string_view system) noexcept;

/// Fills `out`. False: refused, see `why`.
bool normalise_into(IdentifierKind kind, std::string_view system, std::string_view typed,
                    const Format& format, NormalIdentifier& out, Refusal& why);

/// What is hashed: version of the normal forms, kind, system, normal form. `out` is reused.
void hash_input(const NormalIdentifier& identifier, std::string& out);

/// Subkeys for identifier hashes, the active one first: made once, used for many.
class IdentifierKeys {
  public:
    explicit IdentifierKeys(store::Engine& engine);
    /// Under the active key.
    base::Hash128 hash(const NormalIdentifier& identifier);
    /// Adds the hashes under all keys to `out` from `used` on, reusing its elements; moves `used`
    /// on.
    void hash_all(const NormalIdentifier& identifier, std::vector<store::HashRef>& out,
                  std::size_t& used) {
        hash_all(identifier, hash(identifier), out, used);
    }
    /// The same where the hash under the active key is known.
    void hash_all(const NormalIdentifier& identifier, const base::Hash128& active,
                  std::vector<store::HashRef>& out, std::size_t& used);

  private:
    struct Key {
        std::string id;
        base::SecretKey key;
    };
    std::vector<Key> keys_;
    std::string input_;
};

/// Who has it, for many look-ups with the same keys.
std::optional<SubjectId> find(store::Engine& engine, IdentifierKeys& keys,
                              const NormalIdentifier& identifier);

/// Country for national phone numbers: the store's setting "default_country".
std::string default_country(store::Engine& engine);

struct StoredIdentifier {
    NormalIdentifier identifier;
    base::Hash128 hash{};
};
/// In order of kind and hash.
std::vector<StoredIdentifier> identifiers_of(store::Engine& engine, SubjectId id);
/// Adds an identifier that nobody has; changes() of the connection is 0 if somebody has it.
void insert_identifier(store::Statement& insert, SubjectId id, const NormalIdentifier& identifier,
                       const base::Hash128& hash);
/// The statement that insert_identifier binds.
inline constexpr const char insert_identifier_sql[] =
    "INSERT INTO identifier(kind, hash, subject_id, system, normal, typed) "
    "VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
/// Moves its hashes to identifier_past and deletes it.
void forget_identifier(store::Engine& engine, SubjectId id, const NormalIdentifier& identifier);

/// Hashes every identifier anew under the active key (in the rotation's transaction).
void rekey_identifiers(store::Engine& engine, const Progress& progress);

} // namespace habeas::subjects

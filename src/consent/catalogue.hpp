// The purposes with their past, as decisions need them, kept with the handle.
#pragma once

#include "consent/facts.hpp"
#include "store/engine.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace habeas::consent {

struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
        return std::hash<std::string_view>{}(text);
    }
};

class Catalogue {
  public:
    [[nodiscard]] const PurposeHistory* find(std::string_view code) const;
    [[nodiscard]] const PurposeHistory* find(std::int64_t id) const;
    /// In order of id; those without a definition (codes reserved by a replay) are among them.
    [[nodiscard]] const std::vector<PurposeHistory>& all() const { return purposes_; }
    /// Name and country of the store's controller by the settings; empty: not set.
    [[nodiscard]] const std::string& controller() const { return controller_; }
    [[nodiscard]] const std::string& controller_country() const { return controller_country_; }

  private:
    friend std::shared_ptr<const Catalogue> catalogue(store::Engine&);
    void load(store::Engine& engine);
    PurposeHistory& history(std::int64_t id);

    std::vector<PurposeHistory> purposes_;
    std::unordered_map<std::string, std::size_t, StringHash, std::equal_to<>> by_code_;
    std::unordered_map<std::int64_t, std::size_t> by_id_;
    std::string controller_, controller_country_;
};

/// The present catalogue; asks the database whether it is current. In a Read or Write, so that it
/// agrees with what else is read.
std::shared_ptr<const Catalogue> catalogue(store::Engine& engine);

/// Row id of a code as far as the handle knows it; 0: unknown, ask the catalogue. Ids never change
/// and codes are never given to another purpose, so nothing has to be checked.
std::int64_t known_purpose_id(store::Engine& engine, std::string_view code);

/// Was it a purpose of confirmations at any time?
bool ever_confirms(const PurposeHistory& purpose) noexcept;

/// The definition in force now; null: none (retired purposes have one).
const Purpose* present_definition(const PurposeHistory& purpose) noexcept;

} // namespace habeas::consent

#include "consent/catalogue.hpp"

#include "base/contact.hpp"
#include "consent/purpose_json.hpp"
#include "store/settings.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace habeas::consent {
namespace {

struct Slot {
    std::int64_t generation = -1;
    std::shared_ptr<const Catalogue> catalogue;
};

} // namespace

const PurposeHistory* Catalogue::find(std::string_view code) const {
    auto at = by_code_.find(code);
    return at == by_code_.end() ? nullptr : &purposes_[at->second];
}

const PurposeHistory* Catalogue::find(std::int64_t id) const {
    auto at = by_id_.find(id);
    return at == by_id_.end() ? nullptr : &purposes_[at->second];
}

PurposeHistory& Catalogue::history(std::int64_t id) {
    const auto at = by_id_.find(id);
    if (at == by_id_.end()) {
        throw Error(Errc::corrupt,
                    "a purpose's version has no purpose: run habeas verify and restore a backup",
                    "purpose");
    }
    return purposes_[at->second];
}

void Catalogue::load(store::Engine& engine) {
    auto purpose = engine.db().prepare("SELECT id, code, retired_at FROM purpose ORDER BY id");
    while (purpose.step()) {
        PurposeHistory& each = purposes_.emplace_back();
        each.id = purpose.i64(0);
        each.code = purpose.str(1);
        each.retired = purpose.opt_i64(2);
        by_code_[each.code] = by_id_[each.id] = purposes_.size() - 1;
    }
    auto version = engine.db().prepare("SELECT purpose_id, recorded_at, definition "
                                       "FROM purpose_version ORDER BY purpose_id, version");
    std::string last_part;
    while (version.step()) {
        PurposeHistory& each = history(version.i64(0));
        Purpose definition = purpose_from_json(nlohmann::json::parse(version.text(2)), "");
        // A change of words alone is no boundary in time.
        std::string part = decision_part(definition);
        if (each.versions.empty() || part != last_part) {
            each.versions.push_back({version.i64(1), {}});
        }
        if (each.recipients.empty() || each.recipients.back().recipients != definition.recipients) {
            each.recipients.push_back({version.i64(1), definition.recipients});
        }
        each.versions.back().definition = std::move(definition);
        last_part = std::move(part);
    }
    auto text = engine.db().prepare("SELECT purpose_id, number, recorded_at, material_change "
                                    "FROM text_version ORDER BY purpose_id, number");
    while (text.step()) {
        TextFact fact;
        fact.number = static_cast<std::int32_t>(text.i64(1));
        fact.recorded = text.i64(2);
        if (!text.is_null(3)) {
            fact.material_change = text.i64(3) != 0;
        }
        history(text.i64(0)).texts.push_back(fact);
    }
    const auto controller = store::controller(engine);
    auto member = [&](const char* name) {
        auto at = controller.find(name);
        return at != controller.end() && at->is_string() ? at->get<std::string>() : std::string{};
    };
    controller_ = member("name");
    controller_country_ = base::country_code(member("country")).value_or("");
}

std::shared_ptr<const Catalogue> catalogue(store::Engine& engine) {
    std::int64_t generation = engine.definitions_generation();
    Slot& slot = engine.cache<Slot>();
    if (slot.generation != generation) {
        auto fresh = std::make_shared<Catalogue>();
        fresh->load(engine);
        slot.catalogue = std::move(fresh);
        slot.generation = generation;
    }
    return slot.catalogue;
}

std::int64_t known_purpose_id(store::Engine& engine, std::string_view code) {
    const Slot& slot = engine.cache<Slot>();
    const PurposeHistory* found = slot.catalogue ? slot.catalogue->find(code) : nullptr;
    return found ? found->id : 0;
}

bool ever_confirms(const PurposeHistory& purpose) noexcept {
    return std::any_of(purpose.versions.begin(), purpose.versions.end(), [](const auto& version) {
        return version.definition.kind == PurposeKind::confirmation;
    });
}

const Purpose* present_definition(const PurposeHistory& purpose) noexcept {
    return purpose.versions.empty() ? nullptr : &purpose.versions.back().definition;
}

} // namespace habeas::consent

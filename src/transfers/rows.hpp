// Rows of the registry, and the law that the store goes by.
#pragma once

#include "habeas/transfer.hpp"
#include "store/engine.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace habeas::transfers {

/// A recorded entry of a processor.
struct Version {
    std::int64_t id = 0;
    std::int64_t recorded = 0;
    ProcessorFacts facts;
};
struct Entry {
    std::int64_t id = 0;
    std::string code, name;
    std::vector<Version> versions; ///< by day, then as recorded
    /// What held on a day as known then; null: it was not on file.
    [[nodiscard]] const ProcessorFacts* at(Date day, std::int64_t known_at) const noexcept;
    /// As it stands: of each day the last one.
    [[nodiscard]] Processor present() const;
};
/// By code. In a Read or Write.
std::vector<Entry> load_all(store::Engine& engine);
/// The law that the store goes by.
TransferLaw law_of(store::Engine& engine);

// store::DefinitionPart.
void list_definitions(store::Engine& engine, nlohmann::json& out);
void apply_definition(store::Engine& engine, const nlohmann::json& given,
                      const std::string& pointer, std::vector<std::string>& changes);

} // namespace habeas::transfers

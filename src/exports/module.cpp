#include "exports/module.hpp"

namespace habeas::exports {

/// No tables: disclosures are events of the ledger, files are in the store's written_file.
const store::Module module{.name = "exports"};

} // namespace habeas::exports

#include "importers/mautic.hpp"
namespace habeas::importers {
void take_campaigns(Run&, TableSource&, const std::string&, const MauticNames&) {}
} // namespace habeas::importers

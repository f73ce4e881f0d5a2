// Who got data: written when data leave, read for the access bundle (GDPR art. 15(1)(c); C-154/21:
// the person may know the recipients by name, so they are kept for each disclosure).
#pragma once

#include "exports/history.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace habeas::exports {

/// Appends `disclosed` to the subject's ledger. In a write transaction. Errc::erased if the subject
/// went since it was read, Errc::denied if the recipient is a processor that may not get data: then
/// nothing may be handed out.
void record_disclosure(store::Engine& engine, SubjectId subject, const std::string& recipient,
                       const std::string& format);

/// What an export of many took; kept with its act `exported`. No table lists the people in it: who
/// was covered follows from the selection, the moment and the ledger (see `disclosures`).
struct Selection {
    std::string recipient;
    std::string format = "csv";
    std::vector<std::string> columns;
    std::string purpose; ///< empty: no filter by decision
    Channel channel = Channel::any;
    std::optional<Time> changed_since;
    Time at{}; ///< the moment the decisions were asked for
    std::uint64_t rows = 0;
};
/// In a write transaction. Errc::denied as above.
void record_export(store::Engine& engine, const Selection& selection);

/// What was handed out of the subject alone and the exports of many that covered it, oldest first.
LongList<Disclosure> disclosures(store::Engine& engine, const Subject& subject,
                                 const History& history);

/// Registers a file with its expiry (30 days), so that an erasure and the tick find it. No subject:
/// about many. Returns the row's id.
std::int64_t register_file(store::Engine& engine, const std::string& path,
                           std::optional<SubjectId> subject);
/// The file was not made after all.
void forget_file(store::Engine& engine, std::int64_t id);
bool file_registered(store::Engine& engine, std::int64_t id);

} // namespace habeas::exports

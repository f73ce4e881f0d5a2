// Receipts of consent events, for somebody else: ISO/IEC TS 27560 and Kantara 1.1.
#pragma once

#include "habeas/consent.hpp"

#include <string>
#include <vector>

namespace habeas::consent {

/// What receipts of one person's events are made from.
struct ReceiptSource {
    std::vector<ConsentEvent> history;
    std::vector<Purpose> purposes; ///< as they are now, with their texts
};
ReceiptSource receipt_source(store::Engine& engine, SubjectId subject);

/// Has this event a receipt in this format? ISO/IEC TS 27560: requests, grants, refusals,
/// withdrawals and expiries of purposes that rest on consent. Kantara knows given consent only.
bool has_receipt(store::Engine& engine, const ReceiptSource& source, const ConsentEvent& event,
                 Consent::ReceiptFormat format);
std::string make_receipt(store::Engine& engine, const ReceiptSource& source,
                         const ConsentEvent& event, Consent::ReceiptFormat format);

} // namespace habeas::consent

// What a receipt says, before it takes one of the two forms.
#pragma once

#include "habeas/consent.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace habeas::consent {

/// Printed where the controller's setting lacks what the formats require: the receipt stays valid
/// and the gap is seen.
inline constexpr const char* not_stated = "not stated";

struct ReceiptController {
    std::string id; ///< an IRI
    std::string name, address, country, email, phone, contact;
    std::string policy_url; ///< members privacy_url or url of the setting
    std::string
        exercise; ///< where rights are exercised: member rights_url, else the e-mail address
};

struct ReceiptPurpose {
    Purpose purpose;
    std::optional<std::int32_t> text_version;
    ConsentText shown;     ///< empty where it is not known
    std::string text_hash; ///< of the version
    Time text_date{};
    bool renewed = false; ///< an earlier consent still stood when this one was given
};

struct ReceiptFacts {
    std::string store_id;
    ConsentEvent event;
    Time created{};
    std::string place; ///< where the store is: ISO 3166-1 code or text
    ReceiptController controller;
    std::vector<ReceiptPurpose> purposes; ///< more than one only where the event is for all
    std::string language;
};

std::string iso_27560(const ReceiptFacts& facts);
std::string kantara_1_1(const ReceiptFacts& facts);

/// The same for the same store, event and part: RFC 9562 version 8 over a hash.
std::string receipt_uuid(const ReceiptFacts& facts, const std::string& part);
/// The subject under the pseudonym that it has outside: no personal data but the number.
std::string principal_iri(const ReceiptFacts& facts);
/// The label of a purpose in the receipt's language, English, any, else the code.
std::string label_of(const std::map<std::string, std::string>& labels, const std::string& language,
                     const std::string& otherwise);
/// Has the consent what art. 4(11) and 7(1) ask? Pre-ticked or below the standard: not.
bool is_valid_consent(const Evidence& evidence) noexcept;
/// Do we know how it was given, and what was shown?
bool is_proven(const Evidence& evidence) noexcept;

} // namespace habeas::consent

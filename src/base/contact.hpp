// Normal forms of what people type: e-mail, phone, URL, country, language, time zone.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace habeas::base {

/// Normal form of an address (RFC 5321, 6531): blanks around it trimmed, NFC, local part lower case
/// (simple mapping, so that "ß" stays), domain by IDNA2008 non-transitional as A-labels lower case.
/// No dot or plus rules. Quoted local parts are refused, as are control characters (header
/// injection), comments, more than 64 bytes before and 254 in all, a domain without a dot or with
/// an address literal. Throws Errc::invalid with a reason that does not repeat the address.
std::string normalise_email(std::string_view typed);

/// E.164 ("+49301234567"). With a leading + or 00 (trimmed, separators blank - / . ( ) removed) it
/// needs no country; a national form needs `default_country` (ISO 3166-1 alpha-2) and a build with
/// libphonenumber; else Errc::invalid: never guessed.
std::string normalise_phone(std::string_view typed, std::string_view default_country);
bool phone_national_supported() noexcept;

/// http or https only, host required, no blanks or control characters; returned trimmed.
/// Errc::invalid.
std::string check_url(std::string_view typed);

/// ISO 3166-1 alpha-2 upper case from a code in any case or an English country name as Mautic and
/// the rivals export them ("Germany", "Czech Republic", "Türkiye"). Nothing when unknown.
std::optional<std::string> country_code(std::string_view typed);
std::string_view country_name(std::string_view code); ///< English short name; empty when unknown
bool is_eea(std::string_view code) noexcept;          ///< EU 27 + IS, LI, NO

/// BCP 47 in canonical case ("de", "pt-BR", "zh-Hant-TW"); "de_DE" is accepted. Errc::invalid.
std::string normalise_language(std::string_view typed);
/// IANA time zone name that the system's database knows. Errc::invalid.
std::string check_timezone(std::string_view typed);
/// Subdivision: free text up to 100 bytes, or ISO 3166-2 ("DE-BY") upper-cased when it has that
/// shape.
std::string normalise_region(std::string_view typed);

} // namespace habeas::base

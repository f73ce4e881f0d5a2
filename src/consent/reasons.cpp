#include "consent/reasons.hpp"

#include <array>
#include <cstddef>

namespace habeas {
namespace {

struct Row {
    Reason reason;
    std::string_view code;
    /// The articles it rests on; where a reason has several roots, all of them.
    std::string_view reference;
    std::string_view sentence;
};

constexpr std::array rows{
    Row{Reason::ok_consent, "OK_CONSENT",
        "GDPR 4(11), 6(1)(a), 7(1), 7(3), 8(1), 9(2)(a), 18(2), 18(3), 21(3); ePrivacy 13(1); "
        "EDPB 05/2020 par. 110; CASL 10(1); AT DSG par. 4(4); DK act par. 6",
        "The person consented, and the consent is valid."},
    Row{Reason::ok_contract, "OK_CONTRACT", "GDPR 6(1)(b), 21(2) (stops marketing only)",
        "It is needed for a contract with the person."},
    Row{Reason::ok_legal_obligation, "OK_LEGAL_OBLIGATION", "GDPR 6(1)(c), 12(3), 34",
        "A legal obligation demands it."},
    Row{Reason::ok_vital_interests, "OK_VITAL_INTERESTS", "GDPR 6(1)(d)",
        "It protects somebody's life."},
    Row{Reason::ok_public_task, "OK_PUBLIC_TASK", "GDPR 6(1)(e)",
        "It is needed for a public task."},
    Row{Reason::ok_legitimate_interests, "OK_LEGITIMATE_INTERESTS",
        "GDPR 6(1)(f), 21(1), rec. 47; ePrivacy 13(5)",
        "Legitimate interests carry it, the balancing test is on file, and nobody objected."},
    Row{Reason::ok_soft_opt_in, "OK_SOFT_OPT_IN", "ePrivacy 13(2); C-654/23 Inteligo Media",
        "The address comes from a sale and all conditions of the soft opt-in are met."},
    Row{Reason::ok_casl_implied, "OK_CASL_IMPLIED", "CASL 10(9)(a), 10(10)(a), 10(10)(e)",
        "Consent is implied by a recent purchase or inquiry (Canada)."},
    Row{Reason::ok_opt_out_regime, "OK_OPT_OUT_REGIME", "CAN-SPAM 15 U.S.C. 7704",
        "The United States allow it until the person opts out."},
    Row{Reason::ok_storage, "OK_STORAGE", "GDPR 18(2)",
        "Storing is allowed, also while processing is restricted."},
    Row{Reason::ok_legal_claims, "OK_LEGAL_CLAIMS", "GDPR 18(2), 9(2)(f)",
        "It serves legal claims."},
    Row{Reason::ok_doi_confirmation, "OK_DOI_CONFIRMATION", "GDPR 7(1)",
        "A sign-up waits for its confirmation, and this message asks for it."},
    Row{Reason::subject_unknown, "SUBJECT_UNKNOWN", "policy (fail closed); GDPR 5(2)",
        "There is no such person in the store."},
    Row{Reason::purpose_not_declared, "PURPOSE_NOT_DECLARED", "GDPR 5(1)(b), 5(1)(e), 13(1)(c)",
        "The purpose is not declared, or was retired."},
    Row{Reason::erased, "ERASED", "GDPR 17(1)", "The person was erased."},
    Row{Reason::erasure_pending, "ERASURE_PENDING", "GDPR 12(3), 17(1)",
        "The person asked to be erased, and the request is open."},
    Row{Reason::restricted, "RESTRICTED", "GDPR 18(2), 18(3)",
        "Processing is restricted at the person's request."},
    Row{Reason::suppressed, "SUPPRESSED",
        "GDPR 17(1), 21(3), 25(2), rec. 66; ePrivacy 13(2), 13(3); CASL 11(3); "
        "CAN-SPAM 15 U.S.C. 7704(a)(4)",
        "The person or the address is on the suppression list."},
    Row{Reason::hard_bounce, "HARD_BOUNCE", "GDPR 5(1)(d), 32",
        "The address does not work: a message came back for good."},
    Row{Reason::complaint, "COMPLAINT", "GDPR 21(3)",
        "The person reported a message as spam, which is an objection."},
    Row{Reason::objected_direct_marketing, "OBJECTED_DIRECT_MARKETING",
        "GDPR 21(2), 21(3); ePrivacy 13(2)", "The person objected to direct marketing."},
    Row{Reason::objected_pending, "OBJECTED_PENDING", "GDPR 18(1)(d), 21(1)",
        "The person objected, and the objection is not decided yet."},
    Row{Reason::objected, "OBJECTED", "GDPR 21(1)",
        "The person objected, and the objection was upheld."},
    Row{Reason::basis_not_permitted_for_purpose, "BASIS_NOT_PERMITTED_FOR_PURPOSE",
        "GDPR 5(1)(a), 6(1)(b), 6(1)(c), 6(1)(d), 6(1)(e); ePrivacy 13(1)",
        "The lawful basis does not carry a purpose of this kind."},
    Row{Reason::basis_not_permitted_for_channel, "BASIS_NOT_PERMITTED_FOR_CHANNEL",
        "ePrivacy 13(1), 13(2); GDPR 5(1)(b)",
        "The lawful basis does not carry this channel, or the purpose does not name it."},
    Row{Reason::basis_not_permitted_for_country, "BASIS_NOT_PERMITTED_FOR_COUNTRY",
        "ePrivacy 13(1), 13(3), 13(5)",
        "The lawful basis does not carry this in the person's country."},
    Row{Reason::basis_ended, "BASIS_ENDED", "GDPR 5(1)(e), 6(1)(b)",
        "The lawful basis has ended: the contract is over and no claim is open."},
    Row{Reason::mixed_with_marketing, "MIXED_WITH_MARKETING", "ePrivacy 13(1); DE BGH VI ZR 134/15",
        "The message also advertises: send it for a marketing purpose, or without the advert."},
    Row{Reason::balancing_test_missing, "BALANCING_TEST_MISSING", "GDPR 5(2), 6(1)(f)",
        "No balancing test is on file for these legitimate interests."},
    Row{Reason::soft_opt_in_condition_missing, "SOFT_OPT_IN_CONDITION_MISSING", "ePrivacy 13(2)",
        "A condition of the soft opt-in is not met."},
    Row{Reason::casl_implied_expired, "CASL_IMPLIED_EXPIRED", "CASL 10(9)(a), 10(10)(a), 10(10)(e)",
        "No purchase of the last 24 months and no inquiry of the last 6 (Canada)."},
    Row{Reason::no_consent, "NO_CONSENT", "GDPR 6(1)(a), 7(1); ePrivacy 13(1)",
        "The person never consented."},
    Row{Reason::consent_other_purpose, "CONSENT_OTHER_PURPOSE",
        "GDPR 5(1)(b), 6(1)(a), rec. 32, rec. 43",
        "The person was asked for other purposes, not for this one."},
    Row{Reason::consent_other_channel, "CONSENT_OTHER_CHANNEL",
        "ePrivacy 13(1); DE UWG par. 7(2), 7a",
        "The person was asked for other channels, not for this one."},
    Row{Reason::consent_other_controller, "CONSENT_OTHER_CONTROLLER",
        "GDPR 4(11), 26; EDPB 05/2020 par. 65",
        "The consent names other controllers, not the one that asks."},
    Row{Reason::consent_not_yet_given, "CONSENT_NOT_YET_GIVEN", "GDPR 4(11)",
        "The consent was given later than the moment asked about."},
    Row{Reason::consent_pending, "CONSENT_PENDING", "GDPR 7(1); DE BGH I ZR 164/09",
        "The sign-up was never confirmed."},
    Row{Reason::consent_refused, "CONSENT_REFUSED", "GDPR 4(11), 7(4), rec. 42; ePrivacy 13(2)",
        "The person said no."},
    Row{Reason::consent_withdrawn, "CONSENT_WITHDRAWN",
        "GDPR 7(3), 17(1)(b), 21(3), 26(3); ePrivacy 13(2); C-129/21 Proximus",
        "The person withdrew the consent."},
    Row{Reason::consent_expired, "CONSENT_EXPIRED",
        "GDPR 5(1)(a), 5(1)(e); EDPB 05/2020 par. 110-111, 121-123", "The consent has run out."},
    Row{Reason::consent_version_superseded, "CONSENT_VERSION_SUPERSEDED",
        "GDPR 5(1)(b), 5(2), 6(1)(a), 7(1); EDPB 05/2020 par. 110",
        "The processing changed after the consent was given; it has to be asked again."},
    Row{Reason::consent_invalid, "CONSENT_INVALID",
        "GDPR 4(11), 7, rec. 32, rec. 171; C-673/17 Planet49",
        "The consent does not meet the standard of the GDPR."},
    Row{Reason::consent_unproven, "CONSENT_UNPROVEN", "GDPR 5(2), 7(1); C-61/19 Orange Romania",
        "There is no proof of the consent."},
    Row{Reason::explicit_consent_required, "EXPLICIT_CONSENT_REQUIRED",
        "GDPR 9(1), 9(2)(a); C-21/23 Lindenapotheke",
        "Special categories of data need explicit consent or another exception of article 9."},
    Row{Reason::child_no_parental_authorisation, "CHILD_NO_PARENTAL_AUTHORISATION",
        "GDPR 8(1); AT DSG par. 4(4); FR art. 45 LIL; DK act par. 6",
        "The person was a child when consenting, and no parent authorised it."},
    Row{Reason::age_unknown, "AGE_UNKNOWN", "GDPR 8(1), 8(2)",
        "The service is aimed at children, and the age is not known."},
    Row{Reason::retention_expired, "RETENTION_EXPIRED", "GDPR 5(1)(e)",
        "The retention period is over."},
    Row{Reason::transfer_denied, "TRANSFER_DENIED", "GDPR 44",
        "A recipient may not get data of this person."},
    Row{Reason::paused, "PAUSED",
        "GDPR 7(3), 21(2) (policy: a part of what may be stopped for good)",
        "The person asked for a pause, and it is not over."},
};

// Decisions are made by the million: one array access from the number to the row.
constexpr std::size_t last = static_cast<std::size_t>(Reason::paused);
constexpr auto by_number = [] {
    std::array<const Row*, last + 1> table{};
    for (const Row& row : rows) {
        table[static_cast<std::size_t>(row.reason)] = &row;
    }
    return table;
}();

const Row* row_of(Reason reason) noexcept {
    auto number = static_cast<std::size_t>(reason);
    return number <= last ? by_number[number] : nullptr;
}

constexpr auto reasons = [] {
    std::array<Reason, rows.size()> list{};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        list[i] = rows[i].reason;
    }
    return list;
}();

} // namespace

std::string_view reason_code(Reason reason) noexcept {
    const Row* row = row_of(reason);
    return row ? row->code : std::string_view{};
}

std::optional<Reason> reason(std::string_view code) noexcept {
    for (const Row& row : rows) {
        if (row.code == code) {
            return row.reason;
        }
    }
    return std::nullopt;
}

std::string_view reason_reference(Reason reason) noexcept {
    const Row* row = row_of(reason);
    return row ? row->reference : std::string_view{};
}

namespace consent {

std::string_view reason_sentence(Reason reason) noexcept {
    const Row* row = row_of(reason);
    return row ? row->sentence : std::string_view{};
}

std::span<const Reason> all_reasons() noexcept {
    return reasons;
}

} // namespace consent
} // namespace habeas

// The numbers of the C header are those of the C++ interface.
#include "catch.hpp"
#include "habeas/habeas.hpp"

#include <habeas.h>

namespace {

template <class Enum>
constexpr bool same(std::int32_t number, Enum value) {
    return number == static_cast<std::int32_t>(value);
}

} // namespace

TEST_CASE("capi: the numbers of the header are those of the C++ interface", "[capi]") {
    using namespace habeas;
    STATIC_REQUIRE(same(HABEAS_E_INTERNAL, Errc::internal));
    STATIC_REQUIRE(same(HABEAS_E_CALLBACK, Errc::callback));
    STATIC_REQUIRE(same(HABEAS_CHANNEL_INTERNAL, Channel::internal));
    STATIC_REQUIRE(same(HABEAS_STATE_EXPIRED, ConsentState::expired));
    STATIC_REQUIRE(same(HABEAS_EVENT_REQUESTED, EventKind::requested));
    STATIC_REQUIRE(same(HABEAS_EVENT_RESUMED, EventKind::resumed));
    STATIC_REQUIRE(same(HABEAS_EVENT_STORE_CREATED, EventKind::store_created));
    STATIC_REQUIRE(same(HABEAS_EVENT_EXPORTED, EventKind::exported));
    STATIC_REQUIRE(same(HABEAS_REASON_OK_CONSENT, Reason::ok_consent));
    STATIC_REQUIRE(same(HABEAS_REASON_SUBJECT_UNKNOWN, Reason::subject_unknown));
    STATIC_REQUIRE(same(HABEAS_REASON_PAUSED, Reason::paused));
    STATIC_REQUIRE(same(HABEAS_OUTCOME_REJECTED, RowOutcome::rejected));
    STATIC_REQUIRE(same(HABEAS_ON_MATCH_FAIL, OnMatch::fail));
    STATIC_REQUIRE(same(HABEAS_BLANK_OVERWRITE, Blank::overwrite));
    STATIC_REQUIRE(same(HABEAS_OWNER_ORGANISATION, FieldOwner::organisation));
    STATIC_REQUIRE(same(HABEAS_ACTOR_SUBJECT, Actor::Kind::subject));
    STATIC_REQUIRE(same(HABEAS_LOG_ERROR, LogLevel::error));
    STATIC_REQUIRE(same(HABEAS_DURABILITY_NORMAL, Durability::normal));
    STATIC_REQUIRE(same(HABEAS_PROOF_SEALED, ProofAfterErasure::sealed));
    STATIC_REQUIRE(same(HABEAS_BUNDLE_ZIP, BundleFormat::zip));
    STATIC_REQUIRE(same(HABEAS_REQUEST_ERASURE, RequestKind::erasure));
    STATIC_REQUIRE(same(HABEAS_REQUEST_AUTOMATED_DECISIONS, RequestKind::automated_decisions));
    STATIC_REQUIRE(same(HABEAS_GATEWAY_TRANSIENT, GatewayOutcome::transient));
    STATIC_REQUIRE(same(HABEAS_GATEWAY_UNCERTAIN, GatewayOutcome::uncertain));
    STATIC_REQUIRE(same(HABEAS_SIGNAL_CLICKED, SignalKind::clicked));
    STATIC_REQUIRE(same(HABEAS_SIGNAL_SUBMITTED, SignalKind::submitted));
    STATIC_REQUIRE(same(HABEAS_RECEIPT_KANTARA_1_1, Consent::ReceiptFormat::kantara_1_1));
}

TEST_CASE("capi: each code of an error has its name, each reason its code", "[capi]") {
    using namespace habeas;
    for (std::int32_t code = HABEAS_E_CALLBACK; code < 0; ++code) {
        CHECK(std::string(habeas_status_name(code)) == errc_name(static_cast<Errc>(code)));
    }
    for (std::int32_t number = 0; number < 256; ++number) {
        const auto code = reason_code(static_cast<Reason>(number));
        const char* name = habeas_name(HABEAS_LIST_REASON, number);
        CHECK((name == nullptr ? std::string() : std::string(name)) == code);
    }
}

TEST_CASE("capi: lists give the names of documents, and nothing past their end", "[capi]") {
    using namespace habeas;
    const auto last = [](std::int32_t list) {
        std::int32_t number = 0;
        while (habeas_name(list, number + 1) != nullptr) {
            ++number;
        }
        return std::string(habeas_name(list, number));
    };
    CHECK(last(HABEAS_LIST_REQUEST_KIND) == "automated_decisions");
    CHECK(last(HABEAS_LIST_REQUEST_STATE) == "expired");
    CHECK(last(HABEAS_LIST_MESSAGE_KIND) == "internal");
    CHECK(last(HABEAS_LIST_MESSAGE_STATE) == "refused");
    CHECK(last(HABEAS_LIST_CHANGE_KIND) == "campaign");
    CHECK(last(HABEAS_LIST_CAMPAIGN_STATE) == "retired");
    CHECK(last(HABEAS_LIST_SIGNAL) == "submitted");
    CHECK(last(HABEAS_LIST_POINTS_ON) == "segment");
    CHECK(last(HABEAS_LIST_FORM_FIELD_TYPE) == "button");
    CHECK(habeas_name(HABEAS_LIST_FORM_ACTION, 9) ==
          form_action_name(FormAction::Kind::send_message));
    CHECK(last(HABEAS_LIST_LINT_SEVERITY) == "error");
    CHECK(last(HABEAS_LIST_HOLDER_OPERATION) == "tell");
    CHECK(last(HABEAS_LIST_HOLDER_TASK_STATE) == "cancelled");
    CHECK(last(HABEAS_LIST_DELIVERY_KIND) == "delayed");
    CHECK(last(HABEAS_LIST_OPTIN_STATE) == "cancelled");
    CHECK(habeas_name(HABEAS_LIST_OPTIN_STATE + 1, 0) == nullptr);
}

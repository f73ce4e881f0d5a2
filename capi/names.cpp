// The library itself: version, components, names of numbers, times.
#include "convert.hpp"
#include "habeas/campaign.hpp"
#include "habeas/changes.hpp"
#include "habeas/delivery.hpp"
#include "habeas/form.hpp"
#include "habeas/holder.hpp"
#include "habeas/points.hpp"
#include "habeas/version.hpp"

using namespace habeas::capi;
using habeas::Errc;
using habeas::Error;

namespace {

/// Of enumerations whose name functions take nothing but their own values.
template <class Enum>
std::string_view name_up_to(std::int32_t value, Enum last,
                            std::string_view (*name)(Enum) noexcept) noexcept {
    return value <= static_cast<std::int32_t>(last) ? name(static_cast<Enum>(value))
                                                    : std::string_view{};
}

/// Lists of forms, campaigns and messages.
std::string_view name_of_acts(std::int32_t list, std::int32_t value) noexcept {
    switch (list) {
    case HABEAS_LIST_REQUEST_KIND:
        return habeas::request_kind_name(static_cast<habeas::RequestKind>(value));
    case HABEAS_LIST_REQUEST_STATE:
        return habeas::request_state_name(static_cast<habeas::RequestState>(value));
    case HABEAS_LIST_MESSAGE_KIND:
        return name_up_to(value, habeas::MessageKind::internal, habeas::message_kind_name);
    case HABEAS_LIST_MESSAGE_STATE:
        return name_up_to(value, habeas::MessageState::refused, habeas::message_state_name);
    case HABEAS_LIST_CHANGE_KIND:
        return name_up_to(value, habeas::ChangeKind::campaign, habeas::change_kind_name);
    case HABEAS_LIST_CAMPAIGN_STATE:
        return habeas::campaign_state_name(static_cast<habeas::CampaignState>(value));
    case HABEAS_LIST_SIGNAL:
        return habeas::signal_kind_name(static_cast<habeas::SignalKind>(value));
    case HABEAS_LIST_POINTS_ON:
        return habeas::points_on_name(static_cast<habeas::PointsRule::On>(value));
    case HABEAS_LIST_FORM_FIELD_TYPE:
        return habeas::form_field_type_name(static_cast<habeas::FormFieldType>(value));
    case HABEAS_LIST_FORM_ACTION:
        return habeas::form_action_name(static_cast<habeas::FormAction::Kind>(value));
    case HABEAS_LIST_LINT_SEVERITY:
        return habeas::lint_severity_name(static_cast<habeas::LintSeverity>(value));
    case HABEAS_LIST_HOLDER_OPERATION:
        return habeas::holder_operation_name(static_cast<habeas::HolderOperation>(value));
    case HABEAS_LIST_HOLDER_TASK_STATE:
        return habeas::holder_task_state_name(static_cast<habeas::HolderTaskState>(value));
    case HABEAS_LIST_DELIVERY_KIND:
        return habeas::delivery_kind_name(static_cast<habeas::DeliveryKind>(value));
    case HABEAS_LIST_OPTIN_STATE:
        return habeas::optin_state_name(static_cast<habeas::OptinState>(value));
    default:
        return {};
    }
}

/// Numbers of lists are those of the C++ enumerations, which the tests compare with the header.
std::string_view name_of(std::int32_t list, std::int32_t value) noexcept {
    if (value < 0 || value > 255) {
        return {};
    }
    switch (list) {
    case HABEAS_LIST_CHANNEL:
        return habeas::channel_name(static_cast<habeas::Channel>(value));
    case HABEAS_LIST_EVENT_KIND:
        return habeas::event_kind_name(static_cast<habeas::EventKind>(value));
    case HABEAS_LIST_STATE:
        return habeas::consent_state_name(static_cast<habeas::ConsentState>(value));
    case HABEAS_LIST_REASON:
        return habeas::reason_code(static_cast<habeas::Reason>(value));
    case HABEAS_LIST_BASIS:
        return habeas::basis_name(static_cast<habeas::Basis>(value));
    case HABEAS_LIST_PURPOSE_KIND:
        return habeas::purpose_kind_name(static_cast<habeas::PurposeKind>(value));
    case HABEAS_LIST_FIELD_TYPE:
        return habeas::field_type_name(static_cast<habeas::FieldType>(value));
    default:
        return name_of_acts(list, value);
    }
}

} // namespace

extern "C" {

const char* habeas_version(void) {
    return habeas::version().data();
}

int32_t habeas_has(const char* feature, size_t feature_size) {
    std::int32_t has = 0;
    guard([&] { has = habeas::has(text_in(feature, feature_size, "feature")) ? 1 : 0; });
    return has;
}

const char* habeas_name(int32_t list, int32_t value) {
    const std::string_view name = name_of(list, value);
    return name.empty() ? nullptr : name.data();
}

habeas_status habeas_value(int32_t list, const char* name, size_t name_size, int32_t* value) {
    return guard([&] {
        expect(value, "value");
        const std::string_view wanted = text_in(name, name_size, "name");
        for (std::int32_t number = 0; number < 256; ++number) {
            if (!wanted.empty() && name_of(list, number) == wanted) {
                *value = number;
                return;
            }
        }
        throw Error(Errc::not_found, "the list has no such name", "name");
    });
}

const char* habeas_reason_reference(int32_t reason) {
    if (habeas_name(HABEAS_LIST_REASON, reason) == nullptr) {
        return nullptr;
    }
    return habeas::reason_reference(static_cast<habeas::Reason>(reason)).data();
}

habeas_status habeas_time_now(int64_t* time) {
    return guard([&] {
        expect(time, "time");
        *time = time_out(habeas::system_clock_now());
    });
}

habeas_status habeas_time_parse(const char* text, size_t text_size, int64_t* time) {
    return guard([&] {
        expect(time, "time");
        *time = time_out(habeas::parse_time(text_in(text, text_size, "text")));
    });
}

habeas_status habeas_time_format(int64_t time, habeas_string* text) {
    return guard([&] {
        expect(text, "text");
        give_string(text, habeas::format_time(calendar_time_in(time, "time")));
    });
}

habeas_status habeas_date_parse(const char* text, size_t text_size, int32_t* year, int32_t* month,
                                int32_t* day) {
    return guard([&] {
        expect(year, "year");
        expect(month, "month");
        expect(day, "day");
        const habeas::Date date = habeas::parse_date(text_in(text, text_size, "text"));
        *year = static_cast<int>(date.year());
        *month = static_cast<std::int32_t>(static_cast<unsigned>(date.month()));
        *day = static_cast<std::int32_t>(static_cast<unsigned>(date.day()));
    });
}

habeas_status habeas_date_format(int32_t year, int32_t month, int32_t day, habeas_string* text) {
    return guard([&] {
        expect(text, "text");
        const bool small =
            year >= 0 && year <= 9999 && month > 0 && month < 13 && day > 0 && day < 32;
        const habeas::Date date{std::chrono::year(small ? year : 0),
                                std::chrono::month(small ? static_cast<unsigned>(month) : 0),
                                std::chrono::day(small ? static_cast<unsigned>(day) : 0)};
        if (!date.ok()) {
            refuse_argument("day", "there is no such day");
        }
        give_string(text, habeas::format_date(date));
    });
}
}

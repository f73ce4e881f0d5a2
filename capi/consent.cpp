// Recording events, and reading the ledger.
#include "convert.hpp"
#include "json.hpp"
#include "store_object.hpp"

using namespace habeas::capi;
using habeas::Consent;
using habeas::ConsentEvent;
using habeas::ConsentState;
using habeas::Evidence;

namespace {

habeas::EventKind kind_in(std::int32_t kind) {
    if (habeas_name(HABEAS_LIST_EVENT_KIND, kind) == nullptr) {
        refuse_argument("kind", "no such kind of event");
    }
    return static_cast<habeas::EventKind>(kind);
}

Evidence evidence_in(const habeas_event& event) {
    Evidence out;
    out.method = string_in(event.method, "method");
    out.text_version = event.text_version;
    out.language = string_in(event.language, "language");
    out.form = string_in(event.form, "form");
    out.submission = string_in(event.submission, "submission");
    out.document = string_in(event.document, "document");
    out.ip = string_in(event.ip, "ip");
    out.user_agent = string_in(event.user_agent, "user_agent");
    out.note = string_in(event.note, "note");
    out.preticked = flag_in(event.preticked, "preticked");
    out.gdpr_standard = !flag_in(event.below_gdpr_standard, "below_gdpr_standard");
    out.explicit_consent = flag_in(event.explicit_consent, "explicit_consent");
    out.parental_authorisation = flag_in(event.parental_authorisation, "parental_authorisation");
    for (const habeas_text& each :
         array_in(event.controllers, event.controller_count, "controllers")) {
        out.controllers.push_back(string_in(each, "controllers"));
    }
    out.expires_at = time_in(event.expires_at);
    return out;
}

ConsentEvent event_in(const habeas_event& event) {
    ConsentEvent out;
    out.kind = kind_in(event.kind);
    out.subject = subject_in(event.subject);
    out.purpose = string_in(event.purpose, "purpose");
    out.channel = channel_in(event.channel);
    out.scope = string_in(event.scope, "scope");
    out.effective_at = moment_in(event.effective_at);
    out.evidence = evidence_in(event);
    for (const habeas_pair& each : array_in(event.data, event.data_count, "data")) {
        out.data[string_in(each.name, "data")] = string_in(each.value, "data");
    }
    return out;
}

Json evidence_json(const Evidence& evidence) {
    Json out = Json::object();
    const std::pair<const char*, const std::string&> texts[] = {{"method", evidence.method},
                                                                {"language", evidence.language},
                                                                {"form", evidence.form},
                                                                {"submission", evidence.submission},
                                                                {"document", evidence.document},
                                                                {"ip", evidence.ip},
                                                                {"user_agent", evidence.user_agent},
                                                                {"note", evidence.note}};
    for (const auto& [name, text] : texts) {
        if (!text.empty()) {
            out[name] = text;
        }
    }
    if (evidence.text_version != 0) {
        out["text_version"] = evidence.text_version;
    }
    const std::pair<const char*, bool> flags[] = {
        {"preticked", evidence.preticked},
        {"below_gdpr_standard", !evidence.gdpr_standard},
        {"explicit_consent", evidence.explicit_consent},
        {"parental_authorisation", evidence.parental_authorisation}};
    for (const auto& [name, flag] : flags) {
        if (flag) {
            out[name] = true;
        }
    }
    if (!evidence.controllers.empty()) {
        out["controllers"] = evidence.controllers;
    }
    if (evidence.expires_at) {
        out["expires_at"] = habeas::format_time(*evidence.expires_at);
    }
    return out;
}

Json event_json(const ConsentEvent& event) {
    Json out{{"event", static_cast<std::int64_t>(event.id)},
             {"subject", static_cast<std::int64_t>(event.subject)},
             {"kind", habeas::event_kind_name(event.kind)},
             {"purpose", event.purpose.empty() ? Json(nullptr) : Json(event.purpose)},
             {"channel", habeas::channel_name(event.channel)},
             {"scope", event.scope.empty() ? Json(nullptr) : Json(event.scope)},
             {"effective_at", habeas::format_time(event.effective_at)},
             {"recorded_at", habeas::format_time(event.recorded_at)},
             {"evidence", evidence_json(event.evidence)},
             {"data", Json::object()},
             {"actor", actor_json(event.actor)}};
    for (const auto& [name, value] : event.data) {
        out["data"][name] = value;
    }
    return out;
}

} // namespace

extern "C" {

habeas_status habeas_event_init(habeas_event* event, size_t struct_size) {
    return guard([&] { init_struct(event, struct_size, "event"); });
}

habeas_status habeas_consent_record(habeas_store* store, const habeas_event* event,
                                    int64_t* number) {
    return guard([&] {
        expect(number, "number");
        if (event == nullptr) {
            refuse_argument("event", "NULL");
        }
        const ConsentEvent wanted = event_in(struct_in(event, "event"));
        *number = static_cast<std::int64_t>(Consent(StoreUse(store).store()).record(wanted));
    });
}

habeas_status habeas_consent_record_many(habeas_store* store, const habeas_event* events,
                                         size_t count, int64_t* numbers) {
    return guard([&] {
        expect_array(numbers, count, "numbers");
        std::vector<ConsentEvent> wanted;
        if (!array_in(events, count, "events").empty()) {
            wanted.reserve(count);
            const std::uint32_t size = events->struct_size;
            check_size(size, "events");
            const auto* place = reinterpret_cast<const unsigned char*>(events);
            for (std::size_t at = 0; at < count; ++at, place += size) {
                const auto* each = reinterpret_cast<const habeas_event*>(place);
                if (each->struct_size != size) {
                    refuse_argument("events", "they have different struct_size");
                }
                wanted.push_back(event_in(struct_in(each, "events")));
            }
        }
        const auto found = Consent(StoreUse(store).store()).record(wanted);
        for (std::size_t at = 0; at < count; ++at) {
            numbers[at] = static_cast<std::int64_t>(found[at]);
        }
    });
}

habeas_status habeas_consent_state(habeas_store* store, int64_t subject, const char* purpose,
                                   size_t purpose_size, int32_t channel, int32_t* state) {
    return guard([&] {
        expect(state, "state");
        const std::string code = string_in(purpose, purpose_size, "purpose");
        const habeas::Channel over = channel_in(channel);
        const ConsentState found =
            Consent(StoreUse(store).store()).state(subject_in(subject), code, over);
        *state = static_cast<std::int32_t>(found);
    });
}

habeas_status habeas_consent_history(habeas_store* store, int64_t subject, habeas_string* events) {
    return guard([&] {
        expect(events, "events");
        Json out = Json::array();
        for (const ConsentEvent& each :
             Consent(StoreUse(store).store()).history(subject_in(subject))) {
            out.push_back(event_json(each));
        }
        give_json(events, out);
    });
}

habeas_status habeas_consent_receipt(habeas_store* store, int64_t event, int32_t format,
                                     habeas_string* receipt) {
    return guard([&] {
        expect(receipt, "receipt");
        const auto wanted = enum_in(format, Consent::ReceiptFormat::kantara_1_1, "format");
        give_string(receipt,
                    Consent(StoreUse(store).store()).receipt(habeas::EventId{event}, wanted));
    });
}
}

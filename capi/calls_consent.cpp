// Methods about purposes, the ledger and the suppression list.
#include "calls.hpp"

#include <deque>

namespace habeas::capi {
namespace {

/// Events as C has them, and what their texts stand in.
class Events {
  public:
    void add(const Json& document, const std::string& pointer) {
        habeas_event& out = events_.emplace_back();
        check(habeas_event_init(&out, sizeof out));
        ObjectReader in(document, pointer);
        if (const Json* kind = in.find("kind")) {
            out.kind = word_at(*kind, in.at("kind"), HABEAS_LIST_EVENT_KIND);
        } else {
            refuse_at(in.at("kind"), "is missing");
        }
        in.read_number("subject", out.subject, 1, std::int64_t{1} << 53);
        if (const Json* channel = in.find("channel")) {
            out.channel = word_at(*channel, in.at("channel"), HABEAS_LIST_CHANNEL);
        }
        read_text(in, "purpose", out.purpose);
        read_text(in, "scope", out.scope);
        if (const Json* at = in.find("effective_at")) {
            out.effective_at = time_at(*at, in.at("effective_at"));
        }
        read_evidence(in, out);
        if (const Json* evidence = in.find("evidence")) {
            ObjectReader nested(*evidence, in.at("evidence"));
            read_evidence(nested, out);
            nested.finish();
        }
        if (const Json* data = in.find("data")) {
            read_data(*data, in.at("data"), out);
        }
        in.finish();
    }
    [[nodiscard]] const std::vector<habeas_event>& all() const { return events_; }

  private:
    void read_text(ObjectReader& in, const char* name, habeas_text& out) {
        std::string text;
        in.read(name, text);
        out = texts_.keep(std::move(text));
    }
    /// Beside the event, as in habeas_event, or a member of it, as in <history>.
    void read_evidence(ObjectReader& in, habeas_event& out) {
        const std::pair<const char*, habeas_text*> texts[] = {
            {"method", &out.method},         {"language", &out.language}, {"form", &out.form},
            {"submission", &out.submission}, {"document", &out.document}, {"ip", &out.ip},
            {"user_agent", &out.user_agent}, {"note", &out.note}};
        for (const auto& each : texts) {
            read_text(in, each.first, *each.second);
        }
        const std::pair<const char*, std::int32_t*> flags[] = {
            {"preticked", &out.preticked},
            {"below_gdpr_standard", &out.below_gdpr_standard},
            {"explicit_consent", &out.explicit_consent},
            {"parental_authorisation", &out.parental_authorisation}};
        for (const auto& each : flags) {
            read_flag(in, each.first, *each.second);
        }
        in.read_number("text_version", out.text_version, 0, 1'000'000);
        if (const Json* until = in.find("expires_at")) {
            out.expires_at = time_at(*until, in.at("expires_at"));
        }
        std::vector<std::string> controllers;
        in.read("controllers", controllers);
        auto& kept = controllers_.emplace_back();
        for (std::string& each : controllers) {
            kept.push_back(texts_.keep(std::move(each)));
        }
        out.controllers = kept.data();
        out.controller_count = kept.size();
    }
    void read_data(const Json& document, const std::string& pointer, habeas_event& out) {
        if (!document.is_object()) {
            refuse_at(pointer, "write an object of texts");
        }
        auto& kept = pairs_.emplace_back();
        for (const auto& each : document.items()) {
            kept.push_back({texts_.keep(each.key()),
                            texts_.keep(text_at(each.value(), below(pointer, each.key())))});
        }
        out.data = kept.data();
        out.data_count = kept.size();
    }

    std::vector<habeas_event> events_;
    Texts texts_;
    std::deque<std::vector<habeas_text>> controllers_;
    std::deque<std::vector<habeas_pair>> pairs_;
};

std::string record(Call& call) {
    Events events;
    events.add(member(call, "event"), "/event");
    call.in.finish();
    std::int64_t number = 0;
    check(habeas_consent_record(call.store, events.all().data(), &number));
    return std::to_string(number);
}

std::string record_many(Call& call) {
    Events events;
    ObjectReader::each_of(
        member(call, "events"), "/events",
        [&events](const Json& each, const std::string& pointer) { events.add(each, pointer); });
    call.in.finish();
    std::vector<std::int64_t> numbers(events.all().size());
    check(habeas_consent_record_many(call.store, events.all().data(), numbers.size(),
                                     numbers.data()));
    return dump(Json(numbers));
}

} // namespace

Methods consent_methods() {
    return {
        bind("purpose.define", habeas_purpose_define, document("purpose")),
        bind("purpose.add_text", habeas_purpose_add_text, text("purpose"), document("text"),
             NumberOut<std::int32_t>{}),
        bind("purpose.retire", habeas_purpose_retire, text("purpose")),
        bind("purpose.list", habeas_purpose_list, DocumentOut{}),
        bind("purpose.find", habeas_purpose_find, text("code"), DocumentOut{}),

        {"consent.record", {{"event", "document", true}}, record},
        {"consent.record_many", {{"events", "document", true}}, record_many},
        bind("consent.state", habeas_consent_state, id("subject"), text("purpose"), channel(),
             NameOut{HABEAS_LIST_STATE}),
        bind("consent.history", habeas_consent_history, id("subject"), DocumentOut{}),
        bind("consent.receipt", habeas_consent_receipt, id("event"),
             WordIn{"format", {"iso_27560", "kantara_1_1"}}, DocumentOut{}),

        bind("suppression.add", habeas_suppression_add, text("kind"), text("value"), text("reason"),
             text("scope"), maybe_text("note")),
        bind("suppression.remove", habeas_suppression_remove, text("kind"), text("value"),
             text("reason"), FlagOut{}),
        bind("suppression.has", habeas_suppression_has, text("kind"), text("value"), FlagOut{}),
        bind("suppression.count", habeas_suppression_count, NumberOut<std::int64_t>{}),
    };
}

} // namespace habeas::capi

// What a definition refers to is there, and its circles wait.
#include "campaigns/definition.hpp"

#include "base/calendar.hpp"
#include "base/text.hpp"
#include "campaigns/actions.hpp"
#include "consent/catalogue.hpp"
#include "consent/json_reader.hpp"
#include "consent/ledger.hpp"
#include "consent/part_fault.hpp"
#include "habeas/outbox.hpp"
#include "habeas/segment.hpp"
#include "outbox/settings.hpp"
#include "segments/filter.hpp"
#include "segments/members.hpp"
#include "subjects/field_set.hpp"
#include "subjects/lookup.hpp"

#include <algorithm>

namespace habeas::campaigns {
namespace {

using consent::refuse_at;

/// A circle of jumps lets time pass, or `run` would never end. Hours, weekdays and a fixed time may
/// be now, and what a decision asks may have happened: a wait that is longer than zero is sure.
class Circles {
  public:
    explicit Circles(const Definition& definition)
        : definition_(definition), seen_(definition.events.size(), Seen::no) {}

    void check() {
        for (std::size_t i = 0; i < seen_.size(); ++i) {
            walk(i);
        }
    }

  private:
    enum class Seen : std::uint8_t { no, on_the_way, done };

    static bool waits(const Event& event) {
        return !event.when.after.empty() && base::add_duration(Time{}, event.when.after) > Time{};
    }

    void walk(std::size_t number) {
        const Event& event = definition_.events[number];
        if (seen_[number] == Seen::done || waits(event)) {
            return;
        }
        if (seen_[number] == Seen::on_the_way) {
            refuse_at(event.pointer, "a circle of jumps that waits nowhere: give one of its "
                                     "events when.after, longer than zero");
        }
        seen_[number] = Seen::on_the_way;
        for (const auto* list : {&event.then, &event.yes, &event.no}) {
            for (std::size_t child : *list) {
                walk(child);
            }
        }
        if (event.name == "jump") {
            walk(event.jump);
        }
        seen_[number] = Seen::done;
    }

    const Definition& definition_;
    std::vector<Seen> seen_;
};

class References {
  public:
    References(store::Engine& engine, const Definition& definition)
        : engine_(engine), definition_(definition) {}

    void check() {
        for (std::size_t i = 0; i < definition_.segments.size(); ++i) {
            segment(definition_.segments[i], "/sources/segments/" + std::to_string(i));
        }
        if (!definition_.alert_to.empty()) {
            (void)outbox::parse_mailbox(definition_.alert_to, "/failures/alert_to");
        }
        for (const Event& event : definition_.events) {
            if (event.kind == Event::Kind::condition) {
                filter(event);
            } else if (event.kind == Event::Kind::decision) {
                if (event.name == "consented") {
                    consented(event);
                }
            } else {
                action(event);
            }
        }
    }

  private:
    [[noreturn]] static void missing(const std::string& pointer, const std::string& what) {
        throw Error(Errc::not_found, pointer + ": there is no " + what + " of this name", pointer);
    }

    void segment(const std::string& code, const std::string& pointer) {
        try {
            vouched_ = segments::load(engine_, code).segment.vouched.empty() ? false : vouched_;
        } catch (const Error&) {
            missing(pointer, "segment");
        }
    }

    void filter(const Event& event) {
        try {
            (void)segments::compile(engine_, segments::parse_filter(event.filter),
                                    segments::today(engine_));
        } catch (const Error& error) {
            consent::throw_below(event.pointer + "/condition", error);
        }
    }

    Purpose purpose(const std::string& code, const std::string& pointer) {
        auto found = Purposes(engine_).find(code);
        if (!found) {
            missing(pointer, "purpose");
        }
        return *std::move(found);
    }

    void consented(const Event& event) {
        const auto channels = purpose(event.key, event.pointer + "/key").channels;
        if (event.channel &&
            std::find(channels.begin(), channels.end(), *event.channel) == channels.end()) {
            refuse_at(event.pointer + "/channel", "the purpose does not have this channel");
        }
    }

    static void not_blank(const Event& event, const char* member) {
        if (base::trim(event.parameters[member].get<std::string>()).empty()) {
            refuse_at(event.pointer + "/" + member, "write at least one character");
        }
    }

    void message(const Event& event, const char* member, bool internal) {
        if (!event.parameters.contains(member)) {
            return;
        }
        const std::string pointer = event.pointer + "/" + member;
        auto found = Templates(engine_).find(event.parameters[member]);
        if (!found) {
            missing(pointer, "template");
        }
        if ((found->kind == MessageKind::internal) != internal) {
            refuse_at(pointer, internal ? "a notice has a template of kind internal"
                                        : "an internal template is for notices");
        }
        if (std::string_view(member) == "confirm_template" &&
            found->kind == MessageKind::marketing) {
            refuse_at(pointer, "what asks for a confirmation is no marketing");
        }
    }

    template <class Find>
    static void word(const Event& event, const char* member, Find find) {
        if (event.parameters.contains(member) &&
            !find(event.parameters[member].get<std::string>())) {
            refuse_at(event.pointer + "/" + member, "no such value");
        }
    }

    void action(const Event& event) {
        const std::string& name = event.name;
        message(event, "template", name == "notify");
        message(event, "confirm_template", false);
        if (name == "delete_subject" || name == "send_access_bundle") {
            const bool always = vouched_ && !definition_.segments.empty() &&
                                definition_.forms.empty() && !definition_.manual;
            if (!always && !event.parameters.contains("confirm_template")) {
                refuse_at(event.pointer + "/confirm_template",
                          "nobody vouches for all who come in: name the template that asks them "
                          "to confirm");
            }
        } else if (name == "notify") {
            (void)outbox::parse_mailbox(event.parameters["to"].get<std::string>(),
                                        event.pointer + "/to");
        } else if (name == "add_tag" || name == "remove_tag") {
            not_blank(event, "tag");
        } else if (name == "call_host") {
            not_blank(event, "name");
        } else if (name == "open_request") {
            word(event, "kind", request_kind);
        } else if (name == "set_field") {
            field(event);
        } else if (name == "add_segment" || name == "remove_segment") {
            try {
                (void)segments::load(engine_, event.parameters["segment"].get<std::string>());
            } catch (const Error&) {
                missing(event.pointer + "/segment", "segment");
            }
        } else if (name == "suppress") {
            word(event, "scope",
                 [](const std::string& scope) { return scope == "marketing" || scope == "all"; });
        } else if (name == "record_consent") {
            consent(event);
        }
    }

    void field(const Event& event) {
        const auto fields = subjects::field_set(engine_, FieldOwner::subject);
        const auto* found = fields->find(event.parameters["field"].get<std::string>());
        if (found == nullptr) {
            missing(event.pointer + "/field", "field");
        }
        if (found->role == subjects::Role::email || found->role == subjects::Role::phone) {
            refuse_at(event.pointer + "/field",
                      "an address is the person's own, not the campaign's");
        }
        if (found->field.retired || found->field.unique) {
            refuse_at(event.pointer + "/field",
                      "a campaign does not write a retired or unique field");
        }
        const nlohmann::json& value = event.parameters["value"];
        if (value.is_null()) {
            return;
        }
        try {
            (void)subjects::parse_value(
                engine_, found->field, value.is_string() ? value.get<std::string>() : value.dump());
        } catch (const Error& error) {
            refuse_at(event.pointer + "/value", error.what());
        }
    }

    void consent(const Event& event) {
        const auto kind = event_kind(event.parameters["kind"].get<std::string>());
        if (!kind || *kind > EventKind::restricted) {
            refuse_at(event.pointer + "/kind", "write requested, granted, refused, withdrawn, "
                                               "expired, objected or restricted");
        }
        word(event, "channel", channel);
        if (event.parameters.contains("purpose")) {
            purpose(event.parameters["purpose"], event.pointer + "/purpose");
        }
        if (*kind == EventKind::granted && !event.parameters.contains("text_version")) {
            refuse_at(event.pointer + "/text_version",
                      "a consent is proven by the text that was shown (GDPR art. 7(1))");
        }
        try {
            (void)consent::prepare_event(engine_, *consent::catalogue(engine_),
                                         consent_of(definition_.code, event));
        } catch (const Error& error) {
            const std::string& where = error.where(); // "scope", "evidence.text_version"
            consent::throw_below(event.pointer, Error(error.code(), error.what(),
                                                      where.substr(where.rfind('.') + 1)));
        }
    }

    store::Engine& engine_;
    const Definition& definition_;
    bool vouched_ = true;
};

} // namespace

void check_references(store::Engine& engine, const Definition& definition) {
    Circles(definition).check();
    References(engine, definition).check();
}

} // namespace habeas::campaigns

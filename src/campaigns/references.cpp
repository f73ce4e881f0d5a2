// What a definition refers to is there.
#include "campaigns/definition.hpp"

#include "consent/json_reader.hpp"
#include "habeas/outbox.hpp"
#include "habeas/segment.hpp"
#include "segments/filter.hpp"
#include "segments/members.hpp"
#include "subjects/lookup.hpp"

#include <algorithm>

namespace habeas::campaigns {
namespace {

using consent::refuse_at;

class References {
  public:
    References(store::Engine& engine, const Definition& definition)
        : engine_(engine), definition_(definition) {}

    void check() {
        for (std::size_t i = 0; i < definition_.segments.size(); ++i) {
            segment(definition_.segments[i], "/sources/segments/" + std::to_string(i));
        }
        for (const Event& event : definition_.events) {
            if (event.kind == Event::Kind::condition) {
                filter(event);
            } else if (event.kind == Event::Kind::decision) {
                if (event.name == "consented") {
                    purpose(event.key, event.pointer + "/key");
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
            const std::string at = event.pointer + "/condition" + error.where();
            throw Error(error.code(), at + ": " + error.what(), at);
        }
    }

    void purpose(const std::string& code, const std::string& pointer) {
        if (!Purposes(engine_).find(code)) {
            missing(pointer, "purpose");
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
        const auto& fields = subjects::field_list(engine_, FieldOwner::subject);
        const std::string wanted = event.parameters["field"];
        const auto found = std::find_if(fields.begin(), fields.end(),
                                        [&](const Field& each) { return each.name == wanted; });
        if (found == fields.end()) {
            missing(event.pointer + "/field", "field");
        }
        if (found->retired || found->unique) {
            refuse_at(event.pointer + "/field",
                      "a campaign does not write a retired or unique field");
        }
        const nlohmann::json& value = event.parameters["value"];
        if (value.is_null()) {
            return;
        }
        try {
            (void)subjects::parse_value(
                engine_, *found, value.is_string() ? value.get<std::string>() : value.dump());
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
    }

    store::Engine& engine_;
    const Definition& definition_;
    bool vouched_ = true;
};

} // namespace

void check_references(store::Engine& engine, const Definition& definition) {
    References(engine, definition).check();
}

} // namespace habeas::campaigns

// All definitions as one JSON document, and back.
#include "habeas/definitions.hpp"

#include "base/json_members.hpp"
#include "consent/catalogue.hpp"
#include "consent/field_json.hpp"
#include "consent/json_reader.hpp"
#include "consent/purpose_json.hpp"
#include "consent/purposes.hpp"
#include "habeas/subject.hpp"
#include "store/module.hpp"
#include "store/settings.hpp"

#include <span>

namespace habeas {
namespace consent {
namespace {

using nlohmann::json;

constexpr const char* version_member = "habeas_definitions";
/// All but "controller", which is an object.
constexpr auto text_settings = std::span(store::setting_names).subspan<1>();
static_assert(store::setting_names.front() == "controller");

/// A fault of what a member says, at the place of the member.
template <class Do>
auto at_pointer(const std::string& pointer, Do action) {
    try {
        return action();
    } catch (const Error& error) {
        if (!error.where().empty() && error.where().front() == '/') {
            throw;
        }
        throw Error(error.code(), pointer + ": " + error.what(), pointer);
    }
}

class Applier {
  public:
    Applier(store::Engine& engine, ApplyReport& report) : engine_(engine), report_(report) {}

    void apply(const json& document) {
        const std::string root;
        JsonReader in(document, root);
        std::int64_t version = 0;
        in.read(version_member, version);
        if (version != 1) {
            refuse_at(in.at(version_member), "write 1, the version of this format");
        }
        if (const json* found = in.find("settings")) {
            settings(*found, "/settings");
        }
        in.read_array("fields",
                      [this](const json& each, const std::string& at) { field(each, at); });
        in.read_array("purposes",
                      [this](const json& each, const std::string& at) { purpose(each, at); });
        std::vector<Waiting> waiting;
        for (const store::Module* module : store::modules()) {
            for (const store::DefinitionPart& part : module->definitions) {
                in.read_array(part.name, [&](const json& each, const std::string& at) {
                    waiting.push_back({&part, &each, at});
                });
            }
        }
        in.finish();
        parts(std::move(waiting));
    }

  private:
    struct Waiting {
        const store::DefinitionPart* part;
        const json* given;
        std::string pointer;
    };

    /// Those of later modules. They name each other, in any order and across kinds: what names
    /// something that is not there yet waits, as long as others get through.
    void parts(std::vector<Waiting> waiting) {
        while (!waiting.empty()) {
            std::vector<Waiting> later;
            std::optional<Error> fault;
            for (const Waiting& each : waiting) {
                const std::size_t told = report_.changes.size();
                try {
                    store::Engine::Write one(engine_);
                    each.part->apply(engine_, *each.given, each.pointer, report_.changes);
                    one.commit();
                } catch (const Error& error) {
                    if (error.code() != Errc::not_found) {
                        throw;
                    }
                    report_.changes.resize(told);
                    later.push_back(each);
                    fault = fault ? fault : std::optional(error);
                }
            }
            if (later.size() == waiting.size()) {
                throw Error(*fault);
            }
            waiting = std::move(later);
        }
    }

    void settings(const json& given, const std::string& pointer) {
        JsonReader in(given, pointer);
        if (const json* found = in.find("controller")) {
            controller(*found, in.at("controller"));
            set("controller", found->dump());
        }
        for (const store::Module* module : store::modules()) {
            for (const store::SettingPart& part : module->settings) {
                if (const json* found = in.find(part.name)) {
                    part.check(*found, in.at(part.name));
                    set(part.name, found->empty() ? std::string() : found->dump());
                }
            }
        }
        for (const std::string_view each : text_settings) {
            const std::string name(each);
            std::optional<std::string> value;
            in.read(name.c_str(), value);
            if (value) {
                std::string at = in.at(name.c_str());
                at_pointer(at, [&] { store::check_setting(name, *value); });
                set(name, *value);
            }
        }
        in.finish();
    }

    static void controller(const json& given, const std::string& pointer) {
        JsonReader in(given, pointer);
        for (std::string_view name : store::controller_members) {
            std::string text;
            std::string member(name);
            in.read(member.c_str(), text);
            at_pointer(in.at(member), [&] { store::check_controller_member(member, text); });
        }
        in.finish();
    }

    void set(const std::string& name, const std::string& value) {
        std::string key = "setting." + name;
        if (engine_.meta(key.c_str()).value_or("") == value) {
            return;
        }
        engine_.set_meta(key.c_str(), value);
        engine_.bump_definitions();
        engine_.record_act(EventKind::setting_changed, base::object_of("setting", name).dump());
        report_.changes.push_back("setting " + name + " changed");
    }

    void field(const json& given, const std::string& pointer) {
        Field field = field_from_json(given, pointer);
        Fields fields(engine_);
        at_pointer(pointer, [&] {
            auto known = fields.find(field.name, field.owner);
            if (!known) {
                Field fresh = field;
                fresh.retired = false;
                fields.define(fresh);
                if (field.retired) {
                    fields.retire(field.name, field.owner);
                }
                report_.changes.push_back("field " + field.name + " added");
            } else if (*known != field) {
                fields.update(field);
                report_.changes.push_back("field " + field.name + " changed");
            }
        });
    }

    void purpose(const json& given, const std::string& pointer) {
        Purpose purpose = purpose_from_json(given, pointer);
        JsonReader in(given, pointer);
        bool retired = false;
        in.read("retired", retired);
        in.read_array("texts", [&](const json& each, const std::string& at) {
            purpose.texts.push_back(texts_from_json(each, at));
        });
        const PurposeHistory* known = catalogue(engine_)->find(purpose.code);
        if (known && known->retired && retired) {
            return;
        }
        Defined done = at_pointer(pointer, [&] { return define(engine_, purpose, pointer + "/"); });
        std::string name = "purpose " + purpose.code;
        if (done.added || done.changed) {
            report_.changes.push_back(name + (done.added ? " added" : " changed"));
        }
        for (std::int32_t number : done.texts) {
            report_.changes.push_back(name + ": text version " + std::to_string(number) + " added");
        }
        if (retired && retire(engine_, purpose.code)) {
            report_.changes.push_back(name + " retired");
        }
    }

    store::Engine& engine_;
    ApplyReport& report_;
};

json settings_json(store::Engine& engine) {
    json out = json::object();
    json controller = json::parse(engine.meta("setting.controller").value_or(""), nullptr, false);
    if (controller.is_object()) {
        out["controller"] = std::move(controller);
    }
    for (const store::Module* module : store::modules()) {
        for (const store::SettingPart& part : module->settings) {
            const std::string key = std::string("setting.") + part.name;
            json value = json::parse(engine.meta(key.c_str()).value_or(""), nullptr, false);
            if (value.is_object() && !value.empty()) {
                out[part.name] = std::move(value);
            }
        }
    }
    for (const std::string_view name : text_settings) {
        std::string value = engine.meta(("setting." + std::string(name)).c_str()).value_or("");
        if (!value.empty()) {
            out[name] = value;
        }
    }
    return out;
}

} // namespace
} // namespace consent

std::string Definitions::to_json() const {
    using namespace consent;
    store::Engine::Read snapshot(*engine_);
    json fields = json::array();
    for (FieldOwner owner : {FieldOwner::subject, FieldOwner::organisation}) {
        for (const Field& field : Fields(*engine_).list(owner)) {
            fields.push_back(field_to_json(field));
        }
    }
    json purposes = json::array();
    for (const Purpose& purpose : Purposes(*engine_).list()) {
        json& out = purposes.emplace_back(purpose_to_json(purpose));
        if (!purpose.texts.empty()) {
            out["texts"] = json::array();
        }
        for (const TextVersion& text : purpose.texts) {
            out["texts"].push_back(texts_to_json(text));
        }
        if (purpose.retired_at) {
            out["retired"] = true;
        }
    }
    nlohmann::ordered_json out{{version_member, 1},
                               {"settings", settings_json(*engine_)},
                               {"fields", std::move(fields)},
                               {"purposes", std::move(purposes)}};
    for (const store::Module* module : store::modules()) {
        for (const store::DefinitionPart& part : module->definitions) {
            json list = json::array();
            part.list(*engine_, list);
            if (!list.empty()) {
                out[part.name] = list;
            }
        }
    }
    return out.dump(1);
}

ApplyReport Definitions::apply(const std::string& text, bool dry_run) {
    using namespace consent;
    json document;
    try {
        document = json::parse(text);
    } catch (const json::parse_error& error) {
        throw Error(Errc::invalid,
                    "no JSON, at byte " + std::to_string(error.byte) + " of the document");
    } catch (const json::out_of_range&) {
        throw Error(Errc::invalid, "the document has a number that is too large");
    }
    ApplyReport report;
    store::Engine::Write tx(*engine_);
    Applier(*engine_, report).apply(document);
    if (!dry_run) {
        tx.commit();
    }
    return report;
}

} // namespace habeas

// Templates of messages.
#include "habeas/outbox.hpp"

#include "convert.hpp"
#include "json.hpp"
#include "store_object.hpp"

using namespace habeas::capi;
using habeas::Templates;

namespace {

Json info_json(const habeas::MessageTemplate& message) {
    return {{"template", parse_own(Templates::to_json(message))}, {"version", message.version}};
}

habeas::TemplateCheckOptions check_options_in(const char* data, std::size_t size) {
    const Json document = parse_options(data, size);
    ObjectReader in(document, "");
    habeas::TemplateCheckOptions out;
    if (const Json* subjects = in.find("subjects")) {
        if (!subjects->is_array()) {
            refuse_at(in.at("subjects"), "write an array");
        }
        for (std::size_t i = 0; i < subjects->size(); ++i) {
            out.subjects.push_back(subject_in(
                integer_at((*subjects)[i], in.at("subjects") + "/" + std::to_string(i))));
        }
    }
    if (const Json* with = in.find("data")) {
        out.data = with->dump();
    }
    in.read_number("limit", out.limit, 1, 1'000'000);
    in.finish();
    return out;
}

Json report_json(const habeas::TemplateReport& report) {
    Json findings = Json::array();
    for (const auto& each : report.findings) {
        findings.push_back({{"code", each.code},
                            {"severity", each.error ? "error" : "hint"},
                            {"language", each.language},
                            {"part", each.part},
                            {"detail", each.detail}});
    }
    Json languages = Json::object();
    for (const auto& [language, count] : report.languages) {
        languages[language] = count;
    }
    Json missing = Json::array();
    for (const auto& each : report.missing) {
        missing.push_back({{"language", each.language},
                           {"variable", each.variable},
                           {"subjects", each.subjects}});
    }
    return {{"version", report.version},     {"findings", std::move(findings)},
            {"variables", report.variables}, {"recipients", report.recipients},
            {"more", report.more},           {"languages", std::move(languages)},
            {"missing", std::move(missing)}};
}

} // namespace

extern "C" {

habeas_status habeas_template_define(habeas_store* store, const char* message, size_t message_size,
                                     int32_t* version) {
    return guard([&] {
        expect(version, "version");
        const auto wanted = Templates::from_json(string_in(message, message_size, "message"));
        *version = Templates(StoreUse(store).store()).define(wanted);
    });
}

habeas_status habeas_template_retire(habeas_store* store, const char* code, size_t code_size) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        Templates(StoreUse(store).store()).retire(which);
    });
}

habeas_status habeas_template_list(habeas_store* store, habeas_string* templates) {
    return guard([&] {
        expect(templates, "templates");
        Json out = Json::array();
        for (const habeas::MessageTemplate& each : Templates(StoreUse(store).store()).list()) {
            out.push_back(info_json(each));
        }
        give_json(templates, out);
    });
}

habeas_status habeas_template_find(habeas_store* store, const char* code, size_t code_size,
                                   habeas_string* info) {
    return guard([&] {
        expect(info, "info");
        const std::string which = string_in(code, code_size, "code");
        const auto found = Templates(StoreUse(store).store()).find(which);
        if (!found) {
            throw habeas::Error(habeas::Errc::not_found, "there is no such template", "code");
        }
        give_json(info, info_json(*found));
    });
}

habeas_status habeas_template_preview(habeas_store* store, const char* code, size_t code_size,
                                      int64_t subject, const char* data, size_t data_size,
                                      habeas_string* rendered) {
    return guard([&] {
        expect(rendered, "rendered");
        const std::string which = string_in(code, code_size, "code");
        const std::string with = string_in(data, data_size, "data");
        const auto found =
            Templates(StoreUse(store).store()).preview(which, subject_in(subject), with);
        give_json(rendered, {{"language", found.language},
                             {"subject", found.subject},
                             {"text", found.text},
                             {"html", found.html}});
    });
}

habeas_status habeas_template_check(habeas_store* store, const char* code, size_t code_size,
                                    const char* options, size_t options_size,
                                    habeas_string* report) {
    return guard([&] {
        expect(report, "report");
        const std::string which = string_in(code, code_size, "code");
        const auto wanted = check_options_in(options, options_size);
        give_json(report, report_json(Templates(StoreUse(store).store()).check(which, wanted)));
    });
}
}

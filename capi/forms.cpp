// Forms: declared, linted, published, rendered.
#include "habeas/form.hpp"

#include "convert.hpp"
#include "json.hpp"
#include "store_object.hpp"
#include "values_json.hpp"

using namespace habeas::capi;
using habeas::Forms;

namespace {

habeas::Form form_in(const char* data, std::size_t size) {
    return Forms::from_json(string_in(data, size, "form"));
}

Json info_json(const habeas::FormInfo& info) {
    return {{"form", parse_own(Forms::to_json(info.form))},
            {"version", info.version},
            {"hash", info.hash},
            {"published_at", time_json(info.published_at)},
            {"retired_at", time_json(info.retired_at)},
            {"overridden", info.overridden},
            {"submissions", info.submissions}};
}

Json findings_json(const std::vector<habeas::LintFinding>& findings) {
    Json out = Json::array();
    for (const habeas::LintFinding& each : findings) {
        out.push_back({{"rule", each.rule},
                       {"severity", habeas::lint_severity_name(each.severity)},
                       {"title", each.title},
                       {"reference", each.reference},
                       {"pointer", each.pointer},
                       {"remedy", each.remedy}});
    }
    return out;
}

habeas::RenderOptions render_options_in(const char* data, std::size_t size) {
    const Json document = parse_options(data, size);
    ObjectReader in(document, "");
    habeas::RenderOptions options;
    in.read("language", options.language);
    in.read("action", options.action);
    in.read("csrf_name", options.csrf_name);
    in.read("csrf_value", options.csrf_value);
    in.read("classes", options.classes);
    in.read("id_prefix", options.id_prefix);
    in.read("subject", options.subject);
    if (const Json* values = in.find("values")) {
        options.values = form_values(*values, in.at("values"));
    }
    in.read("errors", options.errors);
    in.finish();
    return options;
}

} // namespace

extern "C" {

habeas_status habeas_form_define(habeas_store* store, const char* form, size_t form_size,
                                 int32_t* version) {
    return guard([&] {
        expect(version, "version");
        const habeas::Form wanted = form_in(form, form_size);
        *version = Forms(StoreUse(store).store()).define(wanted);
    });
}

habeas_status habeas_form_publish(habeas_store* store, const char* code, size_t code_size,
                                  const char* override_reason, size_t override_reason_size) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        const std::string why = string_in(override_reason, override_reason_size, "override_reason");
        Forms(StoreUse(store).store()).publish(which, why);
    });
}

habeas_status habeas_form_retire(habeas_store* store, const char* code, size_t code_size) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        Forms(StoreUse(store).store()).retire(which);
    });
}

habeas_status habeas_form_list(habeas_store* store, habeas_string* forms) {
    return guard([&] {
        expect(forms, "forms");
        Json out = Json::array();
        for (const habeas::FormInfo& each : Forms(StoreUse(store).store()).list()) {
            out.push_back(info_json(each));
        }
        give_json(forms, out);
    });
}

habeas_status habeas_form_find(habeas_store* store, const char* code, size_t code_size,
                               int32_t version, habeas_string* info) {
    return guard([&] {
        expect(info, "info");
        const std::string which = string_in(code, code_size, "code");
        const auto found = Forms(StoreUse(store).store()).find(which, version);
        if (!found) {
            throw habeas::Error(habeas::Errc::not_found, "there is no such form or version",
                                "code");
        }
        give_json(info, info_json(*found));
    });
}

habeas_status habeas_form_lint(habeas_store* store, const char* form, size_t form_size,
                               habeas_string* findings) {
    return guard([&] {
        expect(findings, "findings");
        const habeas::Form given = form_in(form, form_size);
        give_json(findings, findings_json(Forms(StoreUse(store).store()).lint(given)));
    });
}

habeas_status habeas_form_lint_definition(const char* form, size_t form_size,
                                          habeas_string* findings) {
    return guard([&] {
        expect(findings, "findings");
        give_json(findings, findings_json(Forms::lint_definition(form_in(form, form_size))));
    });
}

habeas_status habeas_form_render(habeas_store* store, const char* code, size_t code_size,
                                 const char* options, size_t options_size, int32_t draft,
                                 habeas_string* rendered) {
    return guard([&] {
        expect(rendered, "rendered");
        const std::string which = string_in(code, code_size, "code");
        const habeas::RenderOptions wanted = render_options_in(options, options_size);
        const bool latest = flag_in(draft, "draft");
        const auto page = Forms(StoreUse(store).store()).render(which, wanted, latest);
        give_json(rendered,
                  {{"html", page.html}, {"language", page.language}, {"version", page.version}});
    });
}
}

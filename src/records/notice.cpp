// Draft of a privacy notice: what arts. 13 and 14 ask for, as far as the store knows it.
#include "records/collect.hpp"

#include "base/calendar.hpp"
#include "exports/document_page.hpp"
#include "exports/model.hpp"
#include "exports/strings.hpp"
#include "habeas/habeas.hpp"
#include "subjects/field_set.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace habeas {
namespace records {
namespace {

using exports::Strings;
using nlohmann::ordered_json;

/// Where the records' gaps are gaps of the notice, too.
const std::map<std::string, std::string, std::less<>> same_gaps{
    {"GDPR 30(1)(a)", "GDPR 13(1)(a)"}, {"GDPR 30(1)(a), 37", "GDPR 13(1)(b)"},
    {"GDPR 30(1)(b)", "GDPR 13(1)(c)"}, {"GDPR 30(1)(d), (e)", "GDPR 13(1)(e), (f)"},
    {"GDPR 30(1)(f)", "GDPR 13(2)(a)"}, {"GDPR 7(1)", "GDPR 13(1)(c), 7(1)"}};

class Notice {
  public:
    Notice(store::Engine& engine, const std::string& language)
        : engine_(engine), words_(Strings::of(language)), records_(collect(engine)) {
        for (Purpose& each : Purposes(engine).list()) {
            if (!each.retired_at) {
                purposes_.push_back(std::move(each));
            }
        }
    }

    ordered_json run() {
        for (const ordered_json& each : records_.at("gaps")) {
            const auto known = same_gaps.find(each.at("reference").get<std::string>());
            if (known != same_gaps.end()) {
                gap(known->second, each.at("text").get<std::string>());
            }
        }
        ordered_json out = ordered_json::object();
        out["as_of"] = records_.at("as_of");
        out["store"] = records_.at("store");
        out["language"] = words_.tag();
        out["controller"] = controller();
        out["purposes"] = purposes();
        out["categories"] = categories();
        out["required"] = required_;
        out["recipients"] = recipients();
        out["sources"] = sources();
        out["rights"] = rights();
        out["automated"] = automated();
        out["gaps"] = gaps_;
        return out;
    }

  private:
    void gap(const std::string& reference, const std::string& text) {
        ordered_json each = ordered_json::object();
        each["reference"] = reference;
        each["text"] = text;
        gaps_.push_back(std::move(each));
    }

    ordered_json controller() {
        ordered_json out = records_.at("controller");
        if (out.value("authority", "").empty()) {
            gap("GDPR 13(2)(d)", "No supervisory authority is named (setting controller, "
                                 "authority).");
        }
        return out;
    }

    /// In the notice's language and no other; empty: none.
    [[nodiscard]] std::string in_language(const std::map<std::string, std::string>& texts) const {
        for (const auto& [tag, text] : texts) {
            if (tag == words_.tag() || tag.starts_with(words_.tag() + "-")) {
                return text;
            }
        }
        return {};
    }

    ordered_json purposes() {
        ordered_json out = ordered_json::array();
        for (const Purpose& purpose : purposes_) {
            ordered_json each = ordered_json::object();
            each["purpose"] = purpose.code;
            each["label"] = exports::label_for(purpose.labels, words_.tag(), purpose.code);
            each["description"] = in_language(purpose.descriptions);
            each["basis"] = basis_name(purpose.basis);
            each["basis_text"] = words_.basis(basis_name(purpose.basis));
            each["art9_exception"] =
                purpose.art9_exception ? ordered_json(*purpose.art9_exception) : nullptr;
            each["channels"] = ordered_json::array();
            for (const Channel channel : purpose.channels) {
                each["channels"].push_back(words_.channel(channel_name(channel)));
            }
            each["controllers"] = purpose.controllers;
            each["recipients"] = purpose.recipients;
            each["retention"] = words_.retention(purpose);
            each["validity"] = purpose.validity ? ordered_json(words_.duration(*purpose.validity))
                                                : ordered_json(nullptr);
            check(purpose);
            out.push_back(std::move(each));
        }
        return out;
    }

    void check(const Purpose& purpose) {
        const std::string name = "Purpose " + purpose.code;
        if (in_language(purpose.labels).empty()) {
            gap("GDPR 12(1)", name + " has no label in " + words_.tag() + ".");
        }
        if (purpose.basis == Basis::legitimate_interests &&
            in_language(purpose.descriptions).empty()) {
            gap("GDPR 13(1)(d)", name + " has no description in " + words_.tag() +
                                     " that says which interests it rests on.");
        }
        if (purpose.basis == Basis::contract || purpose.basis == Basis::legal_obligation) {
            gap("GDPR 13(2)(e)", name + ": say whether a law or the contract asks for the data, "
                                        "and what follows without them.");
        }
        if (purpose.special_category && purpose.basis != Basis::consent &&
            !purpose.art9_exception) {
            gap("GDPR 9(2)", name + " has no exception of article 9(2).");
        }
    }

    ordered_json categories() {
        ordered_json out = ordered_json::array();
        for (const Field& field : Fields(engine_).list()) {
            if (field.retired) {
                continue;
            }
            ordered_json each = ordered_json::object();
            each["field"] = field.name;
            each["label"] = exports::label_for(field.labels, words_.tag(), field.name);
            each["class"] = subjects::class_name(field.field_class);
            if (field.required) {
                required_.push_back(each["label"]);
            }
            out.push_back(std::move(each));
        }
        return out;
    }

    /// Those that a purpose, a data holder or the store itself needs.
    ordered_json recipients() {
        ordered_json out = ordered_json::array();
        for (const ordered_json& each : records_.at("recipients")) {
            if (each.at("purposes").empty() && each.at("holders").empty() &&
                !each.at("hosts_store").get<bool>()) {
                continue;
            }
            ordered_json one = ordered_json::object();
            one["name"] = each.at("name");
            one["role"] = each.at("role");
            std::set<std::string> countries;
            for (const char* member : {"data_locations", "remote_access_from"}) {
                for (const ordered_json& country : each.at(member)) {
                    countries.insert(words_.country(country.get<std::string>()));
                }
            }
            one["countries"] = countries;
            one["verdict"] = each.at("verdict");
            one["safeguard"] = each.at("safeguard");
            out.push_back(std::move(one));
        }
        return out;
    }

    /// Art. 14(2)(f), by what the records of persons say: "import:contacts.csv" is an import.
    ordered_json sources() {
        std::set<std::string> kinds;
        auto row = engine_.db().prepare(
            "SELECT DISTINCT CASE WHEN source LIKE 'import%' THEN 'import' WHEN source LIKE "
            "'form:%' THEN 'person' ELSE 'api' END FROM subject");
        while (row.step()) {
            kinds.insert(row.str(0));
        }
        if (kinds.contains("import")) {
            gap("GDPR 14(2)(f)", "Persons came by imports: name where those lists are from.");
        }
        ordered_json out = ordered_json::array();
        for (const std::string& kind : kinds) {
            out.push_back(kind);
        }
        return out;
    }

    ordered_json rights() {
        ordered_json out = ordered_json::array();
        for (const exports::Right& right : words_.rights()) {
            ordered_json each = ordered_json::object();
            each["article"] = right.article;
            each["title"] = right.title;
            each["text"] = right.article == "20" ? words_.ui("notice_portability") : right.text;
            out.push_back(std::move(each));
        }
        return out;
    }

    /// Art. 13(2)(f): what is decided or guessed by programs.
    ordered_json automated() {
        ordered_json out = ordered_json::array();
        for (const Purpose& purpose : purposes_) {
            if (purpose.kind == PurposeKind::profiling) {
                out.push_back(exports::label_for(purpose.labels, words_.tag(), purpose.code));
                gap("GDPR 13(2)(f)", "Purpose " + purpose.code +
                                         " makes profiles: say by which logic, and what follows.");
            }
        }
        return out;
    }

    store::Engine& engine_;
    const Strings& words_;
    ordered_json records_;
    std::vector<Purpose> purposes_;
    ordered_json required_ = ordered_json::array();
    ordered_json gaps_ = ordered_json::array();
};

std::string joined(const std::string& a, const std::string& b) {
    return a.empty() || b.empty() ? a + b : a + "; " + b;
}

class NoticePage {
  public:
    explicit NoticePage(const ordered_json& notice)
        : n_(notice), w_(Strings::of(notice.at("language").get<std::string>())) {}

    std::string render() {
        page_.language = w_.tag();
        page_.title = w_.ui("notice_title");
        page_.lead =
            Strings::fill(w_.ui("notice_lead"),
                          {{"date", w_.date(parse_date(n_.at("as_of").get<std::string>()))}});
        for (const auto& [member, value] : n_.at("controller").items()) {
            page_.facts.emplace_back(w_.ui(member), exports::page_text(value));
        }
        purposes();
        data();
        recipients();
        rights();
        automated();
        return page_.render();
    }

  private:
    using Cells = std::vector<std::string>;

    void paragraph(const char* id, const std::string& title, std::vector<std::string> texts) {
        if (!texts.empty()) {
            page_.sections.push_back({.id = id, .title = title, .paragraphs = std::move(texts)});
        }
    }

    void purposes() {
        page_.table(
            {.id = "purposes",
             .title = w_.ui("purposes"),
             .heads = {w_.ui("purpose"), w_.ui("basis"), w_.ui("recipients"), w_.ui("retention")}},
            n_.at("purposes"), [&](const ordered_json& each) {
                const std::string to = joined(exports::page_words(each.at("controllers")),
                                              exports::page_words(each.at("recipients")));
                std::string basis = exports::page_text(each.at("basis_text"));
                if (each.at("art9_exception").is_string()) {
                    basis = joined(
                        basis, Strings::fill(
                                   w_.ui("notice_basis_art9"),
                                   {{"exception", each.at("art9_exception").get<std::string>()}}));
                }
                std::string kept = exports::page_text(each.at("retention"));
                if (each.at("validity").is_string()) {
                    kept = joined(kept,
                                  w_.ui("validity") + " " + each.at("validity").get<std::string>());
                }
                const std::string description = exports::page_text(each.at("description"));
                return Cells{exports::page_text(each.at("label")) +
                                 (description.empty() ? "" : ": " + description),
                             basis, to.empty() ? w_.ui("recipients_none") : to, kept};
            });
    }

    void data() {
        page_.table({.id = "data",
                     .title = w_.ui("categories"),
                     .lead = w_.ui("notice_data_note"),
                     .heads = {w_.ui("detail"), w_.ui("kind")}},
                    n_.at("categories"), [&](const ordered_json& each) {
                        return Cells{exports::page_text(each.at("label")),
                                     each.at("class") == "personal" ? "" : w_.ui("special")};
                    });
        std::vector<std::string> texts;
        for (const ordered_json& kind : n_.at("sources")) {
            texts.push_back(w_.ui("notice_source_" + kind.get<std::string>()));
        }
        if (!n_.at("required").empty()) {
            texts.push_back(Strings::fill(w_.ui("notice_required"),
                                          {{"fields", exports::page_words(n_.at("required"))}}));
        }
        paragraph("sources", w_.ui("notice_sources"), std::move(texts));
    }

    void recipients() {
        page_.table({.id = "recipients",
                     .title = w_.ui("recipients"),
                     .heads = {w_.ui("recipient"), w_.ui("notice_role"), w_.ui("transfer_country"),
                               w_.ui("transfer_safeguard")}},
                    n_.at("recipients"), [&](const ordered_json& each) {
                        const std::string role = exports::page_text(each.at("role"));
                        return Cells{exports::page_text(each.at("name")),
                                     w_.ui("notice_" + (role.empty() ? "unknown" : role)),
                                     exports::page_words(each.at("countries")),
                                     exports::page_text(each.at("safeguard"))};
                    });
    }

    void rights() {
        const auto& controller = n_.at("controller");
        std::string contact;
        for (const char* member : {"contact", "email", "dpo"}) {
            contact = contact.empty() ? controller.value(member, "") : contact;
        }
        page_.table({.id = "rights",
                     .title = w_.ui("rights"),
                     .lead = Strings::fill(
                         w_.ui("rights_note"),
                         {{"contact", contact.empty() ? w_.ui("rights_contact_none") : contact}}),
                     .heads = {w_.ui("rights"), w_.ui("what"), w_.ui("article")}},
                    n_.at("rights"), [&](const ordered_json& each) {
                        return Cells{exports::page_text(each.at("title")),
                                     exports::page_text(each.at("text")),
                                     exports::page_text(each.at("article"))};
                    });
        bool objects = false;
        for (const ordered_json& each : n_.at("purposes")) { // art. 21(4): apart from the rest
            const std::string basis = exports::page_text(each.at("basis"));
            objects = objects || basis == "legitimate_interests" || basis == "public_task" ||
                      basis == "soft_opt_in";
        }
        if (objects) {
            paragraph("objection", w_.ui("notice_objection"), {w_.ui("notice_objection_text")});
        }
    }

    void automated() {
        std::vector<std::string> texts;
        if (!n_.at("automated").empty()) {
            texts.push_back(Strings::fill(w_.ui("profiling"),
                                          {{"purposes", exports::page_words(n_.at("automated"))}}));
            texts.push_back(w_.ui("notice_profiling_note"));
        } else {
            texts.push_back(w_.ui("automated_none"));
        }
        paragraph("automated", w_.ui("automated"), std::move(texts));
    }

    const ordered_json& n_;
    const Strings& w_;
    exports::PageDocument page_;
};

} // namespace

ordered_json notice(store::Engine& engine, const std::string& language) {
    const store::Engine::Read snapshot(engine);
    return Notice(engine, language).run();
}

std::string render_notice(const ordered_json& notice) {
    return NoticePage(notice).render();
}

} // namespace records

std::string Records::notice_json(const std::string& language) const {
    return records::notice(*engine_, language).dump();
}

std::string Records::notice_html(const std::string& language) const {
    return records::render_notice(records::notice(*engine_, language));
}

} // namespace habeas

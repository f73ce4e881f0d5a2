#include "support/decision_rows.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <set>
#include <stdexcept>

namespace habeas::test {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

const Time foundation = parse_time("2015-01-01T00:00:00Z");

template <class T>
T get(const json& object, const char* key, T otherwise) {
    auto at = object.find(key);
    return at == object.end() || at->is_null() ? otherwise : at->get<T>();
}
bool given(const json& object, const char* key) {
    auto at = object.find(key);
    return at != object.end() && !at->is_null();
}
Time time_of(const json& object, const char* key) {
    return parse_time(object.at(key).get<std::string>());
}

Channel channel_of(const std::string& name) {
    auto found = channel(name);
    if (!found) {
        throw std::runtime_error("channel " + name);
    }
    return *found;
}

TextVersion text_version(std::int32_t number, std::optional<bool> material) {
    TextVersion version;
    version.material_change = material;
    version.texts.push_back({"en", "Text " + std::to_string(number) + " in full.", "Yes, please"});
    return version;
}

/// Turns one row into steps.
class Reader {
  public:
    explicit Reader(const json& row) : in_(row.at("input")) {
        out_.id = row.at("id");
        out_.title = row.at("title");
        out_.allowed = row.at("expect") == "allow";
        out_.reason = row.at("reason");
        out_.reference = row.at("ref");
        out_.missing = get<std::string>(row, "missing", "");
        out_.purpose = in_.at("purpose");
        out_.channel = channel_of(in_.at("channel"));
        out_.at = time_of(in_, "at");
        out_.controller = get<std::string>(in_, "controller", "");
        processor_denied_ = get<std::string>(in_, "processor_verdict", "allowed") == "denied";
    }

    DecisionRow read() {
        declare_purposes();
        if (processor_denied_) { // a contract alone does not carry data to a third country
            ProcessorFacts abroad;
            abroad.established = abroad.owner = "US";
            abroad.data_locations = {"US"};
            abroad.contract.emplace();
            add(foundation, Processor{"some_processor", "Some Processor Inc.", {abroad}});
        }
        if (get<std::string>(in_, "subject", "known") == "known") {
            create_person();
            consents();
            standing();
            basis_facts();
        }
        if (given(in_, "purpose_retired_at")) {
            add(time_of(in_, "purpose_retired_at"), Retire{out_.purpose});
        }
        std::stable_sort(out_.steps.begin(), out_.steps.end(),
                         [](const Step& a, const Step& b) { return a.when < b.when; });
        return out_;
    }

  private:
    template <class Act>
    void add(Time when, Act act) {
        out_.steps.push_back({when, std::move(act)});
    }
    ConsentEvent& event(Time when, EventKind kind, std::string scope = {}) {
        ConsentEvent event;
        event.kind = kind;
        event.effective_at = when;
        event.scope = std::move(scope);
        add(when, std::move(event));
        return std::get<ConsentEvent>(out_.steps.back().act);
    }

    void declare_purposes() {
        std::map<std::string, Purpose> purposes;
        for (const json& consent : in_.at("consents")) {
            Purpose& purpose = purposes[consent.at("purpose")];
            purpose.code = consent.at("purpose");
            if (purpose.code == "transactional") {
                purpose.kind = PurposeKind::transactional;
            }
            add_channel(purpose, channel_of(consent.at("channel")));
        }
        if (!in_.at("purpose_class").is_null()) {
            ask_for(purposes[out_.purpose]);
        }
        for (auto& [code, purpose] : purposes) {
            purpose.code = code;
            purpose.double_opt_in_validity = "P100Y"; // expires_at null: never lapses
            add(foundation, purpose);
            texts(code);
        }
    }

    static void add_channel(Purpose& purpose, Channel channel) {
        if (std::find(purpose.channels.begin(), purpose.channels.end(), channel) ==
            purpose.channels.end()) {
            purpose.channels.push_back(channel);
        }
    }

    void ask_for(Purpose& purpose) {
        purpose.basis = basis(in_.at("basis").get<std::string>()).value();
        purpose.kind = purpose_kind(in_.at("purpose_class").get<std::string>()).value();
        add_channel(purpose, out_.channel);
        purpose.balancing_test = get(in_, "balancing_test", false);
        purpose.contains_marketing = get(in_, "contains_marketing", false);
        purpose.special_category = get(in_, "special_category", false);
        if (given(in_, "art9_exception")) {
            purpose.art9_exception = in_.at("art9_exception");
        }
        purpose.aimed_at_children = get(in_, "aimed_at_children", false);
        purpose.information_society_service = get(in_, "information_society_service", true);
        if (given(in_, "soft_opt_in")) {
            purpose.opt_out_in_each_message =
                get(in_.at("soft_opt_in"), "opt_out_in_each_message", false);
        }
        if (!out_.controller.empty()) {
            purpose.controllers = {"A", "B"};
        }
        if (processor_denied_) {
            purpose.recipients = {"some_processor"};
        }
    }

    /// Versions newer than the one a consent saw come a day after the consent.
    void texts(const std::string& code) {
        std::int32_t current = 3;
        std::map<std::int32_t, std::pair<Time, std::optional<bool>>> later;
        for (const json& consent : in_.at("consents")) {
            if (consent.at("purpose") != code) {
                continue;
            }
            std::int32_t seen = get(consent, "text_version", 3);
            current = get(consent, "current_text_version", seen);
            for (std::int32_t number = seen + 1; number <= current; ++number) {
                std::optional<bool> material;
                if (given(consent, "material_change")) {
                    material = consent.at("material_change").get<bool>();
                }
                later[number] = {time_of(consent, "granted_at") + 24h, material};
            }
        }
        for (std::int32_t number = 1; number <= current; ++number) {
            auto at = later.find(number);
            if (at == later.end()) {
                add(foundation, AddText{code, text_version(number, false)});
            } else {
                add(at->second.first, AddText{code, text_version(number, at->second.second)});
            }
        }
    }

    void create_person() {
        Person person;
        person.country = get<std::string>(in_, "country", "");
        person.corporate = get<std::string>(in_, "recipient", "natural_person") == "corporate";
        if (given(in_, "age")) {
            Date given_on{std::chrono::floor<std::chrono::days>(
                time_of(in_.at("consents").at(0), "granted_at"))};
            Date birth{given_on.year() - std::chrono::years{in_.at("age").get<int>()},
                       given_on.month(), given_on.day()};
            person.date_of_birth =
                format_date(Date{std::chrono::sys_days{birth} - std::chrono::days{100}});
        }
        bool previous = given(in_, "erasure") && get(in_.at("erasure"), "previous_record", false);
        add(foundation + 1h, person);
        if (previous) { // erased, then a new record with the same address
            Time erased = time_of(in_.at("erasure"), "at");
            add(erased, Erase{!in_.value("suppressed", json::array()).empty()});
            add(erased + 1h, person);
        }
    }

    void consents() {
        for (const json& consent : in_.at("consents")) {
            std::string state = consent.at("state");
            Time when = time_of(consent, "granted_at");
            EventKind kind = state == "pending"   ? EventKind::requested
                             : state == "refused" ? EventKind::refused
                                                  : EventKind::granted;
            ConsentEvent& record = event(when, kind);
            record.purpose = consent.at("purpose");
            record.channel = channel_of(consent.at("channel"));
            evidence(consent, record.evidence);
            if (state == "withdrawn") {
                Time end = given(consent, "withdrawn_at") ? time_of(consent, "withdrawn_at") : when;
                std::string purpose = record.purpose;
                Channel over = record.channel;
                ConsentEvent& withdrawn = event(end, EventKind::withdrawn);
                withdrawn.purpose = purpose;
                withdrawn.channel = over;
                withdrawn.evidence.method = "email_link";
                if (given(consent, "withdrawn_to")) {
                    withdrawn.evidence.controllers = {consent.at("withdrawn_to")};
                }
            }
        }
    }

    static void evidence(const json& consent, Evidence& out) {
        std::string proof = get<std::string>(consent, "proof", "recorded");
        out.text_version = get(consent, "text_version", 3);
        if (proof == "import_with_evidence") {
            out.method = "import";
            out.document = "list-2026-01";
        } else if (proof != "none") {
            out.method = "form";
            out.form = "sign-up";
            out.ip = "192.0.2.77";
        }
        out.language = "en";
        out.preticked = proof == "preticked";
        out.gdpr_standard = get(consent, "gdpr_standard", true);
        out.explicit_consent = get(consent, "explicit", false);
        out.parental_authorisation = get(consent, "parental_authorisation", false);
        out.controllers = get(consent, "controllers", std::vector<std::string>{});
        if (given(consent, "expires_at")) {
            out.expires_at = time_of(consent, "expires_at");
        }
    }

    void standing() {
        if (given(in_, "erasure")) {
            const json& erasure = in_.at("erasure");
            Time when = time_of(erasure, "at");
            std::string state = erasure.at("state");
            if (state == "erased" && !get(erasure, "previous_record", false)) {
                add(when, Erase{});
            } else if (state != "erased") {
                event(when, EventKind::erasure_requested);
                if (state == "refused") {
                    event(when + 1h, EventKind::erasure_refused);
                }
            }
        }
        if (given(in_, "restriction")) {
            const json& restriction = in_.at("restriction");
            event(time_of(restriction, "at"), EventKind::restricted);
            if (given(restriction, "informed_at")) {
                event(time_of(restriction, "informed_at"), EventKind::restriction_notice);
            }
            if (given(restriction, "lifted_at")) {
                event(time_of(restriction, "lifted_at"), EventKind::restriction_lifted);
            }
        }
        if (!given(in_, "erasure")) { // else the erasure leaves the entry
            for (const json& scope : in_.value("suppressed", json::array())) {
                add(out_.at - 48h, Suppress{scope});
            }
        }
        if (given(in_, "bounce")) {
            std::string kind = in_.at("bounce");
            Time when = given(in_, "bounce_at") ? time_of(in_, "bounce_at") : out_.at - 1h;
            kind == "complaint" ? event(when, EventKind::complained)
                                : event(when, EventKind::bounced, kind);
        }
        for (const json& pause : in_.value("pauses", json::array())) {
            ConsentEvent& asked = event(time_of(pause, "at"), EventKind::paused);
            asked.purpose = get<std::string>(pause, "purpose", "");
            asked.channel = channel_of(get<std::string>(pause, "channel", "any"));
            asked.evidence.expires_at = time_of(pause, "until");
            if (given(pause, "resumed_at")) {
                event(time_of(pause, "resumed_at"), EventKind::resumed);
            }
        }
        if (given(in_, "objection")) {
            const json& objection = in_.at("objection");
            std::string scope = objection.at("scope");
            Time when = time_of(objection, "at");
            Channel over = channel_of(get<std::string>(objection, "channel", "any"));
            event(when, EventKind::objected, scope).channel = over;
            if (given(objection, "decision")) {
                event(when + 1h,
                      objection.at("decision") == "upheld" ? EventKind::objection_upheld
                                                           : EventKind::objection_overridden,
                      scope);
            }
        }
    }

    void basis_facts() {
        if (given(in_, "basis_ended_at")) {
            event(time_of(in_, "basis_ended_at"), EventKind::basis_ended).purpose = out_.purpose;
        }
        if (given(in_, "soft_opt_in")) {
            ConsentEvent& fact = event(out_.at - 1000h, EventKind::basis_fact);
            fact.purpose = out_.purpose;
            for (const auto& [name, value] : in_.at("soft_opt_in").items()) {
                if (name != "opt_out_in_each_message") { // that is the purpose's
                    fact.data[name] = value.is_string()   ? value.get<std::string>()
                                      : value.get<bool>() ? "true"
                                                          : "false";
                }
            }
        }
        if (given(in_, "casl")) {
            std::string day = in_.at("casl").at("event");
            ConsentEvent& fact = event(parse_time(day), EventKind::basis_fact);
            fact.purpose = out_.purpose;
            fact.data["casl_kind"] = in_.at("casl").at("kind");
            fact.data["casl_date"] = day;
        }
        if (given(in_, "retention_until")) {
            ConsentEvent& fact = event(out_.at - 2000h, EventKind::basis_fact);
            fact.purpose = out_.purpose;
            fact.data["retention_until"] = in_.at("retention_until");
        }
    }

    const json& in_;
    bool processor_denied_ = false;
    DecisionRow out_;
};

} // namespace

std::vector<DecisionRow> decision_rows() {
    std::ifstream file(HABEAS_SOURCE_DIR "/tests/data/law/decision_table.json");
    json table = json::parse(file);
    std::vector<DecisionRow> rows;
    for (const json& row : table.at("rows")) {
        rows.push_back(Reader(row).read());
    }
    if (rows.size() != table.at("meta").at("rows").get<std::size_t>()) {
        throw std::runtime_error("decision_table.json: meta.rows differs from the rows there are");
    }
    return rows;
}

} // namespace habeas::test

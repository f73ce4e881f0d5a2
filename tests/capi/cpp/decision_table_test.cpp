// Every row of the decision table, built in a store through the C ABI and asked through it.
// Nothing but the reading of the rows knows the C++ interface.
#include "catch.hpp"
#include "support/decision_rows.hpp"

#include <habeas.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

using namespace habeas::test;
using habeas::ConsentEvent;
using habeas::Purpose;
using habeas::Time;
using nlohmann::json;

namespace {

std::int64_t ms(Time time) {
    return time.time_since_epoch().count();
}

habeas_text text(std::string_view view) {
    return {view.data(), view.size()};
}

void require(habeas_status status) {
    habeas_error error{};
    error.struct_size = sizeof error;
    habeas_last_error(&error);
    INFO(error.where << ": " << error.message);
    REQUIRE(status == HABEAS_OK);
}

std::string purpose_json(const Purpose& purpose) {
    json out{{"code", purpose.code},
             {"basis", habeas::basis_name(purpose.basis)},
             {"kind", habeas::purpose_kind_name(purpose.kind)},
             {"channels", json::array()},
             {"double_opt_in_validity", purpose.double_opt_in_validity},
             {"contains_marketing", purpose.contains_marketing},
             {"balancing_test", purpose.balancing_test},
             {"special_category", purpose.special_category},
             {"aimed_at_children", purpose.aimed_at_children},
             {"information_society_service", purpose.information_society_service},
             {"opt_out_in_each_message", purpose.opt_out_in_each_message},
             {"controllers", purpose.controllers},
             {"recipients", purpose.recipients}};
    for (const auto channel : purpose.channels) {
        out["channels"].push_back(habeas::channel_name(channel));
    }
    if (purpose.art9_exception) {
        out["art9_exception"] = *purpose.art9_exception;
    }
    return out.dump();
}

std::string text_json(const habeas::TextVersion& version) {
    json out{{"texts", json::array()}, {"material_change", nullptr}};
    if (version.material_change) {
        out["material_change"] = *version.material_change;
    }
    for (const auto& each : version.texts) {
        out["texts"].push_back(
            {{"language", each.language}, {"text", each.text}, {"label", each.label}});
    }
    return out.dump();
}

/// A store that does the steps of a row.
class CRow {
  public:
    explicit CRow(const DecisionRow& row) : row_(row) {
        habeas_store_options options;
        require(habeas_store_options_init(&options, sizeof options));
        options.clock = [](void* user) { return static_cast<CRow*>(user)->now_; };
        options.clock_user = this;
        now_ = row.steps.empty() ? ms(row.at) : ms(row.steps.front().when);
        require(habeas_store_open_memory(&options, &store_));
        for (const Step& step : row.steps) {
            now_ = ms(step.when);
            std::visit(*this, step.act);
        }
    }
    CRow(const CRow&) = delete;
    CRow& operator=(const CRow&) = delete;
    ~CRow() { habeas_store_close(store_); }

    void operator()(const Purpose& purpose) {
        const std::string document = purpose_json(purpose);
        require(habeas_purpose_define(store_, document.data(), document.size()));
    }
    void operator()(const AddText& add) {
        const std::string document = text_json(add.version);
        std::int32_t number = 0;
        require(habeas_purpose_add_text(store_, add.purpose.data(), add.purpose.size(),
                                        document.data(), document.size(), &number));
    }
    void operator()(const Retire& retire) {
        require(habeas_purpose_retire(store_, retire.purpose.data(), retire.purpose.size()));
    }
    void operator()(const habeas::Processor& processor) {
        const std::string document = processor.to_json();
        require(habeas_processor_define(store_, document.data(), document.size()));
    }
    void operator()(const Person& person) {
        json fields{{"email", email_}, {"phone", phone_}};
        if (!person.country.empty()) {
            fields["country"] = person.country;
        }
        if (!person.date_of_birth.empty()) {
            fields["date_of_birth"] = person.date_of_birth;
        }
        if (person.corporate) {
            fields["recipient_type"] = "corporate";
        }
        const std::string document = json{{"fields", fields}, {"source", "api"}}.dump();
        require(habeas_subject_create(store_, document.data(), document.size(), &subject_));
    }
    void operator()(const ConsentEvent& given) {
        habeas_event event;
        require(habeas_event_init(&event, sizeof event));
        event.kind = static_cast<std::int32_t>(given.kind);
        event.subject = subject_;
        event.purpose = text(given.purpose);
        event.channel = static_cast<std::int32_t>(given.channel);
        event.scope = text(given.scope);
        event.effective_at = ms(given.effective_at);
        const habeas::Evidence& evidence = given.evidence;
        event.method = text(evidence.method);
        event.text_version = evidence.text_version;
        event.language = text(evidence.language);
        event.form = text(evidence.form);
        event.document = text(evidence.document);
        event.ip = text(evidence.ip);
        event.preticked = evidence.preticked ? 1 : 0;
        event.below_gdpr_standard = evidence.gdpr_standard ? 0 : 1;
        event.explicit_consent = evidence.explicit_consent ? 1 : 0;
        event.parental_authorisation = evidence.parental_authorisation ? 1 : 0;
        event.expires_at = evidence.expires_at ? ms(*evidence.expires_at) : 0;
        std::vector<habeas_text> controllers;
        for (const std::string& each : evidence.controllers) {
            controllers.push_back(text(each));
        }
        event.controllers = controllers.data();
        event.controller_count = controllers.size();
        std::vector<habeas_pair> data;
        for (const auto& [name, value] : given.data) {
            data.push_back({text(name), text(value)});
        }
        event.data = data.data();
        event.data_count = data.size();
        std::int64_t number = 0;
        require(habeas_consent_record(store_, &event, &number));
    }
    void operator()(const Suppress& suppress) {
        for (const auto& [kind, value] : {std::pair("email", email_), std::pair("phone", phone_)}) {
            require(habeas_suppression_add(
                store_, kind, HABEAS_NUL_TERMINATED, value, HABEAS_NUL_TERMINATED, "objection",
                HABEAS_NUL_TERMINATED, suppress.scope.data(), suppress.scope.size(), nullptr, 0));
        }
    }
    void operator()(const Erase& erase) {
        habeas_erasure_options options;
        require(habeas_erasure_options_init(&options, sizeof options));
        options.without_suppression = erase.suppress ? 0 : 1;
        habeas_string results{};
        require(habeas_erasure_execute(store_, &subject_, 1, &options, nullptr, nullptr, &results));
        habeas_string_free(&results);
    }

    /// From now on by what was recorded until now; what is recorded later is another story.
    void live_on() {
        known_at_ = now_;
        if (row_.reason == "SUBJECT_UNKNOWN" || row_.reason == "ERASED") {
            return; // nobody is there to live on
        }
        for (const auto kind :
             {HABEAS_EVENT_RESTRICTED, HABEAS_EVENT_WITHDRAWN, HABEAS_EVENT_COMPLAINED,
              HABEAS_EVENT_ERASURE_REQUESTED, HABEAS_EVENT_BASIS_ENDED}) {
            for (int again = 0; again < 4; ++again) {
                now_ += 3'600'000;
                habeas_event event;
                require(habeas_event_init(&event, sizeof event));
                event.kind = kind;
                event.subject = subject_;
                event.effective_at = again % 2 == 0 ? now_ : std::min(now_, ms(row_.at)) - 1;
                std::int64_t number = 0;
                require(habeas_consent_record(store_, &event, &number));
            }
        }
    }

    [[nodiscard]] habeas_decision ask() const {
        habeas_decide_options options;
        require(habeas_decide_options_init(&options, sizeof options));
        options.at = ms(row_.at);
        options.known_at = known_at_;
        options.controller = text(row_.controller);
        habeas_decision decision;
        require(habeas_decision_init(&decision, sizeof decision));
        require(habeas_may_process(store_, subject_, row_.purpose.data(), row_.purpose.size(),
                                   channel(), &options, &decision));
        return decision;
    }
    [[nodiscard]] habeas_decision ask_of_these() const {
        const habeas_filter_options options = filter_options();
        const std::int64_t twice[2] = {subject_, subject_};
        habeas_decision decisions[2];
        require(habeas_decision_init(&decisions[0], sizeof decisions[0]));
        require(habeas_filter_subjects(store_, row_.purpose.data(), row_.purpose.size(), channel(),
                                       &options, twice, 2, decisions));
        CHECK(decisions[0].reason == decisions[1].reason);
        return decisions[1];
    }
    /// Everybody who is there, denied or not.
    [[nodiscard]] std::vector<habeas_decision> ask_of_all() const {
        const habeas_filter_options options = filter_options();
        std::vector<habeas_decision> found;
        const auto row = [](void* user, const habeas_decision* decision) {
            static_cast<std::vector<habeas_decision>*>(user)->push_back(*decision);
            return std::int32_t{0};
        };
        require(habeas_filter(store_, row_.purpose.data(), row_.purpose.size(), channel(), &options,
                              row, &found));
        return found;
    }
    /// The explanation's reason and the articles it names.
    [[nodiscard]] json explain() const {
        habeas_decide_options options;
        require(habeas_decide_options_init(&options, sizeof options));
        options.at = ms(row_.at);
        options.known_at = known_at_;
        options.controller = text(row_.controller);
        habeas_string out{};
        require(habeas_explain(store_, subject_, row_.purpose.data(), row_.purpose.size(),
                               channel(), &options, &out));
        json explanation = json::parse(std::string_view(out.data, out.size));
        habeas_string_free(&out);
        return explanation;
    }

    [[nodiscard]] std::int64_t subject() const { return subject_; }

  private:
    [[nodiscard]] std::int32_t channel() const { return static_cast<std::int32_t>(row_.channel); }
    [[nodiscard]] habeas_filter_options filter_options() const {
        habeas_filter_options options;
        require(habeas_filter_options_init(&options, sizeof options));
        options.at = ms(row_.at);
        options.known_at = known_at_;
        options.controller = text(row_.controller);
        options.denied_too = 1;
        return options;
    }

    const DecisionRow& row_;
    habeas_store* store_ = nullptr;
    std::int64_t now_ = 0, known_at_ = 0;
    std::int64_t subject_ = 999'999; ///< nobody, until somebody is created
    const char* email_ = "someone@example.com";
    const char* phone_ = "+4930123456";
};

void check_answer(const habeas_decision& decision, const DecisionRow& row) {
    const char* code = habeas_name(HABEAS_LIST_REASON, decision.reason);
    REQUIRE(code != nullptr);
    CHECK(std::string(code) == row.reason);
    CHECK(decision.allowed == (row.allowed ? 1 : 0));
    const std::string articles = habeas_reason_reference(decision.reason);
    CHECK(articles == habeas::reason_reference(*habeas::reason(row.reason)));
}

} // namespace

TEST_CASE(
    "capi: every row of the decision table, built and asked through the C ABI, is answered as "
    "the table says",
    "[capi][law]") {
    std::set<std::string> ids;
    for (const DecisionRow& each : decision_rows()) {
        CAPTURE(each.id, each.title);
        CHECK(ids.insert(each.id).second);
        CRow row(each);
        check_answer(row.ask(), each);
        check_answer(row.ask_of_these(), each);
        const json why = row.explain();
        CHECK(why.at("reason") == each.reason);
        CHECK(why.at("allowed") == each.allowed);
        CHECK(why.at("steps").back().at("decided") == true);

        const bool there = each.reason != "SUBJECT_UNKNOWN" && each.reason != "ERASED";
        const auto check_all = [&] {
            const auto all = row.ask_of_all();
            REQUIRE(all.size() == (there ? 1U : 0U));
            if (there) {
                CHECK(all[0].subject == row.subject());
                check_answer(all[0], each);
            }
        };
        check_all();
        row.live_on(); // twenty later events change nothing of what was known before
        check_answer(row.ask(), each);
        check_answer(row.ask_of_these(), each);
        check_all();
    }
    CHECK(ids.size() == 142);
}

// Every row of the decision table, built in a store through the public interface and asked.
#include "catch.hpp"
#include "habeas/habeas.hpp"
#include "support/decision_rows.hpp"
#include "support/store.hpp"

#include <algorithm>
#include <random>
#include <regex>
#include <set>

namespace consent_decision_table_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

namespace {

struct Row {
    explicit Row(const DecisionRow& asked)
        : row(asked), store(TestStore::memory, "2015-01-01T00:00:00Z"),
          built(build_row(asked, store.store, [this](Time time) { store.clock.set(time); })) {}

    [[nodiscard]] Decision ask(std::optional<Time> known_at = {}) {
        DecideOptions options;
        options.at = row.at;
        options.known_at = known_at;
        options.controller = row.controller;
        return Consent(store.store).may_process(built.subject, row.purpose, row.channel, options);
    }
    [[nodiscard]] FilterOptions filter_options(std::optional<Time> known_at) const {
        FilterOptions options;
        options.at = row.at;
        options.known_at = known_at;
        options.controller = row.controller;
        options.denied_too = true;
        return options;
    }
    [[nodiscard]] Decision ask_of_these(std::optional<Time> known_at = {}) {
        std::vector<SubjectId> one{built.subject};
        auto found =
            Consent(store.store).filter(one, row.purpose, row.channel, filter_options(known_at));
        REQUIRE(found.size() == 1);
        return found[0];
    }
    /// What filter says of the row's subject among everybody.
    [[nodiscard]] std::vector<Decision> ask_of_all(std::optional<Time> known_at = {}) {
        std::vector<Decision> found;
        Consent(store.store)
            .filter(
                row.purpose, row.channel,
                [&](SubjectId subject, const Decision& decision) {
                    if (subject == built.subject) {
                        found.push_back(decision);
                    }
                    return true;
                },
                filter_options(known_at));
        return found;
    }

    const DecisionRow& row;
    TestStore store;
    BuiltRow built;
};

void check_answer(const Decision& decision, const DecisionRow& row) {
    CHECK(std::string(reason_code(decision.reason)) == row.reason);
    CHECK(decision.allowed == row.allowed);
    CHECK(decision.reference == reason_reference(*reason(row.reason)));
}

/// Acts until the ledger has twenty events more, which may touch everything but the past as it was
/// known.
void live_on(Row& built, std::mt19937& random) {
    Store& store = built.store.store;
    SubjectId subject = built.built.subject;
    Consent consent(store);
    auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    auto record = [&](EventKind kind, const std::string& purpose, const std::string& scope,
                      std::chrono::hours ago) {
        ConsentEvent event;
        event.subject = subject;
        event.kind = kind;
        event.purpose = purpose;
        event.scope = scope;
        // Some became known late: they were in force before the row's moment.
        event.effective_at = built.store.clock.now() - ago;
        if (kind == EventKind::granted) {
            event.evidence.method = "paper";
            event.evidence.document = "scan";
            event.evidence.explicit_consent = true;
            event.evidence.parental_authorisation = true;
        }
        consent.record(event);
    };
    std::vector<Purpose> purposes = Purposes(store).list();
    const std::size_t enough = consent.history(subject).size() + 20;
    for (int act = 0; consent.history(subject).size() < enough; ++act) {
        built.store.clock.advance(std::chrono::hours(1 + pick(200)));
        std::chrono::hours ago(pick(2) == 0 ? 0 : pick(40'000));
        Purpose purpose = purposes.empty() ? Purpose{} : purposes[random() % purposes.size()];
        bool here = purpose.code.empty() == false;
        switch (pick(16)) {
        case 0:
            if (here && !purpose.retired_at) {
                record(EventKind::granted, purpose.code, "", ago);
            }
            break;
        case 1:
            record(EventKind::withdrawn, here && pick(2) == 0 ? purpose.code : "", "", ago);
            break;
        case 2:
            record(EventKind::restricted, "", "", ago);
            break;
        case 3:
            record(EventKind::restriction_lifted, "", "", ago);
            break;
        case 4:
            record(EventKind::objected, "",
                   pick(2) == 0 ? "direct_marketing" : "legitimate_interests", ago);
            break;
        case 5:
            record(EventKind::suppressed, "", pick(2) == 0 ? "all" : "marketing", ago);
            break;
        case 6:
            record(EventKind::unsuppressed, "", "", ago);
            break;
        case 7:
            record(EventKind::bounced, "", "hard", ago);
            break;
        case 8:
            record(EventKind::complained, "", "", ago);
            break;
        case 9:
            record(EventKind::erasure_requested, "", "", ago);
            break;
        case 10:
            record(EventKind::basis_ended, here ? purpose.code : "", "", ago);
            break;
        case 11: {
            SubjectInput input;
            input.fields["country"] = std::string(pick(2) == 0 ? "US" : "CA");
            input.fields["recipient_type"] = std::string("corporate");
            Subjects(store).update(subject, input);
            break;
        }
        case 12: {
            SubjectInput input;
            input.fields["date_of_birth"] = std::string("2020-01-01");
            Subjects(store).update(subject, input);
            break;
        }
        case 13:
            if (here && !purpose.retired_at) {
                TextVersion text;
                text.texts.push_back({"en", "Changed " + std::to_string(act), "Yes"});
                Purposes(store).add_text(purpose.code, text);
            }
            break;
        case 14:
            if (here && !purpose.retired_at) {
                purpose.basis = purpose.basis == Basis::consent ? Basis::contract : Basis::consent;
                purpose.kind = PurposeKind::research;
                purpose.special_category = !purpose.special_category;
                purpose.channels = {Channel::web, Channel::email};
                Purposes(store).define(purpose);
                purposes = Purposes(store).list();
            }
            break;
        default:
            if (here && pick(3) == 0) {
                Purposes(store).retire(purpose.code);
                purposes = Purposes(store).list();
            }
            break;
        }
    }
}

/// The articles a reference names: "GDPR 7(3)", "ePrivacy 13(1)", "EDPB 05/2020 110".
std::set<std::string> citations(std::string text) {
    static const std::regex law(
        R"((GDPR|ePrivacy|EDPB 05/2020|CASL|CAN-SPAM 15 U\.S\.C\.|DE UWG|AT DSG|DK act|FR art\.))");
    static const std::regex article(R"(\d+[a-z]?(\(\w+\))*)");
    std::set<std::string> out;
    std::size_t begin = 0;
    while (begin < text.size()) {
        std::size_t end = std::min(text.find(';', begin), text.size());
        std::string part = text.substr(begin, end - begin);
        begin = end + 1;
        std::smatch name;
        if (!std::regex_search(part, name, law)) {
            continue;
        }
        std::string rest = name.suffix();
        for (std::sregex_iterator at(rest.begin(), rest.end(), article), none; at != none; ++at) {
            out.insert(name.str(1) + " " + at->str());
        }
    }
    return out;
}

} // namespace

TEST_CASE("consent: every row of the decision table is answered by the ledger and by filter alike",
          "[consent][law]") {
    std::set<std::string> ids;
    for (const DecisionRow& each : decision_rows()) {
        CAPTURE(each.id, each.title);
        CHECK(ids.insert(each.id).second);
        Row row(each);
        check_answer(row.ask(), each);

        check_answer(row.ask_of_these(), each);
        const std::vector<Decision> found = row.ask_of_all();
        bool there = each.reason != "SUBJECT_UNKNOWN" && each.reason != "ERASED";
        REQUIRE(found.size() == (there ? 1U : 0U));
        if (there) {
            check_answer(found[0], each);
        }

        auto verified = row.store.store.verify();
        for (const Finding& finding : verified.findings) {
            CAPTURE(finding.code, finding.message);
            CHECK(finding.severity == Severity::notice);
        }
    }
    CHECK(ids.size() == 142);
}

TEST_CASE("consent: a row asked again after twenty later events, at its own time and knowledge, "
          "answers the same",
          "[consent][law]") {
    std::mt19937 random(20261124);
    for (const DecisionRow& each : decision_rows()) {
        CAPTURE(each.id, each.title);
        Row row(each);
        Time known = row.store.clock.now();
        Decision before = row.ask(known);
        check_answer(before, each);
        if (each.reason == "SUBJECT_UNKNOWN" || each.reason == "ERASED") {
            continue; // nobody is there to live on
        }
        live_on(row, random);
        const std::vector<Decision> all = row.ask_of_all(known);
        REQUIRE(all.size() == 1);
        for (const Decision& after : {row.ask(known), row.ask_of_these(known), all[0]}) {
            check_answer(after, each);
            CHECK(after.event == before.event);
        }
        CHECK(row.store.store.verify().ok());
    }
}

TEST_CASE("consent: an explanation ends with the step that decided and names what was missing",
          "[consent][law]") {
    for (const DecisionRow& each : decision_rows()) {
        CAPTURE(each.id, each.title);
        Row row(each);
        DecideOptions options;
        options.at = each.at;
        options.controller = each.controller;
        Explanation why = Consent(row.store.store)
                              .explain(row.built.subject, each.purpose, each.channel, options);
        check_answer(why.decision, each);
        REQUIRE_FALSE(why.steps.empty());
        auto decided = std::count_if(why.steps.begin(), why.steps.end(),
                                     [](const ExplainStep& step) { return step.decided; });
        CHECK(decided == 1);
        CHECK(why.steps.back().decided);
        CHECK(why.to_json().find(each.reason) != std::string::npos);
        if (!each.missing.empty()) {
            CHECK(why.steps.back().answer.find(each.missing) != std::string::npos);
        }
    }
}

TEST_CASE("consent: the reference of a reason names an article of every row that has one",
          "[consent][law]") {
    int compared = 0;
    for (const DecisionRow& each : decision_rows()) {
        CAPTURE(each.id, each.reason, each.reference);
        std::set<std::string> theirs = citations(each.reference);
        std::set<std::string> ours = citations(std::string(reason_reference(*reason(each.reason))));
        if (theirs.empty()) {
            CHECK(each.reference.find("policy") == 0); // the others rest on statutes
            continue;
        }
        ++compared;
        bool shared = std::any_of(theirs.begin(), theirs.end(),
                                  [&](const std::string& one) { return ours.contains(one); });
        CHECK(shared);
    }
    CHECK(compared > 125);
}

} // namespace consent_decision_table_test

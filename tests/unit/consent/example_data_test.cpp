// The example data through the public interface: what its maker counted is what habeas finds.
#include "base/contact.hpp"
#include "base/csv.hpp"
#include "base/files.hpp"
#include "catch.hpp"
#include "consent/law.hpp"
#include "habeas/habeas.hpp"
#include "support/store.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <set>

namespace consent_example_data_test {

using namespace habeas;
using habeas::test::TestStore;
using nlohmann::json;

namespace {

const std::string data = HABEAS_SOURCE_DIR "/examples/data/";

std::string slurp(const std::string& path) {
    return base::read_all(base::open_file(path, base::OpenMode::read, "test file"));
}

/// line -> field, of a file of rejects.
std::map<std::uint64_t, std::string> rejected_fields(const std::string& path) {
    std::map<std::uint64_t, std::string> out;
    base::CsvReader reader(base::read_file(path), {});
    std::span<const base::CsvCell> row;
    REQUIRE(reader.next(row));
    while (reader.next(row)) {
        out[std::stoull(std::string(row[0].text))] = std::string(row[2].text);
    }
    return out;
}

std::map<std::string, std::uint64_t> counted(const std::map<std::uint64_t, std::string>& fields) {
    std::map<std::string, std::uint64_t> out;
    for (const auto& [line, field] : fields) {
        ++out[field];
    }
    return out;
}

using Counts = std::map<std::string, std::uint64_t>;

/// The shop of the example with both files imported.
struct Example : TestStore {
    Example() : TestStore(memory, "2026-10-01T10:00:00Z") {
        Definitions(store).apply(slurp(data + "definitions.json"));
        for (const auto& column : json::parse(slurp(data + "columns.json"))) {
            contact_options.columns.push_back(
                {column.at("header"), column.at("target"), column.value("format", "")});
        }
        contact_options.rejects_file = folder.file("contacts-rejects.csv");
        consent_options.rejects_file = folder.file("consents-rejects.csv");
        // Small batches, so that repetitions come in another one than what they repeat.
        contact_options.batch = 700;
        consent_options.batch = 700;
        contacts = Import(store).contacts(data + "contacts.csv", contact_options);
    }
    void import_consents() {
        consents = Import(store).consents(data + "consents.csv", consent_options);
    }
    [[nodiscard]] std::optional<SubjectId> find(const json& id) {
        return Subjects(store).find(
            make_identifier("external:mautic", std::to_string(id.get<int>())));
    }
    std::string newsletter(SubjectId subject) {
        return std::string(
            reason_code(Consent(store).may_process(subject, "newsletter", Channel::email).reason));
    }
    std::string text_field(SubjectId subject, const std::string& name) {
        Subject found = Subjects(store).get(subject);
        auto at = found.fields.find(name);
        return at == found.fields.end() ? std::string{} : std::get<std::string>(at->second);
    }

    json figures = json::parse(slurp(data + "figures.json"));
    ImportOptions contact_options, consent_options;
    ImportReport contacts, consents;
};

std::uint64_t sum(const json& counts) {
    std::uint64_t total = 0;
    for (const auto& count : counts) {
        total += count.get<std::uint64_t>();
    }
    return total;
}

} // namespace

TEST_CASE("example data: the contacts give every figure that their maker counted",
          "[consent][import][examples]") {
    if (!base::phone_national_supported()) {
        WARN("this build has no libphonenumber: national numbers are refused, the figures differ");
        return;
    }
    Example shop;
    const json& figures = shop.figures.at("contacts");
    const ImportReport& report = shop.contacts;
    CHECK(report.rows == figures.at("rows").get<std::uint64_t>());
    CHECK(report.rejected == figures.at("rejected").get<std::uint64_t>());
    CHECK(report.created == figures.at("subjects").get<std::uint64_t>());
    CHECK(report.updated + report.unchanged == sum(figures.at("duplicates")));
    CHECK(report.consents == 0);
    CHECK(report.unmapped.empty());
    CHECK(Subjects(shop.store).count() == figures.at("subjects").get<std::int64_t>());
    CHECK(shop.contact_options.columns.size() == figures.at("columns").size());
    for (std::size_t at = 0; at < shop.contact_options.columns.size(); ++at) {
        CHECK(shop.contact_options.columns[at].header == figures.at("columns")[at]);
    }

    // Rejects, by the field that is at fault.
    const json& spoilt = figures.at("spoilt_values");
    auto of = [&](const char* kind) { return spoilt.at(kind).get<std::uint64_t>(); };
    Counts fields = counted(rejected_fields(shop.contact_options.rejects_file));
    CHECK(fields["email"] == sum(figures.at("broken_addresses")));
    CHECK(fields["country"] == of("country_unknown"));
    CHECK(fields["phone"] == of("mobile_broken"));
    CHECK(fields["landline"] == of("phone_broken"));
    CHECK(fields["date_of_birth"] == of("date_broken"));
    CHECK(fields["website"] == of("url_broken"));
    CHECK(fields["interests"] == of("choice_unknown"));
    CHECK(fields["vip"] == of("boolean_broken"));
    CHECK(fields["points"] + fields["lifetime_value"] == of("number_broken"));

    // Who must be there, and who must not; a repetition is the subject that it repeats.
    std::set<SubjectId> found;
    for (const auto& [kind, ids] : figures.at("ids").items()) {
        bool refused = kind.starts_with("broken:") || kind.starts_with("spoilt:");
        for (const auto& id : ids) {
            INFO(kind << " " << id);
            auto subject = shop.find(id);
            CHECK(subject.has_value() == !refused);
            if (subject && kind.starts_with("blank:")) {
                CHECK(found.insert(*subject).second);
                CHECK(shop.text_field(*subject, "email").empty());
                CHECK(shop.text_field(*subject, "phone").empty() == (kind != "blank:phone_only"));
            } else if (subject) {
                Subject person = Subjects(shop.store).get(*subject);
                auto numbers =
                    std::count_if(person.identifiers.begin(), person.identifiers.end(),
                                  [](const Identifier& each) { return each.system == "mautic"; });
                CHECK(numbers >= 2);
            }
        }
    }
    // Each country under whatever name. The maker counted rows, repetitions and rejects among them.
    Counts countries;
    shop.store.query("SELECT country, count(*) FROM v_subject GROUP BY country", {},
                     [&](const auto&, const auto& values) {
                         countries[values[0].value_or("")] = std::stoull(values[1].value());
                         return true;
                     });
    CHECK(countries[""] == figures.at("blank").at("nothing").get<std::uint64_t>());
    countries.erase("");
    CHECK(countries.size() == figures.at("countries").size());
    std::uint64_t missing = 0;
    for (const auto& [code, rows] : figures.at("countries").get<Counts>()) {
        INFO(code);
        CHECK(countries[code] > 0);
        REQUIRE(countries[code] <= rows);
        missing += rows - countries[code];
    }
    CHECK(missing == report.rejected + report.updated + report.unchanged);
    // Nobody can be mailed by an import alone.
    std::uint64_t allowed = 0;
    for (const char* purpose : {"newsletter", "profiling"}) {
        Consent(shop.store).filter(purpose, Channel::email, [&](SubjectId, const Decision&) {
            ++allowed;
            return true;
        });
    }
    CHECK(allowed == 0);
    CHECK(shop.store.verify().ok());
}

TEST_CASE("example data: the consents give every figure that their maker counted",
          "[consent][import][examples]") {
    if (!base::phone_national_supported()) {
        WARN("this build has no libphonenumber: national numbers are refused, the figures differ");
        return;
    }
    Example shop;
    shop.import_consents();
    const json& figures = shop.figures.at("consents");
    const ImportReport& report = shop.consents;
    CHECK(report.rows == figures.at("lines").get<std::uint64_t>());
    CHECK(report.consents == figures.at("accepted").get<std::uint64_t>());
    CHECK(report.unchanged == figures.at("repeated").get<std::uint64_t>());
    CHECK(report.rejected == sum(figures.at("rejected")));
    CHECK(report.created == 0);
    CHECK(report.unmapped.empty());

    const json& kinds = figures.at("rejected");
    auto of = [&](const char* kind) { return kinds.at(kind).get<std::uint64_t>(); };
    Counts fields = counted(rejected_fields(shop.consent_options.rejects_file));
    CHECK(fields["email"] + fields[""] == of("unknown_address") + of("broken_address"));
    CHECK(fields["at"] == of("bad_date") + of("future_date"));
    CHECK(fields["purpose"] == of("unknown_purpose"));
    CHECK(fields["action"] == of("unknown_action"));
    CHECK(fields["text_version"] == of("unknown_text_version"));
    CHECK(report.reasons.at("nobody in this store has it; import the contact first") ==
          of("unknown_address"));
    CHECK(report.reasons.at("more than 5 minutes ahead of the clock") == of("future_date"));

    // What the last word of each person was.
    Counts last;
    std::set<std::string> people;
    shop.store.query(
        "SELECT subject_id, kind, purpose, coalesce(json_extract(evidence, '$.preticked'), 0), "
        "text_version FROM v_event WHERE subject_id IS NOT NULL ORDER BY effective_at, id",
        {},
        [&, lines = std::map<std::string, std::string>{}](const auto&, const auto& row) mutable {
            people.insert(*row[0]);
            if (row[2] == "newsletter") {
                std::string said = *row[1];
                if (said == "granted" && *row[3] == "1") {
                    said += ", pre-ticked";
                } else if (said == "granted" && !row[4]) {
                    said += ", text unknown";
                }
                if (auto old = lines.find(*row[0]); old != lines.end()) {
                    --last[old->second];
                }
                ++last[lines[*row[0]] = said];
            }
            return true;
        });
    std::erase_if(last, [](const auto& each) { return each.second == 0; });
    CHECK(last == figures.at("newsletter_last").get<Counts>());
    CHECK(people.size() == figures.at("people").get<std::size_t>());

    // And what that means.
    Counts reasons;
    FilterOptions all;
    all.denied_too = true;
    const Date signed_up = parse_date("2026-06-15");
    const int shops_law = consent::age_of_consent("DE", signed_up);
    std::uint64_t minors = 0;
    std::uint64_t at_home = 0;  // children by the law of their own country
    std::uint64_t children = 0; // by that or the shop's
    std::uint64_t minors_of[2] = {0, 0};
    auto each = [&](SubjectId subject, const Decision& decision) {
        ++reasons[std::string(reason_code(decision.reason))];
        CHECK(decision.allowed == (decision.reason == Reason::ok_consent));
        std::string born = shop.text_field(subject, "date_of_birth");
        if (born > "2010-07-01") { // under 16 in June 2026
            int age = born > "2012-07-01" ? 13 : 15;
            int needed = consent::age_of_consent(shop.text_field(subject, "country"), signed_up);
            ++minors;
            ++minors_of[age == 15];
            at_home += age < needed ? 1 : 0;
            children += age < std::max(needed, shops_law) ? 1 : 0;
        }
        return true;
    };
    Consent(shop.store).filter("newsletter", Channel::email, each, all);
    CHECK(minors == figures.at("stories").at("minor").get<std::uint64_t>());
    CHECK(minors_of[1] == shop.figures.at("contacts").at("minors").at("15").get<std::uint64_t>());
    CHECK(minors_of[0] == shop.figures.at("contacts").at("minors").at("13").get<std::uint64_t>());
    CHECK(at_home > 0);
    CHECK(at_home < children);
    CHECK(children == minors); // in Germany the age of consent is 16
    auto was = [&](const char* word) {
        return figures.at("newsletter_last").at(word).get<std::uint64_t>();
    };
    CHECK(reasons["OK_CONSENT"] == was("granted") - children);
    CHECK(reasons["CHILD_NO_PARENTAL_AUTHORISATION"] == children);
    CHECK(reasons["CONSENT_INVALID"] == was("granted, pre-ticked"));
    CHECK(reasons["CONSENT_UNPROVEN"] == was("granted, text unknown"));
    CHECK(reasons["CONSENT_REFUSED"] == was("refused"));
    CHECK(reasons["CONSENT_WITHDRAWN"] == was("withdrawn"));
    CHECK(reasons["CONSENT_PENDING"] == was("requested"));

    const std::map<std::string, std::string> expected{{"plain", "OK_CONSENT"},
                                                      {"both_purposes", "OK_CONSENT"},
                                                      {"withdrawn", "CONSENT_WITHDRAWN"},
                                                      {"withdrawn_then_again", "OK_CONSENT"},
                                                      {"pending", "CONSENT_PENDING"},
                                                      {"preticked", "CONSENT_INVALID"},
                                                      {"no_text_version", "CONSENT_UNPROVEN"}};
    for (const auto& [story, id] : shop.figures.at("examples").items()) {
        INFO(story);
        auto subject = shop.find(id);
        REQUIRE(subject);
        if (auto reason = expected.find(story); reason != expected.end()) {
            CHECK(shop.newsletter(*subject) == reason->second);
        } else {
            CHECK(story == "minor");
        }
    }
    CHECK(shop.store.verify().ok());

    // The same file again, and the contacts again: nothing new.
    auto head = shop.store.verify().events;
    shop.import_consents();
    CHECK(shop.consents.consents == 0);
    CHECK(shop.consents.unchanged == figures.at("accepted").get<std::uint64_t>() +
                                         figures.at("repeated").get<std::uint64_t>());
    auto again = Import(shop.store).contacts(data + "contacts.csv", shop.contact_options);
    CHECK(again.created == 0);
    CHECK(shop.store.verify().events == head + 2); // the two acts of importing
    CHECK(shop.store.verify().ok());
}

} // namespace consent_example_data_test

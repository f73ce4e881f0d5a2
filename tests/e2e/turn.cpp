#include "e2e/turn.hpp"

#include <algorithm>
#include <chrono>

namespace habeas::e2e {
namespace {

/// Rows of small numbers begin with what says how long number and word are: 1, or 13 + 2 * 5 to 10.
/// With what follows that looks like another number of two bytes.
bool two_bytes_and_nobody_elses(std::int64_t number) {
    const std::int64_t high = number >> 8;
    return high > 1 && high < 128 && !(high >= 23 && high <= 33);
}

} // namespace

const std::array<Turn::FieldPlace, fields_end>& Turn::fields() {
    static constexpr std::array<FieldPlace, fields_end> all{{
        {"email", Shape::mail, 10, 40},
        {"phone", Shape::phone, 0, 0},
        {"first_name", Shape::text, 8, 20},
        {"last_name", Shape::text, 8, 30},
        {"member", Shape::text, 10, 60},
        {"remark", Shape::text, 8, 200},
        {"story", Shape::text, 80, 400},
        {"page", Shape::link, 10, 60},
        {"score", Shape::real, 0, 0},
        {"credit", Shape::whole, 0, 0},
        {"diagnosis", Shape::text, 10, 60},
        {"other_mail", Shape::mail, 10, 40},
        {"other_phone", Shape::phone, 0, 0},
        {"", Shape::text, 8, 120}, // extra: see Connection
    }};
    return all;
}

Identifier Turn::identifier(const Canaries& canaries, CanaryId id) {
    const Canary& canary = canaries[id];
    switch (canary.shape) {
    case Shape::mail:
        return {IdentifierKind::email, "", canaries.text(id)};
    case Shape::phone:
        return {IdentifierKind::phone, "", canaries.text(id)};
    default:
        return {IdentifierKind::external, std::string(canary.place), canaries.text(id)};
    }
}

Turn::Turn(Crowd& crowd, Connection& at)
    : crowd_(&crowd), at_(&at), engine_(&at.engine()), canaries_(&crowd.canaries()) {}

void Turn::run() {
    const std::uint32_t turn = at_->turns++;
    if (turn % 25 == 24) {
        define_or_drop();
    }
    if (turn % 12 == 11) {
        import();
        return;
    }
    if (turn % 15 == 14) {
        change_of_mind();
        return;
    }
    store::Engine::Write tx(*engine_);
    for (int i = 0; i < 40; ++i) {
        operation();
    }
    tx.commit();
}

void Turn::insert_many(std::uint32_t people) {
    store::Engine::Write tx(*engine_);
    for (std::uint32_t i = 0; i < people; ++i) {
        insert();
    }
    tx.commit();
}

void Turn::operation() {
    ++at_->done;
    const std::uint64_t what = below(100);
    if (what < 45) {
        update();
    } else if (what < 57) {
        blank();
    } else if (what < 64) {
        insert();
    } else if (what < 86) {
        event(index_of_anyone());
    } else if (what < 92) {
        membership();
    } else if (what < 98) {
        identifier();
    } else {
        merge();
    }
}

std::uint32_t Turn::index_of_anyone() {
    while (true) {
        const auto index = static_cast<std::uint32_t>(below(at_->people.size()));
        if (at_->people[index].living()) {
            return index;
        }
    }
}

std::uint32_t Turn::owner(std::uint32_t index) const {
    return index * Crowd::connections + at_->number;
}

CanaryId Turn::text(std::uint32_t index, std::string_view place, std::uint32_t shortest,
                    std::uint32_t longest) {
    const auto length = static_cast<std::uint32_t>(shortest + below(longest - shortest));
    return canaries_->make(at_->random, Shape::text, length, owner(index), place);
}

CanaryId Turn::fresh(std::uint32_t index, Place place) {
    const FieldPlace& field = fields()[place];
    std::uint32_t shortest = field.shortest;
    std::uint32_t longest = std::max(field.longest, field.shortest + 1);
    if (place == story && below(10) < 4) { // one of these in four over several overflow pages
        shortest = longest;
        longest = below(4) == 0 ? 16'000 : 3'000;
    } else if ((place == remark || place == extra || place == diagnosis) && below(20) == 0) {
        shortest = longest;
        longest = 1'500;
    }
    const auto length = static_cast<std::uint32_t>(shortest + below(longest - shortest));
    const CanaryId id =
        canaries_->make(at_->random, field.shape, length, owner(index),
                        place == extra ? std::string_view("extra") : std::string_view(field.field));
    if (place == diagnosis) {
        canaries_->seal(id);
    }
    return id;
}

void Turn::replace(CanaryId& old, CanaryId now) {
    if (old != 0 && old != now) {
        canaries_->no_longer(old);
    }
    old = now;
}

/// A choice is everybody's word, but its row is not: number of the person (two bytes), number of
/// the field and the word's beginning follow each other in the file.
void Turn::give_choice(Person& person, std::uint32_t index, std::string_view choice) {
    person.choice = choice;
    const auto number = static_cast<std::int64_t>(person.id);
    if (choice.empty() || !two_bytes_and_nobody_elses(number)) {
        replace(person.at[interest], 0);
        return;
    }
    std::string row;
    for (const std::int64_t byte : {number >> 8, number & 0xff, crowd_->interests_field_}) {
        row += static_cast<char>(byte);
    }
    row += choice;
    replace(person.at[interest],
            canaries_->bytes(std::string_view(row).substr(0, 8), owner(index), "interests"));
}

void Turn::insert() {
    const auto index = static_cast<std::uint32_t>(at_->people.size());
    Person& person = at_->people.emplace_back();
    SubjectInput input;
    for (std::uint8_t place = 0; place < extra; ++place) {
        if (place > phone && below(8) == 0) {
            continue; // a blank
        }
        person.at[place] = fresh(index, static_cast<Place>(place));
        input.fields[fields()[place].field] =
            crowd_->value(static_cast<Place>(place), person.at[place]);
    }
    static constexpr std::array<const char*, 4> countries{"DE", "AT", "FR", "IE"};
    const auto day = static_cast<unsigned>(1 + below(28));
    input.fields["country"] = std::string(countries[below(countries.size())]);
    input.fields["language"] = std::string("de");
    input.fields["timezone"] = std::string("Europe/Berlin");
    input.fields["date_of_birth"] = std::string("19") + std::to_string(50 + below(50)) + "-0" +
                                    std::to_string(1 + below(9)) + "-" + (day < 10 ? "0" : "") +
                                    std::to_string(day);
    input.fields["vip"] = below(2) == 0;
    input.fields["joined"] = parse_time("2020-01-01") + std::chrono::seconds(below(100'000'000));
    input.fields["best_time"] = std::string(below(2) == 0 ? "10:30:00" : "18:15:00");
    input.fields["region"] = std::string("DE-BE");
    input.fields["level"] = std::string(below(2) == 0 ? "gold" : "bronze");
    const auto choice = choices[below(choices.size())];
    input.fields["interests"] = std::vector<std::string>{std::string(choice)};
    person.at[external] = text(index, "crm", 10, 40);
    input.identifiers.push_back(identifier(*canaries_, person.at[external]));
    person.at[source] = text(index, "source", 10, 60);
    input.source = canaries_->text(person.at[source]);
    person.id = Subjects(*engine_).create(input);
    give_choice(person, index, choice);
    person.organisation = crowd_->organisations_[below(crowd_->organisations_.size())];
    person.at[role] = text(index, "role", 8, 100);
    Organisations(*engine_).link(
        person.id, {person.organisation, canaries_->text(person.at[role]), below(2) == 0});
    event(index);
}

void Turn::update() {
    const std::uint32_t index = index_of_anyone();
    Person& person = at_->people[index];
    SubjectInput input;
    for (std::uint64_t i = 0, count = 1 + below(3); i < count; ++i) {
        const auto place = static_cast<Place>(below(fields_end));
        const std::string name = place == extra ? at_->extra_field : fields()[place].field;
        if (name.empty() || input.fields.contains(name)) {
            continue;
        }
        replace(person.at[place], fresh(index, place));
        input.fields[name] = crowd_->value(place, person.at[place]);
    }
    if (below(3) == 0) {
        const auto choice = choices[below(choices.size())];
        input.fields["interests"] = std::vector<std::string>{std::string(choice)};
        give_choice(person, index, choice);
    }
    if (below(20) == 0) { // decides: the ledger has a line about it
        input.fields["country"] = std::string(below(2) == 0 ? "DE" : "NL");
    }
    Subjects(*engine_).update(person.id, input);
}

void Turn::blank() {
    const std::uint32_t index = index_of_anyone();
    Person& person = at_->people[index];
    SubjectInput input;
    const auto place = static_cast<Place>(phone + below(fields_end - phone + 1U));
    std::string name;
    if (place == fields_end) {
        name = "interests";
        give_choice(person, index, {});
    } else {
        name = place == extra ? at_->extra_field : fields()[place].field;
        if (name.empty()) {
            return;
        }
        replace(person.at[place], 0);
    }
    input.fields[name] = std::monostate{};
    Subjects(*engine_).update(person.id, input, Blank::overwrite);
}

void Turn::event(std::uint32_t index) {
    Person& person = at_->people[index];
    static constexpr std::array kinds{EventKind::granted, EventKind::granted, EventKind::withdrawn,
                                      EventKind::refused};
    EventCanaries canaries{
        text(index, "evidence.document", 8, 60), text(index, "evidence.form", 8, 40),
        text(index, "evidence.submission", 8, 40), text(index, "evidence.user_agent", 8, 120),
        text(index, "evidence.note", 8, below(10) == 0 ? 3000 : 120)};
    ConsentEvent event;
    event.subject = person.id;
    event.kind = kinds[below(kinds.size())];
    event.purpose = below(2) == 0 ? "newsletter" : "profiling";
    event.evidence.method = "form";
    event.evidence.text_version = 1;
    event.evidence.document = canaries_->text(canaries[0]);
    event.evidence.form = canaries_->text(canaries[1]);
    event.evidence.submission = canaries_->text(canaries[2]);
    event.evidence.user_agent = canaries_->text(canaries[3]);
    event.evidence.note = canaries_->text(canaries[4]);
    const bool by_the_person = below(10) == 0;
    if (by_the_person) {
        person.reasons.push_back(text(index, "actor.reason", 8, 80));
        engine_->set_actor({Actor::Kind::subject,
                            std::to_string(static_cast<std::int64_t>(person.id)),
                            canaries_->text(person.reasons.back())});
    }
    Consent(*engine_).record(event);
    person.events.push_back(canaries);
    if (by_the_person) {
        engine_->set_actor({});
    }
}

void Turn::membership() {
    const std::uint32_t index = index_of_anyone();
    Person& person = at_->people[index];
    Organisations organisations(*engine_);
    if (person.organisation != OrganisationId{} && below(3) == 0) {
        organisations.unlink(person.id, person.organisation);
        person.organisation = {};
        replace(person.at[role], 0);
        return;
    }
    if (person.organisation == OrganisationId{}) {
        person.organisation = crowd_->organisations_[below(crowd_->organisations_.size())];
    }
    replace(person.at[role], text(index, "role", 8, 200));
    organisations.link(person.id, {person.organisation, canaries_->text(person.at[role]), false});
}

void Turn::identifier() {
    const std::uint32_t index = index_of_anyone();
    Person& person = at_->people[index];
    Subjects subjects(*engine_);
    if (!person.more.empty() && below(2) == 0) {
        const std::size_t which = below(person.more.size());
        subjects.remove_identifier(person.id, identifier(*canaries_, person.more[which]));
        canaries_->no_longer(person.more[which]);
        person.more.erase(person.more.begin() + static_cast<std::ptrdiff_t>(which));
        return;
    }
    person.more.push_back(text(index, "shop", 10, 60));
    subjects.add_identifier(person.id, identifier(*canaries_, person.more.back()));
}

void Turn::merge() {
    const std::uint32_t keep_index = index_of_anyone();
    const std::uint32_t gone_index = index_of_anyone();
    if (keep_index == gone_index) {
        return;
    }
    Person& keep = at_->people[keep_index];
    Person& gone = at_->people[gone_index];
    if (keep.organisation != OrganisationId{} && gone.organisation != OrganisationId{}) {
        Organisations(*engine_).unlink(gone.id, gone.organisation);
        gone.organisation = {};
        replace(gone.at[role], 0);
    }
    Subjects(*engine_).merge(keep.id, gone.id);
    for (std::uint8_t place = 0; place < fields_end; ++place) {
        const CanaryId id = gone.at[place];
        if (id == 0) {
            continue;
        }
        if (keep.at[place] == 0) {
            keep.at[place] = id;
        } else if (place == email || place == phone) {
            keep.more.push_back(id); // still an identifier
        } else {
            canaries_->no_longer(id);
        }
    }
    keep.more.push_back(gone.at[external]);
    keep.more.insert(keep.more.end(), gone.more.begin(), gone.more.end());
    replace(gone.at[source], 0);
    if (gone.organisation != OrganisationId{}) {
        keep.organisation = gone.organisation;
        keep.at[role] = gone.at[role];
    }
    if (!gone.choice.empty()) {
        if (keep.choice.empty()) {
            give_choice(keep, keep_index, gone.choice);
        }
        replace(gone.at[interest], 0);
    }
    keep.events.insert(keep.events.end(), gone.events.begin(), gone.events.end());
    keep.reasons.insert(keep.reasons.end(), gone.reasons.begin(), gone.reasons.end());
    gone.merged = keep_index;
}

/// A transaction that is not committed. Some of it may have reached the log.
void Turn::change_of_mind() {
    store::Engine::Write tx(*engine_);
    for (int i = 0; i < 40; ++i) {
        const std::uint32_t index = index_of_anyone();
        SubjectInput input;
        for (const Place place : {story, remark, last_name}) {
            const CanaryId id = fresh(index, place);
            canaries_->no_longer(id);
            input.fields[fields()[place].field] = canaries_->text(id);
        }
        Subjects(*engine_).update(at_->people[index].id, input);
        ++at_->done;
    }
}

void Turn::define_or_drop() {
    Fields fields(*engine_);
    if (at_->extra_field.empty()) {
        Field field;
        field.name = "extra_" + std::to_string(at_->number) + "_" + std::to_string(at_->turns);
        fields.define(field);
        at_->extra_field = field.name;
        return;
    }
    fields.remove(at_->extra_field);
    at_->extra_field.clear();
    for (Person& person : at_->people) {
        if (person.living()) {
            replace(person.at[extra], 0);
        }
    }
}

/// Some known, some new, some that are refused: of these nothing may be written anywhere.
void Turn::import() {
    std::string csv = "email,first name,remark,number\r\n";
    std::vector<std::uint32_t> made;
    for (int i = 0; i < 30; ++i) {
        ++at_->done;
        if (i % 3 == 0) {
            const std::uint32_t index = index_of_anyone();
            Person& person = at_->people[index];
            replace(person.at[first_name], fresh(index, first_name));
            replace(person.at[remark], fresh(index, remark));
            csv += canaries_->text(person.at[email]) + "," +
                   canaries_->text(person.at[first_name]) + "," +
                   canaries_->text(person.at[remark]) + ",\r\n";
        } else if (i % 3 == 1) {
            const auto index = static_cast<std::uint32_t>(at_->people.size());
            Person& person = at_->people.emplace_back();
            person.at[email] = fresh(index, email);
            person.at[first_name] = fresh(index, first_name);
            person.at[remark] = fresh(index, remark);
            person.at[external] = text(index, "crm", 10, 40);
            person.at[source] = 0;
            csv += canaries_->text(person.at[email]) + "," +
                   canaries_->text(person.at[first_name]) + "," +
                   canaries_->text(person.at[remark]) + "," + canaries_->text(person.at[external]) +
                   "\r\n";
            made.push_back(index);
        } else { // of nobody: two @
            csv += canaries_->text(fresh(0, email)) + "@," + canaries_->text(fresh(0, first_name)) +
                   "," + canaries_->text(fresh(0, remark)) + "," +
                   canaries_->text(text(0, "crm", 10, 40)) + "\r\n";
        }
    }
    ImportOptions options;
    options.columns = {{"email", "email", ""},
                       {"first name", "first_name", ""},
                       {"remark", "remark", ""},
                       {"number", "external:crm", ""}};
    options.source = "import";
    options.rejects_file = crowd_->folder("rejects") + "/" + std::to_string(at_->number) + "-" +
                           std::to_string(at_->turns) + ".csv";
    const ImportReport report = Import(*engine_).contacts_text(csv, options);
    crowd_->checks().that(report.created == 10 && report.rejected == 10 &&
                              report.updated + report.unchanged == 10,
                          "an import of ten known, ten new and ten bad rows says otherwise");
    for (const std::uint32_t index : made) {
        Person& person = at_->people[index];
        const auto id = Subjects(*engine_).find(identifier(*canaries_, person.at[external]));
        crowd_->checks().that(id.has_value(), "an imported person is not found");
        person.id = id.value_or(SubjectId{});
    }
}

} // namespace habeas::e2e

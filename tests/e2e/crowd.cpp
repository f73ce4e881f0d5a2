#include "e2e/crowd.hpp"

#include "e2e/turn.hpp"

#include <algorithm>
#include <set>
#include <thread>
#include <unordered_map>

namespace habeas::e2e {

Connection::Connection(const std::string& path, const StoreOptions& options, bool vfs,
                       bool create) {
    if (vfs) {
        store_ = create ? Store::create(path, options) : Store::open(path, options);
        return;
    }
    store::EngineOptions internal;
    internal.vfs = "unix";
    engine_ = std::make_unique<store::Engine>(
        path, options, create ? store::Engine::Open::create : store::Engine::Open::existing,
        internal);
}

Crowd::Crowd(const Size& size, Checks& checks)
    : size_(size), checks_(&checks), random_(size.seed),
      canaries_(std::size_t{size.people} * 32 + std::size_t{size.operations} * 6) {
    options_.clock = clock_.clock();
    options_.busy_timeout = std::chrono::minutes(2);
    options_.durability = Durability::normal; // which bytes are written is the same
    for (std::uint32_t i = 0; i < connections; ++i) {
        connections_.push_back(
            std::make_unique<Connection>(path(), options_, size.vfs, /*create=*/i == 0));
        connections_.back()->random.seed(size.seed * connections + i);
        connections_.back()->number = i;
        connections_.back()->people.emplace_back().nobody = true;
    }
    for (const char* name : {"rejects", "bundles", "exports"}) {
        std::filesystem::create_directory(folder(name));
    }
    define();
}

std::string Crowd::folder(const char* name) const {
    return folder_.file(name);
}

void Crowd::define() {
    store::Engine& engine = connection(0).engine();
    Fields fields(engine);
    const auto field = [&](const char* name, FieldType type) {
        Field out;
        out.name = name;
        out.type = type;
        return out;
    };
    Field unique = field("member", FieldType::text);
    unique.unique = true;
    fields.define(unique);
    fields.define(field("remark", FieldType::text));
    fields.define(field("page", FieldType::url));
    fields.define(field("score", FieldType::number));
    fields.define(field("credit", FieldType::money));
    Field sealed = field("diagnosis", FieldType::text);
    sealed.field_class = FieldClass::sealed;
    fields.define(sealed);
    fields.define(field("other_mail", FieldType::email));
    fields.define(field("other_phone", FieldType::phone));
    for (const auto& [name, type] :
         {std::pair{"vip", FieldType::boolean}, std::pair{"joined", FieldType::datetime},
          std::pair{"best_time", FieldType::time}, std::pair{"region", FieldType::region}}) {
        fields.define(field(name, type));
    }
    Field level = field("level", FieldType::select);
    level.choices = {{"gold", {}}, {"silver", {}}, {"bronze", {}}};
    fields.define(level);
    Field interests = field("interests", FieldType::multiselect);
    for (const auto choice : Turn::choices) {
        interests.choices.push_back({std::string(choice), {}});
    }
    fields.define(interests);
    fields.define(field("story", FieldType::longtext));
    interests_field_ = engine.db().scalar_i64("SELECT id FROM field WHERE name = 'interests'");

    for (const auto& [code, kind, channel] :
         {std::tuple{"newsletter", PurposeKind::marketing, Channel::email},
          std::tuple{"profiling", PurposeKind::profiling, Channel::internal}}) {
        Purpose purpose;
        purpose.code = code;
        purpose.kind = kind;
        purpose.channels = {channel};
        TextVersion text;
        text.number = 1;
        text.texts = {{"en", "Yes, you may do that.", "Yes"}};
        purpose.texts = {text};
        Purposes(engine).define(purpose);
    }
    Organisations organisations(engine);
    for (int i = 0; i < 20; ++i) {
        Organisation organisation;
        organisation.name = "Organisation " + std::to_string(i);
        organisations_.push_back(organisations.create(organisation));
    }
}

void Crowd::populate() {
    const std::uint32_t batch = std::min(250U, size_.people / connections);
    for (std::uint32_t made = 0, i = 0; made < size_.people; made += batch, ++i) {
        Turn(*this, connection(i % connections)).insert_many(std::min(batch, size_.people - made));
    }
}

void Crowd::churn(std::uint32_t operations) {
    const std::uint32_t before = done();
    if (!size_.threads) {
        while (done() - before < operations) {
            Turn(*this, any_connection()).run();
        }
        return;
    }
    std::vector<std::thread> threads;
    std::vector<std::string> errors(connections);
    for (std::uint32_t i = 0; i < connections; ++i) {
        threads.emplace_back([this, i, operations, &errors] {
            Connection& at = connection(i);
            const std::uint32_t until = at.done + operations / connections;
            try {
                while (at.done < until) {
                    Turn(*this, at).run();
                }
            } catch (const std::exception& e) {
                errors[i] = e.what();
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    for (const auto& error : errors) {
        checks_->that(error.empty(), "a connection failed: " + error);
    }
}

void Crowd::turns(Connection& at, int count) {
    for (int i = 0; i < count; ++i) {
        Turn(*this, at).run();
    }
}

std::uint32_t Crowd::done() const {
    std::uint32_t out = 0;
    for (const auto& connection : connections_) {
        out += connection->done;
    }
    return out;
}

Person& Crowd::anyone() {
    while (true) {
        auto& people = any_connection().people;
        Person& person = people[random_() % people.size()];
        if (person.living()) {
            return person;
        }
    }
}

void Crowd::erased(Person& person) {
    person.erased = true;
}

const Person& Crowd::owner_of(CanaryId id) const {
    const std::uint32_t owner = canaries_[id].owner;
    const auto& people = connections_[owner % connections]->people;
    const Person* person = &people[owner / connections];
    while (person->merged != 0) {
        person = &people[person->merged];
    }
    return *person;
}

std::uint64_t Crowd::living() const {
    std::uint64_t out = 0;
    for (const auto& connection : connections_) {
        out += static_cast<std::uint64_t>(
            std::count_if(connection->people.begin(), connection->people.end(),
                          [](const Person& person) { return person.living(); }));
    }
    return out;
}

Value Crowd::value(Place place, CanaryId id) const {
    if (place == score) {
        return canaries_.real(id);
    }
    if (place == limit_) {
        return canaries_.whole(id);
    }
    return canaries_.text(id);
}

void Crowd::check_the_living() {
    Connection& at = connection(0);
    std::unordered_map<std::int64_t, const Person*> expected;
    for (const auto& connection : connections_) {
        for (const Person& person : connection->people) {
            if (person.living()) {
                expected[static_cast<std::int64_t>(person.id)] = &person;
            }
        }
    }
    Subjects subjects(at.engine());
    checks_->equal(subjects.count(), static_cast<std::int64_t>(expected.size()),
                   "the number of people");
    std::string after;
    do {
        const SubjectPage page = subjects.list(1000, after);
        for (const Subject& found : page.subjects) {
            const auto person = expected.find(static_cast<std::int64_t>(found.id));
            if (checks_->that(person != expected.end(), "somebody is there who should not be")) {
                check(at, found, *person->second);
                expected.erase(person);
            }
        }
        after = page.next;
    } while (!after.empty());
    checks_->equal(expected.size(), std::size_t{0}, "people who are missing");
}

void Crowd::check(Connection& at, const Subject& found, const Person& person) {
    bool same = true;
    const auto& names = Turn::fields();
    for (std::uint8_t place = 0; place < fields_end; ++place) {
        const CanaryId id = person.at[place];
        const std::string name = place == extra
                                     ? connections_[canaries_[id].owner % connections]->extra_field
                                     : std::string(names[place].field);
        const auto value_there = found.fields.find(name);
        const Value is = value_there == found.fields.end() ? Value{} : value_there->second;
        const Value expected = id == 0 ? Value{} : value(static_cast<Place>(place), id);
        same = checks_->that(is == expected, "field " + name + " of somebody is another") && same;
    }
    std::multiset<std::string> identifiers;
    for (const Identifier& identifier : found.identifiers) {
        identifiers.insert(identifier_kind_name(identifier) + " " + identifier.value);
    }
    std::multiset<std::string> expected;
    const auto add = [&](CanaryId id) {
        if (id != 0) {
            expected.insert(identifier_kind_name(Turn::identifier(canaries_, id)) + " " +
                            canaries_.text(id));
        }
    };
    add(person.at[email]);
    add(person.at[phone]);
    add(person.at[external]);
    std::for_each(person.more.begin(), person.more.end(), add);
    checks_->that(identifiers == expected, "the identifiers of somebody are others");
    checks_->that(found.source ==
                      (person.at[source] == 0 ? "import" : canaries_.text(person.at[source])),
                  "somebody's source");
    const auto choice = found.fields.find("interests");
    checks_->that(
        (choice == found.fields.end() || std::holds_alternative<std::monostate>(choice->second)
             ? std::string()
             : std::get<std::vector<std::string>>(choice->second).front()) == person.choice,
        "somebody's interests");
    const auto memberships = Organisations(at.engine()).of(person.id);
    checks_->that(person.organisation == OrganisationId{}
                      ? memberships.empty()
                      : memberships.size() == 1 &&
                            memberships[0].organisation == person.organisation &&
                            memberships[0].role == canaries_.text(person.at[role]),
                  "somebody's organisation");
    check_ledger(at, person);
}

void Crowd::check_ledger(Connection& at, const Person& person) {
    std::multiset<std::string> found;
    for (const ConsentEvent& event : Consent(at.engine()).history(person.id)) {
        const Evidence& e = event.evidence;
        if (!e.document.empty()) {
            found.insert(e.document + e.form + e.submission + e.user_agent + e.note);
        }
    }
    std::multiset<std::string> expected;
    for (const EventCanaries& event : person.events) {
        std::string all;
        for (const CanaryId id : event) {
            all += canaries_.text(id);
        }
        expected.insert(std::move(all));
    }
    checks_->that(found == expected, "the ledger of somebody is another");
}

} // namespace habeas::e2e

#include "faults/scenario.hpp"

#include "habeas/definitions.hpp"
#include "habeas/erasure.hpp"

#include <array>

namespace habeas::faults {
namespace {

constexpr std::array people{"ann", "ben", "cem", "dea", "eva", "fay", "gus", "hal", "ida", "jon"};

Purpose purpose(const std::string& code, Basis basis, PurposeKind kind,
                std::vector<Channel> channels) {
    Purpose out;
    out.code = code;
    out.basis = basis;
    out.kind = kind;
    out.channels = std::move(channels);
    return out;
}

Field field(const std::string& name, FieldType type, FieldClass how = FieldClass::personal) {
    Field out;
    out.name = name;
    out.type = type;
    out.field_class = how;
    return out;
}

std::vector<Channel> channels_of(const std::string& code) {
    return code == "newsletter" ? std::vector{Channel::email, Channel::sms}
                                : std::vector{Channel::post};
}

} // namespace

const std::vector<Scenario>& scenarios() {
    static const std::vector<Scenario> all{creation(),     import(),      consent(),
                                           subjects(),     erasure(),     migration(),
                                           key_rotation(), definitions(), two_handles()};
    return all;
}

Step close_and_open() {
    return {"close and open", [](Run& run) {
                run.close();
                (void)run.engine();
            }};
}

std::string mark(const std::string& name, const std::string& what) {
    const base::Hash256 hash = base::hash256(name + '/' + what);
    std::string out;
    for (std::size_t at = 0; at < 24; ++at) {
        out += static_cast<char>('a' + hash[at] % 26);
    }
    return out;
}

std::string address_of(const std::string& name) {
    return mark(name, "address") + "@example.org";
}

SubjectInput person(const std::string& name) {
    SubjectInput input;
    input.source = "test";
    input.identifiers = {name_of(name)};
    input.fields["email"] = address_of(name);
    input.fields["last_name"] = mark(name, "last name");
    input.fields["country"] = std::string("DE");
    input.fields["note"] =
        mark(name, "note") + std::string(180, '.') + mark(name, "end of the note");
    input.fields["secret"] = mark(name, "secret");
    input.fields["topics"] = std::vector<std::string>{"cats", "dogs"};
    return input;
}

std::vector<std::string> marks_of(const std::string& name) {
    std::vector<std::string> out;
    for (const char* what :
         {"address", "last name", "note", "end of the note", "secret", "evidence"}) {
        out.push_back(mark(name, what));
    }
    return out;
}

SubjectId id_of(const Run& run, const std::string& name) {
    return run.known.ids.at(name);
}

void remember(Run& run, const std::string& name, SubjectId id) {
    const FailingNew::Pause pause;
    run.known.ids[name] = id;
    run.known.given.insert(id);
}

void remember_suppressed(Run& run, const std::string& name) {
    const FailingNew::Pause pause;
    run.known.suppressed.insert(address_of(name));
    if (run.known.ids.count(name) != 0) {
        run.known.noes.push_back({name, "newsletter", Channel::email});
    }
}

void remember_erased(Run& run, const std::string& name) {
    const FailingNew::Pause pause;
    run.known.erased[name] = marks_of(name);
}

ConsentEvent event(const Run& run, const std::string& name, EventKind kind,
                   const std::string& purpose, Channel channel) {
    ConsentEvent out;
    out.subject = id_of(run, name);
    out.kind = kind;
    out.purpose = purpose;
    out.channel = channel;
    out.evidence.note = mark(name, "evidence");
    if (kind == EventKind::granted || kind == EventKind::requested) {
        out.evidence.method = "form";
        out.evidence.text_version = 1;
    }
    return out;
}

void remember_no(Run& run, const ConsentEvent& event, const std::string& name) {
    const FailingNew::Pause pause;
    const std::vector<std::string> codes = event.purpose.empty()
                                               ? std::vector<std::string>{"newsletter", "letters"}
                                               : std::vector{event.purpose};
    for (const std::string& code : codes) {
        for (const Channel channel : channels_of(code)) {
            if (event.channel == Channel::any || event.channel == channel) {
                run.known.noes.push_back({name, code, channel});
            }
        }
    }
}

void forget_noes(Run& run, const std::string& name) {
    const FailingNew::Pause pause;
    std::erase_if(run.known.noes, [&](const Known::No& no) { return no.name == name; });
}

Step record(const std::string& name, EventKind kind, const std::string& purpose, Channel channel,
            const std::string& scope) {
    const std::string title = name + ": " + std::string(event_kind_name(kind)) + " " + purpose;
    return {title, [=](Run& run) {
                ConsentEvent each = event(run, name, kind, purpose, channel);
                each.scope = scope;
                Consent(run.engine()).record(each);
                const bool yes = kind == EventKind::granted || kind == EventKind::requested ||
                                 kind == EventKind::restriction_lifted;
                if (!yes) {
                    remember_no(run, each, name);
                }
            }};
}

void declare(store::Engine& engine) {
    Definitions(engine).apply(
        R"({"habeas_definitions":1,"settings":{"controller":{"name":"Shop","country":"DE"},)"
        R"("default_country":"DE"}})");
    Fields fields(engine);
    fields.define(field("note", FieldType::longtext));
    fields.define(field("secret", FieldType::text, FieldClass::sealed));
    Field topics = field("topics", FieldType::multiselect);
    topics.choices = {{"cats", {}}, {"dogs", {}}, {"fish", {}}};
    fields.define(topics);
    Purposes purposes(engine);
    Purpose newsletter = purpose("newsletter", Basis::consent, PurposeKind::marketing,
                                 {Channel::email, Channel::sms});
    TextVersion words;
    words.texts = {{"en", "We may write to you.", "Yes"}};
    newsletter.texts = {words};
    purposes.define(newsletter);
    Purpose letters =
        purpose("letters", Basis::legitimate_interests, PurposeKind::marketing, {Channel::post});
    letters.balancing_test = true;
    purposes.define(letters);
    purposes.define(
        purpose("orders", Basis::contract, PurposeKind::transactional, {Channel::post}));
}

void open_shop(Run& run) {
    run.create();
    declare(run.engine());
    std::vector<ConsentEvent> grants;
    for (const char* name : people) {
        remember(run, name, Subjects(run.engine()).create(person(name)));
        if (std::string_view(name) != "jon") {
            grants.push_back(event(run, name, EventKind::granted, "newsletter"));
        }
    }
    Consent(run.engine()).record(grants);
    run.close();
}

void go_on(Run& run) {
    store::Engine& engine = run.engine();
    Subjects subjects(engine);
    Consent consent(engine);
    const auto create = [&](const std::string& name) {
        remember(run, name, subjects.create({{}, {name_of(name)}, {}}));
    };
    const bool declared = Purposes(engine).find("newsletter").has_value();
    if (!declared) {
        declare(engine);
    }
    Field later = field("later", FieldType::text);
    Fields(engine).define(later);
    for (const char* name : {"new 1", "new 2", "new 3", "new 4"}) {
        create(name);
    }
    SubjectInput input;
    input.fields["later"] = mark("new 1", "later");
    subjects.update(id_of(run, "new 1"), input);
    (void)subjects.upsert(std::array{SubjectInput{{}, {name_of("new 5")}, {}},
                                     SubjectInput{input.fields, {name_of("new 2")}, {}}});
    consent.record(event(run, "new 1", EventKind::granted, "newsletter"));
    consent.record(event(run, "new 1", EventKind::withdrawn, "newsletter"));
    consent.suppress({IdentifierKind::email, {}, address_of("new 3")}, "objection", "marketing");
    consent.unsuppress({IdentifierKind::email, {}, address_of("new 3")}, "signed up again");
    subjects.merge(id_of(run, "new 1"), id_of(run, "new 2"));
    const ErasureResult one = Erasure(engine).execute(id_of(run, "new 1"));
    if (one.state != ErasureState::physical) {
        throw Error(Errc::internal, "an erasure without readers stays pending");
    }
    Erasure(engine).execute(std::array{id_of(run, "new 3"), id_of(run, "new 4")});
    Fields(engine).remove("later");
    Purposes(engine).add_text("newsletter", {0, false, {{"en", "More words.", "Yes"}}, {}, {}});
    engine.tick();
    engine.rotate_key({});
    create("new 6");
}

} // namespace habeas::faults

// Whose a submission is, and what of it goes into the profile (the rule is in the README).
#include "forms/submission.hpp"
#include "forms/words.hpp"
#include "subjects/field_set.hpp"
#include "subjects/lookup.hpp"

#include <array>

namespace habeas::forms {
namespace {

/// What may be added to somebody whom nobody has identified: only what is blank, and never an
/// address, what decisions rest on, or special categories.
bool may_add(const subjects::FieldInfo& info, const Subject& known) {
    auto found = known.fields.find(info.field.name);
    const bool blank =
        found == known.fields.end() || std::holds_alternative<std::monostate>(found->second);
    return blank && info.role == subjects::Role::none &&
           info.field.field_class == FieldClass::personal;
}

/// An e-mail address or telephone number that was sent, and whose it is.
struct Address {
    const FormField* field = nullptr; ///< null: none was sent
    std::optional<SubjectId> owner;
};

Address sent_address(store::Engine& engine, const Arrival& arrival,
                     const subjects::FieldSet& fields, IdentifierKind kind) {
    const subjects::FieldInfo* info =
        fields.find(kind == IdentifierKind::email ? subjects::Role::email : subjects::Role::phone);
    for (const FormField* field : arrival.answers.asked) {
        const auto& values = arrival.answers.of(field->name);
        if (info != nullptr && !values.empty() && field->maps_to == info->field.name) {
            const Identifier identifier{kind, "", values.front()};
            return {field, subjects::find(engine, subjects::normalise(engine, identifier))};
        }
    }
    return {};
}

std::optional<SubjectId> owner_of(const std::array<Address, 2>& addresses, const FormField* field) {
    for (const Address& each : addresses) {
        if (each.field == field) {
            return each.owner;
        }
    }
    return std::nullopt;
}

bool has(const Subject& known, const std::string& field, const Value& value) {
    auto found = known.fields.find(field);
    return found != known.fields.end() && found->second == value;
}

/// An error of the profile at the field of the form that brought the value.
void blame(Arrival& arrival, const Error& error) {
    std::string name;
    for (const FormField* field : arrival.answers.asked) {
        if (!field->maps_to.empty() && field->maps_to == error.where()) {
            name = field->name;
        }
    }
    arrival.answers.errors[name] = word(Word::taken, arrival.shown.language);
}

/// Of a stranger's submission only what may be added to `known`; null: all of it. Never an address
/// that is another person's, unless the host has identified who sent it.
SubjectInput input_of(store::Engine& engine, Arrival& arrival, const subjects::FieldSet& fields,
                      const Subject* known, const std::array<Address, 2>& addresses) {
    SubjectInput out;
    out.source = "form:" + arrival.code();
    for (const FormField* field : arrival.answers.asked) {
        const subjects::FieldInfo* info = fields.find(field->maps_to);
        const auto& values = arrival.answers.of(field->name);
        if (info == nullptr || info->field.retired) {
            if (!field->maps_to.empty() && !values.empty()) { // gone since the page was made
                arrival.not_taken.push_back(field->name);
            }
            continue;
        }
        if (const auto owner = owner_of(addresses, field); owner && !arrival.identified) {
            if (*owner != arrival.subject) {
                arrival.not_taken.push_back(field->name);
            }
        } else if (!values.empty()) {
            Value value = subjects::parse_value(engine, info->field, field_text(*field, values));
            if (known == nullptr || may_add(*info, *known)) {
                out.fields[info->field.name] = std::move(value);
            } else if (!has(*known, info->field.name, value)) {
                arrival.not_taken.push_back(field->name);
            }
        }
        // An empty box of an identified person is a no; any other blank says nothing.
        const bool box =
            field->type == FormFieldType::checkbox || field->type == FormFieldType::checkbox_switch;
        if (values.empty() && arrival.identified && box && info->field.type == FieldType::boolean) {
            out.fields[info->field.name] = false;
        }
    }
    return out;
}

} // namespace

bool write_person(store::Engine& engine, Arrival& arrival) {
    const auto fields = subjects::field_set(engine, FieldOwner::subject);
    const std::array<Address, 2> addresses{
        sent_address(engine, arrival, *fields, IdentifierKind::email),
        sent_address(engine, arrival, *fields, IdentifierKind::phone)};
    // People share telephones: beside an e-mail address a number finds nobody.
    const Address& who = addresses[addresses[0].field != nullptr ? 0 : 1];
    arrival.identified = arrival.context.subject.has_value();
    if (arrival.identified) {
        arrival.subject = subjects::require(engine, *arrival.context.subject);
    } else if (who.owner) {
        arrival.subject = *who.owner;
    } else if (who.field == nullptr) {
        arrival.answers.errors[""] = word(Word::required, arrival.shown.language);
        return false;
    } else {
        arrival.created = true;
    }
    Subjects subjects(engine);
    if (arrival.created) {
        try {
            arrival.subject =
                subjects.create(input_of(engine, arrival, *fields, nullptr, addresses));
        } catch (const Error& error) {
            if (error.code() != Errc::invalid && error.code() != Errc::exists) {
                throw;
            }
            blame(arrival, error);
            return false;
        }
        return true;
    }
    const Subject known = subjects::load(engine, arrival.subject);
    SubjectInput input =
        input_of(engine, arrival, *fields, arrival.identified ? nullptr : &known, addresses);
    input.source.clear();
    if (input.fields.empty()) {
        return true;
    }
    try {
        store::Engine::Write part(engine);
        subjects.update(arrival.subject, input);
        part.commit();
    } catch (const Error& error) {
        if (error.code() != Errc::invalid && error.code() != Errc::exists) {
            throw;
        }
        if (!arrival.identified) {
            for (const FormField* field : arrival.answers.asked) { // nothing of it was written
                if (input.fields.contains(field->maps_to)) {
                    arrival.not_taken.push_back(field->name);
                }
            }
            return true;
        }
        blame(arrival, error);
        return false;
    }
    return true;
}

} // namespace habeas::forms

// Whose a submission is, and what of it goes into the profile (the rule is in the README).
#include "forms/submission.hpp"
#include "forms/words.hpp"
#include "subjects/field_set.hpp"
#include "subjects/lookup.hpp"

namespace habeas::forms {
namespace {

bool is_identifier(const subjects::FieldInfo& info) {
    return info.role == subjects::Role::email || info.role == subjects::Role::phone;
}

/// What may be added to somebody whom nobody has identified: only what is blank, and never an
/// address, what decisions rest on, or special categories.
bool may_add(const subjects::FieldInfo& info, const Subject& known) {
    auto found = known.fields.find(info.field.name);
    const bool blank =
        found == known.fields.end() || std::holds_alternative<std::monostate>(found->second);
    return blank && info.role == subjects::Role::none &&
           info.field.field_class == FieldClass::personal;
}

std::optional<SubjectId> find_person(store::Engine& engine, const Arrival& arrival,
                                     const subjects::FieldSet& fields) {
    for (subjects::Role role : {subjects::Role::email, subjects::Role::phone}) {
        const subjects::FieldInfo* info = fields.find(role);
        for (const FormField* field : arrival.answers.asked) {
            const auto& values = arrival.answers.of(field->name);
            if (info == nullptr || values.empty() || field->maps_to != info->field.name) {
                continue;
            }
            Identifier identifier;
            identifier.kind =
                role == subjects::Role::email ? IdentifierKind::email : IdentifierKind::phone;
            identifier.value = values.front();
            if (auto found = subjects::find(engine, subjects::normalise(engine, identifier))) {
                return found;
            }
        }
    }
    return std::nullopt;
}

bool has_identifier(const Arrival& arrival, const subjects::FieldSet& fields) {
    for (const FormField* field : arrival.answers.asked) {
        const subjects::FieldInfo* info = fields.find(field->maps_to);
        if (info != nullptr && is_identifier(*info) && !arrival.answers.of(field->name).empty()) {
            return true;
        }
    }
    return false;
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

/// Of a stranger's submission only what may be added to `known`; null: all of it.
SubjectInput input_of(store::Engine& engine, const Arrival& arrival,
                      const subjects::FieldSet& fields, const Subject* known) {
    SubjectInput out;
    out.source = "form:" + arrival.code();
    for (const FormField* field : arrival.answers.asked) {
        const subjects::FieldInfo* info = fields.find(field->maps_to);
        const auto& values = arrival.answers.of(field->name);
        if (info == nullptr) {
            continue;
        }
        if (!values.empty() && (known == nullptr || may_add(*info, *known))) {
            out.fields[info->field.name] =
                subjects::parse_value(engine, info->field, field_text(*field, values));
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
    arrival.identified = arrival.context.subject.has_value();
    if (arrival.identified) {
        arrival.subject = subjects::require(engine, *arrival.context.subject);
    } else if (auto found = find_person(engine, arrival, *fields)) {
        arrival.subject = *found;
    } else if (!has_identifier(arrival, *fields)) {
        arrival.answers.errors[""] = word(Word::required, arrival.shown.language);
        return false;
    } else {
        arrival.created = true;
    }
    Subjects subjects(engine);
    if (arrival.created) {
        try {
            arrival.subject = subjects.create(input_of(engine, arrival, *fields, nullptr));
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
    SubjectInput input = input_of(engine, arrival, *fields, arrival.identified ? nullptr : &known);
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
            return true; // what does not fit is kept with the submission alone
        }
        blame(arrival, error);
        return false;
    }
    return true;
}

} // namespace habeas::forms

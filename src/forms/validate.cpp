#include "forms/validate.hpp"

#include "base/text.hpp"
#include "forms/words.hpp"
#include "subjects/field_set.hpp"
#include "subjects/lookup.hpp"

#include <algorithm>

namespace habeas::forms {
namespace {

using Type = FormFieldType;

constexpr std::size_t max_value_bytes = 20'000;
constexpr std::size_t max_values = 500;

bool is_box(const FormField& field) {
    return field.type == Type::checkbox || field.type == Type::checkbox_switch ||
           field.type == Type::button;
}

/// One yes, or none: any way to write it means the same.
bool says_yes(const FormField& field) {
    return is_box(field) || (is_consent(field) && !by_channel(field));
}

Word wrong_word(const FormField& field) {
    switch (field.type) {
    case Type::email:
        return Word::invalid_email;
    case Type::tel:
        return Word::invalid_phone;
    case Type::url:
        return Word::invalid_url;
    case Type::number:
        return Word::invalid_number;
    case Type::date:
    case Type::datetime:
    case Type::time:
        return Word::invalid_date;
    default:
        return Word::invalid;
    }
}

/// What a required field says that was left out.
Word missing_word(const FormField& field) {
    switch (field.type) {
    case Type::radio:
    case Type::select:
    case Type::country:
        return Word::invalid_choice;
    default:
        return is_consent(field) || is_box(field) ? Word::consent_required : Word::required;
    }
}

/// Whose reader says whether a value is one of this type; nothing: any text is.
std::optional<FieldType> reader_of(Type type) {
    switch (type) {
    case Type::email:
        return FieldType::email;
    case Type::tel:
        return FieldType::phone;
    case Type::url:
        return FieldType::url;
    case Type::number:
        return FieldType::number;
    case Type::date:
        return FieldType::date;
    case Type::datetime:
        return FieldType::datetime;
    case Type::time:
        return FieldType::time;
    default:
        return std::nullopt;
    }
}

/// Throws Errc::invalid.
void check_shape(store::Engine& engine, const FormField& field, const std::string& value) {
    if (const auto type = reader_of(field.type)) {
        Field read_as;
        read_as.name = field.name;
        read_as.type = *type;
        static_cast<void>(subjects::parse_value(engine, read_as, field_text(field, {value})));
    }
}

class Validator {
  public:
    Validator(store::Engine& engine, const StoredForm& form, const Sent& sent, std::string language,
              const std::optional<Subject>& person)
        : engine_(engine), form_(form), sent_(sent), language_(std::move(language)),
          person_(person), fields_(subjects::field_set(engine, FieldOwner::subject)) {}

    Answers run() {
        for (const FormField& field : form_.info.form.fields) {
            if (!is_input(field) || field.type == Type::honeypot ||
                !asked(engine_, form_, field, person_) || !holds(field.conditions, out_)) {
                continue;
            }
            out_.asked.push_back(&field);
            one(field);
        }
        return std::move(out_);
    }

  private:
    void fail(const FormField& field, Word why) {
        out_.errors.emplace(field.name, word(why, language_));
    }

    void one(const FormField& field) {
        std::vector<std::string> values;
        auto [begin, end] = sent_.equal_range(field.name);
        for (auto at = begin; at != end; ++at) {
            if (values.size() >= max_values || at->second.size() > max_value_bytes ||
                base::invalid_utf8(at->second)) {
                fail(field, Word::invalid);
                return;
            }
            const std::string value(base::trim(at->second));
            if (!value.empty()) {
                values.push_back(value);
            }
        }
        if (values.size() > 1 && !takes_many(field)) {
            fail(field, Word::invalid);
            return;
        }
        for (const std::string& value : values) {
            if (!legible(field, value)) {
                fail(field, Word::invalid);
                return;
            }
        }
        std::sort(values.begin(), values.end());
        values.erase(std::unique(values.begin(), values.end()), values.end());
        if (is_box(field) && !values.empty() && !is_yes(values.front()) &&
            field.type != Type::button) {
            values.clear();
        }
        if (values.empty()) {
            if (field.required && field.type != Type::hidden) {
                fail(field, missing_word(field));
            }
            return;
        }
        if (!check(field, values)) {
            return;
        }
        if (says_yes(field) && is_yes(values.front())) {
            values = {"yes"}; // as a page of habeas's own sends it
        }
        out_.values[field.name] = std::move(values);
    }

    static bool legible(const FormField& field, const std::string& value) {
        try {
            base::require_text(value, field.name, field.type == Type::textarea, max_value_bytes);
            return true;
        } catch (const Error&) {
            return false;
        }
    }

    bool check(const FormField& field, const std::vector<std::string>& values) {
        if (is_consent(field)) {
            return check_consent(field, values);
        }
        const bool listed = field.type == Type::select || field.type == Type::radio ||
                            field.type == Type::country || takes_many(field);
        if (listed) {
            const std::vector<Choice> choices = choices_of(engine_, field);
            for (const std::string& value : values) {
                if (std::none_of(choices.begin(), choices.end(),
                                 [&](const Choice& each) { return each.value == value; })) {
                    fail(field, Word::invalid_choice);
                    return false;
                }
            }
        }
        try {
            for (const std::string& value : values) {
                check_shape(engine_, field, value);
            }
            if (const subjects::FieldInfo* info = fields_->find(field.maps_to)) {
                static_cast<void>(
                    subjects::parse_value(engine_, info->field, field_text(field, values)));
            }
        } catch (const Error& error) {
            if (error.code() != Errc::invalid) {
                throw;
            }
            fail(field, wrong_word(field));
            return false;
        }
        return true;
    }

    bool check_consent(const FormField& field, const std::vector<std::string>& values) {
        auto purpose = Purposes(engine_).find(field.purposes.front());
        for (const std::string& value : values) {
            bool known = value == "yes" || value == "no" || value == "true";
            if (by_channel(field)) {
                const auto channels = channels_of(field, purpose.value());
                known = std::any_of(channels.begin(), channels.end(),
                                    [&](Channel each) { return channel_name(each) == value; });
            }
            if (!known) {
                fail(field, Word::invalid_choice);
                return false;
            }
        }
        if (field.required && values.front() == "no") {
            fail(field, Word::consent_required);
            return false;
        }
        return true;
    }

    store::Engine& engine_;
    const StoredForm& form_;
    const Sent& sent_;
    std::string language_;
    const std::optional<Subject>& person_;
    std::shared_ptr<const subjects::FieldSet> fields_;
    Answers out_;
};

} // namespace

const std::vector<std::string>& Answers::of(const std::string& field) const {
    static const std::vector<std::string> none;
    auto found = values.find(field);
    return found == values.end() ? none : found->second;
}

bool Answers::ticked(const FormField& field) const {
    const auto& sent = of(field.name);
    return !sent.empty() && is_yes(sent.front());
}

bool is_yes(const std::string& value) {
    return !value.empty() && value != "no" && value != "false" && value != "0";
}

bool holds(const std::vector<FormCondition>& conditions, const Answers& answers) {
    return std::all_of(conditions.begin(), conditions.end(), [&](const FormCondition& each) {
        const std::vector<std::string>& sent = answers.of(each.field);
        const bool box = std::any_of(answers.asked.begin(), answers.asked.end(), [&](auto* field) {
            return field->name == each.field && says_yes(*field);
        });
        auto wanted = [&](const std::string& value) {
            return std::any_of(each.values.begin(), each.values.end(), [&](const auto& one) {
                return one == value || (box && is_yes(one) && is_yes(value));
            });
        };
        const bool any =
            each.values.empty() ? !sent.empty() : std::any_of(sent.begin(), sent.end(), wanted);
        return any != each.negated;
    });
}

std::string field_text(const FormField& field, const std::vector<std::string>& values) {
    if (is_box(field)) {
        return "yes";
    }
    std::string out;
    for (const std::string& value : values) {
        out += (out.empty() ? "" : "|") + value;
    }
    // Browsers send the local date and time without seconds and zone; it is read as UTC.
    constexpr std::size_t minutes = std::string_view("2026-01-31T10:00").size();
    if (field.type == Type::datetime && out.size() == minutes) {
        out += ":00Z";
    }
    return out;
}

Answers validate(store::Engine& engine, const StoredForm& form, const Sent& sent,
                 const std::string& language, const std::optional<Subject>& person) {
    return Validator(engine, form, sent, language, person).run();
}

} // namespace habeas::forms

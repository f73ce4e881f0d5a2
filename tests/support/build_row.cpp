#include "support/decision_rows.hpp"

#include "habeas/erasure.hpp"

#include <stdexcept>

namespace habeas::test {
namespace {

/// Does one step after the other through the public interface.
class Builder {
  public:
    explicit Builder(Store& store) : store_(store) {
        built_.subject = SubjectId{999'999}; // nobody, until somebody is created
        built_.email = "someone@example.com";
        built_.phone = "+4930123456";
    }

    void operator()(const Purpose& purpose) { Purposes(store_).define(purpose); }
    void operator()(const AddText& text) { Purposes(store_).add_text(text.purpose, text.version); }
    void operator()(const Retire& retire) { Purposes(store_).retire(retire.purpose); }
    void operator()(const Processor& processor) { Processors(store_).define(processor); }
    void operator()(const Person& person) {
        SubjectInput input;
        input.source = "api";
        input.fields["email"] = built_.email;
        input.fields["phone"] = built_.phone;
        if (!person.country.empty()) {
            input.fields["country"] = person.country;
        }
        if (!person.date_of_birth.empty()) {
            input.fields["date_of_birth"] = person.date_of_birth;
        }
        if (person.corporate) {
            input.fields["recipient_type"] = std::string("corporate");
        }
        built_.subject = Subjects(store_).create(input);
    }
    void operator()(const ConsentEvent& event) {
        ConsentEvent mine = event;
        mine.subject = built_.subject;
        Consent(store_).record(mine);
    }
    void operator()(const Suppress& suppress) {
        Consent(store_).suppress({IdentifierKind::email, "", built_.email}, "objection",
                                 suppress.scope);
        Consent(store_).suppress({IdentifierKind::phone, "", built_.phone}, "objection",
                                 suppress.scope);
    }
    void operator()(const Erase& erase) {
        ErasureOptions options;
        options.suppress = erase.suppress;
        Erasure(store_).execute(built_.subject, options);
    }
    [[nodiscard]] const BuiltRow& built() const { return built_; }

  private:
    Store& store_;
    BuiltRow built_;
};

} // namespace

BuiltRow build_row(const DecisionRow& row, Store& store,
                   const std::function<void(Time)>& set_clock) {
    Builder builder(store);
    Time last = Time::min();
    for (const Step& step : row.steps) {
        if (step.when < last) {
            throw std::runtime_error(row.id + ": the steps are not in order of time");
        }
        last = step.when;
        set_clock(step.when);
        std::visit(builder, step.act);
    }
    return builder.built();
}

} // namespace habeas::test

// A submission on its way: what the parts of it share.
#pragma once

#include "forms/shown.hpp"
#include "forms/validate.hpp"

namespace habeas::forms {

struct Arrival {
    StoredForm form;
    Shown shown;
    Answers answers;
    SubmissionContext context; ///< the address is truncated
    SubjectId subject{};
    SubmissionId id{};
    bool identified = false;
    bool created = false; ///< the person was not known before
    std::vector<std::string> not_taken;

    [[nodiscard]] const std::string& code() const { return form.info.form.code; }
    /// May what was sent take the place of what is known?
    [[nodiscard]] bool trusted() const { return identified || created; }
};

/// Finds or makes the person and writes what may be written. False: see answers.errors.
bool write_person(store::Engine& engine, Arrival& arrival);
/// Records what was ticked; sends the mail that asks for confirmation.
void write_consents(store::Engine& engine, Arrival& arrival, SubmissionResult& result);
void run_actions(store::Engine& engine, Arrival& arrival, SubmissionResult& result);
/// What people see afterwards; by the definition alone, for the honeypot too.
void set_answer(const Form& form, const Answers& answers, const std::string& language,
                SubmissionResult& result);
/// Counts; true: too often.
bool too_often(store::Engine& engine, const StoredForm& form, const std::string& source);

} // namespace habeas::forms

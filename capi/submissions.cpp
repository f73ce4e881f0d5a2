// What people sent with forms.
#include "habeas/form.hpp"

#include "convert.hpp"
#include "values_json.hpp"
#include "write.hpp"

#include <charconv>

namespace habeas::capi {

std::multimap<std::string, std::string> form_values(const Json& object,
                                                    const std::string& pointer) {
    if (!object.is_object()) {
        refuse_at(pointer, "write an object");
    }
    std::multimap<std::string, std::string> out;
    for (const auto& [name, value] : object.items()) {
        const std::string at = below(pointer, name);
        if (!value.is_array()) {
            out.emplace(name, text_at(value, at));
            continue;
        }
        for (std::string& each : texts_at(value, at)) {
            out.emplace(name, std::move(each));
        }
    }
    return out;
}

} // namespace habeas::capi

using namespace habeas::capi;
using habeas::Forms;
using habeas::SubmissionId;

namespace {

habeas::SubmissionContext context_in(const char* data, std::size_t size) {
    const Json document = parse_options(data, size, "context");
    ObjectReader in(document, "");
    habeas::SubmissionContext context;
    in.read("ip", context.ip);
    in.read("user_agent", context.user_agent);
    in.read("language", context.language);
    in.read("page", context.page);
    in.read("subject", context.subject);
    in.finish();
    return context;
}

Json result_json(const habeas::SubmissionResult& result) {
    constexpr const char* outcomes[] = {"accepted", "invalid", "rate_limited"};
    return {{"outcome", outcomes[static_cast<std::size_t>(result.outcome)]},
            {"submission", number_json(result.id)},
            {"subject", number_json(result.subject)},
            {"errors", texts_json(result.errors)},
            {"message", result.message},
            {"redirect", result.redirect},
            {"requests", numbers_json(result.requests)},
            {"messages", numbers_json(result.messages)},
            {"optin", number_json(result.optin)},
            {"not_taken", result.not_taken}};
}

Json submission_json(const habeas::Submission& submission) {
    return {{"submission", number(submission.id)},
            {"subject", number(submission.subject)},
            {"form", submission.form},
            {"version", submission.version},
            {"language", submission.language},
            {"page", submission.page},
            {"at", habeas::format_time(submission.at)},
            {"identified", submission.identified},
            {"values", texts_json(submission.values)}};
}

} // namespace

extern "C" {

habeas_status habeas_form_submit(habeas_store* store, const char* code, size_t code_size,
                                 const char* values, size_t values_size, const char* context,
                                 size_t context_size, habeas_string* result) {
    return guard([&] {
        expect(result, "result");
        const std::string which = string_in(code, code_size, "code");
        const auto sent = form_values(parse_document(values, values_size, "values"), "");
        const habeas::SubmissionContext around = context_in(context, context_size);
        write_and_give(store, result, [&](habeas::Store& in) {
            return result_json(Forms(in).submit(which, sent, around));
        });
    });
}

habeas_status habeas_form_confirm(habeas_store* store, const char* token, size_t token_size,
                                  int64_t* submission) {
    return guard([&] {
        expect(submission, "submission");
        const std::string_view given = text_in(token, token_size, "token");
        const StoreUse use(store);
        habeas::Optins optins(use.store());
        const auto before = optins.look_up(given);
        const bool used = before && before->state == habeas::OptinState::confirmed;
        const auto found = optins.confirm(given); // a wrong one is counted
        if (found && !used && !found->consents.empty()) {
            const std::string& number = found->consents.front().evidence.submission;
            std::from_chars(number.data(), number.data() + number.size(), *submission);
        }
    });
}

habeas_status habeas_form_submission(habeas_store* store, int64_t submission,
                                     habeas_string* document) {
    return guard([&] {
        expect(document, "document");
        give_json(
            document,
            submission_json(Forms(StoreUse(store).store()).submission(SubmissionId{submission})));
    });
}

habeas_status habeas_form_submissions(habeas_store* store, const char* code, size_t code_size,
                                      int64_t subject, size_t limit, int64_t after,
                                      habeas_string* submissions) {
    return guard([&] {
        expect(submissions, "submissions");
        const std::string which = string_in(code, code_size, "code");
        const auto whose = subject == 0 ? std::nullopt : std::optional(subject_in(subject));
        const std::size_t most = limit_in(limit);
        Json out = Json::array();
        for (const habeas::Submission& each :
             Forms(StoreUse(store).store()).submissions(which, whose, most, SubmissionId{after})) {
            out.push_back(submission_json(each));
        }
        give_json(submissions, out);
    });
}
}

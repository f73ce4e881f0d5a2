// Short ways to say what the tests of consent say often.
#pragma once

#include "catch.hpp"
#include "habeas/habeas.hpp"
#include "support/store.hpp"
#include "unit/base/expect_error.hpp"

#include <string>
#include <vector>

namespace habeas::test {

/// A store with the purposes newsletter (consent; e-mail and SMS; one text), orders (contract;
/// e-mail and post) and letters (legitimate interests; post).
struct Shop : TestStore {
    explicit Shop(Where where = memory) : TestStore(where) {
        Purpose newsletter = purpose("newsletter", Basis::consent, PurposeKind::marketing,
                                     {Channel::email, Channel::sms});
        newsletter.texts.push_back(words("We may write to you."));
        define(newsletter);
        define(purpose("orders", Basis::contract, PurposeKind::transactional,
                       {Channel::email, Channel::post}));
        Purpose letters = purpose("letters", Basis::legitimate_interests, PurposeKind::marketing,
                                  {Channel::post});
        letters.balancing_test = true;
        define(letters);
    }

    static Purpose purpose(std::string code, Basis basis, PurposeKind kind,
                           std::vector<Channel> channels) {
        Purpose out;
        out.code = std::move(code);
        out.basis = basis;
        out.kind = kind;
        out.channels = std::move(channels);
        return out;
    }
    static TextVersion words(const std::string& text, std::optional<bool> material = {}) {
        TextVersion version;
        version.material_change = material;
        version.texts.push_back({"en", text, "Yes"});
        return version;
    }
    void define(const Purpose& each) { Purposes(store).define(each); }

    SubjectId person(const std::string& email, const std::string& country = "DE") {
        SubjectInput input;
        input.fields["email"] = email;
        if (!country.empty()) {
            input.fields["country"] = country;
        }
        return Subjects(store).create(input);
    }
    void set(SubjectId subject, const std::string& field, const std::string& value) {
        SubjectInput input;
        input.fields[field] = value;
        Subjects(store).update(subject, input);
    }

    static ConsentEvent event(SubjectId subject, EventKind kind, const std::string& code = {},
                              Channel channel = Channel::any) {
        ConsentEvent out;
        out.subject = subject;
        out.kind = kind;
        out.purpose = code;
        out.channel = channel;
        if (kind == EventKind::granted || kind == EventKind::requested) {
            out.evidence.method = "form";
            out.evidence.text_version = 1;
        }
        return out;
    }
    EventId record(const ConsentEvent& each) { return Consent(store).record(each); }
    EventId record(SubjectId subject, EventKind kind, const std::string& code = {},
                   Channel channel = Channel::any, const std::string& scope = {}) {
        ConsentEvent each = event(subject, kind, code, channel);
        each.scope = scope;
        return record(each);
    }

    std::string ask(SubjectId subject, const std::string& code, Channel channel = Channel::email,
                    const DecideOptions& options = {}) {
        return std::string(
            reason_code(Consent(store).may_process(subject, code, channel, options).reason));
    }
    std::string ask_at(SubjectId subject, const std::string& code, const std::string& at,
                       Channel channel = Channel::email) {
        DecideOptions options;
        options.at = parse_time(at);
        return ask(subject, code, channel, options);
    }
    void check_verify() {
        for (const Finding& finding : store.verify().findings) {
            CAPTURE(finding.code, finding.message);
            CHECK(finding.severity == Severity::notice);
        }
    }
};

} // namespace habeas::test

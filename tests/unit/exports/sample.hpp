// A store with one person of whom everything is known, and one of whom little is.
#pragma once

#include "habeas/habeas.hpp"
#include "support/store.hpp"

#include <string>
#include <vector>

namespace habeas::test {

inline Field make_field(std::string name, FieldType type, std::string german, std::string english,
                        FieldClass field_class = FieldClass::personal) {
    Field field;
    field.name = std::move(name);
    field.type = type;
    field.labels = {{"de", std::move(german)}, {"en", std::move(english)}};
    field.field_class = field_class;
    return field;
}

/// Every value that is a text carries a mark of its own, so that a test can look for all of them.
struct Sample {
    TestStore test;
    SubjectId zoe{}, other{};
    EventId requested{}, granted{}, withdrawn{};
    std::vector<std::string> marks;       ///< what the bundle of zoe must hold
    std::vector<std::string> other_marks; ///< and what it must not

    explicit Sample(TestStore::Where where = TestStore::memory) : test(where) {
        define();
        people();
        consents();
    }

    Store& store() { return test.store; }

    std::string mark(const std::string& text) {
        marks.push_back(text);
        return text;
    }

  private:
    void define() {
        test.store.set_setting("controller",
                               R"({"name":"Müller Versand GmbH","address":"Lange Straße 12\n10115 )"
                               R"(Berlin","country":"DE","email":"ds@mueller.example","phone":)"
                               R"("+49301234567","url":"https://mueller.example/ds",)"
                               R"("dpo":"Ines Adler"})");
        test.store.set_setting("time_zone", "Europe/Berlin");
        test.store.set_setting("place", "DE");
        Fields fields(test.store);
        fields.define(make_field("nickname", FieldType::text, "Rufname", "Nickname"));
        fields.define(make_field("vip", FieldType::boolean, "VIP-Kunde", "VIP customer"));
        fields.define(make_field("points", FieldType::number, "Punkte", "Points"));
        fields.define(make_field("balance", FieldType::money, "Guthaben", "Balance"));
        fields.define(make_field("seen", FieldType::datetime, "Zuletzt da", "Last seen"));
        Field tier = make_field("tier", FieldType::select, "Kundenstufe", "Tier");
        tier.choices = {{"gold", {{"de", "Goldkunde"}, {"en", "Gold customer"}}}, {"none", {}}};
        fields.define(tier);
        Field topics = make_field("topics", FieldType::multiselect, "Interessen", "Interests");
        topics.choices = {{"garden", {{"de", "Garten"}, {"en", "Garden"}}}, {"wine", {}}};
        fields.define(topics);
        fields.define(make_field("allergies", FieldType::longtext, "Allergien", "Allergies",
                                 FieldClass::sealed));
        Field internal = make_field("remark", FieldType::text, "Vermerk", "Remark");
        internal.in_exports = false;
        fields.define(internal);
        Field vat = make_field("vat", FieldType::text, "USt-IdNr.", "VAT number");
        vat.owner = FieldOwner::organisation;
        fields.define(vat);

        Purposes purposes(test.store);
        Purpose newsletter;
        newsletter.code = "newsletter";
        newsletter.labels = {{"de", "Rundbrief"}, {"en", "Newsletter"}};
        newsletter.descriptions = {{"de", "Neues aus dem Sortiment"}, {"en", "News of our range"}};
        newsletter.channels = {Channel::email, Channel::sms};
        newsletter.double_opt_in = true;
        newsletter.validity = "P24M";
        newsletter.retention = "P36M";
        newsletter.recipients = {"Mailjet SAS", "sipgate GmbH"};
        newsletter.texts = {{0,
                             {},
                             {{"de", mark("Ich möchte <den> Rundbrief."), mark("Ja & gern")},
                              {"en", "I want <the> newsletter.", "Yes, please"}},
                             {},
                             {}}};
        purposes.define(newsletter);
        Purpose orders;
        orders.code = "orders";
        orders.labels = {{"de", "Bestellungen"}, {"en", "Orders"}};
        orders.basis = Basis::contract;
        orders.kind = PurposeKind::transactional;
        orders.channels = {Channel::email};
        orders.recipients = {"DHL Paket GmbH"};
        purposes.define(orders);
        Purpose profiling;
        profiling.code = "profiling";
        profiling.labels = {{"en", "Recommendations"}};
        profiling.kind = PurposeKind::profiling;
        profiling.channels = {Channel::web};
        purposes.define(profiling);
    }

    void people() {
        Subjects subjects(test.store);
        SubjectInput input;
        input.source = mark("form:signup-2026");
        input.fields["email"] = mark("zoe@mark-one.example");
        input.fields["phone"] = mark("+4930111222333");
        input.fields["first_name"] = mark("Zoë");
        input.fields["last_name"] = mark("O'Mark-Two");
        input.fields["country"] = std::string("DE");
        input.fields["language"] = std::string("de");
        input.fields["date_of_birth"] = mark("1988-02-29");
        input.fields["nickname"] = mark("=cmd|' /C calc'!A0");
        input.fields["vip"] = true;
        input.fields["points"] = 12.5;
        input.fields["balance"] = mark("1234.50");
        input.fields["seen"] = mark("2026-05-31T23:59:59.123Z");
        input.fields["tier"] = std::string("gold");
        input.fields["topics"] = std::vector<std::string>{"garden", "wine"};
        input.fields["allergies"] = std::string("nuts-mark-three\n<script>alert(1)</script>");
        marks.emplace_back("nuts-mark-three");
        input.fields["remark"] = mark("internal-mark-four");
        input.identifiers = {{IdentifierKind::external, "shop", mark("K-mark-five")}};
        zoe = subjects.create(input);

        SubjectInput second;
        second.fields["email"] = std::string("other@mark-x.example");
        second.fields["last_name"] = std::string("Other-Mark-X");
        other = subjects.create(second);
        other_marks = {"other@mark-x.example", "Other-Mark-X"};

        Organisations organisations(test.store);
        Organisation garden;
        garden.name = mark("Gärtnerei Mark-Six");
        garden.fields["vat"] = mark("DE-mark-seven");
        OrganisationId id = organisations.create(garden);
        organisations.link(zoe, {id, mark("owner-mark-eight"), true});
    }

    void consents() {
        Consent consent(test.store);
        ConsentEvent event;
        event.subject = zoe;
        event.purpose = "newsletter";
        event.channel = Channel::email;
        event.kind = EventKind::requested;
        event.effective_at = test.clock.now();
        event.evidence.method = "form";
        event.evidence.text_version = 1;
        event.evidence.language = "de";
        event.evidence.form = mark("form-mark-nine");
        event.evidence.submission = mark("submission-mark-ten");
        event.evidence.document = mark("document-mark-eleven");
        event.evidence.user_agent = mark("agent-mark-twelve");
        event.evidence.note = mark("note-mark-thirteen");
        event.evidence.ip = "203.0.113.77";
        marks.emplace_back("203.0.113.0");
        requested = consent.record(event);
        test.clock.advance(std::chrono::minutes(10));
        event.kind = EventKind::granted;
        event.effective_at = test.clock.now();
        event.evidence.method = "email_link";
        granted = consent.record(event);
        test.clock.advance(std::chrono::hours(24));
        ConsentEvent no;
        no.subject = zoe;
        no.purpose = "newsletter";
        no.channel = Channel::sms;
        no.kind = EventKind::withdrawn;
        no.effective_at = test.clock.now();
        no.evidence.method = "phone";
        withdrawn = consent.record(no);
        test.clock.advance(std::chrono::hours(24));
    }
};

} // namespace habeas::test

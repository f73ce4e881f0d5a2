// Every command there is, in the order of the help.
#include "program.hpp"

namespace habeas::cli {

const std::vector<Group>& groups() {
    static const std::vector<Group> table{
        {"key", "the root key; its secret is never shown"},
        {"backup", "encrypted backups, of one moment while others write"},
        {"journal", "the restore journal: what no older file brings back"},
        {"setting", "controller, time_zone, base_url, sender and the like"},
        {"field", "typed fields of subjects and organisations"},
        {"purpose", "reasons for processing, with basis and texts"},
        {"subject", "people: create, find, show, update, merge"},
        {"identifier", "what finds a subject"},
        {"organisation", "whom subjects belong to"},
        {"import", "contacts and consents from CSV"},
        {"consent", "the ledger: record, state, history, receipt"},
        {"suppress", "the list of addresses nobody may write to"},
        {"erasure", "receipts and proofs of what was erased"},
        {"export", "one person's data, or many people's as CSV"},
        {"segment", "saved filters over people, and who is in them"},
        {"tag", "words that people are given"},
        {"request", "what people ask for: access, erasure and the like"},
        {"deadline", "statutory time limits, on your calendar"},
        {"holder", "places with data outside of the store, and what they answer"},
        {"template", "texts of messages, by language"},
        {"outbox", "messages that wait, went, or may not go"},
        {"gateway", "what sends: a mail server, Mailjet, a folder"},
        {"event", "what gateways tell of messages: delivered, bounced, marked as spam"},
        {"bounce", "mails that came back, and complaints about them"},
        {"form", "declared, held against the law, rendered, sent"},
        {"optin", "sign-ups to be confirmed (double opt-in)"},
        {"campaign", "what is done about people, step by step"},
        {"points", "lead scoring, of whom it is allowed"},
        {"retention", "what goes by itself, and when; who is kept"},
        {"processor", "who gets data: contracts, places, tools of chapter V"},
        {"place", "where data may go on a day, and what would stop"},
        {"breach", "the register of breaches: their clock, whom they hit, who was told"},
        {"notice", "the privacy notice, and consent texts held against the law"},
    };
    return table;
}

std::vector<Command> all_commands() {
    std::vector<Command> out;
    for (const auto& commands : {store_group::commands(),        backup_group::commands(),
                                 key_group::commands(),          definition_group::commands(),
                                 field_group::commands(),        purpose_group::commands(),
                                 subject_group::commands(),      identifier_group::commands(),
                                 organisation_group::commands(), import_group::commands(),
                                 consent_group::commands(),      decide_group::commands(),
                                 suppress_group::commands(),     erase_group::commands(),
                                 export_group::commands(),       query_group::commands(),
                                 verify_group::commands(),       segment_group::commands(),
                                 tag_group::commands(),          request_group::commands(),
                                 due_group::commands(),          holder_group::commands(),
                                 template_group::commands(),     outbox_group::commands(),
                                 gateway_group::commands(),      event_group::commands(),
                                 form_group::commands(),         submission_group::commands(),
                                 optin_group::commands(),        campaign_group::commands(),
                                 run_group::commands(),          points_group::commands(),
                                 retention_group::commands(),    migrate_group::commands(),
                                 processor_group::commands(),    breach_group::commands(),
                                 report_group::commands(),       serve_group::commands()}) {
        out.insert(out.end(), commands.begin(), commands.end());
    }
    return out;
}

} // namespace habeas::cli

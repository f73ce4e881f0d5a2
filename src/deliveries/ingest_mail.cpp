// Mails: what they prove, and what follows.
#include "base/contact.hpp"
#include "deliveries/ingest.hpp"
#include "exports/model.hpp"
#include "outbox/settings.hpp"
#include "subjects/lookup.hpp"

#include <algorithm>

namespace habeas::deliveries {
namespace {

/// In normal form; empty: it is none.
std::string normal(std::string_view address) {
    try {
        return base::normalise_email(address);
    } catch (const Error&) {
        return {};
    }
}

std::vector<std::string> normal_addresses(const ReportedEvent& event) {
    std::vector<std::string> out;
    for (const std::string& each : event.addresses) {
        if (std::string address = normal(each); !address.empty()) {
            out.push_back(std::move(address));
        }
    }
    return out;
}

} // namespace

/// Where a message to the same goes now.
std::string Ingest::present_address(const Found& found) const {
    if (found.internal) {
        try {
            return outbox::parse_mailbox(found.recipient, "to").address;
        } catch (const Error&) {
            return {};
        }
    }
    if (!found.subject) {
        return {};
    }
    return normal(
        exports::text_of(subjects::load(engine_, SubjectId{*found.subject}).fields, "email"));
}

bool Ingest::is_right(const outbox::ReturnToken& token, const std::string& address) const {
    bool out = false;
    for (const store::RootKey& root : engine_.keys().all()) {
        const base::SecretKey key = engine_.keys().subkey(root, store::Subkey::token);
        out = outbox::is_right(token, key, address) || out;
    }
    return out;
}

/// A token holds for one message to one address, also when both are gone. A Message-ID says which
/// message it was, and whoever got it knows it: it acts on nobody but them.
Ingest::Proof Ingest::prove(const MailReport& report, const ReportedEvent& event) const {
    const std::vector<std::string> reported = normal_addresses(event);
    for (const outbox::ReturnToken& token : report.tokens) {
        Proof out{token.message, find_number(token.message), {}, true};
        std::vector<std::string> candidates = reported;
        if (out.found) {
            candidates.insert(candidates.begin(), present_address(*out.found));
        }
        const auto right =
            std::find_if(candidates.begin(), candidates.end(),
                         [&](const auto& each) { return !each.empty() && is_right(token, each); });
        if (right != candidates.end()) {
            out.address = *right;
            out.acts = !out.found || !out.found->internal;
            return out;
        }
    }
    for (const std::string& reference : report.references) {
        Proof out{0, find_reference(reference), {}, false};
        if (!out.found) {
            continue;
        }
        out.message = out.found->message;
        const std::string address = present_address(*out.found);
        const bool same = !address.empty() &&
                          std::find(reported.begin(), reported.end(), address) != reported.end();
        // Feedback loops black out addresses; a complaint is the person's word from whichever.
        const bool unnamed = reported.empty() && event.kind == DeliveryKind::complained;
        out.address = same ? address : std::string();
        out.acts = (same || unnamed) && !out.found->internal;
        return out;
    }
    return {};
}

void Ingest::add(const MailReport& report) {
    if (report.events.empty()) {
        ++report_.received;
        ++report_.unread;
        return;
    }
    for (const ReportedEvent& each : report.events) {
        const Proof proof = prove(report, each);
        if (proof.message == 0) { // anybody's: keeping it would let anybody fill the store
            ++report_.received;
            ++report_.unmatched;
            continue;
        }
        GatewayEvent event;
        event.kind = each.kind;
        // No clock that is wrong puts it before the message, and so before the consent to it.
        event.at = std::max(each.at, proof.found ? proof.found->queued_at : 0);
        event.message = std::to_string(proof.message);
        event.address = proof.address;
        event.reason = each.reason;
        event.detail = proof.acts ? "acts" : ""; // a copy that proves more is another event
        event.acts = proof.acts;
        ++report_.received;
        take(event, proof.found);
    }
}

} // namespace habeas::deliveries

#include "consent/receipt.hpp"

#include "audit/ledger.hpp"
#include "base/hash.hpp"
#include "consent/facts.hpp"
#include "consent/purpose_json.hpp"
#include "consent/receipt_facts.hpp"
#include "habeas/error.hpp"
#include "store/engine.hpp"
#include "store/settings.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace habeas::consent {
namespace {

bool has_state(EventKind kind) noexcept {
    switch (kind) {
    case EventKind::requested:
    case EventKind::granted:
    case EventKind::refused:
    case EventKind::withdrawn:
    case EventKind::expired:
        return true;
    default:
        return false;
    }
}

bool channels_meet(Channel a, Channel b) noexcept {
    return a == Channel::any || b == Channel::any || a == b;
}

/// Did an earlier consent stand, so that this one reaffirms it? A withdrawal or refusal between the
/// two makes the later one a new consent.
bool reaffirms(const std::vector<ConsentEvent>& history, const ConsentEvent& event) {
    bool stands = false;
    for (const ConsentEvent& earlier : history) {
        if (earlier.id == event.id) {
            break;
        }
        bool same = (earlier.purpose == event.purpose || earlier.purpose.empty()) &&
                    channels_meet(earlier.channel, event.channel);
        if (same && earlier.kind == EventKind::granted) {
            stands = true;
        } else if (same &&
                   (earlier.kind == EventKind::withdrawn || earlier.kind == EventKind::refused)) {
            stands = false;
        }
    }
    return stands && event.kind == EventKind::granted;
}

ReceiptPurpose about(Purpose purpose, const ConsentEvent& event,
                     const std::vector<ConsentEvent>& history) {
    ReceiptPurpose about;
    for (const TextVersion& version : purpose.texts) {
        if (event.evidence.text_version != version.number) {
            continue;
        }
        about.text_version = version.number;
        about.text_hash = version.hash;
        about.text_date = version.recorded_at;
        for (const ConsentText& text : version.texts) {
            if (text.language == event.evidence.language || version.texts.size() == 1) {
                about.shown = text;
            }
        }
    }
    about.renewed = reaffirms(history, event);
    about.purpose = std::move(purpose);
    return about;
}

std::string member(const nlohmann::json& object, const char* name) {
    auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string first_of(std::initializer_list<std::string> texts) {
    for (const std::string& text : texts) {
        if (!text.empty()) {
            return text;
        }
    }
    return not_stated;
}

ReceiptController controller_of(store::Engine& engine) {
    const nlohmann::json setting = store::controller(engine);
    ReceiptController controller;
    std::string url = member(setting, "url");
    std::string email = member(setting, "email");
    controller.id = first_of({url, "urn:habeas:" + engine.store_id() + ":controller"});
    controller.name = first_of({member(setting, "name")});
    controller.address = first_of({member(setting, "address")});
    controller.country = member(setting, "country");
    if (controller.country.empty()) {
        controller.country = engine.meta("setting.default_country").value_or("");
    }
    controller.email = first_of({email});
    controller.phone = first_of({member(setting, "phone")});
    controller.contact = first_of({member(setting, "contact"), member(setting, "dpo"), email});
    controller.policy_url = first_of({member(setting, "privacy_url"), url});
    controller.exercise = first_of(
        {member(setting, "rights_url"), email.empty() ? std::string() : "mailto:" + email, url});
    return controller;
}

/// The definition that was in force when the event was recorded, with today's list of texts. The
/// catalogue would not do: it joins versions that decide the same, though recipients differ.
Purpose definition_at(store::Engine& engine, const Purpose& now, Time recorded) {
    auto row = engine.db().prepare("SELECT v.definition FROM purpose p JOIN purpose_version v "
                                   "ON v.purpose_id = p.id WHERE p.code = ?1 "
                                   "AND v.recorded_at <= ?2 ORDER BY v.version DESC LIMIT 1");
    row.bind(1, now.code).bind(2, to_ms(recorded));
    if (!row.step()) {
        return now;
    }
    Purpose then = purpose_from_json(nlohmann::json::parse(row.text(0)), "");
    then.texts = now.texts;
    return then;
}

/// What the event is about: its purpose, or every one resting on consent that the ledger names.
std::vector<Purpose> purposes_of(store::Engine& engine, const ReceiptSource& source,
                                 const ConsentEvent& event) {
    std::vector<Purpose> found;
    for (const Purpose& purpose : source.purposes) {
        bool named = event.purpose == purpose.code;
        if (event.purpose.empty()) {
            named = std::any_of(source.history.begin(), source.history.end(),
                                [&](const ConsentEvent& other) {
                                    return other.purpose == purpose.code && has_state(other.kind);
                                });
        }
        if (named) {
            Purpose then = definition_at(engine, purpose, event.recorded_at);
            if (then.basis == Basis::consent) {
                found.push_back(std::move(then));
            }
        }
    }
    return found;
}

} // namespace

bool is_valid_consent(const Evidence& evidence) noexcept {
    return !evidence.preticked && evidence.gdpr_standard;
}

bool is_proven(const Evidence& evidence) noexcept {
    return !evidence.method.empty() && (evidence.text_version > 0 || !evidence.document.empty());
}

ReceiptSource receipt_source(store::Engine& engine, SubjectId subject) {
    return {Consent(engine).history(subject), Purposes(engine).list()};
}

bool has_receipt(store::Engine& engine, const ReceiptSource& source, const ConsentEvent& event,
                 Consent::ReceiptFormat format) {
    bool kantara = format == Consent::ReceiptFormat::kantara_1_1;
    if (!has_state(event.kind) ||
        (kantara && (event.kind != EventKind::granted || !is_valid_consent(event.evidence)))) {
        return false;
    }
    return !purposes_of(engine, source, event).empty();
}

std::string make_receipt(store::Engine& engine, const ReceiptSource& source,
                         const ConsentEvent& event, Consent::ReceiptFormat format) {
    ReceiptFacts facts;
    facts.store_id = engine.store_id();
    facts.event = event;
    facts.created = from_ms(engine.now_ms());
    facts.place = engine.meta("setting.place").value_or("");
    facts.controller = controller_of(engine);
    for (Purpose& purpose : purposes_of(engine, source, event)) {
        facts.purposes.push_back(about(std::move(purpose), event, source.history));
    }
    facts.language = event.evidence.language.empty() ? "en" : event.evidence.language;
    return format == Consent::ReceiptFormat::iso_27560 ? iso_27560(facts) : kantara_1_1(facts);
}

std::string receipt_uuid(const ReceiptFacts& facts, const std::string& part) {
    base::Hasher hasher;
    hasher.str("habeas receipt").str(facts.store_id).str(part);
    hasher.i64(static_cast<std::int64_t>(facts.event.id));
    base::Hash256 hash = hasher.finish();
    hash[6] = static_cast<std::uint8_t>((hash[6] & 0x0f) | 0x80); // version 8
    hash[8] = static_cast<std::uint8_t>((hash[8] & 0x3f) | 0x80); // variant
    std::string hex = base::to_hex(std::span(hash).first(16));
    for (std::size_t dash : {8U, 13U, 18U, 23U}) {
        hex.insert(dash, "-");
    }
    return hex;
}

std::string principal_iri(const ReceiptFacts& facts) {
    return "urn:habeas:" + facts.store_id +
           ":subject:" + std::to_string(static_cast<std::int64_t>(facts.event.subject));
}

std::string label_of(const std::map<std::string, std::string>& labels, const std::string& language,
                     const std::string& otherwise) {
    for (const std::string& wanted :
         {language, language.substr(0, language.find('-')), std::string("en")}) {
        if (auto found = labels.find(wanted); found != labels.end() && !found->second.empty()) {
            return found->second;
        }
    }
    return labels.empty() || labels.begin()->second.empty() ? otherwise : labels.begin()->second;
}

} // namespace habeas::consent

namespace habeas {

std::string Consent::receipt(EventId event, ReceiptFormat format) const {
    store::Engine::Read snapshot(*engine_);
    auto number = static_cast<std::int64_t>(event);
    auto entry = audit::find_event(*engine_, number);
    if (!entry) {
        throw Error(Errc::not_found,
                    "event " + std::to_string(number) +
                        ": not in the ledger; it was never written, "
                        "or an erasure removed it",
                    "event");
    }
    consent::ReceiptSource source;
    if (entry->subject) {
        source = consent::receipt_source(*engine_, SubjectId{*entry->subject});
    }
    auto found = std::find_if(source.history.begin(), source.history.end(),
                              [&](const ConsentEvent& past) { return past.id == event; });
    if (found == source.history.end() || !consent::has_receipt(*engine_, source, *found, format)) {
        throw Error(
            Errc::invalid,
            "event " + std::to_string(number) +
                (format == ReceiptFormat::kantara_1_1
                     ? ": a Kantara receipt is for consent given for a purpose that rests on "
                       "consent; for refusals and withdrawals use ISO/IEC TS 27560"
                     : ": only requests, grants, refusals, withdrawals and expiries of a "
                       "purpose that rests on consent have a receipt"),
            "event");
    }
    return consent::make_receipt(*engine_, source, *found, format);
}

} // namespace habeas

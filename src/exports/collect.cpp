#include "audit/ledger.hpp"
#include "base/contact.hpp"
#include "consent/decide.hpp"
#include "consent/ledger.hpp"
#include "consent/purposes.hpp"
#include "consent/suppression.hpp"
#include "exports/disclosure.hpp"
#include "exports/model.hpp"
#include "habeas/error.hpp"
#include "subjects/field_set.hpp"
#include "subjects/identifiers.hpp"
#include "subjects/lookup.hpp"

#include <algorithm>
#include <chrono>

namespace habeas::exports {
namespace {

/// All texts that the event may have shown: the one in its language, else all of its version.
void add_shown(PurposeView& view, const ConsentEvent& event) {
    for (const TextVersion& version : view.purpose.texts) {
        if (version.number != event.evidence.text_version) {
            continue;
        }
        const auto& texts = version.texts;
        auto same = std::find_if(texts.begin(), texts.end(), [&](const ConsentText& text) {
            return text.language == event.evidence.language;
        });
        for (auto text = texts.begin(); text != texts.end(); ++text) {
            bool known = std::any_of(view.shown.begin(), view.shown.end(), [&](const auto& s) {
                return s.version == version.number && s.text.language == text->language;
            });
            if (!known && (same == texts.end() || same == text)) {
                view.shown.push_back({version.number, *text, version.hash});
            }
        }
    }
}

std::vector<PurposeView> purpose_views(store::Engine& engine, SubjectId id,
                                       const std::vector<Purpose>& declared,
                                       const std::vector<ConsentEvent>& history) {
    auto catalogue = consent::catalogue(engine);
    consent::PresentAnswers answers(engine, id);
    std::vector<PurposeView> views;
    views.reserve(declared.size());
    for (const Purpose& purpose : declared) {
        PurposeView view{purpose, {}, {}};
        bool named = false;
        for (const ConsentEvent& event : history) {
            if (event.purpose == view.purpose.code) {
                named = true;
                if (event.evidence.text_version != 0) {
                    add_shown(view, event);
                }
            }
        }
        if (view.purpose.retired_at && !named) {
            continue; // nothing was ever done with this person's data for it
        }
        const consent::PurposeHistory& past = *catalogue->find(purpose.code);
        auto add_channel = [&](Channel channel) {
            consent::Verdict verdict = answers.verdict(past, channel);
            view.channels.push_back({channel, verdict.state, consent::to_decision(verdict)});
        };
        std::for_each(purpose.channels.begin(), purpose.channels.end(), add_channel);
        if (purpose.channels.empty()) {
            add_channel(Channel::any);
        }
        views.push_back(std::move(view));
    }
    return views;
}

std::vector<IdentifierView> identifier_views(store::Engine& engine, SubjectId id) {
    std::vector<IdentifierView> views;
    subjects::IdentifierKeys keys(engine);
    for (subjects::StoredIdentifier& stored : subjects::identifiers_of(engine, id)) {
        subjects::NormalIdentifier& known = stored.identifier;
        std::vector<store::HashRef> hashes;
        std::size_t used = 0;
        keys.hash_all(known, stored.hash, hashes, used);
        hashes.resize(used);
        IdentifierView view;
        for (const consent::Suppression& entry : consent::find_entries(engine, hashes)) {
            view.suppressions.push_back(
                {entry.kind, entry.scope, Time(std::chrono::milliseconds(entry.effective))});
        }
        view.normal = std::move(known.normal);
        view.identifier = {known.kind, std::move(known.system), std::move(known.typed)};
        views.push_back(std::move(view));
    }
    return views;
}

/// All definitions, as long as somebody uses them.
std::shared_ptr<const std::vector<Field>> field_list(store::Engine& engine, FieldOwner owner) {
    auto fields = subjects::field_set(engine, owner);
    return {fields, &fields->definitions()};
}

std::string setting(store::Engine& engine, const char* name) {
    return engine.meta(name).value_or(std::string());
}

std::string choose_language(const BundleOptions& options, const Subject& subject) {
    if (!options.language.empty()) {
        return base::normalise_language(options.language);
    }
    if (const Value* language = value_of(subject.fields, "language")) {
        if (const auto* text = std::get_if<std::string>(language); text && !text->empty()) {
            return *text;
        }
    }
    return "en";
}

} // namespace

AccessModel collect(store::Engine& engine, SubjectId subject, const BundleOptions& options) {
    store::Engine::Read snapshot(engine);
    SubjectId id = subjects::require(engine, subject);
    AccessModel model;
    model.store_id = engine.store_id();
    model.generated = Time(std::chrono::milliseconds(engine.now_ms()));
    model.subject = subjects::load(engine, id);
    model.former = subjects::former_numbers(engine, id);
    model.language = choose_language(options, model.subject);
    model.zone = setting(engine, "setting.time_zone");
    model.place = setting(engine, "setting.place");
    model.controller = nlohmann::json::parse(setting(engine, "setting.controller"), nullptr, false);
    if (!model.controller.is_object()) {
        model.controller = nlohmann::json::object();
    }
    model.fields = field_list(engine, FieldOwner::subject);
    model.identifiers = identifier_views(engine, id);
    const Organisations organisations(engine);
    for (const Membership& membership : organisations.of(id)) {
        model.organisations.push_back({organisations.get(membership.organisation), membership});
    }
    if (!model.organisations.empty()) {
        model.organisation_fields = field_list(engine, FieldOwner::organisation);
    }
    model.declared = consent::declared_purposes(engine);
    std::vector<ConsentEvent> history = consent::history(engine, *consent::catalogue(engine), id);
    model.purposes = purpose_views(engine, id, *model.declared, history);
    model.disclosures = disclosures(engine, model.subject, history);
    std::erase_if(history, [](const auto& event) { return event.kind == EventKind::disclosed; });
    model.history = std::move(history);
    for (const store::Module* module : engine.modules()) {
        if (module->bundle != nullptr) {
            nlohmann::json part = nlohmann::json::object();
            module->bundle(engine, id, part);
            if (!part.empty()) {
                model.modules[module->name] = std::move(part);
            }
        }
    }
    audit::Head head = audit::head(engine);
    model.audit_sequence = head.sequence;
    model.audit_hash = base::to_hex(head.hash);
    return model;
}

} // namespace habeas::exports

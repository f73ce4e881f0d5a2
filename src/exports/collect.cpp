#include "audit/ledger.hpp"
#include "base/contact.hpp"
#include "consent/decide.hpp"
#include "consent/purposes.hpp"
#include "consent/suppression.hpp"
#include "exports/disclosure.hpp"
#include "exports/model.hpp"
#include "habeas/error.hpp"
#include "store/settings.hpp"
#include "subjects/field_set.hpp"
#include "subjects/identifiers.hpp"
#include "subjects/lookup.hpp"

#include <algorithm>
#include <chrono>
#include <set>

namespace habeas::exports {
namespace {

using Shown = std::set<std::pair<std::int32_t, std::string>>;

/// All texts that events may have shown: the one in their language, else all of their version.
std::vector<TextShown> texts_shown(const Purpose& purpose, const Shown& named) {
    std::vector<TextShown> found;
    for (const auto& each : named) { // clang 14 captures no structured bindings
        const auto& number = each.first;
        const auto& language = each.second;
        auto version = std::find_if(purpose.texts.begin(), purpose.texts.end(),
                                    [&](const TextVersion& v) { return v.number == number; });
        if (version == purpose.texts.end()) {
            continue;
        }
        const auto& texts = version->texts;
        auto same = std::find_if(texts.begin(), texts.end(), [&](const ConsentText& text) {
            return text.language == language;
        });
        for (auto text = texts.begin(); text != texts.end(); ++text) {
            bool known = std::any_of(found.begin(), found.end(), [&](const auto& s) {
                return s.version == version->number && s.text.language == text->language;
            });
            if (!known && (same == texts.end() || same == text)) {
                found.push_back({version->number, *text, version->hash});
            }
        }
    }
    return found;
}

std::vector<PurposeView> purpose_views(store::Engine& engine, SubjectId id,
                                       const std::vector<Purpose>& declared,
                                       const History& history) {
    auto catalogue = consent::catalogue(engine);
    consent::PresentAnswers answers(engine, id);
    std::vector<PurposeView> views;
    views.reserve(declared.size());
    for (const Purpose& purpose : declared) {
        PurposeView view{purpose, {}, {}};
        if (auto named = history.shown.find(purpose.code); named != history.shown.end()) {
            view.shown = texts_shown(purpose, named->second);
        } else if (view.purpose.retired_at) {
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
    const std::string own = text_of(subject.fields, "language");
    return own.empty() ? "en" : own;
}

/// NULL and empty text: no value.
nlohmann::json value_in(const store::Statement& row, int at, BundleColumn::Kind kind,
                        const std::string& language) {
    using Kind = BundleColumn::Kind;
    if (row.is_null(at)) {
        return nullptr;
    }
    if (kind == Kind::time) {
        return format_time(Time(std::chrono::milliseconds(row.i64(at))));
    }
    if (kind == Kind::number) {
        return row.i64(at);
    }
    if (row.text(at).empty()) {
        return nullptr;
    }
    if (kind == Kind::text || kind == Kind::long_text) {
        return row.str(at);
    }
    nlohmann::json value = nlohmann::json::parse(row.text(at), nullptr, false);
    if (value.is_discarded()) {
        return row.str(at);
    }
    if (kind == Kind::labels) {
        const auto texts = value.get<std::map<std::string, std::string>>();
        const std::string none;
        const std::string& label = label_for(texts, language, none);
        return label.empty() ? nlohmann::json() : nlohmann::json(label);
    }
    return value;
}

void walk_list(store::Engine& engine, const BundleList& list, SubjectId id,
               const std::string& language, const std::function<void(nlohmann::json&&)>& sink) {
    auto row = engine.db().prepare_text(list.sql);
    row.bind(1, static_cast<std::int64_t>(id));
    while (row.step()) {
        nlohmann::json out = nlohmann::json::object();
        int at = 0;
        for (const BundleColumn& column : list.columns) {
            if (nlohmann::json value = value_in(row, at, column.kind, language); !value.is_null()) {
                out[column.name] = std::move(value);
            }
            ++at;
        }
        sink(std::move(out));
    }
}

void add_lists(store::Engine& engine, SubjectId id, AccessModel& model) {
    const auto known = engine.modules();
    for (const BundleList& list : bundle_lists()) {
        if (std::none_of(known.begin(), known.end(), [&](const store::Module* module) {
                return std::string_view(module->name) == list.module;
            })) {
            continue;
        }
        ListView view;
        view.list = &list;
        walk_list(engine, list, id, model.language,
                  [&](nlohmann::json&& row) { view.rows.add(std::move(row)); });
        if (view.rows.count() != 0) {
            view.rows.walk_by([&engine, &list, id, language = model.language](
                                  const LongList<nlohmann::json>::Sink& sink) {
                walk_list(engine, list, id, language, sink);
            });
            model.lists.push_back(std::move(view));
        }
    }
}

/// Members of a part that the bundle has a place of its own for.
void take_part(const char* module, nlohmann::json& part, AccessModel& model) {
    if (auto rules = part.find("automated"); rules != part.end()) {
        for (nlohmann::json& rule : *rules) {
            model.automated.push_back({module, std::move(rule)});
        }
        part.erase(rules);
    }
    if (auto transfers = part.find("transfers"); transfers != part.end()) {
        for (nlohmann::json& transfer : *transfers) {
            model.transfers.push_back(std::move(transfer));
        }
        part.erase(transfers);
    }
}

void add_parts(store::Engine& engine, SubjectId id, AccessModel& model) {
    for (const store::Module* module : engine.modules()) {
        if (module->bundle == nullptr) {
            continue;
        }
        nlohmann::json part = nlohmann::json::object();
        module->bundle(engine, id, part);
        take_part(module->name, part, model);
        if (!part.empty()) {
            model.modules[module->name] = std::move(part);
        }
    }
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
    model.controller = store::controller(engine);
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
    History history = read_history(engine, id);
    model.purposes = purpose_views(engine, id, *model.declared, history);
    model.disclosures = disclosures(engine, model.subject, history);
    model.history = std::move(history.events);
    model.earlier = std::move(history.earlier);
    add_lists(engine, id, model);
    add_parts(engine, id, model);
    audit::Head head = audit::head(engine);
    model.audit_sequence = head.sequence;
    model.audit_hash = base::to_hex(head.hash);
    return model;
}

} // namespace habeas::exports

#include "exports/model.hpp"

#include <algorithm>

namespace habeas::exports {

const std::string& label_for(const std::map<std::string, std::string>& labels,
                             const std::string& language, const std::string& otherwise) {
    if (labels.empty()) {
        return otherwise;
    }
    for (const std::string& wanted :
         {language, language.substr(0, language.find('-')), std::string("en")}) {
        if (auto found = labels.find(wanted); found != labels.end() && !found->second.empty()) {
            return found->second;
        }
    }
    return labels.begin()->second.empty() ? otherwise : labels.begin()->second;
}

const Value* value_of(const FieldValues& values, const std::string& name) {
    auto found = values.find(name);
    if (found == values.end() || std::holds_alternative<std::monostate>(found->second)) {
        return nullptr;
    }
    return &found->second;
}

std::string text_of(const FieldValues& values, const std::string& name) {
    const Value* value = value_of(values, name);
    const auto* text = value ? std::get_if<std::string>(value) : nullptr;
    return text ? *text : std::string();
}

bool is_consent(EventKind kind) noexcept {
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

bool by_subject(const ConsentEvent& event) noexcept {
    switch (event.kind) {
    case EventKind::granted:
    case EventKind::refused:
    case EventKind::withdrawn:
    case EventKind::objected:
    case EventKind::complained:
    case EventKind::unsuppressed:
    case EventKind::erasure_requested:
    case EventKind::erasure_cancelled:
        return true;
    default:
        return event.actor.kind == Actor::Kind::subject;
    }
}

std::map<std::string, std::string> field_labels(const AccessModel& model) {
    std::map<std::string, std::string> labels;
    for (const Field& field : *model.fields) {
        labels.emplace(field.name, label_for(field.labels, model.language, field.name));
    }
    return labels;
}

bool forms_profile(const PurposeView& view) noexcept {
    return view.purpose.kind == PurposeKind::profiling &&
           std::any_of(view.channels.begin(), view.channels.end(),
                       [](const auto& channel) { return channel.decision.allowed; });
}

std::vector<Category> categories_of(const AccessModel& model) {
    std::uint64_t personal = 0, special = 0;
    for (const Field& field : *model.fields) {
        if (value_of(model.subject.fields, field.name) != nullptr) {
            ++(field.field_class == FieldClass::personal ? personal : special);
        }
    }
    std::vector<Category> all{{"personal", personal},
                              {"special", special},
                              {"identifiers", model.identifiers.size()},
                              {"organisations", model.organisations.size()},
                              {"history", model.history.count()},
                              {"disclosures", model.disclosures.count()}};
    for (const ListView& view : model.lists) {
        all.push_back({view.list->name, view.rows.count()});
    }
    for (const auto& [module, part] : model.modules.items()) {
        for (const auto& [name, value] : part.items()) {
            if (value.is_array()) {
                all.push_back({name, value.size()});
            }
        }
    }
    std::erase_if(all, [](const Category& each) { return each.count == 0; });
    return all;
}

const TextShown* text_of(const AccessModel& model, const ConsentEvent& event) {
    auto purpose = std::find_if(model.purposes.begin(), model.purposes.end(),
                                [&](const auto& p) { return p.purpose.code == event.purpose; });
    if (purpose == model.purposes.end() || event.evidence.text_version == 0) {
        return nullptr;
    }
    const TextShown* only = nullptr;
    int count = 0;
    for (const TextShown& text : purpose->shown) {
        if (text.version != event.evidence.text_version) {
            continue;
        }
        if (text.text.language == event.evidence.language) {
            return &text;
        }
        only = &text;
        ++count;
    }
    return count == 1 ? only : nullptr;
}

} // namespace habeas::exports

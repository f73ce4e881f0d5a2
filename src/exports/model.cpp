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

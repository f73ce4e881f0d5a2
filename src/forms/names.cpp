// Names of enumerations, as they are stored and printed.
#include "habeas/form.hpp"

#include <array>

namespace habeas {
namespace {

constexpr std::array<std::string_view, 21> type_names{
    "text",     "textarea",       "email",  "tel",         "url",        "number",     "date",
    "datetime", "time",           "select", "multiselect", "country",    "radio",      "checkbox",
    "switch",   "checkbox_group", "hidden", "honeypot",    "text_block", "page_break", "button"};
constexpr std::array<std::pair<std::string_view, FormFieldType>, 4> mautic_names{
    {{"checkboxgrp", FormFieldType::checkbox_group},
     {"radiogrp", FormFieldType::radio},
     {"freetext", FormFieldType::text_block},
     {"pagebreak", FormFieldType::page_break}}};
constexpr std::array<std::string_view, 11> action_names{
    "message",        "redirect", "notify",     "open_request", "set_fields", "add_segment",
    "remove_segment", "add_tag",  "remove_tag", "send_message", "points"};
constexpr std::array<std::string_view, 4> severity_names{"off", "info", "warning", "error"};

template <std::size_t count>
std::string_view name_at(const std::array<std::string_view, count>& names, std::size_t at) {
    return at < count ? names[at] : std::string_view{};
}

} // namespace

std::string_view form_field_type_name(FormFieldType type) noexcept {
    return name_at(type_names, static_cast<std::size_t>(type));
}

std::optional<FormFieldType> form_field_type(std::string_view name) noexcept {
    for (std::size_t i = 0; i < type_names.size(); ++i) {
        if (type_names[i] == name) {
            return static_cast<FormFieldType>(i);
        }
    }
    for (const auto& [theirs, type] : mautic_names) {
        if (theirs == name) {
            return type;
        }
    }
    return std::nullopt;
}

std::string_view form_action_name(FormAction::Kind kind) noexcept {
    return name_at(action_names, static_cast<std::size_t>(kind));
}

std::optional<FormAction::Kind> form_action(std::string_view name) noexcept {
    for (std::size_t i = 0; i < action_names.size(); ++i) {
        if (action_names[i] == name) {
            return static_cast<FormAction::Kind>(i);
        }
    }
    return std::nullopt;
}

std::string_view lint_severity_name(LintSeverity severity) noexcept {
    return name_at(severity_names, static_cast<std::size_t>(severity));
}

} // namespace habeas

// A template's version made ready, and rendered for one subject.
#pragma once

#include "habeas/outbox.hpp"
#include "outbox/settings.hpp"
#include "outbox/template_check.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace habeas::outbox {

inline constexpr std::size_t max_rendered_bytes = std::size_t{2} << 20;
inline constexpr std::size_t max_subject_line_bytes = 250;

struct ParsedText; ///< a TemplateText, parsed

struct StoredTemplate {
    std::int64_t id = 0;
    bool retired = false;
    MessageTemplate definition;
    TemplateUse use;                                                   ///< of all its languages
    mutable std::map<std::string, std::shared_ptr<ParsedText>> parsed; ///< by language, when used
};
/// The latest version, kept with the handle until definitions change. Null: there is none.
std::shared_ptr<const StoredTemplate> latest_template(store::Engine& engine,
                                                      const std::string& code);
/// A version that a message was queued with. Errc::not_found.
std::shared_ptr<const StoredTemplate> template_version(store::Engine& engine, std::int64_t id,
                                                       std::int32_t version);

struct Links {
    std::string unsubscribe, preferences;
};
struct RenderInput {
    const StoredTemplate* source = nullptr;
    const Subject* subject = nullptr; ///< null: about nobody
    const Purpose* purpose = nullptr; ///< null: internal
    const std::vector<Field>* fields = nullptr;
    const Settings* settings = nullptr;
    std::string data; ///< JSON object or empty
    Links links;
    std::string language; ///< asked for; empty: the subject's
};
/// Errc::invalid if it grows past its limits.
RenderedMessage render(const RenderInput& input);
/// The language of the texts for somebody whose language is `wanted`.
const std::string& choose_language(const MessageTemplate& source, const std::string& wanted);
/// A JSON object that a template can take, or empty. Errc::invalid.
void check_data(const std::string& data);
/// One line: breaks and tabs become blanks, and it is cut where it is too long.
std::string subject_line(std::string_view text);

/// An e-mail without plain text gets that of its HTML.
void complete_text(Channel channel, RenderedMessage& message);

struct Footer {
    std::string unsubscribe; ///< address
    std::string agreed;      ///< what was agreed to, and when; may be empty
};
/// Who sends, the way out, and why one gets it, at the end of each part that lacks them.
void add_footer(const Settings& settings, const Footer& footer, RenderedMessage& message);

} // namespace habeas::outbox

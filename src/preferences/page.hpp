// A whole page: the frame, the style, and the headers that belong to it.
#pragma once

#include "habeas/preferences.hpp"
#include "outbox/settings.hpp"
#include "preferences/words.hpp"

#include <string>
#include <string_view>

namespace habeas::preferences {

std::string escape(std::string_view text);
/// lang="de", where the text is in another language than the page; else empty.
std::string lang_attribute(std::string_view text_language, std::string_view page_language);

class PageBuilder {
  public:
    PageBuilder(const Words& words, const outbox::Settings& settings)
        : words_(words), settings_(settings) {}

    PageBuilder& title(std::string_view key); ///< of the words
    /// What just happened: read out at once. Plain text.
    PageBuilder& notice(std::string_view text);
    PageBuilder& problem(std::string_view text);
    PageBuilder& paragraph(std::string_view text); ///< plain text
    PageBuilder& html(std::string_view markup);    ///< escaped already
    /// A form with one button, sent to the page's own address.
    PageBuilder& button(std::string_view action, std::string_view key, bool quiet = false);
    [[nodiscard]] Page finish(int status = 200) const;

    [[nodiscard]] const Words& words() const { return words_; }

  private:
    const Words& words_;
    const outbox::Settings& settings_;
    std::string title_, messages_, body_;
};

/// "A link that is none (any more)": one page for all reasons, so that nobody learns anything.
Page invalid_link(const Words& words, const outbox::Settings& settings, int status = 404);

} // namespace habeas::preferences

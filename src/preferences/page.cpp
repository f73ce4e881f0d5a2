#include "preferences/page.hpp"

#include "base/text.hpp"
#include "preferences/style.hpp"

#include <fmt/format.h>

namespace habeas::preferences {

std::string escape(std::string_view text) {
    return base::html_escape(text);
}

std::string lang_attribute(std::string_view text_language, std::string_view page_language) {
    return text_language.empty() || text_language == page_language
               ? std::string()
               : fmt::format(" lang=\"{}\"", escape(text_language));
}

PageBuilder& PageBuilder::title(std::string_view key) {
    title_ = escape(words_.of(key));
    return *this;
}

PageBuilder& PageBuilder::notice(std::string_view text) {
    messages_ += fmt::format("<p class=\"notice\" role=\"status\">{}</p>\n", escape(text));
    return *this;
}

PageBuilder& PageBuilder::problem(std::string_view text) {
    messages_ += fmt::format("<p class=\"problem\" role=\"alert\">{}</p>\n", escape(text));
    return *this;
}

PageBuilder& PageBuilder::paragraph(std::string_view text) {
    body_ += fmt::format("<p>{}</p>\n", escape(text));
    return *this;
}

PageBuilder& PageBuilder::html(std::string_view markup) {
    body_ += markup;
    return *this;
}

PageBuilder& PageBuilder::button(std::string_view action, std::string_view key, bool quiet) {
    body_ += fmt::format("<form method=\"post\"><button name=\"action\" value=\"{}\"{}>{}</button>"
                         "</form>\n",
                         action, quiet ? " class=\"quiet\"" : "", escape(words_.of(key)));
    return *this;
}

Page PageBuilder::finish(int status) const {
    const std::string name = escape(settings_.controller_member("name"));
    std::string foot = name;
    for (const char* member : {"address", "email", "phone"}) {
        if (const std::string text = settings_.controller_member(member); !text.empty()) {
            foot += (foot.empty() ? "" : "\n") + escape(text);
        }
    }
    Page out;
    out.status = status;
    out.html =
        fmt::format("<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<title>{}{}{}</title>\n<style>{}</style>\n</head>\n<body>\n",
                    words_.language(), title_, name.empty() ? "" : " – ", name, style());
    if (!name.empty()) {
        out.html += fmt::format("<header>{}</header>\n", name);
    }
    out.html += fmt::format("<main>\n<h1>{}</h1>\n{}{}</main>\n", title_, messages_, body_);
    if (!foot.empty()) {
        out.html += fmt::format("<footer>{}</footer>\n", foot);
    }
    out.html += "</body>\n</html>\n";
    out.headers = {{"Content-Type", "text/html; charset=utf-8"},
                   {"Content-Language", words_.language()},
                   {"Content-Security-Policy", "default-src 'none'; style-src " + style_hash() +
                                                   "; form-action 'self'; base-uri 'none'; "
                                                   "frame-ancestors 'none'"},
                   {"Referrer-Policy", "no-referrer"}, // the address holds the token
                   {"Cache-Control", "no-store"},
                   {"X-Content-Type-Options", "nosniff"},
                   {"X-Robots-Tag", "noindex, nofollow"}};
    return out;
}

Page invalid_link(const Words& words, const outbox::Settings& settings, int status) {
    return PageBuilder(words, settings)
        .title("invalid.title")
        .paragraph(words.of("invalid.text"))
        .finish(status);
}

} // namespace habeas::preferences

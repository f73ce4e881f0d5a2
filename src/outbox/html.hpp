// What an HTML part says in plain text, and what it points to (libxml2's HTML parser).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::outbox {

struct HtmlLink {
    std::string target; ///< as written
    std::string text;   ///< with the words of its pictures; empty: nothing to read
};
struct HtmlImage {
    std::string source; ///< as written
    std::optional<std::string> words;
    bool invisible = false; ///< of one pixel at most
};
struct HtmlFacts {
    /// Blocks become lines, lists get "- " or numbers, links their target in <>, pictures their
    /// words; what is no text (head, style, script) is left out.
    std::string text;
    std::vector<HtmlLink> links;
    std::vector<HtmlImage> images;
    std::set<std::string> active; ///< elements that mail programs take out: script, form, iframe
};

/// HTML of any quality; nesting is not limited. UTF-8.
HtmlFacts read_html(std::string_view html);

} // namespace habeas::outbox

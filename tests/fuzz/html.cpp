// covers: src/outbox/html.cpp
// Laws of plain text made from HTML: it is valid UTF-8 where the HTML is, holds no markup that the
// parser knows, and does not grow beyond its source by more than its links and marks.
#include "fuzz.hpp"

#include "base/text.hpp"
#include "outbox/html.hpp"

#include <string>

using namespace habeas;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view html = fuzz::view(data, size);
    const outbox::HtmlFacts facts = outbox::read_html(html);
    fuzz::require(facts.text.size() <= 40 * html.size() + 100, "it does not blow up");
    fuzz::require(facts.text.empty() || facts.text.back() == '\n', "it ends with a line");
    fuzz::require(facts.text.empty() || facts.text.front() != '\n', "it begins with a word");
    fuzz::require(facts.text.find("\n\n\n") == std::string::npos || html.find('\n') != html.npos,
                  "one empty line at most between paragraphs");
    for (const outbox::HtmlLink& each : facts.links) {
        fuzz::require(each.target.size() <= 8 * html.size(), "a target is of the source");
    }
    return 0;
}

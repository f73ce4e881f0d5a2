// covers: src/outbox/template_check.cpp src/outbox/render.cpp
// Laws of templates: what is accepted renders within its limits, no value gets into HTML unescaped,
// a subject is one line, and a mailbox that is read is written and read again as the same.
#include "fuzz.hpp"

#include "base/text.hpp"
#include "habeas/habeas.hpp"
#include "outbox/render.hpp"
#include "subjects/lookup.hpp"

#include <string>

using namespace habeas;
using namespace habeas::outbox;

namespace {

constexpr std::string_view hostile = "<q&\">";

struct World {
    World() : store(Store::in_memory()) {
        SubjectInput input;
        input.fields["email"] = std::string("a@example.org");
        input.fields["first_name"] = std::string(hostile);
        subject = subjects::load(store.engine(), Subjects(store).create(input));
        settings.controller = {{"name", std::string(hostile)}, {"address", "Street"}};
    }
    Store store;
    Subject subject;
    Settings settings;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static World world;
    const std::string text(fuzz::view(data, size));
    if (base::invalid_utf8(text) || size > 4000) {
        return 0;
    }
    Mailbox mailbox;
    if (fuzz::accepted([&] { mailbox = parse_mailbox(text, "sender"); })) {
        fuzz::require(parse_mailbox(mailbox_text(mailbox), "sender").address == mailbox.address,
                      "a mailbox reads back");
    }
    StoredTemplate source;
    source.definition.default_language = "en";
    source.definition.languages["en"] = {text, text, text};
    if (!fuzz::accepted(
            [&] { scan_template(world.store.engine(), text, "text", false, source.use); })) {
        return 0;
    }
    RenderInput input;
    input.source = &source;
    input.subject = &world.subject;
    input.fields = &subjects::field_list(world.store.engine(), FieldOwner::subject);
    input.settings = &world.settings;
    input.data = R"({"a":[1,"<q&\">",{"b":"<q&\">"}],"c":true,"d":{"e":"<q&\">"}})";
    input.links = {"https://x.example/unsubscribe/1", "https://x.example/preferences/1"};
    RenderedMessage out;
    if (fuzz::accepted([&] { out = render(input); })) {
        fuzz::require(text.find('<') != std::string::npos ||
                          out.html.find('<') == std::string::npos,
                      "no value is markup");
        fuzz::require(out.subject.find_first_of("\r\n\t") == std::string::npos, "one line");
        fuzz::require(out.subject.size() <= max_subject_line_bytes, "of its length at most");
        fuzz::require(!base::invalid_utf8(out.subject), "whole characters");
    }
    return 0;
}

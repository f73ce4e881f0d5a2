// covers: src/outbox/template_check.cpp src/outbox/render.cpp
// Laws of templates, given as a text and, after a line ====, the data: what is accepted renders
// within its limits, says who writes and how to stop it, no value gets into HTML unescaped, a
// subject is one line, and a mailbox that is read is written and read again as the same.
#include "fuzz.hpp"

#include "base/text.hpp"
#include "habeas/habeas.hpp"
#include "outbox/render.hpp"

#include <string>

using namespace habeas;
using namespace habeas::outbox;

namespace {

constexpr std::string_view hostile = "<q&\">";

Field field(const char* name, FieldType type) {
    Field out;
    out.name = name;
    out.type = type;
    return out;
}

struct World {
    World() {
        store.set_setting("controller", R"({"name":"Shop <q&\">","address":"Street\nTown"})");
        Fields fields(store);
        Field size = field("size", FieldType::select);
        size.choices = {{"s", {{"en", "small <q&\">"}}}, {"m", {}}};
        fields.define(size);
        Field colours = field("colours", FieldType::multiselect);
        colours.choices = {{"red", {{"en", "crimson"}}}, {"blue", {}}};
        fields.define(colours);
        fields.define(field("vip", FieldType::boolean));
        fields.define(field("amount", FieldType::number));
        Field secret = field("secret", FieldType::text);
        secret.field_class = FieldClass::sealed;
        fields.define(secret);
        Purpose news;
        news.code = "news";
        news.kind = PurposeKind::marketing;
        news.channels = {Channel::email};
        news.descriptions = {{"en", "What is new <q&\">"}};
        Purposes(store).define(news);
        SubjectInput input;
        input.fields["email"] = std::string("a@example.org");
        input.fields["first_name"] = std::string(hostile);
        input.fields["language"] = std::string("en");
        input.fields["size"] = std::string("s");
        input.fields["colours"] = std::vector<std::string>{"blue", "red"};
        input.fields["vip"] = false;
        input.fields["amount"] = 2.5;
        subject = Subjects(store).create(input);
    }
    Store store = Store::in_memory();
    SubjectId subject{};
};

void check_mailbox(const std::string& text) {
    Mailbox mailbox;
    if (fuzz::accepted([&] { mailbox = parse_mailbox(text, "sender"); })) {
        fuzz::require(parse_mailbox(mailbox_text(mailbox), "sender").address == mailbox.address,
                      "a mailbox reads back");
    }
}

/// The same text in all three places.
bool define(World& world, MessageKind kind, const char* purpose, const std::string& text) {
    MessageTemplate out;
    out.code = "mail";
    out.labels = {{"en", "Mail"}};
    out.kind = kind;
    out.purpose = purpose;
    out.sender = "Shop <shop@shop.example>";
    out.languages["en"] = {text.substr(0, text.find('\n')), text, text};
    out.languages["de-at"] = {"Betreff", "Text", ""};
    out.default_language = "en";
    bool known = true;
    const bool accepted = fuzz::accepted([&] { known = Templates(world.store).define(out) > 0; });
    fuzz::require(known, "a version has a number");
    return accepted;
}

void check_rendered(const RenderedMessage& out, const std::string& text) {
    fuzz::require(text.find('<') != std::string::npos || out.html.find("<q") == std::string::npos,
                  "no value is markup");
    fuzz::require(out.html.find("Shop &lt;q&amp;&quot;&gt;") != std::string::npos,
                  "it says who writes");
    fuzz::require(out.html.find("unsubscribe/preview") != std::string::npos &&
                      out.text.find("unsubscribe/preview") != std::string::npos,
                  "it says how to stop it");
    fuzz::require(out.subject.find_first_of("\r\n\t") == std::string::npos, "one line");
    fuzz::require(out.subject.size() <= max_subject_line_bytes, "of its length at most");
    fuzz::require(!base::invalid_utf8(out.subject), "whole characters");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static World world;
    const std::string_view whole = fuzz::view(data, size);
    if (base::invalid_utf8(whole) || size > 8000) {
        return 0;
    }
    constexpr std::string_view line = "\n====\n";
    const std::size_t split = std::min(whole.find(line), whole.size());
    const std::string text(whole.substr(0, split));
    const std::string given(whole.substr(std::min(split + line.size(), whole.size())));
    check_mailbox(text);
    Transaction undone = world.store.transaction();
    fuzz::require(!define(world, MessageKind::internal, "news", text), "no purpose for internal");
    fuzz::require(!define(world, MessageKind::transactional, "news", text), "news are marketing");
    define(world, MessageKind::internal, "", text);
    if (!define(world, MessageKind::marketing, "news", text)) {
        return 0;
    }
    RenderedMessage out;
    const std::string example = R"({"a":[1,"<q&\">",{"b":"<q&\">"}],"c":true,"d":{"e":"<q&\">"}})";
    if (fuzz::accepted([&] {
            out = Templates(world.store)
                      .preview("mail", world.subject, given.empty() ? example : given);
        })) {
        check_rendered(out, text + given);
    }
    const auto latest = latest_template(world.store.engine(), "mail");
    const auto version =
        template_version(world.store.engine(), latest->id, latest->definition.version);
    fuzz::require(version->definition == latest->definition, "a version reads back");
    return 0;
}

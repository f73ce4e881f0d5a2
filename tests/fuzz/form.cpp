// covers: src/forms/form_json.cpp src/forms/check.cpp src/forms/lint.cpp src/forms/lint_words.cpp
// Laws of forms: what reads is written and reads back as the same; findings and refusals name
// places in the document; what is accepted has a version and renders without a tick or a script.
#include "fuzz.hpp"

#include "base/text.hpp"
#include "habeas/habeas.hpp"

#include <string>
#include <tuple>

using namespace habeas;

namespace {

struct World {
    World() : store(Store::in_memory()), forms(store) {
        Purpose news;
        news.code = "news";
        news.channels = {Channel::email, Channel::sms};
        TextVersion text;
        text.texts.push_back({"en", "<b>We</b> may write. Withdraw at any time.", "Yes"});
        news.texts.push_back(text);
        Purposes(store).define(news);
        Purpose orders;
        orders.code = "orders";
        orders.basis = Basis::contract;
        orders.kind = PurposeKind::transactional;
        orders.channels = {Channel::email};
        Purposes(store).define(orders);
        Purpose ask;
        ask.code = "ask";
        ask.kind = PurposeKind::confirmation;
        ask.channels = {Channel::email};
        Purposes(store).define(ask);
        for (const auto& [code, kind, purpose] :
             {std::tuple("order", MessageKind::transactional, "orders"),
              std::tuple("confirm", MessageKind::transactional, "ask"),
              std::tuple("notice", MessageKind::internal, "")}) {
            MessageTemplate mail;
            mail.code = code;
            mail.kind = kind;
            mail.purpose = purpose;
            mail.languages["en"] = {"Subject", "Text", ""};
            Templates(store).define(mail);
        }
        Segment segment;
        segment.code = "group";
        Segments(store).define(segment);
    }
    Store store;
    Forms forms;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static World world;
    const std::string document(fuzz::view(data, size));
    Form form;
    if (size > 20'000 || !fuzz::accepted([&] { form = Forms::from_json(document); })) {
        return 0;
    }
    const std::string written = Forms::to_json(form);
    fuzz::require(Forms::to_json(Forms::from_json(written)) == written, "a form reads back");
    for (const LintFinding& each : Forms::lint_definition(form)) {
        fuzz::require(each.pointer.starts_with('/'), "a finding names a place");
    }
    Transaction undone = world.store.transaction();
    try {
        fuzz::require(world.forms.define(form) == 1, "the first version is 1");
    } catch (const Error& error) {
        fuzz::require(error.code() == Errc::invalid || error.code() == Errc::not_found,
                      "a form is refused as invalid, or for what it names");
        fuzz::require(error.where().starts_with('/'), "a refusal names a place");
        return 0;
    }
    for (const LintFinding& each : world.forms.lint(form)) {
        fuzz::require(each.pointer.starts_with('/'), "a finding names a place");
    }
    world.forms.publish(form.code, "a test");
    const std::string html = world.forms.render(form.code).html;
    fuzz::require(html.find(" checked") == std::string::npos, "nothing is ticked beforehand");
    fuzz::require(html.find("<script") == std::string::npos, "no value is markup");
    fuzz::require(html.find("<b>") == std::string::npos, "no text is markup");
    fuzz::require(!base::invalid_utf8(html), "HTML is UTF-8");
    return 0;
}

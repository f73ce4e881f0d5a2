// covers: src/forms/validate.cpp src/forms/person.cpp src/forms/shown.cpp
// Laws of submissions, given as lines name=value (@shown: the page's own input; @known: the host
// has identified the person): what is not accepted leaves nothing; what is accepted reads back; a
// stranger overwrites nothing; no value gets into HTML unescaped.
#include "fuzz.hpp"

#include "habeas/habeas.hpp"

#include <algorithm>
#include <string>

using namespace habeas;

namespace {

constexpr const char definition[] = R"({"code":"f","language":"en","privacy_url":"/p",
  "fields":[{"name":"mail","type":"email","label":"Mail","maps_to":"email"},
  {"name":"tel","type":"tel","label":"Phone","maps_to":"phone"},
  {"name":"given","type":"text","label":"Name","maps_to":"first_name"},
  {"name":"born","type":"date","label":"Born","maps_to":"date_of_birth"},
  {"name":"land","type":"country","label":"Country","maps_to":"country"},
  {"name":"site","type":"url","label":"Site"},
  {"name":"amount","type":"number","label":"Amount"},
  {"name":"size","type":"radio","label":"Size","options":["s","m"]},
  {"name":"many","type":"checkbox_group","label":"Many","options":["a","b"]},
  {"name":"note","type":"textarea","label":"Note","conditions":[{"field":"size","values":["m"]}]},
  {"name":"visit","type":"datetime","label":"Visit"},{"name":"on","type":"checkbox","label":"On","maps_to":"agrees"},
  {"name":"nick","type":"text","label":"Nick","maps_to":"nick"},
  {"name":"robot","type":"honeypot"},
  {"type":"checkbox","purpose":"news"}]})";

/// What must be there.
constexpr const char required[] = R"({"code":"g","language":"en","privacy_url":"/p",
  "fields":[{"name":"mail","type":"email","label":"Mail","maps_to":"email","required":true},
  {"name":"size","type":"radio","label":"Size","options":["s","m"],"required":true},
  {"name":"land","type":"country","label":"Country","required":true},
  {"name":"on","type":"checkbox","label":"On","required":true},
  {"name":"plain","type":"text","label":"Plain","required":true},
  {"name":"whole","type":"number","label":"Whole","required":true},
  {"name":"news","type":"checkbox_group","label":"News","purpose":"news"}]})";

struct World {
    World() : store(Store::in_memory()), forms(store) {
        Purpose news;
        news.code = "news";
        news.channels = {Channel::email};
        TextVersion text;
        text.texts.push_back({"en", "We may write.", "Yes"});
        news.texts.push_back(text);
        Purposes(store).define(news);
        Field nick;
        nick.name = "nick";
        nick.unique = true;
        Fields(store).define(nick);
        Field agrees;
        agrees.name = "agrees";
        agrees.type = FieldType::boolean;
        Fields(store).define(agrees);
        forms.define(Forms::from_json(definition));
        forms.publish("f", "a test");
        forms.define(Forms::from_json(required));
        forms.publish("g", "a test");
        SubjectInput input;
        input.fields["email"] = std::string("a@example.org");
        input.fields["first_name"] = std::string("Ann");
        known = Subjects(store).create(input);
        input.fields["email"] = std::string("b@example.org");
        input.fields["nick"] = std::string("bee");
        Subjects(store).create(input);
        before = Subjects(store).get(known).fields;
        tags = count(forms.render("f").html);
    }
    static std::size_t count(const std::string& html) {
        return static_cast<std::size_t>(std::count(html.begin(), html.end(), '<'));
    }
    /// The page's own input.
    std::string shown(const std::string& form) {
        const std::string html = forms.render(form).html;
        const std::string before_it = "name=\"habeas_shown\" value=\"";
        const std::size_t at = html.find(before_it) + before_it.size();
        return html.substr(at, html.find('"', at) - at);
    }
    Store store;
    Forms forms;
    SubjectId known{};
    FieldValues before;
    std::size_t tags = 0;
};

std::multimap<std::string, std::string> lines(std::string_view text) {
    std::multimap<std::string, std::string> out;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const std::size_t equals = line.find('=');
        out.emplace(line.substr(0, equals),
                    equals == std::string_view::npos ? "" : line.substr(equals + 1));
    }
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static World world;
    if (size > 20'000) {
        return 0;
    }
    auto values = lines(fuzz::view(data, size));
    SubmissionContext context;
    if (values.erase("@known") > 0) {
        context.subject = world.known;
    }
    const std::string form = values.erase("@form") > 0 ? "g" : "f";
    if (values.erase("@shown") > 0) {
        values.emplace("habeas_shown", world.shown(form));
    }
    if (values.size() > 100) {
        return 0;
    }
    Transaction undone = world.store.transaction();
    const SubmissionResult result = world.forms.submit(form, values, context);
    const bool kept = result.id.has_value();
    fuzz::require(world.forms.submissions(form).size() == (kept ? 1U : 0U), "all or nothing");
    if (result.outcome == SubmissionResult::Outcome::invalid) {
        fuzz::require(!kept && !result.errors.empty(), "a refusal says why");
        fuzz::require(Subjects(world.store).count() == 2, "a refusal leaves nobody");
    }
    if (kept) {
        const Submission read = world.forms.submission(*result.id);
        fuzz::require(read.subject == result.subject, "a submission reads back");
        fuzz::require(!read.values.contains("robot"), "robots leave nothing");
    }
    const FieldValues after = Subjects(world.store).get(world.known).fields;
    for (const auto& [name, value] : world.before) {
        fuzz::require(context.subject || after.at(name) == value, "a stranger overwrites nothing");
    }
    RenderOptions options;
    options.values = values;
    bool clean = true;
    for (const auto& [name, value] : values) {
        clean = clean && value.find('\0') == std::string::npos;
    }
    if (clean) {
        const std::string html = world.forms.render("f", options).html;
        fuzz::require(World::count(html) == world.tags, "no value is markup");
    }
    return 0;
}

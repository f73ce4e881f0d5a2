#include "preferences/module.hpp"

#include "consent/json_reader.hpp"
#include "consent/part_fault.hpp"
#include "habeas/preferences.hpp"

namespace habeas::store {
extern const char schema_preferences[];
}

namespace habeas::preferences {
namespace {

using nlohmann::json;

void list_definitions(store::Engine& engine, json& out) {
    for (const PageText& each : PageTexts(engine).list()) {
        json& entry = out.emplace_back(json::object());
        entry["key"] = each.key;
        entry["language"] = each.language;
        entry["text"] = each.text;
    }
}

void apply_definition(store::Engine& engine, const json& given, const std::string& pointer,
                      std::vector<std::string>& changes) {
    consent::JsonReader in(given, pointer);
    PageText text;
    in.read("key", text.key);
    in.read("language", text.language);
    in.read("text", text.text);
    in.finish();
    PageTexts texts(engine);
    const std::vector<PageText> before = texts.list();
    try {
        texts.set(text);
    } catch (const Error& error) {
        if (error.code() == Errc::not_found) { // nothing later in the document makes it known
            consent::refuse_at(pointer + "/key", error.what());
        }
        consent::throw_below(pointer, error);
    }
    if (texts.list() != before) {
        changes.push_back("page text " + text.key + " (" + text.language + ") changed");
    }
}

} // namespace

const store::Module module{
    .name = "preferences",
    .schema = store::schema_preferences,
    .store_tables = {"page_text"},
    .definitions = {{"page_texts", list_definitions, apply_definition}},
};

} // namespace habeas::preferences

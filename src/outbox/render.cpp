#include "outbox/render.hpp"

#include "base/text.hpp"
#include "consent/json_reader.hpp"
#include "exports/model.hpp"
#include "outbox/html.hpp"
#include "subjects/lookup.hpp"

#include <kainjow/mustache.hpp>

#include <sstream>

namespace habeas::outbox {

struct ParsedText {
    explicit ParsedText(const TemplateText& source)
        : subject(source.subject), text(source.text), html(source.html) {}
    kainjow::mustache::mustache subject, text, html;
};

namespace {

using Data = kainjow::mustache::data;
using nlohmann::json;

constexpr std::size_t max_data_bytes = 64 * 1024;
constexpr int max_data_depth = 16;
constexpr int max_steps = 20000; ///< turns of sections in one text

/// Counts what sections do: lists in lists in lists could go on for years.
class Context : public kainjow::mustache::context<std::string> {
  public:
    explicit Context(const Data& root) { context::push(&root); }
    void push(const Data* data) override {
        if (++steps_ > max_steps) {
            throw Error(Errc::invalid, "data: its lists repeat the template's sections too often",
                        "data");
        }
        context::push(data);
    }

  private:
    int steps_ = 0;
};

class Output : public std::ostringstream {
  public:
    Output& operator<<(const std::string& text) {
        size_ += text.size();
        if (size_ > max_rendered_bytes) {
            throw Error(Errc::invalid, "the message is longer than 2 MB", "data");
        }
        write(text.data(), static_cast<std::streamsize>(text.size()));
        return *this;
    }

  private:
    std::size_t size_ = 0;
};

Data data_of(const json& value, int depth) {
    if (depth > max_data_depth) {
        throw Error(Errc::invalid, "data: nested too deeply", "data");
    }
    switch (value.type()) {
    case json::value_t::object: {
        Data out(Data::type::object);
        for (const auto& [name, each] : value.items()) {
            out.set(name, data_of(each, depth + 1));
        }
        return out;
    }
    case json::value_t::array: {
        Data out(Data::type::list);
        for (const json& each : value) {
            out.push_back(data_of(each, depth + 1));
        }
        return out;
    }
    case json::value_t::string:
        return Data(value.get<std::string>());
    case json::value_t::boolean:
        return Data(value.get<bool>());
    case json::value_t::null:
        return Data(false);
    default:
        return Data(value.dump());
    }
}

json parse_data(const std::string& text) {
    if (text.empty()) {
        return json::object();
    }
    json out = json::parse(text, nullptr, false);
    if (!out.is_object()) {
        throw Error(Errc::invalid, "data: write a JSON object", "data");
    }
    return out;
}

std::string choice_labels(const Field& field, const Value& value, const std::string& language) {
    auto label = [&](const std::string& choice) {
        for (const Choice& each : field.choices) {
            if (each.value == choice) {
                return exports::label_for(each.labels, language, each.value);
            }
        }
        return choice;
    };
    if (const auto* one = std::get_if<std::string>(&value)) {
        return label(*one);
    }
    std::string out;
    for (const std::string& each : std::get<std::vector<std::string>>(value)) {
        out += (out.empty() ? "" : ", ") + label(each);
    }
    return out;
}

Data subject_data(const RenderInput& input, const std::string& language) {
    Data out(Data::type::object);
    for (const Field& field : *input.fields) {
        const Value* value = input.source->use.fields.contains(field.name)
                                 ? exports::value_of(input.subject->fields, field.name)
                                 : nullptr;
        if (value == nullptr) {
            continue;
        }
        if (const auto* yes = std::get_if<bool>(value); yes != nullptr && !*yes) {
            out.set(field.name, Data(false)); // so that a section is off
            continue;
        }
        const bool chosen = field.type == FieldType::select || field.type == FieldType::multiselect;
        std::string text =
            chosen ? choice_labels(field, *value, language) : subjects::value_text(field, *value);
        if (!text.empty()) {
            out.set(field.name, Data(text));
        }
    }
    return out;
}

Data root_data(const RenderInput& input, const std::string& language) {
    Data root(Data::type::object);
    root.set("language", Data(language));
    root.set("data", data_of(parse_data(input.data), 0));
    if (input.subject != nullptr) {
        root.set("subject", subject_data(input, language));
    }
    Data controller(Data::type::object);
    for (const auto& [name, value] : input.settings->controller.items()) {
        if (value.is_string() && !value.get<std::string>().empty()) {
            controller.set(name, Data(value.get<std::string>()));
        }
    }
    root.set("controller", controller);
    if (input.purpose != nullptr) {
        Data purpose(Data::type::object);
        purpose.set("code", Data(input.purpose->code));
        purpose.set("label",
                    Data(exports::label_for(input.purpose->labels, language, input.purpose->code)));
        const std::string none;
        std::string description = exports::label_for(input.purpose->descriptions, language, none);
        if (!description.empty()) {
            purpose.set("description", Data(description));
        }
        root.set("purpose", purpose);
    }
    if (!input.links.unsubscribe.empty()) {
        root.set("unsubscribe_url", Data(input.links.unsubscribe));
    }
    if (!input.links.preferences.empty()) {
        root.set("preferences_url", Data(input.links.preferences));
    }
    return root;
}

std::string plain(const std::string& text) {
    return text;
}
std::string escaped(const std::string& text) {
    return base::html_escape(text);
}

std::string render_text(kainjow::mustache::mustache& parsed, const Data& root,
                        std::string (*escape)(const std::string&)) {
    if (!parsed.is_valid()) {
        throw Error(Errc::invalid, "template: " + parsed.error_message(), "template");
    }
    parsed.set_custom_escape(escape);
    Context context(root);
    Output out;
    parsed.render(context, out);
    return out.str();
}

struct TemplateCache {
    std::int64_t generation = -1;
    std::map<std::string, std::shared_ptr<const StoredTemplate>> latest;
    std::map<std::pair<std::int64_t, std::int32_t>, std::shared_ptr<const StoredTemplate>> versions;
};

TemplateCache& template_cache(store::Engine& engine) {
    auto& cache = engine.cache<TemplateCache>();
    const std::int64_t now = engine.definitions_generation();
    if (cache.generation != now) {
        cache = {};
        cache.generation = now;
    }
    return cache;
}

std::shared_ptr<const StoredTemplate> load(store::Engine& engine, const store::Statement& row) {
    auto out = std::make_shared<StoredTemplate>();
    out->id = row.i64(0);
    out->retired = !row.is_null(2);
    out->definition = Templates::from_json(row.str(3));
    out->definition.version = static_cast<std::int32_t>(row.i64(1));
    for (const auto& [language, text] : out->definition.languages) {
        for (const std::string* each : {&text.subject, &text.text, &text.html}) {
            try {
                scan_template(engine, *each, language,
                              out->definition.kind == MessageKind::internal, out->use);
            } catch (const Error&) { // a field that was removed since: it renders empty
            }
        }
    }
    return out;
}

constexpr std::size_t max_cached_versions = 500;

} // namespace

std::shared_ptr<const StoredTemplate> latest_template(store::Engine& engine,
                                                      const std::string& code) {
    TemplateCache& cache = template_cache(engine);
    auto [at, fresh] = cache.latest.try_emplace(code);
    if (fresh) {
        auto row = engine.db().prepare(
            "SELECT t.id, v.version, t.retired_at, v.definition FROM message_template t "
            "JOIN message_template_version v ON v.template_id = t.id AND v.version = t.version "
            "WHERE t.code = ?1");
        row.bind(1, code);
        if (!row.step()) {
            cache.latest.erase(at);
            return nullptr;
        }
        try {
            at->second = load(engine, row);
        } catch (...) {
            cache.latest.erase(at);
            throw;
        }
    }
    return at->second;
}

std::shared_ptr<const StoredTemplate> template_version(store::Engine& engine, std::int64_t id,
                                                       std::int32_t version) {
    TemplateCache& cache = template_cache(engine);
    if (auto at = cache.versions.find({id, version}); at != cache.versions.end()) {
        return at->second;
    }
    auto row = engine.db().prepare(
        "SELECT t.id, v.version, t.retired_at, v.definition FROM message_template t "
        "JOIN message_template_version v ON v.template_id = t.id "
        "WHERE t.id = ?1 AND v.version = ?2");
    row.bind_all(id, version);
    if (!row.step()) {
        throw Error(Errc::not_found, "the template of this message is not there", "template");
    }
    if (cache.versions.size() >= max_cached_versions) {
        cache.versions.clear();
    }
    return cache.versions[{id, version}] = load(engine, row);
}

const std::string& choose_language(const MessageTemplate& source, const std::string& wanted) {
    for (const std::string& tag : {wanted, wanted.substr(0, wanted.find('-'))}) {
        if (auto at = source.languages.find(tag); at != source.languages.end()) {
            return at->first;
        }
    }
    return source.default_language;
}

void check_data(const std::string& data) {
    base::require_text(data, "data", true, max_data_bytes);
    data_of(parse_data(data), 0);
}

std::string subject_line(std::string_view text) {
    std::string out;
    for (char c : text) {
        const bool control = (c >= 0 && c < ' ') || c == 0x7f;
        if (!control || (!out.empty() && out.back() != ' ')) {
            out += control ? ' ' : c;
        }
    }
    out = base::trim(out);
    if (out.size() > max_subject_line_bytes) {
        std::size_t end = max_subject_line_bytes - 3;
        while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xc0U) == 0x80) {
            --end; // not within a character
        }
        out.resize(end);
        out += "…";
    }
    return out;
}

RenderedMessage render(const RenderInput& input) {
    std::string wanted = input.language;
    if (wanted.empty() && input.subject != nullptr) {
        wanted = exports::text_of(input.subject->fields, "language");
    }
    RenderedMessage out;
    out.language = choose_language(input.source->definition, wanted);
    std::shared_ptr<ParsedText>& parsed = input.source->parsed[out.language];
    if (!parsed) {
        parsed = std::make_shared<ParsedText>(input.source->definition.languages.at(out.language));
    }
    const Data root = root_data(input, out.language);
    out.subject = subject_line(render_text(parsed->subject, root, plain));
    out.text = render_text(parsed->text, root, plain);
    out.html = render_text(parsed->html, root, escaped);
    return out;
}

void complete_text(Channel channel, RenderedMessage& message) {
    if (channel == Channel::email && message.text.empty() && !message.html.empty()) {
        message.text = read_html(message.html).text;
    }
}

namespace {

bool lacks(const std::string& part, const std::string& what) {
    return !what.empty() && part.find(what) == std::string::npos;
}

void add_to_text(const std::string& name, const std::string& address, const Footer& given,
                 std::string& text) {
    std::string footer;
    if (lacks(text, name) || lacks(text, address)) {
        footer += name + "\n" + address + "\n";
    }
    if (lacks(text, given.agreed)) {
        footer += given.agreed + "\n";
    }
    if (lacks(text, given.unsubscribe)) {
        footer += given.unsubscribe + "\n";
    }
    if (!footer.empty()) {
        text += (text.ends_with('\n') ? "\n-- \n" : "\n\n-- \n") + footer;
    }
}

void add_to_html(const std::string& name, const std::string& address, const Footer& given,
                 std::string& html) {
    std::string footer;
    auto add = [&](const std::string& line) { footer += (footer.empty() ? "" : "<br>\n") + line; };
    const std::string html_name = base::html_escape(name);
    const std::string html_address = base::html_escape(address);
    const std::string agreed = base::html_escape(given.agreed);
    const std::string link = base::html_escape(given.unsubscribe);
    if (lacks(html, html_name) || lacks(html, html_address)) {
        std::string lines = html_address;
        for (std::size_t at = lines.find('\n'); at != std::string::npos;
             at = lines.find('\n', at + 5)) {
            lines.replace(at, 1, "<br>\n");
        }
        add(html_name);
        add(lines);
    }
    if (lacks(html, agreed)) {
        add(agreed);
    }
    if (lacks(html, link)) {
        add("<a href=\"" + link + "\">" + link + "</a>");
    }
    if (!footer.empty()) {
        const std::size_t end = html.rfind("</body>");
        html.insert(end == std::string::npos ? html.size() : end, "\n<p>" + footer + "</p>\n");
    }
}

} // namespace

void add_footer(const Settings& settings, const Footer& footer, RenderedMessage& message) {
    const std::string name = settings.controller_member("name");
    const std::string address = settings.controller_member("address");
    if (!message.text.empty()) {
        add_to_text(name, address, footer, message.text);
    }
    if (!message.html.empty()) {
        add_to_html(name, address, footer, message.html);
    }
}

} // namespace habeas::outbox

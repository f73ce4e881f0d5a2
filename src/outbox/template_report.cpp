// What somebody should look at before a template is used.
#include "base/text.hpp"
#include "consent/json_reader.hpp"
#include "exports/model.hpp"
#include "outbox/html.hpp"
#include "outbox/render.hpp"
#include "subjects/lookup.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace habeas {
namespace outbox {
namespace {

bool is_variable(const std::string& target) {
    return target.find("{{") != std::string::npos;
}

std::string scheme_of(const std::string& target) {
    const std::size_t colon = target.find(':');
    const std::size_t other = target.find_first_of("/?#");
    if (colon == std::string::npos || (other != std::string::npos && other < colon)) {
        return {};
    }
    std::string out = target.substr(0, colon);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return base::ascii_lower(c); });
    return out;
}

class PartCheck {
  public:
    PartCheck(std::string language, std::vector<TemplateFinding>& out)
        : language_(std::move(language)), out_(out) {}

    void html(const HtmlFacts& facts) {
        for (const HtmlLink& each : facts.links) {
            link(each);
        }
        for (const HtmlImage& each : facts.images) {
            image(each);
        }
        for (const std::string& each : facts.active) {
            add("active_content", true, each); // mail programs take it out
        }
    }
    void add(const char* code, bool error, const std::string& detail = {}) {
        out_.push_back({code, error, language_, "html", detail.substr(0, 200)});
    }

  private:
    void link(const HtmlLink& link) {
        if (link.text.empty()) {
            add("link_no_words", true, link.target); // WCAG 2.4.4
        }
        if (link.target.empty() || link.target == "#") {
            add("link_missing", true, link.text);
            return;
        }
        if (is_variable(link.target) || link.target.front() == '#') {
            return;
        }
        const std::string scheme = scheme_of(link.target);
        if (scheme.empty()) {
            add("link_relative", true, link.target);
        } else if (scheme == "http") {
            add("link_plain_http", false, link.target);
        } else if (scheme != "https" && scheme != "mailto" && scheme != "tel" && scheme != "sms") {
            add("link_scheme", true, link.target);
        }
    }

    void image(const HtmlImage& image) {
        if (image.invisible) {
            add("image_invisible", false, image.source); // tells who opened: needs a purpose
        } else if (!image.words) {
            add("image_no_words", true, image.source); // WCAG 1.1.1
        }
        if (is_variable(image.source)) {
            return;
        }
        const std::string scheme = scheme_of(image.source);
        if (scheme.empty()) {
            add("image_relative", true, image.source);
        } else if (scheme == "http") {
            add("image_plain_http", false, image.source);
        } else if (scheme == "data") {
            add("image_inline", false, "data:"); // many mail programs do not show it
        }
    }

    std::string language_;
    std::vector<TemplateFinding>& out_;
};

/// "order.number" in {"order": {"number": 7}}.
bool is_there(const nlohmann::json& data, const std::string& path) {
    const nlohmann::json* at = &data;
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find('.', begin), path.size());
        if (!at->is_object() || !at->contains(path.substr(begin, end - begin))) {
            return false;
        }
        at = &(*at)[path.substr(begin, end - begin)];
        begin = end + 1;
    }
    return !at->is_null() && *at != "";
}

/// What one language's texts use.
TemplateUse use_of(store::Engine& engine, const MessageTemplate& source,
                   const std::string& language) {
    TemplateUse out;
    const TemplateText& text = source.languages.at(language);
    for (const std::string* each : {&text.subject, &text.text, &text.html}) {
        try {
            scan_template(engine, *each, language, source.kind == MessageKind::internal, out);
        } catch (const Error&) { // a field that was removed since
        }
    }
    return out;
}

class RecipientCheck {
  public:
    RecipientCheck(store::Engine& engine, const MessageTemplate& source, TemplateReport& report)
        : engine_(engine), source_(source), report_(report) {
        for (const auto& [language, text] : source.languages) {
            uses_.emplace(language, use_of(engine, source, language));
        }
    }

    void add(SubjectId subject) {
        const Subject person = subjects::load(engine_, subject);
        const std::string wanted = exports::text_of(person.fields, "language");
        const std::string& language = choose_language(source_, wanted);
        ++report_.recipients;
        ++report_.languages[language];
        const std::string base = wanted.substr(0, wanted.find('-'));
        if (!base.empty() && base != language.substr(0, language.find('-'))) {
            ++other_[base];
        }
        for (const std::string& field : uses_.at(language).fields) {
            if (exports::value_of(person.fields, field) == nullptr) {
                ++missing_[{language, "subject." + field}];
            }
        }
    }

    void finish(const nlohmann::json& data) {
        std::set<std::string> variables;
        for (const auto& [language, use] : uses_) {
            for (const std::string& field : use.fields) {
                variables.insert("subject." + field);
            }
            for (const std::string& name : use.data) {
                variables.insert("data." + name);
                if (!data.is_null() && !is_there(data, name)) {
                    missing_[{language, "data." + name}] = report_.languages[language];
                }
            }
        }
        report_.variables.assign(variables.begin(), variables.end());
        for (const auto& [where, count] : missing_) {
            report_.missing.push_back({where.first, where.second, count});
        }
        for (const auto& [language, count] : other_) { // they read a language that is not theirs
            report_.findings.push_back({"language_default", false, language, "", {}});
        }
        std::erase_if(report_.languages, [](const auto& each) { return each.second == 0; });
    }

  private:
    store::Engine& engine_;
    const MessageTemplate& source_;
    TemplateReport& report_;
    std::map<std::string, TemplateUse> uses_;
    std::map<std::pair<std::string, std::string>, std::uint64_t> missing_;
    std::map<std::string, std::uint64_t> other_;
};

void check_texts(const MessageTemplate& source, TemplateReport& report) {
    for (const auto& [language, text] : source.languages) {
        PartCheck part(language, report.findings);
        if (!text.html.empty()) {
            part.html(read_html(text.html));
            if (text.text.empty()) {
                part.add("text_from_html", false);
            }
        }
    }
}

} // namespace
} // namespace outbox

TemplateReport Templates::check(const std::string& code,
                                const TemplateCheckOptions& options) const {
    using namespace outbox;
    check_data(options.data);
    const nlohmann::json data =
        options.data.empty() ? nlohmann::json() : consent::read_document(options.data, "data");
    store::Engine::Read snapshot(*engine_);
    auto found = latest_template(*engine_, code);
    if (!found) {
        throw Error(Errc::not_found, "there is no template of this name", "code");
    }
    const MessageTemplate& source = found->definition;
    TemplateReport out;
    out.version = source.version;
    check_texts(source, out);
    RecipientCheck recipients(*engine_, source, out);
    std::vector<SubjectId> subjects = options.subjects;
    if (subjects.empty() && source.kind != MessageKind::internal) {
        Consent(*engine_).filter(source.purpose, source.channel,
                                 [&](SubjectId id, const Decision&) {
                                     subjects.push_back(id);
                                     return subjects.size() <= options.limit;
                                 });
    }
    out.more = subjects.size() > options.limit;
    subjects.resize(std::min(subjects.size(), options.limit));
    for (const SubjectId each : subjects) {
        recipients.add(each);
    }
    recipients.finish(data);
    return out;
}

} // namespace habeas

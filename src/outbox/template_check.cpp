#include "outbox/template_check.hpp"

#include "base/contact.hpp"
#include "base/text.hpp"
#include "consent/catalogue.hpp"
#include "outbox/settings.hpp"
#include "subjects/field_set.hpp"

#include <fmt/format.h>
#include <kainjow/mustache.hpp>

#include <algorithm>
#include <array>

namespace habeas::outbox {
namespace {

constexpr std::size_t max_subject_bytes = 1000;
constexpr std::size_t max_template_bytes = 512 * 1024;
constexpr std::size_t max_languages = 100;
constexpr std::size_t max_depth = 8;
constexpr std::array<std::string_view, 9> controller_members{
    "name", "address", "email", "phone", "url", "contact", "dpo", "country", "place"};
constexpr std::array<std::string_view, 3> purpose_members{"code", "label", "description"};

[[noreturn]] void refuse(const std::string& where, std::size_t byte, const std::string& why) {
    throw Error(Errc::invalid, fmt::format("{}, byte {}: {}", where, byte + 1, why), where);
}

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= 200 && name.front() != '.' && name.back() != '.' &&
           name.find("..") == std::string_view::npos &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return base::is_letter_or_digit(c) || c == '_' || c == '-' || c == '.';
           });
}

class Scanner {
  public:
    Scanner(store::Engine& engine, const std::string& where, bool internal, TemplateUse& use)
        : fields_(subjects::field_set(engine, FieldOwner::subject)), where_(where),
          internal_(internal), use_(use) {}

    void scan(std::string_view text) {
        for (std::size_t at = text.find("{{"); at != std::string_view::npos;
             at = text.find("{{", at)) {
            const std::size_t end = text.find("}}", at + 2);
            if (end == std::string_view::npos) {
                refuse(where_, at, "this tag does not end; write }}");
            }
            tag(base::trim(text.substr(at + 2, end - at - 2)), at);
            at = end + 2;
        }
        if (!open_.empty()) {
            refuse(where_, text.size(), "the section " + open_.back() + " is not closed");
        }
    }

  private:
    void tag(std::string_view tag, std::size_t at) {
        const char sign = tag.empty() ? ' ' : tag.front();
        if (sign == '!') {
            return;
        }
        if (sign == '{' || sign == '&') {
            refuse(where_, at, "values are never put in unescaped; write {{name}}");
        }
        if (sign == '>' || sign == '=' || sign == '<' || sign == '$') {
            refuse(where_, at, "partials and other delimiters are not supported");
        }
        if (sign != '#' && sign != '^' && sign != '/') {
            variable(std::string(tag), at);
            return;
        }
        const std::string name(base::trim(tag.substr(1)));
        if (sign == '/') {
            if (open_.empty() || open_.back() != name) {
                refuse(where_, at, "this closes a section that is not open");
            }
            open_.pop_back();
            return;
        }
        variable(name, at);
        open_.push_back(name);
        if (open_.size() > max_depth) {
            refuse(where_, at, fmt::format("at most {} sections in each other", max_depth));
        }
    }

    /// Within a section over the host's data its items may have any member.
    [[nodiscard]] bool in_data() const {
        return std::any_of(open_.begin(), open_.end(), [](const std::string& each) {
            return each == "data" || each.starts_with("data.");
        });
    }

    void variable(const std::string& name, std::size_t at) {
        if (name == "." && !open_.empty()) {
            return;
        }
        if (!is_name(name)) {
            refuse(where_, at, "this is no name of a variable");
        }
        const std::size_t dot = name.find('.');
        const std::string root = name.substr(0, dot);
        const std::string rest = dot == std::string::npos ? "" : name.substr(dot + 1);
        if (root == "data" && !rest.empty() && !in_data()) {
            use_.data.insert(rest);
        }
        if (root == "data" || (root == "language" && rest.empty())) {
            return;
        }
        if (root == "subject" && !rest.empty()) {
            field(rest, at);
        } else if (root == "controller" && !rest.empty()) {
            member(controller_members, rest, at);
        } else if (root == "purpose" && !rest.empty() && !internal_) {
            member(purpose_members, rest, at);
        } else if (name == "unsubscribe_url" && !internal_) {
            use_.unsubscribe = true;
        } else if (name == "preferences_url" && !internal_) {
            use_.preferences = true;
        } else if (!in_data()) {
            refuse(where_, at, "there is no variable of this name; the host's own are data.<name>");
        }
    }

    void field(const std::string& name, std::size_t at) {
        const subjects::FieldInfo* info = fields_->find(name);
        if (info == nullptr) {
            refuse(where_, at, "subjects have no such field");
        }
        if (info->storage == subjects::Storage::sealed) {
            refuse(where_, at, "a sealed field is in no message");
        }
        use_.fields.insert(name);
    }

    template <std::size_t count>
    void member(const std::array<std::string_view, count>& known, const std::string& name,
                std::size_t at) const {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            refuse(where_, at, "there is no such member");
        }
    }

    std::shared_ptr<const subjects::FieldSet> fields_;
    const std::string& where_;
    bool internal_;
    TemplateUse& use_;
    std::vector<std::string> open_;
};

void check_text(store::Engine& engine, const std::string& text, const std::string& where,
                bool multiline, std::size_t max_bytes, bool internal) {
    base::require_text(text, where, multiline, max_bytes);
    TemplateUse use;
    scan_template(engine, text, where, internal, use);
    kainjow::mustache::mustache parsed{text};
    if (!parsed.is_valid()) {
        throw Error(Errc::invalid, where + ": " + parsed.error_message(), where);
    }
}

void check_purpose(store::Engine& engine, const MessageTemplate& given) {
    if (given.kind == MessageKind::internal) {
        if (!given.purpose.empty()) {
            throw Error(Errc::invalid, "purpose: an internal message has none", "purpose");
        }
        return;
    }
    const MessageKind kind = purpose_facts(engine, given.purpose, given.channel).kind;
    if (kind != given.kind) {
        throw Error(Errc::invalid,
                    "kind: messages for the purpose " + given.purpose + " are of kind " +
                        std::string(message_kind_name(kind)),
                    "kind");
    }
}

} // namespace

void scan_template(store::Engine& engine, std::string_view text, const std::string& where,
                   bool internal, TemplateUse& use) {
    Scanner(engine, where, internal, use).scan(text);
}

MessageTemplate check_template(store::Engine& engine, const MessageTemplate& given) {
    MessageTemplate out = given;
    out.version = 0;
    base::require_code(given.code, "code");
    for (const auto& [language, label] : given.labels) {
        base::require_text(label, "labels." + language, false, 200);
    }
    check_purpose(engine, given);
    for (const auto& [name, value] :
         {std::pair("sender", &out.sender), std::pair("reply_to", &out.reply_to)}) {
        if (!value->empty()) {
            *value = mailbox_text(parse_mailbox(*value, name));
        }
    }
    if (given.languages.empty() || given.languages.size() > max_languages) {
        throw Error(Errc::invalid, "languages: a template has its texts in at least one language",
                    "languages");
    }
    out.languages.clear();
    const bool internal = given.kind == MessageKind::internal;
    for (const auto& [tag, text] : given.languages) {
        const std::string where = "languages." + tag;
        const std::string language = base::normalise_language(tag);
        if (!out.languages.emplace(language, text).second) {
            throw Error(Errc::invalid, where + ": this language is there twice", where);
        }
        check_text(engine, text.subject, where + ".subject", false, max_subject_bytes, internal);
        check_text(engine, text.text, where + ".text", true, max_template_bytes, internal);
        check_text(engine, text.html, where + ".html", true, max_template_bytes, internal);
        check_parts(given.channel, text.subject, text.text, text.html, where + ".");
    }
    if (out.default_language.empty() && out.languages.size() == 1) {
        out.default_language = out.languages.begin()->first;
    } else if (!out.default_language.empty()) {
        out.default_language = base::normalise_language(out.default_language);
    }
    if (!out.languages.contains(out.default_language)) {
        throw Error(Errc::invalid,
                    "default_language: name one of the languages, for people with another",
                    "default_language");
    }
    return out;
}

} // namespace habeas::outbox

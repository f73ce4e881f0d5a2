#include "outbox/html.hpp"

#include "base/text.hpp"

#include <libxml/HTMLparser.h>

#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <new>

namespace habeas::outbox {
namespace {

template <std::size_t count>
bool is_one(const std::array<std::string_view, count>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 6> unread{"head",   "title",    "style",
                                                 "script", "template", "object"};
constexpr std::array<std::string_view, 6> removed{"script", "iframe", "form",
                                                  "object", "embed",  "applet"};
constexpr std::array<std::string_view, 14> paragraphs{
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "dl", "pre", "table", "hr"};
constexpr std::array<std::string_view, 13> lines{
    "div",     "tr",     "li",     "dt",      "dd",   "br", "section",
    "article", "header", "footer", "address", "main", "nav"};

std::string attribute(const xmlChar** attributes, std::string_view name) {
    for (; attributes != nullptr && attributes[0] != nullptr; attributes += 2) {
        if (name == reinterpret_cast<const char*>(attributes[0])) {
            return attributes[1] == nullptr ? std::string()
                                            : reinterpret_cast<const char*>(attributes[1]);
        }
    }
    return {};
}

bool has_attribute(const xmlChar** attributes, std::string_view name) {
    for (; attributes != nullptr && attributes[0] != nullptr; attributes += 2) {
        if (name == reinterpret_cast<const char*>(attributes[0])) {
            return true;
        }
    }
    return false;
}

/// Writes words, with one blank where the source has any number, and the breaks that were asked
/// for between them.
class TextWriter {
  public:
    void words(std::string_view text, bool verbatim) {
        for (std::size_t i = 0; i < text.size(); ++i) {
            // U+00A0 is a blank in plain text.
            const bool hard = text.substr(i).starts_with("\xc2\xa0");
            const char c = text[i];
            if (verbatim && c == '\n') {
                breaks(1);
            } else if (!verbatim && (c == ' ' || c == '\n' || c == '\t' || c == '\r')) {
                blank_ = true;
            } else if (c != '\r') {
                put(hard ? std::string_view(" ") : text.substr(i, 1));
                i += hard ? 1 : 0;
            }
        }
    }
    void breaks(int count) {
        if (!out_.empty()) {
            breaks_ = std::max(breaks_, count);
        }
        blank_ = false;
    }
    /// Each line of a preformatted text is one.
    void mark(const std::string& sign) { mark_ = sign; }
    void blank() { blank_ = true; }
    std::string take() { return std::move(out_); }

  private:
    void put(std::string_view piece) {
        if (breaks_ > 0) {
            out_.append(static_cast<std::size_t>(breaks_), '\n');
        } else if (blank_ && !out_.empty()) {
            out_ += ' ';
        }
        breaks_ = 0;
        blank_ = false;
        out_ += mark_;
        mark_.clear();
        out_ += piece;
    }

    std::string out_, mark_;
    int breaks_ = 0;
    bool blank_ = false;
};

class Reader {
  public:
    void start(std::string_view name, const xmlChar** attributes) {
        if (is_one(removed, name)) {
            facts_.active.emplace(name);
        }
        if (is_one(unread, name)) {
            ++unread_;
        }
        if (unread_ > 0) {
            return;
        }
        break_for(name);
        if (name == "ul" || name == "ol") {
            lists_.push_back(name == "ol" ? 1 : 0);
        } else if (name == "li") {
            item();
        } else if (name == "td" || name == "th") {
            writer_.blank();
        } else if (name == "hr") {
            writer_.words("----", true);
            writer_.breaks(2);
        } else if (name == "pre") {
            ++verbatim_;
        } else if (name == "a") {
            close_link();
            link_ = HtmlLink{attribute(attributes, "href"), {}};
        } else if (name == "img") {
            image(attributes);
        }
    }

    void end(std::string_view name) {
        if (is_one(unread, name) && unread_ > 0) {
            --unread_;
        }
        if (unread_ > 0) {
            return;
        }
        if (name == "a") {
            close_link();
        } else if ((name == "ul" || name == "ol") && !lists_.empty()) {
            lists_.pop_back();
        } else if (name == "pre" && verbatim_ > 0) {
            --verbatim_;
        }
        if (name != "br" && name != "hr") {
            break_for(name);
        }
    }

    void text(std::string_view words) {
        if (unread_ > 0) {
            return;
        }
        writer_.words(words, verbatim_ > 0);
        if (link_) {
            link_->text += words;
        }
    }

    HtmlFacts take() {
        close_link();
        facts_.text = writer_.take();
        if (!facts_.text.empty()) {
            facts_.text += '\n';
        }
        return std::move(facts_);
    }

  private:
    void break_for(std::string_view name) {
        if (is_one(paragraphs, name)) {
            // A list within a list is no paragraph of its own.
            const bool inner = (name == "ul" || name == "ol") && lists_.size() > 0;
            writer_.breaks(inner ? 1 : 2);
        } else if (is_one(lines, name)) {
            writer_.breaks(1);
        }
    }

    void item() {
        std::string mark(lists_.empty() ? 0 : (lists_.size() - 1) * 2, ' ');
        if (!lists_.empty() && lists_.back() > 0) {
            mark += std::to_string(lists_.back()++) + ". ";
        } else {
            mark += "- ";
        }
        writer_.mark(mark);
    }

    void image(const xmlChar** attributes) {
        HtmlImage& image = facts_.images.emplace_back();
        image.source = attribute(attributes, "src");
        if (has_attribute(attributes, "alt")) {
            image.words = attribute(attributes, "alt");
        }
        auto small = [&](const char* side) {
            const std::string size = attribute(attributes, side);
            return size == "0" || size == "1" || size == "0px" || size == "1px";
        };
        image.invisible = small("width") && small("height");
        if (image.words && !image.words->empty()) {
            text(*image.words);
        }
    }

    void close_link() {
        if (!link_) {
            return;
        }
        link_->text = std::string(base::trim(link_->text));
        const std::string& target = link_->target;
        const std::string shown =
            target.starts_with("mailto:") ? target.substr(7, target.find('?') - 7) : target;
        if (!target.empty() && target.front() != '#' && link_->text != shown) {
            writer_.words(link_->text.empty() ? "<" + target + ">" : " <" + shown + ">", false);
        }
        facts_.links.push_back(std::move(*link_));
        link_.reset();
    }

    HtmlFacts facts_;
    TextWriter writer_;
    std::optional<HtmlLink> link_;
    std::vector<int> lists_; ///< the next number; 0: none
    int unread_ = 0, verbatim_ = 0;
};

/// What the parser calls: no exception goes through its C code.
struct ParserCall {
    Reader reader;
    std::exception_ptr failure;

    template <class Do>
    static void run(void* self, Do action) noexcept {
        auto& call = *static_cast<ParserCall*>(self);
        if (!call.failure) {
            try {
                action(call.reader);
            } catch (...) {
                call.failure = std::current_exception();
            }
        }
    }
};

std::string_view view(const xmlChar* text) {
    return reinterpret_cast<const char*>(text);
}

void on_start(void* self, const xmlChar* name, const xmlChar** attributes) {
    ParserCall::run(self, [&](Reader& reader) { reader.start(view(name), attributes); });
}
void on_end(void* self, const xmlChar* name) {
    ParserCall::run(self, [&](Reader& reader) { reader.end(view(name)); });
}
void on_text(void* self, const xmlChar* text, int length) {
    ParserCall::run(self, [&](Reader& reader) {
        reader.text({reinterpret_cast<const char*>(text), static_cast<std::size_t>(length)});
    });
}

} // namespace

HtmlFacts read_html(std::string_view html) {
    ParserCall call;
    xmlSAXHandler handler{};
    handler.startElement = on_start;
    handler.endElement = on_end;
    handler.characters = on_text;
    handler.ignorableWhitespace = on_text;
    const std::unique_ptr<htmlParserCtxt, void (*)(htmlParserCtxt*)> parser(
        htmlCreatePushParserCtxt(&handler, &call, nullptr, 0, nullptr, XML_CHAR_ENCODING_UTF8),
        htmlFreeParserCtxt);
    if (!parser) {
        throw std::bad_alloc();
    }
    htmlCtxtUseOptions(parser.get(), HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
                                         HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
    htmlParseChunk(parser.get(), html.data(), static_cast<int>(html.size()), 0);
    htmlParseChunk(parser.get(), nullptr, 0, 1);
    if (call.failure) {
        std::rethrow_exception(call.failure);
    }
    return call.reader.take();
}

} // namespace habeas::outbox

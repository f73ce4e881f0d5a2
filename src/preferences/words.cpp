#include "preferences/words.hpp"

#include "base/contact.hpp"
#include "base/text.hpp"
#include "habeas/preferences.hpp"
#include "preferences/word_table.hpp"

#include <algorithm>

namespace habeas {
namespace preferences {
namespace {

constexpr std::size_t max_text_bytes = 4000;
constexpr std::size_t max_header_bytes = 400;

std::string_view base_of(std::string_view language) {
    return language.substr(0, language.find('-'));
}

bool known_key(std::string_view key) {
    const auto rows = word_table();
    return std::any_of(rows.begin(), rows.end(),
                       [&](const WordRow& row) { return row.key == key; });
}

bool built_in(std::string_view language) {
    return std::find(built_in_languages.begin(), built_in_languages.end(), base_of(language)) !=
           built_in_languages.end();
}

} // namespace

Words::Words(store::Engine& engine, std::string_view language) {
    language_ = "en";
    for (const std::string_view tag : {base_of(language), language}) {
        if (speaks(engine, tag)) {
            language_ = tag;
        }
    }
    std::size_t column = 0;
    for (std::size_t i = 0; i < built_in_languages.size(); ++i) {
        column = built_in_languages[i] == base_of(language_) ? i : column;
    }
    for (const WordRow& row : word_table()) {
        texts_.emplace(row.key, row.texts[column]);
    }
    auto own = engine.db().prepare("SELECT key, text FROM page_text WHERE language IN (?1, ?2) "
                                   "ORDER BY length(language)");
    own.bind_all(base_of(language_), language_);
    while (own.step()) {
        texts_[own.str(0)] = own.str(1);
    }
}

const std::string& Words::of(std::string_view key) const {
    const auto at = texts_.find(key);
    if (at == texts_.end()) {
        throw Error(Errc::internal, "the pages have no words for " + std::string(key), "page");
    }
    return at->second;
}

std::string
Words::of(std::string_view key,
          std::initializer_list<std::pair<std::string_view, std::string_view>> values) const {
    std::string out;
    std::string_view rest = of(key);
    while (!rest.empty()) { // once over the text: what is filled in is not looked at again
        const std::size_t open = rest.find('{');
        out += rest.substr(0, open);
        if (open == std::string_view::npos) {
            break;
        }
        rest.remove_prefix(open);
        const std::size_t close = rest.find('}');
        const std::string_view name =
            close == std::string_view::npos ? std::string_view{} : rest.substr(1, close - 1);
        const auto* const value = std::find_if(
            values.begin(), values.end(), [&](const auto& each) { return each.first == name; });
        if (value == values.end()) {
            out += rest.front();
            rest.remove_prefix(1);
        } else {
            out += value->second;
            rest.remove_prefix(close + 1);
        }
    }
    return out;
}

bool speaks(store::Engine& engine, std::string_view language) {
    if (language.empty()) {
        return false;
    }
    if (built_in(language) && base_of(language) == language) {
        return true;
    }
    auto row = engine.db().prepare("SELECT 1 FROM page_text WHERE language = ?1 LIMIT 1");
    row.bind(1, language);
    return row.step();
}

std::string accepted_language(store::Engine& engine, std::string_view header) {
    std::string best;
    double best_weight = 0;
    std::string_view rest = header.substr(0, max_header_bytes);
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        const std::string_view part = rest.substr(0, comma);
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        const std::size_t semicolon = part.find(';');
        const std::string_view tag = base::trim(part.substr(0, semicolon));
        double weight = 1;
        if (const std::size_t q = part.find("q="); q != std::string_view::npos) {
            weight = 0; // "0.8": up to three digits after the point
            double unit = 1;
            for (const char c : part.substr(q + 2)) {
                if (base::is_digit(c)) {
                    weight += unit * (c - '0');
                } else if (c != '.') {
                    break;
                } else {
                    unit = 1;
                }
                unit /= 10;
            }
        }
        std::string language;
        try {
            language = base::normalise_language(tag);
        } catch (const Error&) {
            continue; // "*", or no language at all
        }
        if (weight > best_weight &&
            (speaks(engine, language) || speaks(engine, base_of(language)))) {
            best = language;
            best_weight = weight;
        }
    }
    return best;
}

} // namespace preferences

void PageTexts::set(const PageText& text) {
    using namespace preferences;
    if (!known_key(text.key)) {
        throw Error(Errc::not_found, "the pages have no text of this name; see PageTexts::keys",
                    "key");
    }
    std::string language;
    try {
        language = base::normalise_language(text.language);
    } catch (const Error& error) {
        throw Error(error.code(), std::string("language: ") + error.what(), "language");
    }
    base::require_text(text.text, "text", false, max_text_bytes);
    store::Engine::Write tx(*engine_);
    if (text.text.empty()) {
        engine_->db()
            .prepare("DELETE FROM page_text WHERE key = ?1 AND language = ?2")
            .bind_all(text.key, language)
            .run();
    } else {
        engine_->db()
            .prepare("INSERT INTO page_text(key, language, text) VALUES(?1, ?2, ?3) ON CONFLICT "
                     "DO UPDATE SET text = excluded.text")
            .bind_all(text.key, language, text.text)
            .run();
    }
    tx.commit();
}

std::vector<PageText> PageTexts::list() const {
    store::Engine::Read snapshot(*engine_);
    auto row =
        engine_->db().prepare("SELECT key, language, text FROM page_text ORDER BY key, language");
    std::vector<PageText> out;
    while (row.step()) {
        out.push_back({row.str(0), row.str(1), row.str(2)});
    }
    return out;
}

std::map<std::string, std::string> PageTexts::words(const std::string& language) const {
    store::Engine::Read snapshot(*engine_);
    const preferences::Words words(*engine_, language);
    return {words.all().begin(), words.all().end()};
}

std::vector<std::string> PageTexts::keys() {
    std::vector<std::string> out;
    for (const preferences::WordRow& row : preferences::word_table()) {
        out.emplace_back(row.key);
    }
    return out;
}

} // namespace habeas

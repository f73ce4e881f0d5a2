#include "segments/text_match.hpp"

#include "base/text.hpp"

#include <nlohmann/json.hpp>
#include <re2/re2.h>

#include <string>
#include <unordered_set>
#include <vector>

namespace habeas::segments {
namespace {

using store::TextPredicate;

/// Case-folded text; most texts are ASCII and need no library. Keeps its buffer.
class Folded {
  public:
    std::string_view operator()(std::string_view text) {
        buffer_.resize(text.size());
        for (std::size_t i = 0; i < text.size(); ++i) {
            char c = text[i];
            if (static_cast<unsigned char>(c) >= 0x80) {
                buffer_ = base::casefold(text);
                return buffer_;
            }
            buffer_[i] = base::ascii_lower(c);
        }
        return buffer_;
    }

  private:
    std::string buffer_;
};

/// Compares with one folded text.
template <bool (*matches_folded)(std::string_view text, std::string_view pattern)>
class WithText : public TextPredicate {
  public:
    explicit WithText(std::string_view pattern) : pattern_(Folded{}(pattern)) {}
    bool matches(std::string_view text) override { return matches_folded(fold_(text), pattern_); }

  private:
    std::string pattern_;
    Folded fold_;
};

bool equal(std::string_view text, std::string_view pattern) {
    return text == pattern;
}
bool contains(std::string_view text, std::string_view pattern) {
    return text.find(pattern) != std::string_view::npos;
}
bool starts(std::string_view text, std::string_view pattern) {
    return text.starts_with(pattern);
}
bool ends(std::string_view text, std::string_view pattern) {
    return text.ends_with(pattern);
}

class Among : public TextPredicate {
  public:
    explicit Among(std::string_view list) {
        for (const auto& each : nlohmann::json::parse(list)) {
            texts_.emplace(fold_(each.get_ref<const std::string&>()));
        }
    }
    bool matches(std::string_view text) override {
        return texts_.contains(std::string(fold_(text)));
    }

  private:
    Folded fold_;
    std::unordered_set<std::string> texts_;
};

/// One step of a pattern of LIKE.
struct Wild {
    enum class Kind : std::uint8_t { text, one, any } kind = Kind::text;
    std::string text;
};

std::size_t character_size(std::string_view text) {
    auto lead = static_cast<unsigned char>(text.front());
    std::size_t size = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    return std::min(size, text.size());
}

class Like : public TextPredicate {
  public:
    explicit Like(std::string_view pattern) {
        std::string text = std::string(fold_(pattern));
        for (std::size_t i = 0; i < text.size(); ++i) {
            char c = text[i];
            if (c == '%' || c == '_') {
                bool any = c == '%';
                if (!any || steps_.empty() || steps_.back().kind != Wild::Kind::any) {
                    steps_.push_back({any ? Wild::Kind::any : Wild::Kind::one, {}});
                }
                continue;
            }
            if (c == '\\' && i + 1 < text.size()) {
                c = text[++i];
            }
            if (steps_.empty() || steps_.back().kind != Wild::Kind::text) {
                steps_.push_back({});
            }
            steps_.back().text += c;
        }
    }

    /// Greedy, going back to the last %: at most pattern times text, never exponential.
    bool matches(std::string_view typed) override {
        std::string_view text = fold_(typed);
        std::size_t step = 0;
        std::size_t at = 0;
        std::size_t back_step = std::string::npos;
        std::size_t back_at = 0;
        while (at < text.size() || step < steps_.size()) {
            if (step < steps_.size() && steps_[step].kind == Wild::Kind::any) {
                back_step = step++;
                back_at = at;
                if (step == steps_.size()) {
                    return true;
                }
                continue;
            }
            if (step < steps_.size() && advance(steps_[step], text, at)) {
                ++step;
                continue;
            }
            if (back_step == std::string::npos || back_at >= text.size()) {
                return false;
            }
            back_at += character_size(text.substr(back_at));
            at = back_at;
            step = back_step + 1;
        }
        return true;
    }

  private:
    static bool advance(const Wild& step, std::string_view text, std::size_t& at) {
        if (step.kind == Wild::Kind::one) {
            if (at == text.size()) {
                return false;
            }
            at += character_size(text.substr(at));
            return true;
        }
        if (!text.substr(at).starts_with(step.text)) {
            return false;
        }
        at += step.text.size();
        return true;
    }

    std::vector<Wild> steps_;
    Folded fold_;
};

RE2::Options regexp_options() {
    RE2::Options options(RE2::Quiet);
    options.set_case_sensitive(false);
    options.set_max_mem(std::int64_t{1} << 20);
    return options;
}

class Regexp : public TextPredicate {
  public:
    explicit Regexp(std::string_view pattern)
        : regexp_(re2::StringPiece(pattern.data(), pattern.size()), regexp_options()) {
        if (!regexp_.ok()) {
            throw Error(Errc::invalid, "this is no regular expression: " + regexp_.error());
        }
    }
    bool matches(std::string_view text) override {
        return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), regexp_);
    }

  private:
    RE2 regexp_;
};

template <class T>
std::unique_ptr<TextPredicate> make(std::string_view pattern) {
    return std::make_unique<T>(pattern);
}

} // namespace

void add_text_predicates(store::Connection& connection) {
    connection.define_predicate(sql_equals, make<WithText<equal>>);
    connection.define_predicate(sql_among, make<Among>);
    connection.define_predicate(sql_like, make<Like>);
    connection.define_predicate(sql_contains, make<WithText<contains>>);
    connection.define_predicate(sql_starts, make<WithText<starts>>);
    connection.define_predicate(sql_ends, make<WithText<ends>>);
    connection.define_predicate(sql_regexp, make<Regexp>);
}

std::string regexp_fault(std::string_view pattern) {
    RE2 regexp(re2::StringPiece(pattern.data(), pattern.size()), regexp_options());
    return regexp.ok() ? std::string() : regexp.error();
}

} // namespace habeas::segments

#include "importers/php_serialize.hpp"

#include "base/text.hpp"
#include "habeas/error.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>
#include <string>
#include <system_error>

namespace habeas::importers {
namespace {

using nlohmann::json;

class Reader {
  public:
    Reader(std::string_view text, const PhpLimits& limits) : text_(text), limits_(limits) {
        if (text.size() > limits.max_bytes) {
            fail("longer than " + std::to_string(limits.max_bytes) + " bytes");
        }
    }

    json read() {
        json out = value(0);
        if (at_ != text_.size()) {
            fail("text behind the end of the value");
        }
        return out;
    }

  private:
    [[noreturn]] void fail(const std::string& what) const {
        const std::string place = "byte " + std::to_string(at_);
        throw Error(Errc::invalid, "serialized PHP, " + place + ": " + what, place);
    }

    void expect(char c) {
        if (at_ >= text_.size() || text_[at_] != c) {
            fail(std::string("expected ") + c);
        }
        ++at_;
    }

    /// Up to `stop`, which is taken too.
    std::string_view until(char stop) {
        const std::size_t end = text_.substr(0, std::min(text_.size(), at_ + 400)).find(stop, at_);
        if (end == std::string_view::npos) {
            fail(std::string("expected ") + stop);
        }
        const std::string_view out = text_.substr(at_, end - at_);
        at_ = end + 1;
        return out;
    }

    template <class Number>
    Number number(char stop) {
        const std::size_t begin = at_;
        const std::string_view digits = until(stop);
        Number out{};
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), out);
        if (error != std::errc{} || end != digits.data() + digits.size()) {
            at_ = begin;
            fail("expected a number");
        }
        return out;
    }

    std::string string() {
        expect(':');
        const auto size = number<std::uint64_t>(':');
        expect('"');
        if (size > text_.size() - at_) {
            fail("a text is longer than what is there");
        }
        const std::string_view out = text_.substr(at_, static_cast<std::size_t>(size));
        if (base::invalid_utf8(out)) {
            fail("a text is not UTF-8");
        }
        at_ += static_cast<std::size_t>(size);
        expect('"');
        expect(';');
        return std::string(out);
    }

    json real() {
        const std::size_t begin = at_;
        const std::string_view word = until(';');
        if (word == "INF" || word == "-INF" || word == "NAN") {
            return nullptr; // JSON has none, and no definition needs one
        }
        at_ = begin;
        const auto out = number<double>(';');
        if (!std::isfinite(out)) {
            fail("a number beyond all measure");
        }
        return out;
    }

    json value(int depth) {
        if (depth > limits_.max_depth) {
            fail("nested too deeply");
        }
        if (++values_ > limits_.max_values) {
            fail("too many values");
        }
        if (at_ >= text_.size()) {
            fail("expected a value");
        }
        const char type = text_[at_++];
        switch (type) {
        case 'N':
            expect(';');
            return nullptr;
        case 'b': {
            expect(':');
            const auto flag = number<std::uint8_t>(';');
            if (flag > 1) {
                fail("a Boolean is 0 or 1");
            }
            return flag == 1;
        }
        case 'i':
            expect(':');
            return number<std::int64_t>(';');
        case 'd':
            expect(':');
            return real();
        case 's':
            return string();
        case 'a':
            return array(depth);
        default:
            --at_;
            fail("neither null, Boolean, number, text nor array; objects and references are "
                 "never read");
        }
    }

    json array(int depth) {
        expect(':');
        const auto count = number<std::uint64_t>(':');
        expect('{');
        if (count > (text_.size() - at_) / 4) { // the shortest element is i:0;N;
            fail("an array is longer than what is there");
        }
        json list = json::array();
        json object = json::object();
        bool listed = true;
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::string name = key();
            listed = listed && name == std::to_string(i);
            json each = value(depth + 1);
            if (object.contains(name)) {
                fail("a key twice");
            }
            if (listed) {
                list.push_back(each);
            }
            object[name] = std::move(each);
        }
        expect('}');
        return listed ? list : object;
    }

    std::string key() {
        if (at_ < text_.size() && text_[at_] == 'i') {
            ++at_;
            expect(':');
            return std::to_string(number<std::int64_t>(';'));
        }
        expect('s');
        return string();
    }

    std::string_view text_;
    const PhpLimits& limits_;
    std::size_t at_ = 0;
    std::size_t values_ = 0;
};

} // namespace

json read_php(std::string_view text, const PhpLimits& limits) {
    return Reader(text, limits).read();
}

} // namespace habeas::importers

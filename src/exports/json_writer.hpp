// Writes JSON in order, indented by two blanks, without building a tree: a bundle is written once.
#pragma once

#include "habeas/time.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace habeas::exports {

class JsonWriter {
  public:
    using Output = std::function<void(std::string_view)>;

    JsonWriter() { out_.reserve(16384); }
    /// Gives what is written piece by piece; `end_of_text` gives the rest.
    explicit JsonWriter(Output output) : JsonWriter() { output_ = std::move(output); }

    JsonWriter& begin_object() { return begin('{'); }
    JsonWriter& end_object() { return end('}'); }
    JsonWriter& begin_array() { return begin('['); }
    JsonWriter& end_array() { return end(']'); }
    JsonWriter& key(std::string_view name);
    JsonWriter& value(std::string_view text);
    JsonWriter& value(const char* text) { return value(std::string_view(text)); }
    JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
    JsonWriter& value(bool boolean);
    JsonWriter& value(std::int64_t number);
    JsonWriter& value(std::int32_t number) { return value(std::int64_t{number}); }
    JsonWriter& value(double number); ///< shortest form that reads back the same
    JsonWriter& value(Time time);
    JsonWriter& null();
    /// JSON text made elsewhere.
    JsonWriter& raw(std::string_view json);

    template <class T>
    JsonWriter& member(std::string_view name, const T& v) {
        return key(name).value(v);
    }
    /// A member only if there is text.
    JsonWriter& member_if(std::string_view name, std::string_view text) {
        return text.empty() ? *this : key(name).value(text);
    }
    [[nodiscard]] std::string take() {
        out_ += '\n';
        return std::move(out_);
    }
    void end_of_text() { output_(take()); }
    /// Hands over what is written so far, if it is much.
    void piece();

  private:
    JsonWriter& begin(char bracket);
    JsonWriter& end(char bracket);
    void before_value();
    void line();
    void quoted(std::string_view text);

    Output output_;
    std::string out_;
    int depth_ = 0;
    bool first_ = true;  ///< no element yet in the innermost object or array
    bool keyed_ = false; ///< a key was just written
};

} // namespace habeas::exports

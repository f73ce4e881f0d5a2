// JSON documents from and for the host. Reading is strict: each fault is Errc::invalid at its JSON
// pointer (RFC 6901), and a member that nobody asked for is one, since it is most likely misspelt.
#pragma once

#include "convert.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace habeas::capi {

/// Begin with Json::object() or Json::array(): a null that becomes one of them while memory runs
/// out is left without what it then frees.
using Json = nlohmann::ordered_json;

[[noreturn]] void refuse_at(const std::string& pointer, const std::string& message);

/// Errc::invalid with the offset of what is no JSON, or no UTF-8. `name` is the argument.
Json parse_document(const char* data, std::size_t size, std::string_view name);
/// NULL or nothing gives an empty object.
Json parse_options(const char* data, std::size_t size, std::string_view name = "options");
/// Of text that the core wrote.
Json parse_own(const std::string& text);
/// What is not UTF-8 (a path may be) becomes U+FFFD.
void give_json(habeas_string* output, const Json& json);

std::string text_at(const Json& value, const std::string& pointer);
std::int64_t integer_at(const Json& value, const std::string& pointer);
bool flag_at(const Json& value, const std::string& pointer);
std::vector<std::string> texts_at(const Json& value, const std::string& pointer);

Json actor_json(const Actor& actor);
/// null: there is none.
Json time_json(const std::optional<Time>& time);
template <class Id>
Json number_json(const std::optional<Id>& id) {
    return id ? Json(number(*id)) : Json(nullptr);
}

template <class Ids>
Json numbers_json(const Ids& ids) {
    Json out = Json::array();
    for (const auto each : ids) {
        out.push_back(number(each));
    }
    return out;
}
Json texts_json(const std::map<std::string, std::string>& texts);

class ObjectReader {
  public:
    ObjectReader(const Json& object, std::string pointer);

    /// Nothing if the member is missing or null.
    const Json* find(const char* name);
    void read(const char* name, std::string& value);
    void read(const char* name, bool& value);
    void read(const char* name, std::vector<std::string>& value);
    void read(const char* name, std::map<std::string, std::string>& value);
    void read(const char* name, std::optional<SubjectId>& value);
    /// RFC 3339, or a date.
    void read(const char* name, std::optional<Time>& value);
    template <class Number>
    void read_number(const char* name, Number& value, std::int64_t least, std::int64_t most) {
        if (const Json* found = find(name)) {
            value = static_cast<Number>(number_at(*found, at(name), least, most));
        }
    }
    /// `known` gives a value for its name, or nothing.
    template <class Value, class Known>
    void read_name(const char* name, Value& value, Known known) {
        if (const Json* found = find(name)) {
            const auto named = known(text_at(*found, at(name)));
            if (!named) {
                refuse_at(at(name), "no such name");
            }
            value = *named;
        }
    }
    /// One of these words; the value is its place among them.
    template <class Enum>
    void read_word(const char* name, Enum& value, std::initializer_list<const char*> words) {
        if (const Json* found = find(name)) {
            value = static_cast<Enum>(place_of(*found, at(name), words));
        }
    }
    /// A text of one byte that is no letter.
    void read_sign(const char* name, char& value);
    /// Calls `each(element, pointer)`.
    template <class Each>
    void read_array(const char* name, Each each) {
        if (const Json* found = find(name)) {
            each_of(*found, at(name), each);
        }
    }
    /// Every member there is was asked for.
    void finish() const;
    [[nodiscard]] std::string at(std::string_view name) const;

    template <class Each>
    static void each_of(const Json& array, const std::string& pointer, Each each) {
        if (!array.is_array()) {
            refuse_at(pointer, "write an array");
        }
        for (std::size_t index = 0; index < array.size(); ++index) {
            each(array[index], pointer + "/" + std::to_string(index));
        }
    }

  private:
    static std::int64_t number_at(const Json& value, const std::string& pointer, std::int64_t least,
                                  std::int64_t most);
    static std::size_t place_of(const Json& value, const std::string& pointer,
                                std::initializer_list<const char*> words);
    const Json& object_;
    std::string pointer_;
    std::set<std::string, std::less<>> known_;
};

/// JSON pointer of a member.
std::string below(const std::string& pointer, std::string_view name);

} // namespace habeas::capi

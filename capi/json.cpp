#include "json.hpp"

namespace habeas::capi {

void refuse_at(const std::string& pointer, const std::string& message) {
    throw Error(Errc::invalid, (pointer.empty() ? "the document" : pointer) + ": " + message,
                pointer);
}

Json parse_document(const char* data, std::size_t size, std::string_view name) {
    const std::string_view text = bytes_in(data, size, name);
    if (const auto offset = invalid_utf8(text)) {
        refuse_argument(name, "not UTF-8 at byte " + std::to_string(*offset));
    }
    try {
        return Json::parse(text);
    } catch (const Json::parse_error& error) {
        // Its own text repeats what was read.
        refuse_argument(name, "no JSON, at byte " + std::to_string(error.byte));
    } catch (const Json::exception&) {
        refuse_argument(name, "a number that is too large");
    }
}

Json parse_options(const char* data, std::size_t size, std::string_view name) {
    return data == nullptr || size == 0 || (size == HABEAS_NUL_TERMINATED && *data == '\0')
               ? Json::object()
               : parse_document(data, size, name);
}

Json parse_own(const std::string& text) {
    return Json::parse(text);
}

void give_json(habeas_string* output, const Json& json) {
    give_string(output, json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string below(const std::string& pointer, std::string_view name) {
    std::string out = pointer + "/";
    for (const char c : name) {
        out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    }
    return out;
}

std::string text_at(const Json& value, const std::string& pointer) {
    if (!value.is_string()) {
        refuse_at(pointer, "write a text");
    }
    return value.get<std::string>();
}

std::int64_t integer_at(const Json& value, const std::string& pointer) {
    constexpr std::int64_t most = std::int64_t{1} << 53; // what JSON keeps everywhere
    if (!value.is_number_integer() || value < -most || value > most) {
        refuse_at(pointer, "write a whole number");
    }
    return value.get<std::int64_t>();
}

bool flag_at(const Json& value, const std::string& pointer) {
    if (!value.is_boolean()) {
        refuse_at(pointer, "write true or false");
    }
    return value.get<bool>();
}

std::vector<std::string> texts_at(const Json& value, const std::string& pointer) {
    std::vector<std::string> out;
    ObjectReader::each_of(value, pointer, [&out](const Json& each, const std::string& place) {
        out.push_back(text_at(each, place));
    });
    return out;
}

Json actor_json(const Actor& actor) {
    constexpr const char* kinds[] = {"system", "person", "subject"};
    return {{"kind", kinds[static_cast<std::size_t>(actor.kind)]},
            {"id", actor.id},
            {"reason", actor.reason}};
}

Json time_json(const std::optional<Time>& time) {
    return time ? Json(format_time(*time)) : Json(nullptr);
}

Json texts_json(const std::map<std::string, std::string>& texts) {
    Json out = Json::object();
    for (const auto& [name, text] : texts) {
        out[name] = text;
    }
    return out;
}

ObjectReader::ObjectReader(const Json& object, std::string pointer)
    : object_(object), pointer_(std::move(pointer)) {
    if (!object.is_object()) {
        refuse_at(pointer_, "write an object");
    }
}

const Json* ObjectReader::find(const char* name) {
    known_.insert(name);
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
}

void ObjectReader::read(const char* name, std::string& value) {
    if (const Json* found = find(name)) {
        value = text_at(*found, at(name));
    }
}

void ObjectReader::read(const char* name, bool& value) {
    if (const Json* found = find(name)) {
        value = flag_at(*found, at(name));
    }
}

void ObjectReader::read(const char* name, std::vector<std::string>& value) {
    if (const Json* found = find(name)) {
        value = texts_at(*found, at(name));
    }
}

void ObjectReader::read(const char* name, std::map<std::string, std::string>& value) {
    if (const Json* found = find(name)) {
        if (!found->is_object()) {
            refuse_at(at(name), "write an object of texts");
        }
        for (const auto& [key, each] : found->items()) {
            value[key] = text_at(each, below(at(name), key));
        }
    }
}

void ObjectReader::read(const char* name, std::optional<SubjectId>& value) {
    if (const Json* found = find(name)) {
        value = SubjectId{integer_at(*found, at(name))};
    }
}

void ObjectReader::read(const char* name, std::optional<Time>& value) {
    if (const Json* found = find(name)) {
        const std::string text = text_at(*found, at(name));
        try {
            value = parse_time(text);
        } catch (const Error&) {
            refuse_at(at(name), "write a date or an RFC 3339 time");
        }
    }
}

std::int64_t ObjectReader::number_at(const Json& value, const std::string& pointer,
                                     std::int64_t least, std::int64_t most) {
    const std::int64_t found = integer_at(value, pointer);
    if (found < least || found > most) {
        refuse_at(pointer, "write " + std::to_string(least) + " to " + std::to_string(most));
    }
    return found;
}

void ObjectReader::read_sign(const char* name, char& value) {
    std::string text;
    read(name, text);
    if (find(name) == nullptr) {
        return;
    }
    const auto byte = text.size() == 1 ? static_cast<unsigned char>(text[0]) : 0;
    const bool letter = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                        (byte >= 'a' && byte <= 'z');
    if ((byte < ' ' && byte != '\t') || byte > '~' || letter || byte == '"') {
        refuse_at(at(name), "write one sign, such as , or ;");
    }
    value = text[0];
}

std::size_t ObjectReader::place_of(const Json& value, const std::string& pointer,
                                   std::initializer_list<const char*> words) {
    const std::string text = text_at(value, pointer);
    std::string known;
    std::size_t place = 0;
    for (const char* word : words) {
        if (text == word) {
            return place;
        }
        known += (place++ == 0 ? "" : ", ") + std::string(word);
    }
    refuse_at(pointer, "write one of: " + known);
}

void ObjectReader::finish() const {
    for (const auto& [name, value] : object_.items()) {
        if (!known_.contains(name)) {
            refuse_at(at(name), "no such member");
        }
    }
}

std::string ObjectReader::at(std::string_view name) const {
    return below(pointer_, name);
}

} // namespace habeas::capi

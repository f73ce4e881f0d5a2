#include "consent/purpose_json.hpp"

#include "habeas/error.hpp"

#include <nlohmann/json.hpp>

namespace habeas::consent {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(const std::string& where, const std::string& message) {
    throw Error(Errc::invalid, where + ": " + message, where);
}

template <class T>
constexpr const char* wanted() {
    if constexpr (std::is_same_v<T, bool>) {
        return "write true or false";
    } else if constexpr (std::is_same_v<T, std::string>) {
        return "write a text";
    } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
        return "write an array of texts";
    } else {
        return "write an object of texts";
    }
}

template <class T>
T as(const json& value, const std::string& where) {
    try {
        return value.get<T>();
    } catch (const json::exception&) {
        refuse(where, wanted<T>());
    }
}

/// One list of members serves writing and reading, so that neither can forget one.
class Writer {
  public:
    template <class T>
    void member(const char* name, const T& value, const T& otherwise) {
        if (!(value == otherwise)) {
            out[name] = value;
        }
    }
    void member(const char* name, const std::optional<std::string>& value,
                const std::optional<std::string>&) {
        if (value) {
            out[name] = *value;
        }
    }
    void basis_member(const Basis& value) { out["basis"] = basis_name(value); }
    void kind_member(const PurposeKind& value) { out["kind"] = purpose_kind_name(value); }
    void channels_member(const std::vector<Channel>& value) {
        out["channels"] = json::array();
        for (Channel each : value) {
            out["channels"].push_back(channel_name(each));
        }
    }
    json out = json::object();
};

class Reader {
  public:
    Reader(const json& in, const std::string& pointer) : in_(in), pointer_(pointer) {}

    template <class T>
    void member(const char* name, T& value, const T&) {
        if (const json* found = find(name)) {
            value = as<T>(*found, place(name));
        }
    }
    void member(const char* name, std::optional<std::string>& value,
                const std::optional<std::string>&) {
        if (const json* found = find(name); found && !found->is_null()) {
            value = as<std::string>(*found, place(name));
        }
    }
    void basis_member(Basis& value) {
        if (const json* found = find("basis")) {
            auto read = basis(as<std::string>(*found, place("basis")));
            if (!read) {
                refuse(place("basis"), "no such lawful basis");
            }
            value = *read;
        }
    }
    void kind_member(PurposeKind& value) {
        if (const json* found = find("kind")) {
            auto read = purpose_kind(as<std::string>(*found, place("kind")));
            if (!read) {
                refuse(place("kind"), "no such kind of purpose");
            }
            value = *read;
        }
    }
    void channels_member(std::vector<Channel>& value) {
        if (const json* found = find("channels")) {
            for (const auto& name : as<std::vector<std::string>>(*found, place("channels"))) {
                auto read = channel(name);
                if (!read) {
                    refuse(place("channels"), "no such channel");
                }
                value.push_back(*read);
            }
        }
    }
    void finish() const {
        for (const auto& [name, value] : in_.items()) {
            if (name != "texts" && name != "retired" && !known_.contains(name)) {
                refuse(pointer_ + "/" + name, "no such member");
            }
        }
    }

  private:
    const json* find(const char* name) {
        known_[name] = true;
        auto at = in_.find(name);
        return at == in_.end() ? nullptr : &*at;
    }
    [[nodiscard]] std::string place(const char* name) const { return pointer_ + "/" + name; }

    const json& in_;
    const std::string& pointer_;
    std::map<std::string, bool> known_;
};

template <class Visitor, class P>
void visit(Visitor& v, P& p, const Purpose& otherwise) {
    v.member("code", p.code, otherwise.code);
    v.member("labels", p.labels, otherwise.labels);
    v.member("descriptions", p.descriptions, otherwise.descriptions);
    v.basis_member(p.basis);
    v.kind_member(p.kind);
    v.channels_member(p.channels);
    v.member("validity", p.validity, otherwise.validity);
    v.member("retention", p.retention, otherwise.retention);
    v.member("double_opt_in", p.double_opt_in, otherwise.double_opt_in);
    v.member("double_opt_in_validity", p.double_opt_in_validity, otherwise.double_opt_in_validity);
    v.member("contains_marketing", p.contains_marketing, otherwise.contains_marketing);
    v.member("balancing_test", p.balancing_test, otherwise.balancing_test);
    v.member("special_category", p.special_category, otherwise.special_category);
    v.member("art9_exception", p.art9_exception, otherwise.art9_exception);
    v.member("aimed_at_children", p.aimed_at_children, otherwise.aimed_at_children);
    v.member("information_society_service", p.information_society_service,
             otherwise.information_society_service);
    v.member("own_similar_products", p.own_similar_products, otherwise.own_similar_products);
    v.member("opt_out_in_each_message", p.opt_out_in_each_message,
             otherwise.opt_out_in_each_message);
    v.member("controllers", p.controllers, otherwise.controllers);
    v.member("recipients", p.recipients, otherwise.recipients);
}

} // namespace

json purpose_to_json(const Purpose& purpose) {
    Writer writer;
    visit(writer, purpose, Purpose{});
    return std::move(writer.out);
}

Purpose purpose_from_json(const json& json, const std::string& pointer) {
    if (!json.is_object()) {
        refuse(pointer, "write an object");
    }
    Purpose purpose;
    Reader reader(json, pointer);
    visit(reader, purpose, Purpose{});
    reader.finish();
    return purpose;
}

std::string decision_part(const Purpose& purpose) {
    Purpose part = purpose;
    part.labels.clear();
    part.descriptions.clear();
    part.recipients.clear();    // the transfer guard asks for them anew each time
    part.double_opt_in = false; // noted with each request: until when it can be confirmed
    part.double_opt_in_validity = Purpose{}.double_opt_in_validity;
    return purpose_to_json(part).dump();
}

json texts_to_json(const TextVersion& version) {
    json out{{"material_change", nullptr}, {"texts", json::array()}};
    if (version.material_change) {
        out["material_change"] = *version.material_change;
    }
    for (const ConsentText& text : version.texts) {
        out["texts"].push_back(
            {{"language", text.language}, {"text", text.text}, {"label", text.label}});
    }
    return out;
}

TextVersion texts_from_json(const json& json, const std::string& pointer) {
    if (!json.is_object()) {
        refuse(pointer, "write an object");
    }
    TextVersion version;
    for (const auto& [name, value] : json.items()) {
        std::string place = pointer + "/" + name;
        if (name == "material_change") {
            if (!value.is_null()) {
                version.material_change = as<bool>(value, place);
            }
        } else if (name == "texts") {
            if (!value.is_array()) {
                refuse(place, "write an array");
            }
            for (std::size_t i = 0; i < value.size(); ++i) {
                std::string each = place + "/" + std::to_string(i);
                ConsentText& text = version.texts.emplace_back();
                if (!value[i].is_object()) {
                    refuse(each, "write an object");
                }
                for (const auto& [member, content] : value[i].items()) {
                    std::string at = each + "/" + member;
                    if (member == "language") {
                        text.language = as<std::string>(content, at);
                    } else if (member == "text") {
                        text.text = as<std::string>(content, at);
                    } else if (member == "label") {
                        text.label = as<std::string>(content, at);
                    } else {
                        refuse(at, "no such member");
                    }
                }
            }
        } else {
            refuse(place, "no such member");
        }
    }
    return version;
}

} // namespace habeas::consent

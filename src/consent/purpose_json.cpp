#include "consent/purpose_json.hpp"

#include "base/json_members.hpp"
#include "consent/json_reader.hpp"

namespace habeas::consent {
namespace {

using nlohmann::json;

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
    explicit Reader(JsonReader& in) : in_(in) {}
    template <class T>
    void member(const char* name, T& value, const T&) {
        in_.read(name, value);
    }
    void basis_member(Basis& value) { in_.read_name("basis", value, basis); }
    void kind_member(PurposeKind& value) { in_.read_name("kind", value, purpose_kind); }
    void channels_member(std::vector<Channel>& value) {
        in_.read_array("channels", [&](const json& each, const std::string& pointer) {
            auto known = each.is_string() ? channel(each.get<std::string>()) : std::nullopt;
            if (!known) {
                refuse_at(pointer, "no such channel");
            }
            value.push_back(*known);
        });
    }

  private:
    JsonReader& in_;
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
    JsonReader in(json, pointer);
    Purpose purpose;
    Reader reader(in);
    visit(reader, purpose, Purpose{});
    for (const char* others : {"texts", "retired", "retired_at"}) {
        in.find(others);
    }
    in.finish();
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
    json out = base::object_of("material_change", nullptr, "texts", json::array());
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
    JsonReader in(json, pointer);
    TextVersion version;
    in.read("material_change", version.material_change);
    in.read_array("texts", [&](const nlohmann::json& each, const std::string& place) {
        JsonReader member(each, place);
        ConsentText& text = version.texts.emplace_back();
        member.read("language", text.language);
        member.read("text", text.text);
        member.read("label", text.label);
        member.finish();
    });
    for (const char* read_only : {"number", "hash", "recorded_at"}) {
        in.find(read_only);
    }
    in.finish();
    return version;
}

} // namespace habeas::consent

// A single field, purpose or text version as JSON.
#include "consent/field_json.hpp"
#include "consent/json_reader.hpp"
#include "consent/purpose_json.hpp"
#include "habeas/definitions.hpp"

namespace habeas {
namespace {

using nlohmann::json;

json parse_document(std::string_view text) {
    try {
        return json::parse(text);
    } catch (const json::parse_error& error) {
        throw Error(Errc::invalid,
                    "no JSON, at byte " + std::to_string(error.byte) + " of the document");
    } catch (const json::out_of_range&) {
        throw Error(Errc::invalid, "the document has a number that is too large");
    }
}

} // namespace

std::string Definitions::json_of(const Field& field) {
    return consent::field_to_json(field).dump();
}

std::string Definitions::json_of(const Purpose& purpose) {
    json out = consent::purpose_to_json(purpose);
    out["texts"] = json::array();
    for (const TextVersion& version : purpose.texts) {
        json& text = out["texts"].emplace_back(consent::texts_to_json(version));
        text["number"] = version.number;
        text["hash"] = version.hash;
        text["recorded_at"] = format_time(version.recorded_at);
    }
    if (purpose.retired_at) {
        out["retired_at"] = format_time(*purpose.retired_at);
    }
    return out.dump();
}

Field Definitions::field_of(std::string_view text) {
    return consent::field_from_json(parse_document(text), "");
}

Purpose Definitions::purpose_of(std::string_view text) {
    const json document = parse_document(text);
    const std::string root;
    Purpose purpose = consent::purpose_from_json(document, root);
    consent::JsonReader in(document, root);
    in.read_array("texts", [&purpose](const json& each, const std::string& pointer) {
        purpose.texts.push_back(consent::texts_from_json(each, pointer));
    });
    return purpose;
}

TextVersion Definitions::text_version_of(std::string_view text) {
    return consent::texts_from_json(parse_document(text), "");
}

} // namespace habeas

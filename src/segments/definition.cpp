#include "segments/definition.hpp"

#include "base/json_members.hpp"
#include "consent/json_reader.hpp"
#include "consent/part_fault.hpp"

namespace habeas::segments {

using nlohmann::json;

json segment_to_json(const Segment& segment) {
    json out = base::object_of("code", segment.code);
    if (!segment.labels.empty()) {
        out["labels"] = segment.labels;
    }
    if (!segment.filter.empty()) {
        out["filter"] = json::parse(segment.filter);
    }
    if (segment.live) {
        out["live"] = true;
    }
    if (!segment.vouched.empty()) {
        out["vouched"] = segment.vouched;
    }
    return out;
}

Segment segment_from_json(const json& given, const std::string& pointer) {
    consent::JsonReader in(given, pointer);
    Segment out;
    in.read("code", out.code);
    in.read("labels", out.labels);
    if (const json* filter = in.find("filter")) {
        out.filter = filter->dump();
    }
    in.read("live", out.live);
    in.read("vouched", out.vouched);
    in.finish();
    return out;
}

void list_definitions(store::Engine& engine, json& out) {
    for (const SegmentInfo& each : Segments(engine).list()) {
        out.push_back(segment_to_json(each.segment));
    }
}

void apply_definition(store::Engine& engine, const json& given, const std::string& pointer,
                      std::vector<std::string>& changes) {
    const Segment wanted = segment_from_json(given, pointer);
    Segments segments(engine);
    const auto known = segments.find(wanted.code);
    if (known && segment_to_json(known->segment) == segment_to_json(wanted)) {
        return;
    }
    try {
        segments.define(wanted);
    } catch (const Error& error) {
        // A place in the filter's own JSON begins with "/"; members of the segment do not.
        const bool in_filter = error.where().starts_with('/');
        consent::throw_below(in_filter ? pointer + "/filter" : pointer, error);
    }
    changes.push_back("segment " + wanted.code + (known ? " changed" : " added"));
}

} // namespace habeas::segments

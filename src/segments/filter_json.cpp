// JSON to the tree of a filter.
#include "consent/json_reader.hpp"

#include "base/json_members.hpp"
#include "segments/filter.hpp"

#include <algorithm>
#include <array>

namespace habeas::segments {
namespace {

using consent::JsonReader;
using consent::refuse_at;
using nlohmann::json;

constexpr int max_depth = 50;
constexpr int max_conditions = 500;

struct OpName {
    std::string_view name;
    Op op;
    bool negated = false;
};
constexpr std::array<OpName, 25> op_names{{{"=", Op::equals},
                                           {"!=", Op::equals, true},
                                           {"gt", Op::gt},
                                           {"gte", Op::gte},
                                           {"lt", Op::lt},
                                           {"lte", Op::lte},
                                           {"between", Op::between},
                                           {"!between", Op::between, true},
                                           {"empty", Op::empty},
                                           {"!empty", Op::empty, true},
                                           {"unset", Op::unset},
                                           {"!unset", Op::unset, true},
                                           {"in", Op::among},
                                           {"!in", Op::among, true},
                                           {"all_of", Op::all_of},
                                           {"none_of", Op::among, true},
                                           {"like", Op::like},
                                           {"!like", Op::like, true},
                                           {"startsWith", Op::starts},
                                           {"endsWith", Op::ends},
                                           {"contains", Op::contains},
                                           {"!contains", Op::contains, true},
                                           {"regexp", Op::regexp},
                                           {"!regexp", Op::regexp, true},
                                           {"any_of", Op::among}}};

class Parser {
  public:
    Node parse(const json& given, const std::string& pointer, int depth) {
        if (depth > max_depth) {
            refuse_at(pointer,
                      "nested too deeply; " + std::to_string(max_depth) + " levels are the limit");
        }
        if (given.is_array()) {
            return parse(tree_of_glue_list(given), pointer, depth);
        }
        JsonReader in(given, pointer);
        for (const char* name : {"all", "any", "not"}) {
            if (in.find(name) != nullptr) {
                Node node = group(in, name, depth);
                in.finish();
                return node;
            }
        }
        return condition(in, given, pointer);
    }

  private:
    Node group(JsonReader& in, const char* name, int depth) {
        Node node;
        node.pointer = in.at(name);
        if (std::string_view(name) == "not") {
            Node inner = parse(*in.find(name), node.pointer, depth + 1);
            inner.negated = !inner.negated;
            return inner;
        }
        node.kind = std::string_view(name) == "all" ? Node::Kind::all : Node::Kind::any;
        in.read_array(name, [&](const json& each, const std::string& at) {
            node.children.push_back(parse(each, at, depth + 1));
        });
        return node;
    }

    Node condition(JsonReader& in, const json& given, const std::string& pointer) {
        if (++conditions_ > max_conditions) {
            refuse_at(pointer, "too many conditions; " + std::to_string(max_conditions) +
                                   " are the limit, a segment can refer to another");
        }
        Node node;
        node.kind = Node::Kind::condition;
        node.pointer = pointer;
        in.read("field", node.field);
        std::string name;
        in.read("op", name);
        if (node.field.empty()) {
            refuse_at(pointer, "write {\"field\", \"op\", \"value\"}, or a group: all, any, not");
        }
        const auto* found = std::find_if(op_names.begin(), op_names.end(),
                                         [&](const OpName& each) { return each.name == name; });
        if (found == op_names.end()) {
            refuse_at(in.at("op"), "no such operator");
        }
        node.op = found->op;
        node.negated = found->negated;
        if (const json* value = in.find("value")) {
            node.value = *value;
        }
        in.finish();
        node.question = node.field + " " + name;
        if (given.contains("value") && !given["value"].is_null()) {
            node.question +=
                " " + given["value"].dump(-1, ' ', false, json::error_handler_t::replace);
        }
        return node;
    }

    int conditions_ = 0;
};

/// One entry of the flat list: `operator` or `op`; `filter`, `properties.filter` or `value`.
json condition_of(const json& entry, const std::string& pointer) {
    if (!entry.is_object()) {
        refuse_at(pointer, "write an object");
    }
    json out = json::object();
    for (const char* name : {"field", "op", "value"}) {
        if (entry.contains(name)) {
            out[name] = entry[name];
        }
    }
    if (entry.contains("operator")) {
        out["op"] = entry["operator"];
    }
    if (entry.contains("filter")) {
        out["value"] = entry["filter"];
    }
    if (entry.contains("properties") && entry["properties"].is_object() &&
        entry["properties"].contains("filter")) {
        out["value"] = entry["properties"]["filter"];
    }
    // Of a multiselect the list's `in` means that all are chosen.
    if (entry.value("type", json()) == "multiselect" && out.value("op", json()) == "in") {
        out["op"] = "all_of";
    }
    return out;
}

} // namespace

json tree_of_glue_list(const json& list) {
    if (!list.is_array()) {
        refuse_at("", "write an array of conditions with glue");
    }
    json groups = json::array();
    for (std::size_t i = 0; i < list.size(); ++i) {
        json condition = condition_of(list[i], "/" + std::to_string(i));
        json glue = list[i].value("glue", json("and"));
        if (glue != "and" && glue != "or") {
            refuse_at("/" + std::to_string(i) + "/glue", "write and or or");
        }
        if (groups.empty() || glue == "or") {
            groups.push_back(base::object_of("all", json::array()));
        }
        groups.back()["all"].push_back(std::move(condition));
    }
    return groups.size() == 1 ? groups.front() : base::object_of("any", std::move(groups));
}

Node parse_filter(std::string_view text) {
    return Parser().parse(consent::read_document(text, "the filter"), "", 0);
}

} // namespace habeas::segments

namespace habeas {

std::string Segments::from_glue_list(const std::string& text) {
    return segments::tree_of_glue_list(consent::read_document(text, "the list")).dump();
}

} // namespace habeas

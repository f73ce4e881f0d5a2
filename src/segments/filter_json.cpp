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

/// A condition, and where its members stand in the document.
struct Placed {
    json condition;
    std::string pointer, op_at, value_at;
};

/// One entry of the flat list: `operator` or `op`; `filter`, `properties.filter` or `value`.
Placed entry_of(const json& entry, std::string pointer) {
    if (!entry.is_object()) {
        refuse_at(pointer, "write an object");
    }
    Placed out{json::object(), std::move(pointer), {}, {}};
    auto take = [&](const json& from, const char* member, const char* as, std::string& at,
                    const char* inside = "") {
        if (from.contains(member)) {
            out.condition[as] = from[member];
            at = out.pointer + inside + "/" + member;
        }
    };
    std::string field_at;
    take(entry, "field", "field", field_at);
    take(entry, "op", "op", out.op_at);
    take(entry, "operator", "op", out.op_at);
    take(entry, "value", "value", out.value_at);
    take(entry, "filter", "value", out.value_at);
    if (entry.contains("properties") && entry["properties"].is_object()) {
        take(entry["properties"], "filter", "value", out.value_at, "/properties");
    }
    // Of a multiselect the list's `in` means that all are chosen.
    if (entry.value("type", json()) == "multiselect" && out.condition.value("op", json()) == "in") {
        out.condition["op"] = "all_of";
    }
    return out;
}

/// Each `or` opens a group of conditions that hold together.
std::vector<std::vector<Placed>> groups_of(const json& list, const std::string& pointer) {
    if (!list.is_array()) {
        refuse_at(pointer, "write an array of conditions with glue");
    }
    std::vector<std::vector<Placed>> groups;
    for (std::size_t i = 0; i < list.size(); ++i) {
        Placed condition = entry_of(list[i], pointer + "/" + std::to_string(i));
        const json glue = list[i].value("glue", json("and"));
        if (glue != "and" && glue != "or") {
            refuse_at(condition.pointer + "/glue", "write and or or");
        }
        if (groups.empty() || glue == "or") {
            groups.emplace_back();
        }
        groups.back().push_back(std::move(condition));
    }
    return groups;
}

class Parser {
  public:
    Node parse(const json& given, const std::string& pointer, int depth) {
        if (depth > max_depth) {
            refuse_at(pointer,
                      "nested too deeply; " + std::to_string(max_depth) + " levels are the limit");
        }
        if (given.is_array()) {
            return glue_list(given, pointer);
        }
        JsonReader in(given, pointer);
        for (const char* name : {"all", "any", "not"}) {
            if (in.find(name) != nullptr) {
                Node node = group(in, name, depth);
                in.finish();
                return node;
            }
        }
        return condition({given, pointer, pointer + "/op", pointer + "/value"});
    }

  private:
    /// Its groups have no place of their own in the document: they stand where the list does.
    Node glue_list(const json& list, const std::string& pointer) {
        Node any;
        any.kind = Node::Kind::any;
        any.pointer = pointer;
        for (const std::vector<Placed>& group : groups_of(list, pointer)) {
            Node& all = any.children.emplace_back();
            all.pointer = pointer;
            for (const Placed& each : group) {
                all.children.push_back(condition(each));
            }
        }
        return any.children.size() == 1 ? std::move(any.children.front()) : any;
    }

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

    Node condition(const Placed& placed) {
        const json& given = placed.condition;
        const std::string& pointer = placed.pointer;
        if (++conditions_ > max_conditions) {
            refuse_at(pointer, "too many conditions; " + std::to_string(max_conditions) +
                                   " are the limit, a segment can refer to another");
        }
        JsonReader in(given, pointer);
        Node node;
        node.kind = Node::Kind::condition;
        node.pointer = pointer;
        node.op_at = placed.op_at.empty() ? pointer + "/op" : placed.op_at;
        node.value_at = placed.value_at;
        in.read("field", node.field);
        const json* op = in.find("op");
        const std::string name = op != nullptr && op->is_string() ? op->get<std::string>() : "";
        if (node.field.empty()) {
            refuse_at(pointer, "write {\"field\", \"op\", \"value\"}, or a group: all, any, not");
        }
        const auto* found = std::find_if(op_names.begin(), op_names.end(),
                                         [&](const OpName& each) { return each.name == name; });
        if (found == op_names.end()) {
            refuse_at(node.op_at, "no such operator");
        }
        node.op = found->op;
        node.negated = found->negated;
        if (const json* value = in.find("value")) {
            node.value = *value;
        }
        in.finish();
        node.question = node.field + " " + name;
        if (!node.value.is_null()) {
            node.question += " " + node.value.dump(-1, ' ', false, json::error_handler_t::replace);
        }
        return node;
    }

    int conditions_ = 0;
};

} // namespace

json tree_of_glue_list(const json& list) {
    json groups = json::array();
    for (std::vector<Placed>& group : groups_of(list, "")) {
        json all = json::array();
        for (Placed& each : group) {
            all.push_back(std::move(each.condition));
        }
        groups.push_back(base::object_of("all", std::move(all)));
    }
    return groups.size() == 1 ? groups.front() : base::object_of("any", std::move(groups));
}

Node parse_filter(std::string_view text) {
    return Parser().parse(consent::read_document(text, "the filter"), "", 0);
}

void each_segment(
    const Node& node,
    const std::function<void(const std::string& code, const std::string& pointer)>& tell) {
    for (const Node& child : node.children) {
        each_segment(child, tell);
    }
    if (node.kind != Node::Kind::condition || node.field != "segment") {
        return;
    }
    if (node.value.is_string()) {
        tell(node.value.get<std::string>(), node.value_at);
    }
    for (std::size_t i = 0; node.value.is_array() && i < node.value.size(); ++i) {
        if (node.value[i].is_string()) {
            tell(node.value[i].get<std::string>(), node.value_at + "/" + std::to_string(i));
        }
    }
}

std::vector<std::string> pointers_to_segment(std::string_view filter, const std::string& segment) {
    std::vector<std::string> out;
    each_segment(parse_filter(filter), [&](const std::string& code, const std::string& pointer) {
        if (code == segment) {
            out.push_back(pointer);
        }
    });
    return out;
}

} // namespace habeas::segments

namespace habeas {

std::string Segments::from_glue_list(const std::string& text) {
    return segments::tree_of_glue_list(consent::read_document(text, "the list")).dump();
}

} // namespace habeas

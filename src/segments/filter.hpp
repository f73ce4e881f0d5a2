// A filter as a tree, and its compilation to one parameterised statement.
#pragma once

#include "habeas/segment.hpp"
#include "segments/relative_date.hpp"
#include "store/engine.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace habeas::segments {

/// Operators without their negative twins: "!=" is `equals` that is negated.
enum class Op : std::uint8_t {
    equals,
    gt,
    gte,
    lt,
    lte,
    between,
    empty,
    unset,
    among,  ///< "in"
    all_of, ///< values alone
    like,
    starts,
    ends,
    contains,
    regexp
};

struct Node { // NOLINT(bugprone-exception-escape): JSON moves without throwing
    enum class Kind : std::uint8_t { all, any, condition } kind = Kind::all;
    bool negated = false;
    std::vector<Node> children; ///< all, any
    std::string field;
    Op op = Op::equals;
    nlohmann::json value;
    std::string pointer;         ///< where it stands in the JSON
    std::string op_at, value_at; ///< where these two do
    std::string question;        ///< "country in [\"AT\",\"DE\"]", for people
};

/// Reads the JSON of a filter: a tree of all, any, not over {field, op, value}, or the flat list
/// with glue. Errc::invalid at a JSON pointer.
Node parse_filter(std::string_view json);
/// The flat list as a tree in JSON.
nlohmann::json tree_of_glue_list(const nlohmann::json& list);
/// Tells each segment that the filter names, and the JSON pointer of its code. Looks nothing up.
void each_segment(
    const Node& node,
    const std::function<void(const std::string& code, const std::string& pointer)>& tell);

/// JSON pointers at which the filter names the segment.
std::vector<std::string> pointers_to_segment(std::string_view filter, const std::string& segment);

using Parameter = std::variant<std::int64_t, double, std::string>;

struct Filter {
    std::string where; ///< over `subject s`; every condition is true, false or unknown
    std::vector<Parameter> parameters;
    std::uint32_t changes = 0; ///< bits of change_bit after which a subject's answer may differ
    std::vector<std::string> segments; ///< codes it refers to
    bool relative = false;             ///< the answer changes at midnight
    bool by_the_minute = false;        ///< the answer changes all the time
    /// Consent is asked about: an answer changes when the subject's ready row ends.
    bool lapses = false;
    /// From then on (exclusive) other answers may change without any change of a subject.
    std::int64_t holds_until = std::numeric_limits<std::int64_t>::max();
};

/// In a Read or Write: fields and purposes are looked up. Errc::invalid and Errc::not_found name
/// the JSON pointer. `now`: of the relative dates and of consent.
Filter compile(store::Engine& engine, const Node& node, const Today& today);
Today today(store::Engine& engine);

/// Binds the parameters from number `first` on.
void bind(store::Statement& statement, const Filter& filter, int first = 1);

} // namespace habeas::segments

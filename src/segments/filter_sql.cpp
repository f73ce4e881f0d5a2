// The tree of a filter to SQL. A negative operator is the exact complement of its positive twin, so
// that it holds where there is no value; only positive conditions are written, and complements of
// them.
#include "base/text.hpp"
#include "consent/json_reader.hpp"
#include "segments/filter_fields.hpp"
#include "segments/text_match.hpp"
#include "subjects/values.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace habeas::segments {
namespace {

using consent::refuse_at;
using nlohmann::json;
using Kind = Target::Kind;

constexpr std::size_t max_values = 10'000;
constexpr std::size_t max_pattern = 4096;

class Compiler {
  public:
    Compiler(store::Engine& engine, const Today& today, Filter& out)
        : engine_(engine), today_(today), out_(out) {}

    /// `negated`: by what stands above.
    std::string node(const Node& node, bool negated) {
        negated = negated != node.negated;
        if (node.kind == Node::Kind::condition) {
            return condition(node, negated);
        }
        // Under a negation all and any change places (De Morgan).
        bool conjunction = (node.kind == Node::Kind::all) != negated;
        std::string sql;
        for (const Node& child : node.children) {
            sql += (sql.empty()   ? "("
                    : conjunction ? " AND "
                                  : " OR ") +
                   this->node(child, negated);
        }
        return sql.empty() ? (conjunction ? "1" : "0") : sql + ")";
    }

  private:
    std::string condition(const Node& node, bool negated) {
        at_ = node.pointer;
        op_at_ = node.op_at;
        value_at_ = node.value_at;
        Target target = find_target(engine_, node.field, node.pointer, today_,
                                    [this](Parameter value) { return add(std::move(value)); });
        out_.changes |= target.changes;
        out_.lapses |= target.lapses;
        out_.holds_until = std::min(out_.holds_until, target.holds_until);
        std::string sql = positive(node, target);
        return negated ? "(" + sql + ") IS NOT TRUE" : sql;
    }

    std::string add(Parameter value) {
        out_.parameters.push_back(std::move(value));
        return "?" + std::to_string(out_.parameters.size());
    }
    [[nodiscard]] const std::string& value_at() const { return value_at_; }
    [[noreturn]] void wrong_op() const {
        refuse_at(op_at_, "this operator does not go with a field of this type");
    }

    std::string positive(const Node& node, const Target& target) {
        if (node.op == Op::empty || node.op == Op::unset) {
            return blank(node.op, target);
        }
        if (node.value.is_null()) {
            refuse_at(at_, "write a value; to ask for none use empty or unset");
        }
        switch (target.kind) {
        case Kind::text:
            return text(node, target);
        case Kind::code:
            return target.words.empty() ? code(node, target) : word(node, target);
        case Kind::clock:
            return clock(node, target);
        case Kind::boolean:
            return boolean(node, target);
        case Kind::number:
            return number(node, target);
        case Kind::date:
        case Kind::datetime:
            return date(node, target);
        case Kind::values:
            return values(node, target);
        }
        wrong_op();
    }

    std::string blank(Op op, const Target& target) {
        switch (target.kind) {
        case Kind::values:
            return "NOT EXISTS (" + target.sql + ")";
        case Kind::text:
            return op == Op::empty ? "coalesce(" + target.sql + ", '') = ''"
                                   : target.sql + " IS NULL";
        case Kind::code:
            if (!target.words.empty()) { // consent: nothing was ever said
                return target.sql + " = " + std::to_string(word_of(target, "none"));
            }
            [[fallthrough]];
        default:
            return target.sql + " IS NULL";
        }
    }

    // ---- values as JSON

    const std::string& string_of(const json& value, const std::string& pointer) {
        if (!value.is_string()) {
            refuse_at(pointer, "write a text");
        }
        const auto& text = value.get_ref<const std::string&>();
        if (text.size() > max_pattern) {
            refuse_at(pointer, "a text of at most 4096 bytes");
        }
        return text;
    }

    /// Calls for each element of an array, or for a value alone.
    template <class Each>
    void each_value(const json& value, Each each) {
        if (!value.is_array()) {
            each(value, value_at());
            return;
        }
        if (value.size() > max_values) {
            refuse_at(value_at(), "at most 10000 values; make them a segment or a tag");
        }
        for (std::size_t i = 0; i < value.size(); ++i) {
            each(value[i], value_at() + "/" + std::to_string(i));
        }
    }

    std::pair<json, json> bounds(const json& value) const {
        if (!value.is_array() || value.size() != 2) {
            refuse_at(value_at(), "write two values: [from, to]");
        }
        return {value[0], value[1]};
    }

    // ---- text

    std::string predicate(const char* name, const std::string& pattern, const Target& target) {
        return std::string(name) + "(" + add(pattern) + ", " + target.sql + ")";
    }

    std::string text(const Node& node, const Target& target) {
        if (node.op == Op::among || (node.op == Op::equals && node.value.is_array())) {
            json list = json::array();
            each_value(node.value, [&](const json& value, const std::string& pointer) {
                list.push_back(string_of(value, pointer));
            });
            return predicate(sql_among, list.dump(), target);
        }
        if (node.op == Op::equals) {
            return predicate(sql_equals, string_of(node.value, value_at()), target);
        }
        return pattern(node, target);
    }

    std::string pattern(const Node& node, const Target& target) {
        const std::string& text = string_of(node.value, value_at());
        switch (node.op) {
        case Op::like:
            return text.find('%') == std::string::npos
                       ? predicate(sql_like, "%" + text + "%", target)
                       : predicate(sql_like, text, target);
        case Op::starts:
            return predicate(sql_starts, text, target);
        case Op::ends:
            return predicate(sql_ends, text, target);
        case Op::contains:
            return predicate(sql_contains, text, target);
        case Op::regexp: {
            std::string fault = regexp_fault(text);
            if (!fault.empty()) {
                refuse_at(value_at(), "this is no regular expression (RE2): " + fault);
            }
            return predicate(sql_regexp, text, target);
        }
        default:
            wrong_op();
        }
    }

    // ---- codes in their normal form

    std::string typed_text(const Target& target, const json& value, const std::string& pointer) {
        std::string text = string_of(value, pointer);
        if (target.folded) {
            text = base::casefold(text);
        }
        if (target.check) {
            target.check(text, pointer);
        }
        if (!target.typed) {
            return text;
        }
        subjects::Cell cell;
        subjects::Refusal why;
        if (!subjects::parse_text(target.info, text, {}, cell, why) || !cell.has_value()) {
            refuse_at(pointer, why.reason.empty() ? "write a value" : why.reason);
        }
        if (target.kind != Kind::values) {
            return cell.text;
        }
        if (cell.choices.size() != 1) {
            refuse_at(pointer, "write one choice; several go into an array");
        }
        return cell.choices.front();
    }

    json typed_list(const Target& target, const json& value) {
        json list = json::array();
        each_value(value, [&](const json& each, const std::string& pointer) {
            list.push_back(typed_text(target, each, pointer));
        });
        return list;
    }

    std::string code(const Node& node, const Target& target) {
        if (node.op == Op::among || (node.op == Op::equals && node.value.is_array())) {
            return target.sql + " IN (SELECT value FROM json_each(" +
                   add(typed_list(target, node.value).dump()) + "))";
        }
        if (node.op == Op::equals) {
            return target.sql + " = " + add(typed_text(target, node.value, value_at()));
        }
        return pattern(node, target);
    }

    [[nodiscard]] static std::int64_t word_of(const Target& target, std::string_view word) {
        for (const auto& [name, number] : target.words) {
            if (name == word) {
                return number;
            }
        }
        return -1;
    }

    std::string word(const Node& node, const Target& target) {
        if (node.op != Op::equals && node.op != Op::among) {
            wrong_op();
        }
        json list = json::array();
        each_value(node.value, [&](const json& value, const std::string& pointer) {
            std::int64_t number = word_of(target, string_of(value, pointer));
            if (number < 0) {
                refuse_at(pointer, "write none, requested, granted, refused, withdrawn or expired");
            }
            list.push_back(number);
        });
        return target.sql + " IN (SELECT value FROM json_each(" + add(list.dump()) + "))";
    }

    // ---- time of day

    std::string clock(const Node& node, const Target& target) {
        if (node.op == Op::between) {
            auto [from, to] = bounds(node.value);
            return target.sql + " BETWEEN " + add(typed_text(target, from, value_at() + "/0")) +
                   " AND " + add(typed_text(target, to, value_at() + "/1"));
        }
        if (node.op == Op::equals || node.op == Op::among) {
            return code(node, target);
        }
        return target.sql + compared(node.op) + add(typed_text(target, node.value, value_at()));
    }

    [[nodiscard]] const char* compared(Op op) const {
        switch (op) {
        case Op::equals:
            return " = ";
        case Op::gt:
            return " > ";
        case Op::gte:
            return " >= ";
        case Op::lt:
            return " < ";
        case Op::lte:
            return " <= ";
        default:
            wrong_op();
        }
    }

    // ---- boolean

    std::string boolean(const Node& node, const Target& target) {
        if (node.op != Op::equals) {
            wrong_op();
        }
        std::int64_t wanted = 0;
        if (node.value.is_boolean()) {
            wanted = node.value.get<bool>() ? 1 : 0;
        } else if (node.value == json(1) || node.value == json("1")) {
            wanted = 1;
        } else if (node.value != json(0) && node.value != json("0")) {
            refuse_at(value_at(), "write true or false");
        }
        return target.sql + " = " + add(wanted);
    }

    // ---- numbers

    Parameter number_of(const Target& target, const json& value, const std::string& pointer) {
        if (target.typed) {
            std::string text = value.is_string()   ? value.get<std::string>()
                               : value.is_number() ? value.dump()
                                                   : std::string();
            subjects::Cell cell;
            subjects::Refusal why;
            if (text.empty() || !subjects::parse_text(target.info, text, {}, cell, why) ||
                !cell.has_value()) {
                refuse_at(pointer, why.reason.empty() ? "write a number" : why.reason);
            }
            return target.info.field.type == FieldType::money ? Parameter(cell.integer)
                                                              : Parameter(cell.real);
        }
        constexpr auto largest = std::numeric_limits<std::int64_t>::max();
        if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{largest}) {
            refuse_at(pointer, "a whole number of at most " + std::to_string(largest));
        }
        if (value.is_number_integer()) {
            return value.get<std::int64_t>();
        }
        if (!value.is_number()) {
            refuse_at(pointer, "write a number");
        }
        return value.get<double>();
    }

    std::string number(const Node& node, const Target& target) {
        if (node.op == Op::between) {
            auto [from, to] = bounds(node.value);
            return target.sql + " BETWEEN " + add(number_of(target, from, value_at() + "/0")) +
                   " AND " + add(number_of(target, to, value_at() + "/1"));
        }
        if (node.op == Op::among || (node.op == Op::equals && node.value.is_array())) {
            std::string list;
            each_value(node.value, [&](const json& value, const std::string& pointer) {
                list += (list.empty() ? "" : ", ") + add(number_of(target, value, pointer));
            });
            return target.sql + " IN (" + list + ")";
        }
        return target.sql + compared(node.op) + add(number_of(target, node.value, value_at()));
    }

    // ---- dates

    DateSpan span_of(const json& value, const std::string& pointer) {
        auto span = parse_date_span(string_of(value, pointer), today_);
        if (!span) {
            refuse_at(pointer, "write a date (2026-01-31), a time (2026-01-31T10:00:00Z), today, "
                               "this month, +3 days, 2 weeks ago, first day of next month, "
                               "anniversary, ...");
        }
        out_.relative |= span->relative;
        out_.by_the_minute |= span->by_the_minute;
        return *span;
    }

    /// Beginning and end (exclusive) as the column holds them.
    std::pair<Parameter, Parameter> edges(const Target& target, const DateSpan& span,
                                          const std::string& pointer) {
        if (span.kind == DateSpan::Kind::anniversary) {
            refuse_at(pointer, "an anniversary goes with = and != only");
        }
        if (target.kind == Kind::date) {
            if (span.kind == DateSpan::Kind::instants) {
                refuse_at(pointer, "the field is a date: write no time of day");
            }
            return {format_date(span.first), format_date(span.end)};
        }
        auto ms = [](Time time) { return Parameter(time.time_since_epoch().count()); };
        if (span.kind == DateSpan::Kind::instants) {
            return {ms(span.from), ms(span.to)};
        }
        return {ms(today_.midnight(span.first)), ms(today_.midnight(span.end))};
    }

    std::string date(const Node& node, const Target& target) {
        if (node.op == Op::between) {
            auto [from, to] = bounds(node.value);
            auto low = edges(target, span_of(from, value_at() + "/0"), value_at() + "/0");
            auto high = edges(target, span_of(to, value_at() + "/1"), value_at() + "/1");
            return within(target, low.first, high.second);
        }
        if (node.op == Op::among || (node.op == Op::equals && node.value.is_array())) {
            std::string sql;
            each_value(node.value, [&](const json& value, const std::string& pointer) {
                sql += (sql.empty() ? "(" : " OR ") + on(target, value, pointer);
            });
            return sql.empty() ? "0" : sql + ")";
        }
        if (node.op == Op::equals) {
            return on(target, node.value, value_at());
        }
        auto [begin, end] = edges(target, span_of(node.value, value_at()), value_at());
        switch (node.op) {
        case Op::gt:
            return target.sql + " >= " + add(end);
        case Op::gte:
            return target.sql + " >= " + add(begin);
        case Op::lt:
            return target.sql + " < " + add(begin);
        case Op::lte:
            return target.sql + " < " + add(end);
        default:
            wrong_op();
        }
    }

    std::string within(const Target& target, const Parameter& begin, const Parameter& end) {
        return "(" + target.sql + " >= " + add(begin) + " AND " + target.sql + " < " + add(end) +
               ")";
    }

    std::string on(const Target& target, const json& value, const std::string& pointer) {
        DateSpan span = span_of(value, pointer);
        if (span.kind != DateSpan::Kind::anniversary) {
            auto [begin, end] = edges(target, span, pointer);
            return within(target, begin, end);
        }
        if (target.kind != Kind::date) {
            refuse_at(pointer, "an anniversary goes with a date, not with a time");
        }
        std::string day = "substr(" + target.sql + ", 6)";
        std::string sql = day + " = " + add(anniversary_key(span.first));
        return celebrates_leap_day(span.first) ? "(" + sql + " OR " + day + " = '02-29')" : sql;
    }

    // ---- any number of values

    std::string values(const Node& node, const Target& target) {
        if (node.op != Op::equals && node.op != Op::among && node.op != Op::all_of) {
            wrong_op();
        }
        json list = typed_list(target, node.value);
        if (target.refers_to_segments) {
            for (const json& each : list) {
                out_.segments.push_back(each.get<std::string>());
            }
        }
        std::sort(list.begin(), list.end());
        list.erase(std::unique(list.begin(), list.end()), list.end());
        std::string among = " FROM (" + target.sql +
                            ") WHERE value IN (SELECT value FROM json_each(" + add(list.dump()) +
                            "))";
        if (node.op == Op::all_of || (node.op == Op::equals && list.size() > 1)) {
            return "(SELECT count(DISTINCT value)" + among + ") = " + std::to_string(list.size());
        }
        return "EXISTS (SELECT 1" + among + ")";
    }

    store::Engine& engine_;
    const Today& today_;
    Filter& out_;
    std::string at_, op_at_, value_at_; ///< pointers of the condition at work
};

} // namespace

Filter compile(store::Engine& engine, const Node& node, const Today& today) {
    add_text_predicates(engine.db());
    Filter filter;
    filter.where = Compiler(engine, today, filter).node(node, false);
    return filter;
}

Today today(store::Engine& engine) {
    Today out;
    out.now = Time(std::chrono::milliseconds(engine.now_ms()));
    out.zone = engine.meta("setting.time_zone").value_or("");
    return out;
}

void bind(store::Statement& statement, const Filter& filter, int first) {
    for (const Parameter& value : filter.parameters) {
        std::visit([&](const auto& each) { statement.bind(first, each); }, value);
        ++first;
    }
}

} // namespace habeas::segments

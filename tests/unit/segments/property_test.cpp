// SQL against an evaluator in memory, written apart from it: random filters over random people.
#include "catch.hpp"
#include "habeas/habeas.hpp"
#include "support/store.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <random>
#include <regex>
#include <set>

namespace segments_property_test {

using namespace habeas;
using namespace habeas::test;
using nlohmann::json;

namespace {

struct Someone {
    std::optional<std::string> word, code, date;
    std::optional<double> number;
    std::optional<bool> flag;
    std::optional<std::int64_t> moment; ///< ms
    std::set<std::string> many, tags;
};

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t base_ms = 1'780'272'000'000; // 2026-06-01T00:00:00Z

class Random {
  public:
    explicit Random(unsigned seed) : engine_(seed) {}
    int upto(int n) { return static_cast<int>(engine_() % static_cast<unsigned>(n)); }
    bool one_in(int n) { return upto(n) == 0; }
    std::string word() {
        static const std::vector<std::string> pieces{"a", "A", "b", "B", "%", "_", "c", " "};
        std::string out;
        for (int i = upto(5); i >= 0; --i) {
            out += pieces[static_cast<std::size_t>(upto(8))];
        }
        // A text has no blanks around it.
        if (out.front() == ' ') {
            out.front() = 'x';
        }
        if (out.back() == ' ') {
            out.back() = 'x';
        }
        return out;
    }
    std::string code() { return std::string(1, static_cast<char>('p' + upto(4))); }
    double number() { return upto(21) / 2.0 - 3; }
    std::string date() {
        return format_date(Date(std::chrono::sys_days(std::chrono::year{2026} / 6 / 1) +
                                std::chrono::days(upto(41) - 20)));
    }
    std::int64_t moment() { return base_ms + (upto(81) - 40) * day_ms / 4; }

  private:
    std::mt19937 engine_;
};

Someone random_person(Random& random) {
    Someone out;
    auto maybe = [&] { return !random.one_in(4); };
    if (maybe()) {
        out.word = random.word();
    }
    if (maybe()) {
        out.code = random.code();
    }
    if (maybe()) {
        out.date = random.date();
    }
    if (maybe()) {
        out.number = random.number();
    }
    if (maybe()) {
        out.flag = random.one_in(2);
    }
    if (maybe()) {
        out.moment = random.moment();
    }
    for (const char* each : {"p", "q", "r"}) {
        if (random.one_in(3)) {
            out.many.insert(each);
        }
        if (random.one_in(3)) {
            out.tags.insert(each);
        }
    }
    return out;
}

// ---- the filters

json random_condition(Random& random) {
    auto pick = [&](std::vector<std::string> ops) {
        return ops[static_cast<std::size_t>(random.upto(static_cast<int>(ops.size())))];
    };
    auto list = [&](auto one) {
        json out = json::array();
        for (int i = random.upto(4); i > 0; --i) {
            out.push_back(one());
        }
        return out;
    };
    json out;
    std::string op;
    switch (random.upto(8)) {
    case 0:
        out["field"] = "word";
        op = pick({"=", "!=", "in", "!in", "like", "!like", "startsWith", "endsWith", "contains",
                   "!contains", "regexp", "!regexp", "empty", "!empty", "unset", "!unset"});
        if (op == "in" || op == "!in") {
            out["value"] = list([&] { return random.word(); });
        } else if (op == "regexp" || op == "!regexp") {
            out["value"] = pick({"^a", "b$", "a.b", "[ab]+c", "^(a|b)*$", "x| "});
        } else {
            out["value"] = random.word();
        }
        break;
    case 1:
        out["field"] = "code";
        op = pick({"=", "!=", "in", "!in", "empty", "!empty"});
        out["value"] =
            op == "in" || op == "!in" ? list([&] { return random.code(); }) : json(random.code());
        break;
    case 2:
        out["field"] = "number";
        op = pick(
            {"=", "!=", "gt", "gte", "lt", "lte", "between", "!between", "in", "!in", "empty"});
        out["value"] = op == "between" || op == "!between" ? json{random.number(), random.number()}
                       : op == "in" || op == "!in"         ? list([&] { return random.number(); })
                                                           : json(random.number());
        break;
    case 3:
        out["field"] = "flag";
        op = pick({"=", "!=", "empty", "unset", "!unset"});
        out["value"] = random.one_in(2);
        break;
    case 4:
        out["field"] = "date";
        op = pick({"=", "!=", "gt", "gte", "lt", "lte", "between", "!between", "in", "unset"});
        out["value"] = op == "between" || op == "!between" ? json{random.date(), random.date()}
                       : op == "in"                        ? list([&] { return random.date(); })
                                                           : json(random.date());
        break;
    case 5:
        out["field"] = "moment";
        op = pick({"=", "!=", "gt", "gte", "lt", "lte", "between", "!empty"});
        out["value"] = op == "between" ? json{random.date(), random.date()} : json(random.date());
        break;
    case 6:
        out["field"] = "many";
        op = pick({"=", "in", "!in", "all_of", "none_of", "empty", "!empty"});
        out["value"] = list([&] {
            return random.code() == "s" ? "p" : random.one_in(2) ? "q" : "r";
        });
        break;
    default:
        out["field"] = "tag";
        op = pick({"in", "!in", "all_of", "none_of", "empty", "!unset"});
        out["value"] = list([&] { return random.one_in(2) ? "P" : "q"; });
        break;
    }
    out["op"] = op;
    return out;
}

json random_filter(Random& random, int depth) {
    int what = depth == 0 ? 3 : random.upto(5);
    if (what >= 3) {
        return random_condition(random);
    }
    if (what == 2) {
        return {{"not", random_filter(random, depth - 1)}};
    }
    json children = json::array();
    for (int i = random.upto(4); i >= 0; --i) {
        children.push_back(random_filter(random, depth - 1));
    }
    return {{what == 0 ? "all" : "any", std::move(children)}};
}

// ---- the evaluator

std::string lower(std::string text) {
    for (char& c : text) {
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return text;
}

bool like(const std::string& text, const std::string& pattern, std::size_t t = 0,
          std::size_t p = 0) {
    if (p == pattern.size()) {
        return t == text.size();
    }
    if (pattern[p] == '%') {
        return like(text, pattern, t, p + 1) || (t < text.size() && like(text, pattern, t + 1, p));
    }
    return t < text.size() && (pattern[p] == '_' || pattern[p] == text[t]) &&
           like(text, pattern, t + 1, p + 1);
}

bool about_text(const std::optional<std::string>& value, const std::string& op, const json& want) {
    if (op == "empty" || op == "unset") {
        return !value || value->empty();
    }
    if (!value) {
        return false;
    }
    const std::string text = lower(*value);
    if (op == "in") {
        return std::any_of(want.begin(), want.end(), [&](const json& each) {
            return lower(each.get<std::string>()) == text;
        });
    }
    const std::string other = lower(want.get<std::string>());
    if (op == "=") {
        return text == other;
    }
    if (op == "like") {
        return like(text, other.find('%') == std::string::npos ? "%" + other + "%" : other);
    }
    if (op == "startsWith") {
        return text.rfind(other, 0) == 0;
    }
    if (op == "endsWith") {
        return text.size() >= other.size() &&
               text.compare(text.size() - other.size(), other.size(), other) == 0;
    }
    if (op == "contains") {
        return text.find(other) != std::string::npos;
    }
    return std::regex_search(*value, std::regex(want.get<std::string>(), std::regex::icase));
}

/// `low` and `high`: what a value of the filter covers, both ends included.
template <class T, class Low, class High>
bool about_order(const std::optional<T>& value, const std::string& op, const json& want, Low low,
                 High high) {
    if (op == "empty" || op == "unset") {
        return !value;
    }
    if (!value) {
        return false;
    }
    if (op == "in") {
        return std::any_of(want.begin(), want.end(), [&](const json& each) {
            return *value >= low(each) && *value <= high(each);
        });
    }
    if (op == "between") {
        return *value >= low(want[0]) && *value <= high(want[1]);
    }
    return op == "="     ? *value >= low(want) && *value <= high(want)
           : op == "gt"  ? *value > high(want)
           : op == "gte" ? *value >= low(want)
           : op == "lt"  ? *value < low(want)
                         : *value <= high(want);
}

bool about_set(const std::set<std::string>& values, const std::string& op, const json& want) {
    if (op == "empty" || op == "unset") {
        return values.empty();
    }
    auto has = [&](const json& each) { return values.count(lower(each.get<std::string>())) > 0; };
    bool every =
        op == "all_of" || (op == "=" && std::set<json>(want.begin(), want.end()).size() > 1);
    return every ? std::all_of(want.begin(), want.end(), has)
                 : std::any_of(want.begin(), want.end(), has);
}

bool holds(const Someone& person, const json& filter) {
    if (filter.contains("not")) {
        return !holds(person, filter["not"]);
    }
    if (filter.contains("all")) {
        return std::all_of(filter["all"].begin(), filter["all"].end(),
                           [&](const json& each) { return holds(person, each); });
    }
    if (filter.contains("any")) {
        return std::any_of(filter["any"].begin(), filter["any"].end(),
                           [&](const json& each) { return holds(person, each); });
    }
    std::string op = filter["op"];
    const json& want = filter["value"];
    bool negative = op.front() == '!' || op == "none_of";
    if (op == "none_of") {
        op = "in";
    } else if (negative) {
        op.erase(0, 1);
    }
    const std::string field = filter["field"];
    auto exact = [](const json& each) { return each.get<double>(); };
    auto text = [](const json& each) { return each.get<std::string>(); };
    auto day = [](const json& each) {
        return parse_time(each.get<std::string>()).time_since_epoch().count();
    };
    auto day_end = [&](const json& each) { return day(each) + day_ms - 1; };
    bool positive = false;
    if (field == "word") {
        positive = about_text(person.word, op, want);
    } else if (field == "code") {
        positive = about_text(person.code, op, want);
    } else if (field == "number") {
        positive = about_order(person.number, op, want, exact, exact);
    } else if (field == "flag") {
        positive = op == "=" ? person.flag == want.get<bool>() : !person.flag;
    } else if (field == "date") {
        positive = about_order(person.date, op, want, text, text);
    } else if (field == "moment") {
        positive = about_order(person.moment, op, want, day, day_end);
    } else {
        positive = about_set(field == "many" ? person.many : person.tags, op, want);
    }
    return positive != negative;
}

Field field(const std::string& name, FieldType type, std::vector<std::string> choices = {}) {
    Field out;
    out.name = name;
    out.type = type;
    for (std::string& choice : choices) {
        out.choices.push_back({std::move(choice), {}});
    }
    return out;
}

SubjectId create(Store& store, const Someone& person, int number) {
    SubjectInput input;
    input.identifiers.push_back(make_identifier("external:t", std::to_string(number)));
    auto set = [&](const char* name, const auto& value) {
        if (value) {
            input.fields[name] = *value;
        }
    };
    set("word", person.word);
    set("code", person.code);
    set("date", person.date);
    set("number", person.number);
    set("flag", person.flag);
    if (person.moment) {
        input.fields["moment"] = Time(std::chrono::milliseconds(*person.moment));
    }
    input.fields["many"] = std::vector<std::string>(person.many.begin(), person.many.end());
    SubjectId id = Subjects(store).create(input);
    for (const std::string& tag : person.tags) {
        Tags(store).add(id, tag);
    }
    return id;
}

} // namespace

TEST_CASE("segments: SQL and an evaluator in memory agree on 120,000 pairs of filter and person",
          "[segments][property]") {
    constexpr int people = 300;
    constexpr int filters = 400;
    TestStore t;
    Fields fields(t.store);
    fields.define(field("word", FieldType::text));
    fields.define(field("code", FieldType::select, {"p", "q", "r", "s"}));
    fields.define(field("date", FieldType::date));
    fields.define(field("number", FieldType::number));
    fields.define(field("flag", FieldType::boolean));
    fields.define(field("moment", FieldType::datetime));
    fields.define(field("many", FieldType::multiselect, {"p", "q", "r"}));
    Random random(20261125);
    std::vector<std::pair<SubjectId, Someone>> all;
    {
        Transaction tx = t.store.transaction();
        for (int i = 0; i < people; ++i) {
            Someone person = random_person(random);
            SubjectId id = create(t.store, person, i);
            all.emplace_back(id, std::move(person));
        }
        tx.commit();
    }
    int pairs = 0;
    int matches = 0;
    int disagreements = 0;
    for (int i = 0; i < filters; ++i) {
        json filter = random_filter(random, 4);
        std::vector<SubjectId> found = Segments(t.store).match(filter.dump());
        for (const auto& [id, person] : all) {
            bool sql = std::binary_search(found.begin(), found.end(), id);
            matches += sql ? 1 : 0;
            ++pairs;
            if (sql != holds(person, filter)) {
                ++disagreements;
                UNSCOPED_INFO(filter.dump() << " and subject " << static_cast<std::int64_t>(id));
            }
        }
    }
    CHECK(disagreements == 0);
    CHECK(pairs == people * filters);
    CHECK(matches > pairs / 5); // neither nobody nor everybody
    CHECK(matches < pairs * 4 / 5);
}

} // namespace segments_property_test

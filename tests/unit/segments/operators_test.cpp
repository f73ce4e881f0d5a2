// Every cell of the table in src/segments/README.md.
#include "catch.hpp"
#include "habeas/habeas.hpp"
#include "support/store.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace segments_operators_test {

using namespace habeas;
using namespace habeas::test;

namespace {

Field field(const std::string& name, FieldType type, std::vector<std::string> choices = {}) {
    Field out;
    out.name = name;
    out.type = type;
    for (std::string& choice : choices) {
        out.choices.push_back({std::move(choice), {}});
    }
    return out;
}

/// A column of the table: a type of fields, or tag, segment, consent.
struct Column {
    Column(FieldType type) : name(field_type_name(type)) {} // NOLINT: written in each case
    Column(const char* own) : name(own) {}                  // NOLINT
    std::string name;
};

/// One person whose only field `x` has a value, or none; tags and segments: those that it has.
struct Case {
    Column type;
    std::string value; ///< as text; several divided by |; empty: none
    std::string op;
    std::string filter; ///< JSON
    bool holds;
};

std::vector<std::string> parts(const std::string& text, char divider) {
    std::vector<std::string> out;
    std::istringstream in(text);
    for (std::string each; std::getline(in, each, divider);) {
        out.push_back(each);
    }
    return out;
}

struct Table : TestStore {
    Table() {
        store.set_setting("time_zone", "Europe/Vienna");
        Fields fields(store);
        for (FieldType type :
             {FieldType::text, FieldType::longtext, FieldType::boolean, FieldType::number,
              FieldType::money, FieldType::date, FieldType::datetime, FieldType::time,
              FieldType::url, FieldType::region}) {
            fields.define(field("x_" + std::string(field_type_name(type)), type));
        }
        fields.define(field("x_select", FieldType::select, {"gold", "silver", "Blue Jay"}));
        fields.define(field("x_multiselect", FieldType::multiselect, {"a", "b", "c"}));
        for (const char* code : {"a", "b", "c"}) {
            Segment segment;
            segment.code = code;
            Segments(store).define(segment);
        }
        Purpose brief;
        brief.code = "brief";
        brief.basis = Basis::consent;
        brief.kind = PurposeKind::marketing;
        brief.channels = {Channel::email};
        TextVersion text;
        text.texts.push_back({"en", "We may write to you.", "Yes"});
        brief.texts.push_back(text);
        Purposes(store).define(brief);
    }

    static std::string name_of(const Column& type) {
        static const std::set<std::string> core{"email",    "phone", "country", "language",
                                                "timezone", "tag",   "segment"};
        return type.name == "consent"     ? "consent.brief"
               : core.contains(type.name) ? type.name
                                          : "x_" + type.name;
    }

    SubjectId person(const Case& row) {
        SubjectInput input;
        input.identifiers.push_back(make_identifier("external:t", std::to_string(++number_)));
        const std::string& type = row.type.name;
        const bool own = type == "tag" || type == "segment" || type == "consent";
        if (!row.value.empty() && !own) {
            input.fields[name_of(row.type)] = row.value;
        }
        const SubjectId id = Subjects(store).create(input);
        for (const std::string& each : own ? parts(row.value, '|') : std::vector<std::string>{}) {
            if (type == "tag") {
                Tags(store).add(id, each);
            } else if (type == "segment") {
                Segments(store).add(each, id);
            } else {
                ConsentEvent event;
                event.subject = id;
                event.kind = event_kind(each).value();
                event.purpose = "brief";
                event.evidence.method = "form";
                Consent(store).record(event);
            }
        }
        return id;
    }

    bool holds(const Case& row) {
        const SubjectId id = person(row);
        const auto found = Segments(store).match(condition(row));
        const bool in = std::find(found.begin(), found.end(), id) != found.end();
        Erasure(store).execute(id, {});
        return in;
    }
    static std::string condition(const Case& row) {
        return R"({"field":")" + name_of(row.type) + R"(","op":")" + row.op + '"' +
               (row.filter.empty() ? "" : R"(,"value":)" + row.filter) + "}";
    }

  private:
    int number_ = 0;
};

using T = FieldType;

// The clock of the store stands at 2026-06-01T10:00:00Z, a Monday, noon in Vienna.
const std::vector<Case> written{
    // text
    {T::text, "Straße", "=", R"("STRASSE")", true},
    {T::text, "Zoë", "=", R"("zoe")", false},
    {T::text, "Zoë", "=", R"("ZOË")", true},
    {T::text, "Zoe\xCC\x88", "=", R"("zoë")", true},
    {T::text, "a", "=", R"("a ")", false},
    {T::text, "a", "=", R"(["b","A"])", true},
    {T::text, "", "=", R"("a")", false},
    {T::text, "a", "!=", R"("b")", true},
    {T::text, "a", "!=", R"("A")", false},
    {T::text, "", "!=", R"("a")", true},
    {T::text, "b", "in", R"(["a","B"])", true},
    {T::text, "", "in", R"(["a"])", false},
    {T::text, "b", "in", "[]", false},
    {T::text, "b", "!in", R"(["a","B"])", false},
    {T::text, "", "!in", R"(["a"])", true},
    {T::text, "b", "any_of", R"(["b"])", true},
    {T::text, "b", "none_of", R"(["b"])", false},
    {T::text, "100% sure", "like", R"("100\\%%")", true},
    {T::text, "100 sure", "like", R"("100\\%%")", false},
    {T::text, "Anna", "like", R"("NN")", true},
    {T::text, "Anna", "like", R"("A_na%")", true},
    {T::text, "Äna", "like", R"("_na%")", true},
    {T::text, "Anna", "like", R"("nn%")", false},
    {T::text, "abcabd", "like", R"("%ab%d")", true},
    {T::text, "", "like", R"("%")", false},
    {T::text, "Anna", "!like", R"("nn")", false},
    {T::text, "", "!like", R"("nn")", true},
    {T::text, "Anna", "startsWith", R"("an")", true},
    {T::text, "Anna", "startsWith", R"("A%")", false},
    {T::text, "Anna", "endsWith", R"("NA")", true},
    {T::text, "", "startsWith", R"("")", false},
    {T::text, "50%", "contains", R"("0%")", true},
    {T::text, "500", "contains", R"("0%")", false},
    {T::text, "", "!contains", R"("a")", true},
    {T::text, "Anna", "regexp", R"("^a.*A$")", true},
    {T::text, "Anna", "regexp", R"("(?-i)^a")", false},
    {T::text, "Ärger", "regexp", R"("^ä")", true},
    {T::text, "", "regexp", R"(".*")", false},
    {T::text, "", "!regexp", R"("a")", true},
    {T::text, "a", "!regexp", R"("a")", false},
    {T::text, "", "empty", "", true},
    {T::text, "a", "empty", "", false},
    {T::text, "a", "!empty", "", true},
    {T::text, "", "!empty", "", false},
    {T::text, "", "unset", "", true},
    {T::text, "a", "unset", "", false},
    {T::text, "a", "!unset", "", true},
    {T::longtext, "line\nTwo", "contains", R"("two")", true},
    {T::url, "https://example.org/A", "contains", R"("example")", true},
    {T::email, "Anna@Example.org", "=", R"("anna@example.ORG")", true},
    {T::email, "", "=", R"("anna@example.org")", false},
    {T::email, "anna@example.org", "endsWith", R"("@example.org")", true},
    {T::phone, "+43 660 1234567", "empty", "", false},
    // codes
    {T::select, "gold", "=", R"("gold")", true},
    {T::select, "gold", "!=", R"("silver")", true},
    {T::select, "", "!=", R"("silver")", true},
    {T::select, "", "=", R"("silver")", false},
    {T::select, "gold", "in", R"(["gold","silver"])", true},
    {T::select, "", "!in", R"(["gold"])", true},
    {T::select, "Blue Jay", "like", R"("blue")", true},
    {T::select, "Blue Jay", "startsWith", R"("BLUE")", true},
    {T::select, "Blue Jay", "regexp", R"("jay$")", true},
    {T::select, "", "empty", "", true},
    {T::select, "", "unset", "", true},
    {T::select, "gold", "!unset", "", true},
    {T::country, "Austria", "=", R"("AT")", true},
    {T::country, "AT", "=", R"("Austria")", true},
    {T::country, "AT", "in", R"(["DE","Austria"])", true},
    {T::country, "", "!in", R"(["DE"])", true},
    {T::language, "de-at", "=", R"("de-AT")", true},
    {T::timezone, "Europe/Vienna", "=", R"("Europe/Vienna")", true},
    // numbers
    {T::number, "1.5", "=", "1.5", true},
    {T::number, "1.5", "=", R"("1.5")", true},
    {T::number, "2", "!=", "2", false},
    {T::number, "", "!=", "2", true},
    {T::number, "2", "gt", "1.9", true},
    {T::number, "2", "gt", "2", false},
    {T::number, "2", "gte", "2", true},
    {T::number, "2", "lt", "2", false},
    {T::number, "2", "lte", "2", true},
    {T::number, "", "lt", "2", false},
    {T::number, "2", "between", "[1, 2]", true},
    {T::number, "3", "between", "[1, 2]", false},
    {T::number, "", "!between", "[1, 2]", true},
    {T::number, "2", "in", "[1, 2]", true},
    {T::number, "2", "!in", "[1, 2]", false},
    {T::number, "", "empty", "", true},
    {T::number, "0", "empty", "", false},
    {T::number, "", "unset", "", true},
    {T::money, "12.50", "=", "12.5", true},
    {T::money, "12.50", "gte", R"("12.50")", true},
    {T::money, "12.50", "lt", "12.50", false},
    {T::money, "", "!=", "1", true},
    // dates
    {T::date, "2026-06-01", "=", R"("2026-06-01")", true},
    {T::date, "2026-06-01", "=", R"("today")", true},
    {T::date, "2026-05-31", "=", R"("yesterday")", true},
    {T::date, "2026-06-02", "=", R"("tomorrow")", true},
    {T::date, "2026-06-07", "=", R"("this week")", true},
    {T::date, "2026-05-31", "=", R"("this week")", false},
    {T::date, "2026-05-31", "=", R"("last week")", true},
    {T::date, "2026-06-08", "=", R"("next week")", true},
    {T::date, "2026-05-01", "=", R"("last month")", true},
    {T::date, "2026-06-30", "=", R"("this month")", true},
    {T::date, "2026-07-31", "=", R"("next month")", true},
    {T::date, "2025-12-31", "=", R"("last year")", true},
    {T::date, "2026-12-31", "=", R"("THIS  YEAR")", true},
    {T::date, "2027-01-01", "=", R"("next year")", true},
    {T::date, "2026-06-04", "=", R"("+3 days")", true},
    {T::date, "2026-05-18", "=", R"("-2 weeks")", true},
    {T::date, "2026-05-18", "=", R"("2 weeks ago")", true},
    {T::date, "2026-01-01", "=", R"("-5 months")", true},
    {T::date, "2026-07-01", "=", R"("first day of next month")", true},
    {T::date, "2026-05-31", "=", R"("last day of last month")", true},
    {T::date, "1990-06-01", "=", R"("anniversary")", true},
    {T::date, "1990-06-03", "=", R"("birthday +2 days")", true},
    {T::date, "1990-06-02", "=", R"("anniversary")", false},
    {T::date, "", "!=", R"("anniversary")", true},
    {T::date, "2026-06-01", "!=", R"("today")", false},
    {T::date, "", "!=", R"("today")", true},
    {T::date, "2026-06-02", "gt", R"("today")", true},
    {T::date, "2026-06-01", "gt", R"("today")", false},
    {T::date, "2026-06-01", "gte", R"("today")", true},
    {T::date, "2026-06-01", "lt", R"("today")", false},
    {T::date, "2026-05-31", "lt", R"("today")", true},
    {T::date, "2026-06-01", "lte", R"("today")", true},
    {T::date, "2026-06-30", "gt", R"("this month")", false},
    {T::date, "2026-07-01", "gt", R"("this month")", true},
    {T::date, "", "lt", R"("today")", false},
    {T::date, "2026-06-30", "between", R"(["today","last day of this month"])", true},
    {T::date, "2026-07-01", "between", R"(["today","last day of this month"])", false},
    {T::date, "", "!between", R"(["today","tomorrow"])", true},
    {T::date, "2026-06-02", "in", R"(["today","tomorrow"])", true},
    {T::date, "2026-06-03", "!in", R"(["today","tomorrow"])", true},
    {T::date, "", "empty", "", true},
    {T::date, "", "unset", "", true},
    // times: the day in Vienna begins at 22:00 UTC of the day before
    {T::datetime, "2026-05-31T22:00:00Z", "=", R"("today")", true},
    {T::datetime, "2026-05-31T21:59:59Z", "=", R"("today")", false},
    {T::datetime, "2026-06-01T21:59:59.999Z", "=", R"("2026-06-01")", true},
    {T::datetime, "2026-06-01T22:00:00Z", "gt", R"("today")", true},
    {T::datetime, "2026-06-01T08:00:00.500Z", "=", R"("2026-06-01T08:00:00Z")", true},
    {T::datetime, "2026-06-01T08:00:00Z", "=", R"("2026-06-01T10:00:00+02:00")", true},
    {T::datetime, "2026-06-01T08:00:01Z", "gt", R"("2026-06-01T08:00:00Z")", true},
    {T::datetime, "2026-06-01T08:30:00Z", "gte", R"("-2 hours")", true},
    {T::datetime, "2026-06-01T07:30:00Z", "gte", R"("-2 hours")", false},
    {T::datetime, "", "lte", R"("today")", false},
    {T::datetime, "", "empty", "", true},
    {T::time, "09:30", "gt", R"("09:00")", true},
    {T::time, "09:30", "between", R"(["09:30","10:00"])", true},
    {T::time, "09:30", "=", R"("09:30")", true},
    {T::time, "", "lt", R"("10:00")", false},
    {T::time, "", "!=", R"("10:00")", true},
    // boolean
    {T::boolean, "1", "=", "true", true},
    {T::boolean, "0", "=", "false", true},
    {T::boolean, "", "=", "false", false},
    {T::boolean, "", "!=", "true", true},
    {T::boolean, "0", "!=", "true", true},
    {T::boolean, "1", "!=", "true", false},
    {T::boolean, "", "empty", "", true},
    {T::boolean, "0", "empty", "", false},
    {T::boolean, "", "unset", "", true},
    // any number of values
    {T::multiselect, "a|b", "in", R"(["b","c"])", true},
    {T::multiselect, "a|b", "in", R"(["c"])", false},
    {T::multiselect, "a|b", "=", R"("a")", true},
    {T::multiselect, "a|b", "=", R"(["a","c"])", false},
    {T::multiselect, "a|b", "!in", R"(["c"])", true},
    {T::multiselect, "a|b", "none_of", R"(["b"])", false},
    {T::multiselect, "", "!in", R"(["b"])", true},
    {T::multiselect, "a|b", "all_of", R"(["a","b"])", true},
    {T::multiselect, "a|b", "all_of", R"(["a","a","c"])", false},
    {T::multiselect, "a|b", "all_of", "[]", true},
    {T::multiselect, "", "empty", "", true},
    {T::multiselect, "a", "empty", "", false},
    {T::multiselect, "a", "!empty", "", true},
    {T::multiselect, "", "unset", "", true},
    // consent
    {"consent", "", "=", R"("none")", true},
    {"consent", "granted|withdrawn", "=", R"("granted")", false},
    {"consent", "granted|withdrawn", "in", R"(["refused","withdrawn"])", true},
};

class Rows {
  public:
    std::vector<Case> take() { return std::move(out_); }

    /// Texts and codes: two values, the beginning and the end of the first.
    void words(const Column& type, const std::string& value, const std::string& other,
               const std::string& start, const std::string& end) {
        choices(type, value, quoted(value), quoted(other));
        for (const auto& [op, pattern] : std::map<std::string, std::string>{
                 {"like", "%" + end}, {"contains", end}, {"regexp", end + "$"}}) {
            both(type, value, op, quoted(pattern));
        }
        add(type, value, "startsWith", quoted(start), true);
        add(type, "", "startsWith", quoted(start), false);
        add(type, value, "endsWith", quoted(end), true);
        add(type, value, "endsWith", quoted(end + "-"), false);
    }

    /// What has an order: two values as JSON, the smaller one first.
    void ordered(const Column& type, const std::string& low, const std::string& high) {
        const std::string low_value = bare(low);
        const std::string high_value = bare(high);
        choices(type, low_value, low, high);
        for (const char* op : {"gt", "gte"}) {
            add(type, high_value, op, low, true);
            add(type, low_value, op, high, false);
            add(type, "", op, low, false);
        }
        for (const char* op : {"lt", "lte"}) {
            add(type, low_value, op, high, true);
            add(type, high_value, op, low, false);
            add(type, "", op, high, false);
        }
        add(type, low_value, "gt", low, false);
        add(type, low_value, "gte", low, true);
        add(type, low_value, "lt", low, false);
        add(type, low_value, "lte", low, true);
        add(type, high_value, "between", "[" + low + "," + low + "]", false);
        both(type, high_value, "between", "[" + low + "," + high + "]");
    }

    /// Any number of a, b and c.
    void values(const Column& type) {
        sets(type, "a|b", R"(["b","c"])", R"(["c"])");
        both(type, "a|b", "=", R"("a")");
        both(type, "a|b", "=", R"(["a","b"])");
        add(type, "a|b", "=", R"(["a","c"])", false);
        add(type, "a|b", "all_of", R"(["a","b"])", true);
        add(type, "a|b", "all_of", R"(["a","c"])", false);
        blanks(type, "a");
    }

    void choices(const Column& type, const std::string& value, const std::string& same,
                 const std::string& other) {
        both(type, value, "=", same);
        add(type, value, "=", other, false);
        add(type, value, "!=", other, true);
        sets(type, value, "[" + other + "," + same + "]", "[" + other + "]");
        blanks(type, value);
    }

    void booleans(const Column& type) {
        both(type, "1", "=", "true");
        both(type, "0", "=", "false");
        blanks(type, "0");
    }

  private:
    static std::string quoted(const std::string& text) { return nlohmann::json(text).dump(); }
    static std::string bare(const std::string& json) {
        const auto value = nlohmann::json::parse(json);
        return value.is_string() ? value.get<std::string>() : json;
    }
    void add(const Column& type, const std::string& value, const std::string& op,
             const std::string& filter, bool holds) {
        out_.push_back({type, value, op, filter, holds});
    }
    /// Holds for the value, not where there is none; its negation the other way round.
    void both(const Column& type, const std::string& value, const std::string& op,
              const std::string& filter) {
        const std::string negated = "!" + op;
        add(type, value, op, filter, true);
        add(type, "", op, filter, false);
        add(type, value, negated, filter, false);
        add(type, "", negated, filter, true);
    }
    void sets(const Column& type, const std::string& value, const std::string& with,
              const std::string& without) {
        both(type, value, "in", with);
        add(type, value, "in", without, false);
        add(type, value, "!in", without, true);
        add(type, value, "any_of", with, true);
        add(type, value, "any_of", without, false);
        add(type, value, "none_of", with, false);
        add(type, value, "none_of", without, true);
        add(type, "", "none_of", with, true);
    }
    void blanks(const Column& type, const std::string& value) {
        for (const std::string op : {"empty", "unset"}) {
            add(type, "", op, "", true);
            add(type, value, op, "", false);
            add(type, value, "!" + op, "", true);
            add(type, "", "!" + op, "", false);
        }
    }

    std::vector<Case> out_;
};

const std::vector<Case>& rows() {
    static const std::vector<Case> all = [] {
        Rows made;
        made.words(T::text, "Anna", "Bert", "AN", "Na");
        made.words(T::longtext, "one\nTwo", "three", "One", "two");
        made.words(T::url, "https://example.org/shop", "https://example.org/b", "https:", "shop");
        made.words(T::email, "anna@example.org", "bert@example.org", "anna@", "org");
        made.words(T::phone, "+436601234567", "+436601234568", "+43", "567");
        made.words(T::select, "gold", "silver", "go", "LD");
        made.words(T::country, "AT", "DE", "a", "t");
        made.words(T::region, "AT-9", "AT-1", "at", "9");
        made.words(T::language, "de-AT", "fr", "de", "at");
        made.words(T::timezone, "Europe/Vienna", "Europe/Paris", "europe", "vienna");
        made.ordered(T::number, "1.5", "2");
        made.ordered(T::money, "1.50", "2");
        made.ordered(T::date, R"("2026-05-31")", R"("2026-06-01")");
        made.ordered(T::datetime, R"("2026-06-01T08:00:00Z")", R"("2026-06-02T08:00:00Z")");
        made.ordered(T::time, R"("09:30")", R"("10:00")");
        made.booleans(T::boolean);
        made.values(T::multiselect);
        made.values("tag");
        made.values("segment");
        made.choices("consent", "granted", R"("granted")", R"("withdrawn")");
        std::vector<Case> out = made.take();
        out.insert(out.begin(), written.begin(), written.end());
        return out;
    }();
    return all;
}

/// The table of the README: what stands in the cell of a type and an operator.
std::map<std::pair<std::string, std::string>, std::string> read_cells() {
    std::ifstream file(HABEAS_SOURCE_DIR "/src/segments/README.md");
    std::map<std::pair<std::string, std::string>, std::string> out;
    std::vector<std::string> types;
    for (std::string line; std::getline(file, line);) {
        // Before the first divider there is nothing.
        const auto cells = parts(line, '|');
        if (cells.size() > 1 && cells[1] == " operator ") {
            types = cells;
            continue;
        }
        if (types.empty() || !line.starts_with("| `")) {
            continue;
        }
        REQUIRE(cells.size() == types.size());
        const auto ops = parts(cells[1], '`');
        for (std::size_t op = 1; op < ops.size(); op += 2) {
            for (std::size_t column = 2; column < types.size(); ++column) {
                for (std::string type : parts(types[column], ',')) {
                    type.erase(std::remove(type.begin(), type.end(), ' '), type.end());
                    out[{type, ops[op]}] = cells[column];
                }
            }
        }
    }
    return out;
}

} // namespace

TEST_CASE("segments: each cell of the table of operators has a case, or is refused", "[segments]") {
    Table table;
    const auto cells = read_cells();
    std::set<std::string> types;
    std::set<std::pair<std::string, std::string>> covered;
    for (const Case& row : rows()) {
        covered.emplace(row.type.name, row.op);
    }
    for (const auto& [cell, text] : cells) {
        const auto& [type, op] = cell;
        types.insert(type);
        INFO(type << " " << op);
        if (text != " – ") {
            CHECK(covered.contains(cell));
            continue;
        }
        CHECK_FALSE(covered.contains(cell));
        const Case& sample = *std::find_if(rows().begin(), rows().end(), [&](const Case& row) {
            return row.type.name == type && row.op == "=";
        });
        Case wrong = sample;
        wrong.op = op;
        CHECK_THROWS_AS(Segments(table.store).count(Table::condition(wrong)), Error);
    }
    for (const auto& each : covered) {
        INFO(each.first << " " << each.second);
        CHECK(cells.contains(each));
    }
    CHECK(types.size() == 20);
}

TEST_CASE("segments: each operator does with each type what the table says", "[segments]") {
    Table table;
    for (const Case& row : rows()) {
        INFO(row.type.name << " '" << row.value << "' " << row.op << " " << row.filter);
        CHECK(table.holds(row) == row.holds);
    }
}

TEST_CASE("segments: a negation is the exact complement, also where there is no value",
          "[segments]") {
    Table table;
    for (const Case& row : rows()) {
        const SubjectId id = table.person(row);
        INFO(Table::condition(row));
        CHECK(Segments(table.store).count(R"({"not":)" + Table::condition(row) + "}") ==
              (row.holds ? 0 : 1));
        CHECK(Segments(table.store).count(R"({"not":{"not":)" + Table::condition(row) + "}}") ==
              (row.holds ? 1 : 0));
        Erasure(table.store).execute(id, {});
    }
}

TEST_CASE("segments: an operator that does not go with a type is refused at its place",
          "[segments]") {
    Table table;
    struct Wrong {
        std::string filter, pointer;
    };
    const std::vector<Wrong> wrong{
        {R"({"field":"x_text","op":"gt","value":"a"})", "/op"},
        {R"({"field":"x_text","op":"between","value":["a","b"]})", "/value"},
        {R"({"field":"x_text","op":"all_of","value":"a"})", "/op"},
        {R"({"field":"x_text","op":"=","value":5})", "/value"},
        {R"({"field":"x_text","op":"=" })", ""},
        {R"({"field":"x_text","op":"regexp","value":"(a"})", "/value"},
        {R"({"field":"x_text","op":"~","value":"a"})", "/op"},
        {R"({"field":"x_select","op":"=","value":"bronze"})", "/value"},
        {R"({"field":"x_select","op":"in","value":["gold","bronze"]})", "/value/1"},
        {R"({"field":"x_select","op":"lt","value":"gold"})", "/op"},
        {R"({"field":"country","op":"=","value":"Atlantis"})", "/value"},
        {R"({"field":"x_number","op":"=","value":"much"})", "/value"},
        {R"({"field":"x_number","op":"like","value":1})", "/op"},
        {R"({"field":"x_number","op":"between","value":[1]})", "/value"},
        {R"({"field":"x_money","op":"=","value":1.234})", "/value"},
        {R"({"field":"x_boolean","op":"=","value":"maybe"})", "/value"},
        {R"({"field":"x_boolean","op":"gt","value":true})", "/op"},
        {R"({"field":"x_date","op":"=","value":"2026-02-30"})", "/value"},
        {R"({"field":"x_date","op":"=","value":"2026-02-03T10:00:00Z"})", "/value"},
        {R"({"field":"x_date","op":"gt","value":"anniversary"})", "/value"},
        {R"({"field":"x_date","op":"=","value":"heute"})", "/value"},
        {R"({"field":"x_datetime","op":"=","value":"anniversary"})", "/value"},
        {R"({"field":"x_multiselect","op":"like","value":"a"})", "/op"},
        {R"({"field":"x_multiselect","op":"in","value":["z"]})", "/value/0"},
        {R"({"field":"nothing","op":"=","value":"a"})", "/field"},
        {R"({"field":"consent.nothing","op":"=","value":"granted"})", "/field"},
        {R"({"field":"segment","op":"in","value":["nothing"]})", "/value/0"},
        {R"({"all":[{"any":[{"not":{"field":"nothing","op":"empty"}}]}]})",
         "/all/0/any/0/not/field"},
        {R"({"all":[{"field":"x_text","op":"=","value":"a","glue":"and"}]})", "/all/0/glue"},
        {R"({"all":{}})", "/all"},
        {R"([{"field":"x_text","op":"=","value":"a","glue":"xor"}])", "/0/glue"},
        // The flat list: at the members that it has itself.
        {R"({"all":[[{"field":"x_text","operator":"=","filter":"a","glue":"xor"}]]})",
         "/all/0/0/glue"},
        {R"({"any":[[7]]})", "/any/0/0"},
        {R"([{"field":"nope","operator":"=","filter":"x"}])", "/0/field"},
        {R"([{"field":"x_text","operator":"=","filter":"x"},
             {"glue":"or","field":"nope","operator":"=","filter":"x"}])",
         "/1/field"},
        {R"({"not":[{"field":"x_text","operator":"gt","filter":"x"}]})", "/not/0/operator"},
        {R"([{"field":"x_text","operator":"~","filter":"x"}])", "/0/operator"},
        {R"([{"field":"x_text","filter":"x"}])", "/0/op"},
        {R"([{"field":"x_text","operator":"="}])", "/0"},
        {R"([{"field":"x_text","op":"=","value":5}])", "/0/value"},
        {R"([{"field":"x_text","op":"in","filter":["a",5]}])", "/0/filter/1"},
        {R"([{"field":"x_select","operator":"=","properties":{"filter":"bronze"}}])",
         "/0/properties/filter"},
        // Numbers that no column holds, and words that no state has.
        {R"({"field":"id","op":"gt","value":18446744073709551615})", "/value"},
        {R"({"field":"points","op":"gt","value":9223372036854775808})", "/value"},
        {R"({"field":"points","op":"in","value":[1,18446744073709551615]})", "/value/1"},
        {R"({"field":"points","op":"between","value":[0,18446744073709551615]})", "/value/1"},
        {R"({"field":"request.erasure","op":"=","value":"bogus"})", "/value"},
        {R"({"field":"request.erasure","op":"in","value":["received","bogus"]})", "/value/1"},
        {R"({"field":"consent.brief.sms","op":"=","value":"granted"})", "/field"},
        {R"({"field":"consent.brief.sms.allowed","op":"=","value":true})", "/field"},
        {R"("text")", ""},
    };
    for (const Wrong& each : wrong) {
        INFO(each.filter);
        try {
            static_cast<void>(Segments(table.store).count(each.filter));
            FAIL("accepted");
        } catch (const Error& error) {
            CHECK((error.code() == Errc::invalid || error.code() == Errc::not_found));
            CHECK(error.where() == each.pointer);
        }
    }
    CHECK_THROWS_AS(Segments(table.store).count("{"), Error);
}

} // namespace segments_operators_test

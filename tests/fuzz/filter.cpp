// covers: src/segments/filter_json.cpp src/segments/filter_sql.cpp src/segments/text_match.cpp
// covers: src/segments/relative_date.cpp src/segments/filter_fields.cpp
// Laws of filters: a refusal names a place in the JSON; what is accepted runs, matches as many as
// it counts, and its negation matches exactly the others.
#include "fuzz.hpp"
#include "shop.hpp"

#include "habeas/habeas.hpp"

#include <string>

using namespace habeas;

namespace {

struct World {
    World() {
        define("colours", FieldType::multiselect, {{"red", {}}, {"blue", {}}});
        define("size", FieldType::select, {{"s", {}}, {"m", {}}});
        define("vip", FieldType::boolean);
        define("amount", FieldType::number);
        define("paid", FieldType::money);
        define("hour", FieldType::time);
        define("visit", FieldType::datetime);
        define("secret", FieldType::text, {}, FieldOwner::subject, FieldClass::sealed);
        define("branch", FieldType::text, {}, FieldOwner::organisation);
        Purpose news;
        news.code = "news";
        news.channels = {Channel::email};
        Purposes(store).define(news);
        for (const char* country : {"AT", "DE", ""}) {
            SubjectInput input;
            input.fields["email"] = std::string("a") + country + "@example.org";
            input.fields["country"] = std::string(country);
            input.fields["first_name"] = std::string("Zo\xc3\xab ") + country;
            input.fields["date_of_birth"] = std::string("2000-02-29");
            input.fields["size"] = std::string("s");
            input.fields["amount"] = 7.0;
            input.fields["hour"] = std::string("09:30");
            input.fields["visit"] = std::string("2026-01-31T10:00:00Z");
            const SubjectId id = Subjects(store).create(input);
            Tags(store).add(id, "tag");
        }
        Segments(store).define({"hand", {}, "", false, ""});
    }
    void define(const char* name, FieldType type, std::vector<Choice> choices = {},
                FieldOwner owner = FieldOwner::subject, FieldClass kind = {}) {
        Field field;
        field.name = name;
        field.type = type;
        field.choices = std::move(choices);
        field.owner = owner;
        field.field_class = kind;
        Fields(store).define(field);
    }
    Store store = fuzz::still_store();
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static World world;
    const std::string text(fuzz::view(data, size));
    Segments segments(world.store);
    std::vector<SubjectId> matches;
    try {
        matches = segments.match(text);
    } catch (const Error& error) {
        fuzz::require(error.code() == Errc::invalid || error.code() == Errc::not_found,
                      "a filter is refused as invalid, or for what is not there");
        fuzz::require(error.where().empty() || error.where().front() == '/',
                      "a refusal names a JSON pointer");
        return 0;
    }
    const auto everybody = Subjects(world.store).count();
    const auto count = static_cast<std::int64_t>(matches.size());
    fuzz::require(segments.count(text) == count, "it counts what it matches");
    std::int64_t others = 0;
    try {
        others = segments.count(R"({"not":)" + text + "}");
    } catch (const Error& error) { // one level deeper than is allowed
        fuzz::require(error.code() == Errc::invalid, "only the depth stands in the way of not");
        return 0;
    }
    fuzz::require(count + others == everybody, "not matches exactly the others");
    return 0;
}

#include "catch.hpp"
#include "habeas/habeas.hpp"
#include "store/engine.hpp"
#include "unit/consent/helpers.hpp"

#include <nlohmann/json.hpp>

namespace segments_segments_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

namespace {

using Ids = std::vector<SubjectId>;

struct Club : Shop {
    explicit Club(Where where = memory) : Shop(where), segments(store) {
        Field vip;
        vip.name = "vip";
        vip.type = FieldType::boolean;
        Fields(store).define(vip);
    }
    void set(SubjectId id, const std::string& name, const std::string& value) {
        SubjectInput input;
        input.fields[name] = value;
        Subjects(store).update(id, input, Blank::overwrite);
    }
    /// As an import does it.
    void upsert(const std::vector<std::pair<std::string, std::string>>& people) {
        std::vector<SubjectInput> rows;
        for (const auto& [email, country] : people) {
            SubjectInput& row = rows.emplace_back();
            row.fields["email"] = email;
            row.fields["country"] = country;
        }
        Subjects(store).upsert(rows);
    }
    void segment(const std::string& code, const std::string& filter, bool live = false) {
        Segment out;
        out.code = code;
        out.filter = filter;
        out.live = live;
        segments.define(out);
    }
    Ids members(const std::string& code) {
        Ids out;
        segments.members(code, [&](SubjectId id) {
            out.push_back(id);
            return true;
        });
        return out;
    }
    void record(SubjectId id, EventKind kind, const std::string& purpose = "",
                const std::string& scope = "") {
        ConsentEvent event;
        event.subject = id;
        event.kind = kind;
        event.purpose = purpose;
        event.scope = scope;
        if (kind == EventKind::granted) {
            event.evidence.method = "form";
            event.evidence.text_version = 1;
        }
        Consent(store).record(event);
    }

    Segments segments;
};

const std::string is_vip = R"({"field":"vip","op":"=","value":true})";
const std::string austrian = R"({"field":"country","op":"=","value":"AT"})";

std::string in_segment(const std::string& code) {
    return R"({"field":"segment","op":"in","value":[")" + code + R"("]})";
}

} // namespace

TEST_CASE("segments: a refresh adds who matches and removes who no longer does", "[segments]") {
    Club club;
    SubjectId a = club.person("a@example.org", "AT");
    SubjectId b = club.person("b@example.org", "DE");
    club.segment("austria", austrian);
    RefreshReport first = club.segments.refresh("austria");
    CHECK(first.full);
    CHECK(first.added == Ids{a});
    CHECK(first.removed.empty());

    club.set(a, "country", "DE");
    club.set(b, "country", "AT");
    CHECK(club.members("austria") == Ids{a});
    RefreshReport second = club.segments.refresh("austria");
    CHECK_FALSE(second.full);
    CHECK(second.added == Ids{b});
    CHECK(second.removed == Ids{a});
    CHECK(club.segments.refresh("austria").added.empty());
    CHECK(club.segments.contains("austria", b));
    CHECK(club.segments.find("austria")->members == 1);
    CHECK(club.segments.refresh("austria", true).full);
}

TEST_CASE("segments: what was done by hand survives refreshes, leaving and the filter",
          "[segments]") {
    Club club;
    SubjectId a = club.person("a@example.org", "AT");
    SubjectId b = club.person("b@example.org", "DE");
    club.segment("austria", austrian);
    club.segments.refresh("austria");
    club.segments.remove_member("austria", a);
    club.segments.add("austria", b);
    CHECK(club.members("austria") == Ids{b});
    club.set(a, "country", "DE"); // leaves by the filter, comes back by the filter
    club.segments.refresh("austria", true);
    club.set(a, "country", "AT");
    club.segments.refresh("austria", true);
    CHECK(club.members("austria") == Ids{b});
    club.upsert({{"a@example.org", "AT"}, {"b@example.org", "DE"}});
    club.segments.refresh("austria");
    CHECK(club.members("austria") == Ids{b});
    club.segment("austria", R"({"any":[]})"); // nobody
    club.segments.refresh("austria");
    CHECK(club.members("austria") == Ids{b});
    club.segment("austria", austrian);
    club.segments.refresh("austria");
    club.segments.reset("austria", a);
    club.segments.reset("austria", b);
    CHECK(club.members("austria") == Ids{a});
    SegmentExplanation why = club.segments.explain("austria", a);
    CHECK(why.manual.empty());
}

TEST_CASE("segments: one without a filter has who was added by hand", "[segments]") {
    Club club;
    SubjectId a = club.person("a@example.org");
    club.segment("friends", "");
    club.segments.refresh("friends");
    CHECK(club.members("friends").empty());
    club.segments.add("friends", a);
    club.segments.refresh("friends", true);
    CHECK(club.members("friends") == Ids{a});
}

TEST_CASE("segments: a live segment is right in the transaction of the change", "[segments]") {
    Club club;
    SubjectId a = club.person("a@example.org", "DE");
    club.segment("vips", is_vip, true);
    club.segment("vips_of_austria", R"({"all":[)" + in_segment("vips") + "," + austrian + "]}",
                 true);
    club.set(a, "vip", "1");
    CHECK(club.members("vips") == Ids{a});
    CHECK(club.members("vips_of_austria").empty());
    club.set(a, "country", "AT");
    CHECK(club.members("vips_of_austria") == Ids{a});
    SubjectId fresh = [&] {
        SubjectInput input;
        input.fields["email"] = std::string("n@example.org");
        input.fields["country"] = std::string("AT");
        input.fields["vip"] = true;
        return Subjects(club.store).create(input);
    }();
    CHECK(club.members("vips_of_austria") == Ids{a, fresh});
    {
        Transaction tx = club.store.transaction();
        club.set(a, "vip", "0");
    } // rolled back
    CHECK(club.members("vips") == Ids{a, fresh});
    club.set(a, "vip", "");
    CHECK(club.members("vips") == Ids{fresh});
    CHECK(club.members("vips_of_austria") == Ids{fresh});
}

TEST_CASE("segments: one that refers to another is refreshed after it; circles are refused",
          "[segments]") {
    Club club;
    SubjectId a = club.person("a@example.org", "AT");
    club.segment("z_base", austrian);
    club.segment("a_next", in_segment("z_base"));
    club.segment("a_not", R"({"not":)" + in_segment("a_next") + "}");
    std::vector<RefreshReport> all = club.segments.refresh_all();
    REQUIRE(all.size() == 3);
    CHECK(all[0].segment == "z_base");
    CHECK(club.members("a_next") == Ids{a});
    CHECK(club.members("a_not").empty());
    club.set(a, "country", "DE");
    CHECK(club.segments.refresh("a_not").added == Ids{a});
    CHECK(club.members("a_next").empty());

    CHECK(code_of([&] { club.segment("z_base", in_segment("a_not")); }) == Errc::invalid);
    CHECK(code_of([&] { club.segment("z_base", in_segment("z_base")); }) == Errc::invalid);
    CHECK(code_of([&] { club.segments.remove("z_base"); }) == Errc::invalid);
    club.segments.remove("a_not");
    club.segments.remove("a_next");
    club.segments.remove("z_base");
    CHECK(club.segments.list().empty());
    CHECK(code_of([&] { club.segments.refresh("z_base"); }) == Errc::not_found);
}

TEST_CASE("segments: consent is a field that follows the ledger and time", "[segments]") {
    Club club;
    Purpose brief =
        Shop::purpose("brief", Basis::consent, PurposeKind::marketing, {Channel::email});
    brief.validity = "P1M";
    brief.texts.push_back(Shop::words("For a month."));
    club.define(brief);
    SubjectId a = club.person("a@example.org");
    SubjectId b = club.person("b@example.org");
    auto count = [&](const std::string& field, const std::string& op, const std::string& value) {
        return club.segments.count(R"({"field":")" + field + R"(","op":")" + op + R"(","value":)" +
                                   value + "}");
    };
    CHECK(count("consent.newsletter", "=", R"("none")") == 2);
    CHECK(count("consent.newsletter", "!=", R"("granted")") == 2);
    club.record(a, EventKind::granted, "newsletter");
    CHECK(count("consent.newsletter", "=", R"("granted")") == 1);
    CHECK(count("consent.newsletter.sms", "in", R"(["granted","requested"])") == 1);
    CHECK(count("consent.newsletter.allowed", "=", "true") == 1);
    CHECK(count("consent.newsletter.email.allowed", "!=", "true") == 1);
    CHECK(count("consent.newsletter.date", "=", R"("today")") == 1);
    // A contract and legitimate interests need no event; a suppression ends the latter.
    CHECK(count("consent.orders.allowed", "=", "true") == 2);
    CHECK(count("consent.letters.allowed", "=", "true") == 2);
    Consent(club.store).suppress(make_identifier("email", "b@example.org"), "objection", "all");
    CHECK(count("consent.letters.allowed", "=", "true") == 1);
    CHECK(count("suppressed", "=", "true") == 1);
    CHECK(count("restricted", "=", "true") == 0);
    club.record(a, EventKind::restricted);
    CHECK(count("restricted", "=", "true") == 1);
    CHECK(count("bounced", "=", "true") == 0);
    club.record(b, EventKind::bounced, "", "hard");
    CHECK(count("bounced", "=", "true") == 1);

    club.segment("briefed", R"({"field":"consent.brief","op":"=","value":"granted"})", true);
    SubjectId c = club.person("c@example.org");
    club.record(c, EventKind::granted, "brief");
    CHECK(club.members("briefed") == Ids{c});
    club.clock.advance(24h * 40);
    club.store.tick();
    club.segments.refresh("briefed");
    CHECK(club.members("briefed").empty());
    CHECK(count("consent.brief", "=", R"("expired")") == 1);
}

TEST_CASE("segments: consent that ended counts for nothing, also before a tick has seen it",
          "[segments]") {
    Club club;
    Purpose plain =
        Shop::purpose("plain", Basis::consent, PurposeKind::marketing, {Channel::email});
    plain.validity = "PT2S";
    plain.texts.push_back(Shop::words("For a moment."));
    club.define(plain);
    const SubjectId a = club.person("a@example.org");
    const SubjectId b = club.person("b@example.org");
    const std::string granted = R"({"field":"consent.plain","op":"=","value":"granted"})";
    const std::string allowed = R"({"field":"consent.plain.allowed","op":"=","value":true})";
    const std::string expired = R"({"field":"consent.plain.email","op":"=","value":"expired"})";
    club.segment("granted", granted);
    club.segment("allowed", allowed);
    club.segment("neither", R"({"not":{"any":[)" + granted + "," + allowed + "]}}");
    club.record(a, EventKind::granted, "plain");
    club.segments.refresh_all();
    CHECK(club.members("granted") == Ids{a});
    CHECK(club.members("allowed") == Ids{a});
    CHECK(club.members("neither") == Ids{b});

    club.clock.advance(4s);
    CHECK(club.ask(a, "plain") == "CONSENT_EXPIRED");
    CHECK(club.segments.match(granted).empty());
    CHECK(club.segments.match(allowed).empty());
    CHECK(club.segments.match(expired) == Ids{a});
    CHECK_FALSE(club.segments.explain("allowed", a).matches);
    // What changed is enough to find what everybody would give.
    const RefreshReport report = club.segments.refresh("granted");
    CHECK_FALSE(report.full);
    CHECK(report.removed == Ids{a});
    CHECK(club.segments.refresh("allowed").removed == Ids{a});
    CHECK(club.segments.refresh("neither").added == Ids{a});
    for (const RefreshReport& each : club.segments.refresh_all(true)) {
        CHECK(each.added.empty());
        CHECK(each.removed.empty());
    }
    // Nor does the tick change anything, and a new consent counts.
    club.store.tick();
    CHECK(club.segments.match(expired) == Ids{a});
    club.record(a, EventKind::granted, "plain");
    CHECK(club.segments.refresh("granted").added == Ids{a});
    // One tick later than the end, with a refresh after it.
    club.clock.advance(4s);
    club.store.tick();
    CHECK(club.segments.refresh("granted").removed == Ids{a});
}

TEST_CASE("segments: what holds for all purposes from a later time on moves members then",
          "[segments]") {
    Club club;
    const SubjectId a = club.person("a@example.org");
    ConsentEvent later = Shop::event(a, EventKind::restricted);
    later.effective_at = club.clock.now() + 4min;
    club.Shop::record(later);
    club.segment("restricted", R"({"field":"restricted","op":"=","value":true})");
    club.segments.refresh("restricted");
    CHECK(club.members("restricted").empty());
    club.clock.advance(10min);
    CHECK(club.segments.refresh("restricted").added == Ids{a});
}

TEST_CASE("segments: a channel that the purpose once had can still be asked about", "[segments]") {
    Club club;
    const SubjectId a = club.person("a@example.org");
    club.record(a, EventKind::granted, "newsletter");
    Purpose newsletter = Purposes(club.store).find("newsletter").value();
    newsletter.channels = {Channel::email};
    club.define(newsletter);
    CHECK(club.segments.count(
              R"({"field":"consent.newsletter.sms.allowed","op":"=","value":true})") == 0);
    CHECK(code_of([&] {
              static_cast<void>(club.segments.count(
                  R"({"field":"consent.newsletter.post","op":"=","value":"granted"})"));
          }) == Errc::invalid);
}

TEST_CASE("segments: a filter that no longer works is named, and all others are refreshed",
          "[segments]") {
    Club club;
    Field extra;
    extra.name = "extra";
    extra.type = FieldType::text;
    Fields(club.store).define(extra);
    const SubjectId a = club.person("a@example.org", "AT");
    club.segment("a_extra", R"({"field":"extra","op":"empty"})");
    club.segment("b_next", in_segment("a_extra"));
    club.segment("c_hand", "");
    club.segment("z_austria", austrian);
    CHECK(code_of([&] { Fields(club.store).remove("extra"); }) == Errc::invalid);
    CHECK(code_of([&] { Fields(club.store).rename("extra", "other"); }) == Errc::invalid);
    club.store.engine().db().exec("UPDATE segment SET filter = '{\"field\":\"gone\",\"op\":"
                                  "\"empty\"}' WHERE code = 'a_extra'");

    try {
        club.segments.refresh_all();
        FAIL("nothing was said");
    } catch (const Error& error) {
        CHECK(error.code() == Errc::not_found);
        CHECK(error.where() == "a_extra");
        const std::string text = error.what();
        CHECK(text.find("segment a_extra: ") != std::string::npos);
        CHECK(text.find("/field: no field has this name") != std::string::npos);
        CHECK(text.find("segment b_next refers to a_extra") != std::string::npos);
        CHECK(text.find("austria") == std::string::npos);
    }
    CHECK(club.members("z_austria") == Ids{a});
    CHECK(club.segments.find("c_hand")->refreshed_at);
    try {
        static_cast<void>(club.segments.refresh("b_next"));
        FAIL("nothing was said");
    } catch (const Error& error) {
        CHECK(error.where() == "a_extra");
    }
    club.segment("a_extra", austrian);
    club.segments.refresh_all();
    CHECK(club.members("b_next") == Ids{a});
}

TEST_CASE("segments: a field that a segment needs is not removed, and the segment is named",
          "[segments]") {
    Club club;
    club.segment("vips", is_vip, GENERATE(false, true));
    try {
        Fields(club.store).remove("vip");
        FAIL("removed");
    } catch (const Error& error) {
        CHECK(std::string(error.what()).find("segment vips") != std::string::npos);
    }
    CHECK(Fields(club.store).find("vip"));
}

TEST_CASE("segments: one that a rule of points names is not deleted", "[segments]") {
    Club club;
    club.segment("fans", austrian);
    club.define(
        Shop::purpose("scoring", Basis::contract, PurposeKind::profiling, {Channel::internal}));
    Points(club.store)
        .define(
            R"({"purpose":"scoring","rules":[{"code":"fan","on":"segment","key":"fans","points":3}]})");
    try {
        club.segments.remove("fans");
        FAIL("deleted");
    } catch (const Error& error) {
        CHECK(error.code() == Errc::conflict);
        CHECK(error.where() == "fans");
        CHECK(std::string(error.what()).find("points rule fan") != std::string::npos);
    }
    Points(club.store).define(R"({"purpose":"scoring","rules":[]})");
    club.segments.remove("fans");
    CHECK_FALSE(club.segments.find("fans"));
}

TEST_CASE("segments: words about time move the members when the day does", "[segments]") {
    Club club;
    SubjectId a = club.person("a@example.org");
    club.set(a, "date_of_birth", "1988-02-29");
    club.segment("birthday", R"({"field":"date_of_birth","op":"=","value":"anniversary"})");
    club.segments.refresh("birthday");
    CHECK(club.members("birthday").empty());
    club.clock.set("2027-02-28T12:00:00Z"); // a common year
    CHECK(club.segments.refresh("birthday").added == Ids{a});
    club.clock.set("2028-02-28T12:00:00Z");
    CHECK(club.segments.refresh("birthday").removed == Ids{a});
    club.clock.set("2028-02-29T12:00:00Z");
    CHECK(club.segments.refresh("birthday").added == Ids{a});
}

TEST_CASE("segments: tags and organisations", "[segments]") {
    Club club;
    SubjectId a = club.person("a@example.org");
    SubjectId b = club.person("b@example.org");
    Tags tags(club.store);
    tags.add(a, "Café ");
    tags.add(a, "CAFÉ");
    tags.add(b, "other");
    CHECK(tags.of(a) == std::vector<std::string>{"Café"});
    CHECK(tags.list() == std::vector<std::string>{"Café", "other"});
    CHECK(club.segments.match(R"({"field":"tag","op":"in","value":["café"]})") == Ids{a});
    CHECK(club.segments.match(R"({"field":"tag","op":"none_of","value":["café"]})") == Ids{b});
    tags.remove(a, "café");
    CHECK(club.segments.match(R"({"field":"tag","op":"empty"})") == Ids{a});
    CHECK(code_of([&] { tags.add(a, " "); }) == Errc::invalid);

    Organisations organisations(club.store);
    Organisation firm;
    firm.name = "Müller & Söhne";
    OrganisationId id = organisations.create(firm);
    organisations.link(a, {id, "buyer", true});
    CHECK(club.segments.match(
              R"({"field":"organisation.name","op":"startsWith","value":"MÜLLER"})") == Ids{a});
    CHECK(club.segments.match(R"({"field":"organisation.name","op":"unset"})") == Ids{b});
}

TEST_CASE("segments: the flat list with glue means groups joined by or", "[segments]") {
    const std::string list = R"([
        {"glue":"and","field":"country","operator":"=","filter":"AT"},
        {"glue":"and","field":"vip","operator":"=","properties":{"filter":true}},
        {"glue":"or","field":"email","operator":"startsWith","filter":"b@"},
        {"glue":"and","field":"country","operator":"=","filter":"DE","type":"country"}])";
    nlohmann::json tree = nlohmann::json::parse(Segments::from_glue_list(list));
    REQUIRE(tree["any"].size() == 2);
    CHECK(tree["any"][0]["all"].size() == 2);
    CHECK(tree["any"][1]["all"][0]["op"] == "startsWith");
    Club club;
    SubjectId a = club.person("a@example.org", "AT");
    SubjectId b = club.person("b@example.org", "DE");
    static_cast<void>(club.person("c@example.org", "DE"));
    club.set(a, "vip", "1");
    CHECK(club.segments.match(list) == Ids{a, b});
    club.segment("listed", list);
    std::vector<std::string> places;
    for (const auto& step : club.segments.explain("listed", a).steps) {
        places.push_back(step.pointer);
    }
    CHECK(places == std::vector<std::string>{"", "", "/0", "/1", "", "/2", "/3"});
    CHECK(nlohmann::json::parse(Segments::from_glue_list(
              R"([{"field":"x","type":"multiselect","operator":"in","filter":["a"]}])"))["all"][0]
                                                                                        ["op"] ==
          "all_of");
}

TEST_CASE("segments: an explanation shows statement, plan and each condition", "[segments]") {
    Club club;
    SubjectId a = club.person("a@example.org", "AT");
    club.segment("some", R"({"any":[)" + is_vip + R"(,{"not":)" + austrian + "}]}");
    club.segments.refresh("some");
    SegmentExplanation why = club.segments.explain("some", a);
    CHECK(why.sql.find("?1") != std::string::npos);
    CHECK(why.sql.find("AT") == std::string::npos);
    REQUIRE(why.plan.size() >= 1);
    REQUIRE(why.steps.size() == 3);
    CHECK(why.steps[0].question == "any of these holds");
    CHECK(why.steps[1].question == "vip = true");
    CHECK(why.steps[1].pointer == "/any/0");
    CHECK(why.steps[2].pointer == "/any/1/not");
    CHECK_FALSE(why.matches);
    CHECK_FALSE(why.member);
    club.segments.add("some", a);
    why = club.segments.explain("some", a);
    CHECK(why.manual == "added");
    CHECK(why.member);
}

TEST_CASE("segments: an incremental refresh looks at the changed alone", "[segments]") {
    Club club;
    for (int i = 0; i < 50; ++i) {
        club.person("p" + std::to_string(i) + "@example.org", "AT");
    }
    club.segment("austria", austrian);
    club.segments.refresh("austria");
    // No scan of all subjects, and no Bloom filter over them.
    auto& db = club.store.engine().db();
    auto plan = db.prepare_text(
        "EXPLAIN QUERY PLAN SELECT s.id FROM subject s NOT INDEXED WHERE s.id IN (SELECT value "
        "FROM json_each('[1]')) AND ((s.f_country = 'AT') AND s.id NOT IN (SELECT subject_id FROM "
        "segment_manual WHERE segment_id = 1 AND included = 0)) ORDER BY s.id");
    while (plan.step()) {
        std::string step = plan.str(3);
        CHECK(step.find("SCAN s") == std::string::npos);
        CHECK(step.find("BLOOM") == std::string::npos);
    }
}

TEST_CASE("segments: a merge keeps what was done by hand, removal before addition", "[segments]") {
    Club club;
    SubjectId a = club.person("a@example.org", "AT");
    SubjectId b = club.person("b@example.org", "AT");
    club.segment("austria", austrian);
    club.segments.refresh("austria");
    club.segments.add("austria", a);
    club.segments.remove_member("austria", b);
    Tags(club.store).add(b, "kept");
    Subjects(club.store).merge(a, b);
    CHECK(club.members("austria").empty());
    CHECK(Tags(club.store).of(a) == std::vector<std::string>{"kept"});
}

TEST_CASE("segments: an erasure takes rows, tags and what was done by hand", "[segments]") {
    Club club;
    SubjectId a = club.person("a@example.org", "AT");
    club.segment("austria", austrian, true);
    club.segments.add("austria", a);
    Tags(club.store).add(a, "tagged");
    std::string bundle = Export(club.store).access_json(a);
    CHECK(bundle.find("\"austria\"") != std::string::npos);
    CHECK(bundle.find("tagged") != std::string::npos);
    Erasure(club.store).execute(a, {});
    CHECK(club.members("austria").empty());
    CHECK(club.store.engine().db().scalar_i64("SELECT count(*) FROM segment_manual") == 0);
    CHECK(club.store.engine().db().scalar_i64("SELECT count(*) FROM subject_tag") == 0);
    CHECK(club.store.verify().ok());
}

TEST_CASE("changes: the feed has every subject that changed, in order and without gaps",
          "[changes]") {
    Club club;
    Changes feed(club.store);
    std::string start = feed.position();
    SubjectId a = club.person("a@example.org");
    club.upsert({{"b@example.org", ""}, {"c@example.org", ""}, {"a@example.org", ""}});
    club.record(a, EventKind::granted, "newsletter");
    Tags(club.store).add(a, "x");
    Subjects(club.store).merge(a, SubjectId{2});
    Erasure(club.store).execute(SubjectId{3}, {});

    ChangePage all = feed.read(start);
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < all.changes.size(); ++i) {
        const Change& change = all.changes[i];
        CHECK(change.sequence == static_cast<std::int64_t>(i) + 1);
        std::string line = std::to_string(static_cast<std::int64_t>(change.subject));
        for (ChangeKind kind : change.kinds) {
            line += " " + std::string(change_kind_name(kind));
        }
        lines.push_back(line);
    }
    CHECK(lines == std::vector<std::string>{"1 created", "2 created", "3 erased", "1 consent",
                                            "1 tag", "1 merged", "2 merged", "3 erased"});
    // Any size of page gives the same.
    std::string position = start;
    for (const Change& change : all.changes) {
        ChangePage page = feed.read(position, 1);
        REQUIRE(page.changes.size() == 1);
        CHECK(page.changes.front() == change);
        position = page.position;
    }
    CHECK(feed.read(position).changes.empty());
    CHECK(position == feed.position());
    CHECK(feed.read(all.position).position == all.position);
    for (const char* wrong : {"x", "1", "0.1", "0.1.2.3", "0.-1.0", "0.1."}) {
        INFO(wrong);
        CHECK(code_of([&] { static_cast<void>(feed.read(wrong)); }) == Errc::invalid);
    }
}

TEST_CASE("changes: a position of another past is refused", "[changes]") {
    Club club(TestStore::on_disk);
    club.person("a@example.org");
    club.close();
    std::filesystem::copy_file(club.path(), club.folder.file("yesterday"));
    club.reopen();
    SubjectId b = club.person("b@example.org");
    Erasure(club.store).execute(b, {});
    std::string position = Changes(club.store).position();
    club.close();
    std::filesystem::copy_file(club.folder.file("yesterday"), club.path(),
                               std::filesystem::copy_options::overwrite_existing);
    club.reopen();
    CHECK(code_of([&] { static_cast<void>(Changes(club.store).read(position)); }) ==
          Errc::conflict);
    CHECK_FALSE(Changes(club.store).read("").changes.empty());
}

} // namespace segments_segments_test

// Migrations from Mautic and HubSpot: opt-outs first, every row accounted for, repeatable.
#include "catch.hpp"
#include "habeas/habeas.hpp"
#include "importers/mautic.hpp"
#include "support/store.hpp"
#include "unit/base/expect_error.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <random>

namespace importers_migrate_test {

using namespace habeas;
using habeas::test::code_of;
using habeas::test::contains;
using habeas::test::message_of;
using habeas::test::TestStore;

namespace {

struct Shop : TestStore {
    explicit Shop(Where where = memory) : TestStore(where) {
        Purpose newsletter;
        newsletter.code = "newsletter";
        newsletter.labels["en"] = "Newsletter";
        newsletter.channels = {Channel::email, Channel::sms};
        Purposes(store).define(newsletter);
        TextVersion text;
        text.texts.push_back({"en", "Yes, write to me.", "Yes"});
        Purposes(store).add_text("newsletter", text);
        Purpose hints = newsletter; // marketing that needs no consent: an opt-out must stop it too
        hints.code = "hints";
        hints.basis = Basis::legitimate_interests;
        hints.balancing_test = true;
        hints.channels = {Channel::post, Channel::email};
        Purposes(store).define(hints);
    }

    std::string give(const std::string& name, const std::string& text) const {
        std::ofstream(folder.file(name), std::ios::binary) << text;
        return folder.file(name);
    }
    std::optional<SubjectId> find(const std::string& kind, const std::string& value) {
        return Subjects(store).find(make_identifier(kind, value));
    }
    Decision decide(const std::string& email, const std::string& purpose = "newsletter",
                    Channel channel = Channel::email) {
        const auto subject = find("email", email);
        INFO(email);
        REQUIRE(subject);
        return Consent(store).may_process(*subject, purpose, channel);
    }
};

const MigrationPart& part(const MigrationReport& report, const std::string& name) {
    const auto found = std::find_if(report.parts.begin(), report.parts.end(),
                                    [&](const auto& each) { return each.name == name; });
    INFO(name);
    REQUIRE(found != report.parts.end());
    return *found;
}

const MigrationItem& item(const MigrationReport& report, const std::string& from) {
    const auto found = std::find_if(report.items.begin(), report.items.end(),
                                    [&](const auto& each) { return each.from == from; });
    INFO(from);
    REQUIRE(found != report.items.end());
    return *found;
}

std::string php(const std::string& text) {
    return "s:" + std::to_string(text.size()) + ":\"" + text + "\";";
}
std::string php_condition(const std::string& glue, const std::string& field,
                          const std::string& type, const std::string& op, const std::string& value,
                          const std::string& object = "lead") {
    return "a:6:{" + php("glue") + php(glue) + php("field") + php(field) + php("object") +
           php(object) + php("type") + php(type) + php("filter") + value + php("operator") +
           php(op) + "}";
}
std::string php_list(const std::vector<std::string>& values) {
    std::string out = "a:" + std::to_string(values.size()) + ":{";
    for (std::size_t i = 0; i < values.size(); ++i) {
        out += "i:" + std::to_string(i) + ";" + values[i];
    }
    return out + "}";
}
std::string sql(const std::string& text) {
    std::string out = "'";
    for (const char c : text) {
        out += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    }
    return out + "'";
}

/// A small Mautic: 7 contacts, among them a visitor, an address that is none, a double.
std::string mautic_dump() {
    const std::string choices =
        "a:1:{" + php("list") +
        php_list({"a:2:{" + php("label") + php("Gold") + php("value") + php("gold") + "}",
                  "a:2:{" + php("label") + php("Tin") + php("value") + php("tin") + "}"}) +
        "}";
    return R"(/*!40101 SET NAMES utf8mb4 */;
CREATE TABLE `lead_fields` (`id` int, `is_published` tinyint, `label` varchar(191), `alias` varchar(191), `type` varchar(50), `object` varchar(191), `properties` longtext);
INSERT INTO `lead_fields` VALUES
(1,1,'First Name','firstname','text','lead','a:0:{}'),(2,1,'Last Name','lastname','text','lead','a:0:{}'),
(3,1,'Email','email','email','lead','a:0:{}'),(4,1,'Phone','phone','tel','lead','a:0:{}'),
(5,1,'Country','country','country','lead','a:0:{}'),(6,1,'Level','level','select','lead',)" +
           sql(choices) + R"(),
(7,1,'Newsletter','newsletter_optin','boolean','lead','a:0:{}'),(8,1,'Opt-in date','optin_date','datetime','lead','a:0:{}'),
(9,1,'Company City','companycity','text','company','a:0:{}'),(10,0,'Old','old','text','lead','a:0:{}'),
(11,1,'Points','points','number','lead','a:0:{}');
CREATE TABLE `leads` (`id` bigint, `date_added` datetime, `date_identified` datetime, `firstname` varchar(191), `lastname` varchar(191), `email` varchar(191), `phone` varchar(191), `country` varchar(191), `level` varchar(191), `newsletter_optin` tinyint, `optin_date` datetime, `points` int, `owner_id` int);
INSERT INTO `leads` VALUES
(1,'2024-01-01 10:00:00','2024-01-01 10:00:00','Ann','O''Hara','ann@example.org','+436641234567','Austria','gold',1,'2024-03-01 09:00:00',10,1),
(2,'2024-01-02 10:00:00','2024-01-02 10:00:00','Bob',NULL,'bob@example.org',NULL,'Germany','tin',1,'2024-03-02 09:00:00',0,NULL),
(3,'2024-01-03 10:00:00',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL),
(4,'2024-01-04 10:00:00','2024-01-04 10:00:00','Cid',NULL,'no-address',NULL,NULL,'lead',1,NULL,5,NULL),
(5,'2024-01-05 10:00:00','2024-01-05 10:00:00','Dee',NULL,'dee@example.org','junk','Nowhere','wood',1,NULL,0,NULL),
(6,'2024-01-06 10:00:00','2024-01-06 10:00:00','Anna',NULL,'ANN@example.org',NULL,NULL,NULL,NULL,NULL,0,NULL),
(7,'2024-01-07 10:00:00','2024-01-07 10:00:00','Eve',NULL,'eve@example.org','+436641234567','Austria',NULL,0,'2024-03-07 09:00:00',7,NULL);
CREATE TABLE `lead_donotcontact` (`id` int, `lead_id` bigint, `date_added` datetime, `reason` smallint, `channel` varchar(191), `channel_id` int, `comments` text);
INSERT INTO `lead_donotcontact` VALUES
(1,2,'2023-05-01 08:00:00',1,'email',NULL,'clicked'),(2,5,'2023-05-02 08:00:00',3,'sms',NULL,''),
(3,1,'2023-05-03 08:00:00',2,'email',NULL,'SOFT: mailbox full'),(4,7,'2023-05-04 08:00:00',2,'email',NULL,'HARD: unknown'),
(5,7,'2023-05-04 08:00:00',0,'sms',NULL,''),(6,4,'2023-05-05 08:00:00',1,'email',NULL,'');
CREATE TABLE `lead_tags` (`id` int, `tag` varchar(191));
INSERT INTO `lead_tags` VALUES (1,'VIP'),(2,'fair');
CREATE TABLE `lead_tags_xref` (`lead_id` bigint, `tag_id` int);
INSERT INTO `lead_tags_xref` VALUES (1,1),(2,2),(3,1),(2,9);
CREATE TABLE `lead_lists` (`id` int, `is_published` tinyint, `name` varchar(191), `alias` varchar(191), `filters` longtext);
INSERT INTO `lead_lists` VALUES
(1,1,'Austrians','austrians',)" +
           sql(php_list({php_condition("and", "country", "country", "=", php("Austria"))})) +
           R"(),
(2,1,'Nested','nested',)" +
           sql(php_list({php_condition("and", "leadlist", "leadlist", "in", php_list({"i:1;"})),
                         php_condition("or", "tags", "tags", "in", php_list({"i:2;"}))})) +
           R"(),
(3,1,'Openers','openers',)" +
           sql(php_list({php_condition("and", "lead_email_received", "email", "in",
                                       php_list({"i:1;"}), "behaviors")})) +
           R"(),
(4,1,'By hand','by-hand','a:0:{}'),(5,0,'Draft','draft','a:0:{}');
CREATE TABLE `lead_lists_leads` (`leadlist_id` int, `lead_id` bigint, `date_added` datetime, `manually_removed` tinyint, `manually_added` tinyint);
INSERT INTO `lead_lists_leads` VALUES
(1,1,'2024-01-01 00:00:00',0,0),(1,2,'2024-01-01 00:00:00',0,1),(1,7,'2024-01-01 00:00:00',1,0),
(3,2,'2024-01-01 00:00:00',0,0),(4,5,'2024-01-01 00:00:00',0,1),(5,1,'2024-01-01 00:00:00',0,1),(4,4,'2024-01-01 00:00:00',0,1);
CREATE TABLE `campaigns` (`id` int, `name` varchar(191));
INSERT INTO `campaigns` VALUES (1,'Welcome');
CREATE TABLE `campaign_events` (`id` int, `campaign_id` int, `type` varchar(50));
INSERT INTO `campaign_events` VALUES (1,1,'email.send'),(2,1,'lead.changetags'),(3,1,'twitter.tweet'),(4,1,'email.send');
CREATE TABLE `page_hits` (`id` int);
INSERT INTO `page_hits` VALUES (1),(2);
)";
}

MigrationOptions mautic_options(const Shop& shop) {
    MigrationOptions options;
    options.dump = shop.give("mautic.sql", mautic_dump());
    options.consents.push_back(
        {"newsletter_optin", "newsletter", Channel::email, {}, "optin_date", 0});
    options.batch = 2;
    return options;
}

} // namespace

TEST_CASE(
    "mautic: a dump becomes people, opt-outs, tags and segments, and every row is accounted for",
    "[importers]") {
    Shop shop;
    const MigrationReport report =
        Migration(shop.store).run(Platform::mautic, mautic_options(shop));
    INFO(report.to_json());
    CHECK(report.balanced());
    const MigrationPart& leads = part(report, "leads");
    CHECK(leads.rows == 7);
    CHECK(leads.created == 4);
    CHECK(leads.merged == 1);
    CHECK(leads.skipped == 1);
    CHECK(leads.rejected == 1);
    CHECK(leads.reasons.at("an anonymous visitor") == 1);
    const MigrationPart& dnc = part(report, "lead_donotcontact");
    CHECK(dnc.suppressed == 4);
    CHECK(dnc.skipped == 2);
    CHECK(part(report, "lead_fields").skipped == 2);
    CHECK(part(report, "lead_tags_xref").created == 2);
    CHECK(part(report, "lead_tags_xref").rejected == 1);
    CHECK(item(report, "level").outcome == "created");
    CHECK(report.left == std::vector<std::string>{"page_hits: 2 rows"});
    CHECK(report.unmapped == std::vector<std::string>{"date_identified", "owner_id"});

    const Subject ann = Subjects(shop.store).get(*shop.find("email", "ann@example.org"));
    CHECK(std::get<std::string>(ann.fields.at("last_name")) == "O'Hara");
    CHECK(std::get<std::string>(ann.fields.at("country")) == "AT");
    CHECK(std::get<std::string>(ann.fields.at("level")) == "gold");
    CHECK(std::get<Time>(ann.fields.at("date_added")) ==
          parse_time("2024-01-06T10:00:00Z")); // the later row
    CHECK(shop.find("external:mautic", "1") == shop.find("external:mautic", "6"));
    // A number that two share is nobody's second time.
    CHECK(report.dropped.at("phone: the phone number belongs to a subject with another e-mail "
                            "address") == 1);

    CHECK(item(report, "austrians").outcome == "created");
    CHECK(item(report, "openers").outcome == "static");
    CHECK(item(report, "draft").outcome == "left");
    CHECK(item(report, "Welcome").notes ==
          std::vector<std::string>{
              "email.send: action send_message with a template, which asks the decision",
              "lead.changetags: actions add_tag, remove_tag",
              "twitter.tweet: nothing here is like it"});
    Segments segments(shop.store);
    const auto members = [&](const std::string& code) {
        std::vector<std::string> out;
        segments.members(code, [&](SubjectId id) {
            const auto fields = Subjects(shop.store).get(id).fields;
            out.push_back(std::get<std::string>(fields.at("email")).substr(0, 3));
            return true;
        });
        return out;
    };
    CHECK(members("austrians") == std::vector<std::string>{"ann", "bob"});
    CHECK(members("nested") == std::vector<std::string>{"ann", "bob"});
    CHECK(members("openers") == std::vector<std::string>{"bob"});
    CHECK(members("by_hand") == std::vector<std::string>{"dee"});
}

TEST_CASE("mautic: who opted out there is mailable by no path, whatever a consent says",
          "[importers]") {
    Shop shop;
    MigrationOptions options = mautic_options(shop);
    options.accept_unproven = true;
    const MigrationReport report = Migration(shop.store).run(Platform::mautic, options);
    CHECK(report.consents_withheld == 1); // Bob
    CHECK(shop.decide("ann@example.org").allowed);
    CHECK(shop.decide("bob@example.org").reason == Reason::suppressed);
    CHECK(shop.decide("bob@example.org", "hints").reason == Reason::suppressed);
    CHECK(shop.decide("eve@example.org").reason == Reason::hard_bounce);
    CHECK(shop.decide("dee@example.org", "newsletter", Channel::sms).reason == Reason::suppressed);
    // An opt-out by e-mail is none by post.
    CHECK(shop.decide("bob@example.org", "hints", Channel::post).reason != Reason::suppressed);
    // A later consent from any other file does not lift it.
    Import(shop.store)
        .consents_text("email,purpose,channel,action,at,method,text_version\n"
                       "bob@example.org,newsletter,email,granted,2026-05-01,form,1\n");
    CHECK(shop.decide("bob@example.org").reason == Reason::suppressed);
    // Nor the address in the hands of somebody new.
    CHECK(Consent(shop.store).suppressed({IdentifierKind::email, {}, "BOB@example.org"}));
}

TEST_CASE("mautic: imported consent without proof is not enough unless a policy says so",
          "[importers]") {
    Shop shop;
    MigrationOptions options = mautic_options(shop);
    const MigrationReport first = Migration(shop.store).run(Platform::mautic, options);
    CHECK(first.consents == 2); // Ann's yes, Eve's no
    CHECK(first.consents_unproven == 1);
    CHECK(shop.decide("ann@example.org").reason == Reason::consent_unproven);
    const auto ann = *shop.find("email", "ann@example.org");
    const Explanation why = Consent(shop.store).explain(ann, "newsletter", Channel::email);
    const std::string words = why.to_json();
    CHECK(contains(words, "imported: mautic, leads row 1 of mautic.sql, sha256:"));
    options.accept_unproven = true;
    Migration(shop.store).run(Platform::mautic, options);
    CHECK(shop.decide("ann@example.org").allowed);
    CHECK(contains(Consent(shop.store).explain(ann, "newsletter", Channel::email).to_json(),
                   "imported: mautic"));

    Shop other;
    options = mautic_options(other);
    options.consents[0].text_version = 1;
    Migration(other.store).run(Platform::mautic, options);
    CHECK(other.decide("ann@example.org").allowed);
    options.consents[0].text_version = 7;
    CHECK(code_of([&] { Migration(other.store).run(Platform::mautic, options); }) ==
          Errc::not_found);
}

TEST_CASE("migrate: a second run makes nothing twice and re-subscribes nobody", "[importers]") {
    Shop shop;
    MigrationOptions options = mautic_options(shop);
    options.accept_unproven = true;
    Migration(shop.store).run(Platform::mautic, options);
    const auto ann = *shop.find("email", "ann@example.org");
    const auto bob = *shop.find("email", "bob@example.org");
    ConsentEvent withdrawn;
    withdrawn.subject = ann;
    withdrawn.kind = EventKind::withdrawn;
    withdrawn.purpose = "newsletter";
    Consent(shop.store).record(withdrawn);
    // Bob came back by an act of his own.
    REQUIRE(Consent(shop.store)
                .unsuppress({IdentifierKind::email, {}, "bob@example.org"},
                            "signed up at the counter"));
    const auto events = Consent(shop.store).history(ann).size();
    const auto of_bob = Consent(shop.store).history(bob).size();
    const auto count = Subjects(shop.store).count();
    shop.clock.advance(std::chrono::hours(24));
    const MigrationReport again = Migration(shop.store).run(Platform::mautic, options);
    INFO(again.to_json());
    CHECK(again.balanced());
    CHECK_FALSE(again.resumed);
    CHECK(part(again, "leads").created == 0);
    CHECK(part(again, "lead_donotcontact").suppressed == 0);
    CHECK(part(again, "lead_tags_xref").created == 0);
    CHECK(part(again, "lead_lists_leads").created == 0);
    CHECK(item(again, "austrians").outcome == "there");
    CHECK(again.consents == 0);
    CHECK(Subjects(shop.store).count() == count);
    CHECK(Consent(shop.store).history(ann).size() == events);
    CHECK(Consent(shop.store).history(bob).size() == of_bob);
    CHECK(shop.decide("ann@example.org").reason == Reason::consent_withdrawn);
    CHECK(shop.store.verify().ok());
}

TEST_CASE(
    "migrate: without opt-outs nothing is imported until a person confirms that there are none",
    "[importers]") {
    Shop shop;
    MigrationOptions options;
    options.contacts =
        shop.give("contacts.csv", "id,firstname,email,points\n1,Ann,ann@example.org,3\n");
    CHECK(contains(message_of([&] { Migration(shop.store).run(Platform::mautic, options); }),
                   "unknown is not mailable"));
    CHECK(contains(message_of([&] { Migration(shop.store).run(Platform::hubspot, options); }),
                   "unknown is not mailable"));
    CHECK(Subjects(shop.store).count() == 0);
    const MigrationReport preview = Migration(shop.store).preview(Platform::mautic, options);
    CHECK(part(preview, "contacts.csv").created == 1);
    REQUIRE(preview.refusals.size() == 1);
    CHECK(contains(preview.refusals[0], "unknown is not mailable"));
    CHECK(Subjects(shop.store).count() == 0);
    options.no_opt_outs = true;
    CHECK(part(Migration(shop.store).run(Platform::mautic, options), "contacts.csv").created == 1);

    Shop other;
    std::string text = mautic_dump();
    const auto begin = text.find("CREATE TABLE `lead_donotcontact`");
    text.erase(begin, text.find("CREATE TABLE `lead_tags`") - begin);
    MigrationOptions dump;
    dump.dump = other.give("mautic.sql", text);
    CHECK(contains(message_of([&] { Migration(other.store).run(Platform::mautic, dump); }),
                   "lead_donotcontact"));
}

TEST_CASE("mautic: opt-outs by its numbers need contacts with numbers", "[importers]") {
    Shop shop;
    MigrationOptions options;
    // The table as it is: its own number stands before the contact's.
    options.opt_outs = {shop.give("dnc.csv", "id,lead_id,date_added,reason,channel,comments\n"
                                             "9,1,2024-01-01 10:00:00,1,email,\n")};
    options.contacts = shop.give("contacts.csv", "firstname,email\nAnn,ann@example.org\n");
    const auto run = [&] { Migration(shop.store).run(Platform::mautic, options); };
    CHECK(contains(message_of(run), "would meet nobody"));
    CHECK(Migration(shop.store).preview(Platform::mautic, options).refusals.size() == 1);
    options.contacts =
        shop.give("contacts.csv", "id,email\n1,ann@example.org\n9,bob@example.org\n");
    run();
    CHECK(shop.decide("ann@example.org", "hints").reason == Reason::suppressed);
    CHECK(shop.decide("bob@example.org", "hints").reason != Reason::suppressed);
    CHECK(Consent(shop.store).suppressed({IdentifierKind::email, {}, "ann@example.org"}));
}

TEST_CASE("mautic: a row of opt-outs that names nobody by any column ends the run", "[importers]") {
    Shop shop;
    MigrationOptions options;
    options.contacts = shop.give("contacts.csv", "id,email,phone\n1,,+436641234567\n"
                                                 "2,bob@example.org,\n");
    options.opt_outs = {shop.give("dnc.csv", "lead_id,email,reason,channel\n1,,3,sms\n"
                                             ",none,1,email\n2,bob@example.org,1,email\n")};
    const MigrationReport report = Migration(shop.store).run(Platform::mautic, options);
    CHECK(part(report, "dnc.csv").suppressed == 2);
    CHECK(part(report, "dnc.csv").rejected == 1); // nobody can be written to there
    const auto ann = shop.find("phone", "+436641234567");
    REQUIRE(ann);
    CHECK(Consent(shop.store).may_process(*ann, "newsletter", Channel::sms).reason ==
          Reason::suppressed);
    options.opt_outs = {shop.give("sms.csv", "email,reason,channel\n,3,sms\n")};
    CHECK(contains(message_of([&] { Migration(shop.store).run(Platform::mautic, options); }),
                   "sms.csv: line 2: names nobody"));
    options.opt_outs = {shop.folder.file("dnc.csv"), shop.folder.file("dnc.csv")};
    CHECK(contains(message_of([&] { Migration(shop.store).run(Platform::mautic, options); }),
                   "two files are called dnc.csv"));
}

TEST_CASE("migrate: a column that says no is read before anybody is written", "[importers]") {
    Shop shop;
    MigrationOptions options;
    options.no_opt_outs = true; // but for the column
    options.batch = 1;
    options.contacts = shop.give("contacts.csv", "id,email,doNotEmail,agreed,agreed_at\n"
                                                 "1,ann@example.org,,1,2026-01-01 10:00\n"
                                                 "2,bob@example.org,0,1,2026-01-01 10:00\n"
                                                 "3,ANN@example.org,1,,\n");
    options.consents.push_back({"agreed", "newsletter", Channel::email, {}, "agreed_at", 1});
    int calls = 0;
    options.progress = [&](std::uint64_t, std::uint64_t) { return ++calls < 5; };
    CHECK(Migration(shop.store).run(Platform::mautic, options).cancelled);
    CHECK(shop.decide("ann@example.org").reason == Reason::suppressed); // row 3 is not there yet
    CHECK_FALSE(shop.find("external:mautic", "3"));
    options.progress = {};
    const MigrationReport report = Migration(shop.store).run(Platform::mautic, options);
    INFO(report.to_json());
    CHECK(part(report, "contacts.csv: opt-outs").skipped == 2);
    CHECK(report.consents == 1);
    CHECK(report.consents_withheld == 1);
    CHECK(report.opted_out == 2);
    CHECK(shop.decide("ann@example.org").reason == Reason::suppressed);
    CHECK(shop.decide("bob@example.org").allowed);
}

TEST_CASE("migrate: not to have opted out is no consent", "[importers]") {
    Shop shop;
    MigrationOptions options;
    options.no_opt_outs = true;
    options.contacts =
        shop.give("c.csv", "Email,Opted out of email: News,When\na@example.org,FALSE,2026-01-01\n");
    options.subscription_types = {{"News", "-"}};
    options.consents.push_back(
        {"Opted out of email: News", "newsletter", Channel::email, {"false"}, "When", 1});
    CHECK(contains(message_of([&] { Migration(shop.store).run(Platform::hubspot, options); }),
                   "says who opted out"));
}

TEST_CASE("migrate: a preview tells what the run does, and keeps nothing", "[importers]") {
    Shop shop;
    const MigrationOptions options = mautic_options(shop);
    MigrationReport preview = Migration(shop.store).preview(Platform::mautic, options);
    CHECK(preview.preview);
    CHECK(preview.refusals.empty());
    CHECK(Subjects(shop.store).count() == 0);
    CHECK(Consent(shop.store).suppression_count() == 0);
    CHECK(Segments(shop.store).list().empty());
    CHECK_FALSE(Fields(shop.store).find("level"));
    const MigrationReport run = Migration(shop.store).run(Platform::mautic, options);
    CHECK(preview.parts == run.parts);
    CHECK(preview.items == run.items);
    CHECK(preview.dropped == run.dropped);
    CHECK(preview.samples == run.samples);
    // Nothing of anybody is in the report.
    for (const char* personal : {"ann@", "Hara", "no-address", "664", "junk", "Nowhere"}) {
        CHECK_FALSE(contains(run.to_json(), personal));
    }
}

TEST_CASE("migrate: a run that was stopped goes on where it was, and its numbers are whole",
          "[importers]") {
    bool resumed = false;
    for (int stop = 1; stop < 100; ++stop) {
        INFO("stopped after " << stop);
        Shop shop;
        MigrationOptions options = mautic_options(shop);
        int calls = 0;
        options.progress = [&](std::uint64_t, std::uint64_t) { return ++calls < stop; };
        const MigrationReport first = Migration(shop.store).run(Platform::mautic, options);
        CHECK(first.balanced());
        if (!first.cancelled) {
            break;
        }
        // Whoever is there already has their no.
        for (const char* email : {"bob@example.org", "eve@example.org"}) {
            if (shop.find("email", email)) {
                CHECK_FALSE(shop.decide(email, "hints").allowed);
            }
        }
        options.progress = {};
        const MigrationReport second = Migration(shop.store).run(Platform::mautic, options);
        resumed = resumed || second.resumed;
        CHECK(part(second, "leads").rows == 7);
        if (second.resumed) {
            CHECK(part(second, "leads").created == 4);
            CHECK(second.consents == 2);
        }
        CHECK(Subjects(shop.store).count() == 4);
        CHECK_FALSE(Migration(shop.store).run(Platform::mautic, options).resumed);
    }
    CHECK(resumed);
}

TEST_CASE("migrate: who was erased here and wants nothing more does not come back", "[importers]") {
    Shop shop;
    const MigrationOptions options = mautic_options(shop);
    Migration(shop.store).run(Platform::mautic, options);
    Erasure(shop.store).execute(*shop.find("email", "ann@example.org"));
    const MigrationReport again = Migration(shop.store).run(Platform::mautic, options);
    CHECK_FALSE(shop.find("email", "ann@example.org"));
    CHECK(part(again, "leads").reasons.at("was erased here and wants nothing any more") == 2);
}

TEST_CASE("hubspot: TRUE in the file of opt-outs means opted out", "[importers]") {
    Shop shop;
    MigrationOptions options;
    options.contacts = shop.give(
        "contacts.csv",
        "Record ID,First Name,Email,Phone Number,Country/Region,Unsubscribed from all email,"
        "Legal basis for processing contact's data,Opt-in date,Lifecycle Stage\n"
        "101,Ann,ann@example.org,+436641234567,Austria,false,"
        "Legitimate interest – prospect/lead;Freely given consent from contact,"
        "2024-01-31 14:05,customer\n"
        "102,Bob,bob@example.org,,,TRUE,Freely given consent from contact,2024-01-31 14:05,\n"
        "103,Cid,cid@example.org,,,,Freely given consent from contact,2024-01-31 14:05,\n"
        "104,Dee,dee@example.org,,,maybe,,,\n"
        "105,Eve,eve@example.org,,,,Freely given consent from contact,,\n");
    options.opt_outs = {
        shop.give("unsubscribes.csv",
                  "Email,Portal Bounce,Portal Unsubscribe,Portal Spam Report,Global Bounce,"
                  "Marketing Information,Product news\n"
                  "cid@example.org,FALSE,FALSE,FALSE,FALSE,FALSE,TRUE\n"
                  "gone@example.org,FALSE,TRUE,FALSE,FALSE,FALSE,FALSE\n"
                  "fine@example.org,FALSE,FALSE,FALSE,FALSE,FALSE,FALSE\n"
                  "none,FALSE,TRUE,FALSE,FALSE,FALSE,FALSE\n"),
        shop.give("optouts.csv", "Email\nlist@example.org\n")};
    options.subscription_types = {{"Product news", "newsletter"}, {"Marketing Information", "-"}};
    options.consents.push_back({"Legal basis for processing contact's data",
                                "newsletter",
                                Channel::email,
                                {"Freely given consent from contact"},
                                "Opt-in date",
                                1});
    const MigrationReport unzoned = Migration(shop.store).preview(Platform::hubspot, options);
    CHECK(unzoned.consents == 0); // a zone is never guessed
    options.time_zone = "Europe/Vienna";
    const MigrationReport report = Migration(shop.store).run(Platform::hubspot, options);
    INFO(report.to_json());
    CHECK(report.balanced());
    CHECK(part(report, "contacts.csv").created == 5);
    CHECK(part(report, "unsubscribes.csv").suppressed == 2);
    CHECK(part(report, "unsubscribes.csv").skipped == 1);
    CHECK(part(report, "unsubscribes.csv").rejected == 1);
    CHECK(part(report, "optouts.csv").suppressed == 1);
    CHECK(report.unmapped == std::vector<std::string>{"Lifecycle Stage"});
    CHECK(shop.decide("ann@example.org").allowed);
    CHECK(shop.decide("bob@example.org").reason == Reason::suppressed);
    CHECK(shop.decide("cid@example.org").reason == Reason::consent_withdrawn);
    CHECK(shop.decide("cid@example.org", "hints").reason != Reason::suppressed);
    CHECK(shop.decide("dee@example.org", "hints").reason == Reason::suppressed);
    CHECK(shop.decide("eve@example.org").reason == Reason::no_consent);
    CHECK(Consent(shop.store).suppressed({IdentifierKind::email, {}, "gone@example.org"}));
    CHECK(Consent(shop.store).suppressed({IdentifierKind::email, {}, "list@example.org"}));
    const auto history = Consent(shop.store).history(*shop.find("email", "ann@example.org"));
    REQUIRE(history.size() == 1);
    CHECK(history[0].effective_at == parse_time("2024-01-31T13:05:00Z"));
}

TEST_CASE("hubspot: an opt-out of a type that nobody named counts for all marketing",
          "[importers]") {
    Shop shop;
    MigrationOptions options;
    options.opt_outs = {shop.give("u.csv", "Email,Partner offers\nann@example.org,TRUE\n")};
    const MigrationReport report = Migration(shop.store).run(Platform::hubspot, options);
    CHECK(item(report, "Partner offers").outcome == "left");
    Import(shop.store).contacts_text("email\nann@example.org\n");
    CHECK(shop.decide("ann@example.org", "hints").reason == Reason::suppressed);
    options.opt_outs = {shop.give("v.csv", "Email\nx@example.org,y\n\"open\n")};
    CHECK(code_of([&] { Migration(shop.store).run(Platform::hubspot, options); }) == Errc::invalid);
}

TEST_CASE("hubspot: the same file again does not end what a person did since", "[importers]") {
    Shop shop;
    MigrationOptions options;
    options.contacts = shop.give("contacts.csv", "Email,Unsubscribed from all email\n"
                                                 "ann@example.org,\nbob@example.org,true\n");
    options.opt_outs = {shop.give("u.csv", "Email\nann@example.org\n")};
    Migration(shop.store).run(Platform::hubspot, options);
    const auto denied = [&](const char* email) {
        return shop.decide(email, "hints").reason == Reason::suppressed;
    };
    for (const char* email : {"ann@example.org", "bob@example.org"}) {
        CHECK(denied(email));
        shop.clock.advance(std::chrono::hours(1));
        REQUIRE(Consent(shop.store)
                    .unsuppress({IdentifierKind::email, {}, email}, "signed up at the counter"));
    }
    shop.clock.advance(std::chrono::hours(1));
    Migration(shop.store).run(Platform::hubspot, options);
    CHECK_FALSE(denied("ann@example.org"));
    CHECK_FALSE(denied("bob@example.org"));
    // Another file may tell of another no.
    options.opt_outs = {shop.give("v.csv", "Email,First name\nann@example.org,Ann\n")};
    Migration(shop.store).run(Platform::hubspot, options);
    CHECK(denied("ann@example.org"));
    CHECK_FALSE(denied("bob@example.org"));
}

TEST_CASE("mautic: filters that mean the same are read over, the others give their rule",
          "[importers]") {
    using importers::read_filter;
    importers::MauticNames names;
    names.fields = {{"city", "text", "City", "city"},
                    {"likes", "multiselect", "Likes", "likes"},
                    {"vip", "boolean", "VIP", "vip"},
                    {"seen", "datetime", "Seen", "seen"},
                    {"born", "date", "Born", "born"},
                    {"points", "number", "Points", "points"},
                    {"country", "country", "Country", "country"}};
    names.tags = {{"3", "VIP"}};
    names.segments = {{"4", "readers"}};
    const auto one = [&](const std::string& field, const std::string& op,
                         const nlohmann::json& value) {
        const auto reading = read_filter(
            {{{"field", field}, {"operator", op}, {"properties", {{"filter", value}}}}}, names);
        return reading.filter ? (*reading.filter)["all"][0].dump()
                              : "! " + (reading.notes.empty() ? "" : reading.notes.front());
    };
    CHECK(one("city", "contains", "Wien") == R"({"field":"city","op":"contains","value":"Wien"})");
    CHECK(one("city", "contains", "W_en") == R"({"field":"city","op":"like","value":"%W_en%"})");
    CHECK(one("city", "in", "a|b") == R"({"field":"city","op":"in","value":["a","b"]})");
    CHECK(
        one("city", "!regexp", "^a") ==
        R"({"all":[{"field":"city","op":"!regexp","value":"^a"},{"field":"city","op":"!unset"}]})");
    CHECK(one("likes", "in", {"a", "b"}) == R"({"field":"likes","op":"all_of","value":["a","b"]})");
    CHECK(one("vip", "!=", "1") == R"({"field":"vip","op":"!=","value":true})");
    CHECK(one("points", "gt", "10") == R"({"field":"points","op":"gt","value":10.0})");
    CHECK(one("seen", "gt", "2024-01-31") ==
          R"({"field":"seen","op":"gt","value":"2024-01-31T00:00:00Z"})");
    CHECK(one("seen", "gt", "-1 day") == R"({"field":"seen","op":"gte","value":"-1 day"})");
    CHECK(one("born", "gt", "2024-01-31") == R"({"field":"born","op":"gt","value":"2024-01-31"})");
    CHECK(one("born", "lt", "birthday") == R"({"field":"born","op":"=","value":"birthday"})");
    CHECK(one("tags", "!in", {"3"}) == R"({"field":"tag","op":"!in","value":["VIP"]})");
    CHECK(one("leadlist", "in", {4}) == R"({"field":"segment","op":"in","value":["readers"]})");
    CHECK(one("dnc_unsubscribed", "=", "0") == R"({"field":"suppressed","op":"=","value":false})");
    for (const auto& [field, op, value] :
         std::vector<std::tuple<std::string, std::string, nlohmann::json>>{
             {"dnc_unsubscribed", "=", "1"},
             {"country", "like", "Aus"},
             {"points", "like", "1"},
             {"points", "gt", "many"},
             {"born", "like", "2024-%"},
             {"leadlist", "in", {99}},
             {"hit_url", "like", "/x"},
             {"city", "between", {"a", "b"}}}) {
        CHECK(one(field, op, value).starts_with("! " + field));
    }
}

TEST_CASE("migrate: over random histories no import loses an opt-out", "[importers]") {
    for (unsigned seed = 1; seed <= 12; ++seed) {
        INFO("seed " << seed);
        std::mt19937 random(seed);
        const auto pick = [&](unsigned n) { return random() % n; };
        Shop shop;
        std::map<std::string, bool> out; // address: opted out by some input so far
        for (int round = 0; round < 4; ++round) {
            shop.clock.advance(std::chrono::hours(24 * 30));
            std::string contacts = "id,email,doNotEmail,agreed,agreed_at,points\n";
            std::string dnc = "email,reason,channel,date_added\n";
            for (unsigned id = 1; id <= 30; ++id) {
                const std::string email = "p" + std::to_string(pick(20)) + "@example.org";
                const bool no = pick(6) == 0;
                contacts += std::to_string(pick(40)) + "," +
                            (pick(2) ? email : "P" + email.substr(1)) + "," +
                            (no        ? "1"
                             : pick(2) ? ""
                                       : "0") +
                            ",1,2026-0" + std::to_string(1 + pick(5)) + "-01 10:00,1\n";
                if (no) {
                    out[email] = true;
                }
                if (pick(5) == 0) {
                    const auto other = "p" + std::to_string(pick(20)) + "@example.org";
                    dnc += other + "," + (pick(2) ? "1" : "3") + ",email," +
                           (pick(2) ? "2020-01-01 00:00:00" : "") + "\n";
                    out[other] = true;
                }
            }
            MigrationOptions options;
            options.contacts = shop.give("c.csv", contacts);
            options.opt_outs = {shop.give("d.csv", dnc)};
            options.consents.push_back(
                {"agreed", "newsletter", Channel::email, {}, "agreed_at", 1});
            options.batch = 1 + pick(9);
            options.accept_unproven = pick(2) == 0;
            const MigrationReport report = Migration(shop.store).run(Platform::mautic, options);
            REQUIRE(report.balanced());
            // What rows with two owners lost is a contact, never its no.
            for (const auto& [email, no] : out) {
                if (no && shop.find("email", email)) {
                    INFO(email << " in round " << round);
                    CHECK_FALSE(shop.decide(email).allowed);
                    CHECK_FALSE(shop.decide(email, "hints").allowed);
                }
                CHECK(Consent(shop.store).suppressed({IdentifierKind::email, {}, email}));
            }
        }
        CHECK(shop.store.verify().ok());
    }
}

} // namespace importers_migrate_test

// Mails that tell what became of messages.
#include "unit/outbox/helpers.hpp"

#include "deliveries/mail.hpp"
#include "deliveries/report_mail.hpp"
#include "habeas/delivery.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

namespace deliveries_bounces_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr const char* samples = HABEAS_SOURCE_DIR "/tests/data/bounces/";
constexpr const char* ann_address = "ann@post.example";

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), {}};
}

void replace(std::string& text, const std::string& what, const std::string& with) {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
}

std::string with_last_changed(std::string text) {
    text.back() = text.back() == '0' ? '1' : '0';
    return text;
}

/// Ann got the newsletter, Bob nothing; bounces go to bounce@shop.example.
struct Returned : Post {
    explicit Returned(Where where = memory) : Post(where), deliveries(store) {
        store.set_setting("bounce_address", "bounce@shop.example");
        ann = reader(ann_address);
        bob = reader("bob@post.example");
        id = queue(ann, "news", "k").id;
        REQUIRE(outbox.send(gateway).sent == 1);
        return_path = gateway.got.at(0).return_path;
        reference = gateway.got.at(0).reference;
        clock.advance(1h);
    }
    [[nodiscard]] std::string mail(const std::string& name) const {
        std::string out = read_file(samples + name);
        const std::size_t at = return_path.rfind('@');
        std::string capitals = return_path;
        std::transform(capitals.begin(), capitals.end(), capitals.begin(), [](char c) {
            return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        });
        replace(out, "@RETURN_PATH@", return_path);
        replace(out, "@RETURN_PATH_CAPITALS@", capitals);
        replace(out, "@FORGED_PATH@",
                with_last_changed(return_path.substr(0, at)) + return_path.substr(at));
        replace(out, "@REFERENCE@", reference);
        replace(out, "@FORGED_REFERENCE@", with_last_changed(reference));
        replace(out, "@ADDRESS@", ann_address);
        replace(out, "@OTHER@", "bob@post.example");
        return out;
    }
    IngestReport tell(const std::string& name) { return deliveries.ingest_mail(mail(name)); }

    Deliveries deliveries;
    TestGateway gateway;
    SubjectId ann{}, bob{};
    MessageId id{};
    std::string return_path, reference;
};

json all_rows() {
    return json::parse(read_file(std::string(samples) + "bounces.json"));
}

struct Folder {
    Folder() : path(std::filesystem::temp_directory_path() / ("habeas-mails-" + name())) {
        std::filesystem::create_directories(path / "new");
        std::filesystem::create_directories(path / "cur");
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    static std::string name() { return std::to_string(std::random_device()()); }
    void put(const std::string& file, const std::string& content) const {
        std::ofstream(path / "new" / file, std::ios::binary) << content;
    }
    [[nodiscard]] std::ptrdiff_t count(const char* where) const {
        return std::distance(std::filesystem::directory_iterator(path / where), {});
    }
    std::filesystem::path path;
};

} // namespace

TEST_CASE("bounces: each mail has its effect, on nobody but whom it is about", "[bounces]") {
    const json rows = all_rows();
    REQUIRE(rows.size() == 49);
    for (const json& row : rows) {
        CAPTURE(row.dump());
        Returned post;
        const IngestReport report = post.tell(row["file"]);
        CHECK(report.received == 1);
        CHECK(report.unread == (row.contains("unread") ? 1 : 0));
        CHECK(report.unmatched == (row.contains("unmatched") ? 1 : 0));
        const auto events = post.deliveries.list();
        if (row.contains("kind")) {
            REQUIRE(events.size() == 1);
            CHECK(delivery_kind_name(events[0].kind) == row["kind"].get<std::string>());
            CHECK(events[0].reason == row["reason"].get<std::string>());
            CHECK(events[0].message == post.id);
            CHECK(events[0].subject == post.ann);
            CHECK(events[0].gateway == "mail");
        } else {
            CHECK(events.empty());
        }
        CHECK(post.ask(post.ann, "newsletter") == row["newsletter"].get<std::string>());
        CHECK(post.ask(post.bob, "newsletter") == "OK_CONSENT");
        const IngestReport again = post.tell(row["file"]);
        CHECK(again.recorded == 0);
        CHECK(again.repeated == events.size());
        post.check_verify();
    }
}

TEST_CASE("bounces: the time is that of who reports, not before the message and not after now",
          "[bounces]") {
    Returned post;
    post.tell("no_such_mailbox.eml");
    CHECK(format_time(post.deliveries.list().at(0).at) == "2026-06-01T10:20:00.000Z");
    Returned early;
    early.tell("clock_of_1980.eml");
    CHECK(early.deliveries.list().at(0).at == early.outbox.get(early.id).queued_at);
}

TEST_CASE("bounces: all mails in any order and repeated give one state", "[bounces]") {
    std::vector<std::string> names;
    for (const json& row : all_rows()) {
        names.push_back(row["file"]);
        names.push_back(row["file"]);
    }
    std::mt19937 random(5);
    std::vector<std::string> states;
    for (int round = 0; round < 12; ++round) {
        Returned post;
        for (const std::string& name : names) {
            post.tell(name);
        }
        std::string state = post.ask(post.ann, "newsletter") + post.ask(post.ann, "orders");
        auto row = post.store.engine().db().prepare(
            "SELECT kind || ' ' || at || ' ' || reason FROM delivery_event ORDER BY 1");
        while (row.step()) {
            state += "\n" + row.str(0);
        }
        auto day = post.store.engine().db().prepare(
            "SELECT day || kind || reason || events FROM delivery_day ORDER BY 1");
        while (day.step()) {
            state += "\n" + day.str(0);
        }
        states.push_back(state);
        post.check_verify();
        std::shuffle(names.begin(), names.end(), random);
    }
    CHECK(std::count(states.begin(), states.end(), states[0]) == 12);
}

TEST_CASE("bounces: the address that was given up is suppressed, not the one that came after it",
          "[bounces]") {
    Returned post;
    post.set(post.ann, "email", "ann@new.example");
    SECTION("by the sign in the address") {
        post.tell("no_such_mailbox.eml");
        CHECK(post.ask(post.ann, "newsletter") == "OK_CONSENT");
        const SubjectId again = post.reader(ann_address);
        CHECK(post.ask(again, "newsletter") == "HARD_BOUNCE");
    }
    SECTION("a Message-ID alone says nothing of it") {
        post.tell("by_message_id.eml");
        CHECK(post.ask(post.ann, "newsletter") == "OK_CONSENT");
        const SubjectId again = post.reader(ann_address);
        CHECK(post.ask(again, "newsletter") == "OK_CONSENT");
    }
}

TEST_CASE("bounces: of somebody erased the sign still proves the address, the Message-ID nothing",
          "[bounces]") {
    Returned post;
    ErasureOptions forget;
    forget.suppress = false;
    Erasure(post.store).execute(post.ann, forget);
    CHECK(post.tell("by_message_id.eml").recorded == 0);
    CHECK(post.tell("forged_sign.eml").recorded == 0);
    const IngestReport report = post.tell("no_such_mailbox.eml");
    CHECK(report.recorded == 1);
    CHECK(post.deliveries.list().at(0).subject == std::nullopt);
    CHECK(post.ask(post.reader(ann_address), "newsletter") == "HARD_BOUNCE");
}

TEST_CASE("bounces: signs hold over a rotation of the key, and are another store's nowhere",
          "[bounces]") {
    Returned post;
    post.store.rotate_key();
    const std::string mail = post.mail("delivered_to_alone.eml");
    CHECK(post.deliveries.ingest_mail(mail).recorded == 1);
    CHECK(Returned().deliveries.ingest_mail(mail).unmatched == 1);
}

TEST_CASE("bounces: a mail about a message to an employee does nothing to whom it tells of",
          "[bounces]") {
    Returned post;
    Notice notice;
    notice.to = "Office <office@shop.example>";
    notice.about = post.ann;
    notice.key = "n";
    notice.subject_line = "A request";
    notice.text = "Look.";
    post.outbox.notify(notice);
    post.gateway.channels = {Channel::email, Channel::internal};
    REQUIRE(post.outbox.send(post.gateway).sent == 1);
    post.reference = post.gateway.got.back().reference;
    post.return_path =
        post.gateway.got.back().return_path.empty() ? "none" : post.gateway.got.back().return_path;
    post.tell("complaint_blacked_out.eml");
    CHECK(post.deliveries.list().size() == 1);
    CHECK(post.ask(post.ann, "newsletter") == "OK_CONSENT");
}

TEST_CASE("bounces: the host may say the recipient of the envelope", "[bounces]") {
    Returned post;
    const std::string mail = post.mail("forged_without_sign.eml");
    CHECK(post.deliveries.ingest_mail(mail).unmatched == 1);
    CHECK(post.deliveries.ingest_mail(mail, post.return_path).recorded == 1);
    CHECK(post.ask(post.ann, "newsletter") == "HARD_BOUNCE");
}

TEST_CASE("bounces: an address for each message is made only where the setting is, and fits",
          "[bounces]") {
    Returned post;
    CHECK(post.return_path.starts_with("bounce+"));
    CHECK(post.return_path.ends_with("@shop.example"));
    CHECK(post.return_path.find('@') <= 64);
    CHECK(post.return_path.find("ann") == std::string::npos);
    post.store.set_setting("bounce_address", "");
    post.queue(post.bob, "news", "b");
    post.outbox.send(post.gateway);
    CHECK(post.gateway.got.back().return_path.empty());
    const Error error = failure_of(
        [&] { post.store.set_setting("bounce_address", "more-than-22-bytes-here@shop.example"); });
    CHECK(error.code() == Errc::invalid);
    CHECK(failure_of([&] { post.store.set_setting("bounce_address", "no address"); }).code() ==
          Errc::invalid);
}

TEST_CASE("bounces: mails of a Maildir go from new to cur when they are recorded", "[bounces]") {
    Returned post(TestStore::on_disk);
    const Folder maildir;
    maildir.put("1.a", post.mail("no_such_mailbox.eml"));
    maildir.put("2.b", post.mail("away.eml"));
    maildir.put("3.c:2,", post.mail("forged_sign.eml"));
    maildir.put(".hidden", "x");
    std::filesystem::create_symlink("/etc/hostname", maildir.path / "new" / "4.link");
    {
        Transaction open = post.store.transaction();
        CHECK(failure_of([&] { post.deliveries.ingest_maildir(maildir.path); }).code() ==
              Errc::invalid);
    }
    CHECK(post.deliveries
              .ingest_maildir(maildir.path, [](std::uint64_t, std::uint64_t) { return false; })
              .received == 0);
    const IngestReport report = post.deliveries.ingest_maildir(maildir.path);
    CHECK(report.received == 3);
    CHECK(report.recorded == 1);
    CHECK(report.unread == 1);
    CHECK(report.unmatched == 1);
    CHECK(maildir.count("new") == 2); // neither hidden files nor links are mails
    CHECK(maildir.count("cur") == 3);
    CHECK(std::filesystem::exists(maildir.path / "cur" / "1.a:2,S"));
    CHECK(post.ask(post.ann, "newsletter") == "HARD_BOUNCE");
    maildir.put("5.again",
                post.mail("no_such_mailbox.eml")); // as after a crash before it was moved
    CHECK(post.deliveries.ingest_maildir(maildir.path).repeated == 1);
    CHECK(maildir.count("new") == 2);
    const Error error = failure_of([&] { post.deliveries.ingest_maildir("/nowhere/at/all"); });
    CHECK(error.code() == Errc::not_found);
}

TEST_CASE("bounces: nothing of a mail but its codes is kept", "[bounces]") {
    Returned post;
    post.tell("no_such_mailbox.eml");
    post.tell("complaint.eml");
    std::string all;
    for (const DeliveryEvent& each : post.deliveries.list()) {
        all += each.reason + " ";
    }
    CHECK(all == "failed/5.1.1 feedback/abuse ");
    for (const ConsentEvent& each : Consent(post.store).history(post.ann)) {
        CHECK(each.evidence.note.find('@') == std::string::npos);
        CHECK(each.evidence.note.find("192.0.2.7") == std::string::npos);
    }
}

TEST_CASE("bounces: dates of mails are read as RFC 5322 writes them, old forms too", "[bounces]") {
    struct Row {
        const char* text;
        const char* time; ///< nullptr: none
    };
    for (const auto& [text, time] : std::vector<Row>{
             {"Mon, 01 Jun 2026 10:00:00 +0000", "2026-06-01T10:00:00.000Z"},
             {"1 Jun 2026 12:00 +0200", "2026-06-01T10:00:00.000Z"},
             {"Mon, 1 Jun 26 03:00:00 PDT", "2026-06-01T10:00:00.000Z"},
             {"Mon (week 23), 01 Jun 2026 10:00:00 GMT (no (summer) time)",
              "2026-06-01T10:00:00.000Z"},
             {"Sun, 31 May 2026 23:59:60 -1000", "2026-06-01T10:00:00.000Z"},
             {"Mon, 01 Jun 2026 10:00:00", "2026-06-01T10:00:00.000Z"},
             {"Mon, 31 Jun 2026 10:00:00 +0000", nullptr},
             {"Mon, 01 Jun 2026 25:00:00 +0000", nullptr},
             {"Mon, 01 Jun 2026 10:00:00 +00", nullptr},
             {"01 Jun 1969 10:00:00 +0000", nullptr},
             {"01 Jux 2026 10:00:00 +0000", nullptr},
             {"yesterday", nullptr},
             {"", nullptr},
         }) {
        INFO(text);
        const auto at = deliveries::mail_date(text);
        CHECK(at.has_value() == (time != nullptr));
        if (at && time != nullptr) {
            CHECK(format_time(Time(std::chrono::milliseconds(*at))) == time);
        }
    }
}

TEST_CASE("bounces: too large, too deep or too many parts are no mails", "[bounces]") {
    using deliveries::read_mail;
    CHECK(!read_mail(""));
    CHECK(!read_mail("no header at all"));
    CHECK(read_mail("A: b")->headers.size() == 1);
    CHECK(!read_mail("A: b\r\n\r\n" + std::string(deliveries::max_mail_bytes, 'x')));
    auto nested = [](int depth) {
        std::string out = "Content-Type: text/plain\r\n\r\nx\r\n";
        for (int i = 0; i < depth; ++i) {
            const std::string edge = "b" + std::to_string(i);
            out = "Content-Type: multipart/mixed; boundary=" + edge + "\r\n\r\n--" + edge + "\r\n" +
                  out + "\r\n--" + edge + "--\r\n";
        }
        return out;
    };
    CHECK(read_mail(nested(6)));
    CHECK(!read_mail(nested(7)));
    std::string many = "Content-Type: multipart/mixed; boundary=\"a \\\"b\"\r\n\r\n";
    for (int i = 0; i < 199; ++i) {
        many += "--a \"b\r\n\r\nx\r\n";
    }
    CHECK(read_mail(many)->parts.size() == 199);
    CHECK(!read_mail(many + "--a \"b\r\n\r\nx\r\n"));
    std::string headers;
    for (int i = 0; i < 1200; ++i) {
        headers += "X-" + std::to_string(i) + ": " + std::string(20, 'y') + "\r\n " +
                   std::string(17'000, 'z') + "\r\n";
    }
    const auto read = read_mail(headers);
    REQUIRE(read);
    CHECK(read->headers.size() == 1000);
    CHECK(read->headers[0].second.size() < 16'400);
}

TEST_CASE("bounces: retention takes what was told, and what followed stays", "[bounces]") {
    Returned post;
    post.tell("still_trying.eml");
    post.tell("no_such_mailbox.eml");
    post.clock.advance(std::chrono::hours(24 * 40));
    Retention retention(post.store);
    retention.define(Retention::from_json(
        R"({"code":"tries","about":"deliveries","of":"delayed","since":"created","period":"P30D"})"));
    const auto runs = retention.run();
    REQUIRE(runs.size() == 1);
    CHECK(runs[0].rows == 1);
    REQUIRE(post.deliveries.list().size() == 1);
    retention.define(Retention::from_json(
        R"({"code":"all","about":"deliveries","since":"created","period":"P30D"})"));
    retention.run();
    CHECK(post.deliveries.list().empty());
    CHECK(post.ask(post.ann, "newsletter") == "HARD_BOUNCE");
    CHECK(post.store.engine().db().scalar_i64("SELECT sum(events) FROM delivery_day") == 2);
    CHECK(
        failure_of([&] {
            retention.define(Retention::from_json(
                R"({"code":"x","about":"deliveries","of":"a b","since":"created","period":"P30D"})"));
        }).where() == "/of");
    post.check_verify();
}

} // namespace deliveries_bounces_test

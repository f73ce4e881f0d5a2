#include "unit/outbox/helpers.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace outbox_gateway_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

namespace {

std::string slurp(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<std::string> names_in(const std::string& folder) {
    std::vector<std::string> out;
    for (const auto& each : std::filesystem::directory_iterator(folder)) {
        out.push_back(each.path().filename().string());
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::int64_t registered(Post& post) {
    return post.store.engine().db().scalar_i64("SELECT count(*) FROM written_file");
}

/// Leaves a message as a crash does while the gateway has it.
MessageId in_flight(Post& post, SubjectId subject, const std::string& code) {
    MessageId id = post.queue(subject, code, code + "-in-flight").id;
    CallbackGateway dies("directory", {Channel::email},
                         [&](std::span<const OutgoingMessage>) -> std::vector<GatewayResult> {
                             post.store.engine().db().exec("UPDATE outbox SET lease = 'dead' "
                                                           "WHERE state = 'sending'");
                             throw std::runtime_error("killed");
                         });
    post.outbox.send(dies);
    post.clock.advance(6min);
    return id;
}

} // namespace

TEST_CASE("outbox: the folder gets one whole .eml a message, for its owner alone", "[outbox]") {
    Post post(TestStore::on_disk);
    SubjectId ann = post.reader("ann@example.org", "Zoë");
    const std::string folder = post.folder.file("mail");
    DirectoryGateway gateway(post.store, folder);
    MessageId id = post.queue(ann, "news", "k1").id;
    CHECK(post.outbox.send(gateway).sent == 1);
    const MessageInfo info = post.outbox.get(id);
    REQUIRE(names_in(folder) == std::vector<std::string>{info.reference + ".eml"});
    CHECK(info.gateway_reference == info.reference + ".eml");
    const std::string path = folder + "/" + info.reference + ".eml";
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600);
    const std::string text = slurp(path);
    CHECK(text.find("\r\nTo: =?utf-8?B?Wm/Dqw==?= <ann@example.org>\r\n") != std::string::npos);
    CHECK(text.find("\r\nMessage-ID: <" + info.reference + "@shop.example>\r\n") !=
          std::string::npos);
    CHECK(text.find("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n") !=
          std::string::npos);
    CHECK(registered(post) == 1); // the draft's name is not needed any more
}

TEST_CASE("outbox: an erasure deletes the files of the subject", "[outbox]") {
    const auto where = GENERATE(TestStore::on_disk, TestStore::memory);
    Post post(where);
    SubjectId ann = post.reader("ann@example.org");
    SubjectId bob = post.reader("bob@example.org");
    const std::string folder = post.folder.file("mail");
    DirectoryGateway gateway(post.store, folder);
    post.queue(ann, "news", "k1");
    MessageId other = post.queue(bob, "news", "k2").id;
    post.outbox.send(gateway);
    CHECK(names_in(folder).size() == 2);
    Erasure(post.store).execute(ann);
    CHECK(names_in(folder) == std::vector<std::string>{post.outbox.get(other).reference + ".eml"});
    post.clock.advance(24h * 31);
    post.store.tick(); // files have their time too
    CHECK(names_in(folder).empty());
    CHECK(registered(post) == 0);
}

TEST_CASE("outbox: nothing is written for somebody erased since the message was taken",
          "[outbox]") {
    Post post(TestStore::on_disk);
    SubjectId ann = post.reader("ann@example.org");
    const std::string folder = post.folder.file("mail");
    DirectoryGateway directory(post.store, folder);
    CallbackGateway gateway("directory", {Channel::email},
                            [&](std::span<const OutgoingMessage> messages) {
                                Erasure(post.store).execute(ann);
                                return directory.send(messages);
                            });
    post.queue(ann, "news", "k1");
    post.outbox.send(gateway);
    CHECK(names_in(folder).empty());
    CHECK(registered(post) == 0);
}

TEST_CASE("outbox: after a crash the folder says what was sent", "[outbox]") {
    Post post(TestStore::on_disk);
    SubjectId ann = post.reader("ann@example.org");
    const std::string folder = post.folder.file("mail");
    DirectoryGateway gateway(post.store, folder);
    const std::string code = GENERATE("news", "order");
    MessageId id = in_flight(post, ann, code);
    const std::string path = folder + "/" + post.outbox.get(id).reference + ".eml";
    auto& engine = post.store.engine();

    SECTION("killed before anything was registered: it goes") {
        SendReport report = post.outbox.send(gateway);
        CHECK(report.sent == 1);
        CHECK(names_in(folder).size() == 1);
    }
    SECTION("killed with a draft: it goes, and the draft with it") {
        engine.register_file(path, ann);
        engine.register_file(path + ".new", ann);
        std::ofstream(path + ".new") << "half a mess";
        CHECK(post.outbox.send(gateway).sent == 1);
        CHECK(names_in(folder).size() == 1);
    }
    SECTION("killed after the file was there: it was sent") {
        engine.register_file(path, ann);
        std::ofstream(path) << "whole";
        SendReport report = post.outbox.send(gateway);
        CHECK(report.resolved == 1);
        CHECK(report.sent == 0);
        CHECK(slurp(path) == "whole");
        CHECK(post.state(id) == MessageState::sent);
    }
    SECTION("registered, and nothing there: somebody may have taken it") {
        engine.register_file(path, ann);
        SendReport report = post.outbox.send(gateway);
        CHECK(report.sent == (code == "news" ? 0U : 1U));
        CHECK(post.state(id) == (code == "news" ? MessageState::uncertain : MessageState::sent));
    }
    SECTION("a draft of somebody erased does not stay") {
        engine.register_file(path, ann);
        engine.register_file(path + ".new", ann);
        std::ofstream(path + ".new") << "half a mess";
        Erasure(post.store).execute(ann);
        CHECK(names_in(folder).empty());
    }
}

TEST_CASE("outbox: a folder that cannot be written is tried again", "[outbox]") {
    Post post(TestStore::on_disk);
    SubjectId ann = post.reader("ann@example.org");
    const std::string folder = post.folder.file("mail");
    DirectoryGateway gateway(post.store, folder);
    MessageId id = post.queue(ann, "order", "k1").id;
    std::filesystem::remove(folder);
    CHECK(post.outbox.send(gateway).retried == 1);
    CHECK(post.state(id) == MessageState::queued);
    CHECK(registered(post) == 0);
    std::filesystem::create_directory(folder);
    post.clock.advance(1min);
    CHECK(post.outbox.send(gateway).sent == 1);
    CHECK(code_of([&] { DirectoryGateway(post.store, post.path()); }) == Errc::invalid);
    CHECK(code_of([&] { DirectoryGateway(post.store, folder + "/a/b"); }) == Errc::io);
    CHECK_FALSE(gateway.resolve("../../etc/passwd"));
}

TEST_CASE("outbox: no line break gets into a header", "[outbox]") {
    OutgoingMessage message;
    message.reference = "1-00";
    message.sender = {"Shop", "a@shop.example"};
    message.recipient = {"", "b@example.org"};
    message.subject_line = "Hello";
    message.text = "Text";
    CHECK_NOTHROW(compose_mime(message));
    for (const std::string bad : {"\n", "\r", "\r\nBcc: c@example.org", "\x7f", "\xff"}) {
        for (int place = 0; place < 9; ++place) {
            OutgoingMessage other = message;
            other.reply_to = Mailbox{"R", "r@shop.example"};
            other.headers = {{"X-A", "b"}};
            other.attachments = {{"a.txt", "text/plain", "x", ""}};
            std::string* places[] = {
                &other.subject_line,      &other.sender.name,         &other.sender.address,
                &other.recipient.name,    &other.recipient.address,   &other.reply_to->name,
                &other.headers[0].second, &other.attachments[0].name, &other.attachments[0].type};
            *places[place] += bad;
            CAPTURE(place, bad);
            CHECK(code_of([&] { (void)compose_mime(other); }) == Errc::invalid);
        }
    }
    const std::string nul("a\0b", 3);
    message.subject_line = nul;
    CHECK(code_of([&] { (void)compose_mime(message); }) == Errc::invalid);
}

} // namespace outbox_gateway_test

#include "unit/outbox/helpers.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

namespace outbox_processes_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

namespace {

constexpr int messages = 120;

/// Notes each message in a file as it gets it, so that it is known what a killed process sent.
struct LogGateway : Gateway {
    explicit LogGateway(std::string path) : path_(std::move(path)) {}
    [[nodiscard]] std::string id() const override { return "log"; }
    [[nodiscard]] bool serves(Channel) const override { return true; }
    [[nodiscard]] std::size_t batch_size() const override { return 3; }
    std::vector<GatewayResult> send(std::span<const OutgoingMessage> all) override {
        std::vector<GatewayResult> out;
        for (const OutgoingMessage& each : all) {
            std::ofstream(path_, std::ios::app) << each.reference << std::endl;
            out.push_back({GatewayOutcome::sent, each.reference, {}, {}});
            ::usleep(200);
        }
        return out;
    }

  private:
    std::string path_;
};

std::map<std::string, int> lines_of(const std::string& folder) {
    std::map<std::string, int> out;
    for (const auto& each : std::filesystem::directory_iterator(folder)) {
        if (each.path().extension() == ".log") {
            std::ifstream in(each.path());
            for (std::string line; std::getline(in, line);) {
                ++out[line];
            }
        }
    }
    return out;
}

void fill(Post& post) {
    SubjectId ann = post.reader("ann@example.org");
    for (int i = 0; i < messages; ++i) {
        post.queue(ann, i % 2 == 0 ? "news" : "order", "k" + std::to_string(i));
    }
}

/// Sends in a process of its own, with the test's clock.
pid_t sender(const Post& post, int number) {
    const std::string log = post.folder.file("sent-" + std::to_string(number) + ".log");
    const pid_t child = ::fork();
    if (child == 0) {
        int status = 1;
        try {
            Store store = Store::open(post.path(), post.options());
            LogGateway gateway(log);
            Outbox(store).send(gateway);
            status = 0;
        } catch (...) {
        }
        ::_exit(status);
    }
    return child;
}

} // namespace

TEST_CASE("outbox: processes that send at once send each message once", "[outbox]") {
    Post post(TestStore::on_disk);
    fill(post);
    post.close(); // no handle crosses a fork
    std::vector<pid_t> children;
    for (int i = 0; i < 4; ++i) {
        children.push_back(sender(post, i));
    }
    int busy = 0;
    for (const pid_t child : children) {
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 0);
    }
    for (int i = 0; i < 4; ++i) {
        busy += std::filesystem::exists(post.folder.file("sent-" + std::to_string(i) + ".log"));
    }
    const auto sent = lines_of(post.folder.path());
    CHECK(sent.size() == messages);
    for (const auto& [reference, times] : sent) {
        CHECK(times == 1);
    }
    CHECK(busy > 1); // they did work at once
    post.reopen();
    MessageFilter filter;
    filter.state = MessageState::sent;
    filter.limit = 1000;
    CHECK(Outbox(post.store).list(filter).size() == messages);
}

TEST_CASE("outbox: processes killed while they send lose nothing and repeat no marketing",
          "[outbox]") {
    Post post(TestStore::on_disk);
    fill(post);
    post.close();
    std::mt19937 random(11);
    int killed = 0;
    for (int round = 0; round < 12; ++round) {
        const pid_t child = sender(post, round);
        ::usleep(static_cast<useconds_t>(2000 + random() % 12000));
        ::kill(child, SIGKILL);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        killed += WIFSIGNALED(status) ? 1 : 0;
        post.clock.advance(6min); // leases of the dead end
    }
    CHECK(killed > 3);
    const int end = 100;
    const pid_t last = sender(post, end);
    int status = 0;
    REQUIRE(::waitpid(last, &status, 0) == last);
    REQUIRE(WEXITSTATUS(status) == 0);

    post.reopen();
    const auto times = lines_of(post.folder.path());
    Outbox outbox(post.store);
    MessageFilter filter;
    filter.limit = 1000;
    int uncertain = 0;
    for (const MessageInfo& each : outbox.list(filter)) {
        CAPTURE(each.reference, message_state_name(each.state), killed);
        const auto at = times.find(each.reference);
        const int sent = at == times.end() ? 0 : at->second;
        CHECK(sent <= (each.kind == MessageKind::marketing ? 1 : 2));
        if (each.state == MessageState::uncertain) {
            ++uncertain;
        } else {
            CHECK(each.state == MessageState::sent);
            CHECK(sent >= 1);
        }
    }
    CHECK(uncertain <= killed * 3); // at most a batch for each process that was killed
    CHECK(outbox.list(filter).size() == messages);
    CHECK(post.store.verify().ok());
}

} // namespace outbox_processes_test

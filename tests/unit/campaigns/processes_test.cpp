// Several processes run the same campaigns at once; some are killed.
#include "unit/campaigns/helpers.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>

namespace campaigns_processes_test {

using namespace habeas;
using namespace habeas::test;
using namespace std::chrono_literals;

namespace {

constexpr int people = 120;

void fill(Trade& trade) {
    for (int i = 0; i < people; ++i) {
        trade.reader("p" + std::to_string(i) + "@example.org");
    }
    trade.segment("readers", R"({"field":"consent.newsletter","op":"=","value":"granted"})");
    trade.campaign("long", R"([
        {"id":"hello","action":"send_message","template":"news","then":[
          {"id":"tag","action":"add_tag","tag":"greeted","then":[
            {"id":"crm","action":"call_host","name":"crm","then":[
              {"id":"order","action":"send_message","template":"order"}]}]}]},
        {"id":"all","condition":{"all":[]},"yes":[
          {"id":"tell","action":"notify","to":"desk@shop.example","template":"notice"}]}])",
                   R"({"segments":["readers"]})");
    trade.campaign("short", R"([{"id":"mail","action":"send_message","template":"order"}])",
                   R"({"segments":["readers"]})");
}

/// Runs the campaigns in a process of its own, with the test's clock. What the host was told is in
/// a file, so that it is known of the dead too.
pid_t runner(const Trade& trade, int number) {
    const std::string log = trade.folder.file("calls-" + std::to_string(number) + ".log");
    const pid_t child = ::fork();
    if (child == 0) {
        int status = 1;
        try {
            StoreOptions patient = trade.options();
            patient.busy_timeout = 2min; // on a machine that does other things too
            Store store = Store::open(trade.path(), patient);
            Campaigns campaigns(store);
            campaigns.set_host([&](const HostCall& call) {
                std::ofstream(log, std::ios::app)
                    << static_cast<std::int64_t>(call.subject) << ' ' << call.key << std::endl;
            });
            CampaignRunOptions options;
            options.batch = 7;
            campaigns.run(options);
            status = 0;
        } catch (const std::exception& error) {
            std::fprintf(stderr, "process %d: %s\n", number, error.what());
        }
        ::_exit(status);
    }
    return child;
}

/// Keys by subject, and how often each was seen.
std::map<std::string, std::map<std::string, int>> calls_of(const std::string& folder) {
    std::map<std::string, std::map<std::string, int>> out;
    for (const auto& each : std::filesystem::directory_iterator(folder)) {
        if (each.path().extension() == ".log") {
            std::ifstream in(each.path());
            for (std::string subject, key; in >> subject >> key;) {
                ++out[subject][key];
            }
        }
    }
    return out;
}

int wait_for(pid_t child) {
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return status;
}

/// All is done once and only once.
void check_all(Trade& trade) {
    trade.reopen();
    Campaigns campaigns(trade.store);
    std::map<std::string, std::int64_t> counts;
    for (const char* code : {"long", "short"}) {
        for (const EventCount& each : campaigns.counts(code)) {
            counts[each.event + " " + each.outcome] += each.count;
        }
    }
    const std::map<std::string, std::int64_t> expected{
        {" done", 2 * people},    {" entered", 2 * people}, {"all yes", people},
        {"crm called", people},   {"hello queued", people}, {"mail queued", people},
        {"order queued", people}, {"tag done", people},     {"tell queued", people}};
    CHECK(counts == expected);
    auto& db = trade.store.engine().db();
    CHECK(db.scalar("SELECT count(*) FROM outbox") == std::to_string(4 * people));
    CHECK(db.scalar("SELECT count(*) FROM subject_tag") == std::to_string(people));
    CHECK(db.scalar("SELECT count(*) FROM campaign_step WHERE state <> 'done'") == "0");
    trade.check_verify();
}

} // namespace

TEST_CASE("campaigns: processes that run at once do each step once", "[campaigns]") {
    Trade trade(TestStore::on_disk);
    fill(trade);
    trade.close(); // no handle crosses a fork
    std::vector<pid_t> children;
    for (int i = 0; i < 4; ++i) {
        children.push_back(runner(trade, i));
    }
    for (const pid_t child : children) {
        const int status = wait_for(child);
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 0);
    }
    int busy = 0;
    for (int i = 0; i < 4; ++i) {
        busy += std::filesystem::exists(trade.folder.file("calls-" + std::to_string(i) + ".log"));
    }
    CHECK(busy > 1); // they did work at once
    const auto calls = calls_of(trade.folder.path());
    CHECK(calls.size() == people);
    for (const auto& [subject, keys] : calls) {
        CHECK(keys.size() == 1);
        CHECK(keys.begin()->second == 1);
    }
    check_all(trade);
}

TEST_CASE("campaigns: processes killed while they run lose no step and repeat none",
          "[campaigns]") {
    Trade trade(TestStore::on_disk);
    fill(trade);
    trade.close();
    std::mt19937 random(7);
    int killed = 0;
    for (int round = 0; round < 12; ++round) {
        const pid_t child = runner(trade, round);
        ::usleep(static_cast<useconds_t>(2000 + random() % 30000));
        ::kill(child, SIGKILL);
        killed += WIFSIGNALED(wait_for(child)) ? 1 : 0;
        trade.clock.advance(11min); // calls of the dead are made again
    }
    CHECK(killed > 3);
    REQUIRE(WEXITSTATUS(wait_for(runner(trade, 100))) == 0);
    const auto calls = calls_of(trade.folder.path());
    CHECK(calls.size() == people);
    for (const auto& [subject, keys] : calls) {
        CHECK(keys.size() == 1); // perhaps again, but under the same key
    }
    check_all(trade);
}

} // namespace campaigns_processes_test

// bench_habeas NAME FOLDER ROUND: one round of one benchmark, a line of bench.h for each figure.
// bench_habeas prepare FOLDER 0: makes the stores.
#include "habeas.hpp"

#include <array>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <utility>

namespace habeas::benchmark {
namespace {

using Body = void (*)(const Run&);
constexpr std::array<std::pair<const char*, Body>, 14> bodies{{
    {"prepare", prepare},
    {"import_csv", import_csv},
    {"decision", decision},
    {"filter_1m", filter_1m},
    {"consent_grant", consent_grant},
    {"consent_withdraw", consent_withdraw},
    {"erase_one", erase_one},
    {"erase_batch_each", erase_batch_each},
    {"truncate", truncate},
    {"access_bundle", access_bundle},
    {"open_current", open_current},
    {"segments", segments},
    {"campaign_steps", campaign_steps},
    {"queue_and_send", queue_and_send},
}};

int run(const char* name, const char* folder, const char* round) {
    Run what;
    what.folder = folder;
    what.round = std::strtoull(round, nullptr, 10);
    if (std::strcmp(name, "prepare") != 0) {
        what.people = bench_people(folder);
    }
    for (const auto& [each, body] : bodies) {
        if (std::strcmp(each, name) == 0) {
            body(what);
            return 0;
        }
    }
    std::fprintf(stderr, "bench_habeas: no benchmark %s\n", name);
    return 2;
}

} // namespace
} // namespace habeas::benchmark

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fputs("usage: bench_habeas NAME FOLDER ROUND\n", stderr);
        return 2;
    }
    try {
        return habeas::benchmark::run(argv[1], argv[2], argv[3]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_habeas %s: %s\n", argv[1], error.what());
        return 1;
    }
}

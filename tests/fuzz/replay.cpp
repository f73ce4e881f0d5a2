// Stands in for libFuzzer: fuzz_replay TARGET PATH... gives each file (or each file of each folder)
// to the target. A finding aborts; the name printed last is the input that did it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

// targets.inc: HABEAS_TARGET(name) for each of the folder's targets; here, their functions carry
// their names.
#define HABEAS_TARGET(name) extern "C" int fuzz_##name(const std::uint8_t* data, std::size_t size);
#include "targets.inc"
#undef HABEAS_TARGET

namespace {

using Target = int (*)(const std::uint8_t* data, std::size_t size);

struct Named {
    std::string_view name;
    Target run;
};

constexpr Named targets[] = {
#define HABEAS_TARGET(name) {#name, fuzz_##name},
#include "targets.inc"
#undef HABEAS_TARGET
};

void replay(Target target, const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    if (!file) {
        std::fprintf(stderr, "cannot read %s\n", path.c_str());
        std::exit(2);
    }
    std::puts(path.c_str());
    std::fflush(stdout);
    // A copy of exactly this size, so that AddressSanitizer sees a read past its end.
    const std::vector<std::uint8_t> input(bytes.begin(), bytes.end());
    target(input.data(), input.size());
}

} // namespace

int main(int count, char** arguments) {
    const auto* const target =
        std::find_if(std::begin(targets), std::end(targets),
                     [&](const Named& known) { return count > 1 && known.name == arguments[1]; });
    if (target == std::end(targets)) {
        std::fputs(
            "usage: fuzz_replay TARGET PATH...; a target is a file of tests/fuzz without .cpp\n",
            stderr);
        return 2;
    }
    int inputs = 0;
    for (int i = 2; i < count; ++i) {
        const std::filesystem::path path = arguments[i];
        if (!std::filesystem::is_directory(path)) {
            replay(target->run, path);
            ++inputs;
            continue;
        }
        for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
            if (entry.is_regular_file()) {
                replay(target->run, entry.path());
                ++inputs;
            }
        }
    }
    if (inputs == 0) {
        std::fputs("no inputs: give files or folders with some\n", stderr);
        return 1;
    }
    std::printf("%d passed, 0 failed\n", inputs);
    return 0;
}

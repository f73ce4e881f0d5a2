#include <habeas/habeas.hpp>

#include <cstdio>

int main() {
    try {
        const habeas::Date leap_day = habeas::parse_date("2024-02-29");
        std::printf("habeas knows %s\n", habeas::format_date(leap_day).c_str());
        return 0;
    } catch (const habeas::Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}

#include "progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace habeas::cli {
namespace {

volatile std::sig_atomic_t stop = 0;

extern "C" void habeas_cli_stop(int /*signal*/) {
    stop = 1;
}

void listen(bool on) {
    struct sigaction action {};
    action.sa_handler = on ? habeas_cli_stop : SIG_DFL;
    action.sa_flags = on ? static_cast<int>(SA_RESETHAND | SA_RESTART) : 0;
    sigemptyset(&action.sa_mask);
    for (int signal : {SIGINT, SIGTERM}) {
        struct sigaction former {};
        // Whoever started us in the background had Ctrl-C ignored: that stays.
        if (sigaction(signal, nullptr, &former) == 0 && former.sa_handler != SIG_IGN) {
            sigaction(signal, &action, nullptr);
        }
    }
}

bool can_draw() {
    const char* terminal = std::getenv("TERM");
    return ::isatty(STDERR_FILENO) != 0 && terminal != nullptr &&
           std::string_view(terminal) != "dumb";
}

/// "6.7 of 11.4 MB", "100000 of 310000"; total 0: not known.
std::string amount(std::uint64_t done, std::uint64_t total, ProgressBar::Unit unit) {
    if (unit == ProgressBar::Unit::rows) {
        return total == 0 ? fmt::format("{}", done) : fmt::format("{} of {}", done, total);
    }
    const auto megabytes = [](std::uint64_t bytes) { return static_cast<double>(bytes) / 1e6; };
    return total == 0 ? fmt::format("{:.1f} MB", megabytes(done))
                      : fmt::format("{:.1f} of {:.1f} MB", megabytes(done), megabytes(total));
}

} // namespace

bool interrupted() noexcept {
    return stop != 0;
}

ProgressBar::ProgressBar(std::string what, Unit unit, bool shown)
    : what_(std::move(what)), unit_(unit), shown_(shown && can_draw()) {
    listen(true);
}

ProgressBar::~ProgressBar() {
    listen(false);
    if (drawn_) {
        (void)std::fputs("\r\x1b[K", stderr);
        (void)std::fflush(stderr);
    }
}

habeas::Progress ProgressBar::callback() {
    return [this](std::uint64_t done, std::uint64_t total) {
        const auto now = Clock::now();
        // Short work shows nothing; a bar that only flickers helps nobody.
        if (shown_ && now - begin_ > std::chrono::milliseconds(300) &&
            now - last_ > std::chrono::milliseconds(100)) {
            last_ = now;
            draw(done, total);
        }
        return stop == 0;
    };
}

void ProgressBar::draw(std::uint64_t done, std::uint64_t total) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(last_ - begin_).count();
    std::string text;
    if (total == 0) {
        text = fmt::format("{}  {}  {}:{:02}", what_, amount(done, 0, unit_), seconds / 60,
                           seconds % 60);
    } else {
        done = std::min(done, total);
        const std::uint64_t filled = done * 24 / total;
        text = fmt::format("{}  [{}{}] {:>3}%  {}  {}:{:02}", what_, std::string(filled, '#'),
                           std::string(24 - filled, '.'), done * 100 / total,
                           amount(done, total, unit_), seconds / 60, seconds % 60);
    }
    winsize size{};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1) {
        text.resize(std::min<std::size_t>(text.size(), size.ws_col - 1U));
    }
    (void)std::fprintf(stderr, "\r%s\x1b[K", text.c_str());
    (void)std::fflush(stderr);
    drawn_ = true;
}

} // namespace habeas::cli

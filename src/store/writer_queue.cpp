#include "store/writer_queue.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

namespace habeas::store {

WriterQueue::WriterQueue(const std::string& path)
    : file_(base::open_file(path, base::OpenMode::create_or_open, "lock file")),
      jitter_(static_cast<std::uint32_t>(::getpid()) * 2654435761U | 1U) {}

bool WriterQueue::lock(int byte, short type) noexcept {
    struct flock region {};
    region.l_type = type;
    region.l_whence = SEEK_SET;
    region.l_start = byte;
    region.l_len = 1;
    return ::fcntl(file_.fd(), F_OFD_SETLK, &region) == 0;
}

bool WriterQueue::somebody_waits() noexcept {
    struct flock region {};
    region.l_type = F_WRLCK;
    region.l_whence = SEEK_SET;
    region.l_start = 1;
    region.l_len = 1;
    return ::fcntl(file_.fd(), F_OFD_GETLK, &region) == 0 && region.l_type != F_UNLCK;
}

bool WriterQueue::acquire(std::chrono::milliseconds timeout) {
    if (!somebody_waits() && lock(0, F_WRLCK)) {
        return true;
    }
    lock(1, F_RDLCK);
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    auto pause = std::chrono::microseconds(40);
    bool got = false;
    while (!(got = lock(0, F_WRLCK)) && std::chrono::steady_clock::now() < deadline) {
        jitter_ ^= jitter_ << 13;
        jitter_ ^= jitter_ >> 17;
        jitter_ ^= jitter_ << 5;
        std::this_thread::sleep_for(pause + std::chrono::microseconds(jitter_ % 60));
        // All who wait poll at about the same pace, however long they have waited.
        pause = std::min(pause + std::chrono::microseconds(1), std::chrono::microseconds(120));
    }
    lock(1, F_UNLCK);
    return got;
}

void WriterQueue::release() noexcept {
    lock(0, F_UNLCK);
}

} // namespace habeas::store

#include "base/files.hpp"
#include "expect_error.hpp"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace base_files_test {

using namespace habeas;
using namespace habeas::base;
using namespace habeas::test;
namespace fs = std::filesystem;

namespace {

/// A folder of its own that goes away with the test.
class Folder {
  public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "habeas-files-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    [[nodiscard]] std::string file(const std::string& name) const {
        return (path_ / name).string();
    }

  private:
    fs::path path_;
};

class Umask {
  public:
    explicit Umask(mode_t mode) : old_(::umask(mode)) {}
    Umask(const Umask&) = delete;
    Umask& operator=(const Umask&) = delete;
    ~Umask() { ::umask(old_); }

  private:
    mode_t old_;
};

void put(const std::string& path, const std::string& bytes) {
    std::ofstream(path) << bytes;
}

std::string content(const std::string& path) {
    return read_all(open_file(path, OpenMode::read, "file"));
}

unsigned mode_of(const std::string& path) {
    struct stat status {};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status.st_mode & 07777U;
}

} // namespace

TEST_CASE("base: files are created for their owner alone, whatever the umask", "[base]") {
    Folder folder;
    for (mode_t mask : {0U, 022U, 077U, 0777U}) {
        Umask umask(mask);
        std::string suffix = std::to_string(mask);
        open_file(folder.file("new" + suffix), OpenMode::create_new, "file");
        CHECK(mode_of(folder.file("new" + suffix)) == 0600);
        open_file(folder.file("open" + suffix), OpenMode::create_or_open, "file");
        CHECK(mode_of(folder.file("open" + suffix)) == 0600);
        replace_file(folder.file("replaced" + suffix), "x");
        CHECK(mode_of(folder.file("replaced" + suffix)) == 0600);
    }
}

TEST_CASE("base: the modes of opening a file do what they say", "[base]") {
    Folder folder;
    std::string path = folder.file("data");
    CHECK(code_of([&] { open_file(path, OpenMode::read, "file"); }) == Errc::not_found);
    CHECK(code_of([&] { open_file(path, OpenMode::read_write, "file"); }) == Errc::not_found);
    {
        File file = open_file(path, OpenMode::create_new, "file");
        CHECK((::fcntl(file.fd(), F_GETFD) & FD_CLOEXEC) != 0);
        write_all(file, "first");
        sync_file(file);
        sync_directory_of(path);
        write_all(file, " second");
        CHECK(read_all(file) == "first second");
    }
    CHECK(code_of([&] { open_file(path, OpenMode::create_new, "file"); }) == Errc::exists);
    CHECK(read_all(open_file(path, OpenMode::create_or_open, "file")) == "first second");
    CHECK(read_all(open_file(path, OpenMode::read_write, "file")) == "first second");
    File reading = open_file(path, OpenMode::read, "file");
    CHECK(code_of([&] { write_all(reading, "x"); }) == Errc::io);
    std::string deep = folder.file("no/such/file");
    CHECK(code_of([&] { open_file(deep, OpenMode::create_new, "file"); }) == Errc::not_found);
    CHECK(code_of([&] { open_file(path + "/x", OpenMode::read, "file"); }) == Errc::not_found);
    CHECK(code_of([&] { replace_file(deep, "x"); }) == Errc::not_found);
    CHECK(code_of([&] { sync_directory_of(deep); }) == Errc::not_found);
}

TEST_CASE("base: symbolic links are refused, whether they lead somewhere or not", "[base]") {
    Folder folder;
    put(folder.file("target"), "kept");
    fs::create_symlink(folder.file("target"), folder.file("link"));
    fs::create_symlink(folder.file("nowhere"), folder.file("dangling"));
    for (std::string name : {"link", "dangling"}) {
        std::string path = folder.file(name);
        for (auto mode : {OpenMode::read, OpenMode::read_write, OpenMode::create_new,
                          OpenMode::create_or_open}) {
            Error error = error_of([&] { open_file(path, mode, "key file"); });
            CHECK(error.code() == Errc::invalid);
            CHECK(error.where() == path);
            CHECK(contains(error.what(), "key file " + path + ": is a symbolic link"));
        }
        CHECK(code_of([&] { refuse_symlink(path, "store"); }) == Errc::invalid);
        CHECK(code_of([&] { replace_file(path, "new"); }) == Errc::invalid);
    }
    CHECK_FALSE(fs::exists(folder.file("nowhere")));
    CHECK(content(folder.file("target")) == "kept");
    CHECK_NOTHROW(refuse_symlink(folder.file("target"), "store"));
    CHECK_NOTHROW(refuse_symlink(folder.file("missing"), "store"));
    CHECK_NOTHROW(refuse_symlink(folder.file("target/below"), "store"));
}

TEST_CASE("base: only regular files are opened, and nothing waits for a pipe", "[base]") {
    Folder folder;
    std::string pipe = folder.file("pipe");
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    for (auto mode : {OpenMode::read, OpenMode::read_write, OpenMode::create_or_open}) {
        CHECK(code_of([&] { open_file(pipe, mode, "file"); }) == Errc::invalid);
        CHECK(code_of([&] { open_file("/dev/null", mode, "file"); }) == Errc::invalid);
        CHECK(code_of([&] { open_file(folder.file("."), mode, "file"); }) == Errc::invalid);
    }
    CHECK(code_of([&] { open_file("", OpenMode::read, "file"); }) == Errc::invalid);
    std::string with_nul = folder.file("a") + std::string(1, '\0') + "b";
    CHECK(code_of([&] { open_file(with_nul, OpenMode::create_new, "file"); }) == Errc::invalid);
    CHECK(code_of([&] { replace_file(folder.file("."), "x"); }) != Errc::internal);
}

TEST_CASE("base: a file is replaced as a whole", "[base]") {
    Folder folder;
    std::string path = folder.file("key");
    replace_file(path, "one");
    CHECK(content(path) == "one");
    ::chmod(path.c_str(), 0644);
    replace_file(path, "two");
    CHECK(content(path) == "two");
    CHECK(mode_of(path) == 0600);
    CHECK_FALSE(fs::exists(path + ".new"));

    put(path + ".new", "a draft that a crash left behind, longer than what follows");
    replace_file(path, "three");
    CHECK(content(path) == "three");
    CHECK_FALSE(fs::exists(path + ".new"));
}

TEST_CASE("base: a draft that is a link is not written through", "[base]") {
    Folder folder;
    std::string path = folder.file("key");
    put(folder.file("victim"), "kept");
    fs::create_symlink(folder.file("victim"), path + ".new");
    CHECK(code_of([&] { replace_file(path, "secret"); }) == Errc::invalid);
    fs::remove(path + ".new");
    fs::create_hard_link(folder.file("victim"), path + ".new");
    CHECK(code_of([&] { replace_file(path, "secret"); }) == Errc::invalid);
    CHECK(content(folder.file("victim")) == "kept");
}

TEST_CASE("base: who replaces a file at once takes turns and leaves a whole one", "[base]") {
    Folder folder;
    std::string path = folder.file("shared");
    std::atomic<int> failures = 0;
    std::vector<std::thread> writers;
    for (char letter : {'a', 'b', 'c', 'd'}) {
        writers.emplace_back([&, letter] {
            for (int i = 0; i < 20; ++i) {
                try {
                    replace_file(path, std::string(10000, letter));
                } catch (const Error&) {
                    ++failures;
                }
            }
        });
    }
    for (auto& writer : writers) {
        writer.join();
    }
    CHECK(failures == 0);
    std::string text = content(path);
    CHECK(text == std::string(10000, text.at(0)));
    CHECK_FALSE(fs::exists(path + ".new"));
}

TEST_CASE("base: a failed replacement leaves the old file and no draft", "[base]") {
    Folder folder;
    std::string path = folder.file("key");
    replace_file(path, "old");
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit small = before;
    small.rlim_cur = 1000;
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    Errc code = code_of([&] { replace_file(path, std::string(100000, 'x')); });
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, old_handler);
    CHECK(code == Errc::full);
    CHECK(content(path) == "old");
    CHECK_FALSE(fs::exists(path + ".new"));
}

TEST_CASE("base: a full disk is told as such", "[base]") {
    File full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    REQUIRE(full.is_open());
    Error error = error_of([&] { write_all(full, "x"); });
    CHECK(error.code() == Errc::full);
    CHECK(contains(error.what(), "/dev/full"));
}

TEST_CASE("base: a descriptor has one owner", "[base]") {
    Folder folder;
    File first = open_file(folder.file("a"), OpenMode::create_new, "file");
    int fd = first.fd();
    File second = std::move(first);
    CHECK(second.fd() == fd);
    File third = open_file(folder.file("b"), OpenMode::create_new, "file");
    int other = third.fd();
    third = std::move(second);
    CHECK(third.fd() == fd);
    CHECK(::fcntl(other, F_GETFD) == -1); // closed by the assignment
    third.close();
    CHECK_FALSE(third.is_open());
    CHECK(::fcntl(fd, F_GETFD) == -1);
}

TEST_CASE("base: reading takes all of a file, also what grew", "[base]") {
    Folder folder;
    for (std::size_t size : {0U, 1U, 4095U, 4096U, 4097U, 1000000U}) {
        std::string path = folder.file(std::to_string(size));
        put(path, std::string(size, 'z'));
        CHECK(content(path) == std::string(size, 'z'));
    }
    CHECK_FALSE(read_all(File(::open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC))).empty());
}

TEST_CASE("base: local file systems are no network, missing files ask their folder", "[base]") {
    Folder folder;
    CHECK_FALSE(on_network_filesystem(folder.file("not-yet")));
    CHECK_FALSE(on_network_filesystem("/proc/self/status"));
    CHECK(code_of([&] { on_network_filesystem(folder.file("no/such/x")); }) == Errc::not_found);
    CHECK(folder_of("/a/b") == "/a");
    CHECK(folder_of("/a") == "/");
    CHECK(folder_of("a") == ".");
}

} // namespace base_files_test

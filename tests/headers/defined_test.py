#!/usr/bin/env python3
"""Feeds check_defined.py a small library that lacks one function after another, and expects each to be named.

usage: defined_test.py CXX
"""
import subprocess
import sys
import tempfile
from pathlib import Path

CHECK = Path(__file__).parent.parent.parent / "cmake" / "check_defined.py"

HEADER = """
// It's a comment with an apostrophe; int commented_out();
#pragma once
#include <functional>
#include <string>
namespace zoo {
enum class Kind : unsigned char { cat, dog };
std::string name(Kind kind) noexcept; ///< "cat"
struct Options {
    std::function<bool(int)> each;
    int count = default_count();
    bool operator==(const Options&) const = default;
    static int default_count() { return 3; }
};
class Cage {
  public:
    explicit Cage(int size) : size_(size) {}
    Cage(Cage&&) noexcept;
    Cage& operator=(Cage&&) noexcept;
    virtual ~Cage() = default;
    virtual void feed() = 0;
    [[nodiscard]] std::string list(const Options& options = {},
                                   const std::function<bool(int)>& stop = {}) const;
    std::string list(int first) const;
    struct Door {
        void open();
    };

  private:
    friend class Keeper;
    int size_;
};
} // namespace zoo
"""
PARTS = {
    "zoo::name": "std::string zoo::name(Kind) noexcept { return {}; }",
    "zoo::Cage::Cage": "zoo::Cage::Cage(Cage&& other) noexcept : size_(other.size_) {}",
    "zoo::Cage::operator=": "zoo::Cage& zoo::Cage::operator=(Cage&&) noexcept { return *this; }",
    "zoo::Cage::list": "std::string zoo::Cage::list(int) const { return {}; }",
    "zoo::Cage::list ": "std::string zoo::Cage::list(const Options&, const std::function<bool(int)>&) const { return {}; }",
    "zoo::Cage::Door::open": "void zoo::Cage::Door::open() {}",
}


def check(compiler, folder, parts):
    source = folder / "zoo.cpp"
    source.write_text('#include "include/zoo.hpp"\n' + "\n".join(parts) + "\n")
    subprocess.run([compiler, "-std=c++20", "-c", source, "-o", folder / "zoo.o"], check=True)
    return subprocess.run([sys.executable, CHECK, folder / "zoo.o", folder / "include"], capture_output=True, text=True)


def main():
    failures = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "include").mkdir()
        (folder / "include" / "zoo.hpp").write_text(HEADER)
        whole = check(sys.argv[1], folder, PARTS.values())
        if whole.returncode != 0 or "6 public functions declared, 0 names" not in whole.stdout:
            failures.append("the whole library: " + whole.stdout + whole.stderr)
        for missing in PARTS:
            result = check(sys.argv[1], folder, [text for name, text in PARTS.items() if name != missing])
            if result.returncode != 1 or f"zoo.hpp: {missing.strip()} is declared" not in result.stdout:
                failures.append(f"without {missing}: {result.stdout}{result.stderr}")
    print("\n".join(failures) or f"{len(PARTS) + 1} passed, 0 failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Holds the shape of the sources: who may include whom, and how long a file may be.

usage: check_arrows.py [ROOT]

Rules (each violation is printed as file:line: text; exit code 1 if there was one):
  * folders of src/ include their own files, public headers and folders below them in LAYERS;
    src/cli and capi include public headers and their own files only (and src/cli capi/habeas.h,
    for `serve` carries its calls);
    the .cpp files at the root of src/ put the modules together and may include all of src/
  * sqlite3.h and SQLiteCpp are seen by src/store alone
  * public headers include the standard library and public headers only; capi/habeas.h includes
    stddef.h and stdint.h only
  * an #include "..." names a file that is there
  * each folder of src/ has a README.md
  * no file has more than 800 lines (over 400 it is named, and nothing more)
"""
import re
import sys
from pathlib import Path

# From the bottom up. Folders of one line do not know each other.
LAYERS = [
    ["base"],
    ["store"],
    ["audit"],
    ["subjects"],
    ["consent"],
    ["transfers", "erasure", "exports"],
    ["holders"],
    ["requests"],
    ["segments"],
    ["outbox", "points"],
    ["optin"],
    ["forms"],
    ["preferences"],
    ["campaigns"],
    ["deliveries"],
    ["retention", "breaches"],
    ["records", "importers"],
]
PROGRAM = "cli"
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}
LONG, TOO_LONG = 400, 800
ONE_HEADER = "capi/habeas.h"  # the whole C ABI by design, so it may be long
SOURCES = {".cpp", ".hpp", ".c", ".h"}
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
SQLITE = re.compile(r"^(sqlite3(ext)?\.h|SQLiteCpp(/.*|\.h))$")
C_STANDARD = {"stddef.h", "stdint.h"}
CXX_STANDARD = set(
    """algorithm any array atomic barrier bit bitset charconv chrono cmath codecvt compare complex
    concepts condition_variable coroutine cassert cctype cerrno cfenv cfloat cinttypes climits
    clocale csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar
    cwctype deque exception execution filesystem format forward_list fstream functional future
    initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map
    memory memory_resource mutex new numbers numeric optional ostream queue random ranges ratio
    regex scoped_allocator semaphore set shared_mutex source_location span sstream stack stdexcept
    stop_token streambuf string string_view syncstream system_error thread tuple type_traits
    typeindex typeinfo unordered_map unordered_set utility valarray variant vector version""".split())


def strip_comments(text):
    """Blanks out block comments but keeps the line breaks, so that line numbers stay."""
    return re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text, flags=re.S)


class Checker:
    def __init__(self, root, readme_later=False):
        self.root = Path(root)
        self.readme_later = readme_later
        self.problems = []
        self.notes = []

    def run(self):
        for top in ("src", "include", "capi", "tests"):
            for path in sorted((self.root / top).rglob("*")):
                if path.suffix in SOURCES and path.is_file():
                    self.check_file(path)
        src = self.root / "src"
        for folder in sorted(p for p in src.glob("*") if p.is_dir()):
            if not (folder / "README.md").is_file():
                if self.readme_later:
                    self.notes.append(f"src/{folder.name} still needs a README.md")
                else:
                    self.report(folder, 0, "a folder of src/ needs a README.md")
            if folder.name not in RANK and folder.name != PROGRAM:
                self.report(folder, 0, "not in LAYERS of cmake/check_arrows.py: where does it belong?")
        return not self.problems

    def report(self, path, line, text):
        where = path.relative_to(self.root).as_posix()
        self.problems.append(f"{where}:{line}: {text}" if line else f"{where}: {text}")

    def check_file(self, path):
        relative = path.relative_to(self.root)
        text = path.read_text(encoding="utf-8", errors="replace")
        lines = text.count("\n")
        if lines > TOO_LONG and relative.as_posix() != ONE_HEADER:
            self.report(path, lines, f"{lines} lines; the limit is {TOO_LONG}: split it")
        elif lines > LONG:
            self.notes.append(f"{relative.as_posix()}: {lines} lines")
        if relative.parts[0] == "tests":
            return
        for number, line in enumerate(strip_comments(text).split("\n"), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            quoted, angled = match.groups()
            self.check_sqlite(path, number, quoted or angled)
            if quoted:
                self.check_quoted(path, number, quoted)
            elif angled.startswith("habeas/"):
                self.check_quoted(path, number, angled)
            else:
                self.check_angled(path, number, angled)

    def check_sqlite(self, path, number, name):
        if SQLITE.match(name) and self.part_of(path) != "src/store":
            self.report(path, number, f"{name} is for src/store alone")

    def part_of(self, path):
        """src/<folder>, "src" (the root files of src/), "include" or "capi"."""
        parts = path.relative_to(self.root).parts
        if parts[0] != "src":
            return parts[0]
        return "src/" + parts[1] if len(parts) > 2 else "src"

    def resolve(self, path, name):
        for base in (path.parent, self.root / "src", self.root / "include", self.root / "capi"):
            target = base / name
            if target.is_file():
                return target.resolve()
        return None

    def check_quoted(self, path, number, name):
        if SQLITE.match(name):
            return  # already judged
        target = self.resolve(path, name)
        if target is None:
            self.report(path, number, f"{name} is not found in src/, include/ or capi/")
            return
        source, wanted = self.part_of(path), self.part_of(target)
        serves = source == "src/" + PROGRAM and target == (self.root / ONE_HEADER).resolve()
        if not serves and not self.allowed(source, wanted):
            self.report(path, number, f"{source} must not include {name} ({wanted})")

    @staticmethod
    def allowed(source, wanted):
        if source == wanted:
            return True
        if source == "include":
            return False
        if wanted == "include":
            return True
        if source == "src":
            return wanted.startswith("src/") and wanted != "src/" + PROGRAM
        if source in ("capi", "src/" + PROGRAM) or not wanted.startswith("src/"):
            return False
        above, below = RANK.get(source[4:]), RANK.get(wanted[4:])
        return above is not None and below is not None and below < above

    def check_angled(self, path, number, name):
        relative = path.relative_to(self.root).as_posix()
        if relative.startswith("include/") and name not in CXX_STANDARD:
            self.report(path, number, f"a public header must not include <{name}>")
        if relative == ONE_HEADER and name not in C_STANDARD:
            self.report(path, number, f"the C header includes stddef.h and stdint.h only, not <{name}>")


def main(arguments):
    readme_later = "--readme-later" in arguments  # while the first folders are being written
    arguments = [a for a in arguments if not a.startswith("--")]
    root = Path(arguments[0] if arguments else Path(__file__).parent.parent).resolve()
    if not (root / "src").is_dir():
        print(f"{root} has no src/", file=sys.stderr)
        return 2
    checker = Checker(root, readme_later)
    good = checker.run()
    for text in checker.notes:
        print(f"note: {text}")
    for text in checker.problems:
        print(text, file=sys.stderr)
    print("arrows: " + ("hold" if good else f"{len(checker.problems)} problems"))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

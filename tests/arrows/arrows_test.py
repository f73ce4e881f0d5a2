#!/usr/bin/env python3
"""Feeds check_arrows.py small trees, good and bad, and expects each fault to be named with its place."""
import subprocess
import sys
import tempfile
from pathlib import Path

CHECK = Path(__file__).parent.parent.parent / "cmake" / "check_arrows.py"

GOOD = {
    "include/habeas/error.hpp": "#include <string>\n",
    "include/habeas/subject.hpp": '#include "habeas/error.hpp"\n#include <habeas/error.hpp>\n',
    "capi/habeas.h": "#include <stdint.h>\n",
    "capi/store.cpp": '#include "habeas.h"\n#include "habeas/error.hpp"\n#include <fmt/core.h>\n',
    "src/base/README.md": "base\n",
    "src/base/text.hpp": '#include "habeas/error.hpp"\n',
    "src/store/README.md": "store\n",
    "src/store/db.cpp": '#include "base/text.hpp"\n#include <SQLiteCpp/Database.h>\n#include <sqlite3.h>\n',
    "src/store/db.hpp": '/*\n#include "nowhere.hpp"\n*/\n// #include "gone.hpp"\n',
    "src/outbox/README.md": "outbox\n",
    "src/outbox/gateways/smtp.cpp": '#include "outbox/queue.hpp"\n#include "../queue.hpp"\n#include "store/db.hpp"\n',
    "src/outbox/queue.hpp": "#include <curl/curl.h>\n",
    "src/cli/README.md": "cli\n",
    "src/cli/main.cpp": '#include "cli/table.hpp"\n#include "habeas/error.hpp"\n#include <CLI/CLI.hpp>\n',
    "src/cli/table.hpp": "#include <vector>\n",
    "src/modules.cpp": '#include "outbox/queue.hpp"\n#include "store/db.hpp"\n',
    "tests/unit/store/db_test.cpp": '#include <sqlite3.h>\n#include "store/db.hpp"\n',
}

# what is wrong: (files put over the good tree, what must be said)
BAD = {
    "an arrow that goes up": (
        {"src/base/text.hpp": '\n#include "store/db.hpp"\n'}, "src/base/text.hpp:2: src/base must not"),
    "two folders of one layer": (
        {"src/erasure/README.md": "", "src/exports/README.md": "", "src/exports/zip.hpp": "",
         "src/erasure/plan.cpp": '#include "exports/zip.hpp"\n'}, "src/erasure/plan.cpp:1:"),
    "an arrow that goes up by a relative path": (
        {"src/store/db.hpp": '#include "../outbox/queue.hpp"\n'}, "src/store/db.hpp:1:"),
    "the program looks inside": (
        {"src/cli/main.cpp": '#include "store/db.hpp"\n'}, "src/cli/main.cpp:1: src/cli must not"),
    "the C ABI looks inside": (
        {"capi/store.cpp": '#include "habeas.h"\n#include "store/db.hpp"\n'}, "capi/store.cpp:2: capi must not"),
    "somebody includes the program": (
        {"src/modules.cpp": '#include "cli/table.hpp"\n'}, "src/modules.cpp:1: src must not"),
    "SQLite outside of store": (
        {"src/outbox/queue.hpp": "#include <sqlite3.h>\n"}, "src/outbox/queue.hpp:1: sqlite3.h is for"),
    "SQLiteCpp outside of store": (
        {"src/modules.cpp": "# include <SQLiteCpp/SQLiteCpp.h>\n"}, "src/modules.cpp:1: SQLiteCpp"),
    "SQLite in quotes": (
        {"src/cli/main.cpp": '#include "sqlite3.h"\n'}, "src/cli/main.cpp:1: sqlite3.h is for"),
    "a third party in a public header": (
        {"include/habeas/subject.hpp": "#include <nlohmann/json.hpp>\n"},
        "include/habeas/subject.hpp:1: a public header"),
    "src in a public header": (
        {"include/habeas/subject.hpp": '#include "base/text.hpp"\n'}, "include/habeas/subject.hpp:1:"),
    "more than stddef and stdint in the C header": (
        {"capi/habeas.h": "#include <stdbool.h>\n"}, "capi/habeas.h:1: the C header"),
    "a file that is not there": (
        {"src/base/text.hpp": '#include "base/nothing.hpp"\n'}, "src/base/text.hpp:1: base/nothing.hpp"),
    "a folder without README.md": (
        {"src/audit/chain.hpp": "\n"}, "src/audit: a folder"),
    "a folder that nobody knows": (
        {"src/misc/README.md": "\n"}, "src/misc: not in LAYERS"),
    "a file of 801 lines": (
        {"src/base/long.cpp": "\n" * 801}, "src/base/long.cpp:801:"),
    "a test of 801 lines": (
        {"tests/unit/long_test.cpp": "\n" * 801}, "tests/unit/long_test.cpp:801:"),
}


def check(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return subprocess.run([sys.executable, CHECK, folder], capture_output=True, text=True)


def main():
    failed = 0

    def expect(good, name, result):
        nonlocal failed
        if not good:
            failed += 1
            print(f"FAILED: {name}: exit code {result.returncode}\n{result.stdout}{result.stderr}")

    result = check(GOOD)
    expect(result.returncode == 0, "a good tree passes", result)
    for name, (files, said) in BAD.items():
        result = check(GOOD | files)
        one = len(result.stderr.strip().splitlines()) == 1
        expect(result.returncode == 1 and said in result.stderr and one, name, result)
    result = check(GOOD | {"src/base/long.cpp": "\n" * 401, "capi/habeas.h": "\n" * 1500})
    expect(result.returncode == 0 and "note: src/base/long.cpp" in result.stdout, "401 lines are named", result)
    print(f"{len(BAD) + 2 - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""clang-tidy 14 over our sources. What was clean and is the same since is not looked at again.

usage: tidy.py BUILD [FILE...]   BUILD has compile_commands.json"""
import hashlib
import json
import os
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def digest(command, folder, rules):
    """Of all that clang-tidy sees: the rules, the command, the source with its headers and comments."""
    words = shlex.split(command)
    at = words.index("-o")
    del words[at:at + 2]
    words.remove("-c")
    words[0] = "clang++-14"
    seen = subprocess.run([*words, "-E", "-C", "-w"], cwd=folder, capture_output=True)
    if seen.returncode != 0:
        return None
    return hashlib.sha256(rules + command.encode() + seen.stdout).hexdigest()


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    build = Path(sys.argv[1]).resolve()
    os.chdir(ROOT)
    files = sys.argv[2:] or subprocess.run(["git", "ls-files", "src/*.cpp", "capi/*.cpp"], check=True,
                                           capture_output=True, text=True).stdout.split()
    commands = {Path(each["directory"], each["file"]).resolve(): each
                for each in json.loads((build / "compile_commands.json").read_text())}
    clean = build / "tidy"
    clean.mkdir(exist_ok=True)
    rules = Path(".clang-tidy").read_bytes()

    def look(name):
        """None: the same as when it was clean; else what clang-tidy says, and whether it is clean."""
        known = commands.get(Path(name).resolve())
        if known is None:
            return f"{name}: not built in {build.name}\n", False
        stamp = digest(known["command"], known["directory"], rules)
        if stamp and (clean / stamp).exists():
            return None
        done = subprocess.run(["clang-tidy-14", "--quiet", "-p", str(build), name],
                              capture_output=True, text=True)
        if done.returncode == 0 and stamp:
            (clean / stamp).touch()
        return done.stdout, done.returncode == 0

    passed = failed = same = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(look, files):
            if found is None:
                same += 1
                continue
            text, good = found
            if not good:
                sys.stdout.write(text)
            passed += good
            failed += not good
    print(f"{same} files are as they were when they were clean")
    print(f"{passed + same} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())

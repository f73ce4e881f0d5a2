#!/usr/bin/env python3
"""Runs the tests of the Python package: pytest, doctests, mypy.

usage: run.py BUILD_FOLDER LIBRARY [PYTEST_ARGUMENT...]    against libhabeas.so as it was built, without a wheel
       run.py BUILD_FOLDER --wheel                         builds the wheel and the sdist, and tests what pip installs
HABEAS_PRELOAD: libraries that the interpreter loads first, of a sanitizer.
BUILD_FOLDER gets virtual environments with what requirements*.txt say. Exit code 77: PyPI is not reachable.
"""
import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
PACKAGE = ROOT / "bindings" / "python"
SKIPPED = 77


def environment(place, *requirements):
    """A virtual environment, made anew when what it needs has changed."""
    wanted = hashlib.sha256(b"".join(each.read_bytes() for each in requirements) + sys.version.encode()).hexdigest()
    stamp = place / "stamp"
    python = place / "bin" / "python"
    if not stamp.is_file() or stamp.read_text() != wanted:
        shutil.rmtree(place, ignore_errors=True)
        venv.create(place, with_pip=True)
        install(python, *[argument for each in requirements for argument in ("-r", str(each))])
        stamp.write_text(wanted)
    return python


def install(python, *arguments):
    command = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *arguments]
    made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if made.returncode != 0:
        print(made.stdout)
        unreachable = re.search(r"(Temporary failure|Name or service|Connection refused|Max retries|No matching distribution)",
                                made.stdout)
        sys.exit(SKIPPED if unreachable else 1)


def tests(python, path, *arguments):
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(path), "PYTHONDONTWRITEBYTECODE": "1"}
    if "HABEAS_PRELOAD" in variables:
        variables["LD_PRELOAD"] = variables["HABEAS_PRELOAD"]
        variables.setdefault("ASAN_OPTIONS", "detect_leaks=0")  # the interpreter keeps what it has until its end
    told = subprocess.run([python, "-m", "pytest", "-q", "-p", "no:cacheprovider", HERE, *arguments], env=variables,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=HERE)
    print(told.stdout)
    numbers = {word: int(count) for count, word in re.findall(r"(\d+) (passed|failed|errors?)\b", told.stdout)}
    failed = sum(count for word, count in numbers.items() if word != "passed")
    print(f"{numbers.get('passed', 0)} passed, {max(failed, 1 if told.returncode else 0)} failed")
    return told.returncode


def against_library(build, library, arguments):
    python = environment(build / "python-venv", HERE / "requirements.txt")
    package = build / "bindings" / "python" / "habeas"
    shutil.copytree(PACKAGE / "src" / "habeas", package, dirs_exist_ok=True,
                    ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    header, tool = ROOT / "capi" / "habeas.h", PACKAGE / "tools" / "extension.py"
    wanted = hashlib.sha256(header.read_bytes() + tool.read_bytes() + str(library).encode()).hexdigest()
    stamp = build / "bindings" / "python" / "stamp"
    if not stamp.is_file() or stamp.read_text() != wanted or not (package / "_habeas.abi3.so").is_file():
        subprocess.run([python, tool, header, package / "_habeas.c", "--build", library.parent], check=True)
        stamp.write_text(wanted)
    return tests(python, [str(package.parent)], *arguments)


def wheel(build):
    """In a clean virtual environment: the wheel by pip, its tests and doctests; the sdist has all sources."""
    maker = environment(build / "wheel-venv", HERE / "requirements.txt", HERE / "requirements-wheel.txt")
    made = build / "wheel"
    subprocess.run(["sh", PACKAGE / "tools" / "build_wheel.sh", made, maker], check=True)
    subprocess.run([maker, "-m", "build", "--sdist", "--outdir", made, PACKAGE], check=True)
    clean = build / "clean-venv"
    shutil.rmtree(clean, ignore_errors=True)
    python = environment(clean, HERE / "requirements.txt")
    install(python, *map(str, made.glob("habeas-*manylinux*.whl")))
    return tests(python, [])


def main(arguments):
    if len(arguments) < 2:
        print(__doc__)
        return 2
    build = Path(arguments[0]).resolve()
    build.mkdir(parents=True, exist_ok=True)
    if arguments[1] == "--wheel":
        return wheel(build)
    return against_library(build, Path(arguments[1]).resolve(), arguments[2:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

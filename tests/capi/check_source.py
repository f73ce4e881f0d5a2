#!/usr/bin/env python3
"""Holds what is said of the C ABI against its sources.

usage: check_source.py SYMBOLS HEADER CAPI TESTS
  * the header declares the recorded symbols and no others, each with a description and @since
  * the C test calls each of them
  * each exported body is one `return guard(...)` (void: one `guard(...)`), but for those in BARE
  * functions and structures are C99 with fixed sizes: no bool, long, time_t, float, bit-fields
"""
import re
import sys
from pathlib import Path

# They cannot fail, or must not clear the last error.
BARE = {"habeas_version", "habeas_has", "habeas_status_name", "habeas_name", "habeas_reason_reference",
        "habeas_last_error", "habeas_error_init", "habeas_string_free"}


def without_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.S)


def declared(header):
    """name -> comment before it"""
    return {match.group(3): match.group(1) or "" for match in re.finditer(
        r"(/\*(?:[^*]|\*(?!/))*\*/)?\s*\nHABEAS_API ([\w *]*?)(habeas_\w+)\(", header)}


def exported_bodies(source):
    """name -> (result, body) of the functions between extern "C" { and its end."""
    bodies = {}
    for match in re.finditer(r"^([\w ]+[ *]+)(habeas_\w+)\([^{;]*\)\s*\{\n(.*?)^\}", source, flags=re.S | re.M):
        bodies[match.group(2)] = (match.group(1).strip(), match.group(3))
    return bodies


def one_guard(result, body):
    body = body.strip()
    start = r"guard\(\s*\[&\] \{" if result == "void" else r"return guard\(\s*\[&\] \{"
    if not re.match(start, body):
        return False
    depth = 0
    for at, c in enumerate(body):
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(c, 0)
        if depth == 0 and c == ")":
            return body[at + 1:].strip() == ";"
    return False


def main(symbols_path, header_path, capi, tests):
    problems = []
    symbols = set(Path(symbols_path).read_text().split())
    header = Path(header_path).read_text(encoding="utf-8")
    functions = declared(header)
    for name in sorted(symbols - functions.keys()):
        problems.append(f"{name} is exported, but habeas.h does not declare it")
    for name in sorted(functions.keys() - symbols):
        problems.append(f"{name} is declared, but not exported")
    for name, comment in functions.items():
        if not re.search(r"@since 0\.\d+ \*/$", comment):
            problems.append(f"{name} has no description that ends with @since")
    for name in re.findall(r"^enum (\w+)", header, flags=re.M):
        if not name.startswith("habeas_"):
            problems.append(f"enum {name} has no prefix")
    for word in re.findall(r"\b(bool|_Bool|long|time_t|float|inline|short)\b", without_comments(header)):
        problems.append(f"habeas.h says {word}")
    if re.search(r"\w\s*:\s*\d+\s*;", without_comments(header)):
        problems.append("habeas.h has a bit-field")
    test_source = without_comments("".join(path.read_text() for path in sorted(Path(tests).glob("*.c"))))
    for name in sorted(symbols):
        if not re.search(rf"\b{name}\(", test_source):
            problems.append(f"{name} is not called by the C test")
    bodies = {}
    for path in sorted(Path(capi).glob("*.cpp")):
        bodies.update(exported_bodies(path.read_text(encoding="utf-8")))
    for name in sorted(symbols - bodies.keys()):
        problems.append(f"{name}: its body was not found")
    for name, (result, body) in sorted(bodies.items()):
        if name in BARE:
            continue
        if not one_guard(result, body):
            problems.append(f"{name} is not one `return guard(...)`")
    for problem in problems:
        print(problem)
    print(f"{len(symbols)} functions, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

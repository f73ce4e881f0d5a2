#!/usr/bin/env python3
"""Writes the C header without comments, preprocessor and export tag: what cffi and PHP's FFI read.

usage: ffi_header.py HEADER OUTPUT [--lines LINE...] [--functions NAME...]
  --functions  only these functions and the types that they need
  --lines      what stands before it, such as the two #define lines of FFI::load
The header keeps to what such a copy can hold: enumerations instead of macros, no inline functions.
"""
import argparse
import re
from pathlib import Path

STATEMENT = re.compile(r"(?:typedef struct \w+ \{.*?\} \w+;|enum \w+ \{.*?\};|[^;{}]+;)", re.S)


def declarations(header):
    text = re.sub(r"/\*.*?\*/", "", header, flags=re.S)
    text = re.sub(r"^[ \t]*#(?:.*\\\n)*.*\n", "", text, flags=re.M)
    text = re.sub(r'extern "C" \{', "", text)
    text = re.sub(r"^\}\s*\Z", "", text.rstrip() + "\n", flags=re.M)  # its end
    text = re.sub(r"\b[A-Z]+_API\s+", "", text)
    return re.sub(r"\n\s*\n+", "\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip() + "\n"


def name_of(statement):
    """What a statement declares: a function, or a type."""
    for pattern in (r"typedef struct (\w+)", r"typedef \w+ \(\*(\w+)\)", r"typedef .*?(\w+);$", r"enum (\w+)",
                    r"[\w *]+?(habeas_\w+)\("):
        found = re.match(pattern, statement, re.S)
        if found:
            return found.group(1)
    return ""


def selected(text, functions):
    statements = [(name_of(each), each) for each in (m.group().strip() for m in STATEMENT.finditer(text))]
    wanted, before = set(functions), set()
    missing = wanted - {name for name, _ in statements}
    if missing:
        raise SystemExit(f"not in the header: {', '.join(sorted(missing))}")
    while wanted != before:
        before = set(wanted)
        for name, statement in statements:
            if name in wanted:
                wanted |= set(re.findall(r"\bhabeas_\w+", statement)) - {"habeas_status_code"}
    return "\n".join(statement for name, statement in statements if name in wanted) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("header", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--lines", nargs="*", default=[])
    parser.add_argument("--functions", nargs="*", default=[])
    options = parser.parse_args()
    text = declarations(options.header.read_text(encoding="utf-8"))
    if options.functions:
        text = selected(text, options.functions)
    options.output.write_text("".join(line + "\n" for line in options.lines) + text, encoding="utf-8")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Holds that what the public C++ headers declare is there: every function has a definition in the library.

usage: check_defined.py LIBRARY [INCLUDE_FOLDER]

A missing one would be found by the linker of the first host that calls it. Overloads are counted. The parser knows the
shape of our own headers (no macros in declarations, no templates without a body) and nothing else.
"""
import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

SCOPE = re.compile(r"(?:^|[\s;])(?:inline\s+)?(namespace|class|struct)\s+([\w:]+)[^()=]*$")
LABEL = re.compile(r"\b(?:public|protected|private)\s*:(?!:)")
NO_FUNCTION = re.compile(r"^\s*(?:using|friend|typedef|static_assert|enum|namespace)\b")
NOT_DEFINED_ELSEWHERE = re.compile(r"=\s*(?:default|delete|0)\s*$")
OPERATOR = re.compile(r"\boperator\s*([^\s\w(]+)\s*\(")
NAME = re.compile(r"(~?\w+)\s*\($")


def strip(text):
    """Without comments, preprocessor lines and the contents of literals."""
    # Whichever begins first: comments have apostrophes, and literals have addresses with //.
    text = re.sub(r'(/\*.*?\*/|//[^\n]*)|("(?:\\.|[^"\\\n])*")|(\'(?:\\.|[^\'\\\n])*\')',
                  lambda found: " " if found[1] else '""' if found[2] else "''", text, flags=re.S)
    return re.sub(r"^\s*#(?:[^\n]*\\\n)*[^\n]*", "", text, flags=re.M)


def without_template_arguments(statement):
    while True:
        shorter = re.sub(r"<[^<>]*>", "", statement)
        if shorter == statement:
            return statement
        statement = shorter


def function_name(statement):
    """The name that a declaration without a body declares, or None if it is no such declaration."""
    statement = LABEL.sub("", statement).strip()
    if NO_FUNCTION.match(statement) or NOT_DEFINED_ELSEWHERE.search(statement):
        return None
    operator = OPERATOR.search(statement)
    if operator:
        return "operator" + operator.group(1)
    plain = without_template_arguments(statement)
    if "(" not in plain or "=" in plain[: plain.index("(")]:
        return None
    found = NAME.search(plain[: plain.index("(") + 1])
    return found.group(1) if found else None


def end_of_braces(text, at):
    depth = 0
    while True:
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
        if depth == 0:
            return at


def declared(text):
    """Qualified names, as often as they are declared."""
    text, names, scopes, statement, parens, at = strip(text), Counter(), [], "", 0, 0
    while at < len(text):
        char = text[at]
        if char == "{":
            enumeration = re.search(r"\benum\b", statement)
            scope = None if parens or enumeration else SCOPE.search(LABEL.sub("", statement))
            if scope:
                scopes.append(scope.group(2))
                statement, at = "", at + 1
                continue
            at = end_of_braces(text, at)
            if parens == 0 and "(" in without_template_arguments(statement):
                statement = ""  # a body: defined where it is declared
            continue
        if char == "}":
            scopes.pop()
            statement = ""
        elif char == ";" and parens == 0:
            name = function_name(statement)
            if name:
                names["::".join(scopes + [name])] += 1
            statement = ""
        else:
            parens += {"(": 1, ")": -1}.get(char, 0)
            statement += char
        at += 1
    return names


def defined(library):
    """Qualified name -> signatures."""
    listing = subprocess.run(["nm", "-C", "--defined-only", str(library)], check=True, capture_output=True, text=True)
    names = defaultdict(set)
    for line in listing.stdout.splitlines():
        symbol = re.match(r"^[0-9a-f]+ [TWV] (.*)$", line)
        if symbol:
            signature = symbol.group(1).replace("[abi:cxx11]", "")
            names[without_template_arguments(signature).split("(")[0]].add(signature)
    return names


def main(arguments):
    library = Path(arguments[0])
    include = Path(arguments[1]) if len(arguments) > 1 else Path(__file__).parent.parent / "include"
    there = defined(library)
    count, missing = 0, []
    for header in sorted(include.rglob("*.hpp")):
        for name, times in declared(header.read_text(encoding="utf-8")).items():
            count += times
            if len(there[name]) < times:
                missing.append(f"{header.relative_to(include)}: {name} is declared {times} times and defined "
                               f"{len(there[name])} times")
    print("\n".join(missing + [f"{count} public functions declared, {len(missing)} names without all definitions"]))
    return 1 if missing or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

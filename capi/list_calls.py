#!/usr/bin/env python3
"""Writes the list of methods into CALLS.md, from the line that `habeas serve` answers to "methods".

usage: habeas serve --stdio <<<'{"id":1,"method":"methods"}' | tail -n 1 | list_calls.py CALLS.md [--check]
"""
import json
import sys
from pathlib import Path

MARK = "<!-- methods: written by list_calls.py -->\n"


def table(methods):
    lines = ["| method | parameters (* required) |", "|---|---|"]
    for method in methods:
        kinds = ", ".join(each["name"] + ("*" if each["required"] else "") + ": " + each["kind"].replace("|", " or ")
                          for each in method["parameters"])
        lines.append(f"| `{method['method']}` | {kinds} |")
    return "\n".join(lines) + "\n"


def main(path, check=""):
    text = Path(path).read_text(encoding="utf-8")
    new = text[:text.index(MARK) + len(MARK)] + "\n" + table(json.load(sys.stdin)["result"])
    if not check:
        Path(path).write_text(new, encoding="utf-8")
    elif new != text:
        print(f"{path} does not list the methods there are: write it anew (capi/list_calls.py)")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

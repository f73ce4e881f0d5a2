#!/usr/bin/env python3
"""Writes the C header without comments, preprocessor and export tag: what cffi and PHP's FFI read.

usage: ffi_header.py HEADER OUTPUT
The header keeps to what such a copy can hold: enumerations instead of macros, no inline functions.
"""
import re
import sys
from pathlib import Path


def declarations(header):
    text = re.sub(r"/\*.*?\*/", "", header, flags=re.S)
    text = re.sub(r"^[ \t]*#(?:.*\\\n)*.*\n", "", text, flags=re.M)
    text = re.sub(r'extern "C" \{', "", text)
    text = re.sub(r"^\}\s*\Z", "", text.rstrip() + "\n", flags=re.M)  # its end
    text = re.sub(r"\b[A-Z]+_API\s+", "", text)
    return re.sub(r"\n\s*\n+", "\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip() + "\n"


def main(header, output):
    source = Path(header)
    Path(output).write_text(declarations(source.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

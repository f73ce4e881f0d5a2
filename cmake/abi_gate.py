#!/usr/bin/env python3
"""Compares the ABI of a shared library with the recorded one (capi/abi).

usage: abi_gate.py --library SO --headers DIR --baseline DIR [--name NAME] [--record [--break]]

Structures that begin with a member struct_size may grow at their end; nothing else may change.
NAME (default: habeas) is the prefix of the exported symbols, of the header DIR/NAME.h and of the files
in the baseline. --record writes them; it refuses to lose or change what was recorded unless --break
is given. Needs abidw and abidiff (libabigail), nm, readelf, cc and a library built with -g.
"""
import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

# Without --exported-interfaces-only the dump holds every C++ type of the library, 29 MB of them.
ABIDW = ["abidw", "--exported-interfaces-only", "--drop-private-types", "--no-corpus-path", "--no-comp-dir-path", "--no-show-locs"]

# What abidiff is told not to mind. It then minds no change of member types either, so Dump compares those.
GROWS = """[suppress_type]
  type_kind = struct
  name = {name}
  has_data_member_inserted_at = end
"""


class Dump:
    """Structures in a file of abidw."""

    def __init__(self, path):
        root = ElementTree.parse(path).getroot()
        self.types = {e.get("id"): e for e in root.iter() if e.get("id")}
        self.structs = {}
        for e in root.iter("class-decl"):
            if e.find("data-member") is not None:
                self.structs[e.get("name")] = e

    def members(self, name):
        """(name, offset in bits, type) of each member, in order."""
        if name not in self.structs:
            return []
        return [(m.find("var-decl").get("name"), m.get("layout-offset-in-bits"),
                 self.type_name(m.find("var-decl").get("type-id")))
                for m in self.structs[name].findall("data-member")]

    def growing(self):
        """Structures that begin with struct_size: the caller says how much of them it knows."""
        found = {name: self.members(name) for name in sorted(self.structs)}
        return {name: members for name, members in found.items() if members[0][0] == "struct_size"}

    def type_name(self, type_id):
        e = self.types[type_id]
        inner = self.type_name(e.get("type-id")) if e.get("type-id") else ""
        if e.tag == "pointer-type-def":
            return inner + "*"
        if e.tag == "typedef-decl":
            return f"{e.get('name')}={inner}"
        if e.tag == "qualified-type-def":
            return ("const " if e.get("const") == "yes" else "volatile ") + inner
        if e.tag == "array-type-def":
            return inner + "".join(f"[{d.get('length')}]" for d in e.findall("subrange"))
        if e.tag == "function-type":
            of = [self.type_name(part.get("type-id")) for part in e]
            return f"{of[-1]}({', '.join(of[:-1])})"
        return f"{e.tag.removesuffix('-decl')} {e.get('name')}"


class Gate:
    def __init__(self, options):
        self.library, self.headers, self.baseline = options.library, options.headers, options.baseline
        self.name = options.name
        self.problems = []

    def file(self, ending):
        return self.baseline / f"{self.name}.{ending}"

    def exported_symbols(self):
        """Names of the defined dynamic symbols; complains of foreign ones and of those without a version."""
        lines = run(["nm", "-D", "--defined-only", self.library]).splitlines()
        symbols = []
        for line in lines:
            kind, symbol = line.split()[-2:]
            symbol, _, version = symbol.partition("@")
            if kind == "A":
                continue  # the version node itself
            if not re.fullmatch(rf"{self.name}_[a-z0-9][a-z0-9_]*", symbol):
                self.problems.append(f"exports {symbol}; only {self.name}_* may be visible")
            elif not version:
                self.problems.append(f"exports {symbol} without a version; is the linker map in use?")
            else:
                symbols.append(symbol)
        return sorted(symbols)

    def constants(self):
        """The enumerators of the header as lines "NAME value"."""
        header = self.headers / f"{self.name}.h"
        text = run(["cc", "-E", "-P", "-std=c99", header])
        names = []
        for body in re.findall(r"\benum\b[^{};]*\{([^}]*)\}", text):
            names += re.findall(rf"\b({self.name.upper()}_[A-Z0-9_]+)\s*(?=[=,]|$)", body.strip())
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "constants.c"
            prints = "".join(f'    printf("%s %lld\\n", "{name}", (long long){name});\n' for name in names)
            source.write_text(f'#include <stdio.h>\n#include "{header.resolve()}"\nint main(void) {{\n{prints}'
                              "    return 0;\n}\n")
            run(["cc", "-std=c99", "-o", Path(folder) / "constants", source])
            return run([Path(folder) / "constants"]).splitlines()

    def dump(self, target):
        if ".debug_info" not in run(["readelf", "-S", "-W", self.library]):
            raise SystemExit(f"abi: {self.library} has no debug information; build it with -g (preset dev)")
        run([*ABIDW, "--headers-dir", self.headers, "--out-file", target, self.library])

    def compare_lists(self, what, ending, now):
        """True if nothing recorded was lost. An addition is a problem too: it has to be recorded."""
        before = self.file(ending).read_text().splitlines()
        lost = [line for line in before if line not in now]
        self.problems += [f"{what} removed or changed: {line}" for line in lost]
        self.problems += [f"{what} added, not recorded: {line}" for line in now if line not in before]
        return not lost

    def compare_types(self, dump):
        before, now = Dump(self.file("abi")), Dump(dump)
        lost = []
        for name, members in before.growing().items():
            if now.members(name)[:len(members)] != members:
                lost.append(f"{name} may only grow at its end; it had {members}\n  and has {now.members(name)}")
        self.problems += lost
        rules = dump.with_name("suppressions.ini")
        rules.write_text("".join(GROWS.format(name=name) for name in before.growing()))
        command = ["abidiff", "--no-added-syms", "--suppressions", rules, self.file("abi"), dump]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode:
            self.problems.append(f"abidiff: exit code {result.returncode}\n{result.stdout}{result.stderr}")
        return result.returncode == 0 and not lost

    def check(self):
        symbols, constants = self.exported_symbols(), self.constants()
        for ending in ("symbols", "constants", "abi"):
            if not self.file(ending).is_file():
                raise SystemExit(f"abi: {self.file(ending)} is missing; record the ABI with --record")
        self.compare_lists("symbol", "symbols", symbols)
        self.compare_lists("constant", "constants", constants)
        with tempfile.TemporaryDirectory() as folder:
            dump = Path(folder) / "now.abi"
            self.dump(dump)
            self.compare_types(dump)
        return self.report(f"{len(symbols)} functions and {len(constants)} constants are as recorded")

    def record(self, may_break):
        symbols, constants = self.exported_symbols(), self.constants()
        with tempfile.TemporaryDirectory() as folder:
            dump = Path(folder) / "now.abi"
            self.dump(dump)
            if self.file("abi").is_file() and not may_break:
                foreign = list(self.problems)
                kept = [self.compare_lists("symbol", "symbols", symbols),
                        self.compare_lists("constant", "constants", constants), self.compare_types(dump)]
                if not all(kept):
                    print("abi: not recorded, since programs in use would break (--break if that is meant)",
                          file=sys.stderr)
                    return self.report("")
                self.problems = foreign  # additions are what we record
            if self.problems:
                return self.report("")
            self.baseline.mkdir(parents=True, exist_ok=True)
            self.file("abi").write_bytes(dump.read_bytes())
        self.file("symbols").write_text("".join(line + "\n" for line in symbols))
        self.file("constants").write_text("".join(line + "\n" for line in constants))
        return self.report(f"recorded {len(symbols)} functions and {len(constants)} constants")

    def report(self, text):
        for problem in self.problems:
            print("abi: " + problem, file=sys.stderr)
        if self.problems:
            return 1
        print("abi: " + text)
        return 0


def run(command):
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if result.returncode:
        raise SystemExit(f"abi: {command[0]} failed ({result.returncode}):\n{result.stdout}{result.stderr}")
    return result.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--headers", type=Path, required=True)
    parser.add_argument("--baseline", type=Path, required=True)
    parser.add_argument("--name", default="habeas")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--break", action="store_true", dest="may_break")
    options = parser.parse_args()
    gate = Gate(options)
    return gate.record(options.may_break) if options.record else gate.check()


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Builds variants of a small library and shows what the ABI gate lets through and what it stops."""
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
GATE = ROOT / "cmake" / "abi_gate.py"
MAP = "MINI_0 { global: mini_*; local: *; };\n"

PASS = ["", "-DPRIVATE", "-DOPTION_APPENDED", "-DOPTION_PADDED"]
# what is compiled in: what the gate must say
STOP = {
    "-DREMOVED": "symbol removed or changed: mini_each",
    "-DADDED": "symbol added, not recorded: mini_count",
    "-DFIELD_INSERTED": "mini_row",
    "-DFIELD_APPENDED": "mini_row",
    "-DFIELD_RETYPED": "mini_row",
    "-DOPTION_INSERTED": "mini_open_options",
    "-DOPTION_RETYPED": "mini_open_options",
    "-DOPTION_REMOVED": "mini_open_options",
    "-DOPTION_RENAMED": "mini_open_options",
    "-DPARAMETER": "mini_find",
    "-DSWAPPED": "mini_each",
    "-DRENUMBERED": "constant removed or changed: MINI_BUSY -2",
    "-DNEW_CONSTANT": "constant added, not recorded: MINI_FULL -4",
    "-DLEAK": "exports somebody_elses",
    "no map": "without a version",
    "no -g": "no debug information",
}


class Bench:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.baseline = self.folder / "abi"
        self.baseline.mkdir()
        (self.folder / "map").write_text(MAP)
        (self.folder / "leaky").write_text(MAP.replace("mini_*;", "mini_*; somebody_elses;"))
        self.passed = self.failed = 0

    def build(self, variant):
        """Headers differ by variant, so each gets a copy with its macro defined in it."""
        headers = self.folder / "headers"
        headers.mkdir(exist_ok=True)
        define = f"#define {variant[2:]}\n" if variant.startswith("-D") else ""
        (headers / "mini.h").write_text(define + (HERE / "mini.h").read_text())
        (headers / "mini.c").write_text((HERE / "mini.c").read_text())
        library = self.folder / "libmini.so"
        command = ["cc", "-std=c99", "-Wall", "-Werror", "-shared", "-fPIC", "-fvisibility=hidden",
                   headers / "mini.c", "-o", library]
        if variant != "no -g":
            command.append("-g")
        if variant != "no map":
            command.append(f"-Wl,--version-script={self.folder / ('leaky' if variant == '-DLEAK' else 'map')}")
        subprocess.run(command, check=True)
        return library, headers

    def gate(self, variant, *more):
        library, headers = self.build(variant)
        return subprocess.run([sys.executable, GATE, "--name", "mini", "--library", library, "--headers", headers,
                               "--baseline", self.baseline, *more], capture_output=True, text=True)

    def expect(self, name, good, result):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {name}: exit code {result.returncode}\n{result.stdout}{result.stderr}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder)
        result = bench.gate("")
        bench.expect("nothing recorded yet", result.returncode == 1 and "--record" in result.stderr, result)
        result = bench.gate("-DLEAK", "--record")
        bench.expect("a leak is not recorded", result.returncode == 1 and not list(bench.baseline.glob("*.abi")), result)
        result = bench.gate("", "--record")
        bench.expect("recording", result.returncode == 0, result)
        for variant in PASS:
            result = bench.gate(variant)
            bench.expect(f"passes: {variant or 'unchanged'}", result.returncode == 0, result)
        for variant, said in STOP.items():
            result = bench.gate(variant)
            bench.expect(f"stops: {variant}", result.returncode == 1 and said in result.stderr, result)
        result = bench.gate("-DREMOVED", "--record")
        bench.expect("a removal is not recorded", result.returncode == 1 and "would break" in result.stderr, result)
        result = bench.gate("")
        bench.expect("the record is as it was", result.returncode == 0, result)
        result = bench.gate("-DADDED", "--record")
        bench.expect("an addition is recorded", result.returncode == 0, result)
        result = bench.gate("")
        bench.expect("what was added cannot go", result.returncode == 1 and "mini_count" in result.stderr, result)
        result = bench.gate("", "--record", "--break")
        bench.expect("--break records it all the same", result.returncode == 0, result)
        print(f"{bench.passed} passed, {bench.failed} failed")
        return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main())

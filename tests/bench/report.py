#!/usr/bin/env python3
"""Joins the two sides of each benchmark and holds them against the goals.

  report.py GOALS [FILE...]   reads lines of bench.h from the files or stdin, prints one JSON object a name:
                              {"name","habeas","raw","ratio","goal"}; less is always better

The ratio is habeas / raw of the medians. Two rows have no raw program: for erase_batch_each raw is what
habeas needs for one person by itself (erase_one), and for import_peak_mib the figure itself is compared.
calibrate is a raw program alone. Exit code 1 if a goal is missed, a side is missing, a side has fewer
than 5 samples, or a name has no goal.
"""

import fileinput
import json
import sys

LEAST_SAMPLES = 5


def joined(goals, lines):
    sides, faults = {}, []
    for line in lines:
        if not line.strip():
            continue
        entry = json.loads(line)
        name, side = entry["name"], entry["side"]
        if name not in goals:
            faults.append(f"{name}: no such goal")
        if side in sides.setdefault(name, {}):
            faults.append(f"{name}: {side} was measured twice")
        if len(entry["samples"]) < LEAST_SAMPLES and name != "import_peak_mib":
            faults.append(f"{name}: {side} has {len(entry['samples'])} samples, not {LEAST_SAMPLES}")
        sides[name][side] = entry["median"]
    rows = []
    for name, goal in goals.items():
        habeas, raw = sides.get(name, {}).get("habeas"), sides.get(name, {}).get("raw")
        if name == "erase_batch_each":
            raw = sides.get("erase_one", {}).get("habeas")
        if name == "import_peak_mib":
            ratio = habeas
        else:
            ratio = habeas / raw if habeas and raw else None
        rows.append({"name": name, "habeas": habeas, "raw": raw, "ratio": ratio, "goal": goal})
        if goal is None:
            if raw is None:
                faults.append(f"{name}: not measured")
        elif ratio is None:
            faults.append(f"{name}: not measured")
        elif ratio > goal:
            faults.append(f"{name}: {ratio:.2f}, goal {goal}")
    return rows, faults


def main(arguments):
    if not arguments:
        sys.exit(__doc__)
    with open(arguments[0], encoding="utf-8") as file:
        goals = json.load(file)
    rows, faults = joined(goals, fileinput.input(arguments[1:]))
    for row in rows:
        print(json.dumps({key: round(value, 9) if isinstance(value, float) else value for key, value in row.items()}))
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

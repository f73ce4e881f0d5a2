#!/usr/bin/env python3
"""Joins the two sides of each benchmark and holds them against the goals.

  report.py [--check] GOALS [FILE...]   reads lines of bench.h from the files or stdin, prints one JSON object a
                                        name: {"name","habeas","raw","ratio","goal"}; less is always better

Lines of the same name and side are rounds of one measurement. The ratio is habeas / raw of the medians; how far
the rounds lie apart is told on stderr. Some rows have no raw program: for erase_batch_each raw is what habeas needs
for one person by itself (erase_one), for segment_incremental for all subjects (segment_full), and for import_peak_mib the figure itself is compared. calibrate is a raw
program alone. Exit code 1 if a side is missing or has fewer than 5 samples, or a name has no goal; with --check
also if a goal is missed by more than a tenth, which a shared machine is good for.
"""

import fileinput
import json
import statistics
import sys

LEAST_SAMPLES = 5
TOLERANCE = 1.1
# Rows that are held against another one of habeas.
OF_HABEAS = {"erase_batch_each": "erase_one", "segment_incremental": "segment_full"}


def rounds(lines, what="samples"):
    """{name: {side: [what a round has of it, ...]}}"""
    sides = {}
    for line in lines:
        if line.strip():
            entry = json.loads(line)
            sides.setdefault(entry["name"], {}).setdefault(entry["side"], []).append(entry.get(what))
    return sides


def spread(name, of_sides, cpu=None):
    """Where the ratios of the single rounds lie, or the single figures if there is one side; and the ratio of the
    time that the processors worked."""
    medians = {side: [statistics.median(samples) for samples in each] for side, each in of_sides.items()}
    habeas, raw = medians.get("habeas"), medians.get("raw")
    if not habeas or not raw:
        figures = sorted(habeas or raw)
        return f"{name}: rounds from {figures[0]:.6g} to {figures[-1]:.6g}"
    ratios = sorted(h / r for h, r in zip(habeas, raw))
    text = f"{name}: rounds from {ratios[0]:.2f} to {ratios[-1]:.2f}, their median {statistics.median(ratios):.2f}"
    if cpu and all(cpu.get(side) and all(cpu[side]) for side in ("habeas", "raw")):
        text += f"; processor time {statistics.median(cpu['habeas']) / statistics.median(cpu['raw']):.2f}"
    return text


def joined(goals, lines):
    """The rows, what is wrong with the measurement, and which goals were missed: [(message, by how much)]."""
    sides, faults, missed, medians = rounds(lines), [], [], {}
    for name, of_sides in sides.items():
        if name not in goals:
            faults.append(f"{name}: no such goal")
        for side, each in of_sides.items():
            samples = [sample for samples in each for sample in samples]
            medians[name, side] = statistics.median(samples)
            if len(samples) < LEAST_SAMPLES:
                faults.append(f"{name}: {side} has {len(samples)} samples, not {LEAST_SAMPLES}")
    rows = []
    for name, goal in goals.items():
        habeas, raw = medians.get((name, "habeas")), medians.get((name, "raw"))
        if name in OF_HABEAS:
            raw = medians.get((OF_HABEAS[name], "habeas"))
        if name == "import_peak_mib":
            ratio = habeas
        else:
            ratio = habeas / raw if habeas and raw else None
        rows.append({"name": name, "habeas": habeas, "raw": raw, "ratio": ratio, "goal": goal})
        if ratio is None and (goal is not None or raw is None):
            faults.append(f"{name}: not measured")
        elif goal is not None and ratio > goal:
            missed.append((f"{name}: {ratio:.2f}, goal {goal}", ratio / goal))
    return rows, faults, missed


def main(arguments):
    check = "--check" in arguments
    arguments = [argument for argument in arguments if argument != "--check"]
    if not arguments:
        sys.exit(__doc__)
    with open(arguments[0], encoding="utf-8") as file:
        goals = json.load(file)
    lines = list(fileinput.input(arguments[1:]))
    rows, faults, missed = joined(goals, lines)
    for row in rows:
        print(json.dumps({key: round(value, 9) if isinstance(value, float) else value for key, value in row.items()}))
    for name, of_sides in rounds(lines).items():
        print(spread(name, of_sides, rounds(lines, "cpu")[name]), file=sys.stderr)
    for message in faults + [message for message, _ in missed]:
        print(message, file=sys.stderr)
    return 1 if faults or (check and any(by > TOLERANCE for _, by in missed)) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

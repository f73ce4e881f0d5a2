#!/usr/bin/env python3
"""What a call costs through Python, over the same call in C, side by side on one store.

usage: overhead.py LIBRARY_FOLDER WORK_FOLDER [--people N] [--rounds N] [--check]
LIBRARY_FOLDER has libhabeas.so (an optimised one); habeas must be importable (PYTHONPATH) and use the same library.
Processor time, which others on the machine hardly touch. One JSON object a row; ratio: of the rounds that were disturbed least, less is better. --check: exit code 1 above 1.5 of a row that has a goal.
"""
import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import habeas

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
DECISIONS, BULK, BULKS, ROWS, BATCHES = 100_000, 1000, 100, 1000, 5
GOALS = {"decision": 1.5, "decide_1000": 1.5, "upsert_1000": 1.5, "decision_in_read": None}


def make_store(path, people):
    if path.exists():
        return
    with habeas.Store.create(path) as store:
        store.purposes.define({"code": "newsletter", "basis": "consent", "kind": "marketing", "channels": ["email"]})
        store.purposes.add_text("newsletter", {"texts": [{"language": "en", "text": "News by e-mail"}]})
        for begin in range(0, people, 1000):
            with store.transaction():
                made = store.subjects.upsert_rows(["email", "country"], [[f"p{at}@example.org", "DE"]
                                                                        for at in range(begin, begin + 1000)])
                store.consents.record_many([habeas.Event("granted", each.subject, "newsletter", "email", text_version=1,
                                                         method="form", language="en")
                                            for each in made if each.subject % 10 < 7])


def in_c(program, path, people, round_):
    *times, allowed = subprocess.run([program, str(path), str(people), str(round_)], check=True, capture_output=True,
                                     text=True).stdout.split()
    return [float(each) for each in times], int(allowed)


def in_python(path, people, round_):
    state, subjects = round_ + 7, []
    for _ in range(DECISIONS):
        state = (state * 1103515245 + 12345) & 0x7fffffff
        subjects.append(1 + state % people)
    allowed = 0
    with habeas.Store.open(path) as store:
        ask = store.may_process

        def one_by_one(numbers):
            found = 0
            begin = time.process_time_ns()
            for number in numbers:
                if ask(number, "newsletter", "email"):
                    found += 1
            return (time.process_time_ns() - begin) / len(numbers), found
        one_by_one(subjects[:20000])
        decision, found = one_by_one(subjects)
        allowed += found
        parts = [subjects[at * BULK:(at + 1) * BULK] for at in range(BULKS)]
        begin = time.process_time_ns()
        for part in parts:
            allowed += len(store.decisions.of(part, "newsletter", "email").allowed)
        bulk = (time.process_time_ns() - begin) / BULKS
        with store.snapshot():
            in_read, found = one_by_one(subjects)
            allowed += found
    spent = 0
    with habeas.Store.in_memory() as store:
        for batch in range(-1, BATCHES):
            begin = time.process_time_ns()
            store.subjects.upsert_rows(["email", "country"], [[f"p{round_}-{batch}-{at}@example.org", "DE"]
                                                            for at in range(ROWS)])
            spent += time.process_time_ns() - begin if batch >= 0 else 0  # the first one warms up
    return [decision, in_read, bulk, spent / BATCHES], allowed


def main(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("library")
    parser.add_argument("work")
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args(arguments)
    work = Path(given.work).resolve()
    work.mkdir(parents=True, exist_ok=True)
    library = str(Path(given.library).resolve())
    program = work / "calls"
    subprocess.run(["cc", "-O2", "-std=c99", f"-I{ROOT / 'capi'}", HERE / "calls.c", "-o", program, f"-L{library}", "-lhabeas",
                    f"-Wl,-rpath,{library}"], check=True)
    path = work / f"store-{given.people}.habeas"
    make_store(path, given.people)
    c, python = [], []
    for round_ in range(given.rounds):
        sides = [lambda: c.append(in_c(program, path, given.people, round_)),
                 lambda: python.append(in_python(path, given.people, round_))]
        for side in sides if round_ % 2 == 0 else reversed(sides):
            side()
        if c[-1][1] != python[-1][1]:
            print("both sides must give the same answers", file=sys.stderr)
            return 1
    missed = 0
    for at, name in enumerate(["decision", "decision_in_read", "decide_1000", "upsert_1000"]):
        ours = min(times[at] for times, _ in python)
        theirs = min(times[at] for times, _ in c)
        goal = GOALS[name]
        missed += goal is not None and ours / theirs > goal
        print(json.dumps({"name": f"python_{name}", "python_us": round(ours / 1000, 3), "c_us": round(theirs / 1000, 3),
                          "ratio": round(ours / theirs, 2), "goal": goal}))
    return 1 if missed and given.check else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

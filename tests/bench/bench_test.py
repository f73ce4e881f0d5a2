"""Tests of the benchmarks' tools. usage: bench_test.py MAKE_BENCH_DATA"""

import csv
import hashlib
import io
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import report

HERE = Path(__file__).parent
PROGRAM = sys.argv.pop() if len(sys.argv) > 1 else sys.exit(__doc__)


def make(rows):
    return subprocess.run([PROGRAM, "--rows", str(rows), "-"], check=True, stdout=subprocess.PIPE).stdout


class Data(unittest.TestCase):
    def test_a_smaller_file_begins_a_larger_one(self):
        self.assertTrue(make(3000).startswith(make(1000)))

    def test_the_bytes_are_the_same_with_every_compiler(self):
        self.assertEqual(hashlib.sha256(make(1000)).hexdigest(), DIGEST_OF_1000_ROWS)

    def test_every_column_has_a_field_and_every_choice_is_declared(self):
        definitions = json.loads((HERE / "definitions.json").read_text(encoding="utf-8"))
        fields = {field["name"]: field for field in definitions["fields"]}
        core = {"external_id", "email", "phone", "first_name", "last_name", "language", "country", "timezone",
                "date_of_birth"}
        rows = list(csv.DictReader(io.StringIO(make(2000).decode("utf-8"))))
        self.assertEqual(set(rows[0]), core | set(fields))
        self.assertEqual(len(rows[0]), 20)
        self.assertEqual(len(definitions["purposes"]), 6)
        for name in ("plan", "contact_time"):
            declared = {choice["value"] for choice in fields[name]["choices"]} | {""}
            self.assertLessEqual({row[name] for row in rows}, declared)

    def test_identifiers_are_unique_and_five_fields_are_filled_in_a_twentieth_of_the_rows(self):
        rows = list(csv.DictReader(io.StringIO(make(20000).decode("utf-8"))))
        self.assertEqual(len(rows), 20000)
        for name in ("external_id", "email", "phone"):
            self.assertEqual(len({row[name] for row in rows}), len(rows))
        for name in list(rows[0])[-5:]:
            filled = sum(row[name] != "" for row in rows) / len(rows)
            self.assertTrue(0.04 < filled < 0.06, name)


class Report(unittest.TestCase):
    goals = {"fast": 1.5, "erase_one": 1.5, "erase_batch_each": 0.25, "segment_full": 1.3, "segment_incremental": 0.02,
             "import_peak_mib": 64, "calibrate": None}

    def lines(self, **medians):
        for key, median in medians.items():
            name, side = key.rsplit("__", 1)
            yield json.dumps({"name": name, "side": side, "median": median, "samples": [median] * 5})

    def good(self, **changes):
        return self.lines(**{**dict(fast__habeas=1.2, fast__raw=1.0, erase_one__habeas=3.0, erase_one__raw=2.5,
                                    erase_batch_each__habeas=0.3, segment_full__habeas=2.0, segment_full__raw=1.8,
                                    segment_incremental__habeas=0.03, import_peak_mib__habeas=20, calibrate__raw=2.0),
                             **changes})

    def test_all_goals_met(self):
        rows, faults, missed = report.joined(self.goals, self.good())
        self.assertEqual((faults, missed), ([], []))
        self.assertEqual([row["name"] for row in rows], list(self.goals))
        self.assertAlmostEqual(rows[0]["ratio"], 1.2)
        self.assertAlmostEqual(rows[2]["ratio"], 0.1)  # against erase_one of habeas
        self.assertAlmostEqual(rows[4]["ratio"], 0.015)  # against segment_full of habeas
        self.assertEqual(rows[5]["ratio"], 20)

    def test_rounds_of_one_measurement_are_joined(self):
        rounds = [json.dumps({"name": "fast", "side": side, "samples": samples}) for side, samples in
                  (("raw", [1, 2]), ("habeas", [3]), ("raw", [9, 2, 2]), ("habeas", [4, 5, 6, 7]))]
        rows, faults, _ = report.joined({"fast": 3}, rounds)
        self.assertEqual((rows[0]["raw"], rows[0]["habeas"], faults), (2, 5, []))
        spread = {"raw": [[1], [3]], "habeas": [[3], [5.5]]}
        self.assertIn("from 1.83 to 3.00", report.spread("fast", spread))
        self.assertIn("processor time 2.50", report.spread("fast", spread, {"raw": [2, 2], "habeas": [5, 5]}))

    def test_a_missed_goal_is_told_and_by_how_much(self):
        for changes, factor in (({"fast__habeas": 1.6}, 1.6 / 1.5), ({"import_peak_mib__habeas": 80}, 1.25)):
            _, faults, missed = report.joined(self.goals, self.good(**changes))
            self.assertEqual((faults, len(missed)), ([], 1))
            self.assertAlmostEqual(missed[0][1], factor)

    def test_only_a_check_fails_for_a_goal_that_is_missed_by_more_than_a_tenth(self):
        for fast, check, code in ((1.6, True, 0), (1.7, True, 1), (1.7, False, 0)):
            with tempfile.TemporaryDirectory() as folder:
                goals, lines = Path(folder, "goals"), Path(folder, "lines")
                goals.write_text(json.dumps(self.goals))
                lines.write_text("\n".join(self.good(fast__habeas=fast)))
                command = [sys.executable, "-B", str(HERE / "report.py"), str(goals), str(lines)]
                done = subprocess.run(command + ["--check"] * check, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                self.assertEqual(done.returncode, code)
                self.assertEqual(len(done.stdout.splitlines()), len(self.goals))
                self.assertIn(b"fast: ", done.stderr)

    def test_a_missing_side_and_too_few_samples_are_faults(self):
        half = [line for line in self.good() if '"fast", "side": "raw"' not in line]
        self.assertEqual(report.joined(self.goals, half)[1], ["fast: not measured"])
        few = [line.replace("[1.0, 1.0, 1.0, 1.0, 1.0]", "[1.0]") for line in self.good()]
        self.assertEqual(report.joined(self.goals, few)[1], ["fast: raw has 1 samples, not 5"])

    def test_every_goal_is_a_number_and_only_calibrate_has_none(self):
        goals = json.loads((HERE / "goals.json").read_text(encoding="utf-8"))
        self.assertEqual([name for name, goal in goals.items() if not isinstance(goal, (int, float))], ["calibrate"])


DIGEST_OF_1000_ROWS = "a8f45863c91907d744e7d71e4b0433953ae7d5772648ba233d85b72d3cebb5c6"

if __name__ == "__main__":
    unittest.main()

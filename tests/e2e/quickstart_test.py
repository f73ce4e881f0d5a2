#!/usr/bin/env python3
"""Runs examples/quickstart.sh against a built program and looks at what it leaves behind.

usage: quickstart_test.py PROGRAM FOLDER"""
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import unittest
import zipfile
from pathlib import Path
from xml.etree import ElementTree

SOURCE = Path(__file__).resolve().parents[2]
PROGRAM = FOLDER = None
# Of the person who is erased, as examples/data/contacts.csv has them, and in normal form.
ERASED = ["nikolina.babic@post.example", "091/0004691", "+385910004691", "Trg slobode 155", "01787960"]


def quickstart(folder, program=None):
    environment = dict(os.environ, HABEAS=str(program or PROGRAM), QUICKSTART=str(folder))
    return subprocess.run(["sh", SOURCE / "examples/quickstart.sh"], env=environment, text=True,
                          capture_output=True, timeout=300, cwd="/")


def habeas(folder, *arguments):
    return subprocess.run([PROGRAM, "--store", folder / "shop.habeas", "--json", *arguments], text=True,
                          capture_output=True, timeout=120)


def contents(folder):
    """Name and bytes of every file, those within ZIP archives too."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        yield path.name, path.read_bytes()
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    yield f"{path.name}/{name}", archive.read(name)


class Quickstart(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = FOLDER / "quickstart"
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
        # Relative to the sources, as the script's own default is.
        cls.shown = Path(os.path.relpath(cls.folder, SOURCE))
        cls.done = quickstart(cls.shown)
        cls.figures = json.loads((SOURCE / "examples/data/figures.json").read_text(encoding="utf-8"))

    def test_ends_well_and_names_what_to_look_at(self):
        self.assertEqual(self.done.returncode, 0, self.done.stdout + self.done.stderr)
        for name in ("report.html", "bundle/index.html", "rejected-contacts.csv", "form.html",
                     "privacy-notice.html"):
            self.assertIn(str(self.shown / name), self.done.stdout)
            self.assertTrue((self.folder / name).is_file(), name)
        self.assertLess(len(self.done.stdout.splitlines()), 160)

    def test_says_the_figures_of_the_example_data(self):
        said = " ".join(self.done.stdout.split())
        contacts, consents = self.figures["contacts"], self.figures["consents"]
        for row in (f"created {contacts['subjects']}", f"rejected {contacts['rejected']}",
                    f"rows {consents['lines']}", f"consents {consents['accepted']}",
                    f"0 may be processed, {contacts['subjects']} may not", "OK_CONSENT",
                    "CONSENT_WITHDRAWN", "CHILD_NO_PARENTAL_AUTHORISATION",
                    "Denied: The person withdrew the consent."):
            self.assertIn(row, said)

    def test_all_but_one_person_are_still_there(self):
        counted = json.loads(habeas(self.folder, "filter", "newsletter", "email", "--count").stdout)
        self.assertEqual(counted["allowed"] + counted["denied"], self.figures["contacts"]["subjects"] - 1)
        granted = self.figures["consents"]["newsletter_last"]["granted"]
        self.assertIn(counted["allowed"], range(granted - 30, granted + 1))  # the minors, and the erased

    def test_no_byte_of_the_erased_is_left(self):
        csv = (SOURCE / "examples/data/contacts.csv").read_text(encoding="utf-8")
        self.assertTrue(all(value in csv for value in ERASED if not value.startswith("+385")))
        seen = 0
        for name, content in contents(self.folder):
            for value in ERASED:
                self.assertNotIn(value.encode(), content, name)
            seen += len(content)
        self.assertGreater(seen, 1_000_000)  # it looked at something
        self.assertFalse((self.folder / "nikolina.json").exists())
        found = habeas(self.folder, "subject", "find", "external:mautic:1471")
        self.assertEqual(found.returncode, 1)

    def test_the_bundle_is_of_the_other_person_and_names_nobody_else(self):
        with zipfile.ZipFile(self.folder / "bundle.zip") as archive:
            self.assertLessEqual({"index.html", "data.json", "data.csv"}, set(archive.namelist()))
            data = archive.read("data.json").decode()
            page = archive.read("index.html").decode()
        self.assertIn("barbel_gross@example.com", data)
        self.assertIn("Bärbel", page)
        self.assertIn('<html lang="de">', page)
        self.assertEqual(page, (self.folder / "bundle/index.html").read_text(encoding="utf-8"))

    def test_the_form_asks_for_one_of_two_wishes_and_nothing_is_chosen(self):
        form = (self.folder / "form.html").read_text(encoding="utf-8")
        self.assertEqual(2, form.count('type="radio"'))
        self.assertNotIn("checked", form)
        self.assertEqual(2, self.done.stdout.count("The page answers: We "))

    def test_who_confirmed_by_mail_is_forgotten_and_the_other_request_waits(self):
        for name, content in contents(self.folder):
            self.assertNotIn(b"emma.nowak", content.lower(), name)
        requests = json.loads(habeas(self.folder, "request", "list").stdout)
        self.assertEqual([("access", "verified"), ("erasure", "fulfilled")],
                         [(each["kind"], each["state"]) for each in requests])

    def test_who_was_erased_after_the_backup_is_not_back_and_the_law_keeps_his_invoice_alone(self):
        for name, content in contents(self.folder):
            if name not in ("orders.db", "monday.backup"):
                self.assertNotIn(b"oskar.lind", content, name)
        with sqlite3.connect(self.folder / "orders.db") as database:
            self.assertEqual([], database.execute("SELECT * FROM customer").fetchall())
            self.assertEqual([(None,)], database.execute("SELECT street FROM invoice").fetchall())
        database.close()
        self.assertIn("retains invoice 1", self.done.stdout)

    def test_the_report_is_well_formed_and_holds_nobody(self):
        html = (self.folder / "report.html").read_text(encoding="utf-8")
        ElementTree.fromstring(html)
        self.assertIn("Example Shop GmbH", html)
        self.assertNotIn("@", html.split("</style>", 1)[1])
        self.assertEqual(stat.S_IMODE((self.folder / "report.html").stat().st_mode), 0o600)

    def test_what_it_leaves_verifies(self):
        verified = habeas(self.folder, "verify")
        self.assertEqual(verified.returncode, 0, verified.stdout)
        self.assertGreater(json.loads(verified.stdout)["erased"], 0)

    def test_the_second_run_ends_well_too(self):
        again = FOLDER / "again"
        for run in (1, 2):
            done = quickstart(again)
            self.assertEqual(done.returncode, 0, f"run {run}: {done.stdout}{done.stderr}")

    def test_a_folder_that_it_did_not_make_is_left_alone(self):
        foreign = FOLDER / "foreign"
        foreign.mkdir()
        (foreign / "letter.txt").write_text("keep me")
        done = quickstart(foreign)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("was not made by this script", done.stderr)
        self.assertEqual([p.name for p in foreign.iterdir()], ["letter.txt"])

    def fails_with(self, name, instead, message):
        """Runs it with a program that does `instead` for one command."""
        wrapper = FOLDER / f"habeas-{name}"
        wrapper.write_text(f'#!/bin/sh\ncase " $* " in {instead} esac\nexec "{PROGRAM}" "$@"\n')
        wrapper.chmod(0o700)
        done = quickstart(FOLDER / f"of-{name}", wrapper)
        self.assertNotEqual(done.returncode, 0, done.stdout)
        self.assertIn(message, done.stderr)

    def test_an_erasure_that_does_nothing_is_noticed(self):
        self.fails_with("no-erasure", '*" erase "*) exit 0;;', "something of the erased person is left")

    def test_a_search_that_finds_nothing_proves_nothing(self):
        self.fails_with("blind", '*--residue-file*) exec "' + str(PROGRAM) + '" verify --json;;',
                        "should have been found before the erasure")

    def test_a_request_that_is_not_confirmed_deletes_nobody(self):
        self.fails_with("unconfirmed", '*" request confirm "*) exit 1;;', "was not confirmed")

    def test_a_campaign_that_does_nothing_is_noticed(self):
        self.fails_with("no-campaign", '*" campaign publish "*) exit 0;;',
                        "request to be forgotten was not confirmed")

    def test_a_search_that_breaks_proves_nothing(self):
        self.fails_with("broken", "*--residue-file*) exit 9;;", "the search ended with 9")

    def test_a_failing_command_ends_it(self):
        self.fails_with("failing", '*" apply "*) exit 3;;', "this command ended with 3")


if __name__ == "__main__":
    PROGRAM, FOLDER = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=1)

"""erase, erasure, export, verify."""
import csv
import io
import json
import sqlite3
import stat
import unittest
import zipfile

import cli
from cli import ANNA, CliTest


class Erasing(CliTest):
    def test_a_plan_tells_what_would_go_and_erases_nothing(self):
        self.assertIn("Nothing is erased yet.", self.habeas("erase", ANNA, "--plan").out)
        plan = self.json("erase", "1", "2", "--plan")
        self.assertEqual([1, 2], [each["subject"] for each in plan])
        self.assertIn({"place": "profile", "rows": 1, "action": "delete", "reason": ""},
                      plan[0]["rows"])
        self.habeas("subject", "show", ANNA)

    def test_an_erased_person_is_nowhere_and_the_receipt_says_so(self):
        done = self.habeas("erase", ANNA, "--ground", "17(1)(a)")
        self.assertIn("17(1)(a)", done.out)
        self.assertNotIn("anna", done.out)
        self.refused(cli.ERASED, "subject", "show", "1")
        self.habeas("subject", "find", ANNA, code=cli.NO)
        self.habeas("suppress", "check", ANNA)
        self.habeas("verify", "--residue", "anna@example.org")
        receipt = self.json("erasure", "receipt", "1")
        self.assertEqual(("17(1)(a)", "physical"), (receipt["ground"], receipt["state"]))
        self.assertIn(receipt["id"], self.habeas("erasure", "receipt", "1").out)

    def test_erasing_twice_gives_the_former_receipt(self):
        first = self.json("erase", "1")[0]
        again = self.json("erase", "1")[0]
        self.assertEqual((False, True), (first["already"], again["already"]))
        self.assertEqual(first["receipt"]["id"], again["receipt"]["id"])
        self.assertIn("was erased before", self.habeas("erase", "1").out)

    def test_many_are_erased_at_once_or_not_at_all(self):
        self.refused(cli.NOT_FOUND, "erase", "1", "2", "99999", says="nothing was erased")
        self.refused(cli.NOT_FOUND, "erase", "1", "email:nobody@example.org")
        self.habeas("subject", "show", ANNA)
        rows = self.table("erase", "1", "--from", "-", stdin=b"email:anna.b@example.org\n3\n")
        self.assertEqual([["1", "physical", ""], ["2", "physical", ""], ["3", "physical", "yes"]],
                         [row[:3] for row in rows])
        self.assertEqual({"subjects": 0}, self.json("subject", "count"))

    def test_without_suppression_no_hash_is_kept(self):
        self.habeas("erase", "2", "--no-suppress")
        self.habeas("suppress", "check", "email:anna.b@example.org", code=cli.NO)

    def test_a_reader_in_the_way_leaves_bytes_until_the_tick(self):
        reader = sqlite3.connect(self.folder / cli.STORE)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM meta").fetchone()
        done = self.habeas("erase", "1")
        self.assertIn("habeas tick completes it", done.err)
        self.assertIn("pending", done.out)
        self.assertEqual("physical_pending", self.json("erase", "1")[0]["state"])
        reader.close()
        self.assertEqual(1, self.json("tick")["physical_done"])
        self.habeas("verify", "--residue", "anna@example.org")

    def test_wrong_erasures_are_refused(self):
        self.refused(cli.USAGE, "erase", says="at least one subject")
        self.refused(cli.USAGE, "erase", "1", "--proof", "newsletter", says="commitment")
        self.refused(cli.USAGE, "erase", "1", "--proof", "newsletter=maybe", says="sealed")
        self.refused(cli.NOT_FOUND, "erase", "1", "--proof", "none=sealed", "--proof-until",
                     "2090-01-01", says="none")
        self.refused(cli.INVALID, "erase", "1", "--proof", "newsletter=sealed", says="proof_until")
        self.refused(cli.INVALID, "erase", "1", "--ground", "", says="ground")
        self.habeas("subject", "show", ANNA)


class Proofs(CliTest):
    def test_a_commitment_matches_and_a_changed_one_does_not(self):
        result = self.json("erase", ANNA, "--proof", "newsletter=commitment")[0]
        commitment = result["commitments"][0]
        self.give("mine.json", commitment)
        self.assertEqual({"matches": True}, self.json("erasure", "check", "mine.json"))
        commitment["event"]["kind"] = "withdrawn"
        done = self.habeas("erasure", "check", "-", code=cli.NO,
                           stdin=json.dumps(commitment).encode())
        self.assertIn("does not match", done.out)
        self.refused(cli.NOT_FOUND, "erasure", "check", "none.json", says="none.json")

    def test_a_commitment_is_handed_to_people_with_the_receipt(self):
        line = self.habeas("erase", ANNA, "--proof", "newsletter=commitment").lines[-1]
        said, commitment = line.split(": ", 1)
        self.assertIn("for the person", said)
        self.habeas("erasure", "check", "-", stdin=commitment.encode())

    def test_sealed_evidence_opens_with_a_ground_that_is_recorded(self):
        self.habeas("erasure", "open-proof", "3", "newsletter", "--ground", "claim 12")
        proof = self.json("erasure", "open-proof", "3", "newsletter", "--ground", "claim 12")
        self.assertEqual("granted", proof[0]["event"]["kind"])
        opened = self.json("query", "SELECT evidence FROM v_event WHERE kind = 'proof_opened'")
        self.assertEqual(2, sum("claim 12" in row["evidence"] for row in opened))
        self.refused(cli.USAGE, "erasure", "open-proof", "3", "newsletter",
                     says="--ground is required")
        self.refused(cli.NOT_PERMITTED, "erasure", "open-proof", "3", "newsletter", "--ground", "")
        self.refused(cli.NOT_FOUND, "erasure", "open-proof", "4", "newsletter", "--ground", "x")
        self.refused(cli.USAGE, "erasure", "open-proof", "x", "newsletter", "--ground", "x")

    def test_a_receipt_of_nobody_is_not_found(self):
        self.refused(cli.NOT_FOUND, "erasure", "receipt", "1", says="no erasure of subject 1")
        self.refused(cli.USAGE, "erasure", "receipt", ANNA, says="is a number")


class ExportingOne(CliTest):
    def disclosures(self):
        return [event for event in self.json("consent", "history", ANNA)
                if event["kind"] == "disclosed"]

    def test_each_form_is_printed_or_written(self):
        document = self.json("export", "subject", ANNA, "--format", "json")
        self.assertEqual(1, document["subject"]["id"])
        page = self.habeas("export", "subject", ANNA, "--format", "html", "--language", "de").out
        self.assertTrue(page.startswith("<!DOCTYPE html>") or page.startswith("<!doctype html>"))
        self.assertIn('lang="de"', page)
        rows = list(csv.reader(io.StringIO(
            self.habeas("export", "subject", ANNA, "--format", "csv").out)))
        self.assertEqual(2, len(rows))
        self.assertIn("anna@example.org", rows[1])
        for form in ("json", "html", "csv", "zip"):
            written = self.json("export", "subject", ANNA, "--format", form, "--output", f"a.{form}")
            self.assertEqual({"subject": 1, "file": f"a.{form}"}, written)
        self.assertIn("data.json", zipfile.ZipFile(self.folder / "a.zip").namelist())

    def test_who_gets_it_is_kept_unless_it_is_a_preview(self):
        self.habeas("export", "subject", ANNA, "--format", "json", "--preview")
        self.habeas("export", "subject", ANNA, "--output", "p.zip", "--preview")
        self.assertEqual([], self.disclosures())
        self.habeas("export", "subject", ANNA, "--output", "a.zip", "--recipient", "Her lawyer")
        self.assertEqual(1, len(self.disclosures()))
        document = self.json("export", "subject", ANNA, "--format", "json", "--preview")
        self.assertIn("Her lawyer", json.dumps(document["disclosures"]))

    def test_files_of_a_person_go_with_them(self):
        for name in ("a.zip", "a.json"):
            self.habeas("export", "subject", ANNA, "--output", name, "--format", name[2:])
        self.habeas("erase", ANNA)
        self.assertFalse((self.folder / "a.zip").exists())
        self.assertFalse((self.folder / "a.json").exists())

    def test_a_zip_is_encrypted_by_a_password_from_a_file(self):
        self.give("secret", "a long password\nmore\n")
        self.habeas("export", "subject", ANNA, "--output", "s.zip", "--password-file", "secret")
        with zipfile.ZipFile(self.folder / "s.zip") as archive:
            # Method 99: WinZip's AES, which Python cannot read.
            self.assertEqual({99}, {each.compress_type for each in archive.infolist()})
            self.assertIn("data.json", archive.namelist())
        self.refused(cli.INVALID, "export", "subject", ANNA, "--output", "s.json", "--format", "json",
                     "--password-file", "secret", says="password")
        self.give("empty", "\n")
        self.refused(cli.USAGE, "export", "subject", ANNA, "--output", "e.zip", "--password-file",
                     "empty", says="first line")

    def test_nothing_is_overwritten_and_nobody_else_is_exported(self):
        self.give("there.zip", "mine")
        self.refused(cli.TAKEN, "export", "subject", ANNA, "--output", "there.zip")
        self.assertEqual("mine", (self.folder / "there.zip").read_text())
        self.refused(cli.USAGE, "export", "subject", ANNA, says="--output")
        self.refused(cli.ERASED, "export", "subject", "3", "--output", "x.zip")
        self.refused(cli.INVALID, "export", "subject", ANNA, "--output", "x.zip", "--recipient", "")
        self.refused(cli.USAGE, "export", "subject", ANNA, "--format", "pdf", says="json")
        self.assertFalse((self.folder / "x.zip").exists())


class ExportingMany(CliTest):
    def rows(self, name):
        return list(csv.reader((self.folder / name).read_text().splitlines()))

    def test_who_may_be_processed_is_written_with_the_columns_asked_for(self):
        done = self.json("export", "many", "--recipient", "Mailer", "--output", "a.csv", "--purpose",
                         "newsletter", "--column", "email", "--column", "consent.newsletter")
        self.assertEqual({"rows": 1, "file": "a.csv"}, done)
        self.assertEqual([["email", "consent.newsletter"], ["anna@example.org", "none"]],
                         self.rows("a.csv"))
        self.habeas("export", "many", "--recipient", "Mailer", "-o", "b.csv", "--purpose",
                    "newsletter", "--channel", "sms")
        self.assertEqual(1, len(self.rows("b.csv")))
        self.assertIn("2 people written", self.habeas("export", "many", "--recipient", "Me", "-o",
                                                      "c.csv", "--changed-since", "2020-01-01").out)
        self.assertEqual(3, len(self.rows("c.csv")))

    def test_formulas_are_neutralised_unless_told(self):
        self.habeas("subject", "update", ANNA, "last_name==cmd|'/C calc'!A0")
        for name, more, expected in (("a.csv", [], "'=cmd|'/C calc'!A0"),
                                     ("b.csv", ["--raw-formulas"], "=cmd|'/C calc'!A0")):
            self.habeas("export", "many", "--recipient", "Me", "-o", name, "--column", "last_name",
                        *more)
            self.assertEqual([expected], self.rows(name)[1])

    def test_wrong_exports_write_nothing(self):
        self.refused(cli.USAGE, "export", "many", "-o", "a.csv", says="--recipient is required")
        self.refused(cli.USAGE, "export", "many", "--recipient", "Me", says="--output is required")
        self.refused(cli.NOT_FOUND, "export", "many", "--recipient", "Me", "-o", "a.csv", "--column",
                     "none", says="none")
        self.refused(cli.NOT_FOUND, "export", "many", "--recipient", "Me", "-o", "a.csv",
                     "--purpose", "none")
        self.assertFalse((self.folder / "a.csv").exists())
        self.give("there.csv", "mine")
        self.refused(cli.TAKEN, "export", "many", "--recipient", "Me", "-o", "there.csv")


class Verifying(CliTest):
    def test_a_store_as_it_was_written_is_well(self):
        report = self.json("verify")
        self.assertEqual((True, []), (report["ok"], report["findings"]))
        self.assertGreater(report["events"], 10)
        self.assertEqual("Nothing is wrong.", self.habeas("verify").lines[-1])

    def test_a_value_that_is_there_is_found(self):
        self.give("values.txt", "dora@example.org\n\nanna@example.org\n")
        report = self.json("verify", "--residue-file", "values.txt", code=cli.NO)
        self.assertEqual("residue", report["findings"][0]["code"])
        self.assertIn("value 2", report["findings"][0]["message"])
        done = self.habeas("verify", "--residue", "anna@example.org", code=cli.NO)
        self.assertNotIn("anna@", done.out)
        self.assertIn("residue", done.out)

    def test_other_folders_are_searched_when_named(self):
        (self.folder / "mail").mkdir()
        self.give("mail/old.eml", "To: dora@example.org")
        (self.folder / "mail/old.eml").chmod(stat.S_IRUSR | stat.S_IWUSR)
        self.habeas("verify", "--residue", "dora@example.org")
        self.habeas("verify", "--residue", "dora@example.org", "--residue-path", "mail",
                    code=cli.NO)

    def test_a_changed_event_is_named(self):
        database = sqlite3.connect(self.folder / cli.STORE)
        database.execute("UPDATE event SET kind = 3 WHERE kind = 2")
        database.commit()
        database.close()
        report = self.json("verify", code=cli.NO)
        self.assertFalse(report["ok"])
        self.assertIn("event_changed", [finding["code"] for finding in report["findings"]])
        self.assertIn("event_changed", self.habeas("verify", code=cli.NO).out)

    def test_a_file_of_values_that_is_not_there_is_named(self):
        self.refused(cli.NOT_FOUND, "verify", "--residue-file", "none.txt", says="none.txt")


cli.main(__name__, covers=["erase", "erasure", "export", "verify"])

"""10,000 people of each platform, with the traps of its format: every row is accounted for, and who opted out is
mailable by no path. Mautic's tables in a dump and in a MariaDB give the same (without mariadb-server only the dump)."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import cli

ROWS = os.environ.get("HABEAS_MIGRATE_ROWS", "10000")
EXAMPLE = cli.ROOT / "examples/migrate-mautic"
OUTCOMES = ("created", "updated", "unchanged", "merged", "suppressed", "skipped", "rejected")
DEFINITIONS = {"habeas_definitions": 1, "settings": {"default_country": "AT"}, "purposes": [
    {"code": "newsletter", "basis": "consent", "kind": "marketing", "channels": ["email"],
     "texts": [{"texts": [{"language": "en", "text": "Yes.", "label": "Yes"}]}]},
    {"code": "hints", "basis": "legitimate_interests", "balancing_test": True, "kind": "marketing",
     "channels": ["email"]}]}


class Many(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls._scratch = tempfile.TemporaryDirectory(prefix="habeas-many-")
        cls.root = Path(cls._scratch.name)
        subprocess.run([sys.executable, "-B", EXAMPLE / "make_platforms.py", cls.root / "old", ROWS], check=True)
        cls.expected = json.loads((cls.root / "old/expected.json").read_text())
        (cls.root / "definitions.json").write_text(json.dumps(DEFINITIONS))

    @classmethod
    def tearDownClass(cls):
        cls._scratch.cleanup()

    def call(self, *arguments):
        done = cli.call(self.root, *arguments, env={"HABEAS_STORE": f"{self._testMethodName}.habeas"})
        self.assertEqual(0, done.code, str(done))
        return done.out

    def migrate(self, *arguments, never):
        self.call("init")
        self.call("apply", "definitions.json")
        preview = json.loads(self.call("migrate", *arguments, "--preview", "--json"))
        first = json.loads(self.call("migrate", *arguments, "--json"))
        self.balanced(first)
        self.assertEqual(preview["parts"], first["parts"])
        self.nobody_of(never)
        again = json.loads(self.call("migrate", *arguments, "--json"))
        self.balanced(again)
        self.assertEqual({}, {part["name"]: part for part in again["parts"] if part["created"] + part["suppressed"]})
        self.assertEqual(0, again["consents"])
        self.nobody_of(never)
        # Nor does the address come back as a contact of an ordinary import.
        (self.root / "back.csv").write_text("email\n" + "\n".join(never) + "\n")
        self.call("import", "contacts", "back.csv")
        self.nobody_of(never)
        self.call("verify")
        return first

    def balanced(self, report):
        self.assertTrue(report["balanced"])
        for part in report["parts"]:
            self.assertEqual(part["rows"], sum(part[name] for name in OUTCOMES), part)

    def nobody_of(self, never):
        addresses = {row["subject_id"]: row["normal"] for row in json.loads(self.call(
            "query", "SELECT subject_id, normal FROM v_identifier WHERE kind = 'email'", "--json"))}
        for purpose in ("newsletter", "hints"):
            allowed = {addresses.get(str(row["subject"]), addresses.get(row["subject"]))
                       for row in json.loads(self.call("filter", purpose, "email", "--json"))}
            self.assertTrue(allowed or purpose == "hints")
            self.assertEqual(set(), allowed & set(never), purpose)

    def test_mautic_by_dump(self):
        done = self.migrate("mautic", "--dump", "old/mautic.sql", "--accept-unproven", "--consent",
                            "newsletter_optin=newsletter/email@optin_date", never=self.expected["mautic"])
        parts = {part["name"]: part for part in done["parts"]}
        self.assertEqual(self.expected["rows"], parts["leads"]["rows"])
        self.assertEqual(self.expected["dnc"], parts["lead_donotcontact"]["rows"])

    def test_mautic_by_csv(self):
        done = self.migrate("mautic", "--contacts", "old/mautic.csv", "--opt-outs", "old/mautic_dnc.csv", "--consent",
                            "newsletter_optin=newsletter/email@optin_date#1", never=self.expected["mautic"])
        self.assertNotIn("fewer cells", json.dumps(done))

    def test_hubspot(self):
        self.migrate("hubspot", "--contacts", "old/hubspot.csv", "--opt-outs", "old/hubspot_out.csv",
                     "--time-zone", "Europe/Vienna", "--consent",
                     "Legal basis for processing contact's data=newsletter@Opt-in date#1"
                     "=Freely given consent from contact", never=self.expected["hubspot"])

    @unittest.skipUnless(shutil.which("mariadbd", path=os.environ["PATH"] + ":/usr/sbin"), "no mariadb-server")
    def test_the_example_moves_from_a_server(self):
        done = subprocess.run(["sh", EXAMPLE / "run.sh", self.root / "moved", "1000"], capture_output=True, text=True,
                              timeout=600, env={**os.environ, "HABEAS": cli.PROGRAM})
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertIn("It runs in MariaDB.", done.stdout)
        self.assertIn("created: 0", done.stdout)
        self.assertIn("of them to people who opted out in Mautic: 0", done.stdout)
        self.assertNotIn("mails: 0\n", done.stdout)
        # The same tables by their dump give the same.
        self.call("init")
        self.call("apply", str(EXAMPLE / "definitions.json"))
        by_dump = json.loads(self.call("migrate", "mautic", "--dump", str(self.root / "moved/old/mautic.sql"),
                                       "--consent", "newsletter_optin=newsletter/email@optin_date#1", "--json"))
        by_server = json.loads((self.root / "moved/report.json").read_text())
        self.assertEqual(by_dump["parts"], by_server["parts"])
        self.assertEqual(by_dump["items"], by_server["items"])


if __name__ == "__main__":
    program = unittest.main(exit=False, verbosity=1)
    result = program.result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad - len(result.skipped)} passed, {bad} failed")
    sys.exit(0 if bad == 0 and result.testsRun > 0 else 1)

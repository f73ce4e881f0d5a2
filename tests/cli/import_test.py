"""import contacts, import consents."""
import json
import os
import pty
import signal
import subprocess
import time
import unittest

import cli
from cli import ANNA, CliTest

EXAMPLES = cli.ROOT / "examples/data"


class Contacts(CliTest):
    def test_rows_are_created_changed_and_rejected_and_nobody_becomes_mailable(self):
        done = self.json("import", "contacts", "contacts.csv", "--columns", "columns.json",
                         "--rejects", "rejects.csv")
        self.assertEqual((2, 1, 1), (done["rows"], done["created"], done["rejected"]))
        self.assertEqual({"e-mail address: no @": 1}, done["reasons"])
        self.assertFalse(done["cancelled"])
        rejects = (self.folder / "rejects.csv").read_text().splitlines()
        self.assertEqual("line,column,field,kind,reason", rejects[0])
        self.assertTrue(rejects[1].startswith("3,1,email,"))
        self.habeas("decide", "email:emil@example.org", "newsletter", "email", code=cli.NO)
        again = self.json("import", "contacts", "contacts.csv", "--columns", "columns.json",
                          "--rejects", "rejects.csv")
        self.assertEqual((0, 1), (again["created"], again["unchanged"]))

    def test_the_report_is_a_table_with_the_commonest_reason_first(self):
        self.give("a.csv", "email,vip,colour\na,,\nb,,\nc@example.org,maybe,\nd@example.org,,red\n")
        done = self.habeas("import", "contacts", "a.csv")
        self.assertIn("rejected      3", done.lines)
        self.assertIn("not imported  colour", done.lines)
        reasons = done.lines[done.lines.index("") + 1:]
        self.assertRegex(reasons[2], r"^ +2  e-mail address: no @$")
        self.assertIn("--rejects FILE", done.err)

    def test_a_dry_run_keeps_nothing(self):
        done = self.habeas("import", "contacts", "contacts.csv", "--columns", "columns.json",
                           "--dry-run")
        self.assertIn("created    1", done.lines)
        self.assertIn("dry run", done.err)
        self.habeas("subject", "find", "email:emil@example.org", code=cli.NO)

    def test_other_files_are_read_as_told(self):
        self.give("a.csv", "Mail;Vorname;tel;Liebt;Tag\n"
                           "x@example.org;Jürgen;0664 1234567;books+garden;31.01.1990\n"
                  .encode("windows-1252"))
        self.give("map.json", [{"header": "Tag", "target": "date_of_birth", "format": "dmy"}])
        self.habeas("import", "contacts", "a.csv", "--delimiter", ";", "--windows-1252",
                    "--list-separator", "+", "--default-country", "DE", "--source", "fair",
                    "--columns", "map.json", "--map", "Mail=email", "--map", "Vorname=first_name",
                    "--map", "tel=phone", "--map", "Liebt=interests")
        subject = self.json("subject", "show", "email:x@example.org")
        self.assertEqual({"email": "x@example.org", "first_name": "Jürgen",
                          "phone": "0664 1234567", "interests": ["books", "garden"],
                          "date_of_birth": "1990-01-31"}, subject["fields"])
        self.assertEqual("fair", subject["source"])
        self.habeas("subject", "find", "phone:+496641234567")
        self.give("tab.csv", "email\tfirst_name\nt@example.org\tTina\n")
        self.assertEqual(1, self.json("import", "contacts", "tab.csv", "--delimiter",
                                      "tab")["created"])

    def test_who_is_there_is_updated_skipped_or_refused(self):
        self.give("a.csv", "email,first_name,last_name\nanna@example.org,,Alt\n")
        self.assertEqual(1, self.json("import", "contacts", "a.csv", "--on-match",
                                      "skip")["skipped"])
        self.assertEqual(1, self.json("import", "contacts", "a.csv", "--on-match",
                                      "fail")["rejected"])
        self.assertEqual(1, self.json("import", "contacts", "a.csv")["updated"])
        self.assertEqual({"first_name": "Anna", "last_name": "Alt"}, self.names())
        self.habeas("import", "contacts", "a.csv", "--blank", "overwrite")
        self.assertEqual({"last_name": "Alt"}, self.names())

    def names(self):
        fields = self.json("subject", "show", ANNA)["fields"]
        return {name: value for name, value in fields.items() if name.endswith("_name")}

    def test_consent_columns_count_with_their_time_and_their_text(self):
        self.give("a.csv", "email,news,when,text\ny@example.org,yes,2026-01-02T10:00:00Z,1\n")
        done = self.json("import", "contacts", "a.csv", "--map", "email=email", "--map",
                         "news=consent.newsletter.email", "--consent-time-column", "when",
                         "--consent-text-version-column", "text", "--consent-document", "list 7")
        self.assertEqual(1, done["consents"])
        event = self.json("consent", "history", "email:y@example.org")[0]
        self.assertEqual(("granted", "2026-01-02T10:00:00.000Z", "import", "list 7", 1),
                         (event["kind"], event["effective_at"], event["evidence"]["method"],
                          event["evidence"]["document"], event["evidence"]["text_version"]))
        self.habeas("decide", "email:y@example.org", "newsletter", "email")

    def test_wrong_calls_import_nothing(self):
        self.refused(cli.NOT_FOUND, "import", "contacts", "none.csv", says="none.csv")
        self.refused(cli.INVALID, "import", "contacts", "contacts.csv", "--map", "Age=first_name",
                     says="no column Age")
        self.refused(cli.INVALID, "import", "contacts", "contacts.csv", "--map", "vip=none",
                     says="define it first")
        self.refused(cli.USAGE, "import", "contacts", "contacts.csv", "--map", "vip",
                     says="HEADER=TARGET")
        self.refused(cli.USAGE, "import", "contacts", "contacts.csv", "--delimiter", ", ",
                     says="one character")
        self.refused(cli.USAGE, "import", "contacts", "contacts.csv", "--on-match", "merge",
                     says="update, skip, fail")
        self.give("there.csv", "mine")
        self.refused(cli.TAKEN, "import", "contacts", "contacts.csv", "--rejects", "there.csv")
        self.assertEqual("mine", (self.folder / "there.csv").read_text())
        for content, place in (({}, "/"), ([{"header": "vip"}], "/0"),
                               ([{"header": "vip", "target": "vip", "kind": "x"}], "/0/kind"),
                               ([{"header": "vip", "target": 1}], "/0/target")):
            self.give("map.json", content)
            self.refused(cli.INVALID, "import", "contacts", "contacts.csv", "--columns", "map.json",
                         says=f"map.json: {place}: ")
        self.assertEqual({"subjects": 2}, self.json("subject", "count"))

    def test_the_example_data_is_imported_as_its_figures_say(self):
        figures = json.loads((EXAMPLES / "figures.json").read_text())
        self.habeas("init", "--store", "big.habeas")
        big = ["--store", "big.habeas"]
        self.habeas("apply", str(EXAMPLES / "definitions.json"), *big)
        done = self.json("import", "contacts", str(EXAMPLES / "contacts.csv"), "--columns",
                         str(EXAMPLES / "columns.json"), "--rejects", "rejects.csv", *big)
        expected = figures["contacts"]
        self.assertEqual((expected["rows"], expected["rejected"], expected["subjects"]),
                         (done["rows"], done["rejected"], done["created"]))
        self.assertEqual(1 + expected["rejected"],
                         len((self.folder / "rejects.csv").read_text().splitlines()))
        consents = self.json("import", "consents", str(EXAMPLES / "consents.csv"), *big)
        expected = figures["consents"]
        self.assertEqual((expected["lines"], expected["accepted"], expected["repeated"],
                          sum(expected["rejected"].values())),
                         (consents["rows"], consents["consents"], consents["unchanged"],
                          consents["rejected"]))
        counts = self.json("filter", "newsletter", "email", "--count", *big)
        self.assertEqual(done["created"], counts["allowed"] + counts["denied"])
        reasons = {row["reason"]: row["subjects"] for row in counts["reasons"]}
        last = expected["newsletter_last"]
        self.assertEqual([expected["stories"]["minor"], last["withdrawn"], last["refused"],
                          last["requested"], last["granted"] - expected["stories"]["minor"]],
                         [reasons[each] for each in (
                             "CHILD_NO_PARENTAL_AUTHORISATION", "CONSENT_WITHDRAWN",
                             "CONSENT_REFUSED", "CONSENT_PENDING", "OK_CONSENT")])
        self.habeas("verify", *big)


class Consents(CliTest):
    def test_events_are_imported_once_and_the_unknown_rejected(self):
        done = self.json("import", "consents", "consents.csv", "--rejects", "r.csv")
        self.assertEqual((2, 1, 1), (done["rows"], done["consents"], done["rejected"]))
        self.assertIn("nobody in this store", (self.folder / "r.csv").read_text())
        self.assertNotIn("nobody@", (self.folder / "r.csv").read_text())
        again = self.habeas("import", "consents", "consents.csv")
        self.assertIn("unchanged  1", again.lines)

    def test_a_dry_run_keeps_nothing(self):
        self.assertEqual(1, self.json("import", "consents", "consents.csv", "--dry-run")["consents"])
        self.assertEqual(1, len(self.json("consent", "history", ANNA)))

    def test_a_file_without_the_columns_is_refused(self):
        self.refused(cli.INVALID, "import", "consents", "contacts.csv")
        self.refused(cli.NOT_FOUND, "import", "consents", "none.csv", says="none.csv")


class Stopping(CliTest):
    """One row a transaction: the import takes long enough to be stopped in the middle."""
    ROWS = 30_000

    def start(self, *more, stderr):
        self.give("many.csv", "email\n" + "".join(f"p{i}@example.org\n" for i in range(self.ROWS)))
        process = subprocess.Popen(
            [cli.PROGRAM, "import", "contacts", "many.csv", "--batch", "1", *more],
            cwd=self.folder, env={**cli.ENVIRONMENT, "TERM": "xterm"}, stdout=subprocess.PIPE,
            stderr=stderr)
        self.addCleanup(process.kill)
        return process

    def stop(self, process):
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual(cli.INTERRUPTED, process.returncode, err)
        return out, err

    def test_an_interrupted_import_ends_after_a_batch_and_can_be_repeated(self):
        process = self.start("--json", stderr=subprocess.PIPE)
        for _ in range(600):
            if self.json("subject", "count")["subjects"] > 2:
                break
            time.sleep(0.05)
        out, err = self.stop(process)
        self.assertEqual(b"", err)
        report = json.loads(out)
        self.assertTrue(report["cancelled"])
        self.assertTrue(0 < report["created"] < self.ROWS, report)
        self.assertEqual(2 + report["created"], self.json("subject", "count")["subjects"])
        self.assertTrue(self.json("verify")["ok"])
        again = self.json("import", "contacts", "many.csv")
        self.assertEqual((self.ROWS - report["created"], report["created"]),
                         (again["created"], again["unchanged"]))

    def test_a_bar_is_drawn_on_a_terminal_and_wiped_at_the_end(self):
        ours, theirs = pty.openpty()
        process = self.start(stderr=theirs)
        os.close(theirs)
        drawn = os.read(ours, 65536).decode()
        self.assertRegex(drawn, r"^\rImporting  \[[#.]{24}\] +\d+%  [\d.]+ of [\d.]+ MB  0:\d\d\x1b\[K")
        out, _ = self.stop(process)
        self.assertIn(b"created", out)
        drawn = os.read(ours, 65536).decode()
        os.close(ours)
        self.assertIn("\r\x1b[KStopped; what was imported stays", drawn)

    def test_no_bar_is_drawn_elsewhere_or_when_none_is_wanted(self):
        process = self.start(stderr=subprocess.PIPE)
        time.sleep(1)
        self.assertEqual(1, len(self.stop(process)[1].splitlines()))
        ours, theirs = pty.openpty()
        process = self.start("--no-progress", stderr=theirs)
        os.close(theirs)
        time.sleep(1)
        self.stop(process)
        self.assertTrue(os.read(ours, 65536).startswith(b"Stopped"))
        os.close(ours)


cli.main(__name__, covers=["import"])

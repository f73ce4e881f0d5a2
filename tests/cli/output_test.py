"""query, and what all output must be: fit for the terminal, for programs, for pipes."""
import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import termios
import unicodedata
import unittest

import cli
import schema
from cli import ANNA, CliTest, FlowTest


def width(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in text)


class Query(CliTest):
    def test_rows_are_a_table_or_objects(self):
        sql = "SELECT id, email, NULL AS none, '' AS empty FROM v_subject ORDER BY id"
        self.assertEqual([["1", "anna@example.org", "", ""], ["2", "anna.b@example.org", "", ""]],
                         self.table("query", sql))
        self.assertEqual([{"id": "1", "email": "anna@example.org", "none": None, "empty": ""},
                          {"id": "2", "email": "anna.b@example.org", "none": None, "empty": ""}],
                         self.json("query", "-", stdin=sql.encode()))

    def test_parameters_are_bound_and_never_spliced(self):
        sql = "SELECT id FROM v_subject WHERE email = ? OR email = ?"
        hostile = "' OR 1=1 --"
        self.assertEqual([{"id": "1"}], self.json("query", sql, "--param", hostile, "--param",
                                                  "anna@example.org"))
        self.refused(cli.INVALID, "query", sql, "--param", "one", says="number of parameters")

    def test_columns_of_the_same_name_are_kept_apart(self):
        self.assertEqual([{"a": "1", "a_2": "2", "a_3": "3"}],
                         self.json("query", "SELECT 1 AS a, 2 AS a, 3 AS a"))

    def test_nothing_is_an_empty_answer(self):
        sql = "SELECT id FROM v_subject WHERE id < 0"
        self.assertEqual([], self.json("query", sql))
        self.assertEqual("(none)\n", self.habeas("query", sql).out)

    def test_all_views_can_be_read(self):
        for view in ("subject", "organisation", "identifier", "membership", "purpose", "text",
                     "event", "consent", "suppression", "erasure", "file", "chain"):
            with self.subTest(view):
                self.json("query", f"SELECT * FROM v_{view}")

    def test_only_reading_views_is_permitted(self):
        for sql in ("SELECT * FROM subject", "PRAGMA user_version",
                    "SELECT 1; SELECT 2", "ATTACH 'x' AS y", "DROP TABLE subject"):
            self.refused(cli.NOT_PERMITTED, "query", sql)
        self.refused(cli.INVALID, "query", "DELETE FROM v_subject", says="view")
        self.refused(cli.INVALID, "query", "SELECT nonsense FROM v_subject", says="nonsense")
        self.refused(cli.INVALID, "query", "")

    def test_a_query_past_its_limit_ends(self):
        self.refused(cli.CANCELLED, "query", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT "
                     "i + 1 FROM n) SELECT count(*) FROM n", "--limit-ms", "50", says="time limit")


class Hostile(CliTest):
    ESCAPE = "SELECT char(27, 91, 50, 74) AS bad, char(155) AS c1, char(8238) AS turned, " \
             "char(10, 13, 9) AS lines, char(127) AS del, 'fine' AS fine"

    def test_no_control_character_reaches_a_table(self):
        rows = self.table("query", self.ESCAPE)
        self.assertEqual([["\\x1b[2J", "\\x9b", "\\u202e", "\\n\\r\\t", "\\x7f", "fine"]], rows)

    def test_json_reads_back_and_holds_none_either(self):
        done = self.habeas("query", self.ESCAPE, "--json")
        self.assertEqual([{"bad": "\x1b[2J", "c1": "\x9b", "turned": "\u202e", "lines": "\n\r\t",
                           "del": "\x7f", "fine": "fine"}], json.loads(done.out))
        self.assertEqual(set(), {c for c in done.out if c != "\n" and unicodedata.category(c)
                                 in ("Cc", "Cf")})

    def test_names_of_columns_are_escaped_too(self):
        self.assertEqual("\\x1b[31m", self.habeas("query", "SELECT 1 AS '\x1b[31m'").lines[0].strip())

    def test_messages_are_escaped(self):
        done = self.refused(cli.NOT_FOUND, "purpose", "show", "\x1b[31mred\u202e", says="?[31m")
        self.assertNotIn("\x1b", done.err)
        done = self.refused(cli.USAGE, "\x1b[31m", says="\\x1b[31m")
        done = self.refused(cli.NOT_FOUND, "purpose", "show", "\x1b[31m\x9b", "--json")
        self.assertNotIn("\x1b", done.err)
        self.assertEqual("not_found", json.loads(done.err)["error"]["code"])

    def test_values_with_sql_and_turned_text_are_kept_as_they_are(self):
        evil = "'); DROP TABLE subject; --"
        turned = "\u202egro.elpmaxe@anna"
        self.habeas("subject", "update", ANNA, f"first_name={evil}", f"last_name={turned}")
        fields = self.json("subject", "show", ANNA)["fields"]
        self.assertEqual((evil, turned), (fields["first_name"], fields["last_name"]))
        self.assertNotIn("\u202e", self.habeas("subject", "show", ANNA).out)
        self.assertNotIn("\u202e", self.habeas("subject", "list").out)
        self.assertTrue(self.json("verify")["ok"])

    def test_names_with_sql_are_refused_as_names(self):
        evil = 'x" TEXT); DROP TABLE subject; --'
        self.refused(cli.INVALID, "field", "add", evil)
        self.refused(cli.INVALID, "purpose", "define", evil, "--channel", "email")
        self.refused(cli.NOT_FOUND, "field", "remove", evil)
        self.refused(cli.NOT_FOUND, "subject", "create", f"{evil}=1")
        self.refused(cli.INVALID, "identifier", "add", "1", f"external:{evil}:1")
        self.habeas("subject", "show", ANNA)

    def test_values_that_are_no_text_are_refused_with_their_place(self):
        for value in ("a\x1b[2J", "a\x07"):
            done = self.refused(cli.INVALID, "subject", "update", ANNA, f"first_name={value}",
                                says="first_name")
            self.assertIn("control character", done.err)
        raw = subprocess.run([cli.PROGRAM, "subject", "update", ANNA, b"first_name=\xff\xfe"],
                             cwd=self.folder, env=cli.ENVIRONMENT, capture_output=True)
        self.assertEqual(cli.INVALID, raw.returncode)
        self.assertIn(b"not UTF-8", raw.stderr)
        self.assertTrue(raw.stderr.isascii())

    def test_very_long_values_are_refused_or_kept_whole(self):
        self.refused(cli.INVALID, "subject", "update", ANNA, "first_name=" + "x" * 5000,
                     says="longer than")
        self.habeas("subject", "update", ANNA, "first_name=" + "x" * 4000)
        self.assertIn("x" * 4000, self.habeas("subject", "show", ANNA).out)


class Widths(CliTest):
    def add_people(self):
        for i, name in enumerate(("Łucja", "李小龙", "Zoe\u0301", "Αλέξανδρος")):
            self.habeas("subject", "create", f"email={i}{'x' * 40}@example.org",
                        f"first_name={name}")

    def test_columns_begin_where_a_reader_sees_them_begin(self):
        self.add_people()
        lines = self.habeas("query", "SELECT first_name, 'END' FROM v_subject").lines
        at = lines[0].index("'END'")
        for line in lines[2:]:
            self.assertEqual(at, width(line[:line.index("END")]), line)

    def test_no_line_of_a_table_is_wider_than_the_terminal(self):
        self.add_people()
        narrow = {"COLUMNS": "80"}
        for words in (["subject", "list"], ["subject", "show", ANNA], ["field", "list"],
                      ["purpose", "list"], ["purpose", "show", "newsletter"],
                      ["consent", "history", ANNA], ["consent", "state", ANNA],
                      ["filter", "newsletter", "email", "--count"], ["erase", ANNA, "--plan"],
                      ["erasure", "receipt", "3"], ["query", "SELECT * FROM v_subject"],
                      ["query", "SELECT * FROM v_event"], ["info"], ["verify"]):
            with self.subTest(words):
                for line in self.habeas(*words, env=narrow).lines:
                    self.assertLessEqual(width(line), 80, line)
        decide = self.habeas("decide", ANNA, "newsletter", "email", "--explain", env=narrow)
        self.assertLessEqual(max(map(width, decide.lines)), 80)

    def test_a_table_that_cannot_fit_becomes_one_value_a_line(self):
        done = self.habeas("query", "SELECT * FROM v_subject WHERE id = 1", env={"COLUMNS": "40"})
        self.assertIn("first_name  Anna", done.lines)

    def test_nothing_is_wrapped_or_cut_where_no_terminal_is(self):
        self.add_people()
        lines = self.habeas("subject", "list").lines
        self.assertEqual(2 + 6, len(lines))
        self.assertIn("x" * 40 + "@example.org", lines[4])


class Terminals(CliTest):
    def on_terminal(self, *arguments):
        """What the program writes to a terminal of 60 columns."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
        process = subprocess.Popen([cli.PROGRAM, *arguments], cwd=self.folder, stdout=theirs,
                                   stderr=theirs, stdin=subprocess.DEVNULL,
                                   env={**cli.ENVIRONMENT, "TERM": "xterm"})
        os.close(theirs)
        text = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:
                break
            if not part:
                break
            text += part
        os.close(ours)
        process.wait(timeout=60)
        return text.decode().replace("\r\n", "\n")

    def test_a_table_is_as_wide_as_the_terminal(self):
        lines = self.on_terminal("filter", "newsletter", "email", "--count").splitlines()
        self.assertLessEqual(max(map(width, lines)), 60)
        self.assertGreater(len(lines), 6)

    def test_documents_are_escaped_on_a_terminal_only(self):
        self.habeas("subject", "update", ANNA, "last_name=\u202eevil")
        words = ["export", "subject", ANNA, "--format", "csv", "--preview"]
        self.assertIn("\u202eevil", self.habeas(*words).out)
        self.assertIn("\\u202eevil", self.on_terminal(*words))

    def test_short_work_draws_no_bar(self):
        self.assertNotIn("\x1b", self.on_terminal("verify"))


class Schemas(CliTest):
    """What the C ABI gives as a document is the same document here: it fits the published schema."""

    def check(self, schema_name, *arguments, code=cli.OK):
        value = self.json(*arguments, code=code)
        self.assertEqual([], schema.check(value, schema_name), arguments)
        return value

    def test_documents_fit_the_published_schemas(self):
        self.habeas("consent", "record", "2", "granted", "newsletter", *cli.GRANT, "--explicit",
                    "--controller", "Example Shop", "--below-gdpr-standard", "--note", "n")
        self.check("store_info", "info")
        self.check("definitions", "definitions")
        self.check("apply_report", "apply", "definitions.json")
        self.check("field", "field", "add", "size", "--type", "money", "--label", "en=Size")
        self.check("field_list", "field", "list")
        self.check("purpose", "purpose", "show", "newsletter")
        self.check("purpose_list", "purpose", "list")
        self.check("subject", "subject", "show", ANNA)
        self.check("subject_page", "subject", "list", "--limit", "1")
        shown = self.json("organisation", "show", "1")
        self.assertEqual([], schema.check(shown["organisation"], "organisation"))
        self.assertEqual([], schema.check(shown["members"], "subject_numbers"))
        self.check("history", "consent", "history", "2")
        self.check("explanation", "decide", "2", "newsletter", "email", "--explain", code=cli.NO)
        self.check("import_report", "import", "contacts", "contacts.csv", "--columns",
                   "columns.json")
        self.check("import_report", "import", "consents", "consents.csv")
        for plan in self.json("erase", "1", "--plan"):
            self.assertEqual([], schema.check(plan, "erasure_plan"))
        self.check("erasure_results", "erase", "1", "2", "--proof", "newsletter=commitment")
        self.check("erasure_receipt", "erasure", "receipt", "1")
        self.check("verify_report", "verify", "--residue", "example.org", code=cli.NO)
        key = ["--backup-key", "backup.key"]
        self.habeas("backup", "key", "backup.key")
        self.check("backup_info", "backup", "create", "m.backup", *key)
        self.check("backup_info", "backup", "info", "m.backup")
        self.check("journal_info", "journal", "copy", "copy.restore")
        self.check("journal_comparison", "journal", "check", "copy.restore")
        self.check("journal_info", "journal", "rotate")
        self.check("restore_report", "restore", "m.backup", *key, "--overwrite")

    def test_the_check_sees_what_is_missing_unknown_or_of_another_type(self):
        subject = self.json("subject", "show", ANNA)
        without = {name: value for name, value in subject.items() if name != "id"}
        for wrong, place in (({**subject, "more": 1}, "/more"), (without, "/id"),
                             ({**subject, "version": "1"}, "/version"),
                             ({**subject, "version": True}, "/version"),
                             ({**subject, "identifiers": [{"kind": "email"}]},
                              "/identifiers/0/value")):
            found = schema.check(wrong, "subject")
            self.assertEqual([place], [fault.split(":")[0] for fault in found])


class FlowSchemas(Schemas, FlowTest):
    """The same of segments, requests, messages, forms, campaigns and points."""

    def test_documents_fit_the_published_schemas(self):
        self.check("segment_info", "segment", "show", "vips")
        self.check("segment_list", "segment", "list")
        self.check("segment_explanation", "segment", "explain", "vips", "1")
        self.check("segment_explanation", "segment", "explain", "vips")
        self.check("refresh_reports", "segment", "refresh", "--full")
        self.check("tag_list", "tag", "list")
        self.check("change_page", "changes")
        self.check("request", "request", "vouch", "1", "--by", "desk")
        self.check("request_list", "request", "list")
        self.assertEqual([], schema.check(self.json("request", "show", "1")["steps"],
                                          "request_steps"))
        self.check("holder_info", "holder", "show", "crm")
        self.check("holder_list", "holder", "list")
        for each in self.json("definitions")["holders"]:
            self.assertEqual([], schema.check(each, "holder"))
        self.check("opendsr_request", "holder", "opendsr", "1")
        self.check("holder_task_list", "holder", "tasks")
        self.check("holder_run_report", "holder", "run")
        self.habeas("holder", "hold", "2", "--ground", "17(3)(e)", "--until", "2059-01-01")
        self.check("hold_list", "holder", "holds")
        self.check("template_info", "template", "show", "hello")
        self.check("template_list", "template", "list")
        self.check("rendered_message", "template", "preview", "hello", "1")
        self.check("queue_result", "outbox", "queue", "1", "order", "--key", "k")
        self.check("queue_result", "outbox", "queue", "2", "hello", "--key", "l", code=cli.NO)
        self.check("message_info", "outbox", "show", "1")
        self.check("message_list", "outbox", "list")
        self.check("token_info", "outbox", "token", "@unsubscribe.token")
        self.check("send_report", "outbox", "run", "--folder", "out")
        self.check("template_report", "template", "check", "hello")
        self.check("ingest_report", "event", "ingest", "callback.json")
        self.check("delivery_list", "event", "list")
        self.check("form_info", "form", "show", "signup")
        self.check("form_list", "form", "list")
        self.give("bare.json", {"code": "bare", "fields": [{"type": "checkbox", "purpose": "tips",
                                                            "default": True}]})
        self.check("lint_findings", "form", "lint", "bare.json", code=cli.NO)
        self.check("rendered_form", "form", "render", "signup")
        self.check("submission_result", "form", "submit", "signup", "sent.json")
        self.check("submission_list", "form", "submissions")
        self.check("optin_list", "optin", "list")
        self.check("optin", "optin", "resend", "1")
        self.check("optin", "optin", "vouch", "1", "--by", "Ina")
        self.habeas("campaign", "enrol", "welcome", "1")
        self.check("campaign_info", "campaign", "pause", "welcome")
        self.check("campaign_list", "campaign", "list")
        self.assertEqual([], schema.check(self.json("campaign", "show", "welcome")["counts"],
                                          "event_counts"))
        self.check("campaign_info", "campaign", "resume", "welcome")
        self.check("campaign_run_report", "campaign", "run")
        self.check("simulation", "campaign", "simulate", "--from", "2059-01-01", "--to",
                   "2059-02-01")
        self.check("points_definition", "points", "rules")
        self.assertEqual([], schema.check(self.json("points", "show", "1")["entries"],
                                          "points_history"))
        self.check("retention_info", "retention", "show", "leads")
        self.check("retention_list", "retention", "list")
        self.check("retention_previews", "retention", "preview", "leads", "--at", "2090-01-01")
        self.check("retention_runs", "retention", "run", "leads")
        self.check("retention_runs", "retention", "journal")
        self.check("erasure_results", "erase", "email:eve@example.org")
        asked = self.json("holder", "tasks", "--open", "--operation", "erase")[0]
        self.check("holder_task", "holder", "answer", str(asked["task"]), "--retained", "bills=1",
                   "--ground", "17(3)(b)", "--until", "2059-01-01")


class Pipes(CliTest):
    MANY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) " \
           "SELECT i FROM n"

    def test_a_reader_that_goes_away_makes_no_noise(self):
        for more in ([], ["--json"]):
            process = subprocess.Popen([cli.PROGRAM, "query", self.MANY, *more], cwd=self.folder,
                                       env=cli.ENVIRONMENT, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE)
            process.stdout.readline()
            process.stdout.close()
            self.assertEqual(b"", process.stderr.read())
            process.stderr.close()
            self.assertEqual(cli.CLOSED_PIPE, process.wait(timeout=60))
        self.assertTrue(self.json("verify")["ok"])

    def test_a_full_disk_is_told(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([cli.PROGRAM, "subject", "list"], cwd=self.folder, stdout=full,
                                  env=cli.ENVIRONMENT, stderr=subprocess.PIPE, text=True)
        self.assertEqual(cli.SYSTEM, done.returncode)
        self.assertIn("cannot be written", done.stderr)

    def test_many_rows_are_one_json_array(self):
        rows = self.json("query", self.MANY)
        self.assertEqual((300000, {"i": "300000"}), (len(rows), rows[-1]))

    def test_errors_are_json_where_json_was_asked_for(self):
        done = self.refused(cli.ERASED, "subject", "show", "3", "--json")
        self.assertEqual({"code": "erased", "where": "subject"},
                         {k: v for k, v in json.loads(done.err)["error"].items() if k != "message"})
        done = self.refused(cli.USAGE, "subject", "show", "Anna", "--json")
        self.assertEqual("usage", json.loads(done.err)["error"]["code"])


cli.main(__name__, covers=["query"])

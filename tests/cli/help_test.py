"""Help: every command has an example that works; wrong command lines say what is wrong."""
import re
import shlex
import subprocess
import unittest
from pathlib import Path

import cli
from cli import CliTest, Commands, FlowTest


def example_of(command):
    text = cli.call(cli.ROOT, *command.split(), "--help").out
    found = re.search(r"^Example:\n  (habeas .*)$", text, re.M)
    return found.group(1) if found else None


COVERED = {
    "store_test.py": ["init", "info", "tick", "key", "setting"],
    "backup_test.py": ["backup", "restore", "journal"],
    "definitions_test.py": ["apply", "definitions", "field", "purpose"],
    "subject_test.py": ["subject", "identifier", "organisation"],
    "import_test.py": ["import"],
    "migrate_test.py": ["migrate"],
    "consent_test.py": ["consent", "decide", "filter", "suppress"],
    "erase_test.py": ["erase", "erasure", "export", "verify"],
    "report_test.py": ["report", "records", "notice"],
    "segment_test.py": ["segment", "tag", "changes", "request", "deadline"],
    "holder_test.py": ["holder"],
    "message_test.py": ["template", "outbox", "gateway", "event", "bounce"],
    "form_test.py": ["form"],
    "optin_test.py": ["optin", "preference-link"],
    "campaign_test.py": ["campaign", "points"],
    "retention_test.py": ["retention"],
    "processor_test.py": ["processor", "place"],
    "breach_test.py": ["breach"],
    "output_test.py": ["query"],
    "serve_test.py": ["serve"],
}


class Help(FlowTest):
    def test_the_example_of_each_command_works(self):
        for command in Commands.all():
            with self.subTest(command):
                example = example_of(command)
                self.assertIsNotNone(example, "no example")
                self.assertEqual(command.split(), shlex.split(example)[1:1 + len(command.split())])
                self.setUp()  # a fresh copy for each
                if command == "init":
                    for path in self.folder.glob(cli.STORE + "*"):
                        path.unlink()
                done = subprocess.run(["sh", "-c", example], cwd=self.folder, timeout=120,
                                      env=cli.ENVIRONMENT, capture_output=True, text=True,
                                      stdin=subprocess.DEVNULL)
                self.assertEqual(0, done.returncode, f"{example}\n{done.stdout}{done.stderr}")

    def test_each_command_says_what_json_prints(self):
        for command in Commands.all():
            with self.subTest(command):
                text = cli.call(self.folder, *command.split(), "--help").out
                self.assertRegex(text, r"(?m)^--json prints \w+")

    def test_help_fits_80_columns_and_names_the_command(self):
        for words in [[], *[command.split() for command in Commands.all()]]:
            with self.subTest(words):
                done = self.habeas(*words, "--help")
                self.assertTrue(done.out.startswith(" ".join(["habeas", *words]) + ": "))
                too_long = [line for line in done.lines
                            if len(line) > 80 and not line.startswith("  habeas ")]
                self.assertEqual([], too_long)

    def test_every_group_has_a_test_file_that_covers_it(self):
        named = {word for words in COVERED.values() for word in words}
        self.assertEqual({command.split()[0] for command in Commands.all()}, named)
        for file, words in COVERED.items():
            text = (Path(__file__).parent / file).read_text()
            self.assertIn("cli.main(__name__, covers=" + repr(words).replace("'", '"'), text)

    def test_the_exit_codes_are_documented(self):
        text = self.habeas("--help").out
        for code in list(range(13)) + [70, 130, 141]:
            self.assertRegex(text, rf"(?m)^ +{code}  \w")

    def test_the_version_is_printed(self):
        self.assertRegex(self.habeas("--version").out, r"^habeas \d+\.\d+\.\d+\n$")


class WrongCommandLines(CliTest):
    def test_no_command_and_half_a_command(self):
        self.refused(cli.USAGE, says="which command?")
        self.refused(cli.USAGE, "field", says="which command?; see habeas field --help")

    def test_an_unknown_command_is_named(self):
        self.refused(cli.USAGE, "frobnicate", says="there is no command frobnicate")
        self.refused(cli.USAGE, "field", "frobnicate", says="there is no command frobnicate")

    def test_an_unknown_option_is_named_without_its_value(self):
        done = self.refused(cli.USAGE, "field", "list", "--ownr=anna", says="no option --ownr;")
        self.assertNotIn("anna", done.err)

    def test_an_argument_too_much_is_not_repeated(self):
        done = self.refused(cli.USAGE, "subject", "show", "1", "anna@example.org",
                            says="more arguments")
        self.assertNotIn("anna", done.err)

    def test_a_missing_argument_is_named(self):
        self.refused(cli.USAGE, "subject", "show", says="SUBJECT is required")

    def test_a_missing_store_is_a_wrong_command_line(self):
        self.refused(cli.USAGE, "field", "list", says="HABEAS_STORE", env={"HABEAS_STORE": ""})

    def test_the_store_may_be_named_before_or_after_the_command(self):
        other = {"HABEAS_STORE": "elsewhere"}
        self.habeas("--store", cli.STORE, "field", "list", env=other)
        self.habeas("field", "list", "--store", cli.STORE, env=other)

    def test_names_of_commands_are_values_where_values_stand(self):
        self.habeas("field", "add", "list")
        self.habeas("field", "rename", "list", "retire")
        self.habeas("purpose", "define", "show", "--channel", "email")
        self.habeas("purpose", "show", "show")
        self.habeas("query", "SELECT code FROM v_purpose WHERE code = ?", "--param", "show")

    def test_braces_and_brackets_are_values(self):
        self.habeas("subject", "create", "email=x@example.org", "first_name=[a,b]", "last_name={}")
        shown = self.json("subject", "show", "email:x@example.org")
        self.assertEqual("[a,b]", shown["fields"]["first_name"])
        self.assertEqual("{}", shown["fields"]["last_name"])


cli.main(__name__, covers=[])

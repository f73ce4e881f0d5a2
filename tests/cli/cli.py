"""What the tests of the program share: a scratch folder, a store to begin with, calls of `habeas`.

A test file calls `cli.main(__name__, covers=[...])`. Each command of the groups it covers must then
have been run by it in three ways: well, with --json, and into an error; else the file fails.
"""
import collections
import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = os.environ.get("HABEAS_PROGRAM", str(ROOT / "build/dev/habeas"))
STORE = "shop.habeas"
# Nothing of the caller's environment decides what a test sees.
ENVIRONMENT = {"PATH": str(Path(PROGRAM).parent) + ":" + os.defpath, "HABEAS_STORE": STORE,
               "LANG": "C", **{k: v for k, v in os.environ.items() if "SAN_OPTIONS" in k}}

OK, NO, USAGE, INVALID, NOT_FOUND, ERASED, TAKEN, BUSY = range(8)
KEY, NOT_A_STORE, SYSTEM, NOT_PERMITTED, CANCELLED = range(8, 13)
INTERRUPTED, CLOSED_PIPE = 130, 141

ran = collections.defaultdict(set)  # how each command was run: "well", "json", "error"

DEFINITIONS = {
    "habeas_definitions": 1,
    "settings": {"controller": {"name": "Example Shop", "country": "AT"}, "default_country": "AT"},
    "fields": [
        {"name": "vip", "type": "boolean", "labels": {"en": "VIP"}},
        {"name": "spent", "type": "money", "scale": 2},
        {"name": "interests", "type": "multiselect",
         "choices": [{"value": "books", "labels": {}}, {"value": "garden", "labels": {}}]},
        {"name": "branch", "type": "text", "owner": "organisation"},
    ],
    "purposes": [
        {"code": "newsletter", "labels": {"en": "Newsletter"}, "basis": "consent",
         "kind": "marketing", "channels": ["email", "sms"], "validity": "P24M",
         "texts": [{"texts": [{"language": "en", "text": "Yes, write to me.", "label": "Yes"}]}]},
        {"code": "orders", "labels": {"en": "Orders"}, "basis": "contract",
         "kind": "transactional", "channels": ["email"]},
    ],
}
GRANT = ["--channel", "email", "--method", "form", "--text-version", "1", "--language", "en"]
ANNA = "email:anna@example.org"


MAUTIC = """/*!40101 SET NAMES utf8mb4 */;
CREATE TABLE `lead_fields` (`alias` varchar(191), `type` varchar(50), `label` varchar(191), `object` varchar(191), `is_published` tinyint, `properties` longtext);
INSERT INTO `lead_fields` VALUES ('email','email','Email','lead',1,'a:0:{}'),('firstname','text','First Name','lead',1,'a:0:{}'),('optin','boolean','Opt-in','lead',1,'a:0:{}'),('optin_date','datetime','When','lead',1,'a:0:{}');
CREATE TABLE `leads` (`id` bigint, `email` varchar(191), `firstname` varchar(191), `optin` tinyint, `optin_date` datetime);
INSERT INTO `leads` VALUES (1,'mia@example.org','Mia',1,'2026-05-01 09:00:00'),(2,'max@example.org','Max',1,'2026-05-02 09:00:00'),(3,'none','Moe',NULL,NULL);
CREATE TABLE `lead_donotcontact` (`id` int, `lead_id` bigint, `date_added` datetime, `reason` smallint, `channel` varchar(191), `comments` text);
INSERT INTO `lead_donotcontact` VALUES (1,2,'2023-05-01 08:00:00',1,'email','');
"""
HUBSPOT = (
    "Record ID,First Name,Email,Agreed,When\n1,Hana,hana@example.org,yes,2026-05-31T10:00:00Z\n"
    "2,Hugo,hugo@example.org,yes,2026-05-31T10:00:00Z\n")


class Result:
    def __init__(self, arguments, done):
        self.arguments, self.code = arguments, done.returncode
        self.raw = done.stdout
        self.out = done.stdout.decode("utf-8", "replace")
        self.err = done.stderr.decode("utf-8", "replace")

    @property
    def lines(self):
        return self.out.splitlines()

    def __str__(self):
        return f"habeas {' '.join(self.arguments)}\nexit code {self.code}\n{self.out}{self.err}"


def call(folder, *arguments, stdin=b"", env=None):
    return Result(arguments, subprocess.run(
        [PROGRAM, *arguments], cwd=folder, input=stdin, capture_output=True, timeout=300,
        env={**ENVIRONMENT, **(env or {})}))


class Commands:
    """The commands there are, by their help."""
    known = None

    @classmethod
    def of_help(cls, *words):
        text = call(ROOT, *words, "--help").out
        names = []
        inside = False
        for line in text.splitlines():
            inside = line == "Commands:" or inside and line.startswith("  ")
            if inside and line.startswith("  ") and not line.startswith("   "):
                names.append(line.split()[0])
        return names

    @classmethod
    def all(cls):
        if cls.known is None:
            cls.known = []
            for word in cls.of_help():
                inner = cls.of_help(word)
                cls.known += [f"{word} {each}" for each in inner]
                if not inner or "[COMMAND ...]" in call(ROOT, word, "--help").out:
                    cls.known.append(word)
        return cls.known

    @classmethod
    def named_by(cls, arguments):
        words = [each for each in arguments if not each.startswith("-")]
        for length in (2, 1):
            name = " ".join(words[:length])
            if name in cls.all():
                return name
        return None


class CliTest(unittest.TestCase):
    """Each test works in a copy of the same store: Anna consented, Dora is erased."""
    _prepared = None
    state = "prepared"

    @classmethod
    def prepared(cls):
        if CliTest._prepared is None:
            CliTest._prepared = tempfile.TemporaryDirectory(prefix="habeas-cli-")
            prepare(Path(CliTest._prepared.name) / "prepared")
        root = Path(CliTest._prepared.name)
        if not (root / cls.state).exists():
            shutil.copytree(root / "prepared", root / cls.state)
            prepare_flows(root / cls.state)
        return root / cls.state

    def setUp(self):
        self._scratch = tempfile.TemporaryDirectory(prefix="habeas-cli-")
        self.addCleanup(self._scratch.cleanup)
        self.folder = Path(self._scratch.name) / "work"
        shutil.copytree(self.prepared(), self.folder)
        self._given = {path.name for path in self.folder.iterdir()}

    def tearDown(self):
        for path in self.folder.rglob("*"):
            if path.is_file() and (path.name not in self._given or STORE in path.name):
                mode = stat.S_IMODE(path.stat().st_mode)
                self.assertEqual(0o600, mode, f"{path.name} has mode {mode:o}")

    def give(self, name, content):
        """A file for the program to read."""
        data = content if isinstance(content, (str, bytes)) else json.dumps(content)
        path = self.folder / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        self._given.add(name)
        return name

    def habeas(self, *arguments, code=OK, stdin=b"", env=None):
        done = call(self.folder, *arguments, stdin=stdin, env=env)
        self.assertEqual(code, done.code, str(done))
        command = Commands.named_by(arguments)
        if code in (OK, NO):
            ran[command].add("json" if "--json" in arguments else "well")
        else:
            ran[command].add("error")
            self.assertEqual("", done.out, "an error prints nothing on standard output")
            self.assertEqual(1, len(done.err.splitlines()), f"one message:\n{done.err}")
            self.assertTrue(done.err.startswith(('habeas: ', '{"error":')), done.err)
        return done

    def json(self, *arguments, code=OK, stdin=b"", env=None):
        return json.loads(self.habeas(*arguments, "--json", code=code, stdin=stdin, env=env).out)

    def refused(self, code, *arguments, says="", stdin=b"", env=None):
        """An error with this exit code and this in its message."""
        done = self.habeas(*arguments, code=code, stdin=stdin, env=env)
        self.assertIn(says, done.err)
        return done

    def table(self, *arguments, **more):
        """The rows of a table, as lists of cells by the columns of its second line."""
        lines = self.habeas(*arguments, **more).lines
        edges, at = [], 0
        for dashes in lines[1].split("  "):
            edges.append((at, at + len(dashes)))
            at += len(dashes) + 2
        edges[-1] = (edges[-1][0], None)
        return [[line[a:b].strip() for a, b in edges] for line in lines[2:]]


class FlowTest(CliTest):
    """The same store with templates, a form, a campaign, points, and a message in each state."""
    state = "flows"


def runner(folder):
    def run(*arguments):
        done = call(folder, *arguments)
        if done.code != 0:
            raise RuntimeError(str(done))
        return done
    return run


def prepare(folder):
    """The state that most tests begin with."""
    folder.mkdir()
    run = runner(folder)

    (folder / "definitions.json").write_text(json.dumps(DEFINITIONS))
    (folder / "contacts.csv").write_text(
        "E-Mail,First name,vip\nemil@example.org,Emil,yes\nno address,Eve,no\n")
    (folder / "columns.json").write_text(json.dumps([
        {"header": "E-Mail", "target": "email"}, {"header": "First name", "target": "first_name"},
        {"header": "vip", "target": "vip"}]))
    (folder / "consents.csv").write_text(
        "email,purpose,channel,action,at,text_version,method\n"
        "anna@example.org,newsletter,email,withdrawn,2026-02-01T10:00:00Z,,form\n"
        "nobody@example.org,newsletter,email,granted,2026-02-01T10:00:00Z,1,form\n")
    (folder / "mautic.sql").write_text(MAUTIC)
    (folder / "hubspot.csv").write_text(HUBSPOT)
    (folder / "unsubscribes.csv").write_text(
        "Email,Portal Unsubscribe,Product news\nhugo@example.org,TRUE,FALSE\n")
    run("init")
    run("apply", "definitions.json")
    (folder / "people.csv").write_text(
        "email,first_name,last_name,vip,external:crm,source\n"
        "anna@example.org,Anna,,yes,17,form:signup\n"
        "anna.b@example.org,,Berg,,,\ndora@example.org,Dora,,,,\nfred@example.org,,,,,\n")
    run("import", "contacts", "people.csv")  # numbers 1 to 4
    run("consent", "record", ANNA, "granted", "newsletter", *GRANT)
    run("consent", "record", "3", "granted", "newsletter", *GRANT)
    erased = run("erase", "3", "--proof", "newsletter=sealed", "--proof-until", "2060-01-01")
    assert "dora" not in erased.out
    run("consent", "record", "4", "granted", "newsletter", *GRANT)
    erased = run("erase", "4", "--proof", "newsletter=commitment", "--json")
    (folder / "commitment.json").write_text(
        json.dumps(json.loads(erased.out)[0]["commitments"][0]))
    run("suppress", "add", "email:carl@example.org")
    run("segment", "define", "vips", "--filter", '{"field":"vip","op":"=","value":true}')
    run("segment", "refresh")
    run("tag", "add", ANNA, "regular")
    run("request", "open", "access", ANNA)
    run("request", "open", "portability", ANNA)
    run("request", "vouch", "2", "--by", "passport shown at the counter")
    run("request", "open", "rectification", ANNA)
    run("request", "vouch", "3", "--by", "passport shown at the counter")
    run("organisation", "create", "Alpen GmbH", "--external", "A-1")
    run("organisation", "link", ANNA, "1", "--role", "buyer")


TIPS = "Example Shop may send me tips about garden tools by e-mail. I can withdraw this at any time."
FLOWS = {
    "habeas_definitions": 1,
    "settings": {"base_url": "https://shop.example", "sender": "Example Shop <shop@example.org>",
                 "controller": {"name": "Example Shop", "country": "AT", "address": "1 Main St",
                                "email": "shop@example.org"}},
    "purposes": [
        {"code": "tips", "labels": {"en": "Tips"}, "basis": "consent", "kind": "marketing",
         "channels": ["email"], "double_opt_in": True,
         "texts": [{"texts": [{"language": "en", "text": TIPS, "label": "Yes, send me tips"}]}]},
        {"code": "confirming", "basis": "legitimate_interests", "balancing_test": True,
         "kind": "confirmation", "channels": ["email"]},
        {"code": "scoring", "basis": "consent", "kind": "profiling", "channels": ["email"],
         "texts": [{"texts": [{"language": "en", "text": "You may score me."}]}]},
    ],
    "templates": [
        {"code": "hello", "kind": "marketing", "purpose": "newsletter",
         "languages": {"en": {"subject": "News for {{subject.first_name}}",
                              "text": "This week: {{data.offer}}",
                              "html": "<p>This week: {{data.offer}}</p>"}}},
        {"code": "please_confirm", "purpose": "confirming",
         "languages": {"en": {"subject": "Is it you?", "text": "{{data.confirm_url}}"}}},
        {"code": "order", "purpose": "orders",
         "languages": {"en": {"subject": "Your order", "text": "It is on its way."}}},
    ],
}
SIGNUP = {
    "code": "signup", "language": "en", "country": "AT", "primary_purpose": "tips",
    "privacy_url": "https://shop.example/privacy", "confirm_template": "please_confirm",
    "fields": [
        {"name": "mail", "type": "email", "label": "E-mail", "maps_to": "email", "required": True},
        {"name": "given", "type": "text", "label": "First name", "maps_to": "first_name"},
        {"type": "checkbox", "purpose": "tips"}],
    "actions": [{"type": "message", "text": "Thank you"}],
}
WELCOME = {
    "code": "welcome", "sources": {"manual": True},
    "events": [{"id": "hello", "action": "send_message", "template": "hello", "then": [
        {"id": "read", "decision": "opened", "key": "hello", "no_after": "P3D",
         "yes": [{"id": "keen", "action": "add_tag", "tag": "keen"}], "no": []}]}],
}
POINTS = {"purpose": "scoring",
          "rules": [{"code": "opened_hello", "on": "opened", "key": "hello", "points": 5}]}

BREACH_FLOWS = {
    "habeas_definitions": 1,
    "purposes": [{"code": "breach_notice", "labels": {"en": "Notice of a breach"},
                  "basis": "legal_obligation", "kind": "legal", "channels": ["email"]}],
    "templates": [{"code": "breach_notice", "purpose": "breach_notice", "languages": {"en": {
        "subject": "{{data.title}}", "text": "{{data.consequences}} {{data.measures}}"}}}],
}
LAPTOP = {"code": "laptop", "title": "A laptop was stolen", "nature": ["confidentiality"],
          "affected": {"filter": {"field": "email", "op": "startsWith", "value": "anna"},
                       "fields": ["email", "first_name"], "subjects": "VIP customers"},
          "consequences": "Phishing.", "measures": "Passwords were reset."}
PAPER = {"code": "paper", "title": "A list in the bin", "nature": ["confidentiality"],
         "affected": {"persons": 3, "records": 3, "subjects": "suppliers"},
         "consequences": "None.", "measures": "It was shredded."}

LEADS = {"code": "leads", "about": "subject", "since": "activity", "period": "P24M",
         "paused": True}

MAILJET = {"code": "mailjet", "name": "Mailjet SAS", "history": [
    {"established": "FR", "owner": "US", "data_locations": ["DE"],
     "contract": {"signed": "2020-02-01"}},
    {"from": "2021-12-01", "established": "FR", "owner": "SE", "data_locations": ["DE", "BE"],
     "contract": {"signed": "2022-01-10", "reference": "DPA 4"}}]}


def tokens(folder, link):
    """What ends the links of this kind in the messages of a folder."""
    mails = b"\r\n".join(path.read_bytes() for path in sorted(folder.glob("*.eml")))
    joined = mails.replace(b"=\r\n", b"").replace(b"\r\n ", b"").decode()
    return re.findall(rf"https://shop\.example/{link}/([A-Za-z0-9_-]+)", joined)


def prepare_flows(folder):
    """The state of flows; the examples of the help texts begin with it too."""
    run = runner(folder)
    (folder / "flows.json").write_text(json.dumps(FLOWS))
    for name, document in (("signup", SIGNUP), ("welcome", WELCOME), ("points", POINTS),
                           ("hello", FLOWS["templates"][0]),
                           ("sent", {"mail": "eve@example.org", "given": "Eve", "tips": True})):
        (folder / f"{name}.json").write_text(json.dumps(document))
    (folder / "callback.json").write_text(json.dumps({"event": "sent", "time": 1780000000, "CustomID": ""}))
    (folder / "bounce.eml").write_text("Subject: away\n\nI am away.\n")
    run("apply", "flows.json")
    run("consent", "record", ANNA, "granted", "scoring", *GRANT)
    run("form", "publish", "signup.json")
    run("form", "submit", "signup", "sent.json", "--ip", "192.0.2.7")  # Eve: message 1
    run("campaign", "publish", "welcome.json")
    run("points", "define", "points.json")
    run("points", "add", ANNA, "10")
    run("retention", "define", json.dumps(LEADS))
    run("processor", "define", json.dumps(MAILJET))
    (folder / "breach_flows.json").write_text(json.dumps(BREACH_FLOWS))
    run("apply", "breach_flows.json")
    run("breach", "define", json.dumps(LAPTOP))
    for code in ("paper", "lost"):
        run("breach", "define", json.dumps({**PAPER, "code": code}))
        run("breach", "assess", code, "none", "--reason", "nobody saw it")
    run("breach", "close", "lost")
    run("outbox", "queue", ANNA, "hello", "--key", "first")
    run("subject", "create", "first_name=Nina", "--identifier", "external:crm:60")  # no address
    run("outbox", "queue", "external:crm:60", "order", "--key", "second")
    run("outbox", "run", "--folder", "mail")  # 1 and 2 are sent, 3 has failed
    (folder / "confirm.token").write_text(tokens(folder / "mail", "confirm")[0] + "\n")
    (folder / "unsubscribe.token").write_text(tokens(folder / "mail", "unsubscribe")[0] + "\n")
    run("outbox", "queue", ANNA, "order", "--key", "third")
    # What a crash would leave: the gateway's answer is not known.
    database = sqlite3.connect(folder / STORE)
    database.execute("UPDATE outbox SET state = 'uncertain', settled = 1 WHERE key = 'third'")
    database.execute("UPDATE optin SET last_mail_at = last_mail_at - 600000")  # not just now
    database.commit()
    database.close()
    run("outbox", "queue", ANNA, "hello", "--key", "fourth")  # 5 waits
    run("subject", "create", "email=ida@example.org")
    run("request", "open", "restriction", "email:ida@example.org")
    run("request", "vouch", "4", "--by", "signed letter")
    run("request", "announce", "4", "--how", "letter of 2 May")
    run("backup", "key", "backup.key")
    run("backup", "create", "sunday.backup", "--backup-key", "backup.key")
    for code, operations in (("archive", ["restrict"]), ("crm", ["export", "erase"])):
        (folder / "holder.json").write_text(json.dumps({"code": code, "operations": operations}))
        run("holder", "define", "holder.json")
    run("holder", "ask", ANNA, "export")  # task 1, of crm
    run("holder", "hold", "external:crm:60", "--ground", "17(3)(e)")


def main(name, covers):
    if name != "__main__":
        return
    program = unittest.main(module=name, exit=False, verbosity=1, buffer=False)
    result = program.result
    missing = []
    if "-k" not in sys.argv and len(sys.argv) == 1:
        for command in Commands.all():
            if command.split()[0] in covers:
                missing += [f"habeas {command}: never run {how}"
                            for how in ("well", "json", "error") if how not in ran[command]]
    for text in missing:
        print(text, file=sys.stderr)
    # Parts of a test that failed count as the one test they are.
    bad = {getattr(test, "test_case", test).id() for test, _ in result.failures + result.errors}
    failed = len(bad) + len(missing)
    print(f"{result.testsRun - len(bad)} passed, {failed} failed")
    sys.exit(0 if failed == 0 and result.testsRun > 0 else 1)

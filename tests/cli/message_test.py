"""template, outbox."""
import cli
from cli import ANNA, FLOWS, FlowTest

HELLO = FLOWS["templates"][0]


class TemplateCommands(FlowTest):
    def test_a_template_is_declared_shown_previewed_and_retired(self):
        again = self.json("template", "define", "hello.json")
        self.assertEqual((1, HELLO["languages"]), (again["version"], again["template"]["languages"]))
        self.give("next.json", {**HELLO, "labels": {"en": "News"}, "reply_to": "desk@example.org"})
        self.assertEqual("Template hello: version 2.\n",
                         self.habeas("template", "define", "next.json").out)
        shown = self.json("template", "show", "hello")
        self.assertEqual((2, "newsletter", "marketing"), (shown["version"],
                         shown["template"]["purpose"], shown["template"]["kind"]))
        text = self.habeas("template", "show", "hello").out
        for part in ("News for {{subject.first_name}}", "desk@example.org", "label en"):
            self.assertIn(part, text)
        self.assertEqual(["breach_notice", "hello", "order", "please_confirm"],
                         sorted(each["template"]["code"] for each in self.json("template", "list")))
        self.assertIn(["hello", "2", "marketing", "newsletter", "email", "en"],
                      self.table("template", "list"))
        self.assertEqual({"template": "hello"}, self.json("template", "retire", "hello"))
        self.assertIn("retired", self.habeas("template", "retire", "order").out)
        self.assertEqual(["breach_notice", "please_confirm"],
                         [each["template"]["code"] for each in self.json("template", "list")])

    def test_a_preview_is_what_somebody_would_get(self):
        self.give("data.json", {"offer": "tea & cake"})
        shown = self.json("template", "preview", "hello", ANNA, "--data", "@data.json")
        self.assertEqual(("en", "News for Anna"), (shown["language"], shown["subject"]))
        self.assertIn("This week: tea & cake", shown["text"])
        self.assertIn("tea &amp; cake", shown["html"])
        text = self.habeas("template", "preview", "hello", "1", "--data", '{"offer":"tea"}').out
        self.assertTrue(text.startswith("News for Anna\n\nThis week: tea"), text)
        html = self.habeas("template", "preview", "hello", "1", "--html").out
        self.assertIn("<p>This week: </p>", html)

    def test_a_template_is_checked_before_it_is_used(self):
        found = self.json("template", "check", "hello", "--data", "{}")
        self.assertEqual([], [each for each in found["findings"] if each["severity"] == "error"])
        self.assertIn("data.offer", [each["variable"] for each in found["missing"]])
        self.assertIn("Version 1; recipients looked at:",
                      self.habeas("template", "check", "hello").out)
        self.give("bad.json", {**HELLO, "code": "bad", "languages": {"en": {
            "subject": "x", "html": "<a href='/tea'>Tea</a><img src='https://shop.example/t.png'>"}}})
        self.habeas("template", "define", "bad.json")
        bad = self.habeas("template", "check", "bad", code=1).out
        for words in ("link_relative", "/tea", "image_no_words", "text_from_html"):
            self.assertIn(words, bad)
        self.refused(cli.NOT_FOUND, "template", "check", "none")

    def test_what_is_wrong_with_a_template_is_told_with_its_place(self):
        self.give("wrong.json", {**HELLO, "languages": {"en": {"subject": "x",
                                                               "text": "{{subject.tea}}"}}})
        self.refused(cli.INVALID, "template", "define", "wrong.json", says="languages.en.text, byte 1")
        self.give("no.json", "{")
        self.refused(cli.INVALID, "template", "define", "no.json", says="no JSON")
        self.refused(cli.NOT_FOUND, "template", "define", "none.json", says="none.json")
        for word in ("show", "retire"):
            self.refused(cli.NOT_FOUND, "template", word, "none")
        self.refused(cli.NOT_FOUND, "template", "preview", "none", "1")
        self.refused(cli.ERASED, "template", "preview", "hello", "3")
        self.refused(cli.USAGE, "template", "list", "x")


class GatewayCommands(FlowTest):
    def test_gateways_are_described(self):
        kinds = {each["kind"]: each for each in self.json("gateway", "list")}
        self.assertEqual({"smtp", "mailjet", "directory"}, set(kinds))
        self.assertTrue(kinds["directory"]["available"])
        for kind, example in kinds.items():
            self.assertEqual(kind, example["example"]["kind"])
        self.assertIn("Mailjet", self.habeas("gateway", "list").out)
        self.refused(cli.USAGE, "gateway", "list", "x")

    def test_a_gateway_is_checked(self):
        folder = '{"kind": "directory", "folder": "mail"}'
        self.assertEqual({"kind": "directory"}, self.json("gateway", "check", folder))
        self.assertIn("answers", self.habeas("gateway", "check", folder).out)
        self.refused(cli.INVALID, "gateway", "check", '{"kind": "pigeon"}', says="/kind")

    def test_messages_go_by_a_gateway_or_into_a_folder(self):
        report = self.json("outbox", "run", "--gateway", '{"kind": "directory", "folder": "more"}')
        self.assertEqual(1, report["sent"])
        self.assertEqual(1, len(list((self.folder / "more").glob("*.eml"))))
        self.refused(cli.INVALID, "outbox", "run", says="--folder or --gateway")
        self.refused(cli.INVALID, "outbox", "run", "--folder", "a", "--gateway", "{}")


class EventCommands(FlowTest):
    def test_what_mailjet_tells_is_taken_in_once(self):
        reference = self.json("outbox", "show", "2")["reference"]
        self.give("callback.json", [
            {"event": "sent", "time": 1780000000, "CustomID": reference, "email": "anna@example.org"},
            {"event": "bounce", "time": 1780000060, "CustomID": reference, "email": "anna@example.org",
             "hard_bounce": True, "error_related_to": "recipient", "error": "user unknown"},
            {"event": "open", "time": 1780000070, "CustomID": reference, "ip": "203.0.113.7"}])
        report = self.json("event", "ingest", "callback.json")
        self.assertEqual({"received": 3, "recorded": 2, "repeated": 0, "untracked": 1, "unmatched": 0,
                          "unread": 0}, report)
        again = self.habeas("event", "ingest", "callback.json").out
        self.assertIn("known before", again)
        self.assertEqual(["delivered", "hard_bounced"],
                         [each["kind"] for each in self.json("event", "list", "--subject", ANNA)])
        self.assertIn(["2", "hard_bounced", "2", "1", "2026-05-28T20:27:40.000Z", "recipient/user unknown"],
                      self.table("event", "list", "--kind", "hard_bounced"))
        self.assertIn("HARD_BOUNCE", self.habeas("decide", ANNA, "newsletter", "email", code=cli.NO).out)
        self.refused(cli.INVALID, "event", "ingest", "-", stdin=b"[{}]", says="/0/event")
        self.refused(cli.INVALID, "event", "list", "--kind", "flown")

    def test_the_secret_of_its_address_is_shown(self):
        secret = self.json("event", "secret")["secret"]
        self.assertEqual(secret + "\n", self.habeas("event", "secret").out)
        self.assertEqual(22, len(secret))
        self.refused(cli.USAGE, "event", "secret", "x")


class BounceCommands(FlowTest):
    def bounce(self, message):
        """The report of a server about a message in the folder, by its Message-ID."""
        return ("To: bounce@shop.example\r\nDate: Mon, 01 Jun 2026 10:00:00 +0000\r\n"
                "Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n"
                "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
                "Final-Recipient: rfc822; anna@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n"
                f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{message}@example.org>\r\n--b--\r\n")

    def test_a_mail_from_a_file_a_pipe_or_a_maildir(self):
        reference = self.json("outbox", "show", "2")["reference"]
        none = {"received": 1, "recorded": 0, "repeated": 0, "untracked": 0, "unmatched": 0, "unread": 0}
        self.give("away.eml", "Subject: away\n\nI am away.\n")
        self.assertEqual({**none, "unread": 1}, self.json("bounce", "ingest", "away.eml"))
        forged = self.bounce(reference[:-1] + ("0" if reference[-1] != "0" else "1"))
        self.give("forged.eml", forged)
        self.assertEqual({**none, "unmatched": 1}, self.json("bounce", "ingest", "forged.eml"))
        self.assertIn("no report", self.habeas("bounce", "ingest", "-", stdin=b"x").out)
        for name in ("new", "cur", "tmp"):
            (self.folder / "mails" / name).mkdir(parents=True)
        self.give("mails/new/1.a", self.bounce(reference))
        (self.folder / "mails/new/1.a").chmod(0o600)
        self.assertEqual({**none, "recorded": 1}, self.json("bounce", "ingest", "mails"))
        self.assertEqual(["1.a:2,S"], [path.name for path in (self.folder / "mails/cur").iterdir()])
        self.assertIn("HARD_BOUNCE", self.habeas("decide", ANNA, "newsletter", "email", code=cli.NO).out)
        self.refused(cli.NOT_FOUND, "bounce", "ingest", ".")
        self.refused(cli.INVALID, "bounce", "ingest", "mails", "--recipient", "a@shop.example")


class OutboxCommands(FlowTest):
    def test_a_message_is_queued_once_for_its_key(self):
        queued = self.json("outbox", "queue", ANNA, "order", "--key", "k")
        self.assertEqual(("queued", False), (queued["state"], queued["again"]))
        again = self.json("outbox", "queue", ANNA, "order", "--key", "k")
        self.assertEqual((queued["message"], True, None),
                         (again["message"], again["again"], again["decision"]))
        self.assertIn("has this key already",
                      self.habeas("outbox", "queue", ANNA, "order", "--key", "k").out)
        self.assertIn("queued", self.habeas("outbox", "queue", ANNA, "order", "--key", "l").out)

    def test_who_did_not_agree_gets_no_marketing(self):
        refused = self.json("outbox", "queue", "2", "hello", "--key", "k", code=cli.NO)
        self.assertEqual(("refused", "NO_CONSENT"),
                         (refused["state"], refused["decision"]["reason"]))
        done = self.habeas("outbox", "queue", "2", "hello", "--key", "l", code=cli.NO)
        self.assertIn("refused, NO_CONSENT", done.out)
        self.assertEqual([], self.json("outbox", "list", "--state", "queued", "--subject", "2"))

    def test_messages_are_listed_and_shown(self):
        states = {each["key"]: each["state"] for each in self.json("outbox", "list")}
        self.assertEqual({"first": "sent", "second": "failed", "third": "uncertain",
                          "fourth": "queued"},
                         {key: state for key, state in states.items() if key in
                          ("first", "second", "third", "fourth")})
        self.assertEqual([4, 5], [each["message"] for each in self.json("outbox", "list", "--after",
                                                                   "3")])
        nina = self.habeas("subject", "find", "external:crm:60").out.strip()
        self.assertEqual([["3", nina, "transactional", "order", "failed", "no_address"]],
                         [row[:6] for row in self.table("outbox", "list", "--state", "failed")])
        shown = self.json("outbox", "show", "2")
        self.assertEqual((1, "hello", "directory", "News for Anna"),
                         (shown["subject"], shown["message_template"], shown["gateway"],
                          shown["subject_line"]))
        self.assertIn("News for Anna", self.habeas("outbox", "show", "2").out)

    def test_a_run_writes_files_for_their_owner_alone(self):
        self.give("terms.txt", "Be kind.")
        self.habeas("outbox", "queue", ANNA, "order", "--key", "k", "--attach", "terms.txt")
        report = self.json("outbox", "run", "--folder", "out")
        self.assertEqual((2, 0), (report["sent"], report["failed"]))
        files = list((self.folder / "out").glob("*.eml"))  # tearDown looks at their modes
        self.assertEqual(2, len(files))
        attached = [path for path in files if b"terms.txt" in path.read_bytes()]
        self.assertEqual(1, len(attached))
        self.assertIn(b"To: Anna <anna@example.org>", attached[0].read_bytes())
        self.assertEqual([["sent", "0"]],
                         [line.split() for line in self.habeas("outbox", "run", "--folder",
                                                               "out").lines][:1])
        self.habeas("erase", ANNA)
        self.assertEqual([], list((self.folder / "out").glob("*.eml")))

    def test_a_message_is_stopped_retried_or_known_to_be_sent(self):
        stopped = self.json("outbox", "stop", "5", "--why", "recalled")
        self.assertEqual(("stopped", "recalled"), (stopped["state"], stopped["reason"]))
        self.assertEqual("queued", self.json("outbox", "retry", "3")["state"])
        self.assertIn("stopped, x", self.habeas("outbox", "stop", "3", "--why", "x").out)
        self.assertIn("queued", self.habeas("outbox", "retry", "4").out)
        for words in (["retry"], ["stop", "--why", "x"], ["sent"]):
            self.refused(cli.TAKEN, "outbox", words[0], "2", *words[1:])  # it is sent

    def test_an_uncertain_message_is_settled(self):
        self.assertEqual("sent", self.json("outbox", "sent", "4")["state"])

    def test_the_same_for_people(self):
        self.assertEqual("Message 4: sent.\n", self.habeas("outbox", "sent", "4").out)

    def test_a_link_tells_whom_it_is_about(self):
        found = self.json("outbox", "token", "@unsubscribe.token")
        self.assertRegex(found.pop("expires_at"), r"^20[3-9]\d-")
        self.assertEqual({"use": "unsubscribe", "message": 2, "subject": 1, "purpose": "newsletter",
                          "channel": "email"}, found)
        self.assertIn("unsubscribe", self.habeas("outbox", "token", "@unsubscribe.token").out)
        self.assertIsNone(self.json("outbox", "token", "guessed", code=cli.NO))
        self.assertIn("No message", self.habeas("outbox", "token", "guessed", code=cli.NO).out)
        self.refused(cli.NOT_FOUND, "outbox", "token", "@none")

    def test_what_cannot_be_is_told(self):
        for words in (["show"], ["retry"], ["sent"], ["stop", "--why", "x"]):
            self.refused(cli.NOT_FOUND, "outbox", words[0], "99", *words[1:])
            self.refused(cli.USAGE, "outbox", words[0], "x", *words[1:], says="is a number")
        self.refused(cli.NOT_FOUND, "outbox", "queue", ANNA, "none", "--key", "k")
        self.refused(cli.ERASED, "outbox", "queue", "3", "order", "--key", "k")
        self.refused(cli.USAGE, "outbox", "queue", ANNA, "order", says="--key is required")
        self.refused(cli.NOT_FOUND, "outbox", "queue", ANNA, "order", "--key", "k", "--attach",
                     "none.pdf")
        self.refused(cli.NOT_FOUND, "outbox", "list", "--subject", "email:nobody@example.org")
        self.give("file", "no folder")
        self.refused(cli.INVALID, "outbox", "run", "--folder", "file", says="not a folder")


cli.main(__name__, covers=["template", "outbox", "gateway", "event", "bounce"])

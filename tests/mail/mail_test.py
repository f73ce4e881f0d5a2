#!/usr/bin/env python3
"""Sends by `habeas outbox run --gateway` to real local servers, good and bad.
Last line: N passed, N failed."""
import email
import email.policy
import json
import sqlite3
import sys
import tempfile
import time
import unittest
from pathlib import Path

import servers
from servers import SECRET, USER, Hostile, MailServer, Mailjet
from shop import Shop

TIMES = {"connect_timeout_ms": 1500, "timeout_ms": 1500}
scratch = tempfile.TemporaryDirectory(prefix="habeas-mail-")
certificates = servers.Certificates(Path(scratch.name))


class MailTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="habeas-mail-")
        self.addCleanup(folder.cleanup)
        self.shop = Shop(Path(folder.name) / "shop")

    def started(self, server):
        self.addCleanup(server.stop)
        return server

    def smtp(self, server, **more):
        return {"kind": "smtp", "host": "127.0.0.1", "port": server.port, "ca_file": certificates.ca, **TIMES, **more}

    def mailjet(self, server, **more):
        return {"kind": "mailjet", "base_url": server.url, "ca_file": certificates.ca, **TIMES, **more}

    def outcome(self, message):
        info = self.shop.show(message)
        return info["state"], info["reason"], info["attempts"]

    def one(self, address="anna@post.example", template="news"):
        if not hasattr(self, "known") or address not in self.known:
            self.known = {*getattr(self, "known", ()), address}
            self.shop.reader(address)
        self.keys = getattr(self, "keys", 0) + 1
        return self.shop.queue(address, template, key=f"k{self.keys}")

    def due(self):
        """The time at which what waits is due has come."""
        with sqlite3.connect(self.shop.folder / "shop.habeas") as database:
            database.execute("UPDATE outbox SET due_at = 0")
        database.close()


class Smtp(MailTest):
    def test_a_batch_goes_over_one_encrypted_connection_after_a_login(self):
        for implicit in (False, True):
            with self.subTest(implicit=implicit):
                server = self.started(MailServer(certificates, implicit=implicit, login=not implicit))
                messages = [self.one(f"r{i}-{implicit}@post.example".lower()) for i in range(5)]
                gateway = self.smtp(server, tls="implicit" if implicit else "starttls")
                report = self.shop.send(gateway, *(("", "") if implicit else (USER, SECRET)))
                self.assertEqual(5, report["sent"], report)
                self.assertEqual({("sent", "", 1)}, {self.outcome(each) for each in messages})
                self.assertEqual({(True, not implicit)}, {(tls, bool(login)) for tls, login in server.sessions})
                self.assertIn("queued as 5", self.shop.show(messages[4])["gateway_reference"])
                self.assertEqual(5, len(server.messages))

    def test_what_arrives_is_what_was_written(self):
        server = self.started(MailServer(certificates))
        self.shop.reader("anna@post.example", first_name="Zoë", last_name="O'Mark")
        message = self.shop.queue("anna@post.example")
        self.shop.send(self.smtp(server, envelope_sender="bounces@shop.example"), USER, SECRET)
        sender, recipients, content = server.messages[0]
        self.assertEqual(("bounces@shop.example", ["anna@post.example"]), (sender, recipients))
        mail = email.message_from_bytes(content, policy=email.policy.default)
        self.assertEqual([], mail.defects)
        self.assertEqual("Neues aus Köln", mail["Subject"])
        self.assertEqual("Zoë O'Mark", mail["To"].addresses[0].display_name)
        self.assertEqual("Müller & Söhne", mail["From"].addresses[0].display_name)
        self.assertEqual("List-Unsubscribe=One-Click", mail["List-Unsubscribe-Post"])
        self.assertRegex(mail["List-Unsubscribe"], r"^<https://shop\.example/privacy/unsubscribe/[\w-]+>$")
        text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
        self.assertTrue(text.startswith("Tee: grün\n.\n..\n. end\n"), text)
        self.assertIn(self.shop.show(message)["reference"], mail["Message-ID"])

    def test_who_cannot_be_reached_costs_no_attempt_and_gets_nothing(self):
        good = self.started(MailServer(certificates))
        foreign = self.started(MailServer(certificates, foreign=True))
        clear = self.started(MailServer(certificates, tls=False))
        message = self.one()
        for server, credentials, more, reason in (
                (good, (USER, "wrong"), {}, "smtp_535_5.7.8"),
                (good, ("", ""), {}, "smtp_530_5.7.0"),
                (foreign, (USER, SECRET), {}, "certificate"),
                (clear, (USER, SECRET), {}, "tls"),
                (good, (USER, SECRET), {"host": "nobody.invalid"}, "name_not_found"),
                (good, (USER, SECRET), {"port": 9}, "connect")):
            with self.subTest(reason=reason):
                self.due()
                report = self.shop.send(self.smtp(server, **more), *credentials)
                self.assertEqual((0, 1), (report["sent"], report["retried"]), report)
                self.assertEqual(("queued", reason, 0), self.outcome(message))
        self.assertEqual([], good.messages + foreign.messages + clear.messages)

    def test_each_recipient_gets_the_answer_that_is_his(self):
        server = self.started(MailServer(certificates))
        expected = {"good1": ("sent", "", 1), "unknown": ("failed", "smtp_550_5.1.1", 1),
                    "full": ("queued", "smtp_452_4.2.2", 1), "good2": ("sent", "", 1),
                    "plain": ("failed", "smtp_553", 1), "later": ("queued", "smtp_451_4.7.1", 1),
                    "spam": ("failed", "smtp_554_5.7.1", 1), "good3": ("sent", "", 1)}
        messages = {name: self.one(f"{name}@post.example") for name in expected}
        report = self.shop.send(self.smtp(server), USER, SECRET)
        self.assertEqual((3, 3, 2), (report["sent"], report["failed"], report["retried"]), report)
        self.assertEqual(expected, {name: self.outcome(each) for name, each in messages.items()})
        self.assertEqual([["good1@post.example"], ["good2@post.example"], ["good3@post.example"]],
                         [to for _, to, _ in server.messages])

    def test_an_address_that_the_server_does_not_know_gets_nothing_more(self):
        server = self.started(MailServer(certificates))
        for name, reason in (("unknown", "HARD_BOUNCE"), ("plain", "OK_CONSENT"), ("spam", "OK_CONSENT")):
            self.one(f"{name}@post.example")
            self.shop.send(self.smtp(server), USER, SECRET)
            decision = json.loads(self.shop.call("decide", f"email:{name}@post.example", "newsletter", "email",
                                                 "--json").stdout)
            self.assertEqual(reason, decision["reason"], name)

    def test_each_message_has_its_own_return_path_where_bounces_are_read(self):
        server = self.started(MailServer(certificates))
        self.shop.run("setting", "set", "bounce_address", "bounces@shop.example")
        for name in ("good1", "good2"):
            self.one(f"{name}@post.example")
        self.shop.send(self.smtp(server, envelope_sender="other@shop.example"), USER, SECRET)
        senders = [sender for sender, _, _ in server.messages]
        self.assertEqual(2, len(set(senders)))
        for each in senders:
            self.assertRegex(each, r"^bounces[+=-].+@shop\.example$")

    def test_a_hostile_server_leaves_a_clear_state_within_its_time(self):
        def silent(line):
            servers.stall()

        def cut(line):
            pass

        def refusing(line):
            line.say("554 5.3.2 no service here")

        def another(line):
            line.say("HTTP/1.1 400 Bad Request\r\nServer: web\r\n")
            servers.stall()

        def deaf(line):
            line.say("220 ready")
            for _ in range(3):
                line.hear()
                line.say("502 5.5.1 what?")

        def at(stage, *answers):
            def scenario(line):
                line.hello("8BITMIME")
                line.until(stage)
                for each in answers:
                    line.say(each)
                if answers:
                    line.hear()
            return scenario

        def in_body(line):
            line.hello("8BITMIME")
            line.until("DATA")
            line.say("354 go ahead")
            line.file.readline()

        def after_body(*answers, then=None):
            def scenario(line):
                line.hello("8BITMIME")
                line.body()
                for each in answers:
                    line.say(each)
                if then:
                    then()
            return scenario

        def endless(line):
            line.hello("8BITMIME")
            line.body()
            while True:
                line.say("250-" + "x" * 400)

        unreached, again, lost = ("queued", 0), ("queued", 1), ("uncertain", 1)
        for name, scenario, (state, attempts), reasons in (
                ("a greeting that never comes", silent, unreached, {"time_out"}),
                ("closed at once", cut, unreached, {"connection_lost"}),
                ("no service", refusing, unreached, {"smtp_554_5.3.2"}),
                ("another protocol", another, unreached, {"time_out", "connection_lost"}),
                ("no greeting back", deaf, unreached, {"smtp_502_5.5.1"}),
                ("cut after MAIL", at("MAIL"), again, {"connection_lost"}),
                ("refused at MAIL", at("MAIL", "452 4.3.1 no room"), again, {"smtp_452_4.3.1"}),
                ("cut after RCPT", at("RCPT"), again, {"connection_lost"}),
                ("refused for good at RCPT", at("RCPT", "550 5.7.1 no"), ("failed", 1), {"smtp_550_5.7.1"}),
                ("closing at RCPT", at("RCPT", "421 4.3.2 going down"), again, {"smtp_421_4.3.2"}),
                ("cut after DATA", at("DATA"), again, {"connection_lost"}),
                ("refused for a time at DATA", at("DATA", "451 4.3.0 later"), again, {"smtp_451_4.3.0"}),
                ("refused for good at DATA", at("DATA", "554 5.5.1 no"), ("failed", 1), {"smtp_554_5.5.1"}),
                # A body that is in flight when the line is cut may have arrived whole.
                ("cut in the body", in_body, lost, {"connection_lost"}),
                ("cut after the body", after_body(), lost, {"connection_lost"}),
                ("silence after the body", after_body(then=servers.stall), lost, {"time_out"}),
                ("garbage after the body", after_body("hello?", then=servers.stall), lost,
                 {"time_out", "connection_lost"}),
                ("an answer without end", endless, lost, {"time_out", "connection_lost"}),
                ("refused after the body", after_body("552 5.3.4 too big"), ("failed", 1), {"smtp_552_5.3.4"}),
                ("busy after the body", after_body("451 4.3.0 later"), again, {"smtp_451_4.3.0"})):
            with self.subTest(name):
                server = self.started(Hostile(scenario))
                self.due()
                message = self.one()
                begin = time.monotonic()
                self.shop.send(self.smtp(server, tls="none"))
                self.assertLess(time.monotonic() - begin, 10)  # 1.5 s twice, and QUIT
                found_state, reason, found_attempts = self.outcome(message)
                self.assertEqual((state, attempts), (found_state, found_attempts), reason)
                self.assertIn(reason, reasons)
                if found_state == "queued":
                    self.shop.run("outbox", "stop", str(message), "--why", "done")

    def test_a_connection_that_goes_is_made_again_for_the_next(self):
        answers = iter(["250 2.0.0 one", None, "250 2.0.0 three"])

        def scenario(line):
            line.hello("8BITMIME")
            while True:
                if not line.body():
                    return
                answer = next(answers)
                if answer is None:
                    return
                line.say(answer)

        server = self.started(Hostile(scenario))
        messages = [self.one(f"r{i}@post.example") for i in range(3)]
        self.shop.send(self.smtp(server, tls="none"))
        self.assertEqual(["sent", "uncertain", "sent"], [self.outcome(each)[0] for each in messages])
        self.assertEqual(2, server.seen)

    def test_no_secret_is_kept_or_told(self):
        server = self.started(MailServer(certificates))
        self.one()
        gateway = json.dumps(self.smtp(server))
        for secret in (SECRET, SECRET + "x"):
            done = self.shop.call("outbox", "run", "--gateway", gateway,
                                  env={"HABEAS_GATEWAY_USER": USER, "HABEAS_GATEWAY_SECRET": secret})
            self.assertNotIn(SECRET, done.stdout + done.stderr)
        for path in self.shop.folder.rglob("*"):
            if path.is_file():
                self.assertNotIn(SECRET.encode(), path.read_bytes(), path)

    def test_an_address_beyond_ascii_goes_where_the_server_can(self):
        message = self.one("björn@post.example")
        server = self.started(MailServer(certificates))
        self.shop.send(self.smtp(server), USER, SECRET)
        self.assertEqual(("sent", "", 1), self.outcome(message))
        self.assertEqual(["björn@post.example"], server.messages[0][1])
        message = self.one("jörn@post.example")
        self.shop.send(self.smtp(self.started(MailServer(certificates, utf8=False))), USER, SECRET)
        self.assertEqual(("failed", "smtp_no_smtputf8", 1), self.outcome(message))

    def test_a_slow_server_gets_no_message_whose_decision_is_old(self):
        def slow(line):
            line.hello("8BITMIME")
            while line.body():
                time.sleep(1.2)
                line.say("250 2.0.0 taken")

        server = self.started(Hostile(slow))
        messages = [self.one(f"r{i}@post.example") for i in range(6)]
        self.shop.run("outbox", "run", "--gateway", json.dumps({**self.smtp(server, tls="none"), "timeout_ms": 9000}))
        self.assertEqual({("sent", "", 1)}, {self.outcome(each) for each in messages})


class Checks(MailTest):
    def test_a_gateway_is_checked_without_sending(self):
        smtp = self.started(MailServer(certificates))
        mailjet = self.started(Mailjet(certificates))
        foreign = self.started(Mailjet(certificates, foreign=True))
        for gateway, secret, code, says in (
                (self.smtp(smtp), SECRET, 0, "The gateway answers."),
                (self.smtp(smtp), "wrong", 10, "does not accept the credentials"),
                (self.smtp(smtp, port=9), SECRET, 10, "nobody answers there"),
                (self.smtp(smtp, tls="implicit"), SECRET, 10, "does not encrypt as wanted"),
                (self.mailjet(mailjet), SECRET, 0, "The gateway answers."),
                (self.mailjet(mailjet), "wrong", 10, "does not accept the credentials"),
                (self.mailjet(foreign), SECRET, 10, "certificate"),
                (self.mailjet(mailjet, base_url=mailjet.url + "/nowhere"), SECRET, 0, "answers"),
                ({"kind": "smtp"}, SECRET, 3, "/host"),
                ({"kind": "smtp", "host": "a b"}, SECRET, 3, "host: "),
                ({"kind": "smtp", "host": "mail.example", "tls": "none"}, SECRET, 3, "tls: a password"),
                ({"kind": "smtp", "host": "mail.example", "password": "x"}, SECRET, 3, "credentials"),
                ({"kind": "smtp", "host": "mail.example", "ca_file": "/nowhere.pem"}, SECRET, 4, "nowhere.pem"),
                ({"kind": "mailjet", "base_url": "http://127.0.0.1"}, SECRET, 3, "base_url: "),
                ({"kind": "pigeon"}, SECRET, 3, "/kind")):
            with self.subTest(gateway=gateway, secret=secret):
                done = self.shop.call("gateway", "check", json.dumps(gateway),
                                      env={"HABEAS_GATEWAY_USER": USER, "HABEAS_GATEWAY_SECRET": secret})
                self.assertEqual(code, done.returncode, done.stdout + done.stderr)
                self.assertIn(says, done.stdout + done.stderr)
        self.assertEqual([], smtp.messages)
        self.assertEqual({}, mailjet.sent)


class MailjetCalls(MailTest):
    def test_fifty_go_in_a_call_and_each_gets_its_number(self):
        server = self.started(Mailjet(certificates))
        seen = []
        server.behave = lambda handler: seen.append(handler.request_document)
        messages = [self.one(f"r{i}@post.example") for i in range(60)]
        report = self.shop.send(self.mailjet(server), USER, SECRET)
        self.assertEqual(60, report["sent"], report)
        self.assertEqual([50, 10], [len(each["Messages"]) for each in seen])
        for message in (messages[0], messages[59]):
            info = self.shop.show(message)
            self.assertEqual(("sent", "mailjet"), (info["state"], info["gateway"]))
            self.assertEqual([str(each) for each in server.sent[info["reference"]]], [info["gateway_reference"]])
            self.assertGreater(int(info["gateway_reference"]), 2 ** 53)
        first = seen[0]["Messages"][0]
        self.assertEqual(("Neues aus Köln", "disabled", "disabled", {"Email": "news@shop.example",
                                                                     "Name": "Müller & Söhne"}),
                         (first["Subject"], first["TrackOpens"], first["TrackClicks"], first["From"]))
        self.assertEqual({"List-Unsubscribe", "List-Unsubscribe-Post"}, set(first["Headers"]))
        self.assertIn("Tee: grün", first["TextPart"])

    def test_one_that_is_refused_does_not_keep_the_others(self):
        server = self.started(Mailjet(certificates))
        expected = {"good1": ("sent", "", 1), "unknown": ("failed", "mailjet_mj-0005", 1),
                    "sender": ("failed", "mailjet_send-0008", 1), "busy": ("queued", "mailjet_mj-0099", 1),
                    "good2": ("sent", "", 1), "poison": ("failed", "mailjet_mj-0002", 1), "good3": ("sent", "", 1)}
        messages = {name: self.one(f"{name}@post.example") for name in expected}
        self.shop.send(self.mailjet(server), USER, SECRET)
        self.assertEqual(expected, {name: self.outcome(each) for name, each in messages.items()})
        self.assertEqual([1, 1, 1], [len(each) for each in server.sent.values()])

    def test_the_sandbox_sends_nothing(self):
        server = self.started(Mailjet(certificates))
        message = self.one()
        self.shop.send(self.mailjet(server, sandbox=True), USER, SECRET)
        self.assertEqual({}, server.sent)
        self.assertEqual("0", self.shop.show(message)["gateway_reference"])

    def test_what_it_answers_to_a_whole_call_decides_what_is_known(self):
        def answering(status, body, headers=()):
            def behave(handler):
                handler.answer(status, body, headers)
                return True
            return behave

        def half(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", "1000")
            handler.end_headers()
            handler.wfile.write(b'{"Messages":[{"Status":"suc')
            handler.wfile.flush()
            handler.close_connection = True
            return True

        def silent(handler):
            servers.stall(4)
            return True

        success = {"Status": "success", "To": [{"MessageID": 1}]}
        deep = b'{"Messages":' + b"[" * 100000
        unreached, lost, failed = ("queued", 0), ("uncertain", 1), ("failed", 1)
        for name, behave, (state, attempts), reasons in (
                ("not authorised", answering(403, {"ErrorCode": "mj-0001"}), unreached, {"mailjet_mj-0001"}),
                ("too fast", answering(429, {}, [("Retry-After", "7200")]), unreached, {"mailjet_429"}),
                ("a fault", answering(500, {"ErrorCode": "x y<z>"}), lost, {"mailjet_x_y_z_"}),
                ("overloaded", answering(503, b""), lost, {"mailjet_503"}),
                ("bad call", answering(400, {"ErrorCode": "mj-0004"}), failed, {"mailjet_mj-0004"}),
                ("no JSON", answering(200, b"<html>"), lost, {"garbled_answer"}),
                ("nothing", answering(200, b""), lost, {"garbled_answer"}),
                ("too many answers", answering(200, {"Messages": [success] * 2}), lost, {"garbled_answer"}),
                ("an unknown status", answering(200, {"Messages": [{"Status": "maybe"}]}), lost, {"garbled_answer"}),
                ("an endless list", answering(200, deep), lost, {"garbled_answer"}),
                ("a redirect", answering(302, b"", [("Location", "https://127.0.0.1:9/")]), lost, {"garbled_answer"}),
                ("cut", servers.cut, lost, {"connection_lost"}),
                ("cut in the answer", half, lost, {"connection_lost"}),
                ("silence", silent, lost, {"time_out"})):
            with self.subTest(name):
                server = self.started(Mailjet(certificates))
                server.behave = behave
                message = self.one()
                begin = time.monotonic()
                self.shop.send(self.mailjet(server), USER, SECRET)
                self.assertLess(time.monotonic() - begin, 10)  # 1.5 s twice, and QUIT
                found_state, reason, found_attempts = self.outcome(message)
                self.assertEqual((state, attempts), (found_state, found_attempts), reason)
                self.assertIn(reason, reasons)
                if name == "too fast":
                    due = sqlite3.connect(self.shop.folder / "shop.habeas").execute(
                        "SELECT due_at FROM outbox WHERE id = ?", (message,)).fetchone()[0]
                    self.assertGreater(due / 1000, time.time() + 7000)
                if found_state == "queued":
                    self.shop.run("outbox", "stop", str(message), "--why", "done")

    def test_an_answer_that_was_lost_is_found_again_by_the_custom_id(self):
        server = self.started(Mailjet(certificates))

        def taken(handler):
            if handler.command == "POST":
                server.send(handler.request_document)
                return servers.cut(handler)

        server.behave = taken
        message = self.one()
        self.shop.send(self.mailjet(server), USER, SECRET)
        self.assertEqual("uncertain", self.outcome(message)[0])
        server.behave = None
        self.due()
        report = self.shop.send(self.mailjet(server), USER, SECRET)
        self.assertEqual((1, 0), (report["resolved"], report["sent"]), report)
        info = self.shop.show(message)
        self.assertEqual("sent", info["state"])
        self.assertEqual([[int(info["gateway_reference"])]], list(server.sent.values()))

    def test_what_it_does_not_know_was_not_sent_and_goes_once(self):
        server = self.started(Mailjet(certificates))

        server.behave = servers.cut
        message = self.one()
        self.shop.send(self.mailjet(server), USER, SECRET)
        self.assertEqual("uncertain", self.outcome(message)[0])
        self.due()
        self.shop.send(self.mailjet(server), USER, SECRET)  # it does not answer: still uncertain
        self.assertEqual("uncertain", self.outcome(message)[0])
        server.behave = None
        self.due()
        report = self.shop.send(self.mailjet(server), USER, SECRET)
        self.assertEqual((1, 1), (report["resolved"], report["sent"]), report)
        self.assertEqual([1], [len(each) for each in server.sent.values()])


if __name__ == "__main__":
    result = unittest.main(exit=False).result
    bad = {getattr(test, "test_case", test).id() for test, _ in result.failures + result.errors}
    print(f"{result.testsRun - len(bad)} passed, {len(bad)} failed")
    sys.exit(0 if not bad and result.testsRun else 1)

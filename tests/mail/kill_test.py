#!/usr/bin/env python3
"""Senders are killed at random, half of them between the server's final reply and their commit, while people withdraw.

Nobody gets a message twice, every message ends as sent, failed, stopped or uncertain; uncertain are at most those that were
with a server at a kill; nobody gets one whose withdrawal was recorded more than 5 s before its first byte.
usage: kill_test.py MESSAGES KILLS
Last line: N passed, N failed."""
import collections
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

import servers
from servers import SECRET, USER, MailServer, Mailjet
from shop import PROGRAM, Shop

MESSAGES, KILLS = (int(sys.argv[1]), int(sys.argv[2])) if len(sys.argv) > 2 else (600, 20)
SEED = int(os.environ.get("HABEAS_SEED", "1"))
# What dies before its lease ends leaves its messages to be given up; short, so that the test is.
LEASE_MS = 3000


class Sent:
    """When a server took a message, by reference; and whom to kill after its answer."""

    def __init__(self):
        self.lock = threading.Lock()
        self.times = collections.defaultdict(list)
        self.after_reply = None  # called once, after the next final reply

    def took(self, reference):
        with self.lock:
            self.times[reference].append(time.time())
            strike, self.after_reply = self.after_reply, None
        return strike


class Kills(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="habeas-kill-")
        self.addCleanup(folder.cleanup)
        root = Path(folder.name)
        self.certificates = servers.Certificates(root)
        self.shop = Shop(root / "shop")
        self.random = random.Random(SEED)
        self.withdrawn = {}

    def fill(self):
        """One reader a message: contacts and consents by CSV, messages by the program."""
        people = [f"r{i}@post.example" for i in range(MESSAGES)]
        contacts = "email\n" + "".join(f"{each}\n" for each in people)
        (self.shop.folder / "contacts.csv").write_text(contacts)
        self.shop.run("import", "contacts", "contacts.csv")
        rows = ["email,purpose,channel,action,at,text_version,language,method"]
        rows += [f"{each},newsletter,email,granted,2026-01-01T00:00:00Z,1,en,form" for each in people]
        (self.shop.folder / "consents.csv").write_text("\n".join(rows) + "\n")
        self.shop.run("import", "consents", "consents.csv")
        self.shop.run("segment", "define", "all", "--filter", json.dumps({"field": "email", "op": "!empty"}))
        self.shop.run("segment", "refresh", "all")
        self.shop.run("campaign", "publish", "-", stdin=json.dumps(
            {"code": "news", "sources": {"segments": ["all"]},
             "events": [{"id": "mail", "action": "send_message", "template": "news"}]}))
        self.shop.run("campaign", "run", "news")

    def sender(self, gateway):
        return subprocess.Popen(
            [PROGRAM, "outbox", "run", "--gateway", json.dumps(gateway), "--lease", str(LEASE_MS // 1000),
             "--limit", "1000000"], cwd=self.shop.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**self.shop.env, "HABEAS_GATEWAY_USER": USER, "HABEAS_GATEWAY_SECRET": SECRET})

    def states(self):
        with sqlite3.connect(f"file:{self.shop.folder}/shop.habeas?mode=ro", uri=True) as database:
            return dict(database.execute("SELECT state, count(*) FROM outbox GROUP BY state").fetchall())

    def withdraw_now_and_then(self, stop):
        number = 0
        while not stop.wait(self.random.uniform(0.05, 0.3)) and number < MESSAGES // 10:
            email = f"r{self.random.randrange(MESSAGES)}@post.example"
            number += 1
            done = self.shop.call("consent", "record", f"email:{email}", "withdrawn", "newsletter")
            if done.returncode == 0:
                self.withdrawn.setdefault(email, time.time())

    def run_until_done(self, gateway, sent, in_flight):
        stop = threading.Event()
        people = threading.Thread(target=self.withdraw_now_and_then, args=(stop,))
        people.start()
        kills = 0
        senders = []
        deadline = time.time() + 600
        while time.time() < deadline:
            senders = [each for each in senders if each.poll() is None]
            while len(senders) < 2:
                senders.append(self.sender(gateway))
            if kills < KILLS:
                victim = self.random.choice(senders)
                if self.random.random() < 0.5:  # right after a final reply
                    struck = threading.Event()

                    def strike(victim=victim, struck=struck):
                        victim.send_signal(signal.SIGKILL)
                        struck.set()

                    with sent.lock:
                        sent.after_reply = strike
                    struck.wait(2)
                    with sent.lock:
                        sent.after_reply = None
                else:
                    time.sleep(self.random.uniform(0.0, 0.25))
                    victim.send_signal(signal.SIGKILL)
                victim.wait()
                kills += 1
            else:
                time.sleep(0.3)
                open_ones = {k: v for k, v in self.states().items() if k in ("queued", "sending")}
                if not open_ones:
                    break
        stop.set()
        people.join()
        for each in senders:
            each.wait(timeout=60)
        self.assertEqual(KILLS, kills)
        return kills * in_flight

    def check(self, sent, most_uncertain, settled=False):
        states = self.states()
        self.assertEqual(MESSAGES, sum(states.values()), states)
        self.assertLessEqual(set(states), {"sent", "failed", "stopped", "uncertain"}, states)
        self.assertLessEqual(states.get("uncertain", 0), most_uncertain)
        twice = {reference: times for reference, times in sent.times.items() if len(times) > 1}
        self.assertEqual({}, twice)
        with sqlite3.connect(f"file:{self.shop.folder}/shop.habeas?mode=ro", uri=True) as database:
            rows = database.execute(
                "SELECT o.id || '-' || lower(hex(o.reference)), o.state, s.f_email FROM outbox o "
                "JOIN (SELECT id, email AS f_email FROM v_subject) s ON s.id = o.subject_id").fetchall()
        self.assertEqual(MESSAGES, len(rows))
        for reference, state, email in rows:
            times = sent.times.get(reference, [])
            if state == "sent":
                self.assertEqual(1, len(times), reference)
            elif state in ("failed", "stopped"):
                self.assertEqual([], times, (reference, state))
            if times and email in self.withdrawn:
                self.assertLess(times[0] - self.withdrawn[email], 5, email)
        self.shop.run("verify")
        print(f"{states}, {len(sent.times)} taken, {len(self.withdrawn)} withdrew")

    def test_by_smtp_nobody_gets_a_message_twice(self):
        self.fill()
        sent = Sent()
        server = MailServer(self.certificates)
        self.addCleanup(server.stop)
        server.took = lambda content: sent.took(
            re.search(rb"^Message-ID:\s*<([^@>]+)@", content, re.M | re.I).group(1).decode())
        in_flight = self.run_until_done(
            {"kind": "smtp", "host": "127.0.0.1", "port": server.port, "ca_file": self.certificates.ca,
             "batch_size": 10}, sent, 10)
        self.check(sent, in_flight)

    def test_by_mailjet_what_was_uncertain_is_resolved(self):
        self.fill()
        sent = Sent()
        server = Mailjet(self.certificates)
        self.addCleanup(server.stop)
        server.took = sent.took
        self.run_until_done({"kind": "mailjet", "base_url": server.url, "ca_file": self.certificates.ca}, sent, 50)
        for _ in range(20):
            with sqlite3.connect(self.shop.folder / "shop.habeas") as database:
                database.execute("UPDATE outbox SET due_at = 0 WHERE state IN ('uncertain', 'queued')")
            database.close()
            self.sender({"kind": "mailjet", "base_url": server.url, "ca_file": self.certificates.ca}).wait()
            if not {"uncertain", "queued", "sending"} & set(self.states()):
                break
        self.check(sent, 0)


if __name__ == "__main__":
    sys.argv = sys.argv[:1]
    result = unittest.main(exit=False).result
    bad = {getattr(test, "test_case", test).id() for test, _ in result.failures + result.errors}
    print(f"{result.testsRun - len(bad)} passed, {len(bad)} failed")
    sys.exit(0 if not bad and result.testsRun else 1)

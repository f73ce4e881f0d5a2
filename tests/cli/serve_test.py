"""serve: every call as lines of JSON; limits, callbacks, and how it ends."""
import json
import os
import signal
import subprocess
import time

import cli
from cli import CliTest


class Session:
    """A running `habeas serve`, as a client sees it."""

    def __init__(self, folder, *arguments, env=None):
        self.process = subprocess.Popen(
            [cli.PROGRAM, "serve", "--stdio", *arguments], cwd=folder, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**cli.ENVIRONMENT, **(env or {})})
        self.number = 0
        self.hello = self.read()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()
        self.process.stderr.close()

    def read(self):
        line = self.process.stdout.readline()
        return json.loads(line) if line else None

    def write(self, document):
        text = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.process.stdin.write(text + b"\n")
        self.process.stdin.flush()

    def send(self, method, **params):
        self.number += 1
        self.write({"id": self.number, "method": method, "params": params})

    def call(self, method, **params):
        self.send(method, **params)
        answer = self.read()
        assert answer["id"] == self.number, answer
        return answer["result"] if "result" in answer else answer["error"]

    def open(self):
        assert self.call("open", path=cli.STORE) is None
        return self

    def ended(self):
        self.process.stdin.close()
        return self.process.wait(60)


class Serve(CliTest):
    def session(self, *arguments, **more):
        session = Session(self.folder, *arguments, **more)
        self.addCleanup(session.__exit__)
        return session

    def test_it_says_who_it_is_and_ends_with_its_input(self):
        done = self.habeas("serve", "--stdio")
        hello = json.loads(done.out)
        self.assertEqual({"habeas", "protocol", "max_line"}, hello.keys())
        self.assertEqual(1, hello["protocol"])
        self.assertEqual(hello, self.json("serve", "--stdio"))
        self.refused(cli.USAGE, "serve", says="--stdio")

    def test_calls_are_those_of_the_program(self):
        session = self.session().open()
        shown = self.json("subject", "show", cli.ANNA)
        self.assertEqual(shown["fields"], session.call("subject.get", subject=shown["id"])["fields"])
        decided = self.json("decide", cli.ANNA, "newsletter", "email")
        answer = session.call("decide", subject=shown["id"], purpose="newsletter", channel="email")
        self.assertEqual(decided, {key: answer[key] for key in decided})
        self.assertEqual(self.json("purpose", "list"), session.call("purpose.list"))
        self.assertEqual(self.json("definitions"), session.call("definitions.export"))  # of many lines

    def test_failures_have_status_place_and_message(self):
        session = self.session()
        self.assertEqual("handle", session.call("subject.count")["status"])
        session.open()
        self.assertEqual("/subject", session.call("subject.get")["where"])
        self.assertEqual("subject_unknown", session.call("subject.get", subject=10**6)["status"])
        self.assertEqual("not_found", session.call("nothing")["status"])
        for line, where in ((b"nothing", "line"), (b"[]", "line"), (b'{"id":7}', "/method"),
                            (b'{"id":7,"method":"store.now","more":1}', "/more"), (b"\xff", "line"),
                            (b'{"id":7,"method":"store.now","params":{},"more":{}}', "params"),
                            (b'{"id":7,"method":"store.now","params":}}', "params"),
                            (b'{"id":07,"method":"store.now","params":{}}', "line")):
            session.write(line)
            error = session.read()["error"]
            self.assertEqual(("invalid", where), (error["status"], error["where"]))
        self.assertGreater(session.call("subject.count"), 0)

    def test_a_line_may_be_written_in_any_way_that_json_allows(self):
        session = self.session().open()
        wanted = session.call("subject.find", kind="email", value="anna@example.org")
        for line in ('{"id":7,"method":"subject.find","params":{"kind":"email","value":"anna@example.org"}}',
                     '{"params": {"value": "anna@example.org", "kind": "email"}, "method": "subject.find", "id": 7}',
                     '{"id":7,"method":"subject\\u002efind","params":{"kind":"email","value":"anna@example.org"}} '):
            session.write(line.encode())
            self.assertEqual({"id": 7, "result": wanted}, session.read())
        session.write(b'{"id":"a","method":"subject.count"}')
        self.assertEqual("a", session.read()["id"])

    def test_lines_have_a_limit_both_ways_and_the_connection_survives(self):
        session = self.session("--max-line", "2000").open()
        session.write(b'{"id":1,"method":"tag.add","params":{"tag":"' + b"x" * 300_000 + b'"}}')
        error = session.read()["error"]
        self.assertEqual(("invalid", "line"), (error["status"], error["where"]))
        self.assertIn("2000 bytes", error["message"])
        self.assertEqual("full", session.call("methods")["status"])
        self.assertGreater(session.call("subject.count"), 0)

    def test_it_asks_back_and_waits_for_the_answer(self):
        session = self.session().open()
        anna = session.call("subject.find", kind="email", value="anna@example.org")
        session.call("holder.define", holder={"code": "crm", "operations": ["export"]})
        session.call("holder.attach", code="crm")
        session.call("holder.ask", subject=anna, operation="export")
        session.send("holder.run")
        asked = session.read()
        self.assertEqual("holder", asked["callback"])
        self.assertEqual(anna, asked["params"]["subject"])
        session.write({"id": 99, "method": "store.now"})  # not now
        self.assertEqual("concurrent", session.read()["error"]["status"])
        session.write({"answer": {"data": {"orders": 2}}})
        self.assertEqual(1, session.read()["result"]["done"])
        self.assertEqual({"orders": 2}, session.call("holder.exported", subject=anna)[0]["data"][0])

    def test_a_callback_may_fail_and_be_answered_nonsense(self):
        session = self.session().open()
        for answer in ({"failed": "no"}, [], {"answer": {"rows": 5}}):
            session.send("import.contacts_text", csv="email\nx@example.org\n", progress=True)
            self.assertEqual("progress", session.read()["callback"])
            session.write(answer)
            while "callback" in (line := session.read()):
                session.write({"answer": None})
            self.assertIn("result" if isinstance(answer, dict) and "answer" in answer else "error",
                          line)

    def test_it_ends_by_sigterm_and_what_was_acknowledged_is_there(self):
        for ending in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
            session = self.session().open()
            self.assertIsNone(session.call("tag.add", subject=1, tag=f"by {ending.name}"))
            session.process.send_signal(ending)
            code = session.process.wait(60)
            self.assertEqual(-9 if ending == signal.SIGKILL else 0, code)
        self.assertLessEqual({"by SIGINT", "by SIGKILL", "by SIGTERM"},
                         set(self.session().open().call("tag.of", subject=1)))
        self.habeas("verify")

    def test_a_client_that_dies_undoes_what_it_had_not_finished(self):
        session = self.session().open()
        session.call("transaction.begin")
        session.call("tag.add", subject=1, tag="never")
        session.process.stdin.write(b'{"id":9,"method":"transaction.commit"')  # cut off
        self.assertEqual(0, session.ended())
        self.assertNotIn("never", self.session().open().call("tag.of", subject=1))

    def test_a_client_that_dies_within_a_callback_ends_it(self):
        session = self.session().open()
        session.send("import.contacts_text", csv="email\nx@example.org\n", progress=True)
        self.assertEqual("progress", session.read()["callback"])
        self.assertEqual(0, session.ended())
        self.habeas("verify")

    def test_the_key_comes_by_the_first_line_or_the_environment_and_is_told_nowhere(self):
        key = (self.folder / f"{cli.STORE}.key").read_text()
        (self.folder / f"{cli.STORE}.key").unlink()
        session = self.session()
        self.assertEqual("key_missing", session.call("open", path=cli.STORE)["status"])
        self.assertIsNone(session.call("open", path=cli.STORE, key=key))
        self.assertNotIn(key.split()[-1], json.dumps(session.call("store.info")))
        with open(f"/proc/{session.process.pid}/cmdline", encoding="utf-8") as command:
            self.assertNotIn(key.split()[-1], command.read())
        other = self.session(env={"HABEAS_KEY": key})
        self.assertIsNone(other.call("open", path=cli.STORE))
        wrong = session.call("open", path=cli.STORE, key="nonsense")
        self.assertNotIn("nonsense", wrong["message"])

    def test_two_at_once_share_a_store(self):
        one, two = self.session().open(), self.session().open()
        one.call("tag.add", subject=1, tag="one")
        two.call("tag.add", subject=1, tag="two")
        self.assertLessEqual({"one", "two"}, set(one.call("tag.of", subject=1)))

    def test_nobody_who_reads_ends_it(self):
        session = self.session().open()
        session.process.stdout.close()
        session.send("methods")
        deadline = time.monotonic() + 30
        while session.process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(0, session.process.returncode)
        session.process.stdout = open(os.devnull, "rb")  # for the cleanup


cli.main(__name__, covers=["serve"])

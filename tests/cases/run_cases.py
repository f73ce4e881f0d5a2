#!/usr/bin/env python3
"""The shared cases through the C ABI and through the program; see README.md.

usage: run_cases.py LIBRARY PROGRAM
Ends with "N passed, N failed"; a case counts once for each way in.
"""
import ctypes
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NOON = "2026-06-01T10:00:00Z"


class Failure(Exception):
    def __init__(self, status, where):
        super().__init__(f"{status} at {where}")
        self.status, self.where = status, where


class Way:
    """A way in: `call` gives the result, or raises Failure. Asks back for the clock."""

    def __init__(self):
        self.now = NOON

    def asked(self, name):
        return {"clock": self.now}.get(name)


class Library(Way):
    """habeas_call of libhabeas.so."""

    class String(ctypes.Structure):
        _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_size_t)]

    class Error(ctypes.Structure):
        _fields_ = [("struct_size", ctypes.c_uint32), ("status", ctypes.c_int32), ("sqlite_code", ctypes.c_int32),
                    ("reserved", ctypes.c_uint32), ("where", ctypes.c_char * 256), ("message", ctypes.c_char * 1024)]

    CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p,
                                ctypes.c_size_t, ctypes.c_void_p)

    def __init__(self, library):
        super().__init__()
        self.lib = ctypes.CDLL(library)
        self.lib.habeas_status_name.restype = ctypes.c_char_p
        self.callback = self.CALLBACK(self.ask)
        self.store = ctypes.c_void_p()
        text = json.dumps({"memory": True, "clock": True}).encode()
        self.check(self.lib.habeas_call_open(text, ctypes.c_size_t(len(text)), self.callback, None,
                                             ctypes.byref(self.store)))

    def ask(self, _user, name, name_size, _document, _document_size, reply):
        answer = json.dumps(self.asked(ctypes.string_at(name, name_size).decode())).encode()
        return self.lib.habeas_reply_set(ctypes.c_void_p(reply), answer, ctypes.c_size_t(len(answer)))

    def check(self, status):
        if status != 0:
            error = self.Error()
            self.lib.habeas_error_init(ctypes.byref(error), ctypes.c_size_t(ctypes.sizeof(error)))
            self.lib.habeas_last_error(ctypes.byref(error))
            raise Failure(self.lib.habeas_status_name(status).decode(), error.where.decode())

    def call(self, method, params):
        name, text, out = method.encode(), json.dumps(params).encode(), self.String()
        self.check(self.lib.habeas_call(self.store, name, ctypes.c_size_t(len(name)), text, ctypes.c_size_t(len(text)),
                                        self.callback, None, ctypes.byref(out)))
        result = json.loads(ctypes.string_at(out.data, out.size))
        self.lib.habeas_string_free(ctypes.byref(out))
        return result

    def close(self):
        self.lib.habeas_store_close(self.store)


class Program(Way):
    """`habeas serve --stdio`: one process for all cases."""

    def __init__(self, process):
        super().__init__()
        self.process, self.number = process, 0
        self.call("open", {"memory": True, "clock": True})

    def write(self, document):
        self.process.stdin.write(json.dumps(document) + "\n")
        self.process.stdin.flush()

    def call(self, method, params):
        self.number += 1
        self.write({"id": self.number, "method": method, "params": params})
        while True:
            answer = json.loads(self.process.stdout.readline())
            if "callback" in answer:
                self.write({"answer": self.asked(answer["callback"])})
            elif "error" in answer:
                raise Failure(answer["error"]["status"], answer["error"]["where"])
            elif "result" in answer:
                return answer["result"]

    def close(self):
        self.call("close", {})


def put(value, names):
    if isinstance(value, dict):
        return {key: put(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [put(each, names) for each in value]
    return names.get(value, value) if isinstance(value, str) else value


def walk(way, case):
    names = {}
    for step in case["steps"]:
        way.now = step.get("at", NOON)
        given = way.call(step["method"], put(step["params"], names))
        if step["method"] == "subject.create":
            names["@subject"] = given
    return way.call(case["ask"]["method"], put(case["ask"]["params"], names))


def people(way):
    way.call("purpose.define", {"purpose": {"code": "newsletter", "basis": "consent", "kind": "marketing",
                                            "channels": ["email"]}})
    way.call("purpose.add_text", {"purpose": "newsletter", "text": {"texts": [{"language": "en", "text": "News by e-mail"}]}})
    found = {}
    for name, country in (("ada", "DE"), ("bob", "FR"), ("cyd", "DE"), ("dee", None)):
        fields = {"email": f"{name}@example.org", **({"country": country} if country else {})}
        found[name] = way.call("subject.create", {"input": {"fields": fields}})
    way.call("tag.add", {"subject": found["ada"], "tag": "vip"})
    for name in ("ada", "bob"):
        way.call("consent.record", {"event": {
            "subject": found[name], "kind": "granted", "purpose": "newsletter", "channel": "email",
            "evidence": {"method": "form", "language": "en", "text_version": 1}}})
    return found


def decision(way, case):
    found = walk(way, case)
    return {"allowed": found["allowed"], "reason": found["reason"]}


def deadline(way, case):
    found = walk(way, case)
    return {member: found[member] for member in case["expect"]}


def matches(way, case):
    names = {number: name for name, number in people(way).items()}
    cursor = way.call("segment.match", {"filter": case["filter"]})
    return [names[each] for each in way.call("cursor.next", {"cursor": cursor, "numbers": True})["rows"]]


def error(way, case):
    names = {f"@{name}": number for name, number in people(way).items()}
    case["expect"] = {key: case[key] for key in ("status", "where") if key in case}
    try:
        way.call(case["method"], put(case["params"], names))
    except Failure as failure:
        return {key: getattr(failure, key) for key in case["expect"]}
    return "it did not fail"


KINDS = {"decisions": decision, "deadlines": deadline, "filters": matches, "errors": error}


def main(library, program):
    passed = failed = 0
    process = subprocess.Popen([program, "serve", "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdout.readline()
    for name, run in KINDS.items():
        for case in json.loads((HERE / f"{name}.json").read_text(encoding="utf-8")):
            for what, enter in (("C", lambda: Library(library)), ("program", lambda: Program(process))):
                way = enter()
                if case.get("steps"):
                    way.now = case["steps"][0].get("at", NOON)
                try:
                    found = run(way, case)
                except Failure as failure:
                    found = str(failure)
                way.close()
                if found == case["expect"]:
                    passed += 1
                else:
                    failed += 1
                    print(f"FAILED: {case['id']} by {what}: {found}, expected {case['expect']}")
    process.stdin.close()
    failed += process.wait(60) != 0
    print(f"{passed} passed, {failed} failed")
    return failed != 0 or passed == 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

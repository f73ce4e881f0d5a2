"""A store that has something to send, by the program."""
import json
import os
import subprocess
import sys
from pathlib import Path

PROGRAM = os.environ.get("HABEAS_PROGRAM", str(Path(__file__).resolve().parents[2] / "build/dev/habeas"))
DEFINITIONS = {
    "habeas_definitions": 1,
    "settings": {"controller": {"name": "Müller & Söhne", "address": "Lange Straße 1\n10115 Berlin"},
                 "base_url": "https://shop.example/privacy", "sender": "Müller & Söhne <news@shop.example>"},
    "purposes": [
        {"code": "newsletter", "labels": {"en": "Newsletter"}, "basis": "consent", "kind": "marketing",
         "channels": ["email"], "texts": [{"texts": [{"language": "en", "text": "Write to me.", "label": "Yes"}]}]},
        {"code": "orders", "labels": {"en": "Orders"}, "basis": "contract", "kind": "transactional",
         "channels": ["email"]}],
    "templates": [
        {"code": "news", "kind": "marketing", "purpose": "newsletter",
         "languages": {"en": {"subject": "Neues aus Köln", "text": "Tee: {{data.line}}\n.\n..\n. end\n",
                              "html": "<p>Tee: {{data.line}}</p>"}}},
        {"code": "order", "purpose": "orders",
         "languages": {"en": {"subject": "Your order", "text": "It is on its way."}}}],
}


class Shop:
    def __init__(self, folder, env=None):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.env = {"PATH": os.defpath, "HABEAS_STORE": str(folder / "shop.habeas"), "LANG": "C.UTF-8",
                    **{k: v for k, v in os.environ.items() if "SAN_OPTIONS" in k}, **(env or {})}
        self.run("init")
        self.run("apply", "-", stdin=json.dumps(DEFINITIONS))

    def call(self, *arguments, stdin=None, env=None):
        return subprocess.run([PROGRAM, *arguments], input=stdin, text=True, capture_output=True, timeout=300,
                              cwd=self.folder, env={**self.env, **(env or {})})

    def run(self, *arguments, stdin=None, env=None):
        done = self.call(*arguments, stdin=stdin, env=env)
        if done.returncode != 0:
            print(done.stdout, done.stderr, file=sys.stderr)
            raise AssertionError(f"habeas {' '.join(arguments)}: {done.returncode}")
        return done.stdout

    def json(self, *arguments, **more):
        return json.loads(self.run(*arguments, "--json", **more))

    def reader(self, email, **fields):
        self.run("subject", "create", f"email={email}", *[f"{k}={v}" for k, v in fields.items()])
        self.run("consent", "record", f"email:{email}", "granted", "newsletter", "--method", "form",
                 "--text-version", "1", "--language", "en")

    def queue(self, email, template="news", key=None):
        return self.json("outbox", "queue", f"email:{email}", template, "--key", key or f"{email}/{template}",
                         "--data", json.dumps({"line": "grün"}))["message"]

    def send(self, gateway, user="", secret="", limit=1000):
        return self.json("outbox", "run", "--gateway", json.dumps(gateway), "--limit", str(limit),
                         env={"HABEAS_GATEWAY_USER": user, "HABEAS_GATEWAY_SECRET": secret})

    def show(self, message):
        return self.json("outbox", "show", str(message))

#!/usr/bin/env python3
"""Runs each script of examples/flows against a built program and looks at what it leaves behind.

usage: flows_test.py PROGRAM SERVER FOLDER"""
import email
import email.policy
import html.parser
import io
import json
import os
import re
import shutil
import subprocess
import sys
import unittest
import zipfile
from pathlib import Path
from xml.etree import ElementTree

FLOWS = Path(__file__).resolve().parents[2] / "examples/flows"
PROGRAM = SERVER = FOLDER = None
ERASED = 5  # exit code


class Inputs(html.parser.HTMLParser):
    """The inputs of a page, as dictionaries of their attributes."""

    def __init__(self, text):
        super().__init__()
        self.inputs, self.tags = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == "input":
            self.inputs.append(dict(attrs))

    def of(self, kind):
        return [each for each in self.inputs if each.get("type") == kind]


class Flow:
    """What the tests of each flow share; `name` is its folder."""

    @classmethod
    def setUpClass(cls):
        cls.folder = FOLDER / cls.name
        cls.done = subprocess.run(
            ["sh", FLOWS / cls.name / "run.sh", cls.folder], text=True, capture_output=True,
            timeout=300, cwd="/", env={**os.environ, "HABEAS": str(PROGRAM), "HABEAS_SERVER": str(SERVER)})
        cls.said = " ".join(cls.done.stdout.split())

    def habeas(self, *arguments, code=0):
        done = subprocess.run([PROGRAM, "--store", "shop.habeas", "--json", *arguments], text=True,
                              capture_output=True, timeout=120, cwd=self.folder)
        self.assertEqual(code, done.returncode, done.stdout + done.stderr)
        return json.loads(done.stdout) if code in (0, 1) else None

    def mails(self, folder="mail"):
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                for path in sorted((self.folder / folder).glob("*.eml"))]

    def places(self, text):
        """Names of files that hold a text as bytes, in any case."""
        return [str(path.relative_to(self.folder)) for path in self.folder.rglob("*")
                if path.is_file() and text.encode() in path.read_bytes().lower()]

    def test_ends_well_in_a_store_that_verifies(self):
        self.assertEqual(0, self.done.returncode, self.done.stdout + self.done.stderr)
        self.assertTrue(self.habeas("verify")["ok"])

    def test_is_for_its_owner_alone(self):
        open_to_others = [path.name for path in self.folder.rglob("*") if path.stat().st_mode & 0o77]
        self.assertEqual([], open_to_others)


class ConsentFields(Flow, unittest.TestCase):
    name = "a-consent-fields"

    def test_the_form_has_a_box_for_each_purpose_and_nobody_ticked_it(self):
        page = Inputs((self.folder / "form.html").read_text(encoding="utf-8"))
        self.assertEqual(["newsletter", "offers"], [each["name"] for each in page.of("checkbox")])
        self.assertEqual([], [each for each in page.inputs if "checked" in each])
        self.assertNotIn("script", page.tags)

    def test_the_ticked_purpose_is_allowed_once_it_was_confirmed_and_the_other_is_not(self):
        self.assertTrue(self.habeas("decide", "1", "newsletter", "email")["allowed"])
        self.assertFalse(self.habeas("decide", "1", "offers", "email", code=1)["allowed"])

    def test_the_evidence_is_what_was_shown(self):
        events = [each for each in self.habeas("consent", "history", "1")
                  if each["purpose"] == "newsletter"]
        self.assertEqual(["requested", "granted"], [each["kind"] for each in events])
        for each in events:
            self.assertEqual((1, "en"), (each["evidence"]["text_version"],
                                         each["evidence"]["language"]))


class OrdersOnly(Flow, unittest.TestCase):
    name = "b-orders-only"

    def test_only_the_order_is_told(self):
        self.assertEqual([("news", "refused", "NO_CONSENT"), ("shipped", "sent", "")],
                         [(each["message_template"], each["state"], each["reason"])
                          for each in self.habeas("outbox", "list")])
        (mail,) = self.mails()
        self.assertEqual("On its way", mail["Subject"])
        self.assertIn("Your order 77", mail.get_content())


class Forgotten(Flow, unittest.TestCase):
    name = "c-forgotten"

    def test_nothing_is_deleted_before_she_confirmed(self):
        before, after = self.done.stdout.split("She confirms")
        self.assertIn("identity_asked", before)
        self.assertIn("all of value 1 in shop.habeas", before)
        self.assertIn("c-forgotten/mail/", before)
        self.assertIn("Request 1 is verified.", after)
        self.assertIn("gone: delete_subject 1 erased", self.said)

    def test_no_byte_of_her_is_left_in_any_file(self):
        self.assertIn("Nothing is wrong.", self.done.stdout)
        for text in ("carla", "+493023125077", "23125077"):
            self.assertEqual([], self.places(text), text)
        self.assertEqual([], self.mails())
        self.habeas("subject", "show", "1", code=ERASED)

    def test_the_receipt_names_nobody(self):
        receipt = self.habeas("erasure", "receipt", "1")
        self.assertIn(receipt["id"], self.done.stdout)
        self.assertIsNotNone(receipt["physical_at"])
        self.assertEqual((2, 1), (receipt["removed"]["files written"],
                                  receipt["removed"]["submissions of forms"]))
        self.assertNotIn("carla", json.dumps(receipt).lower())

    def test_her_request_stays_as_a_number_and_is_fulfilled(self):
        (request,) = self.habeas("request", "list")
        self.assertEqual((1, "erasure", "fulfilled"),
                         (request["subject"], request["kind"], request["state"]))


class Access(Flow, unittest.TestCase):
    name = "d-access"

    def test_the_employee_is_told_without_being_told_who(self):
        (notice,) = [each for each in self.mails() if "privacy@shop.example" in each["To"]]
        self.assertIn("Subject 1 asks for access", notice.get_content())
        self.assertNotIn("dina", notice.as_string().lower())

    def test_the_attachment_opens_and_holds_her_data(self):
        (mail,) = self.mails("answer")
        self.assertIn("dina@example.org", mail["To"])
        (attachment,) = list(mail.iter_attachments())
        with zipfile.ZipFile(io.BytesIO(attachment.get_content())) as archive:
            self.assertIsNone(archive.testzip())
            contents = {name: archive.read(name).decode("utf-8", "replace")
                        for name in archive.namelist()}
            self.assertIn(str(archive.namelist()), self.done.stdout)
        (data,) = [json.loads(text) for name, text in contents.items() if name.endswith(".json")]
        (page,) = [text for name, text in contents.items() if name.endswith(".html")]
        for value in ("dina@example.org", "Dina", "Doppler", "show_me"):
            self.assertIn(value, json.dumps(data))
            self.assertIn(value, page)

    def test_it_was_sent_only_after_she_confirmed(self):
        before, after = self.done.stdout.split("She confirms")
        self.assertNotIn("your_data", before)
        self.assertIn("Request 1 is verified.", after)
        (request,) = self.habeas("request", "list")
        self.assertEqual(("access", "fulfilled"), (request["kind"], request["state"]))


class OneForm(Flow, unittest.TestCase):
    name = "e-one-form"

    def test_each_wish_has_its_own_message(self):
        self.assertIn("message We send you your data", self.said)
        self.assertIn("message We delete your data", self.said)
        page = Inputs((self.folder / "form.html").read_text(encoding="utf-8"))
        self.assertEqual(["view", "forget"], [each["value"] for each in page.of("radio")])
        self.assertEqual([], [each for each in page.inputs if "checked" in each])

    def test_both_requests_are_fulfilled(self):
        self.assertEqual([("access", "fulfilled"), ("erasure", "fulfilled")],
                         [(each["kind"], each["state"]) for each in self.habeas("request", "list")])

    def test_who_wanted_to_see_has_the_data_and_stays(self):
        with zipfile.ZipFile(self.folder / "emma.zip") as archive:
            self.assertTrue(any(b"emma@example.org" in archive.read(name)
                                for name in archive.namelist()))
        self.assertEqual("Emma", self.habeas("subject", "show", "1")["fields"]["first_name"])

    def test_who_wanted_to_be_forgotten_is(self):
        self.assertEqual([], self.places("fred"))


class Nurture(Flow, unittest.TestCase):
    name = "f-nurture"

    def test_the_look_ahead_tells_and_does_nothing(self):
        ahead = self.done.stdout.split("Nothing is done for it.")[1].split("The first mails")[0]
        self.assertEqual(2, len(re.findall("send_message reminder +queued", ahead)))
        self.assertNotIn("reminder", {each["message_template"] for each in self.habeas("outbox", "list")})

    def test_only_who_may_be_scored_has_points(self):
        self.assertEqual(10, self.habeas("points", "show", "email:gina@example.org")["total"])
        self.assertEqual([], self.habeas("points", "show", "email:hans@example.org")["entries"])

    def test_the_way_forks_by_what_people_did_and_by_their_points(self):
        self.assertEqual(["keen"], self.habeas("tag", "list", "email:gina@example.org"))
        self.assertEqual([], self.habeas("tag", "list", "email:hans@example.org"))
        counts = {(each["event"], each["outcome"]): each["count"]
                  for each in self.habeas("campaign", "show", "nurture")["counts"]}
        self.assertEqual((2, 2, 1, 1), (counts["hello", "queued"], counts["read", "yes"],
                                        counts["keen", "yes"], counts["keen", "no"]))

    def test_the_drawing_opens_and_has_every_event(self):
        drawn = ElementTree.parse(self.folder / "tree.svg").getroot()
        texts = " ".join("".join(each.itertext()) for each in drawn)
        for event in ("hello", "read", "keen", "tag", "invite", "remind"):
            self.assertIn(event + ":", texts)


class DoubleOptIn(Flow, unittest.TestCase):
    name = "g-double-opt-in"

    def test_nothing_is_allowed_before_the_button_and_after_the_click(self):
        self.assertEqual(["CONSENT_PENDING", "OK_CONSENT", "OK_CONSENT", "CONSENT_WITHDRAWN"],
                         re.findall(r"^(?:allowed|denied): ([A-Z_]+)", self.done.stdout, re.MULTILINE))
        self.assertFalse(self.habeas("decide", "1", "newsletter", "email", code=1)["allowed"])

    def test_opening_a_link_changes_nothing(self):
        self.assertIn("waiting", self.done.stdout.split("presses the button.")[1])
        for page in ("question.html", "really.html"):
            self.assertIn("<button", (self.folder / page).read_text(encoding="utf-8"))

    def test_one_mail_to_confirm_and_one_newsletter_went(self):
        self.assertEqual([("please_confirm", "sent"), ("letter", "sent"), ("letter", "refused")],
                         [(each["message_template"], each["state"])
                          for each in self.habeas("outbox", "list")])
        letter = [each for each in self.mails() if each["List-Unsubscribe-Post"]]
        self.assertEqual(["List-Unsubscribe=One-Click"],
                         [each["List-Unsubscribe-Post"] for each in letter])

    def test_each_word_of_hers_is_on_record_with_its_proof(self):
        events = [each for each in self.habeas("consent", "history", "1")
                  if each["purpose"] == "newsletter"]
        self.assertEqual(["requested", "granted", "withdrawn"], [each["kind"] for each in events])
        self.assertEqual((1, "en"), (events[1]["evidence"]["text_version"],
                                     events[1]["evidence"]["language"]))
        self.assertIn("one-click", events[2]["evidence"]["document"])


class All(unittest.TestCase):
    def test_every_flow_is_run_and_short(self):
        folders = {path.name for path in FLOWS.iterdir() if path.is_dir()}
        self.assertEqual(folders, {each.name for each in Flow.__subclasses__()})
        for path in FLOWS.glob("*/run.sh"):
            self.assertLess(len(path.read_text(encoding="utf-8").splitlines()), 45, path)

    def test_a_folder_that_is_there_is_not_written_into(self):
        there = FOLDER / "there"
        there.mkdir()
        done = subprocess.run(["sh", FLOWS / "b-orders-only/run.sh", there], text=True, cwd="/",
                              capture_output=True, env={**os.environ, "HABEAS": str(PROGRAM)})
        self.assertNotEqual(0, done.returncode)
        self.assertEqual([], list(there.iterdir()))


if __name__ == "__main__":
    PROGRAM, SERVER, FOLDER = (Path(each).resolve() for each in sys.argv[1:4])
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]])

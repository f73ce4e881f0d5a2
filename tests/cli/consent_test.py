"""consent, decide, filter, suppress."""
import json
import unittest

import cli
from cli import ANNA, GRANT, CliTest


class Recording(CliTest):
    def test_an_event_is_kept_with_all_of_its_evidence(self):
        recorded = self.json(
            "consent", "record", "2", "granted", "newsletter", *GRANT, "--at",
            "2026-01-02T03:04:05+01:00", "--form", "signup", "--submission", "s-1", "--document",
            "d-1", "--ip", "192.0.2.77", "--user-agent", "Mozilla", "--explicit",
            "--parental-authorisation", "--controller", "Example Shop", "--expires-at",
            "2027-01-01", "--note", "by hand")
        event = self.json("consent", "history", "2")[0]
        self.assertEqual(recorded, {"event": event["event"], "subject": 2})
        self.assertEqual("2026-01-02T02:04:05.000Z", event["effective_at"])
        self.assertEqual(
            {"method": "form", "text_version": 1, "language": "en", "form": "signup",
             "submission": "s-1", "document": "d-1", "ip": "192.0.2.0", "user_agent": "Mozilla",
             "explicit_consent": True,
             "parental_authorisation": True, "controllers": ["Example Shop"],
             "expires_at": "2027-01-01T00:00:00.000Z", "note": "by hand"}, event["evidence"])

    def test_an_event_is_told_to_people(self):
        self.assertRegex(self.habeas("consent", "record", ANNA, "withdrawn", "newsletter").out,
                         r"^Event \d+: withdrawn of subject 1\.$")
        rows = self.table("consent", "history", ANNA)
        self.assertEqual(["granted", "newsletter", "email", "form, text 1", "system"], rows[0][2:])
        self.assertEqual(["withdrawn", "newsletter", "any", "", "system"], rows[1][2:])

    def test_flags_that_make_a_consent_invalid_deny(self):
        for flag in ("--preticked", "--below-gdpr-standard"):
            self.habeas("consent", "record", "2", "granted", "newsletter", *GRANT, flag)
            self.assertEqual("CONSENT_INVALID", self.json(
                "decide", "2", "newsletter", "email", code=cli.NO)["reason"])

    def test_facts_objections_and_bounces_have_their_own_words(self):
        self.habeas("consent", "record", ANNA, "basis_fact", "--data", "sale_context=true", "--data",
                    "similar_products=true")
        self.habeas("consent", "record", ANNA, "bounced", "--scope", "soft", "--channel", "email")
        self.habeas("consent", "record", ANNA, "objected", "--scope", "direct_marketing")
        history = self.json("consent", "history", ANNA)
        self.assertEqual({"sale_context": "true", "similar_products": "true"}, history[1]["data"])
        self.assertEqual("OBJECTED_DIRECT_MARKETING", self.json(
            "decide", ANNA, "newsletter", "email", code=cli.NO)["reason"])

    def test_what_cannot_be_recorded_is_refused(self):
        self.refused(cli.INVALID, "consent", "record", ANNA, "granted", says="name it")
        self.refused(cli.NOT_FOUND, "consent", "record", ANNA, "granted", "none", says="none")
        self.refused(cli.INVALID, "consent", "record", ANNA, "objected", says="direct_marketing")
        self.refused(cli.INVALID, "consent", "record", ANNA, "withdrawn", "--at", "2099-01-01",
                     says="ahead of the clock")
        self.refused(cli.USAGE, "consent", "record", ANNA, "merged", "newsletter",
                     says="granted, refused")
        self.refused(cli.USAGE, "consent", "record", ANNA, "granted", "newsletter", "--channel",
                     "pigeon", says="email, sms")
        self.refused(cli.USAGE, "consent", "record", ANNA, "granted", "newsletter", "--at", "soon")
        self.refused(cli.USAGE, "consent", "record", ANNA, "granted", "newsletter",
                     "--text-version", "one")
        self.refused(cli.NOT_FOUND, "consent", "record", ANNA, "granted", "newsletter",
                     "--text-version", "9")
        self.refused(cli.NOT_FOUND, "consent", "record", "email:nobody@example.org", "withdrawn")
        self.refused(cli.ERASED, "consent", "record", "3", "withdrawn")


class Reading(CliTest):
    def test_the_state_is_that_of_each_channel_or_the_least_permissive(self):
        self.assertEqual([["newsletter", "email", "granted"], ["newsletter", "sms", "none"],
                          ["orders", "email", "none"]], self.table("consent", "state", ANNA))
        self.assertEqual([{"purpose": "newsletter", "channel": "any", "state": "none"}],
                         self.json("consent", "state", ANNA, "newsletter", "--channel", "any"))
        self.refused(cli.NOT_FOUND, "consent", "state", ANNA, "none", says='"none"')
        self.refused(cli.ERASED, "consent", "state", "3")

    def test_a_receipt_is_a_document(self):
        event = str(self.json("consent", "history", ANNA)[0]["event"])
        self.assertIn("@context", json.loads(self.habeas("consent", "receipt", event).out))
        kantara = self.json("consent", "receipt", event, "--format", "kantara-1.1")
        self.assertEqual("KI-CR-v1.1.0", kantara["version"])
        self.refused(cli.INVALID, "consent", "receipt", "1", says="have a receipt")
        self.refused(cli.NOT_FOUND, "consent", "receipt", "99999")
        self.refused(cli.USAGE, "consent", "receipt", "x", says="is a number")
        self.refused(cli.USAGE, "consent", "receipt", event, "--format", "pdf", says="iso-27560")

    def test_a_history_of_nobody_is_an_error(self):
        self.assertEqual([], self.json("consent", "history", "2"))
        self.assertEqual("(none)", self.habeas("consent", "history", "2").lines[-1])
        self.refused(cli.NOT_FOUND, "consent", "history", "email:nobody@example.org")


class Deciding(CliTest):
    def test_a_decision_is_yes_or_no_with_its_reason_and_the_event(self):
        event = self.json("consent", "history", ANNA)[0]
        decision = self.json("decide", ANNA, "newsletter", "email")
        self.assertEqual((True, "OK_CONSENT", event["event"]),
                         (decision["allowed"], decision["reason"], decision["event"]))
        self.assertRegex(decision["holds_until"], r"^20\d\d-\d\d-\d\dT.*Z$")
        lines = self.habeas("decide", ANNA, "newsletter", "email").lines
        self.assertTrue(lines[0].startswith("allowed: OK_CONSENT, GDPR"))
        self.assertEqual([f"decided by event {event['event']}",
                          f"may change at {decision['holds_until']}"], lines[1:])
        denied = self.habeas("decide", ANNA, "newsletter", "sms", code=cli.NO)
        self.assertTrue(denied.out.startswith("denied: CONSENT_OTHER_CHANNEL"), denied.out)

    def test_an_explanation_goes_step_by_step_to_what_decided(self):
        done = self.habeas("decide", ANNA, "newsletter", "sms", "--explain", code=cli.NO)
        self.assertTrue(done.out.startswith("Denied: "))
        self.assertEqual(1, sum(line.startswith("->") for line in done.lines))
        explanation = self.json("decide", ANNA, "newsletter", "sms", "--explain", code=cli.NO)
        self.assertEqual([True], [step["decided"] for step in explanation["steps"]
                                  if step["decided"]])
        self.assertEqual("CONSENT_OTHER_CHANNEL", explanation["reason"])

    def test_whom_nobody_knows_is_denied_and_no_error(self):
        for name in ("email:nobody@example.org", "4711"):
            decision = self.json("decide", name, "newsletter", "email", code=cli.NO)
            self.assertEqual("SUBJECT_UNKNOWN", decision["reason"])
        self.assertEqual("ERASED", self.json("decide", "3", "newsletter", "email",
                                             code=cli.NO)["reason"])

    def test_the_past_is_asked_about_as_it_was_and_as_it_was_known(self):
        self.habeas("consent", "record", "2", "granted", "newsletter", *GRANT, "--at",
                    "2026-01-01T00:00:00Z")
        before = self.json("consent", "history", "2")[0]["recorded_at"]
        self.habeas("consent", "record", "2", "withdrawn", "newsletter", "--at",
                    "2026-02-01T00:00:00Z")

        def reason(code, *more):
            return self.json("decide", "2", "newsletter", "email", *more, code=code)["reason"]
        self.assertEqual("CONSENT_WITHDRAWN", reason(cli.NO))
        self.assertEqual("OK_CONSENT", reason(cli.OK, "--at", "2026-01-15"))
        self.assertEqual("CONSENT_NOT_YET_GIVEN", reason(cli.NO, "--at", "2025-12-31"))
        self.assertEqual("OK_CONSENT", reason(cli.OK, "--at", "2026-02-15", "--known-at", before))
        self.assertEqual([], self.json("filter", "newsletter", "email", "--at", "2026-02-15"))
        known = self.json("filter", "newsletter", "email", "--at", "2026-02-15", "--known-at", before)
        self.assertEqual([2], [each["subject"] for each in known])
        self.assertEqual("CONSENT_OTHER_CONTROLLER",
                         reason(cli.NO, "--at", "2026-01-15", "--controller", "Somebody Else"))

    def test_wrong_questions_are_refused(self):
        self.assertEqual("PURPOSE_NOT_DECLARED",
                         self.json("decide", ANNA, "none", "email", code=cli.NO)["reason"])
        self.refused(cli.USAGE, "decide", ANNA, "newsletter", "pigeon", says="email, sms")
        self.refused(cli.USAGE, "decide", ANNA, "newsletter", says="CHANNEL is required")
        self.refused(cli.USAGE, "decide", "anna@example.org", "newsletter", "email")


class Filtering(CliTest):
    def test_who_may_be_processed_is_listed_and_with_denied_the_others_too(self):
        self.assertEqual([["1", "yes", "OK_CONSENT"]],
                         [row[:3] for row in self.table("filter", "newsletter", "email")])
        rows = self.json("filter", "newsletter", "email", "--denied")
        self.assertEqual([(1, True, "OK_CONSENT"), (2, False, "NO_CONSENT")],
                         [(row["subject"], row["allowed"], row["reason"]) for row in rows])
        self.assertEqual([], self.json("filter", "newsletter", "post"))

    def test_the_reasons_are_counted(self):
        counts = self.json("filter", "newsletter", "email", "--count")
        self.assertEqual((1, 1), (counts["allowed"], counts["denied"]))
        self.assertEqual(["OK_CONSENT", "NO_CONSENT"], [row["reason"] for row in counts["reasons"]])
        self.assertEqual("1 may be processed, 1 may not",
                         self.habeas("filter", "newsletter", "email", "--count").lines[-1])

    def test_a_filter_of_some_keeps_their_order_and_denies_the_unknown(self):
        rows = self.json("filter", "newsletter", "email", "--denied", "--subject", "4711",
                         "--subject", "2", "--from", "-", stdin=b"email:anna@example.org\n\n3\n")
        self.assertEqual([(4711, "SUBJECT_UNKNOWN"), (2, "NO_CONSENT"), (1, "OK_CONSENT"),
                          (3, "ERASED")], [(row["subject"], row["reason"]) for row in rows])
        self.assertEqual([1], [row["subject"] for row in self.json(
            "filter", "newsletter", "email", "--subject", "2", "--subject", ANNA)])

    def test_a_purpose_that_nobody_declared_allows_nobody_and_that_is_said(self):
        done = self.habeas("filter", "newslettr", "email")
        self.assertEqual("(none)", done.lines[-1])
        self.assertIn('no purpose "newslettr" is declared', done.err)
        rows = self.json("filter", "newslettr", "email", "--denied")
        self.assertEqual({"PURPOSE_NOT_DECLARED"}, {row["reason"] for row in rows})

    def test_a_filter_asks_about_other_moments(self):
        self.assertEqual([], self.json("filter", "newsletter", "email", "--at", "2020-01-01"))
        self.assertEqual([], self.json("filter", "newsletter", "email", "--at", "2040-01-01"))

    def test_a_line_that_names_nobody_is_named_by_its_number(self):
        self.give("some.txt", "1\nemail:nobody@example.org\n")
        done = self.refused(cli.NOT_FOUND, "filter", "newsletter", "email", "--from", "some.txt",
                            says="some.txt, line 2")
        self.assertNotIn("nobody@", done.err)
        self.give("wrong.txt", "nobody\n")
        self.refused(cli.USAGE, "filter", "newsletter", "email", "--from", "wrong.txt",
                     says="wrong.txt, line 1")
        self.give("empty.txt", "")
        self.refused(cli.USAGE, "filter", "newsletter", "email", "--from", "empty.txt")


class Suppressing(CliTest):
    def test_an_address_goes_on_the_list_and_off_it_by_the_persons_own_act(self):
        self.assertEqual({"suppressed": True, "changed": True},
                         self.json("suppress", "add", ANNA, "--kind", "complaint", "--scope", "all",
                                   "--note", "spam report"))
        self.assertEqual("COMPLAINT", self.json("decide", ANNA, "newsletter", "email",
                                                code=cli.NO)["reason"])
        self.assertEqual("It is on the suppression list.\n",
                         self.habeas("suppress", "check", "email:ANNA@EXAMPLE.ORG").out)
        self.assertEqual({"suppressed": False, "changed": True},
                         self.json("suppress", "remove", ANNA, "--act", "signed up again"))
        self.habeas("decide", ANNA, "newsletter", "email")
        self.assertEqual({"suppressed": False, "changed": False},
                         self.json("suppress", "remove", ANNA, "--act", "again", code=cli.NO))
        self.assertEqual({"suppressed": False, "changed": False},
                         self.json("suppress", "check", ANNA, code=cli.NO))

    def test_whoever_is_on_the_list_stays_denied_when_they_are_created(self):
        self.habeas("subject", "create", "email=carl@example.org")
        self.habeas("consent", "record", "email:carl@example.org", "granted", "newsletter", *GRANT,
                    "--at", "2026-01-01")
        self.assertEqual("SUPPRESSED", self.json("decide", "email:carl@example.org", "newsletter",
                                                 "email", code=cli.NO)["reason"])

    def test_the_list_is_counted_and_holds_no_address(self):
        before = self.json("suppress", "count")["suppressions"]
        self.assertIn("keyed hash", self.habeas("suppress", "add", "phone:+436641234567").out)
        self.assertGreater(int(self.habeas("suppress", "count").out), before)
        self.assertEqual("It is off the suppression list.\n",
                         self.habeas("suppress", "remove", "email:carl@example.org", "--act",
                                     "wrote to us").out)
        for path in self.folder.glob(cli.STORE + "*"):
            self.assertNotIn(b"6641234567", path.read_bytes())

    def test_wrong_suppressions_are_refused(self):
        self.refused(cli.USAGE, "suppress", "add", "anna@example.org")
        self.refused(cli.USAGE, "suppress", "add", ANNA, "--kind", "mood", says="objection")
        self.refused(cli.USAGE, "suppress", "remove", ANNA, says="--act is required")
        self.refused(cli.INVALID, "suppress", "remove", ANNA, "--act", " ", says="act of the person")
        self.refused(cli.INVALID, "suppress", "check", "email:anna")
        self.refused(cli.NOT_FOUND, "suppress", "count", "--store", "none")


cli.main(__name__, covers=["consent", "decide", "filter", "suppress"])

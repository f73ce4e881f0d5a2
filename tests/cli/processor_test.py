"""processor, place."""
import json

import cli
from cli import ANNA, MAILJET, FlowTest

CRM = {"code": "crm_inc", "name": "CRM Inc.", "history": [
    {"established": "US", "owner": "US", "data_locations": ["US"], "contract": {}, "dpf_listed": True}]}


class Registry(FlowTest):
    def test_a_processor_is_defined_listed_shown_and_changed_by_date(self):
        self.assertIn("now allowed: ADEQUACY (US)", self.habeas("processor", "define", json.dumps(CRM)).out)
        self.give("crm.json", {**CRM, "history": [{"from": "2025-01-01", "ended": True}]})
        done = self.json("processor", "define", "@crm.json")
        self.assertEqual(("crm_inc", True, "ENDED"), (done["processor"], done["changed"], done["answer"]["rule"]))
        self.assertFalse(self.json("processor", "define", "@crm.json")["changed"])
        self.assertEqual([["crm_inc", "CRM Inc.", "", "", "", "denied: ENDED"],
                          ["mailjet", "Mailjet SAS", "FR", "SE", "DE, BE", "allowed: NO_TRANSFER_EEA"]],
                         self.table("processor", "list"))
        listed = self.json("processor", "list", "--at", "2024-06-01")
        self.assertEqual(["ADEQUACY", "NO_TRANSFER_EEA"], [each["answer"]["rule"] for each in listed])
        shown = self.json("processor", "show", "mailjet")
        self.assertEqual(MAILJET, shown["processor"])
        self.assertEqual("allowed", shown["answer"]["verdict"])
        self.assertEqual("EEA_LOCATION_FOREIGN_OWNER",
                         self.json("processor", "show", "mailjet", "--at", "2020-10-01")["answer"]["rule"])
        text = self.habeas("processor", "show", "mailjet", "--known-at", "2001-01-01").out
        for part in ("denied", "NOT_REGISTERED", "2021-12-01", "on file since 2022-01-10, DPA 4"):
            self.assertIn(part, text)
        self.give("mail.json", {**MAILJET, "history": [{**MAILJET["history"][1], "owner": "US"}]})
        self.habeas("processor", "define", "@mail.json")
        self.assertEqual([False, True, False],
                         [each["superseded"] for each in self.json("processor", "history", "mailjet")])
        self.assertEqual("replaced", self.table("processor", "history", "mailjet")[1][-1])

    def test_what_is_wrong_with_a_processor_is_told_with_its_place(self):
        for change, place in (({"established": "Germany"}, "/history/0/established"), ({"dpf": True}, "/history/0/dpf"),
                              ({"tool": "scc"}, "/history/0/tool")):
            self.give("wrong.json", {**CRM, "history": [{**CRM["history"][0], **change}]})
            self.refused(cli.INVALID, "processor", "define", "@wrong.json", says=place)
        self.give("wrong.json", {**CRM, "name": "mailjet sas"})
        self.refused(cli.TAKEN, "processor", "define", "@wrong.json", says="processor mailjet")
        self.refused(cli.NOT_FOUND, "processor", "show", "crm_inc", says="processor list")
        self.refused(cli.NOT_FOUND, "processor", "history", "crm_inc", says="processor list")
        self.refused(cli.USAGE, "processor", "list", "all", says="more arguments")

    def test_the_seed_is_shown_and_put_on_file_but_opens_nothing(self):
        self.assertEqual(["ovh", "hetzner", "upcloud", "aws", "microsoft", "google", "mailjet", "salesforce",
                          "hubspot", "marketo"], [each["processor"]["code"] for each in self.json("processor", "seed")])
        self.assertIn("until contract and places", self.habeas("processor", "seed", "ovh", "aws").err)
        self.assertEqual("denied: NO_PROCESSOR_CONTRACT", self.table("processor", "list")[0][-1])
        self.refused(cli.NOT_FOUND, "processor", "seed", "hetzner", "nobody", says="processor seed")
        self.assertEqual(["aws", "mailjet", "ovh"], [each["code"] for each in self.json("processor", "list")])


class Places(FlowTest):
    def test_what_would_stop_is_told_and_a_decision_asks_the_same(self):
        self.habeas("processor", "define", json.dumps(CRM))
        self.habeas("purpose", "define", "surveys", "--basis", "consent", "--kind", "marketing", "--channel", "email",
                    "--recipient", "CRM Inc.")
        self.habeas("consent", "record", ANNA, "granted", "surveys", "--channel", "email", "--method", "paper",
                    "--document", "form 7")
        self.assertEqual("OK_CONSENT", self.json("decide", ANNA, "surveys", "email")["reason"])
        self.habeas("place", "check")
        report = self.json("place", "check", "--without", "DPF", code=cli.NO)
        self.assertEqual([{"purpose": "surveys", "recipients": ["crm_inc"], "people": {"email": 1}}], report["stops"])
        done = self.habeas("place", "check", "--without", "dpf", code=cli.NO)
        self.assertIn("Stops: purpose surveys by crm_inc; people: email 1", done.err)
        self.assertIn("denied: NO_TOOL (US)", done.out)
        self.assertIn("write a country", done.out)
        self.habeas("setting", "set", "place", "AT")
        self.assertIn("The store is in AT", self.habeas("place", "check", "--at", "2030-01-01").out)
        self.habeas("processor", "define", json.dumps({**CRM, "history": [{**CRM["history"][0], "dpf_listed": False}]}))
        self.assertEqual("TRANSFER_DENIED", self.json("decide", ANNA, "surveys", "email", code=cli.NO)["reason"])
        self.refused(cli.NOT_FOUND, "place", "check", "--without", "nothing", says="known are")

    def test_the_law_is_shown_replaced_and_put_back(self):
        self.assertEqual("2026-11-24", self.json("place", "law")["as_of"])
        self.give("law.json", {"habeas_transfer_law": 1, "as_of": "2027-01-01", "eea": [{"country": "FR"}]})
        self.assertIn("2027-01-01", self.habeas("place", "law", "--file", "law.json").out)
        self.assertEqual("denied: NO_TOOL (DE)", self.table("processor", "list")[0][-1])
        self.habeas("place", "law", "--reset")
        self.assertEqual("2026-11-24", self.json("place", "law")["as_of"])
        self.give("law.json", {"habeas_transfer_law": 2})
        self.refused(cli.INVALID, "place", "law", "--file", "law.json", says="/habeas_transfer_law")
        self.refused(cli.USAGE, "place", "law", "--file", "law.json", "--reset", says="alone")


cli.main(__name__, covers=["processor", "place"])

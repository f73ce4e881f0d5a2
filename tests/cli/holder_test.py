"""holder."""
import sqlite3

import cli
from cli import ANNA, FlowTest

CRM = {"code": "crm", "operations": ["erase"]}


class Holders(FlowTest):
    def declare(self):
        """A shop's own database, with Anna's orders in it."""
        path = self.folder / "shop.db"
        with sqlite3.connect(path) as database:
            database.executescript(
                "CREATE TABLE customer(mail TEXT, city TEXT);"
                "INSERT INTO customer VALUES('anna@example.org', 'Graz'), ('b@example.org', 'Linz');"
                "CREATE TABLE bill(mail TEXT, paid_on TEXT);"
                "INSERT INTO bill VALUES('anna@example.org', '2055-01-01');")
        database.close()
        self._given.add("shop.db")
        return self.give("shop.json", {
            "code": "shop", "labels": {"en": "Shop"},
            "database": {"path": str(path), "tables": [
                {"table": "customer", "key": "mail", "match": "email", "export": ["city"],
                 "erase": "delete"},
                {"table": "bill", "key": "mail", "match": "email", "erase": "delete",
                 "keep": {"ground": "17(3)(b) tax", "after": "paid_on", "for": "P10Y"}}]}})

    def rows(self, table):
        database = sqlite3.connect(self.folder / "shop.db")
        found = database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        database.close()
        return found

    def test_a_holder_is_declared_shown_and_deleted(self):
        shown = self.json("holder", "define", self.declare())
        self.assertEqual(("shop", ["export", "erase"], True, 0),
                         (shown["code"], shown["operations"], shown["declared"], shown["waiting"]))
        self.assertEqual(shown, self.json("holder", "show", "shop"))
        self.assertIn("export, erase", self.habeas("holder", "show", "shop").out)
        self.assertEqual([["archive", "callbacks", "restrict", "0"],
                          ["crm", "callbacks", "export, erase", "1"],
                          ["shop", "database", "export, erase", "0"]],
                         self.table("holder", "list"))
        self.assertEqual(["archive", "crm", "shop"],
                         [each["code"] for each in self.json("holder", "list")])
        self.assertIn("deleted", self.habeas("holder", "delete", "shop").out)
        self.assertEqual({"code": "archive"}, self.json("holder", "delete", "archive"))
        self.refused(cli.INVALID, "holder", "delete", "crm", says="not answered")
        self.refused(cli.NOT_FOUND, "holder", "show", "shop", says="holder list")
        self.refused(cli.NOT_FOUND, "holder", "delete", "shop")
        self.give("wrong.json", {**CRM, "operations": ["drop"]})
        self.refused(cli.INVALID, "holder", "define", "wrong.json", says="/operations/0")
        self.assertIn("erase.", self.habeas("holder", "define", self.give("crm.json", CRM)).out)
        self.refused(cli.USAGE, "holder", "list", "x")

    def test_an_erasure_is_done_in_the_declared_database(self):
        self.habeas("holder", "define", self.declare())
        plan = self.json("erase", ANNA, "--plan")[0]
        self.assertIn({"place": "data holder shop: bill", "rows": 1, "action": "keep",
                       "reason": "17(3)(b) tax until 2065-01-01T00:00:00.000Z"}, plan["rows"])
        self.assertIn("data holder crm", [each["place"] for each in plan["rows"]])
        self.habeas("erase", ANNA)
        self.assertEqual(2, self.rows("customer"))
        report = self.json("holder", "run")
        self.assertEqual((2, 1, 0, 1), (report["calls"], report["retained"], report["failed"],
                                        report["unattended"]))
        self.assertEqual((1, 1), (self.rows("customer"), self.rows("bill")))
        receipt = self.json("erasure", "receipt", "1")
        self.assertFalse(receipt["holders_complete"])
        shop = [each for each in receipt["holders"] if each["holder"] == "shop"][0]
        self.assertEqual([{"place": "customer", "rows": 1}], shop["removed"])
        self.assertEqual("2065-01-01T00:00:00.000Z", shop["retained"][0]["until"])
        waiting = self.json("holder", "tasks", "--open", "--holder", "crm")
        done = self.json("holder", "answer", str(waiting[0]["task"]), "--rows", "contacts=2",
                         "--retained", "mails=1", "--ground", "17(3)(e)", "--until", "2059-01-01")
        self.assertEqual(("retained", [{"place": "contacts", "rows": 2}]),
                         (done["state"], done["rows"]))
        self.assertTrue(self.json("erasure", "receipt", "1")["holders_complete"])
        self.assertIn("retains bill 1 (17(3)(b) tax until 2065-01-01",
                      self.habeas("holder", "tasks", "--operation", "erase").out)
        holds = self.json("holder", "holds", "--subject", "1")
        self.assertEqual([("crm", "17(3)(e)"), ("shop", "17(3)(b) tax")],
                         sorted((each["holder"], each["ground"]) for each in holds))

    def test_an_export_waits_for_a_person_or_a_host(self):
        self.assertIn("0 data holders are asked",
                      self.habeas("holder", "ask", ANNA, "export").out)
        self.habeas("holder", "define", self.declare())
        tasks = self.json("holder", "ask", ANNA, "export")["tasks"]
        self.assertEqual(1, len(tasks))
        self.assertEqual("access",
                         self.json("holder", "opendsr", str(tasks[0]))["subject_request_type"])
        ran = self.habeas("holder", "run")
        self.assertIn("1 tasks done", ran.out)
        self.assertIn("1 tasks wait for the host", ran.err)
        self.assertIn("done", self.habeas("holder", "answer", "1").out)
        self.refused(cli.INVALID, "holder", "answer", "1", says="over already")
        self.refused(cli.INVALID, "holder", "opendsr", "1", says="no longer known")
        self.refused(cli.USAGE, "holder", "answer", "1", "--rows", "x")
        self.refused(cli.INVALID, "holder", "ask", ANNA, "erase", says="by an erasure")
        self.refused(cli.ERASED, "holder", "ask", "3", "export")
        self.refused(cli.NOT_FOUND, "holder", "tasks", "--subject", "email:none@example.org")
        self.refused(cli.USAGE, "holder", "run", "--limit", "0")

    def test_a_recipient_is_told(self):
        self.give("more.json", {"habeas_definitions": 1, "purposes": [
            {"code": "parcels", "basis": "contract", "kind": "transactional",
             "channels": ["post"], "recipients": ["Parcel Ltd"]}]})
        self.habeas("apply", "more.json")
        self.habeas("erase", ANNA)
        task = self.json("holder", "tasks", "--holder", "Parcel Ltd")[0]
        self.assertEqual(("tell", "erase"), (task["operation"], task["about"]))
        told = self.json("holder", "opendsr", str(task["task"]))
        self.assertEqual(task["key"], told["subject_request_id"])
        self.assertIn("anna@example.org", self.habeas("holder", "opendsr", str(task["task"])).out)
        self.habeas("holder", "answer", str(task["task"]))
        self.assertEqual("Parcel Ltd",
                         self.json("erasure", "receipt", "1")["recipients"][0]["recipient"])

    def test_a_hold_keeps_an_erasure_back_until_it_is_lifted(self):
        hold = self.json("holder", "hold", ANNA, "--ground", "17(3)(e) claim")
        self.assertEqual((1, None, "17(3)(e) claim", None),
                         (hold["subject"], hold["holder"], hold["ground"], hold["until"]))
        self.refused(cli.NOT_PERMITTED, "erase", ANNA, says="17(3)(e) claim")
        self.assertIn("before 2059-01-01", self.habeas("holder", "hold", ANNA, "--ground", "x",
                                                       "--until", "2059-01-01").out)
        self.assertEqual(3, len(self.json("holder", "holds", "--open")))
        self.assertIn("17(3)(e) claim", self.habeas("holder", "holds", "--subject", ANNA).out)
        self.assertIsNotNone(self.json("holder", "lift", str(hold["hold"]))["until"])
        self.assertIn("lifted", self.habeas("holder", "lift", str(hold["hold"] + 1)).out)
        self.assertIn("2 holds ended", self.habeas("holder", "run").out)
        self.habeas("erase", ANNA)
        self.refused(cli.NOT_FOUND, "holder", "lift", "99")
        self.refused(cli.INVALID, "holder", "hold", "2", "--ground", "x", "--until", "2001-01-01",
                     says="future")
        self.refused(cli.NOT_FOUND, "holder", "holds", "--subject", "email:none@example.org")


cli.main(__name__, covers=["holder"])

"""retention."""
import cli
from cli import ANNA, FlowTest

BORN = {"code": "born", "labels": {"en": "A day after birth"}, "about": "field", "of": "last_name",
        "since": "date", "since_of": "date_of_birth", "period": "P1D"}
EVERYBODY = {**BORN, "code": "everybody", "about": "subject"}
del EVERYBODY["of"]


class Rules(FlowTest):
    def test_a_rule_is_declared_listed_shown_changed_and_deleted(self):
        self.give("born.json", BORN)
        self.assertIn("declared", self.habeas("retention", "define", "@born.json").out)
        self.assertIn("changed", self.habeas("retention", "define", "@born.json").out)
        self.assertEqual("born", self.json("retention", "define", "@born.json")["rule"]["code"])
        shown = self.json("retention", "show", "born")
        self.assertEqual({**BORN, "action": "delete"}, shown["rule"])
        self.assertEqual((None, ""), (shown["looked_at"], shown["fault"]))
        text = self.habeas("retention", "show", "born").out
        for part in ("field last_name delete", "P1D since date date_of_birth", "A day after birth"):
            self.assertIn(part, text)
        self.assertEqual([["leads", "subject delete", "P24M since activity", "", "paused"],
                          ["born", "field last_name delete", "P1D since date date_of_birth", "", ""]],
                         self.table("retention", "list"))
        self.assertEqual(["leads", "born"],
                         [each["rule"]["code"] for each in self.json("retention", "list")])
        self.habeas("tick")
        self.assertIsNotNone(self.json("retention", "show", "born")["looked_at"])
        self.assertEqual({"rule": "leads"}, self.json("retention", "delete", "leads"))
        self.assertIn("deleted", self.habeas("retention", "delete", "born").out)
        self.refused(cli.NOT_FOUND, "retention", "delete", "born", says="no rule of this code")
        self.refused(cli.NOT_FOUND, "retention", "show", "born", says="retention list")

    def test_what_is_wrong_with_a_rule_is_told_with_its_place(self):
        for change, place in (({"period": "soon"}, "/period"), ({"about": "all"}, "/about"),
                              ({"more": 1}, "/more")):
            self.give("wrong.json", {**BORN, **change})
            self.refused(cli.INVALID, "retention", "define", "@wrong.json", says=place)
        self.give("wrong.json", {**BORN, "of": "nothing"})
        self.refused(cli.NOT_FOUND, "retention", "define", "@wrong.json", says="/of")
        self.refused(cli.NOT_FOUND, "retention", "run", "nothing", says="no rule")
        self.refused(cli.NOT_FOUND, "retention", "preview", "nothing", says="no rule")
        self.refused(cli.USAGE, "retention", "list", "born", says="more arguments")
        self.refused(cli.USAGE, "retention", "journal", "--limit", "0", says="--limit")


class Runs(FlowTest):
    def setUp(self):
        super().setUp()
        self.habeas("subject", "create", "email=zoe@example.org", "last_name=Zander",
                    "date_of_birth=1980-01-01")
        self.zoe = self.json("subject", "find", "email:zoe@example.org")["subject"]
        self.give("born.json", BORN)
        self.give("everybody.json", EVERYBODY)
        self.habeas("retention", "define", "@born.json")

    def test_a_preview_says_what_a_run_does(self):
        found, = self.json("retention", "preview", "born")
        self.assertEqual((1, self.zoe), (found["subjects"], found["due"][0]["subject"]))
        self.assertEqual([["born", str(self.zoe), "1980-01-03T00:00:00.000Z"]],
                         self.table("retention", "preview"))
        found, = self.json("retention", "preview", "born", "--at", "1980-01-02")
        self.assertEqual(0, found["subjects"])
        run, = self.json("retention", "run")
        self.assertEqual((1, 1, True), (run["subjects"], run["rows"], run["complete"]))
        self.assertNotIn("last_name", self.json("subject", "show", str(self.zoe))["fields"])
        self.assertEqual([run], self.json("retention", "journal"))
        row, = self.table("retention", "journal", "--limit", "5")
        self.assertEqual([str(run["run"]), "born", "1", "1"], [row[0], row[1], row[3], row[4]])
        row, = self.table("retention", "run", "born", "--limit", "3")
        self.assertEqual(["-", "born"], row[:2])

    def test_who_is_held_stays_until_the_hold_is_lifted(self):
        self.habeas("retention", "define", "@everybody.json")
        held = self.json("holder", "hold", str(self.zoe), "--ground", "17(3)(e)")
        self.habeas("holder", "hold", ANNA, "--ground", "17(3)(b)")
        done = self.habeas("retention", "preview", "everybody")
        self.assertIn("everybody: 0 due; kept: hold 1", done.err)
        self.assertEqual({"hold": 1}, self.json("retention", "run", "everybody")[0]["kept"])
        self.habeas("holder", "lift", str(held["hold"]))
        self.habeas("tick")  # does it by itself
        self.refused(cli.ERASED, "subject", "show", str(self.zoe))
        self.assertEqual(["everybody"], [each["rule"] for each in self.json("retention", "journal")
                                         if each["subjects"] == 1 and each["rule"] != "born"])


cli.main(__name__, covers=["retention"])

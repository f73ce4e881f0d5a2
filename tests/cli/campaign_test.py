"""campaign, points."""
import xml.dom.minidom

import cli
from cli import ANNA, POINTS, WELCOME, FlowTest

DAY_AFTER = {**WELCOME, "code": "later", "events": [
    {"id": "praise", "action": "add_tag", "tag": "loyal", "when": {"after": "P1D"}}]}
BY_SEGMENT = {"code": "thanks", "sources": {"segments": ["vips"]},
              "events": [{"id": "tag", "action": "add_tag", "tag": "thanked"}]}


class Definitions(FlowTest):
    def test_a_campaign_is_declared_published_paused_resumed_and_retired(self):
        self.give("later.json", DAY_AFTER)
        made = self.json("campaign", "define", "later.json")
        self.assertEqual(("draft", 1, "later"),
                         (made["state"], made["version"], made["definition"]["code"]))
        self.refused(cli.INVALID, "campaign", "enrol", "later", "1", says="not published")
        self.assertEqual("published", self.json("campaign", "publish", "later")["state"])
        paused = self.json("campaign", "pause", "later", "--why", "typo")
        self.assertEqual(("paused", "typo"), (paused["state"], paused["pause_reason"]))
        self.assertIn("typo", self.habeas("campaign", "list").out)
        self.assertEqual("published", self.json("campaign", "resume", "later")["state"])
        self.assertIn("paused", self.habeas("campaign", "pause", "later").out)
        self.assertIn("published", self.habeas("campaign", "resume", "later").out)
        self.assertEqual(["later", "welcome"],
                         sorted(each["code"] for each in self.json("campaign", "list")))
        self.assertIn(["later", "1", "published", "0", "0", "0", ""],
                      self.table("campaign", "list"))
        self.assertEqual("retired", self.json("campaign", "retire", "later")["state"])
        self.assertIn("retired", self.habeas("campaign", "retire", "welcome").out)
        self.refused(cli.INVALID, "campaign", "publish", "later.json", says="retired")

    def test_who_is_on_the_way_moves_to_the_latest_version_when_told(self):
        self.habeas("campaign", "enrol", "welcome", ANNA)
        self.give("next.json", {**WELCOME, "labels": {"en": "Welcome"}})
        self.assertIn("version 2", self.habeas("campaign", "define", "next.json").out)
        self.assertEqual(2, self.json("campaign", "adopt", "welcome")["version"])
        self.assertIn("version 2", self.habeas("campaign", "adopt", "welcome").out)
        self.assertIn("version 2", self.habeas("campaign", "publish", "next.json").out)

    def test_the_tree_is_shown_with_counts_as_text_and_as_a_drawing(self):
        self.habeas("campaign", "enrol", "welcome", ANNA)
        self.habeas("campaign", "enrol", "welcome", "2")
        text = self.habeas("campaign", "show", "welcome").out
        for part in ("welcome (version 1, published)", "  hello: send_message", "1 queued",
                     "yes -> keen: add_tag keen"):
            self.assertIn(part, text)
        shown = self.json("campaign", "show", "welcome")
        self.assertIn({"event": "hello", "outcome": "queued", "count": 1}, shown["counts"])
        self.assertEqual(2, shown["members"])
        svg = self.habeas("campaign", "show", "welcome", "--svg").out
        self.assertEqual("svg", xml.dom.minidom.parseString(svg).documentElement.tagName)
        self.assertEqual(svg, self.json("campaign", "show", "welcome", "--svg")["svg"])
        self.habeas("campaign", "show", "welcome", "--svg", "--output", "tree.svg")
        self.assertEqual(svg, (self.folder / "tree.svg").read_text())
        self.refused(cli.TAKEN, "campaign", "show", "welcome", "--output", "tree.svg")

    def test_what_is_wrong_is_told_with_its_place(self):
        self.give("wrong.json", {**WELCOME, "code": "wrong", "events": [
            {"id": "x", "action": "send_message", "template": "none"}]})
        for word in ("define", "publish"):
            self.refused(cli.NOT_FOUND, "campaign", word, "wrong.json", says="/events/0/template")
            self.refused(cli.NOT_FOUND, "campaign", word, "none.json", says="none.json")
        self.refused(cli.INVALID, "campaign", "define", "-", stdin=b"{")
        for word in ("publish", "show", "pause", "resume", "adopt", "retire"):
            self.refused(cli.NOT_FOUND, "campaign", word, "none")
        self.refused(cli.USAGE, "campaign", "list", "x")


class Runs(FlowTest):
    def test_a_run_does_what_is_due_once(self):
        self.give("thanks.json", BY_SEGMENT)
        self.habeas("campaign", "publish", "thanks.json")
        report = self.json("campaign", "run", "thanks")
        self.assertEqual((1, 1, 0, []), (report["enrolled"], report["done"], report["failed"],
                                         report["paused"]))
        self.assertIn("thanked", self.json("tag", "list", "1"))
        text = self.habeas("campaign", "run").out
        self.assertIn("enrolled", text)
        self.assertEqual(0, self.json("campaign", "run")["done"])
        self.refused(cli.NOT_FOUND, "campaign", "run", "none")
        self.refused(cli.NOT_FOUND, "campaign", "simulate", "none", "--to", "2059-01-01")

    def test_a_signal_takes_the_path_and_gives_points(self):
        self.assertEqual({"campaign": "welcome", "subject": 1},
                         self.json("campaign", "enrol", "welcome", ANNA))
        self.assertEqual({"subject": 1, "kind": "opened", "key": "hello"},
                         self.json("campaign", "signal", ANNA, "opened", "hello"))
        self.assertIn("keen", self.json("tag", "list", "1"))
        self.assertEqual(15, self.json("points", "show", "1")["total"])
        self.assertIn("Noted", self.habeas("campaign", "signal", "1", "clicked", "hello", "--at",
                                           "2026-01-01").out)

    def test_who_is_taken_out_stays_out(self):
        self.assertIn("is in campaign", self.habeas("campaign", "enrol", "welcome", "2").out)
        self.assertIn("taken out", self.habeas("campaign", "remove", "welcome", "2").out)
        self.assertEqual({"campaign": "welcome", "subject": 2},
                         self.json("campaign", "remove", "welcome", "2"))
        self.assertEqual(0, self.json("campaign", "show", "welcome")["members"])

    def test_a_simulation_tells_and_changes_nothing(self):
        self.give("later.json", DAY_AFTER)
        self.habeas("campaign", "publish", "later.json")
        self.habeas("campaign", "enrol", "later", ANNA)
        found = self.json("campaign", "simulate", "later", "--from", "2059-01-01", "--to",
                          "2059-02-01")
        self.assertIn(("praise", "done"),
                      [(each["event"], each["outcome"]) for each in found["steps"]])
        self.assertFalse(found["more"])
        rows = self.table("campaign", "simulate", "--from", "2059-01-01", "--to", "2059-02-01")
        self.assertIn("praise", [row[3] for row in rows])
        self.assertNotIn("loyal", self.json("tag", "list", "1"))
        self.refused(cli.USAGE, "campaign", "simulate", says="--to is required")
        self.refused(cli.INVALID, "campaign", "simulate", "--from", "2059-01-01", "--to",
                     "2058-01-01", says="400 days")

    def test_what_cannot_be_is_told(self):
        for word in ("enrol", "remove"):
            self.refused(cli.NOT_FOUND, "campaign", word, "none", "1")
            self.refused(cli.ERASED, "campaign", word, "welcome", "3")
        self.refused(cli.ERASED, "campaign", "signal", "3", "opened", "hello")
        self.refused(cli.USAGE, "campaign", "signal", "1", "smelled", "hello",
                     says="opened, clicked, submitted")
        self.refused(cli.INVALID, "campaign", "signal", "1", "opened", "hello", "--at",
                     "2999-01-01")


class PointsCommands(FlowTest):
    def test_points_are_given_taken_and_told(self):
        self.assertEqual({"subject": 1, "kept": True, "total": 7},
                         self.json("points", "add", ANNA, "-3", "--why", "sent it back"))
        self.assertEqual("Subject 1 has 8 points.\n", self.habeas("points", "add", "1", "1").out)
        shown = self.json("points", "show", "1")
        self.assertEqual([10, -3, 1], [each["points"] for each in shown["entries"]])
        text = self.habeas("points", "show", "1").out
        for part in ("sent it back", "total 8"):
            self.assertIn(part, text)

    def test_who_may_not_be_scored_has_none(self):
        self.assertEqual({"subject": 2, "kept": False, "total": 0},
                         self.json("points", "add", "2", "5", code=cli.NO))
        self.assertIn("may not be scored", self.habeas("points", "add", "2", "5", code=cli.NO).out)

    def test_the_rules_are_declared_and_shown(self):
        self.assertEqual(POINTS["rules"][0]["code"],
                         self.json("points", "define", "points.json")["rules"][0]["code"])
        self.assertIn("opened_hello opened hello 5",
                      [" ".join(line.split()) for line in self.habeas("points", "rules").lines])
        self.assertEqual("scoring", self.json("points", "rules")["purpose"])
        self.give("none.json", {"rules": []})
        self.assertIn("No purpose", self.habeas("points", "define", "none.json").out)
        self.refused(cli.USAGE, "points", "rules", "x")

    def test_what_cannot_be_is_told(self):
        self.give("wrong.json", {**POINTS, "purpose": "none"})
        self.refused(cli.NOT_FOUND, "points", "define", "wrong.json", says="/purpose")
        self.refused(cli.USAGE, "points", "add", "1", "many", says="whole number")
        self.refused(cli.INVALID, "points", "add", "1", "0")
        self.refused(cli.ERASED, "points", "add", "3", "1")
        self.refused(cli.ERASED, "points", "show", "3")


cli.main(__name__, covers=["campaign", "points"])

"""breach."""
import json
from xml.etree import ElementTree

import cli
from cli import ANNA, LAPTOP, FlowTest


class Register(FlowTest):
    def test_a_breach_is_defined_counted_listed_and_shown(self):
        done = self.habeas("breach", "define", json.dumps({**LAPTOP, "code": "copy"}))
        self.assertIn("Breach copy: recorded, risk unassessed; the authority is due 2", done.out)
        self.assertIn("persons 2; waits for assessment, authority", done.out)
        self.give("copy.json", {**LAPTOP, "code": "copy", "measures": ""})
        line = self.json("breach", "define", "@copy.json")
        self.assertEqual(["assessment", "authority", "documentation"], line["waits_for"])
        self.assertEqual(["laptop", "copy", "paper", "lost"],
                         [each["breach"] for each in self.json("breach", "list")])
        rows = self.table("breach", "list", "--open", env={"COLUMNS": "200"})
        self.assertEqual(["laptop", "copy", "paper"], [row[0] for row in rows])
        self.assertEqual(["recorded", "unassessed", "2"], rows[0][2:5])
        record = self.json("breach", "show", "laptop")
        self.assertEqual(LAPTOP["affected"], record["facts"]["affected"])
        self.assertEqual([("email", 2), ("first_name", 1)],
                         [(each["field"], each["persons"]) for each in record["figures"]["fields"]])
        self.assertEqual(["recorded", "counted"], [each["step"] for each in record["steps"]])
        done = self.habeas("breach", "show", "laptop")
        self.assertIn("A laptop was stolen", done.out)
        self.assertIn("The risk is not assessed. (GDPR 33(1))", done.err)
        page = ElementTree.fromstring(self.habeas("breach", "show", "laptop", "--html").out)
        self.assertIn("VIP customers", " ".join(page.itertext()))
        self.assertEqual({"file": "b.html"}, self.json("breach", "show", "laptop", "--html", "--output", "b.html"))
        self.assertIn("written to b.json", self.habeas("breach", "show", "laptop", "--output", "b.json").out)
        self.refused(cli.TAKEN, "breach", "show", "laptop", "--output", "b.json", says="b.json")

    def test_what_is_wrong_with_a_breach_is_told_with_its_place(self):
        for change, place in (({"nature": ["theft"]}, "/nature/0"), ({"title": ""}, "/title"),
                              ({"affected": {"filter": {"field": "shoes", "op": "empty"}}}, "/affected/filter")):
            self.give("wrong.json", {**LAPTOP, "code": "wrong", **change})
            done = self.habeas("breach", "define", "@wrong.json",
                               code=cli.NOT_FOUND if "affected" in change else cli.INVALID)
            self.assertIn(place, done.err)
        for command in (["recount"], ["persons"], ["show"], ["close"], ["note", "x"], ["assess", "none", "--reason", "x"],
                        ["notify"], ["tell", "--template", "breach_notice"], ["inform", "--how", "x"],
                        ["dismiss", "--reason", "x"], ["reopen", "--reason", "x"]):
            self.refused(cli.NOT_FOUND, "breach", command[0], "nothing", *command[1:], says="no breach of this code")
        self.refused(cli.USAGE, "breach", "list", "all", says="more arguments")
        self.refused(cli.USAGE, "breach", "due", "--within", "soon", says="--within")

    def test_what_is_due_is_told_by_the_exit_code(self):
        self.habeas("breach", "due")
        self.assertEqual([], self.json("breach", "due", "--within", "1"))
        due = self.json("breach", "due", "--within", "72", code=cli.NO)
        self.assertEqual([("laptop", False)], [(each["breach"], each["clock"]["overdue"]) for each in due])
        self.habeas("breach", "define", json.dumps({**LAPTOP, "code": "old", "aware_at": "2026-01-01"}))
        self.assertIn("overdue since 2026-01-04", self.habeas("breach", "due", code=cli.NO, env={"COLUMNS": "200"}).out)
        self.refused(cli.INVALID, "breach", "notify", "old", says="say why it is late")
        self.assertIn("risk unassessed", self.habeas("breach", "notify", "old", "--reason", "nobody knew").out)


class Telling(FlowTest):
    def test_the_persons_concerned_are_told_and_the_breach_is_closed(self):
        self.assertEqual("high", self.json("breach", "assess", "laptop", "high", "--reason", "passwords")["risk"])
        self.assertEqual([1, 2], self.json("breach", "persons", "laptop"))
        self.assertEqual(["2"], self.habeas("breach", "persons", "laptop", "--after", "1", "--limit", "1").lines)
        self.assertIn("queued: 1; refused: 0; persons left: 1",
                      self.habeas("breach", "tell", "laptop", "--template", "breach_notice", "--limit", "1").out)
        self.assertEqual([2], self.json("breach", "persons", "laptop", "--untold"))
        told = self.json("breach", "tell", "laptop", "--template", "breach_notice")
        self.assertEqual({"queued": 1, "refused": 0, "left": 0, "reasons": {}}, told)
        self.refused(cli.NOT_PERMITTED, "breach", "close", "laptop", says="The authority is not notified")
        self.assertEqual("notified", self.json("breach", "notify", "laptop", "--more-follows")["state"])
        self.habeas("breach", "notify", "laptop", "--reference", "D-1", "--authority", "DSB", "--note", "the rest")
        self.habeas("breach", "close", "laptop")
        self.refused(cli.TAKEN, "breach", "recount", "laptop", says="reopen it")
        self.assertEqual("notified", self.json("breach", "reopen", "laptop", "--reason", "more is known")["state"])
        self.assertEqual("closed", self.json("breach", "close", "laptop", "--note", "done")["state"])
        messages = [each for each in self.json("outbox", "list") if each["purpose"] == "breach_notice"]
        self.assertEqual({"queued"}, {each["state"] for each in messages})

    def test_whom_no_message_may_go_to_is_named_by_reason_and_told_otherwise(self):
        self.habeas("consent", "record", ANNA, "bounced", "--channel", "email", "--scope", "hard")
        done = self.habeas("breach", "tell", "laptop", "--template", "breach_notice")
        self.assertIn("refused: 1", done.out)
        self.assertIn("HARD_BOUNCE: 1. Tell them otherwise", done.err)
        self.assertEqual(1, len(self.json("breach", "persons", "laptop", "--untold")))
        self.refused(cli.INVALID, "breach", "inform", "laptop", says="/how")
        self.habeas("breach", "inform", "laptop", "--how", "by letter")
        self.assertEqual([], self.json("breach", "persons", "laptop", "--untold"))
        line = self.json("breach", "inform", "laptop", "--ground", "b", "--reason", "keys were changed at once")
        self.assertEqual("34(3)(b)", line["ground"])

    def test_a_breach_is_recounted_noted_dismissed_and_reopened(self):
        self.habeas("subject", "create", "email=anna.c@example.org")
        self.assertEqual(3, self.json("breach", "recount", "laptop")["persons"])
        self.assertIn("persons 3", self.habeas("breach", "recount", "laptop").out)
        self.habeas("breach", "note", "laptop", "the police has a file")
        self.json("breach", "note", "laptop", "it has a number")
        self.assertEqual("dismissed", self.json("breach", "dismiss", "laptop", "--reason", "it was found")["state"])
        self.habeas("breach", "dismiss", "paper", "--reason", "no persons were on it")
        self.habeas("breach", "reopen", "laptop", "--reason", "it was opened after all")
        steps = [each["step"] for each in self.json("breach", "show", "laptop")["steps"]]
        self.assertEqual(["recorded", "counted", "counted", "counted", "noted", "noted", "dismissed", "reopened"], steps)
        self.assertIn("about 3", self.habeas("breach", "list", env={"COLUMNS": "200"}).out)
        self.habeas("breach", "assess", "laptop", "risk", "--reason", "some data")

    def test_an_erased_person_is_no_longer_on_the_list(self):
        self.habeas("erase", ANNA)
        self.assertEqual(1, len(self.json("breach", "persons", "laptop")))
        self.assertEqual(2, self.json("breach", "show", "laptop")["figures"]["persons"])


cli.main(__name__, covers=["breach"])

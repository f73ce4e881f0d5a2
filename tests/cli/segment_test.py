"""segment, tag, changes, request, deadline."""
import json

import cli
from cli import ANNA, CliTest

VIP = '{"field":"vip","op":"=","value":true}'


class SegmentCommands(CliTest):
    def test_a_segment_is_defined_shown_changed_and_deleted(self):
        made = self.json("segment", "define", "others", "--filter", VIP.replace("true", "false"),
                         "--label", "en=Others", "--live", "--vouched", "the shop")
        segment = made["segment"]
        self.assertEqual({"field": "vip", "op": "=", "value": False}, segment["filter"])
        self.assertEqual((True, "the shop", {"en": "Others"}),
                         (segment["live"], segment["vouched"], segment["labels"]))
        self.assertIn("changed", self.habeas("segment", "define", "others", "--no-live").out)
        shown = self.json("segment", "show", "others")
        self.assertEqual({**segment, "live": False}, shown["segment"])
        self.assertIn("Others", self.habeas("segment", "show", "others").out)
        self.assertEqual(["others", "vips"],
                         sorted(each["segment"]["code"] for each in self.json("segment", "list")))
        self.assertIn("vips", [row[0] for row in self.table("segment", "list")])
        self.assertEqual({"segment": "others"}, self.json("segment", "delete", "others"))
        self.assertIn("deleted", self.habeas("segment", "delete", "vips").out)
        self.assertEqual([], self.json("segment", "list"))

    def test_what_is_wrong_with_a_segment_is_told(self):
        self.refused(cli.NOT_FOUND, "segment", "define", "x", "--filter",
                     VIP.replace("vip", "tea"), says="no field has this name")
        self.refused(cli.USAGE, "segment", "define", "x", "--filter", VIP, "--glue-list", "[]")
        for words in (["show"], ["delete"], ["refresh"], ["members"], ["explain"]):
            self.refused(cli.NOT_FOUND, "segment", *words, "none")
        for word in ("add", "remove", "reset"):
            self.refused(cli.NOT_FOUND, "segment", word, "none", "1")
            self.refused(cli.ERASED, "segment", word, "vips", "3")
        self.refused(cli.INVALID, "segment", "count", "{", says="no JSON")
        self.refused(cli.USAGE, "segment", "list", "x")

    def test_members_by_filter_and_by_hand(self):
        self.assertEqual([1], self.json("segment", "members", "vips"))
        self.assertEqual({"segment": "vips", "subject": 2, "member": True},
                         self.json("segment", "add", "vips", "2"))
        self.assertIn("not in", self.habeas("segment", "remove", "vips", ANNA).out)
        self.assertEqual(["2"], self.habeas("segment", "members", "vips").lines)
        refreshed = self.json("segment", "refresh", "vips", "--full")
        self.assertEqual([{"segment": "vips", "added": [], "removed": [],
                           "full": True}], refreshed)
        self.assertTrue(self.json("segment", "reset", "vips", "1")["member"])
        self.assertIn("not in", self.habeas("segment", "reset", "vips", "2").out)
        self.assertIn("now in", self.habeas("segment", "add", "vips", "2").out)
        self.assertFalse(self.json("segment", "remove", "vips", "2")["member"])
        self.assertEqual("vips", self.table("segment", "refresh")[0][0])

    def test_explain_and_count(self):
        found = self.json("segment", "explain", "vips", "1")
        self.assertEqual((True, True, ""), (found["matches"], found["member"], found["manual"]))
        self.assertTrue(found["steps"][0]["holds"])
        self.assertIn("does not match", self.habeas("segment", "explain", "vips", "2").out)
        self.assertEqual({"count": 1}, self.json("segment", "count", VIP))
        self.give("filter.json", VIP)
        self.assertEqual("1\n", self.habeas("segment", "count", "@filter.json").out)


class TagCommands(CliTest):
    def test_tags_are_given_listed_and_taken(self):
        self.assertEqual({"subject": 2, "tags": ["new"]}, self.json("tag", "add", "2", "new"))
        self.assertIn("new, regular", self.habeas("tag", "add", "1", "new").out)
        self.assertEqual(["new"], self.json("tag", "list", "2"))
        self.assertIn(["regular"], self.table("tag", "list"))
        self.assertEqual([], self.json("tag", "remove", "2", "new")["tags"])
        self.assertIn("regular", self.habeas("tag", "remove", "1", "new").out)
        for word in ("add", "remove"):
            self.refused(cli.ERASED, "tag", word, "3", "new")
        self.refused(cli.ERASED, "tag", "list", "3")

    def test_the_feed_is_read_on_from_its_position(self):
        page = self.json("changes", "--limit", "2")
        self.assertEqual([1, 2], [each["sequence"] for each in page["changes"]])
        end = self.json("changes", "--end")
        self.assertEqual([], self.json("changes", "--after", end["position"])["changes"])
        self.habeas("tag", "add", "2", "new")
        more = self.json("changes", "--after", end["position"])["changes"]
        self.assertEqual([(2, ["tag"])], [(each["subject"], each["kinds"]) for each in more])
        self.assertIn("position ", self.habeas("changes").out)
        self.refused(cli.INVALID, "changes", "--after", "yesterday")


class RequestCommands(CliTest):
    def test_a_request_for_erasure_waits_for_the_token_and_then_erases(self):
        opened = self.json("request", "open", "erasure", ANNA, "--origin", "letter")
        number = str(opened["request"])
        self.assertEqual(("received", "letter"), (opened["state"], opened["origin"]))
        self.refused(cli.NOT_PERMITTED, "request", "fulfil", number)
        self.habeas("request", "confirm", "nothing", code=cli.NO)
        self.habeas("request", "ask", number)
        token = self.json("request", "ask", number, "--hours", "1")["token"]
        self.give("token", token + "\n")
        self.assertEqual({"request": int(number)}, self.json("request", "confirm", "@token"))
        self.habeas("request", "confirm", token, code=cli.NO)
        self.assertIn("fulfilled", self.habeas("request", "fulfil", number).out)
        self.refused(cli.ERASED, "subject", "show", "1")
        shown = self.json("request", "show", number)
        self.assertEqual(["received", "identity_asked", "identity_asked", "verified", "fulfilled"],
                         [step["state"] for step in shown["steps"]])
        self.assertIn("fulfilled", self.habeas("request", "show", number).out)
        self.assertTrue(self.json("verify", "--residue", "anna@example.org")["ok"])

    def test_a_rectification_shows_before_and_after(self):
        self.refused(cli.INVALID, "request", "rectify", "1", "last_name=Kay", says="rectification")
        shown = self.json("request", "rectify", "3", "last_name=Kay", "--preview")
        self.assertTrue(shown["preview"])
        self.assertEqual(["last_name"], [each["name"] for each in shown["changes"]])
        self.refused(cli.INVALID, "request", "rectify", "3", "--note", "x", says="nothing differs")
        said = self.habeas("request", "rectify", "3", "last_name=Kay", "--note", "by letter").out
        self.assertIn("-> Kay", said)
        self.assertIn("by letter: last_name", self.habeas("request", "show", "3").out)
        self.habeas("request", "open", "rectification", "2")
        self.refused(cli.NOT_PERMITTED, "request", "rectify", "4", "last_name=Kay")

    def test_vouched_fulfilled_refused_and_listed(self):
        self.assertIn("verified", self.habeas("request", "vouch", "1", "--by", "desk").out)
        self.assertEqual("fulfilled", self.json("request", "fulfil", "1")["state"])
        self.assertEqual("12(5)", self.json("request", "refuse", "2", "--ground", "12(5)")["ground"])
        self.assertIn("received", self.habeas("request", "open", "access", "2").out)
        self.assertEqual([3, 4], [each["request"] for each in self.json("request", "list", "--open")])
        self.assertEqual(4, len(self.table("request", "list")))
        self.assertEqual("desk", self.json("request", "vouch", "4", "--by", "desk")["vouched_by"])
        self.assertIn("refused", self.habeas("request", "refuse", "4", "--ground", "x").out)

    def test_worked_on_extended_closed_in_part_and_taken_back(self):
        self.assertEqual("in_progress", self.json("request", "begin", "2")["state"])
        self.refused(cli.INVALID, "request", "begin", "2")
        extended = self.json("request", "extend", "2", "--reason", "three archives")
        self.assertEqual(("extended", 2), (extended["state"], extended["extension_months"]))
        self.assertGreater(extended["due"], extended["extension_notice_latest"])
        closed = self.json("request", "fulfil", "2", "--note", "sent", "--except", "a secret")
        self.assertEqual(("partly_fulfilled", "a secret"), (closed["state"], closed["ground"]))
        self.assertIn("withdrawn", self.habeas("request", "withdraw", "1", "--note", "phoned").out)
        self.refused(cli.INVALID, "request", "withdraw", "1")

    def test_the_same_in_words(self):
        self.assertIn("in_progress, due ", self.habeas("request", "begin", "2").out)
        self.assertIn("extended", self.habeas("request", "extend", "2", "--reason", "many").out)
        self.assertEqual("withdrawn", self.json("request", "withdraw", "2")["state"])
        self.habeas("request", "open", "restriction", "2")
        self.habeas("request", "vouch", "4", "--by", "desk")
        self.assertIn("verified", self.habeas("request", "announce", "4", "--how", "phone").out)
        self.assertIn("verified", self.habeas("request", "lift", "4").out)

    def test_a_restriction_is_lifted_after_notice(self):
        freeze = str(self.json("request", "open", "restriction", "2")["request"])
        self.refused(cli.INVALID, "request", "announce", freeze, "--how", "letter")
        self.habeas("request", "vouch", freeze, "--by", "desk")
        self.refused(cli.NOT_PERMITTED, "request", "lift", freeze)
        self.assertIsNotNone(self.json("request", "announce", freeze, "--how", "letter")
                             ["lifting_announced_at"])
        self.assertIsNotNone(self.json("request", "lift", freeze)["lifted_at"])

    def test_strangers_are_answered(self):
        opened = self.json("request", "open", "access", "email:stranger@example.org")
        self.assertEqual((None, {"kind": "email", "value": "stranger@example.org"}),
                         (opened["subject"], opened["contact"]))
        number = str(opened["request"])
        self.assertIn("email:stranger@example.org", self.habeas("request", "list").out)
        self.habeas("request", "vouch", number, "--by", "desk")
        self.habeas("request", "fulfil", number)
        self.assertEqual("nothing held", self.json("request", "show", number)["steps"][-1]["note"])

    def test_the_urgent_come_first_and_are_told(self):
        self.assertEqual([], self.json("request", "due"))
        soon = self.habeas("request", "due", "--within", "40", code=cli.NO)
        self.assertIn("portability", soon.out)
        self.assertEqual(3, len(self.json("request", "due", "--within", "40", code=cli.NO)))
        self.refused(cli.USAGE, "request", "due", "--within", "soon")

    def test_the_calendar_is_set(self):
        self.give("rules.json", json.dumps({"habeas_holidays": 1, "sets": {"AT-X": {"rules": [
            {"name": "Guild day", "type": "fixed", "month": 8, "day": 3}]}}}))
        answer = ["deadline", "answer", "2026-07-01"]
        self.assertEqual("2026-08-03", self.json(*answer)["due"])
        self.assertEqual({"sets": ["AT-X"], "own_rules": True},
                         self.json("request", "calendar", "--rules", "rules.json", "--set", "AT-X"))
        self.assertEqual(("2026-08-04", "saturday"),
                         tuple(self.json(*answer)[name] for name in ("due", "moved")))
        self.habeas("request", "calendar", "--reset")
        self.assertIn("2026-08-03", self.habeas(*answer).out)
        self.refused(cli.NOT_FOUND, "request", "calendar", "--set", "XX")
        self.refused(cli.USAGE, "request", "calendar", "--reset", "--set", "DE")

    def test_time_limits_are_counted(self):
        late = self.json("deadline", "answer", "2026-03-05", "--extension", "2", "--notice",
                         "2026-05-05")
        self.assertFalse(late["extended"])
        breach = self.json("deadline", "breach", "--aware", "2026-03-05T10:30:00Z")
        self.assertEqual("2026-03-08T10:30:00.000Z", breach["due"])
        self.assertIn("2026-03-19", self.habeas("deadline", "count", "2026-03-05", "--number", "10",
                                                "--unit", "working-days").out)
        for unit, due in (("months", "2026-03-02"), ("days", "2026-02-02"),
                          ("calendar-days", "2026-01-31")):
            self.assertEqual(due, self.json("deadline", "count", "2026-01-31", "--unit", unit)["due"])
        self.habeas("deadline", "breach")
        self.refused(cli.USAGE, "deadline", "answer", "soon")
        self.refused(cli.USAGE, "deadline", "count", "31.1.2026")
        self.refused(cli.USAGE, "deadline", "breach", "--hours", "0")

    def test_what_cannot_be_is_told(self):
        for words in (["show"], ["ask"], ["fulfil"], ["vouch", "--by", "x"], ["begin"],
                      ["extend", "--reason", "x"], ["withdraw"], ["announce", "--how", "x"],
                      ["lift"], ["refuse", "--ground", "x"]):
            self.refused(cli.NOT_FOUND, "request", words[0], "99", *words[1:])
        self.refused(cli.ERASED, "request", "open", "access", "3")
        self.refused(cli.INVALID, "request", "open", "access", "1", "--origin", "a@example.org")
        self.refused(cli.INVALID, "request", "open", "access", "external:crm:404")
        self.refused(cli.NOT_FOUND, "request", "list", "--subject", "email:nobody@example.org")
        self.refused(cli.NOT_FOUND, "request", "confirm", "@none")


cli.main(__name__, covers=["segment", "tag", "changes", "request", "deadline"])

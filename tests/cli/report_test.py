"""report: the page of figures; what is on it is tested in tests/unit/cli."""
import json
import xml.etree.ElementTree as ElementTree

import cli
from cli import CliTest, FlowTest


class Report(CliTest):
    def test_the_page_goes_to_standard_output_or_to_a_new_file(self):
        page = self.habeas("report").out
        ElementTree.fromstring(page)
        self.assertIn("Figures of Example Shop", page)
        said = self.habeas("report", "--output", "report.html").out
        self.assertEqual("The report is written to report.html\n", said)
        written = (self.folder / "report.html").read_text(encoding="utf-8")
        self.assertIn("Newsletter", written)
        self.assertNotIn("@example.org", written)
        self.assertEqual({"file": "again.html"}, self.json("report", "--output", "again.html"))

    def test_title_and_language_are_those_asked_for(self):
        page = self.habeas("report", "--title", "Juni <2026>", "--language", "de").out
        self.assertIn("<h1>Juni &lt;2026&gt;</h1>", page)
        self.assertIn("Was Aufmerksamkeit braucht", page)
        self.assertEqual("h1", ElementTree.fromstring(page).find(".//h1").tag)

    def test_the_store_can_be_read_only(self):
        self.assertIn("<h1>", self.habeas("report", "--read-only").out)

    def test_no_file_is_overwritten(self):
        self.give("mine.html", "mine")
        self.refused(cli.TAKEN, "report", "--output", "mine.html", says="mine.html")
        self.assertEqual("mine", (self.folder / "mine.html").read_text())


class Records(FlowTest):
    def test_the_records_of_processing_are_given_as_json_and_as_a_page(self):
        records = self.json("records")
        self.assertEqual(["newsletter", "orders", "tips", "confirming", "scoring", "breach_notice"],
                         [each["purpose"] for each in records["activities"]])
        self.assertEqual("Mailjet SAS", records["recipients"][0]["name"])
        self.assertIn("Where the store is", " ".join(each["text"] for each in records["gaps"]))
        page = self.habeas("records", "--html").out
        ElementTree.fromstring(page)
        self.assertIn("Mailjet SAS", page)
        self.assertNotIn("anna@", page + json.dumps(records))
        self.assertEqual({"file": "r.html"}, self.json("records", "--html", "--output", "r.html"))
        self.assertIn("written to r.json", self.habeas("records", "--output", "r.json").out)
        self.refused(cli.TAKEN, "records", "--output", "r.json", says="r.json")


class Notice(FlowTest):
    def test_a_privacy_notice_is_drafted_in_two_languages_and_says_what_it_lacks(self):
        notice = self.json("notice", "draft")
        self.assertEqual("en", notice["language"])
        self.assertEqual(["newsletter", "orders", "tips", "confirming", "scoring", "breach_notice"],
                         [each["purpose"] for each in notice["purposes"]])
        self.assertIn("No supervisory authority", " ".join(each["text"] for each in notice["gaps"]))
        done = self.habeas("notice", "draft", "--language", "de", "--html")
        page = ElementTree.fromstring(done.out)
        self.assertIn("Datenschutzhinweise", " ".join(page.itertext()))
        self.assertIn("no label in de", done.err)
        self.assertNotIn("anna@", done.out + json.dumps(notice))
        self.assertEqual({"file": "n.html"}, self.json("notice", "draft", "--html", "--output", "n.html"))
        self.assertIn("written to n.json", self.habeas("notice", "draft", "--output", "n.json").out)
        self.refused(cli.TAKEN, "notice", "draft", "--output", "n.json", says="n.json")

    def test_consent_texts_and_forms_are_held_against_the_rules(self):
        found = self.json("notice", "lint", code=cli.NO)
        self.assertEqual([("newsletter", "en"), ("tips", "en"), ("scoring", "en")],
                         [(each["purpose"], each["language"]) for each in found["texts"]])
        self.assertEqual([], [each["rule"] for each in found["texts"][1]["findings"] if each["severity"] == "error"])
        self.assertEqual(["signup"], [each["form"] for each in found["forms"]])
        self.assertIn("purpose newsletter (en)", self.habeas("notice", "lint", code=cli.NO).out)
        self.refused(cli.USAGE, "notice", "lint", "all", says="more arguments")


class ReportOfFlows(FlowTest):
    def test_segments_and_campaigns_are_told_without_anybody(self):
        self.habeas("campaign", "enrol", "welcome", "1")
        page = ElementTree.fromstring(self.habeas("report").out)
        section = page.find(".//section[@id='flows']")
        said = " ".join(" ".join(section.itertext()).split())
        self.assertIn("vips: 1 person", said)
        self.assertIn("hello send_message 1 100% 1 queued", said)
        self.assertNotIn("example.org", said)


cli.main(__name__, covers=["report", "records", "notice"])

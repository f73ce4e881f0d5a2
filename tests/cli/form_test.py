"""form."""
import cli
from cli import ANNA, SIGNUP, FlowTest

# The seed article's settings: a box that must be ticked, on a form that is for something else.
ARTICLE = {**SIGNUP, "code": "article", "primary_purpose": "contact", "fields": [
    SIGNUP["fields"][0],
    {"type": "checkboxgrp", "maps_to": "consent.tips", "label": "Tips", "show_label": False,
     "required": True, "field_choices": True, "show_when_value_exists": False}]}
WRONG = {**SIGNUP, "code": "wrong", "fields": [
    SIGNUP["fields"][0], {"type": "checkbox", "purpose": "tips", "default": True}]}


class Definitions(FlowTest):
    def test_a_form_is_declared_published_shown_and_retired(self):
        self.give("next.json", {**SIGNUP, "title": "Tips"})
        self.assertEqual("Form signup: version 2 is declared.\n",
                         self.habeas("form", "define", "next.json").out)
        made = self.json("form", "define", "next.json")
        self.assertEqual((2, None), (made["version"], made["published_at"]))
        self.assertEqual({"en": "Tips"}, made["form"]["title"])
        published = self.json("form", "publish", "signup")
        self.assertEqual((2, ""), (published["version"], published["overridden"]))
        self.assertIsNotNone(published["published_at"])
        self.assertIn("published", self.habeas("form", "publish", "signup.json").out)
        shown = self.json("form", "show", "signup", "--version-number", "1")
        self.assertEqual((1, 64), (shown["version"], len(shown["hash"])))
        text = self.habeas("form", "show", "signup").out
        for part in ("email, into email, required", "asks consent to tips", "message"):
            self.assertIn(part, text)
        self.assertEqual(["signup"], [each["form"]["code"] for each in self.json("form", "list")])
        self.assertEqual("signup", self.table("form", "list")[0][0])
        self.assertIn("retired", self.habeas("form", "retire", "signup").out)
        self.assertIsNotNone(self.json("form", "retire", "signup")["retired_at"])
        self.assertEqual([], self.json("form", "list"))
        self.refused(cli.NOT_FOUND, "form", "submit", "signup", "sent.json")

    def test_the_lint_names_rule_article_severity_and_remedy(self):
        self.give("wrong.json", WRONG)
        findings = self.json("form", "lint", "wrong.json", code=cli.NO)
        found = {each["rule"]: each for each in findings}["F001"]
        self.assertEqual(("error", "/fields/1/default"), (found["severity"], found["pointer"]))
        for member in ("title", "reference", "remedy"):
            self.assertTrue(found[member], member)
        text = self.habeas("form", "lint", "wrong.json", code=cli.NO).out
        for part in ("F001", "error", "/fields/1/default", found["remedy"]):
            self.assertIn(part, text)
        self.assertNotIn("error", [each["severity"] for each in self.json("form", "lint",
                                                                          "signup")])
        self.habeas("form", "lint", "signup.json")
        self.give("article.json", ARTICLE)
        rules = {each["rule"] for each in self.json("form", "lint", "article.json", code=cli.NO)}
        self.assertTrue(rules & {"F010", "F011"}, rules)

    def test_what_a_definition_leaves_out_is_judged_in_the_store_alone(self):
        bare = {name: value for name, value in SIGNUP.items() if name != "privacy_url"}
        self.give("bare.json", bare)
        store = {each["rule"] for each in self.json("form", "lint", "bare.json", code=cli.NO)}
        alone = {each["rule"] for each in
                 self.json("form", "lint", "bare.json", "--definition-alone",
                           env={"HABEAS_STORE": ""})}
        self.assertTrue(store - alone)

    def test_an_error_is_not_published_and_nothing_is_half_done(self):
        self.give("wrong.json", WRONG)
        done = self.refused(cli.NOT_PERMITTED, "form", "publish", "wrong.json", says="F001")
        self.assertIn("Mend it", done.err)
        self.refused(cli.NOT_FOUND, "form", "show", "wrong")
        made = self.json("form", "publish", "wrong.json", "--override", "a test of the lint")
        self.assertEqual("a test of the lint", made["overridden"])
        self.assertIn("a test of the lint", self.habeas("form", "show", "wrong").out)

    def test_what_is_wrong_is_told_with_its_place(self):
        self.give("wrong.json", {**SIGNUP, "fields": [{"name": "x", "type": "captcha"}]})
        for word in ("define", "publish", "lint"):
            self.refused(cli.INVALID, "form", word, "wrong.json", says="/fields/0/type")
            self.refused(cli.NOT_FOUND, "form", word, "none.json", says="none.json")
        for word in ("publish", "lint", "show", "retire", "render"):
            self.refused(cli.NOT_FOUND, "form", word, "none")
        self.refused(cli.NOT_FOUND, "form", "show", "signup", "--version-number", "9",
                     says="version 9")
        self.refused(cli.USAGE, "form", "list", "x")


class Pages(FlowTest):
    def test_a_form_is_rendered_to_standard_output_and_to_a_file(self):
        page = self.habeas("form", "render", "signup", "--csrf", "csrf=abc<", "--class",
                           "form=wide", "--action", "/signup", "--id-prefix", "a").out
        for part in ("<form", 'action="/signup"', 'value="abc&lt;"', "wide", "</form>", "tips"):
            self.assertIn(part, page)
        self.assertNotIn("checked", page)
        self.assertNotIn("<script", page)
        self.assertIn("written to", self.habeas("form", "render", "signup", "--output",
                                                "form.html").out)
        self.assertIn("<form", (self.folder / "form.html").read_text())
        made = self.json("form", "render", "signup")
        self.assertEqual(("en", 1), (made["language"], made["version"]))
        self.assertIn("<form", made["html"])
        self.assertEqual({"file": "form2.html", "language": "en", "version": 1},
                         self.json("form", "render", "signup", "--output", "form2.html"))
        self.refused(cli.TAKEN, "form", "render", "signup", "--output", "form.html")
        self.refused(cli.USAGE, "form", "render", "signup", "--csrf", "abc", says="NAME=VALUE")

    def test_a_draft_is_rendered_where_it_is_asked_for(self):
        self.give("draft.json", {**SIGNUP, "code": "draft"})
        self.habeas("form", "define", "draft.json")
        self.refused(cli.NOT_FOUND, "form", "render", "draft")
        self.assertIn("<form", self.habeas("form", "render", "draft", "--draft").out)


class Submissions(FlowTest):
    def test_a_submission_is_taken_in_and_listed(self):
        self.give("new.json", {"mail": "gus@example.org", "given": ["Gus"], "tips": False})
        sent = self.json("form", "submit", "signup", "new.json", "--ip", "192.0.2.9",
                         "--user-agent", "Test", "--page", "https://shop.example/")
        self.assertEqual(("accepted", "Thank you", {}, []),
                         (sent["outcome"], sent["message"], sent["errors"], sent["messages"]))
        text = self.habeas("form", "submit", "signup", "-",
                           stdin=b'{"mail":"hal@example.org","tips":true}').out
        self.assertIn("accepted", text)
        self.assertIn("messages", text)  # double opt-in
        mine = self.json("form", "submissions", "signup", "--subject", "email:gus@example.org")
        self.assertEqual([{"given": "Gus", "mail": "gus@example.org"}],
                         [each["values"] for each in mine])
        self.assertEqual(3, len(self.table("form", "submissions", "signup")))
        self.assertEqual([], self.json("form", "submissions", "--after", "99"))

    def test_whom_the_host_has_identified_is_taken_at_their_word(self):
        self.give("anna.json", {"mail": "anna@example.org", "given": "Annie"})
        self.habeas("form", "submit", "signup", "anna.json")
        self.assertEqual("Anna", self.json("subject", "show", "1")["fields"]["first_name"])
        self.habeas("form", "submit", "signup", "anna.json", "--subject", ANNA)
        self.assertEqual("Annie", self.json("subject", "show", "1")["fields"]["first_name"])

    def test_a_refused_submission_says_why_and_keeps_nothing(self):
        self.give("no.json", {"mail": "no address"})
        sent = self.json("form", "submit", "signup", "no.json", code=cli.NO)
        self.assertEqual(("invalid", None, ["mail"]),
                         (sent["outcome"], sent["submission"], list(sent["errors"])))
        self.assertIn("field mail", self.habeas("form", "submit", "signup", "no.json",
                                                code=cli.NO).out)
        self.assertEqual(1, len(self.json("form", "submissions")))

    def test_what_cannot_be_is_told(self):
        self.refused(cli.NOT_FOUND, "form", "submit", "none", "sent.json")
        self.refused(cli.ERASED, "form", "submit", "signup", "sent.json", "--subject", "3")
        self.refused(cli.INVALID, "form", "submit", "signup", "-", stdin=b"[", says="an object")
        done = self.refused(cli.INVALID, "form", "submit", "signup", "-",
                            stdin=b'{"x@example.org":{}}', says="value 1: write")
        self.assertNotIn("example.org", done.err)
        self.refused(cli.NOT_FOUND, "form", "submissions", "none")


cli.main(__name__, covers=["form"])

"""apply, definitions, field, purpose."""
import json
import unittest

import cli
from cli import ANNA, CliTest


class Documents(CliTest):
    def test_what_is_exported_applies_to_an_empty_store_and_gives_the_same(self):
        self.habeas("definitions", "--output", "out.json")
        self.habeas("init", "--store", "new.habeas")
        applied = self.json("apply", "out.json", "--store", "new.habeas")
        self.assertIn("purpose newsletter added", applied["changes"])
        again = self.habeas("definitions", "--store", "new.habeas")
        self.assertEqual((self.folder / "out.json").read_text(), again.out)
        self.assertEqual(json.loads(again.out), self.json("definitions"))

    def test_applying_twice_changes_nothing(self):
        self.assertEqual({"changes": []}, self.json("apply", "definitions.json"))
        self.assertEqual("Nothing to change.\n", self.habeas("apply", "definitions.json").out)

    def test_a_dry_run_tells_and_keeps_nothing(self):
        fresh = {"habeas_definitions": 1, "fields": [{"name": "size", "type": "number"}]}
        self.give("fresh.json", fresh)
        done = self.habeas("apply", "fresh.json", "--dry-run")
        self.assertEqual("field size added\n", done.out)
        self.assertIn("dry run", done.err)
        self.assertEqual(1, len(self.json("apply", "-", stdin=json.dumps(fresh).encode())["changes"]))

    def test_a_wrong_document_is_refused_as_a_whole_and_the_place_is_named(self):
        self.give("wrong.json", {"habeas_definitions": 1,
                                 "fields": [{"name": "size", "type": "number"},
                                            {"name": "x", "type": "colour"}]})
        done = self.refused(cli.INVALID, "apply", "wrong.json", "--json")
        self.assertTrue(json.loads(done.err)["error"]["where"].startswith("/fields/1"))
        self.assertNotIn("size", self.habeas("field", "list").out)
        self.refused(cli.NOT_FOUND, "apply", "none.json", says="none.json cannot be opened")
        self.give("no.json", "{")
        self.refused(cli.INVALID, "apply", "no.json", says="no JSON")

    def test_an_exported_document_overwrites_nothing(self):
        self.give("there.json", "mine")
        self.refused(cli.TAKEN, "definitions", "--output", "there.json", says="not overwritten")
        self.assertEqual("mine", (self.folder / "there.json").read_text())
        (self.folder / "link.json").symlink_to("target.json")
        self.refused(cli.TAKEN, "definitions", "--output", "link.json")
        self.assertFalse((self.folder / "target.json").exists())


class FieldCommands(CliTest):
    def test_a_field_is_added_changed_renamed_retired_and_removed(self):
        field = self.json("field", "add", "size", "--type", "select", "--choice", "s", "--choice",
                          "m", "--choice-label", "s:en=Small", "--label", "en=Size", "--label",
                          "de=Größe", "--class", "special", "--required", "--default", "m")
        self.assertEqual(
            {"name": "size", "type": "select", "class": "special",
             "labels": {"de": "Größe", "en": "Size"},
             "choices": [{"value": "s", "labels": {"en": "Small"}}, {"value": "m", "labels": {}}],
             "default_value": "m", "required": True}, field)
        field = self.json("field", "update", "size", "--no-required", "--drop-choice", "m",
                          "--no-default", "--no-in-exports", "--choice", "l")
        self.assertEqual(["s", "l"], [choice["value"] for choice in field["choices"]])
        self.assertEqual({"class": "special", "in_exports": False},
                         {name: field[name] for name in ("class", "in_exports", "required",
                                                         "default_value") if name in field})
        self.assertEqual("girth", self.json("field", "rename", "size", "girth")["name"])
        self.assertTrue(self.json("field", "retire", "girth")["retired"])
        listed = self.table("field", "list", "--owner", "subject")
        self.assertIn(["girth", "select", "special", "de=Größe, en=Size", "not in exports, retired"],
                      listed)
        self.assertEqual("girth", self.json("field", "remove", "girth")["name"])
        self.assertNotIn("girth", [field["name"] for field in self.json("field", "list")])

    def test_the_same_for_people(self):
        self.assertEqual("Field size added.\n", self.habeas("field", "add", "size").out)
        self.assertIn("changed", self.habeas("field", "update", "size", "--unique").out)
        self.assertIn("new name", self.habeas("field", "rename", "size", "girth").out)
        self.assertIn("retired", self.habeas("field", "retire", "girth").out)
        self.assertIn("removed", self.habeas("field", "remove", "girth").out)

    def test_organisations_have_fields_of_their_own(self):
        self.habeas("field", "add", "size", "--owner", "organisation", "--type", "money",
                    "--scale", "3")
        fields = self.json("field", "list", "--owner", "organisation")
        self.assertEqual([("branch", None), ("size", 3)],
                         [(field["name"], field.get("scale")) for field in fields])

    def test_a_wrong_name_is_refused(self):
        for name in ("Vip", "1st", "a b", 'x"; DROP TABLE subject; --', "consent", "a" * 64):
            self.refused(cli.INVALID, "field", "add", name)
        self.refused(cli.TAKEN, "field", "add", "vip", says="exists already")

    def test_a_field_that_is_not_there_is_named(self):
        for words in (["update"], ["rename", "--"], ["retire"], ["remove"]):
            more = ["new"] if words[0] == "rename" else []
            self.refused(cli.NOT_FOUND, "field", words[0], "none", *more, says="none")
        self.refused(cli.NOT_FOUND, "field", "update", "vip", "--owner", "organisation")
        self.refused(cli.USAGE, "field", "list", "--owner", "nobody", says="subject, organisation")

    def test_a_core_field_stays(self):
        self.refused(cli.INVALID, "field", "remove", "email", says="stays as it is")

    def test_a_malformed_label_says_the_form(self):
        self.refused(cli.USAGE, "field", "add", "size", "--label", "Size", says="LANGUAGE=TEXT")
        self.refused(cli.USAGE, "field", "add", "size", "--label", "en=a", "--label", "en=b",
                     says="twice")
        self.refused(cli.USAGE, "field", "add", "size", "--choice-label", "s:en=Small",
                     says="CHOICE:LANGUAGE=TEXT")


class PurposeCommands(CliTest):
    def test_a_purpose_is_declared_and_only_what_is_given_changes(self):
        purpose = self.json("purpose", "define", "offers", "--basis", "soft_opt_in", "--kind",
                            "marketing", "--channel", "email", "--channel", "sms", "--validity",
                            "P12M", "--label", "en=Offers", "--no-own-similar-products",
                            "--recipient", "Mailer", "--double-opt-in")
        self.assertEqual(("soft_opt_in", ["email", "sms"], "P12M", False, ["Mailer"], True),
                         tuple(purpose[name] for name in (
                             "basis", "channels", "validity", "own_similar_products", "recipients",
                             "double_opt_in")))
        purpose = self.json("purpose", "define", "offers", "--validity", "", "--channel", "post")
        self.assertNotIn("validity", purpose)
        self.assertEqual(("soft_opt_in", ["post"], ["Mailer"]),
                         tuple(purpose[name] for name in ("basis", "channels", "recipients")))
        self.assertIn("changed", self.habeas("purpose", "define", "offers", "--no-double-opt-in").out)

    def test_texts_are_numbered_and_kept_word_for_word(self):
        self.give("text.txt", "Ja, schreibt mir.\nWirklich.")
        added = self.json("purpose", "add-text", "newsletter", "--text", "en=Yes = yes", "--label",
                          "en=OK", "--text", "de=@text.txt", "--no-material-change")
        self.assertEqual({"purpose": "newsletter", "text_version": 2}, added)
        text = self.json("purpose", "show", "newsletter")["texts"][1]
        self.assertEqual((2, False), (text["number"], text["material_change"]))
        self.assertEqual([{"language": "de", "text": "Ja, schreibt mir.\nWirklich.", "label": ""},
                          {"language": "en", "text": "Yes = yes", "label": "OK"}],
                         sorted(text["texts"], key=lambda each: each["language"]))
        same = self.habeas("purpose", "add-text", "newsletter", "--text", "en=Yes = yes", "--label",
                           "en=OK", "--text", "de=@text.txt", "--no-material-change")
        self.assertEqual("Purpose newsletter: text version 2.\n", same.out)
        self.assertIn("text 2 de", self.habeas("purpose", "show", "newsletter").out)

    def test_a_retired_purpose_allows_nothing(self):
        self.habeas("decide", ANNA, "newsletter", "email")
        self.assertIsNotNone(self.json("purpose", "retire", "newsletter")["retired_at"])
        self.habeas("decide", ANNA, "newsletter", "email", code=cli.NO)
        self.habeas("purpose", "retire", "newsletter")
        rows = self.table("purpose", "list")
        self.assertEqual(["newsletter", "consent", "marketing", "email, sms", "1",
                          "valid P24M, retired"], rows[0])
        self.assertEqual(["newsletter", "orders"],
                         [purpose["code"] for purpose in self.json("purpose", "list")])

    def test_wrong_purposes_are_refused(self):
        self.refused(cli.INVALID, "purpose", "define", "Offers", says="code")
        self.refused(cli.INVALID, "purpose", "define", "offers", "--channel", "email",
                     "--validity", "two years", says="validity")
        self.refused(cli.USAGE, "purpose", "define", "offers", "--basis", "hope",
                     says="legitimate_interests")
        for words in (["show", "none"], ["retire", "none"],
                      ["add-text", "none", "--text", "en=Yes"]):
            self.refused(cli.NOT_FOUND, "purpose", *words, says="none")
        self.refused(cli.USAGE, "purpose", "add-text", "newsletter", says="--text")
        self.refused(cli.USAGE, "purpose", "add-text", "newsletter", "--text", "en=Yes", "--label",
                     "de=Ja", says="beside a text")
        self.refused(cli.NOT_FOUND, "purpose", "add-text", "newsletter", "--text", "en=@none.txt",
                     says="none.txt")
        self.refused(cli.NOT_FOUND, "purpose", "list", "--store", "none")


cli.main(__name__, covers=["apply", "definitions", "field", "purpose"])

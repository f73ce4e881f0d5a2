"""subject, identifier, organisation."""
import json
import unittest

import cli
from cli import ANNA, CliTest


class Subjects(CliTest):
    def test_a_person_is_created_shown_changed_and_found(self):
        made = self.json("subject", "create", "email=Zoë@Example.org", "first_name=Zoë", "vip=yes",
                         "spent=12.5", "interests=garden|books", "date_of_birth=1990-01-31",
                         "phone=0664 1234567", "--identifier", "external:crm:99", "--source", "api")
        subject = self.json("subject", "show", "external:crm:99")
        self.assertEqual(made["subject"], subject["id"])
        self.assertEqual({"email": "Zoë@Example.org", "phone": "0664 1234567", "first_name": "Zoë",
                          "vip": True, "spent": "12.50", "interests": ["books", "garden"],
                          "date_of_birth": "1990-01-31"}, subject["fields"])
        self.assertEqual("api", subject["source"])
        self.assertIn({"kind": "external:crm", "value": "99"}, subject["identifiers"])
        # By number, by another spelling, and by a national number of the store's country.
        for name in (str(subject["id"]), "email:ZOË@example.org", "phone:+43 664 1234567"):
            self.assertEqual(subject, self.json("subject", "show", name))
        self.assertEqual(f"{subject['id']}\n",
                         self.habeas("subject", "find", "phone:06641234567").out)
        self.assertEqual({"subject": None},
                         self.json("subject", "find", "external:crm:100", code=cli.NO))
        self.habeas("subject", "update", "external:crm:99", "last_name=Ödön", "first_name=",
                    "spent=-0.05")
        fields = self.json("subject", "show", "external:crm:99")["fields"]
        self.assertEqual(("Ödön", "Zoë", "-0.05"),
                         (fields["last_name"], fields["first_name"], fields["spent"]))

    def test_a_record_shows_what_there_is(self):
        lines = self.habeas("subject", "show", ANNA).lines
        self.assertIn("source        form:signup", lines)
        self.assertIn("identifier    external:crm:17", lines)
        self.assertIn("vip           true", lines)
        self.assertIn("organisation  1, buyer", lines)

    def test_a_blank_empties_a_field_only_when_told(self):
        self.habeas("subject", "update", ANNA, "first_name=", "--overwrite-blanks")
        self.assertNotIn("first_name", self.json("subject", "show", ANNA)["fields"])

    def test_fields_can_come_from_a_file_or_standard_input(self):
        fields = {"email": "x@example.org", "vip": False, "interests": ["books"], "spent": 3,
                  "first_name": None}
        self.give("x.json", fields)
        self.habeas("subject", "create", "--fields", "x.json")
        shown = self.json("subject", "show", "email:x@example.org")["fields"]
        self.assertEqual({"email": "x@example.org", "vip": False, "interests": ["books"],
                          "spent": "3.00"}, shown)
        self.json("subject", "update", ANNA, "--fields", "-", stdin=b'{"last_name": "Berg"}')
        self.assertEqual("Berg", self.json("subject", "show", ANNA)["fields"]["last_name"])
        self.refused(cli.INVALID, "subject", "create", "--fields", "-", stdin=b"[1]",
                     says="JSON object")
        self.refused(cli.INVALID, "subject", "create", "--fields", "-", stdin=b'{"vip": {}}',
                     says="/vip")
        self.refused(cli.NOT_FOUND, "subject", "create", "--fields", "none.json")

    def test_a_wrong_value_is_named_by_its_field_and_not_repeated(self):
        done = self.refused(cli.INVALID, "subject", "create", "email=secret-value", says="email")
        self.assertNotIn("secret-value", done.err)
        done = self.refused(cli.INVALID, "subject", "update", ANNA, "vip=secret-value", says="vip")
        self.assertNotIn("secret-value", done.err)
        self.refused(cli.NOT_FOUND, "subject", "create", "colour=red", says="colour")
        self.refused(cli.INVALID, "subject", "create", "first_name=X", says="identifier")
        self.refused(cli.USAGE, "subject", "create", "red", says="FIELD=VALUE")

    def test_an_identifier_belongs_to_one_person(self):
        done = self.refused(cli.TAKEN, "subject", "create", "email=anna@example.org")
        self.assertNotIn("anna", done.err)
        self.refused(cli.TAKEN, "identifier", "add", "2", ANNA)

    def test_an_update_can_insist_on_the_version_that_was_read(self):
        version = str(self.json("subject", "show", ANNA)["version"])
        self.habeas("subject", "update", ANNA, "last_name=A", "--version", version)
        self.refused(cli.TAKEN, "subject", "update", ANNA, "last_name=B", "--version", version)
        self.refused(cli.USAGE, "subject", "update", ANNA, "--version", "x")

    def test_who_is_not_there_is_not_found(self):
        self.refused(cli.NOT_FOUND, "subject", "show", "99999")
        self.refused(cli.ERASED, "subject", "show", "3", says="erased")
        done = self.refused(cli.NOT_FOUND, "subject", "show", "email:nobody@example.org",
                            says="(email)")
        self.assertNotIn("nobody@", done.err)
        self.refused(cli.USAGE, "subject", "show", "nobody@example.org", says="email:ADDRESS")
        self.refused(cli.USAGE, "subject", "find", "twitter:nobody", says="external:SYSTEM:ID")
        self.refused(cli.INVALID, "subject", "find", "email:nobody", says="no @")

    def test_two_who_are_one_are_merged(self):
        self.habeas("subject", "merge", ANNA, "email:anna.b@example.org")
        merged = self.json("subject", "show", "2")
        self.assertEqual(1, merged["id"])
        self.assertEqual("Berg", merged["fields"]["last_name"])
        self.assertEqual({"subjects": 1}, self.json("subject", "count"))
        self.habeas("subject", "create", "email=c@example.org")
        self.assertEqual({"subject": 1}, self.json("subject", "merge", "1", "email:c@example.org"))
        self.refused(cli.INVALID, "subject", "merge", "1", "1")

    def test_a_list_goes_on_at_its_cursor(self):
        self.habeas("subject", "create", "email=c@example.org", "country=DE")
        first = self.json("subject", "list", "--limit", "2")
        self.assertEqual([1, 2], [subject["id"] for subject in first["subjects"]])
        rest = self.json("subject", "list", "--limit", "2", "--after", first["next"])
        self.assertEqual((1, ""), (len(rest["subjects"]), rest["next"]))
        self.assertIn(["1", "anna@example.org", "Anna", ""], self.table("subject", "list"))
        self.assertIn("more: --after", self.habeas("subject", "list", "--limit", "1").err)
        future = self.json("subject", "list", "--changed-since", "2099-01-01")
        self.assertEqual([], future["subjects"])
        self.assertEqual("(none)", self.habeas("subject", "list", "--changed-since",
                                               "2099-01-01").lines[-1])
        self.refused(cli.INVALID, "subject", "list", "--after", "nonsense")
        self.refused(cli.USAGE, "subject", "list", "--limit", "0")
        self.refused(cli.USAGE, "subject", "list", "--changed-since", "yesterday",
                     says="2026-06-01T10:00:00Z")

    def test_people_are_counted(self):
        self.assertEqual("2\n", self.habeas("subject", "count").out)
        self.refused(cli.NOT_FOUND, "subject", "count", "--store", "none")


class Identifiers(CliTest):
    def test_identifiers_come_and_go_but_not_the_last(self):
        added = self.json("identifier", "add", "2", "external:shop:A:7")
        self.assertIn({"kind": "external:shop", "value": "A:7"}, added["identifiers"])
        self.assertEqual("2\n", self.habeas("subject", "find", "external:shop:A:7").out)
        self.assertIn("added to subject 2",
                      self.habeas("identifier", "add", "2", "email:b2@example.org").out)
        removed = self.json("identifier", "remove", "2", "external:shop:A:7")
        self.assertNotIn("external:shop", json.dumps(removed))
        self.habeas("identifier", "remove", "2", "email:b2@example.org")
        self.refused(cli.INVALID, "identifier", "remove", "2", "email:anna.b@example.org")
        self.refused(cli.NOT_FOUND, "identifier", "remove", "2", "external:shop:B")
        self.refused(cli.INVALID, "identifier", "add", "2", "external:Shop of mine:B")


class Organisations(CliTest):
    def test_an_organisation_has_fields_and_members(self):
        made = self.json("organisation", "create", "Berg & Co", "branch=wood", "--external", "B-2")
        number = str(made["organisation"])
        self.assertEqual(number + "\n", self.habeas("organisation", "find", "B-2").out)
        self.habeas("organisation", "link", ANNA, number, "--role", "owner", "--primary")
        shown = self.json("organisation", "show", number)
        self.assertEqual([1], shown["members"])
        shown = shown["organisation"]
        self.assertEqual(("Berg & Co", "B-2", {"branch": "wood"}),
                         (shown["name"], shown["external"], shown["fields"]))
        self.habeas("organisation", "update", number, "branch=", "--name", "Tal", "--external", "C")
        self.assertEqual({"organisation": None},
                         self.json("organisation", "find", "B-2", code=cli.NO))
        self.assertIn("branch        wood", self.habeas("organisation", "show", number).lines)
        self.json("organisation", "update", number, "branch=", "--overwrite-blanks")
        shown = self.json("organisation", "show", number)["organisation"]
        self.assertEqual(("Tal", "C", {}), (shown["name"], shown["external"], shown["fields"]))
        self.json("organisation", "unlink", ANNA, number)
        self.assertEqual([], self.json("organisation", "show", number)["members"])
        self.json("organisation", "remove", number)
        self.refused(cli.NOT_FOUND, "organisation", "show", number)
        self.habeas("subject", "show", ANNA)

    def test_the_same_for_people(self):
        self.assertIn("created", self.habeas("organisation", "create", "Tal").out)
        self.json("organisation", "link", "2", "1")
        self.assertIn("no more", self.habeas("organisation", "unlink", "2", "1").out)
        self.assertIn("removed", self.habeas("organisation", "remove", "1").out)

    def test_wrong_organisations_are_refused(self):
        self.refused(cli.INVALID, "organisation", "create", "", says="name")
        self.refused(cli.TAKEN, "organisation", "create", "Alpen", "--external", "A-1")
        self.refused(cli.NOT_FOUND, "organisation", "update", "99", "--name", "X")
        self.refused(cli.NOT_FOUND, "organisation", "remove", "99")
        self.refused(cli.NOT_FOUND, "organisation", "link", ANNA, "99")
        self.refused(cli.USAGE, "organisation", "show", "Alpen", says="is a number")
        self.refused(cli.NOT_FOUND, "organisation", "unlink", "email:nobody@example.org", "1")
        self.refused(cli.NOT_FOUND, "organisation", "find", "A-1", "--store", "none")


cli.main(__name__, covers=["subject", "identifier", "organisation"])

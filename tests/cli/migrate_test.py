"""migrate mautic, migrate hubspot."""
import json
import unittest

import cli
from cli import CliTest

CONSENT = ["--consent", "optin=newsletter/email@optin_date#1"]


class Mautic(CliTest):
    def test_a_dump_becomes_people_and_who_opted_out_stays_out(self):
        done = self.json("migrate", "mautic", "--dump", "mautic.sql", *CONSENT, "--report", "report.json",
                         "--rejects", "rejects.csv")
        parts = {part["name"]: part for part in done["parts"]}
        self.assertTrue(done["balanced"])
        self.assertEqual((3, 2, 1), tuple(parts["leads"][name] for name in ("rows", "created", "rejected")))
        self.assertEqual(1, parts["lead_donotcontact"]["suppressed"])
        self.assertEqual((1, 1), (done["consents"], done["consents_withheld"]))
        self.assertEqual(done, json.loads((self.folder / "report.json").read_text()))
        self.assertNotIn("none", (self.folder / "rejects.csv").read_text())
        self.habeas("decide", "email:mia@example.org", "newsletter", "email")
        said = self.habeas("decide", "email:max@example.org", "newsletter", "email", code=cli.NO)
        self.assertIn("SUPPRESSED", said.out)
        again = self.habeas("migrate", "mautic", "--dump", "mautic.sql", *CONSENT)
        self.assertRegex(again.out, r"leads +3 +0 +0 +2 ")

    def test_explain_names_the_row_of_the_file(self):
        done = self.habeas("migrate", "mautic", "--dump", "mautic.sql", "--consent", "optin=newsletter@optin_date")
        self.assertIn("--accept-unproven", done.err)
        why = self.habeas("decide", "email:mia@example.org", "newsletter", "email", "--explain", code=cli.NO)
        self.assertIn("imported: mautic, leads row 1 of mautic.sql", " ".join(why.out.split()))

    def test_a_preview_keeps_nothing(self):
        done = self.habeas("migrate", "mautic", "--dump", "mautic.sql", "--preview")
        self.assertIn("preview", done.err)
        self.habeas("subject", "find", "email:mia@example.org", code=cli.NO)

    def test_contacts_by_csv_need_their_opt_outs(self):
        self.give("contacts.csv", "id,firstname,email,points\n7,Ina,ina@example.org,1\n")
        self.refused(cli.INVALID, "migrate", "mautic", "--contacts", "contacts.csv", says="unknown is not mailable")
        seen = self.habeas("migrate", "mautic", "--contacts", "contacts.csv", "--preview")
        self.assertIn("The run would be refused: opt_outs", seen.err)
        self.give("dnc.csv", "email,reason,channel\nina@example.org,1,email\n")
        self.habeas("migrate", "mautic", "--contacts", "contacts.csv", "--opt-outs", "dnc.csv")
        self.assertTrue(self.json("subject", "find", "external:mautic:7"))
        self.habeas("suppress", "check", "email:ina@example.org")

    def test_mistakes_are_named(self):
        self.refused(cli.INVALID, "migrate", "mautic", says="name one source")
        self.refused(cli.NOT_FOUND, "migrate", "mautic", "--dump", "nowhere.sql", says="nowhere.sql")
        self.refused(cli.NOT_FOUND, "migrate", "mautic", "--dump", "mautic.sql", "--consent", "optin=unheard",
                     says="unheard")
        self.refused(cli.USAGE, "migrate", "mautic", "--dump", "mautic.sql", "--consent", "optin=newsletter/pigeon",
                     says="no such channel")


class Hubspot(CliTest):
    def test_contacts_come_with_the_file_of_opt_outs(self):
        arguments = ["migrate", "hubspot", "--contacts", "hubspot.csv", "--opt-outs", "unsubscribes.csv",
                     "--consent", "Agreed=newsletter@When#1=yes", "--type", "Product news=newsletter"]
        self.assertIn("hubspot.csv", self.habeas(*arguments, "--preview").out)
        done = self.json(*arguments)
        self.assertEqual((1, 1), (done["consents"], done["consents_withheld"]))
        self.habeas("decide", "email:hana@example.org", "newsletter", "email")
        self.habeas("decide", "email:hugo@example.org", "newsletter", "email", code=cli.NO)

    def test_without_opt_outs_a_person_has_to_confirm(self):
        self.refused(cli.INVALID, "migrate", "hubspot", "--contacts", "hubspot.csv", says="opt_outs")
        self.habeas("migrate", "hubspot", "--contacts", "hubspot.csv", "--no-opt-outs")


class Plain(CliTest):
    def test_without_a_platform_it_is_the_schema(self):
        self.assertIn("current", self.habeas("migrate").out)
        self.assertFalse(self.json("migrate")["migrated"])
        self.refused(cli.NOT_FOUND, "migrate", "--store", "nowhere.habeas")


if __name__ == "__main__":
    cli.main(__name__, covers=["migrate"])

"""optin, preference-link."""
import json

import cli
from cli import ANNA, FlowTest

EVE = "email:eve@example.org"


class Optins(FlowTest):
    def test_a_sign_up_waits_and_counts_once_it_is_confirmed(self):
        waiting = self.json("optin", "list", "--state", "waiting")
        self.assertEqual([(1, "waiting", 1, "")],
                         [(e["optin"], e["state"], e["mails"], e["withheld"]) for e in waiting])
        self.assertEqual("tips", waiting[0]["consents"][0]["purpose"])
        self.assertIn("tips (email)", self.habeas("optin", "list", "--subject", EVE).out)
        self.habeas("decide", EVE, "tips", "email", code=cli.NO)
        done = self.json("optin", "confirm", "@confirm.token")
        self.assertEqual(("confirmed", 1), (done["state"], len(done["granted"])))
        self.habeas("decide", EVE, "tips", "email")
        self.assertEqual(done, self.json("optin", "confirm", "@confirm.token"))
        self.assertEqual([], self.json("optin", "list", "--state", "waiting"))

    def test_a_guessed_token_does_not_count(self):
        self.assertIn("does not count", self.habeas("optin", "confirm", "guess", code=cli.NO).out)
        self.assertIsNone(self.json("optin", "confirm", "guess", code=cli.NO))

    def test_the_mail_is_sent_again_and_the_former_token_is_over(self):
        self.assertEqual(2, self.json("optin", "resend", "1")["mails"])
        self.habeas("optin", "confirm", "@confirm.token", code=cli.NO)
        self.refused(cli.NOT_PERMITTED, "optin", "resend", "1", says="five minutes")
        self.assertIn("already_asked", self.sign_up_again())
        self.assertIn("mails", self.habeas("optin", "resend", "2").out)

    def test_the_same_person_signing_up_again_gets_no_second_mail(self):
        sent = self.json("form", "submit", "signup", "sent.json")
        self.assertEqual([], sent["messages"])
        self.assertEqual("already_asked", self.json("optin", "list", "--after", "1")[0]["withheld"])

    def sign_up_again(self):
        """Eve's second sign-up, as it is listed."""
        self.json("form", "submit", "signup", "sent.json")
        return self.habeas("optin", "list", "--after", "1").out

    def test_an_employee_vouches_or_cancels(self):
        self.assertIn("confirmed", self.habeas("optin", "vouch", "1", "--by", "Ina").out)
        self.refused(cli.TAKEN, "optin", "cancel", "1")
        for mail in ("ida", "ivo", "ian"):
            self.json("form", "submit", "signup", "-", stdin=json.dumps(
                {"mail": f"{mail}@example.org", "given": mail, "tips": True}).encode())
        self.assertEqual("cancelled", self.json("optin", "cancel", "2")["state"])
        self.assertIn("cancelled", self.habeas("optin", "cancel", "3").out)
        self.assertEqual("confirmed", self.json("optin", "vouch", "4", "--by", "Ina")["state"])
        self.refused(cli.NOT_FOUND, "optin", "cancel", "9")
        self.refused(cli.NOT_FOUND, "optin", "vouch", "9", "--by", "Ina")

    def test_what_cannot_be_understood_is_refused(self):
        self.refused(cli.USAGE, "optin", "list", "--state", "lost", says="--state")
        self.refused(cli.NOT_FOUND, "optin", "confirm", "@missing.token")

    def test_a_link_leads_to_the_preference_centre_of_one_person(self):
        link = self.habeas("preference-link", ANNA).out.strip()
        self.assertRegex(link, r"^https://shop\.example/preferences/[A-Za-z0-9_-]{52}$")
        found = self.json("outbox", "token", link.rsplit("/", 1)[1])
        self.assertEqual(("preferences", 1, 0), (found["use"], found["subject"], found["message"]))
        self.assertNotEqual(link, self.json("preference-link", ANNA, "--hours", "1")["link"])
        self.refused(cli.ERASED, "preference-link", "3")


cli.main(__name__, covers=["optin", "preference-link"])

"""optin, preference-link."""
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

    def test_the_same_person_signing_up_again_gets_no_second_mail(self):
        sent = self.json("form", "submit", "signup", "sent.json")
        self.assertEqual([], sent["messages"])
        self.assertEqual("already_asked", self.json("optin", "list", "--after", "1")[0]["withheld"])

    def test_an_employee_vouches_or_cancels(self):
        self.assertIn("confirmed", self.habeas("optin", "vouch", "1", "--by", "Ina").out)
        self.refused(cli.TAKEN, "optin", "cancel", "1")
        self.json("form", "submit", "signup", "sent.json", "--subject", ANNA)
        self.assertEqual("cancelled", self.json("optin", "cancel", "2")["state"])
        self.refused(cli.NOT_FOUND, "optin", "cancel", "9")

    def test_a_link_leads_to_the_preference_centre_of_one_person(self):
        link = self.habeas("preference-link", ANNA).out.strip()
        self.assertRegex(link, r"^https://shop\.example/preferences/[A-Za-z0-9_-]{52}$")
        found = self.json("outbox", "token", link.rsplit("/", 1)[1])
        self.assertEqual(("preferences", 1, 0), (found["use"], found["subject"], found["message"]))
        self.assertNotEqual(link, self.json("preference-link", ANNA, "--hours", "1")["link"])
        self.refused(cli.ERASED, "preference-link", "3")


cli.main(__name__, covers=["optin", "preference-link"])

"""The flow from the sign-up to the erasure, in Django's own tables."""
from __future__ import annotations

import tempfile
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import habeas
from django.core.management import call_command
from django.test import TransactionTestCase, override_settings
from shop import privacy
from shop.models import Basket, Customer, Order


class PrivacyTests(TransactionTestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        changed = override_settings(HABEAS_STORE=Path(folder.name) / "shop.habeas")
        changed.enable()
        self.addCleanup(changed.disable)
        self.addCleanup(lambda: privacy.store().close())
        self.assertEqual(self.client.post("/signup", {"email": "Ada@example.org", "news": "yes"}).status_code, 200)
        self.ada = Customer.objects.get()
        self.ada.name = "Ada"
        self.ada.save()
        self.subject = privacy.subject_of(self.ada)
        Order.objects.create(customer=self.ada, placed_at=privacy.now(), total=Decimal("12.50"), address="1 Low Street",
                             invoice_number="2026-1")
        Order.objects.create(customer=self.ada, placed_at=privacy.now(), total=Decimal("3.00"), address="1 Low Street")
        Basket.objects.create(customer=self.ada, content="tea")

    def request(self, kind: str) -> int:
        store = privacy.store()
        request = store.requests.open_for(kind, "email", "ada@example.org", origin="form:privacy")
        self.assertEqual(store.requests.confirm(store.requests.ask_identity(request)), request)
        return request

    def test_a_sign_up_is_a_consent_that_can_be_proved(self) -> None:
        store = privacy.store()
        self.assertTrue(store.may_process(self.subject, "newsletter", "email"))
        granted = store.consents.history(self.subject)[-1]
        self.assertEqual(granted["evidence"]["form"], "shop-signup")
        self.assertEqual(self.client.post("/signup", {"email": "nowhere"}).status_code, 400)

    def test_an_export_has_what_the_shop_knows(self) -> None:
        store = privacy.store()
        store.holders.ask(self.subject, "export")
        call_command("habeas_run", stdout=StringIO())
        [found] = store.holders.exported(self.subject)
        self.assertEqual(found["data"][0]["orders"][0]["total"], "12.50")
        self.assertIn("tea", str(store.exports.json(self.subject, preview=True)))

    def test_an_erasure_leaves_nothing_but_invoices_and_says_so(self) -> None:
        store = privacy.store()
        request = self.request("erasure")
        store.requests.fulfil(request)
        out = StringIO()
        call_command("habeas_run", stdout=out)
        self.assertIn("0 failed", out.getvalue())
        self.assertFalse(Customer.objects.exists() or Basket.objects.exists())
        [invoice] = Order.objects.all()
        self.assertEqual((invoice.customer, invoice.address, invoice.invoice_number), (None, "", "2026-1"))
        [holder] = store.erasures.receipt(self.subject)["holders"]
        self.assertEqual(holder["retained"][0]["ground"], "17(3)(b)")
        self.assertGreater(holder["retained"][0]["until"], privacy.now() + timedelta(days=3600))
        self.assertEqual(store.requests.get(request)["state"], "partly_fulfilled")  # what law keeps stays
        with self.assertRaises(habeas.ErasedError):
            store.subjects.get(self.subject)

    def test_a_failure_in_the_shops_tables_is_undone_and_tried_again(self) -> None:
        store = privacy.store()
        store.erasures.execute(self.subject)
        whole = privacy.Customer.delete
        privacy.Customer.delete = lambda self: 1 / 0  # type: ignore[assignment,return-value]
        try:
            with self.assertLogs("habeas", "ERROR") as logged:
                self.assertEqual(store.holders.run()["failed"], 1)
        finally:
            privacy.Customer.delete = whole  # type: ignore[method-assign]
        self.assertIn("ZeroDivisionError", logged.output[0])
        self.assertTrue(Basket.objects.exists())
        later = (privacy.now() + timedelta(days=1)).isoformat(timespec="milliseconds")
        self.assertEqual(store.holders.run({"now": later})["retained"], 1)
        self.assertFalse(Customer.objects.exists())

    def test_a_restriction_and_a_rectification_reach_the_shop(self) -> None:
        store = privacy.store()
        store.requests.fulfil(self.request("restriction"))
        store.holders.run()
        self.assertTrue(Customer.objects.get().restricted)
        self.assertEqual(store.may_process(self.subject, "newsletter", "email").reason, habeas.Reason.RESTRICTED)

    def test_who_follows_the_link_in_a_mail_sees_the_page_of_habeas(self) -> None:
        link = privacy.store().pages.preferences_link(self.subject)
        response = self.client.get(link.removeprefix("https://shop.example"))
        self.assertEqual(response.status_code, 200)
        self.assertContains(response, "<button")
        self.assertEqual(self.client.get("/p/preferences/none").status_code, 404)

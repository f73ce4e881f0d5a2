"""The shop as a data holder: what habeas asks is done in the shop's own tables.

Each answer may be asked for again after a crash: doing it twice is the same as doing it once.
"""
from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, List, Optional

import habeas
from django.conf import settings
from django.db import transaction
from shop.models import Basket, Customer, Order

KEEP_INVOICES = timedelta(days=10 * 365 + 3)
_local = threading.local()


def store() -> habeas.Store:
    """One store a thread: a handle is used by one thread at a time, and never after a fork."""
    import os
    found: Optional[habeas.Store] = getattr(_local, "store", None)
    if found is None or found.closed or _local.process != os.getpid():
        path = settings.HABEAS_STORE
        found = habeas.Store.open(path) if path.exists() else prepare(habeas.Store.create(path))
        found.holders.attach("shop", answer)
        _local.store, _local.process = found, os.getpid()
    return found


def prepare(made: habeas.Store) -> habeas.Store:
    """What is declared once."""
    made.apply({"habeas_definitions": 1, "settings": {
        "base_url": "https://shop.example/p", "sender": "shop@shop.example", "default_country": "DE",
        "controller": {"name": "Example Shop", "address": "1 High Street, Berlin", "email": "privacy@shop.example",
                       "country": "DE", "url": "https://shop.example/privacy"}}})
    made.purposes.define({"code": "newsletter", "basis": "consent", "kind": "marketing", "channels": ["email"],
                          "labels": {"en": "Newsletter"}})
    made.purposes.add_text("newsletter", {"texts": [
        {"language": "en", "text": "Send me news of Example Shop by e-mail. I can stop this at any time.",
         "label": "News by e-mail"}]})
    made.holders.define({"code": "shop", "labels": {"en": "Orders and baskets"},
                         "operations": ["export", "erase", "rectify", "restrict", "lift"]})
    return made


def subject_of(customer: Customer) -> int:
    """The number of a customer in habeas, made when it is first needed."""
    if customer.subject is None:
        found = store().subjects.find("email", customer.email)
        customer.subject = found or store().subjects.create(
            {"email": customer.email}, identifiers={"external:shop": str(customer.pk)}, source="shop")
        customer.save(update_fields=["subject"])
    return customer.subject


def customer_of(question: habeas.HolderQuestion) -> Optional[Customer]:
    """By the number in habeas, else by what the shop knows; after an erasure habeas still says whom to look for."""
    numbers = [question.subject, *question.document["former"]]
    found = Customer.objects.filter(subject__in=numbers).first()
    email = question.identifier("email")
    if found is None and email:
        found = Customer.objects.filter(email__iexact=email).first()
    return found


def answer(question: habeas.HolderQuestion) -> Optional[Dict[str, Any]]:
    """What habeas calls."""
    customer = customer_of(question)
    if customer is None:
        return None
    operations = {habeas.Operation.EXPORT: export, habeas.Operation.ERASE: erase, habeas.Operation.RECTIFY: rectify,
                  habeas.Operation.RESTRICT: restrict, habeas.Operation.LIFT: restrict}
    with transaction.atomic():
        return operations[question.operation](customer, question)


def export(customer: Customer, question: habeas.HolderQuestion) -> Dict[str, Any]:
    """Arts. 15 and 20."""
    orders = [{"placed_at": each.placed_at, "total": each.total, "address": each.address}
              for each in customer.order_set.order_by("pk")]
    baskets = [each.content for each in customer.basket_set.order_by("pk")]
    return {"rows": rows(orders=len(orders), baskets=len(baskets), customers=1),
            "data": {"name": customer.name, "orders": orders, "baskets": baskets}}


def erase(customer: Customer, question: habeas.HolderQuestion) -> Dict[str, Any]:
    """Art. 17: all goes but invoices that tax law keeps, which lose the person and say until when."""
    baskets, _ = Basket.objects.filter(customer=customer).delete()
    invoices = Order.objects.filter(customer=customer).exclude(invoice_number="")
    newest = invoices.order_by("-placed_at").values_list("placed_at", flat=True).first()
    kept = invoices.update(customer=None, address="")
    orders, _ = Order.objects.filter(customer=customer).delete()
    customer.delete()
    out: Dict[str, Any] = {"rows": rows(orders=orders, baskets=baskets, customers=1)}
    if kept and newest is not None:
        out["retained"] = [{"place": "invoices", "rows": kept, "ground": "17(3)(b)", "until": newest + KEEP_INVOICES}]
    return out


def rectify(customer: Customer, question: habeas.HolderQuestion) -> Dict[str, Any]:
    """Art. 16."""
    email = question.identifier("email")
    if email:
        customer.email = email
        customer.save(update_fields=["email"])
    return {"rows": rows(customers=1)}


def restrict(customer: Customer, question: habeas.HolderQuestion) -> Dict[str, Any]:
    """Art. 18, and its end."""
    customer.restricted = question.operation is habeas.Operation.RESTRICT
    customer.save(update_fields=["restricted"])
    return {"rows": rows(customers=1)}


def rows(**counts: int) -> List[Dict[str, Any]]:
    """How many of each table."""
    return [{"place": place, "rows": count} for place, count in counts.items() if count]


def now() -> datetime:
    """With its zone."""
    return datetime.now(timezone.utc)

#!/usr/bin/env python3
"""A tour of habeas in Python, to read from top to bottom and to run: its output is that of tour.txt.

In memory and by a clock of its own, so that it says the same each time.
"""
from datetime import datetime, timedelta, timezone

import habeas

now = datetime(2026, 6, 1, 10, tzinfo=timezone.utc)
store = habeas.Store.in_memory(habeas.Options(clock=lambda: now))

# 1. What we process, and on which ground.
store.purposes.define({"code": "newsletter", "basis": "consent", "kind": "marketing", "channels": ["email"]})
text = store.purposes.add_text("newsletter", {"texts": [{"language": "en", "text": "News by e-mail, once a month"}]})

# 2. People. Importing makes nobody mailable.
report = store.imports.contacts_text("email,country\nada@example.org,DE\nbob@example.org,FR\nno address,IT\n")
print(f"imported {report['created']}, rejected {report['rejected']}")
ada, bob = store.subjects.numbers()

# 3. Consent with its evidence, and the answer to the question.
store.consents.record("granted", ada, "newsletter", "email", text_version=text, method="form", language="en")
for subject in (ada, bob):
    decision = store.may_process(subject, "newsletter", "email")
    print(subject, "yes" if decision else "no", decision.reason.name, decision.reference)
print("of all:", store.decisions.of([ada, bob], "newsletter", "email").allowed)

# 4. A withdrawal counts at once; the past stays what it was.
now += timedelta(days=30)
store.consents.record("withdrawn", ada, "newsletter", "email", method="email_link")
print("today:", bool(store.may_process(ada, "newsletter", "email")),
      "a week ago:", bool(store.decisions.may_process(ada, "newsletter", "email", at=now - timedelta(days=7))))

# 5. Requests have a day on which the answer is due.
request = store.requests.open("access", ada, origin="letter")
store.requests.vouch(request, by="passport seen at the desk")
print("due", store.requests.get(request)["due"])

# 6. Another place with the person's data is asked until it has answered.
store.holders.define({"code": "shop", "operations": ["erase"]})
store.holders.attach("shop", lambda question: {"rows": [{"place": "orders", "rows": 2}]})
store.erasures.execute(ada)
print("erased:", store.holders.run()["done"], "holder answered")
try:
    store.subjects.get(ada)
except habeas.ErasedError as error:
    print(error.name)

# 7. SQL over documented views, and the proof that all of it is as it was written.
for row in store.query("SELECT country, count(*) AS people FROM v_subject GROUP BY country"):
    print(row["country"], row.integer("people"))
print("verified:", store.verify()["ok"])
store.close()

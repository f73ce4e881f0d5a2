"""One walk through each topic that has no file of its own."""
import re
from datetime import date, timedelta
from pathlib import Path
from typing import List

import habeas
import pytest
from conftest import Clock, person


def test_a_request_is_confirmed_by_the_person_and_answered_in_time(store: habeas.Store, clock: Clock, tmp_path: Path) -> None:
    ada = person(store)
    request = store.requests.open_for("access", "email", "ada@example.org", origin="form:forget")
    token = store.requests.ask_identity(request, timedelta(days=2))
    assert store.requests.look_up(token) == request
    assert store.requests.confirm("no such token") is None and store.requests.confirm(token) == request
    document = store.requests.get(request)
    assert document["kind"] == "access" and isinstance(document["due"], date) and document["verified_at"] == clock.now
    store.requests.begin(request)
    store.requests.extend(request, 1, "many systems")
    store.exports.file(ada, tmp_path / "bundle.json", "json")
    store.requests.fulfil(request, "sent by post")
    assert [each["state"] for each in store.requests.steps(request)][-1] == "fulfilled"
    assert store.requests.all({"open_only": True}) == []
    other = store.requests.open("erasure", ada, origin="letter")
    with pytest.raises(habeas.DeniedError):
        store.requests.fulfil(other)
    store.requests.refuse(other, "art. 12(5)")
    third = store.requests.open("rectification", ada, origin="phone")
    store.requests.vouch(third, "called back")
    change = store.requests.rectify(third, {"fields": {"country": "FR"}})
    assert change["changes"][0]["after"] == "FR"


def test_a_hold_keeps_an_erasure_back(store: habeas.Store, clock: Clock) -> None:
    ada = person(store)
    hold = store.holders.hold(ada, "a claim is pending", clock.now + timedelta(days=30))
    assert store.holders.holds(ada)[0]["until"] == clock.now + timedelta(days=30)
    with pytest.raises(habeas.DeniedError):
        store.erasures.plan(ada)
    store.holders.lift(hold)
    assert any(each["action"] == "delete" for each in store.erasures.plan(ada)["rows"])


def test_an_erasure_is_proved(store: habeas.Store) -> None:
    people = [person(store, name, consent=True) for name in ("ada", "bob")]
    results = store.erasures.execute_many(people, proofs={"newsletter": "commitment"}, ground="17(1)(b)")
    assert [each["subject"] for each in results] == people
    commitment = results[0]["commitments"][0]
    assert store.erasures.check_commitment(commitment)
    assert not store.erasures.check_commitment("nonsense")
    assert store.erasures.receipt(people[0])["state"] in ("physical", "physical_pending")
    assert store.erasures.execute(people[0])["already"]
    with pytest.raises(habeas.NotFoundError):
        store.erasures.open_proof(people[0], "newsletter", ground="court")


def test_exports_are_for_people_and_for_tables(store: habeas.Store, tmp_path: Path) -> None:
    ada = person(store, consent=True)
    assert "ada@example.org" in store.exports.html(ada, preview=True)
    assert store.exports.csv(ada, preview=True).splitlines()[0].startswith("id") or "email" in store.exports.csv(ada, preview=True)
    assert store.exports.json(ada, language="en", recipient="the person")["subject"]["id"] == ada
    assert store.exports.many(tmp_path / "all.csv", {"recipient": "agency", "columns": ["email"]}) == 1
    assert "ada@example.org" in (tmp_path / "all.csv").read_text()
    with pytest.raises(habeas.ExistsError):
        store.exports.many(tmp_path / "all.csv", {"recipient": "agency", "columns": ["email"]})
    if habeas.has("archive"):
        store.exports.file(ada, tmp_path / "bundle.zip")
        assert (tmp_path / "bundle.zip").read_bytes()[:2] == b"PK"
        try:
            store.exports.file(ada, tmp_path / "locked.zip", password="correct horse battery")
        except habeas.UnsupportedError:
            pass


def test_imports_read_files(store: habeas.Store, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("email,country\nada@example.org,DE\nbroken,FR\n")
    report = store.imports.contacts(tmp_path / "people.csv")
    assert report["created"] == 1 and report["rejected"] == 1
    (tmp_path / "consents.csv").write_text("email,purpose,channel,action,at,text_version,method\n"
                                           "ada@example.org,newsletter,email,granted,2026-05-01T10:00:00Z,1,form\n")
    assert store.imports.consents(tmp_path / "consents.csv")["consents"] == 1
    again = (tmp_path / "consents.csv").read_text()
    assert store.imports.consents_text(again)["consents"] == 0


def test_a_migration_reads_opt_outs_first(store: habeas.Store, tmp_path: Path) -> None:
    (tmp_path / "hubspot.csv").write_text("Record ID,Email\n1,ada@example.org\n2,bob@example.org\n")
    (tmp_path / "out.csv").write_text("Email\nbob@example.org\n")
    contacts = str(tmp_path / "hubspot.csv")
    with pytest.raises(habeas.InvalidError):
        store.imports.migrate("hubspot", {"contacts": contacts})
    options = {"contacts": contacts, "opt_outs": [str(tmp_path / "out.csv")]}
    assert store.imports.preview_migration("hubspot", options)["preview"]
    report = store.imports.migrate("hubspot", options, lambda done, total: True)
    assert report["balanced"] and [part["suppressed"] for part in report["parts"]] == [1, 0]


SIGNUP = {"code": "signup", "title": "News", "fields": [
    {"name": "email", "type": "email", "label": "E-mail", "maps_to": "email", "required": True},
    {"name": "news", "type": "checkbox", "label": "News by e-mail", "purpose": "newsletter"}]}


def test_a_form_is_linted_rendered_and_sent(store: habeas.Store) -> None:
    assert {each["rule"] for each in store.forms.lint(SIGNUP)}
    assert store.forms.define(SIGNUP) == 1
    with pytest.raises(habeas.DeniedError):
        store.forms.publish("signup")
    store.forms.publish("signup", "tried in a test")
    html = store.forms.render("signup", {"action": "/signup"})["html"]
    assert "<form" in html and 'action="/signup"' in html
    fields = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', html))
    invalid = store.forms.submit("signup", {**fields, "email": "nowhere"})
    assert invalid["outcome"] == "invalid" and "email" in invalid["errors"]
    result = store.forms.submit("signup", {**fields, "email": "ada@example.org", "news": "yes"}, {"ip": "192.0.2.7"})
    assert result["errors"] == {} and result["outcome"] == "accepted" and result["submission"] is not None
    assert store.forms.submission(result["submission"])["form"] == "signup"
    assert len(store.forms.submissions("signup")) == 1
    assert store.forms.find("signup")["overridden"] == "tried in a test"
    assert store.forms.confirm("no such token") is None
    store.forms.retire("signup")
    assert store.forms.all() == []


def test_double_opt_in_counts_once_its_owner_confirms(store: habeas.Store) -> None:
    store.set_setting("base_url", "https://shop.example/p")
    store.set_setting("controller", '{"name": "Shop", "address": "1 High Street", "country": "DE"}')
    store.purposes.define({"code": "newsletter", "basis": "consent", "kind": "marketing", "channels": ["email"],
                           "double_opt_in": True})
    store.purposes.define({"code": "confirm", "basis": "legitimate_interests", "kind": "confirmation",
                           "channels": ["email"], "balancing_test": True})
    store.templates.define({"code": "doi", "purpose": "confirm", "kind": "transactional", "languages": {
        "en": {"subject": "Please confirm", "text": "Follow {{data.confirm_url}}"}}})
    ada = person(store)
    optin = store.optins.ask({"subject": ada, "consents": [{"purpose": "newsletter", "channel": "email",
                                                            "text_version": 1}], "message_template": "doi"})
    assert optin["state"] == "waiting" and optin["withheld"] == "" and optin["expires_at"] is not None
    assert not store.may_process(ada, "newsletter", "email")
    texts: List[str] = []

    class Box(habeas.gateways.Gateway):
        def send(self, messages):  # type: ignore[no-untyped-def]
            texts.extend(each.document["text"] for each in messages)
            return [habeas.SendResult(habeas.GatewayOutcome.SENT) for _ in messages]
    store.outbox.send(Box())
    url = re.search(r"https://\S+", texts[0])
    assert url is not None
    path = url.group(0).removeprefix("https://shop.example/p")
    page = store.pages.get(path)
    assert page["status"] == 200 and "<button" in page["html"]
    token = path.rstrip("/").rsplit("/", 1)[1]
    assert store.optins.look_up(token) == optin["optin"]
    assert store.optins.confirm(token, {"ip": "192.0.2.7"}) == optin["optin"]
    assert store.may_process(ada, "newsletter", "email")
    assert store.optins.get(optin["optin"])["state"] == "confirmed"
    assert store.optins.all({"subject": ada})[0]["granted"]
    with pytest.raises(habeas.ConflictError):
        store.optins.cancel(optin["optin"])
    link = store.pages.preferences_link(ada, timedelta(days=1))
    preferences = store.pages.get(link.removeprefix("https://shop.example/p"))
    assert preferences["status"] == 200
    assert store.pages.post("/preferences/none", "x=1")["status"] >= 400


def test_templates_are_checked_and_previewed(store: habeas.Store) -> None:
    template = {"code": "news", "kind": "marketing", "purpose": "newsletter", "languages": {
        "en": {"subject": "News for {{subject.email}}", "text": "Hello {{subject.email}}"}}}
    assert store.templates.define(template) == 1 and store.templates.define(template) == 1
    ada = person(store)
    assert store.templates.preview("news", ada)["subject"].endswith("ada@example.org")
    assert store.templates.check("news", {"subjects": [ada]})["version"] == 1
    assert store.templates.find("news")["version"] == 1 and len(store.templates.all()) == 1
    store.templates.retire("news")


def test_a_message_to_who_said_no_is_refused_and_one_can_be_taken_back(store: habeas.Store) -> None:
    store.set_setting("base_url", "https://shop.example/p")
    store.set_setting("controller", '{"name": "Shop", "address": "1 High Street", "country": "DE"}')
    ada = person(store)
    message = {"subject": ada, "key": "m1", "purpose": "newsletter", "subject_line": "News", "text": "News"}
    refused = store.messages.queue(message)
    assert refused["state"] == "refused" and refused["decision"] is not None
    assert refused["decision"]["reason"] == "NO_CONSENT"
    bob = person(store, "bob", consent=True)
    queued = store.messages.queue({**message, "subject": bob, "key": "m2"})
    assert queued["state"] == "queued" and store.messages.find("m2") == queued["message"]
    store.messages.stop(queued["message"], "second thoughts")
    with pytest.raises(habeas.ConflictError):
        store.messages.retry(queued["message"])


def test_events_of_gateways_are_taken_in(store: habeas.Store, tmp_path: Path) -> None:
    secret = store.deliveries.secret()
    assert store.deliveries.check_secret(secret) and not store.deliveries.check_secret(secret + "x")
    report = store.deliveries.ingest("mailjet", '[{"event": "open", "time": 1780308000, "MessageID": 1, "email": "a@example.org"}]')
    assert report["received"] == 1
    with pytest.raises(habeas.InvalidError):
        store.deliveries.ingest("mailjet", b"{")
    assert store.deliveries.ingest_bounce(b"Subject: hello\r\n\r\nnot a report\r\n")["recorded"] == 0
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    assert store.deliveries.ingest_maildir(tmp_path)["received"] == 0
    assert store.deliveries.all() == []


def test_points_are_kept_of_those_who_may_be_profiled(store: habeas.Store) -> None:
    store.purposes.define({"code": "profiling", "basis": "consent", "kind": "profiling", "channels": ["internal"]})
    store.purposes.add_text("profiling", {"texts": [{"language": "en", "text": "May we count your clicks?"}]})
    store.points.define({"purpose": "profiling", "rules": [{"code": "click", "on": "clicked", "points": 5}]})
    ada = person(store)
    assert not store.points.add(ada, 3, "called") and store.points.total(ada) == 0
    store.consents.record("granted", ada, "profiling", "internal", text_version=1, method="form")
    assert store.points.add(ada, 3, "called") and store.points.total(ada) == 3
    assert store.points.history(ada)[0]["points"] == 3
    assert store.points.definition()["rules"][0]["code"] == "click"


def test_retention_previews_runs_and_keeps_a_journal(store: habeas.Store, clock: Clock) -> None:
    store.retention.define({"code": "old", "about": "subject", "since": "created", "period": "P1Y"})
    ada = person(store)
    assert store.retention.preview("old")[0]["subjects"] == 0
    due = clock.now + timedelta(days=400)
    assert store.retention.preview("old", at=due)[0]["due"][0]["subject"] == ada
    clock.pass_by(days=400)
    assert store.retention.run("old")[0]["subjects"] == 1
    assert store.retention.runs()[0]["rule"] == "old" and store.retention.find("old")["rule"]["code"] == "old"
    store.retention.remove("old")
    assert store.retention.all() == []


def test_processors_are_asked_and_places_are_checked(store: habeas.Store, clock: Clock) -> None:
    assert not store.processors.check()["asked"]
    american = {"established": "US", "owner": "US", "data_locations": ["US"], "contract": {}, "dpf_listed": True}
    store.processors.define({"code": "crm", "name": "CRM Inc.", "history": [american]})
    assert store.processors.judge("CRM Inc.")["basis"] == "dpf"
    assert store.processors.check(without=["DPF"])["recipients"][0]["answer"]["rule"] == "NO_TOOL"
    early = habeas.parse_time("2023-07-09")
    assert store.processors.judge("crm", at=early)["verdict"] == "denied"
    assert store.processors.judge("crm", known_at=early)["rule"] == "NOT_REGISTERED"
    assert store.processors.check(at=early)["day"].isoformat() == "2023-07-09"
    store.processors.set_law({"habeas_transfer_law": 1, "as_of": "2027-01-01", "eea": [{"country": "DE"}]})
    assert store.processors.judge("crm")["rule"] == "NO_TOOL"
    store.processors.set_law()
    store.processors.define({"code": "crm", "name": "CRM Inc.", "history": [{**american, "dpf_listed": False}]})
    assert [each["superseded"] for each in store.processors.history("crm")] == [True, False]
    assert store.processors.find("crm") == store.processors.all()[0]
    assert "mailjet" in [each["processor"]["code"] for each in store.processors.seed()]
    records = store.records()
    assert records["as_of"] == clock.now.date() and records["recipients"][0]["verdict"] == "denied"
    assert "CRM Inc." in store.records_html()


def test_a_breach_is_recorded_counted_told_and_closed(store: habeas.Store, clock: Clock) -> None:
    store.set_setting("sender", "Shop <shop@example.org>")
    store.purposes.define({"code": "breach_notice", "basis": "legal_obligation", "kind": "legal", "channels": ["email"]})
    store.templates.define({"code": "breach", "purpose": "breach_notice",
                            "languages": {"en": {"subject": "{{data.title}}", "text": "{{data.measures}}"}}})
    people = [store.subjects.create({"email": f"{name}@example.org"}) for name in ("ann", "bob")]
    laptop = {"code": "laptop", "title": "A laptop was stolen", "nature": ["confidentiality"],
              "affected": {"filter": {"field": "email", "op": "!empty"}, "fields": ["email"], "subjects": "customers"},
              "consequences": "Phishing.", "measures": "Passwords were reset."}
    store.breaches.define(laptop)
    [line] = store.breaches.all(open_only=True, within_hours=72)
    assert line["clock"]["due"] == clock.now + timedelta(hours=72) and line["persons"] == 2
    assert list(store.breaches.persons("laptop")) == people
    store.breaches.assess("laptop", "high", "passwords in clear")
    with pytest.raises(habeas.DeniedError):
        store.breaches.close("laptop")
    store.breaches.notify("laptop", {"reference": "D-1", "complete": False})
    store.breaches.notify("laptop")
    assert store.breaches.tell("laptop", "breach", limit=1)["left"] == 1
    assert list(store.breaches.persons("laptop", untold=True)) == people[1:]
    store.breaches.recount("laptop")
    store.breaches.inform("laptop", {"how": "by letter"})
    store.breaches.note("laptop", "the police has a file")
    store.breaches.close("laptop", "new locks")
    store.breaches.reopen("laptop", "more is known")
    store.breaches.dismiss("laptop", "nothing was on it")
    record = store.breaches.get("laptop")
    figures = record["figures"]
    assert record["state"] == "dismissed" and figures is not None and figures["fields"][0]["persons"] == 2
    assert [each["step"] for each in record["steps"]][-2:] == ["reopened", "dismissed"]
    assert "A laptop was stolen" in store.breaches.html("laptop")


def test_a_privacy_notice_is_drafted_and_texts_are_held_against_the_rules(store: habeas.Store, clock: Clock) -> None:
    notice = store.privacy_notice()
    assert notice["as_of"] == clock.now.date() and notice["gaps"]
    assert "Datenschutzhinweise" in store.privacy_notice_html("de")
    assert store.lint_texts()["forms"] == []


def test_deadlines_count_holidays(store: habeas.Store) -> None:
    store.requests.set_calendar(sets=["DE"])
    due = store.requests.deadline({"rule": "answer", "event": "2025-03-05"})
    assert due["due"] == date(2025, 4, 7)
    assert due["moved"] == "saturday"


def test_mautics_flat_lists_become_trees(store: habeas.Store) -> None:
    tree = store.segments.from_glue_list([{"glue": "and", "field": "country", "object": "lead", "type": "country",
                                           "operator": "=", "properties": {"filter": "DE"}}])
    assert store.segments.count(tree) == 0

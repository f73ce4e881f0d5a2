from datetime import datetime, timedelta, timezone

import habeas
import pytest
from conftest import Clock, person


def test_a_decision_says_why_by_which_event_and_until_when(store: habeas.Store) -> None:
    ada = person(store)
    denied = store.may_process(ada, "newsletter", "email")
    assert not denied and denied.reason is habeas.Reason.NO_CONSENT and denied.event is None
    event = store.consents.record("granted", ada, "newsletter", "email", text_version=1, method="form",
                                  expires_at=datetime(2027, 1, 1, tzinfo=timezone.utc))
    allowed = store.may_process(ada, "newsletter", habeas.Channel.EMAIL)
    assert allowed and allowed.reason is habeas.Reason.OK_CONSENT and allowed.event == event
    assert allowed.holds_until == datetime(2027, 1, 1, tzinfo=timezone.utc)
    assert "6(1)(a)" in allowed.reference and allowed.subject == ada
    assert "OK_CONSENT" in repr(allowed)


def test_decisions_are_values(store: habeas.Store) -> None:
    ada = person(store, consent=True)
    one, other = (store.may_process(ada, "newsletter", "email") for _ in range(2))
    assert one == other and hash(one) == hash(other) and one != store.may_process(ada, "other", "email")
    with pytest.raises(AttributeError):
        one.allowed = False  # type: ignore[misc]


def test_the_past_can_be_asked_about(store: habeas.Store, clock: Clock) -> None:
    ada = person(store, consent=True)
    before = clock.now
    clock.pass_by(days=3)
    store.consents.record("withdrawn", ada, "newsletter", "email", effective_at=clock.now - timedelta(days=1))
    ask = store.decisions.may_process
    assert not ask(ada, "newsletter", "email")
    assert ask(ada, "newsletter", "email", at=before + timedelta(days=1))
    assert not ask(ada, "newsletter", "email", at=before + timedelta(days=2))
    assert ask(ada, "newsletter", "email", at=before + timedelta(days=2), known_at=before + timedelta(days=2))


def test_many_are_asked_about_in_one_call(store: habeas.Store) -> None:
    people = [person(store, f"p{at}", consent=at % 2 == 0) for at in range(10)]
    answers = store.decisions.of(people + [people[0], 999], "newsletter", "email")
    assert len(answers) == 12 and answers.allowed == people[::2] + [people[0]]
    assert answers.denied == people[1::2] + [999]
    assert answers[-1].reason is habeas.Reason.SUBJECT_UNKNOWN
    assert [each.subject for each in answers] == people + [people[0], 999]
    assert [bool(each) for each in answers[:2]] == [True, False]
    with pytest.raises(IndexError):
        answers[12]
    assert list(store.decisions.of([], "newsletter", "email")) == []


def test_a_decision_outlives_the_answers_it_was_taken_from(store: habeas.Store) -> None:
    import gc
    last = store.decisions.of([person(store, f"p{at}") for at in range(100)], "newsletter", "email")[99]
    gc.collect()
    assert last.reason is habeas.Reason.NO_CONSENT


def test_everybody_is_asked_about_in_one_statement(store: habeas.Store) -> None:
    people = [person(store, f"p{at}", consent=at < 3) for at in range(6)]
    assert [each.subject for each in store.decisions.all("newsletter", "email")] == people[:3]
    assert len(store.decisions.all("newsletter", "email", denied_too=True)) == 6
    seen = []

    def first(decision: habeas.Decision) -> bool:
        seen.append(decision.subject)
        return False
    store.decisions.each("newsletter", "email", first)
    assert seen == people[:1]


def test_explanations_are_in_words(store: habeas.Store) -> None:
    explanation = store.decisions.explain(person(store), "newsletter", "email")
    assert explanation["reason"] == "NO_CONSENT" and explanation["summary"] and explanation["holds_until"] is None


def test_events_are_recorded_with_their_evidence(store: habeas.Store) -> None:
    ada = person(store)
    when = datetime(2026, 5, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    numbers = store.consents.record_many([
        habeas.Event("granted", ada, "newsletter", "email", text_version=1, effective_at=when, method="form",
                     language="en", form="signup", ip="192.0.2.77", user_agent="Browser", explicit_consent=True,
                     controllers=["Shop"]),
        habeas.Event(habeas.EventKind.BASIS_FACT, ada, "newsletter", data={"retention_until": "2027-01-01"})])
    assert numbers == sorted(numbers) and len(numbers) == 2
    granted = next(each for each in store.consents.history(ada) if each["kind"] == "granted")
    assert granted["effective_at"] == when and granted["effective_at"].utcoffset() == timedelta(0)
    assert granted["evidence"]["ip"] == "192.0.2.0" and granted["evidence"]["controllers"] == ["Shop"]
    assert store.consents.record_many([]) == []


def test_a_batch_of_events_is_all_or_nothing(store: habeas.Store) -> None:
    ada = person(store)
    with pytest.raises(habeas.SubjectUnknownError):
        store.consents.record_many([habeas.Event("granted", ada, "newsletter", "email"),
                                    habeas.Event("granted", 999, "newsletter", "email")])
    assert store.consents.state(ada, "newsletter") is habeas.State.NONE


def test_receipts_are_for_the_person(store: habeas.Store) -> None:
    event = store.consents.record("granted", person(store), "newsletter", "email", text_version=1, method="form")
    assert "@context" in store.consents.receipt(event)
    assert store.consents.receipt(event, "kantara_1_1")["version"].startswith("KI-CR")


def test_suppression_needs_no_address_in_clear(store: habeas.Store) -> None:
    ada = person(store, consent=True)
    store.suppression.add("email", "ADA@example.org", reason="objection")
    assert store.may_process(ada, "newsletter", "email").reason is habeas.Reason.SUPPRESSED
    assert store.suppression.count() == 1
    assert store.suppression.remove("email", "ada@example.org", reason="asked for it by letter")
    assert not store.suppression.has("email", "ada@example.org")


def test_a_transfer_guard_is_asked_and_what_it_raises_comes_back(store: habeas.Store) -> None:
    store.purposes.define({"code": "newsletter", "basis": "consent", "kind": "marketing", "channels": ["email"],
                           "recipients": ["mailer"]})
    ada = person(store, consent=True)
    asked = []

    def guard(transfer: habeas.Transfer) -> bool:
        asked.append(transfer)
        return False
    store.guard_transfers(guard)
    assert store.may_process(ada, "newsletter", "email").reason is habeas.Reason.TRANSFER_DENIED
    assert asked[0].code == "newsletter" and asked[0].purpose["recipients"] == ["mailer"]

    def broken(transfer: habeas.Transfer) -> bool:
        raise RuntimeError("no list of countries")
    store.guard_transfers(broken)
    with pytest.raises(RuntimeError, match="countries"):
        store.may_process(ada, "newsletter", "email")
    store.guard_transfers(None)
    assert store.may_process(ada, "newsletter", "email")


def test_channels_have_names(store: habeas.Store) -> None:
    with pytest.raises(habeas.InvalidError, match="there are: any, email"):
        store.may_process(1, "newsletter", "pigeon")
    with pytest.raises(habeas.InvalidError):
        store.may_process(1, "newsletter", 99)  # type: ignore[arg-type]
    with pytest.raises(habeas.InvalidError):
        store.decisions.explain(1, "newsletter", 99)  # type: ignore[arg-type]

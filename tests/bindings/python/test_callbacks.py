"""Functions of the host: what they raise comes back, and never crosses C."""
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any, Dict, List, Optional

import habeas
import pytest
from conftest import Clock, notice, person


class OwnError(Exception):
    pass


def fail(*_: object) -> None:
    raise OwnError("Ada Lovelace")


def test_what_a_row_function_raises_is_raised_with_the_failure_as_its_cause(store: habeas.Store) -> None:
    with pytest.raises(OwnError) as caught:
        store.query_each("SELECT 1", [], fail)
    cause = caught.value.__cause__
    assert isinstance(cause, habeas.CallbackError) and cause.status == habeas.Status.E_CALLBACK
    assert store.query("SELECT 1") != []


def test_an_exception_keeps_the_cause_it_has(store: habeas.Store) -> None:
    def row(_: habeas.Row) -> None:
        raise OwnError from KeyError("first")
    with pytest.raises(OwnError) as caught:
        store.query_each("SELECT 1", [], row)
    assert isinstance(caught.value.__cause__, KeyError)


def test_progress_is_told_stops_and_raises(store: habeas.Store) -> None:
    csv = "email\n" + "".join(f"p{at}@example.org\n" for at in range(500))
    seen: List[int] = []

    def tell(done: int, total: int) -> None:
        seen.append(done)
    report = store.imports.contacts_text(csv, {"batch": 50}, tell)
    assert report["created"] == 500 and seen == sorted(seen) and len(seen) > 1
    more = csv.replace("p", "q")
    with pytest.raises(habeas.CancelledError) as stopped:
        store.imports.contacts_text(more, {"batch": 50}, lambda done, total: False)
    assert stopped.value.report["cancelled"] is True  # type: ignore[index]
    with pytest.raises(OwnError) as caught:
        store.imports.contacts_text(more, {"batch": 50}, fail)
    assert caught.value.__cause__.report["cancelled"] is True  # type: ignore[union-attr]


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_is_never_swallowed(store: habeas.Store, interrupt: type) -> None:
    def shop(_: habeas.HolderQuestion) -> None:
        raise interrupt
    store.holders.define({"code": "shop", "operations": ["erase"]})
    store.holders.attach("shop", shop)
    store.erasures.execute(person(store))
    with pytest.raises(interrupt):
        store.holders.run()
    store.holders.attach("shop", lambda question: None)
    assert store.verify()["ok"]


def test_a_holder_is_asked_page_by_page_and_its_answer_is_in_the_receipt(store: habeas.Store, clock: Clock) -> None:
    questions: List[habeas.HolderQuestion] = []

    def shop(question: habeas.HolderQuestion) -> Optional[Dict[str, object]]:
        questions.append(question)
        if question.page == 0:
            return {"next": "2", "rows": [{"place": "orders", "rows": 3}]}
        return {"rows": [{"place": "baskets", "rows": 1}],
                "retained": [{"place": "invoices", "rows": 2, "ground": "17(3)(b)", "until": clock.now + timedelta(days=3650)}]}
    store.holders.define({"code": "shop", "operations": ["erase", "export"]})
    store.holders.attach("shop", shop, ["erase"])
    ada = person(store)
    store.erasures.execute(ada)
    report = store.holders.run()
    assert report["calls"] == 2 and report["retained"] == 1
    first, second = questions
    assert first.operation is habeas.Operation.ERASE and first.identifier("email") == "ada@example.org"
    assert first.identifier("phone") is None and second.cursor == "2" and first.key == second.key
    [holder] = store.erasures.receipt(ada)["holders"]
    until = holder["retained"][0]["until"]
    assert until is not None and until > clock.now and holder["state"] == "retained"
    [task] = store.holders.tasks({"subject": ada})
    assert store.holders.task(task["task"])["state"] == "retained"


def test_what_a_holder_raises_is_logged_by_class_and_asked_again(
        store: habeas.Store, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    answers: List[Any] = [fail, lambda question: {"rows": []}]
    store.holders.define({"code": "shop", "operations": ["erase"]})
    store.holders.attach("shop", lambda question: answers.pop(0)(question))
    store.erasures.execute(person(store))
    with caplog.at_level(logging.ERROR, "habeas"):
        assert store.holders.run()["failed"] == 1
    assert "OwnError" in caplog.text and "Lovelace" not in caplog.text
    clock.pass_by(days=1)
    assert store.holders.run()["done"] == 1


def test_an_answer_that_is_none_does_not_pass(store: habeas.Store, caplog: pytest.LogCaptureFixture) -> None:
    store.holders.define({"code": "shop", "operations": ["erase"]})
    store.holders.attach("shop", lambda question: {"erased": "all of it"})
    store.erasures.execute(person(store))
    assert store.holders.run()["failed"] == 1
    assert "InvalidError" in caplog.text


def test_within_a_callback_the_same_store_gives_an_exception(store: habeas.Store) -> None:
    with pytest.raises(habeas.ConcurrentError):
        store.query_each("SELECT 1", [], lambda row: store.subjects.count())


def test_a_clock_that_raises_makes_the_call_raise() -> None:
    failing: List[bool] = []

    def clock() -> Any:
        if failing:
            raise OwnError
        return habeas.parse_time("2026-06-01T10:00:00Z")
    with habeas.Store.in_memory(habeas.Options(clock=clock)) as store:
        failing.append(True)
        with pytest.raises(OwnError):
            store.now()
        failing.clear()
        assert store.now() == clock()


class Box(habeas.gateways.Gateway):
    """Keeps what it is given."""

    id = "box"
    compose = True

    def __init__(self) -> None:
        self.sent: List[habeas.Outgoing] = []
        self.closed = 0

    def send(self, messages):  # type: ignore[no-untyped-def]
        self.sent += messages
        return [habeas.SendResult(habeas.GatewayOutcome.SENT, reference="ü" * 300) for _ in messages]

    def close(self) -> None:
        self.closed += 1


def test_a_gateway_gets_messages_as_values(store: habeas.Store) -> None:
    box = Box()
    store.messages.notify({"to": "desk@example.org", "key": "n1", "subject_line": "Note", "text": "Look."},
                          [habeas.Attachment("a.bin", b"\0\1\2", "application/x-own")])
    assert store.outbox.send(box)["sent"] == 1
    [message] = box.sent
    assert message.channel is habeas.Channel.EMAIL and message.recipient == "desk@example.org"
    assert message.document["subject_line"] == "Note" and message.document["date"].tzinfo is not None
    assert b"Subject: Note" in message.mime and message.attachments == (
        habeas.Attachment("a.bin", b"\0\1\2", "application/x-own"),)
    [info] = store.messages.all()
    assert info["state"] == "sent" and set(info["gateway_reference"]) == {"ü"} and box.closed == 1
    assert "desk@" not in repr(message)


def test_what_a_gateway_raises_makes_its_messages_uncertain_and_comes_back(store: habeas.Store) -> None:
    box = Box()
    box.send = fail  # type: ignore[method-assign]
    number = notice(store)
    with pytest.raises(OwnError):
        store.outbox.send(box)
    assert store.messages.get(number)["state"] in ("uncertain", "sending") and box.closed == 1
    assert store.verify()["ok"]


def test_a_gateway_that_gives_too_few_results_is_refused(store: habeas.Store) -> None:
    box = Box()
    box.send = lambda messages: []  # type: ignore[method-assign]
    notice(store)
    with pytest.raises(habeas.InvalidError, match="0 results for 1 messages"):
        store.outbox.send(box)


def test_a_lost_answer_is_resolved(store: habeas.Store, clock: Clock) -> None:
    box = Box()
    box.send = lambda messages: [habeas.SendResult(habeas.GatewayOutcome.UNCERTAIN) for _ in messages]  # type: ignore[method-assign]
    number = notice(store)
    assert store.outbox.send(box)["uncertain"] == 1
    box.resolve = lambda reference: habeas.SendResult(habeas.GatewayOutcome.SENT, reference)  # type: ignore[method-assign]
    clock.pass_by(hours=1)
    report = store.outbox.send(box)
    assert report["resolved"] == 1 and store.messages.get(number)["state"] == "sent"


def test_files_are_written_for_those_who_have_no_gateway(store: habeas.Store, tmp_path: Path) -> None:
    notice(store)
    assert store.outbox.send_to_folder(tmp_path / "out")["sent"] == 1
    [mail] = (tmp_path / "out").glob("*.eml")
    assert mail.stat().st_mode & 0o777 == 0o600
    notice(store, "n2")
    assert store.outbox.send_by({"kind": "directory", "folder": str(tmp_path / "out")})["sent"] == 1


def test_a_host_is_called_by_campaigns(store: habeas.Store, caplog: pytest.LogCaptureFixture, clock: Clock) -> None:
    store.campaigns.define({"code": "welcome", "sources": {"manual": True}, "events": [
        {"id": "tell", "action": "call_host", "name": "crm", "data": {"level": 3}}]})
    store.campaigns.publish("welcome")
    calls: List[habeas.HostCall] = []

    def host(call: habeas.HostCall) -> None:
        calls.append(call)
        if len(calls) == 1:
            raise OwnError("Ada's row is locked")
    store.campaigns.attach_host(host)
    ada = person(store)
    store.campaigns.enrol("welcome", ada)
    store.campaigns.run()
    assert "OwnError" in caplog.text and "Ada" not in caplog.text
    clock.pass_by(days=1)
    assert store.campaigns.run()["host_calls"] == 1
    assert [call.key for call in calls] == [calls[0].key] * 2
    assert (calls[0].name, calls[0].data, calls[0].subject, calls[0].event) == ("crm", {"level": 3}, ada, "tell")
    assert store.campaigns.counts("welcome") and "<svg" in store.campaigns.show_svg("welcome")
    assert "tell" in store.campaigns.show("welcome")
    assert store.campaigns.simulate(clock.now, clock.now + timedelta(days=5))["more"] is False


def test_reminders_tell_each_once_and_again_after_a_failure(store: habeas.Store, clock: Clock) -> None:
    store.set_setting("controller", '{"name": "Shop", "country": "DE"}')
    request = store.requests.open("access", person(store), origin="letter")
    store.requests.vouch(request, "seen")
    clock.pass_by(days=25)
    with pytest.raises(OwnError):
        store.requests.remind(14, fail)
    told: List[int] = []
    assert store.requests.remind(14, lambda each: told.append(each["request"])) == 1 and told == [request]
    assert store.requests.remind(14, fail) == 0

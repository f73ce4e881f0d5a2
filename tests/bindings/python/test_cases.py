"""The shared cases (tests/cases) through Python."""
import json
from datetime import date, datetime
from typing import Any, Callable, Dict, List

import habeas
import pytest
from conftest import ROOT, Clock, person

CASES = ROOT / "tests" / "cases"


def read(name: str) -> List[Dict[str, Any]]:
    path = CASES / name
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []


def put(value: Any, names: Dict[str, int]) -> Any:
    """Numbers in place of "@subject"."""
    if isinstance(value, dict):
        return {key: put(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [put(each, names) for each in value]
    return names.get(value, value) if isinstance(value, str) else value


def record(store: habeas.Store, event: Dict[str, Any]) -> int:
    for key in ("effective_at", "expires_at"):
        if key in event:
            event[key] = habeas.parse_time(event[key])
    return store.consents.record_event(habeas.Event(**event))


def call(store: habeas.Store, method: str, params: Dict[str, Any]) -> Any:
    """A call by name, as the object API has it."""
    p = params
    calls: Dict[str, Callable[[], Any]] = {
        "purpose.define": lambda: store.purposes.define(p["purpose"]),
        "purpose.add_text": lambda: store.purposes.add_text(p["purpose"], p["text"]),
        "purpose.retire": lambda: store.purposes.retire(p["purpose"]),
        "purpose.find": lambda: store.purposes.find(p["code"]),
        "processor.define": lambda: store.processors.define(p["processor"]),
        "subject.create": lambda: store.subjects.create(p["input"]["fields"], source=p["input"].get("source")),
        "subject.get": lambda: store.subjects.get(p["subject"]),
        "consent.record": lambda: record(store, p["event"]),
        "suppression.add": lambda: store.suppression.add(p["kind"], p["value"], reason=p["reason"], scope=p["scope"]),
        "erasure.execute": lambda: store.erasures.execute_many(p["subjects"],
                                                               suppress=not p.get("without_suppression", False)),
        "decide": lambda: store.decisions.may_process(p["subject"], p["purpose"], p["channel"],
                                                      at=habeas.parse_time(p["at"]), controller=p.get("controller", "")),
        "deadline": lambda: store.requests.deadline(p["query"]),
        "request.set_calendar": lambda: store.requests.set_calendar(sets=p["sets"]),
        "segment.count": lambda: store.segments.count(p["filter"]),
        "setting.set": lambda: store.set_setting(p["name"], p["value"]),
    }
    return calls[method]()


def walk(case: Dict[str, Any], clock: Clock, store: habeas.Store) -> Any:
    names: Dict[str, int] = {}
    if case["steps"] and "at" in case["steps"][0]:
        clock.now = habeas.parse_time(case["steps"][0]["at"])
    for step in case["steps"]:
        if "at" in step:
            clock.now = habeas.parse_time(step["at"])
        given = call(store, step["method"], put(step["params"], names))
        if step["method"] == "subject.create":
            names["@subject"] = given
    return call(store, case["ask"]["method"], put(case["ask"]["params"], names))


@pytest.mark.parametrize("case", read("decisions.json"), ids=lambda case: case["id"])
def test_decisions_are_those_of_the_table(case: Dict[str, Any]) -> None:
    clock = Clock()
    if case["steps"]:
        clock.now = habeas.parse_time(case["steps"][0]["at"])
    with habeas.Store.in_memory(habeas.Options(clock=clock)) as store:
        decision = walk(case, clock, store)
        assert (decision.allowed, decision.reason.name) == (case["expect"]["allowed"], case["expect"]["reason"])
        ask = case["ask"]["params"]
        at, controller = habeas.parse_time(ask["at"]), ask.get("controller", "")
        many = store.decisions.of([decision.subject] * 2, ask["purpose"], ask["channel"], at=at, controller=controller)
        assert [each.reason for each in many] == [decision.reason] * 2


@pytest.mark.parametrize("case", read("deadlines.json"), ids=lambda case: case["id"])
def test_deadlines_are_those_of_the_vectors(case: Dict[str, Any], store: habeas.Store, clock: Clock) -> None:
    document = walk(case, clock, store)
    for member, wanted in case["expect"].items():
        found = document[member]
        assert (found.isoformat() if isinstance(found, (date, datetime)) else found) == wanted, member


@pytest.fixture
def people(store: habeas.Store) -> Dict[str, int]:
    found = {name: person(store, name) for name in ("ada", "bob", "cyd", "dee")}
    for name, country in (("ada", "DE"), ("bob", "FR"), ("cyd", "DE")):
        store.subjects.update(found[name], {"country": country})
    store.tags.add(found["ada"], "vip")
    for name in ("ada", "bob"):
        store.consents.record("granted", found[name], "newsletter", "email", text_version=1, method="form", language="en")
    return found


@pytest.mark.parametrize("case", read("filters.json"), ids=lambda case: case["id"])
def test_filters_match_those_named(case: Dict[str, Any], store: habeas.Store, people: Dict[str, int]) -> None:
    numbers = {number: name for name, number in people.items()}
    assert [numbers[each] for each in store.segments.match(case["filter"])] == case["expect"]


@pytest.mark.parametrize("case", read("errors.json"), ids=lambda case: case["id"])
def test_failures_have_status_and_place(case: Dict[str, Any], store: habeas.Store, people: Dict[str, int]) -> None:
    names = {f"@{name}": number for name, number in people.items()}
    with pytest.raises(habeas.Error) as caught:
        call(store, case["method"], put(case["params"], names))
    assert caught.value.name == case["status"]
    if "where" in case:
        assert caught.value.where == case["where"]


def test_cases_are_what_their_maker_writes() -> None:
    import subprocess
    import sys
    subprocess.run([sys.executable, CASES / "make_cases.py", "--check"], check=True)
    assert len(read("decisions.json")) == 142 and len(read("deadlines.json")) == 82

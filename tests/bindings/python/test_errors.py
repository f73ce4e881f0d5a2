import re
from datetime import datetime

import habeas
import pytest
from conftest import PACKAGE, ROOT, person
from habeas._habeas import lib


def test_every_status_has_an_exception_of_its_own() -> None:
    for status in habeas.Status:
        if status < 0:
            assert habeas.errors.BY_STATUS[status].status == status
    assert len(habeas.errors.BY_STATUS) == sum(1 for status in habeas.Status if status < 0)


def test_enumerations_are_those_of_the_library() -> None:
    for name in habeas.names.__all__:
        for member in getattr(habeas, name):
            found = [lib_name for lib_name in dir(lib) if lib_name.endswith("_" + member.name)
                     and getattr(lib, lib_name) == member.value]
            assert found, f"{name}.{member.name}"


def test_every_exception_is_exported_by_name() -> None:
    kinds = {each.__name__ for each in habeas.errors.BY_STATUS.values()} | {"Error"}
    assert kinds == set(habeas.errors.__all__)


def test_an_error_names_status_place_and_remedy(store: habeas.Store) -> None:
    with pytest.raises(habeas.Error) as caught:
        store.purposes.define({"code": "x", "basis": "whim"})
    error = caught.value
    assert error.status == habeas.Status.E_INVALID and error.where == "/basis" and error.message
    assert str(error).startswith("invalid: ") and isinstance(error, ValueError)


def test_errors_hold_no_personal_data(store: habeas.Store) -> None:
    with pytest.raises(habeas.InvalidError) as caught:
        store.subjects.create({"email": "ada lovelace at home"})
    assert "lovelace" not in str(caught.value) and caught.value.where == "email"


def test_naive_times_are_refused_wherever_they_come(store: habeas.Store) -> None:
    naive = datetime(2026, 1, 1)
    ada = person(store)
    for act in (lambda: store.consents.record("granted", ada, "newsletter", "email", effective_at=naive),
                lambda: store.decisions.may_process(ada, "newsletter", "email", at=naive),
                lambda: store.subjects.numbers(changed_since=naive),
                lambda: store.subjects.create({"email": "b@example.org", "changed": naive}),
                lambda: store.subjects.upsert_rows(["email"], [[naive]]),
                lambda: store.campaigns.simulate(naive, naive),
                lambda: store.holders.hold(ada, "trial", naive)):
        with pytest.raises(habeas.InvalidError, match="without a zone"):
            act()


def test_what_is_no_document_is_refused_with_its_place(store: habeas.Store) -> None:
    with pytest.raises(habeas.InvalidError) as caught:
        store.subjects.create({"email": object()})
    assert caught.value.where == "/fields/email"
    with pytest.raises(habeas.InvalidError):
        store.subjects.create({"size": float("nan")})
    for text in ("half \ud800 pair", "nul \0 inside"):
        with pytest.raises(habeas.InvalidError):
            store.subjects.create({"email": text})
        with pytest.raises(habeas.InvalidError):
            store.setting(text)
    with pytest.raises(habeas.InvalidError):
        store.setting(7)  # type: ignore[arg-type]


def test_numbers_that_do_not_fit_are_errors_and_no_crash(store: habeas.Store) -> None:
    with pytest.raises((OverflowError, habeas.Error)):
        store.subjects.get(2**70)
    with pytest.raises((TypeError, habeas.Error)):
        store.subjects.get("ada")  # type: ignore[arg-type]
    with pytest.raises(habeas.SubjectUnknownError):
        store.subjects.get(-5)


def test_every_function_of_the_library_is_used() -> None:
    header = (ROOT / "capi" / "habeas.h").read_text()
    functions = set(re.findall(r"HABEAS_API [^;(]*?\b(habeas_\w+)\(", header))
    sources = "".join(path.read_text() for path in (PACKAGE / "src").rglob("*.py"))
    sources += (PACKAGE / "tools" / "extension.py").read_text()
    used = set(re.findall(r"habeas_\w+", sources))
    # what Python has of its own: dates, names of numbers, structures that are made by their size, typed reading of rows
    ours = {name for name in functions if name.endswith("_init")} | {
        "habeas_date_parse", "habeas_date_format", "habeas_time_now", "habeas_name", "habeas_value",
        "habeas_row_integer", "habeas_row_number",
        "habeas_call", "habeas_call_open", "habeas_reply_set"}  # calls by name: for languages without C
    assert functions - used - ours == set()

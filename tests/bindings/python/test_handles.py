"""Handles closed in any order, twice, after fork, from another thread: an exception, never a crash."""
import gc
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import List

import habeas
import pytest
from conftest import person


def test_closing_twice_is_nothing_and_then_every_call_is_an_exception() -> None:
    store = habeas.Store.in_memory()
    topic, walk = store.subjects, store.subjects.numbers()
    store.close()
    store.close()
    for act in (topic.count, lambda: next(walk), store.info, lambda: store.may_process(1, "x", "email"),
                lambda: store.query("SELECT 1"), lambda: store.transaction().__enter__(), store.tick):
        with pytest.raises(habeas.HandleError):
            act()


def test_cursors_may_be_closed_before_and_after_their_store() -> None:
    store = habeas.Store.in_memory()
    person(store)
    early, late, documents = store.subjects.numbers(), store.subjects.numbers(), store.subjects.all()
    early.close()
    early.close()
    with pytest.raises(habeas.HandleError):
        next(early)
    store.close()
    for walk in (late, documents):
        with pytest.raises(habeas.HandleError):
            next(walk)
        walk.close()
    gc.collect()


def test_what_is_forgotten_is_closed(file: Path) -> None:
    store = habeas.Store.open(file)
    walk = store.subjects.numbers()
    del store
    gc.collect()
    with pytest.raises(habeas.HandleError):
        next(walk)
    del walk
    gc.collect()
    with habeas.Store.open(file) as store:
        person(store)


def test_documents_of_a_walk_outlive_the_cursor_they_come_from() -> None:
    with habeas.Store.in_memory() as store:
        person(store)
        walk = store.subjects.numbers().documents()
        gc.collect()
        assert len(list(walk)) == 1


def test_closing_within_a_transaction_rolls_it_back(file: Path) -> None:
    with pytest.raises(habeas.HandleError):
        with habeas.Store.open(file) as store:
            with store.transaction():
                person(store)
                store.close()
    with habeas.Store.open(file) as store:
        assert store.subjects.count() == 0


def test_another_thread_may_use_a_store_but_not_at_the_same_time(store: habeas.Store) -> None:
    people = [person(store, f"p{at}") for at in range(50)]
    seen: List[int] = []
    thread = threading.Thread(target=lambda: seen.append(store.subjects.count()))
    thread.start()
    thread.join()
    assert seen == [50]

    entered, leave = threading.Event(), threading.Event()

    def slow(row: habeas.Row) -> None:
        entered.set()
        leave.wait(10)
    thread = threading.Thread(target=lambda: store.query_each("SELECT 1", [], slow))
    thread.start()
    assert entered.wait(10)
    with pytest.raises(habeas.ConcurrentError):
        store.subjects.count()
    leave.set()
    thread.join()
    assert store.subjects.count() == len(people)


def test_many_threads_get_answers_or_exceptions(store: habeas.Store) -> None:
    ada = person(store, consent=True)
    answers: List[object] = []

    def ask() -> None:
        for _ in range(300):
            try:
                answers.append(bool(store.may_process(ada, "newsletter", "email")))
            except habeas.ConcurrentError:
                answers.append(None)
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(answers) == 1200 and False not in answers and True in answers


def test_closing_from_another_thread_during_a_call_waits_for_it() -> None:
    store = habeas.Store.in_memory()
    entered, leave = threading.Event(), threading.Event()

    def slow(row: habeas.Row) -> None:
        entered.set()
        leave.wait(10)
    failures: List[BaseException] = []

    def run() -> None:
        try:
            store.query_each("SELECT 1", [], slow)
        except BaseException as error:
            failures.append(error)
    thread = threading.Thread(target=run)
    thread.start()
    assert entered.wait(10)
    store.close()
    leave.set()
    thread.join()
    assert failures == []
    with pytest.raises(habeas.HandleError):
        store.info()


def test_closing_within_a_callback_of_the_same_store() -> None:
    store = habeas.Store.in_memory()
    store.query_each("SELECT 1", [], lambda row: store.close())
    with pytest.raises(habeas.HandleError):
        store.info()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_after_fork_the_parents_store_is_an_exception_in_the_child(file: Path) -> None:
    program = f"""
import os, sys, habeas
store = habeas.Store.open({str(file)!r})
walk = store.subjects.numbers()
child = os.fork()
if child == 0:
    for act in (store.info, lambda: next(walk), lambda: habeas.Store.open({str(file)!r})):
        try:
            act()
        except habeas.ForkedError:
            continue
        os._exit(3)
    walk.close(); store.close(); store.close()
    sys.exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
store.subjects.create({{"email": "ada@example.org"}})
assert store.verify()["ok"]
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_a_store_that_is_still_open_when_python_ends_is_no_crash(file: Path) -> None:
    program = f"""
import habeas
store = habeas.Store.open({str(file)!r}, habeas.Options(clock=habeas.Store.in_memory().now))
walk = store.subjects.numbers()
store.holders.define({{"code": "x", "operations": ["erase"]}})
store.holders.attach("x", lambda question: None)
store.transaction().__enter__()
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_functions_that_a_store_keeps_are_given_back(file: Path) -> None:
    from habeas import _callbacks
    gc.collect()
    before = len(_callbacks._given)
    with habeas.Store.open(file, habeas.Options(clock=habeas.Store.in_memory().now)) as store:
        store.holders.define({"code": "x", "operations": ["erase"]})
        store.holders.attach("x", lambda question: None)
        store.holders.attach("x", lambda question: None)
        store.campaigns.attach_host(print)
        store.guard_transfers(lambda transfer: True)
        assert len(_callbacks._given) == before + 4
    assert len(_callbacks._given) == before
    with pytest.raises(habeas.NotFoundError):
        habeas.Store.open(file.with_name("none"), habeas.Options(clock=print))  # type: ignore[arg-type]
    assert len(_callbacks._given) == before

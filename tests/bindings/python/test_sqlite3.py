"""Python's sqlite3 is another copy of SQLite: on the file of an open store it is warned of."""
import sqlite3
import subprocess
import sys
import warnings
from pathlib import Path

import habeas
import pytest
from conftest import PACKAGE, person


def test_sqlite3_on_an_open_store_is_warned_of(file: Path) -> None:
    with habeas.Store.open(file):
        for name in (str(file), file, f"file:{file}?mode=ro"):
            with pytest.warns(habeas.ForeignConnectionWarning, match="Store.query"):
                sqlite3.connect(name, uri=str(name).startswith("file:")).close()


def test_as_an_error_it_refuses_the_connection(file: Path) -> None:
    with habeas.Store.open(file), warnings.catch_warnings():
        warnings.simplefilter("error", habeas.ForeignConnectionWarning)
        with pytest.raises(habeas.ForeignConnectionWarning):
            sqlite3.connect(file)


def test_other_files_and_closed_stores_are_nobodys_business(file: Path, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with habeas.Store.open(file):
            sqlite3.connect(tmp_path / "own.db").close()
            sqlite3.connect(":memory:").close()
        sqlite3.connect(file).close()
        with habeas.Store.open(file), habeas.Store.open(file) as other:
            person(other)


def test_a_connection_that_is_open_already_is_seen_when_the_store_is_opened(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    try:
        with pytest.warns(habeas.ForeignConnectionWarning, match="open already"):
            habeas.Store.open(file).close()
    finally:
        connection.close()


def test_locks_are_really_dropped_in_one_process(file: Path) -> None:
    """Why all of this: the system's view of the locks, before and after sqlite3 opened and closed the file."""
    program = f"""
import os, sys, warnings, habeas
shared = "libsqlite3.so" in open("/proc/self/maps").read()  # one copy for both, as in a build against the system's
import sqlite3
warnings.simplefilter("ignore")
def locks():
    names = {{os.stat({str(file)!r}).st_ino}}
    return sum(int(line.split()[5].split(":")[2]) in names for line in open("/proc/locks") if f" {{os.getpid()}} " in line)
store = habeas.Store.open({str(file)!r})
with store.snapshot():
    store.subjects.count()
    held = locks()
    other = sqlite3.connect({str(file)!r}); other.execute("SELECT count(*) FROM sqlite_master").fetchall(); other.close()
    left = locks()
print(held, left, int(shared))
"""
    if not Path("/proc/locks").exists():
        pytest.skip("no /proc/locks here")
    out = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60).stdout
    held, left, shared = map(int, out.split())
    if held == 0:
        pytest.skip("this system does not show its locks")
    assert left == held if shared else left < held


def test_query_covers_the_need(file: Path) -> None:
    with habeas.Store.open(file) as store:
        person(store)
        rows = store.query("SELECT purpose, state, count(*) AS n FROM v_consent GROUP BY purpose, state")
        assert all(row.integer("n") is not None for row in rows)
        assert store.query("SELECT count(*) FROM v_subject")[0].integer(0) == 1


def test_the_readme_says_so_first() -> None:
    text = (PACKAGE / "README.md").read_text()
    assert text.index("must not open the file of a store") < text.index("pip install") < text.index("store.query(")

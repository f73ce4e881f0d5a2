"""Two copies of SQLite on one file in one process drop each other's locks: Python's ``sqlite3`` beside an
open store is warned of, where it can be seen."""
from __future__ import annotations

import os
import sys
import threading
import urllib.parse
import warnings
from typing import Dict, Optional, Tuple

_open: Dict[Tuple[int, int], int] = {}
_lock = threading.RLock()  # a store may be collected while this thread holds it
_hooked = False


class ForeignConnectionWarning(UserWarning):
    """``sqlite3`` opened the file of an open store: locks are lost, data may be damaged. Use ``Store.query``."""


def _place(path: str) -> Optional[Tuple[int, int]]:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


_places: Dict[str, Tuple[int, int]] = {}


def look(path: str) -> None:
    """Before a store is opened: does somebody else in this process have the file open?"""
    place = _place(path)
    if place is None or place in _open:
        return
    try:
        descriptors = os.listdir("/proc/self/fd")
    except OSError:
        return  # no such place on this system: nothing can be seen
    if any(_place(f"/proc/self/fd/{each}") == place for each in descriptors):
        warnings.warn("this process has the file open already, not through habeas: another copy of SQLite would drop "
                      "the locks of this one. Close it first; Store.query reads the store with SQL",
                      ForeignConnectionWarning, stacklevel=4)


def remember(path: str) -> None:
    """A store on this file is open."""
    global _hooked
    place = _place(path)
    if place is None:
        return
    with _lock:
        _places[path] = place
        _open[place] = _open.get(place, 0) + 1
        if not _hooked:
            _hooked = True
            sys.addaudithook(_audit)


def forget(path: str) -> None:
    """One less."""
    with _lock:
        place = _places.get(path)
        if place is not None and place in _open:
            _open[place] -= 1
            if _open[place] == 0:
                del _open[place]


def _audit(event: str, arguments: Tuple[object, ...]) -> None:
    if event != "sqlite3.connect" or not _open or not arguments:
        return
    database = arguments[0]
    if isinstance(database, bytes):
        database = os.fsdecode(database)
    if not isinstance(database, (str, os.PathLike)):
        return
    path = os.fspath(database)
    if isinstance(path, str) and path.startswith("file:"):
        path = urllib.parse.unquote(urllib.parse.urlsplit(path).path)
    place = _place(path if isinstance(path, str) else os.fsdecode(path))
    if place is not None and place in _open:
        warnings.warn("sqlite3 opens the file of an open habeas store in the same process: two copies of SQLite drop "
                      "each other's locks. Close this connection; Store.query reads the store with SQL",
                      ForeignConnectionWarning, stacklevel=2)

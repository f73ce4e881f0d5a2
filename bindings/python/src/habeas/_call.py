"""How Python calls the library: texts and documents in and out, failures as exceptions."""
from __future__ import annotations

import json
import logging
import threading
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Dict, Mapping, NoReturn, Optional, Sequence, Tuple, Union

from ._habeas import ffi, lib
from ._times import day_or_time, from_text, to_text
from .documents import PLACES
from .errors import InvalidError, last_error
from .names import Name

NULL = ffi.NULL
log = logging.getLogger("habeas")

#: What goes in as a document: a mapping (or list) of JSON values, dates, times, decimals and names.
Document = Mapping[str, object]

# What callbacks raised during the call that a thread makes at this moment.
raised: Dict[int, BaseException] = {}
# Those of them that a call cannot be stopped by, and which come after it for that.
late: Dict[int, bool] = {}


def check(status: int) -> None:
    """Raises what the call returned, or what a callback raised meanwhile."""
    if status != 0 or raised:
        settle(status)


def settle(status: int) -> None:
    """The slow part of :func:`check`."""
    found = raised.pop(threading.get_ident(), None)
    if status == 0:
        if found is not None and (late.pop(id(found), False) or not isinstance(found, Exception)):
            raise found  # such as KeyboardInterrupt, which nothing may swallow
        return
    error = last_error(status)
    late.pop(id(found), None)
    if found is None:
        raise error
    chain(found, error)


def chain(found: BaseException, error: BaseException) -> NoReturn:
    """The host's own exception comes back, with the failure of the call as its cause."""
    if found.__cause__ is None:
        raise found from error
    raise found


def keep_raised(found: BaseException, stops: bool, told_late: bool = False) -> None:
    """Within a callback: what it raised is told at the end of the call, or where that goes on, in the log."""
    if told_late and raised.setdefault(threading.get_ident(), found) is found:
        late[id(found)] = True
    elif stops or not isinstance(found, Exception):
        raised.setdefault(threading.get_ident(), found)
    else:  # neither its text nor its variables: they may be personal
        log.error("a function of the host raised %s; the step is tried again later", type(found).__name__)


def take_text(out: Any) -> str:
    """The text of a habeas_string, which is freed."""
    text = ffi.buffer(out.data, out.size)[:].decode("utf-8") if out.size else ""
    lib.habeas_string_free(out)
    return text


def text_in(value: str, where: str = "text") -> bytes:
    """UTF-8; lone surrogates are refused here, as the library would refuse their bytes."""
    if not isinstance(value, str):
        raise InvalidError(f"a text is a str, not {type(value).__name__}", where)
    try:
        return value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidError("no Unicode text: it holds half of a surrogate pair", where) from error


def plain(value: object, where: str) -> object:
    """JSON's own types; `where` is the JSON pointer so far."""
    if value is None or isinstance(value, (str, bool, float)):
        return value
    if isinstance(value, Name):
        return value.label
    if isinstance(value, int):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(each, f"{where}/{key}") for key, each in value.items()}
    if isinstance(value, datetime):
        return to_text(value, where)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [plain(each, f"{where}/{at}") for at, each in enumerate(value)]
    if isinstance(value, (set, frozenset)):
        return [plain(each, where) for each in sorted(value, key=str)]
    raise InvalidError(f"a document cannot hold a {type(value).__name__}", where)


def document_in(document: object) -> bytes:
    """A document as the library reads it."""
    try:
        return json.dumps(plain(document, ""), ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except UnicodeEncodeError as error:
        raise InvalidError("no Unicode text: it holds half of a surrogate pair") from error
    except ValueError as error:
        if isinstance(error, InvalidError):
            raise
        raise InvalidError("a document cannot hold NaN, infinity or a circle") from error


def optional_document(document: Optional[object]) -> Tuple[Any, int]:
    """Pointer and size; NULL for none."""
    if document is None:
        return NULL, 0
    text = document_in(document)
    return text, len(text)


def document_out(text: str, name: str) -> Any:
    """A document of the library: its times as datetimes, its days as dates."""
    return place(json.loads(text), PLACES.get(name))


def place(value: Any, where: Any) -> Any:
    """Puts times into a document, where `where` (see documents.PLACES) says that there are some."""
    if where is None or value is None:
        return value
    if isinstance(where, str):
        if where == "time":
            return from_text(value) if value else None
        if where == "day":
            return day_or_time(value) if value else None
        return place(value, PLACES.get(where[1:-1]))
    if isinstance(where, list):
        if isinstance(value, list):
            for at, each in enumerate(value):
                value[at] = place(each, where[0])
        return value
    if isinstance(value, dict):
        if "*" in where:
            for key, each in value.items():
                value[key] = place(each, where["*"])
        else:
            for key, each in where.items():
                if key in value:
                    value[key] = place(value[key], each)
    return value


def enum_in(kind: Any, value: Union[int, str], where: str) -> int:
    """A member of an enumeration, or its name as documents have it."""
    if isinstance(value, kind):
        return int(value)
    if isinstance(value, str):
        try:
            return int(kind[value.upper()])
        except KeyError:
            names = ", ".join(each.name.lower() for each in kind)
            raise InvalidError(f"no such name; there are: {names}", where) from None
    if value.__class__ is int and value in kind.__members__.values():
        return value
    raise InvalidError(f"give a {kind.__name__} or its name", where)


class Arguments:
    """Keeps alive what C reads during a call."""

    def __init__(self) -> None:
        self.kept: list[Any] = []

    def keep(self, made: Any) -> Any:
        """Until this object goes."""
        self.kept.append(made)
        return made

    def text(self, target: Any, value: Optional[str], where: str = "text") -> None:
        """Fills a habeas_text."""
        if value:
            self.raw(target, text_in(value, where))

    def raw(self, target: Any, data: bytes) -> None:
        """The same of bytes."""
        target.data = self.keep(ffi.from_buffer("char[]", data))
        target.size = len(data)

    def texts(self, values: Sequence[str], where: str) -> Any:
        """An array of habeas_text."""
        array = self.keep(ffi.new("habeas_text[]", len(values)))
        for at, value in enumerate(values):
            self.raw(array[at], text_in(value, where))
        return array

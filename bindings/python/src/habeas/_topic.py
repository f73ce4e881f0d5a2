"""What the topics of a store have in common."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Generic, Iterator, Optional, Sequence, Tuple, TypeVar

from ._call import check, document_in, document_out, optional_document, settle, take_text, text_in
from ._callbacks import Borrowed
from ._habeas import ffi
from .errors import CancelledError, Error

if TYPE_CHECKING:
    from .store import Store


def t(value: str, where: str) -> Tuple[bytes, int]:
    """A text as pointer and size."""
    data = text_in(value, where)
    return data, len(data)


def o(value: Optional[str], where: str) -> Tuple[bytes, int]:
    """The same; None is the empty text."""
    return t(value or "", where)


def d(document: object) -> Tuple[bytes, int]:
    """A document as pointer and size."""
    data = document_in(document)
    return data, len(data)


od = optional_document


def numbers(values: Sequence[int], kind: str = "int64_t[]") -> Tuple[Any, int]:
    """Whole numbers as array and count."""
    given = list(values)
    return ffi.new(kind, given), len(given)


class Caller:
    """Calls of functions whose first argument is a store."""

    __slots__ = ()
    _handle: Any

    def _run(self, function: Callable[..., int], *arguments: Any) -> None:
        check(function(self._handle, *arguments))

    def _text(self, function: Callable[..., int], *arguments: Any) -> str:
        out = ffi.new("habeas_string *")
        check(function(self._handle, *arguments, out))
        return take_text(out)

    def _document(self, name: str, function: Callable[..., int], *arguments: Any) -> Any:
        return document_out(self._text(function, *arguments), name)

    def _number(self, kind: str, function: Callable[..., int], *arguments: Any) -> int:
        out = ffi.new(kind)
        check(function(self._handle, *arguments, out))
        return int(out[0])


class Topic(Caller):
    """Functions of a store about one topic."""

    __slots__ = ("_store", "_handle")

    def __init__(self, store: Store) -> None:
        self._store = store
        self._handle = store._handle

    def _reported(self, name: str, function: Callable[..., int], *arguments: Any) -> Any:
        """A document that is given even where a callback stopped the call: then as ``report`` of the error."""
        out = ffi.new("habeas_string *")
        status = function(self._handle, *arguments, out)
        report = document_out(take_text(out), name) if out.size else None
        try:
            settle(status)
        except BaseException as found:
            cause = found if isinstance(found, Error) else found.__cause__
            if isinstance(cause, Error):
                cause.report = report
            raise
        return report

    def _each(self, function: Callable[..., int], *arguments: Any, callback: Any, take: Callable[[Any], Any]) -> None:
        """Calls a function that calls back, row by row; one that says ``False`` ends it."""
        borrowed = Borrowed(take, callback)
        try:
            check(function(self._handle, *arguments, borrowed.function, borrowed.user))
        except CancelledError as error:
            if error.message != STOPPED:
                raise


STOPPED = "a callback of the host stopped the call"


Item = TypeVar("Item")
Own = TypeVar("Own", bound="Cursor[Any]")


class Cursor(Generic[Item]):
    """Walks over subjects, page by page; ends by itself, or with ``close`` or ``with``."""

    def __init__(self, handle: Any, close: Callable[[], object]) -> None:
        self._handle = handle
        self._close = close

    def __iter__(self) -> Iterator[Item]:
        return self

    def __next__(self) -> Item:
        raise NotImplementedError

    def __enter__(self: Own) -> Own:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Once more is nothing."""
        self._close()

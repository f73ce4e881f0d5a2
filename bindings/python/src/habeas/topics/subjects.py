"""Subjects and the organisations they belong to."""
from __future__ import annotations

import weakref
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, Union, cast

from .. import documents
from .._call import Arguments, check, document_out, enum_in, take_text, text_in
from .._habeas import ffi, lib
from .._times import to_ms
from .._topic import Cursor, Topic, d, o, t
from ..errors import InvalidError
from ..names import Blank, OnMatch, Outcome
from ..values import UpsertResult

#: ``{"email": ...}``, ``[("phone", ...), ("external:shop", ...)]``
Identifiers = Union[Mapping[str, str], Iterable[Tuple[str, str]]]

ABSENT = object()  #: In rows of ``upsert_rows``: the row says nothing of this column.


def _input(fields: Optional[Mapping[str, object]], identifiers: Optional[Identifiers],
           source: Optional[str]) -> Dict[str, object]:
    out: Dict[str, object] = {}
    if fields is not None:
        out["fields"] = fields
    if identifiers is not None:
        pairs = identifiers.items() if isinstance(identifiers, Mapping) else identifiers
        out["identifiers"] = [{"kind": kind, "value": value} for kind, value in pairs]
    if source is not None:
        out["source"] = source
    return out


class SubjectCursor(Cursor[int]):
    """Numbers of subjects, one by one."""

    def __init__(self, handle: Any) -> None:
        super().__init__(handle, weakref.finalize(self, lib.habeas_cursor_close, handle))
        self._number = ffi.new("int64_t *")

    def __next__(self) -> int:
        status = lib.habeas_cursor_next(self._handle, self._number, ffi.NULL)
        if status == lib.HABEAS_ROW:
            return int(self._number[0])
        if status == lib.HABEAS_DONE:
            raise StopIteration
        check(status)
        raise StopIteration

    def documents(self) -> SubjectDocuments:
        """The same walk with whole subjects."""
        return SubjectDocuments(self._handle, self)


class SubjectDocuments(Cursor[documents.Subject]):
    """Subjects, one by one."""

    def __init__(self, handle: Any, owner: SubjectCursor) -> None:
        super().__init__(handle, owner.close)
        self._owner = owner

    def __next__(self) -> documents.Subject:
        number, text = ffi.new("int64_t *"), ffi.new("habeas_string *")
        status = lib.habeas_cursor_next(self._handle, number, text)
        if status == lib.HABEAS_ROW:
            return cast(documents.Subject, document_out(take_text(text), "subject"))
        if status != lib.HABEAS_DONE:
            check(status)
        raise StopIteration


class Subjects(Topic):
    """Data subjects (art. 4(1)).

    >>> import habeas
    >>> with habeas.Store.in_memory() as store:
    ...     ada = store.subjects.create({"email": "Ada@Example.org"}, identifiers={"external:shop": "17"})
    ...     store.subjects.find("email", "ada@example.org") == ada
    True
    """

    def create(self, fields: Optional[Mapping[str, object]] = None, *, identifiers: Optional[Identifiers] = None,
               source: Optional[str] = None) -> int:
        """Gives the new subject's number."""
        return self._number("int64_t *", lib.habeas_subject_create, *d(_input(fields, identifiers, source)))

    def get(self, subject: int) -> documents.Subject:
        """The number of somebody who was merged gives the surviving subject."""
        return cast(documents.Subject, self._document("subject", lib.habeas_subject_get, subject))

    def find(self, kind: str, value: str) -> Optional[int]:
        """Who has this identifier; ``kind``: ``email``, ``phone`` or ``external:<system>``."""
        return self._number("int64_t *", lib.habeas_subject_find, *t(kind, "kind"), *t(value, "value")) or None

    def update(self, subject: int, fields: Optional[Mapping[str, object]] = None, *,
               identifiers: Optional[Identifiers] = None, source: Optional[str] = None,
               blank: Union[Blank, str] = Blank.KEEP, version: int = 0) -> None:
        """Changes what is named. ``version``: of the subject as it was read, else the last writer wins."""
        self._run(lib.habeas_subject_update, subject, *d(_input(fields, identifiers, source)),
                  enum_in(Blank, blank, "blank"), version)

    def upsert(self, rows: Sequence[Mapping[str, object]], *, on_match: Union[OnMatch, str] = OnMatch.UPDATE,
               blank: Union[Blank, str] = Blank.KEEP) -> List[UpsertResult]:
        """Finds each row's subject by its identifiers and creates or updates it, all in one transaction.

        A row is ``{"fields": {...}, "identifiers": [{"kind", "value"}], "source"}``. Rejected rows do not stop
        the others. For many rows of the same columns: :meth:`upsert_rows`.
        """
        found = self._document("upsert_results", lib.habeas_subject_upsert, *d(list(rows)),
                               enum_in(OnMatch, on_match, "on_match"), enum_in(Blank, blank, "blank"))
        return [UpsertResult(Outcome[each["outcome"].upper()], each.get("subject"), each.get("field", ""),
                             each.get("reason", "")) for each in found]

    def upsert_rows(self, columns: Sequence[str], rows: Sequence[Sequence[object]], *,
                    on_match: Union[OnMatch, str] = OnMatch.UPDATE,
                    blank: Union[Blank, str] = Blank.KEEP) -> List[UpsertResult]:
        """The same with columns that are named once: fields, ``external:<system>`` or ``source``.

        ``None``: the row says that there is nothing; ``habeas.ABSENT``: it says nothing of that column.

        >>> import habeas
        >>> with habeas.Store.in_memory() as store:
        ...     [each.outcome.name for each in store.subjects.upsert_rows(
        ...         ["email", "country"], [["ada@example.org", "DE"], ["bob@example.org", None], ["no address", None]])]
        ['CREATED', 'CREATED', 'REJECTED']
        """
        kept, width, count = Arguments(), len(columns), len(rows)
        types, values, reals, texts = _cells(rows, width)
        cells = ffi.new("habeas_cell[]", len(types))
        text = b"".join(texts)
        lib.habeas_py_cells(cells, len(types), ffi.new("int8_t[]", types), ffi.new("int64_t[]", values),
                            ffi.new("double[]", reals), ffi.from_buffer("char[]", text))
        results = ffi.new("habeas_upsert_result[]", count)
        check(lib.habeas_subject_upsert_rows(self._handle, kept.texts(columns, "columns"), width, cells, count,
                                             enum_in(OnMatch, on_match, "on_match"), enum_in(Blank, blank, "blank"),
                                             results))
        numbers, outcomes = ffi.new("int64_t[]", count), ffi.new("int8_t[]", count)
        lib.habeas_py_results(results, count, numbers, outcomes)
        if count == 0:
            return []
        return [UpsertResult(_OUTCOMES[outcome], number) if outcome != REJECTED else
                UpsertResult(Outcome.REJECTED, None, ffi.string(results[at].field).decode(),
                             ffi.string(results[at].reason).decode())
                for at, (outcome, number) in enumerate(zip(ffi.unpack(outcomes, count), ffi.unpack(numbers, count)))]

    def add_identifier(self, subject: int, kind: str, value: str) -> None:
        """One more; ``ExistsError`` where it is somebody else's."""
        self._run(lib.habeas_subject_add_identifier, subject, *t(kind, "kind"), *t(value, "value"))

    def remove_identifier(self, subject: int, kind: str, value: str) -> None:
        """Not the last one: erase the subject instead."""
        self._run(lib.habeas_subject_remove_identifier, subject, *t(kind, "kind"), *t(value, "value"))

    def merge(self, keep: int, gone: int) -> None:
        """Joins ``gone`` into ``keep``: the stricter state wins. From then on both numbers mean ``keep``."""
        self._run(lib.habeas_subject_merge, keep, gone)

    def count(self) -> int:
        """How many there are."""
        return self._number("int64_t *", lib.habeas_subject_count)

    def page(self, limit: int = 100, *, changed_since: Optional[datetime] = None, after: str = "") -> documents.SubjectPage:
        """One page; ``after``: member ``next`` of the page before."""
        return cast(documents.SubjectPage, self._document("subject_page", lib.habeas_subject_page, limit,
                                                          to_ms(changed_since, "changed_since"), *o(after, "after")))

    def numbers(self, *, changed_since: Optional[datetime] = None, page_size: int = 0) -> SubjectCursor:
        """Walks over all, in order of number; with ``changed_since`` in order of change.

        >>> import habeas
        >>> with habeas.Store.in_memory() as store:
        ...     _ = [store.subjects.create({"email": f"{name}@example.org"}) for name in ("ada", "bob")]
        ...     with store.subjects.numbers() as walk:
        ...         len(list(walk)), [each["fields"]["email"] for each in store.subjects.all()]
        (2, ['ada@example.org', 'bob@example.org'])
        """
        out = ffi.new("habeas_cursor **")
        check(lib.habeas_subject_list(self._handle, to_ms(changed_since, "changed_since"), page_size, out))
        return SubjectCursor(out[0])

    def all(self, *, changed_since: Optional[datetime] = None, page_size: int = 0) -> SubjectDocuments:
        """The same with whole subjects."""
        return self.numbers(changed_since=changed_since, page_size=page_size).documents()


_OUTCOMES = list(Outcome)
REJECTED = int(Outcome.REJECTED)
_BLANK, _TEXT, _INTEGER = int(lib.HABEAS_CELL_BLANK), int(lib.HABEAS_CELL_TEXT), int(lib.HABEAS_CELL_INTEGER)


def _cells(rows: Sequence[Sequence[object]], width: int) -> Tuple[List[int], List[int], List[float], List[bytes]]:
    """Types, integers or lengths of texts, numbers, texts: what habeas_py_cells makes cells of."""
    types: List[int] = []
    values: List[int] = []
    reals: List[float] = []
    texts: List[bytes] = []
    for number, row in enumerate(rows):
        if len(row) != width:
            raise InvalidError(f"the row has {len(row)} cells for {width} columns", f"rows/{number}")
        for value in row:
            if value.__class__ is str:
                data = text_in(value, "rows")
                types.append(_TEXT)
                values.append(len(data))
                texts.append(data)
            elif value is None:
                types.append(_BLANK)
                values.append(0)
            elif value.__class__ is int:
                types.append(_INTEGER)
                values.append(value)
            else:
                kind, whole = _seldom(value, reals, texts, f"rows/{number}")
                types.append(kind)
                values.append(whole)
    return types, values, reals, texts


def _seldom(value: object, reals: List[float], texts: List[bytes], where: str) -> Tuple[int, int]:
    if value is ABSENT:
        return int(lib.HABEAS_CELL_ABSENT), 0
    if isinstance(value, bool):
        return int(lib.HABEAS_CELL_BOOLEAN), int(value)
    if isinstance(value, int):
        return _INTEGER, value
    if isinstance(value, float):
        reals.append(value)
        return int(lib.HABEAS_CELL_NUMBER), 0
    if isinstance(value, datetime):
        return int(lib.HABEAS_CELL_TIME), to_ms(value, where)
    if isinstance(value, (str, date, Decimal)):
        texts.append(text_in(str(value), where))
        return _TEXT, len(texts[-1])
    raise InvalidError(f"a cell cannot hold a {type(value).__name__}", where)


class Organisations(Topic):
    """Legal persons or households that subjects belong to."""

    def create(self, name: str, *, external: Optional[str] = None, fields: Optional[Mapping[str, object]] = None) -> int:
        """Gives the new organisation's number."""
        return self._number("int64_t *", lib.habeas_organisation_create, *d(self._input(name, external, fields)))

    def update(self, organisation: int, name: Optional[str] = None, *, external: Optional[str] = None,
               fields: Optional[Mapping[str, object]] = None, blank: Union[Blank, str] = Blank.KEEP,
               version: int = 0) -> None:
        """Changes what is named."""
        self._run(lib.habeas_organisation_update, organisation, *d(self._input(name, external, fields)),
                  enum_in(Blank, blank, "blank"), version)

    @staticmethod
    def _input(name: Optional[str], external: Optional[str], fields: Optional[Mapping[str, object]]) -> Dict[str, object]:
        given = {"name": name, "external": external, "fields": fields}
        return {key: value for key, value in given.items() if value is not None}

    def get(self, organisation: int) -> documents.Organisation:
        """One, with its version."""
        return cast(documents.Organisation, self._document("organisation", lib.habeas_organisation_get, organisation))

    def find(self, external: str) -> Optional[int]:
        """By the host's id."""
        return self._number("int64_t *", lib.habeas_organisation_find, *t(external, "external")) or None

    def remove(self, organisation: int) -> None:
        """Its memberships go, its subjects stay."""
        self._run(lib.habeas_organisation_remove, organisation)

    def link(self, organisation: int, subject: int, *, role: str = "", primary: bool = False) -> None:
        """Makes a subject a member, or changes role and rank of one."""
        self._run(lib.habeas_organisation_link, organisation, subject, *t(role, "role"), int(primary))

    def unlink(self, organisation: int, subject: int) -> None:
        """Ends a membership; nothing if there is none."""
        self._run(lib.habeas_organisation_unlink, organisation, subject)

    def of(self, subject: int) -> documents.Memberships:
        """A subject's organisations."""
        return cast(documents.Memberships, self._document("memberships", lib.habeas_organisation_of, subject))

    def members(self, organisation: int) -> List[int]:
        """An organisation's subjects."""
        return cast(List[int], self._document("subject_numbers", lib.habeas_organisation_members, organisation))

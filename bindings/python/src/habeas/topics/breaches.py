"""Breaches of personal data."""
from __future__ import annotations

from typing import Any, Optional, cast

from .. import documents
from .._call import Document, check
from .._habeas import ffi, lib
from .._topic import Topic, d, od, t
from .subjects import SubjectCursor


class Breaches(Topic):
    """The register of breaches (arts. 33, 34): what, whom, how many, the 72 hours, who was told.

    >>> import habeas
    >>> with habeas.Store.in_memory() as store:
    ...     store.breaches.define({"code": "laptop", "title": "A laptop was stolen", "nature": ["confidentiality"]})
    ...     store.breaches.assess("laptop", "none", "its disk was encrypted")
    ...     store.breaches.all()[0]["waits_for"]
    ['documentation']
    """

    def define(self, breach: Document) -> None:
        """Records a breach, or what is known of it by now; a filter that is new or differs is evaluated at once."""
        self._run(lib.habeas_breach_define, *d(breach))

    def recount(self, code: str) -> None:
        """Evaluates its filter again."""
        self._run(lib.habeas_breach_recount, *t(code, "code"))

    def assess(self, code: str, risk: str, reason: str) -> None:
        """``risk``: none, risk (the authority is told) or high (the persons, too)."""
        self._run(lib.habeas_breach_assess, *t(code, "code"), *t(risk, "risk"), *t(reason, "reason"))

    def notify(self, code: str, notice: Optional[Document] = None) -> None:
        """The authority was told; each call is a phase (art. 33(4))."""
        self._run(lib.habeas_breach_notify, *t(code, "code"), *od(notice))

    def tell(self, code: str, template: str, *, limit: int = 0) -> documents.BreachTold:
        """Queues a message to each person who was not told yet. 0: all of them."""
        return cast(documents.BreachTold, self._document(
            "breach_told", lib.habeas_breach_tell, *t(code, "code"), *t(template, "template"), limit))

    def inform(self, code: str, communication: Document) -> None:
        """All were told otherwise, or need not be (art. 34(3))."""
        self._run(lib.habeas_breach_inform, *t(code, "code"), *d(communication))

    def note(self, code: str, note: str) -> None:
        """Kept in its journal; no names of persons."""
        self._run(lib.habeas_breach_note, *t(code, "code"), *t(note, "note"))

    def close(self, code: str, note: str = "") -> None:
        """Refused while something is missing that art. 33 or 34 asks for."""
        self._run(lib.habeas_breach_close, *t(code, "code"), *t(note, "note"))

    def dismiss(self, code: str, reason: str) -> None:
        """It was no breach of personal data."""
        self._run(lib.habeas_breach_dismiss, *t(code, "code"), *t(reason, "reason"))

    def reopen(self, code: str, reason: str) -> None:
        """Something new is known of a closed one."""
        self._run(lib.habeas_breach_reopen, *t(code, "code"), *t(reason, "reason"))

    def get(self, code: str) -> documents.BreachRecord:
        """The record with all of art. 33(3), its journal and what is missing."""
        return cast(documents.BreachRecord, self._document("breach_record", lib.habeas_breach_get, *t(code, "code")))

    def html(self, code: str) -> str:
        """The same as one HTML page in English, for a supervisory authority."""
        return self._text(lib.habeas_breach_html, *t(code, "code"))

    def all(self, *, open_only: bool = False, within_hours: Optional[int] = None) -> documents.BreachList:
        """The register, the most urgent first."""
        query: "dict[str, Any]" = {"open_only": open_only}
        if within_hours is not None:
            query["within_hours"] = within_hours
        return cast(documents.BreachList, self._document("breach_list", lib.habeas_breach_list, *d(query)))

    def persons(self, code: str, *, untold: bool = False) -> SubjectCursor:
        """Walks over the persons concerned in order of number, without the erased."""
        out = ffi.new("habeas_cursor **")
        check(lib.habeas_breach_persons(self._handle, *t(code, "code"), int(untold), out))
        return SubjectCursor(out[0])


__all__ = ["Breaches"]

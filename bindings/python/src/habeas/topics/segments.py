"""Segments, tags, the change feed, and retention."""
from __future__ import annotations

from datetime import datetime
from typing import Any, List, Optional, cast

from .. import documents
from .._call import Document, check
from .._callbacks import ProgressFunction, progress_of
from .._habeas import ffi, lib
from .._times import to_ms
from .._topic import Topic, d, o, t
from .subjects import SubjectCursor


class Segments(Topic):
    """Saved filters over subjects, and their members.

    >>> import habeas
    >>> with habeas.Store.in_memory() as store:
    ...     _ = store.subjects.create({"email": "ada@example.org", "country": "DE"})
    ...     store.segments.define({"code": "germans", "filter": {"field": "country", "op": "=", "value": "DE"}})
    ...     len(store.segments.refresh("germans")["added"]), len(list(store.segments.members("germans")))
    (1, 1)
    """

    def define(self, segment: Document) -> None:
        """Declares one or changes it; members follow at the next refresh (at once if ``live``)."""
        self._run(lib.habeas_segment_define, *d(segment))

    def remove(self, code: str) -> None:
        """Not while a segment's filter, a form, a campaign or a rule names it."""
        self._run(lib.habeas_segment_remove, *t(code, "code"))

    def all(self) -> documents.SegmentList:
        """All of them."""
        return cast(documents.SegmentList, self._document("segment_list", lib.habeas_segment_list))

    def find(self, code: str) -> documents.SegmentInfo:
        """One of them, with how many members it has."""
        return cast(documents.SegmentInfo, self._document("segment_info", lib.habeas_segment_find, *t(code, "code")))

    def refresh(self, code: str, *, full: bool = False) -> documents.RefreshReport:
        """Brings the members up to date; ``full``: looks at everybody."""
        return cast(documents.RefreshReport, self._document("refresh_report", lib.habeas_segment_refresh,
                                                            *t(code, "code"), int(full)))

    def refresh_all(self, *, full: bool = False) -> documents.RefreshReports:
        """The same for all, in order of dependency."""
        return cast(documents.RefreshReports, self._document("refresh_reports", lib.habeas_segment_refresh_all,
                                                             int(full)))

    def add(self, code: str, subject: int) -> None:
        """By hand, and lasting."""
        self._run(lib.habeas_segment_add, *t(code, "code"), subject)

    def remove_member(self, code: str, subject: int) -> None:
        """Not a member, whatever the filter says."""
        self._run(lib.habeas_segment_remove_member, *t(code, "code"), subject)

    def reset(self, code: str, subject: int) -> None:
        """What was done by hand counts no longer."""
        self._run(lib.habeas_segment_reset, *t(code, "code"), subject)

    def contains(self, code: str, subject: int) -> bool:
        """As of the last refresh."""
        return self._number("int32_t *", lib.habeas_segment_contains, *t(code, "code"), subject) == 1

    def members(self, code: str) -> SubjectCursor:
        """Walks over the members in order of number."""
        out = ffi.new("habeas_cursor **")
        check(lib.habeas_segment_members(self._handle, *t(code, "code"), out))
        return SubjectCursor(out[0])

    def match(self, filter: object) -> SubjectCursor:
        """Walks over those who match a filter now, without a segment."""
        out = ffi.new("habeas_cursor **")
        check(lib.habeas_segment_match(self._handle, *d(filter), out))
        return SubjectCursor(out[0])

    def count(self, filter: object) -> int:
        """How many match a filter now."""
        return self._number("int64_t *", lib.habeas_segment_count, *d(filter))

    def explain(self, code: str, subject: Optional[int] = None) -> documents.SegmentExplanation:
        """The SQL, its plan, and why one subject is in or out."""
        return cast(documents.SegmentExplanation, self._document(
            "segment_explanation", lib.habeas_segment_explain, *t(code, "code"), subject or 0))

    def from_glue_list(self, glue: object) -> Any:
        """The flat list with ``glue`` that Mautic stores, as a tree. Needs no store of its own."""
        import json

        from .._call import take_text
        out = ffi.new("habeas_string *")
        check(lib.habeas_segment_from_glue_list(*d(glue), out))
        return json.loads(take_text(out))


class Tags(Topic):
    """Words on subjects, compared without case."""

    def add(self, subject: int, tag: str) -> None:
        """Made when it is first given."""
        self._run(lib.habeas_tag_add, subject, *t(tag, "tag"))

    def remove(self, subject: int, tag: str) -> None:
        """Nothing if the subject does not have it."""
        self._run(lib.habeas_tag_remove, subject, *t(tag, "tag"))

    def of(self, subject: int) -> List[str]:
        """A subject's tags."""
        return cast(List[str], self._document("tag_list", lib.habeas_tag_of, subject))

    def all(self) -> List[str]:
        """All tags."""
        return cast(List[str], self._document("tag_list", lib.habeas_tag_list))


class Changes(Topic):
    """What changed about whom, in order and without gaps, for a system that keeps a copy."""

    def read(self, position: str = "", limit: int = 1000) -> documents.ChangePage:
        """``position``: that of the page before, which is kept with the copy. ``ConflictError``: the store was put
        back to an older state, so read all subjects anew."""
        return cast(documents.ChangePage, self._document("change_page", lib.habeas_change_read,
                                                         *o(position, "position"), limit))

    def position(self) -> str:
        """The end of the feed as it is now."""
        return self._text(lib.habeas_change_position)


class Retention(Topic):
    """What goes by itself and when (art. 5(1)(e))."""

    def define(self, rule: Document) -> None:
        """Declares a rule or changes it; nothing goes before the next tick or run."""
        self._run(lib.habeas_retention_define, *d(rule))

    def remove(self, code: str) -> None:
        """What it did stays done."""
        self._run(lib.habeas_retention_remove, *t(code, "code"))

    def all(self) -> documents.RetentionList:
        """In the order in which they run."""
        return cast(documents.RetentionList, self._document("retention_list", lib.habeas_retention_list))

    def find(self, code: str) -> documents.RetentionInfo:
        """One of them."""
        return cast(documents.RetentionInfo, self._document("retention_info", lib.habeas_retention_find,
                                                            *t(code, "code")))

    def preview(self, code: str = "", *, at: Optional[datetime] = None, limit: int = 1000) -> documents.RetentionPreviews:
        """What a run would do at a moment, of one rule or all."""
        return cast(documents.RetentionPreviews, self._document(
            "retention_previews", lib.habeas_retention_preview, *o(code, "code"), to_ms(at, "at"), limit))

    def run(self, code: str = "", *, limit: int = 0, progress: Optional[ProgressFunction] = None) -> documents.RetentionRuns:
        """Does it; the tick does it too. ``limit``: of subjects; 0: none."""
        told = progress_of(progress)
        return cast(documents.RetentionRuns, self._document(
            "retention_runs", lib.habeas_retention_run, *o(code, "code"), limit, told.function, told.user))

    def runs(self, limit: int = 100) -> documents.RetentionRuns:
        """The journal, the newest first."""
        return cast(documents.RetentionRuns, self._document("retention_runs", lib.habeas_retention_runs, limit))


__all__ = ["Changes", "Retention", "Segments", "Tags"]

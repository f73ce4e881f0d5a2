"""Processors and places."""
from __future__ import annotations

from datetime import datetime
from typing import Any, List, Optional, cast

from .. import documents
from .._call import Document, check, document_out, take_text
from .._habeas import ffi, lib
from .._times import to_ms
from .._topic import Topic, d, od, t


class Processors(Topic):
    """Who gets data, where, on what it rests (arts. 28, 44 to 49); asked by every decision from the first one on.

    >>> import habeas
    >>> with habeas.Store.in_memory() as store:
    ...     store.processors.define({"code": "hoster", "name": "Hoster GmbH", "history": [
    ...         {"established": "DE", "owner": "DE", "data_locations": ["DE"], "contract": {"signed": "2020-01-01"}}]})
    ...     store.processors.judge("hoster")["rule"], store.processors.judge("nobody")["rule"]
    ('NO_TRANSFER_EEA', 'NOT_REGISTERED')
    """

    def define(self, processor: Document) -> None:
        """Adds one, or entries of days to one; the former entry of a day stays known."""
        self._run(lib.habeas_processor_define, *d(processor))

    def all(self) -> documents.ProcessorList:
        """By code."""
        return cast(documents.ProcessorList, self._document("processor_list", lib.habeas_processor_list))

    def find(self, code: str) -> documents.Processor:
        """One of them."""
        return cast(documents.Processor, self._document("processor", lib.habeas_processor_find, *t(code, "code")))

    def history(self, code: str) -> documents.ProcessorVersions:
        """All entries ever recorded of one."""
        return cast(documents.ProcessorVersions, self._document("processor_versions", lib.habeas_processor_history,
                                                               *t(code, "code")))

    def judge(self, processor: str, *, at: Optional[datetime] = None,
              known_at: Optional[datetime] = None) -> documents.TransferAnswer:
        """May it get data at a moment, as known then? By code or name."""
        return cast(documents.TransferAnswer, self._document(
            "transfer_answer", lib.habeas_processor_judge, *t(processor, "processor"), to_ms(at, "at"),
            to_ms(known_at, "known_at")))

    @staticmethod
    def seed() -> documents.ProcessorSeed:
        """Providers to begin with; they have no contract: add yours."""
        out = ffi.new("habeas_string *")
        check(lib.habeas_processor_seed(out))
        return cast(documents.ProcessorSeed, document_out(take_text(out), "processor_seed"))

    def check(self, *, at: Optional[datetime] = None, without: Optional[List[str]] = None) -> documents.PlaceReport:
        """Everything on a day, with what would stop. ``without``: decisions and tools that fell, such as ``dpf``."""
        options: "dict[str, Any]" = {}
        if at is not None:
            options["at"] = at
        if without is not None:
            options["without"] = without
        return cast(documents.PlaceReport, self._document("place_report", lib.habeas_place_check, *od(options)))

    def set_law(self, law: Optional[Document] = None) -> None:
        """A law of one's own (``share/habeas/transfer_law.json``); None: that of habeas."""
        self._run(lib.habeas_transfer_law_set, *od(law))


__all__ = ["Processors"]

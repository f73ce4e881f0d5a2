"""The ledger of consent, decisions, and the suppression list."""
from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Callable, Dict, List, Optional, Sequence, Union, cast

from .. import documents
from .._call import Arguments, check, enum_in
from .._habeas import ffi, lib
from .._times import to_ms
from .._topic import Topic, numbers, t
from ..names import Channel, EventKind, ReceiptFormat, State
from ..values import Decision, Decisions, Event

_TEXTS = ("purpose", "scope", "method", "language", "form", "submission", "document", "ip", "user_agent", "note")
_FLAGS = ("preticked", "below_gdpr_standard", "explicit_consent", "parental_authorisation")


def _fill(out: Any, event: Event, kept: Arguments) -> None:
    out.struct_size = ffi.sizeof("habeas_event")
    out.kind = enum_in(EventKind, event.kind, "kind")
    out.subject = event.subject
    out.channel = enum_in(Channel, event.channel, "channel")
    out.text_version = event.text_version
    out.effective_at = to_ms(event.effective_at, "effective_at")
    out.expires_at = to_ms(event.expires_at, "expires_at")
    for name in _TEXTS:
        kept.text(getattr(out, name), getattr(event, name), name)
    for name in _FLAGS:
        setattr(out, name, int(getattr(event, name)))
    if event.controllers:
        out.controllers, out.controller_count = kept.texts(event.controllers, "controllers"), len(event.controllers)
    if event.data:
        pairs = kept.keep(ffi.new("habeas_pair[]", len(event.data)))
        for at, (name, value) in enumerate(event.data.items()):
            kept.text(pairs[at].name, name, "data")
            kept.text(pairs[at].value, value, f"data/{name}")
        out.data, out.data_count = pairs, len(event.data)


class Consents(Topic):
    """What people agreed to, refused and withdrew, with the evidence for it (art. 7(1)).

    >>> import habeas
    >>> with habeas.Store.in_memory() as store:
    ...     store.purposes.define({"code": "newsletter", "basis": "consent", "kind": "marketing", "channels": ["email"]})
    ...     text = store.purposes.add_text("newsletter", {"texts": [{"language": "en", "text": "News by e-mail"}]})
    ...     ada = store.subjects.create({"email": "ada@example.org"})
    ...     _ = store.consents.record("granted", ada, "newsletter", "email", text_version=text, method="form")
    ...     store.consents.state(ada, "newsletter").name, bool(store.may_process(ada, "newsletter", "email"))
    ('GRANTED', True)
    """

    def record(self, kind: Union[EventKind, str], subject: int, purpose: str = "",
               channel: Union[Channel, str] = Channel.ANY, **evidence: Any) -> int:
        """Appends an event; ``evidence``: the other members of :class:`habeas.Event`. Gives its number."""
        return self.record_event(Event(kind, subject, purpose, channel, **evidence))

    def record_event(self, event: Event) -> int:
        """The same of an event made before."""
        kept, given = Arguments(), ffi.new("habeas_event *")
        _fill(given, event, kept)
        return self._number("int64_t *", lib.habeas_consent_record, given)

    def record_many(self, events: Sequence[Event]) -> List[int]:
        """Appends many, all or none; gives their numbers."""
        kept, count = Arguments(), len(events)
        given, out = ffi.new("habeas_event[]", count), ffi.new("int64_t[]", count)
        for at, event in enumerate(events):
            _fill(given[at], event, kept)
        check(lib.habeas_consent_record_many(self._handle, given, count, out))
        return list(ffi.unpack(out, count)) if count else []

    def state(self, subject: int, purpose: str, channel: Union[Channel, str] = Channel.ANY) -> State:
        """The consent field; over all channels the least permissive. It is no permission: ask ``may_process``."""
        return State(self._number("int32_t *", lib.habeas_consent_state, subject, *t(purpose, "purpose"),
                                  enum_in(Channel, channel, "channel")))

    def history(self, subject: int) -> documents.History:
        """The subject's ledger in order of effect."""
        return cast(documents.History, self._document("history", lib.habeas_consent_history, subject))

    def receipt(self, event: int, format: Union[ReceiptFormat, str] = ReceiptFormat.ISO_27560) -> Dict[str, Any]:
        """The receipt of a consent event, for the person; its times are text, as the standard has them."""
        return cast(Dict[str, Any], json.loads(self._text(
            lib.habeas_consent_receipt, event, enum_in(ReceiptFormat, format, "format"))))


class Deciding(Topic):
    """May it be done, about one, many or all; :meth:`habeas.Store.may_process` asks about one and now."""

    def _options(self, kind: str, kept: Arguments, at: Optional[datetime], known_at: Optional[datetime],
                 controller: str) -> Any:
        out = kept.keep(ffi.new(f"habeas_{kind}_options *"))
        out.struct_size = ffi.sizeof(f"habeas_{kind}_options")
        out.at = to_ms(at, "at")
        out.known_at = to_ms(known_at, "known_at")
        kept.text(out.controller, controller, "controller")
        return out

    def may_process(self, subject: int, purpose: str, channel: Union[Channel, str], *, at: Optional[datetime] = None,
                    known_at: Optional[datetime] = None, controller: str = "") -> Decision:
        """At another moment, by what was recorded by ``known_at``, for one of several controllers."""
        kept = Arguments()
        options = self._options("decide", kept, at, known_at, controller)
        out = ffi.new("habeas_decision *")
        out.struct_size = ffi.sizeof("habeas_decision")
        check(lib.habeas_may_process(self._handle, subject, *t(purpose, "purpose"),
                                     enum_in(Channel, channel, "channel"), options, out))
        return Decision(out)

    def explain(self, subject: int, purpose: str, channel: Union[Channel, str], *, at: Optional[datetime] = None,
                known_at: Optional[datetime] = None, controller: str = "") -> documents.Explanation:
        """The same in words, step by step.

        >>> import habeas
        >>> with habeas.Store.in_memory() as store:
        ...     store.decisions.explain(1, "newsletter", "email")["reason"]
        'SUBJECT_UNKNOWN'
        """
        kept = Arguments()
        options = self._options("decide", kept, at, known_at, controller)
        return cast(documents.Explanation, self._document(
            "explanation", lib.habeas_explain, subject, *t(purpose, "purpose"),
            enum_in(Channel, channel, "channel"), options))

    def of(self, subjects: Sequence[int], purpose: str, channel: Union[Channel, str], *,
           at: Optional[datetime] = None, known_at: Optional[datetime] = None, controller: str = "") -> Decisions:
        """Who of these, in one call. Order and duplicates are as given; unknown numbers are denied.

        >>> import habeas
        >>> with habeas.Store.in_memory() as store:
        ...     store.decisions.of([1, 2], "newsletter", "email").allowed
        []
        """
        given, count = numbers(subjects)
        out = ffi.new("habeas_decision[]", count or 1)
        code, company = purpose.encode(), controller.encode()
        check(lib.habeas_py_decide_many(self._handle, code, len(code), enum_in(Channel, channel, "channel"),
                                        to_ms(at, "at"), to_ms(known_at, "known_at"), company, len(company), given,
                                        count, out))
        return Decisions(out, count)

    def all(self, purpose: str, channel: Union[Channel, str], *, denied_too: bool = False,
            at: Optional[datetime] = None, known_at: Optional[datetime] = None,
            controller: str = "") -> List[Decision]:
        """Who of everybody: one statement, in order of number."""
        found: List[Decision] = []
        self.each(purpose, channel, found.append, denied_too=denied_too, at=at, known_at=known_at,
                  controller=controller)
        return found

    def each(self, purpose: str, channel: Union[Channel, str], row: Callable[[Decision], object], *,
             denied_too: bool = False, at: Optional[datetime] = None, known_at: Optional[datetime] = None,
             controller: str = "") -> None:
        """The same one by one; ``row`` may give ``False``: enough."""
        kept = Arguments()
        options = self._options("filter", kept, at, known_at, controller)
        options.denied_too = int(denied_too)
        self._each(lib.habeas_filter, *t(purpose, "purpose"), enum_in(Channel, channel, "channel"), options,
                   callback=lib.habeas_py_decision, take=row)


class Suppression(Topic):
    """Identifiers nobody is written to at any more; only keyed hashes are kept.

    >>> import habeas
    >>> with habeas.Store.in_memory() as store:
    ...     store.suppression.add("email", "ada@example.org", reason="objection")
    ...     store.suppression.has("email", "ADA@example.org")
    True
    """

    def add(self, kind: str, value: str, *, reason: str, scope: str = "marketing", note: str = "") -> None:
        """``reason``: objection, erasure, bounce, complaint; ``scope``: marketing, all."""
        self._run(lib.habeas_suppression_add, *t(kind, "kind"), *t(value, "value"), *t(reason, "reason"),
                  *t(scope, "scope"), *t(note, "note"))

    def remove(self, kind: str, value: str, *, reason: str) -> bool:
        """Only for the person's own later act; ``reason`` says which. False if there was no entry."""
        return self._number("int32_t *", lib.habeas_suppression_remove, *t(kind, "kind"), *t(value, "value"),
                            *t(reason, "reason")) == 1

    def has(self, kind: str, value: str) -> bool:
        """Is the identifier on the list?"""
        return self._number("int32_t *", lib.habeas_suppression_has, *t(kind, "kind"), *t(value, "value")) == 1

    def count(self) -> int:
        """Entries of the list."""
        return self._number("int64_t *", lib.habeas_suppression_count)

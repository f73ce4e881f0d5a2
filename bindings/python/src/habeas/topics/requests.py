"""Requests of data subjects (arts. 12, 15 to 22), data holders and holds."""
from __future__ import annotations

from datetime import datetime, timedelta
from typing import Callable, Mapping, Optional, Sequence, Union, cast

from .. import documents
from .._call import NULL, Document, check, enum_in
from .._callbacks import ProgressFunction, give, progress_of
from .._habeas import ffi, lib
from .._times import seconds, to_ms
from .._topic import Topic, d, numbers, od, t
from ..names import Operation, RequestKind
from ..values import HolderQuestion


class Requests(Topic):
    """Nothing personal happens for a request before it is verified: typing somebody else's address into a form
    must not erase them.

    >>> import habeas
    >>> with habeas.Store.in_memory() as store:
    ...     ada = store.subjects.create({"email": "ada@example.org"})
    ...     request = store.requests.open("access", ada, origin="letter")
    ...     store.requests.vouch(request, by="showed her passport")
    ...     store.requests.get(request)["state"]
    'verified'
    """

    def open(self, kind: Union[RequestKind, str], subject: int, *, origin: str = "host") -> int:
        """The same kind by the same subject while one is open gives the open one."""
        return self._number("int64_t *", lib.habeas_request_open, enum_in(RequestKind, kind, "kind"), subject,
                            *t(origin, "origin"))

    def open_for(self, kind: Union[RequestKind, str], identifier_kind: str, value: str, *, origin: str = "host") -> int:
        """For who has this address or number; nobody: it is open all the same, for its answer."""
        return self._number("int64_t *", lib.habeas_request_open_for, enum_in(RequestKind, kind, "kind"),
                            *t(identifier_kind, "identifier_kind"), *t(value, "value"), *t(origin, "origin"))

    def ask_identity(self, request: int, valid_for: Optional[timedelta] = None) -> str:
        """The token that goes to the person's own address, and nowhere else; good for a week unless said."""
        return self._text(lib.habeas_request_ask_identity, request, seconds(valid_for, "valid_for"))

    def confirm(self, token: str) -> Optional[int]:
        """For a POST, never a GET. ``None`` where the token does not count."""
        return self._number("int64_t *", lib.habeas_request_confirm, *t(token, "token")) or None

    def look_up(self, token: str) -> Optional[int]:
        """Would this token count now? Changes nothing."""
        return self._number("int64_t *", lib.habeas_request_look_up, *t(token, "token")) or None

    def vouch(self, request: int, by: str) -> None:
        """The host answers for the identity; ``by``: who and how."""
        self._run(lib.habeas_request_vouch, request, *t(by, "by"))

    def fulfil(self, request: int, note: str = "") -> None:
        """Does what was asked where habeas can, and closes it as soon as every data holder has answered."""
        self._run(lib.habeas_request_fulfil, request, *t(note, "note"))

    def begin(self, request: int, note: str = "") -> None:
        """Somebody works on it."""
        self._run(lib.habeas_request_begin, request, *t(note, "note"))

    def extend(self, request: int, months: int, reason: str) -> None:
        """One or two months more, for complexity and number alone (art. 12(3))."""
        self._run(lib.habeas_request_extend, request, months, *t(reason, "reason"))

    def fulfil_partly(self, request: int, ground: str, note: str = "") -> None:
        """What was done stands in ``note``, why the rest was not in ``ground``."""
        self._run(lib.habeas_request_fulfil_partly, request, *t(ground, "ground"), *t(note, "note"))

    def withdraw(self, request: int, note: str = "") -> None:
        """The person no longer asks for it."""
        self._run(lib.habeas_request_withdraw, request, *t(note, "note"))

    def announce_lifting(self, request: int, how: str) -> None:
        """The person was told that a restriction will be lifted (art. 18(3))."""
        self._run(lib.habeas_request_announce_lifting, request, *t(how, "how"))

    def lift_restriction(self, request: int, note: str = "") -> None:
        """Not before that."""
        self._run(lib.habeas_request_lift_restriction, request, *t(note, "note"))

    def rectify(self, request: int, input: Document, options: Optional[Document] = None) -> documents.Rectification:
        """Art. 16: changes the data and closes the request; gives each detail before and after."""
        return cast(documents.Rectification, self._document("rectification", lib.habeas_request_rectify, request,
                                                            *d(input), *od(options)))

    def refuse(self, request: int, ground: str) -> None:
        """``ground``: why (art. 12(4))."""
        self._run(lib.habeas_request_refuse, request, *t(ground, "ground"))

    def get(self, request: int) -> documents.Request:
        """With the day on which the answer is due."""
        return cast(documents.Request, self._document("request", lib.habeas_request_get, request))

    def all(self, query: Optional[Document] = None) -> documents.RequestList:
        """``query``: ``{"subject", "kind", "open_only", "by_urgency"}``."""
        return cast(documents.RequestList, self._document("request_list", lib.habeas_request_list, *od(query)))

    def steps(self, request: int) -> documents.RequestSteps:
        """The journal of a request, which outlives an erasure."""
        return cast(documents.RequestSteps, self._document("request_steps", lib.habeas_request_steps, request))

    def set_calendar(self, rules: Optional[Document] = None, sets: Optional[Sequence[str]] = None) -> None:
        """Holidays of one's own, and which sets count, such as ``["DE", "DE-BY"]``."""
        self._run(lib.habeas_request_set_calendar, *od(rules), *od(None if sets is None else list(sets)))

    def remind(self, days: int, tell: Callable[[documents.Request], Optional[bool]]) -> int:
        """Tells of open requests that are due within so many days or late, each once. What ``tell`` raises, or
        ``False``, ends it; that request is told again. Gives how many were told."""
        handle, out = ffi.new_handle(tell), ffi.new("size_t *")
        check(lib.habeas_request_remind(self._handle, days, lib.habeas_py_request, handle, out))
        return int(out[0])

    def deadline(self, query: Document) -> documents.Deadline:
        """Counts a statutory time limit on the store's calendar.

        >>> import habeas
        >>> with habeas.Store.in_memory() as store:
        ...     store.requests.deadline({"rule": "answer", "event": "2026-03-05"})["due"]
        datetime.date(2026, 4, 6)
        """
        return cast(documents.Deadline, self._document("deadline", lib.habeas_deadline, *d(query)))


#: Gives what a holder answers, ``{"next", "rows", "retained", "data"}``; ``None``: done, and nothing was there.
HolderFunction = Callable[[HolderQuestion], Optional[Mapping[str, object]]]


class Holders(Topic):
    """Other places with the person's data, each called until it has answered.

    >>> import habeas
    >>> with habeas.Store.in_memory() as store:
    ...     store.holders.define({"code": "shop", "operations": ["erase"]})
    ...     def shop(question):
    ...         return {"rows": [{"place": "orders", "rows": 2}]}
    ...     store.holders.attach("shop", shop)
    ...     _ = store.erasures.execute(store.subjects.create({"email": "ada@example.org"}))
    ...     store.holders.run()["done"]
    1
    """

    def define(self, holder: Document) -> None:
        """Declares one, or changes it."""
        self._run(lib.habeas_holder_define, *d(holder))

    def remove(self, code: str) -> None:
        """Not while it has tasks that are not answered, or keeps something."""
        self._run(lib.habeas_holder_remove, *t(code, "code"))

    def get(self, code: str) -> documents.HolderInfo:
        """One of them."""
        return cast(documents.HolderInfo, self._document("holder_info", lib.habeas_holder_get, *t(code, "code")))

    def all(self) -> documents.HolderList:
        """All of them."""
        return cast(documents.HolderList, self._document("holder_list", lib.habeas_holder_list))

    def attach(self, code: str, function: Optional[HolderFunction],
               operations: Sequence[Union[Operation, str]] = ()) -> None:
        """The function for a holder, for as long as the store is open; ``None`` takes it away. What it raises does
        not stop a run: it was not done, and is asked again later."""
        array, count = numbers([enum_in(Operation, each, "operations") for each in operations], "int32_t[]")
        if function is None:
            self._run(lib.habeas_holder_attach, *t(code, "code"), array, count, NULL, NULL, NULL)
        else:
            self._run(lib.habeas_holder_attach, *t(code, "code"), array, count, lib.habeas_py_holder, give(function),
                      lib.habeas_py_free)

    def ask(self, subject: int, operation: Union[Operation, str]) -> int:
        """Asks each holder that has the operation; gives how many tasks were opened."""
        return self._number("int64_t *", lib.habeas_holder_ask, subject, enum_in(Operation, operation, "operation"))

    def run(self, options: Optional[Document] = None,
            progress: Optional[ProgressFunction] = None) -> documents.HolderRunReport:
        """Ends holds whose time has come, then calls what is due."""
        told = progress_of(progress)
        return cast(documents.HolderRunReport, self._reported("holder_run_report", lib.habeas_holder_run, *od(options),
                                                              told.function, told.user))

    def answer(self, task: int, answer: Optional[Document] = None) -> None:
        """An answer that came another way: by letter, by a person."""
        self._run(lib.habeas_holder_answer, task, *od(answer))

    def task(self, task: int) -> documents.HolderTask:
        """One of them."""
        return cast(documents.HolderTask, self._document("holder_task", lib.habeas_holder_task_get, task))

    def tasks(self, query: Optional[Document] = None) -> documents.HolderTaskList:
        """``query``: ``{"subject", "holder", "operation", "open_only"}``."""
        return cast(documents.HolderTaskList, self._document("holder_task_list", lib.habeas_holder_task_list,
                                                             *od(query)))

    def exported(self, subject: int) -> documents.HolderExport:
        """What exports have given of a subject; it is in the access bundle too."""
        return cast(documents.HolderExport, self._document("holder_export", lib.habeas_holder_exported, subject))

    def opendsr(self, task: int) -> documents.OpendsrRequest:
        """The request by which a processor is told of an erasure; it holds the person's identifiers."""
        return cast(documents.OpendsrRequest, self._document("opendsr_request", lib.habeas_holder_opendsr, task))

    def hold(self, subject: int, ground: str, until: Optional[datetime] = None) -> int:
        """No erasure of the subject until then (art. 17(3)); gives the number of the hold."""
        return self._number("int64_t *", lib.habeas_hold_place, subject, *t(ground, "ground"), to_ms(until, "until"))

    def lift(self, hold: int) -> None:
        """Ends it now; what waited for it is done by the next run."""
        self._run(lib.habeas_hold_lift, hold)

    def holds(self, subject: Optional[int] = None, *, open_only: bool = False) -> documents.HoldList:
        """Of one subject or all."""
        return cast(documents.HoldList, self._document("hold_list", lib.habeas_hold_list, subject or 0, int(open_only)))



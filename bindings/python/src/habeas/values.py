"""What the library gives and takes that is no document: decisions, rows, messages, results."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union, overload

from ._habeas import ffi, lib
from ._times import from_ms_or_none
from .documents import HolderCall, OutgoingMessage, Purpose
from .errors import InvalidError, NotFoundError
from .names import ActorKind, Channel, EventKind, GatewayOutcome, Operation, Outcome, Reason


class Decision:
    """The answer to "may I process this subject for this purpose over this channel?"; true if allowed.

    >>> import habeas
    >>> with habeas.Store.in_memory() as store:
    ...     decision = store.may_process(1, "newsletter", "email")
    >>> bool(decision), decision.reason.name, decision.holds_until
    (False, 'SUBJECT_UNKNOWN', None)
    """

    __slots__ = ("_given", "_owner")

    def __init__(self, given: Any, owner: Any = None) -> None:
        self._given = given
        self._owner = owner

    @property
    def allowed(self) -> bool:
        """May it be done?"""
        allowed: int = self._given.allowed
        return allowed == 1

    @property
    def subject(self) -> int:
        """Who was asked about."""
        return int(self._given.subject)

    @property
    def reason(self) -> Reason:
        """Why."""
        return Reason(self._given.reason)

    @property
    def reference(self) -> str:
        """The articles the reason rests on, such as ``"GDPR 7(3)"``."""
        return str(ffi.string(lib.habeas_reason_reference(self._given.reason)).decode())

    @property
    def event(self) -> Optional[int]:
        """The event of the ledger that decided; ``None`` where none did."""
        return int(self._given.event) or None

    @property
    def holds_until(self) -> Optional[datetime]:
        """The answer may change then without any new event."""
        return from_ms_or_none(self._given.holds_until)

    def __bool__(self) -> bool:
        allowed: int = self._given.allowed
        return allowed == 1

    def _values(self) -> Tuple[int, bool, int, Optional[int], int]:
        return self.subject, self.allowed, self._given.reason, self.event, self._given.holds_until

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Decision) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        return f"<Decision subject={self.subject} {'allowed' if self.allowed else 'denied'} {self.reason.name}>"


class Decisions(Sequence[Decision]):
    """Answers about many, in the order in which they were asked. Each is read when it is looked at."""

    __slots__ = ("_given", "_count")

    def __init__(self, given: Any, count: int) -> None:
        self._given = given
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> Decision: ...

    @overload
    def __getitem__(self, at: slice) -> List[Decision]: ...

    def __getitem__(self, at: Union[int, slice]) -> Union[Decision, List[Decision]]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(self._count))]
        if not -self._count <= at < self._count:
            raise IndexError("there are fewer decisions")
        return Decision(self._given[at % self._count], self._given)

    def __iter__(self) -> Iterator[Decision]:
        given = self._given
        return (Decision(given[at], given) for at in range(self._count))

    def _pick(self, allowed: int) -> List[int]:
        room = ffi.new("int64_t[]", max(self._count, 1))
        return list(ffi.unpack(room, lib.habeas_py_pick(self._given, self._count, allowed, room)))

    @property
    def allowed(self) -> List[int]:
        """The numbers of those for whom it is allowed."""
        return self._pick(1)

    @property
    def denied(self) -> List[int]:
        """And of the others."""
        return self._pick(0)


@dataclass(frozen=True)
class Actor:
    """Who acts, kept with every write, export and disclosure (art. 5(2)).

    >>> Actor.person("7", "called by phone")
    Actor(kind=<ActorKind.PERSON: 1>, id='7', reason='called by phone')
    """

    kind: ActorKind = ActorKind.SYSTEM
    id: str = ""
    reason: str = ""

    @classmethod
    def person(cls, id: str, reason: str = "") -> Actor:
        """Somebody who works for the controller; ``id``: the host's own."""
        return cls(ActorKind.PERSON, id, reason)

    @classmethod
    def subject(cls, id: str, reason: str = "") -> Actor:
        """The data subject."""
        return cls(ActorKind.SUBJECT, id, reason)

    @classmethod
    def system(cls, reason: str = "") -> Actor:
        """A program by itself."""
        return cls(ActorKind.SYSTEM, "", reason)


@dataclass(frozen=True)
class KeyPlace:
    """Where the text of the root key is kept, other than in a file: two functions of the host.

    ``load`` gives it, or ``None`` where there is none yet; without ``save`` none can be made or rotated.
    """

    load: Callable[[], Optional[str]] = field(repr=False)
    save: Optional[Callable[[str], object]] = field(default=None, repr=False)


@dataclass(frozen=True)
class Event:
    """An event of the ledger and its evidence; see ``EventKind`` for what needs ``scope`` and ``data``.

    What is missing of the evidence makes a consent unproven (art. 7(1)), not invalid input.
    """

    kind: Union[EventKind, str]
    subject: int
    purpose: str = ""
    channel: Union[Channel, str] = Channel.ANY
    text_version: int = 0
    effective_at: Optional[datetime] = None
    expires_at: Optional[datetime] = None
    scope: str = ""
    method: str = ""
    language: str = ""
    form: str = ""
    submission: str = ""
    document: str = ""
    ip: str = ""
    user_agent: str = ""
    note: str = ""
    preticked: bool = False
    below_gdpr_standard: bool = False
    explicit_consent: bool = False
    parental_authorisation: bool = False
    controllers: Sequence[str] = ()
    data: Mapping[str, str] = field(default_factory=dict)


class UpsertResult(NamedTuple):
    """What became of a row; ``field`` and ``reason`` say why it was rejected."""

    outcome: Outcome
    subject: Optional[int]
    field: str = ""
    reason: str = ""


@dataclass(frozen=True)
class TickReport:
    """What a tick finished."""

    physical_done: int
    physical_pending: int
    expired: int
    files_deleted: int
    proofs_deleted: int
    retained_ended: int


@dataclass(frozen=True)
class Transfer:
    """What a transfer guard is asked (chapter V)."""

    at: Optional[datetime]
    country: str
    code: str
    purpose: Purpose
    processor: str


@dataclass(frozen=True)
class HostCall:
    """What an event ``call_host`` of a campaign asks. ``key`` is the same when it comes again."""

    subject: int
    key: str
    name: str
    campaign: str
    event: str
    data: Dict[str, Any]


@dataclass(frozen=True)
class HolderQuestion:
    """One call of a data holder. It may come again with the same key, cursor and page: doing it twice must
    be the same as doing it once. ``document`` says whom to look for."""

    operation: Operation
    about: Optional[Operation]
    task: int
    subject: int
    page: int
    attempt: int
    key: str
    cursor: str
    document: HolderCall

    def identifier(self, kind: str) -> Optional[str]:
        """The first identifier of a kind (``email``, ``phone``, ``external:<system>``), or ``None``."""
        for each in self.document["identifiers"]:
            if each["kind"] == kind:
                return each["normal"]
        return None


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a message."""

    name: str
    content: bytes = field(default=b"", repr=False)
    type: str = ""


@dataclass(frozen=True)
class Outgoing:
    """A message as a gateway gets it. ``reference`` is its idempotency key; ``mime`` is set where the gateway
    says ``compose``."""

    message: int
    channel: Channel
    reference: str
    recipient: str = field(repr=False)
    document: OutgoingMessage = field(repr=False)
    mime: bytes = field(default=b"", repr=False)
    attachments: Tuple[Attachment, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class SendResult:
    """What a gateway says of a message; ``reason`` is a short word without personal data."""

    outcome: GatewayOutcome
    reference: str = ""
    reason: str = ""
    retry_after: Optional[timedelta] = None


class Row(Sequence[Optional[str]]):
    """A row of a query: values as text, by place or by name; ``None`` where there is none.

    The C ABI says nothing of a value's type, so ``integer`` and ``number`` read it as one.
    """

    __slots__ = ("names", "_values")

    def __init__(self, names: Tuple[str, ...], values: Tuple[Optional[str], ...]) -> None:
        self.names = names
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, str):
            try:
                at = self.names.index(at)
            except ValueError:
                raise NotFoundError("the row has no such column", at) from None
        return self._values[at]

    def integer(self, at: Union[int, str]) -> Optional[int]:
        """A value as a whole number."""
        value = self._read(at, int)
        return None if value is None else int(value)

    def number(self, at: Union[int, str]) -> Optional[float]:
        """A value as a number."""
        value = self._read(at, float)
        return None if value is None else float(value)

    def _read(self, at: Union[int, str], kind: Callable[[str], Any]) -> Any:
        value = self[at]
        try:
            return None if value is None else kind(value)
        except ValueError:
            raise InvalidError("the value is no number", str(at)) from None

    def as_dict(self) -> Dict[str, Optional[str]]:
        """By name."""
        return dict(zip(self.names, self._values))

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, (Row, tuple)) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._values)

    def __repr__(self) -> str:
        return f"Row({', '.join(self.names)})"

"""Stores: opening, who acts, transactions, queries, upkeep."""
from __future__ import annotations

import logging
import os
import weakref
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Callable, Dict, Iterator, List, Literal, Optional, Sequence, Tuple, Union, cast

from . import documents
from ._call import NULL, Arguments, Document, check, document_out, enum_in, raised, settle, take_text
from ._callbacks import Borrowed, ProgressFunction, give, progress_of, text_of
from ._habeas import ffi, lib
from ._times import from_ms, to_ms
from ._topic import STOPPED, Caller, d, od, o, t
from ._watch import forget, look, remember
from .errors import CancelledError
from .names import ActorKind, Channel, Durability
from .topics import Topics
from .values import Actor, Decision, KeyPlace, Row, TickReport, Transfer

Path = Union[str, "os.PathLike[str]"]
_CHANNELS: Dict[object, int] = {**{each.name.lower(): int(each) for each in Channel},
                                **{each: int(each) for each in Channel}}
_new, _DECISION, _may_process = ffi.new, ffi.typeof("habeas_decision *"), lib.habeas_py_may_process


def path_in(path: Path, where: str) -> Tuple[bytes, int]:
    """A path as pointer and size."""
    return t(os.fspath(path), where)


class Options:
    """How a store is opened. Everything has a default.

    ``durability``: what a power cut may take. ``read_only``: nothing is ever written. ``auto_migrate``: an
    older file is migrated. ``accept_missing_journal`` and ``accept_lost_key``: a person says how to go on;
    what a restore must not undo may be undone, suppressions under the lost key no longer match.
    ``busy_timeout``: waiting for others (5 s; zero: not at all). ``key_file`` and ``journal_file``: instead
    of ``<path>.key`` and ``<path>.restore``. ``key``: functions that keep the root key elsewhere.
    ``actor``: see :meth:`Store.set_actor`. ``clock``: instead of the operating system's; gives a datetime
    with a zone. ``logger``: gets lines without personal data.
    """

    def __init__(self, *, durability: Durability = Durability.FULL, read_only: bool = False,
                 auto_migrate: bool = False, accept_missing_journal: bool = False, accept_lost_key: bool = False,
                 busy_timeout: Optional[timedelta] = None, key_file: Path = "", journal_file: Path = "",
                 key: Optional[KeyPlace] = None, actor: Optional[Actor] = None,
                 clock: Optional[Callable[[], datetime]] = None, logger: Optional[logging.Logger] = None) -> None:
        self.durability = durability
        self.read_only = read_only
        self.auto_migrate = auto_migrate
        self.accept_missing_journal = accept_missing_journal
        self.accept_lost_key = accept_lost_key
        self.busy_timeout = busy_timeout
        self.key_file = key_file
        self.journal_file = journal_file
        self.key = key
        self.actor = actor
        self.clock = clock
        self.logger = logger

    def structure(self, kept: Arguments) -> Any:
        """For one call; what is given for keeping is taken back by that call, also where it fails."""
        out = kept.keep(ffi.new("habeas_store_options *"))
        lib.habeas_store_options_init(out, ffi.sizeof("habeas_store_options"))
        out.durability = int(self.durability)
        out.read_only = int(self.read_only)
        out.auto_migrate = int(self.auto_migrate)
        out.accept_missing_journal = int(self.accept_missing_journal)
        out.accept_lost_key = int(self.accept_lost_key)
        if self.busy_timeout is not None:
            out.busy_timeout_ms = int(self.busy_timeout.total_seconds() * 1000) or -1
        kept.text(out.key_file, os.fspath(self.key_file), "key_file")
        kept.text(out.journal_file, os.fspath(self.journal_file), "journal_file")
        if self.actor is not None:
            out.actor_kind = int(self.actor.kind)
            kept.text(out.actor_id, self.actor.id, "actor_id")
            kept.text(out.actor_reason, self.actor.reason, "actor_reason")
        if self.clock is not None:
            out.clock, out.clock_user = lib.habeas_py_clock, give(self.clock)
            out.clock_free_user = lib.habeas_py_free
        if self.logger is not None:
            out.log, out.log_user, out.log_free_user = lib.habeas_py_log, give(self.logger), lib.habeas_py_free
        if self.key is not None:
            out.key_load, out.key_user, out.key_free_user = lib.habeas_py_key_load, give(self.key), lib.habeas_py_free
            if self.key.save is not None:
                out.key_save = lib.habeas_py_key_save
        return out


class Store(Topics, Caller):
    """A store: one SQLite file, its root key and its restore journal.

    Used by one thread at a time, and by any thread; not after ``fork`` (open it in the child). Nobody else in
    the process may open the file, Python's ``sqlite3`` neither: :meth:`query` reads it with SQL.

    >>> import habeas
    >>> with habeas.Store.in_memory() as store:
    ...     ada = store.subjects.create({"email": "ada@example.org"})
    ...     store.subjects.count()
    1
    """

    def __init__(self, handle: Any, path: Optional[str] = None) -> None:
        self._handle = handle
        self._finalizer = weakref.finalize(self, _close, handle, path)
        if path is not None:
            remember(path)

    @classmethod
    def create(cls, path: Path, options: Optional[Options] = None) -> Store:
        """Creates database, key (unless one is given) and journal with mode 0600, and opens the store."""
        return cls._opened(lib.habeas_store_create, path, options)

    @classmethod
    def open(cls, path: Path, options: Optional[Options] = None) -> Store:
        """Opens. A journal that is ahead of the file is replayed first: an older file was put back."""
        return cls._opened(lib.habeas_store_open, path, options)

    @classmethod
    def in_memory(cls, options: Optional[Options] = None) -> Store:
        """A store without files, for hosts' tests; gone when it is closed."""
        kept, out = Arguments(), ffi.new("habeas_store **")
        check(lib.habeas_store_open_memory((options or Options()).structure(kept), out))
        return cls(out[0])

    @classmethod
    def _opened(cls, function: Any, path: Path, options: Optional[Options]) -> Store:
        kept, out = Arguments(), ffi.new("habeas_store **")
        look(os.path.abspath(os.fspath(path)))
        check(function(*path_in(path, "path"), (options or Options()).structure(kept), out))
        return cls(out[0], os.path.abspath(os.fspath(path)))

    def close(self) -> None:
        """Closes; an open transaction is rolled back. Once more is nothing. While a call in another thread runs,
        the store is closed when that ends."""
        self._finalizer()

    @property
    def closed(self) -> bool:
        """Was it closed by this object?"""
        return not self._finalizer.alive

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<habeas.Store {'closed' if self.closed else 'open'}>"

    def info(self) -> documents.StoreInfo:
        """Id, path, schema version, key id, warnings."""
        return cast(documents.StoreInfo, self._document("store_info", lib.habeas_store_info))

    def set_actor(self, actor: Actor) -> None:
        """Who acts from now on; kept with every write, export and disclosure (art. 5(2))."""
        check(lib.habeas_store_set_actor(self._handle, int(actor.kind), *t(actor.id, "id"), *t(actor.reason, "reason")))

    @contextmanager
    def acting_as(self, actor: Actor, then: Optional[Actor] = None) -> Iterator[Store]:
        """For the length of a block; ``then`` (the system) acts afterwards."""
        self.set_actor(actor)
        try:
            yield self
        finally:
            self.set_actor(then or Actor(ActorKind.SYSTEM))

    def now(self) -> datetime:
        """The store's clock; inside a transaction the time of that transaction."""
        return from_ms(self._number("int64_t *", lib.habeas_store_now))

    # Decisions, the question that is asked most often.

    def may_process(self, subject: int, purpose: str, channel: Union[Channel, str]) -> Decision:
        """May this subject be processed for this purpose over this channel now? A denial is no failure.

        About another moment, or why in words: :attr:`decisions`.
        """
        out = _new(_DECISION)  # what is here is counted: tests/bench/python
        code = purpose.encode()
        number = _CHANNELS.get(channel)
        status = _may_process(self._handle, subject, code, len(code),
                              enum_in(Channel, channel, "channel") if number is None else number, out)
        if status != 0 or raised:
            settle(status)
        return Decision(out)

    # Transactions, snapshots, SQL.

    @contextmanager
    def transaction(self) -> Iterator[Store]:
        """All that is done within or nothing of it; inside of another it is a savepoint.

        >>> import habeas
        >>> with habeas.Store.in_memory() as store:
        ...     try:
        ...         with store.transaction():
        ...             _ = store.subjects.create({"email": "ada@example.org"})
        ...             raise KeyError("something else went wrong")
        ...     except KeyError:
        ...         store.subjects.count()
        0
        """
        check(lib.habeas_transaction_begin(self._handle))
        try:
            yield self
        except BaseException:
            status = lib.habeas_transaction_rollback(self._handle)
            if status != 0 and not self.closed:
                logging.getLogger("habeas").error("a transaction could not be rolled back: status %s", status)
            raise
        check(lib.habeas_transaction_commit(self._handle))

    @contextmanager
    def snapshot(self) -> Iterator[Store]:
        """One consistent view for many reads, each several times cheaper than on its own. Keep it short: no
        erasure becomes physical meanwhile, and a withdrawal is not seen."""
        check(lib.habeas_snapshot_begin(self._handle))
        try:
            yield self
        finally:
            if not self.closed:
                check(lib.habeas_snapshot_end(self._handle))

    def query(self, sql: str, parameters: Sequence[object] = (), limit: Optional[timedelta] = None) -> List[Row]:
        """The rows of one SELECT over the documented views (``v_subject``, ``v_consent``, ``v_event``, ...).

        Parameters take the place of ``?`` in order, as text. ``limit``: 30 s unless given.

        >>> import habeas
        >>> with habeas.Store.in_memory() as store:
        ...     ada = store.subjects.create({"email": "ada@example.org", "country": "DE"})
        ...     store.query("SELECT email FROM v_subject WHERE country = ?", ["DE"])[0]["email"]
        'ada@example.org'
        """
        rows: List[Row] = []
        self.query_each(sql, parameters, rows.append, limit)
        return rows

    def query_each(self, sql: str, parameters: Sequence[object], row: Callable[[Row], object],
                   limit: Optional[timedelta] = None) -> None:
        """The same row by row, for many of them; ``row`` may give ``False``: enough."""
        kept = Arguments()
        names: List[str] = []
        count = ffi.new("size_t *")
        text = ffi.new("habeas_text *")

        def take(given: Any) -> object:
            if not names:
                lib.habeas_row_columns(given, count)
                for at in range(count[0]):
                    lib.habeas_row_name(given, at, text)
                    names.append(text_of(text))
            values: List[Optional[str]] = []
            for at in range(len(names)):
                lib.habeas_row_text(given, at, text)
                values.append(None if text.data == NULL else text_of(text))
            return row(Row(tuple(names), tuple(values)))

        texts = [("1" if each else "0") if isinstance(each, bool) else str(each) for each in parameters]
        borrowed = Borrowed(take, lib.habeas_py_row)
        try:
            check(lib.habeas_query(self._handle, *t(sql, "sql"), kept.texts(texts, "parameters"), len(texts),
                                   int(limit.total_seconds() * 1000) if limit else 0, borrowed.function,
                                   borrowed.user))
        except CancelledError as error:
            if error.message != STOPPED:
                raise

    # Settings and definitions.

    def setting(self, name: str) -> str:
        """A setting as text, such as ``"base_url"``; empty if it was never set."""
        return self._text(lib.habeas_setting_get, *t(name, "name"))

    def set_setting(self, name: str, value: str) -> None:
        """``controller`` and ``pacing`` are JSON."""
        check(lib.habeas_setting_set(self._handle, *t(name, "name"), *t(value, "value")))

    def definitions(self) -> documents.Definitions:
        """Settings, fields, purposes, texts and what else is declared, as one document."""
        return cast(documents.Definitions, self._document("definitions", lib.habeas_definitions_export))

    def apply(self, definitions: Document, *, dry_run: bool = False) -> List[str]:
        """Applies such a document: all of it or nothing; gives what changed. Nothing is ever deleted."""
        report = self._document("apply_report", lib.habeas_definitions_apply, *d(definitions), int(dry_run))
        return list(report["changes"])

    def records(self) -> documents.ProcessingRecords:
        """The records of processing activities (art. 30) as of today, with what they lack."""
        return cast(documents.ProcessingRecords, self._document("processing_records", lib.habeas_records_json))

    def records_html(self) -> str:
        """The same as one HTML page in English."""
        return self._text(lib.habeas_records_html)

    def privacy_notice(self, language: str = "en") -> documents.PrivacyNotice:
        """Draft of a privacy notice (arts. 13, 14) and what it lacks. ``language``: en or de."""
        return cast(documents.PrivacyNotice, self._document("privacy_notice", lib.habeas_records_notice,
                                                            *t(language, "language")))

    def privacy_notice_html(self, language: str = "en") -> str:
        """The same as one HTML page for people."""
        return self._text(lib.habeas_records_notice_html, *t(language, "language"))

    def lint_texts(self) -> documents.RecordsLint:
        """Consent texts and published forms held against the rules of forms."""
        return cast(documents.RecordsLint, self._document("records_lint", lib.habeas_records_lint))

    # Upkeep.

    def tick(self) -> TickReport:
        """Finishes what waits: physical erasure, expiries, files past their time; runs the rules of retention."""
        out = ffi.new("habeas_tick_report *")
        lib.habeas_tick_report_init(out, ffi.sizeof("habeas_tick_report"))
        check(lib.habeas_store_tick(self._handle, out))
        return TickReport(out.physical_done, out.physical_pending, out.expired, out.files_deleted, out.proofs_deleted,
                          out.retained_ended)

    def verify(self, options: Optional[Document] = None,
               progress: Optional[ProgressFunction] = None) -> documents.VerifyReport:
        """File, foreign keys, state against ledger, audit chain, residue. A finding is no failure.

        >>> import habeas
        >>> with habeas.Store.in_memory() as store:
        ...     store.verify()["ok"]
        True
        """
        told = progress_of(progress)
        return cast(documents.VerifyReport, self._document("verify_report", lib.habeas_store_verify, *od(options),
                                                           told.function, told.user))

    def rotate_key(self, progress: Optional[ProgressFunction] = None) -> str:
        """Makes a root key and makes it the active one; gives its id. Old ones stay for look-ups."""
        told = progress_of(progress)
        return self._text(lib.habeas_store_rotate_key, told.function, told.user)

    def guard_transfers(self, guard: Optional[Callable[[Transfer], bool]]) -> None:
        """Who is asked before anything is allowed: may the recipients get the data (chapter V)? ``None``: nobody."""
        if guard is None:
            check(lib.habeas_transfer_guard_set(self._handle, NULL, NULL, NULL))
        else:
            check(lib.habeas_transfer_guard_set(self._handle, lib.habeas_py_transfer, give(guard), lib.habeas_py_free))


def _close(handle: Any, path: Optional[str]) -> None:
    lib.habeas_store_close(handle)
    if path is not None:
        forget(path)


def migrate(path: Path, options: Optional[Options] = None, *, backup: Path = "",
            progress: Optional[ProgressFunction] = None) -> None:
    """Brings an older file to this version; copies it to ``backup`` first; the tick deletes that after 30 days."""
    kept, told = Arguments(), progress_of(progress)
    check(lib.habeas_store_migrate(*path_in(path, "path"), (options or Options()).structure(kept),
                                   *o(os.fspath(backup), "backup"), told.function, told.user))


def version() -> str:
    """Of the library, such as ``"0.1.0"``."""
    return str(ffi.string(lib.habeas_version()).decode())


def has(feature: Literal["archive", "mail", "phonenumber"]) -> bool:
    """Does this build have the component? Without it its functions raise ``UnsupportedError``."""
    return bool(lib.habeas_has(*t(feature, "feature")))


def parse_time(text: str) -> datetime:
    """Reads RFC 3339, or a date as midnight UTC.

    >>> parse_time("2026-06-01T12:00:00+02:00")
    datetime.datetime(2026, 6, 1, 10, 0, tzinfo=datetime.timezone.utc)
    """
    out = ffi.new("int64_t *")
    check(lib.habeas_time_parse(*t(text, "text"), out))
    return from_ms(out[0])


def format_time(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds."""
    out = ffi.new("habeas_string *")
    check(lib.habeas_time_format(to_ms(moment, "moment"), out))
    return take_text(out)

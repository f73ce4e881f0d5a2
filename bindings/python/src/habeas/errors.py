"""Failures of the library: one exception a status, all of them :class:`Error`."""
from __future__ import annotations

from typing import Dict, NoReturn, Type

from ._habeas import ffi, lib
from .names import Status


class Error(Exception):
    """A call failed, and nothing was changed unless the function says otherwise.

    ``status`` is what the library returned, ``where`` the argument, field, JSON pointer or path (may be
    empty), ``message`` the reason with its remedy. Neither repeats personal data.

    >>> import habeas
    >>> with habeas.Store.in_memory() as store:
    ...     try:
    ...         store.subjects.get(7)
    ...     except habeas.SubjectUnknownError as error:
    ...         print(error)
    subject_unknown: subject: no subject 7 in this store
    """

    status: int = 0

    def __init__(self, message: str, where: str = "", status: int | None = None, sqlite_code: int = 0) -> None:
        super().__init__(message, where)
        self.message = message
        self.where = where
        self.sqlite_code = sqlite_code
        if status is not None:
            self.status = status
        #: What a call made in spite of its failure, such as the report of an import that was stopped.
        self.report: object = None

    def __str__(self) -> str:
        where = "" if self.message.startswith(self.where) else self.where
        return ": ".join(part for part in (self.name, where, self.message) if part)

    @property
    def name(self) -> str:
        """The stable name of the status, such as ``"subject_unknown"``."""
        return str(ffi.string(lib.habeas_status_name(self.status)).decode())


class InternalError(Error):
    """A defect of habeas itself; please report it."""

    status = Status.E_INTERNAL


class InvalidError(Error, ValueError):
    """An argument or a value is malformed; ``where`` names it."""

    status = Status.E_INVALID


class NotFoundError(Error, LookupError):
    """No such field, purpose, text, organisation, file, ..."""

    status = Status.E_NOT_FOUND


class SubjectUnknownError(Error, LookupError):
    """This number was never given to a subject."""

    status = Status.E_SUBJECT_UNKNOWN


class ErasedError(Error, LookupError):
    """This subject was erased."""

    status = Status.E_ERASED


class ExistsError(Error):
    """An identifier, code or file is taken already."""

    status = Status.E_EXISTS


class ConflictError(Error):
    """The row changed since it was read."""

    status = Status.E_CONFLICT


class BusyError(Error):
    """Another writer or reader holds the store; try again."""

    status = Status.E_BUSY


class LockedError(Error):
    """A foreign program holds the database file."""

    status = Status.E_LOCKED


class ReadOnlyError(Error):
    """The file or the handle cannot be written."""

    status = Status.E_READ_ONLY


class FullError(Error):
    """The disk is full; nothing was changed."""

    status = Status.E_FULL


class StorageError(Error, OSError):
    """The operating system failed to read or write."""

    status = Status.E_IO


class CorruptError(Error):
    """The database file is damaged."""

    status = Status.E_CORRUPT


class NotAStoreError(Error):
    """Not a database, or a database of another program."""

    status = Status.E_NOT_A_STORE


class MigrationNeededError(Error):
    """An older store: migrate it (:func:`habeas.migrate`)."""

    status = Status.E_MIGRATION_NEEDED


class NewerStoreError(Error):
    """Written by a newer habeas."""

    status = Status.E_NEWER_STORE


class KeyMissingError(Error):
    """No root key was found."""

    status = Status.E_KEY_MISSING


class KeyWrongError(Error):
    """The key does not belong to this store."""

    status = Status.E_KEY_WRONG


class JournalMissingError(Error):
    """The restore journal is not there."""

    status = Status.E_JOURNAL_MISSING


class JournalForeignError(Error):
    """The restore journal is of another store, or damaged."""

    status = Status.E_JOURNAL_FOREIGN


class NetworkFilesystemError(Error):
    """SQLite's locks do not hold on this file system."""

    status = Status.E_NETWORK_FILESYSTEM


class CancelledError(Error):
    """Stopped before its end, such as by a time limit or by a progress function that said ``False``."""

    status = Status.E_CANCELLED


class OutOfMemoryError(Error, MemoryError):
    """Memory ran out; nothing was changed."""

    status = Status.E_OUT_OF_MEMORY


class UnsupportedError(Error):
    """This build lacks the component; see :func:`habeas.has`."""

    status = Status.E_UNSUPPORTED


class DeniedError(Error, PermissionError):
    """Not permitted: a hold, an unverified request, SQL that is not for reading, sealed evidence."""

    status = Status.E_DENIED


class HandleError(Error):
    """A closed store or cursor, or something that is none."""

    status = Status.E_HANDLE


class ConcurrentError(Error):
    """Another call uses the store at this moment, perhaps the one whose callback this is."""

    status = Status.E_CONCURRENT


class ForkedError(Error):
    """The store was opened before ``fork``: open it in the child, or fork first."""

    status = Status.E_FORKED


class CallbackError(Error):
    """A function of the host failed; where it raised, that exception comes instead, caused by this one."""

    status = Status.E_CALLBACK


BY_STATUS: Dict[int, Type[Error]] = {int(each.status): each for each in Error.__subclasses__()}


def last_error(status: int) -> Error:
    """The exception for what the last call of this thread returned."""
    details = ffi.new("habeas_error *")
    lib.habeas_error_init(details, ffi.sizeof("habeas_error"))
    lib.habeas_last_error(details)
    message = ffi.string(details.message).decode("utf-8", "replace")
    where = ffi.string(details.where).decode("utf-8", "replace")
    kind = BY_STATUS.get(status, Error)
    return kind(message or "a function of the host stopped the call", where, status, details.sqlite_code)


def raise_last(status: int) -> NoReturn:
    """Raises it."""
    raise last_error(status)


__all__ = [
    "BusyError",
    "CallbackError",
    "CancelledError",
    "ConcurrentError",
    "ConflictError",
    "CorruptError",
    "DeniedError",
    "ErasedError",
    "Error",
    "ExistsError",
    "ForkedError",
    "FullError",
    "HandleError",
    "InternalError",
    "InvalidError",
    "JournalForeignError",
    "JournalMissingError",
    "KeyMissingError",
    "KeyWrongError",
    "LockedError",
    "MigrationNeededError",
    "NetworkFilesystemError",
    "NewerStoreError",
    "NotAStoreError",
    "NotFoundError",
    "OutOfMemoryError",
    "ReadOnlyError",
    "StorageError",
    "SubjectUnknownError",
    "UnsupportedError",
]

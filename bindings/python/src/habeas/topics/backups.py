"""Backups and the restore journal."""
from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Optional, Union, cast

from .. import documents
from .._call import Arguments, check, document_out, take_text
from .._callbacks import ProgressFunction, progress_of
from .._habeas import ffi, lib
from .._times import seconds
from .._topic import Topic, o, t

if TYPE_CHECKING:
    from ..store import Options

Path = Union[str, "os.PathLike[str]"]


class Backups(Topic):
    """A backup is one encrypted file; neither root key nor restore journal are in it."""

    def write(self, path: Path, key: str, *, keep_for: Optional[timedelta] = None,
              progress: Optional[ProgressFunction] = None) -> documents.BackupInfo:
        """Writes the store as it is at this moment, reads that again and then gives it its name; others go on
        writing. ``key``: see :func:`new_backup_key`; the tick deletes the file after ``keep_for`` (30 days)."""
        told = progress_of(progress)
        return cast(documents.BackupInfo, self._document(
            "backup_info", lib.habeas_backup_write, *t(os.fspath(path), "path"), *t(key, "key"),
            seconds(keep_for, "keep_for"), told.function, told.user))


class Journal(Topic):
    """The restore journal holds what putting back an older file must not undo."""

    def check(self) -> documents.JournalInfo:
        """Reads all of it, each record's authentication and place."""
        return cast(documents.JournalInfo, self._document("journal_info", lib.habeas_journal_check))

    def compare(self, copy: Path) -> documents.JournalComparison:
        """The same for a copy, and how it stands to the journal in use."""
        return cast(documents.JournalComparison, self._document("journal_comparison", lib.habeas_journal_compare,
                                                                *t(os.fspath(copy), "copy")))

    def copy(self, to: Path) -> documents.JournalInfo:
        """Copies it, also over an older copy."""
        return cast(documents.JournalInfo, self._document("journal_info", lib.habeas_journal_copy,
                                                          *t(os.fspath(to), "to")))

    def rotate(self, archive: Path = "") -> documents.JournalInfo:
        """Takes out what says nothing any more; ``archive``: where it is copied to first, as it was."""
        return cast(documents.JournalInfo, self._document("journal_info", lib.habeas_journal_rotate,
                                                          *o(os.fspath(archive), "archive")))


def _document(name: str, function: Any, *arguments: Any) -> Any:
    out = ffi.new("habeas_string *")
    check(function(*arguments, out))
    return document_out(take_text(out), name)


def new_backup_key() -> str:
    """A line with a new key; keep it apart from the backups. Older lines keep older backups readable."""
    out = ffi.new("habeas_string *")
    check(lib.habeas_backup_new_key(out))
    return take_text(out)


def backup_info(path: Path) -> documents.BackupInfo:
    """What a backup says of itself, without the key, so nobody vouches for it."""
    return cast(documents.BackupInfo, _document("backup_info", lib.habeas_backup_info, *t(os.fspath(path), "path")))


def verify_backup(path: Path, key: str, progress: Optional[ProgressFunction] = None) -> documents.BackupInfo:
    """Reads all of it."""
    told = progress_of(progress)
    return cast(documents.BackupInfo, _document("backup_info", lib.habeas_backup_verify, *t(os.fspath(path), "path"),
                                                *t(key, "key"), told.function, told.user))


def restore_backup(path: Path, to: Path, key: str, *, options: Optional[Options] = None, overwrite: bool = False,
                   progress: Optional[ProgressFunction] = None) -> documents.RestoreReport:
    """Makes a store of a backup. Everything is done again that the restore journal knows and the backup lacks:
    nobody who was erased is in it, nobody who said no is written to."""
    from ..store import Options
    kept, told = Arguments(), progress_of(progress)
    return cast(documents.RestoreReport, _document(
        "restore_report", lib.habeas_backup_restore, *t(os.fspath(path), "path"), *t(os.fspath(to), "to"),
        *t(key, "key"), (options or Options()).structure(kept), int(overwrite), told.function, told.user))

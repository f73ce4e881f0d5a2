"""habeas: subjects, consent with proof, decisions, erasure, exports and mail as the GDPR asks, in one SQLite file.

Nobody else in the process may open the file of a store: two copies of SQLite drop each other's locks, and
Python's ``sqlite3`` is another copy. :meth:`Store.query` reads the store with SQL.
"""
from __future__ import annotations

from . import documents, errors, gateways
from ._watch import ForeignConnectionWarning
from .errors import *  # noqa: F403
from .errors import __all__ as _errors
from .names import *  # noqa: F403
from .names import __all__ as _names
from ._version import __version__
from .store import Options, Store, format_time, has, migrate, parse_time, version
from .topics.backups import backup_info, new_backup_key, restore_backup, verify_backup
from .topics.forms import lint_form
from .topics.messages import check_gateway
from .topics.subjects import ABSENT, SubjectCursor, SubjectDocuments
from .values import (Actor, Attachment, Decision, Decisions, Event, HolderQuestion, HostCall, KeyPlace, Outgoing, Row,
                     SendResult, TickReport, Transfer, UpsertResult)

__all__ = [
    "__version__", "ABSENT", "Actor", "Attachment", "Decision", "Decisions", "Event", "ForeignConnectionWarning", "HolderQuestion",
    "HostCall", "KeyPlace", "Options", "Outgoing", "Row", "SendResult", "Store", "SubjectCursor", "SubjectDocuments",
    "TickReport", "Transfer", "UpsertResult", "backup_info", "check_gateway", "documents", "errors", "format_time",
    "gateways", "has", "lint_form", "migrate", "new_backup_key", "parse_time", "restore_backup", "verify_backup",
    "version", *_errors, *_names,
]

"""Enumerations of the library. Each has the number of the C ABI; ``label`` is its name in documents."""
# Made by tools/generate.py: change that, or what it reads.

from enum import IntEnum


class Name(IntEnum):
    """What all enumerations here have in common."""

    @property
    def label(self) -> str:
        """The name in documents, such as ``"email"``."""
        return self.name.lower()


class Status(Name):
    """What a call of the library returned."""

    OK = 0
    ROW = 100
    DONE = 101
    E_INTERNAL = -1
    E_INVALID = -2
    E_NOT_FOUND = -3
    E_SUBJECT_UNKNOWN = -4
    E_ERASED = -5
    E_EXISTS = -6
    E_CONFLICT = -7
    E_BUSY = -8
    E_LOCKED = -9
    E_READ_ONLY = -10
    E_FULL = -11
    E_IO = -12
    E_CORRUPT = -13
    E_NOT_A_STORE = -14
    E_MIGRATION_NEEDED = -15
    E_NEWER_STORE = -16
    E_KEY_MISSING = -17
    E_KEY_WRONG = -18
    E_JOURNAL_MISSING = -19
    E_JOURNAL_FOREIGN = -20
    E_NETWORK_FILESYSTEM = -21
    E_CANCELLED = -22
    E_OUT_OF_MEMORY = -23
    E_UNSUPPORTED = -24
    E_DENIED = -25
    E_HANDLE = -26
    E_CONCURRENT = -27
    E_FORKED = -28
    E_CALLBACK = -29


class Channel(Name):
    """A way to reach a subject; ``ANY`` means all channels of the purpose."""

    ANY = 0
    EMAIL = 1
    SMS = 2
    PHONE = 3
    POST = 4
    PUSH = 5
    WEB = 6
    INTERNAL = 7


class EventKind(Name):
    """Kinds of events of the ledger; hosts record those below 64."""

    REQUESTED = 1
    GRANTED = 2
    REFUSED = 3
    WITHDRAWN = 4
    EXPIRED = 5
    OBJECTED = 6
    OBJECTION_UPHELD = 7
    OBJECTION_OVERRIDDEN = 8
    RESTRICTED = 9
    RESTRICTION_NOTICE = 10
    RESTRICTION_LIFTED = 11
    SUPPRESSED = 12
    UNSUPPRESSED = 13
    BOUNCED = 14
    COMPLAINED = 15
    DELIVERY_RESET = 16
    ERASURE_REQUESTED = 17
    ERASURE_REFUSED = 18
    ERASURE_CANCELLED = 19
    BASIS_FACT = 20
    BASIS_ENDED = 21
    BASIS_RESUMED = 22
    PROFILE_CHANGED = 23
    MERGED = 24
    DISCLOSED = 25
    PROOF_OPENED = 26
    PAUSED = 27
    RESUMED = 28
    STORE_CREATED = 64
    PURPOSE_DEFINED = 65
    PURPOSE_RETIRED = 66
    TEXT_ADDED = 67
    FIELD_CHANGED = 68
    SETTING_CHANGED = 69
    IMPORTED = 70
    ERASED = 71
    RETENTION_DELETED = 72
    KEY_ROTATED = 73
    RESTORED = 74
    MIGRATED = 75
    EXPORTED = 76


class State(Name):
    """A consent field's state."""

    NONE = 0
    REQUESTED = 1
    GRANTED = 2
    REFUSED = 3
    WITHDRAWN = 4
    EXPIRED = 5


class Reason(Name):
    """Why a decision is as it is; below 32: allowed."""

    OK_CONSENT = 1
    OK_CONTRACT = 2
    OK_LEGAL_OBLIGATION = 3
    OK_VITAL_INTERESTS = 4
    OK_PUBLIC_TASK = 5
    OK_LEGITIMATE_INTERESTS = 6
    OK_SOFT_OPT_IN = 7
    OK_CASL_IMPLIED = 8
    OK_OPT_OUT_REGIME = 9
    OK_STORAGE = 10
    OK_LEGAL_CLAIMS = 11
    OK_DOI_CONFIRMATION = 12
    SUBJECT_UNKNOWN = 32
    PURPOSE_NOT_DECLARED = 33
    ERASED = 34
    ERASURE_PENDING = 35
    RESTRICTED = 36
    SUPPRESSED = 37
    HARD_BOUNCE = 38
    COMPLAINT = 39
    OBJECTED_DIRECT_MARKETING = 40
    OBJECTED_PENDING = 41
    OBJECTED = 42
    BASIS_NOT_PERMITTED_FOR_PURPOSE = 43
    BASIS_NOT_PERMITTED_FOR_CHANNEL = 44
    BASIS_NOT_PERMITTED_FOR_COUNTRY = 45
    BASIS_ENDED = 46
    MIXED_WITH_MARKETING = 47
    BALANCING_TEST_MISSING = 48
    SOFT_OPT_IN_CONDITION_MISSING = 49
    CASL_IMPLIED_EXPIRED = 50
    NO_CONSENT = 51
    CONSENT_OTHER_PURPOSE = 52
    CONSENT_OTHER_CHANNEL = 53
    CONSENT_OTHER_CONTROLLER = 54
    CONSENT_NOT_YET_GIVEN = 55
    CONSENT_PENDING = 56
    CONSENT_REFUSED = 57
    CONSENT_WITHDRAWN = 58
    CONSENT_EXPIRED = 59
    CONSENT_VERSION_SUPERSEDED = 60
    CONSENT_INVALID = 61
    CONSENT_UNPROVEN = 62
    EXPLICIT_CONSENT_REQUIRED = 63
    CHILD_NO_PARENTAL_AUTHORISATION = 64
    AGE_UNKNOWN = 65
    RETENTION_EXPIRED = 66
    TRANSFER_DENIED = 67
    PAUSED = 68


class RequestKind(Name):
    """What a person asks for (arts. 7, 15 to 22)."""

    ACCESS = 0
    PORTABILITY = 1
    RECTIFICATION = 2
    ERASURE = 3
    RESTRICTION = 4
    OBJECTION = 5
    WITHDRAWAL = 6
    AUTOMATED_DECISIONS = 7


class ActorKind(Name):
    """Who acts."""

    SYSTEM = 0
    PERSON = 1
    SUBJECT = 2


class Durability(Name):
    """What a power cut may take."""

    FULL = 0
    NORMAL = 1


class LogLevel(Name):
    """How much a line of the log matters."""

    DEBUG = 0
    INFO = 1
    WARNING = 2
    ERROR = 3


class Owner(Name):
    """Whose field it is."""

    SUBJECT = 0
    ORGANISATION = 1


class Blank(Name):
    """How an update treats what is blank in the input."""

    KEEP = 0
    OVERWRITE = 1


class OnMatch(Name):
    """What an upsert does with a subject that is there."""

    UPDATE = 0
    SKIP = 1
    FAIL = 2


class Outcome(Name):
    """What became of a row."""

    CREATED = 0
    UPDATED = 1
    UNCHANGED = 2
    SKIPPED = 3
    REJECTED = 4


class ReceiptFormat(Name):
    """Forms of consent receipts."""

    ISO_27560 = 0
    KANTARA_1_1 = 1


class Proof(Name):
    """What stays provable after an erasure."""

    NONE = 0
    COMMITMENT = 1
    SEALED = 2


class BundleFormat(Name):
    """Forms of access bundles."""

    JSON = 0
    HTML = 1
    CSV = 2
    ZIP = 3


class Operation(Name):
    """What data holders are asked."""

    EXPORT = 0
    ERASE = 1
    RECTIFY = 2
    RESTRICT = 3
    LIFT = 4
    TELL = 5


class Signal(Name):
    """What persons do."""

    OPENED = 0
    CLICKED = 1
    SUBMITTED = 2


class GatewayOutcome(Name):
    """What became of a message at a gateway."""

    SENT = 0
    TRANSIENT = 1
    PERMANENT = 2
    UNCERTAIN = 3
    NOT_REACHED = 4
    NO_SUCH_ADDRESS = 5


__all__ = [
    "ActorKind",
    "Blank",
    "BundleFormat",
    "Channel",
    "Durability",
    "EventKind",
    "GatewayOutcome",
    "LogLevel",
    "Name",
    "OnMatch",
    "Operation",
    "Outcome",
    "Owner",
    "Proof",
    "Reason",
    "ReceiptFormat",
    "RequestKind",
    "Signal",
    "State",
    "Status",
]

"""Times as the library has them, milliseconds since 1970 in UTC, and as Python has them."""
from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Optional

from .errors import InvalidError

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MILLISECOND = timedelta(milliseconds=1)


def aware(moment: datetime, where: str) -> datetime:
    """Refuses one without a zone: two machines would read it differently."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise InvalidError("a datetime without a zone: give one, such as "
                           "datetime.now(timezone.utc) or datetime(..., tzinfo=ZoneInfo('Europe/Berlin'))", where)
    return moment


def to_ms(moment: Optional[datetime], where: str = "time") -> int:
    """0 where there is none."""
    if moment is None:
        return 0
    if not isinstance(moment, datetime):
        raise InvalidError("a time is a datetime with a zone", where)
    return (aware(moment, where) - EPOCH) // MILLISECOND


def from_ms(ms: int) -> datetime:
    """In UTC."""
    return EPOCH + timedelta(milliseconds=ms)


def from_ms_or_none(ms: int) -> Optional[datetime]:
    """0 is none."""
    return from_ms(ms) if ms else None


def to_text(moment: datetime, where: str = "time") -> str:
    """RFC 3339 in UTC with milliseconds."""
    utc = aware(moment, where).astimezone(timezone.utc)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z"


def from_text(text: str) -> datetime:
    """Reads what documents of the library have."""
    return datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)


def seconds(length: Optional[timedelta], where: str) -> int:
    """A length of time; 0 where there is none."""
    if length is None:
        return 0
    if length <= timedelta(0):
        raise InvalidError("give a length of time above zero", where)
    return int(length.total_seconds())


def day_or_time(text: str) -> date:
    """A day, or where there is a time a datetime."""
    return from_text(text) if "T" in text else date.fromisoformat(text)

"""What the tests share: stores with a clock of their own, and people in them."""
from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Iterator

import habeas
import pytest

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "bindings" / "python"


class Clock:
    """Goes on when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 6, 1, 10, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **length: float) -> None:
        self.now += timedelta(**length)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> Iterator[habeas.Store]:
    """In memory, with the purpose "newsletter"."""
    with habeas.Store.in_memory(habeas.Options(clock=clock)) as made:
        declare(made)
        yield made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The path of a closed store with the purpose "newsletter"."""
    path = tmp_path / "shop.habeas"
    with habeas.Store.create(path) as made:
        declare(made)
    return path


def declare(store: habeas.Store) -> None:
    store.purposes.define({"code": "newsletter", "basis": "consent", "kind": "marketing", "channels": ["email"]})
    store.purposes.add_text("newsletter", {"texts": [{"language": "en", "text": "News by e-mail"}]})
    store.set_setting("sender", "shop@example.org")


def person(store: habeas.Store, name: str = "ada", *, consent: bool = False) -> int:
    subject = store.subjects.create({"email": f"{name}@example.org"})
    if consent:
        store.consents.record("granted", subject, "newsletter", "email", text_version=1, method="form", language="en")
    return subject


def notice(store: habeas.Store, key: str = "n1", text: str = "Look.") -> int:
    """A message that needs nobody's consent."""
    return store.messages.notify({"to": "desk@example.org", "key": key, "subject_line": "Note", "text": text})["message"]

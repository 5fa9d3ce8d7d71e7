"""The mails in the outbox's folder, newest first, read as a mail program reads them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from django.conf import settings

from channels_inbox.adapters.email.parse import Mail, parse

NAME = re.compile(r"[0-9]{8}T[0-9]{12,14}-[0-9a-f]{8}")


@dataclass(frozen=True)
class SavedMail:
    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def sent_at(self) -> datetime:
        return datetime.strptime(self.name.partition("-")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)

    @cached_property
    def raw(self) -> bytes:
        return self.path.read_bytes()

    @cached_property
    def mail(self) -> Mail:
        return parse(self.raw)


def newest(count: int, before: str = "") -> list[SavedMail]:
    """The `count` newest mails, or those older than the mail named `before`."""
    names = sorted((path for path in _files() if not before or path.stem < before), reverse=True)
    return [SavedMail(path) for path in names[:count]]


def named(name: str) -> SavedMail | None:
    path = Path(settings.OUTBOX_DIR) / f"{name}.eml"
    return SavedMail(path) if NAME.fullmatch(name) and path.is_file() else None


def _files() -> Iterator[Path]:
    folder = Path(settings.OUTBOX_DIR)
    return (
        (path for path in folder.glob("*.eml") if NAME.fullmatch(path.stem)) if folder.is_dir() else iter(())
    )

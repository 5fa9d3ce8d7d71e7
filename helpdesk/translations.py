"""Translations, compiled with polib: gettext's own programs need not be installed."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import polib


def compile_stale(folders: Iterable[Path]) -> list[Path]:
    """Compile every `.po` below `folders` whose `.mo` is missing or older; gives back what was written."""
    written = []
    for source in sorted(path for folder in folders for path in Path(folder).glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            _replace(target, polib.pofile(str(source)).to_binary())
            written.append(target)
    return written


def _replace(target: Path, content: bytes) -> None:
    # A program that reads the file at the same moment sees the old one or the new one, never a part.
    handle, draft = tempfile.mkstemp(dir=target.parent, suffix=".draft")
    with open(handle, "wb") as file:
        file.write(content)
    os.chmod(draft, 0o644)
    os.replace(draft, target)

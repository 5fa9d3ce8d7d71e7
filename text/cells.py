"""Tables for spreadsheets, and the words in their cells."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from itertools import islice
from typing import Any

LINES_AT_ONCE = 200
_BEGINS_FORMULA = frozenset("=+-@|%＝＋－＠\t\r\n")


def harmless(words: str) -> str:
    """`words` so that no spreadsheet takes them for a formula: whatever could begin one stands behind an apostrophe,
    also after blanks and unseen marks, which spreadsheets drop (OWASP, CSV injection)."""
    words = words.replace("\0", "")
    begins = next((char for char in words if not (char in " \u00a0\ufeff" or _is_unseen(char))), "")
    return f"'{words}" if begins in _BEGINS_FORMULA or words[:1] in _BEGINS_FORMULA else words


def _is_unseen(char: str) -> bool:
    return not char.isprintable() and char not in "\t\r\n"


def lines(heads: Iterable[str], rows: Iterable[Iterable[Any]], zone: tzinfo) -> Iterator[str]:
    """CSV, line by line, whatever their number; no cell of it is a formula, and moments are told as in `zone`. UTF-8
    with a mark, by which Excel knows it."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(heads)
    for row in rows:
        yield writer.writerow([_cell(value, zone) for value in row])


def pieces(lines: Iterable[str]) -> Iterator[str]:
    """The same in fewer parts, for what sends each part by itself."""
    rest = iter(lines)
    while piece := "".join(islice(rest, LINES_AT_ONCE)):
        yield piece


def _cell(value: Any, zone: tzinfo) -> Any:
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    return harmless(value) if isinstance(value, str) else value


class _Echo:
    """A file that gives back what is written."""

    def write(self, line: str) -> str:
        return line

"""Workbooks, read as spreadsheets read them."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from text import workbook


def opened(rows, title="Came in", zone=UTC, rtl=False):
    file = b"".join(workbook.sheet(title, ["Ticket", "Says"], rows, zone, rtl=rtl, more="and more"))
    return openpyxl.load_workbook(io.BytesIO(file))


@pytest.mark.parametrize(
    "words",
    ["=1+1", "+1", "@x", "-2", "  two  ", "a & b < c > \"d\"", "line\nline", "کتاب", "🙂", "_x0041_", "7", ""],
)  # fmt: skip
def test_words_stay_as_they_are_and_are_no_formula(words):
    cell = opened([(1, words)]).active["B2"]
    assert unescape(cell.value or "") == words
    assert cell.data_type in {"s", "inlineStr", "n"[: not words]}


def test_numbers_are_numbers_and_moments_are_those_of_the_readers_zone():
    at = datetime(2026, 3, 1, 20, 45, tzinfo=UTC)
    sheet = opened([(42, at), (1.5, None)], zone=ZoneInfo("Asia/Tehran")).active
    assert [cell.value for cell in sheet[2]] == [42, datetime.fromisoformat("2026-03-02 00:15")]
    assert sheet["B2"].is_date
    assert [cell.value for cell in sheet[3]] == [1.5, None]


def test_heads_stay_in_sight_and_the_sheet_reads_from_its_side():
    sheet = opened([], title="a/b: [c]?", rtl=True).active
    assert [cell.value for cell in sheet[1]] == ["Ticket", "Says"]
    assert sheet["A1"].font.bold
    assert (sheet.freeze_panes, sheet.sheet_view.rightToLeft, sheet.title) == ("A2", True, "a b   c")


def test_what_no_cell_can_hold_is_left_out():
    sheet = opened([(1, "a\0b\ud800c\x1b"), (2, "x" * 40_000)]).active
    assert sheet["B2"].value == "abc"
    assert len(sheet["B3"].value) == workbook.MOST_LETTERS


def test_the_last_line_says_that_there_are_more(monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 4)
    assert [cell.value for cell in opened([(n, "x") for n in range(3)]).active["A"]] == ["Ticket", 0, 1, 2]
    assert [cell.value for cell in opened([(n, "x") for n in range(9)]).active["A"]] == [
        "Ticket",
        0,
        1,
        "and more",
    ]


def test_it_is_sent_while_it_is_written():
    read = 0

    def rows() -> Iterator[tuple]:
        nonlocal read
        for read in range(200_000):
            yield (read, f"Where is order {read * 7919}?")

    pieces = workbook.sheet("T", ["A", "B"], rows(), UTC, rtl=False, more="")
    assert len(next(pieces)) < 4 * workbook.AT_ONCE
    assert 0 < read < 50_000

"""Tables for Excel and its like: a workbook of one sheet, sent while it is written (ECMA-376, SpreadsheetML)."""

import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from itertools import islice
from typing import Any
from xml.sax.saxutils import escape

MOST_ROWS = 1_048_576
"""What a sheet holds, its heads among them."""
MOST_LETTERS = 32_767
"""What a cell holds."""
AT_ONCE = 1 << 16
_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_READ_AS_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_OOXML = "http://schemas.openxmlformats.org"
_MAIN, _SHEET = f'xmlns="{_OOXML}/spreadsheetml/2006/main"', "xl/worksheets/sheet1.xml"
_RELATIONS = f'xmlns="{_OOXML}/package/2006/relationships"'
_TYPE, _KIND = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml",
    f"{_OOXML}/officeDocument/2006/relationships",
)
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_OOXML}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/{_SHEET}" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
    "_rels/.rels": f"<Relationships {_RELATIONS}>"
    f'<Relationship Id="rId1" Type="{_KIND}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f"<Relationships {_RELATIONS}>"
    f'<Relationship Id="rId1" Type="{_KIND}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_KIND}/styles" Target="styles.xml"/></Relationships>',
    # Styles by place: 0 plain, 1 heads, 2 moments.
    "xl/styles.xml": f'<styleSheet {_MAIN}><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm"/>'
    '</numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/>'
    '<name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill>'
    '<patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1">'
    '<xf/></cellStyleXfs><cellXfs count="3"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/>'
    '<xf xfId="0" numFmtId="164" applyNumberFormat="1"/></cellXfs><cellStyles count="1">'
    '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}  # fmt: skip


def sheet(
    title: str, heads: list[str], rows: Iterable[Iterable[Any]], zone: tzinfo, *, rtl: bool, more: str
) -> Iterator[bytes]:
    """The file, piece by piece, in the memory of one piece. Words stay words, whatever they begin with; moments are
    moments, as in `zone`. Where there are more rows than a sheet holds, the last line says `more`."""
    out = _Pipe()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:  # type: ignore[call-overload]
        for name, xml in _PARTS.items():
            file.writestr(name, _HEAD + xml)
        file.writestr("xl/workbook.xml", _HEAD + _workbook(title))
        with file.open(_SHEET, "w", force_zip64=True) as part:
            for xml in _sheet(heads, rows, zone, rtl, more):
                part.write(xml.encode())
                if out.held >= AT_ONCE:
                    yield out.take()
    yield out.take()


def _workbook(title: str) -> str:
    name = re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or "1"
    relation = f'xmlns:r="{_KIND}"'
    return (
        f'<workbook {_MAIN} {relation}><sheets><sheet name="{escape(name, {chr(34): "&quot;"})}" sheetId="1" '
        'r:id="rId1"/></sheets></workbook>'
    )


def _sheet(
    heads: list[str], rows: Iterable[Iterable[Any]], zone: tzinfo, rtl: bool, more: str
) -> Iterator[str]:
    yield (
        f'{_HEAD}<worksheet {_MAIN}><sheetViews><sheetView workbookViewId="0" rightToLeft="{int(rtl)}"><pane ySplit="1" '
        'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr '
        f'defaultRowHeight="15"/><cols><col min="1" max="{len(heads)}" width="20" customWidth="1"/></cols><sheetData>'
    )
    yield _row(_words(head, 1) for head in heads)
    rest = iter(rows)
    for row in islice(rest, MOST_ROWS - 2):
        yield _row(_cell(value, zone) for value in row)
    if (last := next(rest, None)) is not None:
        ends = next(rest, None) is None
        yield _row([_cell(value, zone) for value in last] if ends else [_words(more)])
    yield "</sheetData></worksheet>"


def _row(cells: Iterable[str]) -> str:
    return f"<row>{''.join(cells)}</row>"


def _cell(value: Any, zone: tzinfo) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, datetime):
        days = (value.astimezone(zone).replace(tzinfo=UTC) - _EPOCH).total_seconds() / 86400
        return f'<c s="2"><v>{days:.10f}</v></c>'
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"<c><v>{value}</v></c>"
    return _words(str(value))


def _words(words: str, style: int = 0) -> str:
    told = _READ_AS_ESCAPE.sub("_x005F_", _UNWRITABLE.sub("", words))[:MOST_LETTERS]
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{escape(told)}</t></is></c>'


class _Pipe:
    """A file that keeps what is written until it is taken, and cannot go back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.held = 0

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        self.held += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def take(self) -> bytes:
        whole, self._parts, self.held = b"".join(self._parts), [], 0
        return whole

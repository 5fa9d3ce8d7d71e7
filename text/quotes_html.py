"""Quoted history in HTML mails: by the marks mail programs leave in the markup, then by the words.

The document is flattened to lines, each knowing the nodes it came from; `quote_marks` says whose each line is;
the nodes of what is not the sender's own are taken out.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from lxml import etree
from lxml import html as lxml_html

from text.quote_marks import OWN, QUOTE, SIGNATURE, attribution, bare, is_forward_line, labels
from text.tangles import tangled

_BREAKING = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "footer",
    }
    | {"form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section"}
    | {"table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "br"}
)
_SILENT = frozenset({"script", "style", "title", "head", "template", "noscript"})
# Marks within the document, beside `QUOTE` and `SIGNATURE`: all from here on is history; history up to the first
# blockquote, for below that Gmail lets its users write on.
_REST, _LEAD = "rest", "lead"

_CLASSES = (
    (
        re.compile(r"(?:^|\s)(?:gmail_attr|moz-cite-prefix|ms-outlook-mobile-reference-message)(?:\s|$)"),
        QUOTE,
    ),
    (re.compile(r"(?:^|\s)(?:yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra)(?:\s|$)"), QUOTE),
    (re.compile(r"(?:^|\s)gmail_quote(?:_container)?(?:\s|$)"), _LEAD),
    (
        re.compile(r"(?:^|\s)(?:gmail_signature|moz-signature|yahoo-signature|AppleMailSignature)(?:\s|$)"),
        SIGNATURE,
    ),
    (re.compile(r"(?:^|\s)(?:gmail_signature_prefix|protonmail_signature_block)(?:\s|$)"), SIGNATURE),
)
_IDS = (
    (re.compile(r"(?:x_)*(?:divRplyFwdMsg|appendonsend|stopSpelling|zwchr)"), _REST),
    (
        re.compile(
            r"(?:x_)*(?:OLK_SRC_BODY_SECTION|mail-editor-reference-message-container|yahoo_quoted_\w+)"
        ),
        QUOTE,
    ),
    (re.compile(r"(?:x_)*(?:[sS]ignature|ms-outlook-mobile-signature|AppleMailSignature)"), SIGNATURE),
)
# What `labels` is shown for a mark it must not miss.
_SHOWN = {_REST: "-----Original Message-----", QUOTE: "> "}
_RULE = "__________"


@dataclass(slots=True)
class _Line:
    mark: str = ""
    quote: etree._Element | None = None
    """The outermost blockquote it stands in."""
    words: str = ""
    nodes: list[tuple[etree._Element, bool]] = field(default_factory=list)
    """(element, whether its tail rather than its text)."""
    picture: bool = False

    @property
    def says_something(self) -> bool:
        return self.picture or bool(bare(self.words).strip("_"))


def split_document(html: str) -> tuple[str, str]:
    """(own words, the rest) of an HTML mail; (html, "") where nothing of it is history, or all of it."""
    body = _body(html)
    if body is None:
        return html, ""
    lines = _lines(body)
    kinds = _kinds(lines)
    for folded in ((QUOTE, SIGNATURE), (QUOTE,)):
        speaking = {kind in folded for line, kind in zip(lines, kinds, strict=True) if line.says_something}
        if speaking == {True, False}:
            rest = _body(html)
            new = _without(body, lines, kinds, folded)
            return new, "" if rest is None else _without(
                rest, _lines(rest), kinds, {OWN, SIGNATURE, QUOTE} - {*folded}
            )
    return html, ""


def _body(html: str) -> etree._Element | None:
    if not html.strip() or tangled(html):
        return None
    try:
        # Bytes, for lxml refuses words that name an encoding of their own.
        parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
        return lxml_html.document_fromstring(html.encode("utf-8", "ignore"), parser=parser).find("body")
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def _lines(body: etree._Element) -> list[_Line]:
    lines = [_Line()]
    marks: list[list] = []
    quotes: list[etree._Element] = []
    silent = 0

    def start_line(mark: str = "") -> None:
        if lines[-1].nodes:
            lines.append(_Line())
        inherited = marks[-1][1] if marks else ""
        lines[-1].mark = mark or (QUOTE if inherited == _LEAD else inherited) or lines[-1].mark
        if not mark and not inherited and lines[-1].mark != _REST:
            lines[-1].mark = ""
        lines[-1].quote = quotes[0] if quotes else None

    def add(words: str | None, node: etree._Element, tail: bool) -> None:
        if words and not silent:
            lines[-1].words += re.sub(r"\s+", " ", words)
            if words.strip():
                lines[-1].nodes.append((node, tail))

    for event, node in etree.iterwalk(body, events=("start", "end", "comment", "pi")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            mark = _mark(node, tag)
            if tag == "blockquote":
                for one in marks:
                    if one[1] == _LEAD:
                        one[1], mark = "", QUOTE
                quotes.append(node)
            if mark in (QUOTE, SIGNATURE, _LEAD):
                marks.append([node, mark])
            if tag in ("br", "img"):
                lines[-1].nodes.append((node, False))
                lines[-1].picture = lines[-1].picture or tag == "img"
            if tag in _BREAKING or mark:
                start_line(mark if mark == _REST else "")
            if tag == "hr":
                lines[-1].nodes.append((node, False))
                lines[-1].words = _RULE
            silent += tag in _SILENT
            add(node.text, node, False)
        elif event == "end":
            silent -= tag in _SILENT
            marked = bool(marks) and marks[-1][0] is node
            if marked:
                marks.pop()
            if quotes and quotes[-1] is node:
                quotes.pop()
            if (tag in _BREAKING or marked) and tag != "br":
                start_line()
            if node is not body:
                add(node.tail, node, True)
        else:
            add(node.tail, node, True)
    return [line for line in lines if line.nodes]


def _mark(node: etree._Element, tag: str) -> str:
    classes, name = node.get("class"), node.get("id")
    mark = ""
    if name:
        mark = next((mark for pattern, mark in _IDS if pattern.fullmatch(name)), "")
    if classes and not mark:
        mark = next((mark for pattern, mark in _CLASSES if pattern.search(classes)), "")
    if tag == "blockquote" and (mark == _LEAD or node.get("type", "").lower() == "cite"):
        mark = QUOTE
    if mark == _LEAD:
        if _begins_forward(node):
            return ""
        return _LEAD if node.find(".//blockquote") is not None else QUOTE
    if node.get("data-signatureblock") == "true":
        return SIGNATURE
    return mark


def _begins_forward(node: etree._Element) -> bool:
    words = ""
    for piece in node.itertext():
        words += piece
        if len(words) > 100:
            break
    return is_forward_line(bare(words))


def _kinds(lines: list[_Line]) -> list[str]:
    """Whose each line is, by the markup where it says, else by the words."""
    plain = [bare(line.words) for line in lines]
    for place, line in enumerate(lines):
        begins = line.quote is not None and (not place or lines[place - 1].quote is not line.quote)
        if begins and not line.mark and _announced(plain, place):
            for one in lines[place:]:
                if one.quote is not line.quote:
                    break
                one.mark = QUOTE
    shown = [
        _SHOWN[line.mark] + (words if line.mark == QUOTE else "") if line.mark in _SHOWN else words
        for line, words in zip(lines, plain, strict=True)
    ]
    kinds = labels(shown)
    return [
        SIGNATURE if line.mark == SIGNATURE and kind == OWN else kind
        for line, kind in zip(lines, kinds, strict=True)
    ]


def _announced(plain: list[str], place: int) -> bool:
    """Whether "On … Dora wrote:" ends just above line `place`."""
    above = place
    while above > 0 and not plain[above - 1]:
        above -= 1
    return any(attribution(plain[:above], at) == above - at for at in range(max(0, above - 5), above))


def _without(body: etree._Element, lines: list[_Line], kinds: list[str], folded: Collection[str]) -> str:
    """The <body> without the lines of the `folded` kinds, and without the elements this leaves empty."""
    emptied: dict[etree._Element, None] = {}
    for line, kind in zip(lines, kinds, strict=True):
        if kind not in folded:
            continue
        for node, tail in line.nodes:
            if tail:
                node.tail = None
                emptied[node.getparent()] = None
            else:
                node.text = None
                emptied[node] = None
    for node in reversed(emptied):
        while (
            node is not None and node is not body and not len(node) and not (node.text or "").strip()
        ) and node.getparent() is not None:
            above = node.getparent()
            node.drop_tree()
            node = above
    return etree.tostring(body, encoding="unicode", method="html", with_tail=False)

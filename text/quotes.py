"""What a mail's sender wrote this time, told apart from the history below it and from the signature.

Nothing is ever lost: what is folded away is handed back beside the new words, and a mail in which nothing new is
found counts as new as a whole.
"""

from collections.abc import Iterable

LONGEST = 500_000
"""Characters: longer texts count as new as a whole."""


def new_text(text: str) -> str:
    """The sender's own words in a plain text, without quoted history and signature."""
    return split_text(text)[0]


def new_html(html: str) -> str:
    """The sender's own words in an HTML mail, as HTML; give it the mail as it came, clean it afterwards."""
    return split_html(html)[0]


def split_text(text: str) -> tuple[str, str]:
    """(own words, the rest): quoted history and signature in their order, "" without any."""
    if len(text) > LONGEST:
        return text, ""
    from text.quote_marks import OWN, SIGNATURE, labels  # many patterns, long to load, for what few pages do

    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    kinds = labels(lines)
    for kept in ((OWN,), (OWN, SIGNATURE)):
        new = _joined(line for line, kind in zip(lines, kinds, strict=True) if kind in kept)
        if new:
            return new, _joined(line for line, kind in zip(lines, kinds, strict=True) if kind not in kept)
    return text.strip("\n"), ""


def own_words(text: str) -> str:
    """As `new_text`, but "" where nothing new was written: for what is sent on to somebody, who must not get the
    history for an answer. What stands below a line such as "---- Reply above this line ----" is history."""
    if len(text) > LONGEST:
        return text
    from text.quote_marks import OWN, bare, is_header_block, is_separator, labels  # as above

    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    end = next((place for place, line in enumerate(lines) if is_separator(bare(line))), len(lines))
    lines[end:] = [f"> {line}" for line in lines[end:]]
    plain, kinds = [bare(line) for line in lines], labels(lines)
    first = next((place for place, kind in enumerate(kinds) if kind == OWN and plain[place]), None)
    if first is None or is_header_block(plain, first):
        return ""
    return _joined(line for line, kind in zip(lines, kinds, strict=True) if kind == OWN)


def split_html(html: str) -> tuple[str, str]:
    """(own words, the rest), both HTML; the rest is "" where nothing was recognised."""
    if len(html) > LONGEST:
        return html, ""
    # Not with the module: its parser of HTML is slow to load, and most of the program never needs it.
    from text.quotes_html import split_document

    return split_document(html)


def _joined(lines: Iterable[str]) -> str:
    made: list[str] = []
    for line in lines:
        if line.strip() or (made and made[-1].strip()):
            made.append(line.rstrip())
    return "\n".join(made).strip("\n").rstrip()

"""HTML from outside made safe, readable and showable. Pure: nothing here fetches anything."""

import html as entities
import re
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import unquote

import nh3

from text.tangles import tangled

LONGEST = 1_000_000
"""Characters of markup that are cleaned or read; what follows is left out, the original mail keeps it."""

_STYLES = (
    "background background-color border border-bottom border-collapse border-color border-left border-radius "
    "border-right border-spacing border-style border-top border-width clear color direction display float font "
    "font-family font-size font-style font-variant font-weight height letter-spacing line-height list-style-type "
    "margin margin-bottom margin-left margin-right margin-top max-height max-width min-height min-width padding "
    "padding-bottom padding-left padding-right padding-top text-align text-decoration text-indent text-transform "
    "unicode-bidi vertical-align white-space width word-break overflow-wrap"
)
_CELL = {"align", "valign", "width", "height", "bgcolor", "colspan", "rowspan", "scope", "nowrap"}
# By these names mail programs mark what they quote; kept so that quotes are still told after cleaning.
QUOTE_CLASSES = frozenset(
    {
        "gmail_quote",
        "gmail_quote_container",
        "gmail_attr",
        "gmail_signature",
        "moz-cite-prefix",
        "moz-signature",
        "yahoo_quoted",
        "protonmail_quote",
        "tutanota_quote",
        "zmail_extra",
    }
)
_OPTIONS: dict[str, Any] = {
    "tags": (nh3.ALLOWED_TAGS | {"font", "tfoot", "big"}) - {"area", "map", "nav"},
    "clean_content_tags": {
        "script",
        "style",
        "title",
        "xml",
        "template",
        "iframe",
        "object",
        "embed",
        "applet",
        "svg",
        "math",
        "noscript",
        "noembed",
        "noframes",
        "xmp",
    },
    "attributes": {
        "*": {"dir", "lang", "style", "title", "align"},
        "a": {"href"},
        "img": {"src", "alt", "width", "height", "border", "hspace", "vspace"},
        "font": {"color", "face", "size"},
        "table": {"width", "height", "border", "cellpadding", "cellspacing", "bgcolor", "summary"},
        "tr": _CELL,
        "td": _CELL,
        "th": _CELL,
        "col": {"span", "width", "valign"},
        "colgroup": {"span", "width", "valign"},
        "tbody": {"valign"},
        "thead": {"valign"},
        "tfoot": {"valign"},
        "ol": {"start", "type", "reversed"},
        "ul": {"type"},
        "li": {"value"},
        "hr": {"width", "size", "color", "noshade"},
        "blockquote": {"cite", "type"},
        "time": {"datetime"},
        "details": {"open"},
    },
    "allowed_classes": {tag: set(QUOTE_CLASSES) for tag in ("div", "blockquote", "span", "p")},
    "set_tag_attribute_values": {"a": {"target": "_blank"}, "img": {"referrerpolicy": "no-referrer"}},
    "link_rel": "noopener noreferrer nofollow",
    "filter_style_properties": set(_STYLES.split()),
    # Nothing relative: it would point into this desk.
    "url_relative": "deny",
    "url_schemes": {"http", "https", "mailto", "tel", "cid"},
}
_RISKY = re.compile(r"\(|\\|@|javascript:", re.IGNORECASE)
_STYLE_WITH_RISK = re.compile(r'style="[^"]*[(\\@]|style="[^"]*javascript:', re.IGNORECASE)
_HARMLESS_FUNCTION = re.compile(r"\b(?:rgba?|hsla?|calc)\([-+*/%.,\w\s]*\)", re.IGNORECASE)
_DECLARATION = re.compile(r"\s*[a-z-]+\s*:[^;]+")
_OUTER_DIRECTION = re.compile(
    r"""<(?:html|body)\b[^<>]{0,2000}?\sdir\s*=\s*["']?(rtl|ltr)\b""", re.IGNORECASE
)


def _safe_style(tag: str, name: str, value: str) -> str | None:
    if name != "style" or not _RISKY.search(value):
        return value
    kept = [
        declaration
        for declaration in value.split(";")
        if _DECLARATION.fullmatch(declaration) and not _RISKY.search(_HARMLESS_FUNCTION.sub("", declaration))
    ]
    return ";".join(kept)


_CLEANER = nh3.Cleaner(**_OPTIONS)
_STYLE_CLEANER = nh3.Cleaner(**_OPTIONS, attribute_filter=_safe_style)


def clean(html: str) -> str:
    """Safe HTML of what a stranger wrote: words, tables, direction, language and plain styles stay; scripts,
    handlers, forms, frames, drawings, `data:` and `javascript:` addresses, relative addresses, and styles that
    fetch or compute go. Markup made to take for ever comes back as its words alone."""
    html = html[:LONGEST]
    if tangled(html):
        return from_text(to_text(html))
    safe = _CLEANER.clean(html)
    if _STYLE_WITH_RISK.search(safe):
        # Most mails have no such style: the slower filter, a call for each attribute, is spared.
        safe = _STYLE_CLEANER.clean(html)
    # The cleaner takes a fragment and drops <body>, with which an Arabic mail says that it runs from the right.
    if outer := direction(html):
        safe = f'<div dir="{outer}">{safe}</div>'
    return safe


def direction(html: str) -> str:
    """`rtl` or `ltr` as the document itself says, else nothing."""
    outer = _OUTER_DIRECTION.search(html[:100_000])
    return outer[1].lower() if outer else ""


def with_images(
    html: str, inline: Mapping[str, str] | None = None, *, remote: bool = False
) -> tuple[str, int]:
    """Cleaned `html` with its pictures in place, and how many remote ones were held back.

    `inline`: Content-ID (without angle brackets) → address of the attachment here; `cid:` pictures not in it lose
    their source, as do all remote ones unless `remote`."""
    addresses = {name.strip("<>").lower(): address for name, address in (inline or {}).items()}
    held_back = []
    place = partial(_image_source, addresses, remote, held_back)
    options = _OPTIONS | {"url_relative": "pass_through"}
    return nh3.Cleaner(**options, attribute_filter=place).clean(html), len(held_back)


def _image_source(
    inline: Mapping[str, str], remote: bool, held_back: list[str], tag: str, name: str, value: str
) -> str | None:
    if tag != "img" or name != "src":
        return _safe_style(tag, name, value)
    if value[:4].lower() == "cid:":
        return inline.get(unquote(value[4:]).strip("<>").lower())
    if remote and value[:8].lower().startswith(("http://", "https://")):
        return value
    held_back.append(value)
    return None


_HIDDEN = ("script", "style", "title", "template", "noscript", "svg", "xml")
_LINE_TAGS = (
    "div|tr|dt|dd|li|address|article|aside|header|footer|section|center|figure|figcaption|form|caption|body"
)
_PARAGRAPH_TAGS = "p|h[1-6]|ul|ol|dl|table|blockquote|pre|hr"
_LIST_ITEM = re.compile(r"<li(?=[\s/>])[^<>]*>", re.IGNORECASE)
_CELL_END = re.compile(r"</t[dh]\s*>", re.IGNORECASE)
_LINE = re.compile(rf"</?(?:{_LINE_TAGS})(?=[\s/>])[^<>]*>", re.IGNORECASE)
_PARAGRAPH = re.compile(rf"</?(?:{_PARAGRAPH_TAGS})(?=[\s/>])[^<>]*>", re.IGNORECASE)
_BREAK = re.compile(r"<br(?=[\s/>])[^<>]*>", re.IGNORECASE)
_TAG = re.compile(
    r"""</?[a-zA-Z](?:[^<>"']|"[^"<]{0,5000}"|'[^'<]{0,5000}')*+>|</?[a-zA-Z][^<>]*>|<[!?][^<>]*>"""
)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_PREFORMATTED = re.compile(r"<pre(?=[\s>])[^<>]*>(.*?)</pre\s*>", re.IGNORECASE | re.DOTALL)


def to_text(html: str) -> str:
    """The words of `html` as plain text, in lines and paragraphs as a browser would break them; no markup, no
    address of any link. Linear in time, for hostile markup too."""
    html = _CONTROLS.sub("", html[:LONGEST])
    html = _without(html, "<!--", "-->")
    for name in _HIDDEN:
        html = _without(html, "<" + name, "</" + name)
    if re.search("<pre[ >]", html, re.IGNORECASE) and re.search("</pre", html, re.IGNORECASE):
        html = _PREFORMATTED.sub(lambda found: "<br>".join(["<p>", *found[1].splitlines(), "<p>"]), html)
    text = _SPACES.sub(" ", html)
    text = _LIST_ITEM.sub("\x01- ", text)
    text = _CELL_END.sub(" ", text)
    text = _BREAK.sub("\n", text)
    text = _LINE.sub("\x01", text)
    text = _PARAGRAPH.sub("\x02", text)
    text = entities.unescape(_TAG.sub("", text))
    text = text.replace("\xa0", " ")
    # \x01 ends a line and \x02 a paragraph however often they stand together; a break alone between two is a line.
    text = re.sub(r" *([\x01\x02\n]) *", r"\1", re.sub("  +", " ", text))
    text = re.sub("[\x01\x02]+", lambda run: max(run[0]), text)
    text = re.sub("([\x01\x02])\n(?=[\x01\x02])", "\\1\x03", text)
    text = re.sub("\n([\x01\x02])", r"\1", text)
    text = text.replace("\x03", "").replace("\x02", "\n\n").replace("\x01", "\n")
    return re.sub("\n{3,}", "\n\n", text).strip()


_CONTROLS = re.compile("[\0-\3]")


def _without(html: str, opening: str, closing: str) -> str:
    """`html` without what stands from each `opening` to the end of the `closing` tag after it."""
    lower = html.lower()
    if opening not in lower or len(lower) != len(html):
        return html
    kept, position = [], 0
    while (start := lower.find(opening, position)) >= 0:
        after = lower[start + len(opening) : start + len(opening) + 1]
        if opening[1].isalpha() and after not in " \t\r\n/>":
            kept.append(html[position : start + 1])
            position = start + 1
            continue
        end = lower.find(closing, start + len(opening))
        kept.append(html[position:start] + " ")
        if end < 0:
            # Never closed: only the opening itself goes, for the words behind it may be the mail.
            position = (
                start + len(opening) if opening[1] == "!" else max(lower.find(">", start) + 1, start + 1)
            )
            break
        closed = end + len(closing) if closing.endswith(">") else lower.find(">", end) + 1
        position = closed or len(html)
    kept.append(html[position:])
    return "".join(kept)


_LINK = re.compile(
    r"""(?P<web>\b(?:https?://|www\.)[^\s<>"']{1,2000})|(?P<mail>(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})""",
    re.IGNORECASE,
)
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def from_text(text: str) -> str:
    """HTML of plain `text`: a paragraph for each block of lines, each running its own way (`dir="auto"`), web and
    mail addresses made links."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    paragraphs = []
    for block in _BLANK_LINES.split(text.strip("\n")):
        if block.strip():
            lines = "<br>".join(_with_links(line) for line in block.split("\n"))
            paragraphs.append(f'<p dir="auto">{lines}</p>')
    return "\n".join(paragraphs)


def _with_links(line: str) -> str:
    made, position = [], 0
    if "@" in line or "://" in line or "www." in line.lower():
        for found in _LINK.finditer(line):
            shown = found[0].rstrip(".,;:!?)]}،؛؟»…")
            if found["mail"]:
                address = "mailto:" + shown
            else:
                address = shown if "://" in shown[:8] else "https://" + shown
            made.append(_escaped(line[position : found.start()]))
            made.append(
                f'<a href="{entities.escape(address)}" target="_blank" rel="noopener noreferrer nofollow">'
                f"{_escaped(shown)}</a>"
            )
            position = found.start() + len(shown)
    made.append(_escaped(line[position:]))
    return "".join(made)


def _escaped(words: str) -> str:
    # Runs of spaces are drawings and indents: they stay.
    return entities.escape(words).replace("  ", " \xa0")


_FRAME_STYLE = (
    ":root{color-scheme:light}"
    "body{margin:0;font:15px/1.55 system-ui,-apple-system,'Segoe UI','Noto Sans','Noto Sans Arabic',sans-serif;"
    "color:#1c1b1a;background:#fff;overflow-wrap:anywhere;text-align:start}"
    "p,li,h1,h2,h3,h4,pre,[dir=auto]{unicode-bidi:plaintext;text-align:start}"
    "p{margin-block:0 .8em}img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap}"
    "blockquote{margin:.6em 0;padding-inline-start:.8em;border-inline-start:3px solid #d9d5cf;color:#5b5751}"
    ".earlier>summary{list-style:none;inline-size:max-content;padding:0 .5em;border-radius:6px;cursor:pointer;"
    "background:#efece7;color:#5b5751}.earlier[open]>summary{margin-block-end:.6em}"
)


def document(html: str) -> str:
    """A whole document around cleaned `html`, for a sandboxed frame that allows inline styles only."""
    return (
        '<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta name="referrer" content="no-referrer"><style>{_FRAME_STYLE}</style></head>'
        f'<body dir="auto">{html}</body></html>'
    )

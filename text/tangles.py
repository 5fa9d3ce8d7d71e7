"""Markup made to cost time: told before a real parser sees it.

The sanitiser takes quadratic time over unclosed elements, over the attributes of one tag and over the
character references of one run of text: 100,000 nested <div> (500 KB) kept it busy for 88 seconds.
"""

import re

HARMLESS = 8_000
"""Characters: nothing this short can take long."""

DEEPEST = 400
MOST_ATTRIBUTES = 2_000
MOST_REFERENCES = 60_000

# As the HTML5 tokeniser reads it: a quote never closed, and a comment never closed, swallow the rest.
_MARKUP = re.compile(
    r"""<(?:!--(?:>|->|.*?(?:-->|--!>|\Z))
        |[!?][^>]*+(?:>|\Z)
        |(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)
         (?P<attributes>(?:[\s/]++|[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+)?)?)*+)
         (?:>|\Z))""",
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>]++))?""")
_RAW = frozenset({"script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript"})
# Elements without content, and those the next of their kind closes.
_CLOSED_ANYWAY = (
    "area base br col embed hr img input link meta param source track wbr p li dt dd tr td th thead tbody tfoot "
    "option optgroup rp rt html head body"
)
_NEVER_OPEN = frozenset(_CLOSED_ANYWAY.split())


def tangled(html: str) -> bool:
    """Whether a parser of HTML5 would need more than about a second for `html`."""
    if len(html) <= HARMLESS:
        return False
    if html.count("&") > MOST_REFERENCES:
        return True
    lower = html.lower()
    open_now: dict[str, int] = {}
    depth = position = 0
    while found := _MARKUP.search(html, position):
        position = found.end()
        name = (found["name"] or "").lower()
        if not name:
            continue
        attributes = found["attributes"]
        if len(attributes) > MOST_ATTRIBUTES:
            count = sum(1 for _ in _ATTRIBUTE.finditer(attributes))
            if count > MOST_ATTRIBUTES:
                return True
        if found["close"]:
            if open_now.get(name):
                open_now[name] -= 1
                depth -= 1
        elif name in _RAW:
            end = lower.find("</" + name, position)
            position = len(html) if end < 0 else end
        elif name not in _NEVER_OPEN:
            open_now[name] = open_now.get(name, 0) + 1
            depth += 1
            if depth > DEEPEST:
                return True
    return False

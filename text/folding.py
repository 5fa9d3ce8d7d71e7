"""A letter's HTML with what was said before folded away, by HTML's own means: one document, nothing lost, no script.

Strangers cannot make such a fold: `clean` leaves no class on their `<details>`.
"""

from text.html import clean, direction
from text.quotes import split_html

_FOLD = '<details class="earlier"><summary>···</summary>'


def folded(html: str) -> str:
    """Safe HTML of a mail as it came: the sender's own words, then the quoted rest behind a fold."""
    new, rest = split_html(html)
    if not rest:
        return clean(html)
    if (outer := direction(html)) and not direction(new):
        new, rest = f'<body dir="{outer}">{new}', f'<body dir="{outer}">{rest}'
    return f"{clean(new)}{_FOLD}{clean(rest)}</details>"


def own_part(html: str) -> str:
    """What stands before the fold."""
    return html.partition(_FOLD)[0]

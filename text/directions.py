"""Each block of an HTML text says in which direction it runs: mail programs do not guess as browsers can.

Outlook reads `dir` and `text-align` on each block, and neither `dir="auto"` nor logical CSS.
"""

from lxml import html as lxml_html
from lxml.html import HtmlElement

from text.language import direction

BLOCKS = frozenset("p div li ul ol blockquote td th h1 h2 h3 h4 h5 h6 pre dd dt".split())


def with_directions(html: str) -> str:
    """Clean HTML with `dir` and `text-align` on every block that has words and does not say so itself."""
    if not html.strip():
        return html
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    for element in root.iter(*BLOCKS):
        words = " ".join(element.text_content().split())
        if words:
            _direct(element, direction(words))
    return lxml_html.tostring(root, encoding="unicode")


def _direct(element: HtmlElement, runs: str) -> None:
    if element.get("dir") in {"rtl", "ltr"}:
        runs = element.get("dir")
    element.set("dir", runs)
    style = element.get("style", "").strip().rstrip(";")
    if "text-align" not in style and not element.get("align"):
        side = "right" if runs == "rtl" else "left"
        element.set("style", f"{style}; text-align: {side}" if style else f"text-align: {side}")
